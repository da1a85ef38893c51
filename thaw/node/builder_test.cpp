#include "thaw/node/builder.hpp"

#include "thaw/codec/trie.hpp"
#include "thaw/node/test_world.hpp"

namespace thaw::node::test {

namespace {

using enum Builder::Verdict;

Opened opened(uint32_t from, const codec::SignedTransaction& tx) {
    return *open(sign(from, tx), test_chain_id);
}

struct Bench {
    protocol::State state = protocol::make_state(test_genesis());
    Draft genesis = genesis_block(state);
    Builder builder(uint64_t now_s = genesis_s) { return {state, *genesis.block, now_s}; }
};

}  // namespace

TEST(builder, genesis_is_block_0_without_transactions) {
    const Bench bench;
    const codec::Header& header = bench.genesis.block->header;
    EXPECT_EQ(header.number, 0u);
    EXPECT_TRUE(header.parent_hash.is_zero());
    EXPECT_EQ(header.timestamp, genesis_s);
    EXPECT_EQ(header.transactions_root, codec::empty_trie_root);
    EXPECT_EQ(header.receipts_root, codec::empty_trie_root);
    EXPECT_EQ(bench.genesis.block->hash, header.hash());
    protocol::State loaded;
    ASSERT_TRUE(loaded.apply_changes(bench.genesis.changes));
    EXPECT_EQ(loaded.digest().as_hash(), header.state_root);
}

TEST(builder, decides_what_can_be_in_the_block) {
    Bench bench;
    Builder builder = bench.builder();
    EXPECT_EQ(builder.add(opened(0, transfer(0))), included);
    EXPECT_EQ(builder.add(opened(0, transfer(0, 2))), unfit);  // its nonce is used
    EXPECT_EQ(builder.add(opened(0, transfer(2))), waits);     // nonce 1 is missing
    EXPECT_EQ(builder.add(opened(0, transfer(1))), waits);     // its sender waits already
    EXPECT_EQ(builder.add(opened(1, transfer(0, 10'000 * ether))), unfit);
    EXPECT_EQ(builder.add(opened(1, transfer(1))), waits);
    codec::SignedTransaction cheap = transfer(0);
    cheap.max_fee_per_gas = cheap.max_priority_fee_per_gas = 0;
    EXPECT_EQ(builder.add(opened(2, cheap)), unfit);
    codec::SignedTransaction little = transfer(0);
    little.gas_limit = 20'999;
    EXPECT_EQ(builder.add(opened(2, little)), unfit);
    codec::SignedTransaction much = transfer(0);
    much.gas_limit = 30'000'001;
    EXPECT_EQ(builder.add(opened(2, much)), unfit);
    much.gas_limit = 30'000'000;  // more than is left, but it uses little
    EXPECT_EQ(builder.add(opened(3, much)), included);
    EXPECT_EQ(builder.add(opened(2, transfer(1))), waits);

    const Settlement settlement = builder.settlement();
    EXPECT_EQ(settlement.unfit.size(), 5u);
    std::map<Address, uint64_t> nonces(settlement.nonces.begin(), settlement.nonces.end());
    EXPECT_EQ(nonces, (std::map<Address, uint64_t>{
                          {account(0), 1}, {account(1), 0}, {account(2), 0}, {account(3), 1}}));
    const Draft draft = builder.finish();
    EXPECT_EQ(draft.block->transactions.size(), 2u);
    EXPECT_EQ(draft.block->header.gas_used, 42'000u);
    std::vector<BytesView> sent;
    for (const SealedTransaction& one : draft.block->transactions)
        sent.push_back(one.transaction->raw);
    EXPECT_EQ(draft.block->header.transactions_root, codec::ordered_root(sent));
}

TEST(builder, what_turns_out_not_to_fit_waits_and_leaves_no_trace) {
    const auto offers_all = [](uint32_t from, size_t data) {
        codec::SignedTransaction tx = transfer(0);
        tx.data = Bytes(data, 1);
        tx.gas_limit = 30'000'000;
        tx.raw = codec::encode_signed(tx);
        tx.hash = crypto::keccak256(view_of(from));
        return Opened{.transaction = std::make_shared<const codec::SignedTransaction>(tx),
                      .sender = account(from)};
    };
    constexpr size_t nearly_all = 1'800'000;  // bytes at 16 gas
    Bench bench;
    Bench other;
    Builder builder = bench.builder();
    Builder with_fewer = other.builder();
    for (Builder* each : {&builder, &with_fewer})
        EXPECT_EQ(each->add(offers_all(0, 100'000)), included);
    EXPECT_EQ(builder.add(offers_all(1, nearly_all)), waits);
    for (Builder* each : {&builder, &with_fewer}) EXPECT_EQ(each->add(offers_all(2, 0)), included);
    EXPECT_EQ(builder.add(offers_all(3, nearly_all)), waits);
    // After a block's worth of work in vain nothing else is tried; what fits for certain is taken.
    EXPECT_EQ(builder.add(offers_all(4, 0)), waits);
    for (Builder* each : {&builder, &with_fewer})
        EXPECT_EQ(each->add(opened(5, transfer(0))), included);

    EXPECT_EQ(builder.settlement().unfit.size(), 0u);
    const Draft draft = builder.finish();
    EXPECT_EQ(draft.block->header.gas_used, 3 * 21'000 + 16 * 100'000u);
    EXPECT_EQ(draft.block->hash, with_fewer.finish().block->hash);
}

TEST(builder, time_never_falls) {
    Bench bench;
    EXPECT_EQ(bench.builder(genesis_s - 5).finish().block->header.timestamp, genesis_s);
    EXPECT_EQ(bench.builder(genesis_s + 5).finish().block->header.timestamp, genesis_s + 5);
}

}  // namespace thaw::node::test
