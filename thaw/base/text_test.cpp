// Numbers and bytes as people write them, and the exact refusal of what is nearly that.
#include "thaw/base/text.hpp"

#include <gtest/gtest.h>

namespace thaw {
namespace {

TEST(Hex, IsStrict) {
    EXPECT_EQ(to_hex(Bytes{}), "0x");
    EXPECT_EQ(to_hex(Bytes{0x00, 0xab, 0xff}), "0x00abff");
    EXPECT_EQ(parse_hex("0x"), Bytes{});
    EXPECT_EQ(parse_hex("0x00AbfF"), (Bytes{0x00, 0xab, 0xff}));
    for (const char* bad : {"", "0", "00", "x00", "0X00", "0x0", "0x0g", "0x 0", " 0x00", "0x00 "})
        EXPECT_EQ(parse_hex(bad), std::nullopt) << bad;
    const std::string address = "0x54484157000000000000000000000000000005ff";
    EXPECT_EQ(to_hex(*parse_address(address)), address);
    EXPECT_FALSE(parse_address(address.substr(0, 40)));
    EXPECT_FALSE(parse_address(address + "00"));
    EXPECT_FALSE(parse_hash(address));
}

TEST(Decimal, CoversTheWholeRangeAndNothingBeyond) {
    EXPECT_EQ(to_decimal(0), "0");
    EXPECT_EQ(to_decimal(u128_max), "340282366920938463463374607431768211455");
    EXPECT_EQ(parse_decimal("340282366920938463463374607431768211455"), u128_max);
    EXPECT_EQ(parse_decimal("007"), u128{7});
    for (const char* bad :
         {"", "-1", "+1", " 1", "1 ", "1.0", "0x1", "1e3",
          "340282366920938463463374607431768211456", "999999999999999999999999999999999999999999"})
        EXPECT_EQ(parse_decimal(bad), std::nullopt) << bad;
}

TEST(Amount, ReadsAndWritesTheDecimalPointWithoutRounding) {
    const u128 one = 1'000'000'000'000'000'000;
    const std::vector<std::pair<std::string, u128>> same{
        {"0", 0},
        {"1", one},
        {"1.5", one * 3 / 2},
        {"0.000000000000000001", 1},
        {"340282366920938463463.374607431768211455", u128_max}};
    for (const auto& [text, value] : same) {
        EXPECT_EQ(parse_amount(text, 18), value) << text;
        EXPECT_EQ(format_amount(value, 18), text);
    }
    EXPECT_EQ(parse_amount("1.50", 18), one * 3 / 2);
    EXPECT_EQ(parse_amount("12", 0), u128{12});
    for (const char* bad : {"", ".", "-1", "1.2.3", "1,5", "0.0000000000000000001", "1e18",
                            "340282366920938463463.374607431768211456"})
        EXPECT_EQ(parse_amount(bad, 18), std::nullopt) << bad;
    EXPECT_EQ(parse_amount("1.5", 0), std::nullopt);
}

}  // namespace
}  // namespace thaw
