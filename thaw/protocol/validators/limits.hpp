/// How far the allocation may be guided, and how much it does at a time.
#pragma once
#include <cstddef>
#include <cstdint>

namespace thaw::protocol::validators {

/// Most of new stake that weights may guide: the larger part always goes where the host is least
/// concentrated.
inline constexpr uint32_t blend_max_bps = 5'000;
inline constexpr uint32_t weight_max = 1'000'000;
/// Part of all THAW that has to vote in a network's gauge for it to decide.
inline constexpr uint32_t gauge_quorum_bps = 100;
/// Most delegations that one era's new stake becomes, and how many of them weights may take.
inline constexpr size_t moves_per_era_max = 24;
inline constexpr size_t guided_moves_max = 8;

}  // namespace thaw::protocol::validators
