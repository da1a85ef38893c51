/// The hard envelope of parameters that the owner may change, and how fast.
#pragma once
#include <cstdint>

namespace thaw::protocol::networks {

/// Most that the hub ever takes of rewards.
inline constexpr uint32_t fee_max_bps = 2'000;
/// A fee rises at most so many hundredths of a per cent, and at most by half, at a time.
inline constexpr uint32_t fee_rise_max_bps = 50;
/// Chain time between two changes of one network's fee.
inline constexpr uint64_t fee_change_interval_s = 7 * 86'400;

/// No configuration lets holders lose more than this without the network halting.
inline constexpr uint32_t fall_confirmed_max_ppm = 50'000;
inline constexpr uint64_t fall_window_max_s = 64 * 86'400;

/// The highest fee that may follow `fee_bps` at the next change: half as much again, rounded up,
/// half a percentage point more, or the envelope. A fee that was given up stays given up.
constexpr uint32_t fee_next_max_bps(uint32_t fee_bps) {
    const uint32_t half_more = fee_bps + (fee_bps + 1) / 2;
    const uint32_t stepped = fee_bps + fee_rise_max_bps;
    const uint32_t least = half_more < stepped ? half_more : stepped;
    return least < fee_max_bps ? least : fee_max_bps;
}
static_assert(fee_next_max_bps(0) == 0 && fee_next_max_bps(1) == 2 && fee_next_max_bps(3) == 5);
static_assert(fee_next_max_bps(99) == 149 && fee_next_max_bps(100) == 150);
static_assert(fee_next_max_bps(101) == 151 && fee_next_max_bps(1'500) == 1'550);
static_assert(fee_next_max_bps(1'960) == fee_max_bps && fee_next_max_bps(2'000) == fee_max_bps);

}  // namespace thaw::protocol::networks
