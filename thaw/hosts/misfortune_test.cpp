// Each misfortune by itself and all of them together: the hub's books are whole after every
// transaction, and when the weather clears everything that was asked for has happened once.
#include "thaw/hosts/misfortune.hpp"

#include <gtest/gtest.h>

#include "thaw/hosts/circuit.hpp"
#include "thaw/protocol/addresses.hpp"

namespace thaw::hosts {
namespace {

using protocol::contract_address;
using protocol::ContractKind;
using protocol::network_count;
using protocol::outbox::Intent;
using protocol::outbox::Kind;

constexpr uint64_t day_s = 86'400;
constexpr uint64_t genesis_s = 1'800'000'000;
constexpr u128 ether = 1'000'000'000'000'000'000;
constexpr Address alice{{0xa1}};
const std::vector<Address> members{{{0xe1}}, {{0xe2}}, {{0xe3}}, {{0xe4}}};

protocol::Genesis small_genesis() {
    protocol::Genesis genesis = protocol::default_genesis();
    for (auto& network : genesis.networks)
        network.validators = validators_of(network.parameters.staking_host);
    genesis.oracle_members = members;
    genesis.oracle_quorum = 3;
    for (const Address& member : members) genesis.grants.push_back({member, {ether}});
    genesis.grants.push_back({alice, {ether}});
    return genesis;
}

Assets coins(NetworkId n, u128 count) {
    u128 one = 1;
    for (int i = 0; i < (n == 3 ? 10 : n == 4 ? 12 : 18); ++i) one *= 10;
    return {one * count};
}

/// A staker who stakes, adds and leaves in part while the hosts have what `plan` says.
class Weather : public Circuit {
  public:
    explicit Weather(const Misfortune& plan, uint64_t seed = 42) : Circuit{small_genesis(), seed} {
        witness = [this](const protocol::Block& block, const auto&, const auto&) {
            const auto broken = protocol::broken_invariant(state, block);
            ASSERT_FALSE(broken) << *broken;
        };
        for (NetworkId n = 1; n <= network_count; ++n) deposit(n, 10'000);
        rest();
        for (NetworkId n = 1; n <= network_count; ++n) stake(n, 9'000);
        rest();
        set_plan(plan);
    }
    void set_plan(const Misfortune& plan) {
        for (HostId host = 1; host <= protocol::host_count; ++host)
            worlds.host(host).set_misfortune(plan);
    }
    void rest() { ASSERT_TRUE(settle()) << "the courier finds no rest"; }
    void deposit(NetworkId n, u128 count) {
        worlds.host(n).fund(account_of(alice), n, coins(n, count));
        ASSERT_TRUE(
            worlds.host(n).transfer_to_custody(account_of(alice), alice, n, coins(n, count)));
    }
    void stake(NetworkId n, u128 count) {
        ASSERT_TRUE(send(alice, contract_address(ContractKind::staking, n),
                         codec::call_data<"stake(uint256 assets)">(coins(n, count)))
                        .success);
    }
    bool unstake(NetworkId n, u128 count) {
        const bool rebasing = state.networks.networks.get(n).rebasing != 0;
        const Assets part = coins(n, count);
        return send(alice, contract_address(ContractKind::staking, n),
                    rebasing ? codec::call_data<"unstakeBonds(uint256 amount)">(part)
                             : codec::call_data<"unstakeCerts(uint256 shares)">(part))
            .success;
    }
    /// Six-hour steps in which money comes and goes.
    void live(unsigned days) {
        for (unsigned step = 0; step < 4 * days; ++step) {
            now_s += day_s / 4;
            const auto n = static_cast<NetworkId>(1 + step % network_count);
            if (step % 3 == 0) deposit(n, 7);
            if (step % 3 == 1) unstake(n, 50);
            rest();
        }
    }
    /// Fair weather, until everything has come back that can.
    void clear_up() {
        set_plan({});
        for (int day = 0; day < 40; ++day) {
            now_s += day_s;
            rest();
        }
    }
    /// Everything said was heard, and the hub has issued what lies behind custody.
    void expect_whole() {
        EXPECT_EQ(reverted, 0u);
        for (HostId host = 1; host <= protocol::host_count; ++host) {
            const auto counters = state.outbox.hosts.get(host);
            EXPECT_EQ(counters.settled, counters.emitted) << int{host};
            EXPECT_TRUE(worlds.host(host).world().tip.empty());
        }
        for (AssetId asset = 0; asset <= network_count; ++asset) {
            u128 behind = worlds.total_of(asset).value;
            for (HostId host = 1; host <= protocol::host_count; ++host)
                for (const auto& [key, balance] : worlds.host(host).world().accounts)
                    if (key.first == asset) behind -= balance;
            // What the host rounded since the last report is yet to be said.
            const u128 unsaid = asset == 0 || figures_of(asset).share_one == 0 ? 0 : 100;
            EXPECT_GE(state.token.totals.get(asset).supply.value, behind) << int{asset};
            EXPECT_LE(state.token.totals.get(asset).supply.value, behind + unsaid) << int{asset};
        }
        for (NetworkId n = 1; n <= network_count; ++n) {
            EXPECT_GE(state.liquid.pools.get(n).frame, 59u);
        }
    }
    Bytes image() const {
        Bytes all;
        for (HostId host = 1; host <= protocol::host_count; ++host)
            append(all, to_bytes(worlds.host(host).world()));
        return all;
    }
};

struct Case {
    const char* name;
    Misfortune plan;
};
const Case cases[] = {
    {"RoundedToShares", {.rounds_shares = 1}},
    {"Slashed", {.slash_ppm = 10'000, .slash_part_ppm = 5'000}},
    {"Jailed", {.jail_ppm = 40'000, .jail_eras = 5}},
    {"Failing", {.fail_ppm = 300'000}},
    {"Lost", {.lose_ppm = 300'000}},
    {"Late", {.delay_ppm = 500'000, .delay_s = 100'000}},
    {"Silent", {.silence_ppm = 500'000, .silence_s = 200'000}},
    {"Echoing", {.echo_ppm = 500'000}},
    {"Reorganised", {.reorg_ppm = 300'000, .finality_s = 900}},
    {"EverythingAtOnce",
     {.slash_ppm = 5'000,
      .slash_part_ppm = 3'000,
      .jail_ppm = 20'000,
      .jail_eras = 9,
      .fail_ppm = 100'000,
      .lose_ppm = 100'000,
      .delay_ppm = 100'000,
      .delay_s = 50'000,
      .silence_ppm = 100'000,
      .silence_s = 100'000,
      .echo_ppm = 200'000,
      .reorg_ppm = 100'000,
      .finality_s = 900,
      .rounds_shares = 1}},
};

class EveryMisfortune : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(Hosts, EveryMisfortune, testing::ValuesIn(cases),
                         [](const auto& one) { return std::string{one.param.name}; });

TEST_P(EveryMisfortune, IsSurvived) {
    Weather net{GetParam().plan};
    net.live(20);
    net.clear_up();
    net.expect_whole();
}

TEST(Misfortune, TheSameSeedIsTheSameFate) {
    const auto run = [](uint64_t seed) {
        Weather net{cases[9].plan, seed};
        net.live(3);
        return std::pair{net.image(), net.state.digest()};
    };
    const auto first = run(1);
    EXPECT_EQ(run(1), first);
    EXPECT_NE(run(2).first, first.first);
}

TEST(Misfortune, OnlyWhatIsFinalIsAttested) {
    Weather net{{.finality_s = 900}};
    const auto balance = [&] {
        return net.state.token.balances.get(protocol::token::user_account(1, alice));
    };
    const Assets before = balance();
    net.deposit(1, 5);
    net.now_s += 899;
    net.rest();
    EXPECT_EQ(balance(), before);
    EXPECT_EQ(net.worlds.host(bsc).reorganise(), 1u) << "and the block with it is dropped";
    net.now_s += 899;
    net.rest();
    EXPECT_EQ(balance(), before) << "included again, and not final yet";
    net.now_s += 1;
    net.rest();
    EXPECT_EQ(balance().value, before.value + coins(1, 5).value);
}

TEST(Misfortune, AnInstructionInADroppedBlockIsSentAgainAndCountsOnce) {
    Weather net{{.finality_s = 900}};
    SimulatedHost& host = net.worlds.host(bsc);
    const uint64_t executed = host.custody_nonce();
    const Assets delegated = host.total_delegated();
    net.stake(1, 500);
    net.now_s += day_s;
    net.rest();
    net.pass();
    ASSERT_GT(host.next_nonce(), executed);
    EXPECT_EQ(host.custody_nonce(), executed);
    EXPECT_GT(host.reorganise(), 0u);
    EXPECT_EQ(host.next_nonce(), executed);
    net.rest();
    EXPECT_GT(host.next_nonce(), executed) << "sent again";
    net.now_s += 900;
    net.rest();
    EXPECT_GT(host.total_delegated(), delegated);
    EXPECT_LT(host.total_delegated().value, delegated.value + coins(1, 510).value);
}

TEST(Misfortune, TheThirtyThirdUnlockingChunkIsRefused) {
    for (const HostId id : {polkadot, kusama}) {
        const HostFigures& figures = figures_of(id);
        SimulatedHost host{id, {.seed = 7, .genesis_s = genesis_s, .frame_s = day_s}};
        host.fund_custody(figures.asset, coins(figures.network, 1'000));
        const auto act = [&](Kind kind, uint64_t reference = 0) {
            Intent body;
            body.kind = kind;
            body.asset = figures.asset;
            body.validator = 1;
            body.amount = coins(figures.network, kind == Kind::bond ? 500 : 1);
            body.lot_intent = reference;
            const uint64_t number = host.custody_nonce();
            EXPECT_TRUE(host.submit({number, body}));
            return *host.outcome(number);
        };
        act(Kind::bond);
        const uint64_t first = host.custody_nonce();
        for (uint64_t chunk = 0; chunk < 32; ++chunk) {
            EXPECT_TRUE(act(Kind::unbond).success) << chunk;
            EXPECT_TRUE(act(Kind::unbond).success) << "of the same era: the same chunk";
            host.advance(genesis_s + (chunk + 1) * figures.era_s);
        }
        EXPECT_FALSE(act(Kind::unbond).success) << "the 33rd";
        EXPECT_TRUE(act(Kind::collect, first).success);
        EXPECT_FALSE(act(Kind::unbond).success) << "half a chunk is still there";
        EXPECT_TRUE(act(Kind::collect, first + 1).success);
        EXPECT_TRUE(act(Kind::unbond).success);
    }
}

TEST(Misfortune, IsPartOfWhatTheWorldRemembers) {
    Weather net{cases[9].plan};
    net.deposit(1, 5);
    net.now_s += 100;
    net.rest();
    const World& world = net.worlds.host(bsc).world();
    ASSERT_FALSE(world.tip.empty());
    const auto back = world_from(to_bytes(world));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->misfortune, cases[9].plan);
    EXPECT_EQ(to_bytes(*back), to_bytes(world));
}

}  // namespace
}  // namespace thaw::hosts
