/// How far one call looks into a controller's line.
#pragma once
#include <cstdint>

namespace thaw::protocol::async_vault {

/// Requests of a controller that one call claims from, oldest first; what lies behind them is
/// claimed by the next call. So nobody can block a line by asking for dust in another's name.
inline constexpr uint64_t requests_per_claim_max = 64;

}  // namespace thaw::protocol::async_vault
