/// What a trade, a joining and a leaving of a stable pair bring, from its own books alone. Pure.
///
/// Balances are scaled to the asset's value by the ledger's rate. Before anything happens they are
/// rounded up to name the invariant that must be kept, after it down to prove that it is: the
/// pair's invariant, taken as the real number that it is, falls at no step by any amount, however
/// small the pair or the trade. What comes in is scaled down, what goes out up; what a user is paid
/// rounds down and what a user owes up.
#pragma once
#include <tl/expected.hpp>

#include "thaw/protocol/stable/curve.hpp"

namespace thaw::protocol::stable {

/// Why there is no answer.
enum class Fault : uint8_t {
    too_large,   ///< a scaled balance above 2^120, or a sum above 128 bits
    imbalanced,  ///< one scaled balance would be 10^4 of the other or more
    nothing,     ///< the answer is zero, or the pair has no liquidity
    unsolved,    ///< the solver has not proven its answer
};
template <class T>
using Answer = tl::expected<T, Fault>;

/// What a unit of a coin is worth: units·numerator/denominator in scaled units. A liquid token is
/// counted in sub-shares, at E·10^6/S each.
struct Scale {
    u128 numerator = scaled_unit;
    u128 denominator = 1;
};
constexpr std::optional<u128> scaled(u128 units, const Scale& s, Round round) {
    if (s.denominator == 0) return std::nullopt;
    return mul_div(units, s.numerator, s.denominator, round);
}
/// The way back.
constexpr std::optional<u128> units(u128 value, const Scale& s, Round round) {
    if (s.numerator == 0) return std::nullopt;
    return mul_div(value, s.denominator, s.numerator, round);
}

/// One coin of a pair: the units that the pair counts as its own, and their scale.
struct Side {
    u128 reserve = 0;
    Scale scale;
};
/// A pair as its mathematics see it.
struct Market {
    Side first;
    Side second;
    uint32_t amplification = amplification_min;
    uint32_t fee_ppm = 0;
};

constexpr Answer<Point> point(const Market& m, Round round) {
    const auto x = scaled(m.first.reserve, m.first.scale, round);
    const auto y = scaled(m.second.reserve, m.second.scale, round);
    if (!x || !y || *x > scaled_max || *y > scaled_max) return tl::unexpected(Fault::too_large);
    if (*x == 0 || *y == 0) return tl::unexpected(Fault::nothing);
    return Point{*x, *y, m.amplification};
}

/// The same market seen by who sells the other coin.
constexpr Market reversed(const Market& m) {
    return {m.second, m.first, m.amplification, m.fee_ppm};
}

namespace detail {

/// A number, or the fault that its absence stands for.
constexpr Answer<u128> known(const std::optional<u128>& value, Fault otherwise) {
    if (!value) return tl::unexpected(otherwise);
    return *value;
}

/// The invariant that has to be kept, rounded up twice.
constexpr Answer<u128> to_keep(const Market& m) {
    const auto p = point(m, Round::up);
    if (!p) return tl::unexpected(p.error());
    return known(invariant_up(*p), Fault::unsolved);
}

/// The guard after every step: the market is in balance and its invariant is `d` or more. How far
/// it was out of balance before does not count: what a loss threw out may be traded back.
constexpr Answer<Point> guarded(const Market& after, u128 d) {
    const auto p = point(after, Round::down);
    if (!p) return p;
    if (!balanced(*p)) return tl::unexpected(Fault::imbalanced);
    if (compare_invariant(*p, d) < 0) return tl::unexpected(Fault::unsolved);
    return p;
}

/// A balance less half the fee on how far it is from its part of the whole: joining with one coin
/// costs what selling half of it would.
constexpr Answer<u128> less_fee(u128 before, u128 after, u128 d_before, u128 d_after,
                                uint32_t fee_ppm) {
    const auto ideal = mul_div_down(before, d_after, d_before);
    if (!ideal) return tl::unexpected(Fault::too_large);
    const u128 apart = *ideal > after ? *ideal - after : after - *ideal;
    const auto fee = mul_div_up(apart, fee_ppm, 2 * fee_unit);
    if (!fee || *fee >= after) return tl::unexpected(Fault::imbalanced);
    return after - *fee;
}

}  // namespace detail

/// What `in` units of the first coin bring in units of the second.
constexpr Answer<u128> bought(const Market& m, u128 in) {
    const auto d = detail::to_keep(m);
    if (!d) return d;
    const auto start = point(m, Round::down);
    if (!start) return tl::unexpected(start.error());
    const Point p = *start;
    const auto given = scaled(in, m.first.scale, Round::down);
    if (!given || *given > scaled_max - p.x || in > u128_max - m.first.reserve)
        return tl::unexpected(Fault::too_large);
    const u128 x = p.x + *given - *mul_div_up(*given, m.fee_ppm, fee_unit);
    if (compare_invariant({x, p.y, m.amplification}, *d) < 0) return tl::unexpected(Fault::nothing);
    const auto y = balance_up(x, *d, p.y, m.amplification);
    if (!y) return tl::unexpected(Fault::unsolved);
    const auto out = units(p.y - *y, m.second.scale, Round::down);
    if (!out) return tl::unexpected(Fault::too_large);
    if (*out == 0) return tl::unexpected(Fault::nothing);
    Market after = m;
    after.first.reserve += in;
    after.second.reserve -= *out;
    if (const auto guard = detail::guarded(after, *d); !guard) return tl::unexpected(guard.error());
    return *out;
}

/// What `out` units of the second coin cost in units of the first.
constexpr Answer<u128> cost(const Market& m, u128 out) {
    const auto d = detail::to_keep(m);
    if (!d) return d;
    const auto start = point(m, Round::down);
    if (!start) return tl::unexpected(start.error());
    const Point p = *start;
    if (out == 0) return tl::unexpected(Fault::nothing);
    const auto taken = scaled(out, m.second.scale, Round::up);
    if (out >= m.second.reserve || !taken || *taken >= p.y)
        return tl::unexpected(Fault::imbalanced);
    const u128 y = p.y - *taken;
    const u128 most = y > scaled_max / imbalance_max ? scaled_max : y * imbalance_max;
    if (compare_invariant({most, y, m.amplification}, *d) < 0)
        return tl::unexpected(most == scaled_max ? Fault::too_large : Fault::imbalanced);
    const auto x = balance_up(y, *d, most, m.amplification);
    if (!x || *x <= p.x) return tl::unexpected(Fault::unsolved);
    const auto gross = mul_div_up(*x - p.x, fee_unit, fee_unit - m.fee_ppm);
    const auto in = units(*gross, m.first.scale, Round::up);
    if (!in || *in > u128_max - m.first.reserve) return tl::unexpected(Fault::too_large);
    Market after = m;
    after.first.reserve += *in;
    after.second.reserve -= out;
    if (const auto guard = detail::guarded(after, *d); !guard) return tl::unexpected(guard.error());
    return *in;
}

/// The liquidity that two amounts buy; the first that ever joins buys base units of the pair's
/// invariant, of which `locked_supply` are nobody's.
constexpr Answer<u128> minted(const Market& m, u128 supply, u128 first, u128 second) {
    Market after = m;
    if (first > u128_max - m.first.reserve || second > u128_max - m.second.reserve)
        return tl::unexpected(Fault::too_large);
    after.first.reserve += first;
    after.second.reserve += second;
    u128 before = 0;
    if (supply != 0) {
        const auto d = detail::to_keep(m);
        if (!d) return d;
        before = *d;
    }
    const auto end = detail::guarded(after, before);
    if (!end) return tl::unexpected(end.error());
    const Point p = *end;
    auto d = invariant_down(p);
    if (!d) return tl::unexpected(Fault::unsolved);
    if (supply == 0) {
        if (*d / scaled_unit <= locked_supply) return tl::unexpected(Fault::nothing);
        return *d / scaled_unit;
    }
    const auto start = point(m, Round::down);
    if (!start) return tl::unexpected(start.error());
    const Point was = *start;
    const auto x = detail::less_fee(was.x, p.x, before, *d, m.fee_ppm);
    const auto y = detail::less_fee(was.y, p.y, before, *d, m.fee_ppm);
    if (!x) return x;
    if (!y) return y;
    d = invariant_down({*x, *y, m.amplification});
    if (!d) return tl::unexpected(Fault::unsolved);
    const u128 gained = *d > before ? *d - before : 0;
    const auto bought_supply = mul_div_down(supply, gained, before);
    if (!bought_supply || *bought_supply > u128_max - supply)
        return tl::unexpected(Fault::too_large);
    if (*bought_supply == 0) return tl::unexpected(Fault::nothing);
    return *bought_supply;
}

/// What `liquidity` of a pair's supply takes out of a reserve: its part, rounded down. Neither the
/// curve nor the rate is asked, so this way out is open whatever has become of them.
constexpr u128 part_of(u128 reserve, u128 liquidity, u128 supply) {
    THAW_ASSERT(liquidity <= supply);
    return *mul_div_down(reserve, liquidity, supply);
}

namespace detail {
inline constexpr Market example{
    .first = {.reserve = 1'000'000'000, .scale = {}},
    .second = {.reserve = 800'000'000, .scale = {5 * scaled_unit, 4}},  // worth 1.25 each
    .amplification = 100 * amplification_unit,
    .fee_ppm = 400};
}
static_assert(scaled(3, {5, 4}, Round::down) == 3 && scaled(3, {5, 4}, Round::up) == 4);
static_assert(units(4, {5, 4}, Round::down) == 3 && units(4, {5, 4}, Round::up) == 4);
static_assert(minted({.first = {0, {}}, .second = {0, {}}}, 0, 500'001, 500'001) == 1'000'002);
static_assert(minted({.first = {0, {}}, .second = {0, {}}}, 0, 500'000, 500'000).error() ==
              Fault::nothing);
// 1,000,000 at 1.25 a piece, less 0.04 %, less what the curve takes for moving the price.
static_assert(bought(detail::example, 1'000'000) == 799'672);
static_assert(cost(detail::example, 799'672) == 1'000'000);
static_assert(bought(detail::example, 1).error() == Fault::nothing);
static_assert(part_of(10, 1, 3) == 3);

}  // namespace thaw::protocol::stable
