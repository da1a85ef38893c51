// ERC-4626 on everything of the hub that speaks it, by its ABI alone: staking vaults, vaults of
// farms (liquidity, a token that rebases, one that does not, a flash pool's shares), flash pools,
// and the reward-bearing tokens, whose redemptions are requests. In states that chance made:
// rewards, slashes, harvests, strays, a crowd that comes and goes.
#include <boost/multiprecision/cpp_int.hpp>

#include "tests/scenario/expect.hpp"
#include "tests/scenario/random.hpp"
#include "thaw/protocol/exchange/face.hpp"
#include "thaw/protocol/vault/face.hpp"

namespace thaw::scenario {
namespace {

using Big = boost::multiprecision::cpp_int;
constexpr Address thaw_coin = asset_of(thaw_token);
constexpr Address mallory = user(7);

Big big(u128 value) {
    return (Big{static_cast<uint64_t>(value >> 64)} << 64) + static_cast<uint64_t>(value);
}
u128 narrow(const Big& value) {
    return u128{static_cast<uint64_t>(value >> 64)} << 64 |
           static_cast<uint64_t>(value & Big{~uint64_t{0}});
}

/// One vault, and what is known of its kind.
struct Vaulted {
    std::string name;
    Address at;
    Address asset;
    bool at_once = true;  ///< redemptions are; else they are requests
    bool fee = false;     ///< leaving costs one: the flash pool's
    bool exact = false;   ///< `totalAssets` and `totalSupply` are all there is to its price
    std::vector<Address> strays{};  ///< what somebody might send there to move its price
};

/// The hub with all of them; alice, bob and carol have of every asset.
struct World {
    Scenario s;
    Hosts hosts{s};
    std::vector<Vaulted> vaults;

