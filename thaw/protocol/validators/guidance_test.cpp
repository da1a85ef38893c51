// Weights guide a part of new stake: within caps, toward the targets, and no more than their part.
#include <map>

#include "tests/scenario/expect.hpp"
#include "tests/scenario/random.hpp"

namespace thaw::scenario {
namespace {

using validators::Candidate;
using validators::Caps;
using validators::Move;

#define SET_WEIGHTS "setWeights(uint8 network, uint32[] ids, uint32[] weights)"
#define SET_BLEND "setBlend(uint8 network, uint32 bps)"

std::vector<Candidate> random_candidates(Random& random) {
    std::vector<Candidate> all;
    const uint64_t n = 1 + random.below(7);
    for (uint32_t id = 1; id <= n; ++id) {
        const u128 ours = random.below(60);
        all.push_back({.id = id,
                       .bonded = Assets{ours},
                       .eligible = !random.chance(6),
                       .total_stake = Assets{ours + random.below(200)},
                       .group = static_cast<uint16_t>(random.below(4)),
                       .weight = random.chance(3) ? 0 : static_cast<uint32_t>(random.below(9))});
    }
    return all;
}

TEST(Guidance, OfNothingIsTheWaterFilling) {
    Random random{11};
    for (int i = 0; i < 20'000; ++i) {
        auto all = random_candidates(random);
        const Caps caps{Assets{20 + random.below(200)}, Assets{20 + random.below(400)}};
        const Assets amount{random.below(300)};
        const Assets least{1 + random.below(20)};
        const auto plain = plan_deposits(all, amount, least, caps);
        ASSERT_EQ(plan_era(all, amount, least, caps, 0).moves, plain.moves);
        for (Candidate& c : all) c.weight = 0;
        ASSERT_EQ(plan_era(all, amount, least, caps, 5'000).moves, plain.moves);
    }
}

/// How far the weighted are from what they should have, squared and added up.
u128 distance(const std::vector<Candidate>& all, const std::vector<u128>& wanted,
              const std::map<uint32_t, u128>& given) {
    u128 sum = 0;
    for (size_t i = 0; i < all.size(); ++i) {
        if (!all[i].eligible || all[i].weight == 0) continue;
        const auto at = given.find(all[i].id);
        const u128 has = all[i].bonded.value + (at == given.end() ? 0 : at->second);
        const u128 off = has > wanted[i] ? has - wanted[i] : wanted[i] - has;
        sum += off * off;
    }
    return sum;
}

/// No unit of the guided part could be moved from one weighted validator to another and bring them
/// nearer to their targets; caps hold, and the sum is what it has to be.
TEST(Guidance, BringsNearestToTheTargetsWithinTheCaps) {
    Random random{12};
    for (int round = 0; round < 20'000; ++round) {
        const auto all = random_candidates(random);
        const Caps caps{Assets{30 + random.below(100)}, Assets{30 + random.below(200)}};
        const u128 amount = 1 + random.below(100);
        const auto moves = validators::detail::fill_in_moves(
            validators::detail::by_distance(all, amount), amount, 1, caps, ~size_t{0});
        u128 pool = amount;
        std::map<uint32_t, u128> given;
        std::map<uint16_t, u128> groups;
        for (const Candidate& c : all) {
            pool += c.bonded.value;
            groups[c.group] += c.bonded.value;
        }
        u128 sum = 0;
        for (const Move& m : moves) {
            given[m.id] = m.amount.value;
            sum += m.amount.value;
            const Candidate& c = all[m.id - 1];
            groups[c.group] += m.amount.value;
            ASSERT_TRUE(c.eligible && c.weight != 0);
            ASSERT_LE(c.bonded.value + m.amount.value, caps.validator.value);
        }
        ASSERT_LE(sum, amount);
        for (const Move& m : moves)
            if (const uint16_t g = all[m.id - 1].group; g != 0) {
                ASSERT_LE(groups[g], caps.group.value);
            }
        const auto wanted = validators::targets(all, pool);
        const u128 reached = distance(all, wanted, given);
        for (const Candidate& from : all)
            for (const Candidate& to : all) {
                if (from.id == to.id || !to.eligible || to.weight == 0) continue;
                if (given[from.id] == 0) continue;
                if (to.bonded.value + given[to.id] + 1 > caps.validator.value) continue;
                if (to.group != 0 && to.group != from.group &&
                    groups[to.group] + 1 > caps.group.value)
                    continue;
                auto other = given;
                --other[from.id];
                ++other[to.id];
                ASSERT_LE(to_decimal(reached).size(), 30u);
                ASSERT_GE(distance(all, wanted, other), reached) << "round " << round;
            }
    }
}

TEST(Guidance, TakesItsPartAndNoMoreAndFewMovesInAll) {
    std::vector<Candidate> all;
    for (uint32_t id = 1; id <= 60; ++id)
        all.push_back({.id = id,
                       .eligible = true,
                       .total_stake = Assets{id * 1'000u},
                       .weight = id > 40 ? 1u : 0u});
    const Caps wide{Assets{u128_max}, Assets{u128_max}};
    const auto plan = plan_era(all, Assets{1'000'000}, Assets{10}, wide, 3'000);
    u128 guided = 0;
    u128 sum = 0;
    for (const Move& m : plan.moves) {
        sum += m.amount.value;
        if (m.id > 40) guided += m.amount.value;
    }
    EXPECT_SAME(sum, 1'000'000);
    EXPECT_SAME(guided, 300'000);
    EXPECT_LE(plan.moves.size(), validators::moves_per_era_max);
    // Less than one delegation is not guided at all.
    for (const Move& m : plan_era(all, Assets{100}, Assets{50}, wide, 3'000).moves)
        EXPECT_LE(m.id, 40u);
}

TEST(Guidance, IsTheOwnersWithinBounds) {
    Scenario s;
    const Address at = validators_address;
    using Ids = std::vector<uint32_t>;
    const auto set = [&](const Address& who, uint8_t n, Ids ids, Ids weights) {
        return s.call<SET_WEIGHTS>(who, at, n, ids, weights);
    };
    EXPECT_REFUSED(set(alice, bnb, {1}, {1}), networks::OwnableUnauthorizedAccount{alice});
    EXPECT_REFUSED(set(hub_owner, 9, {1}, {1}), validators::UnknownNetwork{9});
    EXPECT_REFUSED(set(hub_owner, bnb, {6}, {1}), validators::UnknownValidator{bnb, 6});
    EXPECT_REFUSED(set(hub_owner, bnb, {0}, {1}), validators::UnknownValidator{bnb, 0});
    const validators::WeightsMalformed count{"each validator named needs one weight"};
    EXPECT_REFUSED(set(hub_owner, bnb, {}, {}), count);
    EXPECT_REFUSED(set(hub_owner, bnb, {1, 2}, {1}), count);
    const validators::WeightsMalformed order{"validators are named in ascending order, each once"};
    EXPECT_REFUSED(set(hub_owner, bnb, {2, 1}, {1, 1}), order);
    EXPECT_REFUSED(set(hub_owner, bnb, {2, 2}, {1, 1}), order);
    EXPECT_REFUSED(set(hub_owner, bnb, {1}, {1'000'001}),
                   validators::WeightsMalformed{"a weight is at most 1000000"});
    EXPECT_DONE(set(hub_owner, bnb, {1, 5}, {1'000'000, 3}));
    EXPECT_REFUSED(s.call<SET_BLEND>(alice, at, uint8_t{bnb}, 1u),
                   networks::OwnableUnauthorizedAccount{alice});
    EXPECT_REFUSED(s.call<SET_BLEND>(hub_owner, at, uint8_t{bnb}, 5'001u),
                   (validators::BlendTooHigh{5'001, 5'000}));
    EXPECT_DONE(s.call<SET_BLEND>(hub_owner, at, uint8_t{bnb}, 5'000u));
    const auto told = s.view<validators::Guidance,
                             "guidance(uint8 network) view returns ((uint32 blendBps, uint32[] "
                             "weights))">(at, uint8_t{bnb});
    EXPECT_EQ(told.blend_bps, 5'000u);
    EXPECT_EQ(told.weights, (Ids{1'000'000, 0, 0, 0, 3}));
}

TEST(Guidance, MovesTheNextStakeAndIsExplained) {
    Scenario s{[] {
        Genesis g = scenario_genesis();
        g.networks[fantom - 1].parameters.validator_cap_bps = 5'000;
        g.networks[fantom - 1].parameters.group_cap_bps = 10'000;
        return g;
    }()};
    Hosts hosts{s};
    const auto why = [&](uint32_t id) {
        return s.view<std::string, "explain(uint8 network, uint32 id) view returns (string)">(
            validators_address, uint8_t{fantom}, id);
    };
    // Without guidance the fifth, which has most stake on the host, comes last.
    s.must<void, SET_WEIGHTS>(hub_owner, validators_address, uint8_t{fantom},
                              std::vector<uint32_t>{5}, std::vector<uint32_t>{7});
    EXPECT_EQ(why(5).find("Governance"), std::string::npos);
    s.must<void, SET_BLEND>(hub_owner, validators_address, uint8_t{fantom}, 4'000u);
    EXPECT_NE(why(5).find("Governance guides 40.00 % of new stake and wants it to have 100.00 % of "
                          "the pool; it has 0.00 %."),
              std::string::npos)
        << why(5);
    s.deposit(fantom, alice, one_18 * 1'000);
    s.must<Shares, "stake(uint256 assets) returns (uint256 shares)">(alice, staking_of(fantom),
                                                                     Assets{one_18 * 1'000});
    hosts.settle();
    EXPECT_SAME(hosts.delegated(fantom, 5), one_18 * 400 + dead_stake.value * 4 / 10);
    EXPECT_SAME(hosts.delegated(fantom, 4), 0);
    // Its cap is half of the pool, whatever it is wanted to have.
    s.deposit(fantom, alice, one_18 * 1'000);
    s.must<Shares, "stake(uint256 assets) returns (uint256 shares)">(alice, staking_of(fantom),
                                                                     Assets{one_18 * 1'000});
    s.wait(day_s);
    hosts.settle();
    EXPECT_SAME(hosts.delegated(fantom, 5), one_18 * 800 + dead_stake.value * 4 / 10);
}

TEST(Guidance, ASlashedValidatorGetsNothingUntilAReportWithoutASlash) {
    Scenario s;
    Hosts hosts{s};
    s.deposit(bnb, alice, one_18 * 2'000);
    s.must<Shares, "stake(uint256 assets) returns (uint256 shares)">(alice, staking_of(bnb),
                                                                     Assets{one_18 * 1'000});
    hosts.settle();
    hosts.next_frame(bnb, {{1, {.slashed = 65}}, {2, {.slashed = 64}}});
    const auto why = [&](uint32_t id) {
        return s.view<std::string, "explain(uint8 network, uint32 id) view returns (string)">(
            validators_address, uint8_t{bnb}, id);
    };
    EXPECT_EQ(why(1), "Gets no new stake: it was slashed in the frame reported last.");
    EXPECT_EQ(why(2).find("slashed"), std::string::npos);  // that much hosts round
    const u128 had = hosts.delegated(bnb, 1);
    s.must<Shares, "stake(uint256 assets) returns (uint256 shares)">(alice, staking_of(bnb),
                                                                     Assets{one_18 * 500});
    hosts.settle();
    EXPECT_SAME(hosts.delegated(bnb, 1), had);
    hosts.next_frame(bnb, {});
    EXPECT_EQ(why(1).find("slashed"), std::string::npos);
}

}  // namespace
}  // namespace thaw::scenario
