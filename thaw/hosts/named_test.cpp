// What happened to others, happening here: named cases of bad days on the hosts.
#include "thaw/hosts/weather_test.hpp"

namespace thaw::hosts {
namespace {

using protocol::unbonding::ticket_id;

bool is_open(const Circuit& net, uint64_t ticket) {
    return net.state.unbonding.tickets.has(ticket);
}

bool fell(const protocol::liquid::Rate& before, const protocol::liquid::Rate& after) {
    return wide_mul(after.assets.value, before.supply.value) <
           wide_mul(before.assets.value, after.supply.value);
}

/// What the hub has issued of an asset less what lies behind custody.
u128 unbacked(const Circuit& net, AssetId asset) {
    u128 behind = net.worlds.total_of(asset).value;
    for (HostId host = 1; host <= protocol::host_count; ++host)
        for (const auto& [key, balance] : net.worlds.host(host).world().accounts)
            if (key.first == asset) behind -= balance;
    return net.state.token.totals.get(asset).supply.value - behind;
}

// Stride, September 2023: one completion was counted for two batches, and what had not come back
// yet was paid out.
TEST(Named, ACompletionIsAppliedOnceHoweverOftenItIsSaid) {
    Weather net{{}};
    std::vector<protocol::Command> said;
    const auto check = net.witness;
    net.witness = [&](const auto& block, const auto& command, const auto& receipt) {
        check(block, command, receipt);
        if (std::ranges::count(members, command.sender) != 0) said.push_back(command);
    };
    const Assets before = net.balance(5);
    const auto pass_day = [&] {
        net.now_s += day_s;
        net.rest();
    };
    ASSERT_TRUE(net.unstake(5, 100));
    pass_day();
    ASSERT_TRUE(net.unstake(5, 100));
    pass_day();
    ASSERT_TRUE(is_open(net, ticket_id(5, 1)) && is_open(net, ticket_id(5, 2)));
    for (int day = 0; day < 9 && is_open(net, ticket_id(5, 1)); ++day) pass_day();
    ASSERT_TRUE(is_open(net, ticket_id(5, 2))) << "two batches of the same size, one of them back";
    EXPECT_EQ(net.balance(5).value, before.value + coins(5, 100).value);

    const auto books = [&] {
        Bytes image;
        for (NetworkId n = 1; n <= network_count; ++n) {
            append(image, view_of(net.state.unbonding.queues.get(n)));
            append(image, view_of(net.state.liquid.pools.get(n)));
            append(image, view_of(net.state.token.totals.get(n)));
            append(image, view_of(net.balance(n)));
        }
        return image;
    };
    const Bytes were = books();
    const auto everything = std::exchange(said, {});
    size_t refused = 0;
    for (const protocol::Command& command : everything) {
        const bool is_chore = command.to == contract_address(ContractKind::staking, 5);
        const bool heard = net.send(command.sender, command.to, command.data).success;
        EXPECT_TRUE(is_chore || !heard) << "somebody was heard twice";
        if (!heard) ++refused;
    }
    EXPECT_GT(refused, 20u);
    EXPECT_EQ(books(), were);
    EXPECT_TRUE(is_open(net, ticket_id(5, 2)));
    // Nor can it be said of an instruction that there is not.
    const uint64_t next = net.state.outbox.hosts.get(ethereum).emitted;
    const protocol::oracle::Outcome invented{.host = ethereum,
                                             .intent = next,
                                             .success = true,
                                             .amount = coins(5, 100),
                                             .completes_at_s = net.now_s};
    for (const Address& member : members)
        EXPECT_FALSE(net.send(member, protocol::oracle_address, call_data_of(Attestation{invented}))
                         .success);

    for (int day = 0; day < 9 && is_open(net, ticket_id(5, 2)); ++day) pass_day();
    EXPECT_EQ(net.balance(5).value, before.value + coins(5, 200).value);
    EXPECT_EQ(unbacked(net, 5), 0u);
}

// Stride: a slashed validator could not be drained, because tokens and 18-decimal shares disagreed
// in the last unit.
TEST(Named, ASlashedValidatorIsDrainedToTheLastUnits) {
    for (const NetworkId n : {NetworkId{1}, NetworkId{2}, NetworkId{5}}) {
        Weather net{{.rounds_shares = 1}};
        SimulatedHost& host = net.worlds.host(n);
        for (int day = 0; day < 3; ++day) {
            net.now_s += day_s;
            net.rest();
        }
        uint32_t most = 1;
        for (uint32_t v = 1; v <= host.world().validators.size(); ++v)
            if (host.world().validators[v - 1].delegated >
                host.world().validators[most - 1].delegated)
                most = v;
        const Assets lost = host.slash(most, 37'777);
        EXPECT_GT(lost.value, 0u);
        net.now_s += day_s;
        net.rest();
        const Assets before = net.balance(n);
        const u128 worth = net.state.networks.networks.get(n).rebasing != 0
                               ? net.shown(n)
                               : net.shown(n) * net.rate(n).assets.value /
                                     (net.rate(n).supply.value / protocol::liquid::sub_units);
        ASSERT_TRUE(net.unstake(n, Assets{net.shown(n)}));
        EXPECT_LE(net.shown(n), 1u);
        for (int day = 0; day < 75; ++day) {
            net.now_s += day_s;
            net.rest();
        }
        EXPECT_FALSE(is_open(net, ticket_id(n, 1))) << int{n};
        EXPECT_GE(net.balance(n).value + worth / 1'000'000, before.value + worth) << int{n};
        // What stays is the treasury's, and a few units that no whole share is worth.
        EXPECT_LE(host.total_delegated().value, coins(n, 10).value) << int{n};
        EXPECT_LE(unbacked(net, n), 100u) << int{n};
        EXPECT_EQ(net.reverted, 0u);
    }
}

TEST(Named, SixtyPerCentOfAPoolAskOutInOneBlock) {
    Weather net{{}};
    for (NetworkId n = 1; n <= network_count; ++n) net.deposit(n, 10'000, bob);
    net.rest();
    for (NetworkId n = 1; n <= network_count; ++n) net.stake(n, 6'000, bob);
    net.rest();
    net.now_s += 2 * day_s;
    net.rest();
    std::array<Assets, network_count + 1> before{};
    std::array<protocol::liquid::Rate, network_count + 1> rates{};
    std::array<u128, network_count + 1> stays{};
    for (NetworkId n = 1; n <= network_count; ++n) {
        before[n] = net.balance(n);
        rates[n] = net.rate(n);
        stays[n] = net.shown(n, bob);
        ASSERT_TRUE(net.unstake(n, Assets{net.shown(n)}));
    }
    for (uint64_t day = 1; day <= 40; ++day) {
        net.now_s += day_s;
        net.rest();
        for (NetworkId n = 1; n <= network_count; ++n) {
            EXPECT_FALSE(fell(rates[n], net.rate(n))) << "those who stay paid for it";
            rates[n] = net.rate(n);
            EXPECT_GE(net.shown(n, bob), stays[n]);
            const auto p = net.state.networks.networks.get(n);
            const bool late = day * day_s > p.unbonding_s + p.batch_interval_s + 2 * day_s;
            EXPECT_FALSE(late && is_open(net, ticket_id(n, 1))) << int{n} << " on day " << day;
        }
    }
    for (NetworkId n = 1; n <= network_count; ++n) {
        EXPECT_GE(net.balance(n).value, before[n].value + coins(n, 9'000).value) << int{n};
        EXPECT_EQ(unbacked(net, n), 0u) << int{n};
    }
}

TEST(Named, ATotalLossIsBorneByItsNetworkAlone) {
    Weather net{{}};
    constexpr NetworkId n = 4;
    net.deposit(n, 500, bob);
    net.rest();
    net.stake(n, 400, bob);
    ASSERT_TRUE(net.unstake(n, 100));
    for (int day = 0; day < 14; ++day) {
        net.now_s += day_s;
        net.rest();
    }
    ASSERT_FALSE(is_open(net, ticket_id(n, 1)));
    const Assets paid = net.balance(n);  // a funded claim is out of reach
    ASSERT_TRUE(net.unstake(n, 100));
    net.now_s += 2 * day_s;
    net.rest();
    std::array<protocol::liquid::Rate, network_count + 1> rates{};
    for (NetworkId other = 1; other <= network_count; ++other) rates[other] = net.rate(other);
    for (uint32_t v = 1; v <= net.worlds.host(n).world().validators.size(); ++v)
        net.worlds.host(n).slash(v, whole_ppm);
    for (int day = 0; day < 45; ++day) {
        net.now_s += day_s;
        net.rest();
    }
    for (NetworkId other = 1; other <= network_count; ++other) {
        EXPECT_EQ(fell(rates[other], net.rate(other)), other == n) << int{other};
        EXPECT_EQ(net.state.liquid.pools.get(other).frame, 61u) << int{other};
        EXPECT_EQ(unbacked(net, other), 0u) << int{other};
    }
    EXPECT_GE(net.balance(n), paid);
    EXPECT_LT(net.shown(n), coins(n, 20).value) << "what is left is what was in the buffer";
    // The network takes no new stakes at such a rate; the others do.
    const Address staking = contract_address(ContractKind::staking, n);
    EXPECT_FALSE(
        net.send(bob, staking, codec::call_data<"stake(uint256 assets)">(coins(n, 50))).success);
    net.stake(5, 500);
    EXPECT_EQ(net.reverted, 0u);
}

}  // namespace
}  // namespace thaw::hosts
