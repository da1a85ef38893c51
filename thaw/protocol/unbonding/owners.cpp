#include "thaw/protocol/unbonding/owners.hpp"

namespace thaw::protocol::unbonding {

Result<Ticket> existing(const Query& query, Number id) {
    const Ticket t = query.read<Books>().tickets.get(id.value);
    if (t.owner.is_zero()) return fail(ERC721NonexistentToken{id});
    return t;
}

bool may_move(const Query& query, const Address& spender, const Ticket& t, uint64_t id) {
    const Books& books = query.read<Books>();
    return spender == t.owner || books.approved.get(id).spender == spender ||
           books.operators.get({t.owner, spender}).on != 0;
}

void give(Call& call, uint64_t id, const Address& owner) {
    Books& books = call.own<Books>();
    Ticket t = books.tickets.get(id);
    OwnerCount count = books.owners.get(owner);
    t.owner = owner;
    t.owner_index = count.tickets++;
    books.owned.put(OwnerKey{.owner = owner, .index = t.owner_index}, Id{id});
    books.owners.put(owner, count);
    books.tickets.put(id, t);
}

void take_away(Call& call, uint64_t id) {
    Books& books = call.own<Books>();
    Ticket t = books.tickets.get(id);
    OwnerCount count = books.owners.get(t.owner);
    const OwnerKey last{.owner = t.owner, .index = --count.tickets};
    const Id moved = books.owned.get(last);
    if (moved.ticket != id) {
        Ticket other = books.tickets.get(moved.ticket);
        other.owner_index = t.owner_index;
        books.tickets.put(moved.ticket, other);
        books.owned.put(OwnerKey{.owner = t.owner, .index = t.owner_index}, moved);
    }
    books.owned.erase(last);
    books.owners.put(t.owner, count);
    books.approved.erase(id);
}

}  // namespace thaw::protocol::unbonding
