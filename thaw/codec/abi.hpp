/// How C++ types are spelt on Ethereum's wire: static and dynamic types, arrays and tuples, decoded
/// strictly.
///
/// A decoder accepts exactly what the encoder writes: too short, too long, out of range, padding
/// that is not zero, tails out of order are all "no". So decode followed by encode is the identity
/// on whatever was accepted.
#pragma once
#include <optional>
#include <string>
#include <tuple>

#include "thaw/codec/fields.hpp"
#include "thaw/codec/text.hpp"

namespace thaw::codec {

inline constexpr size_t word_size = 32;

/// One C++ type's spelling. Every specialisation has `name(Canonical&)`, `dynamic`, `head` (bytes
/// in the head of a sequence), `encode(Bytes&, value)` and `decode(BytesView, size_t& used)`. A
/// type without one cannot cross the boundary.
template <class T>
struct Codec;

/// An allowance: the wire's 2^256 − 1 (and all that does not fit) means unlimited, which is
/// u128_max inside.
struct Allowance {
    u128 value = 0;
    friend constexpr auto operator<=>(const Allowance&, const Allowance&) = default;
    constexpr bool unlimited() const { return value == u128_max; }
};
/// bytes4, for interface ids.
struct Selector {
    uint32_t value = 0;
};
/// A 64-bit number that the ABI calls uint256: a token id, a deadline, a nonce.
struct Number {
    uint64_t value = 0;
    friend constexpr auto operator<=>(const Number&, const Number&) = default;
};

/// A point in time, in seconds: what ERC-6372 calls uint48.
struct Clock {
    uint64_t value = 0;
    friend constexpr auto operator<=>(const Clock&, const Clock&) = default;
};
/// Votes as OpenZeppelin's checkpoints show them, uint208; none here is above 2^128.
struct Tally208 {
    u128 value = 0;
};

/// A uint256 kept as its 32 bytes, for values that are signed as they stand.
struct Word {
    Hash bytes;
};
/// bytes1.
struct Byte {
    uint8_t value = 0;
};

namespace detail {

/// Eight big-endian bytes.
inline uint64_t load_big(const uint8_t* from) {
    uint64_t word = 0;
    std::memcpy(&word, from, sizeof word);
    return __builtin_bswap64(word);
}
inline void store_big(uint8_t* to, uint64_t word) {
    word = __builtin_bswap64(word);
    std::memcpy(to, &word, sizeof word);
}

}  // namespace detail

inline void append_word(Bytes& out, u128 value) {
    std::array<uint8_t, word_size> word{};
    detail::store_big(&word[16], static_cast<uint64_t>(value >> 64));
    detail::store_big(&word[24], static_cast<uint64_t>(value));
    append(out, word);
}

/// An address behind twelve zeros.
inline Hash address_word(const Address& a) {
    Hash word;
    std::copy(a.bytes.begin(), a.bytes.end(), word.bytes.begin() + 12);
    return word;
}

/// The word at the front of `data` as a number below 2^128, or nothing.
inline std::optional<u128> word_value(BytesView data) {
    if (data.size() < word_size) return std::nullopt;
    if ((detail::load_big(&data[0]) | detail::load_big(&data[8])) != 0) return std::nullopt;
    return u128{detail::load_big(&data[16])} << 64 | detail::load_big(&data[24]);
}

namespace detail {

/// What all one-word types share.
struct OneWord {
    static constexpr bool dynamic = false;
    static constexpr size_t head = word_size;
};

/// A number in one word, refused above its maximum.
template <class T, u128 max>
struct NumberCodec : OneWord {
    static void encode(Bytes& out, T value) { append_word(out, u128{value}); }
    static std::optional<T> decode(BytesView data, size_t& used) {
        const auto value = word_value(data);
        if (!value || *value > max) return std::nullopt;
        used += word_size;
        return static_cast<T>(*value);
    }
};
inline size_t padded(size_t size) { return (size + word_size - 1) / word_size * word_size; }

/// `bytes` and `string` alike: a length, then the bytes, then zeros up to a whole word.
template <class T>
struct BytesCodec {
    static constexpr bool dynamic = true;
    static constexpr size_t head = word_size;
    static void encode(Bytes& out, const T& value) {
        append_word(out, value.size());
        const size_t at = out.size();
        out.resize(at + padded(value.size()));
        std::copy(value.begin(), value.end(), out.begin() + static_cast<std::ptrdiff_t>(at));
    }
    static std::optional<T> decode(BytesView data, size_t& used) {
        const auto size = word_value(data);
        if (!size || *size > data.size() - word_size) return std::nullopt;
        const auto length = static_cast<size_t>(*size);
        data = data.subspan(word_size);
        if (padded(length) > data.size()) return std::nullopt;
        for (size_t i = length; i < padded(length); ++i)
            if (data[i] != 0) return std::nullopt;
        used += word_size + padded(length);
        return T(data.begin(), data.begin() + static_cast<std::ptrdiff_t>(length));
    }
};

}  // namespace detail

#define THAW_ABI_NAME(text) \
    static constexpr void name(Canonical& out) { out.push(text); }

template <>
struct Codec<u128> : detail::NumberCodec<u128, u128_max> {
    THAW_ABI_NAME("uint256")
};
template <>
struct Codec<uint64_t> : detail::NumberCodec<uint64_t, ~uint64_t{0}> {
    THAW_ABI_NAME("uint64")
};
template <>
struct Codec<uint32_t> : detail::NumberCodec<uint32_t, ~uint32_t{0}> {
    THAW_ABI_NAME("uint32")
};
template <>
struct Codec<uint16_t> : detail::NumberCodec<uint16_t, 0xffff> {
    THAW_ABI_NAME("uint16")
};
template <>
struct Codec<uint8_t> : detail::NumberCodec<uint8_t, 0xff> {
    THAW_ABI_NAME("uint8")
};
template <>
struct Codec<bool> : detail::NumberCodec<bool, 1> {
    THAW_ABI_NAME("bool")
};
template <>
struct Codec<std::string> : detail::BytesCodec<std::string> {
    THAW_ABI_NAME("string")
};
template <>
struct Codec<Bytes> : detail::BytesCodec<Bytes> {
    THAW_ABI_NAME("bytes")
};

namespace detail {
/// A struct around a number, refused above its maximum.
template <class T, u128 max>
struct WrappedCodec : OneWord {
    static void encode(Bytes& out, T wrapped) { append_word(out, wrapped.value); }
    static std::optional<T> decode(BytesView data, size_t& used) {
        const auto value = word_value(data);
        if (!value || *value > max) return std::nullopt;
        used += word_size;
        return T{static_cast<decltype(T::value)>(*value)};
    }
};
}  // namespace detail
template <>
struct Codec<Clock> : detail::WrappedCodec<Clock, (u128{1} << 48) - 1> {
    THAW_ABI_NAME("uint48")
};
template <>
struct Codec<Tally208> : detail::WrappedCodec<Tally208, u128_max> {
    THAW_ABI_NAME("uint208")
};

template <class Unit>
struct Codec<Quantity<Unit>> : detail::OneWord {
    THAW_ABI_NAME("uint256")
    static void encode(Bytes& out, Quantity<Unit> q) { append_word(out, q.value); }
    static std::optional<Quantity<Unit>> decode(BytesView data, size_t& used) {
        const auto value = Codec<u128>::decode(data, used);
        if (!value) return std::nullopt;
        return Quantity<Unit>{*value};
    }
};
template <>
struct Codec<SubShares>;  // sub-shares stay inside: no codec

template <>
struct Codec<Number> : detail::OneWord {
    THAW_ABI_NAME("uint256")
    static void encode(Bytes& out, Number n) { append_word(out, n.value); }
    /// Saturates: a deadline of 2^256 − 1 is "never", an id that large names nothing.
    static std::optional<Number> decode(BytesView data, size_t& used) {
        if (data.size() < word_size) return std::nullopt;
        used += word_size;
        const auto value = word_value(data);
        if (!value || *value > ~uint64_t{0}) return Number{~uint64_t{0}};
        return Number{static_cast<uint64_t>(*value)};
    }
};
template <>
struct Codec<Allowance> : detail::OneWord {
    THAW_ABI_NAME("uint256")
    static void encode(Bytes& out, Allowance a) {
        if (a.unlimited())
            out.resize(out.size() + word_size, 0xff);
        else
            append_word(out, a.value);
    }
    static std::optional<Allowance> decode(BytesView data, size_t& used) {
        if (data.size() < word_size) return std::nullopt;
        used += word_size;
        return Allowance{word_value(data).value_or(u128_max)};
    }
};
template <>
struct Codec<Address> : detail::OneWord {
    THAW_ABI_NAME("address")
    static void encode(Bytes& out, const Address& a) { append(out, address_word(a).bytes); }
    static std::optional<Address> decode(BytesView data, size_t& used) {
        if (data.size() < word_size) return std::nullopt;
        if ((detail::load_big(&data[0]) | detail::load_big(&data[4])) != 0) return std::nullopt;
        used += word_size;
        Address a;
        std::copy_n(data.begin() + 12, 20, a.bytes.begin());
        return a;
    }
};
template <>
struct Codec<Hash> : detail::OneWord {
    THAW_ABI_NAME("bytes32")
    static void encode(Bytes& out, const Hash& h) { append(out, h.bytes); }
    static std::optional<Hash> decode(BytesView data, size_t& used) {
        if (data.size() < word_size) return std::nullopt;
        used += word_size;
        Hash h;
        std::copy_n(data.begin(), word_size, h.bytes.begin());
        return h;
    }
};
template <>
struct Codec<Word> : detail::OneWord {
    THAW_ABI_NAME("uint256")
    static void encode(Bytes& out, const Word& w) { append(out, w.bytes.bytes); }
    static std::optional<Word> decode(BytesView data, size_t& used) {
        const auto bytes = Codec<Hash>::decode(data, used);
        if (!bytes) return std::nullopt;
        return Word{*bytes};
    }
};
template <>
struct Codec<Byte> : detail::OneWord {
    THAW_ABI_NAME("bytes1")
    static void encode(Bytes& out, Byte b) {
        append_word(out, 0);
        out[out.size() - word_size] = b.value;
    }
    static std::optional<Byte> decode(BytesView data, size_t& used) {
        if (data.size() < word_size) return std::nullopt;
        for (size_t i = 1; i < word_size; ++i)
            if (data[i] != 0) return std::nullopt;
        used += word_size;
        return Byte{data[0]};
    }
};
template <>
struct Codec<Selector> : detail::OneWord {
    THAW_ABI_NAME("bytes4")
    static void encode(Bytes& out, Selector s) {
        append_word(out, 0);
        for (size_t i = 0; i < 4; ++i)
            out[out.size() - word_size + i] = static_cast<uint8_t>(s.value >> (24 - 8 * i));
    }
    static std::optional<Selector> decode(BytesView data, size_t& used) {
        if (data.size() < word_size) return std::nullopt;
        for (size_t i = 4; i < word_size; ++i)
            if (data[i] != 0) return std::nullopt;
        used += word_size;
        return Selector{uint32_t{data[0]} << 24 | uint32_t{data[1]} << 16 | uint32_t{data[2]} << 8 |
                        uint32_t{data[3]}};
    }
};

namespace detail {

template <class... T>
inline constexpr size_t heads = (size_t{0} + ... + Codec<T>::head);

/// One element of a sequence: in place when static, as an offset and a tail when dynamic.
template <class T>
void encode_element(Bytes& out, size_t start, size_t head_bytes, Bytes& tail, const T& value) {
    static_cast<void>(start);
    if constexpr (Codec<T>::dynamic) {
        append_word(out, head_bytes + tail.size());
        Codec<T>::encode(tail, value);
    } else {
        Codec<T>::encode(out, value);
    }
}

template <class T>
std::optional<T> decode_element(BytesView sequence, size_t& head_at, size_t& tail_at) {
    if (head_at > sequence.size()) return std::nullopt;
    if constexpr (Codec<T>::dynamic) {
        const auto offset = word_value(sequence.subspan(head_at));
        head_at += word_size;
        if (!offset || *offset != tail_at || tail_at > sequence.size()) return std::nullopt;
        return Codec<T>::decode(sequence.subspan(tail_at), tail_at);
    } else {
        return Codec<T>::decode(sequence.subspan(head_at), head_at);
    }
}

}  // namespace detail

/// Encodes values one after another as the ABI's tuple encoding: heads, then tails.
template <class... T>
void encode_sequence(Bytes& out, const T&... values) {
    Bytes tail;
    if (out.empty()) out.reserve(detail::heads<T...>);
    (detail::encode_element(out, 0, detail::heads<T...>, tail, values), ...);
    append(out, tail);
}

/// Decodes a sequence at the front of `data`; adds what it read to `used`.
template <class... T>
std::optional<std::tuple<T...>> decode_sequence(BytesView data, size_t& used) {
    size_t head_at = 0;
    size_t tail_at = detail::heads<T...>;
    std::tuple<std::optional<T>...> parts;
    const bool whole = [&]<size_t... I>(std::index_sequence<I...>) {
        return (
            (std::get<I>(parts) = detail::decode_element<T>(data, head_at, tail_at)).has_value() &&
            ...);
    }
    (std::index_sequence_for<T...>{});
    if (!whole || tail_at > data.size()) return std::nullopt;
    used += tail_at;
    return std::apply([](auto&... part) { return std::tuple<T...>{std::move(*part)...}; }, parts);
}

/// Decodes a whole argument list: every byte must be accounted for.
template <class... T>
std::optional<std::tuple<T...>> decode(BytesView data) {
    size_t used = 0;
    auto values = decode_sequence<T...>(data, used);
    if (used != data.size()) return std::nullopt;
    return values;
}

template <class... T>
constexpr Canonical types_of() {
    Canonical text;
    size_t n = 0;
    ((text.push(n++ == 0 ? "" : ","), Codec<T>::name(text)), ...);
    return text;
}

template <class T>
struct Codec<std::vector<T>> {
    static constexpr bool dynamic = true;
    static constexpr size_t head = word_size;
    static constexpr void name(Canonical& out) {
        Codec<T>::name(out);
        out.push("[]");
    }
    static void encode(Bytes& out, const std::vector<T>& values) {
        append_word(out, values.size());
        Bytes tail;
        for (const T& value : values)
            detail::encode_element(out, 0, Codec<T>::head * values.size(), tail, value);
        append(out, tail);
    }
    static std::optional<std::vector<T>> decode(BytesView data, size_t& used) {
        const auto count = word_value(data);
        if (!count || *count > data.size() / Codec<T>::head) return std::nullopt;
        const BytesView sequence = data.subspan(word_size);
        std::vector<T> values;
        values.reserve(static_cast<size_t>(*count));
        size_t head_at = 0;
        size_t tail_at = Codec<T>::head * static_cast<size_t>(*count);
        for (u128 i = 0; i < *count; ++i) {
            auto value = detail::decode_element<T>(sequence, head_at, tail_at);
            if (!value) return std::nullopt;
            values.push_back(std::move(*value));
        }
        used += word_size + tail_at;
        return values;
    }
};

/// A struct that declares `using AbiTuple = void;` crosses the boundary as a tuple of its fields.
template <class T>
requires requires { typename T::AbiTuple; }
struct Codec<T> {
    template <class Tuple>
    struct Of;
    template <class... F>
    struct Of<std::tuple<F...>> {
        static constexpr bool dynamic = (Codec<F>::dynamic || ...);
        static constexpr size_t heads = detail::heads<F...>;
        static constexpr Canonical types = types_of<F...>();
        static std::optional<T> decode(BytesView data, size_t& used) {
            auto parts = decode_sequence<F...>(data, used);
            if (!parts) return std::nullopt;
            return std::apply([](auto&... part) { return T{std::move(part)...}; }, *parts);
        }
    };
    using Fields = Of<FieldTypes<T>>;
    static constexpr bool dynamic = Fields::dynamic;
    static constexpr size_t head = dynamic ? word_size : Fields::heads;
    static constexpr void name(Canonical& out) {
        out.push('(');
        out.push(Fields::types.view());
        out.push(')');
    }
    static void encode(Bytes& out, const T& value) {
        std::apply([&](const auto&... field) { encode_sequence(out, field...); }, fields(value));
    }
    static std::optional<T> decode(BytesView data, size_t& used) {
        return Fields::decode(data, used);
    }
};

}  // namespace thaw::codec
