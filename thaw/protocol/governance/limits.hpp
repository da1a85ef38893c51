/// The hard envelope of governance's own terms: no vote gets beyond it.
#pragma once
#include <cstddef>
#include <cstdint>

namespace thaw::protocol::governance {

inline constexpr uint64_t one_day_s = 86'400;

inline constexpr uint64_t voting_delay_min_s = one_day_s;
inline constexpr uint64_t voting_delay_max_s = 7 * one_day_s;
inline constexpr uint64_t voting_period_min_s = 3 * one_day_s;
inline constexpr uint64_t voting_period_max_s = 14 * one_day_s;
/// Delays of the timelock grow only; they start at the least.
inline constexpr uint64_t min_delay_min_s = 2 * one_day_s;
inline constexpr uint64_t min_delay_max_s = 14 * one_day_s;
inline constexpr uint64_t long_delay_min_s = 7 * one_day_s;
inline constexpr uint64_t long_delay_max_s = 30 * one_day_s;
/// After it was ready, an operation can be carried out for so long.
inline constexpr uint64_t grace_s = 14 * one_day_s;
inline constexpr uint32_t threshold_min_bps = 10;
inline constexpr uint32_t threshold_max_bps = 200;
inline constexpr uint32_t quorum_min_percent = 4;
inline constexpr uint32_t quorum_max_percent = 20;

inline constexpr size_t operations_max = 10;
/// A pause ends by itself; the same thing can be paused again only after as long again.
inline constexpr uint64_t pause_s = 14 * one_day_s;
inline constexpr uint64_t pause_rest_s = 14 * one_day_s;

}  // namespace thaw::protocol::governance
