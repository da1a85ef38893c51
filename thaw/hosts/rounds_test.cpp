#include <gtest/gtest.h>

#include "thaw/hosts/circuit.hpp"
#include "thaw/protocol/addresses.hpp"

namespace thaw::hosts {
namespace {

using protocol::contract_address;
using protocol::ContractKind;
using protocol::network_count;

constexpr uint64_t day_s = 86'400;
constexpr u128 ether = 1'000'000'000'000'000'000;
constexpr Address alice{{0xa1}};
const std::vector<Address> members{{{0xe1}}, {{0xe2}}, {{0xe3}}, {{0xe4}}};

protocol::Genesis devnet_genesis() {
    protocol::Genesis genesis = protocol::default_genesis();
    for (size_t i = 0; i < genesis.networks.size(); ++i)
        genesis.networks[i].validators = validators_of(genesis.networks[i].parameters.staking_host);
    genesis.oracle_members = members;
    genesis.oracle_quorum = 3;
    for (const Address& member : members) genesis.grants.push_back({member, {ether}});
    genesis.grants.push_back({alice, {ether}});
    return genesis;
}

/// The hub without a node, and the hosts, with every invariant looked at after each transaction.
class Devnet : public Circuit {
  public:
    Devnet() : Circuit{devnet_genesis(), 42} {
        witness = [this](const protocol::Block& block, const auto&, const auto&) {
            const auto broken = protocol::broken_invariant(state, block);
            EXPECT_FALSE(broken) << *broken;
        };
    }
    void settle() { ASSERT_TRUE(Circuit::settle()) << "the courier finds no rest"; }
    void jump(uint64_t seconds) {
        now_s += seconds;
        settle();
    }
    Assets balance(AssetId asset) const {
        return state.token.balances.get(protocol::token::user_account(asset, alice));
    }
    /// Brings `amount` of an asset to the hub through its staking host.
    void deposit(HostId host, AssetId asset, Assets amount) {
        worlds.host(host).fund(account_of(alice), asset, amount);
        ASSERT_TRUE(worlds.host(host).transfer_to_custody(account_of(alice), alice, asset, amount));
    }
    void stake_everything() {
        for (NetworkId n = 1; n <= network_count; ++n)
            ASSERT_TRUE(send(alice, contract_address(ContractKind::staking, n),
                             codec::call_data<"stake(uint256 assets)">(balance(n)))
                            .success);
    }
    /// What the hub has issued of an asset is what lies behind custody, to the base unit.
    void expect_backed() const {
        for (AssetId asset = 0; asset <= network_count; ++asset) {
            u128 behind = worlds.total_of(asset).value;
            for (HostId host = 1; host <= protocol::host_count; ++host)
                for (const auto& [key, balance] : worlds.host(host).world().accounts)
                    if (key.first == asset) behind -= balance;
            EXPECT_EQ(state.token.totals.get(asset).supply.value, behind) << int{asset};
        }
    }
};

Assets coins(NetworkId n, u128 count) {
    u128 one = 1;
    for (int i = 0; i < (n == 3 ? 10 : n == 4 ? 12 : 18); ++i) one *= 10;
    return {one * count};
}

TEST(Rounds, AQuietHubIsLeftAlone) {
    Devnet net;
    EXPECT_EQ(net.pass(), 0u);
    EXPECT_EQ(net.worlds.now_s(), net.now_s);
}

TEST(Rounds, DepositsComeInThroughAQuorum) {
    Devnet net;
    net.deposit(polygon, matic, coins(5, 70));
    net.deposit(ethereum, protocol::eth, {ether});
    net.deposit(kusama, 4, coins(4, 3));
    net.settle();
    EXPECT_EQ(net.balance(5), coins(5, 70));
    EXPECT_EQ(net.balance(4), coins(4, 3));
    EXPECT_EQ(net.sent, 3u) << "three of four members, one transaction each";
    EXPECT_EQ(net.reverted, 0u);
    net.expect_backed();
}

TEST(Rounds, ThirtyDaysOfRewardsArriveToTheBaseUnit) {
    Devnet net;
    for (NetworkId n = 1; n <= network_count; ++n) net.deposit(n, n, coins(n, 10'000));
    net.settle();
    net.stake_everything();
    net.settle();
    for (NetworkId n = 1; n <= network_count; ++n)
        EXPECT_GE(net.worlds.host(n).total_delegated(), coins(n, 9'000)) << int{n};
    net.jump(30 * day_s);
    for (NetworkId n = 1; n <= network_count; ++n) {
        const auto pool = net.state.liquid.pools.get(n);
        EXPECT_EQ(pool.frame, 30u);
        EXPECT_GT(pool.rewards_total.value, 0u);
        EXPECT_EQ(pool.rewards_total, net.worlds.host(n).total_paid()) << int{n};
    }
    EXPECT_EQ(net.reverted, 0u);
    net.expect_backed();
}

TEST(Rounds, WhatIsUnstakedComesBackToTheHost) {
    Devnet net;
    for (NetworkId n = 1; n <= network_count; ++n) net.deposit(n, n, coins(n, 1'000));
    net.settle();
    net.stake_everything();
    net.settle();
    net.jump(2 * day_s);
    for (NetworkId n = 1; n <= network_count; ++n) {
        const bool rebasing = net.state.networks.networks.get(n).rebasing != 0;
        const Assets part = coins(n, 500);
        ASSERT_TRUE(net.send(alice, contract_address(ContractKind::staking, n),
                             rebasing ? codec::call_data<"unstakeBonds(uint256 amount)">(part)
                                      : codec::call_data<"unstakeCerts(uint256 shares)">(part))
                        .success);
    }
    for (int day = 0; day < 33; ++day) {
        net.jump(day_s);
        net.expect_backed();
    }
    for (NetworkId n = 1; n <= network_count; ++n) {
        EXPECT_GE(net.balance(n), coins(n, 500)) << int{n};
        ASSERT_TRUE(
            net.send(alice, protocol::bridge_address,
                     codec::call_data<"withdraw(uint8 asset, uint8 host, bytes32 recipient, "
                                      "uint256 amount)">(uint8_t{n}, uint8_t{n}, account_of(alice),
                                                         coins(n, 90)))
                .success);
    }
    net.settle();
    net.jump(day_s);  // more than a hundredth of the supply waits a day
    for (NetworkId n = 1; n <= network_count; ++n)
        EXPECT_EQ(net.worlds.host(n).balance_of(account_of(alice), n), coins(n, 90)) << int{n};
    EXPECT_EQ(net.reverted, 0u);
    net.expect_backed();
}

TEST(Rounds, MaticFromPolygonIsMovedToWhereItIsStaked) {
    Devnet net;
    net.deposit(polygon, matic, coins(5, 1'000));
    net.settle();
    ASSERT_TRUE(net.send(alice, contract_address(ContractKind::staking, 5),
                         codec::call_data<"stake(uint256 assets)">(coins(5, 1'000)))
                    .success);
    net.settle();
    EXPECT_EQ(net.worlds.host(ethereum).total_delegated().value, 0u);
    net.jump(figures_of(polygon).move_s);
    net.jump(day_s -
             figures_of(polygon).move_s);  // to the end of a frame: all rewards are reported
    EXPECT_GE(net.worlds.host(ethereum).total_delegated(), coins(5, 900));
    EXPECT_EQ(net.worlds.host(polygon).custody_balance(matic).value, 0u);
    net.expect_backed();
}

TEST(Rounds, APassThatBreaksOffIsFinishedByTheNext) {
    Devnet net;
    for (NetworkId n = 1; n <= network_count; ++n) net.deposit(n, n, coins(n, 10'000));
    net.settle();
    net.stake_everything();
    for (int i = 0; i < 10'000; ++i) {
        if (i == 20) net.now_s += 5 * day_s;
        // Stopped after one transaction, and started again from what is on disk.
        if (net.pass(1) == 0 && i > 20) break;
        for (HostId host = 1; host <= protocol::host_count; ++host)
            net.worlds.host(host) =
                SimulatedHost{*world_from(to_bytes(net.worlds.host(host).world()))};
    }
    for (NetworkId n = 1; n <= network_count; ++n) {
        const auto pool = net.state.liquid.pools.get(n);
        EXPECT_EQ(pool.frame, 5u);
        EXPECT_EQ(pool.rewards_total, net.worlds.host(n).total_paid());
    }
    EXPECT_EQ(net.reverted, 0u);
    net.expect_backed();
}

TEST(Rounds, AJumpDoesNotComeBetweenAnInstructionAndItsExecution) {
    Devnet walk;
    Devnet jump;
    for (Devnet* net : {&walk, &jump}) {
        net->deposit(bsc, 1, coins(1, 100));
        net->settle();
        ASSERT_TRUE(net->send(alice, contract_address(ContractKind::staking, 1),
                              codec::call_data<"stake(uint256 assets)">(coins(1, 100)))
                        .success);
        // The keeper's call is in a block; what it emitted is not carried out yet.
        ASSERT_TRUE(net->send(members[0], contract_address(ContractKind::staking, 1),
                              codec::call_data<"advance()">())
                        .success);
    }
    walk.settle();
    walk.jump(3 * day_s);
    jump.jump(3 * day_s);
    EXPECT_GT(walk.worlds.host(bsc).total_paid().value, 0u);
    EXPECT_EQ(jump.worlds.host(bsc).total_paid(), walk.worlds.host(bsc).total_paid());
}

}  // namespace
}  // namespace thaw::hosts
