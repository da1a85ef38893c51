/// What a developer's tools expect a devnet to give away: ether, and tokens of one's own. All of it
/// comes through the bridge from a simulated host, as anybody's money does.
#pragma once
#include "thaw/sim/devnet.hpp"

namespace thaw::sim {

/// Registers anvil_setBalance, hardhat_setBalance and thaw_instantiate.
void add_money_methods(rpc::Methods& methods, Devnet& devnet);

}  // namespace thaw::sim
