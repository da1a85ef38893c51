// The losses of peers, replayed in kind: how they came about, and that nothing is left of them
// here.
#include "thaw/protocol/stable/exact_test.hpp"

namespace thaw::protocol::stable {
namespace {

/// Balancer's swap for a given amount out, November 2025: the amount is scaled down to whole units,
/// so at a few of them the pair gives more than it charges for, and its invariant falls.
u128 careless_cost(const Market& m, u128 out) {
    const auto whole = [](u128 value) { return value / scaled_unit * scaled_unit; };
    const Point p = *point(m, Round::down);
    const u128 d = whole(*invariant_down({whole(p.x), whole(p.y), m.amplification}));
    const u128 y = whole(p.y) - whole(*scaled(out, m.second.scale, Round::down));
    const u128 x = *balance_up(y, d, scaled_max, m.amplification);
    return (x - whole(p.x) + scaled_unit - 1) / scaled_unit;
}

/// A coin at the rate of the pool that was drained.
Market at_balancers_rate(u128 first, u128 second) {
    return {.first = {first, {}},
            .second = {second * share, shares_at(1'058'132, 1'000'000 * share)},
            .amplification = 20'000,
            .fee_ppm = 0};
}

TEST(StableReplay, BalancersMicroSwapsBringNothing) {
    const Market start = at_balancers_rate(1'200'000, 900'000);
    Market m = start;
    u128 paid = 0;
    uint32_t trades = 0;
    for (int i = 0; i < 65; ++i) {
        // Nearly all of the second coin, then 8, 9 and 17 units of what is left, then all back.
        ASSERT_EQ(cost(m, m.second.reserve - 400 * share).error(), Fault::imbalanced);
        const u128 most = m.second.reserve - 4'000 * share;
        for (const u128 out : {most, 8 * share, 9 * share, 17 * share, 8 * share}) {
            const auto in = cost(m, out);
            ASSERT_TRUE(in);
            const Big was = invariant(exact(m));
            m.first.reserve += *in;
            m.second.reserve -= out;
            ASSERT_GE(invariant(exact(m)) + 1, was);
            paid += *in;
            ++trades;
        }
        const u128 back = start.second.reserve - m.second.reserve;
        const auto refund = bought(reversed(m), back);
        ASSERT_TRUE(refund);
        ASSERT_LE(*refund, paid);
        m.first.reserve -= *refund;
        m.second.reserve += back;
        paid -= *refund;
    }
    EXPECT_EQ(trades, 325u);
    EXPECT_EQ(m.first.reserve - start.first.reserve, paid);
}

TEST(StableReplay, BalancersRoundingLosesHereToo) {
    Market m = at_balancers_rate(60, 60);
    const Big before = invariant(exact(m));
    for (int i = 0; i < 3; ++i) {
        const u128 in = careless_cost(m, 8 * share);
        ASSERT_LT(in, *cost(m, 8 * share));
        m.first.reserve += in;
        m.second.reserve -= 8 * share;
    }
    EXPECT_LT(invariant(exact(m)), before);
}

TEST(StableReplay, AnEmptiedPairMintsNoFortune) {
    // yETH: out with all but dust, in with single units, out again.
    Random random{9};
    for (int i = 0; i < 500; ++i) {
        Pool pool = some_pool(random);
        Market& m = pool.market;
        const u128 all = pool.supply - locked_supply;
        m.first.reserve -= part_of(m.first.reserve, all, pool.supply);
        m.second.reserve -= part_of(m.second.reserve, all, pool.supply);
        pool.supply -= all;
        const Big was = invariant(exact(m));
        const u128 held = pool.supply;
        u128 mine = 0;
        for (const auto& [a, b] : {std::pair<u128, u128>{1, 9}, {9, 1}, {16, 1}, {0, 1}, {1, 0}}) {
            const auto more = minted(m, pool.supply, a, b * share);
            if (!more) continue;
            m.first.reserve += a;
            m.second.reserve += b * share;
            pool.supply += *more;
            mine += *more;
        }
        // What is left behind is worth at least what it was.
        m.first.reserve -= part_of(m.first.reserve, mine, pool.supply);
        m.second.reserve -= part_of(m.second.reserve, mine, pool.supply);
        ASSERT_EQ(pool.supply - mine, held);
        ASSERT_GE(invariant(exact(m)) + 1, was);
    }
}

TEST(StableReplay, WalkingToTheEdgeAndBackMintsNoFortune) {
    // yETH: joining with one coin again and again until a product rounds away, leaving with both.
    for (const uint32_t fee : {0u, 400u}) {
        Pool pool{even_pair(1'000'000'000'000), 2'000'000'000'000};
        pool.market.fee_ppm = fee;
        pool.market.second.scale = shares_at(1'100'000, 1'000'000'000'000'000);
        Market& m = pool.market;
        const Big was = invariant(exact(m)) * big(1'000'000'000) / big(pool.supply);
        int refused = 0;
        for (int i = 0; i < 200 && refused == 0; ++i) {
            const auto more = minted(m, pool.supply, m.first.reserve, 0);
            if (!more) {
                EXPECT_EQ(more.error(), Fault::imbalanced);
                ++refused;
                break;
            }
            m.first.reserve *= 2;
            pool.supply += *more;
            m.first.reserve -= part_of(m.first.reserve, *more, pool.supply);
            m.second.reserve -= part_of(m.second.reserve, *more, pool.supply);
            pool.supply -= *more;
            const Big is = (invariant(exact(m)) + 1) * big(1'000'000'000) / big(pool.supply);
            ASSERT_GE(is + 1, was);
        }
        EXPECT_EQ(refused, 1);
    }
}

}  // namespace
}  // namespace thaw::protocol::stable
