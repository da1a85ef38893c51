#include "thaw/protocol/exchange/routing.hpp"
#include "thaw/protocol/stable/face.hpp"
#include "thaw/protocol/state.hpp"
#include "thaw/rpc/rest_figures.hpp"

// What is traded: pools, and what a swap would bring.
namespace thaw::rpc {

namespace {

namespace exchange = protocol::exchange;
namespace stable = protocol::stable;

constexpr uint64_t page_max = 100;

json::object reserve_json(const Query& query, const Address& coin, u128 reserve) {
    json::object out = coin_json(query, coin);
    out["reserve"] = to_decimal(reserve);
    return out;
}

json::object pool_json(const Query& query, const Address& pair) {
    const Address first = *exchange::token0(query.at(pair));
    const auto reserves = exchange::reserves_of(query, pair, first);
    json::object out{{"address", to_hex(pair)},
                     {"kind", "pair"},
                     {"feePercent", "0.3"},
                     {"liquidity", to_decimal(protocol::issued::supply(query, pair))}};
    out["coins"] = json::array{reserve_json(query, first, reserves.of_coin),
                               reserve_json(query, reserves.other, reserves.of_other)};
    return out;
}

json::object stable_json(const Query& query, const Address& pair) {
    const stable::Summary s = *stable::summary(query.at(pair));
    const bool asset_first = *stable::token0(query.at(pair)) == s.asset;
    json::object out{{"address", to_hex(pair)},
                     {"kind", "stable"},
                     {"feePercent", format_amount(s.fee_ppm, 4)},
                     {"liquidity", to_decimal(s.liquidity)},
                     {"amplification", format_amount(s.amplification, 2)},
                     {"price", format_amount(s.price, 18)},
                     {"fairPrice", format_amount(s.fair_price, 18)}};
    json::array coins{reserve_json(query, s.asset, s.asset_reserve),
                      reserve_json(query, s.liquid, s.liquid_reserve)};
    if (!asset_first) std::swap(coins[0], coins[1]);
    out["coins"] = std::move(coins);
    return out;
}

/// A page of all pools, the stable pairs first, then pairs in the order of their creation: ?from=
/// is the number of the first, ?limit= how many.
HttpResponse pools_answer(const Backend& b, const Rest::Request& request) {
    const auto limit = number_asked(request, "limit", page_max, page_max);
    const auto from = number_asked(request, "from", 1, ~uint64_t{0});
    if (!limit || !from)
        return problem(400, "Bad Request", "?from= counts from 1, ?limit= is from 1 to 100");
    const node::View view = b.node.view();
    const Query query = query_now(view);
    const uint64_t stables = stable::all_pairs_length(query)->value;
    const uint64_t count = stables + exchange::all_pairs_length(query)->value;
    json::array list;
    uint64_t next = *from;
    for (; next <= count && next - *from < *limit; ++next) {
        const codec::Number at{next <= stables ? next - 1 : next - 1 - stables};
        list.push_back(next <= stables ? stable_json(query, *stable::all_pairs(query, at))
                                       : pool_json(query, *exchange::all_pairs(query, at)));
    }
    json::object body{{"asOf", as_of_json(view.head())}, {"count", count}};
    body["pools"] = std::move(list);
    body["next"] = next <= count ? json::value(next) : json::value(nullptr);
    return json_answer(body, view.head());
}

HttpResponse pool_answer(const Backend& b, const Rest::Request& request) {
    const auto address = parse_address(request.captures.at(0));
    if (!address) return no_address();
    const node::View view = b.node.view();
    const Query query = query_now(view);
    const bool is_stable = stable::is_pair(query, *address);
    if (!is_stable && !exchange::exists(query, *address))
        return problem(404, "Not Found", "no pair lives at that address");
    json::object body = is_stable ? stable_json(query, *address) : pool_json(query, *address);
    body["asOf"] = as_of_json(view.head());
    return json_answer(body, view.head());
}

json::array addresses_json(const exchange::Path& path) {
    json::array list;
    for (const Address& address : path) list.push_back(json::value(to_hex(address)));
    return list;
}
json::object way_json(const exchange::Way& way) {
    json::array amounts;
    for (const u128 step : way.amounts) amounts.push_back(json::value(to_decimal(step)));
    json::object out{{"amountIn", to_decimal(way.amounts.front())},
                     {"amountOut", to_decimal(way.amounts.back())}};
    out["path"] = addresses_json(way.path);
    out["pools"] = addresses_json(way.pools);
    out["amounts"] = std::move(amounts);
    return out;
}

std::string asked(const Rest::Request& request, std::string_view name) {
    const auto at = request.query.find(name);
    return at == request.query.end() ? std::string{} : at->second;
}

HttpResponse swap_quote(const Backend& b, const Rest::Request& request) {
    const auto from = parse_address(asked(request, "from"));
    const auto to = parse_address(asked(request, "to"));
    const auto amount_in = parse_decimal(asked(request, "amount"));
    if (!from || !to || !amount_in || *amount_in == 0)
        return problem(400, "Bad Request",
                       "say ?from= and ?to=, addresses of tokens (WETH for ETH), and ?amount= in "
                       "base units");
    const node::View view = b.node.view();
    const Query query = query_now(view);
    const auto best = exchange::best_route(query, *from, *to, *amount_in);
    if (!best) return problem(404, "Not Found", "no way leads from one to the other");
    json::object body{{"asOf", as_of_json(view.head())}};
    body["best"] = way_json(*best);
    if (const auto divided = exchange::quote_split(query, *from, *to, *amount_in)) {
        json::array list;
        for (const exchange::Way& way : std::get<0>(*divided)) list.push_back(way_json(way));
        body["divided"] = json::object{{"amountOut", to_decimal(std::get<1>(*divided))},
                                       {"ways", std::move(list)}};
    }
    return json_answer(body, view.head());
}

}  // namespace

void add_rest_pools(Rest& rest, Backend& b) {
    rest.add("/v1/pools",
             "Stable pairs, then pairs in the order of their creation: ?from=, ?limit=.",
             [&b](const Rest::Request& r) { return pools_answer(b, r); });
    rest.add("/v1/pools/{address}", "One pair.",
             [&b](const Rest::Request& r) { return pool_answer(b, r); });
    rest.add("/v1/quotes/swap",
             "What a swap would bring by the best way, and divided: ?from=, ?to=, ?amount=.",
             [&b](const Rest::Request& r) { return swap_quote(b, r); });
}

}  // namespace thaw::rpc
