// The reward-bearing tokens as ERC-4626 vaults with ERC-7540 redemptions. Rounding is judged with
// big rationals, written from the standards' text.
#include <boost/multiprecision/cpp_int.hpp>

#include "tests/scenario/expect.hpp"
#include "tests/scenario/random.hpp"
#include "tests/vectors/openzeppelin_4626.hpp"
#include "thaw/protocol/async_vault/face.hpp"
#include "thaw/protocol/async_vault/limits.hpp"

namespace thaw::scenario {
namespace {

#define STAKE "stake(uint256 assets) returns (uint256 shares)"
#define DEPOSIT "deposit(uint256 assets, address receiver) returns (uint256 shares)"
#define MINT "mint(uint256 shares, address receiver) returns (uint256 assets)"
#define PREVIEW_DEPOSIT "previewDeposit(uint256 assets) view returns (uint256)"
#define PREVIEW_MINT "previewMint(uint256 shares) view returns (uint256)"
#define TO_SHARES "convertToShares(uint256 assets) view returns (uint256)"
#define TO_ASSETS "convertToAssets(uint256 shares) view returns (uint256)"
#define REQUEST \
    "requestRedeem(uint256 shares, address controller, address owner) returns (uint256 requestId)"
#define PENDING                                                                          \
    "pendingRedeemRequest(uint256 requestId, address controller) view returns (uint256 " \
    "shares)"
#define CLAIMABLE                                                                          \
    "claimableRedeemRequest(uint256 requestId, address controller) view returns (uint256 " \
    "shares)"
#define REDEEM \
    "redeem(uint256 shares, address receiver, address controller) returns (uint256 assets)"
#define WITHDRAW \
    "withdraw(uint256 assets, address receiver, address controller) returns (uint256 shares)"
#define MAX_REDEEM "maxRedeem(address controller) view returns (uint256)"
#define MAX_WITHDRAW "maxWithdraw(address controller) view returns (uint256)"
#define MAX_DEPOSIT "maxDeposit(address receiver) view returns (uint256)"
#define MAX_MINT "maxMint(address receiver) view returns (uint256)"
#define SET_OPERATOR "setOperator(address operator, bool approved) returns (bool)"

using Big = boost::multiprecision::cpp_int;
Big big(u128 v) { return (Big{static_cast<uint64_t>(v >> 64)} << 64) + static_cast<uint64_t>(v); }

/// A pool of ankrBNB in which alice has 1,000 BNB and rewards or a loss have made the rate crooked.
struct Vault {
    NetworkId n;
    Scenario s;
    Address token;
    Hosts hosts{s};

