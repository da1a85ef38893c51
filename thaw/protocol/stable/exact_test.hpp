/// What the tests of stable pairs share: invariants as exact as integers without a bound are, and
/// random pairs.
#pragma once
#include <gtest/gtest.h>

#include <boost/multiprecision/cpp_int.hpp>

#include "tests/scenario/random.hpp"
#include "thaw/protocol/stable/math.hpp"

namespace thaw::protocol::stable {

using Big = boost::multiprecision::cpp_int;
using scenario::Random;

inline Big big(u128 v) {
    return (Big{static_cast<uint64_t>(v >> 64)} << 64) + static_cast<uint64_t>(v);
}

/// The scale of sub-shares at a rate of E base units to S of them.
inline Scale shares_at(u128 assets, u128 supply) { return {assets * scaled_unit, supply}; }
inline constexpr u128 share = 1'000'000'000;  // in sub-shares

// ---- A second opinion: rational balances and integers without a bound.

/// A pair's balances without any rounding, over one denominator, and 2^40 times as fine.
struct Exact {
    Big x, y;
    uint32_t amplification;
};
inline Exact exact(const Market& m) {
    const auto value = [](const Side& s, const Side& other) {
        return (big(s.reserve) * big(s.scale.numerator) * big(other.scale.denominator)) << 40;
    };
    return {value(m.first, m.second), value(m.second, m.first), m.amplification};
}
/// Whether the invariant of a point is d or more.
inline bool reaches(const Exact& e, const Big& d) {
    const Big n = 2 * e.amplification;
    const Big four_xy = 4 * e.x * e.y;
    return 100 * d * d * d + (n - 100) * four_xy * d <= n * four_xy * (e.x + e.y);
}
/// ⌊D⌋ at the fine resolution, found however and proven by its neighbours.
inline Big invariant(const Exact& e) {
    const Big n = 2 * e.amplification;
    const Big four_xy = 4 * e.x * e.y;
    Big d = e.x + e.y;
    while (!reaches(e, d)) {
        const Big next =
            (200 * d * d * d + n * four_xy * (e.x + e.y)) / (300 * d * d + (n - 100) * four_xy);
        d = next < d ? next : d - 1;
    }
    EXPECT_FALSE(reaches(e, d + 1));
    return d;
}

// ---- Random pairs, down to the smallest that can be.

struct Pool {
    Market market;
    u128 supply = 0;
};

inline u128 between(Random& random, u128 low, u128 high) {
    return low + random.wide() % (high - low + 1);
}

inline Scale some_rate(Random& random) {
    const u128 supply = u128{1'000'000'000} << (random.below(70) + 20);
    const u128 assets = supply / 1'000'000'000 + 1;
    switch (random.below(4)) {
        case 0:
            return {};
        case 1:
            return shares_at(assets + assets / 1'000 * random.below(80), supply);
        case 2:
            return shares_at(assets * (random.below(60) + 1) + random.below(1'000), supply);
        default:
            return shares_at(assets / (random.below(60) + 1) + random.below(1'000) + 1, supply);
    }
}

inline Pool some_pool(Random& random) {
    constexpr uint32_t as[] = {100, 250, 3'000, 10'000, 85'000, 1'000'000};
    constexpr uint32_t fees[] = {0, 0, 1, 400, 10'000};
    for (;;) {
        Pool pool;
        pool.market = {.first = {.reserve = 0, .scale = {}},
                       .second = {.reserve = 0, .scale = some_rate(random)},
                       .amplification = as[random.below(std::size(as))],
                       .fee_ppm = fees[random.below(std::size(fees))]};
        const u128 size = u128{1'000'000} << random.below(70);
        const u128 first = between(random, size / 100 + 1, size);
        const u128 worth = between(random, size / 100 + 1, size) * scaled_unit;
        const auto second = units(worth, pool.market.second.scale, Round::down);
        if (!second || *second == 0) continue;
        const auto total = minted(pool.market, 0, first, *second);
        if (!total) continue;
        pool.market.first.reserve = first;
        pool.market.second.reserve = *second;
        pool.supply = *total;
        if (random.chance(4)) pool.market = reversed(pool.market);
        return pool;
    }
}

/// A pair of two assets alike.
inline Market even_pair(u128 each) {
    return {.first = {each, {}}, .second = {each, {}}, .amplification = 10'000, .fee_ppm = 400};
}

/// From single base units, or sub-shares, to half of a reserve.
inline u128 some_amount(Random& random, u128 reserve) {
    if (random.chance(3)) return (random.below(20) + 1) * (random.chance(2) ? share : 1);
    return random.amount(reserve / 2 + 1) + 1;
}

}  // namespace thaw::protocol::stable
