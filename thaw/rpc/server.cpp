#include "thaw/rpc/server.hpp"

#include <sys/resource.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include "thaw/node/turns.hpp"
#include "thaw/rpc/http_connection.hpp"

namespace thaw::rpc {

void Loop::go_on_with(std::shared_ptr<HttpConnection> answered) {
    {
        const std::lock_guard lock{mutex_};
        answered_.push_back(std::move(answered));
        if (answered_.size() > 1) return;  // whoever takes the first will find this one too
    }
    asio::post(io, [this] { go_on(); });
}

void Loop::go_on() {
    std::vector<std::shared_ptr<HttpConnection>> all;
    {
        const std::lock_guard lock{mutex_};
        all.swap(answered_);
    }
    for (const auto& each : all) each->go_on();
}

namespace {

constexpr int accepted_at_once = 256;
constexpr int aside_per_loop = 2;
/// Requests; a block must not wait as long as there are any.
constexpr int together_max = 64;

/// The database needs descriptors, too, and must not be kept from opening its next log.
size_t connections_that_fit(size_t wanted) {
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return wanted;
    return std::min<size_t>(wanted, files.rlim_cur / 2);
}

void accept_next(const ImplPtr& impl);

/// Out of descriptors, most likely: lets some connections end first.
void accept_later(const ImplPtr& impl) {
    impl->pause.expires_after(std::chrono::milliseconds{100});
    impl->pause.async_wait([impl](error_code fault) {
        if (!fault && !impl->stopping) accept_next(impl);
    });
}

void let_in(const ImplPtr& impl, Loop& loop, Wire wire) {
    if (impl->connection_count() >= impl->options.connections_max) return;  // which closes it
    const auto connection = std::make_shared<HttpConnection>(impl, loop, std::move(wire));
    asio::post(loop.io, [connection] { connection->start(); });
}

/// Lets in everybody who waits: each turn through the loop's queue is behind the requests of all
/// who are in already, and the last of a crowd would wait for as many rounds of them.
void accept_next(const ImplPtr& impl) {
    Loop* loop = &impl->newcomers.next();
    impl->acceptor.async_accept(
        loop->io.get_executor(), [impl, loop](error_code fault, Wire wire) mutable {
            if (fault == asio::error::operation_aborted || impl->stopping) return;
            for (int i = 0; i < accepted_at_once && !fault; ++i) {
                let_in(impl, *loop, std::move(wire));
                loop = &impl->newcomers.next();
                wire = impl->acceptor.accept(loop->io.get_executor(), fault);
            }
            if (!fault) let_in(impl, *loop, std::move(wire));
            if (fault && fault != asio::error::would_block) return accept_later(impl);
            accept_next(impl);
        });
}

/// Counts seconds and ends the connections whose time is over: one timer for all of them, so that
/// none is set and taken back with every request.
void count_seconds(ServerImpl& impl) {
    impl.clock.expires_after(std::chrono::seconds{1});
    impl.clock.async_wait([&impl](error_code fault) {
        if (fault) return;
        const uint32_t now = ++impl.seconds;
        {
            const std::lock_guard lock{impl.mutex};
            for (Closable* connection : impl.connections) connection->shut_if_late(now);
        }
        count_seconds(impl);
    });
}

void serve_until_stopped(asio::io_context& io) {
    const auto work = asio::make_work_guard(io);
    io.run();
}

void serve_readers(asio::io_context& io) {
    node::make_way();
    serve_until_stopped(io);
}

/// Those whose requests are there at the same time are served together.
void serve_senders(asio::io_context& io, const Handlers& handlers) {
    node::take_short_turns();
    const auto work = asio::make_work_guard(io);
    while (io.run_one() > 0)
        if (handlers.together)
            handlers.together([&io] {
                for (int i = 0; i < together_max && io.poll_one() > 0; ++i) continue;
            });
}

}  // namespace

Server::Server(ServerOptions options, Handlers handlers)
    : impl_{std::make_shared<ServerImpl>(std::move(options), std::move(handlers))} {
    auto& o = impl_->options;
    o.connections_max = connections_that_fit(o.connections_max);
    error_code fault;
    const auto address = asio::ip::make_address(o.address, fault);
    if (fault)
        throw std::runtime_error{"cannot listen on \"" + o.address + "\": not an IP address"};
    const tcp::endpoint endpoint{address, o.port};
    if (!fault) impl_->acceptor.open(endpoint.protocol(), fault);
    if (!fault) impl_->acceptor.set_option(tcp::acceptor::reuse_address{true}, fault);
    if (!fault) impl_->acceptor.bind(endpoint, fault);
    if (!fault) impl_->acceptor.listen(asio::socket_base::max_listen_connections, fault);
    if (!fault) impl_->acceptor.non_blocking(true, fault);
    if (fault)
        throw std::runtime_error{"cannot listen on " + o.address + ":" + std::to_string(o.port) +
                                 ": " + fault.message()};
    impl_->port = impl_->acceptor.local_endpoint().port();
}

Server::~Server() { stop(); }

void Server::start() {
    asio::post(impl_->quiet(), [impl = impl_] { accept_next(impl); });
    count_seconds(*impl_);
    for (Loop& loop : impl_->newcomers.all) {
        loop.thread = std::jthread{[&loop] { serve_readers(loop.io); }};
        for (int each = 0; each < aside_per_loop; ++each)
            impl_->threads.emplace_back([&aside = impl_->aside] { serve_readers(aside); });
    }
    impl_->threads.emplace_back([&talk = impl_->talk] { serve_until_stopped(talk); });
    for (Loop& loop : impl_->senders.all)
        loop.thread = std::jthread{
            [&loop, &handlers = impl_->handlers] { serve_senders(loop.io, handlers); }};
}

void Server::stop() {
    if (impl_->stopping.exchange(true)) return;
    asio::post(impl_->quiet(), [impl = impl_] {
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
    impl_->aside.stop();
    impl_->talk.stop();
    impl_->threads.clear();
    for (Loops* const loops : {&impl_->newcomers, &impl_->senders})
        for (Loop& loop : loops->all) {
            loop.io.stop();
            loop.thread = {};
        }
}

uint16_t Server::port() const { return impl_->port; }
size_t Server::connections() const { return impl_->connection_count(); }
bool Server::is_laden() const { return impl_->unsent_bytes > impl_->options.unsent_max_bytes; }

void Server::post(std::function<void()> work) { asio::post(impl_->talk, std::move(work)); }
void Server::aside(std::function<void()> work) { asio::post(impl_->aside, std::move(work)); }

/// On the calling thread where it serves senders: their answers need not go through another.
Later Server::here() {
    return [impl = impl_, &io = impl_->quiet_here()](std::function<void()> work) {
        asio::post(io, std::move(work));
    };
}

void Server::after(std::chrono::milliseconds delay, std::function<void()> work) {
    auto timer = std::make_shared<asio::steady_timer>(impl_->quiet_here(), delay);
    timer->async_wait([timer, work = std::move(work)](error_code fault) {
        if (!fault) work();
    });
}

}  // namespace thaw::rpc
