/// What is bounded in a stable pair (protocol section 10).
#pragma once
#include "thaw/base/types.hpp"

namespace thaw::protocol::stable {

/// Amplification is kept in hundredths, Curve's A.
inline constexpr uint32_t amplification_unit = 100;
inline constexpr uint32_t amplification_min = 1 * amplification_unit;
inline constexpr uint32_t amplification_max = 10'000 * amplification_unit;
/// A ramp at most doubles or halves it, and takes at least so long.
inline constexpr uint32_t ramp_factor_max = 2;
inline constexpr uint64_t ramp_min_s = 86'400;
inline constexpr uint64_t ramp_max_s = 366 * 86'400;

/// Of what is sold, in millionths.
inline constexpr uint32_t fee_unit = 1'000'000;
inline constexpr uint32_t fee_max_ppm = 10'000;

/// After each trade and each joining the larger scaled balance is less than so many of the smaller.
inline constexpr u128 imbalance_max = 10'000;
/// Liquidity tokens that nobody ever gets, in base units: a pair is never empty again.
inline constexpr u128 locked_supply = 1'000'000;

/// Scaled units to one base unit of the asset: rounding of rates costs millionths of a base unit.
inline constexpr u128 scaled_unit = 1'000'000;
/// The most that a scaled balance may be; products of three stay inside 512 bits.
inline constexpr u128 scaled_max = u128{1} << 120;
/// The most that genesis lays in on one side, in base units.
inline constexpr u128 liquidity_max = u128{1} << 96;
/// Steps of one solution. From above Newton's method needs about ten; more is a refusal.
inline constexpr int steps_max = 255;

}  // namespace thaw::protocol::stable
