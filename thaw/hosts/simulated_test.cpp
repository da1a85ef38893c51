#include "thaw/hosts/simulated.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace thaw::hosts {
namespace {

using protocol::outbox::Intent;
using protocol::outbox::Kind;

constexpr uint64_t genesis_s = 1'800'000'000;
constexpr uint64_t day_s = 86'400;
constexpr WorldConfig config{.seed = 7, .genesis_s = genesis_s, .frame_s = day_s};
constexpr std::array<HostId, 5> staking_hosts{bsc, fantom, polkadot, kusama, ethereum};

/// A round amount that every host accepts, about a thousand coins.
Assets much(HostId host) { return {figures_of(host).delegation_min.value * 1'000'000}; }

/// What one payment into shares may lose.
u128 units_lost(HostId host) { return figures_of(host).share_one == 0 ? 0 : 2; }

/// Carries out the next instruction and returns what became of it.
protocol::oracle::Outcome act(SimulatedHost& host, Intent body) {
    const uint64_t intent = host.custody_nonce();
    body.asset = figures_of(host.id()).asset;
    EXPECT_TRUE(host.submit({intent, body}));
    return host.outcome(intent).value();
}
Intent bond(uint32_t validator, Assets amount) {
    Intent body;
    body.kind = Kind::bond;
    body.validator = validator;
    body.amount = amount;
    return body;
}
Intent unbond(uint32_t validator, Assets amount) {
    Intent body = bond(validator, amount);
    body.kind = Kind::unbond;
    return body;
}
Intent collect(uint64_t lot_intent) {
    Intent body;
    body.kind = Kind::collect;
    body.lot_intent = lot_intent;
    return body;
}
SimulatedHost funded(HostId id) {
    SimulatedHost host{id, config};
    host.fund_custody(figures_of(id).asset, {much(id).value * 1'000});
    host.set_misfortune({.rounds_shares = 1});
    return host;
}

class EveryStakingHost : public testing::TestWithParam<HostId> {};
INSTANTIATE_TEST_SUITE_P(Hosts, EveryStakingHost, testing::ValuesIn(staking_hosts));

TEST_P(EveryStakingHost, HasAtLeastTwentyDifferentValidators) {
    const auto validators = validators_of(GetParam());
    EXPECT_GE(validators.size(), 20u);
    std::set<std::string_view> names;
    std::set<u128> stakes;
    std::map<uint16_t, int> groups;
    u128 total = 0;
    u128 largest = 0;
    for (const auto& v : validators) {
        names.insert(v.name.view());
        stakes.insert(v.total_stake.value);
        ++groups[v.group];
        total += v.total_stake.value;
        largest = std::max(largest, v.total_stake.value);
        EXPECT_GE(v.uptime_bps, 9'800);
        EXPECT_LE(v.uptime_bps, 10'000);
        EXPECT_GT(v.group, 0);
    }
    EXPECT_EQ(names.size(), validators.size());
    EXPECT_EQ(stakes.size(), validators.size());
    EXPECT_LT(groups.size(), validators.size());
    EXPECT_GT(largest * validators.size(), 4 * total) << "the largest is far above the mean";
}

TEST_P(EveryStakingHost, TheAverageDelegatorEarnsTheNominalReturn) {
    SimulatedHost host = funded(GetParam());
    const auto count = static_cast<uint32_t>(host.world().validators.size());
    for (uint32_t id = 1; id <= count; ++id)
        EXPECT_TRUE(act(host, bond(id, much(GetParam()))).success);
    const HostFigures& figures = figures_of(GetParam());
    host.advance(genesis_s +
                 figures.era_s);  // what was bonded in an era earns from the next one on
    EXPECT_EQ(host.total_paid().value, 0u);
    const uint64_t days = 10;
    host.advance(genesis_s + figures.era_s + days * day_s);
    const u128 nominal = much(GetParam()).value * count * figures.apr_bps * days / 10'000 / 365;
    EXPECT_GT(host.total_paid().value, nominal * 98 / 100);
    EXPECT_LT(host.total_paid().value, nominal * 102 / 100);
}

TEST_P(EveryStakingHost, ReportsAddUpToWhatWasPaid) {
    SimulatedHost host = funded(GetParam());
    const u128 before = host.total_of(figures_of(GetParam()).asset).value;
    std::mt19937 random{GetParam()};
    std::map<uint32_t, u128> expected;  // the naive model: what each delegation must be
    u128 reported = 0;
    for (uint64_t day = 1; day <= 40; ++day) {
        for (int i = 0; i < 3; ++i) {
            const uint32_t id = 1 + random() % 20;
            const Assets amount{much(GetParam()).value + random() % 1'000};
            if (act(host, bond(id, amount)).success) expected[id] += amount.value;
            const uint32_t other = 1 + random() % 20;
            const Assets part{expected[other] / 3};
            const auto begun = act(host, unbond(other, part));
            if (begun.success) expected[other] -= begun.amount.value;
            EXPECT_GE(begun.success ? begun.amount : part, part);
            EXPECT_LE(begun.amount.value, part.value + units_lost(GetParam()));
        }
        if (day % 9 == 0)
            expected[day / 9] -= host.slash(static_cast<uint32_t>(day / 9), 5'000).value;
        host.advance(genesis_s + day * day_s);
        const auto report = host.report(day).value();
        EXPECT_EQ(report.executed, host.custody_nonce());
        EXPECT_EQ(report.frame, day);
        uint32_t id = 0;
        for (const auto& v : report.validators) {
            ASSERT_EQ(v.id, ++id);
            reported += v.reward.value;
            expected[id] += v.reward.value;
            // A bond of amounts that are not whole shares loses a unit; there were three at most.
            ASSERT_LE(v.delegated.value, expected[id]) << "day " << day << " validator " << id;
            ASSERT_GE(v.delegated.value + 3 * units_lost(GetParam()), expected[id]);
            expected[id] = v.delegated.value;
            ASSERT_GE(v.total_stake, v.delegated);
        }
        EXPECT_EQ(id, host.world().validators.size());
    }
    EXPECT_GT(reported, 0u);
    EXPECT_EQ(reported, host.total_paid().value);
    u128 slashed = 0;
    u128 rounded = 0;
    for (const auto& v : host.world().validators) {
        slashed += v.slashed;
        rounded += v.rounded;
    }
    EXPECT_GT(slashed, 0u);
    EXPECT_EQ(rounded != 0, figures_of(GetParam()).share_one != 0);
    EXPECT_EQ(host.total_of(figures_of(GetParam()).asset).value,
              before + reported - slashed - rounded);
}

TEST_P(EveryStakingHost, AnUnbondingIsRefusedOneSecondEarlyAndPaidOnTime) {
    const HostFigures& figures = figures_of(GetParam());
    for (const uint64_t offset_s : {uint64_t{0}, uint64_t{1}, uint64_t{5'000}, uint64_t{100'000}}) {
        SimulatedHost host = funded(GetParam());
        act(host, bond(3, much(GetParam())));
        host.advance(genesis_s + offset_s);
        const auto begun = act(host, unbond(3, much(GetParam())));
        ASSERT_TRUE(begun.success) << "though it may ask for a unit more than the host counts";
        EXPECT_GE(begun.amount.value + units_lost(GetParam()), much(GetParam()).value);
        const uint64_t takes_s = begun.completes_at_s - (genesis_s + offset_s);
        if (figures.unlock == Unlock::eras) {
            EXPECT_EQ((begun.completes_at_s - genesis_s) / figures.era_s,
                      offset_s / figures.era_s + figures.unbonding_eras);
            EXPECT_EQ((begun.completes_at_s - genesis_s) % figures.era_s, 0u);
            EXPECT_LE(takes_s, figures.unbonding_s);
            EXPECT_GT(takes_s, figures.unbonding_s - figures.era_s);
        } else {
            EXPECT_EQ(takes_s, figures.unbonding_s);
        }
        const u128 before = host.custody_balance(figures.asset).value;
        host.advance(begun.completes_at_s - 1);
        const auto early = act(host, collect(begun.intent));
        EXPECT_FALSE(early.success);
        EXPECT_EQ(early.completes_at_s, begun.completes_at_s) << "says when to come again";
        EXPECT_EQ(host.custody_balance(figures.asset).value, before);
        host.advance(begun.completes_at_s);
        const auto paid = act(host, collect(begun.intent));
        EXPECT_TRUE(paid.success);
        EXPECT_EQ(paid.amount, begun.amount);
        EXPECT_EQ(host.custody_balance(figures.asset).value, before + begun.amount.value);
        EXPECT_FALSE(act(host, collect(begun.intent)).success) << "a lot is collected once";
    }
}

TEST_P(EveryStakingHost, ThirtyDaysAtOnceAreThirtyDays) {
    SimulatedHost jump = funded(GetParam());
    act(jump, bond(1, much(GetParam())));
    act(jump, bond(2, much(GetParam())));
    SimulatedHost walk = jump;
    jump.advance(genesis_s + 30 * day_s);
    for (uint64_t hour = 1; hour <= 30 * 24; ++hour) walk.advance(genesis_s + hour * 3'600);
    EXPECT_GT(jump.total_paid().value, 0u);
    EXPECT_EQ(to_bytes(jump.world()), to_bytes(walk.world()));
    EXPECT_EQ(jump.world().frames.size(), 30u);
}

TEST_P(EveryStakingHost, WritesItselfDownAndReadsItselfBack) {
    SimulatedHost host = funded(GetParam());
    act(host, bond(1, much(GetParam())));
    act(host, unbond(1, figures_of(GetParam()).delegation_min));
    host.fund(account_of({}), figures_of(GetParam()).asset, {1'000});
    host.transfer_to_custody(account_of({}), {}, figures_of(GetParam()).asset, {999});
    host.advance(genesis_s + 3 * day_s);
    const Bytes image = to_bytes(host.world());
    const auto back = world_from(image);
    ASSERT_TRUE(back);
    EXPECT_EQ(to_bytes(*back), image);
    SimulatedHost again{*back};
    again.advance(genesis_s + 60 * day_s);
    host.advance(genesis_s + 60 * day_s);
    EXPECT_EQ(to_bytes(again.world()), to_bytes(host.world()));

    Bytes changed = image;
    changed[image.size() / 2] ^= 1;
    EXPECT_FALSE(world_from(changed));
    EXPECT_FALSE(world_from(BytesView{image}.first(image.size() - 1)));
    EXPECT_FALSE(world_from({}));
}

TEST(SimulatedHost, CarriesEachInstructionOutOnceAndInOrder) {
    SimulatedHost host = funded(bsc);
    const u128 before = host.custody_balance(1).value;
    Intent body = bond(1, much(bsc));
    body.asset = 1;
    EXPECT_FALSE(host.submit({1, body})) << "ahead of the nonce";
    EXPECT_TRUE(host.submit({0, body}));
    EXPECT_TRUE(host.submit({0, body})) << "already used: ignored";
    EXPECT_EQ(host.custody_nonce(), 1u);
    EXPECT_EQ(host.custody_balance(1).value, before - much(bsc).value);
    EXPECT_LE(host.total_delegated(), much(bsc));
    EXPECT_GE(host.total_delegated().value + 2, much(bsc).value);
    EXPECT_FALSE(host.outcome(1));
}

TEST(SimulatedHost, RefusesWhatItCannotDoAndUsesTheNumberUp) {
    SimulatedHost host = funded(kusama);
    const Assets all = host.custody_balance(4);
    EXPECT_FALSE(act(host, bond(1, {all.value + 1})).success);
    EXPECT_FALSE(act(host, bond(1, {figures_of(kusama).delegation_min.value - 1})).success);
    EXPECT_FALSE(act(host, bond(0, much(kusama))).success);
    EXPECT_FALSE(act(host, bond(24, much(kusama))).success) << "there are 23";
    EXPECT_FALSE(act(host, unbond(1, {1})).success);
    EXPECT_FALSE(act(host, collect(0)).success);
    host.set_jailed(2, true);
    EXPECT_FALSE(act(host, bond(2, much(kusama))).success);
    EXPECT_EQ(host.custody_nonce(), 7u);
    EXPECT_EQ(host.custody_balance(4), all);
}

TEST(SimulatedHost, DepositsAndPayoutsMoveBetweenAccountsAndCustody) {
    SimulatedHost host{polygon, config};
    const Hash alice = account_of({{1}});
    host.fund(alice, matic, {1'000});
    EXPECT_FALSE(host.transfer_to_custody(alice, {{9}}, matic, {1'001}));
    EXPECT_FALSE(host.transfer_to_custody(alice, {{9}}, matic, {0}));
    const auto first = host.transfer_to_custody(alice, {{9}}, matic, {400});
    const auto second = host.transfer_to_custody(alice, {{9}}, matic, {100});
    ASSERT_TRUE(first && second);
    EXPECT_NE(first->transaction, second->transaction);
    EXPECT_EQ(host.deposits(0).size(), 2u);
    EXPECT_EQ(host.deposits(1).size(), 1u);
    EXPECT_EQ(host.balance_of(alice, matic).value, 500u);

    Intent payout;
    payout.kind = Kind::payout;
    payout.amount = {450};
    payout.recipient = alice;
    EXPECT_TRUE(act(host, payout).success);
    EXPECT_FALSE(act(host, payout).success) << "only 50 are left in custody";
    EXPECT_EQ(host.balance_of(alice, matic).value, 950u);
    EXPECT_EQ(host.total_of(matic).value, 1'000u);
    EXPECT_FALSE(host.report(1)) << "nothing is staked here";

    host.forget(1, 0, 1);
    EXPECT_EQ(host.deposits(1).size(), 1u);
    EXPECT_EQ(host.deposits(0).size(), 1u);
    EXPECT_FALSE(host.outcome(0));
    EXPECT_TRUE(host.outcome(1));
}

TEST(SimulatedHost, AJailedValidatorEarnsNothing) {
    SimulatedHost host = funded(polkadot);
    act(host, bond(1, much(polkadot)));
    host.set_jailed(1, true);
    host.advance(genesis_s + 5 * day_s);
    EXPECT_EQ(host.total_paid().value, 0u);
    EXPECT_TRUE(host.report(5)->validators[0].jailed);
}

}  // namespace
}  // namespace thaw::hosts
