/// One way to hold and move any fungible token of the hub by its contract address: assets, liquid
/// tokens in all their faces, flash pools' shares, issued tokens. No face on the wire, no books:
/// each token's own ledger keeps them.
///
/// Three units. *Face units* are what `balanceOf` says. *Ledger units* are whole shares of a
/// liquid, legacy or wrapped token, and base units of any other: what a module counts in when
/// rewards shall accrue to what it holds. *Stored units* are the ledger's finest, sub-shares of
/// the former: for who must hold a rebasing balance to the base unit.
#pragma once
#include <string>

#include "thaw/protocol/addresses.hpp"
#include "thaw/protocol/context.hpp"

namespace thaw::protocol::coins {

/// Whether a fungible token lives there. ETH has no address; WETH is one.
bool is_coin(const Query& query, const Address& coin);
/// Whether it is a liquid token whose balances grow by themselves.
bool is_rebasing(const Query& query, const Address& coin);
unsigned decimals(const Query& query, const Address& coin);
std::string symbol(const Query& query, const Address& coin);

/// Ledger units, a fraction of a share left out.
u128 held(const Query& query, const Address& coin, const Address& holder);
/// Face units.
u128 shown(const Query& query, const Address& coin, const Address& holder);
/// Stored units.
u128 stored(const Query& query, const Address& coin, const Address& holder);
/// What so many stored units show, rounded down; at most the supply.
u128 shown_as(const Query& query, const Address& coin, u128 stored_units);

/// Moves ledger units; the token's own refusal when `from` has less, its own events.
Result<void> move(Call& call, const Address& coin, const Address& from, const Address& to,
                  u128 ledger_units);
/// Moves face units: both balances change by exactly as much, rebasing ones too.
Result<void> pay(Call& call, const Address& coin, const Address& from, const Address& to,
                 u128 face_units);
/// Takes from what `owner` allowed `spender`.
Result<void> spend(Call& call, const Address& coin, const Address& owner, const Address& spender,
                   u128 face_units);

// Between face and ledger units at the rate of now; the same for tokens that do not rebase. What
// does not fit is u128_max, which no balance reaches: a move of it is refused.
u128 to_ledger_down(const Query& query, const Address& coin, u128 face_units);
u128 to_ledger_up(const Query& query, const Address& coin, u128 face_units);
u128 to_face_down(const Query& query, const Address& coin, u128 ledger_units);
u128 to_face_up(const Query& query, const Address& coin, u128 ledger_units);

}  // namespace thaw::protocol::coins
