#include "thaw/protocol/addresses.hpp"
#include "thaw/protocol/outbox/face.hpp"
#include "thaw/protocol/outbox/limits.hpp"

namespace thaw::protocol::outbox {
namespace {

constexpr uint64_t page_max = 100;

}  // namespace

uint64_t emit_intent(Call& call, HostId host, Intent intent) {
    Books& books = call.own<Books>();
    Host counters = books.hosts.get(host);
    const uint64_t number = counters.emitted++;
    intent.status = Status::emitted;
    intent.emitted_at_s = call.now_s();
    books.hosts.put(host, counters);
    books.intents.put(Key{.host = host, .intent = number}, intent);
    call.emit_as(outbox_address,
                 IntentEmitted{host, number, intent.network, static_cast<uint8_t>(intent.kind),
                               intent.validator, intent.asset, intent.amount, intent.recipient,
                               intent.reference});
    return number;
}

Intent settle(Call& call, HostId host, uint64_t number, bool success, Assets amount) {
    Books& books = call.own<Books>();
    Host counters = books.hosts.get(host);
    THAW_ASSERT(counters.settled == number && number < counters.emitted);
    const Key key{.host = host, .intent = number};
    Intent intent = books.intents.get(key);
    THAW_ASSERT(intent.status == Status::emitted);
    intent.status = success ? Status::done : Status::failed;
    ++counters.settled;
    books.intents.put(key, intent);
    books.hosts.put(host, counters);
    call.emit_as(outbox_address, IntentSettled{host, number, success, amount});
    return intent;
}

Result<std::vector<Entry>> intents(const Query& query, HostId host, uint64_t from) {
    const Books& books = query.read<Books>();
    std::vector<Entry> page;
    const uint64_t end = books.hosts.get(host).emitted;
    for (uint64_t i = from; i < end && page.size() < page_max; ++i) {
        const Intent intent = books.intents.get(Key{.host = host, .intent = i});
        page.push_back({.intent = i,
                        .kind = static_cast<uint8_t>(intent.kind),
                        .status = static_cast<uint8_t>(intent.status),
                        .network = intent.network,
                        .asset = intent.asset,
                        .validator = intent.validator,
                        .emitted_at_s = intent.emitted_at_s,
                        .amount = intent.amount,
                        .recipient = intent.recipient,
                        .reference = intent.reference});
    }
    return page;
}

Result<std::tuple<uint64_t, uint64_t>> counts(const Query& query, HostId host) {
    const Host counters = query.read<Books>().hosts.get(host);
    return std::tuple{counters.emitted, counters.settled};
}

Result<uint64_t> deadline(const Query& query, HostId host, uint64_t number) {
    const Intent intent = query.read<Books>().intents.get(Key{.host = host, .intent = number});
    if (intent.status != Status::emitted) return 0;
    const uint64_t frame_s = query.read<networks::Books>().hub.get(0).frame_s;
    return intent.emitted_at_s + deadline_frames * frame_s;
}

Result<uint64_t> overdue(const Query& query, HostId host) {
    const Host counters = query.read<Books>().hosts.get(host);
    uint64_t count = 0;
    // They were emitted in order: whatever comes after one that is in time is in time.
    for (uint64_t i = counters.settled; i < counters.emitted && count < overdue_max; ++i, ++count)
        if (query.now_s() <= *deadline(query, host, i)) break;
    return count;
}

}  // namespace thaw::protocol::outbox
