// Attacks on stable pairs, replayed through their contracts and the router by somebody who signs
// transactions: the losses of Balancer and of yETH, both of November 2025. The pair begins at fair
// value, where what it holds is worth least for its invariant; so whatever the attacker does, what
// it has is worth no more than at the start, to the base unit.
#include <boost/multiprecision/cpp_int.hpp>

#include "tests/scenario/expect.hpp"
#include "tests/scenario/random.hpp"
#include "thaw/protocol/coins/face.hpp"
#include "thaw/protocol/exchange/router.hpp"
#include "thaw/protocol/multicall/face.hpp"
#include "thaw/protocol/stable/face.hpp"

namespace thaw::scenario {
namespace {

using Big = boost::multiprecision::cpp_int;
constexpr Number never{~uint64_t{0}};
constexpr Address mallory = user(7);
constexpr u128 purse = 1'000'000'000'000;  // base units of each coin

Big big(u128 value) {
    return (Big{static_cast<uint64_t>(value >> 64)} << 64) + static_cast<uint64_t>(value);
}

/// A pair of a few million base units at fair value, at a rate some per cent away from one, with
/// liquidity of carol's.
struct Attacked {
    Scenario s;
    Hosts hosts{s};
    NetworkId n;
    Address asset, token, pair;
    Big start;

