#include "thaw/codec/header.hpp"

#include <gtest/gtest.h>

#include "thaw/base/text.hpp"
#include "thaw/codec/receipt.hpp"
#include "thaw/codec/rlp.hpp"

namespace thaw::codec {
namespace {

template <class T>
T filled_with(uint8_t byte) {
    T out;
    out.bytes.fill(byte);
    return out;
}

std::vector<Log> two_logs() {
    return {{.emitter = parse_address("0x70997970c51812dc3a010c7d01b50e0d17dc79c8").value(),
             .topics = {crypto::keccak256("Transfer(address,address,uint256)"),
                        filled_with<Hash>(0x11)},
             .data = Bytes(40, 0xab)},
            {.emitter = filled_with<Address>(0x22), .topics = {}, .data = {}}};
}

std::string digest_of(const Bytes& bytes) { return to_hex(crypto::keccak256(BytesView{bytes})); }

/// The digest that @ethereumjs/block 5 gives for the same fields.
TEST(Header, hash_agrees_with_another_implementation) {
    const Header header{.parent_hash = filled_with<Hash>(1),
                        .beneficiary = filled_with<Address>(2),
                        .state_root = filled_with<Hash>(3),
                        .transactions_root = filled_with<Hash>(4),
                        .receipts_root = filled_with<Hash>(5),
                        .logs_bloom = filled_with<Bloom>(6),
                        .number = 1234567,
                        .gas_limit = 30'000'000,
                        .gas_used = 21'000,
                        .timestamp = 1'700'000'000,
                        .extra_data = {'t', 'h', 'a', 'w'},
                        .mix_hash = filled_with<Hash>(7),
                        .base_fee_per_gas = 1'000'000'007};
    EXPECT_EQ(to_hex(header.hash()),
              "0x2de217f7065d3a4ef4ad7167cfa4305702e79c83af037e477edc2a47e2ce4640");
    EXPECT_EQ(header.hash(), crypto::keccak256(BytesView{header.rlp()}));
    EXPECT_TRUE(decode_rlp(header.rlp()).value().is_list);
}

TEST(Header, the_hash_of_no_ommers_is_the_published_one) {
    EXPECT_EQ(to_hex(empty_ommers_hash),
              "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347");
}

/// Bytes and digest that @ethereumjs/vm 8 gives for the same logs.
TEST(Bloom, agrees_with_another_implementation) {
    Bloom expected;
    const std::pair<size_t, uint8_t> bytes[] = {{26, 32}, {53, 64},  {63, 32},  {75, 8},
                                                {82, 2},  {119, 16}, {123, 16}, {136, 64},
                                                {169, 1}, {188, 32}, {195, 2},  {249, 2}};
    for (const auto& [at, byte] : bytes) expected.bytes[at] = byte;
    EXPECT_EQ(bloom_of(two_logs()), expected);
}

TEST(Bloom, contains_what_was_added_and_joins) {
    const std::vector<Log> logs = two_logs();
    Bloom joined = bloom_of(std::span{logs}.first(1));
    EXPECT_TRUE(joined.may_contain(logs[0].emitter.bytes));
    EXPECT_TRUE(joined.may_contain(logs[0].topics[1].bytes));
    EXPECT_FALSE(joined.may_contain(logs[1].emitter.bytes));
    EXPECT_FALSE(Bloom{}.may_contain(logs[0].emitter.bytes));
    joined |= bloom_of(std::span{logs}.last(1));
    EXPECT_EQ(joined, bloom_of(logs));
}

Bytes encode_receipt(uint8_t type, bool success, uint64_t gas, const Bloom& bloom,
                     std::span<const Log> logs) {
    RlpWriter out;
    write_receipt(out, type, success, gas, bloom, logs);
    return std::move(out).take();
}

/// Digests that @ethereumjs/vm 8 gives for the same receipts.
TEST(Receipt, encoding_agrees_with_another_implementation) {
    const std::vector<Log> logs = two_logs();
    const Bloom bloom = bloom_of(logs);
    const Bytes type_2 = encode_receipt(2, true, 21'000, bloom, logs);
    EXPECT_EQ(type_2.size(), 425u);
    EXPECT_EQ(digest_of(type_2),
              "0xe31132eb00fec9037bd9c030af5b4bb533785d3b9a19d218eba5c468d92780c8");
    EXPECT_EQ(digest_of(encode_receipt(0, false, uint64_t{1} << 40, bloom, logs)),
              "0xa858135f249ef0694b232239ee609ca0161bbf28da871d1faecea60fe0abb799");
    EXPECT_EQ(digest_of(encode_receipt(1, true, 127, bloom, {})),
              "0x8471d57ead8def900cfd35a7a12430da958a8e691ebb489abffca350432a85d5");
}

}  // namespace
}  // namespace thaw::codec
