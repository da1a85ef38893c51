// Vaults of farms: rewards become more of what is staked, at a price near the
// mean or not at all.
#include <boost/multiprecision/cpp_int.hpp>

#include "tests/scenario/expect.hpp"
#include "tests/scenario/random.hpp"
#include "thaw/protocol/exchange/face.hpp"
#include "thaw/protocol/vault/face.hpp"

namespace thaw::scenario {
namespace {

using Rational = boost::multiprecision::cpp_rational;
using Big = boost::multiprecision::cpp_int;

#define STAKE "stake(uint256 assets) returns (uint256 shares)"
#define CREATE_FARM "createFarm(address stakingToken) returns (address farm)"
#define CREATE_VAULT "createFarmVault(address farm) returns (address vault)"
#define DEPOSIT "deposit(uint256 assets, address receiver) returns (uint256 shares)"
#define MINT "mint(uint256 shares, address receiver) returns (uint256 assets)"
#define WITHDRAW                                                         \
    "withdraw(uint256 assets, address receiver, address owner) returns " \
    "(uint256 shares)"
#define REDEEM                                                                  \
    "redeem(uint256 shares, address receiver, address owner) returns (uint256 " \
    "assets)"
#define HARVEST "harvest() returns (uint256 bountyShares)"
#define TRANSFER "transfer(address to, uint256 value) returns (bool)"
#define BALANCE "balanceOf(address account) view returns (uint256)"
#define ADD_ETH                                                           \
    "addLiquidityETH(address token, uint256 amountTokenDesired, uint256 " \
    "amountTokenMin, uint256 "                                            \
    "amountETHMin, address to, uint256 deadline)"
#define BUY                                                                    \
    "swapExactETHForTokens(uint256 amountOutMin, address[] path, address to, " \
    "uint256 deadline)"
#define SELL                                                                   \
    "swapExactTokensForETH(uint256 amountIn, uint256 amountOutMin, address[] " \
    "path, address to, "                                                       \
    "uint256 deadline)"

constexpr Address thaw_coin = asset_of(thaw_token);
constexpr Address keeper = user(9);
constexpr Number never{~uint64_t{0}};
Big big(u128 value) {
    return (Big{static_cast<uint64_t>(value >> 64)} << 64) + static_cast<uint64_t>(value);
}

/// Pairs of THAW and of aFTMb with ether; alice, bob and carol hold aFTMb and
/// their pair's liquidity.
struct Market {
    Scenario s;
    Hosts hosts{s};
    Address coin = liquid_of(fantom);
    Address pair = exchange::pair_address(liquid_of(fantom), weth_address);
    Address thaw_pair = exchange::pair_address(thaw_coin, weth_address);

