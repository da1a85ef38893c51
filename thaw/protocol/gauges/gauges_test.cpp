// Gauges: when a vote counts, how long, for how much; and that caps hold whatever is voted.
#include "tests/scenario/random.hpp"
#include "thaw/protocol/gauges/face.hpp"
#include "thaw/protocol/governance/governed_test.hpp"

namespace thaw::scenario {
namespace {

#define VOTE "vote(uint8 network, uint32[] validators, uint32[] bps)"
#define REFRESH "refresh(address holder, uint8 network)"

constexpr uint64_t epoch_s = 7 * day_s;

struct Gauges : testing::Test, Governed {
    using Ids = std::vector<uint32_t>;

    Receipt vote(const Address& who, const Ids& validators, const Ids& bps, uint8_t network = bnb) {
        return s.call<VOTE>(who, gauges_address, network, validators, bps);
    }
    gauges::Standing gauge() { return *gauges::gauge(s.query(), bnb); }
    u128 in_force(uint32_t id) { return gauge().by_validator[id - 1]; }
    /// To the first second of the next epoch, and one more.
    void next_epoch() { s.wait(gauge().next_epoch_s + 1 - s.block.now_s); }
};

TEST_F(Gauges, CountFromTheNextEpochOnAndHalveUnlessRenewed) {
    EXPECT_REFUSED(vote(carol, {1}, {10'000}), (gauges::NoVotes{carol, s.block.now_s - 1}));
    EXPECT_DONE(vote(alice, {1, 3}, {7'500, 2'500}));
    EXPECT_SAME(in_force(1), 0);
    EXPECT_SAME(gauge().cast, 50 * million);
    EXPECT_FALSE(gauge().decides);
    next_epoch();
    EXPECT_SAME(in_force(1), 75 * million / 2);
    EXPECT_SAME(in_force(3), 25 * million / 2);
    EXPECT_TRUE(gauge().decides);
    EXPECT_EQ(validators::weight_of(s.query(), bnb, 1), 750'000u);
    EXPECT_EQ(validators::weight_of(s.query(), bnb, 2), 0u);
    next_epoch();
    EXPECT_SAME(gauge().in_force, 25 * million);
    // What is left of the last one counts to the end of its epoch, then the new one does instead.
    EXPECT_DONE(vote(alice, {1}, {10'000}));
    EXPECT_DONE(vote(alice, {2}, {10'000}));
    EXPECT_SAME(gauge().in_force, 25 * million);
    EXPECT_SAME(gauge().cast, 50 * million);
    EXPECT_TRUE(gauge().decides);
    next_epoch();
    EXPECT_SAME(in_force(1), 0);
    EXPECT_SAME(in_force(2), 50 * million);
    EXPECT_SAME(gauge().in_force, 50 * million);
    EXPECT_DONE(vote(alice, {}, {}));
    EXPECT_SAME(gauge().in_force, 50 * million);
    next_epoch();
    EXPECT_SAME(gauge().in_force, 0);
}

TEST_F(Gauges, DecideFromOnePerCentOfAllThawOn) {
    const Address small = user(14);
    const auto decides_with = [&](u128 amount) {
        give(small, amount);
        next_epoch();
        EXPECT_DONE(vote(small, {4}, {10'000}));
        next_epoch();
        return gauge().decides;
    };
    EXPECT_DONE(s.call<"setWeights(uint8 network, uint32[] ids, uint32[] weights)">(
        timelock_address, validators_address, uint8_t{bnb}, Ids{1}, Ids{7}));
    EXPECT_DONE(s.call<DELEGATE>(small, thaw_address, small));
    EXPECT_FALSE(decides_with(10 * million - 1));
    EXPECT_EQ(validators::weight_of(s.query(), bnb, 1), 7u);
    EXPECT_TRUE(decides_with(1));
    EXPECT_EQ(validators::weight_of(s.query(), bnb, 1), 0u);
    EXPECT_EQ(validators::weight_of(s.query(), bnb, 4), 1'000'000u);
}

TEST_F(Gauges, WhoSoldDoesNotGoOnVoting) {
    next_epoch();
    EXPECT_DONE(vote(alice, {1}, {10'000}));
    EXPECT_REFUSED(s.call<REFRESH>(bob, gauges_address, alice, uint8_t{bnb}),
                   (gauges::NothingToLower{alice, bnb}));
    EXPECT_DONE(s.call<TRANSFER>(alice, thaw_address, bob, Assets{40 * million}));
    next_epoch();
    EXPECT_DONE(s.call<REFRESH>(carol, gauges_address, alice, uint8_t{bnb}));
    EXPECT_SAME(in_force(1), 10 * million);
    EXPECT_DONE(vote(bob, {2}, {10'000}));
    next_epoch();
    EXPECT_SAME(in_force(1), 5 * million);
    EXPECT_SAME(in_force(2), 70 * million);
}

TEST_F(Gauges, RefuseMalformedBallots) {
    next_epoch();
    const auto refused = [&](const Ids& ids, const Ids& bps, const std::string& why) {
        EXPECT_REFUSED(vote(alice, ids, bps), gauges::BallotMalformed{why});
    };
    refused({1}, {}, "at most eight validators, each with its part");
    refused(Ids(9, 1), Ids(9, 1), "at most eight validators, each with its part");
    refused({2, 1}, {1, 1}, "validators are named in ascending order, each once");
    refused({1, 1}, {1, 1}, "validators are named in ascending order, each once");
    refused({1}, {0}, "a part is more than nothing");
    refused({1, 2}, {5'000, 5'001}, "the parts are 10000 together at most");
    EXPECT_REFUSED(vote(alice, {6}, {1}), (validators::UnknownValidator{bnb, 6}));
    EXPECT_REFUSED(vote(alice, {1}, {1}, 6), validators::UnknownNetwork{6});
    EXPECT_DONE(vote(alice, {1, 2}, {5'000, 5'000}));
    EXPECT_REFUSED(vote(carol, {1}, {1}), (gauges::NoVotes{carol, gauge().next_epoch_s - epoch_s}));
}

TEST_F(Gauges, GuideNewStakeAndSaySo) {
    next_epoch();
    EXPECT_DONE(s.call<"setBlend(uint8 network, uint32 bps)">(timelock_address, validators_address,
                                                              uint8_t{bnb}, 5'000u));
    s.deposit(bnb, alice, one_18 * 1'000);  // caps are parts of the pool
    EXPECT_DONE(s.call<"stake(uint256 assets)">(alice, staking_of(bnb), Assets{one_18 * 1'000}));
    EXPECT_DONE(vote(alice, {5}, {10'000}));
    const auto moved_to = [&](uint32_t id) {
        const auto plan = validators::plan(s.query(), bnb, Assets{one_18 * 100});
        const auto move = std::ranges::find(plan.moves, id, &validators::Move::id);
        return move == plan.moves.end() ? 0 : move->amount.value;
    };
    EXPECT_SAME(moved_to(5), 0);
    next_epoch();
    EXPECT_GT(moved_to(5), 0);
    const std::string why = *validators::explain(s.query(), bnb, 5);
    EXPECT_NE(why.find("Of the holders' votes it has 100.00 %; they decide."), std::string::npos)
        << why;
}

// Caps hold whatever the vote: the plan keeps the caps it names, which are widened only where
// nothing else is possible, and those are the same with any weights.
TEST_F(Gauges, CapsHoldWhateverTheVote) {
    Random random{77};
    EXPECT_DONE(s.call<"setBlend(uint8 network, uint32 bps)">(timelock_address, validators_address,
                                                              uint8_t{bnb}, 5'000u));
    for (int round = 0; round < 30; ++round) {
        next_epoch();
        Ids ids, bps;
        for (uint32_t id = 1; id <= validators_per_network; ++id)
            if (random.chance(2)) {
                ids.push_back(id);
                bps.push_back(1 + static_cast<uint32_t>(random.below(2'000)));
            }
        EXPECT_DONE(vote(random.chance(2) ? alice : bob, ids.empty() ? Ids{1} : ids,
                         ids.empty() ? Ids{10'000} : bps));
        const auto plan = validators::plan(s.query(), bnb, Assets{one_18 * (1 + random.below(90))});
        for (const auto& move : plan.moves)
            EXPECT_LE(move.amount.value + validators::bonded(s.query(), bnb, move.id).value,
                      plan.caps.validator.value);
    }
}

}  // namespace
}  // namespace thaw::scenario
