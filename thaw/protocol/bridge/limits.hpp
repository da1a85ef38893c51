/// What a thief of the whole hub could carry out in a day at most.
#pragma once
#include <cstdint>

namespace thaw::protocol::bridge {

inline constexpr uint64_t hour_s = 3'600;
inline constexpr uint64_t window_hours = 24;
inline constexpr uint32_t outflow_max_bps = 1'000;  ///< net, of the supply, in any rolling 24 hours
inline constexpr uint32_t prompt_max_bps = 100;     ///< a larger withdrawal waits
inline constexpr uint64_t large_delay_s = 24 * hour_s;

}  // namespace thaw::protocol::bridge
