#include "thaw/rpc/service.hpp"

#include "thaw/rpc/rest_lending.hpp"
#include "thaw/rpc/rest_yields.hpp"

namespace thaw::rpc {

namespace {

constexpr std::chrono::seconds stream_beat{15};

/// What wallets and bots ask again and again and reads no block from the disk; all else has a turn
/// of a thread that may take long.
constexpr std::string_view quick_methods[] = {"eth_call",
                                              "eth_sendRawTransaction",
                                              "eth_sendRawTransactionSync",
                                              "eth_getBalance",
                                              "eth_getTransactionCount",
                                              "eth_maxPriorityFeePerGas",
                                              "eth_blockNumber",
                                              "eth_gasPrice",
                                              "eth_getCode",
                                              "eth_chainId",
                                              "net_version"};

/// Whether the node is well is asked most when it is busy.
constexpr std::string_view quick_pages[] = {"/livez", "/readyz", "/metrics"};

}  // namespace

Service::Service(node::Node& node, Options options)
    : node_{node},
      backend_{node, std::move(options.backend)},
      filters_{backend_},
      subscriptions_{backend_},
      opportunities_{rest_, backend_},
      server_{std::move(options.server), handlers()} {
    backend_.after = [this](std::chrono::milliseconds delay, std::function<void()> work) {
        server_.after(delay, std::move(work));
    };
    backend_.here = [this] { return server_.here(); };
    add_eth_read(methods_, backend_);
    add_eth_call(methods_, backend_);
    add_eth_simulate(methods_, backend_);
    add_eth_send(methods_, backend_);
    add_eth_logs(methods_, backend_);
    add_filters(methods_, backend_, filters_);
    add_subscriptions(methods_, backend_, subscriptions_);
    add_txpool(methods_, backend_);
    add_thaw(methods_, backend_);
    add_dry_run(methods_, backend_);
    add_loans(methods_, backend_);
    add_wallet(methods_, backend_);
    add_dev(methods_, backend_);
    add_discover(methods_, backend_);
    for (const std::string_view name : quick_methods)
        methods_.all().find(name)->second->quick = true;
    add_rest_node(rest_, backend_, methods_, [this] { return server_.connections(); });
    add_rest_hub(rest_, backend_);
    add_rest_yields(rest_, backend_);
    add_rest_lending(rest_, backend_);
    add_rest_history(rest_, backend_);
    add_rest_rewards(rest_, backend_);
    add_rest_trust(rest_, backend_);
    add_rest_governance(rest_, backend_);
    add_rest_tickets(rest_, backend_);
    add_rest_pools(rest_, backend_);
    add_rest_activity(rest_, backend_);
    add_stream();
    add_site(rest_, options.site);
}

Service::~Service() { stop(); }

Handlers Service::handlers() {
    return {.http = [this](HttpRequest request,
                           const HttpReply& reply) { on_http(std::move(request), reply); },
            .ws_message =
                [this](const SessionPtr& session, const std::string& text,
                       TimeLimit::Clock::time_point asked) {
                    if (has_too_much_since(asked)) return session->send(methods_.busy());
                    const TimeLimit limit{backend_.options.request_time_max, asked};
                    methods_.handle(text, session, [this, session](std::string answer) {
                        if (!answer.empty()) session->send(std::move(answer));
                        subscriptions_.activate(session);
                    });
                },
            .ws_close = [this](const SessionPtr& session) { subscriptions_.remove_all(session); },
            .requests = &Methods::requests_in,
            .together = [this](const std::function<void()>& work) { node_.together(work); }};
}

void Service::on_http(HttpRequest request, const HttpReply& reply) {
    const std::string_view target = request.target;
    if (request.method != "POST") {
        if (std::ranges::find(quick_pages, target) != std::end(quick_pages))
            return reply(rest_.handle(request));
        return aside(reply,
                     [this, request = std::move(request), reply] { reply(rest_.handle(request)); });
    }
    if (target.substr(0, target.find('?')) != "/")
        return reply(problem(404, "Not Found", "JSON-RPC is answered on / only"));
    const auto answer = [reply](std::string text) {
        const unsigned status = text.empty() ? 204 : 200;
        reply({.status = status, .body = std::move(text)});
    };
    if (const Method* quick = methods_.handle_at_once(request.body, answer)) {
        if (quick->async) reply.is_sender();
        return;
    }
    aside(reply, [this, body = std::move(request.body), answer] {
        methods_.handle(body, nullptr, answer);
    });
}

/// Runs what may take long, but not what nobody waits for any more, or what would fill memory.
void Service::aside(const HttpReply& reply, std::function<void()> work) {
    const auto asked = TimeLimit::Clock::now();
    server_.aside([this, asked, reply, work = std::move(work)] {
        if (has_too_much_since(asked)) {
            HttpResponse busy = problem(503, "Service Unavailable", Methods::busy_text);
            busy.headers.emplace_back("Retry-After", "1");
            return reply(std::move(busy));
        }
        const TimeLimit limit{backend_.options.request_time_max, asked};
        work();
    });
}

bool Service::has_too_much_since(TimeLimit::Clock::time_point asked) const {
    return TimeLimit::Clock::now() - asked > backend_.options.request_time_max ||
           server_.is_laden();
}

void Service::start() {
    // Notices come from the thread that publishes; subscribers are served on the server's, in
    // order.
    notices_.push_back(node_.on_block([this](const node::BlockPtr& block) {
        server_.post([this, block] {
            subscriptions_.on_block(block);
            events_.publish(block_event(block));
            opportunities_.on_block();
        });
    }));
    notices_.push_back(node_.on_pending([this](const Hash& transaction) {
        filters_.on_pending(transaction);
        if (subscriptions_.size() > 0)  // a turn of another thread with every transaction
            server_.post([this, transaction] { subscriptions_.on_pending(transaction); });
    }));
    notices_.push_back(node_.on_revert([this](uint64_t head) { filters_.on_revert(head); }));
    server_.start();
    keep_streams_alive();
}

void Service::add_stream() {
    rest_.add("/v1/stream", "Server-sent events: \"block\" with each new block.",
              [this](const Rest::Request&) {
                  const auto begin = [this](const SessionPtr& reader) {
                      events_.add(reader, block_event(node_.view().head()));
                  };
                  return HttpResponse{.content_type = "text/event-stream", .stream = begin};
              });
}

void Service::keep_streams_alive() {
    events_.beat();
    opportunities_.beat();
    server_.after(stream_beat, [this] { keep_streams_alive(); });
}

void Service::stop() {
    for (const uint64_t id : notices_) node_.unsubscribe(id);
    notices_.clear();
    server_.stop();
    backend_.gate->close();
}

}  // namespace thaw::rpc
