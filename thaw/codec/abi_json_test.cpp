#include "thaw/codec/abi_json.hpp"

#include <gtest/gtest.h>

namespace thaw::codec {

namespace {

std::string of_function(std::string_view line) {
    return abi_json({.functions = {&line, 1}, .events = {}, .errors = {}});
}

}  // namespace

// The expected texts are what viem's parseAbi makes of the same lines, in the order of keys that
// solc has and with what viem leaves out: empty names, "indexed" of fields that are not,
// "anonymous".
TEST(abi_json, a_plain_function) {
    EXPECT_EQ(of_function("stake(uint256 assets) returns (uint256 shares)"),
              R"([{"type":"function","name":"stake","inputs":[{"name":"assets","type":"uint256"}],)"
              R"("outputs":[{"name":"shares","type":"uint256"}],"stateMutability":"nonpayable"}])");
    EXPECT_EQ(of_function("advance()"),
              R"([{"type":"function","name":"advance","inputs":[],"outputs":[],)"
              R"("stateMutability":"nonpayable"}])");
}

TEST(abi_json, tuples_and_arrays) {
    EXPECT_EQ(of_function(
                  "batch((address to,uint256 value,bytes data)[] calls) payable returns (bytes[])"),
              R"([{"type":"function","name":"batch","inputs":[{"name":"calls","type":"tuple[]",)"
              R"("components":[{"name":"to","type":"address"},{"name":"value","type":"uint256"},)"
              R"({"name":"data","type":"bytes"}]}],"outputs":[{"name":"","type":"bytes[]"}],)"
              R"("stateMutability":"payable"}])");
    EXPECT_EQ(
        of_function("nested((uint8 a, (address b, bytes32[2] c) d) e) view returns (bool, "
                    "uint256 f)"),
        R"([{"type":"function","name":"nested","inputs":[{"name":"e","type":"tuple",)"
        R"("components":[{"name":"a","type":"uint8"},{"name":"d","type":"tuple",)"
        R"("components":[{"name":"b","type":"address"},{"name":"c","type":"bytes32[2]"}]}]}],)"
        R"("outputs":[{"name":"","type":"bool"},{"name":"f","type":"uint256"}],)"
        R"("stateMutability":"view"}])");
}

TEST(abi_json, functions_events_and_errors_in_this_order) {
    const std::string_view function = "due() view returns (bool)";
    const std::string_view event = "Staked(address indexed staker, uint256 assets)";
    const std::string_view error = "ZeroAmount()";
    EXPECT_EQ(
        abi_json({.functions = {&function, 1}, .events = {&event, 1}, .errors = {&error, 1}}),
        R"([{"type":"function","name":"due","inputs":[],"outputs":[{"name":"","type":"bool"}],)"
        R"("stateMutability":"view"},)"
        R"({"type":"event","name":"Staked","inputs":[{"name":"staker","type":"address",)"
        R"("indexed":true},{"name":"assets","type":"uint256","indexed":false}],)"
        R"("anonymous":false},)"
        R"({"type":"error","name":"ZeroAmount","inputs":[]}])");
}

TEST(abi_json, signatures_agree_with_those_of_the_compiler) {
    static constexpr std::string_view line =
        "f((uint256 a, address b)[] xs, bytes y) view returns (uint256)";
    static constexpr Declaration declaration = declare(line);
    const auto parsed = parse_abi_line(line);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->signature(), declaration.signature().view());
    EXPECT_EQ(parsed->selector(), declaration.selector());
    EXPECT_EQ(parse_abi_line("transfer(address to, uint256 value) returns (bool)")->selector(),
              0xa9059cbbu);
}

TEST(abi_json, malformed_lines_are_no_declarations) {
    for (const std::string_view line :
         {"", "f", "(uint256 a)", "f(", "f(uint256 a", "f(uint256 a) returns", "f(uint256 a) extra",
          "f(,)", "f(uint256 a,)", "f((uint256 a)", "f() returns (", "f() payable view",
          "f(tuple)", "f(tuple[] xs)"})
        EXPECT_FALSE(parse_abi_line(line)) << line;
}

}  // namespace thaw::codec
