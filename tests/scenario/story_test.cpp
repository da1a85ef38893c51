// One person's life with each network, at machine level: deposit, stake, thirty days of rewards,
// transfer, unstake, payment, withdrawal. Every figure is computed here a second time, with big
// integers and from the protocol's text.
#include <boost/multiprecision/cpp_int.hpp>

#include "tests/scenario/expect.hpp"

namespace thaw::scenario {
namespace {

using Big = boost::multiprecision::cpp_int;

#define STAKE "stake(uint256 assets) returns (uint256 shares)"
#define WITHDRAW \
    "withdraw(uint8 asset, uint8 host, bytes32 recipient, uint256 amount) returns (uint64 id)"

Big big(u128 value) {
    return (Big{static_cast<uint64_t>(value >> 64)} << 64) + static_cast<uint64_t>(value);
}

/// The pool as the text describes it: E in base units, S in sub-shares.
struct Ledger {
    Big assets;
    Big shares;
    bool rebasing;
    unsigned fee_bps;

    void stake(u128 amount) {
        Big minted = big(amount) * shares / assets;
        if (!rebasing) minted -= minted % 1'000'000'000;
        assets += big(amount);
        shares += minted;
    }
    /// The fee buys shares at the holders' rate; the rest is theirs once it is released.
    void reward(u128 amount) {
        const Big fee = big(amount) * fee_bps / 10'000;
        Big minted = fee * shares / assets;
        if (!rebasing) minted -= minted % 1'000'000'000;
        assets += big(amount);
        shares += minted;
    }
    Big worth(const Big& held) const { return held * assets / shares; }
};

class Story : public testing::TestWithParam<NetworkId> {
  protected:
    Scenario s;
    Hosts hosts{s};
    NetworkId n = GetParam();
    networks::Network p = s.state.networks.networks.get(n);
    u128 stake = unit(s.state, n) * 1'234 + 567;

    Ledger earn_for_thirty_days() {
        const std::array<unsigned, 6> fee{0, 1'000, 1'500, 1'000, 200, 500};
        Ledger ledger{1'000'000'000, Big{1'000'000'000} * 1'000'000'000, p.rebasing != 0, fee[n]};
        ledger.stake(stake);
        for (int frame = 0; frame < 30; ++frame) {
            std::map<uint32_t, Hosts::Gain> gains;
            u128 sum = 0;
            for (uint32_t v = 1; v <= validators_per_network; ++v) {
                gains[v].reward = hosts.delegated(n, v) * p.apr_nominal_bps / 10'000 / 365;
                sum += gains[v].reward;
            }
            hosts.next_frame(n, gains);
            ledger.reward(sum);
        }
        s.wait(day_s);
        return ledger;
    }
    void check_rewards(const Ledger& ledger) {
        const liquid::Rate rate = liquid::rate(s.query(), n);
        EXPECT_EQ(big(rate.assets.value), ledger.assets);
        EXPECT_EQ(big(rate.supply.value), ledger.shares);
        const Big held = big(stake) * 1'000'000'000;
        if (ledger.rebasing) {
            EXPECT_EQ(big(s.shown(n, alice)), ledger.worth(held));
            EXPECT_GT(s.shown(n, alice), stake);
        } else {
            EXPECT_SAME(s.shown(n, alice), stake);
            EXPECT_EQ(big(s.view<u128, "ratio() view returns (uint256)">(liquid_of(n))),
                      ledger.shares / 1'000'000'000 * big(one_18) / ledger.assets);
        }
    }
    void unstake(const Address& who) {
        const u128 all = s.shown(n, who);
        if (p.rebasing != 0)
            s.must<Number, "unstakeBonds(uint256 amount) returns (uint256 ticket)">(
                who, staking_of(n), Assets{all});
        else
            s.must<Number, "unstakeCerts(uint256 shares) returns (uint256 ticket)">(
                who, staking_of(n), Shares{all});
    }
    /// Everything, day by day within the bridge's limit; returns what the host paid out.
    u128 withdraw_all(const Address& who) {
        Hash to;
        to.bytes[31] = 9;
        for (int day = 0; day < 2'000 && s.assets(n, who) != 0; ++day) {
            s.wait(day_s);
            hosts.settle();
            const auto [waiting, at] = *bridge::next_release(s.query());
            if (waiting != 0 && at <= s.block.now_s)
                s.must<void, "release(uint64 id)">(bob, bridge_address, waiting);
            const u128 left = s.view<Assets, "outflowLeft(uint8 asset) view returns (uint256)">(
                                   bridge_address, uint8_t{n})
                                  .value;
            const u128 part = std::min(left, s.assets(n, who));
            if (part != 0)
                s.must<uint64_t, WITHDRAW>(who, bridge_address, uint8_t{n}, s.home(n), to,
                                           Assets{part});
        }
        s.wait(day_s);
        while (bridge::next_release(s.query()) != std::tuple{uint64_t{0}, uint64_t{0}}) {
            const auto [waiting, at] = *bridge::next_release(s.query());
            if (at > s.block.now_s) s.wait(at - s.block.now_s);
            s.must<void, "release(uint64 id)">(bob, bridge_address, waiting);
        }
        hosts.settle();
        u128 paid = 0;
        s.state.bridge.withdrawals.for_each_unordered([&](uint64_t, const bridge::Withdrawal& w) {
            if (w.status == 3 && w.owner == who) paid += w.amount.value;
        });
        return paid;
    }
};

TEST_P(Story, FromDepositToWithdrawalToTheBaseUnit) {
    s.deposit(n, carol, unit(s.state, n) * 20'000);  // others keep liquidity in custody
    s.deposit(n, alice, stake);
    s.must<Shares, STAKE>(alice, staking_of(n), Assets{stake});
    hosts.settle();
    // All of it works on the host, but for less than one delegation that the caps leave over.
    const u128 idle = stake + dead_stake.value - hosts.delegated(n);
    EXPECT_LT(idle, s.state.networks.networks.get(n).delegation_min.value);
    const Ledger ledger = earn_for_thirty_days();
    check_rewards(ledger);

    const u128 half = s.shown(n, alice) / 2;
    const u128 alice_had = s.shown(n, alice);
    s.must<bool, "transfer(address to, uint256 value) returns (bool)">(alice, liquid_of(n), bob,
                                                                       half);
    EXPECT_SAME(s.shown(n, bob), half);
    EXPECT_SAME(s.shown(n, alice), alice_had - half);
    const u128 rest = alice_had - half;
    const u128 due =
        p.rebasing != 0 ? rest : static_cast<u128>(ledger.worth(big(rest) * 1'000'000'000));
    unstake(alice);
    EXPECT_SAME(s.shown(n, alice), 0);
    hosts.later(p.batch_interval_s);
    hosts.later(p.unbonding_s - 1);
    EXPECT_LE(s.assets(n, alice), idle);  // what was idle in the buffer pays the oldest first
    hosts.later(1);
    EXPECT_SAME(s.assets(n, alice), due);

    EXPECT_SAME(withdraw_all(alice), due);
    EXPECT_SAME(s.assets(n, alice), 0);
    EXPECT_EQ(broken_invariant(s.state, s.block), std::nullopt);
}

std::string name_of(const testing::TestParamInfo<NetworkId>& info) {
    constexpr std::array names{"", "bnb", "fantom", "polkadot", "kusama", "polygon"};
    return names[info.param];
}
INSTANTIATE_TEST_SUITE_P(Networks, Story, testing::Values(bnb, fantom, polkadot, kusama, polygon),
                         name_of);

}  // namespace
}  // namespace thaw::scenario
