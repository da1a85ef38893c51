/// The coins of the hub itself, through which ways lead and of whose pairs loans are made. Who
/// opens pairs of other coins, however many, makes no search longer.
#pragma once
#include <vector>

#include "thaw/protocol/context.hpp"

namespace thaw::protocol::exchange {

/// Wrapped ether, the assets of genesis, the liquid tokens in all their faces.
std::vector<Address> stations(const Query& query);

}  // namespace thaw::protocol::exchange
