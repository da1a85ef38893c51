#include "thaw/crypto/scalar.hpp"

#include <algorithm>
#include <bit>

#include "thaw/crypto/secp256k1.hpp"

namespace thaw::crypto {

namespace {

constexpr Words order = words_of(curve_order);
constexpr Words half_order = words_of(half_curve_order);
/// -1 / n modulo 2^64.
constexpr uint64_t minus_one_by_n = 0x4b0dff665588b13f;
static_assert(minus_one_by_n * order[0] == ~uint64_t{0});
/// 2^256 - n.
constexpr std::array<uint64_t, 3> beyond{0x402da1732fc9bebf, 0x4551231950b75fc4, 1};

// A short basis of the pairs (a, b) with a + b lambda = 0 modulo n: (a1, -minus_b1) and (a2, a1).
constexpr std::array<uint64_t, 2> a1{0xe86c90e49284eb15, 0x3086d221a7d46bcd};
constexpr std::array<uint64_t, 2> minus_b1{0x6f547fa90abfe4c3, 0xe4437ed6010e8828};
constexpr std::array<uint64_t, 3> a2{0x57c1108d9d44cfd8, 0x14ca50f7a8e2f3f6, 1};
/// a1 2^384 / n and minus_b1 2^384 / n, to the nearest.
constexpr Words a1_by_n{0xe893209a45dbb031, 0x3daa8a1471e8ca7f, 0xe86c90e49284eb15,
                        0x3086d221a7d46bcd};
constexpr Words minus_b1_by_n{0x1571b4ae8ac47f71, 0x221208ac9df506c6, 0x6f547fa90abfe4c4,
                              0xe4437ed6010e8828};

/// Unrolled: small loops over words are half of the work otherwise.
template <size_t m, size_t n>
[[gnu::always_inline]] inline std::array<uint64_t, m + n> product(
    const std::array<uint64_t, m>& a, const std::array<uint64_t, n>& b) {
    std::array<uint64_t, m + n> out{};
#pragma GCC unroll 4
    for (size_t i = 0; i < m; ++i) {
        u128 carry = 0;
#pragma GCC unroll 4
        for (size_t j = 0; j < n; ++j) {
            carry += static_cast<u128>(a[i]) * b[j] + out[i + j];
            out[i + j] = static_cast<uint64_t>(carry);
            carry >>= 64;
        }
        out[i + n] = static_cast<uint64_t>(carry);
    }
    return out;
}

/// Adds modulo 2^256 and tells what left.
template <size_t n>
[[gnu::always_inline]] inline bool add_to(Words& a, const std::array<uint64_t, n>& b) {
    u128 carry = 0;
#pragma GCC unroll 4
    for (size_t i = 0; i < a.size(); ++i) {
        carry += static_cast<u128>(a[i]) + (i < n ? b[i] : 0);
        a[i] = static_cast<uint64_t>(carry);
        carry >>= 64;
    }
    return carry != 0;
}

/// Subtracts modulo 2^256 and tells whether b was greater.
[[gnu::always_inline]] inline bool take_from(Words& a, const Words& b) {
    u128 borrow = 0;
#pragma GCC unroll 4
    for (size_t i = 0; i < a.size(); ++i) {
        const u128 rest = static_cast<u128>(a[i]) - b[i] - borrow;
        a[i] = static_cast<uint64_t>(rest);
        borrow = rest >> 127;
    }
    return borrow != 0;
}

/// `first ? a : b` without a branch.
[[gnu::always_inline]] inline Words either(bool first, const Words& a, const Words& b) {
    const uint64_t mask = -static_cast<uint64_t>(first);
    Words out;
#pragma GCC unroll 4
    for (size_t i = 0; i < out.size(); ++i) out[i] = b[i] ^ (mask & (a[i] ^ b[i]));
    return out;
}

/// a - b modulo n, for both below n.
[[gnu::always_inline]] inline void take_modulo(Words& a, const Words& b) {
    add_to(a, either(take_from(a, b), order, {}));
}

bool less(const Words& a, const Words& b) {
    Words rest = a;
    return take_from(rest, b);
}

/// Of a number with one word more, from its lowest on. Requires 0 < count < 64.
[[gnu::always_inline]] inline Words shifted_right(const Words& a, uint64_t above, unsigned count) {
    return {a[0] >> count | a[1] << (64 - count), a[1] >> count | a[2] << (64 - count),
            a[2] >> count | a[3] << (64 - count), a[3] >> count | above << (64 - count)};
}

/// a / 2^count modulo n, for a below n: as many n are added as make the lowest bits zeros
/// (Montgomery's reduction). Requires 0 < count < 64.
[[gnu::always_inline]] inline Words halved(const Words& a, unsigned count) {
    const uint64_t times = a[0] * minus_one_by_n & ((1ull << count) - 1);
    Words sum;
    u128 carry = 0;
#pragma GCC unroll 4
    for (size_t i = 0; i < sum.size(); ++i) {
        carry += static_cast<u128>(times) * order[i] + a[i];
        sum[i] = static_cast<uint64_t>(carry);
        carry >>= 64;
    }
    return shifted_right(sum, static_cast<uint64_t>(carry), count);
}

template <size_t n>
Words low_words(const std::array<uint64_t, n>& a) {
    Words out{};
    std::copy_n(a.begin(), std::min(n, out.size()), out.begin());
    return out;
}

/// k times a fraction of 2^384, to the nearest.
std::array<uint64_t, 2> share(const Words& k, const Words& fraction) {
    const auto whole = product(k, fraction);
    const u128 rounded = (static_cast<u128>(whole[7]) << 64 | whole[6]) + (whole[5] >> 63);
    return {static_cast<uint64_t>(rounded), static_cast<uint64_t>(rounded >> 64)};
}

Half half_of(Words two_complement) {
    if (two_complement[3] >> 63 == 0) return {two_complement, false};
    Words magnitude{};
    take_from(magnitude, two_complement);
    return {magnitude, true};
}

}  // namespace

Hash bytes_of(const Words& words) {
    Hash out;
    for (size_t i = 0; i < out.bytes.size(); ++i)
        out.bytes[i] = static_cast<uint8_t>(words[3 - i / 8] >> (56 - i % 8 * 8));
    return out;
}

Words reduced(const Words& a) {
    Words out = a;
    if (!less(out, order)) take_from(out, order);
    return out;
}

Words multiplied(const Words& a, const Words& b) {
    // What lies above 2^256 comes back as so many times `beyond`: 512, 385, 259 bits, at most 257.
    const auto whole = product(a, b);
    const auto second = product(Words{whole[4], whole[5], whole[6], whole[7]}, beyond);
    Words out = low_words(whole);
    uint64_t over = add_to(out, low_words(second));
    std::array<uint64_t, 3> high{second[4], second[5], second[6]};
    for (size_t i = 0; i < high.size() && over != 0; ++i) over = (high[i] += over) == 0;
    const auto third = product(high, beyond);
    over = third[4] + add_to(out, low_words(third));
    while (over != 0) over = over - 1 + add_to(out, beyond);
    return reduced(out);
}

/// Stein's variant of Euclid's algorithm, which halves instead of dividing. At every step x a is u
/// and y a is v modulo n, and v is odd; in the end v is 1, or n where a is zero.
Words inverted(const Words& a) {
    Words u = a, x{1};
    Words v = order, y{};
    while (!is_zero(u)) {
        while (u[0] % 2 == 0) {
            const auto twos = static_cast<unsigned>(std::min(std::countr_zero(u[0]), 63));
            u = shifted_right(u, 0, twos);
            x = halved(x, twos);
        }
        // Their difference and the smaller: which is greater no processor could foresee.
        const Words old_u = u, old_x = x;
        const bool swapped = take_from(u, v);
        take_modulo(x, y);
        v = either(swapped, old_u, v);
        y = either(swapped, old_x, y);
        Words other_u{}, other_x{};
        take_from(other_u, u);
        take_modulo(other_x, x);
        u = either(swapped, other_u, u);
        x = either(swapped, other_x, x);
    }
    return y;
}

Words negated(const Words& a) {
    if (is_zero(a)) return a;
    Words out = order;
    take_from(out, a);
    return out;
}

bool is_zero(const Words& a) { return a == Words{}; }

bool is_high(const Words& a) { return less(half_order, a); }

Split split(const Words& k) {
    const auto c1 = share(k, a1_by_n);
    const auto c2 = share(k, minus_b1_by_n);
    // The nearest point of the lattice, subtracted; below 2^128 in magnitude, so modulo 2^256.
    Words first = k;
    take_from(first, low_words(product(c1, a1)));
    take_from(first, low_words(product(c2, a2)));
    Words second = low_words(product(c1, minus_b1));
    take_from(second, low_words(product(c2, a1)));
    return {half_of(first), half_of(second)};
}

}  // namespace thaw::crypto
