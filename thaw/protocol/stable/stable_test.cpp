// Stable pairs through their contracts: what is quoted is what happens, to the base unit, on a
// token that rebases and on one that bears its rewards, at rates that have left one.
#include "tests/scenario/expect.hpp"
#include "tests/scenario/random.hpp"
#include "thaw/protocol/coins/face.hpp"
#include "thaw/protocol/contracts.hpp"
#include "thaw/protocol/stable/face.hpp"
#include "thaw/protocol/stable/market.hpp"

namespace thaw::scenario {
namespace {

using stable::Summary;
constexpr Number never{~uint64_t{0}};
constexpr u128 thousand = one_18 * 1'000;

/// Pairs of bnb (bears rewards) and fantom (rebases) with liquidity of Carol's; a report has moved
/// both rates.
struct Pairs {
    Scenario s;
    Hosts hosts{s};

    Pairs() {
        for (const NetworkId n : {bnb, fantom}) {
            for (const Address& who : {alice, bob, carol}) {
                s.deposit(n, who, thousand * 4);
                s.must<Shares, "stake(uint256 assets) returns (uint256 shares)">(
                    who, staking_of(n), Assets{thousand * 2});
            }
            hosts.settle();
            hosts.next_frame(n, {{1, {.reward = 7'777'777'777'777'777'777}}});
        }
        s.wait(day_s / 2);
        for (const NetworkId n : {bnb, fantom}) join(carol, n, thousand, shown(n, carol) / 2);
    }
    Address pair(NetworkId n) const { return stable::pair_of(s.query(), n); }
    u128 shown(NetworkId n, const Address& who) const { return s.shown(n, who); }
    u128 liquidity(NetworkId n, const Address& who) const {
        return issued::held(s.query(), pair(n), who);
    }
    Summary summary(NetworkId n) const { return *stable::summary(s.query(pair(n))); }
    u128 join(const Address& who, NetworkId n, u128 amount0, u128 amount1) {
        return s.must<u128,
                      "addLiquidity(uint256 amount0, uint256 amount1, uint256 minimum, address to, "
                      "uint256 deadline)">(who, pair(n), amount0, amount1, u128{0}, who, never);
    }
    Receipt swap(const Address& who, NetworkId n, const Address& token, u128 amount,
                 u128 minimum = 0, Number deadline = never) {
        return s.call<
            "swap(address token, uint256 amount, uint256 minimum, address to, uint256 "
            "deadline)">(who, pair(n), token, amount, minimum, who, deadline);
    }
    Receipt swap_for(const Address& who, NetworkId n, const Address& token, u128 amount,
                     u128 maximum = u128_max) {
        return s.call<
            "swapFor(address token, uint256 amount, uint256 maximum, address to, uint256 "
            "deadline)">(who, pair(n), token, amount, maximum, who, never);
    }
    Receipt leave(const Address& who, NetworkId n, u128 liquidity, u128 minimum0 = 0,
                  u128 minimum1 = 0) {
        return s.call<
            "removeLiquidity(uint256 liquidity, uint256 minimum0, uint256 minimum1, "
            "address to, uint256 deadline)">(who, pair(n), liquidity, minimum0, minimum1, who,
                                             never);
    }
    Receipt leave_by(const Address& who, NetworkId n, u128 liquidity, const Address& token) {
        return s.call<
            "removeLiquidityOne(uint256 liquidity, address token, uint256 minimum, "
            "address to, uint256 deadline)">(who, pair(n), liquidity, token, u128{0}, who, never);
    }
    u128 out(NetworkId n, const Address& token, u128 amount) const {
        return *stable::quote_sale(s.query(), pair(n), token, amount);
    }
    u128 in(NetworkId n, const Address& token, u128 amount) const {
        return *stable::quote_purchase(s.query(), pair(n), token, amount);
    }
};

TEST(StablePair, EachNetworkHasOne) {
    Pairs p;
    for (NetworkId n = 1; n <= network_count; ++n) {
        EXPECT_EQ(stable::find(p.s.query(), asset_of(n), liquid_of(n)), p.pair(n));
        EXPECT_EQ(stable::find(p.s.query(), liquid_of(n), asset_of(n)), p.pair(n));
        EXPECT_TRUE(stable::is_pair(p.s.query(), p.pair(n)));
    }
    EXPECT_FALSE(stable::find(p.s.query(), asset_of(1), liquid_of(2)));
    EXPECT_FALSE(stable::find(p.s.query(), asset_of(1), asset_of(1)));
    EXPECT_FALSE(stable::is_pair(p.s.query(), liquid_of(1)));
    const Address pair = p.s.view<Address, "getPair(address tokenA, address tokenB)">(
        stable_factory_address, liquid_of(polkadot), asset_of(polkadot));
    EXPECT_EQ(pair, p.pair(polkadot));
    EXPECT_EQ((p.s.view<uint8_t, "decimals()">(pair)), 10);
    EXPECT_EQ((p.s.view<std::string, "symbol()">(pair)), "aDOTb-DOT");
    EXPECT_EQ((p.s.view<std::string, "name()">(pair)), "Thaw stable aDOTb-DOT");
    EXPECT_EQ((p.s.view<Address, "token0()">(pair)), asset_of(polkadot));
    bool listed = false;
    for (const Contract& c : contracts(p.s.state))
        listed = listed || (c.address == pair && c.name == "stable.aDOTb-DOT");
    EXPECT_TRUE(listed);
    // Nothing is sold from an empty one.
    EXPECT_REFUSED(p.swap(alice, polkadot, asset_of(polkadot), 1), stable::ZeroAmount{});
}

TEST(StablePair, WhatIsQuotedHappensToTheBaseUnit) {
    Pairs p;
    Random random{11};
    for (int i = 0; i < 400; ++i) {
        const NetworkId n = random.chance(2) ? bnb : fantom;
        const bool sells_liquid = random.chance(2);
        const Address sold = sells_liquid ? liquid_of(n) : asset_of(n);
        const Address bought = sells_liquid ? asset_of(n) : liquid_of(n);
        const Query q = p.s.query();
        const u128 has = coins::shown(q, sold, alice);
        const u128 had = coins::shown(q, bought, alice);
        const u128 amount = random.chance(3) ? 1 + random.below(9) : 1 + random.amount(has / 8);
        const bool exact_out = random.chance(2);
        const auto quote = exact_out ? stable::quote_purchase(q, p.pair(n), bought, amount)
                                     : stable::quote_sale(q, p.pair(n), sold, amount);
        const Receipt receipt =
            exact_out ? p.swap_for(alice, n, bought, amount) : p.swap(alice, n, sold, amount);
        if (!quote) {
            ASSERT_EQ(to_hex(receipt.output), to_hex(quote.error().data));
            continue;
        }
        ASSERT_TRUE(receipt.success) << to_hex(receipt.output);
        const u128 paid = exact_out ? *quote : amount;
        const u128 got = exact_out ? amount : *quote;
        ASSERT_EQ(to_decimal(coins::shown(p.s.query(), sold, alice)), to_decimal(has - paid));
        ASSERT_EQ(to_decimal(coins::shown(p.s.query(), bought, alice)), to_decimal(had + got));
        if (random.chance(8)) p.s.wait(random.below(40'000));
    }
}

TEST(StablePair, LimitsHoldToTheUnitAndTheSecond) {
    Pairs p;
    const u128 out = p.out(bnb, asset_of(bnb), one_18);
    EXPECT_REFUSED(p.swap(alice, bnb, asset_of(bnb), one_18, out + 1),
                   stable::LessThanMinimum{out, out + 1});
    EXPECT_REFUSED(p.swap(alice, bnb, asset_of(bnb), one_18, 0, {p.s.block.now_s - 1}),
                   stable::Expired{{p.s.block.now_s - 1}});
    EXPECT_DONE(p.swap(alice, bnb, asset_of(bnb), one_18, out, {p.s.block.now_s}));
    const u128 in = p.in(bnb, asset_of(bnb), one_18);
    EXPECT_REFUSED(p.swap_for(alice, bnb, asset_of(bnb), one_18, in - 1),
                   stable::MoreThanMaximum{in, in - 1});
    EXPECT_DONE(p.swap_for(alice, bnb, asset_of(bnb), one_18, in));
    EXPECT_REFUSED(p.swap(alice, bnb, asset_of(fantom), one_18),
                   stable::NotACoinOfThePair{asset_of(fantom)});
    EXPECT_REFUSED(p.swap(alice, bnb, asset_of(bnb), 1), stable::ZeroAmount{});
    EXPECT_REFUSED(p.swap(alice, bnb, asset_of(bnb), thousand * 3),
                   token::ERC20InsufficientBalance{alice, Assets{p.s.assets(bnb, alice)},
                                                   Assets{thousand * 3}});
    EXPECT_REFUSED((p.s.call<"swap(address token, uint256 amount, uint256 minimum, address to, "
                             "uint256 deadline)">(alice, p.pair(bnb), asset_of(bnb), one_18,
                                                  u128{0}, p.pair(bnb), never)),
                   stable::InvalidReceiver{p.pair(bnb)});
}

TEST(StablePair, TheFirstToJoinLeavesAMillionWithNobody) {
    Pairs p;
    const u128 supply = issued::supply(p.s.query(), p.pair(bnb));
    EXPECT_SAME(issued::held(p.s.query(), p.pair(bnb), {}), stable::locked_supply);
    EXPECT_SAME(p.liquidity(bnb, carol), supply - stable::locked_supply);
    // Worth what was laid in, to a millionth: the invariant of two nearly equal balances.
    EXPECT_LE(supply, thousand + p.summary(bnb).invariant);
    EXPECT_DONE(p.leave(carol, bnb, p.liquidity(bnb, carol)));
    EXPECT_SAME(issued::supply(p.s.query(), p.pair(bnb)), stable::locked_supply);
    const Summary left = p.summary(bnb);
    EXPECT_GT(left.asset_reserve, 0u);
    EXPECT_GT(left.liquid_reserve, 0u);
    EXPECT_LT(left.asset_reserve, 1'000'000u);
    // Dust does not buy what is left there.
    const u128 mine = p.join(alice, bnb, 10, 10);
    EXPECT_LE(mine, 25u);
    const auto [back0, back1] = *stable::preview_remove(p.s.query(p.pair(bnb)), mine);
    EXPECT_LE(back0, 10u);
    EXPECT_LE(back1, 10u);
}

TEST(StablePair, JoiningAndLeavingBringsNoMore) {
    Pairs p;
    Random random{12};
    for (int i = 0; i < 60; ++i) {
        const NetworkId n = random.chance(2) ? bnb : fantom;
        const u128 amount0 = random.chance(4) ? 0 : 1'000 + random.amount(thousand);
        const u128 amount1 = random.chance(4) ? 0 : 1'000 + random.amount(p.shown(n, bob));
        const auto preview = stable::preview_add(p.s.query(p.pair(n)), amount0, amount1);
        if (!preview) continue;
        const u128 had0 = p.s.assets(n, bob);
        const u128 had1 = p.shown(n, bob);
        const u128 mine = p.join(bob, n, amount0, amount1);
        EXPECT_SAME(mine, *preview);
        EXPECT_SAME(p.s.assets(n, bob), had0 - amount0);
        EXPECT_SAME(p.shown(n, bob), had1 - amount1);
        const auto back = stable::preview_remove(p.s.query(p.pair(n)), mine);
        ASSERT_TRUE(back);
        const auto [back0, back1] = *back;
        EXPECT_REFUSED(p.leave(bob, n, mine, back0 + 1, 0),
                       stable::LessThanMinimum{back0, back0 + 1});
        EXPECT_REFUSED(p.leave(bob, n, mine, 0, back1 + 1),
                       stable::LessThanMinimum{back1, back1 + 1});
        if (random.chance(2)) {
            EXPECT_DONE(p.leave(bob, n, mine, back0, back1));
            EXPECT_SAME(p.s.assets(n, bob), had0 - amount0 + back0);
            EXPECT_GE(p.shown(n, bob), had1 - amount1 + back1);
            EXPECT_LE(p.shown(n, bob), had1 - amount1 + back1 + 1);
            EXPECT_FALSE(p.s.assets(n, bob) > had0 && p.shown(n, bob) > had1);
        } else {
            const bool asset = random.chance(2);
            const u128 before = asset ? p.s.assets(n, bob) : p.shown(n, bob);
            const Receipt receipt = p.leave_by(bob, n, mine, asset ? asset_of(n) : liquid_of(n));
            if (!receipt.success) continue;
            const u128 got = std::get<0>(*codec::decode<u128>(receipt.output));
            EXPECT_SAME(asset ? p.s.assets(n, bob) : p.shown(n, bob), before + got);
        }
    }
    EXPECT_REFUSED(p.leave(alice, bnb, 1), stable::ZeroAmount{});
    EXPECT_REFUSED(p.leave(alice, bnb, 1'000),
                   token::ERC20InsufficientBalance{alice, Assets{0}, Assets{1'000}});
    const u128 all = issued::supply(p.s.query(), p.pair(bnb));
    EXPECT_REFUSED(p.leave(alice, bnb, all + 1), stable::AmountTooLarge{all + 1});
}

TEST(StablePair, WhatIsSentThereCountsNotAndCanBeTakenAway) {
    Pairs p;
    const Summary before = p.summary(fantom);
    const u128 quote = p.out(fantom, asset_of(fantom), one_18);
    p.s.must<bool, "transfer(address to, uint256 value)">(alice, asset_of(fantom), p.pair(fantom),
                                                          thousand);
    p.s.must<bool, "transfer(address to, uint256 value)">(alice, liquid_of(fantom), p.pair(fantom),
                                                          one_18);
    const Summary after = p.summary(fantom);
    EXPECT_SAME(after.asset_reserve, before.asset_reserve);
    EXPECT_SAME(after.liquid_reserve, before.liquid_reserve);
    EXPECT_SAME(p.out(fantom, asset_of(fantom), one_18), quote);
    const u128 had = p.s.assets(fantom, bob);
    EXPECT_DONE((p.s.call<"skim(address to)">(alice, p.pair(fantom), bob)));
    EXPECT_SAME(p.s.assets(fantom, bob), had + thousand);
    EXPECT_REFUSED((p.s.call<"skim(address to)">(alice, p.pair(fantom), bob)),
                   stable::ZeroAmount{});
    EXPECT_SAME(p.out(fantom, asset_of(fantom), one_18), quote);
}

TEST(StablePair, ARouterMaySendFirstAndNameTheAmounts) {
    Pairs p;
    for (const NetworkId n : {bnb, fantom}) {
        const Address sold = asset_of(n);
        const u128 paid = p.in(n, liquid_of(n), one_18);
        p.s.must<bool, "transfer(address to, uint256 value)">(alice, sold, p.pair(n), paid);
        Execution execution{.state = &p.s.state, .block = p.s.block};
        Call call{execution, router_address, alice, {}};
        const u128 most = p.out(n, sold, paid);
        EXPECT_FALSE(stable::carry(call, p.pair(n), sold, paid, most + 1, bob));
        EXPECT_FALSE(stable::carry(call, p.pair(n), sold, paid + 1, one_18, bob));
        const u128 had = p.shown(n, bob);
        EXPECT_TRUE(stable::carry(call, p.pair(n), sold, paid, one_18, bob));
        EXPECT_SAME(p.shown(n, bob), had + one_18);
        EXPECT_FALSE(stable::carry(call, p.pair(n), sold, paid, one_18, bob));
        p.s.state.seal();
    }
}

TEST(StablePair, RewardsGoToTheProvidersAndMoveNoPrice) {
    Pairs p;
    const Summary before = p.summary(fantom);
    p.s.wait(day_s / 2);  // the rest of the report's rewards is released
    const Summary after = p.summary(fantom);
    EXPECT_GT(after.invariant, before.invariant);
    EXPECT_SAME(after.asset_reserve, before.asset_reserve);
    // The liquid side is worth a little more of the pair: at this amplification its price yields by
    // less than a hundredth of what it grew.
    const u128 grew = (after.liquid_reserve - before.liquid_reserve) * one_18 / thousand;
    EXPECT_GT(grew, one_18 / 10'000);
    EXPECT_LT(before.price - after.price, grew / 100);
}

TEST(StablePair, AnImbalanceThatALossMadeLeavesTheWayOutOpen) {
    Pairs p;
    stable::Pair row = p.s.state.stable.pairs.get(bnb);
    row.liquid_reserve /= 20'000;
    p.s.state.stable.pairs.put(bnb, row);
    p.s.state.seal();
    EXPECT_REFUSED(p.swap(alice, bnb, asset_of(bnb), one_18), stable::PairImbalanced{});
    EXPECT_REFUSED((p.s.call<"addLiquidity(uint256 amount0, uint256 amount1, uint256 minimum, "
                             "address to, uint256 deadline)">(alice, p.pair(bnb), one_18, u128{0},
                                                              u128{0}, alice, never)),
                   stable::PairImbalanced{});
    const u128 had = p.s.assets(bnb, carol);
    const u128 half = p.liquidity(bnb, carol) / 2;
    const u128 part = stable::part_of(thousand, half, issued::supply(p.s.query(), p.pair(bnb)));
    EXPECT_DONE(p.leave(carol, bnb, half));
    EXPECT_SAME(p.s.assets(bnb, carol), had + part);
    // And trade that mends it is welcome.
    EXPECT_DONE(p.swap(alice, bnb, liquid_of(bnb), one_18 * 10));
}

TEST(StablePair, AmplificationMovesAtMostTwofoldADay) {
    Pairs p;
    const auto ramp = [&](const Address& who, uint32_t target, uint64_t duration_s) {
        return p.s.call<"rampAmplification(uint32 target, uint64 duration)">(who, p.pair(bnb),
                                                                             target, duration_s);
    };
    EXPECT_REFUSED(ramp(alice, 30'000, day_s), networks::OwnableUnauthorizedAccount{alice});
    EXPECT_REFUSED(ramp(hub_owner, 40'001, day_s), (stable::RampRefused{20'000, 40'001, day_s, 0}));
    EXPECT_REFUSED(ramp(hub_owner, 40'000, day_s - 1),
                   (stable::RampRefused{20'000, 40'000, day_s - 1, 0}));
    EXPECT_REFUSED(ramp(hub_owner, 9'999, day_s), (stable::RampRefused{20'000, 9'999, day_s, 0}));
    EXPECT_DONE(ramp(hub_owner, 40'000, day_s));
    const uint64_t ends_at_s = p.s.block.now_s + day_s;
    p.s.wait(day_s / 4);
    EXPECT_EQ(p.summary(bnb).amplification, 25'000u);
    EXPECT_DONE(p.swap(alice, bnb, asset_of(bnb), one_18));
    p.s.wait(day_s / 4 * 3 - 1);
    EXPECT_REFUSED(ramp(hub_owner, 30'000, day_s),
                   (stable::RampRefused{39'999, 30'000, day_s, ends_at_s}));
    p.s.wait(1);
    EXPECT_EQ(p.summary(bnb).amplification, 40'000u);
    EXPECT_DONE(ramp(hub_owner, 20'000, day_s));
}

TEST(StablePair, AMeanPriceKnowsOnlyWhatStoodAtTheEndOfBlocks) {
    Pairs p;
    const auto observe = [&] { return *stable::observe(p.s.query(p.pair(fantom))); };
    p.s.wait(1);
    const auto [sum0, at0] = observe();
    const u128 calm = p.summary(fantom).price;
    EXPECT_DONE(p.swap(alice, fantom, liquid_of(fantom), thousand * 9 / 10));
    const u128 low = p.summary(fantom).price;
    EXPECT_LT(low, calm - calm / 1'000);
    EXPECT_DONE(p.swap(alice, fantom, asset_of(fantom), thousand * 9 / 10));
    EXPECT_SAME(std::get<0>(observe()), sum0);  // all in one second
    const u128 price = p.summary(fantom).price;
    p.s.wait(100);
    const auto [sum1, at1] = observe();
    EXPECT_EQ(at1 - at0, 100u);
    const u128 mean = (sum1 - sum0) / 100;
    EXPECT_LT(mean > price ? mean - price : price - mean, one_18 / 1'000'000);
}

}  // namespace
}  // namespace thaw::scenario
