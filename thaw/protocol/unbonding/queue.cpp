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

void close_lot(Call& call, NetworkId network, uint64_t batch_number) {
    Books& books = call.own<Books>();
    Batch b = books.batches.get(batch_key(network, batch_number));
    THAW_ASSERT(b.lots_open > 0);
    --b.lots_open;
    books.batches.put(batch_key(network, batch_number), b);
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

std::optional<Batch> open_batch(const Query& query, NetworkId network) {
    const Queue q = queue(query, network);
    const Batch newest = batch(query, network, q.batches);
    return newest.status == BatchStatus::open ? std::optional{newest} : std::nullopt;
}

uint64_t issue(Call& call, NetworkId network, const Address& owner, SubShares shares,
               Assets nominal, ContractKind kind) {
    Books& books = call.own<Books>();
    Queue q = books.queues.get(network);
    Batch b = books.batches.get(batch_key(network, q.batches));
    const uint64_t number = ++q.issued;
    THAW_ASSERT(number < ids_per_network);
    if (b.status != BatchStatus::open) {
        ++q.batches;
        b = Batch{.opened_at_s = call.now_s(), .first_ticket = number, .status = BatchStatus::open};
    }
    b.shares.value = add(b.shares.value, shares.value);
    b.nominal.value = add(b.nominal.value, nominal.value);
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

uint64_t close_batch(Call& call, NetworkId network) {
    Books& books = call.own<Books>();
    Queue q = books.queues.get(network);
    const BatchKey key = batch_key(network, q.batches);
    Batch b = books.batches.get(key);
    THAW_ASSERT(b.status == BatchStatus::open);
    b.status = BatchStatus::dispatched;
    b.dispatched_at_s = call.now_s();
    q.last_dispatch_s = call.now_s();
    books.batches.put(key, b);
    books.queues.put(network, q);
    call.emit_as(tickets_address, BatchDispatched{network, q.batches, b.nominal});
    return q.batches;
}

uint64_t add_lot(Call& call, NetworkId network, uint64_t batch_number, uint32_t validator,
                 Assets amount) {
    Books& books = call.own<Books>();
    Batch b = books.batches.get(batch_key(network, batch_number));
    Queue q = books.queues.get(network);
    const uint64_t number = books.lot_counts.get(network).lots + 1;
    ++b.lots_open;
    if (q.first_open_lot == 0) q.first_open_lot = 1;
    books.lot_counts.put(network, LotCount{number});
    books.queues.put(network, q);
    books.batches.put(batch_key(network, batch_number), b);
    books.lots.put(lot_key(network, number), Lot{.amount = amount,
                                                 .batch = batch_number,
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
    Batch b = batch(call, network, l.batch);
    b.completes_at_s = std::max(b.completes_at_s, completes_at_s);
    books.batches.put(batch_key(network, l.batch), b);
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
    close_lot(call, network, l.batch);
}

void lot_collected(Call& call, NetworkId network, uint64_t number, Assets amount) {
    Books& books = call.own<Books>();
    Lot l = lot(call, network, number);
    l.status = LotStatus::collected;
    put_lot(call, network, number, l);
    close_lot(call, network, l.batch);
    Batch b = batch(call, network, l.batch);
    b.collected.value = add(b.collected.value, amount.value);
    books.batches.put(batch_key(network, l.batch), b);
    Queue q = books.queues.get(network);
    q.reserved.value = add(q.reserved.value, amount.value);
    books.queues.put(network, q);
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

void finalise(Call& call, NetworkId network, uint64_t number, liquid::Rate rate, Assets unpaid) {
    Books& books = call.own<Books>();
    Queue q = books.queues.get(network);
    Batch b = books.batches.get(batch_key(network, number));
    THAW_ASSERT(b.status == BatchStatus::dispatched && b.lots_open == 0);
    THAW_ASSERT(number == q.batches_final + 1);
    q.reserved.value = sub(q.reserved.value, b.collected.value);
    q.batches_final = number;
    q.finalised = b.last_ticket;
    b.rate_assets = rate.assets;
    b.rate_supply = rate.supply;
    b.unpaid = unpaid;
    b.finalised_at_s = call.now_s();
    b.status = BatchStatus::finalised;
    books.queues.put(network, q);
    books.batches.put(batch_key(network, number), b);
    call.emit_as(tickets_address,
                 BatchFinalised{network, number, unpaid, rate.assets, liquid::whole(rate.supply)});
}

token::Account payee(uint64_t id, const Address& owner) {
    const NetworkId network = network_of(id);
    if (owner == contract_address(ContractKind::liquid, network))
        return token::bucket_account(network, Bucket::redeemable, id);
    return token::user_account(network, owner);
}

Assets pay(Call& call, uint64_t id) {
    Books& books = call.own<Books>();
    const Ticket t = books.tickets.get(id);
    const NetworkId network = network_of(id);
    const auto parameters = call.read<networks::Books>().networks.get(network);
    Batch b = batch(call, network, t.batch);
    THAW_ASSERT(b.status == BatchStatus::finalised);
    const Assets amount = payment(t.shares, t.nominal, {b.rate_assets, b.rate_supply},
                                  parameters.earns_while_unbonding != 0);
    b.unpaid.value = sub(b.unpaid.value, amount.value);
    --b.tickets_open;
    const auto claimable = token::bucket_account(network, Bucket::claimable);
    token::post(call, claimable, payee(id, t.owner), amount);
    if (b.tickets_open == 0) {
        token::post(call, claimable, token::bucket_account(network, Bucket::buffer), b.unpaid);
        b.unpaid = {};
        b.status = BatchStatus::paid;
    }
    books.batches.put(batch_key(network, t.batch), b);
    take_away(call, id);
    books.tickets.erase(id);
    call.emit_as(tickets_address, Transfer{t.owner, Address{}, Number{id}});
    call.emit_as(tickets_address, TicketPaid{network, Number{id}, t.owner, amount});
    return amount;
}

bool push_due(const Query& query, NetworkId network) {
    const Queue q = queue(query, network);
    return q.pushed < q.finalised || q.next_part != 0;
}

uint64_t next_to_push(Call& call, NetworkId network) {
    constexpr uint64_t skip_max = 256;
    Books& books = call.own<Books>();
    Queue q = books.queues.get(network);
    uint64_t found = 0;
    for (uint64_t i = 0; i < skip_max && found == 0; ++i) {
        if (q.next_part == 0 && q.pushed >= q.finalised) break;
        const uint64_t id = ticket_id(network, q.next_part != 0 ? q.next_part : ++q.pushed);
        q.next_part = books.parts.get(id).number;
        books.parts.erase(id);
        if (books.tickets.has(id)) found = id;
    }
    books.queues.put(network, q);
    return found;
}

void bonded_now(Call& call, NetworkId network) {
    Books& books = call.own<Books>();
    Queue q = books.queues.get(network);
    q.last_bond_s = call.now_s();
    books.queues.put(network, q);
}

}  // namespace thaw::protocol::unbonding
