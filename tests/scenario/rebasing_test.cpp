// Rebasing transfers are exact: a million of them among a thousand holders, rewards and losses
// between; each lowers the sender's balance and raises the receiver's by exactly the amount named,
// and the sum of all shares never changes by a transfer.
#include <boost/multiprecision/cpp_int.hpp>

#include "tests/scenario/expect.hpp"
#include "tests/scenario/random.hpp"

namespace thaw::scenario {
namespace {

constexpr uint16_t holders = 1'000;

struct Regime {
    const char* name;
    NetworkId network;
    int transfers;
    u128 stake_max;    ///< in minimum stakes
    bool losses_only;  ///< the pool shrinks by up to 5 % a frame: shares outnumber assets more and
                       ///< more
};

class Rebasing : public testing::TestWithParam<Regime> {
  protected:
    Regime regime = GetParam();
    NetworkId n = regime.network;
    Scenario s{scenario_genesis(holders), Scenario::Checks::none};
    Hosts hosts{s};
    Random random{regime.stake_max > 1'000 ? uint64_t{1} : uint64_t{2}};

    void stake_everybody() {
        const u128 minimum = s.state.networks.networks.get(n).stake_min.value;
        for (uint16_t u = 1; u <= holders; ++u) {
            const u128 amount = minimum + random.wide() % (minimum * regime.stake_max);
            s.deposit(n, user(u), amount);
            const u128 before = s.shown(n, user(u));
            s.must<Shares, "stake(uint256 assets) returns (uint256 shares)">(user(u), staking_of(n),
                                                                             Assets{amount});
            ASSERT_EQ(to_decimal(s.shown(n, user(u)) - before), to_decimal(amount));
        }
        hosts.settle();
    }
    void next_frame() {
        std::map<uint32_t, Hosts::Gain> gains;
        const u128 pool = liquid::rate(s.query(), n).assets.value;
        for (uint32_t v = 1; v <= validators_per_network; ++v) {
            const u128 held = hosts.delegated(n, v);
            const bool loss = regime.losses_only || random.chance(4);
            if (loss)
                gains[v].slashed = std::min(random.amount(pool / 101), held);
            else
                gains[v].reward = random.amount(pool / 1'000);
        }
        hosts.next_frame(n, gains);
    }
    u128 amount_of(u128 balance) {
        switch (random.below(8)) {
            case 0:
                return balance;
            case 1:
                return std::min<u128>(balance, 1);
            case 2:
                return balance == 0 ? 0 : balance - 1;
            default:
                return random.amount(balance);
        }
    }
    void expect_conserved() {
        u128 sum = 0;
        s.state.liquid.holdings.for_each_unordered([&](const liquid::Key& key, SubShares held) {
            if (key.network == n) sum += held.value;
        });
        ASSERT_EQ(to_decimal(sum), to_decimal(s.state.liquid.pools.get(n).supply.value));
    }
    void transfer_once() {
        const Address from = user(static_cast<uint16_t>(1 + random.below(holders)));
        Address to = user(static_cast<uint16_t>(1 + random.below(holders)));
        if (to == from) to = treasury;
        const u128 sent = s.shown(n, from);
        const u128 got = s.shown(n, to);
        const u128 x = amount_of(sent);
        const Receipt receipt =
            s.call<"transfer(address to, uint256 value) returns (bool)">(from, liquid_of(n), to, x);
        ASSERT_TRUE(receipt.success) << to_hex(receipt.output);
        if (s.shown(n, from) != sent - x || s.shown(n, to) != got + x)
            FAIL() << to_decimal(sent) << " - " << to_decimal(x) << " shows "
                   << to_decimal(s.shown(n, from)) << "; " << to_decimal(got) << " + x shows "
                   << to_decimal(s.shown(n, to));
    }
};

TEST_P(Rebasing, EveryTransferMovesExactlyTheAmountNamed) {
    stake_everybody();
    const u128 dust_before = s.sub_shares(n, dust_address);
    for (int i = 0; i < regime.transfers; ++i) {
        transfer_once();
        if (HasFatalFailure()) return;
        if (i % 500 == 0) s.wait(1 + random.below(3'600));
        if (i % 2'000 == 0) {
            expect_conserved();
            s.state.seal();
        }
        if (i % 5'000 == 4'999) next_frame();
    }
    expect_conserved();
    EXPECT_EQ(broken_invariant(s.state, s.block), std::nullopt);
    const u128 dust = s.sub_shares(n, dust_address);
    const u128 drift = dust > dust_before ? dust - dust_before : dust_before - dust;
    RecordProperty("dust_drift_sub_shares", to_decimal(drift));
    // Odd sub-shares go either way: the account wanders, it does not leak a unit per transfer.
    EXPECT_LT(drift, static_cast<u128>(regime.transfers));
}

INSTANTIATE_TEST_SUITE_P(
    Regimes, Rebasing,
    testing::Values(Regime{"fantom_18_decimals", fantom, 700'000, 100'000, false},
                    Regime{"polkadot_10_decimals", polkadot, 100'000, 1'000'000'000, false},
                    Regime{"kusama_12_decimals", kusama, 100'000, 50, false},
                    Regime{"polkadot_mostly_lost", polkadot, 100'000, 10, true}),
    [](const auto& instance) { return std::string{instance.param.name}; });

/// The rule itself at any rate a pool can have, judged with big integers.
TEST(ExactMove, KeepsBothFloorsAtRandomRates) {
    using Big = boost::multiprecision::cpp_int;
    const auto big = [](u128 v) {
        return (Big{static_cast<uint64_t>(v >> 64)} << 64) + static_cast<uint64_t>(v);
    };
    Random random{3};
    for (int i = 0; i < 300'000; ++i) {
        const u128 supply = (one_18 << random.below(50)) + random.wide() % one_18;
        const u128 assets =
            1 + random.amount(supply);  // E ≤ S in sub-shares: dead shares see to it
        const u128 sender = random.amount(supply / 2);
        const u128 receiver = random.amount(supply / 2);
        const liquid::Rate rate{Assets{assets}, SubShares{supply}};
        const auto shows = [&](u128 held) { return Big{big(held) * assets / supply}; };
        const u128 x = random.amount(liquid::worth(SubShares{sender}, rate).value);
        if (x == 0) continue;  // moves nothing and is not asked for
        const auto move =
            liquid::exact_move(SubShares{sender}, SubShares{receiver}, Assets{x}, rate);
        ASSERT_TRUE(move);
        const u128 debit = move->debit.value;
        const u128 credit = move->credit.value;
        ASSERT_LE(debit, sender);
        ASSERT_EQ(shows(sender - debit), shows(sender) - big(x));
        ASSERT_EQ(shows(receiver + credit), shows(receiver) + big(x));
        ASSERT_LE(debit > credit ? debit - credit : credit - debit, 2u);
    }
}

}  // namespace
}  // namespace thaw::scenario
