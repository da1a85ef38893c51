/// What a proposal would do, found out by doing it to a copy of the state.
#pragma once
#include "thaw/protocol/governance/calls.hpp"
#include "thaw/rpc/backend.hpp"

namespace thaw::rpc {

/// The call in words, "setFee(network=1, feeBps=900)", by the face of its target.
std::string call_text(const std::vector<protocol::Contract>& contracts, const Address& target,
                      BytesView payload);

/// Runs the calls as the timelock on a copy of the newest state, at the time they would become due
/// if they were queued now: whether they pass or why not, what they would say and change, which
/// networks they would halt, and whose loans they would leave open to liquidation.
json::object dry_run_json(const Backend& backend, const node::View& view,
                          const protocol::governance::Targets& targets,
                          const protocol::governance::Payloads& payloads);

}  // namespace thaw::rpc
