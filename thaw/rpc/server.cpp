#include "thaw/rpc/server.hpp"

#include <array>
#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <deque>
#include <mutex>
#include <thread>
#include <unordered_set>

#include "thaw/rpc/request_rate.hpp"

namespace thaw::rpc {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using tcp = asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
using Strand = asio::strand<asio::io_context::executor_type>;
using Parser = http::request_parser<http::string_body>;
using Response = http::response<http::string_body>;

/// What can be shut from outside while its coroutine waits for the peer.
struct Closable {
    virtual ~Closable() = default;
    /// Returns what keeps it alive, for whoever holds the lock that its destructor takes.
    virtual std::shared_ptr<void> shut_if_idle() = 0;
};

}  // namespace

struct ServerImpl : std::enable_shared_from_this<ServerImpl> {
    ServerImpl(ServerOptions o, Handlers h)
        : options{std::move(o)},
          handlers{std::move(h)},
          rate{options.requests_per_second},
          acceptor{io},
          notices{io.get_executor()} {}

    ServerOptions options;
    Handlers handlers;
    RequestRate rate;
    asio::io_context io;
    tcp::acceptor acceptor;
    Strand notices;
    std::vector<std::jthread> threads;
    std::atomic<bool> stopping = false;
    uint16_t port = 0;

    mutable std::mutex mutex;
    std::unordered_set<Closable*> connections;

    void enter(Closable* connection) {
        const std::lock_guard lock{mutex};
        connections.insert(connection);
    }
    void leave(Closable* connection) {
        const std::lock_guard lock{mutex};
        connections.erase(connection);
    }
    size_t connection_count() const {
        const std::lock_guard lock{mutex};
        return connections.size();
    }
};
using ImplPtr = std::shared_ptr<ServerImpl>;

namespace {

/// The reply's way back to the coroutine that waits for it. Holds the server's machinery so that an
/// answer that comes after the server stopped finds something to post to.
template <class Handler>
struct Waiting {
    ImplPtr impl;  // destroyed last
    Handler handler;
};

/// Hands a request to the handler and waits for the answer, whichever thread it comes from.
asio::awaitable<HttpResponse> answer_to(ImplPtr impl, HttpRequest request) {
    return asio::async_initiate<const asio::use_awaitable_t<>, void(HttpResponse)>(
        [impl](auto handler, HttpRequest asked) {
            const auto executor = asio::get_associated_executor(handler);
            auto waiting = std::make_shared<Waiting<decltype(handler)>>(
                Waiting<decltype(handler)>{impl, std::move(handler)});
            impl->handlers.http(std::move(asked), [waiting, executor](HttpResponse response) {
                asio::post(executor, [waiting, response = std::move(response)]() mutable {
                    waiting->handler(std::move(response));
                });
            });
        },
        asio::use_awaitable, std::move(request));
}

/// Browser pages of any origin may speak to the node: it holds no session and no cookie.
template <class Body>
void allow_any_origin(http::response<Body>& response) {
    response.set("Access-Control-Allow-Origin", "*");
    response.set("Access-Control-Allow-Methods", "GET, POST, OPTIONS");
    response.set("Access-Control-Allow-Headers", "*");
    response.set("Access-Control-Max-Age", "86400");
}

/// RFC 9457.
HttpResponse refusal(unsigned status, std::string_view title, std::string_view detail) {
    std::string text = R"({"type":"about:blank","title":")";
    text.append(title).append(R"(","status":)").append(std::to_string(status));
    text.append(R"(,"detail":")").append(detail).append(R"("})");
    return {.status = status, .content_type = "application/problem+json", .body = std::move(text)};
}

std::string address_of(const tcp::socket& socket) {
    error_code fault;
    const auto peer = socket.remote_endpoint(fault);
    return fault ? std::string{} : peer.address().to_string();
}

/// What a client beyond its rate is told, as JSON-RPC (EIP-1474's code), with or without HTTP.
std::string too_many(uint32_t per_second) {
    std::string text = R"({"jsonrpc":"2.0","id":null,"error":{"code":-32005,"message":)";
    text += R"("limit exceeded: at most )" + std::to_string(per_second);
    return text + R"( requests a second from one address"}})";
}

/// A connection that speaks whenever it has something to say: what waits for the peer is written
/// one after another on the connection's strand.
class Speaker : public Session, public Closable, public std::enable_shared_from_this<Speaker> {
  public:
    explicit Speaker(ImplPtr impl) : impl_{std::move(impl)} { impl_->enter(this); }
    ~Speaker() override { impl_->leave(this); }

