/// The door as a whole: a node's JSON-RPC, REST and notices on one port. Whoever builds it may add
/// methods and paths.
#pragma once
#include "thaw/rpc/events.hpp"
#include "thaw/rpc/filters.hpp"
#include "thaw/rpc/opportunities.hpp"
#include "thaw/rpc/site.hpp"
#include "thaw/rpc/subscriptions.hpp"
#include "thaw/rpc/time_limit.hpp"

namespace thaw::rpc {

struct Options {
    ServerOptions server;
    BackendOptions backend;
    Site site = {};  ///< the web app; without one, "/" says what listens here
};

class Service {
  public:
    /// Binds the port; throws std::runtime_error when it cannot. The node must outlive the service.
    Service(node::Node& node, Options options);
    ~Service();
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    void start();
    void stop();
    uint16_t port() const { return server_.port(); }

    /// For more methods and paths; only before `start`.
    Methods& methods() { return methods_; }
    Rest& rest() { return rest_; }
    Events& events() { return events_; }
    Backend& backend() { return backend_; }

  private:
    Handlers handlers();
    void on_http(HttpRequest request, const HttpReply& reply);
    void aside(const HttpReply& reply, std::function<void()> work);
    /// Whether what came then has waited too long, or its answer would be too much.
    bool has_too_much_since(TimeLimit::Clock::time_point asked) const;
    void add_stream();
    void keep_streams_alive();

    node::Node& node_;
    Backend backend_;
    Methods methods_;
    Rest rest_;
    Filters filters_;
    Subscriptions subscriptions_;
    Events events_;
    OpportunityStream opportunities_;
    Server server_;
    std::vector<uint64_t> notices_;
};

}  // namespace thaw::rpc
