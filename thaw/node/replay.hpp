/// The proof that the stored blocks mean what they say: everything done once more, from the
/// signatures to the hashes.
#pragma once
#include "thaw/node/store.hpp"

namespace thaw::node {

/// Re-applies the blocks from genesis up to `head` on a fresh state: decodes, recovers senders,
/// applies; compares row changes, receipts, digest and hash. Returns the first height that differs.
std::optional<uint64_t> replay_blocks(const Store& store, uint64_t head, uint64_t chain_id,
                                      const std::function<void(uint64_t)>& progress);

}  // namespace thaw::node
