#include "thaw/rpc/jsonrpc.hpp"

#include <gtest/gtest.h>

#include "thaw/rpc/decode.hpp"
#include "thaw/rpc/time_limit.hpp"

namespace thaw::rpc {

namespace {

/// A registry with one method of each kind.
Methods registry() {
    Methods methods;
    methods.add("echo", "value?", "", [](const Params& p) -> Answer {
        return p.find(0) == nullptr ? json::value{} : *p.find(0);
    });
    methods.add("add", "a b", "", [](const Params& p) -> Answer {
        const uint64_t a = TRY(argument(p, 0, read_number));
        return a + TRY(argument(p, 1, read_number));
    });
    methods.add("fail", "", "", [](const Params&) -> Answer {
        return tl::unexpected(Error{3, "execution reverted", "0x"});
    });
    methods.add("long", "", "", [](const Params&) -> Answer {
        return json::value(std::string(Methods::batch_answer_max_bytes / 2, 'x'));
    });
    methods.refuse("eth_sign", "use another");
    auto& later = methods.add_async("later", "value", "",
                                    [](const Params& p, const Reply& reply) { reply(*p.find(0)); });
    later.bulk = [](std::span<const Params> all,
                    const std::function<void(size_t, Answer)>& answer) {
        for (size_t i = all.size(); i-- > 0;)  // answers may come in any order
            answer(i, json::value(std::to_string(all.size()) + ":" +
                                  std::string{all[i].find(0)->get_string()}));
    };
    return methods;
}

std::string ask(std::string_view text) {
    static const Methods methods = registry();
    std::string out = "(no answer)";
    methods.handle(text, nullptr, [&](std::string answer) { out = std::move(answer); });
    return out;
}

std::string error(std::string_view id, int code, std::string_view message) {
    return R"({"jsonrpc":"2.0","id":)" + std::string{id} + R"(,"error":{"code":)" +
           std::to_string(code) + R"(,"message":")" + std::string{message} + R"("}})";
}

struct Case {
    std::string_view request;
    std::string answer;
};

}  // namespace

TEST(jsonrpc, answers_and_refusals_to_the_letter) {
    const Case cases[] = {
        {R"({"jsonrpc":"2.0","id":1,"method":"echo","params":["x"]})",
         R"({"jsonrpc":"2.0","id":1,"result":"x"})"},
        {R"({"jsonrpc":"2.0","id":1,"method":"echo"})",
         R"({"jsonrpc":"2.0","id":1,"result":null})"},
        {R"({"jsonrpc":"2.0","id":1,"method":"echo","params":null})",
         R"({"jsonrpc":"2.0","id":1,"result":null})"},
        {R"({"jsonrpc":"2.0","id":1,"method":"add","params":{"b":2,"a":"0x3","c":9}})",
         R"({"jsonrpc":"2.0","id":1,"result":5})"},
        {R"({"jsonrpc":"2.0","id":1,"method":"fail"})",
         R"({"jsonrpc":"2.0","id":1,"error":{"code":3,"message":"execution reverted",)"
         R"("data":"0x"}})"},
        {"", error("null", -32700, "parse error: incomplete JSON")},
        {"{", error("null", -32700, "parse error: incomplete JSON")},
        {"{]", error("null", -32700, "parse error: syntax error")},
        {R"({"a":1} x)", error("null", -32700, "parse error: extra data")},
        {"\"\xff\"", error("null", -32700, "parse error: syntax error")},
        {"7", error("null", -32600, "invalid request: a request is a JSON object")},
        {"[]", error("null", -32600, "invalid request: a batch holds at least one request")},
        {R"({"jsonrpc":"1.0","id":1,"method":"echo"})",
         error("1", -32600, R"(invalid request: \"jsonrpc\" must be \"2.0\")")},
        {R"({"id":1,"method":"echo"})",
         error("1", -32600, R"(invalid request: \"jsonrpc\" must be \"2.0\")")},
        {R"({"jsonrpc":"2.0","id":1})",
         error("1", -32600, R"(invalid request: \"method\" must be a string)")},
        {R"({"jsonrpc":"2.0","id":1,"method":7})",
         error("1", -32600, R"(invalid request: \"method\" must be a string)")},
        {R"({"jsonrpc":"2.0","id":{},"method":"echo"})",
         error("null", -32600, R"(invalid request: \"id\" must be a string, an integer or null)")},
        {R"({"jsonrpc":"2.0","id":1.5,"method":"echo"})",
         error("null", -32600, R"(invalid request: \"id\" must be a string, an integer or null)")},
        {R"({"jsonrpc":"2.0","id":1,"method":"nothing"})",
         error("1", -32601, "the method nothing does not exist/is not available")},
        {R"({"jsonrpc":"2.0","id":1,"method":"eth_sign"})",
         error("1", -32601, "the method eth_sign is not available: use another")},
        {R"({"jsonrpc":"2.0","id":1,"method":"echo","params":7})",
         error("1", -32602, R"(\"params\" must be an array or an object)")},
        {R"({"jsonrpc":"2.0","id":1,"method":"echo","params":[1,2]})",
         error("1", -32602, "too many arguments, want at most 1")},
        {R"({"jsonrpc":"2.0","id":1,"method":"add","params":[1]})",
         error("1", -32602, "missing value for required argument 1 (b)")},
        {R"({"jsonrpc":"2.0","id":1,"method":"add","params":[1,"x"]})",
         error("1", -32602,
               R"(invalid argument 1 (b): expected a number, such as 31 or \"0x1f\", got \"x\")")},
    };
    for (const auto& [request, answer] : cases) EXPECT_EQ(ask(request), answer) << request;
}

TEST(jsonrpc, ids_come_back_as_they_were) {
    for (const std::string id : {"0", "-7", "1234567890123456", "9007199254740993",
                                 "18446744073709551615", "\"\"", "\"a-b\"", "null"})
        EXPECT_EQ(ask(R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":"echo"})"),
                  R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":null})");
}

TEST(jsonrpc, notifications_are_silent) {
    EXPECT_EQ(ask(R"({"jsonrpc":"2.0","method":"echo"})"), "");
    EXPECT_EQ(ask(R"({"jsonrpc":"2.0","method":"nothing"})"), "");
    EXPECT_EQ(ask(R"([{"jsonrpc":"2.0","method":"echo"}])"), "");
}

TEST(jsonrpc, a_batch_is_answered_in_order) {
    EXPECT_EQ(ask(R"([{"jsonrpc":"2.0","id":1,"method":"echo","params":["x"]},7,)"
                  R"({"jsonrpc":"2.0","method":"echo"},{"jsonrpc":"2.0","id":2,"method":"echo"}])"),
              R"([{"jsonrpc":"2.0","id":1,"result":"x"},)" +
                  error("null", -32600, "invalid request: a request is a JSON object") +
                  R"(,{"jsonrpc":"2.0","id":2,"result":null}])");
}

TEST(jsonrpc, consecutive_requests_of_a_bulk_method_go_together) {
    const auto later = [](int id, const std::string& value) {
        return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) +
               R"(,"method":"later","params":[")" + value + R"("]})";
    };
    EXPECT_EQ(
        ask("[" + later(1, "a") + "," + later(2, "b") +
            R"(,{"jsonrpc":"2.0","id":3,"method":"later"},)" +
            R"({"jsonrpc":"2.0","id":4,"method":"echo"},)" + later(5, "c") + "]"),
        R"([{"jsonrpc":"2.0","id":1,"result":"2:a"},{"jsonrpc":"2.0","id":2,"result":"2:b"},)" +
            error("3", -32602, "missing value for required argument 0 (value)") +
            R"(,{"jsonrpc":"2.0","id":4,"result":null},{"jsonrpc":"2.0","id":5,"result":"c"}])");
}

