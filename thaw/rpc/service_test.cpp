#include "thaw/rpc/service.hpp"

#include <chrono>
#include <future>
#include <thread>

#include "thaw/codec/rlp.hpp"
#include "thaw/protocol/staking/face.hpp"
#include "thaw/rpc/door_test.hpp"
#include "thaw/rpc/encode.hpp"
#include "thaw/rpc/time_limit.hpp"

namespace thaw::rpc::test {

namespace {

const std::string staking = to_hex(protocol::contract_address(protocol::ContractKind::staking, 1));

json::object transfer_object(uint32_t from, uint32_t to, std::string_view value) {
    return {{"from", to_hex(account(from))}, {"to", to_hex(account(to))}, {"value", value}};
}

}  // namespace

TEST(service, a_transfer_from_bytes_to_receipt) {
    const Door door;
    const Bytes raw = sign(0, transfer(0, 5));
    const std::string hash = door.text("eth_sendRawTransaction", {to_hex(raw)});
    EXPECT_EQ(hash, to_hex(crypto::keccak256(raw)));
    // Automining: the receipt is there when the hash is.
    const json::object receipt = door.result("eth_getTransactionReceipt", {hash}).as_object();
    EXPECT_EQ(receipt.at("status"), "0x1");
    EXPECT_EQ(receipt.at("gasUsed"), "0x5208");
    EXPECT_EQ(receipt.at("contractAddress"), nullptr);
    EXPECT_EQ(receipt.at("effectiveGasPrice"), json::value(quantity(node::test::gwei + 1)));
    const json::object transaction = door.result("eth_getTransactionByHash", {hash}).as_object();
    EXPECT_EQ(transaction.at("from"), json::value(to_hex(account(0))));
    EXPECT_EQ(transaction.at("blockHash"), receipt.at("blockHash"));
    EXPECT_EQ(transaction.at("yParity"), transaction.at("v"));
    EXPECT_EQ(door.text("eth_getTransactionCount", {to_hex(account(0))}), "0x1");
    EXPECT_EQ(door.text("eth_getTransactionCount", {to_hex(account(0)), "0x0"}), "0x0");
    EXPECT_EQ(door.text("eth_getBalance", {to_hex(account(7))}), quantity(10'000 * ether + 5));
    EXPECT_EQ(door.text("eth_getBalance", {to_hex(account(7)), "earliest"}),
              quantity(10'000 * ether));
}

TEST(service, a_block_hashes_to_its_hash) {
    const Door door;
    door.text("eth_sendRawTransaction", {to_hex(sign(0, transfer(0, 5)))});
    const json::object block = door.result("eth_getBlockByNumber", {"latest", true}).as_object();
    codec::RlpWriter fields;
    const auto bytes = [&](const char* name) {
        fields.string(*parse_hex(std::string{block.at(name).as_string()}));
    };
    const auto number = [&](const char* name) {
        fields.integer(*read_quantity(block.at(name), {0, name}));
    };
    for (const auto name : {"parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot",
                            "receiptsRoot", "logsBloom"})
        bytes(name);
    for (const auto name : {"difficulty", "number", "gasLimit", "gasUsed", "timestamp"})
        number(name);
    for (const auto name : {"extraData", "mixHash", "nonce"}) bytes(name);
    number("baseFeePerGas");
    EXPECT_EQ(block.at("hash"), json::value(to_hex(crypto::keccak256(fields.as_list()))));
    EXPECT_EQ(block.at("transactions").as_array().size(), 1u);
    EXPECT_EQ(door.result("eth_getBlockByHash", {block.at("hash"), true}), json::value(block));
    EXPECT_EQ(door.result("eth_getBlockByNumber", {"0x7"}), nullptr);
    EXPECT_EQ(door.result("eth_getBlockTransactionCountByNumber", {"0x1"}), "0x1");
}

TEST(service, a_revert_has_the_one_shape) {
    const Door door;
    const Bytes data = codec::call_data<"stake(uint256 assets)">(Assets{1});
    const json::object call{{"from", to_hex(account(0))}, {"to", staking}, {"data", to_hex(data)}};
    const Revert expected = codec::revert_with(
        protocol::staking::StakeBelowMinimum{Assets{1}, Assets{100'000'000'000'000'000}});
    for (const auto method : {"eth_call", "eth_estimateGas"})
        EXPECT_EQ(door.ask(method, {call}).at("error"),
                  json::value(json::object{{"code", 3},
                                           {"message",
                                            "execution reverted: StakeBelowMinimum(assets=1, "
                                            "minimum=100000000000000000)"},
                                           {"data", to_hex(expected.data)}}));
    EXPECT_EQ(
        door.ask("eth_call", {json::object{{"to", staking}, {"data", "0xdeadbeef"}}}).at("error"),
        json::value(json::object{{"code", 3}, {"message", "execution reverted"}, {"data", "0x"}}));
}

TEST(service, refusals_say_what_would_be_right) {
    const Door door;
    EXPECT_EQ(door.error("eth_getBalance", {"0x12"}),
              "-32602: invalid argument 0 (address): expected an address of 20 bytes as \"0x\" and "
              "40 digits, got \"0x12\"");
    EXPECT_EQ(door.error("eth_getBalance", {staking, "0x9"}),
              "-32000: header not found: block 9 is above the head, which is block 0");
    EXPECT_EQ(door.error("eth_call", {json::object{{"data", "0x"}}}),
              "-32000: contract creation is not possible on this chain: its contracts are native; "
              "give \"to\"");
    EXPECT_EQ(door.error("eth_estimateGas", {transfer_object(0, 1, quantity(20'000 * ether))}),
              "-32000: insufficient funds for gas * price + value: address " + to_hex(account(0)) +
                  " has 10000000000000000000000 wei, the call sends 20000000000000000000000");
    EXPECT_EQ(door.error("anvil_setBalance", {}).substr(0, 67),
              "-32601: the method anvil_setBalance is not available: nothing is cr");
    EXPECT_EQ(door.error("eth_getFilterChanges", {"0x1"}), "-32000: filter not found");
    EXPECT_EQ(door.error("eth_sendRawTransaction", {"0x03c0"}).substr(0, 7), "-32000:");
    EXPECT_EQ(door.error("eth_subscribe", {"newHeads"}).substr(0, 47),
              "-32000: notifications not supported over HTTP; ");
}

TEST(service, fees_are_consistent) {
    const Door door;
    door.text("evm_mine");
    EXPECT_EQ(door.text("eth_gasPrice"), "0x1");
    EXPECT_EQ(door.text("eth_maxPriorityFeePerGas"), "0x0");
    EXPECT_EQ(door.text("eth_estimateGas", {transfer_object(0, 1, "0x1")}), "0x5208");
    const json::object history =
        door.result("eth_feeHistory", {"0x5", "latest", json::array{25, 75}}).as_object();
    EXPECT_EQ(history.at("oldestBlock"), "0x0");
    EXPECT_EQ(history.at("baseFeePerGas"), json::value({"0x1", "0x1", "0x1"}));
    EXPECT_EQ(history.at("gasUsedRatio").as_array().size(), 2u);
    EXPECT_EQ(history.at("reward").as_array()[0], json::value({"0x0", "0x0"}));
}

TEST(service, filters_tell_what_is_new_once) {
    const Door door;
    const std::string blocks = door.text("eth_newBlockFilter");
    const std::string pending = door.text("eth_newPendingTransactionFilter");
    const std::string logs = door.text("eth_newFilter", {json::object{}});
    const std::string hash = door.text("eth_sendTransaction", {transfer_object(0, 1, "0x1")});
    const json::value head = door.result("eth_getBlockByNumber", {"latest"}).at("hash");
    EXPECT_EQ(door.result("eth_getFilterChanges", {blocks}), json::value(json::array{head}));
    EXPECT_EQ(door.result("eth_getFilterChanges", {blocks}), json::value(json::array{}));
    EXPECT_EQ(door.result("eth_getFilterChanges", {pending}),
              json::value(json::array{json::value(hash)}));
    EXPECT_EQ(door.result("eth_getFilterChanges", {logs}), json::value(json::array{}));
    EXPECT_EQ(door.result("eth_uninstallFilter", {blocks}), true);
    EXPECT_EQ(door.error("eth_getFilterChanges", {blocks}), "-32000: filter not found");
    EXPECT_EQ(door.error("eth_getFilterLogs", {pending}), "-32000: filter not found");
}

TEST(service, filters_that_nobody_polls_expire) {
    World world;
    Options options;
    options.backend.filter_idle_max = std::chrono::seconds{0};
    Service service{world.start(), options};
    Filters filters{service.backend()};
    const std::string id{filters.add_blocks().value().as_string()};
    EXPECT_EQ(filters.size(), 1u);
    EXPECT_FALSE(filters.changes(id)) << "older than allowed";
    EXPECT_EQ(filters.size(), 0u);
}

TEST(service, a_batch_of_transactions_goes_in_together) {
    const Door door;
    json::array batch;
    for (uint64_t nonce = 0; nonce < 20; ++nonce)
        batch.push_back(json::object{{"jsonrpc", "2.0"},
                                     {"id", nonce},
                                     {"method", "eth_sendRawTransaction"},
                                     {"params", {to_hex(sign(0, transfer(nonce)))}}});
    const json::array answers = json::parse(body_of(door.post(json::serialize(batch)))).as_array();
    ASSERT_EQ(answers.size(), 20u);
    for (size_t i = 0; i < answers.size(); ++i) {
        EXPECT_EQ(answers[i].at("id").to_number<size_t>(), i);
        EXPECT_TRUE(answers[i].as_object().contains("result")) << json::serialize(answers[i]);
    }
    EXPECT_EQ(door.text("eth_getTransactionCount", {to_hex(account(0))}), "0x14");
}

TEST(service, what_waits_is_not_waited_for) {
    const Door door;
    const std::string late = door.text("eth_sendRawTransaction", {to_hex(sign(0, transfer(1)))});
    EXPECT_EQ(door.result("eth_getTransactionReceipt", {late}), nullptr);
    EXPECT_EQ(door.result("eth_getTransactionByHash", {late}).at("blockHash"), nullptr);
    EXPECT_EQ(door.text("txpool_status"), R"({"pending":"0x0","queued":"0x1"})");
    EXPECT_EQ(door.error("eth_sendRawTransactionSync", {to_hex(sign(0, transfer(2)))}),
              "6: the transaction waits in the pool for those with nonces from 0 on");
    const json::value receipt =
        door.result("eth_sendRawTransactionSync", {to_hex(sign(0, transfer(0)))});
    EXPECT_EQ(receipt.at("status"), "0x1");
}

TEST(service, sync_sending_loses_patience) {
    const Door door;
    EXPECT_EQ(door.result("evm_setAutomine", {false}), true);
    const Bytes raw = sign(0, transfer(0));
    const json::object fault =
        door.ask("eth_sendRawTransactionSync", {to_hex(raw), 20}).at("error").as_object();
    EXPECT_EQ(fault.at("code"), 4);
    EXPECT_EQ(fault.at("data"), json::value(to_hex(crypto::keccak256(raw))));
    EXPECT_EQ(door.result("eth_getBlockByNumber", {"pending"}).at("transactions"),
              json::value(json::array{json::value(to_hex(crypto::keccak256(raw)))}));
    door.text("evm_mine");
    EXPECT_NE(door.result("eth_getTransactionReceipt", {to_hex(crypto::keccak256(raw))}), nullptr);
}

TEST(service, time_moves_as_told) {
    const Door door;
    const uint64_t start = node::test::genesis_s;
    const auto time = [&] {
        return *read_quantity64(door.result("eth_getBlockByNumber", {"latest"}).at("timestamp"),
                                {0, ""});
    };
    EXPECT_EQ(door.result("evm_increaseTime", {3600}), 3600);
    door.text("evm_mine");
    EXPECT_EQ(time(), start + 3600);
    EXPECT_EQ(door.result("evm_setNextBlockTimestamp", {start + 9000}), nullptr);
    door.text("evm_mine");
    EXPECT_EQ(time(), start + 9000);
    EXPECT_EQ(
        door.error("evm_setNextBlockTimestamp", {1}),
        "-32602: timestamp 1 is not above chain time, which is " + std::to_string(start + 9000));
    EXPECT_EQ(door.text("evm_mine", {json::object{{"blocks", 3}}}), "0x0");
    EXPECT_EQ(door.text("eth_blockNumber"), "0x5");
}

TEST(service, an_impersonated_account_sends_without_a_key) {
    const Door door;
    const json::object sending = transfer_object(5, 1, "0x1");
    EXPECT_EQ(door.error("eth_sendTransaction", {sending}).substr(0, 30),
              "-32000: unknown account " + to_hex(account(5)).substr(0, 6));
    door.result("anvil_impersonateAccount", {to_hex(account(5))});
    const std::string hash = door.text("eth_sendTransaction", {sending});
    EXPECT_EQ(door.result("eth_getTransactionByHash", {hash}).at("from"),
              json::value(to_hex(account(5))));
    EXPECT_EQ(door.result("eth_getTransactionReceipt", {hash}).at("status"), "0x1");
}

TEST(service, traces_and_simulations) {
    const Door door;
    const std::string hash = door.text("eth_sendTransaction", {transfer_object(0, 1, "0x7")});
    const json::object trace =
        door.result("debug_traceTransaction", {hash, json::object{{"tracer", "callTracer"}}})
            .as_object();
    EXPECT_EQ(trace.at("type"), "CALL");
    EXPECT_EQ(trace.at("value"), "0x7");
    EXPECT_EQ(trace.at("gasUsed"), "0x5208");
    const json::value blocks = door.result(
        "eth_simulateV1",
        {json::object{
            {"traceTransfers", true},
            {"blockStateCalls",
             {json::object{{"stateOverrides",
                            json::object{{to_hex(account(5)), json::object{{"balance", "0x9"}}}}},
                           {"calls", {transfer_object(5, 1, "0x9")}}}}}}});
    const json::object call = blocks.at(0).at("calls").at(0).as_object();
    EXPECT_EQ(call.at("status"), "0x1");
    EXPECT_EQ(call.at("logs").as_array().size(), 1u);
    EXPECT_EQ(door.text("eth_getBalance", {to_hex(account(5))}), quantity(10'000 * ether));
    // A balance that a sum of balances could not hold is no balance.
    const json::object rich{
        {to_hex(account(5)), json::object{{"balance", "0x" + std::string(32, 'f')}}}};
    const json::object block{{"stateOverrides", rich}, {"calls", {transfer_object(5, 1, "0x9")}}};
    EXPECT_NE(door.error("eth_simulateV1", {json::object{{"blockStateCalls", {block}}}})
                  .find("a balance of at most 2^100 wei"),
              std::string::npos);
}

TEST(service, nothing_is_simulated_in_the_name_of_a_contract) {
    const Door door;
    const std::string weth = to_hex(protocol::contract_address(protocol::ContractKind::weth, 0));
    const std::string who = to_hex(account(0));
    const json::object as_weth{{"from", weth}, {"to", who}, {"value", "0x0"}};
    const std::string why = "-32602: " + weth +
                            " is a contract of the hub, for which nobody can sign: give an account "
                            "as \"from\"";
    for (const std::string_view method : {"eth_call", "eth_estimateGas", "eth_createAccessList"})
        EXPECT_EQ(door.error(method, {as_weth}), why);
    EXPECT_EQ(
        door.error("debug_traceCall", {as_weth, "latest", json::object{{"tracer", "callTracer"}}}),
        why);
    const auto simulate = [&](json::object block) {
        return door.error("eth_simulateV1",
                          {json::object{{"blockStateCalls", {std::move(block)}}}});
    };
    EXPECT_EQ(simulate({{"calls", {as_weth}}}), why);
    const json::object broke{{weth, json::object{{"balance", "0x0"}}}};
    EXPECT_NE(simulate({{"stateOverrides", broke}, {"calls", json::array{}}})
                  .find("an account, not a contract of the hub"),
              std::string::npos);
    door.result("anvil_impersonateAccount", {weth});
    EXPECT_EQ(door.error("eth_sendTransaction", {as_weth}), why);
}

TEST(service, a_block_that_cannot_be_read_is_an_error_and_not_less) {
    World world;
    world.start();
    const Bytes raw = sign(0, transfer(0, 5));
    ASSERT_TRUE(world.settle(raw));
    ASSERT_TRUE(world.settle(sign(1, transfer(0, 5))));
    world.node->checkpoint();
    world.options.past.blocks = 0;  // so that a start reads no block but the newest
    Bytes first{'b', 0, 0, 0, 0, 0, 0, 0, 1};
    ASSERT_TRUE(world.disk->write(std::vector<node::Write>{{std::move(first), std::nullopt}}));
    const Door door{false, std::move(world)};
    const std::string why =
        "-32603: block 1 cannot be read from the data directory; the log says why";
    const std::string hash = to_hex(crypto::keccak256(raw));
    EXPECT_EQ(door.error("eth_getTransactionByHash", {hash}), why);
    EXPECT_EQ(door.error("eth_getTransactionReceipt", {hash}), why);
    EXPECT_EQ(door.error("eth_getBlockByNumber", {"0x1", false}), why);
    EXPECT_EQ(door.error("eth_getLogs", {json::object{{"fromBlock", "0x0"}}}), why);
    EXPECT_EQ(door.error("eth_feeHistory", {"0x2", "latest", json::array{}}), why);
    EXPECT_EQ(status_of(door.get("/v1/accounts/" + to_hex(account(0)) + "/transactions")),
              "HTTP/1.1 500 Internal Server Error");
    EXPECT_EQ(door.text("eth_blockNumber"), "0x2");
}

TEST(service, what_takes_too_long_is_told_how_to_go_on) {
    Door door;
    for (uint32_t from = 0; from < 3; ++from)
        ASSERT_TRUE(door.world.settle(sign(from, transfer(0, 5))));
    Backend& backend = door.service->backend();
    Filters filters{backend};
    const std::string logs{filters.add_logs({.from = uint64_t{0}}).value().as_string()};
    const std::string blocks{filters.add_blocks().value().as_string()};
    door.text("evm_mine");
    {
        const TimeLimit over{std::chrono::seconds{-1}};
        const auto found = search_logs(backend, {.from = uint64_t{0}});
        ASSERT_FALSE(found);
        EXPECT_EQ(found.error().code, code::limit_exceeded);
        EXPECT_EQ(found.error().message,
                  "query took too long. Try with this block range [0x0, 0x0].");
        EXPECT_THROW(filters.changes(blocks), OutOfTime);
        const std::string path = "/v1/accounts/" + to_hex(account(0)) + "/transactions";
        EXPECT_EQ(door.service->rest().handle({.method = "GET", .target = path}).status, 503u);
    }
    // What could not be told is told the next time, a part at a time.
    {
        const TimeLimit over{std::chrono::seconds{-1}};
        EXPECT_TRUE(filters.changes(logs));
    }
    EXPECT_EQ(filters.changes(blocks)->as_array().size(), 1u);
    EXPECT_EQ(filters.changes(blocks)->as_array().size(), 0u);
    EXPECT_TRUE(filters.changes(logs));
}

TEST(service, what_waited_too_long_for_its_turn_is_not_sent) {
    Door door;
    const auto send = [&](const std::string& method, uint32_t from, std::chrono::milliseconds ago) {
        const TimeLimit limit{std::chrono::seconds{10}, TimeLimit::Clock::now() - ago};
        const std::string one = R"({"jsonrpc":"2.0","id":1,"method":")" + method +
                                R"(","params":[")" + to_hex(sign(from, transfer(0, 5))) + R"("]})";
        std::promise<std::string> told;
        door.service->methods().handle("[" + one + "," + one + "]", nullptr,
                                       [&](std::string text) { told.set_value(std::move(text)); });
        return told.get_future().get();
    };
    for (const auto method : {"eth_sendRawTransaction", "eth_sendRawTransactionSync"}) {
        const std::string late = send(method, 1, std::chrono::milliseconds{500});
        EXPECT_NE(late.find(std::string{Methods::busy_text}), std::string::npos) << late;
        EXPECT_EQ(late.find("result"), std::string::npos) << late;
        EXPECT_EQ(door.text("eth_getTransactionCount", {to_hex(account(1)), "pending"}), "0x0");
    }
    const std::string in_time = send("eth_sendRawTransaction", 1, std::chrono::milliseconds{100});
    EXPECT_NE(in_time.find("result"), std::string::npos) << in_time;
}

TEST(service, pending_filters_share_what_came_and_forget_the_oldest) {
    const Door door;
    Filters filters{door.service->backend()};
    const auto hash = [](uint64_t n) { return crypto::keccak256(view_of(n)); };
    const auto count = [&](const std::string& id) {
        return filters.changes(id)->as_array().size();
    };
    filters.on_pending(hash(0));  // nobody asked
    const std::string one{filters.add_pending().value().as_string()};
    filters.on_pending(hash(1));
    const std::string two{filters.add_pending().value().as_string()};
    filters.on_pending(hash(2));
    EXPECT_EQ(*filters.changes(one), json::value({to_hex(hash(1)), to_hex(hash(2))}));
    EXPECT_EQ(*filters.changes(two), json::value(json::array{to_hex(hash(2))}));
    for (uint64_t n = 0; n < Filters::pending_hashes_max + 5; ++n) filters.on_pending(hash(n));
    EXPECT_EQ(count(one), Filters::pending_hashes_max);
    EXPECT_EQ(count(one), 0u);
    filters.on_revert(0);
    EXPECT_EQ(count(one), 0u);
    EXPECT_TRUE(filters.remove(one));
    filters.on_pending(hash(7));
    EXPECT_EQ(count(two), Filters::pending_hashes_max);
    EXPECT_TRUE(filters.remove(two));
}

TEST(service, a_node_with_too_much_to_do_says_so_and_that_it_is_alive) {
    World world;
    Options options;
    options.backend.request_time_max = std::chrono::milliseconds{-1};
    Service service{world.start(), options};
    service.start();
    const auto get = [&](const std::string& path) {
        return send_raw(service.port(), "GET " + path + " HTTP/1.1\r\nConnection: close\r\n\r\n");
    };
    EXPECT_EQ(status_of(get("/v1/networks")), "HTTP/1.1 503 Service Unavailable");
    EXPECT_NE(get("/v1/networks").find("Retry-After: 1\r\n"), std::string::npos);
    const std::string batch = R"([{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}])";
    EXPECT_EQ(status_of(post_raw(service.port(), batch)), "HTTP/1.1 503 Service Unavailable");
    for (const char* page : {"/livez", "/readyz", "/metrics"})
        EXPECT_EQ(status_of(get(page)), "HTTP/1.1 200 OK") << page;
    service.stop();
}

TEST(service, a_hash_is_no_answer_when_the_disk_failed) {
    const Door door;
    door.world.disk->fail(true);
    const std::string raw = to_hex(sign(0, transfer(0, 5)));
    const std::string why =
        "-32603: the node has stopped: the block could not be written: no space left on device";
    EXPECT_EQ(door.error("eth_sendRawTransaction", {raw}), why);
    EXPECT_EQ(door.error("eth_sendRawTransaction", {raw}), why);
    const Door other;
    other.world.disk->fail(true);
    EXPECT_EQ(other.error("eth_sendRawTransactionSync", {raw}), why);
}

TEST(service, a_public_node_has_no_dev_methods) {
    const Door door{false};
    EXPECT_EQ(door.text("eth_accounts"), "[]");
    for (const auto method : {"evm_mine", "eth_sendTransaction", "personal_sign",
                              "evm_increaseTime", "anvil_impersonateAccount", "evm_snapshot"})
        EXPECT_EQ(door.error(method),
                  "-32601: the method " + std::string{method} + " does not exist/is not available");
}

TEST(service, pages_and_rest) {
    const Door door;
    EXPECT_EQ(body_of(door.get("/livez")), "ok\n");
    EXPECT_EQ(body_of(door.get("/readyz")), "ok\n");
    EXPECT_NE(body_of(door.get("/")).find(staking), std::string::npos);
    EXPECT_NE(body_of(door.get("/metrics")).find("# TYPE thaw_block_height gauge\n"),
              std::string::npos);
    const json::array contracts = json::parse(body_of(door.get("/v1/contracts"))).as_array();
    EXPECT_EQ(json::value(contracts), door.result("thaw_contracts"));
    EXPECT_EQ(contracts[0].at("name"), "bnb.asset");
    EXPECT_FALSE(contracts[0].at("abi").as_array().empty());
    const json::value networks = json::parse(body_of(door.get("/v1/networks")));
    EXPECT_EQ(networks.at("networks").as_array().size(), 5u);
    EXPECT_EQ(networks.at("asOf").at("block"), 0);
    EXPECT_EQ(networks.at("networks").at(0), [&] {
        json::value one = json::parse(body_of(door.get("/v1/networks/bnb")));
        one.as_object().erase("asOf");
        return one;
    }());
    EXPECT_EQ(json::parse(body_of(door.get("/v1/networks/nope"))).at("status"), 404);
    const json::value mine = json::parse(body_of(door.get("/v1/accounts/" + to_hex(account(0)))));
    EXPECT_EQ(mine.at("eth").at("shown"), "10000");
    EXPECT_EQ(status_of(door.get("/v1/accounts/0x1")), "HTTP/1.1 400 Bad Request");
    const json::value openapi = json::parse(body_of(door.get("/openapi.json")));
    EXPECT_TRUE(openapi.at("paths").as_object().contains("/v1/networks/{network}"));
    const json::value invariants = door.result("thaw_invariants");
    for (const json::value& one : invariants.at("invariants").as_array())
        EXPECT_EQ(one.at("holds"), true) << one.at("says");
}

TEST(service, typed_data_and_messages_are_signed_as_the_standards_say) {
    const Door door;
    // EIP-712's own example (github.com/ethereum/EIPs, assets/eip-712/Example.js): the digest to
    // sign is 0xbe609a….
    const std::string mail = R"({"types":{"EIP712Domain":[{"name":"name","type":"string"},
        {"name":"version","type":"string"},{"name":"chainId","type":"uint256"},
        {"name":"verifyingContract","type":"address"}],
        "Person":[{"name":"name","type":"string"},{"name":"wallet","type":"address"}],
        "Mail":[{"name":"from","type":"Person"},{"name":"to","type":"Person"},
        {"name":"contents","type":"string"}]},"primaryType":"Mail",
        "domain":{"name":"Ether Mail","version":"1","chainId":1,
        "verifyingContract":"0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"},
        "message":{"from":{"name":"Cow","wallet":"0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"},
        "to":{"name":"Bob","wallet":"0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"},
        "contents":"Hello, Bob!"}})";
    const auto signer_of = [](const std::string& text, const Hash& digest) {
        const Bytes bytes = *parse_hex(text);
        crypto::Signature signature;
        std::copy_n(bytes.begin(), 32, signature.r.bytes.begin());
        std::copy_n(bytes.begin() + 32, 32, signature.s.bytes.begin());
        signature.y_parity = static_cast<uint8_t>(bytes[64] - 27);
        return crypto::recover(digest, signature);
    };
    const Hash digest =
        *parse_hash("0xbe609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2");
    for (const json::value& data : {json::value(mail), json::parse(mail)})
        EXPECT_EQ(signer_of(door.text("eth_signTypedData_v4", {to_hex(account(1)), data}), digest),
                  account(1));
    const Hash hello = crypto::keccak256(
        "\x19"
        "Ethereum Signed Message:\n5hello");
    EXPECT_EQ(signer_of(door.text("personal_sign", {"0x68656c6c6f", to_hex(account(1))}), hello),
              account(1));
}

TEST(service, discovery_lists_what_answers) {
    const Door door;
    const json::value document = door.result("rpc.discover");
    size_t found = 0;
    for (const json::value& method : document.at("methods").as_array())
        found += method.at("name") == "eth_getLogs" || method.at("name") == "evm_mine" ? 1 : 0;
    EXPECT_EQ(found, 2u);
}

}  // namespace thaw::rpc::test
