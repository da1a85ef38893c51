/// Calls of a transaction as the callTracer of other nodes prints them.
#pragma once
#include "thaw/rpc/backend.hpp"

namespace thaw::rpc {

/// Nests the frames, which are in pre-order.
json::object call_trace(const Backend& backend, std::span<const protocol::CallFrame> frames,
                        bool only_top);

}  // namespace thaw::rpc
