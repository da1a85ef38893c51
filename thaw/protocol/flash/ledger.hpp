/// A pool as it stands, for this module's own verbs.
#pragma once
#include "thaw/protocol/flash/face.hpp"

namespace thaw::protocol::flash {

/// The pool with what unbonding paid it since counted in.
Pool counted(const Query& query, NetworkId network);
/// What leavers can take: cash that is not owed to providers who have left.
Assets available(const Query& query, NetworkId network);
/// What providers own: cash and what the pool's tickets are expected to be paid, less what is owed
/// to those who have left.
Assets worth(const Query& query, NetworkId network);

}  // namespace thaw::protocol::flash
