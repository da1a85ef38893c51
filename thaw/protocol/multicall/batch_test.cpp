// Several calls in one: all or nothing, the signer stays the sender, each call's own error is kept.
#include "tests/scenario/expect.hpp"
#include "thaw/protocol/multicall/face.hpp"

namespace thaw::scenario {
namespace {

using multicall::BatchCall;
using Calls = std::vector<BatchCall>;

#define BATCH "batch((address to, uint256 value, bytes data)[] calls) returns (bytes[])"
#define STAKE "stake(uint256 assets) returns (uint256 shares)"
#define TRANSFER "transfer(address to, uint256 value) returns (bool)"

TEST(Batch, RunsAsTheSignerAndReturnsEachResult) {
    Scenario s;
    s.deposit(fantom, alice, one_18 * 3);
    const Calls calls{{asset_of(fantom), 0, call_data<TRANSFER>(bob, Assets{one_18})},
                      {staking_of(fantom), 0, call_data<STAKE>(Assets{one_18 * 2})},
                      {liquid_of(fantom), 0, call_data<TRANSFER>(bob, Assets{one_18 / 2})},
                      {carol, 12'345, {}}};
    const u128 carol_had = s.assets(eth, carol);
    const Receipt receipt = s.call<BATCH>(alice, batch_address, calls);
    EXPECT_DONE(receipt);
    const auto results = std::get<0>(*codec::decode<std::vector<Bytes>>(receipt.output));
    ASSERT_EQ(results.size(), 4u);
    EXPECT_EQ(std::get<0>(*codec::decode<bool>(results[0])), true);
    EXPECT_SAME(std::get<0>(*codec::decode<Shares>(results[1])).value, one_18 * 2);
    EXPECT_TRUE(results[3].empty());
    EXPECT_SAME(s.assets(fantom, bob), one_18);
    EXPECT_SAME(s.shown(fantom, bob), one_18 / 2);
    EXPECT_SAME(s.shown(fantom, alice), one_18 * 3 / 2);
    EXPECT_SAME(s.assets(eth, carol), carol_had + 12'345);
}

TEST(Batch, IsAllOrNothingAndNamesTheCallThatFailed) {
    Scenario s;
    s.deposit(bnb, alice, one_18);
    const Bytes reason =
        codec::revert_with(staking::StakeBelowMinimum{Assets{1}, Assets{one_18 / 10}}).data;
    const Calls calls{{asset_of(bnb), 0, call_data<TRANSFER>(bob, Assets{1})},
                      {carol, 5, {}},
                      {staking_of(bnb), 0, call_data<STAKE>(Assets{1})},
                      {asset_of(bnb), 0, call_data<TRANSFER>(bob, Assets{1})}};
    EXPECT_REFUSED(s.call<BATCH>(alice, batch_address, calls),
                   multicall::BatchCallFailed{Number{2}, reason});  // the fixture saw no trace left
    EXPECT_SAME(s.assets(bnb, bob), 0);
}

TEST(Batch, NestsWithinBounds) {
    Scenario s;
    Calls calls{{bob, 1, {}}};
    for (int depth = 0; depth < 2; ++depth) calls = {{batch_address, 0, call_data<BATCH>(calls)}};
    EXPECT_DONE(s.call<BATCH>(alice, batch_address, calls));
    calls = {{batch_address, 0, call_data<BATCH>(calls)}};
    EXPECT_FALSE(s.call<BATCH>(alice, batch_address, calls).success);
    EXPECT_REFUSED(s.call<BATCH>(alice, batch_address, Calls(257, BatchCall{bob, 0, {}})),
                   multicall::TooManyCalls{Number{257}, Number{256}});
    EXPECT_DONE(s.call<BATCH>(alice, batch_address, Calls(256, BatchCall{bob, 0, {}})));
    EXPECT_DONE(s.call<BATCH>(alice, batch_address, Calls{}));
}

TEST(Batch, ValueComesFromTheSignerAndNeverFromItsGas) {
    Scenario s;
    const u128 all = s.assets(eth, alice);
    const uint64_t limit = 200'000;
    const Calls calls{{bob, all - limit + 1, {}}};
    const Receipt receipt = s.send(alice, batch_address, call_data<BATCH>(calls), {}, 1, limit);
    EXPECT_FALSE(receipt.success);
    EXPECT_DONE(s.send(alice, batch_address, call_data<BATCH>(Calls{{bob, 5, {}}}), {}, 1, limit));
}

TEST(Multicall, CallsAsItselfAndToleratesWhatItIsToldTo) {
    Scenario s;
    s.deposit(bnb, alice, one_18);
    using multicall::Call3;
    const std::vector<Call3> calls{
        {asset_of(bnb), true,
         call_data<"balanceOf(address account) view returns (uint256)">(alice)},
        {asset_of(bnb), true, call_data<TRANSFER>(bob, Assets{1})},
        {staking_of(bnb), true, {1, 2, 3, 4}}};
    const Receipt receipt = s.call<
        "aggregate3((address target, bool allowFailure, bytes callData)[] calls) payable returns "
        "((bool success, bytes returnData)[])">(alice, multicall_address, calls);
    EXPECT_DONE(receipt);
    const auto seen = std::get<0>(*codec::decode<std::vector<multicall::Outcome>>(receipt.output));
    EXPECT_TRUE(seen[0].success);
    EXPECT_SAME(*codec::word_value(seen[0].data), one_18);
    EXPECT_FALSE(seen[1].success);  // the multicall contract, not alice, would have paid
    EXPECT_EQ(seen[1].data, codec::revert_with(token::ERC20InsufficientBalance{multicall_address,
                                                                               Assets{}, Assets{1}})
                                .data);
    EXPECT_FALSE(seen[2].success);
    EXPECT_SAME(s.assets(bnb, alice), one_18);
}

TEST(Multicall, WhatComesAfterTheGasIsUsedUpDoesNotRun) {
    Scenario s;
    const multicall::Call3 refused{asset_of(bnb), true, call_data<TRANSFER>(bob, Assets{1})};
    const Bytes data = call_data<
        "aggregate3((address target, bool allowFailure, bytes callData)[] calls) payable returns "
        "((bool success, bytes returnData)[])">(std::vector{refused, refused, refused});
    std::vector<CallFrame> frames;
    const Command command{.sender = alice,
                          .to = multicall_address,
                          .data = data,
                          .gas_limit = intrinsic_gas(data) + 2 * 30'000};
    const Receipt receipt = simulate(s.state, s.block, command, &frames);
    EXPECT_FALSE(receipt.success);
    EXPECT_EQ(receipt.gas_used, command.gas_limit);
    const Bytes out_of_gas = receipt.output;
    const Bytes own =
        codec::revert_with(token::ERC20InsufficientBalance{multicall_address, Assets{}, Assets{1}})
            .data;
    ASSERT_EQ(frames.size(), 4u);
    EXPECT_EQ(frames[1].output, own);  // there was gas for one
    EXPECT_EQ(frames[2].output, out_of_gas);
    EXPECT_EQ(frames[3].output, out_of_gas);
}

}  // namespace
}  // namespace thaw::scenario
