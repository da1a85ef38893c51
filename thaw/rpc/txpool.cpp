#include <map>

#include "thaw/base/text.hpp"
#include "thaw/rpc/backend.hpp"
#include "thaw/rpc/encode.hpp"

namespace thaw::rpc {

namespace {

/// By sender, then by nonce in decimal, as other nodes show it.
json::object by_sender(const std::vector<node::PoolEntry>& pool, bool executable) {
    json::object out;
    for (const auto& entry : pool) {
        if (entry.executable != executable) continue;
        json::value& mine = out[to_hex(entry.sender)];
        if (mine.is_null()) mine = json::object{};
        mine.get_object()[std::to_string(entry.transaction->nonce)] =
            pending_json(*entry.transaction, entry.sender);
    }
    return out;
}

}  // namespace

void add_txpool(Methods& m, Backend& b) {
    m.add("txpool_status", "", "How many transactions are executable, and how many wait.",
          [&b](const Params&) -> Answer {
              const auto pool = b.node.pool();
              const auto ready = static_cast<size_t>(std::count_if(
                  pool.begin(), pool.end(), [](const auto& entry) { return entry.executable; }));
              return json::value(json::object{{"pending", quantity(ready)},
                                              {"queued", quantity(pool.size() - ready)}});
          });
    m.add("txpool_content", "", "Every transaction in the pool.", [&b](const Params&) -> Answer {
        const auto pool = b.node.pool();
        return json::value(
            json::object{{"pending", by_sender(pool, true)}, {"queued", by_sender(pool, false)}});
    });
}

}  // namespace thaw::rpc
