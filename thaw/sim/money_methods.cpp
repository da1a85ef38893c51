#include "thaw/sim/money_methods.hpp"

#include "thaw/base/text.hpp"
#include "thaw/protocol/assets/face.hpp"
#include "thaw/rpc/encode.hpp"
#include "thaw/rpc/thaw_methods.hpp"
#include "thaw/sim/development.hpp"

namespace thaw::sim {

namespace {

using rpc::Answer;
using rpc::Decoded;
using rpc::Error;
using rpc::Params;
using rpc::Where;
namespace json = boost::json;

constexpr uint64_t arrival_wait_ms = 10'000;
constexpr u128 one_18 = 1'000'000'000'000'000'000;

tl::unexpected<Error> refuse(std::string message) {
    return tl::unexpected(Error{rpc::code::invalid_params, std::move(message)});
}

/// Puts money into an account of the Ethereum host out of nothing, which only a simulated host can,
/// and sends it to the hub.
void send_through_bridge(hosts::SimulatedHost& host, const Address& receiver, AssetId asset,
                         Assets amount) {
    host.fund(hosts::account_of(receiver), asset, amount);
    THAW_ASSERT(host.transfer_to_custody(hosts::account_of(receiver), receiver, asset, amount));
}

/// Waits until the oracle has credited what was sent.
std::optional<Error> wait_for_arrival(Devnet& devnet) {
    if (devnet.courier().wait_idle(arrival_wait_ms)) return std::nullopt;
    return Error{rpc::code::server,
                 "the deposit has been made and is not credited yet: it waits for blocks "
                 "(evm_mine, or evm_setAutomine true)"};
}

Assets ether_of(Devnet& devnet, const Address& account) {
    const node::View view = devnet.node().view();
    return view.state().token.balances.get(protocol::token::user_account(protocol::eth, account));
}

Answer set_balance(Devnet& devnet, const Params& p) {
    const Address account = TRY(rpc::argument(p, 0, rpc::read_address));
    const Assets wanted{TRY(rpc::argument(p, 1, rpc::read_quantity))};
    {
        auto pause = devnet.courier().pause();
        const Assets there = ether_of(devnet, account);
        if (there == wanted) return nullptr;
        if (wanted < there)
            return refuse(
                "a balance can be raised, by a deposit through the bridge, not lowered: " +
                to_hex(account) + " has " + to_decimal(there.value) +
                " wei; send some away instead");
        const u128 more = wanted.value - there.value;
        if (!checked_add(pause.worlds().total_of(protocol::eth).value, more))
            return refuse("so much ether does not fit into 128 bits together with what there is");
        send_through_bridge(pause.worlds().host(hosts::ethereum), account, protocol::eth, {more});
        if (const auto fault = pause.save())
            return tl::unexpected(Error{rpc::code::server, *fault});
    }
    if (const auto late = wait_for_arrival(devnet)) return tl::unexpected(*late);
    return nullptr;
}

struct TokenWish {
    std::string name = "Test Token";
    std::string symbol = "TEST";
    uint8_t decimals = 18;
    Assets supply{one_18 * 1'000'000};
    Address holder;
};

Decoded<TokenWish> read_wish(const Params& p) {
    TokenWish wish;
    wish.holder = crypto::address_of(development_key(0));
    if (p.find(0) == nullptr || p.find(0)->is_null()) return wish;
    const json::object* object = p.find(0)->if_object();
    if (object == nullptr)
        return refuse(
            "invalid argument 0 (what): expected an object {kind, name?, symbol?, "
            "decimals?, supply?, holder?}");
    const auto at = [](std::string_view name) { return Where{0, "what", name}; };
    const auto given = [&](std::string_view name) -> const json::value* {
        const json::value* value = object->if_contains(name);
        return value == nullptr || value->is_null() ? nullptr : value;
    };
    if (const auto* kind = given("kind"); kind != nullptr && *kind != "token")
        return refuse("this hub instantiates kind \"token\" only: it has no vaults or pairs yet");
    if (const auto* v = given("name")) wish.name = TRY(rpc::read_string(*v, at("name")));
    if (const auto* v = given("symbol")) wish.symbol = TRY(rpc::read_string(*v, at("symbol")));
    if (const auto* v = given("decimals")) {
        const uint64_t decimals = TRY(rpc::read_number(*v, at("decimals")));
        wish.decimals = static_cast<uint8_t>(std::min<uint64_t>(decimals, 255));
    }
    if (const auto* v = given("supply")) {
        const auto decimal =
            v->is_string() ? parse_decimal(std::string_view{v->get_string()}) : std::nullopt;
        wish.supply = {decimal ? *decimal : TRY(rpc::read_quantity(*v, at("supply")))};
    }
    if (const auto* v = given("holder")) wish.holder = TRY(rpc::read_address(*v, at("holder")));
    return wish;
}

json::object token_json(AssetId asset, const TokenWish& wish) {
    return {{"kind", "token"},
            {"asset", asset},
            {"address", to_hex(protocol::contract_address(protocol::ContractKind::asset, asset))},
            {"name", wish.name},
            {"symbol", wish.symbol},
            {"decimals", wish.decimals},
            {"supply", to_decimal(wish.supply.value)},
            {"holder", to_hex(wish.holder)}};
}

Answer instantiate(Devnet& devnet, const Params& p) {
    const TokenWish wish = TRY(read_wish(p));
    AssetId asset = 0;
    {
        auto pause = devnet.courier().pause();
        hosts::SimulatedHost& host = pause.worlds().host(hosts::ethereum);
        // Tokens that the hub has not heard of yet have taken their numbers.
        asset = static_cast<AssetId>(protocol::asset_count + host.world().listings.size());
        const node::View view = devnet.node().view();
        const protocol::Query query{view.state(), view.context_at(view.head()->header.number)};
        const auto fits = protocol::assets::check(query, protocol::assets::end(query), host.id(),
                                                  {}, wish.name, wish.symbol, wish.decimals);
        if (!fits || asset >= protocol::assets::assets_max)
            return refuse(
                "a token needs a name of 1 to 32 and a symbol of 1 to 16 printable "
                "characters, at most 18 decimals, and one of " +
                to_decimal(protocol::assets::assets_max) + " numbers");
        host.issue(asset, wish.name, wish.symbol, wish.decimals);
        if (!wish.supply.is_zero()) send_through_bridge(host, wish.holder, asset, wish.supply);
        if (const auto fault = pause.save())
            return tl::unexpected(Error{rpc::code::server, *fault});
    }
    if (const auto late = wait_for_arrival(devnet)) return tl::unexpected(*late);
    return json::value(token_json(asset, wish));
}

}  // namespace

void add_money_methods(rpc::Methods& m, Devnet& devnet) {
    for (const std::string prefix : {"anvil", "hardhat"})
        m.add(prefix + "_setBalance", "address balance",
              "Raises an account's ether to so many wei, by a deposit through the bridge.",
              [&devnet](const Params& p) { return set_balance(devnet, p); });
    m.add("thaw_instantiate", "what?",
          "A fresh token of the Ethereum host, listed and deposited: {kind: \"token\", name?, "
          "symbol?, decimals?, supply?, holder?}. Returns it with its address.",
          [&devnet](const Params& p) { return instantiate(devnet, p); });
}

}  // namespace thaw::sim
