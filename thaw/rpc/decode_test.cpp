#include "thaw/rpc/decode.hpp"

#include <gtest/gtest.h>

#include "thaw/base/text.hpp"
#include "thaw/rpc/encode.hpp"
#include "thaw/rpc/log_search.hpp"

namespace thaw::rpc {

namespace {

constexpr Where here{0, "x"};
const std::string account = "0x" + std::string(40, 'a');
const std::string hash = "0x" + std::string(64, 'b');

template <class T>
bool reads(Decoded<T> (*read)(const json::value&, Where), std::string_view text) {
    return read(json::parse(text), here).has_value();
}
template <class T>
std::string refusal(Decoded<T> (*read)(const json::value&, Where), std::string_view text) {
    const auto result = read(json::parse(text), here);
    if (result) return "(accepted)";
    EXPECT_EQ(result.error().code, -32602);
    return result.error().message;
}

}  // namespace

TEST(decode, quantities_have_no_leading_zeros) {
    EXPECT_EQ(read_quantity("0x0", here), u128{0});
    EXPECT_EQ(read_quantity("0x1fF", here), u128{511});
    EXPECT_EQ(read_quantity(json::value("0x" + std::string(32, 'f')), here), u128_max);
    for (const auto bad :
         {R"("")", R"("0x")", R"("0x00")", R"("0x01")", R"("1")", R"("0xg")", R"("0X1")",
          R"("-0x1")", "1", "null", "[]", R"("0x100000000000000000000000000000000")"})
        EXPECT_FALSE(reads(read_quantity, bad)) << bad;
    EXPECT_TRUE(reads(read_quantity64, R"("0xffffffffffffffff")"));
    EXPECT_FALSE(reads(read_quantity64, R"("0x10000000000000000")"));
    EXPECT_EQ(
        refusal(read_quantity, R"("0x01")"),
        "invalid argument 0 (x): expected a quantity below 2^128, such as \"0x1f\" (no leading "
        "zeros), got \"0x01\"");
}

TEST(decode, quantity_text_is_read_back) {
    for (const u128 value : {u128{0}, u128{1}, u128{15}, u128{16}, u128{1} << 64, u128_max})
        EXPECT_EQ(read_quantity(json::value(quantity(value)), here), value);
}

TEST(decode, bytes_addresses_and_hashes) {
    EXPECT_EQ(read_data("0x", here), Bytes{});
    EXPECT_EQ(read_data("0x00fF", here), (Bytes{0, 255}));
    for (const auto bad : {R"("0x0")", R"("00")", R"("0xzz")", "7", R"("")"})
        EXPECT_FALSE(reads(read_data, bad)) << bad;
    EXPECT_TRUE(read_address(json::value(account), here));
    EXPECT_EQ(
        refusal(read_address, R"("0x12")"),
        "invalid argument 0 (x): expected an address of 20 bytes as \"0x\" and 40 digits, got "
        "\"0x12\"");
    EXPECT_TRUE(read_hash(json::value(hash), here));
    EXPECT_FALSE(read_hash(json::value(account), here));
}

TEST(decode, long_values_are_shown_in_part) {
    const auto result = read_address(json::value(std::string(500, 'z')), here);
    EXPECT_LT(result.error().message.size(), 250u);
    EXPECT_TRUE(result.error().message.ends_with("zzz..."));
}

TEST(decode, blocks_by_tag_number_hash_and_object) {
    EXPECT_EQ(read_block("latest", here), BlockId{Tag::latest});
    EXPECT_EQ(read_block("earliest", here), BlockId{Tag::earliest});
    EXPECT_EQ(read_block("0x10", here), BlockId{uint64_t{16}});
    EXPECT_EQ(read_block(json::value(hash), here), BlockId{*parse_hash(hash)});
    EXPECT_EQ(read_block(json::parse(R"({"blockNumber":"0x1"})"), here), BlockId{uint64_t{1}});
    EXPECT_EQ(read_block(json::object{{"blockHash", hash}, {"requireCanonical", true}}, here),
              BlockId{*parse_hash(hash)});
    for (const auto bad :
         {R"("newest")", "16", R"("0x010")", "{}", R"({"blockNumber":1})",
          R"({"blockNumber":"0x1","blockHash":"0x1"})", R"({"blockHash":"0x1"})", "true", "[]"})
        EXPECT_FALSE(reads(read_block, bad)) << bad;
}

TEST(decode, calls) {
    const auto call = read_call(json::object{{"from", account},
                                             {"to", account},
                                             {"value", "0x5"},
                                             {"data", "0x01"},
                                             {"input", "0x01"},
                                             {"gas", "0x5208"},
                                             {"surprise", 1},
                                             {"nonce", nullptr}},
                                here);
    ASSERT_TRUE(call);
    EXPECT_EQ(call->value, 5u);
    EXPECT_EQ(call->data, Bytes{1});
    EXPECT_EQ(call->gas, 21'000u);
    EXPECT_FALSE(call->nonce);
    EXPECT_EQ(refusal(read_call, "7"),
              "invalid argument 0 (x): expected a transaction object, got 7");
    EXPECT_EQ(refusal(read_call, R"({"value":"5"})"),
              "invalid argument 0 (x.value): expected a quantity below 2^128, such as \"0x1f\" (no "
              "leading zeros), got \"5\"");
    EXPECT_EQ(
        refusal(read_call, R"({"data":"0x01","input":"0x02"})"),
        "invalid argument 0 (x): expected \"input\" and \"data\" to be the same when both are "
        "given, got {\"data\":\"0x01\",\"input\":\"0x02\"}");
    EXPECT_EQ(refusal(read_call, R"({"gasPrice":"0x1","maxFeePerGas":"0x1"})"),
              "both gasPrice and (maxFeePerGas or maxPriorityFeePerGas) specified; give one kind");
    EXPECT_EQ(refusal(read_call, R"({"type":"0x3"})"),
              "invalid argument 0 (x.type): expected a transaction type of \"0x0\", \"0x1\" or "
              "\"0x2\", got \"0x3\"");
}

TEST(decode, filters_and_what_they_match) {
    const auto filter = read_filter(
        json::object{{"address", account},
                     {"topics", json::array{nullptr, json::array{hash, nullptr}, hash}}},
        here);
    ASSERT_TRUE(filter);
    EXPECT_EQ(filter->addresses.size(), 1u);
    ASSERT_EQ(filter->topics.size(), 3u);
    EXPECT_TRUE(filter->topics[0].empty());
    EXPECT_TRUE(filter->topics[1].empty());  // null among alternatives: any
    codec::Log log{
        .emitter = *parse_address(account), .topics = {{}, {}, *parse_hash(hash)}, .data = {}};
    EXPECT_TRUE(matches(*filter, log));
    EXPECT_TRUE(may_match(*filter, codec::bloom_of(std::span{&log, 1})));
    log.topics.pop_back();
    EXPECT_FALSE(matches(*filter, log));  // fewer topics than the filter asks for
    EXPECT_FALSE(may_match(*filter, codec::bloom_of(std::span{&log, 1})));
    log.topics.push_back(Hash{});
    EXPECT_FALSE(matches(*filter, log));
    EXPECT_EQ(refusal(read_filter, R"({"blockHash":")" + hash + R"(","fromBlock":"0x1"})"),
              "cannot specify both blockHash and fromBlock/toBlock; choose one or the other");
    for (const auto bad :
         {R"({"topics":[1]})", R"({"topics":[null,null,null,null,null]})", R"({"topics":"0x"})",
          R"({"address":[1]})", R"({"address":"0x1"})", "[]"})
        EXPECT_FALSE(reads(read_filter, bad)) << bad;
}

}  // namespace thaw::rpc
