#include "thaw/sim/market.hpp"

#include <gtest/gtest.h>

namespace thaw::sim {
namespace {

TEST(Market, PricesStayWithinTheFeeAndTheTimeValueOfFairValue) {
    MarketOptions options;
    options.days = 5;
    const MarketResult result = simulate_market(options);  // throws where one does not
    EXPECT_EQ(result.looks, 60u);
    uint64_t deals = 0;
    for (const PairMonth& pair : result.pairs) {
        EXPECT_GT(pair.trades, 0u) << pair.token;
        EXPECT_GT(pair.pushed_ppm, pair.worst_ppm) << pair.token;
        EXPECT_LE(pair.worst_ppm, pair.band_ppm + 2) << pair.token;
        EXPECT_GE(pair.liquidity_end_e9, pair.liquidity_start_e9) << pair.token;
        deals += pair.bought + pair.sold;
    }
    EXPECT_GT(deals, 5u);
    EXPECT_EQ(simulate_market(options).digest, result.digest);
}

}  // namespace
}  // namespace thaw::sim
