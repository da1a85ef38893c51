/// REST for farms and vaults, and for liquidity in pairs.
#pragma once
#include "thaw/rpc/rest.hpp"

namespace thaw::rpc {

/// Farms in which an account has a stake or a claim, and vaults of which it has shares.
json::array farms_held(const node::View& view, const Address& account);
json::array vaults_held(const node::View& view, const Address& account);
/// Liquidity of pairs, constant-product and stable ones, with what leaving would pay.
json::array liquidity_held(const node::View& view, const Address& account);

/// What `amount` of a coin of any layer (an asset, a liquid token, a flash pool's share, liquidity
/// of a pair) is worth in the asset below it, rounded down; null when nobody can tell.
json::value worth_json(const protocol::Query& query, const Address& coin, u128 amount);

void add_rest_yields(Rest& rest, Backend& backend);

}  // namespace thaw::rpc
