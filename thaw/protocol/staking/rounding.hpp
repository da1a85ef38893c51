/// What hosts round: a delegation in shares is worth a few base units less or more than what was
/// paid in and out. The report says what the host says; the odd units are booked.
#pragma once
#include "thaw/protocol/oracle/messages.hpp"
#include "thaw/protocol/staking/limits.hpp"

namespace thaw::protocol::staking {

/// The row as it is booked, given what the hub holds with the validator: what the host has above
/// held + reward − slash joins the reward, what it has below joins the slash, up to
/// `rounding_per_delegation_max` base units. Beyond that the row stays as it came, to be refused.
constexpr oracle::ValidatorReport with_rounding(oracle::ValidatorReport v, Assets held) {
    const auto grown = checked_add(held.value, v.reward.value);
    if (!grown || *grown < v.slashed.value) return v;
    const u128 expected = *grown - v.slashed.value;
    const u128 odd =
        v.delegated.value > expected ? v.delegated.value - expected : expected - v.delegated.value;
    if (odd > rounding_per_delegation_max) return v;
    Assets& side = v.delegated.value > expected ? v.reward : v.slashed;
    side.value = checked_add(side.value, odd).value_or(side.value);
    return v;
}

namespace examples {
constexpr oracle::ValidatorReport row(u128 delegated, u128 reward, u128 slashed) {
    return {.delegated = {delegated}, .reward = {reward}, .slashed = {slashed}};
}
static_assert(with_rounding(row(1'010, 10, 0), Assets{1'000}).reward == Assets{10});
static_assert(with_rounding(row(1'009, 10, 0), Assets{1'000}).slashed == Assets{1});
static_assert(with_rounding(row(1'012, 10, 0), Assets{1'000}).reward == Assets{12});
static_assert(with_rounding(row(964, 0, 100), Assets{1'000}).reward == Assets{64});
static_assert(with_rounding(row(965, 0, 100), Assets{1'000}).reward == Assets{0});
static_assert(with_rounding(row(0, 0, 0), Assets{64}).slashed == Assets{64});
static_assert(with_rounding(row(0, 0, 0), Assets{65}).slashed == Assets{0});
}  // namespace examples

}  // namespace thaw::protocol::staking
