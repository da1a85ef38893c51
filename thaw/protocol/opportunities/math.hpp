/// When a stable pair's price and the ledger's rate are apart: up to which size it pays to trade on
/// that. Pure. The first coin of a market is the one that is sold.
#pragma once
#include "thaw/protocol/stable/math.hpp"

namespace thaw::protocol::opportunities {

inline constexpr uint64_t year_s = 365 * 86'400;
inline constexpr u128 ppm = 1'000'000;
inline constexpr u128 one_18 = 1'000'000'000'000'000'000;

/// What the next unit sold brings over its worth, after the fee, in millionths; 0 when nothing. At
/// equal scaled balances the price is 1, at the ledger's rate.
constexpr uint64_t gain_ppm(const stable::Market& m) {
    const auto at = stable::point(m, Round::down);
    const auto price = at ? stable::marginal_price(*at) : std::nullopt;
    if (!price) return 0;
    const auto net = mul_div_down(*price, stable::fee_unit - m.fee_ppm, one_18);
    constexpr u128 most = u128{1} << 63;
    return net && *net > ppm ? static_cast<uint64_t>(std::min(*net - ppm, most)) : 0;
}

/// A deal with a pair: so much in, so much out, each in its coin's units.
struct Deal {
    u128 sold = 0;
    u128 bought = 0;
};

/// The market after a deal.
constexpr stable::Market after(const stable::Market& m, const Deal& deal) {
    stable::Market then = m;
    then.first.reserve += deal.sold;
    then.second.reserve -= deal.bought;
    return then;
}

/// The largest deal whose last unit still gains more than `required_ppm`, to a 65,536th part of the
/// reserve; nothing when even the first does not.
constexpr Deal closing(const stable::Market& m, uint64_t required_ppm) {
    const u128 step = m.first.reserve / 65'536 + 1;
    const auto deal = [&](u128 steps) -> std::optional<Deal> {
        const auto out = stable::bought(m, steps * step);
        if (!out) return std::nullopt;
        return Deal{steps * step, *out};
    };
    const auto pays = [&](const std::optional<Deal>& d) {
        return d && gain_ppm(after(m, *d)) > required_ppm;
    };
    if (gain_ppm(m) <= required_ppm || !pays(deal(1))) return {};
    u128 low = 1;
    u128 high = 2;  // doubled until it does not pay: balances pass each other well before 2^32
    while (high < u128{1} << 32 && pays(deal(high))) {
        low = high;
        high *= 2;
    }
    while (high - low > 1) {
        const u128 middle = low + (high - low) / 2;
        (pays(deal(middle)) ? low : high) = middle;
    }
    return *deal(low);
}

/// A gain over a time, for a year; what is quicker than a day counts as once a day.
constexpr uint64_t yearly_ppm(uint64_t gain, uint64_t seconds) {
    const u128 yearly = u128{gain} * year_s / std::max<uint64_t>(seconds, 86'400);
    return static_cast<uint64_t>(std::min<u128>(yearly, ~uint64_t{0}));
}
/// What a yearly figure in hundredths of a per cent comes to over a time, rounded up.
constexpr uint64_t over_time_ppm(uint32_t yearly_bps, uint64_t seconds) {
    return (u128{yearly_bps} * 100 * seconds + year_s - 1) / year_s;
}

namespace detail {
inline constexpr stable::Market cheap{.first = {1'000'000'000, {}},
                                      .second = {2'000'000'000, {}},
                                      .amplification = 200 * stable::amplification_unit,
                                      .fee_ppm = 400};
}
static_assert(gain_ppm(stable::reversed(detail::cheap)) == 0);
static_assert(closing(stable::reversed(detail::cheap), 0).sold == 0);
static_assert(gain_ppm(detail::cheap) > 3'000 && gain_ppm(detail::cheap) < 5'000);
static_assert(yearly_ppm(1'000, 86'400 * 73) == 5'000 && yearly_ppm(1'000, 0) == 365'000);
static_assert(over_time_ppm(1'000, year_s / 10) == 10'000);

}  // namespace thaw::protocol::opportunities
