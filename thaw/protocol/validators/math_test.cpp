// The allocation against its own definition: what is asked for is placed, levels are as even as
// they can be.
#include "thaw/protocol/validators/math.hpp"

#include <gtest/gtest.h>

#include <map>

#include "tests/scenario/random.hpp"
#include "thaw/base/text.hpp"
#include "thaw/protocol/validators/concentration.hpp"

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
        all.push_back({.id = id,
                       .bonded = Assets{random.chance(2) ? common : random.below(50)},
                       .eligible = !random.chance(5)});
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

Caps wide() { return {Assets{u128_max}, Assets{u128_max}}; }

std::vector<Candidate> random_host(scenario::Random& random, uint64_t most, uint64_t stake_max) {
    std::vector<Candidate> all;
    const uint64_t n = 1 + random.below(most);
    for (uint32_t id = 1; id <= n; ++id) {
        const u128 ours = random.below(stake_max / 4);
        all.push_back({.id = id,
                       .bonded = Assets{ours},
                       .eligible = !random.chance(5),
                       .total_stake = Assets{ours + random.below(stake_max)},
                       .group = static_cast<uint16_t>(random.below(3))});
    }
    return all;
}

/// Whether the parts keep the caps, by their own definition.
bool keeps(const std::vector<Candidate>& all, const std::vector<u128>& parts, const Caps& caps) {
    std::map<uint16_t, u128> groups;
    for (size_t i = 0; i < all.size(); ++i) {
        const u128 ours = all[i].bonded.value + parts[i];
        if (parts[i] != 0 && (!all[i].eligible || ours > caps.validator.value)) return false;
        if (all[i].group != 0) groups[all[i].group] += ours;
    }
    for (size_t i = 0; i < all.size(); ++i)
        if (parts[i] != 0 && all[i].group != 0 && groups[all[i].group] > caps.group.value)
            return false;
    return true;
}
u128 squares(const std::vector<Candidate>& all, const std::vector<u128>& parts) {
    u128 sum = 0;
    for (size_t i = 0; i < all.size(); ++i) {
        const u128 stake = all[i].total_stake.value + parts[i];
        sum += stake * stake;
    }
    return sum;
}
/// The least sum of squares over every way there is to place the amount; nothing when there is
/// none.
std::optional<u128> least(const std::vector<Candidate>& all, u128 amount, const Caps& caps,
                          std::vector<u128>& parts, size_t from = 0) {
    if (from == all.size())
        return amount == 0 && keeps(all, parts, caps) ? std::optional{squares(all, parts)}
                                                      : std::nullopt;
    std::optional<u128> best;
    for (u128 part = 0; part <= amount; ++part) {
        parts[from] = part;
        const auto found = least(all, amount - part, caps, parts, from + 1);
        if (found && (!best || *found < *best)) best = found;
    }
    parts[from] = 0;
    return best;
}

