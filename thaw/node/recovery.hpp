/// A restart: rows of the checkpoint, row changes after it, and the digest that must come out.
#pragma once
#include "thaw/node/chain.hpp"

namespace thaw::node {

/// Brings the writer's state and the published chain to the stored head, with as much of the past
/// as `limits` allow. The fault is a sentence.
IoResult<> recover(const Store& store, const PastLimits& limits, protocol::State& writer,
                   Chain& chain);

}  // namespace thaw::node
