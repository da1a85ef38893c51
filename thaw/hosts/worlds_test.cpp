#include "thaw/hosts/worlds.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace thaw::hosts {
namespace {

using protocol::outbox::Intent;
using protocol::outbox::Kind;

constexpr uint64_t genesis_s = 1'800'000'000;
constexpr uint64_t day_s = 86'400;

protocol::Genesis genesis() {
    protocol::Genesis g;
    g.hub.genesis_s = genesis_s;
    g.hub.frame_s = day_s;
    for (HostId host = bsc; host <= ethereum; ++host) {
        protocol::GenesisNetwork network;
        network.parameters.staking_host = host;
        g.networks.push_back(network);
    }
    g.grants = {{.account = {{1}}, .wei = {70}}, {.account = {{2}}, .wei = {30}}};
    return g;
}

Instruction move(uint64_t intent, u128 amount) {
    Instruction instruction{.intent = intent, .body = {}};
    instruction.body.kind = Kind::move;
    instruction.body.asset = matic;
    instruction.body.amount = {amount};
    instruction.body.destination = ethereum;
    return instruction;
}

TEST(Worlds, CustodyBeginsWithTheSeedsOfTheOperator) {
    const Worlds worlds{genesis(), 1};
    for (HostId host = bsc; host <= ethereum; ++host)
        EXPECT_EQ(worlds.host(host).custody_balance(host), protocol::dead_stake);
    EXPECT_EQ(worlds.host(ethereum).custody_balance(protocol::eth).value, 100u);
    EXPECT_EQ(worlds.host(polygon).custody_balance(matic).value, 0u);
}

TEST(Worlds, AMoveIsDoneWhenItHasArrivedAndNotBefore) {
    Worlds worlds{genesis(), 1};
    worlds.host(polygon).fund_custody(matic, {1'000});
    const u128 all = worlds.total_of(matic).value;
    const u128 there = worlds.host(ethereum).custody_balance(matic).value;
    EXPECT_TRUE(worlds.host(polygon).submit(move(0, 600)));
    EXPECT_TRUE(worlds.host(polygon).submit(move(1, 500)));
    EXPECT_FALSE(worlds.host(polygon).outcome(1)->success) << "only 400 are left";
    const uint64_t arrives_s = genesis_s + figures_of(polygon).move_s;
    worlds.advance(arrives_s - 1);
    EXPECT_FALSE(worlds.host(polygon).outcome(0));
    EXPECT_EQ(worlds.host(ethereum).custody_balance(matic).value, there);
    EXPECT_EQ(worlds.total_of(matic).value, all);
    worlds.advance(arrives_s);
    EXPECT_TRUE(worlds.host(polygon).outcome(0)->success);
    EXPECT_EQ(worlds.host(ethereum).custody_balance(matic).value, there + 600);
    EXPECT_EQ(worlds.total_of(matic).value, all);
}

TEST(Worlds, AReportCountsCustodyOnAllHostsAndOnTheWay) {
    Worlds worlds{genesis(), 1};
    worlds.host(polygon).fund_custody(matic, {1'000});
    worlds.advance(genesis_s + day_s - 1);
    EXPECT_FALSE(worlds.report(5, 1));
    EXPECT_TRUE(worlds.host(polygon).submit(move(0, 600)));
    worlds.advance(genesis_s + day_s);
    EXPECT_EQ(worlds.report(5, 1)->custody.value, protocol::dead_stake.value + 1'000);
    EXPECT_EQ(worlds.report(1, 1)->custody, protocol::dead_stake);
    EXPECT_FALSE(worlds.report(6, 1));
    worlds.advance(genesis_s + 2 * day_s);
    EXPECT_EQ(worlds.report(5, 2)->custody.value, protocol::dead_stake.value + 1'000);
    EXPECT_EQ(worlds.host(ethereum).world().frames.at(2).custody[matic],
              protocol::dead_stake.value + 600);
}

TEST(Worlds, SaveAndLoadGiveTheSameWorlds) {
    const auto directory = std::filesystem::path{testing::TempDir()} /
                           ("thaw_worlds_test_" + std::to_string(getpid()));
    std::filesystem::remove_all(directory);
    std::filesystem::create_directories(directory);
    ASSERT_TRUE(Worlds::load(directory).has_value());
    EXPECT_FALSE(Worlds::load(directory)->has_value()) << "nothing saved is no fault";

    Worlds worlds{genesis(), 3};
    worlds.host(polygon).fund_custody(matic, {1'000});
    EXPECT_TRUE(worlds.host(polygon).submit(move(0, 600)));
    worlds.advance(genesis_s + 2 * day_s);
    ASSERT_EQ(worlds.save(directory), std::nullopt);
    auto loaded = Worlds::load(directory);
    ASSERT_TRUE(loaded && *loaded);
    for (HostId host = 1; host <= protocol::host_count; ++host)
        EXPECT_EQ(to_bytes((*loaded)->host(host).world()), to_bytes(worlds.host(host).world()));
    EXPECT_EQ((*loaded)->revision(), worlds.revision());

    std::ofstream{directory / "worlds.bin", std::ios::app} << "x";
    EXPECT_FALSE(Worlds::load(directory));
    std::filesystem::remove_all(directory);
}

TEST(Worlds, ASnapshotIsACopy) {
    Worlds worlds{genesis(), 1};
    const Worlds snapshot = worlds;
    worlds.host(bsc).fund_custody(1, {5});
    worlds.advance(genesis_s + 9 * day_s);
    worlds = snapshot;
    EXPECT_EQ(worlds.now_s(), genesis_s);
    EXPECT_EQ(worlds.host(bsc).custody_balance(1), protocol::dead_stake);
}

TEST(Worlds, TheSameSeedGivesTheSameWorlds) {
    const auto run = [](uint64_t seed) {
        Worlds worlds{genesis(), seed};
        for (HostId host = bsc; host <= ethereum; ++host) {
            worlds.host(host).fund_custody(host, {figures_of(host).delegation_min.value * 10});
            Instruction bond{.intent = 0, .body = {}};
            bond.body.kind = Kind::bond;
            bond.body.asset = host;
            bond.body.validator = 2;
            bond.body.amount = {figures_of(host).delegation_min.value * 9};
            EXPECT_TRUE(worlds.host(host).submit(bond));
        }
        worlds.advance(genesis_s + 20 * day_s);
        Bytes all;
        for (HostId host = 1; host <= protocol::host_count; ++host)
            append(all, to_bytes(worlds.host(host).world()));
        return all;
    };
    EXPECT_EQ(run(1), run(1));
    EXPECT_NE(run(1), run(2));
}

}  // namespace
}  // namespace thaw::hosts
