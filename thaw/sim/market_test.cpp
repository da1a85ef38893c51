#include "thaw/sim/market.hpp"

#include <gtest/gtest.h>

namespace thaw::sim {
namespace {

TEST(Market, PricesStayWithinTheFeeAndTheTimeValueOfFairValueForAMonth) {
    const MarketResult result = simulate_market({.days = 30});  // throws where one does not
    EXPECT_EQ(result.looks, 360u);
    uint64_t deals = 0;
    for (const PairMonth& pair : result.pairs) {
        EXPECT_GT(pair.trades, 0u) << pair.token;
        EXPECT_GT(pair.pushed_ppm, pair.worst_ppm) << pair.token;
        EXPECT_LE(pair.worst_ppm, pair.band_ppm + 2) << pair.token;
        EXPECT_GE(pair.liquidity_end_e9, pair.liquidity_start_e9) << pair.token;
        deals += pair.bought + pair.sold;
    }
    EXPECT_GT(deals, 30u);
}

TEST(Market, TheSameSeedGivesTheSameDigest) {
    EXPECT_EQ(simulate_market({.seed = 2, .days = 3}).digest,
              simulate_market({.seed = 2, .days = 3}).digest);
}

}  // namespace
}  // namespace thaw::sim
