/// REST for lending markets.
#pragma once
#include "thaw/rpc/rest.hpp"

namespace thaw::rpc {

/// What an account has supplied and owes, and its health; null where it has neither.
json::value lending_held(const node::View& view, const Address& account);

void add_rest_lending(Rest& rest, Backend& backend);

}  // namespace thaw::rpc
