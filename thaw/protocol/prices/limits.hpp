/// The hard envelope of how prices are heard and bounded.
#pragma once
#include <cstdint>

namespace thaw::protocol::prices {

/// What a member saw may be so old when it arrives.
inline constexpr uint64_t late_max_s = 3'600;
/// A price moves by at most its bound within one window.
inline constexpr uint64_t window_s = 600;
inline constexpr uint32_t heartbeat_min_s = 600;
inline constexpr uint32_t heartbeat_max_s = 2 * 86'400;
inline constexpr uint32_t move_min_bps = 500;
inline constexpr uint32_t move_max_bps = 5'000;
/// Assets in one submission.
inline constexpr uint32_t said_at_once_max = 64;
/// Chain time between two changes of one feed's terms.
inline constexpr uint64_t terms_change_interval_s = 7 * 86'400;
/// No cap may be tighter than twice what the network pays by its nominal figures, nor wider than
/// four times that: the ledger itself lets no more than the first in.
constexpr uint32_t growth_min_ppm(uint32_t apr_bps) { return apr_bps * 200; }
constexpr uint32_t growth_max_ppm(uint32_t apr_bps) { return apr_bps * 400; }

constexpr bool heartbeat_in_range(uint32_t seconds) {
    return heartbeat_min_s <= seconds && seconds <= heartbeat_max_s;
}
constexpr bool move_in_range(uint32_t bps) { return move_min_bps <= bps && bps <= move_max_bps; }

}  // namespace thaw::protocol::prices
