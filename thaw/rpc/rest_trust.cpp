#include "thaw/protocol/state.hpp"
#include "thaw/rpc/rest_figures.hpp"

// What anybody may check: validators, what stands behind each asset, and who may do what.
namespace thaw::rpc {

namespace {

using protocol::AssetId;
using protocol::HostId;

json::object validators_json(const node::View& view, NetworkId network) {
    const Query query = query_now(view);
    const auto guidance = protocol::validators::guidance(query, network);
    json::array list;
    const auto entries = protocol::validators::list(query, network);
    for (const auto& v : *entries) {
        const size_t place = v.id - 1;
        list.push_back(json::object{
            {"id", v.id},
            {"name", v.name},
            {"group", v.group},
            {"commissionPercent", percent(v.commission_bps)},
            {"uptimePercent", percent(v.uptime_bps)},
            {"jailed", v.jailed},
            {"eligible", v.eligible},
            {"totalStake", amount(v.total_stake)},
            {"bonded", amount(v.bonded)},
            {"weight", place < guidance->weights.size() ? guidance->weights[place] : 0},
            {"why", *protocol::validators::explain(query, network, v.id)}});
    }
    const auto spread = *protocol::validators::decentralisation(query, network);
    return {
        {"network", view.state().networks.networks.get(network).name.view()},
        {"asOf", as_of_json(view.head())},
        {"guidedPercent", percent(guidance->blend_bps)},
        {"decentralisation", json::object{{"nakamotoWithout", spread.nakamoto_without},
                                          {"nakamotoWith", spread.nakamoto_with},
                                          {"herfindahlWithoutPpm", spread.herfindahl_without_ppm},
                                          {"herfindahlWithPpm", spread.herfindahl_with_ppm}}},
        {"validators", std::move(list)}};
}

/// What lies in custody, host by host; adds it up.
json::array custody_json(const protocol::State& state, AssetId asset, u128& sum) {
    json::array hosts;
    for (HostId host = 1; host <= protocol::host_count; ++host) {
        const auto custody = state.bridge.custody.get({host, asset});
        if (custody.liquid.is_zero() && custody.committed.is_zero()) continue;
        sum = add(sum, custody.liquid.value);
        hosts.push_back(json::object{{"host", host_name(host)},
                                     {"liquid", amount(custody.liquid)},
                                     {"committed", amount(custody.committed)}});
    }
    return hosts;
}

/// One asset: what there is for it on host chains, and to whom it belongs. `backing` and `issued`
/// are equal while the books are right.
json::object reserve_json(const node::View& view, AssetId asset, std::string_view symbol,
                          unsigned decimals) {
    const protocol::State& state = view.state();
    const auto totals = state.token.totals.get(asset);
    u128 backing = 0;
    json::array custody = custody_json(state, asset, backing);
    json::object out{{"asset", symbol}, {"decimals", decimals}, {"custody", std::move(custody)}};
    u128 held = sub(totals.supply.value, add(totals.pooled.value, totals.withdrawing.value));
    json::object owed{{"accounts", to_decimal(held)}, {"withdrawals", amount(totals.withdrawing)}};
    if (asset >= 1 && asset <= protocol::network_count) {
        const Query query = query_now(view, staking_of(asset));
        const auto s = *protocol::staking::summary(query);
        backing = add(backing, add(s.bonded.value, s.unbonding.value));
        out["bonded"] = amount(s.bonded);
        out["unbonding"] = amount(s.unbonding);
        const auto tickets = state.unbonding.queues.get(asset).nominal;
        owed["stakers"] = amount(s.total_assets);
        owed["unreleased"] = amount(s.unreleased);
        owed["ticketsOfStakers"] = amount(tickets);
        owed["claimable"] = amount(s.claimable);
        owed["insurance"] = amount(s.insurance);
        owed["rest"] =
            to_decimal(sub(totals.pooled.value, add(add(s.total_assets.value, s.unreleased.value),
                                                    add(s.claimable.value, s.insurance.value))));
    }
    out["owed"] = std::move(owed);
    out["backing"] = to_decimal(backing);
    out["issued"] = amount(totals.supply);
    out["covered"] = backing >= totals.supply.value;
    return out;
}

json::object reserves_json(const node::View& view) {
    json::array assets;
    assets.push_back(reserve_json(view, protocol::eth, "ETH", 18));
    for (AssetId asset = 1; asset <= protocol::network_count; ++asset) {
        const auto n = view.state().networks.networks.get(asset);
        json::object one = reserve_json(view, asset, n.asset_symbol.view(), n.decimals);
        one["network"] = n.name.view();
        assets.push_back(std::move(one));
    }
    return {{"asOf", as_of_json(view.head())}, {"assets", std::move(assets)}};
}

json::object role_json(std::string_view role, const Address& account,
                       std::initializer_list<std::string_view> can, std::string_view fastest) {
    json::array list;
    for (const std::string_view one : can) list.push_back(json::value(one));
    return {{"role", role},
            {"account", account.is_zero() ? json::value(nullptr) : json::value(to_hex(account))},
            {"can", std::move(list)},
            {"fastest", fastest}};
}

/// What each key can do at most, and how fast; docs/security.md has what it cannot.
json::array powers_json(const protocol::State& state) {
    const auto hub = state.networks.hub.get(0);
    const auto terms = state.governance.settings.get(0);
    const bool governed = hub.owner == protocol::timelock_address;
    const auto after = [&](uint64_t delay_s) {
        const uint64_t all_s = terms.voting_delay_s + terms.voting_period_s + delay_s;
        return std::to_string(all_s / day_s) + " days after it was proposed";
    };
    const std::string parameters = governed ? after(terms.min_delay_s) : "at once";
    const std::string sets =
        (governed ? after(terms.long_delay_s) + "; " : std::string{}) + "one change in 7 days";
    return {role_json("owner", hub.owner,
                      {"halt or resume new stakes and flash exits of a network",
                       "lower a fee, or raise it by at most half and half a point, once in 7 days",
                       "guide up to half of new stake by weights, under the caps",
                       "set the terms of flash pools and stable pairs within their bounds"},
                      parameters),
            role_json("owner", hub.owner, {"change one member of the oracle, or its quorum"}, sets),
            role_json("owner", hub.owner,
                      {"freeze a lending market for what is new, or change its terms within "
                       "bounds; a threshold falls by at most two points",
                       "bound how fast a price may move and a rate may count"},
                      parameters + "; each term once in 7 days"),
            role_json("owner", hub.owner, {"open a lending market", "hand out the reserves of one"},
                      governed ? after(terms.long_delay_s) : "at once"),
            role_json("guardian", terms.guardian,
                      {"cancel what was voted until it is done",
                       "pause the timelock, or new stakes of a network, for 14 days"},
                      "at once; the same pause again 14 days after its end"),
            role_json("oracle quorum", protocol::oracle_address,
                      {"report what happened on hosts: deposits, outcomes, rewards, losses"},
                      "rewards within each frame's bound; losses above 0.35 % in 18 days take a "
                      "second quorum"),
            role_json("treasury", hub.treasury, {"spend what fees brought it"}, "at once"),
            role_json("anybody", {}, {"carry out what was voted, once its time has come"},
                      after(terms.min_delay_s))};
}

json::object roles_json(const node::View& view) {
    const protocol::State& state = view.state();
    const auto hub = state.networks.hub.get(0);
    const auto settings = state.oracle.settings.get(0);
    json::array members;
    for (uint32_t place = 1; place <= settings.members; ++place)
        members.push_back(json::value(to_hex(state.oracle.members.get(place).account)));
    return {{"asOf", as_of_json(view.head())},
            {"owner", to_hex(hub.owner)},
            {"pendingOwner", to_hex(hub.heir)},
            {"treasury", to_hex(hub.treasury)},
            {"governed", hub.owner == protocol::timelock_address},
            {"guardian", to_hex(state.governance.settings.get(0).guardian)},
            {"powers", powers_json(state)},
            {"oracle", json::object{{"members", std::move(members)}, {"quorum", settings.quorum}}}};
}

std::string_view kind_in_words(std::string_view kind) {
    if (kind == "asset") return "An asset that crossed the bridge.";
    if (kind == "liquid") return "Staked; earns every day.";
    if (kind == "legacy") return "Staked before the hub; earns, and can be switched.";
    if (kind == "wrapped") return "Staked; earns by its worth, its balance stands still.";
    return "Issued by a module of the hub.";
}

/// The Uniswap token list of what the hub has tokens for.
json::object token_list(const Backend& b, const node::View& view) {
    json::array tokens;
    json::object tags;
    for (const protocol::Contract& c : protocol::contracts(view.state())) {
        if (c.symbol.empty()) continue;
        tokens.push_back(json::object{{"chainId", b.chain_id},
                                      {"address", to_hex(c.address)},
                                      {"name", c.symbol},
                                      {"symbol", c.symbol},
                                      {"decimals", c.decimals},
                                      {"tags", json::array{json::value(c.kind)}}});
        tags[c.kind] = json::object{{"name", c.kind}, {"description", kind_in_words(c.kind)}};
    }
    return {{"name", "Thaw"},
            {"timestamp", "2026-01-01T00:00:00.000Z"},
            {"version", json::object{{"major", 1}, {"minor", 0}, {"patch", 0}}},
            {"tags", std::move(tags)},
            {"tokens", std::move(tokens)}};
}

}  // namespace

void add_rest_trust(Rest& rest, Backend& b) {
    rest.add("/v1/validators", "Every network's validators.", [&b](const Rest::Request&) {
        const node::View view = b.node.view();
        json::array networks;
        for (NetworkId n = 1; n <= protocol::network_count; ++n)
            if (!view.state().networks.networks.get(n).name.view().empty())
                networks.push_back(validators_json(view, n));
        return json_answer(json::object{{"networks", std::move(networks)}}, view.head());
    });
    rest.add("/v1/networks/{network}/validators",
             "A network's validators, why each gets new stake or not, and how concentrated the "
             "host is without the pool and with it.",
             [&b](const Rest::Request& r) {
                 const node::View view = b.node.view();
                 const auto network = network_named(view, r.captures[0]);
                 if (!network) return no_network(r.captures[0]);
                 return json_answer(validators_json(view, *network), view.head());
             });
    rest.add("/v1/reserves", "What stands behind each asset, and to whom it belongs.",
             [&b](const Rest::Request&) {
                 const node::View view = b.node.view();
                 return json_answer(reserves_json(view), view.head());
             });
    rest.add("/v1/roles", "Who may do what at most, and how fast.", [&b](const Rest::Request&) {
        const node::View view = b.node.view();
        return json_answer(roles_json(view), view.head());
    });
    rest.add("/tokenlist.json", "The tokens, as wallets and exchanges read lists.",
             [&b](const Rest::Request&) {
                 const node::View view = b.node.view();
                 return json_answer(token_list(b, view), view.head());
             });
}

}  // namespace thaw::rpc
