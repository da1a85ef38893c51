/// REST for pages and integrators: a router over path patterns, problem answers by RFC 9457, and
/// the OpenAPI document of whatever is registered.
#pragma once
#include <map>

#include "thaw/rpc/backend.hpp"
#include "thaw/rpc/server.hpp"

namespace thaw::rpc {

class Rest {
  public:
    struct Request {
        std::string path;                   ///< decoded, without the query
        std::vector<std::string> captures;  ///< what stood for each {name}
        std::map<std::string, std::string, std::less<>> query;
        std::string accept;
        std::string accept_encoding;
        std::string if_none_match;
    };
    using Handler = std::function<HttpResponse(const Request&)>;

    /// Answers GET on a path such as "/v1/networks/{network}". Later registrations of the same path
    /// replace earlier ones.
    void add(std::string pattern, std::string summary, Handler handler);
    /// What answers when no path does; a site of static files, for instance.
    void set_fallback(Handler handler) { fallback_ = std::move(handler); }

    HttpResponse handle(const HttpRequest& request) const;
    json::object openapi(std::string_view version) const;

  private:
    struct Route {
        std::vector<std::string> segments;
        std::string summary;
        Handler handler;
    };
    std::map<std::string, Route> routes_;
    Handler fallback_;
};

/// RFC 9457.
HttpResponse problem(unsigned status, std::string_view title, std::string_view detail);
/// A JSON answer that says in a header as of which block it is.
HttpResponse json_answer(const json::value& body, const node::BlockPtr& as_of);
/// {"block", "hash", "time"} for answers that are objects.
json::object as_of_json(const node::BlockPtr& block);

void add_rest_node(Rest& rest, Backend& backend, const Methods& methods,
                   std::function<size_t()> connections);
void add_rest_hub(Rest& rest, Backend& backend);
void add_rest_history(Rest& rest, Backend& backend);
void add_rest_rewards(Rest& rest, Backend& backend);
void add_rest_trust(Rest& rest, Backend& backend);
void add_rest_governance(Rest& rest, Backend& backend);
void add_rest_tickets(Rest& rest, Backend& backend);
void add_rest_pools(Rest& rest, Backend& backend);
void add_rest_activity(Rest& rest, Backend& backend);
/// The page that says what listens here.
std::string landing_page(const Backend& backend);
/// Prometheus text.
std::string metrics_text(const Backend& backend, const Methods& methods, size_t connections);

}  // namespace thaw::rpc
