#include "thaw/base/text.hpp"
#include "thaw/rpc/rest.hpp"

namespace thaw::rpc {

std::string landing_page(const Backend& b) {
    const auto [contracts, head] = [&] {
        const node::View view = b.node.view();
        return std::pair{protocol::contracts(view.state()), view.head()};
    }();
    std::string rows;
    for (const protocol::Contract& c : contracts)
        rows += "<tr><td>" + c.name + "</td><td>" + c.symbol + "</td><td><code>" +
                to_hex(c.address) + "</code></td></tr>\n";
    return R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Thaw</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
td, th { text-align: left; padding: .2rem .6rem .2rem 0; overflow-wrap: anywhere }
</style></head><body>
<h1>Thaw</h1>
<p>A liquid-staking hub. Chain id )" +
           std::to_string(b.chain_id) + ", block " + std::to_string(head->header.number) +
           R"(. Point any Ethereum wallet or library at this address.</p>
<ul>
<li>JSON-RPC by HTTP POST and by WebSocket on <code>/</code>;
<code>rpc.discover</code> lists the methods</li>
<li>REST under <a href="/v1/networks">/v1/networks</a>, <a href="/v1/contracts">/v1/contracts</a>;
<a href="/openapi.json">/openapi.json</a> lists the paths</li>
<li><a href="/metrics">/metrics</a>, <a href="/livez">/livez</a>, <a href="/readyz">/readyz</a></li>
</ul>
<h2>Contracts</h2>
<table><tr><th>name</th><th>symbol</th><th>address</th></tr>
)" + rows + "</table></body></html>\n";
}

}  // namespace thaw::rpc
