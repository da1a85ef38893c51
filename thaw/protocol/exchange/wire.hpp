/// How Uniswap V2 speaks: its refusals are texts, its reserves are uint112.
#pragma once
#include <string>

#include "thaw/protocol/context.hpp"

namespace thaw::codec {

struct Uint112 {
    u128 value = 0;
};
template <>
struct Codec<Uint112> : detail::OneWord {
    THAW_ABI_NAME("uint112")
    static void encode(Bytes& out, Uint112 n) { append_word(out, n.value); }
    static std::optional<Uint112> decode(BytesView data, size_t& used) {
        const auto value = word_value(data);
        if (!value || *value >> 112 != 0) return std::nullopt;
        used += word_size;
        return Uint112{*value};
    }
};

}  // namespace thaw::codec

namespace thaw::protocol::exchange {

/// A bound that a caller names: what does not fit in 128 bits is as good as none.
using Limit = codec::Allowance;

/// Solidity's revert with a reason; every node and front end shows the text alone.
struct Error {
    static constexpr std::string_view abi = "Error(string message)";
    std::string message;
};
inline auto refuse(std::string_view text) { return fail(Error{std::string{text}}); }
/// What a call to an address without code, a division by zero and their like come back with.
inline auto refuse_silently() { return tl::unexpected(Revert{}); }

}  // namespace thaw::protocol::exchange
