#include "thaw/rpc/http_message.hpp"

#include <array>
#include <boost/beast/http/status.hpp>
#include <charconv>

namespace thaw::rpc {

namespace {

namespace http = boost::beast::http;

/// Browser pages of any origin may speak to the node: it holds no session and no cookie.
constexpr std::string_view any_origin =
    "Access-Control-Allow-Origin: *\r\n"
    "Access-Control-Allow-Methods: GET, POST, OPTIONS\r\n"
    "Access-Control-Allow-Headers: *\r\n"
    "Access-Control-Max-Age: 86400\r\n";

void add_number(std::string& out, size_t number) {
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

void add_field(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
}

void begin(std::string& out, const HttpResponse& answer, unsigned version) {
    out.assign(version == 10 ? "HTTP/1.0 " : "HTTP/1.1 ");
    add_number(out, answer.status);
    const auto reason = http::obsolete_reason(http::int_to_status(answer.status));
    out.append(" ").append(reason.data(), reason.size()).append("\r\n");
}

void add_headers(std::string& out, const HttpResponse& answer) {
    out.append(any_origin);
    for (const auto& [name, value] : answer.headers) add_field(out, name, value);
}

}  // namespace

void write_head(std::string& out, const HttpResponse& answer, unsigned version, bool alive) {
    begin(out, answer, version);
    if (!alive)
        out.append("Connection: close\r\n");
    else if (version == 10)
        out.append("Connection: keep-alive\r\n");
    add_headers(out, answer);
    if (!answer.body.empty()) {
        add_field(out, "Content-Type", answer.content_type);
        out.append("X-Content-Type-Options: nosniff\r\n");
    }
    if (answer.status != 204 && answer.status != 304) {
        out.append("Content-Length: ");
        add_number(out, answer.body.size());
        out.append("\r\n");
    }
    out.append("\r\n");
}

void write_stream_head(std::string& out, const HttpResponse& answer) {
    begin(out, answer, 11);
    out.append("Connection: close\r\n");
    add_headers(out, answer);
    add_field(out, "Content-Type", answer.content_type);
    out.append("Cache-Control: no-store\r\n\r\n");
}

HttpResponse refusal(unsigned status, std::string_view title, std::string_view detail) {
    std::string text = R"({"type":"about:blank","title":")";
    text.append(title).append(R"(","status":)").append(std::to_string(status));
    text.append(R"(,"detail":")").append(detail).append(R"("})");
    return {.status = status, .content_type = "application/problem+json", .body = std::move(text)};
}

std::string too_many(uint32_t per_second) {
    std::string text = R"({"jsonrpc":"2.0","id":null,"error":{"code":-32005,"message":)";
    text += R"("limit exceeded: at most )" + std::to_string(per_second);
    return text + R"( requests a second from one address"}})";
}

}  // namespace thaw::rpc
