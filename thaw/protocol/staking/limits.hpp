/// How much one transaction of the keeper does at most.
#pragma once
#include <cstdint>

namespace thaw::protocol::staking {

inline constexpr uint32_t pushes_per_advance_max = 20;
inline constexpr uint32_t batches_per_advance_max = 8;
inline constexpr uint32_t collects_per_advance_max = 20;

/// What a host may round on one delegation in one frame: two base units for each of the
/// instructions that a frame sees, with room to spare. More is a difference.
inline constexpr uint32_t rounding_per_delegation_max = 64;

}  // namespace thaw::protocol::staking
