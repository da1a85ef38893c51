#include "thaw/base/text.hpp"
#include "thaw/protocol/addresses.hpp"
#include "thaw/protocol/staking/limits.hpp"
#include "thaw/protocol/validators/concentration.hpp"
#include "thaw/protocol/validators/face.hpp"

namespace thaw::protocol::validators {
namespace {

Key key_of(NetworkId network, uint32_t id) { return {.id = id, .network = network}; }

/// The quality gate: not jailed, up often enough, not too dear.
bool eligible(const networks::Network& network, const Validator& v) {
    return v.jailed == 0 && v.slashed == 0 && v.uptime_bps >= network.uptime_min_bps &&
           v.commission_bps <= network.commission_max_bps;
}

Entry entry_of(const Query& query, NetworkId network, uint32_t id) {
    const Validator v = query.read<Books>().validators.get(key_of(network, id));
    const auto parameters = query.read<networks::Books>().networks.get(network);
    return {.id = id,
            .name = std::string{v.name.view()},
            .group = v.group,
            .commission_bps = v.commission_bps,
            .uptime_bps = v.uptime_bps,
            .jailed = v.jailed != 0,
            .eligible = eligible(parameters, v),
            .total_stake = v.total_stake,
            .bonded = bonded(query, network, id)};
}

uint32_t count_of(const Query& query, NetworkId network) {
    return query.read<Books>().counts.get(network).validators;
}

}  // namespace

bool exists(const Query& query, NetworkId network, uint32_t id) {
    return id != 0 && id <= count_of(query, network);
}

Assets bonded(const Query& query, NetworkId network, uint32_t id) {
    return token::held(query, token::bucket_account(network, token::Bucket::bonded, id));
}

Assets bonded_total(const Query& query, NetworkId network) {
    Assets total;
    for (uint32_t id = 1; id <= count_of(query, network); ++id)
        total.value = add(total.value, bonded(query, network, id).value);
    return total;
}

std::vector<Candidate> candidates(const Query& query, NetworkId network) {
    const auto parameters = query.read<networks::Books>().networks.get(network);
    std::vector<Candidate> all;
    for (uint32_t id = 1; id <= count_of(query, network); ++id) {
        const Validator v = query.read<Books>().validators.get(key_of(network, id));
        all.push_back({.id = id,
                       .bonded = bonded(query, network, id),
                       .eligible = eligible(parameters, v),
                       .total_stake = v.total_stake,
                       .group = v.group,
                       .weight = weight_of(query, network, id)});
    }
    return all;
}

Plan plan(const Query& query, NetworkId network, Assets amount) {
    const auto p = query.read<networks::Books>().networks.get(network);
    const Assets pool = token::located(query, network);
    return plan_era(candidates(query, network), amount, p.delegation_min,
                    {Assets{*mul_div_down(pool.value, p.validator_cap_bps, 10'000)},
                     Assets{*mul_div_down(pool.value, p.group_cap_bps, 10'000)}},
                    query.read<Books>().blends.get(network).bps);
}

Assets unbonding_pending(const Query& query, NetworkId network, uint32_t id) {
    return query.read<Books>().validators.get(key_of(network, id)).unbonding_pending;
}

void add_unbonding_pending(Call& call, NetworkId network, uint32_t id, Assets amount) {
    Books& books = call.own<Books>();
    Validator v = books.validators.get(key_of(network, id));
    v.unbonding_pending.value = add(v.unbonding_pending.value, amount.value);
    books.validators.put(key_of(network, id), v);
}

void settle_unbonding_pending(Call& call, NetworkId network, uint32_t id, Assets amount) {
    Books& books = call.own<Books>();
    Validator v = books.validators.get(key_of(network, id));
    v.unbonding_pending.value = sub(v.unbonding_pending.value, amount.value);
    books.validators.put(key_of(network, id), v);
}

void observe(Call& call, NetworkId network, const oracle::ValidatorReport& report) {
    Books& books = call.own<Books>();
    const Validator was = books.validators.get(key_of(network, report.id));
    Validator is = was;
    is.total_stake = report.total_stake;
    is.commission_bps = report.commission_bps;
    is.uptime_bps = report.uptime_bps;
    is.jailed = report.jailed ? 1 : 0;
    is.slashed = report.slashed.value > staking::rounding_per_delegation_max ? 1 : 0;
    books.validators.put(key_of(network, report.id), is);
    if (was.jailed != is.jailed || was.commission_bps != is.commission_bps)
        call.emit_as(validators_address, ValidatorChanged{network, report.id, is.commission_bps,
                                                          is.uptime_bps, is.jailed != 0});
}

uint32_t enlist(Call& call, NetworkId network, const Validator& validator) {
    Books& books = call.own<Books>();
    const uint32_t id = books.counts.get(network).validators + 1;
    books.counts.put(network, Count{id});
    books.validators.put(key_of(network, id), validator);
    return id;
}

Result<std::vector<Entry>> list(const Query& query, NetworkId network) {
    if (network == 0 || network > network_count) return fail(UnknownNetwork{network});
    std::vector<Entry> entries;
    for (uint32_t id = 1; id <= count_of(query, network); ++id)
        entries.push_back(entry_of(query, network, id));
    return entries;
}

Result<Decentralisation> decentralisation(const Query& query, NetworkId network) {
    if (network == 0 || network > network_count) return fail(UnknownNetwork{network});
    std::vector<u128> without, with;
    std::vector<uint16_t> groups;  // of the operators so far; those on their own have group 0
    for (const Candidate& c : candidates(query, network)) {
        const u128 ours = std::min(c.bonded, c.total_stake).value;
        size_t at = c.group == 0
                        ? groups.size()
                        : static_cast<size_t>(std::ranges::find(groups, c.group) - groups.begin());
        if (at == groups.size()) {
            groups.push_back(c.group);
            without.push_back(0);
            with.push_back(0);
        }
        without[at] = add(without[at], c.total_stake.value - ours);
        with[at] = add(with[at], c.total_stake.value);
    }
    return Decentralisation{.nakamoto_without = nakamoto_coefficient(without),
                            .nakamoto_with = nakamoto_coefficient(with),
                            .herfindahl_without_ppm = herfindahl_ppm(without),
                            .herfindahl_with_ppm = herfindahl_ppm(with)};
}

Result<Entry> validator(const Query& query, NetworkId network, uint32_t id) {
    if (!exists(query, network, id)) return fail(UnknownValidator{network, id});
    return entry_of(query, network, id);
}

}  // namespace thaw::protocol::validators
