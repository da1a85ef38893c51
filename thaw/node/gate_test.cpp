#include "thaw/node/gate.hpp"

#include <atomic>

#include "thaw/node/test_world.hpp"

namespace thaw::node::test {

TEST(gate, recovers_the_sender) {
    for (uint8_t type = 0; type < 3; ++type) {
        codec::SignedTransaction tx = transfer(3);
        tx.type = type;
        if (type < 2) tx.max_priority_fee_per_gas = tx.max_fee_per_gas;
        const Bytes raw = sign(2, tx);
        const auto opened = open(raw, test_chain_id);
        ASSERT_TRUE(opened);
        EXPECT_EQ(opened->sender, account(2));
        EXPECT_EQ(opened->transaction->raw, raw);
        EXPECT_EQ(opened->transaction->hash, crypto::keccak256(raw));
    }
}

TEST(gate, refuses_with_the_texts_of_the_decoder) {
    const auto refused = open(sign(0, transfer(0)), test_chain_id + 1);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, -32000);
    EXPECT_EQ(refused.error().text, "invalid chain id: have 8429 want 8430");
    const auto empty = open({}, test_chain_id);
    ASSERT_FALSE(empty);
    EXPECT_EQ(empty.error().code, -32000);
}

TEST(gate, a_signature_without_an_account_is_refused) {
    Opened odd = open_impersonated(account(0), transfer(0), test_chain_id);
    size_t refused = 0;
    for (uint8_t last = 0; last < 16; ++last) {  // about half of all r are no point of the curve
        codec::SignedTransaction tx = *odd.transaction;
        tx.signature.r.bytes[31] = last;
        const auto opened = open(codec::encode_signed(tx), test_chain_id);
        if (opened) continue;
        EXPECT_EQ(opened.error().text, "invalid sender: no account belongs to this signature");
        ++refused;
    }
    EXPECT_GT(refused, 0u);
}

TEST(gate, many_are_opened_as_the_codec_reads_each) {
    std::vector<Bytes> raw;
    for (uint32_t i = 0; i < 21; ++i) {
        codec::SignedTransaction tx = transfer(i);
        tx.type = static_cast<uint8_t>(i % 3);
        if (tx.type < 2) tx.max_priority_fee_per_gas = tx.max_fee_per_gas;
        tx.data = Bytes(i * 37, 7);
        raw.push_back(sign(i % 5, tx));
    }
    raw[3].pop_back();      // not RLP any more
    raw[9].back() ^= 0xff;  // another s: another signer, or an s that is too high
    for (size_t i = 40; i < 60; ++i) raw[10][i] ^= 0x5a;
    raw[20].clear();
    for (const size_t count : {size_t{0}, size_t{1}, size_t{8}, size_t{9}, raw.size()}) {
        const std::vector<BytesView> views(raw.begin(), raw.begin() + static_cast<long>(count));
        std::vector<Answer> many(count);
        open_many(views, test_chain_id, many);
        for (size_t i = 0; i < count; ++i) {
            const auto alone = codec::decode_transaction(raw[i], test_chain_id);
            const auto sender = alone ? codec::sender_of(*alone) : std::nullopt;
            ASSERT_EQ(many[i].has_value(), sender.has_value()) << i;
            if (!sender) {
                EXPECT_EQ(many[i].error().text,
                          alone ? "invalid sender: no account belongs to this signature"
                                : alone.error().text);
                continue;
            }
            EXPECT_EQ(many[i]->sender, *sender);
            EXPECT_EQ(many[i]->transaction->hash, alone->hash);
            EXPECT_EQ(many[i]->transaction->signing_hash, alone->signing_hash);
            EXPECT_EQ(many[i]->transaction->raw, raw[i]);
        }
    }
}

TEST(gate, impersonated_transactions_differ_by_sender_and_can_be_read_back) {
    const Opened a = open_impersonated(account(0), transfer(0), test_chain_id);
    const Opened b = open_impersonated(account(1), transfer(0), test_chain_id);
    const Opened zero = open_impersonated(Address{}, transfer(0), test_chain_id);
    EXPECT_NE(a.transaction->hash, b.transaction->hash);
    for (const Opened& one : {a, b, zero}) {
        const auto read = codec::decode_transaction(one.transaction->raw, test_chain_id);
        ASSERT_TRUE(read) << read.error().text;
        EXPECT_EQ(read->hash, one.transaction->hash);
    }
}

TEST(hands, do_each_piece_once_from_many_callers) {
    Hands hands;
    std::vector<std::thread> callers;
    for (int caller = 0; caller < 3; ++caller)
        callers.emplace_back([&] {
            for (size_t count = 0; count < 50; ++count) {
                std::vector<std::atomic<int>> seen(count);
                hands.share(count, [&](size_t i) { ++seen[i]; });
                for (const auto& times : seen) EXPECT_EQ(times, 1);
            }
        });
    for (std::thread& caller : callers) caller.join();
}

}  // namespace thaw::node::test
