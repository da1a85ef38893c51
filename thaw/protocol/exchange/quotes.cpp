#include "thaw/protocol/exchange/hops.hpp"
#include "thaw/protocol/exchange/markets.hpp"
#include "thaw/protocol/exchange/math.hpp"

// What a swap would bring or cost.
namespace thaw::protocol::exchange {
namespace {

Result<u128> out_of(u128 amount, u128 reserve_in, u128 reserve_out) {
    if (amount == 0) return refuse("UniswapV2Library: INSUFFICIENT_INPUT_AMOUNT");
    if (reserve_in == 0 || reserve_out == 0)
        return refuse("UniswapV2Library: INSUFFICIENT_LIQUIDITY");
    const auto brought = amount_out(amount, reserve_in, reserve_out);
    if (!brought) return refuse("ds-math-mul-overflow");
    return *brought;
}

Result<u128> in_for(u128 amount, u128 reserve_in, u128 reserve_out) {
    if (amount == 0) return refuse("UniswapV2Library: INSUFFICIENT_OUTPUT_AMOUNT");
    if (reserve_in == 0 || reserve_out == 0)
        return refuse("UniswapV2Library: INSUFFICIENT_LIQUIDITY");
    if (amount > reserve_out) return refuse("ds-math-sub-underflow");
    if (amount == reserve_out) return refuse_silently();  // a division by zero there
    const auto cost = amount_in(amount, reserve_in, reserve_out);
    if (!cost) return refuse("ds-math-mul-overflow");
    return *cost;
}

Result<Route> empty_route(const Path& path) {
    if (path.size() < 2 || path.size() > path_max) return refuse("UniswapV2Library: INVALID_PATH");
    return Route{.path = path, .pools = Path(path.size() - 1), .amounts = Amounts(path.size())};
}

}  // namespace

Result<Route> route_out(const Query& query, u128 amount_in, const Path& path) {
    Route route = TRY(empty_route(path));
    route.amounts.front() = amount_in;
    for (size_t i = 0; i + 1 < path.size(); ++i) {
        const Step step = TRY(best_sale(query, path[i], path[i + 1], route.amounts[i]));
        route.pools[i] = step.pool;
        route.amounts[i + 1] = step.amount;
    }
    return route;
}

Result<Route> route_in(const Query& query, u128 amount_out, const Path& path) {
    Route route = TRY(empty_route(path));
    route.amounts.back() = amount_out;
    for (size_t i = path.size() - 1; i > 0; --i) {
        const Step step = TRY(best_purchase(query, path[i - 1], path[i], route.amounts[i]));
        route.pools[i - 1] = step.pool;
        route.amounts[i - 1] = step.amount;
    }
    return route;
}

Result<u128> quote(const Query&, Limit amount_a, Limit reserve_a, Limit reserve_b) {
    if (amount_a.value == 0) return refuse("UniswapV2Library: INSUFFICIENT_AMOUNT");
    if (reserve_a.value == 0 || reserve_b.value == 0)
        return refuse("UniswapV2Library: INSUFFICIENT_LIQUIDITY");
    const auto worth = mul_div_down(amount_a.value, reserve_b.value, reserve_a.value);
    if (!worth) return refuse("ds-math-mul-overflow");
    return *worth;
}

Result<u128> get_amount_out(const Query&, Limit amount, Limit reserve_in, Limit reserve_out) {
    return out_of(amount.value, reserve_in.value, reserve_out.value);
}
Result<u128> get_amount_in(const Query&, Limit amount, Limit reserve_in, Limit reserve_out) {
    return in_for(amount.value, reserve_in.value, reserve_out.value);
}
Result<Amounts> get_amounts_out(const Query& query, Limit amount_in, Path path) {
    return TRY(route_out(query, amount_in.value, path)).amounts;
}
Result<Amounts> get_amounts_in(const Query& query, Limit amount_out, Path path) {
    return TRY(route_in(query, amount_out.value, path)).amounts;
}

}  // namespace thaw::protocol::exchange
