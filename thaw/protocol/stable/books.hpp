/// Stable pairs: each network's liquid token beside its asset, at the ledger's own rate.
///
/// A pair counts what it was given and what it gave. What lies at its address beyond that is
/// surplus and in no reserve. The liquid token is counted in sub-shares, so its rewards go to those
/// who provide it and a rebase moves no price.
#pragma once
#include "thaw/protocol/networks/books.hpp"
#include "thaw/protocol/stable/curve.hpp"

namespace thaw::protocol::stable {

/// One network's pair; its liquidity is an issued token at the pair's address.
struct Pair {
    u128 asset_reserve = 0;   ///< base units
    u128 liquid_reserve = 0;  ///< sub-shares
    /// The liquid token's price, in 10^-18 of the asset, times the seconds that it stood; wraps.
    u128 price_seconds = 0;
    Ramp ramp;  ///< of the amplification, in hundredths
    uint64_t observed_at_s = 0;
    uint32_t fee_ppm = 0;  ///< of what is sold; stays in the pair
    std::array<uint8_t, 12> reserved{};
};
static_assert(Plain<Pair> && sizeof(Pair) == 96);

/// How a pair begins.
struct Terms {
    uint32_t amplification = 200 * amplification_unit;
    uint32_t fee_ppm = 400;
    Assets liquidity;  ///< that the operator lays in for the treasury, on either side; or none
};

struct Books {
    Table<NetworkId, Pair> pairs;

    static auto tables(auto& b) { return std::tie(b.pairs); }
};

}  // namespace thaw::protocol::stable
