// Stake and unstake: refusals in the order in which they take precedence, then what the verbs do.
#include "tests/scenario/expect.hpp"

namespace thaw::scenario {
namespace {

constexpr Address nobody{};

#define STAKE "stake(uint256 assets) returns (uint256 shares)"
#define STAKE_FOR "stakeFor(address receiver, uint256 assets) returns (uint256 shares)"
#define UNSTAKE_BONDS "unstakeBonds(uint256 amount) returns (uint256 ticket)"
#define UNSTAKE_BONDS_FOR \
    "unstakeBondsFor(address receiver, uint256 amount) returns (uint256 ticket)"
#define UNSTAKE_CERTS "unstakeCerts(uint256 shares) returns (uint256 ticket)"
#define UNSTAKE_CERTS_FOR \
    "unstakeCertsFor(address receiver, uint256 shares) returns (uint256 ticket)"

void halt(Scenario& s, NetworkId n) {
    auto network = s.state.networks.networks.get(n);
    network.halted = 1;
    s.state.networks.networks.put(n, network);
    s.state.seal();
}

TEST(Stake, RefusesInOrderOfPrecedence) {
    Scenario s;
    const Address to = staking_of(bnb);
    const Assets minimum{one_18 / 10};
    const Assets less{minimum.value - 1};
    halt(s, bnb);
    // Each row's fault is the only one that the rows above have not already named.
    EXPECT_REFUSED(s.call<STAKE_FOR>(alice, to, nobody, less), staking::ZeroReceiver{});
    EXPECT_REFUSED(s.call<STAKE_FOR>(alice, to, bob, less), staking::NetworkHalted{bnb});
    auto network = s.state.networks.networks.get(bnb);
    network.halted = 0;
    s.state.networks.networks.put(bnb, network);
    EXPECT_REFUSED(s.call<STAKE_FOR>(alice, to, bob, less),
                   staking::StakeBelowMinimum{less, minimum});
    EXPECT_REFUSED(s.call<STAKE_FOR>(alice, to, bob, minimum),
                   token::ERC20InsufficientBalance{alice, Assets{}, minimum});
    s.deposit(bnb, alice, less.value);
    EXPECT_REFUSED(s.call<STAKE>(alice, to, minimum),
                   token::ERC20InsufficientBalance{alice, less, minimum});
    s.deposit(bnb, alice, 1);
    EXPECT_DONE(s.call<STAKE_FOR>(alice, to, bob, minimum));
    EXPECT_SAME(s.shown(bnb, bob), minimum.value);
    EXPECT_SAME(s.shown(bnb, alice), 0);
}

TEST(Stake, MinimumWorksOnEveryNetworkAndOneBaseUnitLessIsRefused) {
    const std::array<u128, 6> minimum{0,     one_18 / 10, one_18, 10'000'000'000, 1'000'000'000'000,
                                      one_18};  // protocol section 1
    Scenario s;
    for (NetworkId n = 1; n <= network_count; ++n) {
        s.deposit(n, alice, minimum[n]);
        EXPECT_REFUSED(s.call<STAKE>(alice, staking_of(n), Assets{minimum[n] - 1}),
                       staking::StakeBelowMinimum{Assets{minimum[n] - 1}, Assets{minimum[n]}});
        EXPECT_DONE(s.call<STAKE>(alice, staking_of(n), Assets{minimum[n]}));
        EXPECT_SAME(s.shown(n, alice), minimum[n]);
        EXPECT_SAME(s.assets(n, alice), 0);
    }
}

TEST(Stake, HaltStopsStakesButNeitherUnstakingNorTransfers) {
    Scenario s;
    s.deposit(fantom, alice, one_18 * 5);
    EXPECT_DONE(s.call<STAKE>(alice, staking_of(fantom), Assets{one_18 * 2}));
    halt(s, fantom);
    EXPECT_REFUSED(s.call<STAKE>(alice, staking_of(fantom), Assets{one_18}),
                   staking::NetworkHalted{fantom});
    EXPECT_DONE((s.call<"transfer(address to, uint256 value) returns (bool)">(
        alice, liquid_of(fantom), bob, one_18)));
    EXPECT_DONE(s.call<UNSTAKE_BONDS>(alice, staking_of(fantom), Assets{one_18}));
}

TEST(Unstake, RefusesInOrderOfPrecedenceForRebasingTokens) {
    Scenario s;
    const Address to = staking_of(fantom);
    s.deposit(fantom, alice, one_18);
    EXPECT_DONE(s.call<STAKE>(alice, to, Assets{one_18}));
    EXPECT_REFUSED(s.call<UNSTAKE_BONDS_FOR>(alice, to, nobody, Assets{0}),
                   staking::ZeroReceiver{});
    EXPECT_REFUSED(s.call<UNSTAKE_BONDS>(alice, to, Assets{0}), staking::ZeroAmount{});
    EXPECT_REFUSED(s.call<UNSTAKE_CERTS>(alice, to, Shares{1}), staking::UseUnstakeBonds{});
    EXPECT_REFUSED(s.call<UNSTAKE_CERTS>(alice, to, Shares{0}), staking::ZeroAmount{});
    EXPECT_REFUSED(s.call<UNSTAKE_BONDS>(alice, to, Assets{one_18 + 1}),
                   token::ERC20InsufficientBalance{alice, Assets{one_18}, Assets{one_18 + 1}});
    EXPECT_DONE(s.call<UNSTAKE_BONDS_FOR>(alice, to, bob, Assets{one_18}));
    EXPECT_SAME(s.shown(fantom, alice), 0);
}

TEST(Unstake, RefusesInOrderOfPrecedenceForRewardBearingTokens) {
    Scenario s;
    const Address to = staking_of(polygon);
    s.deposit(polygon, alice, one_18);
    EXPECT_DONE(s.call<STAKE>(alice, to, Assets{one_18}));
    EXPECT_REFUSED(s.call<UNSTAKE_CERTS_FOR>(alice, to, nobody, Shares{0}),
                   staking::ZeroReceiver{});
    EXPECT_REFUSED(s.call<UNSTAKE_CERTS>(alice, to, Shares{0}), staking::ZeroAmount{});
    EXPECT_REFUSED(s.call<UNSTAKE_BONDS>(alice, to, Assets{1}), staking::UseUnstakeCerts{});
    EXPECT_REFUSED(s.call<UNSTAKE_CERTS>(alice, to, Shares{one_18 + 1}),
                   token::ERC20InsufficientBalance{alice, Assets{one_18}, Assets{one_18 + 1}});
    EXPECT_DONE(s.call<UNSTAKE_CERTS_FOR>(alice, to, bob, Shares{one_18}));
}

TEST(Unstake, OneBaseUnitIsEnoughAndIsPaid) {
    for (const NetworkId n : {polkadot, kusama, fantom}) {
        Scenario s;
        Hosts hosts{s};
        s.deposit(n, alice, unit(s.state, n) * 10);
        EXPECT_DONE(s.call<STAKE>(alice, staking_of(n), Assets{unit(s.state, n) * 10}));
        hosts.settle();
        EXPECT_DONE(s.call<UNSTAKE_BONDS>(alice, staking_of(n), Assets{1}));
        hosts.later(day_s);
        hosts.later(28 * day_s);
        EXPECT_SAME(s.assets(n, alice), 1) << "network " << int{n};
    }
}

TEST(Advance, IsRefusedWhenNothingIsDue) {
    Scenario s;
    EXPECT_REFUSED(s.call<"advance()">(alice, staking_of(bnb)), staking::NothingDue{bnb});
}

TEST(Stake, AnUnknownSelectorRevertsWithoutData) {
    Scenario s;
    for (const Bytes& data : {Bytes{}, Bytes{1, 2, 3}, Bytes{0xde, 0xad, 0xbe, 0xef}}) {
        const Receipt receipt = s.send(alice, staking_of(bnb), data);
        EXPECT_FALSE(receipt.success);
        EXPECT_TRUE(receipt.output.empty());
    }
}

TEST(Stake, MalformedArgumentsAndUnwantedValueAreNamed) {
    Scenario s;
    Bytes data = call_data<STAKE>(Assets{one_18});
    data.pop_back();
    EXPECT_REFUSED(s.send(alice, staking_of(bnb), data), codec::MalformedArguments{});
    data = call_data<STAKE>(Assets{one_18});
    data[4] = 1;  // 2^248 and more
    EXPECT_REFUSED(s.send(alice, staking_of(bnb), data), codec::MalformedArguments{});
    EXPECT_REFUSED(s.send(alice, staking_of(bnb), call_data<STAKE>(Assets{one_18}), Assets{1}),
                   codec::NotPayable{});
}

TEST(Stake, SplittingNeverYieldsMore) {
    // S-3, at a rate that does not divide evenly.
    Scenario s;
    Hosts hosts{s};
    s.deposit(bnb, carol, one_18 * 3);
    EXPECT_DONE(s.call<STAKE>(carol, staking_of(bnb), Assets{one_18 * 3}));
    hosts.settle();
    hosts.next_frame(bnb, {{1, {.reward = 777'777'777'777'777}}});
    s.wait(day_s);
    const u128 piece = one_18 / 10 + 333;
    s.deposit(bnb, alice, piece * 10);
    s.deposit(bnb, bob, piece * 10);
    EXPECT_DONE(s.call<STAKE>(alice, staking_of(bnb), Assets{piece * 10}));
    for (int i = 0; i < 10; ++i) EXPECT_DONE(s.call<STAKE>(bob, staking_of(bnb), Assets{piece}));
    EXPECT_LE(s.sub_shares(bnb, bob), s.sub_shares(bnb, alice));
    EXPECT_LE((s.view<Assets, "sharesToBonds(uint256 shares) view returns (uint256)">(
                   liquid_of(bnb), Shares{s.shown(bnb, bob)}))
                  .value,
              piece * 10);
}

}  // namespace
}  // namespace thaw::scenario
