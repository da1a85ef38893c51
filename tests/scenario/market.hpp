/// A small market: people with coins of which one rebases, and pairs as tests want them.
#pragma once
#include "tests/scenario/expect.hpp"
#include "thaw/protocol/coins/face.hpp"
#include "thaw/protocol/exchange/router.hpp"

namespace thaw::scenario {

#define CREATE_PAIR "createPair(address tokenA, address tokenB) returns (address pair)"
#define TRANSFER "transfer(address to, uint256 value) returns (bool)"
#define MINT "mint(address to) returns (uint256 liquidity)"
#define BURN "burn(address to) returns (uint256 amount0, uint256 amount1)"
#define SWAP "swap(uint256 amount0Out, uint256 amount1Out, address to, bytes data)"
#define SWAP_EXACT                                                                              \
    "swapExactTokensForTokens(uint256 amountIn, uint256 amountOutMin, address[] path, address " \
    "to, uint256 deadline) returns (uint256[] amounts)"
#define ADD_LIQUIDITY                                                                        \
    "addLiquidity(address tokenA, address tokenB, uint256 amountADesired, uint256 "          \
    "amountBDesired, uint256 amountAMin, uint256 amountBMin, address to, uint256 deadline) " \
    "returns (uint256 amountA, uint256 amountB, uint256 liquidity)"
#define AMOUNTS_OUT \
    "getAmountsOut(uint256 amountIn, address[] path) view returns (uint256[] amounts)"

/// Alice and bob hold BNB, MATIC and aFTMb; a frame of fantom has been rewarded.
struct Market {
    Scenario s;
    Hosts hosts{s};
    Number never{~uint64_t{0}};
    Address a = asset_of(bnb);
    Address b = asset_of(polygon);
    Address r = liquid_of(fantom);

    Market() {
        for (const Address& who : {alice, bob})
            for (const NetworkId n : {bnb, polygon, fantom}) s.deposit(n, who, one_18 * 1'000);
        for (const Address& who : {alice, bob})
            s.must<Shares, "stake(uint256 assets) returns (uint256 shares)">(
                who, staking_of(fantom), Assets{one_18 * 900});
        hosts.settle();
        reward();
    }
    void reward() {
        hosts.next_frame(fantom, {{1, {.reward = 123'456'789'012'345'678}}});
        s.wait(day_s);
    }
    Address open(const Address& one, const Address& other) {
        return s.must<Address, CREATE_PAIR>(alice, factory_address, one, other);
    }
    void send(const Address& from, const Address& coin, const Address& to, u128 amount) {
        EXPECT_DONE(s.call<TRANSFER>(from, coin, to, Assets{amount}));
    }
    /// A pair of two coins with liquidity of alice's.
    Address filled(const Address& one, const Address& other, u128 of_one, u128 of_other) {
        const Address pair = open(one, other);
        send(alice, one, pair, of_one);
        send(alice, other, pair, of_other);
        s.must<u128, MINT>(alice, pair, alice);
        return pair;
    }
    /// The same where genesis has opened the pair.
    void fill(const Address& one, const Address& other, u128 of_one, u128 of_other) {
        const Address pair = exchange::pair_address(one, other);
        send(alice, one, pair, of_one);
        send(alice, other, pair, of_other);
        s.must<u128, MINT>(alice, pair, alice);
    }
    Receipt swap(const Address& from, u128 amount, u128 minimum, const exchange::Path& path) {
        return s.call<SWAP_EXACT>(from, router_address, exchange::Limit{amount},
                                  exchange::Limit{minimum}, path, from, never);
    }
    u128 quoted(u128 amount, const exchange::Path& path) {
        return s.view<std::vector<u128>, AMOUNTS_OUT>(router_address, exchange::Limit{amount}, path)
            .back();
    }
    exchange::Reserves reserves(const Address& pair, const Address& coin) const {
        return exchange::reserves_of(s.query(), pair, coin);
    }
    u128 shown(const Address& coin, const Address& who) const {
        return coins::shown(s.query(), coin, who);
    }
};

}  // namespace thaw::scenario
