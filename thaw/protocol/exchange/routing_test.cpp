// Ways over several pools: compared with every way there is, tried one by one; an amount divided;
// leaving a pool of stakers by the market; and loans for the length of a batch.
#include "thaw/protocol/exchange/routing.hpp"

#include "tests/scenario/market.hpp"
#include "thaw/protocol/exchange/loans.hpp"
#include "thaw/protocol/stable/face.hpp"

namespace thaw::scenario {
namespace {

using exchange::Error;
using exchange::Part;
using exchange::Path;
using exchange::Way;
using multicall::BatchCall;

#define BEST_ROUTE                                                                                 \
    "bestRoute(address coinIn, address coinOut, uint256 amountIn) view returns ((address[] path, " \
    "address[] pools, uint256[] amounts) way)"
#define SWAP_ROUTES                                                                           \
    "swapRoutes(address coinIn, (uint256 amount, address[] pools)[] parts, uint256 minimum, " \
    "address to, uint256 deadline) returns (uint256 amountOut)"
#define FLASH_LOAN \
    "flashLoan(address receiver, address token, uint256 amount, bytes data) returns (bool)"

/// Five coins with pairs of uneven depth between most of them.
struct Web : Market {
    std::vector<Address> coins{a, b, r, asset_of(fantom), weth_address};