    Attacked(NetworkId network, u128 depth) : n{network}, asset{asset_of(n)}, token{liquid_of(n)} {
        pair = stable::pair_of(s.query(), n);
        const u128 one = unit(s.state, n);
        for (const Address& who : {carol, mallory}) {
            s.deposit(n, who, one * 4'000);
            s.must<Shares, "stake(uint256 assets) returns (uint256 shares)">(who, staking_of(n),
                                                                             Assets{one * 3'000});
        }
        hosts.settle();
        for (int day = 0; day < 70; ++day) {
            const u128 pool = liquid::rate(s.query(), n).assets.value;
            hosts.next_frame(n, {{1, {.reward = pool / 1'000}}});
        }
        s.wait(day_s);
        EXPECT_GT(stable::summary(s.query(pair))->fair_price, 0u);
        join(carol, depth, coins::to_face_down(s.query(), token, shares_of(depth)));
        start = wealth();
    }
    /// Shares, or base units of a balance, that are worth so much.
    u128 shares_of(u128 assets) const {
        const liquid::Rate rate = liquid::rate(s.query(), n);
        return *mul_div_down(assets, rate.supply.value, rate.assets.value) / liquid::sub_units;
    }
    /// At fair value, times the supply of sub-shares.
    Big wealth() const {
        const liquid::Rate rate = liquid::rate(s.query(), n);
        return big(s.assets(n, mallory)) * big(rate.supply.value) +
               big(s.sub_shares(n, mallory)) * big(rate.assets.value);
    }
    /// What mallory would have after leaving the pair with everything.
    Big wealth_after_leaving() {
        const u128 held = liquidity();
        if (held == 0) return wealth();
        const auto mark = s.state.checkpoint();
        const Receipt receipt = simulate(
            s.state, s.block,
            {.sender = mallory, .to = pair, .data = leaving(held), .gas_limit = 20'000'000});
        demand(receipt.success, "leaving in proportion");
        const Big total = wealth();
        s.state.rollback(mark);
        return total;
    }
    void expect_no_gain() {
        const Big unit_worth = big(liquid::rate(s.query(), n).supply.value);
        EXPECT_LT(wealth_after_leaving(), start + unit_worth);
    }
    u128 liquidity() const { return issued::held(s.query(), pair, mallory); }
    u128 reserve(const Address& coin) const {
        const auto summary = *stable::summary(s.query(pair));
        return coin == asset ? summary.asset_reserve : summary.liquid_reserve;
    }

    // ---- Calls.

    Bytes buying(const Address& coin, u128 out) const {
        return call_data<
            "swapFor(address token, uint256 amount, uint256 maximum, address to, uint256 "
            "deadline)">(coin, out, u128_max, mallory, never);
    }
    Bytes leaving(u128 held) const {
        return call_data<
            "removeLiquidity(uint256 liquidity, uint256 minimum0, uint256 minimum1, address to, "
            "uint256 deadline)">(held, u128{0}, u128{0}, mallory, never);
    }
    Bytes routed(const Address& in, const Address& out, u128 amount) const {
        return call_data<
            "swapTokensForExactTokens(uint256 amountOut, uint256 amountInMax, address[] path, "
            "address to, uint256 deadline)">(exchange::Limit{amount}, exchange::Limit{purse},
                                             std::vector{in, out}, mallory, never);
    }
    Receipt join(const Address& who, u128 assets, u128 tokens) {
        const bool first = *stable::token0(s.query(pair)) == asset;
        return s.call<
            "addLiquidity(uint256 amount0, uint256 amount1, uint256 minimum, address to, uint256 "
            "deadline)">(who, pair, first ? assets : tokens, first ? tokens : assets, u128{0}, who,
                         never);
    }
    Receipt sell(const Address& coin, u128 amount) {
        return s.call<
            "swap(address token, uint256 amount, uint256 minimum, address to, uint256 deadline)">(
            mallory, pair, coin, amount, u128{0}, mallory, never);
    }
};

/// Balancer: nearly all of a coin out, then 8, 9 and 17 units of what is left, where rounding of
/// the invariant was worth most, then all back: 65 times, within batches as it was done.
class Replayed : public testing::TestWithParam<NetworkId> {};

TEST_P(Replayed, BalancersMicroSwapsGainNothing) {
    Attacked w{GetParam(), 2'000'000};
    int trades = 0;
    for (int i = 0; i < 65; ++i) {
        const bool by_router = i % 2 == 1;
        std::vector<multicall::BatchCall> calls;
        const u128 most = w.reserve(w.token) - 4'000;
        for (const u128 out : {most, u128{8}, u128{9}, u128{17}, u128{8}})
            calls.push_back(
                by_router ? multicall::BatchCall{router_address, 0, w.routed(w.asset, w.token, out)}
                          : multicall::BatchCall{w.pair, 0, w.buying(w.token, out)});
        const u128 assets = w.s.assets(w.n, mallory);
        const Receipt receipt = w.s.call<"batch((address to, uint256 value, bytes data)[] calls)">(
            mallory, batch_address, calls);
        ASSERT_TRUE(receipt.success) << to_hex(receipt.output);
        w.expect_no_gain();
        trades += static_cast<int>(calls.size());
        const u128 back = assets - w.s.assets(w.n, mallory);
        // Back to where the pair was: for as many assets as it will still give.
        for (u128 less = 0; less < back / 10; less += 1 + back / 2'000)
            if (w.s.send(mallory, w.pair, w.buying(w.asset, back - less)).success) break;
        w.expect_no_gain();
    }
    EXPECT_EQ(trades, 325);
    EXPECT_LT(w.wealth(), w.start) << "fees were paid";
}

/// yETH: joining out of proportion until the curve has no answer, leaving in proportion, again and
/// again; at the edge the pair refuses, and says why.
TEST_P(Replayed, YethsUnbalancedJoinsGainNothing) {
    Attacked w{GetParam(), 2'000'000};
    int edges = 0;
    for (const Address& coin : {w.asset, w.token}) {
        for (int i = 0; i < 60; ++i) {
            const u128 assets = coin == w.asset ? w.reserve(coin) : 0;
            const u128 tokens = coin == w.token ? w.reserve(coin) : 0;
            const Receipt joined = w.join(mallory, assets, tokens);
            w.expect_no_gain();
            if (!joined.success) {
                ++edges;
                EXPECT_EQ(
                    to_hex(BytesView{joined.output}.first(4)),
                    to_hex(BytesView{codec::revert_with(stable::PairImbalanced{}).data}.first(4)));
                break;
            }
            EXPECT_DONE(w.s.send(mallory, w.pair, w.leaving(w.liquidity())));
            w.expect_no_gain();
        }
        // The way back, for which the pair pays what it was given at most.
        const Address other = coin == w.asset ? w.token : w.asset;
        for (int i = 0; i < 200; ++i)
            if (!w.sell(other, w.reserve(other) / 4 + 1).success) break;
        w.expect_no_gain();
    }
    EXPECT_EQ(edges, 2);
}

/// yETH's second act: out with all but dust, in with single units, and out with everything.
TEST_P(Replayed, YethsEmptiedPairMintsNoFortune) {
    Attacked w{GetParam(), 2'000'000};
    EXPECT_DONE(w.join(mallory, 5'000'000, 5'000'000));
    EXPECT_DONE(w.s.send(carol, w.pair, w.leaving(issued::held(w.s.query(), w.pair, carol))));
    EXPECT_DONE(w.s.send(mallory, w.pair, w.leaving(w.liquidity())));
    w.start = w.wealth();  // what joining beside carol cost is paid; nobody's liquidity is left
    for (int i = 0; i < 100; ++i)
        for (const auto& [a, b] : {std::pair<u128, u128>{1, 9}, {9, 1}, {16, 1}, {0, 1}, {1, 0}}) {
            w.join(mallory, a, b);
            w.expect_no_gain();
        }
    if (w.liquidity() != 0) EXPECT_DONE(w.s.send(mallory, w.pair, w.leaving(w.liquidity())));
    w.expect_no_gain();
}

/// Anything in any order, from one base unit to all of it.
TEST_P(Replayed, NoSequenceOfCallsGains) {
    Attacked w{GetParam(), 3'000'000};
    Random random{GetParam()};
    int done = 0;
    for (int i = 0; i < 1'500; ++i) {
        const Address coin = random.chance(2) ? w.asset : w.token;
        const u128 few = 1 + random.below(20);
        const u128 much = random.amount(w.reserve(coin) * 3);
        const u128 amount = random.chance(2) ? few : much;
        const u128 beside = random.chance(3) ? 0 : random.amount(w.reserve(coin));
        Receipt receipt;
        switch (random.below(6)) {
            case 0:
                receipt = w.sell(coin, amount);
                break;
            case 1:
                receipt = w.s.send(mallory, w.pair, w.buying(coin, amount));
                break;
            case 2:
                receipt = w.join(mallory, amount, beside);
                break;
            case 3:
                receipt = w.s.send(mallory, w.pair, w.leaving(random.amount(w.liquidity())));
                break;
            case 4:
                receipt = w.s.call<
                    "removeLiquidityOne(uint256 liquidity, address token, uint256 minimum, address "
                    "to, uint256 deadline)">(mallory, w.pair, random.amount(w.liquidity()), coin,
                                             u128{0}, mallory, never);
                break;
            default: {
                const Address other = coin == w.asset ? w.token : w.asset;
                receipt = w.s.send(mallory, router_address, w.routed(other, coin, amount));
            }
        }
        done += receipt.success;
        w.expect_no_gain();
        if (HasFailure()) return;
    }
    EXPECT_GT(done, 500);
}

INSTANTIATE_TEST_SUITE_P(StablePairs, Replayed, testing::Values(bnb, fantom));

}  // namespace
}  // namespace thaw::scenario
