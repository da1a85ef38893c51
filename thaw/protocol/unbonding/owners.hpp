/// Who owns which ticket, listed per owner (the enumeration of ERC-721). For this module only.
#pragma once
#include "thaw/protocol/context.hpp"
#include "thaw/protocol/unbonding/books.hpp"

namespace thaw::protocol::unbonding {

/// Puts a ticket that nobody owns at the end of `owner`'s list.
void give(Call& call, uint64_t ticket, const Address& owner);
/// Takes it off its owner's list; the last one moves into its place.
void take_away(Call& call, uint64_t ticket);

}  // namespace thaw::protocol::unbonding
