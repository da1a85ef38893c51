#include "thaw/protocol/coins/face.hpp"
#include "thaw/protocol/exchange/math.hpp"
#include "thaw/protocol/opportunities/face.hpp"

// Constant-product pairs: what the ledger knows of their coins, and deals at what they charge.
namespace thaw::protocol::opportunities {
namespace {

constexpr uint64_t page = 100;

/// The network whose pool, or whose asset, a coin stands for; 0: none.
NetworkId network_of(const Address& coin) {
    if (!is_native(coin) || index_of(coin) > network_count) return 0;
    switch (kind_of(coin)) {
        case ContractKind::asset:
        case ContractKind::liquid:
        case ContractKind::legacy:
        case ContractKind::wrapped:
            return index_of(coin);
        default:
            return 0;
    }
}
bool is_asset(const Address& coin) { return kind_of(coin) == ContractKind::asset; }

/// What so much of a coin's balance is worth at the ledger's rate, in the asset, rounded down.
u128 worth(const Query& query, const Address& coin, u128 face) {
    if (is_asset(coin) || coins::is_rebasing(query, coin)) return face;
    const liquid::Rate rate = liquid::rate(query, network_of(coin));
    return mul_div_down(face, rate.assets.value * liquid::sub_units, rate.supply.value)
        .value_or(u128_max);
}

/// One side of a pair and the other, in face units.
struct Side {
    Address coin;
    u128 reserve = 0;
};
struct Pair {
    Side sold;
    Side bought;
};
Pair reversed(const Pair& p) { return {p.bought, p.sold}; }

u128 power_of_ten(unsigned digits) {
    u128 n = 1;
    while (digits-- > 0) n *= 10;
    return n;
}
/// Of one unit of the coin sold in the coin bought, in 10^-18; 0 when none.
u128 price_of(const Query& query, const Pair& p) {
    if (p.sold.reserve == 0) return 0;
    const unsigned digits =
        18 + coins::decimals(query, p.sold.coin) - coins::decimals(query, p.bought.coin);
    return mul_div_down(p.bought.reserve, power_of_ten(digits), p.sold.reserve).value_or(0);
}
u128 fair_price_of(const Query& query, const Pair& p) {
    const u128 many = u128{1} << 80;  // so many of each, so that little is lost to rounding
    const u128 sold = worth(query, p.sold.coin, many);
    const u128 bought = worth(query, p.bought.coin, many);
    return bought == 0 ? 0 : mul_div_down(sold, one_18, bought).value_or(0);
}

/// What a deal of so many steps brings, and gains in the asset over what it gives.
struct Outcome {
    u128 size = 0;
    u128 brings = 0;
};
Outcome deal(const Pair& p, u128 steps) {
    const u128 size = steps * (p.sold.reserve / 65'536 + 1);
    return {size, exchange::amount_out(size, p.sold.reserve, p.bought.reserve).value_or(0)};
}
uint64_t gain_ppm(const Query& query, const Pair& p, const Outcome& from, const Outcome& to) {
    const u128 given = worth(query, p.sold.coin, to.size - from.size);
    const u128 got = worth(query, p.bought.coin, to.brings - from.brings);
    if (given == 0 || got <= given) return 0;
    constexpr u128 most = u128{1} << 63;
    return static_cast<uint64_t>(
        std::min(mul_div_down(got - given, ppm, given).value_or(most), most));
}
/// The largest deal whose last step gains more than is required; nothing when no step does.
Outcome closing(const Query& query, const Pair& p, uint64_t required_ppm) {
    const auto pays = [&](u128 steps) {
        return gain_ppm(query, p, deal(p, steps - 1), deal(p, steps)) > required_ppm;
    };
    if (!pays(1)) return {};
    u128 low = 1;
    u128 high = 2;
    while (high < u128{1} << 32 && pays(high)) {
        low = high;
        high *= 2;
    }
    while (high - low > 1) {
        const u128 middle = low + (high - low) / 2;
        (pays(middle) ? low : high) = middle;
    }
    return deal(p, low);
}

/// How what is sold is come by, and what is bought made good; nothing where there is no way.
std::string_view way_of(const Query& query, const Pair& p) {
    const auto legacy = [](const Address& coin) { return kind_of(coin) == ContractKind::legacy; };
    if (is_asset(p.sold.coin)) return "buy and unstake";
    if (legacy(p.sold.coin) || legacy(p.bought.coin)) return "none";  // switching has its own price
    if (!is_asset(p.bought.coin)) return "swap and convert";
    return staking::check_open(query, network_of(p.sold.coin)) ? "stake and sell" : "none";
}

void fill_in(const Query& query, PairOpportunity& o, const Pair& p) {
    const std::string_view way = way_of(query, p);
    if (way == "none") return;
    const NetworkId network = network_of(p.sold.coin);
    const uint64_t wait_s = way == "buy and unstake" ? unstaking_s(query, network) : 0;
    const uint64_t required = wait_s == 0 ? 0 : time_value_ppm(query, network, wait_s);
    const Outcome best = closing(query, p, required);
    if (best.size == 0) return;
    const auto n = query.read<networks::Books>().networks.get(network);
    if (way == "stake and sell" && worth(query, p.sold.coin, best.size) < n.stake_min.value) return;
    o.kind = way;
    o.sold = p.sold.coin;
    o.size = best.size;
    o.bought = best.brings;
    o.wait_s = wait_s;
    const u128 given = worth(query, p.sold.coin, best.size);
    const u128 got = worth(query, p.bought.coin, best.brings);
    o.profit = Assets{got > given ? got - given : 0};
    o.first_yearly_ppm = yearly_ppm(gain_ppm(query, p, {}, deal(p, 1)), wait_s);
    o.yearly_ppm = yearly_ppm(gain_ppm(query, p, {}, best), wait_s);
}

PairOpportunity look_at(const Query& query, const Address& pair) {
    const Address token0 = *exchange::token0(query.at(pair));
    const auto reserves = exchange::reserves_of(query, pair, token0);
    const Pair p{{token0, reserves.of_coin}, {reserves.other, reserves.of_other}};
    PairOpportunity o{.pair = pair, .token0 = token0, .token1 = reserves.other, .kind = "none"};
    o.price = price_of(query, p);
    const NetworkId network = network_of(token0);
    if (network == 0 || network != network_of(reserves.other)) {
        o.kind = "no fair value";
        return o;
    }
    o.fair_price = fair_price_of(query, p);
    if (o.price == 0 || o.fair_price == 0) return o;
    o.below = o.price < o.fair_price;
    const u128 apart = o.below ? o.fair_price - o.price : o.price - o.fair_price;
    o.apart_ppm = static_cast<uint64_t>(mul_div_down(apart, ppm, o.fair_price).value_or(0));
    fill_in(query, o, o.below ? reversed(p) : p);
    return o;
}

}  // namespace

Result<std::vector<PairOpportunity>> pairs(const Query& query, uint64_t from) {
    const uint64_t count = exchange::all_pairs_length(query)->value;
    std::vector<PairOpportunity> list;
    for (uint64_t n = from; n < count && list.size() < page; ++n)
        list.push_back(look_at(query, *exchange::all_pairs(query, codec::Number{n})));
    return list;
}

}  // namespace thaw::protocol::opportunities
