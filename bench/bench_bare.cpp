// The limit: Boost.Beast on as many threads as the hub's door has, without a protocol. It answers
// every POST with the same bytes, or recovers the sender of the raw transaction in it first.
//   bench_bare PORT [recover]
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <charconv>
#include <cstdio>
#include <string_view>
#include <thread>
#include <vector>

#include "bench/crowd.hpp"
#include "thaw/node/gate.hpp"

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr unsigned thread_count = 4;
// As long as an answer to eth_call.
constexpr const char* constant =
    R"({"jsonrpc":"2.0","id":1,"result":"0x00000000000000000000000000000000)"
    R"(00000000000000000000000000000001"})";

using Answer = std::string (*)(std::string_view body);

std::string constant_answer(std::string_view) { return constant; }

/// The hashes of the transactions in the body, once the sender of each is known.
std::string recovered_answer(std::string_view body) {
    constexpr std::string_view before = R"("params":[")";
    std::vector<thaw::Bytes> sent;
    for (size_t at = body.find(before); at != body.npos; at = body.find(before, at)) {
        at += before.size();
        sent.push_back(*thaw::parse_hex(body.substr(at, body.find('"', at) - at)));
    }
    if (sent.empty()) return constant;
    std::vector<thaw::node::Answer> opened(sent.size());
    thaw::node::open_many(std::vector<thaw::BytesView>{sent.begin(), sent.end()},
                          thaw::bench::chain_id, opened);
    std::string answer;
    for (const auto& one : opened)
        answer += (answer.empty() ? R"({"jsonrpc":"2.0","id":1,"result":")"
                                  : R"(,{"jsonrpc":"2.0","id":1,"result":")") +
                  thaw::to_hex(one.value().transaction->hash) + "\"}";
    return body.starts_with('[') ? "[" + answer + "]" : answer;
}

asio::awaitable<void> serve(tcp::socket socket, Answer answer) {
    beast::tcp_stream stream{std::move(socket)};
    stream.socket().set_option(tcp::no_delay{true});
    beast::flat_buffer buffer;
    while (true) {
        http::request<http::string_body> request;
        const auto [unread, in] = co_await http::async_read(stream, buffer, request, as_result);
        if (unread) co_return;
        http::response<http::string_body> response{http::status::ok, request.version()};
        response.set(http::field::content_type, "application/json");
        response.keep_alive(request.keep_alive());
        response.body() = answer(request.body());
        response.prepare_payload();
        const auto [unsent, out] = co_await http::async_write(stream, response, as_result);
        if (unsent || !response.keep_alive()) co_return;
    }
}

asio::awaitable<void> accept_all(tcp::acceptor& acceptor, Answer answer) {
    while (true) {
        auto [fault, socket] = co_await acceptor.async_accept(as_result);
        if (fault) co_return;
        asio::co_spawn(acceptor.get_executor(), serve(std::move(socket), answer), asio::detached);
    }
}

}  // namespace

int main(int argc, char** argv) {
    const bool recovers = argc == 3 && std::string_view{argv[2]} == "recover";
    if (argc != 2 && !recovers) {
        std::fprintf(stderr, "usage: bench_bare PORT [recover]\n");
        return 2;
    }
    asio::io_context io;
    unsigned short port = 0;
    const std::string_view digits = argv[1];
    std::from_chars(digits.data(), digits.data() + digits.size(), port);
    tcp::acceptor acceptor{io, {asio::ip::address_v4::loopback(), port}};
    asio::co_spawn(io, accept_all(acceptor, recovers ? recovered_answer : constant_answer),
                   asio::detached);
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < thread_count; ++i) threads.emplace_back([&] { io.run(); });
}
