/// Tickets, batches and lots: what waits between unstaking and being paid.
///
/// Tickets queue first in, first out per network; a batch is a run of tickets asked for in one
/// frame. Whatever lies in the pool's buffer pays the oldest first, wherever it came from: new
/// stakes, rewards, or lots that were unbonded on the host. Only what that does not cover is
/// unbonded, in lots of one validator each. A batch that can be paid whole is finalised at the rate
/// of that moment; before that, single tickets and parts of them are paid as far as the money goes.
/// Nothing is paid before a report of a frame that ended after it was asked for: what happened to
/// the stake by then is known.
#pragma once
#include "thaw/protocol/addresses.hpp"

namespace thaw::protocol::unbonding {

/// Ticket ids read as network · 10^9 + number in that network's queue: 1000000001 is bnb's first.
inline constexpr uint64_t ids_per_network = 1'000'000'000;
constexpr uint64_t ticket_id(NetworkId network, uint64_t number) {
    return network * ids_per_network + number;
}
constexpr NetworkId network_of(uint64_t ticket) {
    return static_cast<NetworkId>(ticket / ids_per_network);
}
constexpr uint64_t number_of(uint64_t ticket) { return ticket % ids_per_network; }

struct Ticket {
    Address owner;
    ContractKind kind = ContractKind::liquid;  ///< the token given for it, which cancelling returns
    std::array<uint8_t, 3> reserved{};
    uint64_t owner_index = 0;  ///< place in the owner's list
    SubShares shares;
    Assets nominal;  ///< worth when requested; the most that is paid where waiting does not earn
    Assets claimed;  ///< of a finalised ticket: paid in parts so far
    uint64_t requested_at_s = 0;
    uint64_t batch = 0;
};
static_assert(Plain<Ticket> && sizeof(Ticket) == 96);

enum class BatchStatus : uint8_t { none = 0, open = 1, dispatched = 2, finalised = 3, paid = 4 };

struct BatchKey {
    uint64_t batch = 0;  ///< from 1 within its network
    NetworkId network = 0;
    std::array<uint8_t, 7> reserved{};
    friend constexpr bool operator==(const BatchKey&, const BatchKey&) = default;
};
struct Batch {
    SubShares shares;  ///< of its tickets
    Assets nominal;
    Assets unpaid;       ///< claimable for its tickets, once finalised
    Assets rate_assets;  ///< E and S at finalisation: what its tickets are paid by
    SubShares rate_supply;
    uint64_t opened_at_s = 0;
    uint64_t dispatched_at_s = 0;
    uint64_t completes_at_s = 0;  ///< when its last lot matures, as far as the host has said
    uint64_t finalised_at_s = 0;
    uint64_t first_ticket = 0;  ///< numbers, both included
    uint64_t last_ticket = 0;
    uint64_t tickets_open = 0;  ///< not yet paid
    BatchStatus status = BatchStatus::none;
    std::array<uint8_t, 7> reserved{};
};
static_assert(Plain<Batch>);

enum class LotStatus : uint8_t {
    none = 0,
    requested = 1,   ///< the unbond instruction is under way
    unbonding = 2,   ///< the host has begun; matures at `completes_at_s`
    collecting = 3,  ///< the collect instruction is under way
    collected = 4,
    failed = 5,
};
struct Lot {
    Assets amount;
    uint64_t batch = 0;
    uint64_t unbond_intent = 0;
    uint64_t completes_at_s = 0;
    uint32_t validator = 0;
    NetworkId network = 0;
    LotStatus status = LotStatus::none;
    std::array<uint8_t, 2> reserved{};
};
static_assert(Plain<Lot> && sizeof(Lot) == 48);

/// One network's queue.
struct Queue {
    uint64_t issued = 0;     ///< tickets so far
    uint64_t finalised = 0;  ///< numbers up to this one are finalised: always a prefix
    uint64_t pushed = 0;     ///< numbers up to this one have been paid by pushing, or were claimed
    uint64_t batches = 0;    ///< the newest one's number
    uint64_t batches_final = 0;  ///< numbers up to this one are finalised
    uint64_t batches_sent = 0;   ///< numbers up to this one are dispatched or finalised
    uint64_t last_dispatch_s = 0;
    uint64_t first_open_lot = 0;  ///< all lots before this one are over
    uint64_t last_bond_s = 0;
    uint64_t next_part = 0;  ///< split off from ticket `pushed`, to be paid next; 0: none
    SubShares shares;        ///< of tickets that are not final
    Assets nominal;          ///< of the same
};
static_assert(Plain<Queue>);

/// Lots in the order they were made, per network.
struct LotKey {
    uint64_t lot = 0;  ///< from 1 within its network
    NetworkId network = 0;
    std::array<uint8_t, 7> reserved{};
    friend constexpr bool operator==(const LotKey&, const LotKey&) = default;
};
struct LotCount {
    uint64_t lots = 0;
};

struct OwnerKey {
    Address owner;
    std::array<uint8_t, 4> reserved{};
    uint64_t index = 0;
    friend constexpr bool operator==(const OwnerKey&, const OwnerKey&) = default;
};
struct Id {
    uint64_t ticket = 0;
};
/// Which ticket is paid right after another, being split off from it.
struct Part {
    uint64_t number = 0;
};
struct OwnerCount {
    uint64_t tickets = 0;
};
struct ApprovedAddress {
    Address spender;
};
struct OperatorKey {
    Address owner;
    Address spender;
    friend constexpr bool operator==(const OperatorKey&, const OperatorKey&) = default;
};
struct Flag {
    uint8_t on = 0;
};
/// What a module of the hub was paid for its tickets, ever: it learns of payments by asking.
struct Received {
    Assets assets;
};

struct Books {
    Table<uint64_t, Ticket> tickets;
    Table<BatchKey, Batch> batches;
    Table<LotKey, Lot> lots;
    Table<NetworkId, LotCount> lot_counts;
    Table<NetworkId, Queue> queues;
    Table<OwnerKey, Id> owned;
    Table<Address, OwnerCount> owners;
    Table<uint64_t, ApprovedAddress> approved;
    Table<OperatorKey, Flag> operators;
    Table<uint64_t, Part> parts;  ///< by ticket id, whether that ticket is still there or not
    Table<Address, Received> received;

    static auto tables(auto& b) {
        return std::tie(b.tickets, b.batches, b.lots, b.lot_counts, b.queues, b.owned, b.owners,
                        b.approved, b.operators, b.parts, b.received);
    }
};

}  // namespace thaw::protocol::unbonding
