/// How many members may be, and how many of them must agree.
#pragma once
#include <cstdint>

namespace thaw::protocol::oracle {

/// A decision looks at every member's vote.
inline constexpr uint32_t members_max = 64;

/// Chain time between two changes of the set. Whoever steals the owner's key needs as many changes
/// as a quorum has members to become one, a week apart: time in which it is seen and answered.
inline constexpr uint64_t members_change_interval_s = 7 * 86'400;

/// More than two thirds, at least ⌊2n/3⌋ + 1, and at most all.
constexpr bool quorum_in_range(uint32_t quorum, uint32_t members) {
    return quorum <= members && uint64_t{quorum} * 3 > uint64_t{members} * 2;
}
static_assert(!quorum_in_range(0, 0) && !quorum_in_range(0, 1) && quorum_in_range(1, 1));
static_assert(!quorum_in_range(2, 3) && quorum_in_range(3, 3) && !quorum_in_range(4, 3));
static_assert(!quorum_in_range(2, 4) && quorum_in_range(3, 4) && quorum_in_range(7, 9));
static_assert(!quorum_in_range(6, 9) && quorum_in_range(43, 64) && !quorum_in_range(42, 64));

}  // namespace thaw::protocol::oracle
