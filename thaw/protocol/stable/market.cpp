#include "thaw/protocol/stable/market.hpp"

#include "thaw/protocol/liquid/ledger.hpp"

namespace thaw::protocol::stable {
namespace {

constexpr u128 one_18 = 1'000'000'000'000'000'000;

u128 shares_up(u128 face, const liquid::Rate& rate) {
    return mul_div_up(face, rate.supply.value, rate.assets.value).value_or(u128_max);
}

}  // namespace

Coin coin_of(const Query& query, NetworkId network, bool liquid) {
    if (!liquid) return {.address = contract_address(ContractKind::asset, network)};
    return {.address = contract_address(ContractKind::liquid, network),
            .liquid = true,
            .rebasing = liquid::is_rebasing(query, ContractKind::liquid, network),
            .rate = liquid::rate(query, network)};
}

Scale scale_of(const Coin& coin) {
    if (!coin.liquid) return {};
    if (coin.rate.assets.value > u128_max / scaled_unit) return {0, 1};  // refused as too large
    return {coin.rate.assets.value * scaled_unit, coin.rate.supply.value};
}

std::optional<u128> least_in(const Coin& coin, u128 face) {
    if (!coin.liquid) return face;
    if (!coin.rebasing) return mul_div_down(face, liquid::sub_units, 1);
    if (face == 0 || coin.rate.assets.is_zero()) return 0;
    return mul_div_down(face - 1, coin.rate.supply.value, coin.rate.assets.value);
}

std::optional<u128> face_in(const Coin& coin, u128 counted) {
    if (!coin.liquid) return counted;
    if (!coin.rebasing) return mul_div_up(counted, 1, liquid::sub_units);
    const auto face = mul_div_up(counted, coin.rate.assets.value, coin.rate.supply.value);
    return face ? checked_add(*face, 1) : std::nullopt;
}

std::optional<u128> most_out(const Coin& coin, u128 face) {
    if (!coin.liquid) return face;
    if (!coin.rebasing) return mul_div_down(face, liquid::sub_units, 1);
    if (face == u128_max || coin.rate.assets.is_zero()) return std::nullopt;
    const u128 shares = shares_up(face + 1, coin.rate);
    return shares == u128_max ? std::nullopt : std::optional{shares};
}

std::optional<u128> face_out(const Coin& coin, u128 counted) {
    if (!coin.liquid) return counted;
    if (!coin.rebasing) return counted / liquid::sub_units;
    const auto face = mul_div_down(counted, coin.rate.assets.value, coin.rate.supply.value);
    if (!face) return std::nullopt;
    return *face == 0 ? 0 : *face - 1;
}

Market market_of(const Query& query, const Pair& pair, const Way& way) {
    const auto side = [&](const Coin& coin) {
        return Side{coin.liquid ? pair.liquid_reserve : pair.asset_reserve, scale_of(coin)};
    };
    return {.first = side(way.sold),
            .second = side(way.bought),
            .amplification = amplification_at(pair.ramp, query.now_s()),
            .fee_ppm = pair.fee_ppm};
}

Market market_of(const Query& query, const Way& way) {
    return market_of(query, query.read<Books>().pairs.get(way.network), way);
}

u128 price_of(const Query& query, const Pair& pair, NetworkId network) {
    const Way way{network, {}, coin_of(query, network, true), coin_of(query, network, false)};
    const auto at = point(market_of(query, pair, way), Round::down);
    if (!at) return 0;
    const u128 by_value = marginal_price(*at).value_or(0);
    if (way.sold.rebasing) return by_value;
    return mul_div_down(by_value, fair_price_of(query, network), one_18).value_or(0);
}

u128 fair_price_of(const Query& query, NetworkId network) {
    const Coin coin = coin_of(query, network, true);
    if (coin.rebasing) return one_18;
    return mul_div_down(coin.rate.assets.value, one_18 * liquid::sub_units, coin.rate.supply.value)
        .value_or(0);
}

Pair observed(const Query& query, NetworkId network) {
    Pair pair = query.read<Books>().pairs.get(network);
    if (pair.observed_at_s == query.now_s()) return pair;
    // The price that stood when an earlier block ended: nobody's trade in this one moves it.
    pair.price_seconds += price_of(query, pair, network) * (query.now_s() - pair.observed_at_s);
    pair.observed_at_s = query.now_s();
    return pair;
}

Revert refusal_of(Fault fault, u128 amount) {
    switch (fault) {
        case Fault::too_large:
            return codec::revert_with(AmountTooLarge{amount});
        case Fault::imbalanced:
            return codec::revert_with(PairImbalanced{});
        case Fault::nothing:
            return codec::revert_with(ZeroAmount{});
        case Fault::unsolved:
            break;
    }
    return codec::revert_with(CurveUnsolved{});
}

}  // namespace thaw::protocol::stable
