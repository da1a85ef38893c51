// Prices: who may say them, when they count, how fast they move; and what coins come down to.
#include "tests/scenario/lending.hpp"
#include "thaw/protocol/prices/limits.hpp"

namespace thaw::scenario {
namespace {

using prices::Quote;
using prices::Said;

#define SET_GROWTH "setGrowth(uint8 network, uint32 yearlyPpm)"
#define SET_FEED "setFeed(uint8 asset, uint32 heartbeat, uint32 moveMaxBps)"

Quote feed(const Lending& l, AssetId asset) { return prices::feed(l.s.query(), asset); }
Receipt say(Lending& l, uint16_t who, AssetId asset, u128 price, uint64_t ago_s = 0) {
    return l.s.call<SUBMIT_PRICES>(member(who), prices_address, l.s.block.now_s - ago_s,
                                   std::vector<Said>{{asset, Price{price}}});
}

TEST(Prices, AreTheMedianOfWhatAQuorumSaidLately) {
    Lending l;
    EXPECT_SAME(feed(l, bnb).price.value, dollars * 600);
    EXPECT_FALSE(feed(l, bnb).stale);
    // One of three liars moves nothing beyond what the other two say.
    EXPECT_DONE(say(l, 1, bnb, dollars * 1));
    EXPECT_SAME(feed(l, bnb).price.value, dollars * 600);
    EXPECT_DONE(say(l, 4, bnb, dollars * 610));
    EXPECT_SAME(feed(l, bnb).price.value, dollars * 600);
    EXPECT_DONE(say(l, 2, bnb, dollars * 605));
    EXPECT_SAME(feed(l, bnb).price.value, dollars * 1'205 / 2);  // between 600 and 605
}

TEST(Prices, AreStaleWithoutAQuorumsWordWithinTheHeartbeat) {
    Lending l;
    l.s.wait(feed(l, bnb).heartbeat_s);
    EXPECT_FALSE(feed(l, bnb).stale);
    l.s.wait(1);
    EXPECT_TRUE(feed(l, bnb).stale);
    EXPECT_DONE(say(l, 1, bnb, dollars * 500));
    EXPECT_DONE(say(l, 2, bnb, dollars * 500));
    EXPECT_TRUE(feed(l, bnb).stale);
    EXPECT_SAME(feed(l, bnb).price.value, dollars * 600);
    EXPECT_DONE(say(l, 3, bnb, dollars * 500));
    EXPECT_FALSE(feed(l, bnb).stale);
    EXPECT_SAME(feed(l, bnb).price.value, dollars * 500);
}

TEST(Prices, MoveNoFasterThanTheirBoundHoweverOftenTheyAreSaid) {
    Lending l;
    for (int i = 0; i < 5; ++i) l.say({{bnb, dollars * 300}});
    EXPECT_SAME(feed(l, bnb).price.value, dollars * 450);
    EXPECT_TRUE(feed(l, bnb).clamped);
    EXPECT_DONE(l.s.call<"follow(uint8 asset)">(alice, prices_address, bnb));
    EXPECT_SAME(feed(l, bnb).price.value, dollars * 450);
    l.s.wait(prices::window_s);
    EXPECT_DONE(l.s.call<"follow(uint8 asset)">(alice, prices_address, bnb));
    EXPECT_SAME(feed(l, bnb).price.value, dollars * 675 / 2);
    l.s.wait(prices::window_s);
    EXPECT_DONE(l.s.call<"follow(uint8 asset)">(alice, prices_address, bnb));
    EXPECT_SAME(feed(l, bnb).price.value, dollars * 300);
    EXPECT_FALSE(feed(l, bnb).clamped);
}

TEST(Prices, AreMembersWordsInTime) {
    Lending l;
    const uint64_t now = l.s.block.now_s;
    const auto submit = [&](const Address& who, uint64_t at, AssetId asset, u128 price) {
        return l.s.call<SUBMIT_PRICES>(who, prices_address, at,
                                       std::vector<Said>{{asset, Price{price}}});
    };
    EXPECT_REFUSED(submit(alice, now, bnb, dollars), oracle::NotAMember{alice});
    EXPECT_REFUSED(submit(member(1), now + 1, bnb, dollars), prices::WordOutOfTime{now + 1, now});
    EXPECT_REFUSED(submit(member(1), now, 7, dollars), prices::UnknownFeed{7});
    EXPECT_REFUSED(submit(member(1), now, bnb, 0), prices::PriceOutOfRange{bnb, Price{}});
    const Price most{prices::price_max.value + 1};
    EXPECT_REFUSED(submit(member(1), now, bnb, most.value), prices::PriceOutOfRange{bnb, most});
    l.s.wait(prices::late_max_s + 1);
    const uint64_t later = now + prices::late_max_s + 1;
    EXPECT_REFUSED(submit(member(1), now, bnb, dollars), prices::WordOutOfTime{now, later});
    EXPECT_DONE(submit(member(1), now + 1, bnb, dollars * 600));
    // What a member saw before its last word is not its word any more.
    EXPECT_DONE(submit(member(1), now + 3, bnb, dollars * 600));
    EXPECT_REFUSED(submit(member(1), now + 2, bnb, dollars), prices::WordOutOfTime{now + 2, later});
    std::vector<Said> many(prices::said_at_once_max + 1, Said{bnb, Price{dollars}});
    EXPECT_REFUSED(l.s.call<SUBMIT_PRICES>(member(1), prices_address, later, many),
                   prices::TooManyPrices{prices::said_at_once_max});
}

TEST(Prices, OfLiquidTokensAreTheAssetsTimesTheLedgersRate) {
    Lending l;
    l.stake(alice, bnb, 100);
    l.hosts.settle();
    const auto worth = [&](const Address& coin, u128 amount) {
        return *prices::worth(l.s.query(), coin, amount);
    };
    EXPECT_SAME(worth(liquid_of(bnb), one_18).value.value, dollars * 600);
    // More shares than their sub-units fit into 128 bits are worth their whole.
    const u128 many = one_18 * 400'000'000'000;
    EXPECT_SAME(worth(liquid_of(bnb), many).assets.value, many);
    l.hosts.next_frame(bnb, {{1, {.reward = one_18 / 50}}});
    l.s.wait(day_s);
    l.say({{bnb, dollars * 600}});
    const liquid::Rate rate = liquid::rate(l.s.query(), bnb);
    const u128 assets =
        *mul_div_down(one_18 * liquid::sub_units, rate.assets.value, rate.supply.value);
    EXPECT_GT(assets, one_18);
    EXPECT_SAME(worth(liquid_of(bnb), one_18).assets.value, assets);
    EXPECT_SAME(worth(liquid_of(bnb), one_18).value.value, assets * 600);
    // A share of the staking vault is its part of the vault, and a rebasing token one asset.
    const Address vault = l.s.must<Address, "createStakingVault(uint8 network) returns (address)">(
        alice, vaults_address, bnb);
    EXPECT_SAME(worth(vault, u128{1'000'000} * one_18).value.value, dollars * 600);
    // And no surer than the liquid token itself.
    const auto doubtful = [&](const Address& coin) {
        return prices::counted(l.s.query(), coin, one_18, Round::down).doubtful;
    };
    EXPECT_FALSE(doubtful(vault));
    l.s.send(hub_owner, networks_address,
             call_data<"halt(uint8 network, string reason)">(uint8_t{bnb}, std::string{"a loss"}),
             {}, 0);
    EXPECT_TRUE(doubtful(liquid_of(bnb)));
    EXPECT_TRUE(doubtful(vault));
    EXPECT_SAME(worth(liquid_of(fantom), one_18).value.value, dollars / 2);
    EXPECT_REFUSED(l.s.call<"worth(address coin, uint256 amount)">(
                       alice, prices_address, stable::pair_of(l.s.query(), bnb), one_18),
                   prices::NoPrice{stable::pair_of(l.s.query(), bnb)});
    EXPECT_SAME(*prices::asset_price(l.s.query(), weth_address), 2'000 * u128{100'000'000});
}

TEST(Prices, GrowthIsCappedBySnapshotAndYearlyGrowthTogether) {
    Lending l;
    const auto cap = [&] { return *prices::growth_cap(l.s.query(), bnb); };
    const uint32_t least = prices::growth_min_ppm(570);
    EXPECT_SAME(cap().ratio_max, cap().ratio_now);
    l.s.wait(73 * day_s);
    const u128 fifth = one_18 + one_18 / 1'000'000 * least / 5;
    EXPECT_LE(cap().ratio_max, fifth);
    EXPECT_GE(cap().ratio_max + 1, fifth);
    // The rate is forced up by hand as no report could: the cap holds, and says so.
    l.say({{bnb, dollars * 600}});
    liquid::Pool pool = l.s.state.liquid.pools.get(bnb);
    pool.supply.value /= 2;
    l.s.state.liquid.pools.put(bnb, pool);
    const auto worth = *prices::worth(l.s.query(), liquid_of(bnb), one_18);
    EXPECT_TRUE(worth.doubtful);
    EXPECT_LT(worth.assets.value, one_18 * 103 / 100);
    // A new snapshot is taken, not given; and no higher than the old cap.
    const u128 capped = cap().ratio_max;
    Execution execution{.state = &l.s.state, .block = l.s.block};
    Call call{execution, prices_address, hub_owner, {}};
    ASSERT_TRUE(prices::set_growth(call, bnb, least + 1));
    EXPECT_LE(cap().ratio_then, capped);
    EXPECT_GT(cap().ratio_then + 2, capped);
}

TEST(Prices, TermsAreTheOwnersWithinTheEnvelope) {
    Lending l;
    const auto set = [&](const Address& who, uint32_t heartbeat, uint32_t move) {
        return l.s.call<SET_FEED>(who, prices_address, bnb, heartbeat, move);
    };
    EXPECT_REFUSED(set(alice, 3'600, 1'000), networks::OwnableUnauthorizedAccount{alice});
    EXPECT_REFUSED(set(hub_owner, 599, 1'000), prices::TermsOutOfRange{599, 600, 2 * 86'400});
    EXPECT_REFUSED(set(hub_owner, 600, 5'001), prices::TermsOutOfRange{5'001, 500, 5'000});
    EXPECT_DONE(set(hub_owner, 600, 500));
    EXPECT_REFUSED(set(hub_owner, 600, 500), networks::ChangeTooSoon{l.s.block.now_s + 7 * day_s});
    const auto grow = [&](const Address& who, uint32_t ppm) {
        return l.s.call<SET_GROWTH>(who, prices_address, bnb, ppm);
    };
    const uint32_t least = prices::growth_min_ppm(570);
    const uint32_t most = prices::growth_max_ppm(570);
    EXPECT_REFUSED(grow(alice, least), networks::OwnableUnauthorizedAccount{alice});
    EXPECT_REFUSED(grow(hub_owner, least - 1), prices::TermsOutOfRange{least - 1, least, most});
    EXPECT_REFUSED(grow(hub_owner, most + 1), prices::TermsOutOfRange{most + 1, least, most});
    EXPECT_REFUSED(grow(hub_owner, most), networks::ChangeTooSoon{l.s.block.now_s + 7 * day_s});
    l.s.wait(7 * day_s);
    EXPECT_DONE(grow(hub_owner, most));
}

}  // namespace
}  // namespace thaw::scenario
