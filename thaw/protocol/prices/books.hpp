/// What members said the assets are worth, what follows from it, and how fast rates may grow.
#pragma once
#include "thaw/protocol/networks/books.hpp"
#include "thaw/protocol/prices/math.hpp"

namespace thaw::protocol::prices {

/// One asset's price.
struct Feed {
    Price price;   ///< the median as far as the bound lets it move: what the hub goes by
    Price median;  ///< of what was last said
    Price anchor;  ///< the price when the present window began
    uint64_t anchored_at_s = 0;
    uint64_t heard_at_s = 0;    ///< by then a quorum of members had spoken last
    uint64_t changed_at_s = 0;  ///< when the owner last changed the terms; 0: never
    uint32_t heartbeat_s = 0;   ///< after so long without a quorum's word the price is stale
    uint32_t move_max_bps = 0;  ///< most movement within a window, hundredths of a per cent
};
static_assert(Plain<Feed> && sizeof(Feed) == 80);

struct WordKey {
    uint32_t member = 0;  ///< its id with the oracle
    AssetId asset = 0;
    std::array<uint8_t, 3> reserved{};
    friend constexpr bool operator==(const WordKey&, const WordKey&) = default;
};
/// What a member said last.
struct Word {
    Price price;
    uint64_t seen_at_s = 0;
    std::array<uint8_t, 8> reserved{};
};
static_assert(Plain<WordKey> && Plain<Word>);

struct Books {
    Table<AssetId, Feed> feeds;
    Table<WordKey, Word> words;
    Table<NetworkId, Growth> growth;

    static auto tables(auto& b) { return std::tie(b.feeds, b.words, b.growth); }
};

}  // namespace thaw::protocol::prices
