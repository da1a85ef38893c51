/// Integer arithmetic that names its direction: 256-bit products of 128-bit amounts, checked sums.
#pragma once
#include <optional>

#include "thaw/base/assert.hpp"
#include "thaw/base/types.hpp"

namespace thaw {

enum class Round : bool { down, up };

/// A 256-bit product as two halves.
struct Wide {
    u128 high = 0;
    u128 low = 0;
    friend constexpr auto operator<=>(const Wide&, const Wide&) = default;
};

constexpr Wide wide_mul(u128 a, u128 b) {
    const u128 mask = ~uint64_t{0};
    const u128 low = (a & mask) * (b & mask);
    const u128 mid1 = (a >> 64) * (b & mask);
    const u128 mid2 = (a & mask) * (b >> 64);
    const u128 carry = (low >> 64) + (mid1 & mask) + (mid2 & mask);
    return {.high = (a >> 64) * (b >> 64) + (mid1 >> 64) + (mid2 >> 64) + (carry >> 64),
            .low = (low & mask) | (carry << 64)};
}

struct Quotient {
    u128 quotient;
    u128 remainder;
};

/// 256 / 128 division, Knuth's algorithm D on 64-bit limbs (TAOCP 4.3.1). Requires `n.high < d`.
constexpr Quotient wide_div(Wide n, u128 d) {
    if (n.high == 0) return {n.low / d, n.low % d};
    const int shift = d >> 64 != 0 ? std::countl_zero(static_cast<uint64_t>(d >> 64))
                                   : 64 + std::countl_zero(static_cast<uint64_t>(d));
    d <<= shift;
    if (shift != 0) {
        n.high = n.high << shift | n.low >> (128 - shift);
        n.low <<= shift;
    }
    const u128 base = u128{1} << 64;
    const u128 d1 = d >> 64;
    const u128 d0 = d & (base - 1);
    const auto step =
        [&](u128 high,
            uint64_t next) -> Quotient {  // (high·2^64 + next) / d, one limb of the quotient
        u128 q = high / d1;
        u128 r = high % d1;
        while (q >= base || q * d0 > (r << 64 | next)) {
            --q;
            r += d1;
            if (r >= base) break;
        }
        return {q, (high << 64 | next) - q * d};  // modulo 2^128: the true remainder is below d
    };
    const Quotient upper = step(n.high, static_cast<uint64_t>(n.low >> 64));
    const Quotient lower = step(upper.remainder, static_cast<uint64_t>(n.low));
    return {upper.quotient << 64 | lower.quotient, lower.remainder >> shift};
}

/// a · b / c with a 256-bit product. Nothing when the quotient does not fit; dividing by zero is a
/// bug.
constexpr std::optional<u128> mul_div(u128 a, u128 b, u128 c, Round round) {
    THAW_ASSERT(c != 0);
    const Wide product = wide_mul(a, b);
    if (product.high >= c) return std::nullopt;
    const Quotient q = wide_div(product, c);
    if (round == Round::down || q.remainder == 0) return q.quotient;
    if (q.quotient == u128_max) return std::nullopt;
    return q.quotient + 1;
}
constexpr std::optional<u128> mul_div_down(u128 a, u128 b, u128 c) {
    return mul_div(a, b, c, Round::down);
}
constexpr std::optional<u128> mul_div_up(u128 a, u128 b, u128 c) {
    return mul_div(a, b, c, Round::up);
}

static_assert(mul_div_down(7, 3, 2) == 10);
static_assert(mul_div_up(7, 3, 2) == 11);
static_assert(mul_div_up(u128_max, u128_max, u128_max) == u128_max);
static_assert(!mul_div_down(u128_max, 2, 1));
static_assert(mul_div_down(u128_max - 1, u128_max - 5, u128_max) == u128_max - 6);

constexpr std::optional<u128> checked_add(u128 a, u128 b) {
    const u128 sum = a + b;
    return sum < a ? std::nullopt : std::optional{sum};
}

/// a + b where overflow would be a bug.
constexpr u128 add(u128 a, u128 b) {
    const u128 sum = a + b;
    THAW_ASSERT(sum >= a);
    return sum;
}
/// a − b where a negative result would be a bug.
constexpr u128 sub(u128 a, u128 b) {
    THAW_ASSERT(a >= b);
    return a - b;
}

}  // namespace thaw