TEST(Deposits, AreTheBestOfAllThatTheCapsAllow) {
    scenario::Random random{2};
    int compared = 0;
    for (int round = 0; round < 4'000; ++round) {
        const auto all = random_host(random, 4, 12);
        const u128 amount = 1 + random.below(10);
        const Caps caps{Assets{2 + random.below(9)}, Assets{4 + random.below(12)}};
        std::vector<u128> parts(all.size());
        const auto best = least(all, amount, caps, parts);
        const Plan plan = plan_deposits(all, Assets{amount}, Assets{1}, caps);
        if (!best) {
            ASSERT_TRUE(plan.moves.empty() || plan.caps != caps) << "round " << round;
            continue;
        }
        ++compared;
        for (const Move& m : plan.moves) parts[m.id - 1] = m.amount.value;
        ASSERT_EQ(plan.caps, caps) << "round " << round;
        ASSERT_TRUE(keeps(all, parts, caps)) << "round " << round;
        ASSERT_EQ(to_decimal(sum_of(plan.moves)), to_decimal(amount));
        ASSERT_EQ(to_decimal(squares(all, parts)), to_decimal(*best)) << "round " << round;
    }
    EXPECT_GT(compared, 1'000);
}

TEST(Deposits, PlaceAllOfItInMovesTheHostAccepts) {
    scenario::Random random{3};
    for (int round = 0; round < 20'000; ++round) {
        const auto all = random_host(random, 8, 60);
        const u128 minimum = 1 + random.below(15);
        const u128 amount = 1 + random.below(200);
        const Caps caps{Assets{random.below(40)}, Assets{40 + random.below(80)}};
        const Plan plan = plan_deposits(all, Assets{amount}, Assets{minimum}, caps);
        const bool possible =
            amount >= minimum && std::ranges::any_of(all, [](auto& c) { return c.eligible; });
        if (possible) {  // less than a delegation may wait for the next stake
            ASSERT_LT(amount - sum_of(plan.moves), minimum);
        }
        ASSERT_EQ(plan.moves.empty(), !possible);
        for (const Move& m : plan.moves) {
            ASSERT_GE(m.amount.value, minimum);
            ASSERT_TRUE(all[m.id - 1].eligible);
            ASSERT_LE(all[m.id - 1].bonded.value + m.amount.value, plan.caps.validator.value);
        }
    }
}

TEST(Deposits, RaiseTheLowestAndBreakTiesById) {
    const auto at = [](uint32_t id, u128 stake, bool good = true) {
        return Candidate{.id = id, .eligible = good, .total_stake = Assets{stake}};
    };
    const std::vector<Candidate> even{at(1, 10), at(2, 4), at(3, 4)};
    EXPECT_EQ(plan_deposits(even, Assets{9}, Assets{1}, wide()).moves,
              (std::vector<Move>{{2, Assets{5}}, {3, Assets{4}}}));
    EXPECT_EQ(plan_deposits({at(1, 10), at(2, 0, false)}, Assets{9}, Assets{1}, wide()).moves,
              (std::vector<Move>{{1, Assets{9}}}));
    // The minimum is too high to spread: one gets it all.
    EXPECT_EQ(plan_deposits(even, Assets{9}, Assets{6}, wide()).moves,
              (std::vector<Move>{{2, Assets{9}}}));
    EXPECT_TRUE(plan_deposits(even, Assets{5}, Assets{6}, wide()).moves.empty());
}

TEST(Deposits, ARemainderBelowOneDelegationWaitsAndRelaxesNoCap) {
    std::vector<Candidate> all;
    for (uint32_t id = 1; id <= 25; ++id)
        all.push_back({.id = id, .eligible = true, .total_stake = Assets{id * 1'000}});
    const Caps caps{Assets{60}, Assets{180}};
    const Plan plan = plan_deposits(all, Assets{605}, Assets{10}, caps);
    EXPECT_EQ(plan.caps, caps);
    EXPECT_EQ(to_decimal(sum_of(plan.moves)), "600");
    EXPECT_EQ(plan.moves.size(), 10u);
}

/// Where nobody's cap binds and there is a choice, the index never rises by what is placed.
TEST(Concentration, NeverRisesByWhatIsPlacedWhereThereIsAChoice) {
    scenario::Random random{4};
    for (int round = 0; round < 2'000; ++round) {
        std::vector<Candidate> all;
        for (uint32_t id = 1; id <= 20; ++id)
            all.push_back(
                {.id = id, .eligible = true, .total_stake = Assets{random.below(1'000'000)}});
        std::vector<u128> before, after;
        u128 total = 0;
        for (const auto& c : all) {
            before.push_back(c.total_stake.value);
            total += c.total_stake.value;
        }
        after = before;
        const u128 amount = 1 + random.below(static_cast<uint64_t>(total / 2));
        for (const Move& m : plan_deposits(all, Assets{amount}, Assets{1}, wide()).moves)
            after[m.id - 1] += m.amount.value;
        ASSERT_LE(herfindahl_ppm(after), herfindahl_ppm(before)) << "round " << round;
        ASSERT_GE(nakamoto_coefficient(after), nakamoto_coefficient(before)) << "round " << round;
    }
}

TEST(Concentration, OfPublishedExamples) {
    EXPECT_EQ(herfindahl_ppm({1}), 1'000'000u);
    EXPECT_EQ(herfindahl_ppm({5, 5}), 500'000u);
    EXPECT_EQ(herfindahl_ppm({40, 30, 20, 10}), 300'000u);
    EXPECT_EQ(herfindahl_ppm({}), 0u);
    EXPECT_EQ(nakamoto_coefficient({1}), 1u);
    EXPECT_EQ(nakamoto_coefficient({40, 30, 20, 10}), 1u);
    EXPECT_EQ(nakamoto_coefficient({33, 33, 34}), 1u);
    EXPECT_EQ(nakamoto_coefficient({25, 25, 25, 25}), 2u);
    EXPECT_EQ(nakamoto_coefficient({1, 1, 1}), 2u);
    EXPECT_EQ(nakamoto_coefficient({}), 0u);
}

}  // namespace
}  // namespace thaw::protocol::validators
