// What an opportunity says it brings is what it brings: taken through the contracts, to the unit.
#include "tests/scenario/expect.hpp"
#include "thaw/protocol/coins/face.hpp"
#include "thaw/protocol/opportunities/face.hpp"

namespace thaw::scenario {
namespace {

using opportunities::Opportunity;
constexpr Number never{~uint64_t{0}};
constexpr u128 thousand = one_18 * 1'000;

/// Pairs of bnb and fantom in balance, with a fee of 0.04 %.
struct Markets {
    Scenario s;
    Hosts hosts{s};

    Markets() {
        for (const NetworkId n : {bnb, fantom}) {
            for (const Address& who : {alice, bob, carol}) {
                s.deposit(n, who, thousand * 9);
                s.must<Shares, "stake(uint256 assets) returns (uint256 shares)">(
                    who, staking_of(n), Assets{thousand * 4});
            }
            hosts.settle();
            hosts.next_frame(n, {{1, {.reward = 7'777'777'777'777'777'777}}});
        }
        s.wait(day_s);
        for (const NetworkId n : {bnb, fantom})
            s.must<u128,
                   "addLiquidity(uint256 amount0, uint256 amount1, uint256 minimum, address to, "
                   "uint256 deadline)">(carol, pair(n), thousand * 3, thousand * 3, u128{0}, carol,
                                        never);
    }
    Address pair(NetworkId n) const { return stable::pair_of(s.query(), n); }
    u128 swap(const Address& who, NetworkId n, const Address& token, u128 amount) {
        return s.must<u128,
                      "swap(address token, uint256 amount, uint256 minimum, address to, uint256 "
                      "deadline)">(who, pair(n), token, amount, u128{0}, who, never);
    }
    Opportunity at(NetworkId n) {
        return s.view<Opportunity, "opportunity(uint8 network)">(opportunities_address, n);
    }
};

/// At run time: it takes more steps than Clang spends on a constant.
TEST(Opportunities, ClosingADealLeavesJustTheGainThatIsAskedFor) {
    const auto& cheap = opportunities::detail::cheap;
    const auto left =
        opportunities::gain_ppm(opportunities::after(cheap, opportunities::closing(cheap, 1'000)));
    EXPECT_GT(left, 1'000);
    EXPECT_LT(left, 1'010);
}

TEST(Opportunities, AreNoneWhileTheMarketIsNearFairValue) {
    Markets m;
    for (const NetworkId n : {bnb, fantom}) {
        const Opportunity o = m.at(n);
        EXPECT_EQ(o.kind, "none");
        EXPECT_LT(o.apart_ppm, 400u);
        EXPECT_TRUE(o.size.is_zero() && o.profit.is_zero());
        EXPECT_EQ(o.pair, m.pair(n));
    }
    EXPECT_EQ(m.at(polkadot).kind, "none");  // an empty pair
    EXPECT_SAME(m.at(polkadot).price, 0);
    EXPECT_REFUSED(
        (m.s.call<"opportunity(uint8 network)">(alice, opportunities_address, NetworkId{6})),
        networks::NoSuchNetwork{6});
    const auto all = m.s.view<std::vector<Opportunity>, "opportunities()">(opportunities_address);
    EXPECT_EQ(all.size(), network_count);
}

TEST(Opportunities, BuyingAndUnstakingBringsWhatItSays) {
    Markets m;
    for (const NetworkId n : {bnb, fantom}) {
        m.swap(bob, n, liquid_of(n), thousand * 2);
        const Opportunity o = m.at(n);
        EXPECT_EQ(o.kind, "buy and unstake");
        EXPECT_TRUE(o.below);
        EXPECT_GT(o.size.value, thousand / 10);
        EXPECT_GT(o.first_yearly_ppm, o.yearly_ppm);
        const u128 had = m.s.shown(n, alice);
        m.swap(alice, n, asset_of(n), o.size.value);
        const u128 got = m.s.shown(n, alice) - had;
        EXPECT_LE(o.tokens - got, 1u);  // a unit for the exact transfer of a rebasing token
        const auto ways = m.s.view<std::vector<staking::Way>, "quoteExit(uint256 shares)">(
            staking_of(n),
            Shares{liquid::shares_for(Assets{got}, liquid::rate(m.s.query(), n))->value /
                   liquid::sub_units});
        const auto& ticket = ways.back();
        EXPECT_EQ(ticket.seconds, o.wait_s);
        const u128 back = n == fantom ? ticket.assets.value
                                      : liquid::worth(SubShares{got * liquid::sub_units},
                                                      liquid::rate(m.s.query(), n))
                                            .value;
        EXPECT_LE(o.size.value + o.profit.value - back, 2u);
        // Then nothing is left that pays for the wait, or hardly anything.
        const Opportunity rest = m.at(n);
        EXPECT_LT(rest.size.value, o.size.value / 1'000);
    }
}

TEST(Opportunities, WaitingHasItsPriceWhereTicketsEarnNothing) {
    Markets m;
    for (const NetworkId n : {bnb, fantom}) m.swap(bob, n, liquid_of(n), thousand * 2);
    // Alike pools at like rates: on bnb a ticket waits a week without rewards, on fantom four with.
    const Opportunity dear = m.at(bnb);
    const Opportunity free = m.at(fantom);
    EXPECT_GT(free.size.value, dear.size.value);
    EXPECT_GT(dear.first_yearly_ppm, free.first_yearly_ppm);
}

TEST(Opportunities, StakingAndSellingBringsWhatItSays) {
    Markets m;
    for (const NetworkId n : {bnb, fantom}) {
        m.swap(bob, n, asset_of(n), thousand * 2);
        const Opportunity o = m.at(n);
        EXPECT_EQ(o.kind, "stake and sell");
        EXPECT_FALSE(o.below);
        EXPECT_EQ(o.wait_s, 0u);
        const u128 assets = m.s.assets(n, alice);
        const u128 had = m.s.shown(n, alice);
        m.s.must<Shares, "stake(uint256 assets) returns (uint256 shares)">(alice, staking_of(n),
                                                                           o.size);
        m.swap(alice, n, liquid_of(n), m.s.shown(n, alice) - had);
        const u128 gained = m.s.assets(n, alice) - assets;
        EXPECT_LE(gained > o.profit.value ? gained - o.profit.value : o.profit.value - gained, 3u);
        EXPECT_EQ(m.at(n).kind, "none");
        EXPECT_GE(m.s.shown(n, alice), had);
    }
}

TEST(Opportunities, NothingIsStakedWhileANetworkIsHalted) {
    Markets m;
    m.swap(bob, bnb, asset_of(bnb), thousand * 2);
    m.s.must<void, "halt(uint8 network, string reason)">(hub_owner, networks_address, bnb,
                                                         std::string{"drill"});
    EXPECT_EQ(m.at(bnb).kind, "none");
    EXPECT_GT(m.at(bnb).apart_ppm, 1'000u);
}

/// A constant-product pair of two coins with liquidity of Carol's.
Address open_pair(Markets& m, const Address& a, const Address& b, u128 of_a, u128 of_b) {
    EXPECT_DONE(
        m.s.call<"addLiquidity(address tokenA, address tokenB, uint256 amountADesired, uint256 "
                 "amountBDesired, uint256 amountAMin, uint256 amountBMin, address to, uint256 "
                 "deadline)">(carol, router_address, a, b, of_a, of_b, u128{0}, u128{0}, carol,
                              never));
    return exchange::pair_address(a, b);
}
opportunities::PairOpportunity of_pair(Markets& m, const Address& pair) {
    const auto all = m.s.view<std::vector<opportunities::PairOpportunity>, "pairs(uint64 from)">(
        opportunities_address, uint64_t{0});
    const auto at = std::ranges::find(all, pair, &opportunities::PairOpportunity::pair);
    demand(at != all.end(), "a pair is listed");
    return *at;
}
/// Sells what the deal says, straight to the pair; returns what that brought.
u128 carry_out(Markets& m, const opportunities::PairOpportunity& o) {
    const Address other = o.sold == o.token0 ? o.token1 : o.token0;
    const u128 had = coins::shown(m.s.query(), other, alice);
    EXPECT_DONE((m.s.call<"transfer(address to, uint256 value)">(alice, o.sold, o.pair, o.size)));
    const u128 first = o.sold == o.token0 ? 0 : o.bought;
    EXPECT_DONE((m.s.call<"swap(uint256 amount0Out, uint256 amount1Out, address to, bytes data)">(
        alice, o.pair, first, o.bought - first, alice, Bytes{})));
    return coins::shown(m.s.query(), other, alice) - had;
}

TEST(PairOpportunities, OfATokenBesideItsAssetBringWhatTheySay) {
    Markets m;
    const Address asset = asset_of(fantom);
    const Address token = liquid_of(fantom);
    // The token is two per cent cheaper than its asset.
    const Address pair = open_pair(m, asset, token, thousand * 98 / 100, thousand);
    const auto o = of_pair(m, pair);
    EXPECT_EQ(o.kind, "buy and unstake");
    EXPECT_EQ(o.sold, asset);
    EXPECT_SAME(o.fair_price, one_18);
    EXPECT_NEAR(static_cast<double>(o.apart_ppm), 20'000, 500);
    EXPECT_GE(o.wait_s, 28 * day_s);
    EXPECT_SAME(carry_out(m, o), o.bought);
    EXPECT_SAME(o.profit.value, o.bought - o.size)
        << "a unit of its balance is a unit of the asset";
    EXPECT_EQ(of_pair(m, pair).kind, "none") << "what is left is the fee";
    EXPECT_LT(of_pair(m, pair).apart_ppm, 3'100u);
    // Dearer than its asset: stake and sell.
    const u128 more = coins::shown(m.s.query(), asset, bob) / 20;
    EXPECT_DONE((m.s.call<"transfer(address to, uint256 value)">(bob, asset, pair, more)));
    EXPECT_DONE(m.s.call<"sync()">(bob, pair));
    const auto dear = of_pair(m, pair);
    EXPECT_EQ(dear.kind, "stake and sell");
    EXPECT_EQ(dear.sold, token);
    EXPECT_EQ(dear.wait_s, 0u);
    EXPECT_SAME(carry_out(m, dear), dear.bought);
    EXPECT_EQ(of_pair(m, pair).kind, "none");
}

TEST(PairOpportunities, OfTwoTokensForTheSameSharesNeedNoWait) {
    Markets m;
    const Address token = liquid_of(fantom);
    const Address wrapped = contract_address(ContractKind::wrapped, fantom);
    for (const Address& who : {alice, carol})
        EXPECT_DONE(m.s.call<"wrap(uint256 amount)">(who, wrapped, thousand / 2));
    const Address pair = open_pair(m, token, wrapped, thousand / 4, thousand / 6);
    const auto o = of_pair(m, pair);
    EXPECT_EQ(o.kind, "swap and convert");
    EXPECT_EQ(o.wait_s, 0u);
    EXPECT_EQ(o.sold, wrapped) << "fewer of them are there than they are worth";
    EXPECT_GT(o.profit.value, 0u);
    EXPECT_SAME(carry_out(m, o), o.bought);
    EXPECT_EQ(of_pair(m, pair).kind, "none");
}

TEST(PairOpportunities, WhereTheLedgerKnowsNoFairPriceThePairSaysSo) {
    Markets m;
    const auto o = of_pair(m, exchange::pair_address(liquid_of(fantom), weth_address));
    EXPECT_EQ(o.kind, "no fair value");
    EXPECT_SAME(o.fair_price, 0);
    EXPECT_SAME(o.size, 0);
    EXPECT_EQ(opportunities::pairs(m.s.query(), 1'000)->size(), 0u);
}

}  // namespace
}  // namespace thaw::scenario
