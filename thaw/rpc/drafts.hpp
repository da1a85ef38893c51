/// Transactions that a client leaves for the node to complete, and the wait for their block.
#pragma once
#include "thaw/rpc/backend.hpp"

namespace thaw::rpc {

/// Completes a transaction object: nonce, gas, fees and chain id. The result is not signed. Type 2
/// unless the object says otherwise or names a gas price.
Decoded<codec::SignedTransaction> draft_for(const Backend& backend, const CallObject& call);

/// Answers with the hash: at once, or while automining once the transaction's block is readable, so
/// that a receipt can be asked for next. A transaction that waits for an earlier nonce is not
/// waited for.
void reply_when_sealed(const Backend& backend, const Hash& transaction, Reply reply);

}  // namespace thaw::rpc
