/// What the verbs of a stable pair share: checks, payments, its row.
#pragma once
#include "thaw/protocol/stable/market.hpp"

namespace thaw::protocol::stable {

/// Requires `is_pair`.
NetworkId network_of(const Query& query, const Address& pair);
void put(Call& call, NetworkId network, const Pair& pair);
Result<void> check_receiver(const Address& pair, const Address& to);
Result<void> check_deadline(const Query& query, Number deadline);

/// Moves face units into the pair or out of it, and the change of what it holds into its reserves.
Result<void> take_in(Call& call, const Address& pair, const Coin& coin, const Address& from,
                     u128 face, Pair& row);
Result<void> pay_out(Call& call, const Address& pair, const Coin& coin, const Address& to,
                     u128 face, Pair& row);

}  // namespace thaw::protocol::stable
