/// From an address to the face that answers there. For the machine only.
#pragma once
#include "thaw/protocol/context.hpp"

namespace thaw::protocol {

/// Runs the verb that `data` names on the contract `call.self()`, which must be one
/// (`is_contract`).
Result<Bytes> dispatch(Call& call, BytesView data);

}  // namespace thaw::protocol
