/// Where a vault turns what it earned into what it takes: the hub's own pairs, always by way of
/// wrapped ether, and never far below their mean price.
#pragma once
#include "thaw/protocol/vault/strategy.hpp"

namespace thaw::protocol::vault {

/// Notes a pair's price sums, for means over the time from here on, unless there is a note that
/// is too new to take a mean from. Whether it did.
bool observe_pair(Call& call, const Address& pair);
/// What `vault` carries of a token, in ledger units.
u128 carried(const Query& query, const Address& vault, const Address& token);
void carry(Call& call, const Address& token, u128 amount);
/// Sells what the vault carries of one token for another, in their pair: no more than moves the
/// price by half a per cent, and nothing below the bound.
Result<void> sell(Call& call, const Address& token, const Address& other);
/// The same for no more than `most`.
Result<void> sell(Call& call, const Address& token, const Address& other, u128 most);
/// Whether a pair's price is about its mean: within the bound of a swap, either way.
bool is_near_mean(const Query& query, const Address& pair);

}  // namespace thaw::protocol::vault
