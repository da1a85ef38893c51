/// The hard envelope of what leaving at once may cost, and how fast it may change.
#pragma once
#include "thaw/protocol/flash/math.hpp"
#include "thaw/protocol/networks/limits.hpp"

namespace thaw::protocol::flash {

/// A report may be this many frames away when somebody takes the pool's money.
inline constexpr uint32_t frames_exposed = 3;
inline constexpr uint32_t fee_max_bps = 2'000;
inline constexpr uint64_t terms_change_interval_s = networks::fee_change_interval_s;

/// The least fee, in hundredths of a per cent, rounded up, on a network whose rate grows by at most
/// `growth_max_ppm` in a frame: else shares bought just before a rebase and flashed out after it
/// would bring a profit.
constexpr uint32_t fee_least_bps(uint32_t growth_max_ppm) {
    return (growth_max_ppm * frames_exposed + 99) / 100;
}
static_assert(fee_least_bps(1'000) == 30 && fee_least_bps(312) == 10 && fee_least_bps(0) == 0);

constexpr bool target_in_range(Assets target) {
    return !target.is_zero() && target.value <= target_max;
}
constexpr bool fees_in_range(const Terms& t, uint32_t growth_max_ppm) {
    return fee_least_bps(growth_max_ppm) <= t.fee_min_bps && t.fee_min_bps <= t.fee_max_bps &&
           t.fee_max_bps <= fee_max_bps;
}

}  // namespace thaw::protocol::flash
