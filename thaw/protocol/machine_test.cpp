// The judge itself: what is fit, what it costs, what a refusal leaves, and that changes replay to
// the same digest.
#include "tests/scenario/expect.hpp"
#include "tests/scenario/random.hpp"

namespace thaw::scenario {
namespace {

#define STAKE "stake(uint256 assets) returns (uint256 shares)"
#define TRANSFER "transfer(address to, uint256 value) returns (bool)"

TEST(Fit, NamesTheFirstThingWrong) {
    Scenario s;
    const u128 rich = s.assets(eth, alice);
    const Command good{
        .sender = alice, .to = bob, .value = Assets{1}, .gas_limit = 21'000, .gas_price = 1};
    EXPECT_EQ(unfit(s.state, good), std::nullopt);
    Command c = good;
    c.gas_limit = 20'999;
    c.nonce = 1;
    c.value = Assets{u128_max};
    EXPECT_EQ(unfit(s.state, c), Unfit::intrinsic_gas_too_low);
    c.gas_limit = 21'000;
    EXPECT_EQ(unfit(s.state, c), Unfit::nonce_too_high);
    c.nonce = 0;
    EXPECT_EQ(unfit(s.state, c), Unfit::insufficient_funds);  // and its cost overflows
    c.value = Assets{rich - 21'000};
    EXPECT_EQ(unfit(s.state, c), std::nullopt);
    c.value.value += 1;
    EXPECT_EQ(unfit(s.state, c), Unfit::insufficient_funds);
    c.gas_price = u128_max;
    EXPECT_EQ(unfit(s.state, c), Unfit::insufficient_funds);
    EXPECT_TRUE(s.apply_checked(good).success);
    EXPECT_EQ(unfit(s.state, good), Unfit::nonce_too_low);
}

TEST(Fees, CountEveryByteOfTheDataAsEip2028Does) {
    Bytes data;
    uint64_t gas = 21'000;
    for (unsigned i = 0; i < 600; ++i) {
        ASSERT_EQ(intrinsic_gas(data), gas) << i;
        const auto byte = static_cast<uint8_t>(i % 3 == 0 ? 0 : i * 37);
        data.push_back(byte);
        gas += byte == 0 ? 4 : 16;
    }
}

TEST(Fees, CountAnAccessListAsEip2930Does) {
    EXPECT_EQ(access_list_gas({}), 0u);
    const codec::AccessListEntry list[] = {{alice, {}}, {bob, {Hash{}, Hash{}, Hash{}}}};
    EXPECT_EQ(access_list_gas(list), 2 * 2'400 + 3 * 1'900u);
    Scenario s;
    Command c{.sender = alice,
              .to = bob,
              .value = Assets{1},
              .gas_limit = 31'499,
              .gas_price = 1,
              .access_list_gas = access_list_gas(list)};
    EXPECT_EQ(unfit(s.state, c), Unfit::intrinsic_gas_too_low);
    c.gas_limit = 31'500;
    EXPECT_EQ(s.apply_checked(c).gas_used, 31'500u);
}

TEST(Fees, AreAPriceListAndGoToTheTreasury) {
    Scenario s;
    s.deposit(bnb, alice, one_18);
    const Bytes data = call_data<TRANSFER>(bob, Assets{256});
    uint64_t bytes_gas = 0;
    for (const uint8_t b : data) bytes_gas += b == 0 ? 4 : 16;  // EIP-2028
    EXPECT_EQ(intrinsic_gas(data), 21'000 + bytes_gas);
    const u128 had = s.assets(eth, alice);
    const u128 treasury_had = s.assets(eth, treasury);
    const Receipt receipt = s.send(alice, asset_of(bnb), data, {}, 7);
    EXPECT_EQ(receipt.gas_used, 21'000 + bytes_gas + 30'000 + 2'000);  // one call, one log
    EXPECT_SAME(s.assets(eth, alice), had - u128{7} * receipt.gas_used);
    EXPECT_SAME(s.assets(eth, treasury), treasury_had + u128{7} * receipt.gas_used);
    EXPECT_EQ(s.send(alice, bob, {}, Assets{5}).gas_used, 21'000u);
}

TEST(Fees, RunningOutOfGasUndoesAllButTheFee) {
    Scenario s;
    s.deposit(bnb, alice, one_18);
    const Bytes data = call_data<TRANSFER>(bob, Assets{1});
    const uint64_t enough = intrinsic_gas(data) + 32'000;
    const Receipt short_of = s.send(alice, asset_of(bnb), data, {}, 1, enough - 1);
    EXPECT_FALSE(short_of.success);
    EXPECT_EQ(short_of.gas_used, enough - 1);
    EXPECT_SAME(s.assets(bnb, bob), 0);
    EXPECT_DONE(s.send(alice, asset_of(bnb), data, {}, 1, enough));
}

TEST(Value, GoesToPlainAccountsAndIsRefusedByContractsThatDoNotExpectIt) {
    Scenario s;
    const u128 had = s.assets(eth, bob);
    EXPECT_DONE(s.send(alice, bob, {}, Assets{5}));
    EXPECT_DONE(s.send(alice, bob, {1, 2, 3}, Assets{5}));
    EXPECT_SAME(s.assets(eth, bob), had + 10);
    EXPECT_FALSE(s.send(alice, staking_of(bnb), {}, Assets{5}).success);
    EXPECT_FALSE(s.send(alice, tickets_address, {}, Assets{5}).success);
    EXPECT_DONE(s.send(alice, contract_address(ContractKind::staking, 6), {}, Assets{0}));
}

TEST(Views, MayBeSentAndChangeNothing) {
    Scenario s;
    EXPECT_DONE((s.call<"totalSupply() view returns (uint256)">(alice, liquid_of(bnb))));
    for (const auto& contract : contracts(s.state)) {
        EXPECT_TRUE(is_contract(s.state, contract.address)) << contract.name;
        EXPECT_EQ(code_at(s.state, contract.address).size(), 25u);
    }
    EXPECT_TRUE(code_at(s.state, alice).empty());
    EXPECT_TRUE(code_at(s.state, contract_address(ContractKind::staking, 0)).empty());
}

TEST(Digest, DependsOnTheContentAndNotOnItsHistory) {
    Scenario s;
    const Digest at_start = s.state.digest();
    const auto mark = s.state.checkpoint();
    for (uint8_t i = 1; i < 50; ++i) s.state.accounts.accounts.put(user(i), {i});
    s.state.rollback(mark);
    s.state.seal();
    EXPECT_EQ(s.state.digest(), at_start);
    s.state.accounts.accounts.put(user(1), {5});
    s.state.seal();
    EXPECT_NE(s.state.digest(), at_start);
    s.state.accounts.accounts.put(user(1), {});
    s.state.seal();
    EXPECT_EQ(s.state.digest(), at_start);
}

/// The same rows, loaded one by one: its digest is computed from them.
State rebuilt(const State& state) {
    State loaded;
    state.for_each_row([&](size_t table, BytesView key, BytesView row) {
        EXPECT_TRUE(loaded.load_row(table, key, row));
    });
    return loaded;
}

TEST(Digest, ChangesReplayRowsReloadAndBlocksRevertToTheSame) {
    Scenario s{scenario_genesis(), Scenario::Checks::none};
    State follower = make_state(scenario_genesis());
    follower.seal();
    State published = make_state(scenario_genesis());
    published.seal();
    const Digest genesis = published.digest();
    std::vector<Bytes> blocks;
    Random random{5};
    s.deposit(fantom, alice, one_18 * 100);
    s.call<STAKE>(alice, staking_of(fantom), Assets{one_18 * 50});
    std::vector<u128> bob_at{0};
    for (uint64_t height = 1; height <= 40; ++height) {
        for (int i = 0; i < 5; ++i)
            s.call<TRANSFER>(alice, liquid_of(fantom), bob, Assets{random.below(1'000'000)});
        blocks.push_back(s.state.seal());
        ASSERT_TRUE(follower.apply_changes(blocks.back()));
        ASSERT_EQ(follower.digest(), s.state.digest());
        ASSERT_TRUE(published.publish_changes(height, blocks.back(), s.state.digest()));
        ASSERT_EQ(rebuilt(published).digest(), s.state.digest());
        bob_at.push_back(s.shown(fantom, bob));
    }
    EXPECT_EQ(rebuilt(s.state).digest(), s.state.digest());
    const State copy{s.state};
    EXPECT_EQ(rebuilt(copy).digest(), s.state.digest());
    for (uint64_t height = 1; height <= 40; ++height) {
        const State past = State::fork(published, height);
        EXPECT_SAME(liquid::shown_balance({past, s.block}, ContractKind::liquid, fantom, bob),
                    bob_at[height]);
    }
    for (uint64_t height = 40; height >= 1; --height)
        ASSERT_TRUE(published.revert_changes(height, blocks[height - 1]));
    EXPECT_EQ(published.digest(), genesis);
    EXPECT_FALSE(follower.apply_changes(Bytes{0xff, 1, 2}));
    EXPECT_FALSE(follower.apply_changes(BytesView{blocks[0]}.first(blocks[0].size() - 1)));
}

TEST(Invariants, AreTrueAtGenesisAndNameWhatIsBroken) {
    Scenario s;
    EXPECT_EQ(broken_invariant(s.state, s.block), std::nullopt);
    const auto buffer = token::bucket_account(bnb, token::Bucket::buffer);
    s.state.token.balances.put(buffer, Assets{dead_stake.value - 1});
    EXPECT_TRUE(broken_invariant(s.state, s.block)->starts_with("C-1"));
    s.state.rollback({});
    s.state.liquid.holdings.put({.holder = alice, .network = bnb}, SubShares{1});
    EXPECT_TRUE(broken_invariant(s.state, s.block)->starts_with("C-2"));
    s.state.rollback({});
    s.state.bridge.custody.put({1, bnb}, {Assets{dead_stake.value + 1}, Assets{}});
    EXPECT_TRUE(broken_invariant(s.state, s.block)->starts_with("C-4"));
    s.state.rollback({});
    s.state.unbonding.queues.put(bnb, {.batches = 1, .batches_final = 1});
    EXPECT_TRUE(broken_invariant(s.state, s.block)->starts_with("Q-1"));
}

TEST(Genesis, NamesWhatCannotBeRun) {
    const auto fault = [](const std::function<void(Genesis&)>& spoil) {
        Genesis g = scenario_genesis();
        spoil(g);
        return fault_in(g).value_or("");
    };
    EXPECT_EQ(fault([](Genesis&) {}), "");
    EXPECT_NE(fault([](Genesis& g) { g.oracle_quorum = 2; }).find("two thirds"), std::string::npos);
    EXPECT_NE(fault([](Genesis& g) { g.oracle_quorum = 5; }).find("oracle_quorum"),
              std::string::npos);
    EXPECT_NE(fault([](Genesis& g) { g.oracle_quorum = 0; }), "");
    EXPECT_NE(fault([](Genesis& g) { g.oracle_members[1] = g.oracle_members[3]; }).find("twice"),
              std::string::npos);
    EXPECT_NE(fault([](Genesis& g) { g.oracle_members[0] = {}; }).find("zero"), std::string::npos);
    EXPECT_NE(fault([](Genesis& g) { g.networks[2].validators.clear(); }).find("polkadot"),
              std::string::npos);
    EXPECT_NE(fault([](Genesis& g) { g.hub.base_fee = 0; }).find("base_fee"), std::string::npos);
    EXPECT_NE(fault([](Genesis& g) { g.networks[0].parameters.stake_min = {}; }).find("bnb"),
              std::string::npos);
    EXPECT_NE(fault([](Genesis& g) { g.networks.pop_back(); }), "");
}

}  // namespace
}  // namespace thaw::scenario
