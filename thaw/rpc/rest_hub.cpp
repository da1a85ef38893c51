#include "thaw/protocol/async_vault/face.hpp"
#include "thaw/rpc/rest_figures.hpp"
#include "thaw/rpc/rest_lending.hpp"
#include "thaw/rpc/rest_yields.hpp"

namespace thaw::rpc {

namespace {

/// Growth of the rate over the last days, a year's worth of it, in per cent; null while the chain
/// is too young.
json::value apr_over(const node::View& view, NetworkId network, const protocol::liquid::Rate& now,
                     uint64_t days) {
    const uint64_t now_s = view.head()->header.timestamp;
    const auto height = now_s < days * day_s ? std::nullopt : height_at(view, now_s - days * day_s);
    if (!height) return nullptr;
    const protocol::State past = view.fork_at(*height);
    const auto then = protocol::liquid::rate(query_at(view, *height, past), network);
    const uint64_t elapsed_s = now_s - view.context_at(*height).now_s;
    if (then.assets.is_zero() || now.supply.is_zero() || elapsed_s == 0) return nullptr;
    const auto growth = static_cast<long double>(now.assets.value) /
                            static_cast<long double>(then.assets.value) *
                            static_cast<long double>(then.supply.value) /
                            static_cast<long double>(now.supply.value) -
                        1;
    const auto bps = growth * 365 * day_s / static_cast<long double>(elapsed_s) * 10'000 + 0.5L;
    if (bps < 0) return json::value("-" + percent(static_cast<uint64_t>(-bps)));
    return json::value(percent(static_cast<uint64_t>(bps)));
}

json::object parameters_json(const protocol::networks::Network& n) {
    return {{"minimumStake", amount(n.stake_min)},
            {"feePercent", percent(n.fee_bps)},
            {"unbondingSeconds", n.unbonding_s},
            {"batchIntervalSeconds", n.batch_interval_s},
            {"earnsWhileUnbonding", n.earns_while_unbonding != 0},
            {"nominalAprPercent", percent(n.apr_nominal_bps)}};
}

json::object totals_json(const protocol::staking::Summary& s) {
    return {{"assets", amount(s.total_assets)},   {"shares", to_decimal(s.total_shares.value)},
            {"unreleased", amount(s.unreleased)}, {"buffer", amount(s.buffer)},
            {"inFlight", amount(s.in_flight)},    {"bonded", amount(s.bonded)},
            {"unbonding", amount(s.unbonding)},   {"claimable", amount(s.claimable)},
            {"insurance", amount(s.insurance)},   {"rewards", amount(s.rewards_total)},
            {"losses", amount(s.losses_total)},   {"fees", amount(s.fees_total)}};
}

/// The pool that pays whoever leaves at once; all of it as its contract's views say.
json::object flash_json(const node::View& view, NetworkId network) {
    const Address pool = protocol::contract_address(protocol::ContractKind::flash, network);
    const Query query = query_at(view, view.head()->header.number, view.state(), pool);
    const auto [target, low, high] = *protocol::flash::terms(query);
    json::object out{{"address", to_hex(pool)},
                     {"capacity", amount(*protocol::flash::capacity(query))},
                     {"target", amount(target)},
                     {"feeMinPercent", percent(low)},
                     {"feeMaxPercent", percent(high)}};
    if (const auto total = protocol::flash::total_assets(query)) out["assets"] = amount(*total);
    return out;
}

/// The token beside the one that is open to stakes, if there is one.
void add_second_token(json::object& out, const char* name, protocol::ContractKind kind,
                      NetworkId network, std::string_view symbol) {
    if (symbol.empty()) return;
    out[name] = json::object{{"symbol", symbol},
                             {"rebasing", kind == protocol::ContractKind::legacy},
                             {"address", to_hex(protocol::contract_address(kind, network))}};
}

json::object validators_json(const Query& query, NetworkId network) {
    const auto list = protocol::validators::list(query, network);
    size_t eligible = 0;
    if (list)
        for (const auto& entry : *list) eligible += entry.eligible ? 1 : 0;
    return {{"count", list ? list->size() : 0}, {"eligible", eligible}};
}

json::object network_json(const node::View& view, NetworkId network) {
    const uint64_t height = view.head()->header.number;
    const Query query = query_at(view, height, view.state(), staking_of(network));
    const auto n = view.state().networks.networks.get(network);
    const auto rate = protocol::liquid::rate(query, network);
    const auto summary = protocol::staking::summary(query);
    const auto queue = view.state().unbonding.queues.get(network);
    json::object out{
        {"id", network},
        {"name", n.name.view()},
        {"asset", json::object{{"symbol", n.asset_symbol.view()},
                               {"decimals", n.decimals},
                               {"address", to_hex(protocol::contract_address(
                                               protocol::ContractKind::asset, network))}}},
        {"liquid", json::object{{"symbol", n.liquid_symbol.view()},
                                {"rebasing", n.rebasing != 0},
                                {"address", to_hex(protocol::contract_address(
                                                protocol::ContractKind::liquid, network))}}},
        {"staking", to_hex(staking_of(network))},
        {"parameters", parameters_json(n)},
        {"rate", rate_text(rate)},
        {"aprPercent", json::object{{"1d", apr_over(view, network, rate, 1)},
                                    {"7d", apr_over(view, network, rate, 7)},
                                    {"30d", apr_over(view, network, rate, 30)}}},
        {"queue", json::object{{"tickets", queue.issued - queue.finalised},
                               {"issued", queue.issued},
                               {"finalised", queue.finalised}}},
        {"validators", validators_json(query, network)},
        {"halted", protocol::networks::stands_still(query, network)},
        {"lossPending", protocol::losses::is_pending(query, network)}};
    add_second_token(out, "legacy", protocol::ContractKind::legacy, network,
                     n.legacy_symbol.view());
    add_second_token(out, "wrapped", protocol::ContractKind::wrapped, network,
                     n.wrapped_symbol.view());
    if (!n.legacy_symbol.view().empty())
        out["switch"] = json::object{{"supply", amount(*protocol::staking::switch_supply(query))},
                                     {"feePercent", percent(n.switch_fee_bps)}};
    out["flash"] = flash_json(view, network);
    out["host"] = json::object{{"id", n.staking_host}, {"name", host_name(n.staking_host)}};
    if (summary) {
        out["totals"] = totals_json(*summary);
        out["frame"] = summary->frame;
        out["nextBatchTime"] = summary->next_batch_at_s;
    }
    return out;
}

json::object holding_json(std::string_view symbol, unsigned decimals, u128 balance) {
    return {{"symbol", symbol},
            {"decimals", decimals},
            {"balance", to_decimal(balance)},
            {"shown", format_amount(balance, decimals)}};
}

/// What an account provides to a network's flash pool; null when it is nothing.
json::value lent_json(const node::View& view, NetworkId network, const Address& account) {
    const Query pool =
        query_now(view, protocol::contract_address(protocol::ContractKind::flash, network));
    const auto held = protocol::flash::balance_of(pool, account);
    const auto announced = protocol::flash::announced_of(pool, account);
    const Shares all{add(held->value, announced->value)};
    if (all.is_zero()) return nullptr;
    const auto worth = protocol::flash::convert_to_assets(pool, all);
    return json::object{{"shares", to_decimal(held->value)},
                        {"announced", to_decimal(announced->value)},
                        {"worth", worth ? amount(*worth) : "0"}};
}

/// `query` asks at the network's liquid token.
json::object position_json(const Query& query, const protocol::networks::Network& n,
                           NetworkId network, const Address& account) {
    using protocol::ContractKind;
    const SubShares shares =
        protocol::liquid::holding(query, ContractKind::liquid, network, account);
    const u128 shown =
        protocol::liquid::shown_balance(query, ContractKind::liquid, network, account);
    const auto rate = protocol::liquid::rate(query, network);
    json::object liquid = holding_json(n.liquid_symbol.view(), n.decimals, shown);
    liquid["shares"] = to_decimal(protocol::liquid::whole(shares).value);
    liquid["worth"] = amount(protocol::liquid::worth(shares, rate));
    const Assets held =
        protocol::token::held(query, protocol::token::user_account(network, account));
    json::object position{{"network", n.name.view()},
                          {"asset", holding_json(n.asset_symbol.view(), n.decimals, held.value)},
                          {"liquid", std::move(liquid)}};
    const auto add = [&](const char* name, ContractKind kind, std::string_view symbol) {
        if (symbol.empty()) return;
        const SubShares there = protocol::liquid::holding(query, kind, network, account);
        json::object holding = holding_json(
            symbol, n.decimals, protocol::liquid::shown_balance(query, kind, network, account));
        holding["shares"] = to_decimal(protocol::liquid::whole(there).value);
        holding["worth"] = amount(protocol::liquid::worth(there, rate));
        position[name] = std::move(holding);
    };
    add("legacy", ContractKind::legacy, n.legacy_symbol.view());
    add("wrapped", ContractKind::wrapped, n.wrapped_symbol.view());
    position["redeemable"] = json::object{
        {"shares", to_decimal(protocol::async_vault::max_redeem(query, account)->value)},
        {"assets", amount(*protocol::async_vault::max_withdraw(query, account))}};
    return position;
}

json::array tickets_json(const Query& query, const protocol::State& state, const Address& account) {
    json::array out;
    constexpr uint64_t tickets_max = 1000;
    for (uint64_t from = 0; from < tickets_max; from += 100) {
        const auto page = protocol::unbonding::tickets_of(query, account, from);
        if (!page) break;
        for (const auto& t : *page)
            out.push_back(
                json::object{{"id", t.id.value},
                             {"network", state.networks.networks.get(t.network).name.view()},
                             {"shares", to_decimal(t.shares.value)},
                             {"nominal", amount(t.nominal)},
                             {"expected", amount(t.expected)},
                             {"requestedTime", t.requested_at_s},
                             {"readyTime", t.ready_at_s},
                             {"batch", t.batch},
                             {"status", ticket_status(t.status)}});
        if (page->size() < 100) break;
    }
    return out;
}

json::object account_json(const node::View& view, const Address& account) {
    const protocol::State& state = view.state();
    const Query query = query_at(view, view.head()->header.number, state);
    const auto held = [&](protocol::AssetId asset) {
        return protocol::token::held(query, protocol::token::user_account(asset, account)).value;
    };
    json::array positions;
    for (NetworkId n = 1; n <= protocol::network_count; ++n) {
        const auto row = state.networks.networks.get(n);
        if (row.name.view().empty()) continue;
        const Query token = query_at(view, view.head()->header.number, state,
                                     protocol::contract_address(protocol::ContractKind::liquid, n));
        positions.push_back(position_json(token, row, n, account));
        if (json::value lent = lent_json(view, n, account); !lent.is_null())
            positions.back().as_object()["flash"] = std::move(lent);
    }
    return {{"asOf", as_of_json(view.head())},
            {"address", to_hex(account)},
            {"nonce", state.accounts.accounts.get(account).nonce},
            {"eth", holding_json("ETH", 18, held(protocol::eth))},
            {"thaw", holding_json("THAW", 18, held(protocol::thaw_token))},
            {"positions", std::move(positions)},
            {"tickets", tickets_json(query, state, account)},
            {"liquidity", liquidity_held(view, account)},
            {"farms", farms_held(view, account)},
            {"vaults", vaults_held(view, account)},
            {"lending", lending_held(view, account)}};
}

}  // namespace

void add_rest_hub(Rest& rest, Backend& b) {
    rest.add("/v1/networks", "Every network: figures, rate, totals.", [&b](const Rest::Request&) {
        const node::View view = b.node.view();
        json::array networks;
        for (NetworkId n = 1; n <= protocol::network_count; ++n)
            if (!view.state().networks.networks.get(n).name.view().empty())
                networks.push_back(network_json(view, n));
        return json_answer(
            json::object{{"asOf", as_of_json(view.head())}, {"networks", std::move(networks)}},
            view.head());
    });
    rest.add("/v1/networks/{network}", "One network, by name or number.",
             [&b](const Rest::Request& r) {
                 const node::View view = b.node.view();
                 const auto network = network_named(view, r.captures[0]);
                 if (!network) return no_network(r.captures[0]);
                 json::object out = network_json(view, *network);
                 out["asOf"] = as_of_json(view.head());
                 return json_answer(std::move(out), view.head());
             });
    rest.add("/v1/accounts/{address}", "What an account holds, stakes and waits for.",
             [&b](const Rest::Request& r) {
                 const auto account = parse_address(r.captures[0]);
                 if (!account) return no_address();
                 const node::View view = b.node.view();
                 return json_answer(account_json(view, *account), view.head());
             });
}

}  // namespace thaw::rpc