    void send(std::string text) override {
        asio::post(wire().get_executor(),
                   [self = shared_from_this(), text = std::move(text)]() mutable {
                       self->enqueue(std::move(text));
                   });
    }
    bool open() const override { return open_; }
    std::shared_ptr<void> shut_if_idle() override {
        const auto self = weak_from_this().lock();
        if (self)  // not while it is being destroyed
            asio::post(wire().get_executor(), [self] { self->disconnect(); });
        return self;
    }

  protected:
    using Written = std::function<void(error_code)>;
    virtual beast::tcp_stream& wire() = 0;
    virtual void write(asio::const_buffer text, Written then) = 0;

    void disconnect() {
        open_ = false;
        wire().close();
    }

    ImplPtr impl_;
    std::atomic<bool> open_ = false;

  private:
    void enqueue(std::string text) {
        if (!open_) return;
        queued_bytes_ += text.size();
        if (queued_bytes_ > impl_->options.ws_queue_max_bytes) return disconnect();
        queue_.push_back(std::move(text));
        if (queue_.size() == 1) write_next();
    }
    void write_next() {
        write(asio::buffer(queue_.front()), [self = shared_from_this()](error_code fault) {
            self->queued_bytes_ -= self->queue_.front().size();
            self->queue_.pop_front();
            if (fault) return self->disconnect();
            if (!self->queue_.empty()) self->write_next();
        });
    }

    std::deque<std::string> queue_;
    size_t queued_bytes_ = 0;
};

/// One WebSocket: reads in a coroutine.
class WsSession final : public Speaker {
  public:
    WsSession(ImplPtr impl, beast::tcp_stream stream)
        : Speaker{std::move(impl)},
          stream_{std::move(stream)},
          peer_{address_of(wire().socket())} {}

    asio::awaitable<void> run(http::request<http::string_body> upgrade) {
        const auto self = shared_from_this();
        wire().expires_never();
        auto timeouts = websocket::stream_base::timeout::suggested(beast::role_type::server);
        timeouts.idle_timeout = std::chrono::seconds{60};
        timeouts.keep_alive_pings = true;
        stream_.set_option(timeouts);
        stream_.read_message_max(impl_->options.body_max_bytes);
        const auto [fault] = co_await stream_.async_accept(upgrade, as_result);
        if (fault) co_return;
        open_ = true;
        beast::flat_buffer buffer;
        while (open_) {
            const auto [read_fault, size] = co_await stream_.async_read(buffer, as_result);
            if (read_fault) break;
            std::string text{static_cast<const char*>(buffer.data().data()), buffer.size()};
            buffer.consume(buffer.size());
            if (impl_->rate.admit(peer_, RequestRate::Clock::now()))
                impl_->handlers.ws_message(self, std::move(text));
            else
                send(too_many(impl_->rate.per_second()));
        }
        open_ = false;
        impl_->handlers.ws_close(self);
    }

  private:
    beast::tcp_stream& wire() override { return beast::get_lowest_layer(stream_); }
    void write(asio::const_buffer text, Written then) override {
        stream_.text(true);
        stream_.async_write(text,
                            [then = std::move(then)](error_code fault, size_t) { then(fault); });
    }

    websocket::stream<beast::tcp_stream> stream_;
    std::string peer_;
};

/// One answer without end. Whatever the peer says meanwhile is passed over: its leaving is heard.
class HttpStream final : public Speaker {
  public:
    HttpStream(ImplPtr impl, beast::tcp_stream stream)
        : Speaker{std::move(impl)}, stream_{std::move(stream)} {}

    asio::awaitable<void> run(HttpResponse answer) {
        const auto self = shared_from_this();
        http::response<http::empty_body> head{http::int_to_status(answer.status), 11};
        head.keep_alive(false);
        allow_any_origin(head);
        for (const auto& [name, value] : answer.headers) head.set(name, value);
        head.set(http::field::content_type, answer.content_type);
        head.set(http::field::cache_control, "no-store");
        http::response_serializer<http::empty_body> serializer{head};
        const auto [fault, sent] =
            co_await http::async_write_header(stream_, serializer, as_result);
        if (fault) co_return;
        stream_.expires_never();
        open_ = true;
        answer.stream(self);
        std::array<char, 512> passed_over;
        while (open_) {
            const auto [left, size] =
                co_await stream_.async_read_some(asio::buffer(passed_over), as_result);
            if (left) break;
        }
        open_ = false;
    }

  private:
    beast::tcp_stream& wire() override { return stream_; }
    void write(asio::const_buffer text, Written then) override {
        asio::async_write(stream_, text,
                          [then = std::move(then)](error_code fault, size_t) { then(fault); });
    }

