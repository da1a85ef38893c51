#include "thaw/protocol/coins/face.hpp"
#include "thaw/protocol/exchange/hops.hpp"
#include "thaw/protocol/exchange/markets.hpp"
#include "thaw/protocol/weth/face.hpp"

// What the router does with coins and ether that pass through its hands.
namespace thaw::protocol::exchange {

Result<void> check_deadline(const Query& query, Number deadline) {
    if (deadline.value < query.now_s()) return refuse("UniswapV2Router: EXPIRED");
    return {};
}

Result<void> take(Call& call, const Address& coin, const Address& to, u128 amount) {
    if (!coins::pay(call, coin, call.sender(), to, amount))
        return refuse("TransferHelper: TRANSFER_FROM_FAILED");
    return {};
}

Result<void> give(Call& call, const Address& coin, const Address& to, u128 amount) {
    if (!coins::pay(call, coin, call.self(), to, amount))
        return refuse("TransferHelper: TRANSFER_FAILED");
    return {};
}

Result<void> give_wrapped(Call& call, const Address& to, u128 wei) {
    TRY_VOID(weth::wrap(call, call.self(), call.self(), Assets{wei}));
    return give(call, weth_address, to, wei);
}

Result<void> give_unwrapped(Call& call, const Address& to, u128 wei) {
    return weth::unwrap(call, call.self(), to, Assets{wei});
}

void refund(Call& call, u128 used) {
    token::post(call, token::user_account(eth, call.self()),
                token::user_account(eth, call.sender()), Assets{sub(call.value().value, used)});
}

const Address& first_stop(const Route& route) { return route.pools.front(); }

Result<void> follow(Call& call, const Route& route, const Address& to) {
    for (size_t i = 0; i < route.pools.size(); ++i) {
        const Address& stop = i + 1 < route.pools.size() ? route.pools[i + 1] : to;
        TRY_VOID(trade(call, route.pools[i], route.path[i], route.amounts[i], route.amounts[i + 1],
                       stop));
    }
    return {};
}

}  // namespace thaw::protocol::exchange
