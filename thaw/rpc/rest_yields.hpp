/// REST for farms and vaults.
#pragma once
#include "thaw/rpc/rest.hpp"

namespace thaw::rpc {

/// Farms in which an account has a stake or a claim, and vaults of which it has shares.
json::array farms_held(const node::View& view, const Address& account);
json::array vaults_held(const node::View& view, const Address& account);

void add_rest_yields(Rest& rest, Backend& backend);

}  // namespace thaw::rpc