    Market() {
        s.send(alice, treasury, {}, Assets{one_18});  // for gas
        s.must<bool, TRANSFER>(treasury, thaw_coin, keeper, one_18 * 1'000'000);
        for (const Address& who : {alice, bob, carol}) {
            s.deposit(fantom, who, one_18 * 3'000);
            s.must<u128, STAKE>(who, staking_of(fantom), one_18 * 3'000);
            add(who, coin, one_18 * 1'000, one_18 * 40);
        }
        add(keeper, thaw_coin, one_18 * 40'000, one_18 * 40);
        hosts.settle();
    }
    void add(const Address& who, const Address& token, u128 amount, u128 wei) {
        const Receipt receipt =
            s.send(who, router_address,
                   call_data<ADD_ETH>(token, amount, u128{0}, u128{0}, who, never), Assets{wei});
        demand(receipt.success, "adding liquidity: " + to_hex(receipt.output));
    }
    Address vault_of(const Address& token, u128 per_week) {
        const Address farm = s.must<Address, CREATE_FARM>(keeper, farms_address, token);
        s.must<void, "addReward(address token)">(keeper, farm, thaw_coin);
        s.must<void, "fund(address token, uint256 amount, uint64 duration)">(
            keeper, farm, thaw_coin, per_week * 4, 28 * day_s);
        return s.must<Address, CREATE_VAULT>(alice, vaults_address, farm);
    }
    u128 balance(const Address& token, const Address& who) {
        return s.view<u128, BALANCE>(token, who);
    }
    u128 counted(const Address& vault) const {
        return std::get<0>(*vault::position(s.query(vault)));
    }
    u128 carried(const Address& vault, const Address& token) const {
        return s.state.vault.carried.get({.vault = vault, .token = token}).units;
    }
    Rational price(const Address& vault) const {
        return Rational{big(*vault::total_assets(s.query(vault))) + 1,
                        big(issued::supply(s.query(), vault)) + 1'000'000};
    }
    u128 harvest(const Address& vault) { return s.must<u128, HARVEST>(carol, vault); }
};

TEST(FarmVault, CompoundsLiquidityOnceThereIsAMeanPrice) {
    Market m;
    const Address vault = m.vault_of(m.pair, one_18 * 700);
    const u128 liquidity = m.balance(m.pair, bob);
    const u128 shares = m.s.must<u128, DEPOSIT>(bob, vault, liquidity, bob);
    m.s.wait(day_s);
    EXPECT_SAME(m.harvest(vault), 0);
    EXPECT_SAME(m.counted(vault), liquidity) << "no mean price yet: nothing is sold";
    EXPECT_GT(m.carried(vault, thaw_coin), 0u);
    m.s.wait(day_s);
    const Rational before = m.price(vault);
    EXPECT_GT(m.harvest(vault), 0u);
    EXPECT_GT(m.counted(vault), liquidity);
    EXPECT_GE(m.price(vault), before);
    EXPECT_LE(m.price(vault), (before + Rational{1, 1'000'000}));
    for (int day = 0; day < 5; ++day) {
        m.s.wait(day_s);
        m.harvest(vault);
    }
    m.s.wait(day_s);
    const u128 back = m.s.must<u128, REDEEM>(bob, vault, shares, bob, bob);
    EXPECT_GT(back, liquidity);
    EXPECT_SAME(m.balance(m.pair, bob), back);
}

TEST(FarmVault, CompoundsALiquidTokenByWayOfEther) {
    Market m;
    const Address vault = m.vault_of(m.coin, one_18 * 700);
    m.s.must<u128, DEPOSIT>(bob, vault, one_18 * 1'000, bob);
    const u128 start = m.counted(vault);
    for (int day = 0; day < 4; ++day) {
        m.s.wait(day_s);
        m.harvest(vault);
    }
    EXPECT_GT(m.counted(vault), start);
    EXPECT_LE(m.carried(vault, weth_address), one_18 / 10) << "it passes through";
}

TEST(FarmVault, SellsNothingFarBelowTheMeanPrice) {
    Market m;
    const Address vault = m.vault_of(m.pair, one_18 * 700);
    m.s.must<u128, DEPOSIT>(bob, vault, one_18 * 10, bob);
    m.s.wait(day_s);
    m.harvest(vault);
    m.s.wait(day_s);
    // Somebody sells THAW just before, to buy the vault's at the low, and is let
    // down.
    m.s.must<void, SELL>(keeper, router_address, one_18 * 2'000, u128{0},
                         std::vector<Address>{thaw_coin, weth_address}, keeper, never);
    const u128 had = m.carried(vault, thaw_coin);
    EXPECT_SAME(m.harvest(vault), 0);
    EXPECT_GT(m.carried(vault, thaw_coin), had) << "what was claimed waits";
    const Receipt bought = m.s.send(
        alice, router_address,
        call_data<BUY>(u128{0}, std::vector<Address>{weth_address, thaw_coin}, alice, never),
        Assets{one_18 * 19 / 10});
    demand(bought.success, "buying");
    EXPECT_GT(m.harvest(vault), 0u) << "back at the mean";
}

TEST(FarmVault, ProvidesNothingAtACrookedRatio) {
    Market m;
    const Address vault = m.vault_of(m.pair, one_18 * 700);
    m.s.must<u128, DEPOSIT>(bob, vault, one_18 * 10, bob);
    m.s.wait(day_s);
    m.harvest(vault);
    m.s.wait(day_s);
    m.s.must<void, SELL>(alice, router_address, one_18 * 500, u128{0},
                         std::vector<Address>{m.coin, weth_address}, alice, never);
    const u128 counted = m.counted(vault);
    EXPECT_SAME(m.harvest(vault), 0);
    EXPECT_SAME(m.counted(vault), counted);
    EXPECT_GT(m.carried(vault, weth_address), 0u) << "sold for ether, and waiting";
}

TEST(FarmVault, StakesARewardThatIsItsAssetWithoutAMarket) {
    Market m;
    const Address vault = m.vault_of(thaw_coin, one_18 * 700);
    m.s.must<bool, TRANSFER>(keeper, thaw_coin, bob, one_18 * 100);
    m.s.must<u128, DEPOSIT>(bob, vault, one_18 * 100, bob);
    m.s.wait(day_s);
    EXPECT_GT(m.harvest(vault), 0u);
    EXPECT_GT(m.counted(vault), one_18 * 199);
    const u128 fee = issued::held(m.s.query(), vault, treasury);
    const u128 worth = *mul_div_down(fee, m.counted(vault), issued::supply(m.s.query(), vault));
    EXPECT_LE(worth, one_18 * 10) << "a tenth of what came";
    EXPECT_GT(worth, one_18 * 99 / 10);
}

TEST(FarmVault, IsOnePerFarmAndOfFarmsThatItCanCompound) {
    Market m;
    const Address vault = m.vault_of(m.pair, one_18);
    const Address farm = *vault::farm_of(m.s.query(vault));
    EXPECT_REFUSED(m.s.call<CREATE_VAULT>(bob, vaults_address, farm), vault::VaultExists{vault});
    EXPECT_REFUSED(m.s.call<CREATE_VAULT>(bob, vaults_address, m.pair), vault::NotAFarm{m.pair});
    EXPECT_EQ(*vault::vault_for(m.s.query(), farm), vault);
}

/// Each verb does what was previewed, for an asset that rebases and for one
/// that does not; the scenario checks solvency after every step.
TEST(FarmVault, ARandomCrowdGetsWhatWasPreviewed) {
    Market m;
    Random random{88};
    for (const Address& asset : {m.coin, m.pair}) {
        const Address vault = m.vault_of(asset, one_18 * 500);
        int done = 0;
        for (int step = 0; step < 150; ++step) {
            const Query at = m.s.query(vault);
            const Address who = user(static_cast<uint16_t>(1 + random.below(3)));
            const u128 had = m.balance(asset, who);
            const Rational before = m.price(vault);
            switch (random.below(6)) {
                case 0:
                    m.harvest(vault);
                    break;
                case 1:
                    m.s.wait(random.below(day_s));
                    break;
                case 2: {
                    const u128 assets = random.amount(*vault::max_withdraw(at, who));
                    if (assets == 0) break;
                    const u128 shares = *vault::preview_withdraw(at, assets);
                    EXPECT_SAME((m.s.must<u128, WITHDRAW>(who, vault, assets, who, who)), shares);
                    EXPECT_GE(m.balance(asset, who) - had, assets);
                    ++done;
                    break;
                }
                case 3: {
                    const u128 shares = random.amount(*vault::max_redeem(at, who));
                    if (*vault::convert_to_assets(at, shares) == 0) break;
                    const u128 assets = *vault::preview_redeem(at, shares);
                    EXPECT_SAME((m.s.must<u128, REDEEM>(who, vault, shares, who, who)), assets);
                    EXPECT_GE(m.balance(asset, who) - had, assets);
                    ++done;
                    break;
                }
                case 4: {
                    const u128 shares = 1'000'000 + random.amount(one_18 * 20'000'000);
                    const u128 assets = *vault::preview_mint(at, shares);
                    const Receipt receipt = m.s.call<MINT>(who, vault, shares, who);
                    if (!receipt.success) break;
                    EXPECT_LE(had - m.balance(asset, who), assets);
                    ++done;
                    break;
                }
                default: {
                    const u128 assets = 1'000 + random.amount(one_18 * 20);
                    const u128 shares = *vault::preview_deposit(at, assets);
                    EXPECT_SAME((m.s.must<u128, DEPOSIT>(who, vault, assets, who)), shares);
                    EXPECT_LE(had - m.balance(asset, who), assets);
                    ++done;
                }
            }
            const Rational slack{2, big(issued::supply(m.s.query(), vault)) + 1'000'000};
            EXPECT_GE(m.price(vault) + slack, before);
        }
        EXPECT_GT(done, 60);
    }
}

}  // namespace
}  // namespace thaw::scenario