TEST(jsonrpc, a_batch_of_100_and_no_more) {
    const auto batch = [](size_t n) {
        std::string text = "[";
        for (size_t i = 0; i < n; ++i)
            text += std::string{i == 0 ? "" : ","} + R"({"jsonrpc":"2.0","id":1,"method":"echo"})";
        return ask(text + "]");
    };
    EXPECT_EQ(json::parse(batch(100)).get_array().size(), 100u);
    EXPECT_EQ(batch(101), error("null", -32600,
                                "invalid request: a batch of 101 requests; at most 100 are taken"));
}

TEST(jsonrpc, depth_32_and_no_more) {
    const auto nested = [](size_t depth) {
        return ask(R"({"jsonrpc":"2.0","id":1,"method":"echo","params":)" +
                   std::string(depth, '[') + std::string(depth, ']') + "}");
    };
    EXPECT_TRUE(nested(31).starts_with(R"({"jsonrpc":"2.0","id":1,"result":[[)"));
    EXPECT_EQ(nested(32), error("null", -32700, "parse error: too deep"));
}

TEST(jsonrpc, a_batch_ends_where_its_answers_fill_what_one_may) {
    std::string batch = R"([{"jsonrpc":"2.0","id":1,"method":"long"},)";
    batch += R"({"jsonrpc":"2.0","id":2,"method":"long"},)";
    batch += R"({"jsonrpc":"2.0","id":3,"method":"long"},{"jsonrpc":"2.0","method":"echo"},)";
    batch += R"({"jsonrpc":"2.0","id":4},{"jsonrpc":"2.0","id":5,"method":"echo"}])";
    const json::array answers = json::parse(ask(batch)).as_array();
    ASSERT_EQ(answers.size(), 5u);
    EXPECT_TRUE(answers[0].as_object().contains("result"));
    EXPECT_TRUE(answers[1].as_object().contains("result"));
    const std::string why =
        "the answers to the batch's other requests fill 25000000 bytes already: ask for less at "
        "once";
    EXPECT_EQ(json::serialize(answers[2]), error("3", -32005, why));
    EXPECT_EQ(json::serialize(answers[3]),
              error("4", -32600, R"(invalid request: \"method\" must be a string)"));
    EXPECT_EQ(json::serialize(answers[4]), error("5", -32005, why));
}

TEST(jsonrpc, a_batch_ends_when_its_time_is_over) {
    const std::string one = R"({"jsonrpc":"2.0","id":1,"method":"echo","params":["x"]})";
    const TimeLimit over{std::chrono::seconds{-1}};
    EXPECT_EQ(ask("[" + one + "]"), "[" + error("1", -32005, OutOfTime{}.what()) + "]");
    EXPECT_EQ(ask(one), R"({"jsonrpc":"2.0","id":1,"result":"x"})");  // it is not a search
}

}  // namespace thaw::rpc
