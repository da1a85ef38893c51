/// The line of requests that each controller has, and what of it can be claimed.
#pragma once
#include "thaw/protocol/async_vault/face.hpp"

namespace thaw::protocol::async_vault {

/// The controller itself, or somebody it has made its operator for this token.
bool may_act_for(const Query& query, const Address& controller, const Address& sender);

/// What of a request is paid or payable and not claimed yet.
Claim claimable(const Query& query, uint64_t id, const Request& request);

}  // namespace thaw::protocol::async_vault
