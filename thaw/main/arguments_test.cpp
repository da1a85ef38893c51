#include <gtest/gtest.h>

#include "thaw/main/config.hpp"
#include "thaw/main/duration.hpp"
#include "thaw/main/failure.hpp"
#include "thaw/main/http_client.hpp"
#include "thaw/main/refusals.hpp"
#include "thaw/main/table.hpp"
#include "thaw/main/tokens.hpp"
#include "thaw/protocol/staking/face.hpp"

namespace thaw::cli {
namespace {

TEST(Durations, AreANumberAndAUnit) {
    EXPECT_EQ(parse_duration_ms("60s"), 60'000u);
    EXPECT_EQ(parse_duration_ms("10m"), 600'000u);
    EXPECT_EQ(parse_duration_ms("24h"), 86'400'000u);
    EXPECT_EQ(parse_duration_ms("1d"), 86'400'000u);
    EXPECT_EQ(parse_duration_ms("250ms"), 250u);
    EXPECT_EQ(parse_duration_ms("36600d"), 36'600ull * 86'400'000);
    for (const auto bad : {"", "s", "60", "60 s", "1.5h", "-1s", "1w", "1S", "36601d", "0x1s",
                           "99999999999999999999999999999999999999999s"})
        EXPECT_EQ(parse_duration_ms(bad), std::nullopt) << bad;
}

TEST(Durations, AreShownByTheirLargestUnits) {
    EXPECT_EQ(format_duration(0), "0s");
    EXPECT_EQ(format_duration(59), "59s");
    EXPECT_EQ(format_duration(3'600), "1h");
    EXPECT_EQ(format_duration(3'661), "1h 1m");
    EXPECT_EQ(format_duration(86'400 + 59), "1d") << "seconds do not matter beside days";
    EXPECT_EQ(format_duration(7 * 86'400 + 7'200), "7d 2h");
    EXPECT_EQ(format_time(1'767'225'600), "2026-01-01 00:00:00 UTC");
}

TEST(Durations, OfADayMayStop) {
    EXPECT_EQ(parse_day_ms("stopped"), 0u);
    EXPECT_EQ(parse_day_ms("1d"), 86'400'000u);
    EXPECT_EQ(parse_day_ms("0s"), std::nullopt);
    EXPECT_EQ(parse_block_ms("auto"), 0u);
    EXPECT_EQ(parse_block_ms("500ms"), 500u);
    EXPECT_EQ(parse_block_ms("0s"), std::nullopt);
}

TEST(Endpoints, AreAnAddressAndAPort) {
    const auto reads = [](std::string_view text, std::string_view address, uint16_t port) {
        const auto endpoint = parse_endpoint(text);
        return endpoint && endpoint->address == address && endpoint->port == port;
    };
    EXPECT_TRUE(reads("127.0.0.1:8545", "127.0.0.1", 8545));
    EXPECT_TRUE(reads("0.0.0.0:0", "0.0.0.0", 0));
    EXPECT_TRUE(reads("localhost:65535", "127.0.0.1", 65535));
    EXPECT_TRUE(reads("[::1]:80", "::1", 80));
    EXPECT_EQ(format_endpoint({.address = "::1", .port = 80}), "[::1]:80");
    for (const auto bad : {"", ":", ":80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "::1:80",
                           "[::1:80", "[127.0.0.1]:80", "127.0.0.1:-1", "a:b"})
        EXPECT_FALSE(parse_endpoint(bad)) << bad;
}

/// What a failure says, and how the program would end.
template <class F>
std::pair<ExitCode, std::string> failure_of(const F& act) {
    try {
        act();
    } catch (const Failure& failure) {
        return {failure.code(), failure.what()};
    }
    return {ExitCode::ok, ""};
}

TEST(Amounts, AreReadWithTheDecimalsOfTheirToken) {
    EXPECT_EQ(amount_called("1.5", "BNB", 18), u128{1'500'000'000'000'000'000});
    EXPECT_EQ(amount_called("0.0000000001", "DOT", 10), 1u);
    EXPECT_EQ(amount_called("20", "KSM", 12), 20'000'000'000'000u);
    const auto too_fine = failure_of([] { amount_called("0.00000000001", "DOT", 10); });
    EXPECT_EQ(too_fine.first, ExitCode::usage);
    EXPECT_EQ(too_fine.second,
              "\"0.00000000001\" is not an amount of DOT: write a number such as 1.5, with at most "
              "10 digits after the point");
    EXPECT_EQ(failure_of([] { amount_called("0.0", "DOT", 10); }).second,
              "the amount must be more than zero");
    for (const auto bad : {"", "-1", "1e3", "1,5", ".", "0x1", "1.5 ", "1..5",
                           "340282366920938463463374607431768211456"})
        EXPECT_EQ(failure_of([&] { amount_called(bad, "BNB", 18); }).first, ExitCode::usage) << bad;
}

TEST(Names, OfNetworksAndTokensAreReadInAnyCase) {
    EXPECT_EQ(network_called("bnb").id, 1);
    EXPECT_EQ(network_called("Polygon").id, 5);
    EXPECT_EQ(network_called("MATIC").id, 5);
    EXPECT_EQ(network_called("ftm").name, "fantom");
    EXPECT_EQ(token_called("aftmb").liquid, NetworkId{2});
    EXPECT_EQ(token_called("eth").asset, AssetId{0});
    EXPECT_EQ(failure_of([] { network_called("solana"); }).second,
              "there is no network \"solana\"; there are bnb, fantom, polkadot, kusama, polygon");
}

TEST(Refusals, AreSentencesWithAmounts) {
    const u128 one = 1'000'000'000'000'000'000;
    const auto revert = codec::revert_with(
        protocol::staking::StakeBelowMinimum{.assets = {one / 20}, .minimum = {one / 10}});
    EXPECT_EQ(refusal_text(revert.data, "BNB", 18),
              "the least one can stake is 0.1 BNB; this is 0.05 BNB");
    EXPECT_EQ(
        refusal_text(codec::revert_with(protocol::staking::UseUnstakeCerts{}).data, "BNB", 18),
        "UseUnstakeCerts()");
    EXPECT_EQ(refusal_text({}, "BNB", 18), "the contract refused without a reason");
    EXPECT_EQ(refusal_text(Bytes{1, 2, 3, 4}, "BNB", 18), "the contract refused with 0x01020304");
    Bytes cut = revert.data;
    cut.pop_back();
    EXPECT_EQ(refusal_text(cut, "BNB", 18), "StakeBelowMinimum(...)");
}

TEST(Tables, AlignTheirColumns) {
    TextTable table{{"name", ">amount", "note"}};
    table.add({"a", "1", "ä"});
    table.add({"longer", "1,234.5"});
    EXPECT_EQ(table.text(),
              "name     amount  note\n"
              "a             1  ä\n"
              "longer  1,234.5\n");
    EXPECT_EQ(column_amount("1234567.891234", 4), "1,234,567.8912");
    EXPECT_EQ(column_amount("100", 4), "100");
    EXPECT_EQ(column_amount("0.00001", 4), "<0.0001");
    EXPECT_EQ(column_amount("0", 4), "0");
    EXPECT_EQ(column_amount("5.00001", 4), "5");
}

TEST(Nodes, AreNamedByHttpUrls) {
    EXPECT_EQ(failure_of([] { HttpClient{"http://127.0.0.1:8545"}; }).first, ExitCode::ok);
    EXPECT_EQ(failure_of([] { HttpClient{"http://[::1]:8545/path"}; }).first, ExitCode::ok);
    for (const auto bad : {"", "127.0.0.1:8545", "https://example.org", "http://", "http://host:x",
                           "ws://127.0.0.1:8545"})
        EXPECT_EQ(failure_of([&] { HttpClient{bad}; }).first, ExitCode::usage) << bad;
    EXPECT_EQ(failure_of([] {
                  HttpClient{"http://127.0.0.1:1"}.post("{}", std::chrono::milliseconds{5'000});
              }).first,
              ExitCode::unreachable);
}

}  // namespace
}  // namespace thaw::cli
