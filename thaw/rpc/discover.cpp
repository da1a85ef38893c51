#include "thaw/rpc/backend.hpp"

namespace thaw::rpc {

namespace {

/// The OpenRPC document of all that is registered when it is asked for.
json::object document(const Methods& methods, const Backend& b) {
    json::array list;
    for (const auto& [name, method] : methods.all()) {
        if (!method->refusal.empty()) continue;
        json::array params;
        for (const auto& p : method->parameters)
            params.push_back(json::object{
                {"name", p.name}, {"required", p.required}, {"schema", json::object{}}});
        list.push_back(json::object{{"name", name},
                                    {"summary", method->summary},
                                    {"params", std::move(params)},
                                    {"result", {{"name", "result"}, {"schema", json::object{}}}}});
    }
    return {{"openrpc", "1.3.2"},
            {"info", {{"title", "Thaw JSON-RPC"}, {"version", b.options.client_version}}},
            {"methods", std::move(list)}};
}

}  // namespace

void add_discover(Methods& m, Backend& b) {
    m.add("rpc.discover", "", "This list, as an OpenRPC document.",
          [&m, &b](const Params&) -> Answer { return json::value(document(m, b)); });
}

}  // namespace thaw::rpc
