/// What oracle members of a devnet say about prices: a market that is made up from a seed.
#pragma once
#include "thaw/hosts/rounds.hpp"
#include "thaw/protocol/prices/math.hpp"

namespace thaw::hosts {

/// Chain time after which a member says its prices again; the hub's feeds wait a day.
inline constexpr uint64_t quote_every_s = 4 * 3'600;

/// What an asset costs at a second: a first price that swings by up to a quarter within weeks, a
/// twelfth within days and a hundredth within hours. The same for the same seed, on any machine and
/// in any order.
protocol::prices::Price market_price(uint64_t seed, protocol::AssetId asset, uint64_t now_s);

/// Members whose last word is old say what they see, each a little beside the market; and a price
/// that its bound held back is moved on. Nothing where the hub has no feeds.
std::vector<Planned> plan_quotes(const protocol::State& state, const protocol::Block& block,
                                 const std::vector<Address>& members, uint64_t seed);

}  // namespace thaw::hosts
