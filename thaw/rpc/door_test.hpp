/// What tests of the door begin with: a service on a free port before a node in memory, and plain
/// sockets to it.
#pragma once
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "thaw/base/text.hpp"
#include "thaw/node/test_world.hpp"
#include "thaw/rpc/service.hpp"

namespace thaw::rpc::test {

using node::test::account;
using node::test::ether;
using node::test::key_of;
using node::test::sign;
using node::test::transfer;
using node::test::World;

/// Sends bytes and returns everything that comes back before the other side closes.
inline std::string send_raw(uint16_t port, std::string_view bytes) {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    EXPECT_EQ(::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
    for (size_t sent = 0; sent < bytes.size();) {
        const auto n = ::send(socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
        if (n <= 0) break;  // refused before it was read whole
        sent += static_cast<size_t>(n);
    }
    ::shutdown(socket, SHUT_WR);
    std::string out;
    char buffer[4096];
    for (ssize_t n = 0; (n = ::recv(socket, buffer, sizeof buffer, 0)) > 0;)
        out.append(buffer, static_cast<size_t>(n));
    ::close(socket);
    return out;
}

inline std::string post_raw(uint16_t port, std::string_view body) {
    return send_raw(port, "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " +
                              std::to_string(body.size()) + "\r\n\r\n" + std::string{body});
}

inline std::string body_of(const std::string& response) {
    const size_t end = response.find("\r\n\r\n");
    return end == response.npos ? std::string{} : response.substr(end + 4);
}
inline std::string status_of(const std::string& response) {
    return response.substr(0, response.find("\r\n"));
}

/// A service with the development methods and keys 0 to 2; the clock stands still.
struct Door {
    World world;
    std::unique_ptr<Service> service;

    explicit Door(bool dev = true, World begun = {}) : world{std::move(begun)} {
        node::Node& node = world.start();
        Options options;
        options.backend.dev = dev;
        options.backend.dev_clock = world.clock;
        for (uint32_t i = 0; dev && i < 3; ++i) options.backend.dev_keys.push_back(key_of(i));
        service = std::make_unique<Service>(node, options);
        service->start();
    }
    ~Door() { service->stop(); }

    std::string post(std::string_view body) const { return post_raw(service->port(), body); }
    std::string get(std::string_view path) const {
        return send_raw(service->port(), "GET " + std::string{path} +
                                             " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    }
    /// The whole answer to one request.
    json::object ask(std::string_view method, const json::array& params = {}) const {
        const std::string response = post(json::serialize(
            json::object{{"jsonrpc", "2.0"}, {"id", 1}, {"method", method}, {"params", params}}));
        return json::parse(body_of(response)).as_object();
    }
    json::value result(std::string_view method, const json::array& params = {}) const {
        const json::object answer = ask(method, params);
        EXPECT_TRUE(answer.contains("result")) << json::serialize(answer);
        return answer.contains("result") ? answer.at("result") : json::value{};
    }
    std::string text(std::string_view method, const json::array& params = {}) const {
        const json::value value = result(method, params);
        return value.is_string() ? std::string{value.get_string()} : json::serialize(value);
    }
    /// "code: message".
    std::string error(std::string_view method, const json::array& params = {}) const {
        const json::object answer = ask(method, params);
        if (!answer.contains("error")) return "(no error) " + json::serialize(answer);
        const auto& fault = answer.at("error").as_object();
        return json::serialize(fault.at("code")) + ": " +
               std::string{fault.at("message").as_string()};
    }
};

}  // namespace thaw::rpc::test
