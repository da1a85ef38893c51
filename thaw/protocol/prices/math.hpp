/// Prices and values as types of their own, and what bounds them. Pure.
///
/// A rate says how many assets a share is worth and is a pair (liquid::Rate); a price says how many
/// dollars a coin is worth. Neither converts into the other, and there is no product of the two: a
/// rate turns shares into assets, and only assets have a price.
#pragma once
#include "thaw/protocol/liquid/math.hpp"

namespace thaw::protocol::prices {

/// 10^-18 dollars for one whole coin of an asset.
using Price = Quantity<struct PriceUnit>;
/// 10^-18 dollars.
using Value = Quantity<struct ValueUnit>;

inline constexpr u128 dollar = 1'000'000'000'000'000'000;
/// Dearer than anything: a thousand million dollars a coin.
inline constexpr Price price_max{u128{1'000'000'000} * dollar};
/// Values end here (about 10^18 dollars), so that sums of them and products with per cents fit.
inline constexpr Value value_max{u128{1} << 120};

constexpr u128 one_of(unsigned decimals) {
    u128 one = 1;
    for (unsigned i = 0; i < decimals; ++i) one *= 10;
    return one;
}

/// What assets are worth at a price: amount·price/10^decimals. Rounded down for what counts for an
/// account, up for what it owes; `value_max` where there would be more.
constexpr Value value_of(Assets assets, Price price, unsigned decimals, Round round) {
    const auto value = mul_div(assets.value, price.value, one_of(decimals), round);
    return value && *value < value_max.value ? Value{*value} : value_max;
}
static_assert(value_of(Assets{15}, Price{dollar}, 1, Round::down) == Value{dollar * 3 / 2});
static_assert(value_of(Assets{1}, Price{1}, 18, Round::down) == Value{0});
static_assert(value_of(Assets{1}, Price{1}, 18, Round::up) == Value{1});
static_assert(value_of(Assets{u128_max}, price_max, 0, Round::down) == value_max);

/// The same the other way: no more assets than the value pays for.
constexpr Assets assets_for(Value value, Price price, unsigned decimals) {
    return Assets{mul_div_down(value.value, one_of(decimals), price.value).value_or(u128_max)};
}

/// The middle one, or the mean of the two in the middle, rounded down. Requires at least one;
/// sorts.
constexpr Price median(std::span<Price> said) {
    THAW_ASSERT(!said.empty());
    std::sort(said.begin(), said.end());
    const Price high = said[said.size() / 2];
    if (said.size() % 2 == 1) return high;
    const Price low = said[said.size() / 2 - 1];
    return Price{low.value + (high.value - low.value) / 2};
}

/// How far a price may be from where it stood when the window began: `bps` hundredths of a per
/// cent either way.
constexpr Price bounded(Price wish, Price anchor, uint32_t bps) {
    const u128 step = *mul_div_down(anchor.value, bps, 10'000);
    return Price{std::clamp(wish.value, anchor.value - step, anchor.value + step)};
}
static_assert(bounded(Price{50}, Price{100}, 2'500) == Price{75});
static_assert(bounded(Price{126}, Price{100}, 2'500) == Price{125});
static_assert(bounded(Price{80}, Price{100}, 2'500) == Price{80});

inline constexpr uint64_t year_s = uint64_t{365} * 86'400;

/// How fast a liquid token's rate may have grown since it was looked at: one row, so that no part
/// of it is ever changed without the rest.
struct Growth {
    Assets assets;            ///< E and
    SubShares supply;         ///< S of the ledger, as they stood
    uint64_t since_s = 0;     ///< then
    uint32_t yearly_ppm = 0;  ///< most growth in a year, millionths, without compounding
    std::array<uint8_t, 4> reserved{};
};
static_assert(Plain<Growth> && sizeof(Growth) == 48);

/// The assets behind all shares of `rate`, or as many as growth since the snapshot allows:
/// S·(E0/S0)·(1 + yearly·t/year), rounded down.
constexpr Assets grown(Growth g, SubShares supply, uint64_t now_s) {
    const auto then = mul_div_down(supply.value, g.assets.value, g.supply.value);
    const u128 year = u128{year_s} * 1'000'000;
    const u128 more = u128{g.yearly_ppm} * (now_s - g.since_s);
    const auto now = then ? mul_div_down(*then, year + more, year) : std::nullopt;
    return Assets{now.value_or(u128_max)};
}
constexpr bool outgrown(Growth g, liquid::Rate rate, uint64_t now_s) {
    return rate.assets > grown(g, rate.supply, now_s);
}
constexpr liquid::Rate capped(Growth g, liquid::Rate rate, uint64_t now_s) {
    return {std::min(rate.assets, grown(g, rate.supply, now_s)), rate.supply};
}

namespace example {
inline constexpr Growth tenth{
    .assets = Assets{1'000}, .supply = SubShares{1'000}, .since_s = 5, .yearly_ppm = 100'000};
}
static_assert(grown(example::tenth, SubShares{2'000}, 5) == Assets{2'000});
static_assert(grown(example::tenth, SubShares{2'000}, 5 + year_s) == Assets{2'200});
static_assert(outgrown(example::tenth, {Assets{2'201}, SubShares{2'000}}, 5 + year_s));
static_assert(!outgrown(example::tenth, {Assets{2'200}, SubShares{2'000}}, 5 + year_s));

}  // namespace thaw::protocol::prices
