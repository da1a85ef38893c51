/// A small hub with a staker on all five networks and hosts whose weather the test makes; every
/// invariant is looked at after every transaction.
#pragma once
#include <gtest/gtest.h>

#include "thaw/hosts/circuit.hpp"
#include "thaw/protocol/addresses.hpp"
#include "thaw/protocol/liquid/ledger.hpp"

namespace thaw::hosts {

using protocol::contract_address;
using protocol::ContractKind;
using protocol::network_count;

inline constexpr uint64_t day_s = 86'400;
inline constexpr u128 ether = 1'000'000'000'000'000'000;
inline constexpr Address alice{{0xa1}}, bob{{0xb0}};
inline const std::vector<Address> members{{{0xe1}}, {{0xe2}}, {{0xe3}}, {{0xe4}}};

inline protocol::Genesis small_genesis() {
    protocol::Genesis genesis = protocol::default_genesis();
    for (auto& network : genesis.networks)
        network.validators = validators_of(network.parameters.staking_host);
    genesis.oracle_members = members;
    genesis.oracle_quorum = 3;
    for (const Address& member : members) genesis.grants.push_back({member, {ether}});
    genesis.grants.push_back({alice, {ether}});
    genesis.grants.push_back({bob, {ether}});
    return genesis;
}

inline Assets coins(NetworkId n, u128 count) {
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
    void deposit(NetworkId n, u128 count, const Address& who = alice) {
        worlds.host(n).fund(account_of(who), n, coins(n, count));
        ASSERT_TRUE(worlds.host(n).transfer_to_custody(account_of(who), who, n, coins(n, count)));
    }
    void stake(NetworkId n, u128 count, const Address& who = alice) {
        ASSERT_TRUE(send(who, contract_address(ContractKind::staking, n),
                         codec::call_data<"stake(uint256 assets)">(coins(n, count)))
                        .success);
    }
    /// In units of the asset where the token rebases, else in shares.
    bool unstake(NetworkId n, Assets part, const Address& who = alice) {
        const bool rebasing = state.networks.networks.get(n).rebasing != 0;
        return send(who, contract_address(ContractKind::staking, n),
                    rebasing ? codec::call_data<"unstakeBonds(uint256 amount)">(part)
                             : codec::call_data<"unstakeCerts(uint256 shares)">(part))
            .success;
    }
    bool unstake(NetworkId n, u128 count) { return unstake(n, coins(n, count)); }
    Assets balance(AssetId asset, const Address& who = alice) const {
        return state.token.balances.get(protocol::token::user_account(asset, who));
    }
    /// What the liquid token shows.
    u128 shown(NetworkId n, const Address& who = alice) const {
        return protocol::liquid::shown_balance({state, block()}, ContractKind::liquid, n, who);
    }
    protocol::liquid::Rate rate(NetworkId n) const {
        return protocol::liquid::rate({state, block()}, n);
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

}  // namespace thaw::hosts
