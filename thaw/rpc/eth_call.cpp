#include "thaw/base/text.hpp"
#include "thaw/rpc/backend.hpp"
#include "thaw/rpc/call_trace.hpp"
#include "thaw/rpc/encode.hpp"

namespace thaw::rpc {

namespace {

/// State overrides change what a contract is; native ones cannot be changed. An empty object is
/// what some clients send.
Decoded<bool> refuse_overrides(const Params& p, size_t index) {
    const json::value* value = p.find(index);
    if (value == nullptr) return true;
    const auto* object = value->if_object();
    if (object != nullptr && object->empty()) return true;
    return tl::unexpected(invalid(
        p.where(index), "no overrides (eth_simulateV1 takes those of balance and nonce)", *value));
}

Answer eth_call(const Backend& b, const Params& p) {
    const CallObject call = TRY(argument(p, 0, read_call));
    const BlockId block = TRY(argument_or(p, 1, read_block, Tag::latest));
    TRY(refuse_overrides(p, 2));
    TRY(refuse_overrides(p, 3));
    const node::View view = b.node.view();
    const Simulation run = TRY(simulation_for(b, view, call, block));
    const auto receipt = view.simulate(run.height, run.context, run.command);
    if (!receipt.success) return tl::unexpected(revert_error(b, receipt.output));
    return json::value(to_hex(receipt.output));
}

Answer create_access_list(const Backend& b, const Params& p) {
    const CallObject call = TRY(argument(p, 0, read_call));
    const BlockId block = TRY(argument_or(p, 1, read_block, Tag::latest));
    const node::View view = b.node.view();
    const Simulation run = TRY(simulation_for(b, view, call, block));
    const auto receipt = view.simulate(run.height, run.context, run.command);
    json::object out{{"accessList", json::array{}}, {"gasUsed", quantity(receipt.gas_used)}};
    if (!receipt.success) out["error"] = revert_error(b, receipt.output).message;
    return json::value(std::move(out));
}

struct TracerOptions {
    bool only_top = false;
};

Decoded<TracerOptions> read_tracer(const Params& p, size_t index) {
    constexpr std::string_view shape = "{\"tracer\": \"callTracer\"}, the only tracer there is";
    static const json::value none = json::object{};
    const json::value& value = p.find(index) == nullptr ? none : *p.find(index);
    const auto* object = value.if_object();
    const auto* tracer = object == nullptr ? nullptr : object->if_contains("tracer");
    if (tracer == nullptr || !tracer->is_string() || tracer->get_string() != "callTracer")
        return tl::unexpected(invalid(p.where(index), shape, value));
    TracerOptions out;
    if (const auto* config = object->if_contains("tracerConfig"); config && config->is_object())
        if (const auto* top = config->get_object().if_contains("onlyTopCall");
            top && top->is_bool())
            out.only_top = top->get_bool();
    return out;
}

protocol::Command command_of(const node::SealedTransaction& sealed) {
    return node::command_of(*sealed.transaction, sealed.sender, sealed.effective_gas_price);
}

/// Runs the block again up to the transaction, and the transaction with its calls written down.
Answer trace_transaction(const Backend& b, const Params& p) {
    const Hash hash = TRY(argument(p, 0, read_hash));
    const TracerOptions options = TRY(read_tracer(p, 1));
    const node::View view = b.node.view();  // first: while it lives no block is taken back
    const auto found = b.node.transaction(hash);
    if (!found) return tl::unexpected(Error{code::server, "transaction not found"});
    const uint64_t height = found->block->header.number;
    TRY(state_height(b.node, view, height - 1));
    const protocol::Block context = view.context_at(height);
    protocol::State state = view.fork_at(height - 1);
    const auto run = [&](size_t index, std::vector<protocol::CallFrame>* trace = nullptr) {
        return protocol::apply_if_fit(state, context, command_of(found->block->transactions[index]),
                                      trace);
    };
    bool fits = true;
    for (size_t i = 0; i < found->index; ++i) fits = run(i).has_value() && fits;
    std::vector<protocol::CallFrame> frames;
    const auto receipt = run(found->index, &frames);
    if (!fits || !receipt)
        return tl::unexpected(
            Error{code::internal, "the block was made by other rules than this program has"});
    json::object out = call_trace(b, frames, options.only_top);
    out["gas"] = quantity(found->sealed().transaction->gas_limit);
    out["gasUsed"] = quantity(receipt->gas_used);
    return json::value(std::move(out));
}

Answer trace_call(const Backend& b, const Params& p) {
    const CallObject call = TRY(argument(p, 0, read_call));
    const BlockId block = TRY(argument_or(p, 1, read_block, Tag::latest));
    const TracerOptions options = TRY(read_tracer(p, 2));
    const node::View view = b.node.view();
    const Simulation run = TRY(simulation_for(b, view, call, block));
    std::vector<protocol::CallFrame> frames;
    const auto receipt = view.simulate(run.height, run.context, run.command, &frames);
    json::object out = call_trace(b, frames, options.only_top);
    out["gas"] = quantity(run.command.gas_limit);
    out["gasUsed"] = quantity(receipt.gas_used);
    return json::value(std::move(out));
}

}  // namespace

void add_eth_call(Methods& m, Backend& b) {
    m.add("eth_call", "transaction block? stateOverrides? blockOverrides?",
          "Runs a call without a transaction and returns its output.",
          [&b](const Params& p) { return eth_call(b, p); });
    m.add("eth_estimateGas", "transaction block? stateOverrides?",
          "The gas with which the call succeeds.", [&b](const Params& p) -> Answer {
              const CallObject call = TRY(argument(p, 0, read_call));
              const BlockId block = TRY(argument_or(p, 1, read_block, Tag::latest));
              TRY(refuse_overrides(p, 2));
              return json::value(quantity(TRY(estimate_gas(b, b.node.view(), call, block))));
          });
    m.add("eth_createAccessList", "transaction block?",
          "Always an empty list: native contracts have no storage slots.",
          [&b](const Params& p) { return create_access_list(b, p); });
    m.add("debug_traceTransaction", "hash options?", "The calls of a transaction (callTracer).",
          [&b](const Params& p) { return trace_transaction(b, p); });
    m.add("debug_traceCall", "transaction block options?", "The calls of a call (callTracer).",
          [&b](const Params& p) { return trace_call(b, p); });
}

}  // namespace thaw::rpc
