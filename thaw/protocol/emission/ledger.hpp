/// What the ledger of receipts and farms call. None of it is on the wire.
#pragma once
#include "thaw/protocol/context.hpp"
#include "thaw/protocol/emission/limits.hpp"
#include "thaw/protocol/emission/math.hpp"

namespace thaw::protocol::emission {

/// Brings a holder's earnings up to now. The ledger calls it before a balance or the supply
/// changes, with both as they were; so a receipt's rewards are of whoever held it while they
/// flowed.
void touch(Call& call, const Address& receipt, const Address& holder, u128 held, u128 supply);

/// The slot of a reward token, if the receipt has it.
std::optional<uint8_t> slot_of(const Query& query, const Address& receipt, const Address& reward);
uint8_t slots(const Query& query, const Address& receipt);
/// The stream as it stands now, with `supply` receipts.
Stream stream(const Query& query, const Address& receipt, uint8_t slot, u128 supply);
/// Base units (whole shares of rebasing tokens) earned by now and not yet paid; rounded down.
u128 pending(const Query& query, const Address& receipt, uint8_t slot, const Address& holder,
             u128 held, u128 supply);

/// Opens a stream for a reward token that has none. The caller has checked the limit.
uint8_t open(Call& call, const Address& receipt, const Address& reward);
/// Adds to a stream's budget, which the caller holds. Nothing happens and false comes back when
/// the sum of all budgets would not fit.
bool lay_in(Call& call, const Address& receipt, uint8_t slot, u128 amount, uint64_t seconds,
            u128 supply);
/// Counts what is owed to a holder, who has been touched, as paid; returns it. The caller pays it.
u128 settle(Call& call, const Address& receipt, uint8_t slot, const Address& holder);

}  // namespace thaw::protocol::emission
