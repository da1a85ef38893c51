// Each misfortune by itself and all of them together: the hub's books are whole after every
// transaction, and when the weather clears everything that was asked for has happened once.
#include "thaw/hosts/misfortune.hpp"

#include "thaw/hosts/weather_test.hpp"

namespace thaw::hosts {
namespace {

using protocol::outbox::Intent;
using protocol::outbox::Kind;

constexpr uint64_t genesis_s = 1'800'000'000;

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
