#include "thaw/rpc/server.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <future>

#include "thaw/rpc/door_test.hpp"

namespace thaw::rpc::test {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;

/// A client of Beast's own, as far from our code as the machine has one.
class WsClient {
  public:
    explicit WsClient(uint16_t port) : socket_{io_} {
        socket_.next_layer().connect({asio::ip::address_v4::loopback(), port});
        socket_.handshake("localhost", "/");
    }
    void send(std::string_view text) { socket_.write(asio::buffer(text)); }
    json::object receive() {
        beast::flat_buffer buffer;
        socket_.read(buffer);
        return json::parse(beast::buffers_to_string(buffer.data())).as_object();
    }
    json::value ask(std::string_view method, const json::array& params) {
        send(json::serialize(
            json::object{{"jsonrpc", "2.0"}, {"id", 1}, {"method", method}, {"params", params}}));
        return receive().at("result");
    }

  private:
    asio::io_context io_;
    beast::websocket::stream<asio::ip::tcp::socket> socket_;
};

}  // namespace

TEST(server, malformed_http_is_answered_and_closed) {
    const Door door;
    const uint16_t port = door.service->port();
    const std::string ok = "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ";
    struct Case {
        std::string request;
        std::string status;
    };
    const Case cases[] = {
        {"rubbish\r\n\r\n", "HTTP/1.1 400 Bad Request"},
        {"GET / HTTP/9.9\r\n\r\n", "HTTP/1.1 400 Bad Request"},
        {"POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n", "HTTP/1.1 400 Bad Request"},
        {"GET / HTTP/1.1\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n",
         "HTTP/1.1 431 Request Header Fields Too Large"},
        {ok + "1048577\r\n\r\n", "HTTP/1.1 413 Payload Too Large"},
        {ok + "2\r\n\r\n{}", "HTTP/1.1 200 OK"},
        {"DELETE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
         "HTTP/1.1 405 Method Not Allowed"},
        {"OPTIONS / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 204 No Content"},
        {"GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 404 Not Found"},
        {"POST /other HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
         "HTTP/1.1 404 Not Found"},
    };
    for (const auto& [request, status] : cases)
        EXPECT_EQ(status_of(send_raw(port, request)), status) << request.substr(0, 60);
    EXPECT_EQ(send_raw(port, ""), "");
}

TEST(server, a_body_of_1_mib_is_read) {
    const Door door;
    std::string body = R"({"jsonrpc":"2.0","id":1,"method":"eth_chainId","x":""})";
    body.insert(body.size() - 2, 1024 * 1024 - body.size(), 'x');
    ASSERT_EQ(body.size(), 1024u * 1024);
    EXPECT_EQ(body_of(door.post(body)), R"({"jsonrpc":"2.0","id":1,"result":"0x20ed"})");
}

