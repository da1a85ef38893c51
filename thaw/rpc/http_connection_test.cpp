#include "thaw/rpc/http_connection.hpp"

#include <sys/resource.h>

#include <future>

#include "thaw/rpc/door_test.hpp"

namespace thaw::rpc::test {

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// A server of nothing but its connections: every request is answered by `handler`.
class Plain {
  public:
    using Handler = std::function<void(HttpRequest, HttpReply)>;
    explicit Plain(Handler handler, ServerOptions options = {})
        : server_{std::move(options), {.http = std::move(handler)}} {
        server_.start();
    }
    ~Plain() { server_.stop(); }
    uint16_t port() const { return server_.port(); }
    Server& server() { return server_; }
    const Server& server() const { return server_; }
    /// Whether everybody has left within two seconds.
    bool empties() const {
        for (int i = 0; i < 200 && server_.connections() > 0; ++i)
            std::this_thread::sleep_for(milliseconds{10});
        return server_.connections() == 0;
    }

  private:
    Server server_;
};

/// Answers with what was asked.
void echo(HttpRequest request, const HttpReply& reply) {
    reply({.body = request.target + ":" + request.body});
}

/// A client that says and hears exactly what it is told to.
class Peer {
  public:
    explicit Peer(uint16_t port, int receive_buffer = 0)
        : socket_{::socket(AF_INET, SOCK_STREAM, 0)} {
        if (receive_buffer > 0)
            ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
        const timeval patience{.tv_sec = 10, .tv_usec = 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
    }
    ~Peer() { ::close(socket_); }
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    bool say(std::string_view bytes) const {
        return ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
               static_cast<ssize_t>(bytes.size());
    }
    /// Everything up to and with `end`, or until the other side closes.
    std::string hear(std::string_view end) {
        while (heard_.find(end) == heard_.npos && more()) continue;
        const size_t at = heard_.find(end);
        const size_t size = at == heard_.npos ? heard_.size() : at + end.size();
        std::string out = heard_.substr(0, size);
        heard_.erase(0, size);
        return out;
    }
    std::string hear_all() {
        while (more()) continue;
        return std::exchange(heard_, {});
    }
    /// Whether the other side closes, having said nothing more.
    bool ends() const {
        char byte = 0;
        const ssize_t n = ::recv(socket_, &byte, 1, 0);
        return n == 0 || (n < 0 && errno == ECONNRESET);
    }

  private:
    bool more() {
        char block[65'536];
        const ssize_t n = ::recv(socket_, block, sizeof block, 0);
        if (n > 0) heard_.append(block, static_cast<size_t>(n));
        return n > 0;
    }
    int socket_;
    std::string heard_;
};

std::string post(std::string_view target, std::string_view body, std::string_view fields = {}) {
    return "POST " + std::string{target} + " HTTP/1.1\r\nHost: x\r\n" + std::string{fields} +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string{body};
}

}  // namespace

TEST(http_connection, header_and_body_may_come_in_any_pieces) {
    const Plain plain{echo};
    const std::string request = post("/a", "body");
    for (const size_t piece : {size_t{1}, size_t{7}, request.size() - 4, request.size()}) {
        Peer peer{plain.port()};
        for (size_t at = 0; at < request.size(); at += piece) {
            ASSERT_TRUE(peer.say(request.substr(at, piece)));
            std::this_thread::sleep_for(microseconds{500});
        }
        EXPECT_EQ(status_of(peer.hear("/a:body")), "HTTP/1.1 200 OK") << piece;
    }
}

TEST(http_connection, a_chunked_body_is_read) {
    const Plain plain{echo};
    Peer peer{plain.port()};
    peer.say("POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
    std::this_thread::sleep_for(milliseconds{5});
    peer.say("2\r\nde\r\n0\r\n\r\n");
    EXPECT_EQ(body_of(peer.hear("/c:abcde")), "/c:abcde");
}

TEST(http_connection, a_line_between_chunks_that_never_ends_is_refused) {
    const Plain plain{echo, {.header_max_bytes = 8'192}};
    for (const std::string_view begun : {"1;", "0\r\nX-Trailer: "}) {
        Peer peer{plain.port()};
        peer.say("POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
        peer.say(begun);
        const std::string more(4'096, 'a');
        for (int i = 0; i < 100 && peer.say(more); ++i)
            std::this_thread::sleep_for(microseconds{200});
        EXPECT_EQ(status_of(peer.hear("\r\n\r\n")), "HTTP/1.1 431 Request Header Fields Too Large")
            << begun;
    }
}

TEST(http_connection, many_requests_in_one_packet_are_answered_in_order) {
    const Plain plain{echo};
    std::string all, expected;
    for (int i = 0; i < 50; ++i) {
        all += post("/" + std::to_string(i), "x");
        expected += "/" + std::to_string(i) + ":x";
    }
    Peer peer{plain.port()};
    ASSERT_TRUE(peer.say(all + post("/half", "12345").substr(0, 30)));
    std::string bodies;
    for (int i = 0; i < 50; ++i) {
        peer.hear("\r\n\r\n");
        bodies += peer.hear("x");
    }
    EXPECT_EQ(bodies, expected);
    ASSERT_TRUE(peer.say(post("/half", "12345").substr(30)));
    EXPECT_EQ(body_of(peer.hear("12345")), "/half:12345");
}

TEST(http_connection, answers_come_from_any_thread_and_in_order) {
    std::vector<std::jthread> threads;
    const Plain plain{[&](HttpRequest request, HttpReply reply) {
        threads.emplace_back([request = std::move(request), reply = std::move(reply)] {
            if (request.target == "/slow") std::this_thread::sleep_for(milliseconds{20});
            echo(request, reply);
        });
    }};
    Peer peer{plain.port()};
    ASSERT_TRUE(peer.say(post("/slow", "1") + post("/quick", "2") + post("/slow", "3")));
    peer.hear("\r\n\r\n");
    EXPECT_EQ(peer.hear("1"), "/slow:1");
    peer.hear("\r\n\r\n");
    EXPECT_EQ(peer.hear("2"), "/quick:2");
    peer.hear("\r\n\r\n");
    EXPECT_EQ(peer.hear("3"), "/slow:3");
}

TEST(http_connection, who_sends_is_not_held_up_by_readers) {
    std::promise<void> release;
    const std::shared_future<void> released = release.get_future();
    std::atomic<bool> reads = false;
    const auto handler = [&](HttpRequest request, const HttpReply& reply) {
        if (request.target == "/send") {
            reply.is_sender();
        } else {
            reads = true;
            released.wait();
        }
        echo(std::move(request), reply);
    };
    const Plain plain{handler, {.threads = 1}};
    Peer sender{plain.port()};
    ASSERT_TRUE(sender.say(post("/send", "1") + post("/send", "2")));
    EXPECT_EQ(body_of(sender.hear("/send:1")), "/send:1");
    EXPECT_EQ(body_of(sender.hear("/send:2")), "/send:2");
    Peer reader{plain.port()};
    ASSERT_TRUE(reader.say(post("/read", "")));
    while (!reads) std::this_thread::yield();
    ASSERT_TRUE(sender.say(post("/send", "3")));
    EXPECT_EQ(body_of(sender.hear("/send:3")), "/send:3");
    release.set_value();
    EXPECT_EQ(body_of(reader.hear("/read:")), "/read:");
}

TEST(http_connection, readers_threads_make_way_for_senders) {
    const auto nice = [] { return ::getpriority(PRIO_PROCESS, 0); };  // of this thread
    const auto say_nice = [&](const HttpRequest& request, const HttpReply& reply) {
        reply.is_sender();
        reply({.body = request.body + " at " + std::to_string(nice()) + "."});
    };
    const Plain plain{say_nice, {.threads = 1}};
    Peer peer{plain.port()};
    ASSERT_TRUE(peer.say(post("/", "newcomer") + post("/", "sender")));
    const std::string newcomers = std::to_string(std::min(nice() + 5, 19));
    EXPECT_EQ(body_of(peer.hear("newcomer at " + newcomers + ".")),
              "newcomer at " + newcomers + ".");
    EXPECT_EQ(body_of(peer.hear("sender at " + std::to_string(nice()) + ".")),
              "sender at " + std::to_string(nice()) + ".");
}

TEST(http_connection, what_comes_back_to_a_sender_stays_on_his_thread) {
    std::vector<std::jthread> others;
    std::unique_ptr<Plain> plain;
    const auto come_back = [&](const HttpRequest&, const HttpReply& reply) {
        reply.is_sender();
        others.emplace_back(
            [here = plain->server().here(), reply, asked = std::this_thread::get_id()] {
                here([reply, asked] {
                    reply({.body = std::this_thread::get_id() == asked ? "the same." : "another."});
                });
            });
    };
    plain = std::make_unique<Plain>(come_back, ServerOptions{.threads = 3});
    Peer peer{plain->port()};
    ASSERT_TRUE(peer.say(post("/", "")));
    EXPECT_EQ(body_of(peer.hear("another.")), "another.");  // readers may be busy for long
    for (int i = 0; i < 4; ++i) {
        ASSERT_TRUE(peer.say(post("/", "")));
        EXPECT_EQ(body_of(peer.hear("the same.")), "the same.");
    }
}

TEST(http_connection, the_last_of_a_crowd_is_let_in_with_the_first) {
    constexpr int crowd = 24;
    const Plain plain{[](HttpRequest request, const HttpReply& reply) {
        std::this_thread::sleep_for(milliseconds{4});
        echo(std::move(request), reply);
    }};
    std::atomic<int> answers = 0, heard = 0;
    std::vector<std::jthread> threads;
    for (int i = 0; i < crowd; ++i)
        threads.emplace_back([&] {
            Peer peer{plain.port()};
            for (bool first = true; heard < crowd; first = false) {
                peer.say(post("/", "x"));
                peer.hear("/:x");
                if (first) ++heard;
                ++answers;
            }
        });
    threads.clear();
    EXPECT_LT(answers, 6 * crowd);  // one by one it were about 12 for each
}

TEST(http_connection, a_slow_reader_gets_every_byte) {
    std::string large(12'000'000, '.');
    for (size_t i = 0; i < large.size(); i += 1'000)
        large[i] = static_cast<char>('a' + i / 1'000 % 26);
    const Plain plain{[&](HttpRequest, const HttpReply& reply) { reply({.body = large}); }};
    Peer peer{plain.port(), 4'096};
    ASSERT_TRUE(peer.say(post("/", "") + post("/", "", "Connection: close\r\n")));
    std::this_thread::sleep_for(milliseconds{50});
    const std::string all = peer.hear_all();
    const size_t first = all.find("\r\n\r\n") + 4;
    EXPECT_EQ(all.substr(first, large.size()), large);
    EXPECT_EQ(body_of(all.substr(first + large.size())), large);
}

TEST(http_connection, what_peers_leave_lying_is_counted_and_not_added_to) {
    const Plain plain{
        [&](HttpRequest, const HttpReply& reply) { reply({.body = std::string(12'000'000, '.')}); },
        {.unsent_max_bytes = 20'000'000}};
    const auto becomes = [&](bool laden) {
        for (int i = 0; i < 500 && plain.server().is_laden() != laden; ++i)
            std::this_thread::sleep_for(milliseconds{10});
        return plain.server().is_laden() == laden;
    };
    Peer first{plain.port(), 4'096};
    auto second = std::make_unique<Peer>(plain.port(), 4'096);
    ASSERT_TRUE(first.say(post("/", "")));
    ASSERT_TRUE(becomes(false));
    ASSERT_TRUE(second->say(post("/", "")));
    EXPECT_TRUE(becomes(true));
    second.reset();  // it leaves with its answer half read
    EXPECT_TRUE(becomes(false));
    ASSERT_TRUE(first.say(post("/", "", "Connection: close\r\n")));
    EXPECT_GT(first.hear_all().size(), 24'000'000u);
    EXPECT_TRUE(becomes(false));
}

TEST(http_connection, a_transfer_coding_that_is_not_known_is_refused) {
    const Plain plain{echo};
    for (const std::string coding : {"gzip", "gzip, chunked"}) {
        Peer peer{plain.port()};
        ASSERT_TRUE(peer.say("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: " + coding +
                             "\r\n\r\n0\r\n\r\n"));
        EXPECT_EQ(status_of(peer.hear("\r\n\r\n")), "HTTP/1.1 501 Not Implemented") << coding;
    }
}

TEST(http_connection, who_leaves_half_way_is_forgotten) {
    std::mutex mutex;
    std::vector<HttpReply> waiting;
    Plain plain{[&](HttpRequest request, const HttpReply& reply) {
        const std::lock_guard lock{mutex};
        if (request.target == "/later")
            waiting.push_back(reply);
        else
            reply({.body = std::string(10'000'000, 'x')});
    }};
    {
        const Peer in_the_header{plain.port()}, in_the_body{plain.port()}, asked{plain.port()};
        const Peer reading{plain.port(), 4'096};
        in_the_header.say("POST / HT");
        in_the_body.say(post("/", "12345").substr(0, 50));
        asked.say(post("/later", ""));
        reading.say(post("/", ""));
        for (int i = 0; i < 200; ++i) {
            std::this_thread::sleep_for(milliseconds{10});
            const std::lock_guard lock{mutex};
            if (!waiting.empty() && plain.server().connections() == 4) break;
        }
    }
    ASSERT_EQ(waiting.size(), 1u);
    waiting[0]({.body = "nobody hears this"});
    waiting.clear();
    EXPECT_TRUE(plain.empties());
}

TEST(http_connection, a_reply_that_is_dropped_ends_the_connection) {
    Plain plain{[](const HttpRequest&, const HttpReply&) {}};
    Peer peer{plain.port()};
    peer.say(post("/", ""));
    EXPECT_TRUE(peer.ends());
    EXPECT_TRUE(plain.empties());
}

TEST(http_connection, too_large_a_body_is_refused_although_it_is_sent) {
    ServerOptions options;
    options.body_max_bytes = 1'000;
    Plain plain{echo, options};
    EXPECT_EQ(status_of(send_raw(plain.port(), post("/", std::string(1'000, 'x')))),
              "HTTP/1.1 200 OK");
    const std::string refused = send_raw(plain.port(), post("/", std::string(3'000'000, 'x')));
    EXPECT_EQ(status_of(refused), "HTTP/1.1 413 Payload Too Large");
    EXPECT_NE(refused.find("at most 1000 bytes"), refused.npos);
    EXPECT_TRUE(plain.empties());
}

TEST(http_connection, a_client_that_waits_for_leave_to_send_its_body_gets_it) {
    const Plain plain{echo};
    Peer peer{plain.port()};
    const std::string request = post("/", "body", "Expect: 100-continue\r\n");
    peer.say(request.substr(0, request.size() - 4));
    EXPECT_EQ(peer.hear("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    peer.say("body");
    EXPECT_EQ(body_of(peer.hear("/:body")), "/:body");
}

TEST(http_connection, connections_go_on_as_their_version_says) {
    const Plain plain{echo};
    const auto heads = [&](std::string_view request) {
        return send_raw(plain.port(), std::string{request} + "\r\n\r\n");
    };
    EXPECT_EQ(heads("GET /a HTTP/1.1").find("Connection:"), std::string::npos);
    EXPECT_NE(heads("GET /a HTTP/1.1\r\nConnection: close").find("Connection: close"),
              std::string::npos);
    EXPECT_NE(heads("GET /a HTTP/1.0").find("Connection: close"), std::string::npos);
    const std::string old = heads("GET /a HTTP/1.0\r\nConnection: keep-alive");
    EXPECT_TRUE(old.starts_with("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n")) << old;
    Peer peer{plain.port()};
    peer.say("GET /a HTTP/1.0\r\n\r\nGET /b HTTP/1.0\r\n\r\n");
    EXPECT_EQ(body_of(peer.hear_all()), "/a:");  // the second has no answer
}

TEST(http_connection, who_keeps_the_server_waiting_is_left) {
    ServerOptions options;
    options.transfer_max = seconds{1};
    options.idle_max = seconds{4};
    Plain plain{
        [](HttpRequest, const HttpReply& reply) { reply({.body = std::string(10'000'000, 'x')}); },
        options};
    const auto since = std::chrono::steady_clock::now();
    Peer silent{plain.port()}, drips{plain.port()}, in_the_body{plain.port()};
    Peer does_not_read{plain.port(), 4'096};
    in_the_body.say(post("/", "12345").substr(0, 50));
    does_not_read.say(post("/", ""));
    for (int i = 0; i < 25 && drips.say("x"); ++i) std::this_thread::sleep_for(milliseconds{100});
    EXPECT_TRUE(drips.ends());
    EXPECT_TRUE(in_the_body.ends());
    EXPECT_LT(std::chrono::steady_clock::now() - since, seconds{4});
    EXPECT_TRUE(silent.ends());
    EXPECT_GE(std::chrono::steady_clock::now() - since, seconds{4});
    EXPECT_TRUE(plain.empties());
}

TEST(http_connection, answers_under_way_leave_before_the_server_stops) {
    std::jthread answering;
    Plain plain{[&](HttpRequest request, HttpReply reply) {
        answering = std::jthread{[request, reply] {
            std::this_thread::sleep_for(milliseconds{200});
            echo(request, reply);
        }};
    }};
    Peer quiet{plain.port()}, asks{plain.port()};
    asks.say(post("/", "last"));
    std::this_thread::sleep_for(milliseconds{50});
    plain.server().stop();
    const std::string answer = asks.hear_all();
    EXPECT_NE(answer.find("Connection: close"), answer.npos);
    EXPECT_EQ(body_of(answer), "/:last");
    EXPECT_TRUE(quiet.ends());
}

TEST(http_connection, senders_who_ask_at_the_same_time_are_served_together) {
    std::promise<void> release;
    const std::shared_future<void> released = release.get_future();
    std::atomic<bool> is_together = false;
    std::atomic<int> holding = 0;
    std::atomic<int> alone = 0;
    const auto handle = [&](const HttpRequest& request, const HttpReply& reply) {
        reply.is_sender();
        if (request.target == "/hold") {
            ++holding;
            released.wait();
        } else if (request.target == "/ask" && !is_together) {
            ++alone;
        }
        echo(request, reply);
    };
    const auto together = [&](const std::function<void()>& work) {
        is_together = true;
        work();
        is_together = false;
    };
    ServerOptions options;
    options.threads = 1;
    Server server{options, {.http = handle, .together = together}};
    server.start();
    const auto get = [](std::string_view target) {
        return "GET " + std::string{target} + " HTTP/1.1\r\nHost: x\r\n\r\n";
    };
    std::vector<std::unique_ptr<Peer>> peers;
    for (int i = 0; i < 8; ++i) {
        peers.push_back(std::make_unique<Peer>(server.port()));
        peers.back()->say(get("/first"));
        EXPECT_NE(peers.back()->hear("/first:").find("200 OK"), std::string::npos);
    }
    peers[0]->say(get("/hold"));
    while (holding == 0) std::this_thread::yield();
    for (size_t i = 1; i < peers.size(); ++i) peers[i]->say(get("/ask"));
    release.set_value();
    for (size_t i = 1; i < peers.size(); ++i) EXPECT_NE(peers[i]->hear("/ask:"), "");
    EXPECT_EQ(alone, 0);
    peers.clear();
    server.stop();
}

}  // namespace thaw::rpc::test
