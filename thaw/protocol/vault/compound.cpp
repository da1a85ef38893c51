#include "thaw/protocol/exchange/face.hpp"
#include "thaw/protocol/exchange/math.hpp"
#include "thaw/protocol/vault/market.hpp"

// What a harvest does before it counts: rewards become more of what the vault takes.
namespace thaw::protocol::vault {
namespace {

/// Two coins of a pair, and how much of each the vault carries, as they show it.
struct Sides {
    Address pair;
    Address token0, token1;
    u128 reserve0 = 0, reserve1 = 0;
    u128 has0 = 0, has1 = 0;
};
Sides sides_of(const Query& query, const Address& pair) {
    const exchange::Pair row = query.read<exchange::Books>().pairs.get(pair);
    const auto [reserve0, reserve1, updated_at_s] = *exchange::get_reserves(query.at(pair));
    const auto has = [&](const Address& token) {
        return coins::to_face_down(query, token, carried(query, query.self(), token));
    };
    return {pair,           row.token0,      row.token1,     reserve0.value,
            reserve1.value, has(row.token0), has(row.token1)};
}

/// Sells half of what there is too much of, so that both sides are worth about the same.
Result<void> balance(Call& call, const Address& pair) {
    const Sides s = sides_of(call, pair);
    if (s.reserve0 == 0 || s.reserve1 == 0) return {};
    const auto matching0 = mul_div_down(s.has1, s.reserve0, s.reserve1);
    const auto matching1 = mul_div_down(s.has0, s.reserve1, s.reserve0);
    if (!matching0 || !matching1) return {};
    if (s.has0 > *matching0)
        return sell(call, s.token0, s.token1,
                    coins::to_ledger_down(call, s.token0, (s.has0 - *matching0) / 2));
    return sell(call, s.token1, s.token0,
                coins::to_ledger_down(call, s.token1, (s.has1 - *matching1) / 2));
}

/// Adds what both sides have in common as liquidity; returns what was issued for it.
Result<u128> provide(Call& call, const Address& pair) {
    const Sides s = sides_of(call, pair);
    const u128 supply = issued::supply(call, pair);
    if (s.reserve0 == 0 || s.reserve1 == 0 || supply == 0) return u128{0};
    const auto matching0 = mul_div_down(s.has1, s.reserve0, s.reserve1);
    const auto matching1 = mul_div_down(s.has0, s.reserve1, s.reserve0);
    const u128 give0 = std::min(s.has0, matching0.value_or(u128_max));
    const u128 give1 = std::min(s.has1, matching1.value_or(u128_max));
    const auto units = [&](const Address& token, u128 shown) {
        return coins::to_ledger_down(call, token, shown);
    };
    // Too little for a unit of liquidity, with what moving in whole shares may cost: another time.
    const auto worth0 = mul_div_down(give0 - std::min<u128>(give0, 2), supply, s.reserve0);
    const auto worth1 = mul_div_down(give1 - std::min<u128>(give1, 2), supply, s.reserve1);
    if (worth0.value_or(1) == 0 || worth1.value_or(1) == 0) return u128{0};
    for (const auto& [token, shown] : {std::pair{s.token0, give0}, std::pair{s.token1, give1}}) {
        const u128 moved = units(token, shown);
        TRY_VOID(coins::move(call, token, call.self(), pair, moved));
        carry(call, token, sub(carried(call, call.self(), token), moved));
    }
    Call there = call.as(pair, call.self());
    return exchange::mint(there, call.self());
}

/// What was claimed, turned into units of what the farm takes.
Result<u128> earned(Call& call, const Vault& v, const std::vector<farm::Paid>& paid) {
    const exchange::Pair sides = call.read<exchange::Books>().pairs.get(v.asset);
    const bool liquidity = exchange::exists(call, v.asset);
    const auto wanted = [&](const Address& token) {
        return token == v.asset || (liquidity && (token == sides.token0 || token == sides.token1));
    };
    for (const farm::Paid& reward : paid)
        if (!wanted(reward.token) && reward.token != weth_address)
            TRY_VOID(sell(call, reward.token, weth_address));
    if (!wanted(weth_address))
        TRY_VOID(sell(call, weth_address, liquidity ? sides.token0 : v.asset));
    u128 gained = 0;
    if (liquidity) {
        TRY_VOID(balance(call, v.asset));
        if (is_near_mean(call, v.asset)) gained = TRY(provide(call, v.asset));
        observe_pair(call, v.asset);
    }
    gained = add(gained, carried(call, call.self(), v.asset));
    carry(call, v.asset, 0);
    return gained;
}

}  // namespace

Result<u128> compound_farm(Call& call) {
    const Vault v = here(call);
    const auto paid = TRY(farm::collect(call, v.farm, call.self(), call.self()));
    for (const farm::Paid& reward : paid)
        carry(call, reward.token, add(carried(call, call.self(), reward.token), reward.amount));
    const u128 gained = TRY(earned(call, v, paid));
    if (gained != 0) TRY_VOID(farm::stake(call, v.farm, call.self(), call.self(), gained));
    return add(v.position.counted, gained);
}

}  // namespace thaw::protocol::vault
