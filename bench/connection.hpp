/// A kept-alive connection to a node's door that costs the load generator as little as possible.
#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace thaw::bench {

/// Ends the programme with a sentence: a benchmark that half works measures nothing.
[[noreturn]] inline void stop(const std::string& why) {
    std::fprintf(stderr, "bench_http: %s\n", why.c_str());
    std::_Exit(1);
}

class Connection {
  public:
    /// To 127.0.0.1; stops the programme when nobody listens.
    explicit Connection(uint16_t port) : socket_{::socket(AF_INET, SOCK_STREAM, 0)} {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
            stop("nobody listens on port " + std::to_string(port));
        const timeval patience{.tv_sec = 60, .tv_usec = 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        const int on = 1;
        ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    ~Connection() { ::close(socket_); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Posts a JSON body and returns the answer's.
    std::string post(std::string_view body) {
        std::string request =
            "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            "Content-Length: " +
            std::to_string(body.size()) + "\r\n\r\n";
        request += body;
        write(request);
        return read();
    }

  private:
    void write(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) stop("the node closed the connection while we wrote");
            bytes.remove_prefix(static_cast<size_t>(sent));
        }
    }
    void read_more() {
        char block[65'536];
        const ssize_t got = ::recv(socket_, block, sizeof block, 0);
        if (got < 0 && errno == EAGAIN) stop("the node has not answered for a minute");
        if (got <= 0) stop("the node closed the connection while we read");
        buffer_.append(block, static_cast<size_t>(got));
    }
    std::string read() {
        size_t end = 0;
        while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) read_more();
        const size_t field = buffer_.find("ontent-");  // Content-Length, in either case
        size_t size = 0;
        for (size_t at = field; at < end; at = buffer_.find("ontent-", at + 1)) {
            if (buffer_[at + 7] != 'L' && buffer_[at + 7] != 'l') continue;
            const size_t digits = buffer_.find_first_of("0123456789", at);
            std::from_chars(buffer_.data() + digits, buffer_.data() + end, size);
            break;
        }
        if (size == 0) stop("an answer without Content-Length: " + buffer_.substr(0, end));
        while (buffer_.size() < end + 4 + size) read_more();
        std::string body = buffer_.substr(end + 4, size);
        buffer_.erase(0, end + 4 + size);
        return body;
    }

    int socket_;
    std::string buffer_;
};

}  // namespace thaw::bench