    World() {
        s.send(alice, treasury, {}, Assets{one_18});  // for gas
        for (const Address& who : {alice, bob, carol, mallory}) {
            s.must<bool, "transfer(address to, uint256 value) returns (bool)">(
                treasury, thaw_coin, who, one_18 * 100'000);
            for (NetworkId n = 1; n <= network_count; ++n) endow(n, who);
        }
        hosts.settle();
        for (NetworkId n = 1; n <= network_count; ++n) of_network(n);
        const Address liquidity = exchange::pair_address(liquid_of(fantom), weth_address);
        for (const Address& coin : {liquidity, liquid_of(fantom), liquid_of(bnb), thaw_coin,
                                    contract_address(ContractKind::flash, polygon)})
            of_farm(coin);
    }
    /// Assets, liquid and wrapped tokens, liquidity with ether, shares of the flash pool.
    void endow(NetworkId n, const Address& who) {
        const u128 one = unit(s.state, n);
        s.deposit(n, who, one * 5'000);
        done(s.call<"stake(uint256 assets)">(who, staking_of(n), one * 2'000));
        done(s.call<"deposit(uint256 assets, address receiver)">(
            who, contract_address(ContractKind::flash, n), one * 1'000, who));
        if (n != fantom) return;
        done(
            s.send(who, router_address,
                   call_data<"addLiquidityETH(address token, uint256 amountTokenDesired, uint256 "
                             "amountTokenMin, uint256 amountETHMin, address to, uint256 deadline)">(
                       liquid_of(n), one * 500, u128{0}, u128{0}, who, Number{~uint64_t{0}}),
                   Assets{one_18 * 5}));
    }
    void of_network(NetworkId n) {
        const Address staking =
            s.must<Address, "createStakingVault(uint8 network) returns (address)">(
                alice, vaults_address, n);
        const Address asset = asset_of(n);
        const Address token = async_vault_of(n);
        const Address flash = contract_address(ContractKind::flash, n);
        const std::string of = " of " + std::string{s.state.networks.networks.get(n).name.view()};
        vaults.push_back({.name = "staking vault" + of,
                          .at = staking,
                          .asset = asset,
                          .fee = true,
                          .exact = true,
                          .strays = {asset, liquid_of(n)}});
        vaults.push_back({.name = "flash pool" + of,
                          .at = flash,
                          .asset = asset,
                          .at_once = false,
                          .exact = true,
                          .strays = {asset, liquid_of(n)}});
        vaults.push_back({.name = "reward-bearing token" + of,
                          .at = token,
                          .asset = asset,
                          .at_once = false,
                          .strays = {asset, token}});
    }
    Address async_vault_of(NetworkId n) const {
        const bool rebasing = liquid::is_rebasing(s.query(), ContractKind::liquid, n);
        return contract_address(rebasing ? ContractKind::wrapped : ContractKind::liquid, n);
    }
    void of_farm(const Address& coin) {
        const Address farm = s.must<Address, "createFarm(address stakingToken) returns (address)">(
            alice, farms_address, coin);
        done(s.call<"addReward(address token)">(alice, farm, thaw_coin));
        done(s.call<"fund(address token, uint256 amount, uint64 duration)">(
            alice, farm, thaw_coin, one_18 * 5'000, uint64_t{30 * day_s}));
        const Address vault = s.must<Address, "createFarmVault(address farm) returns (address)">(
            alice, vaults_address, farm);
        vaults.push_back({.name = "vault of " + coins::symbol(s.query(), coin),
                          .at = vault,
                          .asset = coin,
                          .exact = !coins::is_rebasing(s.query(), coin),
                          .strays = {coin, thaw_coin}});
    }
    static void done(const Receipt& receipt) { demand(receipt.success, to_hex(receipt.output)); }

    /// Something happens.
    void stir(Random& random) {
        const auto n = static_cast<NetworkId>(1 + random.below(network_count));
        const Vaulted& v = vaults[random.below(vaults.size())];
        const Address who = user(static_cast<uint16_t>(1 + random.below(3)));
        const u128 held = balance(v.asset, who);
        switch (random.below(6)) {
            case 0: {
                const u128 pool = liquid::rate(s.query(), n).assets.value;
                const u128 much = random.amount(pool / 2'000);
                const bool slashed = random.chance(4);
                hosts.next_frame(
                    n, {{1, {.reward = slashed ? 0 : much, .slashed = slashed ? much / 2 : 0}}});
                return;
            }
            case 1:
                return s.wait(random.below(2 * day_s));
            case 2:
                s.call<"harvest()">(who, v.at);
                return;
            case 3:
                s.call<"transfer(address to, uint256 value)">(who, v.asset, v.at,
                                                              random.amount(held / 50));
                return;
            case 4:
                s.call<"redeem(uint256 shares, address receiver, address owner)">(
                    who, v.at, random.amount(balance(v.at, who)), who, who);
                return;
            default:
                s.call<"deposit(uint256 assets, address receiver)">(who, v.at,
                                                                    random.amount(held / 8), who);
        }
    }

    // ---- By the ABI.

    std::optional<u128> answer(const Receipt& receipt) const {
        if (!receipt.success) return std::nullopt;
        return std::get<0>(*codec::decode<u128>(receipt.output));
    }
    Receipt attempt(const Address& who, const Address& to, Bytes data) {
        return simulate(
            s.state, s.block,
            {.sender = who, .to = to, .data = std::move(data), .gas_limit = 20'000'000});
    }
    template <codec::Text text, class... T>
    std::optional<u128> ask(const Address& to, const T&... arguments) {
        const auto mark = s.state.checkpoint();
        const auto found = answer(attempt(alice, to, call_data<text>(arguments...)));
        s.state.rollback(mark);
        return found;
    }
    u128 balance(const Address& coin, const Address& who) const {
        return coins::shown(s.query(), coin, who);
    }
    std::optional<u128> to_shares(const Vaulted& v, u128 x) {
        return ask<"convertToShares(uint256 assets) view returns (uint256)">(v.at, x);
    }
    std::optional<u128> to_assets(const Vaulted& v, u128 x) {
        return ask<"convertToAssets(uint256 shares) view returns (uint256)">(v.at, x);
    }
    std::optional<u128> preview_deposit(const Vaulted& v, u128 x) {
        return ask<"previewDeposit(uint256 assets) view returns (uint256)">(v.at, x);
    }
    std::optional<u128> preview_mint(const Vaulted& v, u128 x) {
        return ask<"previewMint(uint256 shares) view returns (uint256)">(v.at, x);
    }
    std::optional<u128> preview_withdraw(const Vaulted& v, u128 x) {
        return ask<"previewWithdraw(uint256 assets) view returns (uint256)">(v.at, x);
    }
    std::optional<u128> preview_redeem(const Vaulted& v, u128 x) {
        return ask<"previewRedeem(uint256 shares) view returns (uint256)">(v.at, x);
    }
};

/// What the four conversions may never do: favour whoever asks, one way, the other, or both.
void check_directions(World& w, const Vaulted& v, Random& random) {
    const u128 assets = 1 + random.amount(w.balance(v.asset, alice));
    const u128 shares = 1 + random.amount(*w.to_shares(v, w.balance(v.asset, alice)));
    const u128 bought = *w.to_shares(v, assets);
    const u128 worth = *w.to_assets(v, shares);
    EXPECT_LE(*w.to_assets(v, bought), assets);
    EXPECT_LE(*w.to_shares(v, worth), shares);
    // Nor do they take more than what rounds: some base units, however much is asked for.
    const u128 grain = *w.to_shares(v, 4) + 2;
    EXPECT_GE(*w.to_assets(v, bought + grain), assets);
    if (const auto got = w.preview_deposit(v, assets)) {
        EXPECT_LE(*got, bought);
        if (*got != 0) {
            EXPECT_LE(w.preview_mint(v, *got).value_or(0), assets);
        }
        if (const auto back = w.preview_redeem(v, *got)) {
            EXPECT_LE(*back, assets);
        }
    }
    if (const auto cost = w.preview_mint(v, shares)) {
        EXPECT_GE(*cost, worth);
        EXPECT_LE(*cost, worth + 4);
        EXPECT_GE(w.preview_deposit(v, *cost).value_or(shares), shares);
        if (const auto back = w.preview_redeem(v, shares)) {
            EXPECT_LE(*back, *cost);
        }
    }
    if (const auto burnt = w.preview_withdraw(v, assets)) {
        EXPECT_GE(*burnt, bought);
        const u128 all = *w.ask<"totalSupply() view returns (uint256)">(v.at);
        if (*burnt <= all) {  // of more than there is a staking vault pays what there is
            EXPECT_GE(w.preview_redeem(v, *burnt).value_or(assets), assets);
        }
        if (const auto cost = w.preview_mint(v, *burnt)) {
            EXPECT_GE(*cost, assets);
        }
    }
    if (const auto paid = w.preview_redeem(v, shares)) {
        EXPECT_LE(*paid, worth);
        if (!v.fee) {
            EXPECT_GE(*paid + 4, worth);
        }
        if (const auto burnt = w.preview_withdraw(v, *paid)) {
            EXPECT_LE(*burnt, shares);
        }
    }
}

/// The formulas with a million virtual shares and one virtual unit, in big integers; each with its
/// direction.
void check_formulas(World& w, const Vaulted& v, Random& random) {
    const Big total = big(*w.ask<"totalAssets() view returns (uint256)">(v.at)) + 1;
    const Big supply = big(*w.ask<"totalSupply() view returns (uint256)">(v.at)) + 1'000'000;
    const Big assets = big(1 + random.amount(w.balance(v.asset, alice)));
    const Big shares = assets * (900'000 + random.below(200'000));
    const auto down = [](const Big& a, const Big& b, const Big& c) { return narrow(a * b / c); };
    const auto up = [](const Big& a, const Big& b, const Big& c) {
        return narrow((a * b + c - 1) / c);
    };
    EXPECT_SAME(*w.to_shares(v, narrow(assets)), down(assets, supply, total));
    EXPECT_SAME(*w.to_assets(v, narrow(shares)), down(shares, total, supply));
    EXPECT_SAME(*w.preview_deposit(v, narrow(assets)), down(assets, supply, total));
    EXPECT_SAME(*w.preview_mint(v, narrow(shares)), up(shares, total, supply));
    if (v.fee) return;
    EXPECT_SAME(*w.preview_redeem(v, narrow(shares)), down(shares, total, supply));
    EXPECT_SAME(*w.preview_withdraw(v, narrow(assets)), up(assets, supply, total));
}

/// Does a verb, looks at what came of it, and undoes it.
struct Deed {
    bool success = false;
    u128 answer = 0;
    u128 assets_before = 0, assets_after = 0, shares_before = 0, shares_after = 0;
};
template <codec::Text text, class... T>
Deed deed(World& w, const Vaulted& v, const Address& who, const T&... arguments) {
    Deed d;
    const auto mark = w.s.state.checkpoint();
    d.assets_before = w.balance(v.asset, who);
    d.shares_before = w.balance(v.at, who);
    const Receipt receipt = w.attempt(who, v.at, call_data<text>(arguments...));
    d.success = receipt.success;
    d.answer = w.answer(receipt).value_or(0);
    d.assets_after = w.balance(v.asset, who);
    d.shares_after = w.balance(v.at, who);
    EXPECT_EQ(broken_invariant(w.s.state, w.s.block), std::nullopt);
    w.s.state.rollback(mark);
    return d;
}
#define DEPOSIT "deposit(uint256 assets, address receiver) returns (uint256 shares)"
#define MINT "mint(uint256 shares, address receiver) returns (uint256 assets)"
#define WITHDRAW \
    "withdraw(uint256 assets, address receiver, address owner) returns (uint256 shares)"
#define REDEEM "redeem(uint256 shares, address receiver, address owner) returns (uint256 assets)"

/// What a preview says is what happens in the same block, to the base unit.
void check_entering(World& w, const Vaulted& v, Random& random, const Address& who) {
    const u128 assets = 1 + random.amount(w.balance(v.asset, who) / 2);
    const auto shares = w.preview_deposit(v, assets);
    const Deed in = deed<DEPOSIT>(w, v, who, assets, who);
    if (in.success) {
        EXPECT_SAME(in.answer, *shares);
        EXPECT_SAME(in.shares_after - in.shares_before, *shares);
        EXPECT_LE(in.assets_before - in.assets_after, assets);
        EXPECT_GE(in.assets_before - in.assets_after + 3, assets);
    }
    const u128 wish = *w.to_shares(v, assets);
    if (wish == 0) return;
    const auto cost = w.preview_mint(v, wish);
    const Deed minted = deed<MINT>(w, v, who, wish, who);
    if (minted.success) {
        EXPECT_SAME(minted.answer, *cost);
        EXPECT_SAME(minted.shares_after - minted.shares_before, wish);
        EXPECT_LE(minted.assets_before - minted.assets_after, *cost);
    }
}
void check_leaving(World& w, const Vaulted& v, Random& random, const Address& who) {
    const u128 most = *w.ask<"maxWithdraw(address owner) view returns (uint256)">(v.at, who);
    const u128 all = *w.ask<"maxRedeem(address owner) view returns (uint256)">(v.at, who);
    EXPECT_LE(all, w.balance(v.at, who));
    EXPECT_FALSE((deed<WITHDRAW>(w, v, who, most + 1, who, who)).success);
    EXPECT_FALSE((deed<REDEEM>(w, v, who, all + 1, who, who)).success);
    for (const u128 assets : {most, random.amount(most)}) {
        if (assets == 0) continue;
        const auto burnt = w.preview_withdraw(v, assets);
        const Deed d = deed<WITHDRAW>(w, v, who, assets, who, who);
        ASSERT_TRUE(d.success) << "what may be withdrawn can be: " << to_decimal(assets);
        EXPECT_SAME(d.shares_before - d.shares_after, d.answer);
        EXPECT_LE(d.answer, burnt.value_or(d.answer));
        EXPECT_GE(d.assets_after - d.assets_before, assets);
        EXPECT_LE(d.assets_after - d.assets_before, assets + 3);
    }
    for (const u128 shares : {all, random.amount(all)}) {
        const auto paid = w.preview_redeem(v, shares);
        if (!paid || *paid == 0) continue;
        const Deed d = deed<REDEEM>(w, v, who, shares, who, who);
        ASSERT_TRUE(d.success) << "what may be redeemed can be: " << to_decimal(shares);
        EXPECT_SAME(d.answer, *paid);
        EXPECT_SAME(d.shares_before - d.shares_after, shares);
        EXPECT_GE(d.assets_after - d.assets_before, *paid);
        EXPECT_LE(d.assets_after - d.assets_before, *paid + 3);
    }
}

TEST(Erc4626, EveryVaultRoundsAgainstTheCallerAndDoesWhatItPreviews) {
    World w;
    Random random{4626};
    int entered = 0;
    for (int round = 0; round < 25; ++round) {
        if (round == 2)  // from here on nobody is alone, or with nothing
            for (const Vaulted& v : w.vaults)
                for (const Address& who : {alice, bob, carol})
                    EXPECT_DONE(w.s.call<DEPOSIT>(who, v.at, w.balance(v.asset, who) / 10, who));
        for (int i = 0; i < 8; ++i) w.stir(random);
        for (const Vaulted& v : w.vaults) {
            SCOPED_TRACE(v.name + ", round " + std::to_string(round));
            check_directions(w, v, random);
            if (v.exact) check_formulas(w, v, random);
            const Address who = user(static_cast<uint16_t>(1 + random.below(3)));
            check_entering(w, v, random, who);
            if (v.at_once) check_leaving(w, v, random, who);
            entered += w.balance(v.at, who) != 0;
            if (HasFatalFailure()) return;
        }
    }
    EXPECT_GT(entered, 200);
}

/// Attack: the first one in gives the vault so much that the next one's shares round to nothing.
/// What is given is nobody's, so only the giver loses.
TEST(Erc4626, NobodysFirstDepositIsInflatedAway) {
    World fresh;
    const std::vector<Vaulted> all = fresh.vaults;
    for (const Vaulted& v : all) {
        SCOPED_TRACE(v.name);
        World& w = fresh;
        const u128 had = w.balance(v.asset, mallory);
        const u128 whole = had / 20;
        if (!w.s.call<DEPOSIT>(mallory, v.at, u128{1}, mallory).success)
            EXPECT_DONE(w.s.call<DEPOSIT>(mallory, v.at, whole / 10, mallory));
        for (const Address& stray : v.strays)
            EXPECT_DONE((w.s.call<"transfer(address to, uint256 value) returns (bool)">(
                mallory, stray, v.at, w.balance(stray, mallory) / 5)));
        EXPECT_DONE(w.s.call<DEPOSIT>(bob, v.at, whole, bob));
        const Deed bobs = deed<DEPOSIT>(w, v, bob, whole, bob);
        ASSERT_TRUE(bobs.success);
        EXPECT_GE(*w.to_assets(v, bobs.answer) + 4, whole);
        if (!v.at_once) continue;
        const u128 shares =
            *w.ask<"maxRedeem(address owner) view returns (uint256)">(v.at, mallory);
        if (shares != 0) w.s.call<REDEEM>(mallory, v.at, shares, mallory, mallory);
        EXPECT_LE(w.balance(v.asset, mallory), had);
    }
}

/// Where redemptions are requests, their previews refuse and nothing can be had at once.
TEST(Erc4626, RewardBearingTokensRedeemByRequest) {
    World w;
    for (NetworkId n = 1; n <= network_count; ++n) {
        const Vaulted v{.name = "", .at = w.async_vault_of(n), .asset = asset_of(n)};
        EXPECT_DONE(w.s.call<DEPOSIT>(alice, v.at, unit(w.s.state, n) * 10, alice));
        EXPECT_FALSE(w.preview_redeem(v, one_18));
        EXPECT_FALSE(w.preview_withdraw(v, one_18));
        EXPECT_SAME(*w.ask<"maxRedeem(address owner) view returns (uint256)">(v.at, alice), 0);
        EXPECT_SAME(*w.ask<"maxWithdraw(address owner) view returns (uint256)">(v.at, alice), 0);
    }
}

}  // namespace
}  // namespace thaw::scenario
