// The ABI: published examples, and exactly what the decoder refuses.
#include "thaw/codec/abi.hpp"

#include <gtest/gtest.h>

#include "thaw/base/text.hpp"
#include "thaw/codec/face.hpp"

namespace thaw::codec {
namespace {

template <Text line>
constexpr uint32_t selector = declare(line.view()).selector();

std::string word(std::string_view end) {
    return std::string(64 - end.size(), '0') + std::string{end};
}
std::string right(std::string_view start) {
    return std::string{start} + std::string(64 - start.size(), '0');
}
Bytes bytes_of(const std::string& digits) { return *parse_hex("0x" + digits); }

// https://docs.soliditylang.org/en/latest/abi-spec.html#examples, with types that the house has.
TEST(Abi, EncodesTheSpecificationsExamples) {
    EXPECT_EQ(selector<"baz(uint32 a, bool b)">, 0xcdcd77c0u);
    EXPECT_EQ(to_hex((call_data<"baz(uint32 a, bool b)">(uint32_t{69}, true))),
              "0xcdcd77c0" + word("45") + word("1"));
    EXPECT_EQ(selector<"sam(bytes,bool,uint256[])">, 0xa5643bf2u);
    EXPECT_EQ(to_hex(call_data<"sam(bytes,bool,uint256[])">(Bytes{'d', 'a', 'v', 'e'}, true,
                                                            std::vector<u128>{1, 2, 3})),
              "0xa5643bf2" + word("60") + word("1") + word("a0") + word("4") + right("64617665") +
                  word("3") + word("1") + word("2") + word("3"));
    // g(uint256[][],string[]) with ([[1, 2], [3]], ["one", "two", "three"]).
    EXPECT_EQ(selector<"g(uint256[][],string[])">, 0x2289b18cu);
    EXPECT_EQ(to_hex(call_data<"g(uint256[][],string[])">(
                  std::vector<std::vector<u128>>{{1, 2}, {3}},
                  std::vector<std::string>{"one", "two", "three"})),
              "0x2289b18c" + word("40") + word("140") + word("2") + word("40") + word("a0") +
                  word("2") + word("1") + word("2") + word("1") + word("3") + word("3") +
                  word("60") + word("a0") + word("e0") + word("3") + right("6f6e65") + word("3") +
                  right("74776f") + word("5") + right("7468726565"));
}

TEST(Abi, RefusesWhatDoesNotFitItsType) {
    const Bytes big = bytes_of(std::string(31, '0') + "1" + std::string(32, '0'));  // 2^128
    EXPECT_FALSE(decode<u128>(big));
    EXPECT_FALSE(decode<Assets>(big));
    EXPECT_EQ(std::get<0>(*decode<Number>(big)).value, ~uint64_t{0});  // names nothing
    EXPECT_TRUE(std::get<0>(*decode<Allowance>(big)).unlimited());
    EXPECT_FALSE(decode<uint64_t>(bytes_of(word("10000000000000000"))));
    EXPECT_FALSE(decode<uint32_t>(bytes_of(word("100000000"))));
    EXPECT_FALSE(decode<uint16_t>(bytes_of(word("10000"))));
    EXPECT_FALSE(decode<uint8_t>(bytes_of(word("100"))));
    EXPECT_TRUE(decode<uint8_t>(bytes_of(word("ff"))));
    EXPECT_FALSE(decode<bool>(bytes_of(word("2"))));
    EXPECT_FALSE(decode<Address>(bytes_of("01" + std::string(62, '0'))));
    EXPECT_FALSE(decode<Selector>(bytes_of(right("1234567801"))));
    EXPECT_FALSE(decode<Byte>(bytes_of(right("0001"))));
}

TEST(Abi, RefusesBytesThatNoEncoderWrites) {
    const std::string good = word("20") + word("3") + right("616263");
    EXPECT_EQ(std::get<0>(*decode<std::string>(bytes_of(good))), "abc");
    const std::vector<std::pair<const char*, std::string>> bad{
        {"empty", ""},
        {"half a word", good.substr(0, 100)},
        {"cut short", good.substr(0, good.size() - 2)},
        {"too long", good + "00"},
        {"a word too many", good + word("0")},
        {"offset beyond the head", word("40") + word("3") + right("616263") + word("0")},
        {"offset back into the head", word("0") + word("3") + right("616263")},
        {"offset beyond the end", word("200") + word("3") + right("616263")},
        {"huge offset", std::string(64, 'f') + word("3") + right("616263")},
        {"length beyond the end", word("20") + word("21") + right("616263")},
        {"huge length", word("20") + std::string(64, 'f') + right("616263")},
        {"length of 2^64 - 1", word("20") + word("ffffffffffffffff") + right("616263")},
        {"padding that is not zero", word("20") + word("3") + right("61626301")}};
    for (const auto& [what, digits] : bad)
        EXPECT_FALSE(decode<std::string>(bytes_of(digits))) << what;
}

TEST(Abi, RefusesArraysThatPromiseMoreThanIsThere) {
    EXPECT_TRUE(decode<std::vector<u128>>(bytes_of(word("20") + word("0"))));
    EXPECT_FALSE(decode<std::vector<u128>>(bytes_of(word("20") + word("1"))));
    EXPECT_FALSE(decode<std::vector<u128>>(bytes_of(word("20") + word("2") + word("1"))));
    EXPECT_FALSE(decode<std::vector<Bytes>>(
        bytes_of(word("20") + word("8000000000000000") + word("20") + word("0"))));
    // Two elements that share one tail: no encoder writes that.
    EXPECT_FALSE(decode<std::vector<Bytes>>(
        bytes_of(word("20") + word("2") + word("40") + word("40") + word("0"))));
}

struct Pair {
    using AbiTuple = void;
    Address who;
    Bytes data;
};
TEST(Abi, TuplesNestInArrays) {
    const std::vector<Pair> pairs{{Address{}, {1, 2}}, {Address{}, {}}};
    Bytes out;
    encode_sequence(out, uint8_t{5}, pairs, std::string{"end"});
    const auto back = decode<uint8_t, std::vector<Pair>, std::string>(out);
    ASSERT_TRUE(back);
    EXPECT_EQ(std::get<1>(*back)[0].data, (Bytes{1, 2}));
    EXPECT_EQ(std::get<2>(*back), "end");
    EXPECT_EQ((types_of<uint8_t, std::vector<Pair>, std::string>().view()),
              "uint8,(address,bytes)[],string");
    for (size_t i = 0; i < out.size(); ++i) {  // every byte counts
        Bytes spoiled = out;
        spoiled.pop_back();
        EXPECT_FALSE((decode<uint8_t, std::vector<Pair>, std::string>(BytesView{out}.first(i))));
        spoiled = out;
        spoiled[i] ^= 0x40;
        const auto other = decode<uint8_t, std::vector<Pair>, std::string>(spoiled);
        if (!other) continue;
        Bytes again;
        std::apply([&](const auto&... part) { encode_sequence(again, part...); }, *other);
        EXPECT_EQ(again, spoiled);
    }
}

}  // namespace
}  // namespace thaw::codec
