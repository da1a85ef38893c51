// The allocation against its own definition: what is asked for is placed, levels are as even as
// they can be.
#include "thaw/protocol/validators/math.hpp"

#include <gtest/gtest.h>

#include <map>

#include "tests/scenario/random.hpp"
#include "thaw/base/text.hpp"

namespace thaw::protocol::validators {
namespace {

u128 sum_of(const std::vector<Move>& moves) {
    u128 sum = 0;
    for (const Move& m : moves) sum += m.amount.value;
    return sum;
}

std::vector<Candidate> random_candidates(scenario::Random& random) {
    std::vector<Candidate> all;
    const uint64_t n = 1 + random.below(6);
    const u128 common = random.below(20);
    for (uint32_t id = 1; id <= n; ++id)
        all.push_back(
            {id, Assets{random.chance(2) ? common : random.below(50)}, !random.chance(5)});
    return all;
}

TEST(Withdrawals, TakeExactlyWhatIsAskedWheneverItIsThere) {
    scenario::Random random{1};
    for (int round = 0; round < 200'000; ++round) {
        const auto candidates = random_candidates(random);
        u128 there = 0;
        for (const auto& c : candidates) there += c.bonded.value;
        const u128 asked = 1 + random.below(100);
        const auto moves = plan_withdrawals(candidates, Assets{asked});
        ASSERT_EQ(to_decimal(sum_of(moves)), to_decimal(std::min(asked, there)))
            << "round " << round;
        std::map<uint32_t, u128> left;
        for (const auto& c : candidates) left[c.id] = c.bonded.value;
        for (const Move& m : moves) {
            ASSERT_GT(m.amount.value, 0u);
            ASSERT_LE(m.amount.value, left[m.id]) << "round " << round;
            left[m.id] -= m.amount.value;
        }
        // Whoever gave is not left with less than a good validator that did not, give or take one
        // unit.
        for (const auto& c : candidates)
            for (const auto& d : candidates)
                if (c.eligible && d.eligible && left[c.id] < c.bonded.value) {
                    ASSERT_GE(left[c.id] + 1, std::min(left[d.id], c.bonded.value))
                        << "round " << round;
                }
    }
}

TEST(Deposits, PlaceAllOfItInMovesTheHostAccepts) {
    scenario::Random random{2};
    for (int round = 0; round < 200'000; ++round) {
        const auto candidates = random_candidates(random);
        const u128 minimum = 1 + random.below(15);
        const u128 amount = 1 + random.below(200);
        const auto moves = plan_deposits(candidates, Assets{amount}, Assets{minimum});
        const bool possible = amount >= minimum &&
                              std::ranges::any_of(candidates, [](auto& c) { return c.eligible; });
        ASSERT_EQ(to_decimal(sum_of(moves)), to_decimal(possible ? amount : 0));
        for (const Move& m : moves) {
            ASSERT_GE(m.amount.value, minimum);
            ASSERT_TRUE(candidates[m.id - 1].eligible);
        }
    }
}

TEST(Deposits, RaiseTheLowestAndBreakTiesById) {
    const std::vector<Candidate> even{
        {1, Assets{10}, true}, {2, Assets{4}, true}, {3, Assets{4}, true}};
    EXPECT_EQ(plan_deposits(even, Assets{9}, Assets{1}),
              (std::vector<Move>{{2, Assets{5}}, {3, Assets{4}}}));
    const std::vector<Candidate> jailed{{1, Assets{10}, true}, {2, Assets{0}, false}};
    EXPECT_EQ(plan_deposits(jailed, Assets{9}, Assets{1}), (std::vector<Move>{{1, Assets{9}}}));
    // The minimum is too high to spread: one gets it all.
    EXPECT_EQ(plan_deposits(even, Assets{9}, Assets{6}), (std::vector<Move>{{2, Assets{9}}}));
    EXPECT_TRUE(plan_deposits(even, Assets{5}, Assets{6}).empty());
}

}  // namespace
}  // namespace thaw::protocol::validators
