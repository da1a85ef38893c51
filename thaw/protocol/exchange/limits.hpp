/// Bounds of the exchange.
#pragma once
#include <cstddef>

#include "thaw/base/types.hpp"

namespace thaw::protocol::exchange {

/// Reserves fit in 112 bits, as in Uniswap V2, so that prices fit in 224.
inline constexpr u128 reserve_max = (u128{1} << 112) - 1;
/// Liquidity that the first deposit locks for ever.
inline constexpr u128 minimum_liquidity = 1'000;
/// Pools that a way found by the router may lead through.
inline constexpr size_t hops_max = 3;
/// Ways among which an amount is divided, and the parts that it is divided in.
inline constexpr size_t routes_max = 4;
inline constexpr unsigned split_parts = 16;
/// Coins of a router's path.
inline constexpr size_t path_max = 16;

}  // namespace thaw::protocol::exchange