    Web() {
        s.deposit(fantom, alice, one_18 * 1'000);
        EXPECT_DONE(s.send(alice, weth_address, {}, Assets{one_18 * 50}, 0));
        filled(a, b, one_18 * 100, one_18 * 130);
        filled(b, asset_of(fantom), one_18 * 50, one_18 * 70);
        filled(a, asset_of(fantom), one_18 * 2, one_18 * 3);
        filled(asset_of(fantom), r, one_18 * 200, one_18 * 180);
        fill(r, weth_address, one_18 * 100, one_18 * 10);
        filled(a, weth_address, one_18 * 80, one_18 * 9);
    }
    /// What a way brings that is tried pool by pool.
    u128 brings(u128 amount, const Path& path) {
        const auto answer =
            exchange::get_amounts_out(s.query(router_address), exchange::Limit{amount}, path);
        return answer ? answer->back() : 0;
    }
    /// Every way of at most three hops, one by one.
    u128 best_by_trying(const Address& from, const Address& to, u128 amount) {
        u128 best = brings(amount, {from, to});
        for (const Address& x : coins) {
            if (x == from || x == to) continue;
            best = std::max(best, brings(amount, {from, x, to}));
            for (const Address& y : coins)
                if (y != from && y != to && y != x)
                    best = std::max(best, brings(amount, {from, x, y, to}));
        }
        return best;
    }
};

TEST(Routing, FindsTheBestOfAllWays) {
    Web w;
    for (const u128 amount : {u128{1'000}, one_18 / 100, one_18 * 3, one_18 * 300})
        for (const Address& from : w.coins)
            for (const Address& to : w.coins) {
                if (from == to) continue;
                const u128 expected = w.best_by_trying(from, to, amount);
                const auto way = exchange::best_route(w.s.query(), from, to, amount);
                ASSERT_EQ(way.has_value(), expected != 0);
                EXPECT_SAME(way ? way->amounts.back() : 0, expected);
            }
    EXPECT_FALSE(exchange::best_route(w.s.query(), w.a, asset_of(kusama), one_18));
}

TEST(Routing, GoesThroughAStablePairWhereItPaysBetter) {
    Web w;
    const Address ftm = asset_of(fantom);
    const Address pool = stable::pair_of(w.s.query(), fantom);
    const u128 by_pair = w.quoted(one_18, {ftm, w.r});
    Execution execution{.state = &w.s.state, .block = w.s.block};
    Call call{execution, router_address, alice, {}};
    ASSERT_TRUE(stable::join(call, pool, one_18 * 50, one_18 * 50, alice, alice));
    w.s.state.seal();
    const u128 quoted = w.quoted(one_18, {w.r, ftm, w.b});
    EXPECT_GT(w.quoted(one_18, {ftm, w.r}), by_pair);
    EXPECT_EQ(exchange::best_route(w.s.query(), ftm, w.r, one_18)->pools, Path{pool});
    EXPECT_SAME(w.best_by_trying(w.r, w.b, one_18),
                exchange::best_route(w.s.query(), w.r, w.b, one_18)->amounts.back());
    const u128 had = w.shown(w.b, bob);
    EXPECT_DONE(w.swap(bob, one_18, quoted, {w.r, ftm, w.b}));
    EXPECT_SAME(w.shown(w.b, bob), had + quoted);
    const u128 back = w.quoted(one_18, {w.b, ftm, w.r});
    const u128 held = w.shown(w.r, bob);
    EXPECT_DONE(w.swap(bob, one_18, back, {w.b, ftm, w.r}));
    EXPECT_SAME(w.shown(w.r, bob), held + back);
}

TEST(Routing, PaysWhatItQuotedAndRefusesOneMore) {
    Web w;
    const Way way = w.s.view<Way, BEST_ROUTE>(router_address, w.a, w.r, one_18 * 5);
    ASSERT_GT(way.pools.size(), 1u);
    const std::vector<Part> parts{{one_18 * 5, way.pools}};
    const u128 expected = way.amounts.back();
    EXPECT_REFUSED(
        w.s.call<SWAP_ROUTES>(bob, router_address, w.a, parts, expected + 1, bob, w.never),
        (exchange::RoutedLessThanMinimum{expected, expected + 1}));
    const u128 had = w.shown(w.r, bob);
    EXPECT_DONE(w.s.call<SWAP_ROUTES>(bob, router_address, w.a, parts, expected, bob, w.never));
    EXPECT_SAME(w.shown(w.r, bob), had + expected);
    EXPECT_SAME(w.shown(w.r, router_address), 0);
    const std::vector<Part> wrong{{one_18, {way.pools.back(), way.pools.front()}}};
    EXPECT_FALSE(
        w.s.call<SWAP_ROUTES>(bob, router_address, w.b, wrong, u128{0}, bob, w.never).success);
    EXPECT_REFUSED(w.s.call<SWAP_ROUTES>(bob, router_address, w.a, std::vector<Part>(5, parts[0]),
                                         u128{0}, bob, w.never),
                   (exchange::TooManyRoutes{Number{5}, Number{4}}));
}

TEST(Routing, DividingNeverBringsLessAndIsPaidAsQuoted) {
    Web w;
    bool better = false;
    for (const u128 amount : {u128{17}, one_18, one_18 * 40, one_18 * 200}) {
        const auto best = exchange::best_route(w.s.query(), w.a, w.r, amount);
        const auto divided = exchange::quote_split(w.s.query(), w.a, w.r, amount);
        ASSERT_TRUE(best && divided);
        const auto& [ways, sum] = *divided;
        EXPECT_GE(sum, best->amounts.back());
        better = better || sum > best->amounts.back();
        u128 given = 0;
        std::vector<Part> parts;
        for (const Way& way : ways) {
            given += way.amounts.front();
            parts.push_back({way.amounts.front(), way.pools});
        }
        EXPECT_SAME(given, amount);
        const auto mark = w.s.state.checkpoint();
        const u128 had = w.shown(w.r, bob);
        EXPECT_TRUE(simulate(w.s.state, w.s.block,
                             {.sender = bob,
                              .to = router_address,
                              .data = call_data<SWAP_ROUTES>(w.a, parts, sum, bob, w.never),
                              .gas_limit = 10'000'000})
                        .success);
        EXPECT_SAME(w.shown(w.r, bob), had + sum);
        w.s.state.rollback(mark);
    }
    EXPECT_TRUE(better);
}

TEST(Exit, TakesTheMarketWhereItPaysBestAndAtOnce) {
    Web w;  // no flash pool of fantom has money here
    const auto ways =
        w.s.view<std::vector<staking::Way>,
                 "quoteExit(uint256 shares) view returns ((string name, uint256 "
                 "assets, uint256 fee, uint64 time)[])">(staking_of(fantom), Shares{one_18});
    const auto market = std::ranges::find(ways, "exchange", &staking::Way::name);
    ASSERT_NE(market, ways.end());
    EXPECT_EQ(market->seconds, 0u);
    const u128 had = w.s.assets(fantom, bob);
    EXPECT_FALSE((w.s.call<"exit(uint256 shares, uint256 minimum, uint64 maxWait)">(
                      bob, staking_of(fantom), Shares{one_18}, Assets{market->assets.value + 1},
                      uint64_t{0}))
                     .success);
    EXPECT_DONE((w.s.call<"exit(uint256 shares, uint256 minimum, uint64 maxWait)">(
        bob, staking_of(fantom), Shares{one_18}, market->assets, uint64_t{0})));
    EXPECT_SAME(w.s.assets(fantom, bob), had + market->assets.value);
}

Bytes batch_of(const std::vector<BatchCall>& calls) {
    Bytes data;
    codec::encode_sequence(data, calls);
    return data;
}

TEST(FlashLoan, IsRepaidWithItsFeeOrNeverHappened) {
    Web w;
    const u128 most = *exchange::max_flash_loan(w.s.query(), w.a);
    EXPECT_SAME(most, one_18 * 100 - 1);
    const u128 fee = *exchange::flash_fee(w.s.query(), w.a, one_18);
    EXPECT_SAME(fee, (one_18 * 3 + 996) / 997);
    const Bytes nothing = batch_of({});
    EXPECT_REFUSED(w.s.call<FLASH_LOAN>(carol, flash_loans_address, carol, w.a, one_18, nothing),
                   (exchange::LoanNotRepaid{one_18 + fee, one_18}));
    EXPECT_REFUSED(w.s.call<FLASH_LOAN>(carol, flash_loans_address, bob, w.a, one_18, nothing),
                   exchange::BorrowerIsNotCaller{bob});
    EXPECT_REFUSED(w.s.call<FLASH_LOAN>(carol, flash_loans_address, carol, w.a, most + 1, nothing),
                   (exchange::LoanTooLarge{most + 1, most}));
    EXPECT_REFUSED(
        w.s.call<FLASH_LOAN>(carol, flash_loans_address, carol, asset_of(kusama), u128{1}, nothing),
        exchange::NothingToLend{asset_of(kusama)});
    w.send(alice, w.a, carol, fee);
    const Address pair = exchange::pair_address(w.a, w.b);
    const u128 before = w.reserves(pair, w.a).of_coin;
    EXPECT_DONE(w.s.call<FLASH_LOAN>(carol, flash_loans_address, carol, w.a, one_18, nothing));
    EXPECT_SAME(w.shown(w.a, carol), 0);
    EXPECT_SAME(w.reserves(pair, w.a).of_coin, before + fee);
}

TEST(FlashLoan, RunsABatchOfItsBorrowerWhileItsPairIsLocked) {
    Web w;
    const Address pair = exchange::pair_address(w.a, w.b);
    const auto batch = [&](const Path& path) {
        return batch_of({{router_address, 0,
                          call_data<SWAP_EXACT>(exchange::Limit{one_18}, exchange::Limit{}, path,
                                                bob, w.never)}});
    };
    const Receipt locked =
        w.s.call<FLASH_LOAN>(bob, flash_loans_address, bob, w.a, one_18, batch({w.a, w.b}));
    EXPECT_REFUSED(locked, (multicall::BatchCallFailed{
                               Number{0}, codec::revert_with(Error{"UniswapV2: LOCKED"}).data}));
    const u128 had = w.shown(weth_address, bob);
    EXPECT_DONE(w.s.call<FLASH_LOAN>(bob, flash_loans_address, bob, w.a, one_18,
                                     batch({w.a, weth_address})));
    EXPECT_GT(w.shown(weth_address, bob), had);
    EXPECT_EQ(w.s.state.exchange.pairs.get(pair).locked, 0);
}

}  // namespace
}  // namespace thaw::scenario
