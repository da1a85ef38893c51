// Prices of vault shares and what harvests do to them, against exact fractions.
#include "thaw/protocol/vault/math.hpp"

#include <gtest/gtest.h>

#include <boost/multiprecision/cpp_int.hpp>

#include "tests/scenario/random.hpp"
#include "tests/vectors/openzeppelin_vault.hpp"
#include "thaw/base/text.hpp"

namespace thaw::protocol::vault {
namespace {

using Big = boost::multiprecision::cpp_int;
using Rational = boost::multiprecision::cpp_rational;
using scenario::Random;

Big big(u128 value) {
    return (Big{static_cast<uint64_t>(value >> 64)} << 64) + static_cast<uint64_t>(value);
}
Rational price(u128 total, u128 supply) {
    return Rational{big(total) + 1, big(supply) + 1'000'000};
}

TEST(VaultMath, ConvertsAsOpenZeppelinDoes) {
    for (const auto& [total, supply, x, shares, assets, cost, taken] :
         vectors::openzeppelin_vault) {
        const u128 t = *parse_decimal(total), s = *parse_decimal(supply), n = *parse_decimal(x);
        EXPECT_EQ(to_decimal(*shares_for(n, t, s, Round::down)), shares);
        EXPECT_EQ(to_decimal(*assets_for(n, t, s, Round::down)), assets);
        EXPECT_EQ(to_decimal(*assets_for(n, t, s, Round::up)), cost);
        EXPECT_EQ(to_decimal(*shares_for(n, t, s, Round::up)), taken);
    }
}

TEST(VaultMath, ReleaseIsLinearAndLate) {
    Random random{4};
    for (int i = 0; i < 5'000; ++i) {
        Position p{.locked_from_s = random.below(1'000'000)};
        p.locked = random.amount(assets_max);
        p.counted = p.locked + random.amount(assets_max - p.locked);
        p.locked_to_s = p.locked_from_s + 1 + random.below(release_s);
        const uint64_t at = p.locked_from_s + random.below(p.locked_to_s - p.locked_from_s);
        const Rational exact =
            Rational{big(p.locked)} * (p.locked_to_s - at) / (p.locked_to_s - p.locked_from_s);
        EXPECT_GE(Rational{big(locked_at(p, at))}, exact);
        EXPECT_LT(Rational{big(locked_at(p, at))}, exact + 1);
        EXPECT_EQ(locked_at(p, p.locked_to_s), 0u);
    }
}

/// A vault with a past.
struct Past {
    Position p;
    u128 supply, there;
    uint64_t now_s;

