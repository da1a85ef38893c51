#include "thaw/sim/devnet.hpp"

#include <gtest/gtest.h>

#include <future>

#include "thaw/base/text.hpp"
#include "thaw/protocol/token/face.hpp"
#include "thaw/rpc/encode.hpp"
#include "thaw/sim/development.hpp"

namespace thaw::sim {
namespace {

namespace json = boost::json;
namespace token = protocol::token;
using protocol::contract_address;
using protocol::ContractKind;

constexpr u128 one_18 = 1'000'000'000'000'000'000;
constexpr uint64_t patience_ms = 60'000;

/// A devnet in a directory of its own, whose time moves only when the test moves it.
class DevnetTest : public testing::Test {
  protected:
    void SetUp() override {
        directory_ = std::filesystem::path{testing::TempDir()} /
                     ("thaw_devnet_" + std::to_string(::getpid()));
        std::filesystem::remove_all(directory_);
        open();
    }
    void TearDown() override {
        devnet_.reset();
        std::filesystem::remove_all(directory_);
    }
    void open() {
        devnet_.reset();
        devnet_ =
            std::make_unique<Devnet>(DevnetOptions{.port = 0,
                                                   .data_dir = directory_,
                                                   .day_ms = 0,
                                                   .parameters = protocol::default_genesis()});
        devnet_->start();
        ASSERT_TRUE(devnet_->courier().wait_idle(patience_ms));
    }

    Address account(uint32_t index) const { return crypto::address_of(development_key(index)); }
    u128 balance(AssetId asset, uint32_t index) const {
        const node::View view = devnet_->node().view();
        return token::held(protocol::Query{view.state(), view.context_at(height(view))},
                           token::user_account(asset, account(index)))
            .value;
    }
    static uint64_t height(const node::View& view) { return view.head()->header.number; }
    uint64_t height() const { return height(devnet_->node().view()); }

