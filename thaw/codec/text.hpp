/// Reads an ABI line such as "stake(uint256 amount, address to) payable returns (uint256 shares)"
/// inside the compiler.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "thaw/crypto/keccak.hpp"

namespace thaw::codec {

/// A string that can be a template argument.
template <size_t N>
struct Text {
    std::array<char, N> chars{};
    size_t size = 0;

    constexpr Text() = default;
    consteval Text(const char (&literal)[N]) : size{N - 1} {
        std::copy_n(literal, N, chars.begin());
    }

    constexpr std::string_view view() const { return {chars.data(), size}; }
    constexpr void push(char c) { chars[size++] = c; }
    constexpr void push(std::string_view s) {
        for (const char c : s) push(c);
    }
};

using Canonical = Text<512>;

/// The line, understood.
struct Declaration {
    Canonical name;
    Canonical inputs;   ///< "uint256,address": types alone, as the selector wants them
    Canonical outputs;  ///< "uint256"
    bool view = false;
    bool payable = false;
    unsigned indexed = 0;  ///< bit i: the i-th input is an indexed event field

    constexpr Canonical signature() const {
        Canonical text;
        text.push(name.view());
        text.push('(');
        text.push(inputs.view());
        text.push(')');
        return text;
    }
    constexpr Hash topic() const { return crypto::keccak256_constexpr(signature().view()); }
    constexpr uint32_t selector() const {
        const auto h = topic().bytes;
        return uint32_t{h[0]} << 24 | uint32_t{h[1]} << 16 | uint32_t{h[2]} << 8 | uint32_t{h[3]};
    }
};

namespace detail {

// Never defined: reaching one of these while compiling is the error message.
void abi_line_expects_an_opening_parenthesis();
void abi_line_expects_a_closing_parenthesis();
void abi_line_expects_a_name();
void abi_line_has_text_left_over();

/// Reads one parenthesised parameter list, keeping the types and dropping the names.
constexpr std::string_view read_parameters(std::string_view text, Canonical& types,
                                           unsigned* indexed) {
    if (text.empty() || text.front() != '(') abi_line_expects_an_opening_parenthesis();
    text.remove_prefix(1);
    bool reading_type = true;
    unsigned parameter = 0;
    while (!text.empty() && text.front() != ')') {
        const char c = text.front();
        if (c == '(') {  // a tuple: its own names are dropped the same way
            types.push('(');
            text = read_parameters(text, types, nullptr);
            types.push(')');
            continue;
        }
        if (c == ',') {
            types.push(',');
            reading_type = true;
            ++parameter;
            text.remove_prefix(1);
            while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
            continue;
        }
        if (c == ' ') {
            reading_type = false;
            if (indexed != nullptr && text.starts_with(" indexed ")) *indexed |= 1u << parameter;
        } else if (reading_type) {
            types.push(c);
        }
        text.remove_prefix(1);
    }
    if (text.empty()) abi_line_expects_a_closing_parenthesis();
    text.remove_prefix(1);
    return text;
}

constexpr bool take(std::string_view& text, std::string_view word) {
    if (!text.starts_with(word)) return false;
    text.remove_prefix(word.size());
    return true;
}

}  // namespace detail

/// Parses a declaration inside the compiler; a malformed line does not build. (constexpr, not
/// consteval: Clang 14 rejects a consteval call on a template argument. The undefined functions
/// keep a run-time call from linking all the same.)
constexpr Declaration declare(std::string_view text) {
    Declaration d;
    size_t open = 0;  // not find(): GCC 12's UBSan build cannot evaluate it on a template argument
    while (open < text.size() && text[open] != '(') ++open;
    if (open == 0 || open == text.size()) detail::abi_line_expects_a_name();
    d.name.push(text.substr(0, open));
    text = detail::read_parameters(text.substr(open), d.inputs, &d.indexed);
    d.view = detail::take(text, " view");
    d.payable = detail::take(text, " payable");
    if (detail::take(text, " returns ")) text = detail::read_parameters(text, d.outputs, nullptr);
    if (!text.empty()) detail::abi_line_has_text_left_over();
    return d;
}

static_assert(declare("f((uint256 a, address b)[] xs, bytes y)").signature().view() ==
              "f((uint256,address)[],bytes)");

}  // namespace thaw::codec
