#include "thaw/rpc/decode.hpp"

#include "thaw/base/text.hpp"

namespace thaw::rpc {

namespace {

constexpr size_t addresses_max = 1000;
constexpr size_t topics_max = 4;
constexpr size_t topic_alternatives_max = 1000;

auto refuse(Where where, std::string_view expected, const json::value& got) {
    return tl::unexpected(invalid(where, expected, got));
}

std::optional<std::string_view> text_of(const json::value& value) {
    const json::string* s = value.if_string();
    if (s == nullptr) return std::nullopt;
    return std::string_view{*s};
}

int digit_of(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// "0x0", or "0x" and up to 32 digits of which the first is not zero.
std::optional<u128> quantity_in(std::string_view text) {
    if (text.size() < 3 || text.size() > 34 || !text.starts_with("0x")) return std::nullopt;
    if (text[2] == '0' && text.size() > 3) return std::nullopt;
    u128 value = 0;
    for (const char c : text.substr(2)) {
        const int digit = digit_of(c);
        if (digit < 0) return std::nullopt;
        value = value << 4 | static_cast<unsigned>(digit);
    }
    return value;
}

}  // namespace

Decoded<u128> read_quantity(const json::value& value, Where where) {
    const auto text = text_of(value);
    const auto number = text ? quantity_in(*text) : std::nullopt;
    if (!number)
        return refuse(where, "a quantity below 2^128, such as \"0x1f\" (no leading zeros)", value);
    return *number;
}

Decoded<uint64_t> read_quantity64(const json::value& value, Where where) {
    const auto text = text_of(value);
    const auto number = text ? quantity_in(*text) : std::nullopt;
    if (!number || *number > ~uint64_t{0})
        return refuse(where, "a quantity below 2^64, such as \"0x1f\" (no leading zeros)", value);
    return static_cast<uint64_t>(*number);
}

Decoded<uint64_t> read_number(const json::value& value, Where where) {
    if (value.is_uint64()) return value.get_uint64();
    if (value.is_int64() && value.get_int64() >= 0) return static_cast<uint64_t>(value.get_int64());
    if (const auto text = text_of(value)) {
        if (const auto decimal = parse_decimal(*text); decimal && *decimal <= ~uint64_t{0})
            return static_cast<uint64_t>(*decimal);
        if (const auto number = quantity_in(*text); number && *number <= ~uint64_t{0})
            return static_cast<uint64_t>(*number);
    }
    return refuse(where, "a number, such as 31 or \"0x1f\"", value);
}

Decoded<Bytes> read_data(const json::value& value, Where where) {
    const auto text = text_of(value);
    auto bytes = text ? parse_hex(*text) : std::nullopt;
    if (!bytes) return refuse(where, "bytes as \"0x\" and an even number of digits", value);
    return *std::move(bytes);
}

Decoded<Address> read_address(const json::value& value, Where where) {
    const auto text = text_of(value);
    const auto address = text ? parse_address(*text) : std::nullopt;
    if (!address) return refuse(where, "an address of 20 bytes as \"0x\" and 40 digits", value);
    return *address;
}

Decoded<Hash> read_hash(const json::value& value, Where where) {
    const auto text = text_of(value);
    const auto hash = text ? parse_hash(*text) : std::nullopt;
    if (!hash) return refuse(where, "32 bytes as \"0x\" and 64 digits", value);
    return *hash;
}

Decoded<bool> read_bool(const json::value& value, Where where) {
    if (!value.is_bool()) return refuse(where, "true or false", value);
    return value.get_bool();
}

Decoded<std::string> read_string(const json::value& value, Where where) {
    const auto text = text_of(value);
    if (!text) return refuse(where, "a string", value);
    return std::string{*text};
}

namespace {

constexpr std::string_view block_shape =
    "a block: \"latest\", \"pending\", \"safe\", \"finalized\", \"earliest\", a number such as "
    "\"0x1f\", or {\"blockNumber\"} or {\"blockHash\"}";

std::optional<Tag> tag_in(std::string_view text) {
    if (text == "latest") return Tag::latest;
    if (text == "pending") return Tag::pending;
    if (text == "safe") return Tag::safe;
    if (text == "finalized") return Tag::finalized;
    if (text == "earliest") return Tag::earliest;
    return std::nullopt;
}

/// EIP-1898.
Decoded<BlockId> block_in(const json::object& object, const json::value& whole, Where where) {
    const json::value* number = object.if_contains("blockNumber");
    const json::value* hash = object.if_contains("blockHash");
    if ((number == nullptr) == (hash == nullptr)) return refuse(where, block_shape, whole);
    if (hash != nullptr) {
        where.field = "blockHash";
        return TRY(read_hash(*hash, where));
    }
    where.field = "blockNumber";
    if (number->is_string())
        if (const auto tag = tag_in(number->get_string())) return *tag;
    return TRY(read_quantity64(*number, where));
}

}  // namespace

Decoded<BlockId> read_block(const json::value& value, Where where) {
    if (const json::object* object = value.if_object()) return block_in(*object, value, where);
    const auto text = text_of(value);
    if (!text) return refuse(where, block_shape, value);
    if (const auto tag = tag_in(*text)) return *tag;
    if (const auto number = quantity_in(*text); number && *number <= ~uint64_t{0})
        return static_cast<uint64_t>(*number);
    if (const auto hash = parse_hash(*text)) return *hash;
    return refuse(where, block_shape, value);
}

namespace {

/// Reads a field into an optional when it is there and not null.
template <class T, class Out>
Decoded<bool> read_field(const json::object& object, Where where, std::string_view field,
                         Decoded<T> (*read)(const json::value&, Where), Out& out) {
    const json::value* value = object.if_contains(field);
    if (value == nullptr || value->is_null()) return false;
    where.field = field;
    out = TRY(read(*value, where));
    return true;
}

Decoded<std::vector<codec::AccessListEntry>> read_access_list(const json::value& value,
                                                              Where where) {
    constexpr std::string_view shape = "a list of {\"address\", \"storageKeys\"}";
    std::vector<codec::AccessListEntry> list;
    const json::array* array = value.if_array();
    if (array == nullptr) return refuse(where, shape, value);
    for (const json::value& item : *array) {
        const json::object* object = item.if_object();
        const json::value* address = object == nullptr ? nullptr : object->if_contains("address");
        const json::value* keys = object == nullptr ? nullptr : object->if_contains("storageKeys");
        if (address == nullptr || (keys != nullptr && !keys->is_array()))
            return refuse(where, shape, item);
        auto& entry = list.emplace_back();
        entry.address = TRY(read_address(*address, where));
        if (keys == nullptr) continue;
        for (const json::value& key : keys->get_array())
            entry.storage_keys.push_back(TRY(read_hash(key, where)));
    }
    return list;
}

/// "input", "data" or both, provided that they agree.
Decoded<Bytes> read_input(const json::object& object, const json::value& whole, Where where) {
    std::optional<Bytes> input;
    std::optional<Bytes> data;
    TRY(read_field(object, where, "input", read_data, input));
    TRY(read_field(object, where, "data", read_data, data));
    if (input && data && *input != *data)
        return refuse(where, "\"input\" and \"data\" to be the same when both are given", whole);
    if (input) return *std::move(input);
    return data ? *std::move(data) : Bytes{};
}

Decoded<uint8_t> read_type(const json::value& value, Where where) {
    const auto type = read_quantity64(value, where);
    if (!type || *type > 2)
        return refuse(where, "a transaction type of \"0x0\", \"0x1\" or \"0x2\"", value);
    return static_cast<uint8_t>(*type);
}

}  // namespace

Decoded<CallObject> read_call(const json::value& value, Where where) {
    const json::object* object = value.if_object();
    if (object == nullptr) return refuse(where, "a transaction object", value);
    CallObject call;
    call.has_from = TRY(read_field(*object, where, "from", read_address, call.from));
    TRY(read_field(*object, where, "to", read_address, call.to));
    TRY(read_field(*object, where, "gas", read_quantity64, call.gas));
    TRY(read_field(*object, where, "gasPrice", read_quantity, call.gas_price));
    TRY(read_field(*object, where, "maxFeePerGas", read_quantity, call.max_fee_per_gas));
    TRY(read_field(*object, where, "maxPriorityFeePerGas", read_quantity,
                   call.max_priority_fee_per_gas));
    TRY(read_field(*object, where, "nonce", read_quantity64, call.nonce));
    TRY(read_field(*object, where, "chainId", read_quantity64, call.chain_id));
    TRY(read_field(*object, where, "type", read_type, call.type));
    TRY(read_field(*object, where, "value", read_quantity, call.value));
    call.has_access_list =
        TRY(read_field(*object, where, "accessList", read_access_list, call.access_list));
    call.data = TRY(read_input(*object, value, where));
    if (call.gas_price && (call.max_fee_per_gas || call.max_priority_fee_per_gas))
        return tl::unexpected(Error{
            code::invalid_params,
            "both gasPrice and (maxFeePerGas or maxPriorityFeePerGas) specified; give one kind"});
    return call;
}

namespace {

Decoded<std::vector<Address>> read_addresses(const json::value& value, Where where) {
    std::vector<Address> out;
    if (const json::array* array = value.if_array()) {
        if (array->size() > addresses_max) return refuse(where, "at most 1000 addresses", value);
        for (const json::value& item : *array) out.push_back(TRY(read_address(item, where)));
        return out;
    }
    out.push_back(TRY(read_address(value, where)));
    return out;
}

Decoded<std::vector<std::vector<Hash>>> read_topics(const json::value& value, Where where) {
    std::vector<std::vector<Hash>> out;
    const json::array* array = value.if_array();
    if (array == nullptr || array->size() > topics_max)
        return refuse(where, "a list of at most four topics, each a hash, null or a list of hashes",
                      value);
    for (const json::value& item : *array) {
        auto& alternatives = out.emplace_back();
        if (item.is_null()) continue;
        const json::array* several = item.if_array();
        if (several == nullptr) {
            alternatives.push_back(TRY(read_hash(item, where)));
            continue;
        }
        if (several->size() > topic_alternatives_max)
            return refuse(where, "at most 1000 alternatives for a topic", item);
        bool any = false;  // a null among the alternatives makes the others idle
        for (const json::value& one : *several) {
            if (one.is_null())
                any = true;
            else
                alternatives.push_back(TRY(read_hash(one, where)));
        }
        if (any) alternatives.clear();
    }
    return out;
}

}  // namespace

Decoded<LogFilter> read_filter(const json::value& value, Where where) {
    const json::object* object = value.if_object();
    if (object == nullptr) return refuse(where, "a filter object", value);
    LogFilter filter;
    const bool from = TRY(read_field(*object, where, "fromBlock", read_block, filter.from));
    const bool to = TRY(read_field(*object, where, "toBlock", read_block, filter.to));
    const bool hash = TRY(read_field(*object, where, "blockHash", read_hash, filter.block_hash));
    if (hash && (from || to))
        return tl::unexpected(
            Error{code::invalid_params,
                  "cannot specify both blockHash and fromBlock/toBlock; choose one or the other"});
    TRY(read_field(*object, where, "address", read_addresses, filter.addresses));
    TRY(read_field(*object, where, "topics", read_topics, filter.topics));
    return filter;
}

}  // namespace thaw::rpc
