/// Rows fetched before they are needed: in a large state, waiting for memory is most of what a
/// command costs.
#pragma once
#include "thaw/protocol/state.hpp"

namespace thaw::protocol {

/// Looks up the rows that a command of this sender will most likely read. Changes nothing: several
/// of these in a row let the processor wait for all of them at once.
void fetch_rows(const State& state, const Address& sender, const Address& to, BytesView data);

}  // namespace thaw::protocol
