#include "thaw/protocol/emission/ledger.hpp"

namespace thaw::protocol::emission {
namespace {

HolderKey key_of(const Address& receipt, uint8_t slot, const Address& holder) {
    return {.receipt = receipt, .holder = holder, .slot = slot};
}

}  // namespace

uint8_t slots(const Query& query, const Address& receipt) {
    return static_cast<uint8_t>(query.read<Books>().slots.get(receipt).count);
}

void touch(Call& call, const Address& receipt, const Address& holder, u128 held, u128 supply) {
    const uint8_t count = slots(call, receipt);
    if (count == 0) return;
    Books& books = call.own<Books>();
    for (uint8_t slot = 0; slot < count; ++slot) {
        const Stream now = stream(call, receipt, slot, supply);
        books.streams.put({.receipt = receipt, .slot = slot}, now);
        const HolderKey key = key_of(receipt, slot, holder);
        books.earned.put(key, settled(books.earned.get(key), now, held));
    }
}

std::optional<uint8_t> slot_of(const Query& query, const Address& receipt, const Address& reward) {
    for (uint8_t slot = 0; slot < slots(query, receipt); ++slot)
        if (query.read<Books>().streams.get({.receipt = receipt, .slot = slot}).reward == reward)
            return slot;
    return std::nullopt;
}

Stream stream(const Query& query, const Address& receipt, uint8_t slot, u128 supply) {
    return advanced(query.read<Books>().streams.get({.receipt = receipt, .slot = slot}),
                    query.now_s(), supply);
}

u128 pending(const Query& query, const Address& receipt, uint8_t slot, const Address& holder,
             u128 held, u128 supply) {
    return settled(query.read<Books>().earned.get(key_of(receipt, slot, holder)),
                   stream(query, receipt, slot, supply), held)
        .owed;
}

uint8_t open(Call& call, const Address& receipt, const Address& reward) {
    Books& books = call.own<Books>();
    const uint8_t slot = slots(call, receipt);
    THAW_ASSERT(slot < streams_max && !slot_of(call, receipt, reward));
    books.slots.put(receipt, Slots{slot + 1u});
    books.streams.put({.receipt = receipt, .slot = slot},
                      Stream{.updated_s = call.now_s(), .reward = reward});
    return slot;
}

bool lay_in(Call& call, const Address& receipt, uint8_t slot, u128 amount, uint64_t seconds,
            u128 supply) {
    const auto enlarged = laid_in(stream(call, receipt, slot, supply), amount, seconds);
    if (!enlarged) return false;
    call.own<Books>().streams.put({.receipt = receipt, .slot = slot}, *enlarged);
    return true;
}

u128 settle(Call& call, const Address& receipt, uint8_t slot, const Address& holder) {
    Books& books = call.own<Books>();
    const StreamKey at{.receipt = receipt, .slot = slot};
    Stream s = books.streams.get(at);
    Earned e = books.earned.get(key_of(receipt, slot, holder));
    THAW_ASSERT(s.updated_s == call.now_s() && e.seen == s.growth);
    const u128 due = e.owed;
    s.paid = add(s.paid, due);
    e.owed = 0;
    books.streams.put(at, s);
    books.earned.put(key_of(receipt, slot, holder), e);
    return due;
}

}  // namespace thaw::protocol::emission
