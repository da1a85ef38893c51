// What must be the same after a restart, a crash, a revert and a replay.
#include <unistd.h>

#include "thaw/node/block_format.hpp"
#include "thaw/node/checksum.hpp"
#include "thaw/node/store.hpp"
#include "thaw/node/test_world.hpp"

namespace thaw::node::test {

namespace {

/// Balances of all accounts after each height, read live.
using History = std::vector<std::array<u128, 8>>;

std::array<u128, 8> balances(const protocol::State& state) {
    std::array<u128, 8> all;
    for (uint32_t i = 0; i < 8; ++i) all[i] = balance_in(state, i);
    return all;
}

/// Seals `count` blocks with a transfer each, and remembers the balances after every one.
void grow(World& world, History& history, uint64_t count) {
    if (history.empty()) history.push_back(balances(world.node->view().state()));
    for (uint64_t i = 0; i < count; ++i) {
        const uint32_t from = static_cast<uint32_t>(history.size() % 3);
        const uint32_t to = static_cast<uint32_t>(3 + history.size() % 4);
        const uint64_t nonce = world.node->pending_nonce(account(from));
        ASSERT_TRUE(world.settle(sign(from, transfer(nonce, history.size() * gwei, to))));
        history.push_back(balances(world.node->view().state()));
    }
}

void expect_history(const Node& node, const History& history) {
    const View view = node.view();
    const uint64_t head = view.head()->header.number;
    ASSERT_EQ(head, history.size() - 1);
    for (uint64_t height = view.oldest_readable_height(); height <= head; ++height)
        EXPECT_EQ(balances(view.fork_at(height)), history[height]) << "height " << height;
}

/// Everything a client could have seen of the blocks.
struct Seen {
    std::vector<Bytes> headers;
    std::vector<Bytes> outputs;
    std::vector<Location> places;
    friend bool operator==(const Seen&, const Seen&) = default;
};
Seen look(const Node& node) {
    Seen seen;
    const View view = node.view();
    for (uint64_t height = 0; height <= view.head()->header.number; ++height) {
        const BlockPtr block = node.block(height);
        EXPECT_EQ(node.header(height), block->header);
        if (height >= view.oldest_readable_height()) {
            EXPECT_EQ(view.context_at(height).now_s, block->header.timestamp);
        }
        seen.headers.push_back(block->header.rlp());
        EXPECT_EQ(node.block(block->hash)->header.number, height);
        for (const SealedTransaction& one : block->transactions) {
            seen.outputs.push_back(one.receipt.output);
            seen.outputs.push_back(Bytes(one.sender.bytes.begin(), one.sender.bytes.end()));
            seen.places.push_back(place_of(node, one.transaction->hash));
        }
    }
    return seen;
}

Bytes key(char kind, uint8_t height) {
    return {static_cast<uint8_t>(kind), 0, 0, 0, 0, 0, 0, 0, height};
}

void overwrite(Storage& disk, Bytes at, std::optional<Bytes> value) {
    const std::vector<Write> batch{{std::move(at), std::move(value)}};
    ASSERT_TRUE(disk.write(batch));
}

/// The rows that the store says it has, beside those that are there.
void expect_counts(const World& world) {
    const auto said = Store{world.disk}.row_counts();
    ASSERT_TRUE(said && *said);
    Store::RowCounts counted{};
    ASSERT_TRUE(world.disk->for_each(Bytes{'r'}, [&](BytesView at, BytesView) {
        ++counted.at(at[1]);
        return true;
    }));
    EXPECT_EQ(**said, counted);
}

}  // namespace

class Restart : public testing::TestWithParam<std::tuple<uint64_t, uint64_t>> {};

TEST_P(Restart, gives_the_same_chain_and_the_same_past) {
    World world;
    const auto [checkpoint_blocks, history_blocks] = GetParam();
    world.options.checkpoint_blocks = checkpoint_blocks;
    world.options.past.blocks = history_blocks;
    world.start();
    History history;
    for (int round = 0; round < 4; ++round) {
        grow(world, history, 5);
        expect_history(*world.node, history);
        const Seen before = look(*world.node);
        const uint64_t head = history.size() - 1;
        EXPECT_EQ(world.node->view().oldest_readable_height(),
                  head > history_blocks ? head - history_blocks : 0);
        world.start();
        EXPECT_EQ(look(*world.node), before);
        EXPECT_EQ(world.node->view().oldest_readable_height(),
                  head > history_blocks ? head - history_blocks : 0);
        expect_history(*world.node, history);
    }
    EXPECT_FALSE(world.node->replay());
    world.node->checkpoint();
    expect_counts(world);
    const Seen before = look(*world.node);
    world.start();
    EXPECT_EQ(look(*world.node), before);
    expect_history(*world.node, history);
}

INSTANTIATE_TEST_SUITE_P(checkpoints_and_histories, Restart,
                         testing::Combine(testing::Values(1, 3, 1000),
                                          testing::Values(0, 1, 7, 1000)));

/// The oldest height from which on the stored changes are at most `bytes`, by adding them up.
uint64_t oldest_within(const World& world, uint64_t bytes) {
    const Store store{world.disk};
    uint64_t height = world.node->view().head()->header.number;
    while (height > 0) {
        const size_t size = store.changes(height)->size();
        if (size > bytes) break;
        bytes -= size;
        --height;
    }
    return height;
}

TEST(Past, is_as_long_as_its_bytes_allow) {
    World world;
    world.start();
    History history;
    grow(world, history, 8);
    const uint64_t bytes = Store{world.disk}.changes(8)->size() * 9 / 2;
    world.options.past.bytes = bytes;
    world.start();
    const auto expect_all_that_fits = [&] {
        const uint64_t oldest = world.node->view().oldest_readable_height();
        EXPECT_EQ(oldest, oldest_within(world, bytes));
        EXPECT_LT(oldest, history.size() - 1);
        expect_history(*world.node, history);
    };
    expect_all_that_fits();
    grow(world, history, 10);
    expect_all_that_fits();
    // What was taken back does not count; and what is no longer readable is not taken back twice.
    for (const uint64_t fewer : {2u, 7u}) {
        const uint64_t target = history.size() - 1 - fewer;
        ASSERT_TRUE(world.node->revert_to(target));
        history.resize(target + 1);
        expect_history(*world.node, history);
        grow(world, history, 6);
        expect_all_that_fits();
    }
    world.options.past.bytes = 0;
    world.start();
    EXPECT_EQ(world.node->view().oldest_readable_height(), history.size() - 1);
    grow(world, history, 2);
    EXPECT_EQ(world.node->view().oldest_readable_height(), history.size() - 1);
}

class Revert : public testing::TestWithParam<std::tuple<uint64_t, uint64_t, uint64_t>> {};

TEST_P(Revert, returns_to_the_earlier_height_for_good) {
    World world;
    const auto [checkpoint_at, history_blocks, target] = GetParam();
    world.options.past.blocks = history_blocks;
    world.start();
    History history;
    grow(world, history, checkpoint_at);
    world.node->checkpoint();
    grow(world, history, 10 - checkpoint_at);
    const BlockPtr gone = world.node->view().head();
    std::optional<uint64_t> heard;
    world.node->on_revert([&](uint64_t height) { heard = height; });
    world.clock->advance(100);

    EXPECT_FALSE(world.node->revert_to(11));
    ASSERT_TRUE(world.node->revert_to(target));
    EXPECT_EQ(heard, target);
    history.resize(target + 1);
    expect_history(*world.node, history);
    EXPECT_EQ(world.clock->now_s(), world.node->view().head()->header.timestamp);
    if (target < 10) {
        EXPECT_EQ(world.node->block(gone->hash), nullptr);
        EXPECT_FALSE(world.node->transaction(gone->transactions[0].transaction->hash));
    }
    expect_counts(world);
    const Seen before = look(*world.node);
    world.start();
    EXPECT_EQ(look(*world.node), before);
    grow(world, history, 4);
    expect_history(*world.node, history);
    EXPECT_FALSE(world.node->replay());
    world.node->checkpoint();
    expect_counts(world);
    world.start();
    expect_history(*world.node, history);
}

INSTANTIATE_TEST_SUITE_P(checkpoints_histories_targets, Revert,
                         testing::Combine(testing::Values(0, 4, 10), testing::Values(2, 1000),
                                          testing::Values(0, 3, 4, 9, 10)));

TEST(restart, a_kill_between_any_two_writes_loses_nothing_that_was_answered) {
    World world;
    world.options.checkpoint_blocks = 2;
    world.start();
    History history;
    grow(world, history, 1);
    for (int i = 0; i < 12; ++i) {
        grow(world, history, 1);
        World other;
        other.options = world.options;
        other.disk = world.disk->copy();
        other.start();
        expect_history(*other.node, history);
    }
}

TEST(restart, a_checkpoint_whose_rows_were_not_counted_is_no_worse) {
    World world;
    world.start();
    History history;
    grow(world, history, 6);
    world.node->checkpoint();
    overwrite(*world.disk, {'n'}, std::nullopt);
    world.start();
    grow(world, history, 3);
    world.node->checkpoint();
    EXPECT_EQ(*Store{world.disk}.row_counts(), std::nullopt);
    ASSERT_TRUE(world.node->revert_to(4));
    EXPECT_EQ(*Store{world.disk}.row_counts(), std::nullopt);
    history.resize(5);
    world.start();
    expect_history(*world.node, history);
}

class OnDisk : public testing::TestWithParam<uint64_t> {};

TEST_P(OnDisk, gives_the_same_chain_after_a_restart) {
    const auto directory =
        std::filesystem::temp_directory_path() / ("thaw_restart_test_" + std::to_string(getpid()));
    std::filesystem::remove_all(directory);
    {
        World world;
        world.options.data_dir = directory;
        world.options.checkpoint_blocks = 3;
        world.options.checkpoint_table_bytes = GetParam();
        const auto start = [&] {
            world.node.reset();
            world.node = std::make_unique<Node>(world.options);
        };
        start();
        History history;
        grow(world, history, 10);
        world.node->checkpoint();
        grow(world, history, 4);
        ASSERT_TRUE(world.node->revert_to(8));  // rows that a fold put there are taken back
        history.resize(9);
        grow(world, history, 3);
        const Seen before = look(*world.node);
        start();
        EXPECT_EQ(look(*world.node), before);
        expect_history(*world.node, history);
        EXPECT_FALSE(world.node->replay());
        world.options.genesis.hub.chain_id = 5;
        try {
            start();
            FAIL() << "opened with another chain id";
        } catch (const std::runtime_error& error) {
            EXPECT_NE(std::string{error.what()}.find("holds chain id 8429"), std::string::npos);
        }
    }
    std::filesystem::remove_all(directory);
}

INSTANTIATE_TEST_SUITE_P(folded_into_tables_and_through_the_log, OnDisk,
                         testing::Values(0, uint64_t{1} << 40));

TEST(replay, names_the_first_block_that_was_changed) {
    World world;
    world.start();
    History history;
    grow(world, history, 6);
    EXPECT_FALSE(world.node->replay());
    // A receipt that lies, with a checksum that agrees.
    SealedBlock block = *world.node->block(4);
    block.transactions[0].receipt.success = false;
    overwrite(*world.disk, key('b', 4), encode_block(block));
    EXPECT_EQ(world.node->replay(), 4u);
}

TEST(restart, damage_is_found_and_named) {
    World world;
    world.start();
    History history;
    grow(world, history, 6);
    world.node->checkpoint();
    grow(world, history, 2);
    const auto complaint_about = [&](const Bytes& at, Bytes value) -> std::string {
        World other;
        other.disk = world.disk->copy();
        overwrite(*other.disk, at, std::move(value));
        try {
            other.start();
        } catch (const std::runtime_error& error) {
            return error.what();
        }
        return "";
    };
    const auto complaint = [&](const Bytes& at, size_t bit) {
        Bytes value = **world.disk->get(at);
        value[bit / 8] ^= static_cast<uint8_t>(1u << bit % 8);
        return complaint_about(at, value);
    };
    EXPECT_NE(complaint(key('b', 8), 999).find("the contents of block 8"), std::string::npos);
    EXPECT_NE(complaint(key('c', 8), 77).find("the row changes of block 8"), std::string::npos);
    EXPECT_NE(complaint({'n'}, 700).find("the counts of rows"), std::string::npos);
    std::vector<Bytes> rows;
    ASSERT_TRUE(world.disk->for_each(Bytes{'r'}, [&](BytesView at, BytesView) {
        rows.emplace_back(at.begin(), at.end());
        return true;
    }));
    ASSERT_FALSE(rows.empty());
    // One that goes on like the encoded change of a row elsewhere.
    Bytes another{rows[0][1], 2};
    append(another, BytesView{rows[0]}.subspan(2));
    append(another, **world.disk->get(rows[0]));
    for (const Bytes& row : rows) {
        EXPECT_NE(complaint(row, 3).find("do not have the digest"), std::string::npos);
        Bytes longer = **world.disk->get(row);
        append(longer, another);
        EXPECT_NE(complaint_about(row, longer).find("a row of the checkpoint"), std::string::npos);
    }
    EXPECT_NE(complaint_about({'r', 255, 1}, {1}).find("a row of the checkpoint"),
              std::string::npos);
}

}  // namespace thaw::node::test
