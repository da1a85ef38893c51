/// What a constant-product pair computes: Uniswap V2's formulas to the base unit
/// (https://uniswap.org/whitepaper.pdf). Pure; proven by the compiler on the cases below.
#pragma once
#include "thaw/base/math.hpp"
#include "thaw/protocol/exchange/books.hpp"
#include "thaw/protocol/exchange/limits.hpp"

namespace thaw::protocol::exchange {

/// Amounts up to here can be multiplied by a thousand inside 128 bits.
inline constexpr u128 amount_max = u128_max / 1'000;

/// ⌊√n⌋ of a 256-bit number, by Newton's method from above.
constexpr u128 root(Wide n) {
    if (n.high == 0 && n.low == 0) return 0;
    if (n.high == u128_max) return u128_max;
    int bits = 0;
    for (u128 rest = n.high != 0 ? n.high : n.low; rest != 0; rest >>= 1) ++bits;
    if (n.high != 0) bits += 128;
    const int half = (bits + 1) / 2;
    u128 x = half >= 128 ? u128_max : u128{1} << half;
    for (;;) {
        const u128 q = wide_div(n, x).quotient;  // x ≥ ⌊√n⌋, so the quotient fits
        const u128 next = (x / 2) + (q / 2) + (x & q & 1);
        if (next >= x) return x;
        x = next;
    }
}

/// Liquidity of a first deposit, before what is locked.
constexpr u128 first_liquidity(u128 amount0, u128 amount1) {
    return root(wide_mul(amount0, amount1));
}

/// What the protocol's sixth of the growth of √k is in new liquidity, rounded down.
constexpr u128 protocol_liquidity(u128 supply, u128 root_now, u128 root_then) {
    if (root_now <= root_then) return 0;
    return *mul_div_down(supply, root_now - root_then, root_now * 5 + root_then);
}

/// What `amount_in` brings after the fee of 0.30 %, rounded down. Amounts up to `amount_max`, no
/// reserve zero; nothing when a sum leaves 128 bits.
constexpr std::optional<u128> amount_out(u128 amount_in, u128 reserve_in, u128 reserve_out) {
    if (amount_in > amount_max || reserve_in > amount_max) return std::nullopt;
    const u128 after_fee = amount_in * 997;
    const auto denominator = checked_add(reserve_in * 1'000, after_fee);
    if (!denominator) return std::nullopt;
    return mul_div_down(after_fee, reserve_out, *denominator);
}

/// What has to be given for `amount_out`, fee included, rounded up. Requires it to be less than
/// its reserve; nothing when a product leaves 128 bits.
constexpr std::optional<u128> amount_in(u128 amount_out, u128 reserve_in, u128 reserve_out) {
    if (reserve_in > amount_max || reserve_out > amount_max) return std::nullopt;
    const auto floor =
        mul_div_down(reserve_in * 1'000, amount_out, (reserve_out - amount_out) * 997);
    return floor ? checked_add(*floor, 1) : std::nullopt;
}

/// Whether a swap leaves the product of the reserves, less 0.30 % of what came in, as it was.
/// Reserves and balances fit in 112 bits.
constexpr bool keeps_product(u128 balance0, u128 balance1, u128 in0, u128 in1, u128 reserve0,
                             u128 reserve1) {
    const Wide after = wide_mul(balance0 * 1'000 - in0 * 3, balance1 * 1'000 - in1 * 3);
    return after >= wide_mul(reserve0 * 1'000, reserve1 * 1'000);
}

/// Adds ⌊reserve_other·2^112 / reserve⌋ · seconds, modulo 2^256. Reserves fit in 112 bits.
constexpr Cumulative accumulated(Cumulative sum, u128 reserve_other, u128 reserve,
                                 uint32_t seconds) {
    const u128 high = reserve_other >> 16;  // the dividend's upper 128 bits
    const Quotient upper{high / reserve, high % reserve};
    const Quotient lower = wide_div({upper.remainder, reserve_other << 112}, reserve);
    const Wide low = wide_mul(lower.quotient, seconds);
    const u128 carry = sum.low + low.low < low.low ? 1 : 0;
    return {sum.low + low.low, sum.high + upper.quotient * seconds + low.high + carry};
}

static_assert(root({0, 15}) == 3 && root({0, 16}) == 4 && root({0, 1}) == 1);
static_assert(root(wide_mul(u128_max, u128_max)) == u128_max);
static_assert(root({u128_max, u128_max}) == u128_max);
static_assert(root({1, 0}) == u128{1} << 64);
// Uniswap's own test cases: 1 token into (5, 10), and its exact reverse.
inline constexpr u128 one_token = 1'000'000'000'000'000'000;
static_assert(amount_out(one_token, 5 * one_token, 10 * one_token) == 1'662'497'915'624'478'906);
static_assert(amount_out(one_token, 10 * one_token, 10 * one_token) == 906'610'893'880'149'131);
static_assert(amount_out(2, 100, 100) == 1 && amount_in(1, 100, 100) == 2);
static_assert(accumulated({}, 10 * one_token, 5 * one_token, 3).low == u128{6} << 112);
static_assert(accumulated({}, reserve_max, 1, 1).high == reserve_max >> 16);

}  // namespace thaw::protocol::exchange
