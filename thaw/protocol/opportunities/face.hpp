/// Where a liquid token's market price has left what the ledger says it is worth, and what that
/// brings to whoever trades on it. Views only; the contract keeps nothing.
///
/// Listed are the stable pairs: a token beside its own asset is the only pair whose fair value the
/// ledger knows.
#pragma once
#include "thaw/protocol/opportunities/math.hpp"
#include "thaw/protocol/stable/face.hpp"
#include "thaw/protocol/staking/face.hpp"

namespace thaw::protocol::opportunities {

/// One pair. Prices are of one unit of the liquid token's balance, in the asset, in 10^-18.
struct Opportunity {
    using AbiTuple = void;
    NetworkId network = 0;
    Address pair;
    /// "buy and unstake", "stake and sell", or "none" while the price is within the fee, and the
    /// time value of the wait, of fair value.
    std::string kind;
    u128 price = 0;
    u128 fair_price = 0;
    uint64_t apart_ppm = 0;  ///< how far apart, of the fair price
    bool below = false;      ///< the market is the lower one
    /// Assets in, up to where the last unit brings no more than staking would over the wait (and no
    /// more than the fee without one); the liquid tokens they become on the way; what comes out
    /// over what went in.
    Assets size;
    u128 tokens = 0;
    Assets profit;
    uint64_t wait_s = 0;  ///< until the ticket is back; 0 for stake and sell
    /// A year's worth of the first unit's gain and of the whole size's, in millionths, after the
    /// fee. Without a wait: as if made once a day.
    uint64_t first_yearly_ppm = 0;
    uint64_t yearly_ppm = 0;
};

Result<std::vector<Opportunity>> all(const Query& query);
Result<Opportunity> of_network(const Query& query, NetworkId network);
/// How far a market price may be from fair value, in millionths of it, before trading on that pays:
/// the fee, and below fair value the time value of the wait.
uint64_t band_ppm(const Query& query, NetworkId network, bool below);

#define THAW_OPPORTUNITY_TUPLE                                                                   \
    "(uint8 network, address pair, string kind, uint256 price, uint256 fairPrice, uint64 "       \
    "apartPpm, bool below, uint256 size, uint256 tokens, uint256 profit, uint64 secondsToWait, " \
    "uint64 firstYearlyPpm, uint64 yearlyPpm)"

using Face = Interface<
    Events<>, Errors<networks::NoSuchNetwork>,
    Fn<"opportunities() view returns (" THAW_OPPORTUNITY_TUPLE "[])", all>,
    Fn<"opportunity(uint8 network) view returns (" THAW_OPPORTUNITY_TUPLE ")", of_network>>;

}  // namespace thaw::protocol::opportunities
