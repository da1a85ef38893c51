#include "thaw/protocol/unbonding/queue.hpp"

#include "thaw/protocol/liquid/ledger.hpp"
#include "thaw/protocol/unbonding/face.hpp"
#include "thaw/protocol/unbonding/owners.hpp"

namespace thaw::protocol::unbonding {
namespace {

using token::Bucket;
constexpr uint64_t lots_looked_at_max = 64;

BatchKey batch_key(NetworkId network, uint64_t number) {
    return {.batch = number, .network = network};
}
LotKey lot_key(NetworkId network, uint64_t number) { return {.lot = number, .network = network}; }

/// Changes one lot and moves the mark of the first open one past those that are over.
void put_lot(Call& call, NetworkId network, uint64_t number, const Lot& lot) {
    Books& books = call.own<Books>();
    books.lots.put(lot_key(network, number), lot);
    Queue q = books.queues.get(network);
    const uint64_t count = books.lot_counts.get(network).lots;
    bool moved = false;
    while (q.first_open_lot <= count && q.first_open_lot != 0) {
        const LotStatus status = books.lots.get(lot_key(network, q.first_open_lot)).status;
        if (status != LotStatus::collected && status != LotStatus::failed) break;
        ++q.first_open_lot;
        moved = true;
    }
    if (moved) books.queues.put(network, q);
}

/// The frame that runs at a moment, counted from 1: it ends at genesis + frame · frame length.
uint64_t frame_at(const Query& query, uint64_t time_s) {
    const auto hub = query.read<networks::Books>().hub.get(0);
    return (time_s - hub.genesis_s) / hub.frame_s + 1;
}

}  // namespace

Batch batch(const Query& query, NetworkId network, uint64_t number) {
    return query.read<Books>().batches.get(batch_key(network, number));
}
Queue queue(const Query& query, NetworkId network) {
    return query.read<Books>().queues.get(network);
}
Lot lot(const Query& query, NetworkId network, uint64_t number) {
    return query.read<Books>().lots.get(lot_key(network, number));
}

bool waits_for_dispatch(const Query& query, NetworkId network) {
    const Queue q = queue(query, network);
    for (uint64_t b = q.batches_sent + 1; b <= q.batches; ++b)
        if (batch(query, network, b).tickets_open != 0) return true;
    return false;
}

uint64_t issue(Call& call, NetworkId network, const Address& owner, SubShares shares,
               Assets nominal, ContractKind kind) {
    Books& books = call.own<Books>();
    Queue q = books.queues.get(network);
    Batch b = books.batches.get(batch_key(network, q.batches));
    const uint64_t number = ++q.issued;
    THAW_ASSERT(number < ids_per_network);
    if (b.status != BatchStatus::open ||
        frame_at(call, b.opened_at_s) != frame_at(call, call.now_s())) {
        ++q.batches;
        b = Batch{.opened_at_s = call.now_s(), .first_ticket = number, .status = BatchStatus::open};
    }
    b.shares.value = add(b.shares.value, shares.value);
    b.nominal.value = add(b.nominal.value, nominal.value);
    q.shares.value = add(q.shares.value, shares.value);
    q.nominal.value = add(q.nominal.value, nominal.value);
    b.last_ticket = number;
    ++b.tickets_open;

    const uint64_t id = ticket_id(network, number);
    books.queues.put(network, q);
    books.batches.put(batch_key(network, q.batches), b);
    books.tickets.put(id, Ticket{.kind = kind,
                                 .shares = shares,
                                 .nominal = nominal,
                                 .requested_at_s = call.now_s(),
                                 .batch = q.batches});
    give(call, id, owner);
    call.emit_as(tickets_address, Transfer{Address{}, owner, Number{id}});
    call.emit_as(tickets_address, TicketIssued{network, Number{id}, owner, nominal, q.batches});
    return id;
}

uint64_t issue_or_enlarge(Call& call, NetworkId network, const Address& owner, uint64_t last,
                          SubShares shares, Assets nominal) {
    Books& books = call.own<Books>();
    Queue q = books.queues.get(network);
    Batch b = books.batches.get(batch_key(network, q.batches));
    Ticket t = books.tickets.get(last);
    if (t.owner != owner || t.batch != q.batches || b.status != BatchStatus::open ||
        frame_at(call, b.opened_at_s) != frame_at(call, call.now_s()))
        return issue(call, network, owner, shares, nominal, ContractKind::liquid);
    const auto grow = [&](auto& sums) {
        sums.shares.value = add(sums.shares.value, shares.value);
        sums.nominal.value = add(sums.nominal.value, nominal.value);
    };
    grow(t);
    grow(b);
    grow(q);
    books.tickets.put(last, t);
    books.batches.put(batch_key(network, q.batches), b);
    books.queues.put(network, q);
    return last;
}

Assets expected_by(const Query& query, NetworkId network, const Address& owner) {
    const Books& books = query.read<Books>();
    const liquid::Rate rate = liquid::rate(query, network);
    const bool earns =
        query.read<networks::Books>().networks.get(network).earns_while_unbonding != 0;
    u128 sum = 0;
    const uint64_t count = books.owners.get(owner).tickets;
    for (uint64_t i = 0; i < count; ++i) {
        const uint64_t id = books.owned.get(OwnerKey{.owner = owner, .index = i}).ticket;
        if (network_of(id) != network) continue;
        const Ticket t = books.tickets.get(id);
        const bool final = batch(query, network, t.batch).status == BatchStatus::finalised;
        sum = add(sum, final ? left_of(query, t, network).value
                             : payment(t.shares, t.nominal, rate, earns).value);
    }
    return Assets{sum};
}

void close_batches(Call& call, NetworkId network) {
    Books& books = call.own<Books>();
    Queue q = books.queues.get(network);
    q.last_dispatch_s = call.now_s();
    while (q.batches_sent < q.batches) {
        const BatchKey key = batch_key(network, ++q.batches_sent);
        Batch b = books.batches.get(key);
        THAW_ASSERT(b.status == BatchStatus::open);
        b.status = BatchStatus::dispatched;
        b.dispatched_at_s = call.now_s();
        books.batches.put(key, b);
        call.emit_as(tickets_address, BatchDispatched{network, key.batch, b.nominal});
    }
    books.queues.put(network, q);
}

uint64_t add_lot(Call& call, NetworkId network, uint32_t validator, Assets amount) {
    Books& books = call.own<Books>();
    Queue q = books.queues.get(network);
    const uint64_t number = books.lot_counts.get(network).lots + 1;
    if (q.first_open_lot == 0) q.first_open_lot = 1;
    books.lot_counts.put(network, LotCount{number});
    books.queues.put(network, q);
    books.lots.put(lot_key(network, number), Lot{.amount = amount,
                                                 .batch = q.batches_sent,
                                                 .validator = validator,
                                                 .network = network,
                                                 .status = LotStatus::requested});
    return number;
}

void lot_asked_for(Call& call, NetworkId network, uint64_t number, uint64_t unbond_intent) {
    Lot l = lot(call, network, number);
    l.unbond_intent = unbond_intent;
    call.own<Books>().lots.put(lot_key(network, number), l);
}

void lot_begun(Call& call, NetworkId network, uint64_t number, uint64_t completes_at_s) {
    Books& books = call.own<Books>();
    Lot l = lot(call, network, number);
    l.status = LotStatus::unbonding;
    l.completes_at_s = completes_at_s;
    put_lot(call, network, number, l);
    // Batches that were dispatched together wait for the same lots.
    const uint64_t sent_at_s = batch(call, network, l.batch).dispatched_at_s;
    for (uint64_t number_of_batch = l.batch; number_of_batch != 0; --number_of_batch) {
        Batch b = batch(call, network, number_of_batch);
        if (b.dispatched_at_s != sent_at_s) break;
        b.completes_at_s = std::max(b.completes_at_s, completes_at_s);
        books.batches.put(batch_key(network, number_of_batch), b);
    }
}

void lot_collecting(Call& call, NetworkId network, uint64_t number) {
    Lot l = lot(call, network, number);
    l.status = LotStatus::collecting;
    put_lot(call, network, number, l);
}

void lot_postponed(Call& call, NetworkId network, uint64_t number, uint64_t completes_at_s) {
    lot_begun(call, network, number, completes_at_s);
}

void lot_failed(Call& call, NetworkId network, uint64_t number) {
    Lot l = lot(call, network, number);
    l.status = LotStatus::failed;
    put_lot(call, network, number, l);
}

void lot_collected(Call& call, NetworkId network, uint64_t number) {
    Lot l = lot(call, network, number);
    l.status = LotStatus::collected;
    put_lot(call, network, number, l);
}

std::vector<uint64_t> requested_lots(const Query& query, NetworkId network, uint32_t validator) {
    const Books& books = query.read<Books>();
    std::vector<uint64_t> numbers;
    const uint64_t count = books.lot_counts.get(network).lots;
    const uint64_t first = books.queues.get(network).first_open_lot;
    for (uint64_t n = first; n != 0 && n <= count; ++n) {
        const Lot l = lot(query, network, n);
        if (l.status == LotStatus::requested && l.validator == validator) numbers.push_back(n);
    }
    return numbers;
}

std::vector<uint32_t> lots_in_flight(const Query& query, NetworkId network) {
    const Books& books = query.read<Books>();
    std::vector<uint32_t> counts;
    const uint64_t count = books.lot_counts.get(network).lots;
    const uint64_t first = books.queues.get(network).first_open_lot;
    for (uint64_t n = first; n != 0 && n <= count; ++n) {
        const Lot l = lot(query, network, n);
        if (l.status == LotStatus::collected || l.status == LotStatus::failed) continue;
        if (counts.size() <= l.validator) counts.resize(l.validator + 1);
        ++counts[l.validator];
    }
    return counts;
}

uint64_t matured_lot(const Query& query, NetworkId network) {
    const Books& books = query.read<Books>();
    const Queue q = books.queues.get(network);
    const uint64_t count = books.lot_counts.get(network).lots;
    for (uint64_t n = q.first_open_lot;
         n != 0 && n <= count && n < q.first_open_lot + lots_looked_at_max; ++n) {
        const Lot l = lot(query, network, n);
        if (l.status == LotStatus::unbonding && l.completes_at_s <= query.now_s()) return n;
    }
    return 0;
}

uint64_t payable_batch(const Query& query, NetworkId network) {
    const uint64_t next = queue(query, network).batches_final + 1;
    const Batch b = batch(query, network, next);
    if (b.status == BatchStatus::none) return 0;
    const uint64_t reported = query.read<liquid::Books>().pools.get(network).frame;
    return frame_at(query, b.opened_at_s) <= reported ? next : 0;
}

void bonded_now(Call& call, NetworkId network) {
    Books& books = call.own<Books>();
    Queue q = books.queues.get(network);
    q.last_bond_s = call.now_s();
    books.queues.put(network, q);
}

}  // namespace thaw::protocol::unbonding
