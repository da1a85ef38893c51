// Staking vaults: what is previewed is done, nobody is priced out, profit is nobody's before its
// time, and a fee is due once for each height.
#include <boost/multiprecision/cpp_int.hpp>

#include "tests/scenario/expect.hpp"
#include "tests/scenario/random.hpp"
#include "thaw/protocol/flash/face.hpp"
#include "thaw/protocol/vault/face.hpp"

namespace thaw::scenario {
namespace {

using Rational = boost::multiprecision::cpp_rational;
using Big = boost::multiprecision::cpp_int;

#define STAKE "stake(uint256 assets) returns (uint256 shares)"
#define CREATE "createStakingVault(uint8 network) returns (address vault)"
#define DEPOSIT "deposit(uint256 assets, address receiver) returns (uint256 shares)"
#define MINT "mint(uint256 shares, address receiver) returns (uint256 assets)"
#define WITHDRAW \
    "withdraw(uint256 assets, address receiver, address owner) returns (uint256 shares)"
#define REDEEM "redeem(uint256 shares, address receiver, address owner) returns (uint256 assets)"
#define IN_KIND                                                                       \
    "redeemInKind(uint256 shares, address receiver, address owner) returns (uint256 " \
    "liquidShares)"
#define HARVEST "harvest() returns (uint256 bountyShares)"
#define TRANSFER "transfer(address to, uint256 value) returns (bool)"

constexpr Address flash_of(NetworkId n) { return contract_address(ContractKind::flash, n); }
Big big(u128 value) {
    return (Big{static_cast<uint64_t>(value >> 64)} << 64) + static_cast<uint64_t>(value);
}

/// A vault of a network whose flash pool has 200 of carol's; alice, bob and carol have the asset.
struct Vaulted {
    Scenario s;
    Hosts hosts{s};
    NetworkId n;
    u128 one;
    Address vault;

