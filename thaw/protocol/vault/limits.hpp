/// What vaults may take and how long they hold profit back.
#pragma once
#include "thaw/base/types.hpp"

namespace thaw::protocol::vault {

/// Profit of a harvest is released evenly over a day of chain time: nobody buys in for it.
inline constexpr uint64_t release_s = 86'400;
/// What a vault counts, at most, in its units of account: shares of a million times as much stay
/// inside 128 bits.
inline constexpr u128 assets_max = u128{1} << 104;

/// Of a harvest, in hundredths of a per cent: what is above the high-water mark bears `fee_bps` for
/// the treasury, all of it `bounty_bps` for whoever calls it.
struct Take {
    uint32_t fee_bps;
    uint32_t bounty_bps;
};
inline constexpr Take farm_take{1'000, 100};
/// Rewards of staking have borne their network's fee already.
inline constexpr Take staking_take{200, 10};

/// A mean price is taken over half an hour at least, and two days at most.
inline constexpr uint64_t mean_min_s = 1'800;
inline constexpr uint64_t mean_max_s = 2 * 86'400;
/// What a swap may bring less than the mean price gives after the fee, in hundredths of a per cent.
inline constexpr uint32_t slippage_bps = 200;
/// Of a pair's reserve, at most so manyth is sold in one harvest; the rest waits for the next.
inline constexpr uint64_t part_of_reserve = 200;

}  // namespace thaw::protocol::vault
