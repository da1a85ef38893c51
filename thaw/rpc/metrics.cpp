#include "thaw/rpc/rest.hpp"

namespace thaw::rpc {

namespace {

void describe(std::string& out, std::string_view name, std::string_view type,
              std::string_view help) {
    out.append("# HELP ").append(name).append(" ").append(help).append("\n");
    out.append("# TYPE ").append(name).append(" ").append(type).append("\n");
}

void one(std::string& out, std::string_view name, std::string_view type, std::string_view help,
         const std::string& value) {
    describe(out, name, type, help);
    out.append(name).append(" ").append(value).append("\n");
}

std::string seconds(uint64_t us) {
    const std::string fraction = std::to_string(1'000'000 + us % 1'000'000).substr(1);
    return std::to_string(us / 1'000'000) + "." + fraction;
}

void per_method(std::string& out, const Methods& methods, std::string_view name,
                std::string_view help, std::atomic<uint64_t> Method::*counter) {
    describe(out, name, "counter", help);
    for (const auto& [method, entry] : methods.all())
        if (const uint64_t n = (*entry.*counter).load(); n != 0)
            out.append(name)
                .append("{method=\"")
                .append(method)
                .append("\"} ")
                .append(std::to_string(n) + "\n");
}

}  // namespace

std::string metrics_text(const Backend& b, const Methods& methods, size_t connections) {
    const auto counters = b.node.counters();
    const auto head = b.node.view().head();
    std::string out;
    one(out, "thaw_block_height", "gauge", "Height of the head.",
        std::to_string(head->header.number));
    one(out, "thaw_block_timestamp_seconds", "gauge", "Chain time of the head, since 1970.",
        std::to_string(head->header.timestamp));
    one(out, "thaw_chain_time_seconds", "gauge", "Chain time now, since 1970.",
        std::to_string(b.node.clock().now_s()));
    one(out, "thaw_ready", "gauge", "1 while blocks can be made.", b.node.stopped() ? "0" : "1");
    one(out, "thaw_blocks_total", "counter", "Blocks sealed since the start.",
        std::to_string(counters.blocks));
    one(out, "thaw_transactions_total", "counter", "Transactions sealed since the start.",
        std::to_string(counters.transactions));
    one(out, "thaw_transactions_rejected_total", "counter", "Transactions turned away.",
        std::to_string(counters.rejected));
    one(out, "thaw_pool_transactions", "gauge", "Transactions waiting in the pool.",
        std::to_string(counters.pool_size));
    one(out, "thaw_commit_last_seconds", "gauge", "How long the last block took to become durable.",
        seconds(counters.commit_us_last));
    one(out, "thaw_rpc_connections", "gauge", "Open HTTP and WebSocket connections.",
        std::to_string(connections));
    per_method(out, methods, "thaw_rpc_requests_total", "JSON-RPC requests.", &Method::calls);
    per_method(out, methods, "thaw_rpc_errors_total", "JSON-RPC requests answered with an error.",
               &Method::errors);
    return out;
}

}  // namespace thaw::rpc
