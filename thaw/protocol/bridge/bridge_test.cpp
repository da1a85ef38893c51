// What leaves: refusals in order of precedence, the day's limit, the day's delay, and what fails
// comes back.
#include "tests/scenario/expect.hpp"

namespace thaw::scenario {
namespace {

#define WITHDRAW \
    "withdraw(uint8 asset, uint8 host, bytes32 recipient, uint256 amount) returns (uint64 id)"
#define RELEASE "release(uint64 id)"
#define OUTFLOW_LEFT "outflowLeft(uint8 asset) view returns (uint256)"

Hash recipient() {
    Hash h;
    h.bytes[31] = 0x77;
    return h;
}
Receipt withdraw(Scenario& s, const Address& from, uint8_t asset, uint8_t host, u128 amount) {
    return s.call<WITHDRAW>(from, bridge_address, asset, host, recipient(), Assets{amount});
}
/// A deposit long ago: inflow of the same day does not hide what goes out.
void settle_in(Scenario& s, AssetId asset, const Address& to, u128 amount) {
    s.deposit(asset, to, amount);
    s.wait(2 * day_s);
}

TEST(Withdraw, RefusesInOrderOfPrecedence) {
    Scenario s;
    settle_in(s, kusama, alice, 1'000);
    EXPECT_REFUSED(
        s.call<WITHDRAW>(bob, bridge_address, uint8_t{kusama}, uint8_t{9}, Hash{}, Assets{0}),
        bridge::ZeroAmount{});
    EXPECT_REFUSED(
        s.call<WITHDRAW>(bob, bridge_address, uint8_t{kusama}, uint8_t{9}, Hash{}, Assets{1}),
        bridge::ZeroRecipient{});
    EXPECT_REFUSED(withdraw(s, bob, kusama, 9, 1), bridge::NotOnThisHost{kusama, 9});
    EXPECT_REFUSED(withdraw(s, bob, thaw_token, 5, 1), bridge::NotOnThisHost{thaw_token, 5});
    const u128 custody = dead_stake.value + 1'000;
    EXPECT_REFUSED(withdraw(s, bob, kusama, 4, custody + 1),
                   bridge::CustodyTooSmall{kusama, 4, Assets{custody}, Assets{custody + 1}});
    EXPECT_REFUSED(withdraw(s, bob, kusama, 4, custody),
                   bridge::OutflowLimit{kusama, Assets{custody / 10}, Assets{custody}});
    EXPECT_REFUSED(withdraw(s, bob, kusama, 4, 1),
                   token::ERC20InsufficientBalance{bob, Assets{}, Assets{1}});
    EXPECT_DONE(withdraw(s, alice, kusama, 4, 1));
}

TEST(Withdraw, TakesATenthOfTheSupplyInADayAndNotOneUnitMore) {
    Scenario s;
    Hosts hosts{s};
    settle_in(s, bnb, alice, one_18 * 1'000);
    const u128 limit = (one_18 * 1'000 + dead_stake.value) / 10;
    EXPECT_SAME((s.view<Assets, OUTFLOW_LEFT>(bridge_address, uint8_t{bnb})).value, limit);
    EXPECT_REFUSED(withdraw(s, alice, bnb, 1, limit + 1),
                   bridge::OutflowLimit{bnb, Assets{limit}, Assets{limit + 1}});
    EXPECT_DONE(withdraw(s, alice, bnb, 1, limit));
    EXPECT_REFUSED(withdraw(s, alice, bnb, 1, 1), bridge::OutflowLimit{bnb, Assets{}, Assets{1}});
    // What comes in on the same day makes room; a day later the window is empty again.
    s.deposit(bnb, bob, 500);
    EXPECT_DONE(withdraw(s, alice, bnb, 1, 500));
    s.wait(day_s);
    EXPECT_SAME((s.view<Assets, OUTFLOW_LEFT>(bridge_address, uint8_t{bnb})).value,
                (one_18 * 1'000 + dead_stake.value + 500) / 10);
}

TEST(Withdraw, AboveOnePerCentWaitsADayAndNotASecondLess) {
    Scenario s;
    Hosts hosts{s};
    settle_in(s, fantom, alice, one_18 * 1'000);
    const u128 prompt = (one_18 * 1'000 + dead_stake.value) / 100;
    EXPECT_DONE(withdraw(s, alice, fantom, 2, prompt));
    EXPECT_EQ(s.state.outbox.hosts.get(2).emitted, 1u);  // at once
    EXPECT_DONE(withdraw(s, alice, fantom, 2, prompt + 1));
    EXPECT_EQ(s.state.outbox.hosts.get(2).emitted, 1u);
    const uint64_t release_at = s.block.now_s + day_s;
    EXPECT_REFUSED(s.call<RELEASE>(bob, bridge_address, uint64_t{3}), bridge::UnknownWithdrawal{3});
    EXPECT_REFUSED(s.call<RELEASE>(bob, bridge_address, uint64_t{1}), bridge::UnknownWithdrawal{1});
    s.wait(day_s - 1);
    EXPECT_REFUSED(s.call<RELEASE>(bob, bridge_address, uint64_t{2}),
                   bridge::NotDueYet{2, release_at});
    s.wait(1);
    EXPECT_DONE(s.call<RELEASE>(bob, bridge_address, uint64_t{2}));
    EXPECT_REFUSED(s.call<RELEASE>(bob, bridge_address, uint64_t{2}), bridge::UnknownWithdrawal{2});
    EXPECT_EQ(hosts.execute(), 2);
    EXPECT_SAME(s.assets(fantom, alice), one_18 * 1'000 - 2 * prompt - 1);
    EXPECT_SAME(s.state.bridge.custody.get({2, fantom}).liquid.value,
                one_18 * 1'000 + dead_stake.value - 2 * prompt - 1);
}

TEST(Withdraw, WhatTheHostRefusesComesBackToTheOwner) {
    Scenario s;
    Hosts hosts{s};
    settle_in(s, eth, alice, one_18);
    const u128 before = s.assets(eth, alice);
    const Receipt receipt = withdraw(s, alice, eth, 5, one_18 / 100);
    EXPECT_DONE(receipt);
    EXPECT_SAME(s.assets(eth, alice), before - one_18 / 100 - receipt.gas_used);
    EXPECT_EQ(hosts.execute(false), 1);
    EXPECT_SAME(s.assets(eth, alice), before - receipt.gas_used);
    EXPECT_EQ(s.state.bridge.withdrawals.get(1).status, 4);
}

TEST(Withdraw, MaticComesFromAndLeavesToEitherHost) {
    Scenario s;
    Hosts hosts{s};
    s.deposit(polygon, alice, one_18 * 100, 6);
    s.deposit(polygon, alice, one_18 * 100, 5);
    s.wait(2 * day_s);
    EXPECT_DONE(withdraw(s, alice, polygon, 6, one_18));
    EXPECT_DONE(withdraw(s, alice, polygon, 5, one_18));
    EXPECT_EQ(hosts.execute(), 2);
    EXPECT_SAME(s.assets(polygon, alice), one_18 * 198);
}

TEST(Withdraw, MaticFromPolygonIsMovedToEthereumBeforeItIsBonded) {
    Scenario s;
    Hosts hosts{s};
    s.deposit(polygon, alice, one_18 * 100, 6);
    EXPECT_DONE((s.call<"stake(uint256 assets) returns (uint256 shares)">(
        alice, staking_of(polygon), Assets{one_18 * 100})));
    hosts.settle();
    hosts.later(day_s);
    hosts.later(day_s);
    EXPECT_GE(hosts.delegated(polygon), one_18 * 100);
    EXPECT_SAME(s.state.bridge.custody.get({6, polygon}).liquid.value, 0);
}

}  // namespace
}  // namespace thaw::scenario
