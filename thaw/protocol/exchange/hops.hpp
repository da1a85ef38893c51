/// One step of a path: which pool carries it, and for how much.
#pragma once
#include "thaw/protocol/exchange/router.hpp"

namespace thaw::protocol::exchange {

/// A path with a pool and amounts for each step: `amounts` has one more than `pools`.
struct Route {
    Path path;
    Path pools;
    Amounts amounts;
};

/// The route of a given input, or of a given output; refusals are Uniswap V2's.
Result<Route> route_out(const Query& query, u128 amount_in, const Path& path);
Result<Route> route_in(const Query& query, u128 amount_out, const Path& path);

/// Where the first coin of a route has to be sent.
const Address& first_stop(const Route& route);
/// Carries out a route whose first coin lies there already.
Result<void> follow(Call& call, const Route& route, const Address& to);

Result<void> check_deadline(const Query& query, Number deadline);
/// Takes a coin from the caller.
Result<void> take(Call& call, const Address& coin, const Address& to, u128 amount);
/// Sends a coin that the router holds.
Result<void> give(Call& call, const Address& coin, const Address& to, u128 amount);
/// Wraps ether that came with the call, and sends it.
Result<void> give_wrapped(Call& call, const Address& to, u128 wei);
/// Unwraps ether that the router holds, and pays it.
Result<void> give_unwrapped(Call& call, const Address& to, u128 wei);
/// Returns what of the ether sent along was not used.
void refund(Call& call, u128 used);

}  // namespace thaw::protocol::exchange
