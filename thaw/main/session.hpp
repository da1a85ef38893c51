/// What the commands for people share: which node, which account, which shape of answer.
#pragma once
#include <CLI/CLI.hpp>

#include "thaw/main/client.hpp"
#include "thaw/main/tokens.hpp"
#include "thaw/protocol/multicall/face.hpp"

namespace thaw::cli {

/// The flags, as they were given.
struct SessionFlags {
    std::string rpc = "http://127.0.0.1:8545";
    std::string key;
    uint32_t from = 0;
    bool json = false;
};

/// --rpc and --json.
void add_node_flags(CLI::App& command, SessionFlags& flags);
/// The same, with --from and --key.
void add_account_flags(CLI::App& command, SessionFlags& flags);

class Session {
  public:
    explicit Session(const SessionFlags& flags);

    Client& client() { return client_; }
    bool json() const { return json_; }
    /// The account of --key, or else the development account of --from.
    Address account() const { return crypto::address_of(key_); }

    /// Sends and returns what happened. Throws Failure (refused) with the refusal in words;
    /// `symbol` and `decimals` are of what the command is about.
    TransactionResult send(const Address& to, const Bytes& data, std::string_view symbol,
                           unsigned decimals, u128 wei = 0);

    /// The same for several calls under one signature: all happen, or none.
    TransactionResult send_batch(const std::vector<protocol::multicall::BatchCall>& calls,
                                 std::string_view symbol, unsigned decimals);

    /// Prints one of the two, according to --json.
    void say(const json::value& value, const std::string& text) const;

  private:
    Client client_;
    crypto::PrivateKey key_;
    bool json_;
};

/// The first log that is this event of this contract, decoded; indexed fields come as topics.
const ReceiptLog& log_of(const TransactionResult& result, const Hash& topic);

/// "0x" and 40 digits. Throws Failure (usage).
Address address_called(std::string_view text, std::string_view what);

/// {"transaction", "block", "gasUsed"}, for JSON answers to grow from.
json::object transaction_json(const TransactionResult& result);
std::string transaction_line(const TransactionResult& result);

}  // namespace thaw::cli
