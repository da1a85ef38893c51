/// Prices of assets, said by the oracle's members: of each asset the median of what a quorum of
/// them said lately, moved no faster than a bound. And what any coin of the hub comes down to: how
/// many of which asset.
#pragma once
#include "thaw/protocol/addresses.hpp"
#include "thaw/protocol/context.hpp"
#include "thaw/protocol/networks/face.hpp"
#include "thaw/protocol/oracle/face.hpp"
#include "thaw/protocol/prices/books.hpp"

namespace thaw::protocol::prices {

/// Prices in 10^-18 dollars a whole coin. `price` is what the hub goes by from now on; it differs
/// from the median where that moved faster than the bound.
struct PriceChanged {
    static constexpr std::string_view abi =
        "PriceChanged(uint8 indexed asset, uint256 price, uint256 median)";
    AssetId asset;
    Price price;
    Price median;
};
struct FeedTermsChanged {
    static constexpr std::string_view abi =
        "FeedTermsChanged(uint8 indexed asset, uint32 heartbeat, uint32 moveMaxBps)";
    AssetId asset;
    uint32_t heartbeat_s;
    uint32_t move_max_bps;
};
/// Snapshot and growth, always both.
struct GrowthCapChanged {
    static constexpr std::string_view abi =
        "GrowthCapChanged(uint8 indexed network, uint256 totalAssets, uint256 totalShares, uint32 "
        "yearlyPpm)";
    NetworkId network;
    Assets assets;
    Shares shares;
    uint32_t yearly_ppm;
};
struct UnknownFeed {
    static constexpr std::string_view abi = "UnknownFeed(uint8 asset)";
    AssetId asset;
};
struct PriceOutOfRange {
    static constexpr std::string_view abi = "PriceOutOfRange(uint8 asset, uint256 price)";
    AssetId asset;
    Price price;
};
/// Seen in the future, too long ago, or before what the same member said last.
struct WordOutOfTime {
    static constexpr std::string_view abi = "WordOutOfTime(uint64 seenAt, uint64 now)";
    uint64_t seen_at_s;
    uint64_t now_s;
};
struct TooManyPrices {
    static constexpr std::string_view abi = "TooManyPrices(uint32 maximum)";
    uint32_t maximum;
};
struct TermsOutOfRange {
    static constexpr std::string_view abi =
        "TermsOutOfRange(uint32 value, uint32 least, uint32 most)";
    uint32_t value;
    uint32_t least;
    uint32_t most;
};
/// The coin is nothing that the hub can bring down to an asset with a price.
struct NoPrice {
    static constexpr std::string_view abi = "NoPrice(address coin)";
    Address coin;
};

struct Said {
    using AbiTuple = void;
    AssetId asset = 0;
    Price price;
};
/// A feed as it stands. `stale`: no quorum has spoken within the heartbeat. `clamped`: the bound
/// holds the price back.
struct Quote {
    using AbiTuple = void;
    Price price;
    Price median;
    uint64_t heard_at_s = 0;
    uint32_t heartbeat_s = 0;
    uint32_t move_max_bps = 0;
    bool stale = true;
    bool clamped = false;
};
/// What an amount of a coin comes down to.
struct Worth {
    using AbiTuple = void;
    AssetId asset = 0;
    Assets assets;         ///< of it; rounded down
    Value value;           ///< of them; rounded down
    bool doubtful = true;  ///< stale, held back, or its network's rate is not to be relied on now
};
/// A network's growth cap beside its rate. Ratios in assets for 10^18 whole shares, for display.
struct Cap {
    using AbiTuple = void;
    uint64_t since_s = 0;
    uint32_t yearly_ppm = 0;
    u128 ratio_then = 0;
    u128 ratio_now = 0;
    u128 ratio_max = 0;
};

/// A member's word on assets' prices as it saw them at `seenAt`. Refused to anybody else.
Result<void> submit(Call& call, uint64_t seen_at_s, std::vector<Said> said);
/// Moves a price that the bound held back on towards its median, once a window is over; by anybody.
Result<void> follow(Call& call, AssetId asset);
/// The owner's: how long a word counts and how far a price moves in a window, inside the envelope,
/// once in seven days. Opens the feed of an asset that has none.
Result<void> set_feed(Call& call, AssetId asset, uint32_t heartbeat_s, uint32_t move_max_bps);
/// The owner's: takes the network's rate as it stands, or as far as the old cap reaches, for the
/// new snapshot, and sets the growth from there, both in one. Neither can be given alone, and the
/// snapshot cannot be given at all. Once in seven days.
Result<void> set_growth(Call& call, NetworkId network, uint32_t yearly_ppm);

Result<Quote> quote(const Query& query, AssetId asset);
/// What a member said last of an asset, and when it saw that.
Result<std::tuple<Price, uint64_t>> word_of(const Query& query, AssetId asset, Address member);
Result<Worth> worth(const Query& query, Address coin, u128 amount);
/// As Aave's oracle answers: dollars with eight decimals for a whole coin.
Result<u128> asset_price(const Query& query, Address coin);
Result<u128> base_unit(const Query& query);
Result<Cap> growth_cap(const Query& query, NetworkId network);

// ---- For lending.

/// So many assets, and whether what says so is to be relied on.
struct Counted {
    AssetId asset = 0;
    Assets assets;
    bool known = false;
    bool doubtful = false;
};
/// What ledger units of a coin come down to: an asset is itself, shares are worth what the ledger's
/// rate says within its growth cap, a receipt what is staked for it, a vault's share its part of
/// the vault.
Counted counted(const Query& query, const Address& coin, u128 ledger_units, Round round);
Quote feed(const Query& query, AssetId asset);
unsigned decimals(const Query& query, AssetId asset);
/// Genesis: feeds of the assets, growth caps of the networks.
void open(Call& call);

using Face = Interface<
    Events<PriceChanged, FeedTermsChanged, GrowthCapChanged>,
    Errors<oracle::NotAMember, UnknownFeed, PriceOutOfRange, WordOutOfTime, TooManyPrices,
           TermsOutOfRange, NoPrice, networks::OwnableUnauthorizedAccount, networks::ChangeTooSoon,
           networks::NoSuchNetwork>,
    Fn<"submit(uint64 seenAt, (uint8 asset, uint256 price)[] prices)", submit>,
    Fn<"follow(uint8 asset)", follow>,
    Fn<"setFeed(uint8 asset, uint32 heartbeat, uint32 moveMaxBps)", set_feed>,
    Fn<"setGrowth(uint8 network, uint32 yearlyPpm)", set_growth>,
    Fn<"quote(uint8 asset) view returns ((uint256 price, uint256 median, uint64 heardAt, uint32 "
       "heartbeat, uint32 moveMaxBps, bool stale, bool clamped))",
       quote>,
    Fn<"wordOf(uint8 asset, address member) view returns (uint256 price, uint64 seenAt)", word_of>,
    Fn<"worth(address coin, uint256 amount) view returns ((uint8 asset, uint256 assets, uint256 "
       "value, bool doubtful))",
       worth>,
    Fn<"getAssetPrice(address coin) view returns (uint256)", asset_price>,
    Fn<"BASE_CURRENCY_UNIT() view returns (uint256)", base_unit>,
    Fn<"growthCap(uint8 network) view returns ((uint64 since, uint32 yearlyPpm, uint256 ratioThen, "
       "uint256 ratioNow, uint256 ratioMax))",
       growth_cap>>;

}  // namespace thaw::protocol::prices
