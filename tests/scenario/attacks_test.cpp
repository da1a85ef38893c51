// Attacks that cost others money, each tried here against the hub: none gains a base unit, none
// costs anybody else one.
#include <boost/multiprecision/cpp_int.hpp>

#include "tests/scenario/expect.hpp"
#include "thaw/protocol/async_vault/face.hpp"

namespace thaw::scenario {
namespace {

using Big = boost::multiprecision::cpp_int;
Big big(u128 v) { return (Big{static_cast<uint64_t>(v >> 64)} << 64) + static_cast<uint64_t>(v); }

constexpr Address mallory = user(9);

class Attack : public testing::TestWithParam<NetworkId> {
  protected:
    NetworkId n = GetParam();
    Scenario s;
    Hosts hosts{s};
    networks::Network p = s.state.networks.networks.get(n);
    u128 one = unit(s.state, n);
    bool rebasing = p.rebasing != 0;

    void stake(const Address& who, u128 amount) {
        s.deposit(n, who, amount);
        s.must<void, "stake(uint256 assets)">(who, staking_of(n), Assets{amount});
    }
    /// Everybody's stake works on the host, and there have been rewards: the rate is crooked.
    void pool_of(u128 amount) {
        stake(alice, amount);
        hosts.settle();
        earn(3'000);
        s.wait(day_s);
    }
    /// Rewards of a part of the pool in millionths, and the frame's report.
    void earn(u128 ppm) {
        hosts.next_frame(
            n, {{1, {.reward = liquid::rate(s.query(), n).assets.value * ppm / 1'000'000}}});
    }
    /// A slash of a part of what works on the host, in millionths.
    void slash(u128 ppm) {
        std::map<uint32_t, Hosts::Gain> gains;
        for (uint32_t v = 1; v <= validators_per_network; ++v)
            gains[v].slashed = hosts.delegated(n, v) * ppm / 1'000'000;
        hosts.next_frame(n, gains);
    }
    u128 worth(const Address& who) const {
        return liquid::worth(liquid::holding(s.query(), ContractKind::liquid, n, who),
                             liquid::rate(s.query(), n))
            .value;
    }
    Number leave_with_all(const Address& who) {
        const u128 all = s.shown(n, who);
        if (rebasing)
            return s.must<Number, "unstakeBonds(uint256 amount) returns (uint256 ticket)">(
                who, staking_of(n), Assets{all});
        return s.must<Number, "unstakeCerts(uint256 shares) returns (uint256 ticket)">(
            who, staking_of(n), Shares{all});
    }
    void until_paid(const Address& who) {
        for (int days = 0; days < 80; ++days) {
            hosts.later(day_s);
            if (unbonding::tickets_of(s.query(), who, 0)->empty()) return;
        }
        FAIL() << "a ticket is never paid";
    }
};

TEST_P(Attack, SandwichAroundAReport) {
    pool_of(one * 100'000);
    // The report is about to come: in with a hundred times the pool, out in the same block.
    const u128 stake_of_mallory = one * 10'000'000;
    s.deposit(n, mallory, stake_of_mallory);
    s.wait(day_s);
    hosts.execute();
    const u128 alice_had = worth(alice);
    const u128 ahead = liquid::unreleased(s.query(), n).value;
    s.must<void, "stake(uint256 assets)">(mallory, staking_of(n), Assets{stake_of_mallory});
    earn(500);
    EXPECT_GE(worth(alice), alice_had);
    EXPECT_GT(liquid::unreleased(s.query(), n).value, ahead);  // the reward is still to come
    const Number ticket = leave_with_all(mallory);
    EXPECT_LE(unbonding::ticket(s.query(), ticket)->nominal.value, stake_of_mallory);
    // And if it takes the ticket back, it has what it had.
    s.must<void, "cancel(uint256 ticket)">(mallory, tickets_address, ticket);
    EXPECT_LE(worth(mallory), stake_of_mallory);
    EXPECT_GE(worth(alice), alice_had);
}

/// Whoever learns of a slash on the host before its report and asks out bears it like who stays,
/// whether the batch has left for the host or not.
TEST_P(Attack, SlashDodgedByAnExitRequest) {
    for (const bool dispatched : {false, true}) {
        SCOPED_TRACE(dispatched);
        pool_of(one * 100'000);
        stake(mallory, one * 50'000);
        hosts.settle();
        earn(0);
        hosts.later(p.batch_interval_s);
        const u128 before = worth(mallory);
        const u128 alice_before = worth(alice);
        const Number ticket = leave_with_all(mallory);
        if (dispatched) {
            s.must<void, "advance()">(carol, staking_of(n));
            hosts.execute();
        }
        slash(3'000);  // of what is bonded; what already unbonds is not slashed by the host
        until_paid(mallory);
        const u128 got = s.assets(n, mallory);
        EXPECT_LT(got, before);
        // got / before = what alice has / what she had, but for rounding and what waiting earned.
        const Big cross = big(got) * big(alice_before) - big(worth(alice)) * big(before);
        EXPECT_LE(cross, big(alice_before) + big(before)) << "who left paid less of the loss";
        EXPECT_NE(ticket.value, 0u);
        s.must<void, "transfer(address to, uint256 value)">(mallory, asset_of(n), bob, got);
    }
}

/// The first stake of a fresh pool, as small as can be, and gifts to every address that could hold
/// the pool's money: the next one's shares are worth what it staked.
TEST_P(Attack, FirstDepositorAndDonation) {
    const u128 gift = one * 1'000'000;
    s.deposit(n, mallory, gift * 4 + p.stake_min.value);
    s.must<void, "stake(uint256 assets)">(mallory, staking_of(n), p.stake_min);
    const liquid::Rate before = liquid::rate(s.query(), n);
    for (const Address& to : {staking_of(n), liquid_of(n), tickets_address, dust_address})
        s.must<void, "transfer(address to, uint256 value)">(mallory, asset_of(n), to, gift);
    const liquid::Rate after = liquid::rate(s.query(), n);
    EXPECT_SAME(after.assets.value, before.assets.value);
    EXPECT_SAME(after.supply.value, before.supply.value);
    stake(alice, one * 999 + 1);
    EXPECT_LE(one * 999 + 1 - worth(alice), 1u);
    EXPECT_LE(worth(mallory), p.stake_min.value);
}

/// Bifrost's `rebond` counted a record twice when the amount matched it exactly. Here a stake that
/// matches what waits exactly, and cancelling exactly that ticket or its parts, changes nobody's
/// sum.
TEST_P(Attack, ExactMatchCancel) {
    pool_of(one * 10'000);
    const u128 x = one * 77;
    stake(mallory, 3 * x);
    const u128 alice_had = worth(alice);
    const auto ask = [&] {
        const u128 third = s.shown(n, mallory) / 3;
        if (rebasing)
            return s.must<Number, "unstakeBonds(uint256 amount) returns (uint256 ticket)">(
                mallory, staking_of(n), Assets{third});
        return s.must<Number, "unstakeCerts(uint256 shares) returns (uint256 ticket)">(
            mallory, staking_of(n), Shares{third});
    };
    for (int round = 0; round < 10; ++round) {
        const Number first = ask();
        const Number second = ask();
        const auto t = unbonding::ticket(s.query(), second);
        stake(bob, t->nominal.value);  // matches it to the base unit
        s.must<void, "cancel(uint256 ticket)">(mallory, tickets_address, second);
        EXPECT_FALSE((s.call<"cancel(uint256 ticket)">(mallory, tickets_address, second).success));
        s.must<void, "cancel(uint256 ticket)">(mallory, tickets_address, first);
        EXPECT_LE(worth(mallory), 3 * x);
        EXPECT_GE(worth(mallory) + 2 * (static_cast<u128>(round) + 1), 3 * x);
        EXPECT_GE(worth(alice), alice_had);
    }
    EXPECT_SAME(unbonding::queue(s.query(), n).shares.value, 0);
}

/// Benqi's formulas took for granted that a share is worth at least one. After a loss it is not:
/// stakes, exits and conversions go on being exact, and nobody wins by passing through.
TEST_P(Attack, RateBelowOne) {
    stake(alice, one * 100'000);
    hosts.settle();
    slash(40'000);
    const liquid::Rate rate = liquid::rate(s.query(), n);
    ASSERT_LT(big(rate.assets.value) * 1'000'000'000, big(rate.supply.value));
    const u128 alice_has = worth(alice);
    EXPECT_LT(alice_has, one * 97'000);
    for (const u128 amount : {p.stake_min.value, one * 3 + 1, one * 1'000'000 + 7}) {
        stake(mallory, amount);
        EXPECT_LE(worth(mallory), amount);
        EXPECT_LE(amount - worth(mallory), 1u);
        const Number ticket = leave_with_all(mallory);
        EXPECT_LE(unbonding::ticket(s.query(), ticket)->nominal.value, amount);
        EXPECT_GE(worth(alice), alice_has);
    }
    EXPECT_GT((s.view<u128, "ratio() view returns (uint256)">(liquid_of(n))), one_18);
    until_paid(mallory);
    EXPECT_GE(worth(alice), alice_has);
}

/// A quorum of members lies: every day for 30 days it reports a hundredfold of what the growth
/// bound lets through. What the rate gains is the bound compounded, computed here a second time;
/// the rest waits and is nobody's.
TEST_P(Attack, AQuorumInflatesAtTheBoundForThirtyDays) {
    stake(alice, one * 100'000);
    stake(mallory, one * 100'000);
    hosts.settle();
    const liquid::Rate before = liquid::rate(s.query(), n);
    Big assets = big(before.assets.value);
    Big supply = big(before.supply.value);
    for (int frame = 0; frame < 30; ++frame) {
        const u128 pool = liquid::rate(s.query(), n).assets.value;
        ASSERT_EQ(big(pool), assets);
        const u128 lie = pool * p.growth_max_ppm / 1'000'000 * 100;
        hosts.next_frame(n, {{1, {.reward = lie}}});
        // The fee is taken on as much of the lie as could be true; it buys shares at the rate
        // before.
        const Big fee = assets * p.growth_max_ppm / 1'000'000 * p.fee_bps / 10'000;
        Big minted = fee * supply / assets;
        if (!rebasing) minted -= minted % 1'000'000'000;
        assets += fee;
        supply += minted;
        const Big released = assets * p.growth_max_ppm / 1'000'000;
        s.wait(day_s);
        assets += released;
    }
    const liquid::Rate after = liquid::rate(s.query(), n);
    EXPECT_EQ(big(after.assets.value), assets);
    EXPECT_EQ(big(after.supply.value), supply);
    // The published bound: (1 + ppm)^30 for the rate, whatever members say.
    Big up = 1;
    Big down = 1;
    for (int frame = 0; frame < 30; ++frame) {
        up *= 1'000'000 + p.growth_max_ppm;
        down *= 1'000'000;
    }
    EXPECT_LE(big(after.assets.value) * big(before.supply.value) * down,
              big(before.assets.value) * big(after.supply.value) * up);
    EXPECT_GT(liquid::unreleased(s.query(), n).value, 0u);
    // And who gets the fee on the lie has at most that part of the growth: 20 % is the most a fee
    // may ever be.
    EXPECT_LE(big(worth(treasury)) * 10'000 * 1'000'000,
              big(after.assets.value) * 30 * p.growth_max_ppm * p.fee_bps);
}

INSTANTIATE_TEST_SUITE_P(Networks, Attack, testing::Values(bnb, fantom, polkadot, kusama, polygon));

}  // namespace
}  // namespace thaw::scenario
