#include "thaw/protocol/exchange/markets.hpp"

#include "thaw/protocol/exchange/face.hpp"
#include "thaw/protocol/exchange/hops.hpp"
#include "thaw/protocol/stable/face.hpp"

namespace thaw::protocol::exchange {
namespace {

Result<void> check_coins(const Address& a, const Address& b) {
    if (a == b) return refuse("UniswapV2Library: IDENTICAL_ADDRESSES");
    if (a.is_zero() || b.is_zero()) return refuse("UniswapV2Library: ZERO_ADDRESS");
    return {};
}

Result<u128> by_pair(const Query& query, const Address& pair, const Address& from, u128 amount,
                     bool sells) {
    const Reserves now = reserves_of(query, pair, from);
    const Limit in{now.of_coin};
    const Limit out{now.of_other};
    return sells ? get_amount_out(query, Limit{amount}, in, out)
                 : get_amount_in(query, Limit{amount}, in, out);
}

/// Asks the pair and the stable pair, and takes the better answer. `coin` is what `amount` is of.
Result<Step> best(const Query& query, const Address& from, const Address& to, u128 amount,
                  bool sells) {
    TRY_VOID(check_coins(from, to));
    const Address pair = pair_address(from, to);
    const auto stable_pair = stable::find(query, from, to);
    Result<u128> answer = refuse_silently();
    if (exists(query, pair)) answer = by_pair(query, pair, from, amount, sells);
    if (!stable_pair) return Step{pair, TRY(answer)};
    const Result<u128> other = sells ? stable::quote_sale(query, *stable_pair, from, amount)
                                     : stable::quote_purchase(query, *stable_pair, to, amount);
    if (!exists(query, pair)) return Step{*stable_pair, TRY(other)};
    const bool better = other && (!answer || (sells ? *other > *answer : *other < *answer));
    return better ? Step{*stable_pair, *other} : Step{pair, TRY(answer)};
}

}  // namespace

Result<Step> best_sale(const Query& query, const Address& from, const Address& to, u128 amount) {
    return best(query, from, to, amount, true);
}
Result<Step> best_purchase(const Query& query, const Address& from, const Address& to,
                           u128 amount) {
    return best(query, from, to, amount, false);
}

bool is_traded(const Query& query, const Address& a, const Address& b) {
    return a != b && (exists(query, pair_address(a, b)) || stable::find(query, a, b));
}

Address other_coin(const Query& query, const Address& pool, const Address& coin) {
    if (!stable::is_pair(query, pool)) return reserves_of(query, pool, coin).other;
    const Address first = *stable::token0(query.at(pool));
    const Address second = *stable::token1(query.at(pool));
    return coin == first ? second : coin == second ? first : Address{};
}

Result<u128> sale(const Query& query, const Address& pool, const Address& coin, u128 amount) {
    return stable::is_pair(query, pool) ? stable::quote_sale(query, pool, coin, amount)
                                        : by_pair(query, pool, coin, amount, true);
}

Result<void> trade(Call& call, const Address& pool, const Address& coin, u128 amount, u128 brings,
                   const Address& to) {
    if (stable::is_pair(call, pool)) {
        TRY_VOID(stable::sell(call, pool, coin, amount, pool, to));
        return {};
    }
    const bool first = coin < reserves_of(call, pool, coin).other;
    Call pair = call.as(pool, call.self());
    return swap(pair, first ? Limit{} : Limit{brings}, first ? Limit{brings} : Limit{}, to, {});
}

}  // namespace thaw::protocol::exchange
