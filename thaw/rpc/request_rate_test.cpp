#include "thaw/rpc/request_rate.hpp"

#include <gtest/gtest.h>

#include "thaw/rpc/door_test.hpp"

namespace thaw::rpc::test {

using std::chrono::milliseconds;

TEST(request_rate, a_burst_of_one_second_passes_and_not_one_more) {
    RequestRate rate{5};
    const RequestRate::Clock::time_point start{std::chrono::hours{1}};
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(rate.admit("a", start)) << i;
    EXPECT_FALSE(rate.admit("a", start));
    EXPECT_TRUE(rate.admit("b", start)) << "another address has its own";
    EXPECT_FALSE(rate.admit("a", start + milliseconds{199}));
    EXPECT_TRUE(rate.admit("a", start + milliseconds{200}));
    EXPECT_FALSE(rate.admit("a", start + milliseconds{200}));
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(rate.admit("a", start + milliseconds{5'000}));
    EXPECT_FALSE(rate.admit("a", start + milliseconds{5'000})) << "quiet time is not saved up";
}

TEST(request_rate, what_a_batch_holds_is_paid_off) {
    RequestRate rate{5};
    const RequestRate::Clock::time_point start{std::chrono::hours{1}};
    ASSERT_TRUE(rate.admit("a", start));
    rate.owe("a", 9);  // ten in all: two seconds' worth
    EXPECT_FALSE(rate.admit("a", start + milliseconds{1'199}));
    EXPECT_TRUE(rate.admit("a", start + milliseconds{1'200}));
    EXPECT_TRUE(rate.admit("b", start));
}

TEST(request_rate, no_limit_is_none_and_memory_is_bounded) {
    RequestRate none{0};
    RequestRate one{1};
    const RequestRate::Clock::time_point now{std::chrono::hours{1}};
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(none.admit("a", now));
    for (size_t i = 0; i <= RequestRate::addresses_max; ++i)
        EXPECT_TRUE(one.admit(std::to_string(i), now + std::chrono::seconds{i}));
}

TEST(request_rate, too_many_requests_are_told_to_wait) {
    World world;
    Options options;
    options.server.requests_per_second = 2;
    Service service{world.start(), options};
    service.start();
    const std::string body = R"({"jsonrpc":"2.0","id":1,"method":"eth_chainId"})";
    const auto ask = [&] {
        return send_raw(service.port(),
                        "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " +
                            std::to_string(body.size()) + "\r\n\r\n" + body);
    };
    int refused = 0;
    for (int i = 0; i < 20; ++i) {
        const std::string answer = ask();
        if (status_of(answer) == "HTTP/1.1 200 OK") continue;
        ++refused;
        EXPECT_EQ(status_of(answer), "HTTP/1.1 429 Too Many Requests");
        EXPECT_NE(answer.find("Retry-After: 1\r\n"), answer.npos);
        const auto error = json::parse(body_of(answer)).at("error");
        EXPECT_EQ(error.at("code"), -32005);
        EXPECT_EQ(error.at("message"),
                  "limit exceeded: at most 2 requests a second from one address");
    }
    EXPECT_GT(refused, 0);
    service.stop();
}

TEST(request_rate, a_batch_counts_as_what_is_in_it) {
    World world;
    Options options;
    options.server.requests_per_second = 10;
    Service service{world.start(), options};
    service.start();
    const std::string one = R"({"jsonrpc":"2.0","id":1,"method":"eth_chainId"})";
    std::string batch = " [" + one;
    for (int i = 1; i < 100; ++i) batch += "," + one;
    batch += "]";
    const auto ask = [&](const std::string& body) {
        return status_of(send_raw(service.port(),
                                  "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                                  "Content-Length: " +
                                      std::to_string(body.size()) + "\r\n\r\n" + body));
    };
    EXPECT_EQ(ask(one), "HTTP/1.1 200 OK");
    EXPECT_EQ(ask(batch), "HTTP/1.1 200 OK");  // ten seconds' worth
    EXPECT_EQ(ask(one), "HTTP/1.1 429 Too Many Requests");
    service.stop();
}

}  // namespace thaw::rpc::test
