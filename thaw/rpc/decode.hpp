/// What clients send, read strictly: quantities, data, addresses, blocks, calls and filters. A
/// refusal says what was wrong and what would be right.
#pragma once
#include <optional>
#include <variant>

#include "thaw/base/result.hpp"
#include "thaw/base/types.hpp"
#include "thaw/codec/transaction.hpp"
#include "thaw/rpc/jsonrpc.hpp"

namespace thaw::rpc {

template <class T>
using Decoded = tl::expected<T, Error>;

Decoded<u128> read_quantity(const json::value& value, Where where);
Decoded<uint64_t> read_quantity64(const json::value& value, Where where);
/// The same, but JSON numbers and decimal strings are taken too, as the dev methods of other nodes
/// do.
Decoded<uint64_t> read_number(const json::value& value, Where where);
Decoded<Bytes> read_data(const json::value& value, Where where);
Decoded<Address> read_address(const json::value& value, Where where);
Decoded<Hash> read_hash(const json::value& value, Where where);
Decoded<bool> read_bool(const json::value& value, Where where);
Decoded<std::string> read_string(const json::value& value, Where where);

enum class Tag : uint8_t { latest, pending, safe, finalized, earliest };

/// A block as clients name it: a tag, a number or a hash.
using BlockId = std::variant<Tag, uint64_t, Hash>;
Decoded<BlockId> read_block(const json::value& value, Where where);

/// A transaction object as eth_call, eth_estimateGas and eth_sendTransaction take it. Unknown keys
/// are ignored.
struct CallObject {
    Address from;
    bool has_from = false;
    std::optional<Address> to;
    std::optional<uint64_t> gas;
    std::optional<u128> gas_price;
    std::optional<u128> max_fee_per_gas;
    std::optional<u128> max_priority_fee_per_gas;
    std::optional<uint64_t> nonce;
    std::optional<uint64_t> chain_id;
    std::optional<uint8_t> type;
    u128 value = 0;
    Bytes data;
    std::vector<codec::AccessListEntry> access_list;
    bool has_access_list = false;
};
Decoded<CallObject> read_call(const json::value& value, Where where);

/// Which logs are wanted. An empty list of addresses, and an empty alternative, mean any.
struct LogFilter {
    std::optional<Hash> block_hash;
    BlockId from = Tag::latest;
    BlockId to = Tag::latest;
    std::vector<Address> addresses;
    std::vector<std::vector<Hash>> topics;
};
Decoded<LogFilter> read_filter(const json::value& value, Where where);

/// The argument at `index`, which the registry has seen to be there, or `otherwise` for one that
/// may be left out.
template <class T>
Decoded<T> argument(const Params& params, size_t index,
                    Decoded<T> (*read)(const json::value&, Where)) {
    return read(*params.find(index), params.where(index));
}
template <class T>
Decoded<T> argument_or(const Params& params, size_t index,
                       Decoded<T> (*read)(const json::value&, Where),
                       std::type_identity_t<T> otherwise) {
    const json::value* value = params.find(index);
    if (value == nullptr) return otherwise;
    return read(*value, params.where(index));
}

}  // namespace thaw::rpc
