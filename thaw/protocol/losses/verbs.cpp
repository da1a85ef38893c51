#include "thaw/protocol/losses/face.hpp"
#include "thaw/protocol/networks/limits.hpp"

namespace thaw::protocol::losses {
namespace {

constexpr uint64_t day_s = 86'400;

constexpr uint32_t day_of(uint64_t at_s) { return static_cast<uint32_t>(at_s / day_s); }

/// The first day that still counts at `now_s`.
uint32_t first_day(const Query& query, NetworkId network) {
    const uint64_t window_s = query.read<networks::Books>().networks.get(network).fall_window_s;
    return day_of(query.now_s() > window_s ? query.now_s() - window_s : 0);
}

}  // namespace

bool is_pending(const Query& query, NetworkId network) {
    return query.read<Books>().pending.has(network);
}

Result<void> check_settled(const Query& query, NetworkId network) {
    if (is_pending(query, network))
        return fail(LossPending{network, pending(query, network).frame});
    return {};
}

Pending pending(const Query& query, NetworkId network) {
    return query.read<Books>().pending.get(network);
}

oracle::Report pending_report(const Query& query, NetworkId network) {
    const Pending p = pending(query, network);
    THAW_ASSERT(p.frame != 0);
    oracle::Report report{.network = network,
                          .frame = p.frame,
                          .host_height = p.host_height,
                          .executed = p.executed,
                          .custody = p.custody,
                          .validators = {}};
    for (uint32_t i = 0; i < p.validators; ++i) {
        const auto v = query.read<Books>().validators.get({.index = i, .network = network});
        report.validators.push_back({.id = v.id,
                                     .delegated = v.delegated,
                                     .reward = v.reward,
                                     .slashed = v.slashed,
                                     .total_stake = v.total_stake,
                                     .commission_bps = v.commission_bps,
                                     .uptime_bps = v.uptime_bps,
                                     .jailed = v.jailed != 0});
    }
    return report;
}

uint64_t fallen_ppb(const Query& query, NetworkId network) {
    uint64_t sum = 0;
    for (uint32_t day = first_day(query, network); day <= day_of(query.now_s()); ++day)
        sum += query.read<Books>().falls.get({.day = day, .network = network}).ppb;
    return sum;
}

void park(Call& call, const oracle::Report& report, const Hash& payload, Assets loss, uint64_t fall,
          bool halts) {
    Books& books = call.own<Books>();
    uint32_t count = 0;
    for (const auto& v : report.validators)
        books.validators.put({.index = count++, .network = report.network},
                             {.delegated = v.delegated,
                              .reward = v.reward,
                              .slashed = v.slashed,
                              .total_stake = v.total_stake,
                              .id = v.id,
                              .commission_bps = v.commission_bps,
                              .uptime_bps = v.uptime_bps,
                              .jailed = static_cast<uint8_t>(v.jailed ? 1 : 0)});
    books.pending.put(report.network, {.loss = loss,
                                       .custody = report.custody,
                                       .payload = payload,
                                       .frame = report.frame,
                                       .host_height = report.host_height,
                                       .executed = report.executed,
                                       .since_s = call.now_s(),
                                       .fall_ppb = fall,
                                       .validators = count});
    call.emit_as(contract_address(ContractKind::staking, report.network),
                 LossReported{report.network, report.frame, payload, loss, fall, halts});
}

void clear(Call& call, NetworkId network) {
    Books& books = call.own<Books>();
    const uint32_t count = books.pending.get(network).validators;
    for (uint32_t i = 0; i < count; ++i) books.validators.erase({.index = i, .network = network});
    books.pending.erase(network);
}

void record(Call& call, NetworkId network, Assets loss, Assets assets) {
    if (loss.is_zero()) return;
    Books& books = call.own<Books>();
    const uint32_t today = day_of(call.now_s());
    const DayKey key{.day = today, .network = network};
    books.falls.put(key, {books.falls.get(key).ppb + fall_ppb(loss, assets)});
    // Days that no window reaches any more.
    constexpr uint32_t kept = day_of(networks::fall_window_max_s) + 1;
    for (uint32_t day = today - 2 * kept; day + kept < today; ++day)
        if (books.falls.has({.day = day, .network = network}))
            books.falls.erase({.day = day, .network = network});
}

}  // namespace thaw::protocol::losses
