#include "thaw/node/chain.hpp"

#include <gtest/gtest.h>

#include <set>

#include "thaw/node/builder.hpp"
#include "thaw/node/test_world.hpp"

namespace thaw::node {

namespace {

Hash numbered(char kind, uint64_t number) {
    Hash hash;
    hash.bytes[0] = static_cast<uint8_t>(kind);
    std::memcpy(hash.bytes.data() + 1, &number, sizeof number);
    return hash;
}

/// With as many transactions as its height says.
SealedBlock block_at(uint64_t height) {
    SealedBlock block;
    block.header.number = height;
    block.hash = numbered('b', height);
    for (uint64_t i = 0; i < height; ++i) {
        codec::SignedTransaction transaction;
        transaction.hash = numbered('t', 100 * height + i);
        block.transactions.emplace_back().transaction =
            std::make_shared<const codec::SignedTransaction>(std::move(transaction));
    }
    return block;
}

}  // namespace

TEST(chain, hands_on_where_things_lie_between_two_heights_of_what_was_cut_off) {
    const Store store{std::make_shared<test::MemoryStorage>()};
    Chain chain{store, {}};
    protocol::State state = protocol::make_state(test::test_genesis());
    const BlockPtr genesis = genesis_block(state).block;
    chain.start(std::move(state), genesis);
    for (uint64_t height = 1; height <= 5; ++height) {
        chain.index(block_at(height));
        if (height % 2 == 0) chain.cut_index();
    }
    const auto within = [&](uint64_t first, uint64_t last) {
        std::set<uint64_t> heights;
        const Index index = chain.index_between(first, last);
        for (const auto& [hash, height] : index.blocks) {
            EXPECT_EQ(hash, height == 0 ? genesis->hash : numbered('b', height));
            EXPECT_TRUE(heights.insert(height).second);
        }
        size_t expected = 0;
        for (const uint64_t height : heights) expected += height;
        EXPECT_EQ(index.transactions.size(), expected);
        for (const auto& [hash, at] : index.transactions) {
            EXPECT_EQ(hash, numbered('t', 100 * at.height + at.index));
            EXPECT_TRUE(heights.contains(at.height));
        }
        return heights;
    };
    EXPECT_EQ(within(0, 9), (std::set<uint64_t>{0, 1, 2, 3, 4}));  // the fifth is not cut off
    EXPECT_EQ(within(2, 3), (std::set<uint64_t>{2, 3}));
    EXPECT_EQ(within(4, 4), (std::set<uint64_t>{4}));
    EXPECT_EQ(within(5, 9), (std::set<uint64_t>{}));
}

TEST(chain, refuses_to_fold_what_its_index_misses) {
    Store store{std::make_shared<test::MemoryStorage>()};
    ASSERT_TRUE(store.create(1, {.height = 0, .block = {}, .changes = {}}));
    ASSERT_TRUE(store.put_block({.height = 1, .block = {}, .changes = {}}));
    Index index;
    index.blocks = {{numbered('b', 0), 0}};
    const auto fold = [&] {
        return store.fold(1, Store::Way::log, [&](uint64_t first, uint64_t last) {
            EXPECT_EQ(first, 0u);
            EXPECT_EQ(last, 1u);
            return index;
        });
    };
    EXPECT_FALSE(fold());
    EXPECT_EQ(*store.checkpoint_height(), std::nullopt);
    index.blocks.emplace_back(numbered('b', 1), 1);
    EXPECT_EQ(fold(), 1u);
    EXPECT_EQ(*store.checkpoint_height(), 1u);
}

}  // namespace thaw::node
