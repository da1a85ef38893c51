#include "thaw/node/pool.hpp"

#include "thaw/node/pace.hpp"
#include "thaw/node/test_world.hpp"

namespace thaw::node::test {

namespace {

/// A transaction as the gate would hand it over; the hash only has to be its own.
Opened opened(uint32_t from, codec::SignedTransaction tx) {
    static uint64_t serial = 0;
    const uint64_t number = ++serial;
    tx.hash = crypto::keccak256(view_of(number));
    return {.transaction = std::make_shared<const codec::SignedTransaction>(std::move(tx)),
            .sender = account(from)};
}

/// The same, so large as sent.
Opened sized(uint32_t from, uint64_t nonce, size_t bytes) {
    codec::SignedTransaction tx = transfer(nonce);
    tx.raw = Bytes(bytes);
    return opened(from, tx);
}

constexpr AccountNow rich{.nonce = 5, .balance = 1000 * ether};

std::string refusal(Pool& pool, const Opened& one, const AccountNow& now = rich) {
    const auto admitted = pool.admit(one, now);
    return admitted ? "" : admitted.error().text;
}

Settlement after(uint32_t from, uint64_t nonce) {
    Settlement settlement;
    settlement.nonces.emplace_back(account(from), nonce);
    return settlement;
}

}  // namespace

TEST(pool, an_account_that_was_read_too_early_holds_nothing_up) {
    // Nonce 5 is sealed, settled and forgotten between the look at the account and the admission.
    Pool pool{PoolLimits{}};
    EXPECT_EQ(refusal(pool, opened(0, transfer(6))), "");
    EXPECT_FALSE(pool.has_executable());
    pool.advance(account(0), 6);
    EXPECT_TRUE(pool.has_executable());
    EXPECT_EQ(pool.next_nonce(account(0)), 7u);
    pool.advance(account(0), 5);  // never backwards
    EXPECT_EQ(pool.take(10).size(), 1u);
    pool.advance(account(1), 9);  // nobody waits there
    EXPECT_FALSE(pool.next_nonce(account(1)));
}

TEST(pool, refuses_in_this_order_and_in_these_words) {
    Pool pool{{.transactions_max = 2, .per_sender_max = 10, .base_fee = 7}};
    const Opened first = opened(0, transfer(5));
    EXPECT_EQ(refusal(pool, first), "");
    EXPECT_EQ(refusal(pool, opened(1, transfer(5))), "");

    EXPECT_EQ(refusal(pool, first), "already known");
    codec::SignedTransaction tx = transfer(4, 1000 * ether);  // everything is wrong with this one
    tx.gas_limit = 30'000'001;
    tx.data = Bytes(2'000'000, 1);
    tx.max_fee_per_gas = 6;
    tx.max_priority_fee_per_gas = 0;
    EXPECT_EQ(refusal(pool, opened(0, tx)),
              "exceeds block gas limit: tx gas limit 30000001, block gas limit 30000000");
    tx.gas_limit = 30'000'000;
    EXPECT_EQ(refusal(pool, opened(0, tx)),
              "intrinsic gas too low: gas 30000000, minimum needed 32021000");
    tx.data.clear();
    EXPECT_EQ(refusal(pool, opened(0, tx)),
              "max fee per gas less than block base fee: maxFeePerGas 6, baseFee 7");
    tx.max_fee_per_gas = 7;
    EXPECT_EQ(refusal(pool, opened(0, tx)), "nonce too low: next nonce 5, tx nonce 4");
    tx.nonce = 15;
    EXPECT_EQ(refusal(pool, opened(0, tx)), "nonce too high: next nonce 5, tx nonce 15");
    tx.nonce = 5;
    EXPECT_EQ(refusal(pool, opened(0, tx)),
              "insufficient funds for gas * price + value: balance 1000000000000000000000, queued "
              "cost 0, tx cost 1000000000000210000000, overshot 210000000");
    tx.value = 1;
    EXPECT_EQ(refusal(pool, opened(0, tx)), "replacement transaction underpriced");
    tx.nonce = 6;
    EXPECT_EQ(refusal(pool, opened(0, tx)), "txpool is full: try again later");
}

TEST(pool, bounds_are_exact) {
    Pool pool{{.per_sender_max = 10, .base_fee = 1}};
    codec::SignedTransaction tx = transfer(14);
    tx.gas_limit = 21'000 - 1;
    EXPECT_EQ(refusal(pool, opened(0, tx)),
              "intrinsic gas too low: gas 20999, minimum needed 21000");
    tx.gas_limit = 21'000;
    const u128 cost = 21'000 * tx.max_fee_per_gas + 1;
    EXPECT_NE(refusal(pool, opened(0, tx), {.nonce = 5, .balance = cost - 1}), "");
    EXPECT_EQ(refusal(pool, opened(0, tx), {.nonce = 5, .balance = cost}), "");
    // The second one is refused because both together cost more than there is.
    EXPECT_NE(refusal(pool, opened(0, transfer(5)), {.nonce = 5, .balance = 2 * cost - 1}), "");
    EXPECT_EQ(refusal(pool, opened(0, transfer(5)), {.nonce = 5, .balance = 2 * cost}), "");
}

TEST(pool, a_replacement_pays_a_tenth_more_of_both) {
    Pool pool{{}};
    const Opened old = opened(0, transfer(5));
    ASSERT_EQ(refusal(pool, old), "");
    codec::SignedTransaction tx = transfer(5);
    tx.max_fee_per_gas = old.transaction->max_fee_per_gas * 11 / 10;
    EXPECT_EQ(refusal(pool, opened(0, tx)), "replacement transaction underpriced");
    tx.max_priority_fee_per_gas = old.transaction->max_priority_fee_per_gas * 11 / 10 - 1;
    EXPECT_EQ(refusal(pool, opened(0, tx)), "replacement transaction underpriced");
    tx.max_priority_fee_per_gas += 1;
    const Opened fresh = opened(0, tx);
    const auto displaced = pool.admit(fresh, rich);
    ASSERT_TRUE(displaced);
    EXPECT_EQ(*displaced, std::vector{old.transaction->hash});
    EXPECT_FALSE(pool.contains(old.transaction->hash));
    EXPECT_TRUE(pool.contains(fresh.transaction->hash));
    EXPECT_EQ(pool.size(), 1u);
}

TEST(pool, a_gap_waits_and_closes) {
    Pool pool{{}};
    const Opened late = opened(0, transfer(7));
    ASSERT_EQ(refusal(pool, late), "");
    EXPECT_FALSE(pool.has_executable());
    EXPECT_TRUE(pool.take(10).empty());
    EXPECT_EQ(pool.next_nonce(account(0)), 5u);
    EXPECT_FALSE(pool.find(late.transaction->hash)->executable);
    ASSERT_EQ(refusal(pool, opened(0, transfer(5))), "");
    EXPECT_EQ(pool.next_nonce(account(0)), 6u);
    ASSERT_EQ(refusal(pool, opened(0, transfer(6))), "");
    EXPECT_EQ(pool.next_nonce(account(0)), 8u);
    EXPECT_TRUE(pool.find(late.transaction->hash)->executable);
    EXPECT_EQ(pool.take(10).size(), 3u);
}

TEST(pool, takes_by_tip_then_by_arrival_and_in_order_of_nonces) {
    Pool pool{{.base_fee = 10}};
    const auto add = [&](uint32_t from, uint64_t nonce, u128 tip, u128 fee) {
        codec::SignedTransaction tx = transfer(nonce);
        tx.max_priority_fee_per_gas = tip;
        tx.max_fee_per_gas = fee;
        ASSERT_EQ(refusal(pool, opened(from, tx)), "");
    };
    add(0, 5, 1, 100);
    add(0, 6, 90, 100);  // behind its cheap predecessor
    add(1, 5, 5, 100);
    add(2, 5, 50, 15);  // the tip is cut to 5 by the maximum, and it came later
    add(3, 5, 9, 100);
    std::vector<std::pair<Address, uint64_t>> order;
    for (const Opened& one : pool.take(10)) order.emplace_back(one.sender, one.transaction->nonce);
    EXPECT_EQ(
        order,
        (std::vector<std::pair<Address, uint64_t>>{
            {account(3), 5}, {account(1), 5}, {account(2), 5}, {account(0), 5}, {account(0), 6}}));
}

TEST(pool, what_is_being_sealed_cannot_be_replaced_and_leaves_when_settled) {
    Pool pool{{}};
    const Opened first = opened(0, transfer(5));
    const Opened second = opened(0, transfer(6));
    ASSERT_EQ(refusal(pool, first), "");
    ASSERT_EQ(refusal(pool, second), "");
    ASSERT_EQ(pool.take(1).size(), 1u);
    const codec::SignedTransaction better = dearer_transfer(5);
    EXPECT_EQ(refusal(pool, opened(0, better)), "nonce too low: next nonce 6, tx nonce 5");
    const std::vector sealed{first.transaction->hash};
    EXPECT_TRUE(pool.settle(after(0, 6), sealed).empty());
    EXPECT_FALSE(pool.contains(first.transaction->hash));
    EXPECT_TRUE(pool.has_executable());
    EXPECT_EQ(refusal(pool, opened(0, transfer(5))), "nonce too low: next nonce 6, tx nonce 5");
    // Somebody else's block used the nonce: what waited with it leaves, and is named.
    EXPECT_EQ(pool.settle(after(0, 7), {}), std::vector{second.transaction->hash});
    EXPECT_FALSE(pool.has_executable());
    EXPECT_EQ(pool.size(), 0u);
}

TEST(pool, the_next_block_takes_what_comes_after_one_that_is_being_published) {
    Pool pool{{}};
    std::vector<Opened> all;
    for (uint64_t nonce = 5; nonce < 9; ++nonce) {
        all.push_back(opened(0, transfer(nonce)));
        ASSERT_EQ(refusal(pool, all.back()), "");
    }
    const auto hashes = [](std::span<const Opened> some) {
        std::vector<Hash> out;
        for (const Opened& one : some) out.push_back(one.transaction->hash);
        return out;
    };
    const std::span three = std::span{all}.first(3);
    ASSERT_EQ(hashes(pool.take(3)), hashes(three));
    EXPECT_TRUE(pool.leave(after(0, 7)).empty());  // the third did not fit
    EXPECT_TRUE(pool.has_executable());
    ASSERT_EQ(hashes(pool.take(1)), hashes(three.last(1)));
    EXPECT_TRUE(pool.leave(after(0, 8)).empty());
    // Neither block is published: all are still here, and what is in them stays as it is.
    EXPECT_EQ(pool.size(), 4u);
    EXPECT_EQ(pool.next_nonce(account(0)), 9u);
    codec::SignedTransaction better = dearer_transfer(6);
    EXPECT_EQ(refusal(pool, opened(0, better)), "nonce too low: next nonce 7, tx nonce 6");
    better.nonce = 7;
    EXPECT_EQ(refusal(pool, opened(0, better)), "nonce too low: next nonce 8, tx nonce 7");

    EXPECT_TRUE(pool.settle(after(0, 7), hashes(three.first(2))).empty());
    EXPECT_EQ(pool.size(), 2u);
    EXPECT_EQ(refusal(pool, opened(0, better)), "nonce too low: next nonce 8, tx nonce 7");
    EXPECT_EQ(hashes(pool.take(10)), hashes(std::span{all}.last(1)));
    EXPECT_TRUE(pool.settle(after(0, 8), hashes(three.last(1))).empty());
    EXPECT_EQ(pool.size(), 1u);
    EXPECT_EQ(pool.next_nonce(account(0)), 9u);
}

TEST(pool, what_came_while_blocks_were_taken_back_waits_and_is_not_tried_for_ever) {
    Pool pool{{}};
    ASSERT_EQ(refusal(pool, opened(0, transfer(5))), "");  // the account was read before: nonce 5
    ASSERT_EQ(pool.take(1).size(), 1u);
    EXPECT_TRUE(pool.leave(after(0, 0)).empty());  // the builder found nonce 0
    EXPECT_FALSE(pool.has_executable());
    EXPECT_EQ(pool.size(), 1u);
}

TEST(pool, an_unfit_one_in_the_middle_makes_the_rest_wait) {
    Pool pool{{}};
    std::vector<Opened> three;
    for (uint64_t nonce = 5; nonce < 8; ++nonce) {
        three.push_back(opened(0, transfer(nonce)));
        ASSERT_EQ(refusal(pool, three.back()), "");
    }
    ASSERT_EQ(pool.take(10).size(), 3u);
    Settlement settlement = after(0, 6);
    settlement.unfit = {three[1].transaction->hash};
    const std::vector sealed{three[0].transaction->hash};
    EXPECT_EQ(pool.leave(settlement), settlement.unfit);
    EXPECT_TRUE(pool.settle(settlement, sealed).empty());
    EXPECT_FALSE(pool.has_executable());
    EXPECT_EQ(pool.next_nonce(account(0)), 6u);
    EXPECT_TRUE(pool.contains(three[2].transaction->hash));
}

TEST(pool, refuses_while_too_many_executable_ones_wait) {
    Pool pool{PoolLimits{}};
    pool.set_waiting_max(3);
    const std::vector<Opened> mine{opened(0, transfer(5)), opened(0, transfer(6)),
                                   opened(1, transfer(7))};
    for (const Opened& one : mine) ASSERT_EQ(refusal(pool, one), "");
    EXPECT_FALSE(pool.saturated());  // the last one waits for a gap to close
    ASSERT_EQ(refusal(pool, opened(2, transfer(5))), "");
    EXPECT_TRUE(pool.saturated());
    const std::string full = Pool::saturation().text;
    EXPECT_EQ(refusal(pool, opened(3, transfer(5))), full);
    EXPECT_EQ(refusal(pool, opened(3, transfer(9))), full);
    const codec::SignedTransaction dearer = dearer_transfer(6);
    EXPECT_EQ(refusal(pool, opened(0, dearer)), "");  // one leaves for it

    ASSERT_EQ(pool.take(1).size(), 1u);
    EXPECT_TRUE(pool.saturated());  // what is being sealed still waits
    const std::vector sealed{mine[0].transaction->hash};
    pool.settle(after(0, 6), sealed);
    EXPECT_FALSE(pool.saturated());
    EXPECT_EQ(refusal(pool, opened(3, transfer(5))), "");
    EXPECT_TRUE(pool.saturated());
    pool.clear();
    EXPECT_FALSE(pool.saturated());
    for (uint32_t from = 0; from < 3; ++from)
        EXPECT_EQ(refusal(pool, opened(from, transfer(5))), "");
    EXPECT_TRUE(pool.saturated());
}

TEST(pool, as_many_may_wait_as_recent_blocks_would_seal_in_time) {
    Pace pace;
    EXPECT_EQ(pace.waiting_max(), Pace::waiting_min);
    pace.sealed(1, 10);  // 100,000 a second, but of what?
    EXPECT_EQ(pace.waiting_max(), Pace::waiting_min);
    pace.sealed(5'000, 100'000);
    EXPECT_EQ(pace.waiting_max(), 10'000u);
    pace.sealed(0, 1'000'000);  // an empty block says nothing
    EXPECT_EQ(pace.waiting_max(), 10'000u);
    for (int i = 0; i < 40; ++i) pace.sealed(10'000, 200'000);  // 50,000 a second
    EXPECT_NEAR(static_cast<double>(pace.waiting_max()), 15'000, 5);
    pace.sealed(10'000, 1'000'000);  // 10,000 a second
    EXPECT_GT(pace.waiting_max(), 4'500u);
    EXPECT_LT(pace.waiting_max(), 6'000u);
    for (int i = 0; i < 40; ++i) pace.sealed(10'000, 500'000);
    EXPECT_NEAR(static_cast<double>(pace.waiting_max()), 6'000, 5);
    for (int i = 0; i < 40; ++i) pace.sealed(5'000, 10'000'000);
    EXPECT_EQ(pace.waiting_max(), Pace::waiting_min);
}

TEST(pool, a_full_pool_drops_what_waits_for_a_gap_first) {
    Pool pool{{.transactions_max = 3}};
    for (uint64_t nonce = 6; nonce < 9; ++nonce)
        ASSERT_EQ(refusal(pool, opened(0, transfer(nonce))), "");
    EXPECT_EQ(refusal(pool, opened(1, transfer(6))), "txpool is full: try again later");
    const auto displaced = pool.admit(opened(1, transfer(5)), rich);
    ASSERT_TRUE(displaced);
    EXPECT_EQ(displaced->size(), 3u);
    EXPECT_EQ(pool.size(), 1u);
}

TEST(pool, is_full_by_bytes_as_well_as_by_number) {
    Pool pool{{.transactions_max = 10, .bytes_max = 1'000}};
    EXPECT_EQ(refusal(pool, sized(0, 5, 300)), "");
    EXPECT_EQ(refusal(pool, sized(1, 7, 300)), "");  // waits for 5 and 6
    EXPECT_EQ(refusal(pool, sized(2, 7, 400)), "");
    EXPECT_EQ(refusal(pool, sized(3, 6, 1)), "txpool is full: try again later");
    EXPECT_EQ(refusal(pool, sized(3, 5, 500)), "");  // both that wait had to make room
    EXPECT_EQ(pool.size(), 2u);
    EXPECT_EQ(refusal(pool, sized(4, 5, 201)), "txpool is full: try again later");
    codec::SignedTransaction dearer = transfer(5);
    dearer.max_fee_per_gas *= 2;
    dearer.max_priority_fee_per_gas *= 2;
    dearer.raw = Bytes(501);
    EXPECT_EQ(refusal(pool, opened(0, dearer)), "txpool is full: try again later");
    dearer.raw = Bytes(500);
    EXPECT_EQ(refusal(pool, opened(0, dearer)), "");
    EXPECT_EQ(refusal(pool, sized(4, 5, 1)), "txpool is full: try again later");
    pool.clear();
    EXPECT_EQ(refusal(pool, sized(4, 5, 1'000)), "");
}

TEST(pool, what_is_sealed_and_about_to_leave_makes_no_room) {
    Pool pool{{.transactions_max = 3}};
    EXPECT_EQ(refusal(pool, opened(0, transfer(5))), "");
    EXPECT_EQ(refusal(pool, opened(0, transfer(6))), "");
    EXPECT_EQ(pool.take(10).size(), 2u);
    pool.leave(after(0, 7));
    pool.advance(account(0), 7);  // published, and not settled yet
    EXPECT_EQ(refusal(pool, opened(2, transfer(8))), "");
    EXPECT_EQ(refusal(pool, opened(1, transfer(5))), "");  // for which the one that waits left
    EXPECT_EQ(refusal(pool, opened(3, transfer(5))), "txpool is full: try again later");
    EXPECT_EQ(pool.size(), 3u);
    pool.settle(after(0, 7), {});
    EXPECT_EQ(pool.size(), 1u);
}

TEST(pool, nobody_has_to_leave_where_that_would_not_be_enough) {
    Pool pool{{.transactions_max = 10, .bytes_max = 1'000}};
    EXPECT_EQ(refusal(pool, sized(0, 5, 600)), "");
    EXPECT_EQ(refusal(pool, sized(1, 7, 100)), "");  // waits
    EXPECT_EQ(refusal(pool, sized(2, 5, 500)), "txpool is full: try again later");
    EXPECT_EQ(pool.size(), 2u);
}

TEST(pool, an_access_list_takes_gas) {
    Pool pool{PoolLimits{}};
    codec::SignedTransaction tx = transfer(5);
    tx.access_list = {{account(1), {Hash{}, Hash{}}}, {account(2), {}}};
    EXPECT_EQ(refusal(pool, opened(0, tx)),
              "intrinsic gas too low: gas 21000, minimum needed 29600");
    tx.gas_limit = 29'600;
    EXPECT_EQ(refusal(pool, opened(0, tx)), "");
}

}  // namespace thaw::node::test
