#include "thaw/codec/abi_json.hpp"

namespace thaw::codec {

namespace {

constexpr unsigned tuple_depth_max = 8;

bool take_word(std::string_view& text, std::string_view word) {
    if (!text.starts_with(word)) return false;
    text.remove_prefix(word.size());
    return true;
}

std::string_view take_until(std::string_view& text, std::string_view stops) {
    const size_t end = std::min(text.find_first_of(stops), text.size());
    const std::string_view taken = text.substr(0, end);
    text.remove_prefix(end);
    return taken;
}

std::optional<std::vector<AbiParameter>> read_list(std::string_view& text, unsigned depth);

/// "uint256 assets", "address indexed who", "(uint256 a,address b)[] xs".
std::optional<AbiParameter> read_parameter(std::string_view& text, unsigned depth) {
    AbiParameter parameter;
    if (text.starts_with('(')) {
        if (depth == tuple_depth_max) return std::nullopt;
        auto components = read_list(text, depth + 1);
        if (!components) return std::nullopt;
        parameter.components = *std::move(components);
        parameter.type = "tuple";
    } else if (text.starts_with("tuple")) {
        return std::nullopt;  // a tuple is written as its components
    }
    parameter.type += take_until(text, " ,)(");
    if (parameter.type.empty()) return std::nullopt;
    if (take_word(text, " indexed")) parameter.indexed = true;
    if (take_word(text, " ")) parameter.name = take_until(text, " ,)(");
    return parameter;
}

/// A parenthesised list, parentheses included.
std::optional<std::vector<AbiParameter>> read_list(std::string_view& text, unsigned depth) {
    std::vector<AbiParameter> list;
    if (!take_word(text, "(")) return std::nullopt;
    if (take_word(text, ")")) return list;
    while (true) {
        auto parameter = read_parameter(text, depth);
        if (!parameter) return std::nullopt;
        list.push_back(*std::move(parameter));
        if (take_word(text, ")")) return list;
        if (!take_word(text, ",")) return std::nullopt;
        while (take_word(text, " ")) {
        }
    }
}

std::string canonical(const std::vector<AbiParameter>& list) {
    std::string out = "(";
    for (const AbiParameter& p : list) {
        if (out.size() > 1) out += ',';
        if (p.type.starts_with("tuple"))
            out += canonical(p.components) + p.type.substr(5);
        else
            out += p.type;
    }
    return out + ')';
}

/// Names and types of ABI lines hold no character that JSON would escape.
void write_list(std::string& out, const std::vector<AbiParameter>& list, bool event) {
    out += '[';
    for (const AbiParameter& p : list) {
        if (&p != &list.front()) out += ',';
        out += R"({"name":")" + p.name + R"(","type":")" + p.type + '"';
        if (event) out += p.indexed ? R"(,"indexed":true)" : R"(,"indexed":false)";
        if (p.type.starts_with("tuple")) {
            out += R"(,"components":)";
            write_list(out, p.components, false);
        }
        out += '}';
    }
    out += ']';
}

enum class Kind : uint8_t { function, event, error };

void write_line(std::string& out, std::string_view text, Kind kind) {
    const auto line = parse_abi_line(text);
    if (!line) return;
    if (out.size() > 1) out += ',';
    out += R"({"type":")";
    out += kind == Kind::function ? "function" : kind == Kind::event ? "event" : "error";
    out += R"(","name":")" + line->name + R"(","inputs":)";
    write_list(out, line->inputs, kind == Kind::event);
    if (kind == Kind::function) {
        out += R"(,"outputs":)";
        write_list(out, line->outputs, false);
        out += R"(,"stateMutability":")";
        out += line->view ? "view" : line->payable ? "payable" : "nonpayable";
        out += '"';
    }
    if (kind == Kind::event) out += R"(,"anonymous":false)";
    out += '}';
}

}  // namespace

std::string AbiLine::signature() const { return name + canonical(inputs); }

uint32_t AbiLine::selector() const {
    const auto h = crypto::keccak256(signature()).bytes;
    return uint32_t{h[0]} << 24 | uint32_t{h[1]} << 16 | uint32_t{h[2]} << 8 | uint32_t{h[3]};
}

std::optional<AbiLine> parse_abi_line(std::string_view text) {
    AbiLine line;
    line.name = take_until(text, "(");
    if (line.name.empty()) return std::nullopt;
    auto inputs = read_list(text, 0);
    if (!inputs) return std::nullopt;
    line.inputs = *std::move(inputs);
    line.view = take_word(text, " view");
    line.payable = take_word(text, " payable");
    if (take_word(text, " returns ")) {
        auto outputs = read_list(text, 0);
        if (!outputs) return std::nullopt;
        line.outputs = *std::move(outputs);
    }
    if (!text.empty()) return std::nullopt;
    return line;
}

std::string abi_json(const FaceText& face) {
    std::string out = "[";
    for (const std::string_view line : face.functions) write_line(out, line, Kind::function);
    for (const std::string_view line : face.events) write_line(out, line, Kind::event);
    for (const std::string_view line : face.errors) write_line(out, line, Kind::error);
    return out + ']';
}

}  // namespace thaw::codec