    explicit Vaulted(NetworkId network) : n{network}, one{unit(s.state, network)} {
        for (const Address& who : {alice, bob, carol}) s.deposit(n, who, one * 10'000);
        s.must<u128, STAKE>(carol, staking_of(n), one * 500);
        s.must<u128, DEPOSIT>(carol, flash_of(n), one * 200, carol);
        vault = s.must<Address, CREATE>(alice, vaults_address, n);
        hosts.settle();
    }
    Query at() const { return s.query(vault); }
    u128 deposit(const Address& who, u128 assets) {
        return s.must<u128, DEPOSIT>(who, vault, assets, who);
    }
    u128 held(const Address& who) const { return issued::held(s.query(), vault, who); }
    u128 supply() const { return issued::supply(s.query(), vault); }
    u128 total() const { return *vault::total_assets(at()); }
    /// Assets of a million shares and the virtual ones, exactly.
    Rational price() const { return Rational{big(total()) + 1, big(supply()) + 1'000'000}; }
    void reward(u128 assets) {
        hosts.next_frame(n, {{1, {.reward = assets}}});
        s.wait(day_s);
    }
};

TEST(Vault, StakesAtOnceAndIsPaidByTheFlashPoolAtItsFee) {
    for (NetworkId n = 1; n <= network_count; ++n) {
        Vaulted v{n};
        const u128 shares = v.deposit(alice, v.one * 100);
        EXPECT_SAME(shares, v.one * 100 * 1'000'000);
        EXPECT_SAME(v.s.assets(n, v.vault), 0) << "network " << int{n};
        EXPECT_GT(v.s.sub_shares(n, v.vault), 0u);
        const u128 preview = *vault::preview_redeem(v.at(), shares);
        EXPECT_LT(preview, v.one * 100) << "the leaver bears the fee";
        EXPECT_GT(preview, v.one * 97);
        const u128 had = v.s.assets(n, alice);
        EXPECT_SAME((v.s.must<u128, REDEEM>(alice, v.vault, shares, alice, alice)), preview);
        EXPECT_SAME(v.s.assets(n, alice) - had, preview);
        EXPECT_SAME(v.supply(), 0);
    }
}

TEST(Vault, LeavesInKindWithoutAFeeAndWithoutALimit) {
    for (NetworkId n = 1; n <= network_count; ++n) {
        Vaulted v{n};
        const u128 shares = v.deposit(alice, v.one * 1'000);
        EXPECT_LT(*vault::max_redeem(v.at(), alice), shares) << "the pool has but 200";
        v.s.must<Shares, IN_KIND>(alice, v.vault, shares, bob, alice);
        EXPECT_LE(v.one * 1'000 -
                      liquid::worth(SubShares{v.s.sub_shares(n, bob)}, liquid::rate(v.s.query(), n))
                          .value,
                  2u);
    }
}

TEST(Vault, IsOnePerNetwork) {
    Vaulted v{fantom};
    EXPECT_REFUSED(v.s.call<CREATE>(bob, vaults_address, NetworkId{fantom}),
                   vault::VaultExists{v.vault});
    EXPECT_REFUSED(v.s.call<CREATE>(bob, vaults_address, NetworkId{0}), vault::NotANetwork{0});
    EXPECT_REFUSED(v.s.call<CREATE>(bob, vaults_address, NetworkId{6}), vault::NotANetwork{6});
    EXPECT_EQ(*vault::vaults(v.s.query(), 0), std::vector{v.vault});
    EXPECT_EQ(*vault::vault_for(v.s.query(), asset_of(fantom)), v.vault);
}

TEST(Vault, AHarvestPaysItsCallerAndIsReleasedOverADay) {
    Vaulted v{fantom};
    v.deposit(alice, v.one * 1'000);
    v.reward(v.one);
    const Rational before = v.price();
    const u128 total = v.total();
    const u128 bounty = v.s.must<u128, HARVEST>(bob, v.vault);
    EXPECT_GT(bounty, 0u);
    EXPECT_SAME(v.held(bob), bounty);
    EXPECT_GT(v.held(treasury), bounty) << "two per cent, and a tenth of a per cent";
    EXPECT_GE(v.price(), before);
    EXPECT_LE(v.price(), (before + Rational{1, big(v.supply())}));
    const auto [counted, locked, until] = *vault::position(v.at());
    EXPECT_GT(locked, 0u);
    EXPECT_EQ(until, v.s.block.now_s + day_s);
    v.s.wait(day_s / 2);
    const u128 half = v.total();
    v.s.wait(day_s / 2);
    EXPECT_GT(half, total);
    EXPECT_GT(v.total(), half);
    EXPECT_SAME(v.total(), counted);
    EXPECT_SAME((v.s.must<u128, HARVEST>(bob, v.vault)), 0) << "nothing came since";
}

TEST(Vault, NobodyBuysInForAHarvest) {
    Vaulted v{kusama};
    v.deposit(alice, v.one * 1'000);
    v.reward(v.one * 2);
    const u128 had = v.s.assets(kusama, bob);
    const u128 shares = v.deposit(bob, v.one * 100);
    v.s.must<u128, HARVEST>(carol, v.vault);
    EXPECT_LE(*vault::convert_to_assets(v.at(), shares), v.one * 100);
    v.s.must<u128, REDEEM>(bob, v.vault, shares, bob, bob);
    EXPECT_LT(v.s.assets(kusama, bob), had);
}

TEST(Vault, GiftsChangeNoPriceSoThatNobodyIsPricedOut) {
    Vaulted v{fantom};
    v.deposit(alice, 1);
    // The attacker gives the vault all it can be given: assets, liquid tokens, shares of itself.
    v.s.must<bool, TRANSFER>(alice, asset_of(fantom), v.vault, v.one * 5'000);
    v.s.must<u128, STAKE>(alice, staking_of(fantom), v.one * 1'000);
    v.s.must<bool, TRANSFER>(alice, liquid_of(fantom), v.vault, v.one * 1'000);
    EXPECT_SAME(v.total(), 1);
    v.s.must<u128, HARVEST>(alice, v.vault);
    v.s.wait(2 * day_s);
    EXPECT_SAME(v.total(), 1);
    const u128 shares = v.deposit(bob, v.one);
    EXPECT_SAME(shares, v.one * 1'000'000);
    EXPECT_LE(v.one - *vault::convert_to_assets(v.at(), shares), 2u);
}

TEST(Vault, AFeeIsDueOnceForEachHeight) {
    Vaulted v{fantom};
    v.deposit(alice, v.one * 1'000);
    v.reward(v.one);
    v.s.must<u128, HARVEST>(bob, v.vault);
    const u128 fee = v.held(treasury);
    EXPECT_GT(fee, 0u);
    v.hosts.next_frame(fantom, {{1, {.slashed = v.one * 2}}});
    v.s.must<u128, HARVEST>(bob, v.vault);  // the loss is recognised
    for (int day = 0; day < 2; ++day) {
        v.reward(v.one / 2);
        v.s.must<u128, HARVEST>(bob, v.vault);
    }
    EXPECT_SAME(v.held(treasury), fee) << "below the mark";
    for (int day = 0; day < 4; ++day) {
        v.reward(v.one);
        v.s.must<u128, HARVEST>(bob, v.vault);
    }
    EXPECT_GT(v.held(treasury), fee);
}

TEST(Vault, ClosesWithItsNetworkButForLeavingInKind) {
    Vaulted v{polkadot};
    const u128 shares = v.deposit(alice, v.one * 10);
    v.s.must<void, "halt(uint8 network, string reason)">(hub_owner, networks_address,
                                                         NetworkId{polkadot}, std::string{"test"});
    EXPECT_SAME(*vault::max_deposit(v.at(), alice), 0);
    EXPECT_SAME(*vault::max_mint(v.at(), alice), 0);
    EXPECT_REFUSED(v.s.call<DEPOSIT>(alice, v.vault, v.one, alice),
                   staking::NetworkHalted{polkadot});
    const u128 most = *vault::max_redeem(v.at(), alice);
    EXPECT_LT(most, 1'000'000u);
    EXPECT_REFUSED(v.s.call<REDEEM>(alice, v.vault, shares, alice, alice),
                   vault::ERC4626ExceededMaxRedeem{alice, shares, most});
    EXPECT_DONE(v.s.call<IN_KIND>(alice, v.vault, shares, alice, alice));
}

TEST(Vault, SpendsAllowancesOfOthersShares) {
    Vaulted v{bnb};
    const u128 shares = v.deposit(alice, v.one * 10);
    EXPECT_REFUSED(v.s.call<IN_KIND>(bob, v.vault, shares, bob, alice),
                   allowance::ERC20InsufficientAllowance{bob, codec::Allowance{0}, shares});
    v.s.must<bool, "approve(address spender, uint256 value) returns (bool)">(
        alice, v.vault, bob, codec::Allowance{shares});
    EXPECT_DONE(v.s.call<REDEEM>(bob, v.vault, shares / 2, bob, alice));
    EXPECT_DONE(v.s.call<IN_KIND>(bob, v.vault, shares / 2, bob, alice));
    EXPECT_SAME(v.held(alice), 0);
}

/// A crowd in one vault. Each verb does to the unit what its preview said, limits are limits, and a
/// share is never worth less than before by more than staking's own rounding, two base units in
/// all.
struct Crowd {
    Vaulted v;
    Random random;
    int done = 0;

    Crowd(NetworkId n, uint64_t seed) : v{n}, random{seed} {}

    void give(const Address& who) {
        const u128 assets = random.amount(v.one * 300);
        if (random.chance(2)) {
            const u128 shares = *vault::preview_deposit(v.at(), assets);
            const Receipt receipt = v.s.call<DEPOSIT>(who, v.vault, assets, who);
            if (!receipt.success) return;
            EXPECT_SAME(std::get<0>(*codec::decode<u128>(receipt.output)), shares);
        } else {
            const u128 shares = random.amount(v.one * 300 * 1'000'000);
            const u128 had = v.s.assets(v.n, who);
            const u128 cost = *vault::preview_mint(v.at(), shares);
            const Receipt receipt = v.s.call<MINT>(who, v.vault, shares, who);
            if (!receipt.success) return;
            EXPECT_SAME(had - v.s.assets(v.n, who), cost);
        }
        ++done;
    }
    void take(const Address& who) {
        const u128 most = *vault::max_withdraw(v.at(), who);
        const u128 assets = random.chance(4) ? most : random.amount(most);
        EXPECT_REFUSED(v.s.call<WITHDRAW>(who, v.vault, most + 1, who, who),
                       vault::ERC4626ExceededMaxWithdraw{who, most + 1, most});
        if (assets == 0) return;
        const auto preview = vault::preview_withdraw(v.at(), assets);
        const u128 had = v.s.assets(v.n, who);
        const u128 burned = v.s.must<u128, WITHDRAW>(who, v.vault, assets, who, who);
        EXPECT_SAME(v.s.assets(v.n, who) - had, assets);
        if (preview) {
            EXPECT_LE(burned, *preview);
        }
        ++done;
    }
    void redeem(const Address& who) {
        const u128 most = *vault::max_redeem(v.at(), who);
        const u128 shares = random.chance(4) ? most : random.amount(most);
        EXPECT_REFUSED(v.s.call<REDEEM>(who, v.vault, most + 1, who, who),
                       vault::ERC4626ExceededMaxRedeem{who, most + 1, most});
        if (*vault::convert_to_assets(v.at(), shares) == 0) return;
        const u128 preview = *vault::preview_redeem(v.at(), shares);
        EXPECT_LE(preview, *vault::convert_to_assets(v.at(), shares));
        EXPECT_SAME((v.s.must<u128, REDEEM>(who, v.vault, shares, who, who)), preview);
        ++done;
    }
    void step() {
        const Address who = user(static_cast<uint16_t>(1 + random.below(3)));
        const Rational before = v.price();
        const u128 supply = v.supply();
        switch (random.below(7)) {
            case 0:
                v.s.must<u128, HARVEST>(who, v.vault);
                break;
            case 1:
                v.s.wait(random.below(day_s / 2));
                break;
            case 2:
                v.s.call<IN_KIND>(who, v.vault, random.amount(v.held(who)), who, who);
                break;
            case 3:
                redeem(who);
                break;
            case 4:
                take(who);
                break;
            default:
                give(who);
        }
        const Rational slack{2, big(std::min(supply, v.supply())) + 1'000'000};
        EXPECT_GE(v.price() + slack, before);
    }
};

TEST(Vault, ARandomCrowdGetsWhatWasPreviewed) {
    for (NetworkId n = 1; n <= network_count; ++n) {
        Crowd crowd{n, n};
        for (int day = 0; day < 4; ++day) {
            for (int i = 0; i < 60; ++i) crowd.step();
            crowd.v.hosts.next_frame(n, {{1, {.reward = crowd.v.one / 3}}});
        }
        EXPECT_GT(crowd.done, 40) << "network " << int{n};
    }
}

}  // namespace
}  // namespace thaw::scenario
