#include "thaw/protocol/coins/face.hpp"
#include "thaw/protocol/exchange/hops.hpp"
#include "thaw/protocol/exchange/limits.hpp"

// Router 02: swaps.
namespace thaw::protocol::exchange {
namespace {

Result<void> check_starts_with_weth(const Path& path) {
    if (path.empty()) return refuse_silently();
    if (path.front() != weth_address) return refuse("UniswapV2Router: INVALID_PATH");
    return {};
}
Result<void> check_ends_with_weth(const Path& path) {
    if (path.empty()) return refuse_silently();
    if (path.back() != weth_address) return refuse("UniswapV2Router: INVALID_PATH");
    return {};
}

Result<Route> at_least(const Query& query, u128 amount_in, Limit out_min, const Path& path) {
    Route route = TRY(route_out(query, amount_in, path));
    if (route.amounts.back() < out_min.value)
        return refuse("UniswapV2Router: INSUFFICIENT_OUTPUT_AMOUNT");
    return route;
}
Result<Route> at_most(const Query& query, u128 amount_out, u128 in_max, const Path& path) {
    Route route = TRY(route_in(query, amount_out, path));
    if (route.amounts.front() > in_max) return refuse("UniswapV2Router: EXCESSIVE_INPUT_AMOUNT");
    return route;
}

/// Takes the first coin from the caller and carries the route out.
Result<Amounts> run(Call& call, const Route& route, const Address& to) {
    TRY_VOID(take(call, route.path.front(), first_stop(route), route.amounts.front()));
    TRY_VOID(follow(call, route, to));
    return route.amounts;
}
Result<Amounts> run_with_ether(Call& call, const Route& route, const Address& to) {
    TRY_VOID(give_wrapped(call, first_stop(route), route.amounts.front()));
    TRY_VOID(follow(call, route, to));
    return route.amounts;
}
Result<Amounts> run_to_ether(Call& call, const Route& route, const Address& to) {
    TRY_VOID(run(call, route, call.self()));
    TRY_VOID(give_unwrapped(call, to, route.amounts.back()));
    return route.amounts;
}

Result<Address> pair_of(const Address& a, const Address& b) {
    if (a == b) return refuse("UniswapV2Library: IDENTICAL_ADDRESSES");
    if (a.is_zero() || b.is_zero()) return refuse("UniswapV2Library: ZERO_ADDRESS");
    return pair_address(a, b);
}

/// A path whose first coin has been sent to its pair: each pair swaps what has arrived there.
Result<void> swap_what_arrived(Call& call, const Path& path, const Address& to) {
    for (size_t i = 0; i + 1 < path.size(); ++i) {
        const Address pool = TRY(pair_of(path[i], path[i + 1]));
        if (!exists(call, pool)) return refuse_silently();
        const Reserves now = reserves_of(call, pool, path[i]);
        const u128 came = sub(coins::shown(call, path[i], pool), now.of_coin);
        const Limit out{
            TRY(get_amount_out(call, Limit{came}, Limit{now.of_coin}, Limit{now.of_other}))};
        const bool first = path[i] < path[i + 1];
        const Address stop = i + 2 < path.size() ? TRY(pair_of(path[i + 1], path[i + 2])) : to;
        Call pair = call.as(pool, call.self());
        TRY_VOID(swap(pair, first ? Limit{} : out, first ? out : Limit{}, stop, {}));
    }
    return {};
}

Result<void> check_path(const Path& path) {
    if (path.size() < 2) return refuse_silently();  // an index out of range there
    if (path.size() > path_max) return refuse("UniswapV2Library: INVALID_PATH");
    return {};
}

/// The same, refused when `to` receives less of the last coin than `out_min`.
Result<u128> swap_counting(Call& call, const Path& path, const Address& to, Limit out_min) {
    const u128 before = coins::shown(call, path.back(), to);
    TRY_VOID(swap_what_arrived(call, path, to));
    const u128 after = coins::shown(call, path.back(), to);
    if (after < before) return refuse("ds-math-sub-underflow");
    if (after - before < out_min.value)
        return refuse("UniswapV2Router: INSUFFICIENT_OUTPUT_AMOUNT");
    return after - before;
}

}  // namespace

Result<Amounts> swap_exact_tokens_for_tokens(Call& call, Limit amount_in, Limit out_min, Path path,
                                             Address to, Number deadline) {
    TRY_VOID(check_deadline(call, deadline));
    return run(call, TRY(at_least(call, amount_in.value, out_min, path)), to);
}

Result<Amounts> swap_tokens_for_exact_tokens(Call& call, Limit amount_out, Limit in_max, Path path,
                                             Address to, Number deadline) {
    TRY_VOID(check_deadline(call, deadline));
    return run(call, TRY(at_most(call, amount_out.value, in_max.value, path)), to);
}

Result<Amounts> swap_exact_eth_for_tokens(Call& call, Limit out_min, Path path, Address to,
                                          Number deadline) {
    TRY_VOID(check_deadline(call, deadline));
    TRY_VOID(check_starts_with_weth(path));
    return run_with_ether(call, TRY(at_least(call, call.value().value, out_min, path)), to);
}

Result<Amounts> swap_tokens_for_exact_eth(Call& call, Limit amount_out, Limit in_max, Path path,
                                          Address to, Number deadline) {
    TRY_VOID(check_deadline(call, deadline));
    TRY_VOID(check_ends_with_weth(path));
    return run_to_ether(call, TRY(at_most(call, amount_out.value, in_max.value, path)), to);
}

Result<Amounts> swap_exact_tokens_for_eth(Call& call, Limit amount_in, Limit out_min, Path path,
                                          Address to, Number deadline) {
    TRY_VOID(check_deadline(call, deadline));
    TRY_VOID(check_ends_with_weth(path));
    return run_to_ether(call, TRY(at_least(call, amount_in.value, out_min, path)), to);
}

Result<Amounts> swap_eth_for_exact_tokens(Call& call, Limit amount_out, Path path, Address to,
                                          Number deadline) {
    TRY_VOID(check_deadline(call, deadline));
    TRY_VOID(check_starts_with_weth(path));
    const Route route = TRY(at_most(call, amount_out.value, call.value().value, path));
    TRY_VOID(run_with_ether(call, route, to));
    refund(call, route.amounts.front());
    return route.amounts;
}

Result<void> swap_exact_tokens_for_tokens_supporting(Call& call, Limit amount_in, Limit out_min,
                                                     Path path, Address to, Number deadline) {
    TRY_VOID(check_deadline(call, deadline));
    TRY_VOID(check_path(path));
    const Address first = TRY(pair_of(path[0], path[1]));
    TRY_VOID(take(call, path[0], first, amount_in.value));
    TRY_VOID(swap_counting(call, path, to, out_min));
    return {};
}

Result<void> swap_exact_eth_for_tokens_supporting(Call& call, Limit out_min, Path path, Address to,
                                                  Number deadline) {
    TRY_VOID(check_deadline(call, deadline));
    TRY_VOID(check_starts_with_weth(path));
    TRY_VOID(check_path(path));
    const Address first = TRY(pair_of(path[0], path[1]));
    TRY_VOID(give_wrapped(call, first, call.value().value));
    TRY_VOID(swap_counting(call, path, to, out_min));
    return {};
}

Result<void> swap_exact_tokens_for_eth_supporting(Call& call, Limit amount_in, Limit out_min,
                                                  Path path, Address to, Number deadline) {
    TRY_VOID(check_deadline(call, deadline));
    TRY_VOID(check_ends_with_weth(path));
    TRY_VOID(check_path(path));
    const Address first = TRY(pair_of(path[0], path[1]));
    TRY_VOID(take(call, path[0], first, amount_in.value));
    const u128 wei = TRY(swap_counting(call, path, call.self(), out_min));
    return give_unwrapped(call, to, wei);
}

}  // namespace thaw::protocol::exchange
