#include "thaw/rpc/rest_yields.hpp"

#include "thaw/protocol/vault/face.hpp"
#include "thaw/rpc/rest_figures.hpp"

namespace thaw::rpc {

namespace {

namespace coins = protocol::coins;
namespace farm = protocol::farm;
namespace issued = protocol::issued;
namespace vault = protocol::vault;

/// A hundred contracts at a time is what a factory lists.
constexpr uint64_t page = 100;

json::array rewards_json(const Query& there) {
    json::array out;
    const auto rewards = farm::rewards(there);
    for (const farm::Reward& reward : *rewards)
        out.push_back(json::object{{"token", coin_json(there, reward.token)},
                                   {"funded", to_decimal(reward.funded)},
                                   {"emitted", to_decimal(reward.emitted)},
                                   {"paid", to_decimal(reward.paid)},
                                   {"perDay", to_decimal(reward.per_day)},
                                   {"secondsLeft", reward.seconds_left}});
    return out;
}

json::object farmer_json(const Query& there, const Address& account) {
    const auto [tokens, amounts] = *farm::pending(there, account);
    json::array pending;
    for (size_t i = 0; i < tokens.size(); ++i)
        pending.push_back(amount_json(there, tokens[i], amounts[i]));
    const u128 staked = *farm::staked_of(there, account);
    json::object out{{"receipts", to_decimal(issued::held(there, there.self(), account))},
                     {"staked", to_decimal(staked)},
                     {"pending", std::move(pending)}};
    out["value"] = worth_json(there, *farm::staking_token(there), staked);
    return out;
}

json::object farm_json(const Query& there, const std::optional<Address>& account) {
    json::object out{{"address", to_hex(there.self())},
                     {"symbol", *issued::symbol(there)},
                     {"decimals", *issued::decimals(there)},
                     {"stakingToken", coin_json(there, *farm::staking_token(there))},
                     {"manager", to_hex(*farm::manager(there))},
                     {"receipts", to_decimal(issued::supply(there, there.self()))},
                     {"staked", to_decimal(*farm::total_staked(there))},
                     {"rewards", rewards_json(there)}};
    if (account) out["account"] = farmer_json(there, *account);
    return out;
}

json::object vault_json(const Query& there, const std::optional<Address>& account) {
    const auto [counted, locked, released_at_s] = *vault::position(there);
    const auto [fee_bps, bounty_bps] = *vault::fees(there);
    const Address works_in = *vault::farm_of(there);
    const auto one = u128{1'000'000};  // shares to a base unit at the start
    json::object out{{"address", to_hex(there.self())},
                     {"symbol", *issued::symbol(there)},
                     {"decimals", *issued::decimals(there)},
                     {"kind", works_in.is_zero() ? "staking" : "farm"},
                     {"asset", coin_json(there, *vault::asset(there))},
                     {"shares", to_decimal(issued::supply(there, there.self()))},
                     {"assets", to_decimal(*vault::total_assets(there))},
                     {"counted", to_decimal(counted)},
                     {"locked", to_decimal(locked)},
                     {"releasedTime", released_at_s},
                     {"feeBps", fee_bps},
                     {"bountyBps", bounty_bps}};
    constexpr u128 precise = 1'000'000'000'000'000'000;
    if (const auto worth = vault::convert_to_assets(there, precise * one))
        out["sharePrice"] = format_amount(*worth, 18);
    if (!works_in.is_zero()) out["farm"] = to_hex(works_in);
    if (!account) return out;
    const u128 mine = issued::held(there, there.self(), *account);
    json::object holder{{"shares", to_decimal(mine)}};
    if (const auto worth = vault::convert_to_assets(there, mine)) {
        holder["worth"] = to_decimal(*worth);
        holder["value"] = worth_json(there, *vault::asset(there), *worth);
    }
    if (const auto now = vault::max_withdraw(there, *account))
        holder["withdrawable"] = to_decimal(*now);
    out["account"] = std::move(holder);
    return out;
}

/// Everything a factory lists, in the order of creation.
template <class List, class Each>
json::array all_of(const Query& query, const List& list, const Each& each) {
    json::array out;
    for (uint64_t from = 0;; from += page) {
        const auto some = *list(query, from);
        for (const Address& address : some) each(out, query.at(address));
        if (some.size() < page) return out;
    }
}

std::optional<HttpResponse> asked_account(const Rest::Request& r, std::optional<Address>& account) {
    const auto given = r.query.find("account");
    if (given == r.query.end()) return std::nullopt;
    account = parse_address(given->second);
    if (account) return std::nullopt;
    return problem(400, "Bad Request", "account: an address is \"0x\" and 40 digits");
}

}  // namespace

json::array farms_held(const node::View& view, const Address& account) {
    return all_of(query_now(view), farm::farms, [&](json::array& out, const Query& there) {
        const auto due = *farm::pending(there, account);
        const bool owed = std::ranges::any_of(std::get<1>(due), [](u128 a) { return a != 0; });
        if (owed || issued::held(there, there.self(), account) != 0)
            out.push_back(farm_json(there, account));
    });
}

json::array vaults_held(const node::View& view, const Address& account) {
    return all_of(query_now(view), vault::vaults, [&](json::array& out, const Query& there) {
        if (issued::held(there, there.self(), account) != 0)
            out.push_back(vault_json(there, account));
    });
}

void add_rest_yields(Rest& rest, Backend& b) {
    const auto list = [&b](std::string_view name, auto addresses, auto describe) {
        return [&b, name, addresses, describe](const Rest::Request& r) {
            std::optional<Address> account;
            if (auto refused = asked_account(r, account)) return *refused;
            const node::View view = b.node.view();
            json::object body{{"asOf", as_of_json(view.head())}};
            body[name] =
                all_of(query_now(view), addresses, [&](json::array& out, const Query& there) {
                    out.push_back(describe(there, account));
                });
            return json_answer(body, view.head());
        };
    };
    rest.add("/v1/farms", "Every farm: what is staked, what flows; with ?account= a farmer's part.",
             list("farms", farm::farms, farm_json));
    rest.add("/v1/vaults", "Every vault: price, profit, fees; with ?account= a holder's part.",
             list("vaults", vault::vaults, vault_json));
}

}  // namespace thaw::rpc
