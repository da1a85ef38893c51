/// A node as the commands see it: calls, views of contracts, and transactions that are signed here.
#pragma once
#include <boost/json.hpp>
#include <optional>
#include <tl/expected.hpp>

#include "thaw/codec/abi.hpp"
#include "thaw/crypto/secp256k1.hpp"
#include "thaw/main/failure.hpp"
#include "thaw/main/http_client.hpp"

namespace thaw::cli {

namespace json = boost::json;

/// What the node said no to.
struct RpcError {
    int64_t code = 0;
    std::string message;
    Bytes data;  ///< of a revert
};

/// A transaction refused by a contract: the revert data tells why.
struct Reverted {
    Bytes data;
};

/// One log of a receipt.
struct ReceiptLog {
    Address emitter;
    std::vector<Hash> topics;
    Bytes data;
};
struct TransactionResult {
    Hash hash;
    uint64_t block = 0;
    uint64_t gas_used = 0;
    std::vector<ReceiptLog> logs;
};

class Client {
  public:
    explicit Client(std::string_view url) : http_{url} {}

    /// The result of a method. Throws Failure (refused) with the node's message.
    json::value call(std::string_view method, json::array parameters = {});
    tl::expected<json::value, RpcError> try_call(std::string_view method, json::array parameters);
    /// Many calls in one request; answers in order. Throws at the first error.
    std::vector<json::value> call_all(
        const std::vector<std::pair<std::string, json::array>>& calls);

    /// What a view function of a contract returns at the head; `from` matters to those that ask who
    /// calls.
    template <class... T>
    std::tuple<T...> view(const Address& contract, const Bytes& data) {
        return decoded<T...>(view_bytes(contract, data));
    }
    template <class... T>
    std::vector<std::tuple<T...>> view_all(const std::vector<std::pair<Address, Bytes>>& calls) {
        std::vector<std::tuple<T...>> all;
        for (const Bytes& bytes : view_bytes_all(calls)) all.push_back(decoded<T...>(bytes));
        return all;
    }

    /// Signs, sends and waits for the receipt, with a line of progress on a terminal. A refusal by
    /// the contract is returned, whether it was foreseen or happened in a block.
    tl::expected<TransactionResult, Reverted> send(const crypto::PrivateKey& key, const Address& to,
                                                   const Bytes& data, u128 wei = 0);

    const std::string& url() const { return http_.url(); }

  private:
    Bytes view_bytes(const Address& contract, const Bytes& data);
    std::vector<Bytes> view_bytes_all(const std::vector<std::pair<Address, Bytes>>& calls);
    json::value receipt_of(const Bytes& raw);
    json::value wait_for_receipt(const std::string& hash);

    template <class... T>
    std::tuple<T...> decoded(const Bytes& bytes) {
        auto values = codec::decode<T...>(bytes);
        if (!values) throw unexpected_answer();
        return *std::move(values);
    }
    Failure unexpected_answer() const;

    HttpClient http_;
    uint64_t last_id_ = 0;
};

/// Reads of answers. They throw Failure when the node answers something else.
uint64_t number_in(const json::value& quantity);
u128 amount_in(const json::value& quantity);

/// A number as JSON-RPC writes it.
std::string quantity(u128 value);

}  // namespace thaw::cli
