/// Numbers modulo the order n of secp256k1, as much of them as recovering signers takes.
#pragma once
#include "thaw/base/types.hpp"

namespace thaw::crypto {

/// A number of 256 bits, the least significant word first.
using Words = std::array<uint64_t, 4>;

/// Of big-endian bytes, and back.
constexpr Words words_of(const Hash& bytes) {
    Words words{};
    for (size_t i = 0; i < bytes.bytes.size(); ++i)
        words[3 - i / 8] = words[3 - i / 8] << 8 | bytes.bytes[i];
    return words;
}
Hash bytes_of(const Words& words);

/// `count` bits from this one on, fewer than 64; there are none above the highest.
constexpr uint64_t bits_at(const Words& number, size_t bit, unsigned count) {
    uint64_t bits = number[bit / 64] >> bit % 64;
    if (bit % 64 + count > 64 && bit / 64 < 3) bits |= number[bit / 64 + 1] << (64 - bit % 64);
    return bits & ((1ull << count) - 1);
}

/// Below 2^256, the same modulo n and below n.
Words reduced(const Words& a);
/// a b modulo n; both below n, as below.
Words multiplied(const Words& a, const Words& b);
/// The inverse modulo n, and zero of zero; a below n. As long as about 120 products, and in a time
/// that depends on a: for numbers that anybody may know.
Words inverted(const Words& a);
/// n - a, and zero of zero.
Words negated(const Words& a);
bool is_zero(const Words& a);
/// Above half of n.
bool is_high(const Words& a);

/// A number of 128 bits and its sign.
struct Half {
    Words magnitude;
    bool negative;
};
/// k as first + second * lambda modulo n, where lambda is the cube root of one by which the curve's
/// endomorphism (x, y) -> (beta x, y) multiplies. Gallant, Lambert, Vanstone, "Faster point
/// multiplication on elliptic curves with efficient endomorphisms" (2001); the magnitudes are at
/// most 0.64 * 2^128.
struct Split {
    Half first;
    Half second;
};
Split split(const Words& k);

/// The signed digits of a number, the least significant first, of `width` bits each: from
/// -2^(width - 1) + 1 to 2^(width - 1). Requires that the last of them takes what is left over.
template <size_t count>
std::array<int64_t, count> digits_of(const Words& number, unsigned width) {
    std::array<int64_t, count> digits;
    int64_t carry = 0;
    for (size_t i = 0; i < count; ++i) {
        digits[i] = static_cast<int64_t>(bits_at(number, i * width, width)) + carry;
        carry = digits[i] > 1ll << (width - 1) ? 1 : 0;
        digits[i] -= carry << width;
    }
    return digits;
}

}  // namespace thaw::crypto
