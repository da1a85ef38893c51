// The owner's verbs: who may, how far, how often.
#include "tests/scenario/expect.hpp"
#include "thaw/protocol/networks/face.hpp"

namespace thaw::scenario {
namespace {

#define HALT "halt(uint8 network, string reason)"
#define RESUME "resume(uint8 network)"
#define SET_FEE "setFee(uint8 network, uint32 feeBps)"

struct Owned : testing::Test {
    Scenario s;
    Address at = networks_address;
    uint8_t n = bnb;
};

TEST_F(Owned, OnlyTheOwnerHaltsAndResumesAndOnlyOnce) {
    const std::string why = "the host is being upgraded";
    EXPECT_REFUSED(s.call<HALT>(alice, at, n, why), networks::OwnableUnauthorizedAccount{alice});
    EXPECT_REFUSED(s.call<HALT>(hub_owner, at, uint8_t{0}, why), networks::NoSuchNetwork{0});
    EXPECT_REFUSED(s.call<HALT>(hub_owner, at, uint8_t{6}, why), networks::NoSuchNetwork{6});
    EXPECT_REFUSED(s.call<RESUME>(hub_owner, at, n), networks::NotHalted{bnb});
    EXPECT_DONE(s.call<HALT>(hub_owner, at, n, why));
    EXPECT_REFUSED(s.call<HALT>(hub_owner, at, n, why), networks::AlreadyHalted{bnb});
    s.deposit(bnb, alice, one_18);
    EXPECT_REFUSED(s.call<"stake(uint256 assets)">(alice, staking_of(bnb), Assets{one_18}),
                   staking::NetworkHalted{bnb});
    EXPECT_REFUSED(s.call<RESUME>(alice, at, n), networks::OwnableUnauthorizedAccount{alice});
    EXPECT_DONE(s.call<RESUME>(hub_owner, at, n));
    EXPECT_DONE(s.call<"stake(uint256 assets)">(alice, staking_of(bnb), Assets{one_18}));
}

TEST_F(Owned, AFeeRisesByHalfAPointAWeekAtMostAndFallsAtWill) {
    EXPECT_REFUSED(s.call<SET_FEE>(alice, at, n, 900u),
                   networks::OwnableUnauthorizedAccount{alice});
    EXPECT_REFUSED(s.call<SET_FEE>(hub_owner, at, uint8_t{9}, 900u), networks::NoSuchNetwork{9});
    EXPECT_REFUSED(s.call<SET_FEE>(hub_owner, at, n, 1'051u), (networks::FeeTooHigh{1'051, 1'050}));
    EXPECT_REFUSED(s.call<SET_FEE>(hub_owner, at, n, 1'000u), networks::SameAsBefore{});
    EXPECT_DONE(s.call<SET_FEE>(hub_owner, at, n, 1'050u));
    const uint64_t next = s.block.now_s + 7 * day_s;
    s.wait(7 * day_s - 1);
    EXPECT_REFUSED(s.call<SET_FEE>(hub_owner, at, n, 10u), networks::ChangeTooSoon{next});
    s.wait(1);
    EXPECT_DONE(s.call<SET_FEE>(hub_owner, at, n, 10u));
    s.wait(7 * day_s);
    EXPECT_REFUSED(s.call<SET_FEE>(hub_owner, at, n, 16u), (networks::FeeTooHigh{16, 15}));
    EXPECT_DONE(s.call<SET_FEE>(hub_owner, at, n, 15u));
    const auto terms =
        s.view<networks::Terms,
               "terms(uint8 network) view returns ((uint32 feeBps, uint32 feeNextMaxBps, uint64 "
               "feeChangePossibleAt, bool halted))">(at, n);
    EXPECT_EQ(terms.fee_bps, 15u);
    EXPECT_EQ(terms.fee_next_max_bps, 23u);
    EXPECT_EQ(terms.fee_change_possible_at_s, s.block.now_s + 7 * day_s);
    EXPECT_EQ(s.state.networks.networks.get(fantom).fee_bps, 1'500u);
}

TEST_F(Owned, NoSeriesOfChangesLeavesTheEnvelope) {
    uint32_t fee = 1'000;
    for (int week = 0; week < 40; ++week) {
        const uint32_t highest = networks::fee_next_max_bps(fee);
        EXPECT_REFUSED(s.call<SET_FEE>(hub_owner, at, n, highest + 1),
                       (networks::FeeTooHigh{highest + 1, highest}));
        if (fee == highest) break;
        ASSERT_TRUE(s.call<SET_FEE>(hub_owner, at, n, highest).success);
        fee = highest;
        s.wait(7 * day_s);
    }
    EXPECT_EQ(fee, 2'000u);
}

TEST_F(Owned, TheRolePassesInTwoStepsAndCanBeGivenUp) {
    EXPECT_REFUSED(s.call<"transferOwnership(address newOwner)">(alice, at, alice),
                   networks::OwnableUnauthorizedAccount{alice});
    EXPECT_REFUSED(s.call<"acceptOwnership()">(alice, at),
                   networks::OwnableUnauthorizedAccount{alice});
    EXPECT_DONE(s.call<"transferOwnership(address newOwner)">(hub_owner, at, alice));
    EXPECT_DONE(s.call<"transferOwnership(address newOwner)">(hub_owner, at, bob));
    EXPECT_REFUSED(s.call<"acceptOwnership()">(alice, at),
                   networks::OwnableUnauthorizedAccount{alice});
    EXPECT_EQ((s.view<Address, "owner() view returns (address)">(at)), hub_owner);
    EXPECT_DONE(s.call<"acceptOwnership()">(bob, at));
    EXPECT_EQ((s.view<Address, "owner() view returns (address)">(at)), bob);
    EXPECT_EQ((s.view<Address, "pendingOwner() view returns (address)">(at)), Address{});
    EXPECT_REFUSED(s.call<HALT>(hub_owner, at, n, std::string{}),
                   networks::OwnableUnauthorizedAccount{hub_owner});
    EXPECT_DONE(s.call<"renounceOwnership()">(bob, at));
    EXPECT_REFUSED(s.call<HALT>(bob, at, n, std::string{}),
                   networks::OwnableUnauthorizedAccount{bob});
    EXPECT_REFUSED(s.call<"acceptOwnership()">(bob, at), networks::OwnableUnauthorizedAccount{bob});
}

}  // namespace
}  // namespace thaw::scenario
