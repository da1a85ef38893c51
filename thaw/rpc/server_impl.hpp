/// What the parts of the server share: its loop, its handlers, and who is connected.
#pragma once
#include <atomic>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
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

/// Somebody whose answer came from another thread and who goes on with it on one of the server's.
struct Answered {
    virtual ~Answered() = default;
    virtual void go_on() = 0;
};

struct ServerImpl : std::enable_shared_from_this<ServerImpl> {
    ServerImpl(ServerOptions o, Handlers h)
        : options{std::move(o)},
          handlers{std::move(h)},
          rate{options.requests_per_second},
          acceptor{io},
          pause{io},
          clock{io},
          accepting{io.get_executor()},
          notices{io.get_executor()} {}

    ServerOptions options;
    Handlers handlers;
    RequestRate rate;
    asio::io_context io;
    asio::basic_socket_acceptor<tcp, Executor> acceptor;
    asio::steady_timer pause;  ///< of accepting
    asio::steady_timer clock;
    std::atomic<uint32_t> seconds =
        0;  ///< since the start; the time-outs of connections count these
    asio::strand<Executor> accepting;
    asio::strand<Executor> notices;
    std::vector<std::jthread> threads;
    std::atomic<bool> stopping = false;
    uint16_t port = 0;

    std::mutex answered_mutex;
    std::vector<std::shared_ptr<Answered>> answered;

    /// Those answered in a row, a block's transactions for instance, cost one waking of a thread.
    void go_on_with(std::shared_ptr<Answered> one);

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

}  // namespace thaw::rpc
