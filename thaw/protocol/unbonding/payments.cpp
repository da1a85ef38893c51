// What tickets are paid: whole batches at one rate, single tickets before that, parts of them.
#include "thaw/protocol/liquid/ledger.hpp"
#include "thaw/protocol/unbonding/face.hpp"
#include "thaw/protocol/unbonding/math.hpp"
#include "thaw/protocol/unbonding/owners.hpp"
#include "thaw/protocol/unbonding/queue.hpp"

namespace thaw::protocol::unbonding {
namespace {

using token::Bucket;

BatchKey batch_key(NetworkId network, uint64_t number) {
    return {.batch = number, .network = network};
}

/// Takes what is paid or given back out of the sums of what waits.
void stop_waiting(Queue& q, Batch& b, SubShares shares, Assets nominal) {
    b.shares.value = sub(b.shares.value, shares.value);
    b.nominal.value = sub(b.nominal.value, nominal.value);
    q.shares.value = sub(q.shares.value, shares.value);
    q.nominal.value = sub(q.nominal.value, nominal.value);
}

/// The place after those that are paid: a ticket's parts come right after it, then the next number.
uint64_t at_mark(const Queue& q) { return q.next_part != 0 ? q.next_part : q.pushed + 1; }

void pass(Books& books, Queue& q, NetworkId network) {
    const uint64_t id = ticket_id(network, at_mark(q));
    if (q.next_part == 0) ++q.pushed;
    q.next_part = books.parts.get(id).number;
    books.parts.erase(id);
}

/// The oldest ticket there is, or 0; passes those that are gone, at most 256 of them.
uint64_t oldest(Call& call, NetworkId network) {
    constexpr uint64_t skip_max = 256;
    Books& books = call.own<Books>();
    Queue q = books.queues.get(network);
    uint64_t found = 0;
    for (uint64_t i = 0; i < skip_max && found == 0 && at_mark(q) <= q.issued; ++i) {
        const uint64_t id = ticket_id(network, at_mark(q));
        if (books.tickets.has(id))
            found = id;
        else
            pass(books, q, network);
    }
    books.queues.put(network, q);
    return found;
}

void pass_oldest(Call& call, NetworkId network) {
    Books& books = call.own<Books>();
    Queue q = books.queues.get(network);
    pass(books, q, network);
    books.queues.put(network, q);
}

/// Pays one ticket that is not final, whole or as far as the money goes; returns what was paid.
Assets net_one(Call& call, NetworkId network, uint64_t id, Assets money) {
    Books& books = call.own<Books>();
    Ticket t = books.tickets.get(id);
    Batch b = batch(call, network, t.batch);
    Queue q = books.queues.get(network);
    const bool earns =
        call.read<networks::Books>().networks.get(network).earns_while_unbonding != 0;
    const Assets owed = payment(t.shares, t.nominal, liquid::rate(call, network), earns);
    const Payment part = pay_part(t.shares, t.nominal, owed, money);
    if (part.assets.is_zero() && !owed.is_zero()) return {};

    stop_waiting(q, b, part.shares, part.nominal);
    const bool whole = part.shares == t.shares;
    if (whole) --b.tickets_open;
    books.queues.put(network, q);
    books.batches.put(batch_key(network, t.batch), b);
    liquid::burn_for(call, network, tickets_address, part.shares, part.assets);
    hand_over(call, token::bucket_account(network, Bucket::buffer), id, t.owner, part.assets);
    if (whole) {
        take_away(call, id);
        books.tickets.erase(id);
        pass_oldest(call, network);
        call.emit_as(tickets_address, Transfer{t.owner, Address{}, Number{id}});
        call.emit_as(tickets_address, TicketPaid{network, Number{id}, t.owner, part.assets});
        return part.assets;
    }
    t.shares.value -= part.shares.value;
    t.nominal.value = sub(t.nominal.value, part.nominal.value);
    books.tickets.put(id, t);
    call.emit_as(tickets_address,
                 TicketPartlyPaid{network, Number{id}, t.owner, part.assets, t.nominal});
    return part.assets;
}

}  // namespace

void finalise(Call& call, NetworkId network, uint64_t number, liquid::Rate rate, Assets unpaid) {
    Books& books = call.own<Books>();
    Queue q = books.queues.get(network);
    Batch b = books.batches.get(batch_key(network, number));
    THAW_ASSERT(b.status == BatchStatus::open || b.status == BatchStatus::dispatched);
    THAW_ASSERT(number == q.batches_final + 1);
    q.batches_final = number;
    q.batches_sent = std::max(q.batches_sent, number);
    q.finalised = b.last_ticket;
    q.shares.value = sub(q.shares.value, b.shares.value);
    q.nominal.value = sub(q.nominal.value, b.nominal.value);
    b.rate_assets = rate.assets;
    b.rate_supply = rate.supply;
    b.unpaid = unpaid;
    b.finalised_at_s = call.now_s();
    b.status = b.tickets_open == 0 ? BatchStatus::paid : BatchStatus::finalised;
    books.queues.put(network, q);
    books.batches.put(batch_key(network, number), b);
    call.emit_as(tickets_address,
                 BatchFinalised{network, number, unpaid, rate.assets, liquid::whole(rate.supply)});
}

token::Account payee(uint64_t id, const Address& owner) {
    const NetworkId network = network_of(id);
    // A request's ticket lies with its token, the liquid or the wrapped one.
    if (owner == contract_address(ContractKind::liquid, network) ||
        owner == contract_address(ContractKind::wrapped, network))
        return token::bucket_account(network, Bucket::redeemable, id);
    return token::user_account(network, owner);
}

void hand_over(Call& call, const token::Account& from, uint64_t id, const Address& owner,
               Assets amount) {
    token::post(call, from, payee(id, owner), amount);
    if (!is_flash_pool(owner)) return;
    Books& books = call.own<Books>();
    books.received.put(owner,
                       Received{{add(books.received.get(owner).assets.value, amount.value)}});
}

Assets received(const Query& query, const Address& owner) {
    return query.read<Books>().received.get(owner).assets;
}

Assets left_of(const Query& query, const Ticket& t, NetworkId network) {
    const Batch b = batch(query, network, t.batch);
    const bool earns =
        query.read<networks::Books>().networks.get(network).earns_while_unbonding != 0;
    const Assets whole = payment(t.shares, t.nominal, {b.rate_assets, b.rate_supply}, earns);
    return Assets{sub(whole.value, t.claimed.value)};
}

Assets pay(Call& call, uint64_t id) {
    Books& books = call.own<Books>();
    const Ticket t = books.tickets.get(id);
    const NetworkId network = network_of(id);
    Batch b = batch(call, network, t.batch);
    THAW_ASSERT(b.status == BatchStatus::finalised);
    const Assets amount = left_of(call, t, network);
    b.unpaid.value = sub(b.unpaid.value, amount.value);
    --b.tickets_open;
    const auto claimable = token::bucket_account(network, Bucket::claimable);
    hand_over(call, claimable, id, t.owner, amount);
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
    if (q.pushed < q.finalised) return true;
    if (q.next_part == 0) return false;
    const Books& books = query.read<Books>();
    const uint64_t id = ticket_id(network, q.next_part);
    return !books.tickets.has(id) ||
           batch(query, network, books.tickets.get(id).batch).status == BatchStatus::finalised;
}

uint64_t next_to_push(Call& call, NetworkId network) {
    const uint64_t id = oldest(call, network);
    if (id == 0) return 0;
    const Ticket t = call.read<Books>().tickets.get(id);
    if (batch(call, network, t.batch).status != BatchStatus::finalised) return 0;
    pass_oldest(call, network);
    return id;
}

Assets net(Call& call, NetworkId network, Assets money, uint32_t most) {
    const uint64_t payable = payable_batch(call, network);
    Assets left = money;
    for (uint32_t i = 0; i < most && !left.is_zero(); ++i) {
        const uint64_t id = oldest(call, network);
        if (id == 0 || call.read<Books>().tickets.get(id).batch != payable) break;
        const Assets paid = net_one(call, network, id, left);
        left.value -= paid.value;
        if (call.read<Books>().tickets.has(id)) break;  // paid in part, or not at all
    }
    return Assets{money.value - left.value};
}

}  // namespace thaw::protocol::unbonding
