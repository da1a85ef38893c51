#include "thaw/main/http_client.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include "thaw/main/failure.hpp"

namespace thaw::cli {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace {

constexpr uint64_t answer_max_bytes = 64 * 1024 * 1024;

[[noreturn]] void unreachable(const std::string& url, const std::string& why) {
    throw Failure{ExitCode::unreachable, "no node answers at " + url + " (" + why +
                                             "). Start one with `thaw devnet`, or name another "
                                             "with --rpc or THAW_RPC"};
}

}  // namespace

struct HttpClient::Connection {
    asio::io_context context;
    beast::tcp_stream stream{context};
    beast::flat_buffer buffer;

    /// Runs what was begun until it is done.
    void finish() {
        context.restart();
        context.run();
    }
};

HttpClient::HttpClient(std::string_view url) : url_{url} {
    const auto refuse = [&](std::string_view why) -> Failure {
        return {ExitCode::usage, "--rpc: \"" + url_ + "\" " + std::string{why}};
    };
    if (url.starts_with("https://"))
        throw refuse("asks for https, which is not spoken here: use http:// to a node of yours");
    if (!url.starts_with("http://")) throw refuse("is not a URL such as http://127.0.0.1:8545");
    url.remove_prefix(7);
    const size_t slash = std::min(url.find('/'), url.size());
    if (slash < url.size()) path_ = url.substr(slash);
    std::string_view authority = url.substr(0, slash);
    const size_t colon = authority.rfind(':');
    const bool has_port = colon != std::string_view::npos && !authority.ends_with(']');
    if (has_port) {
        port_ = authority.substr(colon + 1);
        authority = authority.substr(0, colon);
    }
    if (authority.starts_with('[') && authority.ends_with(']'))
        authority = authority.substr(1, authority.size() - 2);
    host_ = authority;
    if (host_.empty() || port_.empty() ||
        port_.find_first_not_of("0123456789") != std::string::npos)
        throw refuse("is not a URL such as http://127.0.0.1:8545");
}

HttpClient::~HttpClient() = default;

void HttpClient::connect(std::chrono::milliseconds patience) {
    auto fresh = std::make_unique<Connection>();
    beast::error_code fault;
    const auto addresses = asio::ip::tcp::resolver{fresh->context}.resolve(host_, port_, fault);
    if (fault) unreachable(url_, fault.message());
    fresh->stream.expires_after(patience);
    fresh->stream.async_connect(addresses, [&](beast::error_code e, const auto&) { fault = e; });
    fresh->finish();
    if (fault) unreachable(url_, fault.message());
    fresh->stream.socket().set_option(asio::ip::tcp::no_delay{true}, fault);
    connection_ = std::move(fresh);
}

std::string HttpClient::exchange(const std::string& body, std::chrono::milliseconds patience) {
    http::request<http::string_body> request{http::verb::post, path_, 11};
    request.set(http::field::host, host_ + ":" + port_);
    request.set(http::field::content_type, "application/json");
    request.set(http::field::user_agent, "thaw");
    request.body() = body;
    request.prepare_payload();
    http::response_parser<http::string_body> parser;
    parser.body_limit(answer_max_bytes);
    beast::error_code fault;
    Connection& c = *connection_;
    c.stream.expires_after(patience);
    http::async_write(c.stream, request, [&](beast::error_code e, size_t) {
        fault = e;
        if (e) return;
        http::async_read(c.stream, c.buffer, parser,
                         [&](beast::error_code e2, size_t) { fault = e2; });
    });
    c.finish();
    if (fault) {
        connection_.reset();
        throw beast::system_error{fault};
    }
    const auto response = parser.release();
    if (!response.keep_alive()) connection_.reset();
    if (response.result() != http::status::ok)
        unreachable(url_, "it answers " + std::to_string(response.result_int()) + ": " +
                              response.body().substr(0, 200));
    return response.body();
}

std::string HttpClient::post(const std::string& body, std::chrono::milliseconds patience) {
    const bool reused = connection_ != nullptr;
    if (!reused) connect(patience);
    try {
        try {
            return exchange(body, patience);
        } catch (const beast::system_error& fault) {
            // A kept connection may have been closed in the meantime, before anything was read.
            if (!reused || fault.code() != http::error::end_of_stream) throw;
            connect(patience);
            return exchange(body, patience);
        }
    } catch (const beast::system_error& fault) {
        unreachable(url_, fault.code().message());
    }
}

}  // namespace thaw::cli
