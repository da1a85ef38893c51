#include "thaw/main/session.hpp"

#include <iostream>

#include "thaw/base/text.hpp"
#include "thaw/main/refusals.hpp"
#include "thaw/sim/development.hpp"

namespace thaw::cli {

namespace {

crypto::PrivateKey key_of(const SessionFlags& flags) {
    if (flags.key.empty()) return sim::development_key(flags.from);
    const auto bytes = parse_hash(flags.key);
    if (!bytes || !crypto::is_valid({bytes->bytes}))
        throw Failure{ExitCode::usage, "--key: not a private key (\"0x\" and 64 digits, not zero)"};
    return {bytes->bytes};
}

}  // namespace

void add_node_flags(CLI::App& command, SessionFlags& flags) {
    command.add_option("--rpc", flags.rpc, "The node")->envname("THAW_RPC")->capture_default_str();
    command.add_flag("--json", flags.json, "Answer as JSON");
}

void add_account_flags(CLI::App& command, SessionFlags& flags) {
    add_node_flags(command, flags);
    command.add_option("--from", flags.from, "Which development account acts, from 0 on [0]")
        ->envname("THAW_FROM")
        ->check(CLI::Range(0u, 0x7fffffffu));
    command
        .add_option("--key", flags.key,
                    "Private key of the account that acts instead; better in THAW_KEY")
        ->envname("THAW_KEY");
}

Session::Session(const SessionFlags& flags)
    : client_{flags.rpc}, key_{key_of(flags)}, json_{flags.json} {}

TransactionResult Session::send(const Address& to, const Bytes& data, std::string_view symbol,
                                unsigned decimals, u128 wei) {
    auto result = client_.send(key_, to, data, wei);
    if (!result)
        throw Failure{ExitCode::refused,
                      "refused: " + refusal_text(result.error().data, symbol, decimals)};
    return *std::move(result);
}

TransactionResult Session::send_batch(const std::vector<protocol::multicall::BatchCall>& calls,
                                      std::string_view symbol, unsigned decimals) {
    return send(protocol::batch_address,
                codec::call_data<"batch((address to,uint256 value,bytes data)[])">(calls), symbol,
                decimals);
}

void Session::say(const json::value& value, const std::string& text) const {
    if (json_)
        std::cout << json::serialize(value) << '\n';
    else
        std::cout << text;
}

const ReceiptLog& log_of(const TransactionResult& result, const Hash& topic) {
    for (const ReceiptLog& log : result.logs)
        if (!log.topics.empty() && log.topics.front() == topic) return log;
    throw Failure{ExitCode::refused, "transaction " + to_hex(result.hash) +
                                         " went through but does not say what it did: is the node "
                                         "of another version?"};
}

Address address_called(std::string_view text, std::string_view what) {
    const auto address = parse_address(text);
    if (!address)
        throw Failure{ExitCode::usage, std::string{what} + ": \"" + std::string{text} +
                                           "\" is not an address (\"0x\" and 40 digits)"};
    return *address;
}

json::object transaction_json(const TransactionResult& result) {
    return {{"transaction", to_hex(result.hash)},
            {"block", result.block},
            {"gasUsed", result.gas_used}};
}

std::string transaction_line(const TransactionResult& result) {
    return "  transaction " + to_hex(result.hash) + ", block " + std::to_string(result.block) +
           "\n";
}

}  // namespace thaw::cli
