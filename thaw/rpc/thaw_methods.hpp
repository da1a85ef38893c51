/// What thaw_* methods and REST both tell.
#pragma once
#include "thaw/rpc/backend.hpp"

namespace thaw::rpc {

/// Every native contract with its ABI, as thaw_contracts and /v1/contracts list them.
json::array contracts_json(const Backend& backend);

}  // namespace thaw::rpc
