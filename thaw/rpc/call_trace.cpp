#include "thaw/rpc/call_trace.hpp"

#include "thaw/base/text.hpp"
#include "thaw/rpc/encode.hpp"

namespace thaw::rpc {

namespace {

json::object frame_json(const Backend& backend, const protocol::CallFrame& frame) {
    json::object out{{"type", "CALL"},
                     {"from", to_hex(frame.from)},
                     {"to", to_hex(frame.to)},
                     {"value", quantity(frame.value.value)},
                     {"gas", quantity(frame.gas_used)},
                     {"gasUsed", quantity(frame.gas_used)},
                     {"input", to_hex(frame.input)}};
    if (!frame.output.empty()) out["output"] = to_hex(frame.output);
    if (frame.success) return out;
    out["error"] = "execution reverted";
    const std::string reason = backend.error_names.reason(frame.output);
    if (!reason.empty()) out["revertReason"] = reason;
    return out;
}

/// The frame at `at` with those beneath it; moves `at` behind them.
json::object nested(const Backend& backend, std::span<const protocol::CallFrame> frames, size_t& at,
                    bool only_top) {
    const unsigned depth = frames[at].depth;
    json::object out = frame_json(backend, frames[at++]);
    json::array calls;
    while (at < frames.size() && frames[at].depth > depth)
        calls.push_back(nested(backend, frames, at, only_top));
    if (!calls.empty() && !only_top) out["calls"] = std::move(calls);
    return out;
}

}  // namespace

json::object call_trace(const Backend& backend, std::span<const protocol::CallFrame> frames,
                        bool only_top) {
    if (frames.empty()) return {};
    size_t at = 0;
    return nested(backend, frames, at, only_top);
}

}  // namespace thaw::rpc
