#include "thaw/rpc/rest.hpp"

#include "thaw/base/text.hpp"
#include "thaw/rpc/thaw_methods.hpp"
#include "thaw/rpc/time_limit.hpp"

namespace thaw::rpc {

namespace {

std::vector<std::string> split(std::string_view path) {
    std::vector<std::string> out;
    while (!path.empty()) {
        path.remove_prefix(path.starts_with('/') ? 1 : 0);
        const size_t end = std::min(path.find('/'), path.size());
        if (end != 0 || !path.empty()) out.emplace_back(path.substr(0, end));
        path.remove_prefix(end);
    }
    return out;
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// Percent-decoding; what is no escape stays as it stands.
std::string decoded(std::string_view text) {
    std::string out;
    for (size_t i = 0; i < text.size(); ++i) {
        const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
        const int low = high < 0 ? -1 : hex_digit(text[i + 2]);
        if (low < 0) {
            out += text[i];
            continue;
        }
        out += static_cast<char>(high << 4 | low);
        i += 2;
    }
    return out;
}

Rest::Request parse(const HttpRequest& request) {
    const std::string_view target = request.target;
    const size_t mark = std::min(target.find('?'), target.size());
    Rest::Request out{.path = decoded(target.substr(0, mark)),
                      .accept = request.accept,
                      .accept_encoding = request.accept_encoding,
                      .if_none_match = request.if_none_match};
    std::string_view query = target.substr(std::min(mark + 1, target.size()));
    while (!query.empty()) {
        const size_t end = std::min(query.find('&'), query.size());
        const std::string_view pair = query.substr(0, end);
        const size_t equals = std::min(pair.find('='), pair.size());
        out.query[decoded(pair.substr(0, equals))] =
            decoded(pair.substr(std::min(equals + 1, pair.size())));
        query.remove_prefix(std::min(end + 1, query.size()));
    }
    return out;
}

bool fits(const std::vector<std::string>& pattern, const std::vector<std::string>& path,
          std::vector<std::string>& captures) {
    if (pattern.size() != path.size()) return false;
    for (size_t i = 0; i < path.size(); ++i) {
        if (pattern[i].starts_with('{'))
            captures.push_back(path[i]);
        else if (pattern[i] != path[i])
            return false;
    }
    return true;
}

}  // namespace

HttpResponse problem(unsigned status, std::string_view title, std::string_view detail) {
    return {
        .status = status,
        .content_type = "application/problem+json",
        .body = json::serialize(json::object{
            {"type", "about:blank"}, {"title", title}, {"status", status}, {"detail", detail}})};
}

HttpResponse json_answer(const json::value& body, const node::BlockPtr& as_of) {
    return {.body = json::serialize(body),
            .headers = {{"Thaw-As-Of-Block", std::to_string(as_of->header.number)}}};
}

json::object as_of_json(const node::BlockPtr& block) {
    return {{"block", block->header.number},
            {"hash", to_hex(block->hash)},
            {"time", block->header.timestamp}};
}

void Rest::add(std::string pattern, std::string summary, Handler handler) {
    auto segments = split(pattern);
    routes_[std::move(pattern)] = {std::move(segments), std::move(summary), std::move(handler)};
}

HttpResponse Rest::handle(const HttpRequest& http) const {
    if (http.method != "GET") {
        HttpResponse refused = problem(405, "Method Not Allowed",
                                       "pages and REST are read with GET; JSON-RPC is POST on /");
        refused.headers.emplace_back("Allow", "GET, HEAD, OPTIONS");
        return refused;
    }
    Request request = parse(http);
    const auto path = split(request.path);
    for (const auto& [pattern, route] : routes_) {
        request.captures.clear();
        if (!fits(route.segments, path, request.captures)) continue;
        try {
            return route.handler(request);
        } catch (const node::Unreadable& fault) {
            return problem(500, "Internal Server Error", fault.what());
        } catch (const OutOfTime& fault) {
            return problem(503, "Service Unavailable", fault.what());
        }
    }
    if (fallback_) return fallback_(request);
    return problem(404, "Not Found",
                   "nothing answers on " + request.path + "; /openapi.json lists what does");
}

json::object Rest::openapi(std::string_view version) const {
    json::object paths;
    for (const auto& [pattern, route] : routes_) {
        json::array parameters;
        for (const std::string& segment : route.segments)
            if (segment.starts_with('{'))
                parameters.push_back(json::object{{"name", segment.substr(1, segment.size() - 2)},
                                                  {"in", "path"},
                                                  {"required", true},
                                                  {"schema", json::object{{"type", "string"}}}});
        json::object get{
            {"summary", route.summary},
            {"responses",
             json::object{{"200", json::object{{"description", route.summary}}},
                          {"default", json::object{{"description", "a problem (RFC 9457)"}}}}}};
        if (!parameters.empty()) get["parameters"] = std::move(parameters);
        paths[pattern] = json::object{{"get", std::move(get)}};
    }
    return {{"openapi", "3.1.0"},
            {"info", json::object{{"title", "Thaw"}, {"version", version}}},
            {"paths", std::move(paths)}};
}

void add_rest_node(Rest& rest, Backend& b, const Methods& methods,
                   std::function<size_t()> connections) {
    rest.add("/", "A page that says what listens here.", [&b](const Rest::Request&) {
        return HttpResponse{.content_type = "text/html; charset=utf-8", .body = landing_page(b)};
    });
    rest.add("/livez", "200 while the process answers.", [](const Rest::Request&) {
        return HttpResponse{.content_type = "text/plain; charset=utf-8", .body = "ok\n"};
    });
    rest.add("/readyz", "200 while blocks can be made, 503 with the reason otherwise.",
             [&b](const Rest::Request&) {
                 if (const auto why = b.node.stopped())
                     return problem(503, "Service Unavailable", "the node has stopped: " + *why);
                 return HttpResponse{.content_type = "text/plain; charset=utf-8", .body = "ok\n"};
             });
    rest.add("/metrics", "Figures for Prometheus.",
             [&b, &methods, connections = std::move(connections)](const Rest::Request&) {
                 return HttpResponse{.content_type = "text/plain; version=0.0.4; charset=utf-8",
                                     .body = metrics_text(b, methods, connections())};
             });
    rest.add(
        "/openapi.json", "This list, as an OpenAPI document.", [&rest, &b](const Rest::Request&) {
            return HttpResponse{.body = json::serialize(rest.openapi(b.options.client_version))};
        });
    rest.add("/v1/contracts", "Every native contract with its ABI.", [&b](const Rest::Request&) {
        return json_answer(contracts_json(b), b.node.view().head());
    });
}

}  // namespace thaw::rpc
