/// What a devnet says once it is ready.
#pragma once
#include "thaw/main/config.hpp"
#include "thaw/sim/devnet.hpp"

namespace thaw::cli {

std::string devnet_banner(sim::Devnet& devnet, const Config& config, const Endpoint& bound);

}  // namespace thaw::cli
