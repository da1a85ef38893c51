#include "thaw/rpc/typed_data_json.hpp"

#include <charconv>
#include <map>
#include <set>

#include "thaw/base/text.hpp"
#include "thaw/codec/typed_data.hpp"
#include "thaw/crypto/keccak.hpp"

namespace thaw::rpc {

namespace {

constexpr unsigned depth_max = 8;

struct Member {
    std::string name;
    std::string type;
};
using Types = std::map<std::string, std::vector<Member>, std::less<>>;

/// "uint8[2][]" is an array of "uint8[2]"; empty for what is no array.
std::string_view element_type(std::string_view type) {
    return type.ends_with(']') ? type.substr(0, type.rfind('[')) : std::string_view{};
}
std::string_view base_type(std::string_view type) { return type.substr(0, type.find('[')); }

/// The digits after a prefix: "uint256" is 256, "uint" is `otherwise`.
std::optional<unsigned> bits_after(std::string_view type, std::string_view prefix,
                                   unsigned otherwise) {
    if (!type.starts_with(prefix)) return std::nullopt;
    type.remove_prefix(prefix.size());
    if (type.empty()) return otherwise;
    unsigned n = 0;
    const auto [end, fault] = std::from_chars(type.data(), type.data() + type.size(), n);
    if (fault != std::errc{} || end != type.data() + type.size() || n > 256) return std::nullopt;
    return n;
}

/// word = word · factor + digit; false when it does not fit.
bool push_digit(Hash& word, unsigned factor, unsigned digit) {
    unsigned carry = digit;
    for (size_t i = word.bytes.size(); i-- > 0;) {
        const unsigned value = word.bytes[i] * factor + carry;
        word.bytes[i] = static_cast<uint8_t>(value);
        carry = value >> 8;
    }
    return carry == 0;
}

void negate(Hash& word) {
    unsigned carry = 1;
    for (size_t i = word.bytes.size(); i-- > 0;) {
        const unsigned value = static_cast<uint8_t>(~word.bytes[i]) + carry;
        word.bytes[i] = static_cast<uint8_t>(value);
        carry = value >> 8;
    }
}

/// Decimal or "0x" digits, a sign allowed, into 256 bits.
std::optional<Hash> word_in(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    const bool hex = text.starts_with("0x");
    if (hex) text.remove_prefix(2);
    if (text.empty()) return std::nullopt;
    Hash word;
    for (const char c : text) {
        unsigned digit = 0;
        const auto [end, fault] = std::from_chars(&c, &c + 1, digit, hex ? 16 : 10);
        if (fault != std::errc{} || !push_digit(word, hex ? 16 : 10, digit)) return std::nullopt;
    }
    if (negative) negate(word);
    return word;
}

class Encoder {
  public:
    Encoder(const Types& types, Where where) : types_{types}, where_{where} {}

    Decoded<Hash> hash_struct(std::string_view type, const json::value& value, unsigned depth) {
        const json::object* object = value.if_object();
        if (object == nullptr || depth > depth_max) return fault("an object of type", type, value);
        Bytes data;
        append(data, crypto::keccak256(encode_type(type)).bytes);
        for (const Member& member : types_.find(type)->second) {
            static const json::value absent;
            const json::value* field = object->if_contains(member.name);
            append(data, TRY(encode(member.type, field == nullptr ? absent : *field, depth)).bytes);
        }
        return crypto::keccak256(data);
    }

  private:
    tl::unexpected<Error> fault(std::string_view what, std::string_view type,
                                const json::value& got) const {
        return tl::unexpected(
            invalid(where_, std::string{what} + " \"" + std::string{type} + "\"", got));
    }

    void collect(std::string_view type, std::set<std::string_view>& seen) const {
        const auto it = types_.find(base_type(type));
        if (it == types_.end() || !seen.insert(it->first).second) return;
        for (const Member& member : it->second) collect(member.type, seen);
    }

    std::string encode_type(std::string_view primary) const {
        std::set<std::string_view> seen;
        collect(primary, seen);
        seen.erase(primary);
        std::string out = one_type(primary);
        for (const std::string_view other : seen) out += one_type(other);
        return out;
    }

    std::string one_type(std::string_view type) const {
        std::string out{type};
        out += '(';
        for (const Member& member : types_.find(type)->second) {
            if (out.back() != '(') out += ',';
            out += member.type + " " + member.name;
        }
        return out + ')';
    }

    Decoded<Hash> encode(std::string_view type, const json::value& value, unsigned depth) {
        if (!element_type(type).empty()) return encode_array(type, value, depth);
        if (types_.contains(type)) {
            if (value.is_null()) return Hash{};
            return hash_struct(type, value, depth + 1);
        }
        if (type == "string" && value.is_string())
            return crypto::keccak256(std::string_view{value.get_string()});
        if (type == "bytes") {
            const auto bytes = read_data(value, where_);
            if (bytes) return crypto::keccak256(*bytes);
        }
        return encode_word(type, value);
    }

