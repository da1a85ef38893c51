#include "thaw/node/node.hpp"

#include <condition_variable>
#include <thread>

#include "thaw/node/test_world.hpp"

namespace thaw::node::test {

TEST(node, a_transfer_is_sealed_with_a_receipt) {
    World world;
    Node& node = world.start();
    EXPECT_EQ(node.view().head()->header.number, 0u);
    EXPECT_EQ(node.view().head()->header.timestamp, genesis_s);
    EXPECT_EQ(node.pending_nonce(account(0)), 0u);
    const Bytes raw = sign(0, transfer(0, 5 * ether));
    ASSERT_TRUE(world.settle(raw));

    const View view = node.view();
    const BlockPtr head = view.head();
    EXPECT_EQ(head->header.number, 1u);
    EXPECT_EQ(head->header.parent_hash, node.block(0)->hash);
    EXPECT_EQ(head->hash, head->header.hash());
    EXPECT_EQ(head->header.state_root, view.state().digest().as_hash());
    EXPECT_EQ(node.block(head->hash), head);
    EXPECT_EQ(place_of(node, crypto::keccak256(raw)), (Location{1, 0}));
    EXPECT_FALSE(node.transaction(Hash{}));
    EXPECT_EQ(node.block(2), nullptr);
    EXPECT_EQ(node.block(Hash{}), nullptr);
    EXPECT_EQ(node.header(1), head->header);
    EXPECT_EQ(node.header(2), std::nullopt);
    ASSERT_EQ(head->transactions.size(), 1u);
    const SealedTransaction& sealed = head->transactions[0];
    EXPECT_TRUE(sealed.receipt.success);
    EXPECT_EQ(sealed.sender, account(0));
    EXPECT_EQ(sealed.receipt.gas_used, 21'000u);
    EXPECT_EQ(sealed.effective_gas_price, gwei + head->header.base_fee_per_gas);
    const u128 fee = 21'000 * sealed.effective_gas_price;
    EXPECT_EQ(balance_in(view.state(), 0), 9'995 * ether - fee);
    EXPECT_EQ(balance_in(view.state(), 7), 10'005 * ether);
    EXPECT_EQ(view.context_at(1).now_s, head->header.timestamp);
}

TEST(node, refuses_at_the_gate_and_in_the_pool) {
    World world;
    Node& node = world.start();
    const auto refused = [&](const Bytes& raw) { return node.submit(raw).error().text; };
    EXPECT_EQ(refused({}), "empty transaction");
    const Bytes raw = sign(0, transfer(0));
    ASSERT_TRUE(world.settle(raw));
    EXPECT_EQ(refused(raw), "nonce too low: next nonce 1, tx nonce 0");
    EXPECT_EQ(node.counters().rejected, 2u);
    EXPECT_EQ(node.counters().transactions, 1u);
}

TEST(node, what_waits_is_in_the_pool_until_its_turn) {
    World world;
    world.options.automine = false;
    Node& node = world.start();
    std::vector<Hash> pending;
    const uint64_t id = node.on_pending([&](const Hash& hash) { pending.push_back(hash); });
    const auto late = node.submit(sign(0, transfer(1)));
    const auto early = node.submit(sign(0, transfer(0)));
    ASSERT_TRUE(late && early);
    node.unsubscribe(id);
    EXPECT_EQ(pending, (std::vector{*late, *early}));
    EXPECT_EQ(node.pending_nonce(account(0)), 2u);
    EXPECT_EQ(node.pool().size(), 2u);
    EXPECT_TRUE(node.pending(*late)->executable);
    EXPECT_EQ(node.submit(sign(0, transfer(1))).error().text, "already known");

    std::optional<bool> replaced;
    node.when_sealed(*late, [&](bool sealed) { replaced = sealed; });
    const auto fresh = node.submit(sign(0, dearer_transfer(1)));
    ASSERT_TRUE(fresh);
    EXPECT_EQ(replaced, false);
    std::optional<bool> seen;
    node.when_sealed(*fresh, [&](bool sealed) { seen = sealed; });
    const BlockPtr block = node.mine();
    EXPECT_EQ(seen, true);
    ASSERT_EQ(block->transactions.size(), 2u);
    EXPECT_EQ(block->transactions[0].transaction->hash, *early);
    EXPECT_EQ(block->transactions[1].transaction->hash, *fresh);
    EXPECT_EQ(block->transactions[1].cumulative_gas_used, 42'000u);
    EXPECT_TRUE(node.pool().empty());
    EXPECT_FALSE(world.wait_for(Hash{}));
    EXPECT_TRUE(world.wait_for(*fresh));
    EXPECT_TRUE(node.mine()->transactions.empty());
}

TEST(node, what_is_submitted_together_is_answered_in_order_when_the_work_ends) {
    World world, elsewhere;
    world.options.automine = elsewhere.options.automine = false;
    Node& node = world.start();
    Node& other = elsewhere.start();
    std::vector<Bytes> raw;
    for (uint64_t nonce = 0; nonce < 11; ++nonce)
        for (const uint32_t from : {0u, 1u}) raw.push_back(sign(from, transfer(nonce)));
    raw[5] = {0x02, 0xff};
    raw[9] = raw[7];
    std::vector<tl::expected<Hash, Rejection>> answers, expected;
    for (const Bytes& one : raw) expected.push_back(other.submit(one));
    const auto keep = [&](tl::expected<Hash, Rejection> answer) {
        answers.push_back(std::move(answer));
    };
    node.together([&] {
        for (const Bytes& one : raw) node.submit(one, keep);
        EXPECT_TRUE(answers.empty());
        EXPECT_TRUE(node.pool().empty());
        other.submit(sign(0, transfer(11)), keep);  // another node's work is not this one's
        EXPECT_EQ(answers.size(), 1u);
    });
    answers.erase(answers.begin());
    ASSERT_EQ(answers.size(), raw.size());
    for (size_t i = 0; i < raw.size(); ++i) {
        ASSERT_EQ(answers[i].has_value(), expected[i].has_value()) << i;
        if (answers[i]) {
            EXPECT_EQ(*answers[i], *expected[i]) << i;
        } else {
            EXPECT_EQ(answers[i].error().text, expected[i].error().text) << i;
        }
    }
    EXPECT_FALSE(answers[5]);
    EXPECT_FALSE(answers[9]);
    node.submit(sign(0, transfer(11)), keep);
    EXPECT_EQ(answers.size(), raw.size() + 1);  // alone, at once
    EXPECT_TRUE(answers.back());
    EXPECT_EQ(node.mine()->transactions.size(), 14u);  // one of the second sender is missing
}

TEST(node, what_is_queued_must_be_affordable_together) {
    World world;
    world.options.automine = false;
    Node& node = world.start();
    ASSERT_TRUE(node.submit(sign(0, transfer(0, 6'000 * ether))));
    const std::string text = node.submit(sign(0, transfer(1, 6'000 * ether))).error().text;
    EXPECT_EQ(text.find("insufficient funds for gas * price + value: balance"), 0u) << text;
    node.mine();
    EXPECT_EQ(balance_in(node.view().state(), 7), 16'000 * ether);
}

TEST(node, a_block_never_uses_more_gas_than_its_limit) {
    World world;
    world.options.automine = false;
    Node& node = world.start();
    std::vector<Bytes> raw;
    for (uint32_t from = 0; from < 3; ++from)
        for (uint64_t nonce = 0; nonce < 2; ++nonce) {
            codec::SignedTransaction tx = transfer(nonce);
            tx.gas_limit = 30'000'000;
            raw.push_back(sign(from, tx));
        }
    for (const auto& answer : node.submit_many(raw)) ASSERT_TRUE(answer);
    // What counts is what they use: all share a block although each offers a whole one's gas.
    const BlockPtr block = node.mine();
    EXPECT_EQ(block->transactions.size(), 6u);
    EXPECT_EQ(block->header.gas_used, 6 * 21'000u);
    EXPECT_TRUE(node.pool().empty());
    EXPECT_FALSE(node.replay());
    codec::SignedTransaction huge = transfer(2);
    huge.gas_limit = 30'000'001;
    EXPECT_EQ(node.submit(sign(0, huge)).error().text,
              "exceeds block gas limit: tx gas limit 30000001, block gas limit 30000000");
}

TEST(node, many_at_once_are_answered_in_order) {
    World world;
    Node& node = world.start();
    std::vector<Bytes> raw;
    for (uint64_t nonce = 0; nonce < 20; ++nonce)
        for (uint32_t from = 0; from < 4; ++from) raw.push_back(sign(from, transfer(nonce)));
    raw[33] = {1, 2, 3};
    const auto answers = node.submit_many(raw);
    ASSERT_EQ(answers.size(), raw.size());
    for (size_t i = 0; i < raw.size(); ++i) {
        EXPECT_EQ(answers[i].has_value(), i != 33);
        if (i != 33) {
            EXPECT_EQ(answers[i].value(), crypto::keccak256(raw[i]));
        }
    }
    // Sender 33 % 4 = 1 has a gap at its nonce 8.
    EXPECT_TRUE(world.wait_for(*answers[76]));
    EXPECT_TRUE(world.settle(raw[32 + 1] = sign(1, transfer(8))));
    EXPECT_TRUE(world.wait_for(*answers[77]));
    EXPECT_EQ(node.counters().transactions, 80u);
    EXPECT_FALSE(node.replay());
}

TEST(node, what_follows_a_sealed_one_never_waits_for_another_to_come) {
    World world;
    Node& node = world.start();
    for (uint64_t round = 0; round < 150; ++round) {
        std::array<Bytes, 4> raws;
        for (uint64_t i = 0; i < raws.size(); ++i)
            raws[i] = sign(0, transfer(round * raws.size() + i));
        for (const Bytes& raw : raws) ASSERT_TRUE(node.submit(raw));
        // Blocks came in between, and nothing else does: the last must be sealed all the same.
        std::promise<bool> sealed;
        auto done = sealed.get_future();
        node.when_sealed(crypto::keccak256(raws.back()), [&](bool yes) { sealed.set_value(yes); });
        ASSERT_EQ(done.wait_for(std::chrono::seconds{10}), std::future_status::ready) << round;
        ASSERT_TRUE(done.get());
    }
}

TEST(node, impersonated_transactions_need_no_key) {
    World world;
    Node& node = world.start();
    const auto hash = node.submit_impersonated(account(3), transfer(0, ether));
    ASSERT_TRUE(hash);
    ASSERT_TRUE(world.wait_for(*hash));
    const SealedTransaction sealed = node.view().head()->transactions[0];
    EXPECT_EQ(sealed.sender, account(3));
    EXPECT_TRUE(sealed.impersonated);
    EXPECT_FALSE(node.replay());
}

TEST(node, blocks_come_at_intervals_even_if_empty) {
    World world;
    world.options.automine = false;
    world.options.block_interval_ms = 1;
    Node& node = world.start();
    std::promise<void> third;
    node.on_block([&](const BlockPtr& block) {
        if (block->header.number == 3) third.set_value();
    });
    third.get_future().wait();
    world.node.reset();
}

TEST(node, the_next_block_has_the_time_that_was_set) {
    World world;
    world.clock = std::make_shared<DevClock>(genesis_s, 1'000'000);
    world.options.clock = world.clock;
    Node& node = world.start();
    ASSERT_TRUE(world.clock->jump_to(genesis_s + 1'000'000));
    EXPECT_EQ(node.mine()->header.timestamp, genesis_s + 1'000'000);
    world.clock->advance(500);
    EXPECT_GE(node.mine()->header.timestamp, genesis_s + 1'000'500);
}

TEST(node, a_full_disk_stops_it_and_nothing_unwritten_is_seen) {
    World world;
    Node& node = world.start();
    ASSERT_TRUE(world.settle(sign(0, transfer(0))));
    const Hash head = node.view().head()->hash;
    world.disk->fail(true);
    const auto hash = node.submit(sign(0, transfer(1)));
    ASSERT_TRUE(hash);
    EXPECT_FALSE(world.wait_for(*hash));
    EXPECT_EQ(node.view().head()->hash, head);
    EXPECT_EQ(node.view().state().digest().as_hash(), node.view().head()->header.state_root);
    const auto refused = node.submit(sign(0, transfer(1)));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, -32603);
    EXPECT_EQ(refused.error().text,
              "the node has stopped: the block could not be written: no space left on device");
    EXPECT_EQ(node.mine(), nullptr);
    EXPECT_FALSE(node.revert_to(0));
    world.disk->fail(false);
    EXPECT_EQ(world.start().view().head()->hash, head);
    EXPECT_TRUE(world.settle(sign(0, transfer(1))));
}

/// A node of blocks of one transaction, with three of them waiting: the second block is put
/// together while the first is being written.
struct Following : World {
    std::vector<Hash> hashes;
    Following() {
        options.block_transactions_max = 1;
        options.automine = false;
        start();
        for (uint64_t nonce = 0; nonce < 3; ++nonce)
            hashes.push_back(*node->submit(sign(0, transfer(nonce))));
    }
    /// Whether this nonce is in a block that has been put together: it cannot be replaced then.
    bool is_in_a_block(uint64_t nonce) {
        const std::string text = node->submit(sign(0, transfer(nonce, 2))).error().text;
        return text.find("nonce too low") == 0;
    }
    bool comes_into_a_block(uint64_t nonce) {
        for (int i = 0; i < 10'000 && !is_in_a_block(nonce); ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
        return is_in_a_block(nonce);
    }
};

TEST(node, puts_the_next_block_together_while_one_is_being_written) {
    Following world;
    bool first = true;
    world.disk->before_write = [&] {
        if (!std::exchange(first, false)) return;
        EXPECT_TRUE(world.comes_into_a_block(1));
        // None of it is to be seen, and the third waits until the first is done.
        EXPECT_EQ(world.node->view().head()->header.number, 0u);
        EXPECT_EQ(world.node->pending_nonce(account(0)), 3u);
        EXPECT_EQ(world.node->pool().size(), 3u);
        EXPECT_FALSE(world.is_in_a_block(2));
    };
    world.node->set_automine(true);
    for (size_t i = 0; i < 3; ++i) {
        EXPECT_TRUE(world.wait_for(world.hashes[i]));
        EXPECT_EQ(place_of(*world.node, world.hashes[i]), (Location{i + 1, 0}));
    }
    EXPECT_FALSE(first);
    EXPECT_TRUE(world.node->pool().empty());
    EXPECT_FALSE(world.node->replay());
}

TEST(node, a_block_put_together_after_one_that_could_not_be_written_is_not_written) {
    Following world;
    int writes = 0;
    world.disk->before_write = [&] {
        EXPECT_EQ(writes++, 0);
        EXPECT_TRUE(world.comes_into_a_block(1));
        world.disk->fail(true);
    };
    world.node->set_automine(true);
    for (const Hash& hash : world.hashes) EXPECT_FALSE(world.wait_for(hash));
    EXPECT_EQ(world.node->mine(), nullptr);
    EXPECT_EQ(world.node->view().head()->header.number, 0u);
    EXPECT_EQ(writes, 1);
    world.disk->before_write = nullptr;
    world.disk->fail(false);
    EXPECT_EQ(world.start().view().head()->header.number, 0u);
}

TEST(node, what_controls_it_comes_after_all_blocks_that_are_under_way) {
    Following world;
    world.disk->before_write = [] { std::this_thread::sleep_for(std::chrono::milliseconds{1}); };
    world.node->set_automine(true);
    world.node->set_automine(false);
    const uint64_t height = world.node->view().head()->header.number;
    EXPECT_EQ(world.node->pool().size(), 3 - height);
    EXPECT_EQ(world.node->mine()->header.number, height + 1);
    EXPECT_TRUE(world.node->revert_to(0));
    EXPECT_EQ(world.node->view().head()->header.number, 0u);
    EXPECT_EQ(world.node->pending_nonce(account(0)), 0u);
    world.node->set_automine(true);
    EXPECT_TRUE(world.settle(sign(0, transfer(0))));
}

TEST(node, a_simulation_leaves_nothing_to_the_next) {
    World world;
    Node& node = world.start();
    const auto can_send = [&](u128 wei) {
        const View view = node.view();
        const uint64_t height = view.head()->header.number;
        const auto receipt = view.simulate(
            height, view.context_at(height),
            {.sender = account(0), .to = account(7), .value = Assets{wei}, .gas_limit = 21'000});
        return receipt.success;
    };
    for (int i = 0; i < 100; ++i) {
        EXPECT_TRUE(can_send(10'000 * ether));
        EXPECT_FALSE(can_send(10'000 * ether + 1));
    }
    ASSERT_TRUE(world.settle(sign(0, transfer(0, 5 * ether))));
    EXPECT_FALSE(can_send(9'995 * ether));
    EXPECT_TRUE(can_send(9'994 * ether));
    ASSERT_TRUE(node.revert_to(0));
    EXPECT_TRUE(can_send(10'000 * ether));
}

TEST(node, readers_always_see_a_state_that_fits_its_head) {
    World world;
    Node& node = world.start();
    std::atomic<bool> done = false;
    std::vector<std::thread> readers;
    for (int i = 0; i < 2; ++i)
        readers.emplace_back([&] {
            while (!done) {
                const View view = node.view();
                EXPECT_EQ(view.state().digest().as_hash(), view.head()->header.state_root);
                const uint64_t height = view.head()->header.number;
                EXPECT_EQ(balance_in(view.fork_at(height), 7), balance_in(view.state(), 7));
            }
        });
    for (uint64_t nonce = 0; nonce < 30; ++nonce)
        EXPECT_TRUE(world.settle(sign(0, transfer(nonce))));
    done = true;
    for (std::thread& reader : readers) reader.join();
}

}  // namespace thaw::node::test
