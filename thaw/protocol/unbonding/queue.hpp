/// What the staking module may do with the queue. None of it is on the wire.
#pragma once
#include "thaw/protocol/context.hpp"
#include "thaw/protocol/liquid/math.hpp"
#include "thaw/protocol/token/face.hpp"
#include "thaw/protocol/unbonding/books.hpp"

namespace thaw::protocol::unbonding {

/// What a ticket of `nominal` and `shares` is paid at `rate`, rounded down.
constexpr Assets payment(SubShares shares, Assets nominal, liquid::Rate rate, bool earns) {
    const Assets value = liquid::worth(shares, rate);
    return earns ? value : std::min(value, nominal);
}

/// Adds a ticket to the open batch of the network and gives it to `owner`; `kind` is the token that
/// was given for it.
uint64_t issue(Call& call, NetworkId network, const Address& owner, SubShares shares,
               Assets nominal, ContractKind kind);
/// The same for a module that has many: adds to its ticket `last` while that is in the batch that
/// a new one would be in.
uint64_t issue_or_enlarge(Call& call, NetworkId network, const Address& owner, uint64_t last,
                          SubShares shares, Assets nominal);
/// What an owner's tickets of one network would be paid at the rate of now. Looks at all of them.
Assets expected_by(const Query& query, NetworkId network, const Address& owner);
/// Whether a ticket waits for its batch to be sent to the host.
bool waits_for_dispatch(const Query& query, NetworkId network);
Batch batch(const Query& query, NetworkId network, uint64_t number);
Queue queue(const Query& query, NetworkId network);
Lot lot(const Query& query, NetworkId network, uint64_t number);

/// Closes all open batches: what unpaid tickets need is being asked of the host.
void close_batches(Call& call, NetworkId network);
/// A new lot, asked for on behalf of the newest batch that is dispatched; returns its number.
uint64_t add_lot(Call& call, NetworkId network, uint32_t validator, Assets amount);
void lot_asked_for(Call& call, NetworkId network, uint64_t number, uint64_t unbond_intent);
void lot_begun(Call& call, NetworkId network, uint64_t number, uint64_t completes_at_s);
void lot_collecting(Call& call, NetworkId network, uint64_t number);
void lot_postponed(Call& call, NetworkId network, uint64_t number, uint64_t completes_at_s);
void lot_failed(Call& call, NetworkId network, uint64_t number);
void lot_collected(Call& call, NetworkId network, uint64_t number);
/// Lots of a validator that the host has not confirmed yet, oldest first: what is in them it still
/// counts as delegated.
std::vector<uint64_t> requested_lots(const Query& query, NetworkId network, uint32_t validator);
/// How many lots of each validator are on their way, by validator id as far as there are any.
std::vector<uint32_t> lots_in_flight(const Query& query, NetworkId network);
/// The first lot that has matured and is not being collected, or 0. Looks at no more than 64 lots.
uint64_t matured_lot(const Query& query, NetworkId network);

/// The oldest batch that is not final, when a report of a frame that ended after its tickets were
/// asked for has been applied; else 0.
uint64_t payable_batch(const Query& query, NetworkId network);
/// Fixes the rate a batch is paid by. The assets are in `claimable` already.
void finalise(Call& call, NetworkId network, uint64_t number, liquid::Rate rate, Assets unpaid);
/// Where the money for a ticket goes: to its owner; of one that lies with its network's liquid
/// token (an ERC-7540 request), into a place of its own, from which that contract hands it out.
token::Account payee(uint64_t ticket, const Address& owner);
/// Pays what is left of a finalised ticket to its owner and removes it; returns the payment. What
/// the last ticket of a batch leaves is swept back to the pool's buffer.
Assets pay(Call& call, uint64_t ticket);
/// What is left to be paid for a finalised ticket.
Assets left_of(const Query& query, const Ticket& ticket, NetworkId network);
/// The next finalised ticket to be paid by pushing, or 0. Skips those already claimed, at most
/// `skip_max` of them.
uint64_t next_to_push(Call& call, NetworkId network);
/// Whether anything waits to be pushed.
bool push_due(const Query& query, NetworkId network);
void bonded_now(Call& call, NetworkId network);

/// Pays up to `most` of the oldest tickets of the payable batch out of the buffer, the last one in
/// part, with `money` in all, at the rate of now. Returns what was paid.
Assets net(Call& call, NetworkId network, Assets money, uint32_t most);
/// What was ever paid to a module of the hub for its tickets.
Assets received(const Query& query, const Address& owner);
/// Posts a payment for a ticket to its payee, and counts it when that is a flash pool.
void hand_over(Call& call, const token::Account& from, uint64_t ticket, const Address& owner,
               Assets amount);

}  // namespace thaw::protocol::unbonding
