#include "thaw/rpc/speaker.hpp"

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/websocket.hpp>
#include <deque>

#include "thaw/rpc/http_message.hpp"

namespace thaw::rpc {

namespace {

namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

/// The connection's socket, from here on of the thread that speaks.
beast::tcp_stream talking(const ImplPtr& impl, Wire wire) {
    beast::tcp_stream stream{impl->talk};
    error_code fault;
    move_socket(wire, stream.socket(), fault);
    return stream;
}

/// Runs what may take long on a thread for it, while the connection goes on speaking.
template <class Work>
asio::awaitable<void> aside(const ImplPtr& impl, Work work) {
    const auto begin = [&](auto done) {
        asio::post(impl->aside, [done = std::move(done), work = std::move(work)]() mutable {
            work();
            const auto home = asio::get_associated_executor(done);
            asio::post(home, std::move(done));
        });
    };
    co_await asio::async_initiate<decltype(asio::use_awaitable), void()>(begin,
                                                                         asio::use_awaitable);
}

/// A connection that speaks whenever it has something to say: what waits for the peer is written
/// one after another, on one thread.
class Speaker : public Session, public Closable, public std::enable_shared_from_this<Speaker> {
  public:
    explicit Speaker(ImplPtr impl) : impl_{std::move(impl)} { impl_->enter(this); }
    ~Speaker() override {
        impl_->unsent_bytes -= queued_bytes_;
        impl_->leave(this);
    }

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
        impl_->unsent_bytes += text.size();
        const bool is_slow = !queue_.empty();  // who takes what he is sent makes nobody wait
        if (queued_bytes_ > impl_->options.ws_queue_max_bytes ||
            (is_slow && impl_->unsent_bytes > impl_->options.unsent_max_bytes))
            return disconnect();
        queue_.push_back(std::move(text));
        if (queue_.size() == 1) write_next();
    }
    void write_next() {
        write(asio::buffer(queue_.front()), [self = shared_from_this()](error_code fault) {
            self->queued_bytes_ -= self->queue_.front().size();
            self->impl_->unsent_bytes -= self->queue_.front().size();
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
    WsSession(ImplPtr impl, beast::tcp_stream stream, std::string peer)
        : Speaker{std::move(impl)}, stream_{std::move(stream)}, peer_{std::move(peer)} {}

    asio::awaitable<void> run(http::request<http::string_body> upgrade) {
        const auto self = shared_from_this();
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
            if (!impl_->may_ask(peer_, text)) {
                send(too_many(impl_->rate.per_second()));
                continue;
            }
            co_await aside(impl_, [&, asked = std::chrono::steady_clock::now()] {
                impl_->handlers.ws_message(self, std::move(text), asked);
            });
        }
        disconnect();
        impl_->handlers.ws_close(self);
    }
    auto executor() { return stream_.get_executor(); }

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
        std::string head;
        write_stream_head(head, answer);
        stream_.expires_after(impl_->options.transfer_max);
        const auto [fault, sent] =
            co_await asio::async_write(stream_, asio::buffer(head), as_result);
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
        disconnect();
    }
    auto executor() { return stream_.get_executor(); }

  private:
    beast::tcp_stream& wire() override { return stream_; }
    void write(asio::const_buffer text, Written then) override {
        asio::async_write(stream_, text,
                          [then = std::move(then)](error_code fault, size_t) { then(fault); });
    }

    beast::tcp_stream stream_;
};

/// Bugs in handlers must stop the node rather than one connection.
const auto rethrow = [](const std::exception_ptr& fault) {
    if (fault) std::rethrow_exception(fault);
};

template <class Speaking, class Given>
void spawn(std::shared_ptr<Speaking> session, Given given) {
    const auto executor = session->executor();
    asio::co_spawn(
        executor,
        [session = std::move(session), given = std::move(given)]() mutable
        -> asio::awaitable<void> { co_await session->run(std::move(given)); },
        rethrow);
}

}  // namespace

void serve_websocket(const ImplPtr& impl, Wire wire, std::string peer,
                     http::request<http::string_body> upgrade) {
    spawn(std::make_shared<WsSession>(impl, talking(impl, std::move(wire)), std::move(peer)),
          std::move(upgrade));
}

void serve_stream(const ImplPtr& impl, Wire wire, HttpResponse answer) {
    spawn(std::make_shared<HttpStream>(impl, talking(impl, std::move(wire))), std::move(answer));
}

}  // namespace thaw::rpc
