/// The curve of a stable pair and its two equations, solved exactly. Pure.
///
/// With amplification A the pair keeps Curve's invariant for two coins (M. Egorov, StableSwap,
/// 2019; A as deployed pools count it, half of the paper's): 2A·(x+y) + D = 2A·D + D³/(4xy).
/// Multiplied out with a = 100·A it needs integers only:
///   100·D³ + (2a−100)·4xy·D  =  2a·4xy·(x+y).
/// The left side grows with D, and the difference with x and with y: so whether a point lies on, in
/// or out of the curve is a comparison without a division, and each solution below is proven by
/// comparing its neighbours. Peers iterate on rounded divisions instead; Balancer (November 2025)
/// and yETH (November 2025) were lost to what that rounded away.
#pragma once
#include "thaw/base/large.hpp"
#include "thaw/protocol/stable/limits.hpp"

namespace thaw::protocol::stable {

/// Two scaled balances and the amplification in hundredths.
struct Point {
    u128 x = 0;
    u128 y = 0;
    uint32_t amplification = amplification_min;
};

/// Whether the equations may be asked at all.
constexpr bool solvable(const Point& p) {
    return p.x != 0 && p.y != 0 && p.x <= scaled_max && p.y <= scaled_max;
}
/// Whether neither balance is 10^4 of the other or more.
constexpr bool balanced(const Point& p) {
    return p.x / imbalance_max < p.y && p.y / imbalance_max < p.x;
}

namespace detail {

struct Factors {
    Large n;       ///< 2a
    Large n_less;  ///< 2a − 100
    Large q;       ///< 100
};
constexpr Factors factors(uint32_t amplification) {
    const u128 n = u128{2} * amplification;
    return {Large{n}, Large{n - amplification_unit}, Large{amplification_unit}};
}
constexpr Large cube(u128 d) { return Large{d} * Large{d} * Large{d}; }

}  // namespace detail

/// How the invariant of a point, a real number, compares with `d`: greater when the point lies
/// outside the curve of d.
constexpr std::strong_ordering compare_invariant(const Point& p, u128 d) {
    const auto [n, n_less, q] = detail::factors(p.amplification);
    const Large four_xy = Large{4} * Large{p.x} * Large{p.y};
    return n * four_xy * Large{p.x + p.y} <=> q * detail::cube(d) + n_less * four_xy * Large{d};
}

/// ⌊D⌋ of a point. By Newton's method from x + y, which is never below D: on a convex function it
/// descends to the floor and stops there. Nothing when a bound is broken or the proof fails.
constexpr std::optional<u128> invariant_down(const Point& p) {
    if (!solvable(p)) return std::nullopt;
    const auto [n, n_less, q] = detail::factors(p.amplification);
    const Large four_xy = Large{4} * Large{p.x} * Large{p.y};
    const Large constant = n * four_xy * Large{p.x + p.y};
    const Large linear = n_less * four_xy;
    u128 d = p.x + p.y;
    for (int step = 0; step < steps_max; ++step) {
        const Large square = q * Large{d} * Large{d};
        const auto next =
            ((Large{2} * square * Large{d} + constant) / (Large{3} * square + linear)).narrow();
        if (!next) return std::nullopt;
        if (*next >= d) {
            const bool proven = compare_invariant(p, d) >= 0 && compare_invariant(p, d + 1) < 0;
            return proven ? std::optional{d} : std::nullopt;
        }
        d = *next;
    }
    return std::nullopt;
}

/// ⌈D⌉ of a point.
constexpr std::optional<u128> invariant_up(const Point& p) {
    const auto d = invariant_down(p);
    if (!d) return std::nullopt;
    return compare_invariant(p, *d) == 0 ? *d : *d + 1;
}

/// The least y for which a pair with `x` keeps at least invariant `d`. Requires `most` to keep it;
/// Newton's method descends from there. Nothing when it does not, or the proof fails.
constexpr std::optional<u128> balance_up(u128 x, u128 d, u128 most, uint32_t amplification) {
    const auto keeps = [&](u128 y) { return compare_invariant({x, y, amplification}, d) >= 0; };
    if (x == 0 || !keeps(most)) return std::nullopt;
    const auto [n, n_less, q] = detail::factors(amplification);
    const Large four_x = Large{4} * Large{x};
    const Large constant = q * detail::cube(d);
    const Large pull = n_less * Large{d};
    u128 y = most;
    for (int step = 0; step < steps_max; ++step) {
        const Large push = n * (Large{y} + Large{y} + Large{x});
        std::optional<u128> next = y;  // no slope is left only below the solution
        if (push > pull)
            next =
                ((four_x * n * Large{y} * Large{y} + constant) / (four_x * (push - pull))).narrow();
        if (!next) return std::nullopt;
        if (*next >= y) {
            const u128 least = keeps(y) ? y : y + 1;
            const bool proven = keeps(least) && (least == 0 || !keeps(least - 1));
            return proven ? std::optional{least} : std::nullopt;
        }
        y = *next;
    }
    return std::nullopt;
}

/// What one of x brings in y at the margin, both scaled, in 10^-18, rounded down: 10^18 where both
/// balances are equal. From the derivatives of the invariant:
///   y·(2a·(2x+y) − (2a−100)·D) / (x·(2a·(x+2y) − (2a−100)·D)).
constexpr std::optional<u128> marginal_price(const Point& p) {
    const auto d = invariant_down(p);
    if (!d) return std::nullopt;
    const auto [n, n_less, q] = detail::factors(p.amplification);
    const Large pull = n_less * Large{*d};
    const Large of_x = Large{p.y} * (n * Large{2 * p.x + p.y} - pull);
    const Large of_y = Large{p.x} * (n * Large{p.x + 2 * p.y} - pull);
    return (of_x * Large{1'000'000'000'000'000'000} / of_y).narrow();
}

/// The amplification while it moves in a straight line from one figure to another.
struct Ramp {
    uint64_t from_s = 0;
    uint64_t to_s = 0;
    uint32_t from = 0;
    uint32_t to = 0;
};
constexpr uint32_t amplification_at(const Ramp& ramp, uint64_t now_s) {
    if (now_s >= ramp.to_s) return ramp.to;
    if (now_s <= ramp.from_s) return ramp.from;
    const uint64_t passed = now_s - ramp.from_s;
    const uint64_t whole = ramp.to_s - ramp.from_s;
    if (ramp.to >= ramp.from)
        return ramp.from + static_cast<uint32_t>((ramp.to - ramp.from) * passed / whole);
    return ramp.from - static_cast<uint32_t>((ramp.from - ramp.to) * passed / whole);
}
/// Whether a ramp of so many seconds may begin: at most doubling or halving, over at least a day.
/// One follows another only when that is over, so no day sees more than a doubling.
constexpr bool ramp_allowed(uint32_t from, uint32_t to, uint64_t seconds) {
    return to >= amplification_min && to <= amplification_max && seconds >= ramp_min_s &&
           seconds <= ramp_max_s && to <= from * ramp_factor_max && from <= to * ramp_factor_max;
}

namespace detail {
inline constexpr Point even{1'000'000, 1'000'000, 100 * amplification_unit};
inline constexpr Point uneven{1'500'000, 500'000, 100 * amplification_unit};
}  // namespace detail
static_assert(invariant_down(detail::even) == 2'000'000 && invariant_up(detail::even) == 2'000'000);
// Curve's own get_D says 1996715 for [1500000, 500000] with A = 100.
static_assert(invariant_down(detail::uneven) == 1'996'715);
static_assert(invariant_up(detail::uneven) == 1'996'716);
static_assert(balance_up(1'500'000, 2'000'000, 1'000'000, 100 * amplification_unit) == 503'248);
static_assert(marginal_price(detail::even) == 1'000'000'000'000'000'000);
static_assert(!balanced({1'000'000, 100}) && balanced({999'999, 100}) &&
              !balanced({100, 1'000'000}));
static_assert(!invariant_down({0, 1}) && !invariant_down({scaled_max + 1, 1}));
static_assert(amplification_at({100, 200, 400, 800}, 150) == 600);
static_assert(amplification_at({100, 200, 800, 400}, 150) == 600);
static_assert(ramp_allowed(400, 800, ramp_min_s) && !ramp_allowed(400, 801, ramp_min_s));
static_assert(ramp_allowed(800, 400, ramp_min_s) && !ramp_allowed(801, 400, ramp_min_s));
static_assert(!ramp_allowed(400, 800, ramp_min_s - 1));

}  // namespace thaw::protocol::stable
