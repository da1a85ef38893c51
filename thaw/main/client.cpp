#include "thaw/main/client.hpp"

#include <thread>

#include "thaw/base/text.hpp"
#include "thaw/codec/transaction.hpp"
#include "thaw/main/progress.hpp"

namespace thaw::cli {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds patience{90'000};
constexpr uint64_t sync_wait_ms = 2'000;
constexpr int64_t method_not_found = -32601;
constexpr int64_t reverted = 3;
constexpr int64_t not_in_time = 4;     ///< EIP-7966
constexpr int64_t nonce_not_next = 6;  ///< EIP-7966

Failure strange(const std::string& what) {
    return {ExitCode::refused, "the node answers something unexpected: " + what};
}

json::object request(uint64_t id, std::string_view method, json::array parameters) {
    return {{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", std::move(parameters)}};
}

json::value parsed(const std::string& text) {
    boost::system::error_code fault;
    json::value value = json::parse(text, fault);
    if (fault) throw strange("no JSON (" + text.substr(0, 80) + ")");
    return value;
}

tl::expected<json::value, RpcError> answer_in(json::value value) {
    json::object* object = value.if_object();
    if (object == nullptr) throw strange(json::serialize(value).substr(0, 80));
    if (json::value* error = object->if_contains("error")) {
        RpcError out;
        const json::object* e = error->if_object();
        if (e == nullptr) throw strange(json::serialize(value).substr(0, 80));
        if (const auto* code = e->if_contains("code"); code && code->is_int64())
            out.code = code->get_int64();
        if (const auto* text = e->if_contains("message"); text && text->is_string())
            out.message = text->get_string();
        if (const auto* data = e->if_contains("data"); data && data->is_string())
            out.data = parse_hex(std::string_view{data->get_string()}).value_or(Bytes{});
        return tl::unexpected(std::move(out));
    }
    json::value* result = object->if_contains("result");
    if (result == nullptr) throw strange(json::serialize(value).substr(0, 80));
    return std::move(*result);
}

json::array view_parameters(const Address& contract, const Bytes& data) {
    return {json::object{{"to", to_hex(contract)}, {"data", to_hex(data)}}, "latest"};
}

Bytes bytes_in(const json::value& value) {
    const auto bytes =
        value.is_string() ? parse_hex(std::string_view{value.get_string()}) : std::nullopt;
    if (!bytes) throw strange(json::serialize(value).substr(0, 80));
    return *bytes;
}

Hash hash_in(const json::value& value) {
    const auto hash =
        value.is_string() ? parse_hash(std::string_view{value.get_string()}) : std::nullopt;
    if (!hash) throw strange(json::serialize(value).substr(0, 80));
    return *hash;
}

TransactionResult result_in(const json::object& receipt) {
    TransactionResult result{.hash = hash_in(receipt.at("transactionHash")),
                             .block = number_in(receipt.at("blockNumber")),
                             .gas_used = number_in(receipt.at("gasUsed")),
                             .logs = {}};
    for (const json::value& log : receipt.at("logs").as_array()) {
        ReceiptLog& out = result.logs.emplace_back();
        std::ranges::copy(bytes_in(log.at("address")), out.emitter.bytes.begin());
        for (const json::value& topic : log.at("topics").as_array())
            out.topics.push_back(hash_in(topic));
        out.data = bytes_in(log.at("data"));
    }
    return result;
}

}  // namespace

std::string quantity(u128 value) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    do out.insert(out.begin(), digits[static_cast<size_t>(value & 15)]);
    while ((value >>= 4) != 0);
    return "0x" + out;
}

u128 amount_in(const json::value& value) {
    if (!value.is_string()) throw strange(json::serialize(value).substr(0, 80));
    std::string_view text = value.get_string();
    if (!text.starts_with("0x") || text.size() < 3 || text.size() > 34)
        throw strange(std::string{text.substr(0, 80)});
    u128 out = 0;
    for (const char c : text.substr(2)) {
        const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        if (digit < 0) throw strange(std::string{text.substr(0, 80)});
        out = out << 4 | static_cast<unsigned>(digit);
    }
    return out;
}

uint64_t number_in(const json::value& value) {
    const u128 amount = amount_in(value);
    if (amount > ~uint64_t{0}) throw strange(json::serialize(value));
    return static_cast<uint64_t>(amount);
}

Failure Client::unexpected_answer() const {
    return {ExitCode::refused, "a contract at " + url() +
                                   " answers something this program does not know: are both of the "
                                   "same version?"};
}

tl::expected<json::value, RpcError> Client::try_call(std::string_view method,
                                                     json::array parameters) {
    const json::object body = request(++last_id_, method, std::move(parameters));
    return answer_in(parsed(http_.post(json::serialize(body), patience)));
}

json::value Client::call(std::string_view method, json::array parameters) {
    auto answer = try_call(method, std::move(parameters));
    if (!answer) throw Failure{ExitCode::refused, answer.error().message};
    return *std::move(answer);
}

std::vector<json::value> Client::call_all(
    const std::vector<std::pair<std::string, json::array>>& calls) {
    constexpr size_t batch = 100;
    std::vector<json::value> results(calls.size());
    for (size_t first = 0; first < calls.size(); first += batch) {
        json::array body;
        for (size_t i = first; i < std::min(first + batch, calls.size()); ++i)
            body.push_back(request(i, calls[i].first, calls[i].second));
        json::value answers = parsed(http_.post(json::serialize(body), patience));
        if (!answers.is_array()) throw strange(json::serialize(answers).substr(0, 80));
        for (json::value& one : answers.get_array()) {
            const json::value* id = one.is_object() ? one.get_object().if_contains("id") : nullptr;
            if (id == nullptr || !id->is_int64()) throw strange(json::serialize(one).substr(0, 80));
            const auto place = static_cast<size_t>(id->get_int64());
            auto answer = answer_in(std::move(one));
            if (!answer) throw Failure{ExitCode::refused, answer.error().message};
            if (place >= results.size()) throw unexpected_answer();
            results[place] = *std::move(answer);
        }
    }
    return results;
}

Bytes Client::view_bytes(const Address& contract, const Bytes& data) {
    return bytes_in(call("eth_call", view_parameters(contract, data)));
}

std::vector<Bytes> Client::view_bytes_all(const std::vector<std::pair<Address, Bytes>>& calls) {
    std::vector<std::pair<std::string, json::array>> all;
    for (const auto& [contract, data] : calls)
        all.emplace_back("eth_call", view_parameters(contract, data));
    std::vector<Bytes> out;
    for (const json::value& value : call_all(all)) out.push_back(bytes_in(value));
    return out;
}

tl::expected<TransactionResult, Reverted> Client::send(const crypto::PrivateKey& key,
                                                       const Address& to, const Bytes& data,
                                                       u128 wei) {
    const std::string from = to_hex(crypto::address_of(key));
    const json::object draft{
        {"from", from}, {"to", to_hex(to)}, {"value", quantity(wei)}, {"data", to_hex(data)}};
    const auto gas = try_call("eth_estimateGas", {draft});
    if (!gas) {
        if (gas.error().code == reverted) return tl::unexpected(Reverted{gas.error().data});
        throw Failure{ExitCode::refused, gas.error().message};
    }
    const auto facts = call_all({{"eth_chainId", {}},
                                 {"eth_getTransactionCount", {from, "pending"}},
                                 {"eth_gasPrice", {}}});
    codec::SignedTransaction tx;
    tx.type = 2;
    tx.chain_id = number_in(facts[0]);
    tx.nonce = number_in(facts[1]);
    tx.max_fee_per_gas = 2 * amount_in(facts[2]);
    // The books may have grown by the time it runs: a quarter more than what was needed just now.
    tx.gas_limit = number_in(*gas) + number_in(*gas) / 4;
    tx.to = to;
    tx.value = wei;
    tx.data = data;
    const json::value receipt = receipt_of(codec::sign_transaction(std::move(tx), key));
    const json::object& fields = receipt.as_object();
    if (number_in(fields.at("status")) == 1) return result_in(fields);
    // It was fine a moment ago and is not any more: ask once more why.
    const auto again = try_call("eth_call", {draft, fields.at("blockNumber")});
    return tl::unexpected(Reverted{again ? Bytes{} : again.error().data});
}

json::value Client::receipt_of(const Bytes& raw) {
    const std::string text = to_hex(raw);
    auto answer = try_call("eth_sendRawTransactionSync", {text, sync_wait_ms});
    if (answer && answer->is_object()) return *std::move(answer);
    const std::string hash = to_hex(crypto::keccak256(raw));
    if (!answer) {
        const RpcError& fault = answer.error();
        if (fault.code == method_not_found)
            call("eth_sendRawTransaction", {text});
        else if (fault.code != not_in_time && fault.code != nonce_not_next)
            throw Failure{ExitCode::refused, fault.message};
    }
    return wait_for_receipt(hash);
}

json::value Client::wait_for_receipt(const std::string& hash) {
    Progress progress{"waiting for a block with " + hash};
    while (true) {
        json::value receipt = call("eth_getTransactionReceipt", {hash});
        if (receipt.is_object()) return receipt;
        progress.turn();
        std::this_thread::sleep_for(milliseconds{250});
    }
}

}  // namespace thaw::cli