    Decoded<Hash> encode_array(std::string_view type, const json::value& value, unsigned depth) {
        const json::array* array = value.if_array();
        const std::string_view size = type.substr(type.rfind('[') + 1);
        if (array == nullptr || depth > depth_max ||
            (size != "]" && size != std::to_string(array->size()) + "]"))
            return fault("an array of type", type, value);
        Bytes data;
        for (const json::value& item : *array)
            append(data, TRY(encode(element_type(type), item, depth + 1)).bytes);
        return crypto::keccak256(data);
    }

    Decoded<Hash> encode_word(std::string_view type, const json::value& value) const {
        Hash word;
        if (type == "address") {
            const auto address = read_address(value, where_);
            if (!address) return fault("a value of type", type, value);
            std::copy(address->bytes.begin(), address->bytes.end(), word.bytes.begin() + 12);
            return word;
        }
        if (type == "bool" && value.is_bool()) {
            word.bytes[31] = value.get_bool() ? 1 : 0;
            return word;
        }
        if (const auto size = bits_after(type, "bytes", 0); size && *size > 0 && *size <= 32) {
            const auto bytes = read_data(value, where_);
            if (!bytes || bytes->size() != *size) return fault("a value of type", type, value);
            std::copy(bytes->begin(), bytes->end(), word.bytes.begin());
            return word;
        }
        if (!bits_after(type, "uint", 256) && !bits_after(type, "int", 256))
            return fault("a value of type", type, value);
        const auto number = number_in(value);
        if (!number) return fault("a value of type", type, value);
        return *number;
    }

    static std::optional<Hash> number_in(const json::value& value) {
        if (value.is_string()) return word_in(value.get_string());
        if (value.is_int64()) return word_in(std::to_string(value.get_int64()));
        if (value.is_uint64()) return word_in(std::to_string(value.get_uint64()));
        return std::nullopt;
    }

    const Types& types_;
    Where where_;
};

std::optional<Types> read_types(const json::value* value) {
    if (value == nullptr || !value->is_object()) return std::nullopt;
    Types types;
    for (const auto& [name, members] : value->get_object()) {
        auto& list = types[std::string{name}];
        if (!members.is_array()) return std::nullopt;
        for (const json::value& member : members.get_array()) {
            const auto* object = member.if_object();
            const auto* label = object == nullptr ? nullptr : object->if_contains("name");
            const auto* type = object == nullptr ? nullptr : object->if_contains("type");
            if (!label || !type || !label->is_string() || !type->is_string()) return std::nullopt;
            list.push_back({std::string{label->get_string()}, std::string{type->get_string()}});
        }
    }
    return types;
}

/// Wallets may leave the domain's type to be read off its fields.
void complete_domain(Types& types, const json::value& domain) {
    if (types.contains("EIP712Domain") || !domain.is_object()) return;
    static const std::vector<Member> known{{"name", "string"},
                                           {"version", "string"},
                                           {"chainId", "uint256"},
                                           {"verifyingContract", "address"},
                                           {"salt", "bytes32"}};
    auto& members = types["EIP712Domain"];
    for (const Member& member : known)
        if (domain.get_object().contains(member.name)) members.push_back(member);
}

}  // namespace

Decoded<Hash> typed_data_digest(const json::value& value, Where where) {
    constexpr std::string_view shape =
        "an object with \"types\", \"primaryType\", \"domain\" and \"message\", or its text";
    json::value parsed;
    const json::object* object = value.if_object();
    if (const json::string* text = value.if_string()) {
        boost::system::error_code fault;
        parsed = json::parse(*text, fault);
        object = fault ? nullptr : parsed.if_object();
    }
    if (object == nullptr) return tl::unexpected(invalid(where, shape, value));
    auto types = read_types(object->if_contains("types"));
    const json::value* primary = object->if_contains("primaryType");
    const json::value* domain = object->if_contains("domain");
    const json::value* message = object->if_contains("message");
    if (!types || !domain || !message || !primary || !primary->is_string())
        return tl::unexpected(invalid(where, shape, value));
    complete_domain(*types, *domain);
    const std::string_view type = primary->get_string();
    if (!types->contains(type) || !types->contains("EIP712Domain"))
        return tl::unexpected(invalid(where, "types that include the primary type", value));
    Encoder encoder{*types, where};
    const Hash separator = TRY(encoder.hash_struct("EIP712Domain", *domain, 0));
    return codec::typed_data_digest(separator, TRY(encoder.hash_struct(type, *message, 0)));
}

}  // namespace thaw::rpc
