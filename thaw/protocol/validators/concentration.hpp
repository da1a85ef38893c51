/// How concentrated a host's stake is, in the two figures that are usual.
#pragma once
#include <algorithm>
#include <vector>

#include "thaw/base/math.hpp"

namespace thaw::protocol::validators {

/// The fewest operators that together hold more than a third of the stake: so many must agree to
/// stop the chain (Nakamoto coefficient for Byzantine agreement). 0 when there is no stake.
inline uint32_t nakamoto_coefficient(std::vector<u128> stakes) {
    u128 total = 0;
    for (const u128 stake : stakes) total = add(total, stake);
    std::sort(stakes.begin(), stakes.end(), std::greater<>{});
    u128 sum = 0;
    uint32_t operators = 0;
    for (const u128 stake : stakes) {
        if (sum > total / 3) break;
        sum = add(sum, stake);
        ++operators;
    }
    return total == 0 ? 0 : operators;
}

/// The sum of squares of the operators' parts, in millionths: 1,000,000 when one has all of it,
/// 1,000,000/n when n have as much each (Herfindahl-Hirschman index). Rounds down.
inline uint32_t herfindahl_ppm(const std::vector<u128>& stakes) {
    u128 total = 0;
    for (const u128 stake : stakes) total = add(total, stake);
    if (total == 0) return 0;
    constexpr u128 one = 1'000'000'000'000;  // parts with twelve digits, so that errors stay small
    u128 sum = 0;
    for (const u128 stake : stakes) {
        const u128 part = *mul_div_down(stake, one, total);
        sum = add(sum, part * part / one);
    }
    return static_cast<uint32_t>(sum / (one / 1'000'000));
}

}  // namespace thaw::protocol::validators
