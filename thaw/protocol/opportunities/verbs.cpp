#include "thaw/protocol/opportunities/face.hpp"
#include "thaw/protocol/stable/market.hpp"

namespace thaw::protocol::opportunities {
namespace {

u128 tokens_shown(const stable::Coin& coin, u128 sub_shares) {
    return coin.rebasing ? liquid::worth(SubShares{sub_shares}, coin.rate).value
                         : sub_shares / liquid::sub_units;
}

/// Fills in what a deal brings, given what it costs and returns in assets.
void take_in(Opportunity& o, const stable::Market& market, u128 paid, u128 returned) {
    o.size = Assets{paid};
    o.profit = Assets{returned > paid ? returned - paid : 0};
    const auto gain = mul_div_down(o.profit.value, ppm, paid);
    o.first_yearly_ppm = yearly_ppm(gain_ppm(market), o.wait_s);
    o.yearly_ppm = yearly_ppm(gain ? static_cast<uint64_t>(*gain) : 0, o.wait_s);
}

void buy_and_unstake(const Query& query, Opportunity& o, const stable::Way& way) {
    const stable::Market market = stable::market_of(query, way);
    const uint64_t wait_s = unstaking_s(query, o.network);
    const Deal deal = closing(market, time_value_ppm(query, o.network, wait_s));
    if (deal.sold == 0) return;
    o.kind = "buy and unstake";
    o.wait_s = wait_s;
    o.tokens = tokens_shown(way.bought, deal.bought);
    take_in(o, market, deal.sold, liquid::worth(SubShares{deal.bought}, way.bought.rate).value);
}

void stake_and_sell(const Query& query, Opportunity& o, const stable::Way& way) {
    if (!staking::check_open(query, o.network)) return;
    const stable::Market market = stable::market_of(query, way);
    const Deal deal = closing(market, 0);
    if (deal.sold == 0) return;
    const auto staked =
        mul_div_up(deal.sold, way.sold.rate.assets.value, way.sold.rate.supply.value);
    const auto n = query.read<networks::Books>().networks.get(o.network);
    if (!staked || *staked < n.stake_min.value) return;
    o.kind = "stake and sell";
    o.tokens = tokens_shown(way.sold, deal.sold);
    take_in(o, market, *staked, deal.bought);
}

}  // namespace

uint64_t unstaking_s(const Query& query, NetworkId network) {
    const auto ways =
        staking::quote_exit(query.at(contract_address(ContractKind::staking, network)), Shares{1});
    THAW_ASSERT(ways);  // there is always a share to ask for
    const auto ticket = std::ranges::find(*ways, "ticket", &staking::Way::name);
    THAW_ASSERT(ticket != ways->end());
    return ticket->seconds;
}

uint64_t time_value_ppm(const Query& query, NetworkId network, uint64_t wait_s) {
    const auto n = query.read<networks::Books>().networks.get(network);
    if (n.earns_while_unbonding != 0) return 0;
    return over_time_ppm(n.apr_nominal_bps * (10'000 - n.fee_bps) / 10'000, wait_s);
}

uint64_t band_ppm(const Query& query, NetworkId network, bool below) {
    const uint64_t fee = query.read<stable::Books>().pairs.get(network).fee_ppm;
    if (!below) return fee;
    return fee + time_value_ppm(query, network, unstaking_s(query, network));
}

Result<Opportunity> of_network(const Query& query, NetworkId network) {
    if (network == 0 || network > network_count) return fail(networks::NoSuchNetwork{network});
    const stable::Pair pair = query.read<stable::Books>().pairs.get(network);
    Opportunity o{.network = network, .pair = stable::pair_of(query, network), .kind = "none"};
    o.price = stable::price_of(query, pair, network);
    o.fair_price = stable::fair_price_of(query, network);
    if (o.price == 0 || o.fair_price == 0) return o;
    o.below = o.price < o.fair_price;
    const u128 apart = o.below ? o.fair_price - o.price : o.price - o.fair_price;
    o.apart_ppm = static_cast<uint64_t>(mul_div_down(apart, ppm, o.fair_price).value_or(0));
    const stable::Coin asset = stable::coin_of(query, network, false);
    const stable::Coin token = stable::coin_of(query, network, true);
    if (o.below)
        buy_and_unstake(query, o, {network, o.pair, asset, token});
    else
        stake_and_sell(query, o, {network, o.pair, token, asset});
    return o;
}

Result<std::vector<Opportunity>> all(const Query& query) {
    std::vector<Opportunity> list;
    for (NetworkId n = 1; n <= network_count; ++n) list.push_back(TRY(of_network(query, n)));
    return list;
}

}  // namespace thaw::protocol::opportunities
