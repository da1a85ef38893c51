// The mathematics of a stable pair against an independent model and against its promises.
//
// THAW_STABLE_SWAPS says how many random trades are searched (20,000; the nightly run takes 10^6).
#include <cstdlib>

#include "tests/vectors/stable_swap.hpp"
#include "thaw/base/text.hpp"
#include "thaw/protocol/stable/exact_test.hpp"

namespace thaw::protocol::stable {
namespace {

uint64_t searched() {
    const char* asked = std::getenv("THAW_STABLE_SWAPS");
    return asked == nullptr ? 20'000 : parse_decimal(asked).value_or(20'000);
}

// ---- The model.

TEST(StableMath, PaysWhatThePaperSaysAndNeverMore) {
    for (const vectors::StableTrade& t : vectors::stable_trades) {
        const Market m{.first = {t.first, {}},
                       .second = {t.second * share, shares_at(t.assets, t.supply)},
                       .amplification = t.amplification,
                       .fee_ppm = t.fee_ppm};
        const auto out = bought(m, t.given);
        const u128 unit = t.supply / t.assets + 1;  // what a base unit of the asset buys
        ASSERT_TRUE(out) << static_cast<int>(out.error());
        ASSERT_LE(*out, t.received);
        ASSERT_LE(t.received - *out, unit);
        const auto back = cost(m, *out);
        ASSERT_TRUE(back);
        ASSERT_LE(*back, t.given);
    }
}

TEST(StableMath, TheInvariantIsThatOfBoostToTheUnit) {
    Random random{3};
    for (int i = 0; i < 2'000; ++i) {
        const Point p{random.amount(scaled_max) + 1, random.amount(scaled_max) + 1,
                      100 + static_cast<uint32_t>(random.below(999'901))};
        if (!solvable(p)) continue;
        const auto d = invariant_down(p);
        ASSERT_TRUE(d);
        const Exact e{big(p.x), big(p.y), p.amplification};
        ASSERT_TRUE(reaches(e, big(*d)) && !reaches(e, big(*d) + 1));
    }
}

// ---- The promises.

/// One random step; says what it did through the pool. Returns false when it was refused.
bool step(Pool& pool, Random& random) {
    Market& m = pool.market;
    if (random.chance(2)) m = reversed(m);
    switch (random.below(8)) {
        case 0: {
            const u128 first = random.chance(3) ? 0 : some_amount(random, m.first.reserve);
            const u128 second = random.chance(3) ? 0 : some_amount(random, m.second.reserve);
            const auto more = minted(m, pool.supply, first, second);
            if (!more) return false;
            m.first.reserve += first;
            m.second.reserve += second;
            pool.supply += *more;
            return true;
        }
        case 1: {
            const u128 less = random.amount(pool.supply - locked_supply);
            m.first.reserve -= part_of(m.first.reserve, less, pool.supply);
            m.second.reserve -= part_of(m.second.reserve, less, pool.supply);
            pool.supply -= less;
            return true;
        }
        case 2:
        case 3: {
            const u128 out = some_amount(random, m.second.reserve);
            const auto in = cost(m, out);
            if (!in) return false;
            m.first.reserve += *in;
            m.second.reserve -= out;
            return true;
        }
        default: {
            const u128 in = some_amount(random, m.first.reserve);
            const auto out = bought(m, in);
            if (!out) return false;
            m.first.reserve += in;
            m.second.reserve -= *out;
            return true;
        }
    }
}

TEST(StableMath, TheInvariantOfAPartNeverFalls) {
    Random random{4};
    uint64_t done = 0;
    while (done < searched()) {
        Pool pool = some_pool(random);
        for (int i = 0; i < 40; ++i) {
            const Pool before = pool;
            if (!step(pool, random)) continue;
            ++done;
            // The real D of a unit of liquidity: compared over the same denominator, at 2^-40 of a
            // scaled unit, with rational balances.
            const Big was = invariant(exact(before.market));
            const Big is = invariant(exact(pool.market)) + 1;
            ASSERT_GE(is * big(before.supply), was * big(pool.supply)) << "step " << done;
            if (before.supply == pool.supply) {
                ASSERT_GE(is, was);
            }
            ASSERT_GE(pool.supply, locked_supply);
        }
    }
}

TEST(StableMath, NoRoundTripProfits) {
    Random random{5};
    uint64_t done = 0;
    for (uint64_t i = 0; i < searched(); ++i) {
        const Pool pool = some_pool(random);
        const u128 in = some_amount(random, pool.market.first.reserve);
        const auto out = bought(pool.market, in);
        if (!out) continue;
        ++done;
        Market after = pool.market;
        after.first.reserve += in;
        after.second.reserve -= *out;
        const auto back = bought(reversed(after), *out);
        if (back) {
            ASSERT_LE(*back, in);
        }
        const auto same_back = cost(reversed(after), in);  // what getting it all back costs
        if (same_back) {
            ASSERT_GE(*same_back, *out);
        }
        // The two quotes agree in the pair's favour.
        const auto price = cost(pool.market, *out);
        if (price) {
            ASSERT_LE(*price, in);
        }
        if (price) {
            ASSERT_GE(*bought(pool.market, *price), *out);
        }
    }
    EXPECT_GT(done, searched() / 2);
}

TEST(StableMath, SplittingATradeNeverHelps) {
    Random random{6};
    for (uint64_t i = 0; i < searched(); ++i) {
        const Pool pool = some_pool(random);
        const u128 a = some_amount(random, pool.market.first.reserve);
        const u128 b = some_amount(random, pool.market.first.reserve);
        const auto whole = bought(pool.market, a + b);
        const auto one = bought(pool.market, a);
        if (!whole || !one) continue;
        Market after = pool.market;
        after.first.reserve += a;
        after.second.reserve -= *one;
        const auto two = bought(after, b);
        if (!two) continue;
        // Each solution rounds to a scaled unit, in the pair's favour: what is rounded off once in
        // the whole may be less than in the parts at first sight, by less than a base unit.
        const u128 base_unit = *units(scaled_unit, pool.market.second.scale, Round::up);
        ASSERT_LE(*one + *two, *whole + base_unit);
    }
}

TEST(StableMath, JoiningAndLeavingIsNoCheapTrade) {
    Random random{7};
    uint64_t done = 0;
    for (uint64_t i = 0; i < searched(); ++i) {
        Pool pool = some_pool(random);
        Market& m = pool.market;
        const u128 first = some_amount(random, m.first.reserve);
        const u128 second = random.chance(2) ? 0 : some_amount(random, m.second.reserve);
        const auto more = minted(m, pool.supply, first, second);
        if (!more) continue;
        m.first.reserve += first;
        m.second.reserve += second;
        pool.supply += *more;
        const u128 first_back = part_of(m.first.reserve, *more, pool.supply);
        const u128 second_back = part_of(m.second.reserve, *more, pool.supply);
        m.first.reserve -= first_back;
        m.second.reserve -= second_back;
        ASSERT_FALSE(first_back > first && second_back > second);
        // What came out too much of one coin buys back less of the other than was lost.
        if (first_back > first) {
            const auto out = bought(m, first_back - first);
            if (out) {
                ASSERT_LE(*out, second - second_back);
            }
        }
        if (second_back > second) {
            const auto out = bought(reversed(m), second_back - second);
            if (out) {
                ASSERT_LE(*out, first - first_back);
            }
        }
        ++done;
    }
    EXPECT_GT(done, searched() / 4);
}

TEST(StableMath, EveryQuestionIsAnsweredOrRefused) {
    Random random{8};
    for (uint64_t i = 0; i < searched(); ++i) {
        const auto any = [&] { return random.amount(u128_max - 1); };
        const Scale scale{any(), any()};
        const Market m{.first = {any(), {}},
                       .second = {any(), scale},
                       .amplification = 100 + static_cast<uint32_t>(random.below(999'901)),
                       .fee_ppm = static_cast<uint32_t>(random.below(fee_max_ppm + 1))};
        const u128 amount = any();
        for (const Market& side : {m, reversed(m)}) {
            const auto out = bought(side, amount);
            const auto in = cost(side, amount);
            const auto more = minted(side, 1 + any(), amount, any());
            for (const auto* answer : {&out, &in, &more})
                if (!*answer) {
                    ASSERT_NE(answer->error(), Fault::unsolved);
                }
        }
    }
}

// ---- Boundaries.

TEST(StableMath, AnImbalanceOfTenThousandIsRefused) {
    const Market m = even_pair(1'000'000);
    u128 low = 1;  // accepted
    u128 high = 100'000'000'000;
    ASSERT_TRUE(bought(m, low + 1'000));
    ASSERT_EQ(bought(m, high).error(), Fault::imbalanced);
    while (high - low > 1) {
        const u128 middle = low + (high - low) / 2;
        const auto out = bought(m, middle);
        (out || out.error() == Fault::nothing ? low : high) = middle;
    }
    const u128 left = 1'000'000 - *bought(m, low);
    EXPECT_LT(1'000'000 + low, 10'000 * left);
    EXPECT_EQ(bought(m, high).error(), Fault::imbalanced);
    EXPECT_TRUE(cost(m, *bought(m, low)));
    EXPECT_EQ(cost(m, 1'000'000).error(), Fault::imbalanced);
    EXPECT_EQ(cost(m, 999'999).error(), Fault::imbalanced);
}

TEST(StableMath, WhatALossThrewOutOfBalanceCanBeTradedBack) {
    Market m = even_pair(1'000'000'000);
    m.second.scale = {1, 1};  // the second coin lost a millionth part but one
    EXPECT_EQ(bought(reversed(m), 1'000'000).error(), Fault::imbalanced);
    m.second.scale = {60, 1};
    EXPECT_EQ(bought(reversed(m), 1'000'000).error(), Fault::imbalanced);
    EXPECT_EQ(bought(m, 1'000'000).error(), Fault::imbalanced);
    const auto home = bought(reversed(m), 400'000'000'000);
    ASSERT_TRUE(home);
    EXPECT_LT(*home, 1'000'000'000u);
}

TEST(StableMath, TheFirstToJoinLocksAMillion) {
    const Market empty{.first = {0, {}}, .second = {0, {}}};
    EXPECT_EQ(minted(empty, 0, 500'000, 500'000).error(), Fault::nothing);
    EXPECT_EQ(*minted(empty, 0, 500'001, 500'001), locked_supply + 2);
    EXPECT_EQ(minted(empty, 0, 1'000'000'000, 100'000).error(), Fault::imbalanced);
    EXPECT_TRUE(minted(empty, 0, 1'000'000'000, 100'001));
    EXPECT_EQ(minted(empty, 0, 1'000'000'000, 0).error(), Fault::nothing);
}

TEST(StableMath, BalancesAreBounded) {
    const u128 most = scaled_max / scaled_unit;
    const Market m = even_pair(most);
    EXPECT_TRUE(invariant_down(*point(m, Round::down)));
    EXPECT_TRUE(bought(even_pair(most - 10'000), 10'000));
    EXPECT_EQ(bought(even_pair(most - 10'000), 10'001).error(), Fault::too_large);
    EXPECT_EQ(bought(m, u128_max).error(), Fault::too_large);
    EXPECT_EQ(point(even_pair(most + 1), Round::down).error(), Fault::too_large);
}

TEST(StableMath, TheMarginalPriceIsThatOfAnAtom) {
    const u128 one = u128{1'000'000'000} * 1'000'000'000;
    Market m = even_pair(1'000'000 * one);
    m.fee_ppm = 0;
    m.first.reserve += 300'000 * one;
    const u128 price = *marginal_price(*point(m, Round::down));
    EXPECT_LT(price, one);
    const u128 out = *bought(m, one / 1'000);
    EXPECT_NEAR(static_cast<double>(out) * 1'000, static_cast<double>(price), 1e9);
    const u128 inverse = *marginal_price(*point(reversed(m), Round::down));
    EXPECT_NEAR(static_cast<double>(price) * static_cast<double>(inverse) / 1e36, 1.0, 1e-12);
}

}  // namespace
}  // namespace thaw::protocol::stable