TEST(server, notifications_have_no_content_and_pages_may_come_from_anywhere) {
    const Door door;
    const std::string silent = door.post(R"({"jsonrpc":"2.0","method":"eth_chainId"})");
    EXPECT_EQ(status_of(silent), "HTTP/1.1 204 No Content");
    EXPECT_EQ(body_of(silent), "");
    EXPECT_NE(silent.find("Access-Control-Allow-Origin: *"), silent.npos);
    const std::string head = send_raw(
        door.service->port(), "HEAD /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(status_of(head), "HTTP/1.1 200 OK");
    EXPECT_NE(head.find("Content-Length: 3"), head.npos);
    EXPECT_EQ(body_of(head), "");
}

TEST(server, requests_on_one_connection_are_answered_in_order) {
    const Door door;
    const auto request = [](std::string_view id, bool last) {
        const std::string body =
            R"({"jsonrpc":"2.0","id":)" + std::string{id} + R"(,"method":"eth_chainId"})";
        return "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) +
               (last ? "\r\nConnection: close" : "") + "\r\n\r\n" + body;
    };
    const std::string answers =
        send_raw(door.service->port(), request("1", false) + request("2", true));
    const size_t first = answers.find(R"("id":1)");
    const size_t second = answers.find(R"("id":2)");
    ASSERT_NE(first, answers.npos);
    ASSERT_NE(second, answers.npos);
    EXPECT_LT(first, second);
}

TEST(server, what_may_take_long_holds_up_no_quick_question) {
    World world;
    Service service{world.start(), {}};
    std::promise<void> release;
    const std::shared_future<void> released = release.get_future();
    std::atomic<int> held = 0;
    service.methods().add("hold", "", "Takes long.", [&](const Params&) -> Answer {
        ++held;
        released.wait();
        return true;
    });
    service.start();
    const auto ask = [&](std::string_view method) {
        return body_of(post_raw(service.port(), R"({"jsonrpc":"2.0","id":1,"method":")" +
                                                    std::string{method} + R"("})"));
    };
    WsClient told{service.port()};
    const json::value heads = told.ask("eth_subscribe", {"newHeads"});
    WsClient asking{service.port()};
    asking.send(R"({"jsonrpc":"2.0","id":1,"method":"hold"})");
    std::vector<std::future<std::string>> slow;
    for (int i = 0; i < 4; ++i)
        slow.push_back(std::async(std::launch::async, [&] { return ask("hold"); }));
    while (held < 4) std::this_thread::yield();  // all threads for what takes long
    ASSERT_NE(world.node->mine(), nullptr);
    EXPECT_EQ(told.receive().at("params").at("subscription"), heads);
    EXPECT_EQ(status_of(send_raw(service.port(), "GET /readyz HTTP/1.0\r\n\r\n")),
              "HTTP/1.0 200 OK");
    for (int i = 0; i < 4; ++i)
        EXPECT_EQ(ask("eth_chainId"), R"({"jsonrpc":"2.0","id":1,"result":"0x20ed"})");
    release.set_value();
    for (auto& one : slow) EXPECT_EQ(one.get(), R"({"jsonrpc":"2.0","id":1,"result":true})");
    EXPECT_EQ(asking.receive().at("result"), true);
    service.stop();
}

TEST(server, a_websocket_asks_and_is_told) {
    const Door door;
    WsClient client{door.service->port()};
    EXPECT_EQ(client.ask("eth_chainId", {}), "0x20ed");
    const json::value heads = client.ask("eth_subscribe", {"newHeads"});
    const json::value logs = client.ask("eth_subscribe", {"logs", json::object{}});
    const json::value pending = client.ask("eth_subscribe", {"newPendingTransactions"});
    const std::string raw = to_hex(sign(0, transfer(0, 5)));
    client.send(R"({"jsonrpc":"2.0","id":7,"method":"eth_sendRawTransaction","params":[")" + raw +
                R"("]})");
    std::map<std::string, json::value> told;
    json::value hash;
    for (int i = 0; i < 3; ++i) {
        const json::object message = client.receive();
        if (message.contains("id")) {
            hash = message.at("result");
            continue;
        }
        const auto& params = message.at("params").as_object();
        told[std::string{params.at("subscription").as_string()}] = params.at("result");
    }
    EXPECT_EQ(told[std::string{pending.as_string()}], hash);
    const json::value head = told[std::string{heads.as_string()}];
    EXPECT_EQ(head.as_object().at("number"), "0x1");
    EXPECT_FALSE(head.as_object().contains("transactions"));
    EXPECT_EQ(client.ask("eth_unsubscribe", {heads}), true);
    EXPECT_FALSE(told.contains(std::string{logs.as_string()}));
}

TEST(server, stopping_ends_open_connections) {
    auto door = std::make_unique<Door>();
    WsClient client{door->service->port()};
    EXPECT_EQ(client.ask("eth_chainId", {}), "0x20ed");
    door->service->stop();
    EXPECT_THROW(client.receive(), boost::system::system_error);
}

TEST(server, a_port_in_use_is_named) {
    const Door door;
    ServerOptions options;
    options.port = door.service->port();
    try {
        const Server second{options, {}};
        FAIL() << "bound twice";
    } catch (const std::runtime_error& fault) {
        EXPECT_EQ(std::string{fault.what()},
                  "cannot listen on 127.0.0.1:" + std::to_string(options.port) +
                      ": Address already in use");
    }
}

}  // namespace thaw::rpc::test
