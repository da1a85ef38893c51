/// HTTP/1.1 and WebSocket on one port. It carries bytes and knows no method: what they mean is its
/// handlers' business.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace thaw::rpc {

/// One WebSocket connection, or one answer without end, as its users hold it. All members may be
/// called from any thread.
class Session {
  public:
    virtual ~Session() = default;
    /// Queues a text message. A peer that reads too slowly for its queue is disconnected.
    virtual void send(std::string text) = 0;
    virtual bool open() const = 0;
};
using SessionPtr = std::shared_ptr<Session>;

struct HttpRequest {
    std::string method;           ///< "GET"; upper case
    std::string target;           ///< path and query as sent
    std::string accept;           ///< the Accept header, or empty
    std::string accept_encoding;  ///< as sent, or empty
    std::string if_none_match;    ///< as sent, or empty
    std::string body;
};

struct HttpResponse {
    unsigned status = 200;
    std::string content_type = "application/json";
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers = {};
    /// When set, the answer has no end: the header is sent, and what the session is given to send
    /// follows as it stands until the peer leaves.
    std::function<void(const SessionPtr&)> stream = {};
};

/// Where the answer to a request goes.
class Answerer {
  public:
    virtual ~Answerer() = default;
    virtual void answer(HttpResponse response) = 0;
    virtual void is_sender() = 0;
};

/// Answers one request. May be called once, later, from any thread.
class HttpReply {
  public:
    explicit HttpReply(std::shared_ptr<Answerer> to) : to_{std::move(to)} {}
    void operator()(HttpResponse response) const { to_->answer(std::move(response)); }
    /// Who asks sends transactions: from the next request on he is not held up by readers. Only on
    /// the thread that was given the request.
    void is_sender() const { to_->is_sender(); }

  private:
    std::shared_ptr<Answerer> to_;
};

struct Handlers {
    /// Runs on the thread of the connection, whose others wait meanwhile: what may take long goes
    /// aside.
    std::function<void(HttpRequest, HttpReply)> http;
    /// Aside, one message of a connection after another; with the time when it came.
    std::function<void(const SessionPtr&, std::string, std::chrono::steady_clock::time_point)>
        ws_message;
    std::function<void(const SessionPtr&)> ws_close;
    /// How many requests there are in a message; asked where they are limited.
    std::function<size_t(std::string_view)> requests;
    /// Runs what several senders have asked at the same time, one after another.
    std::function<void(const std::function<void()>&)> together;
};

struct ServerOptions {
    std::string address = "127.0.0.1";
    uint16_t port = 0;     ///< 0: any free one
    unsigned threads = 2;  ///< for readers; as many for senders, twice as many for what takes long
    size_t body_max_bytes = 1024 * 1024;
    uint32_t header_max_bytes = 16 * 1024;
    size_t connections_max = 1024;
    uint32_t requests_per_second = 0;              ///< of one address, messages too; 0: no limit
    size_t ws_queue_max_bytes = 16 * 1024 * 1024;  ///< of messages not yet taken by the peer
    size_t unsent_max_bytes = size_t{1} << 30;     ///< of answers not yet taken, of all peers
    std::chrono::seconds idle_max{75};             ///< between requests of a kept-alive connection
    std::chrono::seconds transfer_max{30};         ///< for one request or answer to cross the wire
};

/// Runs something later, on a thread that was chosen when this was made. From any thread.
using Later = std::function<void(std::function<void()>)>;

class Server {
  public:
    /// Binds the port at once, so that `port()` is known. Throws std::runtime_error when it cannot.
    Server(ServerOptions options, Handlers handlers);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    void start();
    /// Stops accepting, lets answers under way finish for at most two seconds, and joins the
    /// threads.
    void stop();
    uint16_t port() const;
    size_t connections() const;
    /// True while peers leave so much lying that nobody should be given more.
    bool is_laden() const;

    /// All of these run `work` on another thread, unless the server stops first: `post` after
    /// everything posted before has returned; `aside` beside others, what may take long.
    void post(std::function<void()> work);
    void aside(std::function<void()> work);
    /// What is soon done: where a request came from, or after a delay.
    Later here();
    void after(std::chrono::milliseconds delay, std::function<void()> work);

  private:
    std::shared_ptr<struct ServerImpl> impl_;
};

}  // namespace thaw::rpc
