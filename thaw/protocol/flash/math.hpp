/// The price of leaving at once. Pure.
#pragma once
#include "thaw/base/math.hpp"
#include "thaw/protocol/flash/books.hpp"

namespace thaw::protocol::flash {

/// The most a target may be: products with fees stay inside 128 bits.
inline constexpr u128 target_max = u128{1} << 108;

/// The fee for taking `taken` out of `cash`: the integral of the marginal fee over what is taken,
/// rounded up. Above the target T the margin is fmin; below it, fmax − (fmax − fmin)·l/T at
/// liquidity l:
///   fmin·(L − max(L−x, T)) + fmax·(a−b) − (fmax−fmin)·(a²−b²)/(2T), a = min(L,T), b = min(L−x,T).
/// Additive over steps but for the rounding, so taking it in parts is never cheaper. (Marinade's
/// fee is that of the last unit, which parts avoid.) Requires taken ≤ cash.
constexpr Assets fee(Terms terms, Assets cash, Assets taken) {
    const u128 target = terms.target.value;
    const u128 after = sub(cash.value, taken.value);
    const u128 a = std::min(cash.value, target);
    const u128 b = std::min(after, target);
    const u128 above = cash.value > target ? cash.value - std::max(after, target) : 0;
    const auto flat = mul_div_up(above, terms.fee_min_bps, 10'000);
    const u128 margins =  // twice the mean margin of the part below the target, times T
        2 * target * terms.fee_max_bps - u128{terms.fee_max_bps - terms.fee_min_bps} * (a + b);
    const auto steep =
        target == 0 ? std::optional<u128>{0} : mul_div_up(a - b, margins, 2 * target * 10'000);
    THAW_ASSERT(flat && steep);  // fees are at most what is taken
    return Assets{add(*flat, *steep)};
}

/// The most that can be taken for shares worth `value`: the largest x ≤ cash with x + fee(x) ≤
/// value. What the fee takes stays in the pool, as part of what the shares will be paid.
constexpr Assets taken_for(Terms terms, Assets cash, Assets value) {
    u128 low = 0;
    u128 high = std::min(cash.value, value.value);
    while (low < high) {
        const u128 middle = low + (high - low + 1) / 2;
        const bool fits = middle + fee(terms, cash, Assets{middle}).value <= value.value;
        if (fits)
            low = middle;
        else
            high = middle - 1;
    }
    return Assets{low};
}

// Provider shares: a million to one base unit at the start, and a virtual million and unit beside
// those that exist, so that a first depositor cannot price the next one out (ERC-4626 inflation).
inline constexpr u128 virtual_shares = 1'000'000;
constexpr std::optional<u128> shares_for(Assets assets, Assets pool, Shares supply) {
    return mul_div_down(assets.value, add(supply.value, virtual_shares), add(pool.value, 1));
}
constexpr std::optional<u128> shares_for_up(Assets assets, Assets pool, Shares supply) {
    return mul_div_up(assets.value, add(supply.value, virtual_shares), add(pool.value, 1));
}
constexpr std::optional<u128> assets_for(Shares shares, Assets pool, Shares supply) {
    return mul_div_down(shares.value, add(pool.value, 1), add(supply.value, virtual_shares));
}
constexpr std::optional<u128> assets_for_up(Shares shares, Assets pool, Shares supply) {
    return mul_div_up(shares.value, add(pool.value, 1), add(supply.value, virtual_shares));
}

namespace detail {
inline constexpr Terms example{.target = Assets{1'000}, .fee_min_bps = 30, .fee_max_bps = 300};
}
// From the target to empty the mean margin is (3 % + 0.3 %)/2; above it every unit costs 0.3 %.
static_assert(fee(detail::example, Assets{1'000}, Assets{1'000}) == Assets{17});  // 16.5, up
static_assert(fee(detail::example, Assets{101'000}, Assets{100'000}) == Assets{300});
static_assert(taken_for(detail::example, Assets{1'000}, Assets{1'017}) == Assets{1'000});
static_assert(taken_for(detail::example, Assets{1'000}, Assets{1'016}) == Assets{999});
static_assert(taken_for(detail::example, Assets{}, Assets{50}) == Assets{0});

}  // namespace thaw::protocol::flash
