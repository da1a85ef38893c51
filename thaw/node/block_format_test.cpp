#include "thaw/node/block_format.hpp"

#include "thaw/codec/rlp.hpp"
#include "thaw/node/checksum.hpp"
#include "thaw/node/gate.hpp"
#include "thaw/node/test_world.hpp"

namespace thaw::node::test {

namespace {

struct Sample {
    SealedBlock block;
    std::vector<Bytes> raw;
};

/// One transaction of each type, the last one refused, with logs of every number of topics.
Sample sample() {
    Sample out;
    out.block.header.number = 17;
    out.block.header.timestamp = genesis_s;
    out.block.header.extra_data = {1, 2, 3};
    out.block.header.base_fee_per_gas = u128{1} << 70;
    out.block.header.parent_hash = crypto::keccak256("parent");
    for (uint8_t type = 0; type < 3; ++type) {
        codec::SignedTransaction tx = transfer(type);
        tx.type = type;
        if (type < 2) tx.max_priority_fee_per_gas = tx.max_fee_per_gas;
        if (type == 1) tx.access_list = {{account(1), {Hash{}}}};
        tx.data = Bytes(type * 40u, type);
        out.raw.push_back(sign(type, tx));
        SealedTransaction sealed;
        sealed.transaction = open(out.raw.back(), test_chain_id)->transaction;
        sealed.sender = account(type);
        sealed.receipt.success = type != 2;
        sealed.receipt.gas_used = 21'000 + type;
        sealed.receipt.output = Bytes(type, 9);
        for (size_t topics = 0; topics <= 2u * type; ++topics)
            sealed.receipt.logs.push_back(
                {account(6), codec::Topics(topics, Hash{{type}}), Bytes(topics * 7, 5)});
        out.block.transactions.push_back(std::move(sealed));
    }
    complete(out.block);
    return out;
}

}  // namespace

TEST(block_format, round_trip) {
    const Sample made = sample();
    const Bytes bytes = encode_block(made.block);
    const auto read = decode_block(bytes, 17, test_chain_id);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->header, made.block.header);
    EXPECT_EQ(read->hash, made.block.header.hash());
    EXPECT_EQ(encode_block(*read), bytes);
    ASSERT_EQ(read->transactions.size(), 3u);
    for (size_t i = 0; i < 3; ++i) {
        const SealedTransaction& a = read->transactions[i];
        const SealedTransaction& b = made.block.transactions[i];
        EXPECT_EQ(a.transaction->hash, crypto::keccak256(made.raw[i]));
        EXPECT_EQ(a.sender, b.sender);
        EXPECT_EQ(a.receipt.logs, b.receipt.logs);
        EXPECT_EQ(a.receipt.output, b.receipt.output);
        EXPECT_EQ(a.receipt.success, b.receipt.success);
    }
    EXPECT_EQ(read->transactions[2].cumulative_gas_used, 63'003u);
    EXPECT_EQ(read->transactions[2].first_log_index, 4u);
}

TEST(block_format, the_size_is_that_of_the_whole_block_in_rlp) {
    const Sample made = sample();
    codec::RlpWriter body;
    for (size_t i = 0; i < made.raw.size(); ++i)
        made.block.transactions[i].transaction->type == 0 ? body.raw(made.raw[i])
                                                          : body.string(made.raw[i]);
    codec::RlpWriter whole;
    whole.raw(made.block.header.rlp()).list(body).list(codec::RlpWriter{});
    EXPECT_EQ(made.block.size, whole.as_list().size());
    SealedBlock empty;
    complete(empty);
    codec::RlpWriter nothing;
    nothing.raw(empty.header.rlp()).list(codec::RlpWriter{}).list(codec::RlpWriter{});
    EXPECT_EQ(empty.size, nothing.as_list().size());
}

TEST(block_format, every_flipped_bit_is_found) {
    const Sample made = sample();
    Bytes bytes = encode_block(made.block);
    for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        bytes[bit / 8] ^= static_cast<uint8_t>(1u << bit % 8);
        EXPECT_FALSE(decode_block(bytes, 17, test_chain_id)) << "bit " << bit;
        bytes[bit / 8] ^= static_cast<uint8_t>(1u << bit % 8);
    }
    EXPECT_TRUE(decode_block(bytes, 17, test_chain_id));
}

TEST(block_format, refuses_other_heights_chains_and_sizes) {
    const Sample made = sample();
    const Bytes bytes = encode_block(made.block);
    EXPECT_FALSE(decode_block(bytes, 16, test_chain_id));
    EXPECT_FALSE(decode_block(bytes, 17, test_chain_id + 1));
    for (size_t size = 0; size < bytes.size(); ++size)
        EXPECT_FALSE(decode_block(BytesView{bytes}.first(size), 17, test_chain_id));
    // The same with a checksum that agrees: the grammar itself must refuse.
    const BytesView payload = BytesView{bytes}.first(bytes.size() - 8);
    for (size_t size = 0; size < payload.size(); ++size) {
        Bytes cut{payload.begin(), payload.begin() + static_cast<ptrdiff_t>(size)};
        append_checksum(cut, 17);
        EXPECT_FALSE(decode_block(cut, 17, test_chain_id)) << size;
    }
    Bytes longer{payload.begin(), payload.end()};
    longer.push_back(0);
    append_checksum(longer, 17);
    EXPECT_FALSE(decode_block(longer, 17, test_chain_id));
}

TEST(block_format, the_price_is_cut_at_the_maximum) {
    codec::SignedTransaction tx = transfer(0);
    tx.max_fee_per_gas = 100;
    tx.max_priority_fee_per_gas = 30;
    EXPECT_EQ(effective_gas_price(tx, 50), 80u);
    EXPECT_EQ(effective_gas_price(tx, 70), 100u);
    EXPECT_EQ(effective_gas_price(tx, 71), 100u);
    tx.max_fee_per_gas = tx.max_priority_fee_per_gas = u128_max;
    EXPECT_EQ(effective_gas_price(tx, 2), u128_max);
}

}  // namespace thaw::node::test
