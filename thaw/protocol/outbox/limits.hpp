/// How long hosts and members may take.
#pragma once
#include <cstdint>

namespace thaw::protocol::outbox {

/// Frames after its emission until which an instruction's outcome is to be applied: a host includes
/// it within minutes, a transfer between hosts arrives within hours, and members may lose a day.
/// What is later is overdue; nothing is undone for it, because its number stays its own.
inline constexpr uint64_t deadline_frames = 2;
/// Open instructions that `overdue` looks at.
inline constexpr uint64_t overdue_max = 1'000;

}  // namespace thaw::protocol::outbox
