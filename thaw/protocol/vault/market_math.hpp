/// The mean price of a pair over a while, and what it lets a swap bring. Pure.
#pragma once
#include "thaw/base/math.hpp"
#include "thaw/protocol/exchange/books.hpp"

namespace thaw::protocol::vault {

/// a − b modulo 2^256.
constexpr Wide difference(const exchange::Cumulative& a, const exchange::Cumulative& b) {
    return {.high = a.high - b.high - (a.low < b.low ? 1 : 0), .low = a.low - b.low};
}
/// ⌊amount · mean price⌋, where `sum` is of prices times seconds as a 224.112-bit fixed point.
/// Nothing when that does not fit.
constexpr std::optional<u128> at_mean(u128 amount, const Wide& sum, uint64_t seconds) {
    const u128 whole = sum.high / seconds;
    const u128 fraction = wide_div({sum.high % seconds, sum.low}, seconds).quotient;
    const Wide upper = wide_mul(amount, whole);  // times 2^16
    const Wide lower = wide_mul(amount, fraction);
    if (upper.high != 0 || upper.low >> 112 != 0 || lower.high >> 112 != 0) return std::nullopt;
    return checked_add(upper.low << 16, lower.high << 16 | lower.low >> 112);
}
/// The least that a swap must bring: what the mean price gives, less the pair's fee of 0.30 % and
/// `slippage` in hundredths of a per cent; rounded down.
constexpr u128 least_out(u128 at_mean_price, uint32_t slippage) {
    const auto after_fee = mul_div_down(at_mean_price, 997, 1'000);
    return *mul_div_down(*after_fee, 10'000 - slippage, 10'000);
}

static_assert(difference({.low = 1, .high = 0}, {.low = 2, .high = 0}) == Wide{u128_max, u128_max});
static_assert(at_mean(10, {.high = 0, .low = u128{6} << 112}, 3) == 20);
static_assert(at_mean(u128{1} << 60, {.high = u128{1} << 20, .low = 0}, 1) == u128{1} << 96);
static_assert(least_out(1'000'000, 100) == 987'030);

}  // namespace thaw::protocol::vault
