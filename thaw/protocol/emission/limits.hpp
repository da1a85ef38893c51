/// How much may flow at a time.
#pragma once
#include <cstdint>

namespace thaw::protocol::emission {

/// Reward tokens of one receipt. Every transfer of the receipt settles each of them.
inline constexpr uint8_t streams_max = 4;
/// A budget is emitted over at least a day of chain time: nobody comes for one block and leaves
/// with all of it.
inline constexpr uint64_t schedule_min_s = 86'400;
/// And over ten years at most.
inline constexpr uint64_t schedule_max_s = uint64_t{3'650} * 86'400;

}  // namespace thaw::protocol::emission
