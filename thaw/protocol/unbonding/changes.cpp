#include "thaw/protocol/liquid/ledger.hpp"
#include "thaw/protocol/unbonding/face.hpp"
#include "thaw/protocol/unbonding/limits.hpp"
#include "thaw/protocol/unbonding/math.hpp"
#include "thaw/protocol/unbonding/owners.hpp"

// Splitting, merging and cancelling what has not become payable. A batch's sums stay what they are,
// or fall by what leaves: nothing here looks at other tickets.
namespace thaw::protocol::unbonding {
namespace {

BatchKey batch_key(uint64_t id, const Ticket& t) {
    return {.batch = t.batch, .network = network_of(id)};
}

/// The ticket, which the caller may change; refused when it is payable.
Result<Ticket> changeable(const Query& query, const Address& sender, Number id) {
    const Ticket t = TRY(existing(query, id));
    if (!may_move(query, sender, t, id.value)) return fail(ERC721InsufficientApproval{sender, id});
    if (batch(query, network_of(id.value), t.batch).status >= BatchStatus::finalised)
        return fail(TicketPayable{id});
    return t;
}

void remove(Call& call, uint64_t id, const Ticket& t) {
    take_away(call, id);
    call.own<Books>().tickets.erase(id);
    call.emit(Transfer{t.owner, Address{}, Number{id}});
}

/// A new ticket beside `of`, paid right after it.
uint64_t add_part(Call& call, uint64_t of, const Ticket& part) {
    Books& books = call.own<Books>();
    const NetworkId network = network_of(of);
    Queue q = books.queues.get(network);
    Batch b = books.batches.get(batch_key(of, part));
    const uint64_t number = ++q.issued;
    THAW_ASSERT(number < ids_per_network);
    ++b.tickets_open;
    if (part.batch == q.batches) b.last_ticket = number;
    const uint64_t id = ticket_id(network, number);
    books.queues.put(network, q);
    books.batches.put(batch_key(of, part), b);
    books.parts.put(id, books.parts.get(of));
    books.parts.put(of, Part{number});
    books.tickets.put(id, part);
    give(call, id, part.owner);
    call.emit(Transfer{Address{}, part.owner, Number{id}});
    call.emit(
        TicketSplit{network, Number{of}, Number{id}, liquid::whole(part.shares), part.nominal});
    return id;
}

}  // namespace

Result<std::vector<Number>> split(Call& call, Number id, std::vector<Shares> shares) {
    if (shares.empty() || shares.size() > split_parts_max)
        return fail(ListLength{Number{shares.size()}, Number{1}, Number{split_parts_max}});
    Ticket rest = TRY(changeable(call, call.sender(), id));
    const Ticket whole = rest;

    std::vector<Ticket> parts;
    for (const Shares wanted : shares) {
        const auto exact = liquid::sub_shares(wanted);
        if (!exact || *exact >= rest.shares)
            return fail(SplitTooLarge{id, wanted, liquid::whole(rest.shares)});
        Ticket part = whole;
        part.shares = *exact;
        part.nominal = part_of(whole.nominal, *exact, whole.shares);
        if (part.nominal.is_zero()) return fail(TicketTooSmall{id});
        rest.shares.value -= part.shares.value;
        rest.nominal.value = sub(rest.nominal.value, part.nominal.value);
        parts.push_back(part);
    }
    if (rest.nominal.is_zero()) return fail(TicketTooSmall{id});

    call.own<Books>().tickets.put(id.value, rest);
    std::vector<Number> ids;
    for (const Ticket& part : parts) ids.push_back(Number{add_part(call, id.value, part)});
    return ids;
}

Result<Number> merge(Call& call, std::vector<Number> ids) {
    if (ids.size() < 2 || ids.size() > merge_tickets_max)
        return fail(ListLength{Number{ids.size()}, Number{2}, Number{merge_tickets_max}});
    const Number into = ids.front();
    const NetworkId network = network_of(into.value);
    Ticket sum = TRY(changeable(call, call.sender(), into));
    for (size_t i = 1; i < ids.size(); ++i) {
        const Number id = ids[i];
        const Ticket t = TRY(changeable(call, call.sender(), id));
        if (id.value == into.value || network_of(id.value) != network || t.batch != sum.batch ||
            t.owner != sum.owner || t.kind != sum.kind)
            return fail(TicketsNotAlike{into, id});
        sum.shares.value = add(sum.shares.value, t.shares.value);
        sum.nominal.value = add(sum.nominal.value, t.nominal.value);
        remove(call, id.value, t);
        call.emit(TicketMerged{network, id, into});
    }

    Books& books = call.own<Books>();
    Ticket kept = books.tickets.get(into.value);  // its place in the owner's list may have changed
    kept.shares = sum.shares;
    kept.nominal = sum.nominal;
    Batch b = batch(call, network, kept.batch);
    b.tickets_open -= ids.size() - 1;
    books.tickets.put(into.value, kept);
    books.batches.put(batch_key(into.value, kept), b);
    return into;
}

Result<Shares> cancel(Call& call, Number id) {
    const Ticket t = TRY(existing(call, id));
    const NetworkId network = network_of(id.value);
    if (!may_move(call, call.sender(), t, id.value))
        return fail(ERC721InsufficientApproval{call.sender(), id});
    Batch b = batch(call, network, t.batch);
    if (b.status != BatchStatus::open) return fail(TicketDispatched{id, t.batch});
    const SubShares back = given_back(t.shares, t.nominal, liquid::rate(call, network),
                                      liquid::is_rebasing(call, t.kind, network));
    if (back.is_zero()) return fail(TicketTooSmall{id});

    b.shares.value = sub(b.shares.value, t.shares.value);
    b.nominal.value = sub(b.nominal.value, t.nominal.value);
    --b.tickets_open;
    Queue q = queue(call, network);
    q.shares.value = sub(q.shares.value, t.shares.value);
    q.nominal.value = sub(q.nominal.value, t.nominal.value);
    call.own<Books>().queues.put(network, q);
    call.own<Books>().batches.put(batch_key(id.value, t), b);
    remove(call, id.value, t);
    liquid::release(call, t.kind, network, tickets_address, t.owner, back);
    if (back < t.shares)
        liquid::burn_for(call, network, tickets_address, SubShares{t.shares.value - back.value},
                         Assets{});
    call.emit(TicketCancelled{network, id, t.owner, liquid::whole(back)});
    return liquid::whole(back);
}

}  // namespace thaw::protocol::unbonding
