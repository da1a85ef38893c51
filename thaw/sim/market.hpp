/// A simulated stretch of trading: people push the prices of the stable pairs about, now and then
/// with a run, and arbitrageurs take every opportunity that the hub lists. From one seed.
#pragma once
#include <functional>
#include <stdexcept>

#include "thaw/protocol/opportunities/face.hpp"
#include "thaw/sim/random.hpp"

namespace thaw::sim {

struct MarketOptions {
    uint64_t seed = 1;
    uint32_t days = 30;
    /// Told after each day how many are over.
    std::function<void(uint32_t)> progress;
};

/// One pair's month. Amounts in base units of the asset, distances from fair value in millionths.
struct PairMonth {
    std::string token, asset;
    unsigned decimals = 0;
    uint64_t trades = 0, runs = 0;
    uint64_t pushed_ppm = 0;        ///< the farthest that trades pushed the price
    uint64_t mean_ppm = 0;          ///< on average over two hours' ends, arbitrageurs having acted
    uint64_t worst_ppm = 0;         ///< the farthest then
    uint64_t band_ppm = 0;          ///< what fee and time value allowed at that moment
    uint64_t bought = 0, sold = 0;  ///< deals of arbitrageurs: buy and unstake, stake and sell
    Assets turned_over;             ///< by them
    Assets gained;                  ///< by them, tickets at their nominal
    /// D of a unit of liquidity at first and at the end, in thousand-millionths.
    uint64_t liquidity_start_e9 = 0, liquidity_end_e9 = 0;
    /// The ledger's rate at first and at the end: base units to 10^9 whole shares.
    uint64_t rate_start_e9 = 0, rate_end_e9 = 0;
};

struct MarketResult {
    std::vector<PairMonth> pairs;
    uint64_t transactions = 0;
    uint64_t looks = 0;  ///< at all prices and all invariants
    Hash digest;
};

/// A price outside of its band with arbitrageurs at hand, or a broken promise.
struct MarketBroken : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Runs it and throws MarketBroken when, every two hours and after the arbitrageurs have acted, a
/// market price is farther from fair value than the fee and the time value of the wait.
MarketResult simulate_market(const MarketOptions& options);

}  // namespace thaw::sim
