#include "thaw/hosts/quotes.hpp"

#include "thaw/protocol/prices/face.hpp"
#include "thaw/protocol/prices/limits.hpp"

namespace thaw::hosts {

namespace {

using protocol::AssetId;
using protocol::prices::Price;
using protocol::prices::Said;

constexpr int64_t whole_ppm = 1'000'000;
constexpr int64_t apart_ppm = 300;  ///< between what two members see
constexpr uint64_t gas_limit = 1'000'000;

/// First prices in cents: ETH, BNB, FTM, DOT, KSM, MATIC, THAW.
constexpr std::array<uint32_t, protocol::asset_count> first_cents{250'000, 60'000, 60, 600,
                                                                  2'500,   70,     10};

struct Swing {
    uint64_t period_s;
    int64_t most_ppm;
};
constexpr std::array swings{Swing{40 * 86'400, 250'000}, Swing{6 * 86'400, 80'000},
                            Swing{8 * 3'600, 10'000}};

/// A number from −most to most that a few others name (SplitMix64).
int64_t chance(uint64_t seed, uint64_t which, uint64_t place, int64_t most) {
    uint64_t z = seed * 0x9e3779b97f4a7c15 + which * 0xd1342543de82ef95 + place;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    z ^= z >> 31;
    return static_cast<int64_t>(z % static_cast<uint64_t>(2 * most + 1)) - most;
}

/// Between the two numbers of a period's ends, on a straight line.
int64_t swing_at(uint64_t seed, uint64_t which, const Swing& swing, uint64_t now_s) {
    const uint64_t period = now_s / swing.period_s;
    const auto over = static_cast<int64_t>(now_s % swing.period_s);
    const int64_t from = chance(seed, which, period, swing.most_ppm);
    const int64_t to = chance(seed, which, period + 1, swing.most_ppm);
    return from + (to - from) * over / static_cast<int64_t>(swing.period_s);
}

Price scaled(Price price, int64_t ppm) {
    return Price{*mul_div_down(price.value, static_cast<uint64_t>(whole_ppm + ppm), whole_ppm)};
}

bool is_due(const protocol::State& state, const Address& member, uint64_t now_s) {
    const uint32_t id = state.oracle.numbers.get(member).id;
    if (id == 0) return false;
    const auto word = state.prices.words.get({.member = id, .asset = protocol::eth});
    return word.seen_at_s == 0 || now_s >= word.seen_at_s + quote_every_s;
}

}  // namespace

Price market_price(uint64_t seed, AssetId asset, uint64_t now_s) {
    Price price{u128{first_cents.at(asset)} * (protocol::prices::dollar / 100)};
    for (size_t i = 0; i < swings.size(); ++i)
        price = scaled(price, swing_at(seed, asset * swings.size() + i, swings[i], now_s));
    return price;
}

std::vector<Planned> plan_quotes(const protocol::State& state, const protocol::Block& block,
                                 const std::vector<Address>& members, uint64_t seed) {
    std::vector<Planned> round;
    if (state.prices.feeds.get(protocol::eth).heartbeat_s == 0) return round;
    const auto say = [&](const Address& who, Bytes data) {
        round.push_back({.sender = who,
                         .calls = {{protocol::prices_address, {}, std::move(data)}},
                         .gas_limit = gas_limit});
    };
    for (size_t m = 0; m < members.size(); ++m) {
        if (!is_due(state, members[m], block.now_s)) continue;
        std::vector<Said> said;
        for (AssetId asset = 0; asset < protocol::asset_count; ++asset) {
            const int64_t beside = chance(seed, 1'000 + m, block.now_s + asset, apart_ppm);
            said.push_back({asset, scaled(market_price(seed, asset, block.now_s), beside)});
        }
        say(members[m], codec::call_data<"submit(uint64 seenAt, (uint8 asset, uint256 price)[] "
                                         "prices)">(block.now_s, said));
    }
    if (!round.empty()) return round;
    for (AssetId asset = 0; asset < protocol::asset_count; ++asset) {
        const protocol::prices::Feed feed = state.prices.feeds.get(asset);
        const uint64_t over_s = feed.anchored_at_s + protocol::prices::window_s;
        if (feed.price != feed.median && block.now_s >= over_s)
            say(members.front(), codec::call_data<"follow(uint8 asset)">(asset));
    }
    return round;
}

}  // namespace thaw::hosts
