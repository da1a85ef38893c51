#include "thaw/base/text.hpp"
#include "thaw/protocol/coins/face.hpp"
#include "thaw/protocol/exchange/routing.hpp"
#include "thaw/protocol/flash/face.hpp"
#include "thaw/protocol/stable/face.hpp"
#include "thaw/protocol/state.hpp"
#include "thaw/rpc/rest_figures.hpp"
#include "thaw/rpc/rest_yields.hpp"

// What lies in pairs for an account, and what a token of any layer is worth in an asset.
namespace thaw::rpc {

namespace {

using protocol::AssetId;
using protocol::ContractKind;
namespace coins = protocol::coins;
namespace exchange = protocol::exchange;
namespace issued = protocol::issued;
namespace stable = protocol::stable;

/// An amount of an asset: 0 is ether, then those of the networks, then THAW.
struct Worth {
    AssetId asset = protocol::eth;
    u128 amount = 0;
};
/// Two coins of a pair, and how much of each.
struct Parts {
    Address first, second;
    u128 of_first = 0, of_second = 0;
};

/// What burning `liquidity` of a constant-product pair would pay, the protocol's part of fees,
/// where one is taken, still in it.
std::optional<Parts> parts_of_pair(const Query& query, const Address& pair, u128 liquidity) {
    const u128 supply = issued::supply(query, pair);
    if (supply == 0) return std::nullopt;
    const Query there = query.at(pair);
    const Address first = *exchange::token0(there), second = *exchange::token1(there);
    const auto a = mul_div_down(coins::shown(query, first, pair), liquidity, supply);
    const auto b = mul_div_down(coins::shown(query, second, pair), liquidity, supply);
    if (!a || !b) return std::nullopt;
    return Parts{first, second, *a, *b};
}

std::optional<Parts> parts_of_stable(const Query& query, const Address& pair, u128 liquidity) {
    const Query there = query.at(pair);
    const auto parts = stable::preview_remove(there, liquidity);
    if (!parts) return std::nullopt;
    return Parts{*stable::token0(there), *stable::token1(there), std::get<0>(*parts),
                 std::get<1>(*parts)};
}

/// A coin of genesis: an asset, or a share of a network's pool or flash pool.
std::optional<Worth> worth_of_native(const Query& query, const Address& coin, u128 amount) {
    const auto id = static_cast<AssetId>(protocol::index_of(coin));
    switch (protocol::kind_of(coin)) {
        case ContractKind::asset:
            return Worth{id, amount};
        case ContractKind::flash: {
            const auto assets = protocol::flash::convert_to_assets(query.at(coin), Shares{amount});
            if (!assets) return std::nullopt;
            return Worth{id, assets->value};
        }
        case ContractKind::liquid:
        case ContractKind::legacy:
        case ContractKind::wrapped: {
            if (coins::is_rebasing(query, coin)) return Worth{id, amount};
            const auto shares = protocol::liquid::sub_shares(Shares{amount});
            if (!shares) return std::nullopt;
            const auto rate = protocol::liquid::rate(query, id);
            return Worth{id, protocol::liquid::worth(*shares, rate).value};
        }
        default:
            return std::nullopt;
    }
}

std::optional<Worth> worth_of(const Query& query, const Address& coin, u128 amount);

/// Both halves of a constant-product pair are worth the same at its price: twice the half whose
/// worth is known without a market, an asset of a network before ether.
std::optional<Worth> worth_of_pair(const Query& query, const Parts& parts) {
    const auto a = worth_of(query, parts.first, parts.of_first);
    const auto b = worth_of(query, parts.second, parts.of_second);
    const auto rank = [](const std::optional<Worth>& w) {
        if (!w) return 0;
        return w->asset == protocol::thaw_token ? 1 : w->asset == protocol::eth ? 2 : 3;
    };
    const auto& known = rank(a) >= rank(b) ? a : b;
    if (!known) return std::nullopt;
    const auto twice = checked_add(known->amount, known->amount);
    if (!twice) return std::nullopt;
    return Worth{known->asset, *twice};
}

std::optional<Worth> worth_of(const Query& query, const Address& coin, u128 amount) {
    if (coin == protocol::weth_address) return Worth{protocol::eth, amount};
    if (protocol::is_native(coin)) return worth_of_native(query, coin, amount);
    if (stable::is_pair(query, coin)) {
        const auto parts = parts_of_stable(query, coin, amount);
        if (!parts) return std::nullopt;
        const auto a = worth_of(query, parts->first, parts->of_first);
        const auto b = worth_of(query, parts->second, parts->of_second);
        if (!a || !b) return std::nullopt;
        return Worth{a->asset, add(a->amount, b->amount)};
    }
    if (!exchange::exists(query, coin)) return std::nullopt;
    const auto parts = parts_of_pair(query, coin, amount);
    return parts ? worth_of_pair(query, *parts) : std::nullopt;
}

json::object held_json(const Query& query, const Address& pair, std::string_view kind,
                       u128 liquidity, const std::optional<Parts>& parts) {
    json::object out{{"address", to_hex(pair)},
                     {"kind", kind},
                     {"symbol", coins::symbol(query, pair)},
                     {"decimals", coins::decimals(query, pair)},
                     {"liquidity", to_decimal(liquidity)},
                     {"of", to_decimal(issued::supply(query, pair))}};
    if (parts)
        out["coins"] = json::array{amount_json(query, parts->first, parts->of_first),
                                   amount_json(query, parts->second, parts->of_second)};
    if (auto value = worth_json(query, pair, liquidity); !value.is_null())
        out["worth"] = std::move(value);
    return out;
}

}  // namespace

json::value worth_json(const Query& query, const Address& coin, u128 amount) {
    const auto worth = worth_of(query, coin, amount);
    if (!worth) return nullptr;
    const Address asset = worth->asset == protocol::eth
                              ? protocol::weth_address
                              : protocol::contract_address(ContractKind::asset, worth->asset);
    json::object out = amount_json(query, asset, worth->amount);
    if (worth->asset == protocol::eth) out["symbol"] = "ETH";
    return out;
}

json::array liquidity_held(const node::View& view, const Address& account) {
    const Query query = query_now(view);
    json::array out;
    const auto count = exchange::all_pairs_length(query)->value;
    for (uint64_t i = 0; i < count; ++i) {
        const Address pair = *exchange::all_pairs(query, codec::Number{i});
        if (const u128 held = issued::held(query, pair, account); held != 0)
            out.push_back(held_json(query, pair, "pair", held, parts_of_pair(query, pair, held)));
    }
    for (NetworkId n = 1; n <= protocol::network_count; ++n) {
        const Address pair = stable::pair_of(query, n);
        if (const u128 held = issued::held(query, pair, account); held != 0)
            out.push_back(
                held_json(query, pair, "stable", held, parts_of_stable(query, pair, held)));
    }
    return out;
}

}  // namespace thaw::rpc
