/// What a developer may do to the simulated hosts of a devnet: slash, jail, drop blocks, and let
/// instructions and answers fail, get lost, be late or come twice.
#pragma once
#include "thaw/sim/devnet.hpp"

namespace thaw::sim {

/// Registers thaw_hostMisfortune, thaw_hostSlash, thaw_hostJail and thaw_hostReorganise.
void add_misfortune_methods(rpc::Methods& methods, Devnet& devnet);

}  // namespace thaw::sim
