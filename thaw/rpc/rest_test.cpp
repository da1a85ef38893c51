#include "thaw/protocol/state.hpp"
#include "thaw/rpc/door_test.hpp"
#include "thaw/rpc/rest_figures.hpp"

namespace thaw::rpc::test {

namespace {

struct RestDoor : testing::Test {
    Door door;
    json::value read(std::string_view path) const { return json::parse(body_of(door.get(path))); }
    json::value problem_of(std::string_view path, std::string_view status) const {
        const std::string response = door.get(path);
        EXPECT_EQ(status_of(response), "HTTP/1.1 " + std::string{status}) << path;
        EXPECT_NE(response.find("Content-Type: application/problem+json"), std::string::npos);
        return json::parse(body_of(response)).at("detail");
    }
};

}  // namespace

TEST_F(RestDoor, refusals_say_what_would_be_right) {
    EXPECT_EQ(problem_of("/v1/networks/nope/history", "404 Not Found"),
              "there is no network nope; /v1/networks lists them");
    for (const auto days : {"0", "367", "x", "-1", "1.5"})
        EXPECT_EQ(
            problem_of("/v1/networks/bnb/history?days=" + std::string{days}, "400 Bad Request"),
            "days is a number from 1 to 366");
    EXPECT_EQ(problem_of("/v1/networks/bnb/reports?count=101", "400 Bad Request"),
              "count is a number from 1 to 100");
    EXPECT_EQ(problem_of("/v1/accounts/0x12/rewards", "400 Bad Request"),
              "an address is \"0x\" and 40 hexadecimal digits");
    EXPECT_EQ(problem_of("/v1/tickets/x", "400 Bad Request"), "a ticket is named by its number");
    EXPECT_EQ(problem_of("/v1/tickets/1000000001", "404 Not Found"),
              "there is no ticket 1000000001");
    EXPECT_EQ(problem_of("/v1/tickets/340282366920938463463374607431768211455", "400 Bad Request"),
              "a ticket is named by its number");
    EXPECT_EQ(problem_of("/v1/quotes/exit?network=bnb", "400 Bad Request"),
              "say how much: ?shares= in whole shares, or ?assets= in base units");
    EXPECT_EQ(
        problem_of("/v1/quotes/exit?network=bnb&shares=340282366920938463463374607431768211455",
                   "400 Bad Request"),
        "there are not so many shares");
}

TEST_F(RestDoor, what_is_issued_is_backed) {
    const json::value reserves = read("/v1/reserves");
    ASSERT_EQ(reserves.at("assets").as_array().size(), 1u + protocol::network_count);
    for (const json::value& asset : reserves.at("assets").as_array()) {
        EXPECT_EQ(asset.at("covered"), true) << asset.at("asset");
        EXPECT_EQ(asset.at("backing"), asset.at("issued")) << asset.at("asset");
        // Whom it belongs to adds up to what there is.
        u128 owed = 0;
        for (const auto& [whose, sum] : asset.at("owed").as_object())
            if (whose != "ticketsOfStakers")
                owed = add(owed, *parse_decimal(std::string_view{sum.as_string()}));
        EXPECT_EQ(to_decimal(owed), std::string_view{asset.at("issued").as_string()});
    }
}

TEST_F(RestDoor, a_network_tells_of_its_flash_pool_and_its_second_token) {
    const json::value bnb = read("/v1/networks/bnb");
    EXPECT_EQ(bnb.at("flash").at("capacity"), "0");
    EXPECT_EQ(bnb.at("flash").at("feeMinPercent"), "0.3");
    EXPECT_EQ(bnb.at("flash").at("feeMaxPercent"), "3");
    EXPECT_EQ(bnb.at("legacy").at("symbol"), "aBNBb");
    EXPECT_FALSE(bnb.as_object().contains("wrapped"));
    EXPECT_EQ(bnb.at("host").at("name"), "BNB Smart Chain");
    const json::value fantom = read("/v1/networks/fantom");
    EXPECT_EQ(fantom.at("wrapped").at("symbol"), "aFTMc");
    EXPECT_FALSE(fantom.as_object().contains("switch"));
}

TEST_F(RestDoor, validators_say_why) {
    const json::value validators = read("/v1/networks/bnb/validators");
    ASSERT_EQ(validators.at("validators").as_array().size(), 1u);
    const json::value& one = validators.at("validators").at(0);
    EXPECT_EQ(one.at("name"), "one");
    EXPECT_FALSE(one.at("why").as_string().empty());
    EXPECT_TRUE(validators.at("decentralisation").as_object().contains("nakamotoWith"));
    EXPECT_EQ(read("/v1/validators").at("networks").at(0), validators);
}

TEST_F(RestDoor, history_ends_with_now_and_nothing_is_earned_by_nobody) {
    const json::array history = read("/v1/networks/bnb/history").at("history").as_array();
    EXPECT_EQ(history.back().at("rate"), "1");
    EXPECT_EQ(history.back().at("block"), 0);
    EXPECT_TRUE(read("/v1/networks/bnb/reports").at("reports").as_array().empty());
    const std::string account_path = "/v1/accounts/" + to_hex(account(5));
    const json::value rewards = read(account_path + "/rewards");
    for (const json::value& total : rewards.at("totals").as_array())
        EXPECT_EQ(total.at("earned"), "0");
    EXPECT_EQ(body_of(door.get(account_path + "/rewards?format=csv")),
              "date,network,asset,earned,balance\r\n");
}

TEST_F(RestDoor, a_dry_run_says_whom_it_would_halt_and_liquidate) {
    const std::string halt = to_hex(BytesView{
        codec::call_data<"halt(uint8 network, string reason)">(uint8_t{1}, std::string{"why"})});
    const json::array params{json::array{json::value(to_hex(protocol::networks_address))},
                             json::array{json::value(halt)}};
    const json::value refused = door.result("thaw_dryRun", params);
    EXPECT_EQ(refused.at("passes"), false) << "a key is the owner here";
    EXPECT_EQ(refused.at("halts").as_array().size(), 0u);
    EXPECT_EQ(refused.at("liquidates").at("count"), 0);
}

TEST_F(RestDoor, who_may_do_what_is_told_with_its_pace) {
    const json::value roles = read("/v1/roles");
    EXPECT_EQ(roles.at("governed"), false);
    size_t of_owner = 0;
    for (const json::value& power : roles.at("powers").as_array()) {
        EXPECT_FALSE(power.at("can").as_array().empty());
        EXPECT_FALSE(power.at("fastest").as_string().empty());
        if (power.at("role") == "owner") ++of_owner;
    }
    EXPECT_EQ(of_owner, 4u) << "parameters, members, terms, reserves: each at its own pace";
}

TEST_F(RestDoor, an_account_finds_what_it_did) {
    const std::string hash = door.text(
        "eth_sendTransaction",
        {json::object{{"from", to_hex(account(0))}, {"to", to_hex(account(5))}, {"value", "0x7"}}});
    for (const uint32_t who : {0u, 5u}) {
        const json::array list = read("/v1/accounts/" + to_hex(account(who)) + "/transactions")
                                     .at("transactions")
                                     .as_array();
        ASSERT_EQ(list.size(), 1u);
        EXPECT_EQ(list[0].at("transaction"), json::value(hash));
        EXPECT_EQ(list[0].at("value"), "7");
    }
    EXPECT_TRUE(read("/v1/accounts/" + to_hex(account(1)) + "/transactions")
                    .at("transactions")
                    .as_array()
                    .empty());
}

TEST_F(RestDoor, the_token_list_names_every_token_once) {
    const json::value list = read("/tokenlist.json");
    std::set<std::string> addresses;
    for (const json::value& token : list.at("tokens").as_array()) {
        EXPECT_EQ(token.at("chainId"), 8429);
        EXPECT_TRUE(addresses.insert(std::string{token.at("address").as_string()}).second);
        EXPECT_TRUE(list.at("tags").as_object().contains(token.at("tags").at(0).as_string()));
    }
    size_t with_symbol = 0;
    const json::value contracts = read("/v1/contracts");
    for (const json::value& contract : contracts.as_array())
        with_symbol += contract.at("symbol").as_string().empty() ? 0 : 1;
    EXPECT_EQ(addresses.size(), with_symbol);
    EXPECT_EQ(read("/v1/roles").at("oracle").at("quorum"), 1);
}

}  // namespace thaw::rpc::test
