#include "thaw/base/text.hpp"
#include "thaw/protocol/gauges/books.hpp"
#include "thaw/protocol/validators/face.hpp"

// What governance wants of the allocation, and why each validator gets what it gets.
namespace thaw::protocol::validators {
namespace {

Key key_of(NetworkId network, uint32_t id) { return {.id = id, .network = network}; }

std::string percent(uint64_t bps) {
    const std::string digits = to_decimal(10'000 + bps % 100);
    return to_decimal(bps / 100) + "." + digits.substr(digits.size() - 2) + " %";
}

/// What keeps a validator from new stake whatever others have; empty when nothing does.
std::string shut_out(const Validator& v, const networks::Network& p) {
    const std::string no = "Gets no new stake: ";
    if (v.jailed != 0) return no + "it is jailed.";
    if (v.slashed != 0) return no + "it was slashed in the frame reported last.";
    if (v.uptime_bps < p.uptime_min_bps)
        return no + "its uptime of " + percent(v.uptime_bps) + " is below " +
               percent(p.uptime_min_bps) + ".";
    if (v.commission_bps > p.commission_max_bps)
        return no + "its commission of " + percent(v.commission_bps) + " is above " +
               percent(p.commission_max_bps) + ".";
    return {};
}

/// Where the next stake goes or why not here: the caps, or others that come first.
std::string turn(const Query& query, NetworkId network, const Validator& v, uint32_t id) {
    const auto p = query.read<networks::Books>().networks.get(network);
    const u128 pool = token::located(query, network).value;
    const Plan ahead = plan(query, network, std::max(p.delegation_min, Assets{pool / 100}));
    if (std::ranges::find(ahead.moves, id, &Move::id) != ahead.moves.end())
        return "Is among those that the next stake goes to.";
    if (bonded(query, network, id) >= ahead.caps.validator)
        return "Gets no new stake: the pool has its cap of " + percent(p.validator_cap_bps) +
               " with it.";
    u128 group = 0;
    for (const Candidate& c : candidates(query, network))
        if (c.group == v.group && v.group != 0) group = add(group, c.bonded.value);
    if (group >= ahead.caps.group.value && v.group != 0)
        return "Gets no new stake: the pool has its cap of " + percent(p.group_cap_bps) +
               " with its operator group.";
    return "Waits: others have less stake in all, and get the next first.";
}

gauges::Tally tally_of(const Query& query, NetworkId network, uint32_t id) {
    const auto hub = query.read<networks::Books>().hub.get(0);
    return query.read<gauges::Books>()
        .tallies.get({.validator = id, .network = network})
        .at(gauges::epoch_at(hub.genesis_s, query.now_s()));
}

/// The holders' part in what is wanted.
std::string vote(const Query& query, NetworkId network, uint32_t id) {
    const u128 all = tally_of(query, network, 0).in_force;
    if (all == 0) return {};
    const u128 own = *mul_div_down(tally_of(query, network, id).in_force, 10'000, all);
    return " Of the holders' votes it has " + percent(static_cast<uint64_t>(own)) +
           (gauge_decides(query, network)
                ? "; they decide."
                : "; they are too few to decide, and the weights that were set hold.");
}

/// What governance wants it to have and what it has, as parts of the pool's delegations.
std::string wish(const Query& query, NetworkId network, uint32_t id) {
    const uint32_t blend = query.read<Books>().blends.get(network).bps;
    if (blend == 0) return {};
    const auto all = candidates(query, network);
    const auto wanted = targets(all, 10'000);
    const u128 bonded_all = bonded_total(query, network).value;
    const u128 ours = bonded(query, network, id).value;
    const u128 has = bonded_all == 0 ? 0 : *mul_div_down(ours, 10'000, bonded_all);
    return " Governance guides " + percent(blend) + " of new stake and wants it to have " +
           percent(static_cast<uint64_t>(wanted[id - 1])) + " of the pool; it has " +
           percent(static_cast<uint64_t>(has)) + ".";
}

Result<void> check_network(NetworkId network) {
    if (network == 0 || network > network_count) return fail(UnknownNetwork{network});
    return {};
}

}  // namespace

u128 gauge_quorum(const Query& query) {
    const auto totals = query.read<token::Books>().totals.get(thaw_token);
    return *mul_div_up(totals.supply.value, gauge_quorum_bps, 10'000);
}

bool gauge_decides(const Query& query, NetworkId network) {
    const u128 in_force = tally_of(query, network, 0).in_force;
    return in_force != 0 && in_force >= gauge_quorum(query);
}

uint32_t weight_of(const Query& query, NetworkId network, uint32_t id) {
    if (!gauge_decides(query, network))
        return query.read<Books>().weights.get(key_of(network, id)).weight;
    const u128 all = tally_of(query, network, 0).in_force;
    const u128 own = std::min(all, tally_of(query, network, id).in_force);
    return static_cast<uint32_t>(*mul_div_down(own, weight_max, all));
}

Result<std::string> explain(const Query& query, NetworkId network, uint32_t id) {
    if (!exists(query, network, id)) return fail(UnknownValidator{network, id});
    const Validator v = query.read<Books>().validators.get(key_of(network, id));
    const auto p = query.read<networks::Books>().networks.get(network);
    if (std::string closed = shut_out(v, p); !closed.empty()) return closed;
    return turn(query, network, v, id) + wish(query, network, id) + vote(query, network, id);
}

Result<void> set_weights(Call& call, NetworkId network, std::vector<uint32_t> ids,
                         std::vector<uint32_t> weights) {
    TRY_VOID(networks::only_owner(call));
    TRY_VOID(check_network(network));
    if (ids.empty() || ids.size() != weights.size())
        return fail(WeightsMalformed{"each validator named needs one weight"});
    for (size_t i = 0; i < ids.size(); ++i) {
        if (!exists(call, network, ids[i])) return fail(UnknownValidator{network, ids[i]});
        if (i != 0 && ids[i] <= ids[i - 1])
            return fail(WeightsMalformed{"validators are named in ascending order, each once"});
        if (weights[i] > weight_max) return fail(WeightsMalformed{"a weight is at most 1000000"});
    }
    Books& books = call.own<Books>();
    for (size_t i = 0; i < ids.size(); ++i)
        books.weights.put(key_of(network, ids[i]), {weights[i]});
    call.emit(WeightsChanged{network, std::move(ids), std::move(weights)});
    return {};
}

Result<void> set_blend(Call& call, NetworkId network, uint32_t bps) {
    TRY_VOID(networks::only_owner(call));
    TRY_VOID(check_network(network));
    if (bps > blend_max_bps) return fail(BlendTooHigh{bps, blend_max_bps});
    Books& books = call.own<Books>();
    const uint32_t before = books.blends.get(network).bps;
    books.blends.put(network, {bps});
    call.emit(BlendChanged{network, before, bps});
    return {};
}

Result<Guidance> guidance(const Query& query, NetworkId network) {
    TRY_VOID(check_network(network));
    Guidance all{.blend_bps = query.read<Books>().blends.get(network).bps, .weights = {}};
    for (const Candidate& c : candidates(query, network)) all.weights.push_back(c.weight);
    return all;
}

}  // namespace thaw::protocol::validators
