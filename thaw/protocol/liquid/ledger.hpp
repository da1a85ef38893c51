/// What other modules may do with shares. None of it is on the wire.
#pragma once
#include "thaw/protocol/context.hpp"
#include "thaw/protocol/liquid/books.hpp"
#include "thaw/protocol/liquid/math.hpp"

namespace thaw::protocol::liquid {

/// The pool's rate now: (E, S), with the rewards released by now inside E.
Rate rate(const Query& query, NetworkId network);
/// Rewards that are the pool's but not yet the holders'.
Assets unreleased(const Query& query, NetworkId network);
SubShares holding(const Query& query, ContractKind kind, NetworkId network, const Address& holder);
/// What the token shows: ⌊s·E/S⌋ when rebasing, whole shares when reward-bearing.
u128 shown_balance(const Query& query, ContractKind kind, NetworkId network, const Address& holder);
bool is_rebasing(const Query& query, ContractKind kind, NetworkId network);

/// Creates the shares that a deposit buys: the only place where shares come from. The assets are
/// already located in the pool. A rebasing balance rises by exactly `deposit`; a reward-bearing one
/// by whole shares, rounded down, and no more than `most` where that is said: the rest of what it
/// would buy stays with all holders. `kind` is the token that is created: the liquid one, or the
/// wrapped one.
Result<SubShares> create(Call& call, NetworkId network, const Address& receiver, Assets deposit,
                         std::optional<Shares> most = std::nullopt,
                         ContractKind kind = ContractKind::liquid);
/// What is held as one of the network's tokens.
SubShares supply(const Query& query, ContractKind kind, NetworkId network);
/// Debits one holding and credits another; the odd sub-share is the dust account's.
void move_exactly(Call& call, const Key& from, const Key& to, const ExactMove& move);
/// Turns shares of a holder's token into as many of another token of the same network, whichever
/// both are, and says so as a burning and a minting. Returns by how much the other balance rose.
u128 convert(Call& call, const Key& from, const Key& to, SubShares shares);

/// Sets shares from `owner` aside with `escrow` so that the owner's rebasing balance falls by
/// exactly `assets` and the escrow's shares are worth at least it. Refused when the owner shows
/// less. `kind` is the token that is given: the liquid or the legacy one.
Result<SubShares> escrow_assets(Call& call, ContractKind kind, NetworkId network,
                                const Address& owner, const Address& escrow, Assets assets);
/// The same for whole shares of the liquid token, whichever face it has, or of the wrapped one.
Result<SubShares> escrow_shares(Call& call, NetworkId network, const Address& owner,
                                const Address& escrow, Shares shares,
                                ContractKind kind = ContractKind::liquid);
/// Gives shares back from `escrow` to `owner` as the token `kind` that they came from, to the
/// sub-share; a rebasing balance rises by what the event says.
void release(Call& call, ContractKind kind, NetworkId network, const Address& escrow,
             const Address& owner, SubShares shares);
/// Destroys shares held by `holder`, who must have them. The caller takes their worth or less out
/// of the pool with it.
void burn(Call& call, NetworkId network, const Address& holder, SubShares shares);

/// What a frame's report does to the pool: see staking. `profit` is after fees; `loss` is what
/// unreleased rewards have to absorb first. Returns the part of the loss that reaches E.
Assets settle_frame(Call& call, NetworkId network, uint64_t frame, Assets profit, Assets loss);
/// Lets unreleased rewards meet a loss that is already posted, so that it reaches E only as far as
/// they do not cover it.
void absorb(Call& call, NetworkId network, Assets loss);
/// Destroys shares whose holder is paid `paid` for them, at most their worth: what they were worth
/// more joins the unreleased rewards. So the rate does not jump when a ticket is paid its nominal,
/// and nobody can stake just before to share in what it leaves behind.
void burn_for(Call& call, NetworkId network, const Address& holder, SubShares shares, Assets paid);
/// Adds to the pool's running totals, for people and reports.
void count(Call& call, NetworkId network, Assets Pool::*total, Assets amount);

/// Genesis: the dead shares of a pool, for assets that are already there.
void seed(Call& call, NetworkId network, Assets assets);
/// Genesis: a holding of the legacy token, one share for each asset that is already there.
void seed_legacy(Call& call, NetworkId network, const Address& holder, Assets assets);

}  // namespace thaw::protocol::liquid
