#include "thaw/protocol/vault/market.hpp"

#include "thaw/protocol/exchange/face.hpp"
#include "thaw/protocol/exchange/math.hpp"
#include "thaw/protocol/vault/market_math.hpp"

namespace thaw::protocol::vault {
namespace {

Observation noted_now(const Query& query, const Address& pair) {
    const exchange::Pair row = query.read<exchange::Books>().pairs.get(pair);
    const auto [reserve0, reserve1, updated_at_s] = *exchange::get_reserves(query.at(pair));
    const auto now_s = static_cast<uint32_t>(query.now_s());
    const uint32_t elapsed_s = now_s - row.updated_at_s;
    if (reserve0.value == 0 || reserve1.value == 0) return {row.price0, row.price1, query.now_s()};
    return {exchange::accumulated(row.price0, reserve1.value, reserve0.value, elapsed_s),
            exchange::accumulated(row.price1, reserve0.value, reserve1.value, elapsed_s),
            query.now_s()};
}

/// The observation that means are taken from: the newer one that is old enough, if not too old.
std::optional<Observation> usable(const Query& query, const Address& pair) {
    const Observed seen = query.read<Books>().observed.get(pair);
    for (const Observation& o : {seen.newer, seen.older}) {
        const uint64_t age_s = query.now_s() - o.at_s;
        if (o.at_s != 0 && age_s >= mean_min_s && age_s <= mean_max_s) return o;
    }
    return std::nullopt;
}

/// What so much of a token is worth in the other one by the mean price of their pair.
std::optional<u128> mean_worth(const Query& query, const Address& pair, bool first, u128 amount) {
    const auto then = usable(query, pair);
    if (!then) return std::nullopt;
    const Observation now = noted_now(query, pair);
    const Wide sum =
        first ? difference(now.price0, then->price0) : difference(now.price1, then->price1);
    return at_mean(amount, sum, now.at_s - then->at_s);
}

/// What a swap in a pair comes to.
struct Deal {
    u128 units = 0;   ///< given, in ledger units
    u128 brings = 0;  ///< as the other token shows it
};
Deal deal_for(const Query& query, const Address& pair, const Address& token, u128 units) {
    const bool first = query.read<exchange::Books>().pairs.get(pair).token0 == token;
    const auto [reserve0, reserve1, updated_at_s] = *exchange::get_reserves(query.at(pair));
    const u128 in = first ? reserve0.value : reserve1.value;
    const u128 out = first ? reserve1.value : reserve0.value;
    const u128 most = coins::to_ledger_down(query, token, in / part_of_reserve);
    Deal deal{.units = std::min(units, most)};
    const u128 shown = coins::to_face_down(query, token, deal.units);
    if (shown == 0 || out == 0) return {};
    const auto mean = mean_worth(query, pair, first, shown);
    const auto brings = exchange::amount_out(shown, in, out);
    if (!mean || !brings || *brings < least_out(*mean, slippage_bps) || *brings == 0) return {};
    deal.brings = *brings;
    return deal;
}

CarryKey carry_key(const Address& vault, const Address& token) {
    return {.vault = vault, .token = token};
}

}  // namespace

bool observe_pair(Call& call, const Address& pair) {
    Books& books = call.own<Books>();
    Observed seen = books.observed.get(pair);
    if (seen.newer.at_s != 0 && call.now_s() - seen.newer.at_s < mean_min_s) return false;
    seen.older = seen.newer;
    seen.newer = noted_now(call, pair);
    books.observed.put(pair, seen);
    return true;
}

u128 carried(const Query& query, const Address& vault, const Address& token) {
    return query.read<Books>().carried.get(carry_key(vault, token)).units;
}

void carry(Call& call, const Address& token, u128 units) {
    call.own<Books>().carried.put(carry_key(call.self(), token), {units});
}

Result<void> sell(Call& call, const Address& token, const Address& other, u128 most) {
    const Address pair = exchange::pair_address(token, other);
    if (!exchange::exists(call, pair)) return {};
    const u128 has = carried(call, call.self(), token);
    const Deal deal = deal_for(call, pair, token, std::min(has, most));
    if (deal.units != 0) {
        const bool first = call.read<exchange::Books>().pairs.get(pair).token0 == token;
        const u128 held = coins::held(call, other, call.self());
        TRY_VOID(coins::move(call, token, call.self(), pair, deal.units));
        Call there = call.as(pair, call.self());
        TRY_VOID(exchange::swap(there, exchange::Limit{first ? 0 : deal.brings},
                                exchange::Limit{first ? deal.brings : 0}, call.self(), {}));
        carry(call, token, has - deal.units);
        carry(call, other,
              add(carried(call, call.self(), other),
                  sub(coins::held(call, other, call.self()), held)));
    }
    observe_pair(call, pair);
    return {};
}

bool is_near_mean(const Query& query, const Address& pair) {
    const auto [reserve0, reserve1, updated_at_s] = *exchange::get_reserves(query.at(pair));
    const auto mean1 = mean_worth(query, pair, true, reserve0.value);
    const auto mean0 = mean_worth(query, pair, false, reserve1.value);
    return mean0 && mean1 && reserve0.value >= least_out(*mean0, slippage_bps) &&
           reserve1.value >= least_out(*mean1, slippage_bps);
}

Result<void> sell(Call& call, const Address& token, const Address& other) {
    return sell(call, token, other, u128_max);
}

}  // namespace thaw::protocol::vault