    explicit Vault(bool loss = false, NetworkId network = bnb)
        : n{network}, token{async_vault::vault_of(parameters(), n)} {
        fund(alice, one_18 * 10'000);
        EXPECT_DONE(s.call<STAKE>(alice, staking_of(n), Assets{one_18 * 1'000}));
        if (parameters().rebasing != 0)
            EXPECT_DONE(s.call<"wrap(uint256 amount)">(alice, token, s.shown(n, alice)));
        hosts.settle();
        if (loss)
            hosts.next_frame(n, {{5, {.slashed = one_18 * 17 + 12'345}}});
        else
            hosts.next_frame(n, {{5, {.reward = one_18 / 7}}});
        s.wait(day_s / 3);
    }
    networks::Network parameters() const { return s.state.networks.networks.get(n); }
    void fund(const Address& who, u128 amount) { s.deposit(n, who, amount); }
    u128 shares(const Address& who) const {
        return liquid::shown_balance(s.query(), kind_of(token), n, who);
    }
    liquid::Rate rate() const { return liquid::rate(s.query(), n); }
    Big numerator() const { return big(rate().assets.value) * 1'000'000'000; }  // of E per share
    Big denominator() const { return big(rate().supply.value); }
    u128 request(const Address& who, u128 shares) {
        return s.must<u128, REQUEST>(who, token, Shares{shares}, who, who);
    }
    void pay_out() {
        const uint64_t days = parameters().unbonding_s / day_s + 5;
        for (uint64_t day = 0; day < days; ++day) hosts.later(day_s);
    }
    u128 pending(u128 id, const Address& who) { return s.view<u128, PENDING>(token, id, who); }
    u128 claimable(u128 id, const Address& who) { return s.view<u128, CLAIMABLE>(token, id, who); }
};

TEST(AsyncVault, ConversionsAndPreviewsRoundAgainstTheCaller) {
    for (const bool loss : {false, true}) {
        Vault v{loss};
        Random random{loss ? uint64_t{7} : uint64_t{8}};
        const Big up = v.numerator();
        const Big down = v.denominator();
        for (int i = 0; i < 400; ++i) {
            const u128 x = one_18 + random.amount(one_18 * 1'000'000);
            EXPECT_EQ(big(v.s.view<u128, TO_SHARES>(v.token, x)), Big{big(x) * down / up});
            EXPECT_EQ(big(v.s.view<u128, TO_ASSETS>(v.token, x)), Big{big(x) * up / down});
            EXPECT_EQ(big(v.s.view<u128, PREVIEW_DEPOSIT>(v.token, x)), Big{big(x) * down / up});
            EXPECT_EQ(big(v.s.view<u128, PREVIEW_MINT>(v.token, x)),
                      Big{(big(x) * up + down - 1) / down});
            const u128 small = random.below(100);  // conversions know no minimum
            EXPECT_EQ(big(v.s.view<u128, TO_SHARES>(v.token, small)), Big{big(small) * down / up});
        }
    }
}

/// To the base unit as OpenZeppelin's vault, at rates from a millionth of one to three.
TEST(AsyncVault, RoundsAsOpenZeppelinsVaultDoes) {
    for (const auto& row : vectors::openzeppelin_4626) {
        const auto at = [&](size_t i) { return *parse_decimal(row[i]); };
        const liquid::Rate rate{Assets{at(0)}, SubShares{at(1)}};
        EXPECT_EQ(async_vault::shares_bought(Assets{at(2)}, rate), Shares{at(3)}) << row[2];
        EXPECT_EQ(async_vault::value_of(Shares{at(2)}, rate), Assets{at(4)}) << row[2];
        EXPECT_EQ(async_vault::cost_of(Shares{at(2)}, rate), Assets{at(5)}) << row[2];
    }
}

TEST(AsyncVault, PreviewsAreWhatHappens) {
    for (const auto& [loss, n] : {std::pair{false, bnb}, std::pair{true, bnb},
                                  std::pair{false, fantom}, std::pair{true, polkadot}}) {
        Vault v{loss, n};
        v.fund(bob, one_18 * 1'000'000);
        Random random{9};
        for (int i = 0; i < 60; ++i) {
            const u128 x = v.parameters().stake_min.value + random.amount(one_18 * 1'000);
            const u128 expected = v.s.view<u128, PREVIEW_DEPOSIT>(v.token, x);
            const u128 had = v.shares(carol);
            EXPECT_SAME((v.s.must<u128, DEPOSIT>(bob, v.token, x, carol)), expected);
            EXPECT_SAME(v.shares(carol) - had, expected);

            const u128 shares = 2 * v.parameters().stake_min.value + random.amount(one_18 * 1'000);
            const u128 cost = v.s.view<u128, PREVIEW_MINT>(v.token, shares);
            const u128 bob_had = v.s.assets(n, bob);
            const u128 carol_had = v.shares(carol);
            EXPECT_SAME((v.s.must<u128, MINT>(bob, v.token, shares, carol)), cost);
            EXPECT_SAME(bob_had - v.s.assets(n, bob), cost);
            EXPECT_SAME(v.shares(carol) - carol_had, shares);  // exactly, at any rate
            if (random.chance(4)) v.s.wait(random.below(3'000));
        }
    }
}

/// No way round the eight functions gives more than went in.
TEST(AsyncVault, RoundTripsNeverGain) {
    for (const bool loss : {false, true}) {
        Vault v{loss};
        Random random{10};
        const auto shares_of = [&](u128 x) { return v.s.view<u128, TO_SHARES>(v.token, x); };
        const auto assets_of = [&](u128 x) { return v.s.view<u128, TO_ASSETS>(v.token, x); };
        for (int i = 0; i < 300; ++i) {
            const u128 x = one_18 / 10 * 11 + random.amount(one_18 * 100'000);
            EXPECT_LE(assets_of(shares_of(x)), x);
            EXPECT_LE(shares_of(assets_of(x)), x);
            EXPECT_LE(assets_of(v.s.view<u128, PREVIEW_DEPOSIT>(v.token, x)), x);
            const u128 cost = v.s.view<u128, PREVIEW_MINT>(v.token, x);
            EXPECT_GE(cost, assets_of(x));
            EXPECT_GE(shares_of(cost), x);
            EXPECT_LE((v.s.view<u128, PREVIEW_MINT>(v.token, shares_of(x))), x);
        }
    }
}

TEST(AsyncVault, LimitsAndMinimumAgreeWithTheVerbs) {
    Vault v;
    const u128 least = one_18 / 10;
    EXPECT_REFUSED(v.s.call<DEPOSIT>(alice, v.token, least - 1, alice),
                   staking::StakeBelowMinimum{Assets{least - 1}, Assets{least}});
    EXPECT_DONE(v.s.call<DEPOSIT>(alice, v.token, least, alice));
    EXPECT_REFUSED(v.s.call<PREVIEW_DEPOSIT>(alice, v.token, least - 1),
                   staking::StakeBelowMinimum{Assets{least - 1}, Assets{least}});
    EXPECT_EQ(v.s.call<MINT>(alice, v.token, u128{1}, alice).output,
              v.s.call<PREVIEW_MINT>(alice, v.token, u128{1}).output);

    const u128 most = v.s.view<u128, MAX_DEPOSIT>(v.token, alice);
    EXPECT_GT(most, one_18 * one_18 / 1'000'000'000'000);
    const u128 held = v.s.assets(bnb, alice);
    EXPECT_REFUSED(v.s.call<DEPOSIT>(alice, v.token, most, alice),
                   token::ERC20InsufficientBalance{alice, Assets{held}, Assets{most}});
    EXPECT_REFUSED(v.s.call<DEPOSIT>(alice, v.token, most + 1, alice),
                   async_vault::ERC4626ExceededMaxDeposit{alice, Assets{most + 1}, Assets{most}});
    const u128 shares = v.s.view<u128, MAX_MINT>(v.token, alice);
    EXPECT_LE((v.s.view<u128, PREVIEW_MINT>(v.token, shares)), most);
    EXPECT_REFUSED(v.s.call<MINT>(alice, v.token, shares + 1, alice),
                   async_vault::ERC4626ExceededMaxMint{alice, Shares{shares + 1}, Shares{shares}});
    EXPECT_REFUSED(v.s.call<DEPOSIT>(alice, v.token, one_18, Address{}), staking::ZeroReceiver{});

    auto halted = v.s.state.networks.networks.get(bnb);
    halted.halted = 1;
    v.s.state.networks.networks.put(bnb, halted);
    EXPECT_SAME((v.s.view<u128, MAX_DEPOSIT>(v.token, alice)), 0);
    EXPECT_SAME((v.s.view<u128, MAX_MINT>(v.token, alice)), 0);
    EXPECT_REFUSED(v.s.call<DEPOSIT>(alice, v.token, one_18, alice), staking::NetworkHalted{bnb});
    EXPECT_REFUSED(v.s.call<MINT>(alice, v.token, one_18, alice), staking::NetworkHalted{bnb});
    EXPECT_DONE(v.s.call<REQUEST>(alice, v.token, one_18, alice, alice));
}

TEST(AsyncVault, ARequestWaitsIsClaimableAndIsClaimedNeverPushed) {
    for (const NetworkId n : {bnb, polygon, fantom, polkadot, kusama}) {
        Vault v{false, n};
        const u128 shares = one_18 * 100 + 7;
        const u128 before = v.s.assets(n, alice);
        const u128 id = v.request(alice, shares);
        const auto ticket = unbonding::ticket(v.s.query(), Number{static_cast<uint64_t>(id)});
        EXPECT_EQ(ticket->owner, v.token);
        EXPECT_SAME(v.pending(id, alice), shares);
        EXPECT_SAME(v.claimable(id, alice), 0);
        EXPECT_SAME(v.pending(id, bob), 0);
        EXPECT_REFUSED(v.s.call<REDEEM>(alice, v.token, u128{1}, alice, alice),
                       async_vault::ERC4626ExceededMaxRedeem{alice, Shares{1}, Shares{0}});
        v.pay_out();
        EXPECT_SAME(v.pending(id, alice), 0);
        EXPECT_SAME(v.claimable(id, alice), shares);
        EXPECT_SAME((v.s.view<u128, MAX_REDEEM>(v.token, alice)), shares);
        const u128 due = v.s.view<u128, MAX_WITHDRAW>(v.token, alice);
        if (v.parameters().earns_while_unbonding != 0)
            EXPECT_GT(due, ticket->nominal.value);  // what was released meanwhile
        else
            EXPECT_SAME(due, ticket->nominal.value);
        EXPECT_SAME(v.s.assets(n, alice), before);  // nothing was pushed

        const u128 first = v.s.must<u128, REDEEM>(alice, v.token, shares / 3, bob, alice);
        EXPECT_EQ(big(first), Big{big(due) * big(shares / 3) / big(shares)});
        EXPECT_SAME(v.s.assets(n, bob), first);
        EXPECT_SAME(v.claimable(id, alice), shares - shares / 3);
        const u128 left = due - first;
        EXPECT_SAME((v.s.must<u128, REDEEM>(alice, v.token, shares - shares / 3, alice, alice)),
                    left);
        EXPECT_SAME(v.claimable(id, alice), 0);
        EXPECT_SAME(v.s.assets(n, alice), before + left);
        EXPECT_EQ(v.s.state.async_vault.requests.size(), 0u);
        EXPECT_EQ(v.s.state.async_vault.places.size(), 0u);
    }
}

TEST(AsyncVault, WithdrawTakesSharesRoundedUpOldestFirst) {
    Vault v;
    const u128 first = v.request(alice, one_18 * 3 + 1);
    const u128 second = v.request(alice, one_18 * 2);
    v.pay_out();
    const u128 all = v.s.view<u128, MAX_WITHDRAW>(v.token, alice);
    const u128 before = v.s.assets(bnb, alice);
    EXPECT_REFUSED(v.s.call<WITHDRAW>(alice, v.token, all + 1, alice, alice),
                   async_vault::ERC4626ExceededMaxWithdraw{alice, Assets{all + 1}, Assets{all}});
    const u128 part = one_18 + 1;
    const u128 burnt = v.s.must<u128, WITHDRAW>(alice, v.token, part, alice, alice);
    EXPECT_EQ(v.claimable(first, alice), one_18 * 3 + 1 - burnt);
    EXPECT_EQ(v.claimable(second, alice), one_18 * 2);
    const u128 more = v.s.must<u128, WITHDRAW>(alice, v.token, all - part - 1, alice, alice);
    EXPECT_LE(v.claimable(second, alice), 1u);
    EXPECT_GE(burnt + more + 1, one_18 * 5 + 1);
    EXPECT_SAME(v.s.assets(bnb, alice) - before, all - 1);
}

TEST(AsyncVault, OwnersOperatorsAndAllowancesDecideWhoMayAsk) {
    Vault v;
    EXPECT_REFUSED(v.s.call<REQUEST>(bob, v.token, one_18, bob, alice),
                   allowance::ERC20InsufficientAllowance{bob, allowance::Allowance{0}, one_18});
    EXPECT_DONE((v.s.call<"approve(address spender, uint256 value) returns (bool)">(alice, v.token,
                                                                                    bob, one_18)));
    EXPECT_DONE(v.s.call<REQUEST>(bob, v.token, one_18, bob, alice));
    EXPECT_REFUSED(v.s.call<REQUEST>(bob, v.token, u128{1}, bob, alice),
                   allowance::ERC20InsufficientAllowance{bob, allowance::Allowance{0}, 1});
    EXPECT_TRUE((v.s.must<bool, SET_OPERATOR>(alice, v.token, carol, true)));
    const u128 id = v.s.must<u128, REQUEST>(carol, v.token, one_18, alice, alice);
    EXPECT_REFUSED(v.s.call<REQUEST>(carol, v.token, u128{0}, alice, alice), staking::ZeroAmount{});
    v.pay_out();
    EXPECT_REFUSED(v.s.call<REDEEM>(bob, v.token, one_18, bob, alice),
                   async_vault::NotOperator{alice, bob});
    EXPECT_DONE(v.s.call<REDEEM>(carol, v.token, one_18 / 2, carol, alice));
    EXPECT_TRUE((v.s.must<bool, SET_OPERATOR>(alice, v.token, carol, false)));
    EXPECT_REFUSED(v.s.call<REDEEM>(carol, v.token, one_18 / 2, carol, alice),
                   async_vault::NotOperator{alice, carol});
    EXPECT_SAME(v.claimable(id, alice), one_18 / 2);
    EXPECT_DONE(v.s.call<REDEEM>(bob, v.token, one_18, bob, bob));  // he asked in his own name
    // An operator for ankrBNB is nobody for ankrMATIC.
    EXPECT_FALSE((v.s.view<bool, "isOperator(address c, address o) view returns (bool)">(
        liquid_of(polygon), alice, carol)));
}

/// Dust asked for in another's name only makes the victim claim twice.
TEST(AsyncVault, NobodyCanBlockAnothersLine) {
    Vault v;
    v.fund(bob, one_18 * 10);
    EXPECT_DONE(v.s.call<STAKE>(bob, staking_of(bnb), Assets{one_18}));
    for (uint64_t i = 0; i < async_vault::requests_per_claim_max; ++i)
        EXPECT_DONE(v.s.call<REQUEST>(bob, v.token, u128{2}, alice, bob));
    v.request(alice, one_18);
    for (int i = 0; i < 4; ++i) v.pay_out();
    const u128 dust = v.s.view<u128, MAX_REDEEM>(v.token, alice);
    EXPECT_SAME(dust, 2 * async_vault::requests_per_claim_max);
    EXPECT_DONE(v.s.call<REDEEM>(alice, v.token, dust, alice, alice));
    EXPECT_SAME((v.s.view<u128, MAX_REDEEM>(v.token, alice)), one_18);
    EXPECT_DONE(v.s.call<REDEEM>(alice, v.token, one_18, alice, alice));
    EXPECT_EQ(v.s.state.async_vault.lines.size(), 0u);
}

TEST(AsyncVault, SaysWhatItIsAndPreviewsOfRedemptionsAlwaysRefuse) {
    Vault v;
    for (const uint32_t id : {0x01ffc9a7u, 0xe3bc4e65u, 0x620ee8e4u, 0x2f0a18c5u, 0xf815c03du})
        EXPECT_TRUE((v.s.view<bool, "supportsInterface(bytes4 id) view returns (bool)">(
            v.token, codec::Selector{id})));
    for (const uint32_t id : {0xffffffffu, 0xce3bbe50u, 0u})
        EXPECT_FALSE((v.s.view<bool, "supportsInterface(bytes4 id) view returns (bool)">(
            v.token, codec::Selector{id})));
    EXPECT_EQ((v.s.view<Address, "asset() view returns (address)">(v.token)), asset_of(bnb));
    EXPECT_EQ((v.s.view<Address, "share() view returns (address)">(v.token)), v.token);
    EXPECT_EQ(
        (v.s.view<Address, "vault(address asset) view returns (address)">(v.token, asset_of(bnb))),
        v.token);
    for (const u128 x : {u128{0}, u128{1}, u128_max}) {
        EXPECT_REFUSED(
            (v.s.call<"previewRedeem(uint256 shares) view returns (uint256)">(alice, v.token, x)),
            async_vault::RedemptionIsAsynchronous{});
        EXPECT_REFUSED(
            (v.s.call<"previewWithdraw(uint256 assets) view returns (uint256)">(alice, v.token, x)),
            async_vault::RedemptionIsAsynchronous{});
    }
    // Rebasing tokens are no vaults; their wrapped ones are.
    const Address wrapped = contract_address(ContractKind::wrapped, fantom);
    EXPECT_EQ((v.s.view<Address, "asset() view returns (address)">(wrapped)), asset_of(fantom));
    const Receipt none = v.s.call<"asset() view returns (address)">(alice, liquid_of(fantom));
    EXPECT_FALSE(none.success);
    EXPECT_TRUE(none.output.empty());
}

/// A slash while the request waits is borne by it, at the rate of its batch; two requests of one
/// controller may be paid at different rates.
TEST(AsyncVault, ALossBeforeFinalisationDiscountsTheRequest) {
    Vault v;
    const u128 id = v.request(alice, one_18 * 10);
    const u128 nominal =
        unbonding::ticket(v.s.query(), Number{static_cast<uint64_t>(id)})->nominal.value;
    v.hosts.later(day_s);
    v.hosts.next_frame(bnb, {{5, {.slashed = one_18 * 9}}});
    v.pay_out();
    const u128 got = v.s.must<u128, REDEEM>(alice, v.token, one_18 * 10, alice, alice);
    EXPECT_LT(got, nominal);
    EXPECT_GT(got, nominal * 98 / 100);
}

/// People deposit, mint, ask, claim in pieces; every base unit paid for a request is claimed by its
/// controller, less at most one unit a request that shares round away.
TEST(AsyncVault, ARandomCrowdGetsWhatItsTicketsWerePaid) {
    Vault v;
    Random random{12};
    const Address crowd[] = {alice, bob, carol};
    for (const Address& who : crowd) v.fund(who, one_18 * 10'000);
    u128 asked = 0;
    u128 taken = 0;
    for (int i = 0; i < 500; ++i) {
        const Address& who = crowd[random.below(3)];
        const Address& other = crowd[random.below(3)];
        switch (random.below(6)) {
            case 0:
                v.s.call<DEPOSIT>(who, v.token, random.amount(one_18 * 100), other);
                break;
            case 1:
                v.s.call<MINT>(who, v.token, random.amount(one_18 * 100), other);
                break;
            case 2: {
                const u128 x = random.amount(v.s.shown(bnb, who));
                asked += v.s.call<REQUEST>(who, v.token, x, other, who).success ? x : 0;
                break;
            }
            case 3: {
                const u128 x = random.amount(v.s.view<u128, MAX_REDEEM>(v.token, who));
                taken += v.s.call<REDEEM>(who, v.token, x, other, who).success ? x : 0;
                break;
            }
            case 4: {
                const u128 x = random.amount(v.s.view<u128, MAX_WITHDRAW>(v.token, who));
                if (x == 0) break;
                taken += v.s.must<u128, WITHDRAW>(who, v.token, x, other, who);
                break;
            }
            default:
                v.hosts.later(random.below(day_s));
        }
    }
    for (int i = 0; i < 3; ++i) v.pay_out();
    for (const Address& who : crowd)
        while (const u128 all = v.s.view<u128, MAX_REDEEM>(v.token, who)) {
            v.s.must<u128, REDEEM>(who, v.token, all, who, who);
            taken += all;
        }
    EXPECT_SAME(taken, asked);
    EXPECT_EQ(v.s.state.async_vault.requests.size(), 0u);
    v.s.state.token.balances.for_each_unordered([&](const token::Account& a, Assets held) {
        EXPECT_TRUE(a.bucket != token::Bucket::redeemable || held.is_zero());
    });
}

}  // namespace
}  // namespace thaw::scenario