    beast::tcp_stream stream_;
};

/// One HTTP connection: requests one after another, until it ends or becomes a WebSocket.
class HttpConnection final : public Closable, public std::enable_shared_from_this<HttpConnection> {
  public:
    HttpConnection(ImplPtr impl, tcp::socket socket)
        : impl_{std::move(impl)}, stream_{std::move(socket)}, peer_{address_of(stream_.socket())} {
        impl_->enter(this);
    }
    ~HttpConnection() override { impl_->leave(this); }

    std::shared_ptr<void> shut_if_idle() override {
        const auto self = weak_from_this().lock();
        if (self)
            asio::post(stream_.get_executor(), [self] {
                if (self->idle_) self->stream_.close();
            });
        return self;
    }

    asio::awaitable<void> run() {
        error_code ignored;
        stream_.socket().set_option(tcp::no_delay{true}, ignored);
        bool alive = true;
        while (alive && !impl_->stopping) alive = co_await serve_one();
        stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    }

  private:
    asio::awaitable<bool> serve_one() {
        Parser parser;
        parser.body_limit(impl_->options.body_max_bytes);
        parser.header_limit(impl_->options.header_max_bytes);
        stream_.expires_after(impl_->options.idle_max);
        idle_ = true;
        const auto [fault, size] =
            co_await http::async_read_header(stream_, buffer_, parser, as_result);
        idle_ = false;
        if (fault) co_return co_await refuse(fault);
        stream_.expires_after(impl_->options.transfer_max);
        if (beast::iequals(parser.get()[http::field::expect], "100-continue")) {
            http::response<http::empty_body> go_on{http::status::continue_, 11};
            const auto [sent, n] = co_await http::async_write(stream_, go_on, as_result);
            if (sent) co_return false;
        }
        const auto [body_fault, body_size] =
            co_await http::async_read(stream_, buffer_, parser, as_result);
        if (body_fault) co_return co_await refuse(body_fault);
        if (websocket::is_upgrade(parser.get())) {
            const auto session = std::make_shared<WsSession>(impl_, std::move(stream_));
            co_await session->run(parser.release());
            co_return false;
        }
        co_return co_await respond(parser.release());
    }

    asio::awaitable<bool> respond(http::request<http::string_body> request) {
        const unsigned version = request.version();
        const bool keep_alive = request.keep_alive();
        const bool head = request.method() == http::verb::head;
        HttpResponse answer;
        if (request.method() == http::verb::options) {
            answer.status = 204;
        } else if (!impl_->rate.admit(peer_, RequestRate::Clock::now())) {
            answer = {.status = 429,
                      .body = too_many(impl_->rate.per_second()),
                      .headers = {{"Retry-After", "1"}}};
        } else {
            HttpRequest asked{.method = std::string{head ? "GET" : request.method_string()},
                              .target = std::string{request.target()},
                              .accept = std::string{request[http::field::accept]},
                              .accept_encoding = std::string{request[http::field::accept_encoding]},
                              .if_none_match = std::string{request[http::field::if_none_match]},
                              .body = std::move(request.body())};
            stream_.expires_never();  // the peer waits for us, not we for it
            answer = co_await answer_to(impl_, std::move(asked));
        }
        if (answer.stream && !head && !impl_->stopping) {
            stream_.expires_after(impl_->options.transfer_max);
            const auto session = std::make_shared<HttpStream>(impl_, std::move(stream_));
            co_await session->run(std::move(answer));
            co_return false;
        }
        co_return co_await write(std::move(answer), version, keep_alive, head);
    }

    asio::awaitable<bool> write(HttpResponse answer, unsigned version, bool keep_alive, bool head) {
        Response response{http::int_to_status(answer.status), version};
        response.keep_alive(keep_alive && !impl_->stopping);
        allow_any_origin(response);
        for (const auto& [name, value] : answer.headers) response.set(name, value);
        if (!answer.body.empty()) {
            response.set(http::field::content_type, answer.content_type);
            response.set("X-Content-Type-Options", "nosniff");
        }
        response.body() = std::move(answer.body);
        if (answer.status != 204 && answer.status != 304) response.prepare_payload();
        const bool alive = response.keep_alive();
        stream_.expires_after(impl_->options.transfer_max);
        if (head) response.body().clear();  // Content-Length stays that of the GET
        const auto [fault, size] = co_await http::async_write(stream_, response, as_result);
        co_return !fault && alive;
    }

