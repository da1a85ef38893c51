#include "thaw/main/spoken_calls.hpp"

#include "thaw/base/text.hpp"
#include "thaw/codec/abi_json.hpp"
#include "thaw/rpc/decode.hpp"

namespace thaw::cli {

namespace {

std::string text_of(const json::value& object, std::string_view key) {
    return std::string{std::string_view{object.at(key).as_string()}};
}

/// Splits at blanks; what stands in double quotes is one word.
std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    bool quoted = false, open = false;
    for (const char c : text) {
        if (c == '"') {
            quoted = !quoted;
            if (!open) words.emplace_back();
            open = true;
        } else if (c == ' ' && !quoted) {
            open = false;
        } else {
            if (!open) words.emplace_back();
            open = true;
            words.back() += c;
        }
    }
    return words;
}

std::vector<std::string> list_of(std::string_view text) {
    std::vector<std::string> all;
    while (!text.empty()) {
        const size_t end = std::min(text.find(','), text.size());
        all.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return all;
}

/// A type that takes one word.
Bytes word_of(const std::string& type, const std::string& name, const std::string& given) {
    Bytes out;
    if (type == "address") {
        codec::Codec<Address>::encode(out, address_called(given, name));
    } else if (type == "bool" && (given == "true" || given == "false")) {
        codec::append_word(out, given == "true" ? 1 : 0);
    } else if (type == "bytes32" && parse_hash(given)) {
        append(out, parse_hash(given)->bytes);
    } else if (type.starts_with("uint")) {
        const auto number = parse_decimal(given);
        if (number)
            codec::append_word(out, *number);
        else if (type == "uint8" && name == "network")
            codec::append_word(out, network_called(given).id);
    }
    if (out.size() == codec::word_size) return out;
    throw Failure{ExitCode::usage, name + " must be a " + type + ", not \"" + given + "\""};
}

/// A dynamic type: text, or a list of one-word values.
Bytes tail_of(const std::string& type, const std::string& name, const std::string& given) {
    Bytes out;
    if (type == "string") {
        codec::Codec<std::string>::encode(out, given);
        return out;
    }
    if (!type.ends_with("[]"))
        throw Failure{ExitCode::usage, name + " is a " + type + ", which has no words here"};
    const auto items = list_of(given);
    codec::append_word(out, items.size());
    for (const std::string& item : items)
        append(out, word_of(type.substr(0, type.size() - 2), name, item));
    return out;
}

Bytes encoded(const json::array& inputs, const std::vector<std::string>& words) {
    Bytes heads, tails;
    for (size_t i = 0; i < inputs.size(); ++i) {
        const std::string type = text_of(inputs[i], "type");
        const std::string name = text_of(inputs[i], "name");
        if (type == "string" || type == "bytes" || type.ends_with("]")) {
            codec::append_word(heads, inputs.size() * codec::word_size + tails.size());
            append(tails, tail_of(type, name, words[i + 1]));
        } else {
            append(heads, word_of(type, name, words[i + 1]));
        }
    }
    append(heads, tails);
    return heads;
}

const json::value& contract_named(const json::array& contracts, std::string_view name) {
    for (const json::value& contract : contracts)
        if (text_of(contract, "name") == name) return contract;
    throw Failure{ExitCode::usage, "there is no contract \"" + std::string{name} +
                                       "\"; GET /v1/contracts lists what there is"};
}

}  // namespace

SpokenCall spoken_call(const json::array& contracts, std::string_view text) {
    const auto words = words_of(text);
    const size_t dot = words.empty() ? std::string::npos : words[0].rfind('.');
    if (dot == std::string::npos)
        throw Failure{ExitCode::usage, "a call is written as \"networks.setFee bnb 900\", not \"" +
                                           std::string{text} + "\""};
    const json::value& contract = contract_named(contracts, words[0].substr(0, dot));
    const std::string verb = words[0].substr(dot + 1);
    for (const json::value& entry : contract.at("abi").as_array()) {
        if (text_of(entry, "type") != "function" || text_of(entry, "name") != verb) continue;
        const json::array& inputs = entry.at("inputs").as_array();
        std::string signature = verb + "(", shape;
        for (const json::value& input : inputs) {
            signature += (signature.back() == '(' ? "" : ",") + text_of(input, "type");
            shape += " " + text_of(input, "name");
        }
        if (words.size() != inputs.size() + 1)
            throw Failure{ExitCode::usage, "it takes: " + words[0] + shape};
        const auto line = codec::parse_abi_line(signature + ")");
        SpokenCall call{.target = address_called(text_of(contract, "address"), "the contract"),
                        .payload = {}};
        codec::append_selector(call.payload, line->selector());
        append(call.payload, encoded(inputs, words));
        return call;
    }
    throw Failure{ExitCode::usage, words[0].substr(0, dot) + " has no verb \"" + verb + "\""};
}

}  // namespace thaw::cli
