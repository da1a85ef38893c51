/// The lists of tickets by owner, and who may do what with a ticket.
#pragma once
#include "thaw/protocol/unbonding/face.hpp"

namespace thaw::protocol::unbonding {

/// The ticket, or ERC721NonexistentToken.
Result<Ticket> existing(const Query& query, Number id);
/// Its owner, whom the owner approved for it, and the owner's operators.
bool may_move(const Query& query, const Address& spender, const Ticket& t, uint64_t id);

/// Puts a ticket that nobody owns at the end of `owner`'s list.
void give(Call& call, uint64_t ticket, const Address& owner);
/// Takes it off its owner's list; the last one moves into its place.
void take_away(Call& call, uint64_t ticket);

}  // namespace thaw::protocol::unbonding
