// Any token by its address: the same words for five ledgers, and the units of a rebasing one.
#include "tests/scenario/expect.hpp"
#include "thaw/protocol/coins/face.hpp"
#include "thaw/protocol/flash/face.hpp"
#include "thaw/protocol/weth/face.hpp"

namespace thaw::scenario {
namespace {

constexpr u128 ten = one_18 * 10;
constexpr Address module = contract_address(ContractKind::router);

/// Alice holds some of a token of every kind; one report has moved fantom's rate off one.
struct Purse {
    Scenario s;
    Hosts hosts{s};
    Execution execution{.state = &s.state, .block = s.block};
    Call call{execution, module, alice, {}};
    std::vector<Address> coins{asset_of(bnb), liquid_of(bnb), liquid_of(fantom),
                               contract_address(ContractKind::flash, bnb), weth_address};

    Purse() {
        for (const NetworkId n : {bnb, fantom}) {
            s.deposit(n, alice, ten * 3);
            s.must<Shares, "stake(uint256 assets) returns (uint256 shares)">(alice, staking_of(n),
                                                                             Assets{ten});
        }
        s.must<Shares, "deposit(uint256 assets, address receiver) returns (uint256 shares)">(
            alice, contract_address(ContractKind::flash, bnb), Assets{ten}, alice);
        EXPECT_DONE(s.send(alice, weth_address, {}, Assets{ten}));
        hosts.settle();
        hosts.next_frame(fantom, {{1, {.reward = 7'777'777'777'777'777}}});
        s.wait(day_s);
        execution.block = s.block;
        call = Call{execution, module, alice, {}};
    }
};

TEST(Coins, AreTheTokensAndNothingElse) {
    Purse p;
    for (const Address& coin : p.coins) EXPECT_TRUE(coins::is_coin(p.call, coin));
    for (const Address& other : {Address{}, alice, asset_of(eth), asset_of(assets::end(p.call)),
                                 liquid_of(0), liquid_of(6), staking_of(bnb), tickets_address,
                                 multicall_address, contract_address(ContractKind::legacy, fantom),
                                 contract_address(ContractKind::wrapped, bnb)}) {
        EXPECT_FALSE(coins::is_coin(p.call, other)) << to_hex(other);
        EXPECT_SAME(coins::stored(p.call, other, alice), 0);
        EXPECT_FALSE(coins::pay(p.call, other, alice, bob, 0));
    }
    EXPECT_TRUE(coins::is_coin(p.call, contract_address(ContractKind::legacy, bnb)));
    EXPECT_TRUE(coins::is_coin(p.call, contract_address(ContractKind::wrapped, fantom)));
    EXPECT_EQ(coins::symbol(p.call, p.coins[2]), "aFTMb");
    EXPECT_EQ(coins::symbol(p.call, p.coins[4]), "WETH");
    EXPECT_EQ(coins::decimals(p.call, liquid_of(polkadot)), 10u);
    EXPECT_EQ(coins::decimals(p.call, p.coins[3]), 24u);
}

TEST(Coins, ArePaidInFaceUnitsExactlyAndRefusedAtOneMore) {
    Purse p;
    for (const Address& coin : p.coins) {
        const u128 has = coins::shown(p.call, coin, alice);
        ASSERT_GT(has, 1'000u);
        EXPECT_FALSE(coins::pay(p.call, coin, alice, bob, has + 1));
        for (const u128 amount : {u128{0}, u128{1}, u128{333}}) {
            const u128 from = coins::shown(p.call, coin, alice);
            const u128 to = coins::shown(p.call, coin, bob);
            ASSERT_TRUE(coins::pay(p.call, coin, alice, bob, amount));
            EXPECT_SAME(coins::shown(p.call, coin, alice), from - amount);
            EXPECT_SAME(coins::shown(p.call, coin, bob), to + amount);
        }
        ASSERT_TRUE(coins::pay(p.call, coin, alice, bob, coins::shown(p.call, coin, alice)));
        EXPECT_SAME(coins::shown(p.call, coin, bob), has);
    }
    EXPECT_EQ(broken_invariant(p.s.state, p.s.block), std::nullopt);
}

TEST(Coins, MoveInLedgerUnits) {
    Purse p;
    for (const Address& coin : p.coins) {
        const u128 has = coins::held(p.call, coin, alice);
        EXPECT_FALSE(coins::move(p.call, coin, alice, bob, has + 1));
        EXPECT_FALSE(coins::move(p.call, coin, alice, bob, u128_max));
        ASSERT_TRUE(coins::move(p.call, coin, alice, bob, has - 5));
        EXPECT_SAME(coins::held(p.call, coin, alice), 5);
        EXPECT_SAME(coins::held(p.call, coin, bob), has - 5);
    }
    EXPECT_EQ(broken_invariant(p.s.state, p.s.block), std::nullopt);
}

TEST(Coins, ConvertRebasingUnitsByTheRateAndNameTheDirection) {
    Purse p;
    const Address coin = liquid_of(fantom);
    const auto rate = liquid::rate(p.call, fantom);
    ASSERT_GT(rate.assets.value * liquid::sub_units, rate.supply.value);  // off one
    EXPECT_TRUE(coins::is_rebasing(p.call, coin));
    EXPECT_FALSE(coins::is_rebasing(p.call, liquid_of(bnb)));
    for (const u128 x : {u128{1}, u128{1'001}, ten + 1}) {
        const u128 down = coins::to_face_down(p.call, coin, x);
        const u128 up = coins::to_face_up(p.call, coin, x);
        EXPECT_SAME(up, down + 1);
        EXPECT_GE(coins::to_ledger_up(p.call, coin, up), x);
        EXPECT_LE(coins::to_ledger_down(p.call, coin, down), x);
        EXPECT_SAME(coins::to_ledger_up(p.call, coin, x),
                    coins::to_ledger_down(p.call, coin, x) + 1);
        for (const Address& other : {p.coins[0], p.coins[1], p.coins[4]}) {
            EXPECT_SAME(coins::to_face_down(p.call, other, x), x);
            EXPECT_SAME(coins::to_ledger_up(p.call, other, x), x);
        }
    }
    EXPECT_SAME(coins::to_face_up(p.call, coin, u128_max), u128_max);
    EXPECT_SAME(coins::shown_as(p.call, coin, coins::stored(p.call, coin, alice)),
                coins::shown(p.call, coin, alice));
}

TEST(Coins, AreSpentByWhomTheOwnerAllowed) {
    Purse p;
    for (const Address& coin : p.coins) {
        EXPECT_FALSE(coins::spend(p.call, coin, alice, module, 1));
        p.s.state.seal();
        EXPECT_DONE((p.s.call<"approve(address spender, uint256 value) returns (bool)">(
            alice, coin, module, codec::Allowance{5})));
        EXPECT_TRUE(coins::spend(p.call, coin, alice, module, 5));
        EXPECT_FALSE(coins::spend(p.call, coin, alice, module, 1));
    }
}

}  // namespace
}  // namespace thaw::scenario
