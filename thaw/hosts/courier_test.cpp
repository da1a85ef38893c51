#include "thaw/hosts/courier.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <future>

#include "thaw/crypto/hd_wallet.hpp"
#include "thaw/protocol/addresses.hpp"

namespace thaw::hosts {
namespace {

using protocol::contract_address;
using protocol::ContractKind;
using protocol::network_count;

constexpr uint64_t day_s = 86'400;
constexpr uint64_t patience_ms = 60'000;
constexpr u128 ether = 1'000'000'000'000'000'000;
constexpr std::string_view mnemonic = "test test test test test test test test test test test junk";

crypto::PrivateKey key(uint32_t index) { return *crypto::derive_key(mnemonic, index); }

protocol::Genesis devnet_genesis() {
    protocol::Genesis genesis = protocol::default_genesis();
    for (auto& network : genesis.networks)
        network.validators = validators_of(network.parameters.staking_host);
    for (uint32_t i = 0; i < 5; ++i) {
        const Address account = crypto::address_of(key(i));
        genesis.grants.push_back({account, {ether}});
        if (i > 0) genesis.oracle_members.push_back(account);
    }
    genesis.oracle_quorum = 3;
    return genesis;
}

/// A node on disk with a clock that stands still, the hosts, the courier and one user.
class CourierTest : public testing::Test {
  protected:
    const std::filesystem::path directory = std::filesystem::path{testing::TempDir()} /
                                            ("thaw_courier_test_" + std::to_string(getpid()));
    const Address alice = crypto::address_of(key(0));
    std::shared_ptr<node::DevClock> clock;
    std::unique_ptr<node::Node> node;
    std::unique_ptr<Courier> courier;

    CourierTest() {
        std::filesystem::remove_all(directory);
        std::filesystem::create_directories(directory);
        open();
    }
    ~CourierTest() override {
        courier.reset();
        node.reset();
        std::filesystem::remove_all(directory);
    }
    /// Begins, or goes on with what is on disk.
    void open() {
        courier.reset();
        node.reset();
        clock = std::make_shared<node::DevClock>(devnet_genesis().hub.genesis_s, 0);
        node::Options options;
        options.data_dir = directory;
        options.genesis = devnet_genesis();
        options.clock = clock;
        node = std::make_unique<node::Node>(std::move(options));
        auto worlds = Worlds::load(directory);
        ASSERT_TRUE(worlds) << worlds.error();
        courier = std::make_unique<Courier>(
            *node, *worlds ? std::move(**worlds) : Worlds{devnet_genesis(), 5},
            CourierOptions{.members = {key(1), key(2), key(3), key(4)}, .directory = directory});
        courier->start();
    }
    void rest() { ASSERT_TRUE(courier->wait_idle(patience_ms)); }
    void deposit(HostId host, AssetId asset, Assets amount) {
        auto pause = courier->pause();
        pause.worlds().host(host).fund(account_of(alice), asset, amount);
        ASSERT_TRUE(
            pause.worlds().host(host).transfer_to_custody(account_of(alice), alice, asset, amount));
        ASSERT_FALSE(pause.save());
    }
    void send(const Address& to, const Bytes& data) {
        codec::SignedTransaction draft;
        draft.chain_id = devnet_genesis().hub.chain_id;
        draft.nonce = node->pending_nonce(alice);
        draft.max_fee_per_gas = 1;
        draft.gas_limit = 1'000'000;
        draft.to = to;
        draft.data = data;
        const auto hash = node->submit(codec::sign_transaction(draft, key(0)));
        ASSERT_TRUE(hash) << hash.error().text;
        std::promise<bool> sealed;
        node->when_sealed(*hash, [&](bool in_block) { sealed.set_value(in_block); });
        ASSERT_TRUE(sealed.get_future().get());
    }
    Assets balance(AssetId asset) const {
        const node::View view = node->view();
        return view.state().token.balances.get(protocol::token::user_account(asset, alice));
    }
    protocol::liquid::Pool pool(NetworkId network) const {
        const node::View view = node->view();
        return view.state().liquid.pools.get(network);
    }
    uint64_t height() const { return node->view().head()->header.number; }
    void stake_all(NetworkId network) {
        send(contract_address(ContractKind::staking, network),
             codec::call_data<"stake(uint256 assets)">(balance(network)));
    }
};

TEST_F(CourierTest, SendsNothingWhenNothingIsDue) {
    rest();
    EXPECT_EQ(courier->counters().sent, 0u);
    EXPECT_EQ(height(), 0u);
}

TEST_F(CourierTest, CarriesStakesOutAndRewardsBackAcrossARestart) {
    for (NetworkId n = 1; n <= network_count; ++n)
        deposit(n, n, {figures_of(n).delegation_min.value * 100'000});
    rest();
    for (NetworkId n = 1; n <= network_count; ++n) {
        EXPECT_EQ(balance(n).value, figures_of(n).delegation_min.value * 100'000);
        stake_all(n);
    }
    rest();
    clock->advance(10 * day_s);
    rest();
    open();
    rest();
    EXPECT_EQ(courier->counters().sent, 0u) << "all of it was already said";
    clock->advance(20 * day_s);
    rest();
    EXPECT_EQ(courier->counters().reverted, 0u);
    EXPECT_EQ(courier->counters().rejected, 0u);
    auto pause = courier->pause();
    for (NetworkId n = 1; n <= network_count; ++n) {
        EXPECT_EQ(pool(n).frame, 30u);
        EXPECT_GT(pool(n).rewards_total.value, 0u);
        EXPECT_EQ(pool(n).rewards_total, pause.worlds().host(n).total_paid());
    }
}

TEST_F(CourierTest, BlocksAndWorldsAreSetBackTogether) {
    deposit(bsc, 1, {100 * ether});
    rest();
    stake_all(1);
    rest();
    const auto [snapshot, at] = [&] {
        auto pause = courier->pause();
        return std::pair{pause.worlds(), height()};
    }();
    const uint64_t then_s = clock->now_s();
    for (int time = 0; time < 2; ++time) {
        clock->advance(5 * day_s);
        deposit(bsc, 1, {ether});
        rest();
        EXPECT_EQ(pool(1).frame, 5u);
        EXPECT_EQ(balance(1).value, ether);
        auto pause = courier->pause();
        ASSERT_TRUE(node->revert_to(at));
        clock->reset(then_s);
        pause.worlds() = snapshot;
        ASSERT_FALSE(pause.save());
    }
    rest();
    EXPECT_EQ(pool(1).frame, 0u);
    EXPECT_EQ(balance(1).value, 0u);
}

TEST_F(CourierTest, WaitsPatientlyForBlocksThatOthersMake) {
    node->set_automine(false);
    deposit(kusama, 4, {1'000});
    for (int i = 0; i < 200 && node->pool().size() < 3; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
    EXPECT_EQ(node->pool().size(), 3u);
    std::this_thread::sleep_for(std::chrono::milliseconds{300});
    EXPECT_EQ(node->pool().size(), 3u) << "it does not repeat itself";
    EXPECT_EQ(balance(4).value, 0u);
    node->mine();
    EXPECT_EQ(balance(4).value, 1'000u);
    rest();
}

}  // namespace
}  // namespace thaw::hosts
