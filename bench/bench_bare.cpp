// The limit for reads: Boost.Beast answering every POST with the same bytes, on as many threads as
// the hub's door has.
//   bench_bare PORT
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

asio::awaitable<void> serve(tcp::socket socket) {
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
        response.body() = constant;
        response.prepare_payload();
        const auto [unsent, out] = co_await http::async_write(stream, response, as_result);
        if (unsent || !response.keep_alive()) co_return;
    }
}

asio::awaitable<void> accept_all(tcp::acceptor& acceptor) {
    while (true) {
        auto [fault, socket] = co_await acceptor.async_accept(as_result);
        if (fault) co_return;
        asio::co_spawn(acceptor.get_executor(), serve(std::move(socket)), asio::detached);
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: bench_bare PORT\n");
        return 2;
    }
    asio::io_context io;
    unsigned short port = 0;
    const std::string_view digits = argv[1];
    std::from_chars(digits.data(), digits.data() + digits.size(), port);
    tcp::acceptor acceptor{io, {asio::ip::address_v4::loopback(), port}};
    asio::co_spawn(io, accept_all(acceptor), asio::detached);
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < thread_count; ++i) threads.emplace_back([&] { io.run(); });
}
