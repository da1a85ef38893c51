// Pairs and their router: Uniswap's published figures, boundaries of each refusal, and what
// rebasing coins add to it. That every operation equals the real bytecode's is
// tests/differential/uniswap.
#include "tests/scenario/market.hpp"
#include "thaw/protocol/exchange/math.hpp"

namespace thaw::scenario {
namespace {

using codec::Allowance;
using exchange::Error;
using exchange::Limit;
using exchange::Path;
using exchange::Uint112;

TEST(Factory, OpensEachPairOnceWhereUniswapsLibrariesLookForIt) {
    Market m;
    const Address pair = m.open(m.b, m.a);
    // computePairAddress of @uniswap/v2-sdk 4.21 with our factory and these two tokens.
    EXPECT_EQ(to_hex(pair), "0x9e18e1ae35de5354808ba57cbe58cc6700a8d2e8");
    EXPECT_EQ(m.s.call<CREATE_PAIR>(alice, factory_address, m.a, m.b).output,
              codec::revert_with(Error{"UniswapV2: PAIR_EXISTS"}).data);
    const auto refused = [&](const Address& one, const Address& other, std::string text) {
        EXPECT_REFUSED(m.s.call<CREATE_PAIR>(alice, factory_address, one, other), Error{text});
    };
    refused(m.a, m.a, "UniswapV2: IDENTICAL_ADDRESSES");
    refused(m.a, Address{}, "UniswapV2: ZERO_ADDRESS");
    EXPECT_REFUSED(m.s.call<CREATE_PAIR>(alice, factory_address, m.a, alice),
                   exchange::NotACoin{alice});
    EXPECT_TRUE(is_contract(m.s.state, pair));
    EXPECT_EQ((m.s.view<Number, "allPairsLength() view returns (uint256)">(factory_address)),
              Number{m.s.state.exchange.settings.get(0).pairs});
    EXPECT_FALSE((m.s.call<"setFeeTo(address to)">(alice, factory_address, alice).success));
    EXPECT_DONE((m.s.call<"setFeeTo(address to)">(hub_owner, factory_address, carol)));
}

TEST(Pair, LocksAThousandOfTheFirstLiquidityAndMintsInProportion) {
    Market m;
    const Address pair = m.open(m.a, m.b);
    EXPECT_REFUSED(m.s.call<MINT>(alice, pair, alice), Error{"ds-math-sub-underflow"});
    m.send(alice, m.a, pair, 1'000);
    m.send(alice, m.b, pair, 1'000);
    EXPECT_REFUSED(m.s.call<MINT>(alice, pair, alice),
                   Error{"UniswapV2: INSUFFICIENT_LIQUIDITY_MINTED"});
    m.send(alice, m.a, pair, one_18 - 1'000);
    m.send(alice, m.b, pair, 4 * one_18 - 1'000);
    EXPECT_SAME((m.s.must<u128, MINT>(alice, pair, alice)), 2 * one_18 - 1'000);
    EXPECT_SAME(issued::held(m.s.query(), pair, Address{}), 1'000);
    EXPECT_REFUSED(m.s.call<BURN>(alice, pair, alice),
                   Error{"UniswapV2: INSUFFICIENT_LIQUIDITY_BURNED"});
    m.send(alice, pair, pair, 2 * one_18 - 1'000);
    EXPECT_DONE(m.s.call<BURN>(alice, pair, alice));
    EXPECT_SAME(m.reserves(pair, m.a).of_coin, 500);  // Uniswap's own test: half of it a thousand
    EXPECT_SAME(m.reserves(pair, m.a).of_other, 2'000);
    EXPECT_REFUSED(m.s.call<TRANSFER>(alice, pair, bob, Assets{1}), Error{"ds-math-sub-underflow"});
}

TEST(Pair, SwapsUniswapsPublishedCasesAndNotAUnitMore) {
    const u128 cases[][4]{
        {1, 5, 10, 1'662'497'915'624'478'906}, {1, 10, 5, 453'305'446'940'074'565},
        {2, 5, 10, 2'851'015'155'847'869'602}, {2, 10, 5, 831'248'957'812'239'453},
        {1, 10, 10, 906'610'893'880'149'131},  {1, 100, 100, 987'158'034'397'061'298}};
    for (const auto& [in, of_a, of_b, out] : cases) {
        Market m;
        const Address pair = m.filled(m.a, m.b, of_a * one_18, of_b * one_18);
        m.send(alice, m.a, pair, in * one_18);
        EXPECT_REFUSED(m.s.call<SWAP>(alice, pair, u128{0}, out + 1, alice, Bytes{}),
                       Error{"UniswapV2: K"});
        EXPECT_DONE(m.s.call<SWAP>(alice, pair, u128{0}, out, alice, Bytes{}));
    }
}

TEST(Pair, RefusesInUniswapsOrderAndWords) {
    Market m;
    const Address pair = m.filled(m.a, m.b, one_18, one_18);
    const auto refused = [&](u128 out0, u128 out1, const Address& to, std::string text) {
        EXPECT_REFUSED(m.s.call<SWAP>(bob, pair, out0, out1, to, Bytes{}), Error{text});
    };
    refused(0, 0, bob, "UniswapV2: INSUFFICIENT_OUTPUT_AMOUNT");
    refused(one_18, 0, m.a, "UniswapV2: INSUFFICIENT_LIQUIDITY");
    refused(u128_max, 0, m.a, "UniswapV2: INSUFFICIENT_LIQUIDITY");
    refused(1, 0, m.a, "UniswapV2: INVALID_TO");
    refused(1, 0, Address{}, "UniswapV2: TRANSFER_FAILED");
    refused(one_18 - 1, 0, bob, "UniswapV2: INSUFFICIENT_INPUT_AMOUNT");
    const Receipt called = m.s.call<SWAP>(bob, pair, u128{1}, u128{0}, bob, Bytes{1});
    EXPECT_FALSE(called.success);
    EXPECT_TRUE(called.output.empty());  // nobody can be called back
    EXPECT_REFUSED((m.s.call<"initialize(address token0, address token1)">(bob, pair, m.a, m.b)),
                   Error{"UniswapV2: FORBIDDEN"});
}

TEST(Pair, KeepsWhatIsSentToItApartUntilItIsAskedFor) {
    Market m;
    const Address pair = m.filled(m.a, m.b, one_18, one_18);
    const u128 price = m.quoted(1'000'000, {m.a, m.b});
    m.send(bob, m.a, pair, 777);
    EXPECT_SAME(m.reserves(pair, m.a).of_coin, one_18);
    EXPECT_SAME(m.quoted(1'000'000, {m.a, m.b}), price);
    EXPECT_DONE((m.s.call<"skim(address to)">(carol, pair, carol)));
    EXPECT_SAME(m.shown(m.a, carol), 777);
    m.send(bob, m.a, pair, 777);
    EXPECT_DONE((m.s.call<"sync()">(carol, pair)));
    EXPECT_SAME(m.reserves(pair, m.a).of_coin, one_18 + 777);
}

TEST(Pair, AccumulatesPricesOverTimeAsTheReservesShowIt) {
    Market m;
    const Address pair = m.filled(m.a, m.b, one_18 * 3, one_18);
    m.s.wait(1'000);
    EXPECT_DONE((m.s.call<"sync()">(carol, pair)));
    const auto row = m.s.state.exchange.pairs.get(pair);
    EXPECT_SAME(row.price0.low, (u128{1} << 112) / 3 * 1'000);
    EXPECT_SAME(row.price1.low, (u128{3} << 112) * 1'000);
    EXPECT_DONE((m.s.call<"sync()">(carol, pair)));  // no time, no price
    EXPECT_SAME(m.s.state.exchange.pairs.get(pair).price0.low, row.price0.low);
}

TEST(RebasingPair, EarnsForItsProvidersAndMovesNoPriceInShares) {
    Market m;
    const Address pair = m.filled(m.r, m.a, one_18 * 100, one_18 * 100);
    const auto before = m.s.state.exchange.pairs.get(pair);
    const u128 shown = m.reserves(pair, m.r).of_coin;
    m.reward();
    const auto after = m.s.state.exchange.pairs.get(pair);
    EXPECT_SAME(before.reserve0, after.reserve0);
    EXPECT_SAME(before.reserve1, after.reserve1);
    EXPECT_GT(m.reserves(pair, m.r).of_coin, shown);
    EXPECT_SAME(m.reserves(pair, m.r).of_coin, m.shown(m.r, pair));  // nothing to skim
    const u128 had = m.shown(m.r, carol);
    EXPECT_DONE((m.s.call<"skim(address to)">(carol, pair, carol)));
    EXPECT_SAME(m.shown(m.r, carol), had);
}

TEST(RebasingPair, TradesToTheBaseUnitWhatV2ArithmeticSaysOfTheShownReserves) {
    Market m;
    const Address pair = m.filled(m.r, m.a, one_18 * 100 + 7, one_18 * 37 + 1);
    for (u128 i = 1; i <= 20; ++i) {
        const bool selling = i % 2 == 0;
        const Address& in = selling ? m.r : m.a;
        const Address& out = selling ? m.a : m.r;
        const u128 amount = one_18 / 3 * i + i;
        const auto now = m.reserves(pair, in);
        const u128 expected = *exchange::amount_out(amount, now.of_coin, now.of_other);
        EXPECT_SAME(m.quoted(amount, {in, out}), expected);
        const u128 had_in = m.shown(in, bob);
        const u128 had_out = m.shown(out, bob);
        EXPECT_FALSE(m.swap(bob, amount, expected + 1, {in, out}).success);
        EXPECT_DONE(m.swap(bob, amount, expected, {in, out}));
        EXPECT_SAME(m.shown(in, bob), had_in - amount);
        EXPECT_SAME(m.shown(out, bob), had_out + expected);
        EXPECT_SAME(m.reserves(pair, in).of_coin, now.of_coin + amount);
        EXPECT_SAME(m.reserves(pair, in).of_other, now.of_other - expected);
        if (i % 5 == 0) m.reward();
    }
}

TEST(RebasingPair, TakesNoProtocolFeeOfRewards) {
    Market m;
    EXPECT_DONE((m.s.call<"setFeeTo(address to)">(hub_owner, factory_address, carol)));
    const Address pair = m.filled(m.r, m.a, one_18 * 100, one_18 * 100);
    m.reward();
    m.send(alice, m.r, pair, one_18);
    m.send(alice, m.a, pair, one_18);
    m.s.must<u128, MINT>(alice, pair, alice);
    EXPECT_SAME(issued::held(m.s.query(), pair, carol), 0);
    EXPECT_DONE(m.swap(bob, one_18 * 10, 0, {m.a, m.r}));
    m.send(alice, pair, pair, one_18);
    EXPECT_DONE(m.s.call<BURN>(alice, pair, alice));
    EXPECT_GT(issued::held(m.s.query(), pair, carol), 0u);
}

TEST(Router, WrapsEtherOnTheWayInAndUnwrapsItOnTheWayOut) {
    Market m;
    const u128 had = m.s.assets(eth, alice);
    const Bytes add = call_data<
        "addLiquidityETH(address token, uint256 amountTokenDesired, uint256 amountTokenMin, "
        "uint256 amountETHMin, address to, uint256 deadline) payable returns (uint256 "
        "amountToken, uint256 amountETH, uint256 liquidity)">(m.a, Limit{one_18 * 10}, Limit{},
                                                              Limit{}, alice, m.never);
    EXPECT_DONE(m.s.send(alice, router_address, add, Assets{one_18 * 5}, 0));
    EXPECT_DONE(m.s.send(alice, router_address, add, Assets{one_18 * 7}, 0));  // two too many
    EXPECT_SAME(m.s.assets(eth, alice), had - one_18 * 10);
    const Bytes buy = call_data<
        "swapETHForExactTokens(uint256 amountOut, address[] path, address to, uint256 deadline) "
        "payable returns (uint256[] amounts)">(Limit{one_18}, Path{weth_address, m.a}, bob,
                                               m.never);
    const u128 cost = *exchange::amount_in(one_18, one_18 * 10, one_18 * 20);
    EXPECT_FALSE(m.s.send(bob, router_address, buy, Assets{cost - 1}).success);
    const u128 bobs = m.s.assets(eth, bob);
    EXPECT_DONE(m.s.send(bob, router_address, buy, Assets{cost + 5}, 0));
    EXPECT_SAME(m.s.assets(eth, bob), bobs - cost);
    const Bytes sell = call_data<
        "swapExactTokensForETH(uint256 amountIn, uint256 amountOutMin, address[] path, address "
        "to, uint256 deadline) returns (uint256[] amounts)">(
        Limit{one_18}, Limit{}, Path{m.a, weth_address}, carol, m.never);
    const u128 carols = m.s.assets(eth, carol);
    EXPECT_DONE(m.s.send(bob, router_address, sell, {}, 0));
    EXPECT_GT(m.s.assets(eth, carol), carols);
    EXPECT_SAME(m.s.assets(eth, router_address), 0);
    EXPECT_SAME(issued::held(m.s.query(), weth_address, router_address), 0);
}

TEST(Router, RefusesLateShortAndUnknown) {
    Market m;
    m.filled(m.a, m.b, one_18, one_18);
    const auto late = [&](uint64_t deadline) {
        return m.s.call<SWAP_EXACT>(bob, router_address, Limit{100}, Limit{}, Path{m.a, m.b}, bob,
                                    Number{deadline});
    };
    EXPECT_REFUSED(late(m.s.block.now_s - 1), Error{"UniswapV2Router: EXPIRED"});
    EXPECT_DONE(late(m.s.block.now_s));
    const auto refused = [&](u128 amount, const Path& path, std::string text) {
        EXPECT_REFUSED(m.swap(bob, amount, 0, path), Error{text});
    };
    refused(1, {m.a}, "UniswapV2Library: INVALID_PATH");
    refused(1, Path(17, m.a), "UniswapV2Library: INVALID_PATH");
    refused(1, {m.a, m.a}, "UniswapV2Library: IDENTICAL_ADDRESSES");
    refused(0, {m.a, m.b}, "UniswapV2Library: INSUFFICIENT_INPUT_AMOUNT");
    refused(one_18 * 5'000, {m.a, m.b}, "TransferHelper: TRANSFER_FROM_FAILED");
    EXPECT_TRUE(m.swap(bob, 1, 0, {m.a, m.r}).output.empty());  // no such pair
    EXPECT_REFUSED(m.swap(bob, 1'000, 999, {m.a, m.b}),
                   Error{"UniswapV2Router: INSUFFICIENT_OUTPUT_AMOUNT"});
}

TEST(Pair, TheFirstProviderCannotBeRobbedByRounding) {
    Market m;  // somebody inflates the worth of a share before bob provides
    const Address pair = m.filled(m.a, m.b, 1'001, 1'001);
    m.send(alice, m.a, pair, one_18 * 100);
    m.send(alice, m.b, pair, one_18 * 100);
    EXPECT_DONE((m.s.call<"sync()">(alice, pair)));
    const u128 had = m.shown(m.a, bob);
    const auto out = m.s.call<ADD_LIQUIDITY>(bob, router_address, m.a, m.b, Limit{one_18},
                                             Limit{one_18}, Limit{}, Limit{}, bob, m.never);
    ASSERT_TRUE(out.success) << to_hex(out.output);
    const u128 liquidity = issued::held(m.s.query(), pair, bob);
    m.send(bob, pair, pair, liquidity);
    EXPECT_DONE(m.s.call<BURN>(bob, pair, bob));
    // At most the worth of one share in a thousand is lost; alice paid a hundred for it, of which
    // all but a thousandth stays locked.
    EXPECT_GE(m.shown(m.a, bob), had - one_18 / 10);
}

}  // namespace
}  // namespace thaw::scenario
