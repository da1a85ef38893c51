// The second tokens of a pool: wrapped where the open token rebases, legacy where it bears its
// rewards.
#include "tests/scenario/expect.hpp"
#include "tests/scenario/random.hpp"

namespace thaw::scenario {
namespace {

#define STAKE "stake(uint256 assets) returns (uint256 shares)"
#define WRAP "wrap(uint256 amount) returns (uint256 shares)"
#define UNWRAP "unwrap(uint256 shares) returns (uint256 amount)"
#define SWITCH "switchLegacy(uint256 amount) returns (uint256 shares)"
#define TRANSFER "transfer(address to, uint256 value) returns (bool)"
#define BALANCE "balanceOf(address account) view returns (uint256)"
#define SUPPLY "totalSupply() view returns (uint256)"

constexpr Address wrapped_of(NetworkId n) { return contract_address(ContractKind::wrapped, n); }
constexpr Address legacy_of(NetworkId n) { return contract_address(ContractKind::legacy, n); }

u128 held(const Scenario& s, ContractKind kind, NetworkId n, const Address& who) {
    return liquid::holding(s.query(), kind, n, who).value;
}
u128 balance(Scenario& s, const Address& token, const Address& who) {
    return s.view<u128, BALANCE>(token, who);
}

/// Alice has staked 1,000 units, and rewards have made the rate crooked.
struct Earned {
    Scenario s;
    Hosts hosts{s};
    explicit Earned(NetworkId n, const Genesis& genesis = scenario_genesis()) : s{genesis} {
        const u128 amount = unit(s.state, n) * 1'000;
        s.deposit(n, alice, amount);
        EXPECT_DONE(s.call<STAKE>(alice, staking_of(n), Assets{amount}));
        hosts.settle();
        hosts.next_frame(n, {{1, {.reward = amount / 2'777}}});
        s.wait(day_s / 3);
    }
};

Genesis with_legacy() {
    Genesis genesis = scenario_genesis();
    genesis.legacy.push_back({bnb, bob, Assets{one_18 * 100}});
    genesis.legacy.push_back({polygon, bob, Assets{one_18 * 100}});
    return genesis;
}

TEST(Wrapped, ALoopGivesBackExactlyTheSameShares) {
    for (const NetworkId n : {fantom, polkadot, kusama}) {
        Earned e{n};
        Scenario& s = e.s;
        const u128 shares = s.sub_shares(n, alice);
        for (const unsigned part : {0u, 3u, 1u}) {
            const u128 shown = s.shown(n, alice);
            const u128 amount = part == 0 ? 1 : shown / part;
            const Shares got = s.must<Shares, WRAP>(alice, wrapped_of(n), Assets{amount});
            EXPECT_SAME(s.shown(n, alice), shown - amount);
            EXPECT_SAME(got.value, balance(s, wrapped_of(n), alice));
            EXPECT_SAME(s.sub_shares(n, alice) + held(s, ContractKind::wrapped, n, alice), shares);
            if (got.is_zero()) {  // less than a share: it stays, and returns with the next
                EXPECT_REFUSED(s.call<UNWRAP>(alice, wrapped_of(n), got), liquid::ZeroAmount{});
                continue;
            }
            EXPECT_DONE(s.call<UNWRAP>(alice, wrapped_of(n), got));
            EXPECT_SAME(s.sub_shares(n, alice), shares);
            EXPECT_SAME(held(s, ContractKind::wrapped, n, alice), 0);
        }
    }
}

TEST(Wrapped, EarnsInItsRateAndSuppliesAreOfEachTokenAlone) {
    Earned e{fantom};
    Scenario& s = e.s;
    const u128 half = s.shown(fantom, alice) / 2;
    const u128 wrapped = s.must<Shares, WRAP>(alice, wrapped_of(fantom), Assets{half}).value;
    EXPECT_SAME((s.view<u128, SUPPLY>(wrapped_of(fantom))), wrapped);
    EXPECT_SAME((s.view<u128, SUPPLY>(liquid_of(fantom))),
                liquid::worth(liquid::supply(s.query(), ContractKind::liquid, fantom),
                              liquid::rate(s.query(), fantom))
                    .value);
    EXPECT_FALSE((s.view<bool, "isRebasing() view returns (bool)">(wrapped_of(fantom))));
    EXPECT_EQ((s.view<std::string, "symbol() view returns (string)">(wrapped_of(fantom))), "aFTMc");
    EXPECT_DONE(s.call<TRANSFER>(alice, wrapped_of(fantom), bob, wrapped));
    s.wait(2 * day_s / 3);
    EXPECT_SAME(balance(s, wrapped_of(fantom), bob), wrapped);
    const Assets back = s.must<Assets, UNWRAP>(bob, wrapped_of(fantom), Shares{wrapped});
    EXPECT_GT(back.value, half);
    EXPECT_SAME(back.value, s.shown(fantom, bob));
}

TEST(Wrapped, RefusesWhatIsNotThere) {
    Earned e{kusama};
    Scenario& s = e.s;
    const u128 shown = s.shown(kusama, alice);
    EXPECT_REFUSED(s.call<WRAP>(alice, wrapped_of(kusama), Assets{}), liquid::ZeroAmount{});
    EXPECT_REFUSED(s.call<WRAP>(alice, wrapped_of(kusama), Assets{shown + 1}),
                   token::ERC20InsufficientBalance{alice, Assets{shown}, Assets{shown + 1}});
    EXPECT_DONE(s.call<WRAP>(alice, wrapped_of(kusama), Assets{shown}));
    const u128 shares = balance(s, wrapped_of(kusama), alice);
    EXPECT_REFUSED(s.call<UNWRAP>(alice, wrapped_of(kusama), Shares{shares + 1}),
                   token::ERC20InsufficientBalance{alice, Assets{shares}, Assets{shares + 1}});
    EXPECT_FALSE(is_contract(s.state, wrapped_of(bnb)));
    EXPECT_FALSE(is_contract(s.state, legacy_of(kusama)));
    EXPECT_TRUE(is_contract(s.state, legacy_of(bnb)));
}

TEST(Legacy, EarnsMovesExactlyAndIsUnstakedWithoutNewStakes) {
    Earned e{bnb, with_legacy()};
    Scenario& s = e.s;
    const u128 before = balance(s, legacy_of(bnb), bob);
    EXPECT_GT(before, one_18 * 100);
    s.wait(2 * day_s / 3);
    const u128 grown = balance(s, legacy_of(bnb), bob);
    EXPECT_GT(grown, before);
    const u128 part = grown / 7;
    EXPECT_DONE(s.call<TRANSFER>(bob, legacy_of(bnb), carol, part));
    EXPECT_SAME(balance(s, legacy_of(bnb), bob), grown - part);
    EXPECT_SAME(balance(s, legacy_of(bnb), carol), part);
    const auto ticket = s.must<codec::Number,
                               "unstakeBonds(uint256 amount) returns (uint256 "
                               "ticket)">(carol, staking_of(bnb), Assets{part});
    EXPECT_SAME(balance(s, legacy_of(bnb), carol), 0);
    e.hosts.settle();
    e.hosts.later(12 * day_s);
    EXPECT_SAME(s.assets(bnb, carol), part);
    EXPECT_NE(ticket.value, 0u);
    EXPECT_REFUSED((s.call<"unstakeBonds(uint256 amount) returns (uint256 ticket)">(
                       alice, staking_of(bnb), Assets{1})),
                   staking::UseUnstakeCerts{});
}

TEST(Legacy, IsSwitchedAtTheSameSharesOneWayAndWithinTheSupply) {
    Genesis genesis = with_legacy();
    genesis.networks[bnb - 1].parameters.switch_supply = Assets{one_18 * 60};
    Earned e{bnb, genesis};
    Scenario& s = e.s;
    const u128 shares = held(s, ContractKind::legacy, bnb, bob);
    const u128 shown = balance(s, legacy_of(bnb), bob);
    EXPECT_REFUSED(s.call<SWITCH>(bob, staking_of(bnb), Assets{one_18 * 60 + 1}),
                   liquid::SwitchSupplyExceeded{Assets{one_18 * 60}, Assets{one_18 * 60 + 1}});
    const Shares got = s.must<Shares, SWITCH>(bob, staking_of(bnb), Assets{one_18 * 60});
    EXPECT_SAME(got.value, balance(s, liquid_of(bnb), bob));
    EXPECT_SAME(balance(s, legacy_of(bnb), bob), shown - one_18 * 60);
    EXPECT_SAME(held(s, ContractKind::legacy, bnb, bob) + s.sub_shares(bnb, bob), shares);
    EXPECT_SAME((s.view<Assets, "switchSupply() view returns (uint256)">(staking_of(bnb)).value),
                0);
    EXPECT_REFUSED(s.call<SWITCH>(bob, staking_of(bnb), Assets{1}),
                   liquid::SwitchSupplyExceeded{Assets{}, Assets{1}});
    EXPECT_REFUSED(s.call<SWITCH>(alice, staking_of(fantom), Assets{1}),
                   liquid::NoLegacyToken{fantom});
    EXPECT_REFUSED(s.call<SWITCH>(bob, staking_of(bnb), Assets{}), liquid::ZeroAmount{});
}

TEST(Legacy, TheSwitchFeeIsSharesForTheTreasuryRoundedUp) {
    Genesis genesis = with_legacy();
    genesis.networks[polygon - 1].parameters.switch_fee_bps = 33;
    Earned e{polygon, genesis};
    Scenario& s = e.s;
    const u128 before = held(s, ContractKind::legacy, polygon, bob);
    const u128 treasury_had = s.sub_shares(polygon, treasury);
    EXPECT_DONE(s.call<SWITCH>(bob, staking_of(polygon), Assets{one_18 + 1}));
    const u128 gone = before - held(s, ContractKind::legacy, polygon, bob);
    const u128 fee = s.sub_shares(polygon, treasury) - treasury_had;
    EXPECT_SAME(fee, (gone * 33 + 9'999) / 10'000);
    EXPECT_SAME(s.sub_shares(polygon, bob), gone - fee);
}

/// Leaving with the legacy token burns it there and mints the open one for the queue, so that
/// whoever adds up events has the balances of both; taking it back does the reverse.
TEST(Legacy, UnstakingAndTakingBackSpeakForTheTokenTheyMove) {
    Earned e{bnb, with_legacy()};
    Scenario& s = e.s;
    static constexpr Hash transfer = codec::declare(token::Transfer::abi).topic();
    u128 burnt = 0, minted = 0;
    const Hash nobody{};
    s.witness = [&](const Command&, const Receipt& r) {
        for (const auto& log : r.logs) {
            if (log.topics[0] != transfer || log.emitter != legacy_of(bnb)) continue;
            const u128 value = *codec::word_value(BytesView{log.data}.last(32));
            if (log.topics[2] == nobody) burnt += value;
            if (log.topics[1] == nobody) minted += value;
        }
    };
    const u128 had = balance(s, legacy_of(bnb), bob);
    const u128 asked = one_18 * 7 + 13;
    const Number ticket = s.must<Number, "unstakeBonds(uint256 amount) returns (uint256 ticket)">(
        bob, staking_of(bnb), Assets{asked});
    EXPECT_SAME(burnt, asked);
    EXPECT_SAME(balance(s, legacy_of(bnb), bob), had - asked);
    EXPECT_DONE(
        (s.call<"cancel(uint256 ticket) returns (uint256 shares)">(bob, tickets_address, ticket)));
    EXPECT_SAME(balance(s, legacy_of(bnb), bob), had - asked + minted);
    EXPECT_LE(asked - minted, 1u);
}

/// People change faces, pass them on and back; whoever does nothing else ends with the shares they
/// began with.
TEST(Faces, RandomConversionsCreateAndLoseNothing) {
    Earned e{fantom};
    Scenario& s = e.s;
    Random random{11};
    const Address people[] = {alice, bob, carol};
    for (const Address& who : people) {
        s.deposit(fantom, who, one_18 * 777);
        EXPECT_DONE(s.call<STAKE>(who, staking_of(fantom), Assets{one_18 * 777}));
    }
    const auto all = [&](const Address& who) {
        return s.sub_shares(fantom, who) + held(s, ContractKind::wrapped, fantom, who);
    };
    u128 sum = 0;
    for (const Address& who : people) sum += all(who);
    for (int i = 0; i < 600; ++i) {
        const Address& who = people[random.below(3)];
        const u128 before = all(who);
        const u128 shown = s.shown(fantom, who);
        const u128 shares = balance(s, wrapped_of(fantom), who);
        if (random.chance(2)) {
            const u128 amount = random.amount(shown);
            if (s.call<WRAP>(who, wrapped_of(fantom), Assets{amount}).success) {
                EXPECT_SAME(s.shown(fantom, who), shown - amount);
            }
        } else {
            const u128 amount = random.chance(4) ? shares : random.amount(shares);
            s.call<UNWRAP>(who, wrapped_of(fantom), Shares{amount});
        }
        EXPECT_SAME(all(who), before);
        if (random.chance(40)) s.wait(3'000);
    }
    u128 after = 0;
    for (const Address& who : people) after += all(who);
    EXPECT_SAME(after, sum);
}

}  // namespace
}  // namespace thaw::scenario
