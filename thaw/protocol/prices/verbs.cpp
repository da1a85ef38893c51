#include "thaw/protocol/coins/face.hpp"
#include "thaw/protocol/prices/face.hpp"
#include "thaw/protocol/prices/limits.hpp"

// How prices come about.
namespace thaw::protocol::prices {
namespace {

/// Sets the price as near to the median as its bound allows.
void move_price(Call& call, AssetId asset, Feed feed) {
    const Price before = feed.price;
    if (before.is_zero() || call.now_s() >= feed.anchored_at_s + window_s) {
        feed.anchor = before.is_zero() ? feed.median : before;
        feed.anchored_at_s = call.now_s();
    }
    feed.price = bounded(feed.median, feed.anchor, feed.move_max_bps);
    call.own<Books>().feeds.put(asset, feed);
    if (feed.price != before)
        call.emit_as(prices_address, PriceChanged{asset, feed.price, feed.median});
}

/// The median of what today's members said within the heartbeat, if they are a quorum.
void hear(Call& call, AssetId asset) {
    const oracle::Books& oracle = call.read<oracle::Books>();
    const auto settings = oracle.settings.get(0);
    Feed feed = call.read<Books>().feeds.get(asset);
    std::vector<Price> said;
    std::vector<uint64_t> seen;
    for (uint32_t place = 1; place <= settings.members; ++place) {
        const Word word =
            call.read<Books>().words.get({.member = oracle.members.get(place).id, .asset = asset});
        if (word.price.is_zero() || call.now_s() > word.seen_at_s + feed.heartbeat_s) continue;
        said.push_back(word.price);
        seen.push_back(word.seen_at_s);
    }
    if (settings.quorum == 0 || said.size() < settings.quorum) return;
    std::sort(seen.begin(), seen.end());
    feed.heard_at_s = seen[seen.size() - settings.quorum];
    feed.median = median(said);
    move_price(call, asset, feed);
}

Result<Feed> known(const Query& query, AssetId asset) {
    const Feed feed = query.read<Books>().feeds.get(asset);
    if (feed.heartbeat_s == 0) return fail(UnknownFeed{asset});
    return feed;
}

}  // namespace

Result<void> submit(Call& call, uint64_t seen_at_s, std::vector<Said> said) {
    const uint32_t member = call.read<oracle::Books>().numbers.get(call.sender()).id;
    if (member == 0) return fail(oracle::NotAMember{call.sender()});
    if (said.size() > said_at_once_max) return fail(TooManyPrices{said_at_once_max});
    if (seen_at_s > call.now_s() || call.now_s() - seen_at_s > late_max_s)
        return fail(WordOutOfTime{seen_at_s, call.now_s()});
    Books& books = call.own<Books>();
    for (const Said& word : said) {
        TRY(known(call, word.asset));
        if (word.price.is_zero() || word.price > price_max)
            return fail(PriceOutOfRange{word.asset, word.price});
        const WordKey key{.member = member, .asset = word.asset};
        if (seen_at_s < books.words.get(key).seen_at_s)
            return fail(WordOutOfTime{seen_at_s, call.now_s()});
        books.words.put(key, {.price = word.price, .seen_at_s = seen_at_s});
        hear(call, word.asset);
    }
    return {};
}

Result<void> follow(Call& call, AssetId asset) {
    const Feed feed = TRY(known(call, asset));
    if (feed.price != feed.median) move_price(call, asset, feed);
    return {};
}

Result<void> set_feed(Call& call, AssetId asset, uint32_t heartbeat_s, uint32_t move_bps) {
    TRY_VOID(networks::only_owner(call));
    const bool exists =
        asset == eth || coins::is_coin(call, contract_address(ContractKind::asset, asset));
    if (!exists) return fail(UnknownFeed{asset});
    Feed feed = call.read<Books>().feeds.get(asset);
    if (!heartbeat_in_range(heartbeat_s))
        return fail(TermsOutOfRange{heartbeat_s, heartbeat_min_s, heartbeat_max_s});
    if (!move_in_range(move_bps))
        return fail(TermsOutOfRange{move_bps, move_min_bps, move_max_bps});
    const uint64_t possible_at_s = feed.changed_at_s + terms_change_interval_s;
    if (feed.changed_at_s != 0 && call.now_s() < possible_at_s)
        return fail(networks::ChangeTooSoon{possible_at_s});
    feed.heartbeat_s = heartbeat_s;
    feed.move_max_bps = move_bps;
    feed.changed_at_s = call.now_s();
    feed.anchor = feed.price;  // the new bound counts from here
    feed.anchored_at_s = call.now_s();
    call.own<Books>().feeds.put(asset, feed);
    call.emit(FeedTermsChanged{asset, heartbeat_s, move_bps});
    return {};
}

Result<void> set_growth(Call& call, NetworkId network, uint32_t yearly_ppm) {
    TRY_VOID(networks::only_owner(call));
    if (network == 0 || network > network_count) return fail(networks::NoSuchNetwork{network});
    const uint32_t apr = call.read<networks::Books>().networks.get(network).apr_nominal_bps;
    const uint32_t least = growth_min_ppm(apr);
    const uint32_t most = growth_max_ppm(apr);
    if (yearly_ppm < least || yearly_ppm > most)
        return fail(TermsOutOfRange{yearly_ppm, least, most});
    const Growth before = call.read<Books>().growth.get(network);
    const uint64_t possible_at_s = before.since_s + terms_change_interval_s;
    if (before.since_s != 0 && call.now_s() < possible_at_s)
        return fail(networks::ChangeTooSoon{possible_at_s});
    const liquid::Rate now = liquid::rate(call, network);
    const liquid::Rate then = before.since_s == 0 ? now : capped(before, now, call.now_s());
    call.own<Books>().growth.put(network, {.assets = then.assets,
                                           .supply = then.supply,
                                           .since_s = call.now_s(),
                                           .yearly_ppm = yearly_ppm});
    call.emit(GrowthCapChanged{network, then.assets, liquid::whole(then.supply), yearly_ppm});
    return {};
}

void open(Call& call) {
    constexpr uint32_t heartbeat_s = 86'400;
    constexpr uint32_t move_bps = 2'500;
    Books& books = call.own<Books>();
    for (AssetId asset = 0; asset < asset_count; ++asset)
        books.feeds.put(asset, {.heartbeat_s = heartbeat_s, .move_max_bps = move_bps});
    for (NetworkId n = 1; n <= network_count; ++n) {
        const liquid::Rate rate = liquid::rate(call, n);
        const uint32_t apr = call.read<networks::Books>().networks.get(n).apr_nominal_bps;
        books.growth.put(n, {.assets = rate.assets,
                             .supply = rate.supply,
                             .since_s = call.now_s(),
                             .yearly_ppm = growth_min_ppm(apr)});
    }
}

}  // namespace thaw::protocol::prices
