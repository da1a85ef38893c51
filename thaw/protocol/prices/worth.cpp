#include "thaw/protocol/coins/face.hpp"
#include "thaw/protocol/losses/face.hpp"
#include "thaw/protocol/networks/face.hpp"
#include "thaw/protocol/prices/face.hpp"
#include "thaw/protocol/prices/limits.hpp"
#include "thaw/protocol/vault/face.hpp"

// What coins come down to.
namespace thaw::protocol::prices {
namespace {

/// A vault's share of a farm's receipts of a liquid token: nothing nests deeper.
constexpr unsigned depth_max = 3;

u128 times(u128 a, u128 b, u128 c, Round round) {
    return c == 0 ? 0 : mul_div(a, b, c, round).value_or(u128_max);
}

/// A network's rate as the ledger has it and as far as it counts, and whether it is not to be
/// relied on: held back by the growth cap, halted, or with a loss undecided.
struct Counting {
    liquid::Rate ledger;
    liquid::Rate counts;
    bool doubtful = false;
};
/// Nothing where the growth cap has no snapshot.
std::optional<Counting> counting(const Query& query, NetworkId network) {
    const Growth growth = query.read<Books>().growth.get(network);
    if (growth.supply.is_zero()) return std::nullopt;
    const liquid::Rate ledger = liquid::rate(query, network);
    const liquid::Rate counts = capped(growth, ledger, query.now_s());
    return Counting{ledger, counts,
                    counts.assets != ledger.assets || networks::stands_still(query, network) ||
                        losses::is_pending(query, network)};
}

/// Shares of a network's pool by its rate, within the growth cap.
Counted of_shares(const Query& query, NetworkId network, u128 whole_shares, Round round) {
    const std::optional<Counting> rate = counting(query, network);
    if (!rate) return {};
    // A debt that has grown for decades may be more shares than sub-units fit into 128 bits; the
    // pool's assets in these units fit, and the product is exact.
    const u128 per_supply = times(rate->counts.assets.value, liquid::sub_units, 1, round);
    return {.asset = network,
            .assets = Assets{times(whole_shares, per_supply, rate->counts.supply.value, round)},
            .known = true,
            .doubtful = rate->doubtful};
}

/// What a staking vault says of its assets, which it counts by the ledger's rate: no more than the
/// growth cap lets that rate count, and no surer than the liquid token itself.
Counted as_staked(const Query& query, Counted all, Round round) {
    const std::optional<Counting> rate = counting(query, all.asset);
    if (!rate) return {};
    if (rate->counts.assets != rate->ledger.assets)
        all.assets = Assets{
            times(all.assets.value, rate->counts.assets.value, rate->ledger.assets.value, round)};
    all.doubtful = all.doubtful || rate->doubtful;
    return all;
}

Counted counted_to(const Query& query, const Address& coin, u128 units, Round round,
                   unsigned depth) {
    if (coin == weth_address) return {.asset = eth, .assets = Assets{units}, .known = true};
    const uint8_t index = index_of(coin);
    if (is_native(coin)) {
        if (!coins::is_coin(query, coin)) return {};
        switch (kind_of(coin)) {
            case ContractKind::asset:
                return {.asset = index, .assets = Assets{units}, .known = true};
            case ContractKind::liquid:
            case ContractKind::legacy:
            case ContractKind::wrapped:
                return of_shares(query, index, units, round);
            default:
                return {};
        }
    }
    if (depth == depth_max) return {};
    if (const auto farm = query.read<farm::Books>().farms.get(coin); farm.id != 0)
        return counted_to(query, farm.coin, units, round, depth + 1);
    if (const auto vault = query.read<vault::Books>().vaults.get(coin); vault.id != 0) {
        const auto assets = vault::convert_to_assets(query.at(coin), units);
        if (!assets) return {};
        const u128 inside = coins::to_ledger_down(query, vault.asset, *assets);
        const u128 more = round == Round::up ? 1 : 0;
        const Counted all = counted_to(
            query, vault.asset, inside == u128_max ? inside : inside + more, round, depth + 1);
        return vault.farm.is_zero() ? as_staked(query, all, round) : all;
    }
    return {};
}

u128 ratio(liquid::Rate rate) {
    const u128 one = liquid::ankr_one * liquid::sub_units;
    return times(one, rate.assets.value, rate.supply.value, Round::down);
}

}  // namespace

Counted counted(const Query& query, const Address& coin, u128 ledger_units, Round round) {
    Counted all = counted_to(query, coin, ledger_units, round, 0);
    all.known = all.known && query.read<Books>().feeds.get(all.asset).heartbeat_s != 0;
    return all;
}

Quote feed(const Query& query, AssetId asset) {
    const Feed f = query.read<Books>().feeds.get(asset);
    return {.price = f.price,
            .median = f.median,
            .heard_at_s = f.heard_at_s,
            .heartbeat_s = f.heartbeat_s,
            .move_max_bps = f.move_max_bps,
            .stale = f.price.is_zero() || query.now_s() > f.heard_at_s + f.heartbeat_s,
            .clamped = f.price != f.median};
}

unsigned decimals(const Query& query, AssetId asset) {
    return asset == eth ? 18 : coins::decimals(query, contract_address(ContractKind::asset, asset));
}

Result<Quote> quote(const Query& query, AssetId asset) {
    if (query.read<Books>().feeds.get(asset).heartbeat_s == 0) return fail(UnknownFeed{asset});
    return feed(query, asset);
}

Result<std::tuple<Price, uint64_t>> word_of(const Query& query, AssetId asset, Address member) {
    const uint32_t id = query.read<oracle::Books>().numbers.get(member).id;
    const Word word = query.read<Books>().words.get({.member = id, .asset = asset});
    return std::tuple{word.price, word.seen_at_s};
}

Result<Worth> worth(const Query& query, Address coin, u128 amount) {
    const Counted all =
        counted(query, coin, coins::to_ledger_down(query, coin, amount), Round::down);
    if (!all.known) return fail(NoPrice{coin});
    const Quote q = feed(query, all.asset);
    return Worth{.asset = all.asset,
                 .assets = all.assets,
                 .value = value_of(all.assets, q.price, decimals(query, all.asset), Round::down),
                 .doubtful = all.doubtful || q.stale || q.clamped};
}

Result<u128> asset_price(const Query& query, Address coin) {
    const Worth one = TRY(worth(query, coin, one_of(coins::decimals(query, coin))));
    return one.value.value / (dollar / 100'000'000);
}

Result<u128> base_unit(const Query&) { return u128{100'000'000}; }

Result<Cap> growth_cap(const Query& query, NetworkId network) {
    if (network == 0 || network > network_count) return fail(networks::NoSuchNetwork{network});
    const Growth g = query.read<Books>().growth.get(network);
    const liquid::Rate now = liquid::rate(query, network);
    return Cap{
        .since_s = g.since_s,
        .yearly_ppm = g.yearly_ppm,
        .ratio_then = ratio({g.assets, g.supply}),
        .ratio_now = ratio(now),
        .ratio_max = ratio(
            {g.supply.is_zero() ? Assets{} : grown(g, now.supply, query.now_s()), now.supply})};
}

}  // namespace thaw::protocol::prices
