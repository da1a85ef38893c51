/// Where a liquid token's market price has left what the ledger says it is worth, and what that
/// brings to whoever trades on it. Views only; the contract keeps nothing.
///
/// Listed are the stable pairs, a token beside its own asset; and the constant-product pairs, with
/// a fair price where both coins are of one network and the ledger knows what each is worth.
#pragma once
#include "thaw/protocol/exchange/face.hpp"
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

/// A constant-product pair. Prices are of one unit of token 0's balance in token 1, in 10^-18.
struct PairOpportunity {
    using AbiTuple = void;
    Address pair;
    Address token0;
    Address token1;
    /// As Opportunity's, "swap and convert" where both are tokens for shares, or "no fair value".
    std::string kind;
    u128 price = 0;       ///< 0 while the pair is empty
    u128 fair_price = 0;  ///< 0: the ledger knows none
    uint64_t apart_ppm = 0;
    bool below = false;
    Address sold;     ///< the coin that the deal gives to the pair; zero without a deal
    u128 size = 0;    ///< of it, up to where the last 65,536th of the reserve does not pay
    u128 bought = 0;  ///< of the other coin
    Assets profit;    ///< in the network's asset
    uint64_t wait_s = 0;
    uint64_t first_yearly_ppm = 0;
    uint64_t yearly_ppm = 0;
};

/// A hundred constant-product pairs from the `from`-th on, counted from 0, in the order of
/// creation.
Result<std::vector<PairOpportunity>> pairs(const Query& query, uint64_t from);
Result<std::vector<Opportunity>> all(const Query& query);
Result<Opportunity> of_network(const Query& query, NetworkId network);
/// How far a market price may be from fair value, in millionths of it, before trading on that pays:
/// the fee, and below fair value the time value of the wait.
uint64_t band_ppm(const Query& query, NetworkId network, bool below);
/// Until a ticket for a share asked for now is back, in seconds.
uint64_t unstaking_s(const Query& query, NetworkId network);
/// What staking would bring over the wait, and the ticket does not: the time value, in millionths.
uint64_t time_value_ppm(const Query& query, NetworkId network, uint64_t wait_s);

#define THAW_OPPORTUNITY_TUPLE                                                                   \
    "(uint8 network, address pair, string kind, uint256 price, uint256 fairPrice, uint64 "       \
    "apartPpm, bool below, uint256 size, uint256 tokens, uint256 profit, uint64 secondsToWait, " \
    "uint64 firstYearlyPpm, uint64 yearlyPpm)"

#define THAW_PAIR_OPPORTUNITY_TUPLE                                                        \
    "(address pair, address token0, address token1, string kind, uint256 price, uint256 "  \
    "fairPrice, uint64 apartPpm, bool below, address sold, uint256 size, uint256 bought, " \
    "uint256 profit, uint64 secondsToWait, uint64 firstYearlyPpm, uint64 yearlyPpm)"

using Face = Interface<
    Events<>, Errors<networks::NoSuchNetwork>,
    Fn<"opportunities() view returns (" THAW_OPPORTUNITY_TUPLE "[])", all>,
    Fn<"pairs(uint64 from) view returns (" THAW_PAIR_OPPORTUNITY_TUPLE "[])", pairs>,
    Fn<"opportunity(uint8 network) view returns (" THAW_OPPORTUNITY_TUPLE ")", of_network>>;

}  // namespace thaw::protocol::opportunities