    /// Says what was wrong with bytes that are no request, if somebody may still be listening.
    asio::awaitable<bool> refuse(error_code fault) {
        if (fault == http::error::body_limit)
            co_return co_await write(
                refusal(413, "Content Too Large",
                        "the body may have at most " +
                            std::to_string(impl_->options.body_max_bytes) + " bytes"),
                11, false, false);
        if (fault == http::error::header_limit)
            co_return co_await write(
                refusal(431, "Request Header Fields Too Large",
                        "the headers may have at most " +
                            std::to_string(impl_->options.header_max_bytes) + " bytes"),
                11, false, false);
        if (fault.category() == http::make_error_code(http::error::bad_version).category() &&
            fault != http::error::end_of_stream && fault != http::error::partial_message)
            co_return co_await write(
                refusal(400, "Bad Request", "this is not HTTP/1.1: " + fault.message()), 11, false,
                false);
        co_return false;
    }

    ImplPtr impl_;
    beast::tcp_stream stream_;
    std::string peer_;
    beast::flat_buffer buffer_;
    bool idle_ = true;
};

/// Bugs in handlers must stop the node rather than one connection.
const auto rethrow = [](const std::exception_ptr& fault) {
    if (fault) std::rethrow_exception(fault);
};

asio::awaitable<void> accept_all(ImplPtr impl) {
    while (!impl->stopping) {
        tcp::socket socket{asio::make_strand(impl->io)};
        const auto [fault] = co_await impl->acceptor.async_accept(socket, as_result);
        if (fault == asio::error::operation_aborted || impl->stopping) co_return;
        if (fault) {  // out of descriptors, most likely: let some connections end first
            asio::steady_timer pause{impl->io, std::chrono::milliseconds{100}};
            co_await pause.async_wait(as_result);
            continue;
        }
        if (impl->connection_count() >= impl->options.connections_max) continue;  // closes it
        const auto executor = socket.get_executor();
        const auto connection = std::make_shared<HttpConnection>(impl, std::move(socket));
        asio::co_spawn(
            executor, [connection]() -> asio::awaitable<void> { co_await connection->run(); },
            rethrow);
    }
}

}  // namespace

Server::Server(ServerOptions options, Handlers handlers)
    : impl_{std::make_shared<ServerImpl>(std::move(options), std::move(handlers))} {
    const auto& o = impl_->options;
    error_code fault;
    const auto address = asio::ip::make_address(o.address, fault);
    if (fault)
        throw std::runtime_error{"cannot listen on \"" + o.address + "\": not an IP address"};
    const tcp::endpoint endpoint{address, o.port};
    if (!fault) impl_->acceptor.open(endpoint.protocol(), fault);
    if (!fault) impl_->acceptor.set_option(tcp::acceptor::reuse_address{true}, fault);
    if (!fault) impl_->acceptor.bind(endpoint, fault);
    if (!fault) impl_->acceptor.listen(asio::socket_base::max_listen_connections, fault);
    if (fault)
        throw std::runtime_error{"cannot listen on " + o.address + ":" + std::to_string(o.port) +
                                 ": " + fault.message()};
    impl_->port = impl_->acceptor.local_endpoint().port();
}

Server::~Server() { stop(); }

void Server::start() {
    asio::co_spawn(impl_->io, accept_all(impl_), rethrow);
    for (unsigned i = 0; i < impl_->options.threads; ++i)
        impl_->threads.emplace_back([io = &impl_->io] { io->run(); });
}

void Server::stop() {
    if (impl_->stopping.exchange(true)) return;
    asio::post(impl_->io, [impl = impl_] {
        error_code ignored;
        impl->acceptor.close(ignored);
    });
    for (int tenth = 0; tenth < 200 && !impl_->threads.empty(); ++tenth) {
        std::vector<std::shared_ptr<void>> alive;  // let go after the lock: leave() takes it
        {
            const std::lock_guard lock{impl_->mutex};
            if (impl_->connections.empty()) break;
            // The lock keeps each one from being destroyed; its destructor would wait in leave().
            for (Closable* connection : impl_->connections)
                alive.push_back(connection->shut_if_idle());
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    impl_->io.stop();
    impl_->threads.clear();
}

uint16_t Server::port() const { return impl_->port; }
size_t Server::connections() const { return impl_->connection_count(); }

void Server::post(std::function<void()> work) { asio::post(impl_->notices, std::move(work)); }

void Server::after(std::chrono::milliseconds delay, std::function<void()> work) {
    auto timer = std::make_shared<asio::steady_timer>(impl_->io, delay);
    timer->async_wait([timer, work = std::move(work)](error_code fault) {
        if (!fault) work();
    });
}

}  // namespace thaw::rpc
