/// What the governor's verbs share: a proposal and its state. For this module only.
#pragma once
#include "thaw/protocol/governance/face.hpp"

namespace thaw::protocol::governance {

/// A proposal that exists, or the refusal.
Result<Proposal> known(const Query& query, const Word& id);
/// Who wins and is not queued within the grace after the vote expires, like who is not carried out.
State state_of_proposal(const Query& query, const Proposal& p);
/// Refuses in any other state.
Result<void> expect_state(const Query& query, const Word& id, const Proposal& p, State expected);
/// What has to be for or abstaining, of the supply at the snapshot; rounded up.
u128 quorum_of(const Query& query, const Proposal& p);

}  // namespace thaw::protocol::governance
