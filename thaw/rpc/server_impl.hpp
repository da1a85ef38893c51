/// What the parts of the server share: its loops, its handlers, and who is connected.
#pragma once
#include <unistd.h>

#include <atomic>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <mutex>
#include <thread>
#include <unordered_set>
#include <vector>

#include "thaw/rpc/request_rate.hpp"
#include "thaw/rpc/server.hpp"

namespace thaw::rpc {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using boost::system::error_code;
/// A type of its own rather than any executor: nothing is looked up at every operation.
using Executor = asio::io_context::executor_type;
using Wire = asio::basic_stream_socket<tcp, Executor>;

/// A connection as the server sees it from outside, under its lock, while the peer is waited for.
struct Closable {
    virtual ~Closable() = default;
    /// Returns what has to live until the lock is let go: a destructor takes that lock.
    virtual std::shared_ptr<void> shut_if_idle() = 0;
    /// `now` counts seconds since the server started.
    virtual void shut_if_late(uint32_t /*now*/) {}
};

class HttpConnection;

/// A thread with connections of its own: no lock, no waking and no long request of one loop is
/// felt in another.
struct Loop {
    asio::io_context io{1};
    std::jthread thread;

    /// Those answered in a row by another thread, a block's transactions for instance, cost one
    /// waking of this one.
    void go_on_with(std::shared_ptr<HttpConnection> answered);

  private:
    void go_on();

    std::mutex mutex_;
    std::vector<std::shared_ptr<HttpConnection>> answered_;
};

/// Loops that take connections in turn.
struct Loops {
    explicit Loops(unsigned count) : all(count) {}

    std::vector<Loop> all;
    std::atomic<size_t> turn = 0;
    Loop& next() { return all[turn++ % all.size()]; }
};

struct ServerImpl {
    ServerImpl(ServerOptions o, Handlers h)
        : options{std::move(o)},
          handlers{std::move(h)},
          rate{options.requests_per_second},
          newcomers{std::max(options.threads, 1u)},
          senders{std::max(options.threads, 1u)},
          acceptor{quiet()},
          pause{quiet()},
          clock{quiet()} {}

    /// Whether this peer's message may be answered; counts what is in it.
    bool may_ask(const std::string& peer, std::string_view message) {
        if (!rate.is_limited()) return true;
        if (!rate.admit(peer, RequestRate::Clock::now())) return false;
        if (const size_t requests = handlers.requests(message); requests > 1)
            rate.owe(peer, requests - 1);
        return true;
    }

    ServerOptions options;
    Handlers handlers;
    RequestRate rate;
    /// Who has sent a transaction goes on among the senders, where nobody who reads all day is
    /// before him.
    Loops newcomers, senders;
    /// Of a loop of senders: accepting, timers and other things that are soon done.
    asio::io_context& quiet() { return senders.all.back().io; }
    /// The calling thread's, if it serves senders.
    asio::io_context& quiet_here() {
        for (Loop& loop : senders.all)
            if (loop.io.get_executor().running_in_this_thread()) return loop.io;
        return quiet();
    }
    /// Of those whom the server tells something by itself: notices, WebSockets, streams. One
    /// thread, which nothing that takes long keeps from them.
    asio::io_context talk{1};
    /// Beside the loops: what may take long.
    asio::io_context aside;
    asio::basic_socket_acceptor<tcp, Executor> acceptor;
    asio::steady_timer pause;  ///< of accepting
    asio::steady_timer clock;
    std::atomic<uint32_t> seconds =
        0;  ///< since the start; the time-outs of connections count these
    std::vector<std::jthread> threads;     ///< of `aside`, and the last of `talk`
    std::atomic<size_t> unsent_bytes = 0;  ///< of answers that peers have yet to take
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

/// Takes a socket from the loop it was accepted for to wherever `to` belongs.
template <class Socket>
void move_socket(Wire& from, Socket& to, error_code& fault) {
    const auto local = from.local_endpoint(fault);
    if (fault) return;
    const auto handle = from.release(fault);
    if (fault) return;
    to.assign(local.protocol(), handle, fault);
    if (fault) ::close(handle);
}

}  // namespace thaw::rpc
