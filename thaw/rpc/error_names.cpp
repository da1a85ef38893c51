#include "thaw/rpc/error_names.hpp"

#include "thaw/base/text.hpp"

namespace thaw::rpc {

namespace {

/// 256-bit big-endian to decimal, by repeated division.
std::string decimal_of(BytesView word) {
    Bytes rest{word.begin(), word.end()};
    std::string digits;
    bool more = true;
    while (more) {
        unsigned remainder = 0;
        more = false;
        for (uint8_t& byte : rest) {
            const unsigned value = remainder << 8 | byte;
            byte = static_cast<uint8_t>(value / 10);
            remainder = value % 10;
            more = more || byte != 0;
        }
        digits.insert(digits.begin(), static_cast<char>('0' + remainder));
    }
    return digits;
}

/// `bytes` or `string` whose offset stands in `word`.
std::optional<BytesView> dynamic_bytes(BytesView arguments, BytesView word) {
    const auto offset = codec::word_value(word);
    if (!offset || *offset > arguments.size()) return std::nullopt;
    const BytesView tail = arguments.subspan(static_cast<size_t>(*offset));
    const auto size = codec::word_value(tail);
    if (!size || *size > tail.size() - codec::word_size) return std::nullopt;
    return tail.subspan(codec::word_size, static_cast<size_t>(*size));
}

/// Text from a contract, made safe to stand in a message: printable ASCII and whole UTF-8 pass,
/// control characters do not.
std::string readable(BytesView bytes) {
    std::string out;
    for (const uint8_t byte : bytes.first(std::min<size_t>(bytes.size(), 1024)))
        out += byte >= 0x20 && byte < 0x7f ? static_cast<char>(byte) : '?';
    return out;
}

/// An array of one-word values.
std::optional<std::string> list_text(const std::string& type, BytesView arguments, BytesView word) {
    if (type == "string" || type == "bytes" || type.ends_with("]")) return std::nullopt;
    const auto offset = codec::word_value(word);
    if (!offset || *offset > arguments.size()) return std::nullopt;
    const BytesView tail = arguments.subspan(static_cast<size_t>(*offset));
    const auto count = codec::word_value(tail);
    if (!count || *count > tail.size() / codec::word_size - 1) return std::nullopt;
    std::string out = "[";
    for (size_t i = 0; i < static_cast<size_t>(*count); ++i) {
        const auto one = argument_text({.type = type, .name = {}, .components = {}}, tail,
                                       (i + 1) * codec::word_size);
        if (!one) return std::nullopt;
        out += (i == 0 ? "" : ", ") + *one;
    }
    return out + "]";
}

}  // namespace

std::optional<std::string> argument_text(const codec::AbiParameter& p, BytesView arguments,
                                         size_t at) {
    if (at + codec::word_size > arguments.size()) return std::nullopt;
    const BytesView word = arguments.subspan(at, codec::word_size);
    if (p.type == "string" || p.type == "bytes") {
        const auto bytes = dynamic_bytes(arguments, word);
        if (!bytes) return std::nullopt;
        return p.type == "string" ? "\"" + readable(*bytes) + "\"" : to_hex(*bytes);
    }
    if (p.type.ends_with("[]") && !p.type.starts_with("tuple"))
        return list_text(p.type.substr(0, p.type.size() - 2), arguments, word);
    if (p.type.ends_with("]") || p.type.starts_with("tuple")) return std::nullopt;
    if (p.type == "address") return to_hex(word.subspan(12));
    if (p.type == "bool") return word[31] != 0 ? "true" : "false";
    if (p.type.starts_with("bytes")) {
        const auto size = parse_decimal(std::string_view{p.type}.substr(5));
        return to_hex(word.first(size && *size <= 32 ? static_cast<size_t>(*size) : 32));
    }
    if (p.type.starts_with("uint")) return decimal_of(word);
    return std::nullopt;
}

ErrorNames::ErrorNames(std::span<const protocol::Contract> contracts) {
    learn("Error(string message)");
    learn("Panic(uint256 code)");
    learn(codec::MalformedArguments::abi);
    learn(codec::NotPayable::abi);
    learn("InsufficientEther(address sender, uint256 balance, uint256 needed)");
    learn("NoContractAtAddress(address target)");
    learn("OutOfGas(uint256 limit)");
    for (const protocol::Contract& contract : contracts)
        for (const std::string_view line : contract.face.errors) learn(line);
    for (const codec::FaceText& face : protocol::issued_faces())
        for (const std::string_view line : face.errors) learn(line);
}

void ErrorNames::learn(std::string_view text) {
    if (auto line = codec::parse_abi_line(text)) lines_.try_emplace(line->selector(), *line);
}

std::string ErrorNames::reason(BytesView output) const {
    if (output.size() < 4) return {};
    const uint32_t selector = uint32_t{output[0]} << 24 | uint32_t{output[1]} << 16 |
                              uint32_t{output[2]} << 8 | uint32_t{output[3]};
    const auto it = lines_.find(selector);
    if (it == lines_.end()) return {};
    const codec::AbiLine& line = it->second;
    const BytesView arguments = output.subspan(4);
    if (selector == 0x08c379a0) {  // Error(string): the text alone, as every node shows it
        const auto text =
            arguments.size() < 32 ? std::nullopt : dynamic_bytes(arguments, arguments.first(32));
        return text ? readable(*text) : std::string{};
    }
    std::string out = line.name + "(";
    for (size_t i = 0; i < line.inputs.size(); ++i) {
        const auto text = argument_text(line.inputs[i], arguments, i * codec::word_size);
        if (!text) return line.name + "(...)";
        if (i != 0) out += ", ";
        if (!line.inputs[i].name.empty()) out += line.inputs[i].name + "=";
        out += *text;
    }
    return out + ")";
}

}  // namespace thaw::rpc
