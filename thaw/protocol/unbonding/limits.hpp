/// How many tickets one call of split or merge names.
#pragma once
#include <cstdint>

namespace thaw::protocol::unbonding {

inline constexpr uint64_t split_parts_max = 50;
inline constexpr uint64_t merge_tickets_max = 50;

}  // namespace thaw::protocol::unbonding