    /// Signs, sends and waits; whether the contract accepted.
    bool send(uint32_t from, const Address& to, const Bytes& data) {
        codec::SignedTransaction draft;
        draft.chain_id = 8429;
        draft.nonce = devnet_->node().pending_nonce(account(from));
        draft.max_fee_per_gas = 1;
        draft.gas_limit = 1'000'000;
        draft.to = to;
        draft.data = data;
        const auto hash =
            devnet_->node().submit(codec::sign_transaction(draft, development_key(from)));
        EXPECT_TRUE(hash) << hash.error().text;
        std::promise<bool> sealed;
        devnet_->node().when_sealed(*hash, [&](bool yes) { sealed.set_value(yes); });
        EXPECT_TRUE(sealed.get_future().get());
        const auto found = devnet_->node().transaction(*hash);
        return found && found->sealed().receipt.success;
    }
    void pass_days(uint64_t days) {
        for (; days > 0; --days) {
            devnet_->clock().advance(86'400);
            ASSERT_TRUE(devnet_->courier().wait_idle(patience_ms));
        }
    }
    json::value call(std::string_view method, const json::array& parameters) {
        const auto answer = devnet_->methods().call(method, parameters);
        EXPECT_TRUE(answer) << answer.error().message;
        return answer ? *answer : json::value{};
    }

    std::filesystem::path directory_;
    std::unique_ptr<Devnet> devnet_;
};

TEST_F(DevnetTest, BeginsWithTenRichAccountsWhoseMoneyCameThroughTheBridge) {
    EXPECT_TRUE(devnet_->created());
    EXPECT_TRUE(devnet_->deposits_arrived());
    for (uint32_t index = 0; index < development_account_count; ++index) {
        EXPECT_EQ(balance(protocol::eth, index), 10'000 * one_18);
        EXPECT_EQ(balance(1, index), 10'000 * one_18);
        EXPECT_EQ(balance(3, index), 10'000 * u128{10'000'000'000});
        EXPECT_EQ(balance(5, index), 10'000 * one_18);
    }
    const auto pause = devnet_->courier().pause();
    const node::View view = devnet_->node().view();
    EXPECT_EQ(protocol::broken_invariant(view.state(), view.context_at(height(view))),
              std::nullopt);
}

TEST_F(DevnetTest, ASnapshotCoversHubHostsAndTime) {
    const u128 before = balance(1, 0);
    const uint64_t height_before = height();
    const uint64_t time_before = devnet_->clock().now_s();
    const uint64_t number = devnet_->take_snapshot();
    ASSERT_TRUE(send(0, contract_address(ContractKind::staking, 1),
                     codec::call_data<"stake(uint256 assets)">(Assets{5 * one_18})));
    pass_days(3);
    EXPECT_EQ(balance(1, 0), before - 5 * one_18);
    EXPECT_NE(call("thaw_hosts", {}).at(0).at("rewardsPaid"), "0");

    EXPECT_TRUE(devnet_->restore_snapshot(number));
    EXPECT_FALSE(devnet_->restore_snapshot(number)) << "it is used up";
    EXPECT_EQ(balance(1, 0), before);
    EXPECT_EQ(height(), height_before);
    EXPECT_EQ(devnet_->clock().now_s(), time_before);
    EXPECT_EQ(call("thaw_hosts", {}).at(0).at("rewardsPaid"), "0");

    ASSERT_TRUE(send(0, contract_address(ContractKind::staking, 1),
                     codec::call_data<"stake(uint256 assets)">(Assets{7 * one_18})));
    pass_days(3);
    EXPECT_EQ(balance(1, 0), before - 7 * one_18);
}

TEST_F(DevnetTest, GoesOnWhereItStopped) {
    ASSERT_TRUE(send(0, contract_address(ContractKind::staking, 3),
                     codec::call_data<"stake(uint256 assets)">(Assets{one_18 / 10'000'000})));
    pass_days(2);
    const uint64_t height_before = height();
    const uint64_t time_before = devnet_->clock().now_s();
    const json::value hosts_before = call("thaw_hosts", {});
    open();
    EXPECT_FALSE(devnet_->created());
    EXPECT_EQ(height(), height_before);
    EXPECT_GE(devnet_->clock().now_s() + 1, time_before);
    EXPECT_EQ(call("thaw_hosts", {}), hosts_before);
    pass_days(1);
    EXPECT_EQ(call("thaw_hostReport", {"polkadot", 3}).at("frame"), 3);
}

TEST_F(DevnetTest, PeopleOnTheHostsDepositAndAreCredited) {
    const u128 before = balance(5, 4);
    const std::string who = to_hex(account(4));
    const auto there = call("thaw_hostBalance", {"polygon", who, "MATIC"});
    call(
        "thaw_hostDeposit",
        {json::object{{"host", "polygon"}, {"from", who}, {"asset", "matic"}, {"amount", "0x2a"}}});
    EXPECT_EQ(call("thaw_settle", {}), true);
    EXPECT_EQ(balance(5, 4), before + 42);
    EXPECT_EQ(*parse_decimal(there.as_string()),
              *parse_decimal(call("thaw_hostBalance", {6, who, 5}).as_string()) + 42);
}

TEST_F(DevnetTest, DepositsThatCannotBeAreRefusedInWords) {
    const std::string who = to_hex(account(4));
    const auto refusal = [&](const json::value& deposit) {
        const auto answer = devnet_->methods().call("thaw_hostDeposit", {deposit});
        return answer ? std::string{"accepted"} : answer.error().message;
    };
    const auto wish = [&](json::value host, json::value asset, json::value amount) {
        return json::object{{"host", std::move(host)},
                            {"from", who},
                            {"asset", std::move(asset)},
                            {"amount", std::move(amount)}};
    };
    EXPECT_EQ(refusal(wish("bsc", "BNB", "0")), "a deposit must not be zero");
    EXPECT_EQ(refusal(wish("bsc", "DOT", 1)),
              "the bridge does not take this asset on BNB Smart Chain");
    EXPECT_NE(refusal(wish("bsc", "BNB", "1000000000000000000000000")).find(" base units on BNB"),
              std::string::npos);
    EXPECT_EQ(refusal(json::object{{"host", 1}}),
              "invalid argument 0 (deposit): \"from\" is missing");
    EXPECT_NE(refusal(wish("solana", "BNB", 1)).find("expected a host: "), std::string::npos);
    EXPECT_NE(refusal(wish(7, "BNB", 1)).find("expected a host: "), std::string::npos);
    EXPECT_NE(refusal(wish(1, "THAW", 1)).find("expected an asset: "), std::string::npos);
    EXPECT_NE(refusal(wish(1, "BNB", -1)).find("expected a quantity"), std::string::npos);
}

TEST_F(DevnetTest, MisfortuneIsProvokedByHand) {
    const auto refusal = [&](const char* method, json::array params) {
        const auto answer = devnet_->methods().call(method, std::move(params));
        return answer ? std::string{"accepted"} : answer.error().message;
    };
    EXPECT_EQ(call("thaw_hostMisfortune", {"bsc"}).at("failPpm"), 0);
    const auto plan = call("thaw_hostMisfortune", {"bsc", json::object{{"finalitySeconds", 60}}});
    EXPECT_EQ(plan.at("finalitySeconds"), 60);
    EXPECT_NE(refusal("thaw_hostMisfortune", {"bsc", json::object{{"failPpm", 1'000'001}}})
                  .find("at most 1000000"),
              std::string::npos);
    EXPECT_NE(refusal("thaw_hostMisfortune", {"bsc", json::object{{"rainPpm", 1}}})
                  .find("a figure that there is not"),
              std::string::npos);

    const u128 before = balance(1, 4);
    const std::string who = to_hex(account(4));
    call("thaw_hostDeposit",
         {json::object{{"host", "bsc"}, {"from", who}, {"asset", "bnb"}, {"amount", 42}}});
    EXPECT_EQ(call("thaw_hostReorganise", {"bsc"}), 1);
    EXPECT_EQ(call("thaw_settle", {}), true);
    EXPECT_EQ(balance(1, 4), before) << "not final";
    devnet_->clock().advance(60);
    EXPECT_EQ(call("thaw_settle", {}), true);
    EXPECT_EQ(balance(1, 4), before + 42);

    EXPECT_EQ(call("thaw_hostJail", {"bsc", 2}), true);
    const auto taken = call("thaw_hostSlash", {"bsc", 2, 500});
    EXPECT_NE(taken, "0");
    EXPECT_NE(refusal("thaw_hostSlash", {"bsc", 99, 500}).find("validators, counted from 1"),
              std::string::npos);
    EXPECT_NE(refusal("thaw_hostSlash", {"bsc", 1, 1'000'001}).find("at most 1000000"),
              std::string::npos);
    pass_days(1);
    const auto second = call("thaw_hostReport", {"bnb", 1}).at("validators").at(1);
    EXPECT_EQ(second.at("jailed"), true);
    EXPECT_EQ(second.at("slashed"), taken);
}

TEST_F(DevnetTest, EtherIsRaisedThroughTheBridgeAndNeverLowered) {
    const Address stranger{{7}};
    const std::string who = to_hex(stranger);
    const auto ether = [&] {
        const node::View view = devnet_->node().view();
        return view.state().token.balances.get(token::user_account(protocol::eth, stranger)).value;
    };
    const auto supply = [&] {
        return devnet_->node().view().state().token.totals.get(protocol::eth).supply.value;
    };
    const u128 issued = supply();
    for (const auto* method : {"anvil_setBalance", "hardhat_setBalance"}) {
        const u128 wanted = ether() + one_18;
        call(method, {who, rpc::quantity(wanted)});
        EXPECT_EQ(ether(), wanted);
    }
    call("anvil_setBalance", {who, rpc::quantity(2 * one_18)});
    EXPECT_EQ(supply(), issued + 2 * one_18);
    const auto lower = devnet_->methods().call("anvil_setBalance", {who, "0x1"});
    ASSERT_FALSE(lower);
    EXPECT_NE(lower.error().message.find("not lowered"), std::string::npos);
    EXPECT_FALSE(devnet_->methods().call("anvil_setBalance", {who, "0x" + std::string(32, 'f')}));
    EXPECT_EQ(ether(), 2 * one_18);
}

TEST_F(DevnetTest, FreshTokensAreListedAndCrossTheBridge) {
    const auto code = [&](const json::value& token) {
        return call("eth_getCode", {token.at("address")}).as_string();
    };
    const uint64_t before = height();
    const auto first = call("thaw_instantiate", {});
    const auto second = call("thaw_instantiate", {json::object{{"kind", "token"},
                                                               {"name", "Drop of Dew"},
                                                               {"symbol", "DEW"},
                                                               {"decimals", 6},
                                                               {"supply", "1234"},
                                                               {"holder", to_hex(account(3))}}});
    EXPECT_EQ(first.at("asset"), 7);
    EXPECT_EQ(second.at("asset"), 8);
    EXPECT_EQ(balance(7, 0), 1'000'000 * one_18);
    EXPECT_EQ(balance(8, 3), 1'234u);
    EXPECT_EQ(code(first).size(), 52u);
    EXPECT_EQ(call("eth_getCode", {second.at("address"), rpc::quantity(before)}), "0x");
    ASSERT_TRUE(
        send(3, contract_address(ContractKind::asset, 8),
             codec::call_data<"transfer(address to,uint256 value)">(account(4), Assets{234})));
    open();
    EXPECT_EQ(balance(8, 3), 1'000u);
    EXPECT_EQ(balance(8, 4), 234u);
    EXPECT_EQ(call("thaw_instantiate", {}).at("asset"), 9);

    // Back out to the host, in one tenth of the supply a day.
    Hash recipient = hosts::account_of(account(4));
    ASSERT_TRUE(send(4, protocol::bridge_address,
                     codec::call_data<"withdraw(uint8,uint8,bytes32,uint256)">(
                         uint8_t{8}, uint8_t{5}, recipient, Assets{12})));
    ASSERT_TRUE(devnet_->courier().wait_idle(patience_ms));
    {
        const auto pause = devnet_->courier().pause();
        const node::View view = devnet_->node().view();
        EXPECT_EQ(protocol::broken_invariant(view.state(), view.context_at(height(view))),
                  std::nullopt);
        EXPECT_EQ(view.state().token.totals.get(8).supply.value, 1'222u);
    }
}

TEST_F(DevnetTest, TokensThatCannotBeAreRefusedInWords) {
    const auto refusal = [&](const json::object& what) {
        const auto answer = devnet_->methods().call("thaw_instantiate", {what});
        return answer ? std::string{"accepted"} : answer.error().message;
    };
    EXPECT_EQ(refusal({{"kind", "vault"}}),
              "this hub instantiates kind \"token\" only: it has no vaults or pairs yet");
    const std::string needs = "a token needs a name of 1 to 32 and a symbol of 1 to 16";
    EXPECT_EQ(refusal({{"decimals", 19}}).substr(0, needs.size()), needs);
    EXPECT_EQ(refusal({{"symbol", ""}}).substr(0, needs.size()), needs);
    EXPECT_EQ(refusal({{"name", std::string(33, 'x')}}).substr(0, needs.size()), needs);
    EXPECT_EQ(refusal({{"symbol", "\n"}}).substr(0, needs.size()), needs);
}

}  // namespace
}  // namespace thaw::sim
