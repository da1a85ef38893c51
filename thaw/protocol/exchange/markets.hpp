/// Any pool that trades two coins, constant-product or stable, by one set of words.
#pragma once
#include "thaw/protocol/exchange/wire.hpp"

namespace thaw::protocol::exchange {

/// A pool and what it asks or brings.
struct Step {
    Address pool;
    u128 amount = 0;
};

/// The pool of two coins that brings most for `amount` of `from`; of two equal ones the pair. The
/// refusals are Uniswap V2's unless only a stable pair is there.
Result<Step> best_sale(const Query& query, const Address& from, const Address& to, u128 amount);
/// The pool that asks least of `from` for `amount` of `to`.
Result<Step> best_purchase(const Query& query, const Address& from, const Address& to, u128 amount);

/// Whether any pool trades two coins.
bool is_traded(const Query& query, const Address& a, const Address& b);
/// The coin that a pool has beside `coin`; the zero address when it is no pool of that coin.
Address other_coin(const Query& query, const Address& pool, const Address& coin);
/// What a named pool brings for `amount` of `coin`.
Result<u128> sale(const Query& query, const Address& pool, const Address& coin, u128 amount);
/// Lets a pool trade `amount` of `coin`, which lies there uncounted, for what its quote says.
Result<void> trade(Call& call, const Address& pool, const Address& coin, u128 amount, u128 brings,
                   const Address& to);

}  // namespace thaw::protocol::exchange
