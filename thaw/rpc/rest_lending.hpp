/// REST for lending markets.
#pragma once
#include "thaw/rpc/rest.hpp"

namespace thaw::rpc {

/// What an account has supplied and owes, and its health; null where it has neither.
json::value lending_held(const node::View& view, const Address& account);

/// Accounts that owe, weakest first, at most `most` of them: health, collateral and debt in
/// dollars. Looks at all of them, a few at a time, so that no block waits for it.
json::array weakest_loans(const node::Node& node, size_t most);

void add_rest_lending(Rest& rest, Backend& backend);

}  // namespace thaw::rpc
