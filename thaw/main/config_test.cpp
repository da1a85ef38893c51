#include "thaw/main/config.hpp"

#include <gtest/gtest.h>

#include "thaw/main/config_keys.hpp"

namespace thaw::cli {
namespace {

struct Bad {
    std::string_view name;
    std::string_view text;
    std::string_view says;
};

class BadConfig : public testing::TestWithParam<Bad> {};

TEST_P(BadConfig, IsRefusedWithItsLine) {
    const auto config = read_config(GetParam().text, "thaw.toml");
    ASSERT_FALSE(config);
    EXPECT_EQ(config.error(), GetParam().says);
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadConfig,
    testing::Values(
        Bad{"unknown_section", "\n[hubb]\n",
            "thaw.toml:2: unknown key \"hubb\"; known here: devnet, hub, network"},
        Bad{"unknown_network", "[network.solana]\nfee_bps = 1\n",
            "thaw.toml:1: unknown key \"network.solana\"; known here: bnb, fantom, polkadot, "
            "kusama, "
            "polygon"},
        Bad{"unknown_key", "[hub]\nchain_id = 1\nbasefee = 1\n",
            "thaw.toml:3: unknown key \"hub.basefee\"; known here: chain_id, base_fee, "
            "block_gas_limit, frame, owner"},
        Bad{"key_outside", "chain_id = 5\n",
            "thaw.toml:1: unknown key \"chain_id\"; known here: devnet, hub, network"},
        Bad{"section_as_value", "hub = 3\n", "thaw.toml:1: \"hub\" is a section: write [hub]"},
        Bad{"value_as_section", "[hub.chain_id]\n",
            "thaw.toml:1: hub.chain_id must be a whole number from 1 to 9007199254740992, not a "
            "table"},
        Bad{"text_for_number", "[hub]\n\nchain_id = \"8429\"\n",
            "thaw.toml:3: hub.chain_id must be a whole number from 1 to 9007199254740992, not "
            "\"8429\""},
        Bad{"number_zero", "[hub]\nbase_fee = 0\n",
            "thaw.toml:2: hub.base_fee must be a whole number from 1 to 1000000000000, not 0"},
        Bad{"number_negative", "[hub]\nbase_fee = -1\n",
            "thaw.toml:2: hub.base_fee must be a whole number from 1 to 1000000000000, not -1"},
        Bad{"fraction_for_number", "[network.bnb]\nfee_bps = 10.5\n",
            "thaw.toml:2: network.bnb.fee_bps must be a whole number from 0 to 2000, not 10.5"},
        Bad{"fee_too_large", "[network.bnb]\nfee_bps = 2001\n",
            "thaw.toml:2: network.bnb.fee_bps must be a whole number from 0 to 2000, not 2001"},
        Bad{"number_for_flag", "[network.polygon]\nhalted = 1\n",
            "thaw.toml:2: network.polygon.halted must be true or false, not 1"},
        Bad{"array", "[network.polygon]\nhalted = [true]\n",
            "thaw.toml:2: network.polygon.halted must be true or false, not an array"},
        Bad{"amount_bare", "[network.bnb]\nstake_min = 1\n",
            "thaw.toml:2: network.bnb.stake_min must be an amount of BNB, such as \"1.5\", not 1"},
        Bad{"amount_too_fine", "[network.polkadot]\nstake_min = \"0.00000000001\"\n",
            "thaw.toml:2: network.polkadot.stake_min must be an amount of DOT, such as \"1.5\", "
            "not "
            "\"0.00000000001\""},
        Bad{"amount_zero", "[network.bnb]\nstake_min = \"0\"\n",
            "thaw.toml:2: network.bnb.stake_min must be an amount of BNB, such as \"1.5\", not "
            "\"0\""},
        Bad{"span_without_unit", "[network.bnb]\nunbonding = \"7\"\n",
            "thaw.toml:2: network.bnb.unbonding must be a time of at least a second, such as "
            "\"7d\" "
            "or \"12h\", not \"7\""},
        Bad{"span_too_short", "[network.bnb]\nunbonding = \"500ms\"\n",
            "thaw.toml:2: network.bnb.unbonding must be a time of at least a second, such as "
            "\"7d\" "
            "or \"12h\", not \"500ms\""},
        Bad{"listen_without_port", "[devnet]\nlisten = \"127.0.0.1\"\n",
            "thaw.toml:2: devnet.listen must be an IP address and a port, such as "
            "\"127.0.0.1:8545\", not \"127.0.0.1\""},
        Bad{"day_zero", "[devnet]\nday = \"0s\"\n",
            "thaw.toml:2: devnet.day must be a time such as \"60s\", \"24h\" or \"1d\", or "
            "\"stopped\", not \"0s\""},
        Bad{"block_word", "[devnet]\nblock = \"fast\"\n",
            "thaw.toml:2: devnet.block must be a time such as \"1s\", or \"auto\", not \"fast\""}),
    [](const auto& each) { return std::string{each.param.name}; });

TEST(Config, SyntaxIsRefusedWithItsLine) {
    const auto broken = read_config("[hub]\nchain_id = = 3\n", "thaw.toml");
    ASSERT_FALSE(broken);
    EXPECT_TRUE(broken.error().starts_with("thaw.toml:2: ")) << broken.error();
    const auto twice = read_config("[hub]\nchain_id = 3\nchain_id = 4\n", "thaw.toml");
    ASSERT_FALSE(twice);
    EXPECT_TRUE(twice.error().starts_with("thaw.toml:3: ")) << twice.error();
}

TEST(Config, AnEmptyFileIsTheDefault) {
    const auto config = read_config("", "thaw.toml");
    ASSERT_TRUE(config);
    EXPECT_EQ(print_config(*config), print_config({}));
}

TEST(Config, WhatIsPrintedIsReadBack) {
    Config config;
    config.listen = {.address = "::1", .port = 1};
    config.data = "somewhere";
    config.day_ms = 0;
    config.block_ms = 1'500;
    config.seed = 7;
    config.parameters.hub.chain_id = 77;
    config.parameters.networks[2].parameters.stake_min = Assets{12'345};
    config.parameters.networks[4].parameters.halted = 1;
    config.parameters.networks[0].parameters.unbonding_s = 61;
    const auto read = read_config(print_config(config), "thaw.toml");
    ASSERT_TRUE(read) << read.error();
    EXPECT_EQ(print_config(*read), print_config(config));
    EXPECT_EQ(read->parameters.networks[2].parameters.stake_min.value, 12'345u);
    EXPECT_EQ(read->parameters.networks[0].parameters.unbonding_s, 61u);
}

TEST(Config, EveryKeyIsReadFromItsOwnSection) {
    for (const ConfigKey& key : config_keys()) {
        const std::string text =
            "[" + key.section + "]\n" + key.name + " = " + key.print({}) + "\n";
        const auto config = read_config(text, "thaw.toml");
        EXPECT_TRUE(config) << text << (config ? "" : config.error());
    }
}

TEST(Config, OnlyThisMachineIsNotLimited) {
    Config config;
    EXPECT_EQ(requests_limit(config), 0u);
    config.listen.address = "::1";
    EXPECT_EQ(requests_limit(config), 0u);
    config.listen.address = "0.0.0.0";
    EXPECT_EQ(requests_limit(config), 1'000u);
    config.requests_per_second = 7;
    EXPECT_EQ(requests_limit(config), 7u);
}

}  // namespace
}  // namespace thaw::cli