    explicit Past(Random& random) {
        p.counted = random.amount(assets_max);
        p.locked = random.amount(p.counted);
        p.locked_from_s = 1'000;
        p.locked_to_s = 1'001 + random.below(release_s);
        now_s = 1'000 + random.below(2 * release_s);
        supply = p.counted * (999'990 + random.below(10));
        there = random.chance(5) ? random.amount(p.counted)
                                 : p.counted + random.amount(assets_max - p.counted);
        if (!random.chance(3)) {
            p.mark_shares = 1 + random.amount(supply + 1'000'000);
            p.mark_value = random.amount(p.counted + 1);
        }
    }
};

TEST(VaultMath, AHarvestMovesNoPriceAndPaysOnlyOutOfProfit) {
    Random random{8};
    for (int i = 0; i < 20'000; ++i) {
        const Past v{random};
        const Harvest h =
            harvested(v.p, v.there, v.supply, v.now_s, farm_take.fee_bps, farm_take.bounty_bps);
        const u128 supply = v.supply + h.fee_shares + h.bounty_shares;
        const u128 before = priced(v.p, v.there, v.now_s);
        const u128 after = priced(h.after, v.there, v.now_s);
        EXPECT_GE(price(after, supply), price(before, v.supply));
        EXPECT_LE(
            Rational{big(after)} - 1,
            (Rational{big(before)} + 1) * (big(supply) + 1'000'000) / (big(v.supply) + 1'000'000));
        EXPECT_EQ(h.after.counted, v.there);
        EXPECT_LE(h.after.locked, v.there);
        EXPECT_LE(h.after.locked_to_s, v.now_s + release_s);
        // In full price the new shares are worth at most their part of the profit.
        const Rational full = price(v.there, supply);
        EXPECT_LE(full * (big(h.fee_shares) + big(h.bounty_shares)),
                  Rational{big(h.profit)} * (farm_take.fee_bps + farm_take.bounty_bps) / 10'000);
        if (v.there <= v.p.counted) {
            EXPECT_EQ(supply, v.supply) << "no fee without profit";
        }
    }
}

TEST(VaultMath, TheFeeIsOnWhatIsAboveTheMark) {
    Position p{.counted = 1'000, .mark_value = 1'001, .mark_shares = 1'001'000'000};
    const u128 supply = 1'000'000'000;
    // A loss of 300, recognised; then a profit of 300 brings the price back to the mark.
    p = harvested(p, 700, supply, 10, farm_take.fee_bps, farm_take.bounty_bps).after;
    Harvest back = harvested(p, 1'000, supply, 20, farm_take.fee_bps, 0);
    EXPECT_EQ(back.profit, 300u);
    EXPECT_EQ(back.fee_shares, 0u);
    EXPECT_EQ(harvested(p, 1'009, supply, 20, farm_take.fee_bps, 0).fee_shares, 0u) << "9 bear 0.9";
    EXPECT_GT(harvested(p, 1'010, supply, 20, farm_take.fee_bps, 0).fee_shares, 0u) << "10 bear 1";
}

TEST(VaultMath, FrequentHarvestsHoldNothingBackLonger) {
    Position p{.counted = 1'000'000};
    const u128 supply = 1'000'000u * u128{1'000'000};
    uint64_t now = 0;
    p = harvested(p, 1'100'000, supply, now, 0, 0).after;
    EXPECT_EQ(p.locked_to_s, release_s);
    for (now = 60; now < release_s; now += 60) p = harvested(p, 1'100'000, supply, now, 0, 0).after;
    EXPECT_LE(p.locked_to_s, release_s + 60) << "whole seconds, rounded up, stay whole seconds";
    EXPECT_EQ(locked_at(p, release_s + 60), 0u);
}

TEST(VaultMath, ALossMeetsUnreleasedProfitFirst) {
    Position p{.counted = 1'100, .locked = 100, .locked_from_s = 0, .locked_to_s = release_s};
    EXPECT_EQ(priced(p, 1'100, 0), 1'000u);
    EXPECT_EQ(priced(p, 1'000, 0), 1'000u);
    EXPECT_EQ(priced(p, 999, 0), 999u);
    const Position after =
        harvested(p, 1'030, 1'000'000'000, 0, farm_take.fee_bps, farm_take.bounty_bps).after;
    EXPECT_EQ(after.locked, 30u);
}

/// The first depositor gives 1, would be glad of a price at which the next one gets nothing, and
/// has to bring it about by profit: nothing else moves the price.
TEST(VaultMath, AFirstDepositorLosesAMillionTimesWhatTheNextOneDoes) {
    Random random{15};
    for (int i = 0; i < 5'000; ++i) {
        const u128 first = 1 + random.amount(1'000);
        const u128 gift = random.amount(u128{1} << 90);
        const u128 victim = 1 + random.amount(u128{1} << 90);
        const u128 mine = *shares_for(first, 0, 0, Round::down);
        u128 total = first + gift;
        const u128 theirs = *shares_for(victim, total, mine, Round::down);
        total += victim;
        const u128 back = *assets_for(theirs, total, mine + theirs, Round::down);
        const u128 got = *assets_for(mine, total, mine + theirs, Round::down);
        const u128 lost = victim - std::min(victim, back);
        const u128 cost = first + gift - std::min(first + gift, got);
        EXPECT_LE(lost, (first + gift + victim) / 1'000'000 + 2);
        EXPECT_GE(cost + 1 + victim / 1'000'000, gift / 1'001) << "most of the gift is gone";
    }
}

}  // namespace
}  // namespace thaw::protocol::vault
