// The share ledger: dripping, fees, losses and the published vectors, seen through the token's own
// views.
#include "tests/scenario/expect.hpp"

namespace thaw::scenario {
namespace {

#define STAKE "stake(uint256 assets) returns (uint256 shares)"

u128 total_assets(Scenario& s, NetworkId n) {
    return s.view<Assets, "totalAssets() view returns (uint256)">(liquid_of(n)).value;
}
u128 ratio(Scenario& s, NetworkId n) {
    return s.view<u128, "ratio() view returns (uint256)">(liquid_of(n));
}

struct Staked {
    Scenario s;
    Hosts hosts{s};
    Staked(NetworkId n, u128 units) {
        const u128 amount = unit(s.state, n) * units;
        s.deposit(n, alice, amount);
        EXPECT_DONE(s.call<STAKE>(alice, staking_of(n), Assets{amount}));
        hosts.settle();
    }
};

/// Moves E and S of a network to given figures, as a long history would; C-1 is not asked about
/// afterwards.
void force_pool(Scenario& s, NetworkId n, u128 assets, u128 shares) {
    const auto buffer = token::bucket_account(n, token::Bucket::buffer);
    auto totals = s.state.token.totals.get(n);
    s.state.token.balances.put(buffer, Assets{assets});
    totals.pooled = Assets{assets};
    s.state.token.totals.put(n, totals);
    auto pool = s.state.liquid.pools.get(n);
    pool.supply = SubShares{shares * liquid::sub_units};
    s.state.liquid.pools.put(n, pool);
}

TEST(Ratio, ReproducesThePublishedVectors) {
    Scenario s;
    using liquid::decimal;
    force_pool(s, polygon,
               decimal(41976, 176945120000000000) + decimal(174, 722818576387031488) +
                   decimal(483, 180222750000000000),
               decimal(39675, 28034839723289963));
    EXPECT_SAME(ratio(s, polygon), 930'594'211'190'968'283u);
    force_pool(s, bnb, decimal(30834, 239534811120650675), decimal(27215, 630108443761510111));
    EXPECT_SAME(ratio(s, bnb), 882'643'143'435'334'753u);
    // bonds = shares·1e18/ratio, shares = bonds·ratio/1e18, both rounded down.
    EXPECT_SAME((s.view<Assets, "sharesToBonds(uint256 shares) view returns (uint256)">(
                     liquid_of(bnb), Shares{one_18}))
                    .value,
                one_18 * one_18 / 882'643'143'435'334'753u);
    EXPECT_SAME((s.view<Shares, "bondsToShares(uint256 bonds) view returns (uint256)">(
                     liquid_of(bnb), Assets{one_18}))
                    .value,
                882'643'143'435'334'753u);
}

TEST(Ratio, BeginsAtOneAndFallsAsRewardsAccrue) {
    Staked w{polygon, 1'000};
    EXPECT_SAME(ratio(w.s, polygon), one_18);
    w.hosts.next_frame(polygon, {{1, {.reward = one_18 / 10}}});
    w.s.wait(day_s);
    EXPECT_LT(ratio(w.s, polygon), one_18);
}

TEST(Dripping, ReleasesAFramesRewardLinearlyAndNeverAtOnce) {
    Staked w{kusama, 1'000};
    const u128 before = total_assets(w.s, kusama);
    const u128 reward = 86'400ull * 100;  // 2 % fee leaves 84,672·100, two figures a second
    w.hosts.next_frame(kusama, {{3, {.reward = reward}}});
    const u128 fee = reward * 200 / 10'000;
    EXPECT_SAME(total_assets(w.s, kusama), before + fee);  // the fee bought shares, at the rate
    for (const uint64_t second : {1u, 2u, 43'200u, 86'399u, 86'400u, 86'401u}) {
        Scenario& s = w.s;
        const uint64_t start = s.state.liquid.pools.get(kusama).release_from_s;
        s.wait(start + second - s.block.now_s);
        const u128 out = (reward - fee) * std::min<uint64_t>(second, 86'400) / 86'400;
        EXPECT_SAME(total_assets(s, kusama), before + fee + out) << second;
    }
}

TEST(Dripping, KeepsWhatIsAboveTheGrowthBoundForLaterFrames) {
    Staked w{fantom, 1'000};
    const u128 owned = total_assets(w.s, fantom);
    const u128 reward = one_18 * 20;  // two per cent; the bound is 0.0767 %
    w.hosts.next_frame(fantom, {{1, {.reward = reward}}});
    w.s.wait(day_s);
    const u128 fee = owned * 767 / 1'000'000 * 1'500 / 10'000;  // above the bound there is none
    const u128 bound = (owned + fee) * 767 / 1'000'000;
    EXPECT_SAME(total_assets(w.s, fantom), owned + fee + bound);
    u128 waits = reward - fee - bound;
    for (int frame = 0; frame < 40 && waits != 0; ++frame) {
        const u128 now = total_assets(w.s, fantom);
        w.hosts.next_frame(fantom, {});
        const u128 out = std::min(waits, now * 767 / 1'000'000);
        w.s.wait(day_s);
        EXPECT_SAME(total_assets(w.s, fantom), now + out);
        waits -= out;
    }
    EXPECT_SAME(waits, 0);
    EXPECT_SAME(total_assets(w.s, fantom), owned + reward);
}

TEST(Fees, AreTheTablesShareOfRewardsMintedAsSharesAtTheHoldersRate) {
    const std::array<u128, 6> fee_bps{0, 1'000, 1'500, 1'000, 200, 500};  // protocol section 1
    for (NetworkId n = 1; n <= network_count; ++n) {
        Staked w{n, 500};
        const u128 reward = unit(w.s.state, n) / 10 + 7;
        const liquid::Rate before = liquid::rate(w.s.query(), n);
        w.hosts.next_frame(n, {{2, {.reward = reward}}});
        const u128 fee = reward * fee_bps[n] / 10'000;
        EXPECT_SAME(w.s.state.liquid.pools.get(n).fees_total.value, fee);
        const bool rebasing = n >= fantom && n <= kusama;
        if (rebasing) {
            EXPECT_SAME(w.s.shown(n, treasury), fee);
        } else {
            EXPECT_SAME(
                w.s.shown(n, treasury),
                *mul_div_down(fee, before.supply.value, before.assets.value) / liquid::sub_units);
        }
    }
}

TEST(Losses, MeetUnreleasedRewardsFirstAndThenTheHolders) {
    Staked w{polkadot, 1'000};
    const u128 one = unit(w.s.state, polkadot);
    w.hosts.next_frame(polkadot, {{1, {.reward = one / 5}}});
    const u128 owned = total_assets(w.s, polkadot);
    const u128 unreleased = one / 5 * 9 / 10;
    // One frame later the release is over; in the same frame as a new reward a smaller loss costs
    // holders nothing.
    w.s.wait(day_s / 2);
    const u128 half = total_assets(w.s, polkadot);
    EXPECT_SAME(half, owned + unreleased / 2);
    w.s.wait(day_s / 2);
    w.hosts.next_frame(polkadot, {{1, {.reward = one}}, {2, {.slashed = one / 2}}});
    EXPECT_SAME(total_assets(w.s, polkadot), owned + unreleased + one / 2 / 10);  // fee on profit
    // A frame with a loss takes no fee.
    const u128 fees = w.s.state.liquid.pools.get(polkadot).fees_total.value;
    w.hosts.next_frame(polkadot, {{1, {.reward = 5}}, {2, {.slashed = one * 10}}});
    EXPECT_SAME(w.s.state.liquid.pools.get(polkadot).fees_total.value, fees);
}

TEST(Isolation, AReportOfOneNetworkLeavesTheOthersRowsAlone) {
    Staked w{bnb, 100};
    w.s.deposit(fantom, bob, one_18 * 50);
    EXPECT_DONE(w.s.call<STAKE>(bob, staking_of(fantom), Assets{one_18 * 50}));
    w.hosts.settle();
    const auto before = liquid::rate(w.s.query(), fantom);
    const auto pool = w.s.state.liquid.pools.get(fantom);
    w.hosts.next_frame(bnb, {{1, {.slashed = one_18 * 4}}});
    EXPECT_EQ(before.assets, liquid::rate(w.s.query(), fantom).assets);
    const auto after = w.s.state.liquid.pools.get(fantom);
    EXPECT_EQ(std::memcmp(&pool, &after, sizeof pool), 0);
}

}  // namespace
}  // namespace thaw::scenario
