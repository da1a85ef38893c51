/// What deposits buy and what a part of a claim is worth. Pure; against the caller throughout.
#pragma once
#include "thaw/protocol/liquid/math.hpp"

namespace thaw::protocol::async_vault {

/// ⌊assets·S/E⌋ in whole shares: what a deposit buys. Nothing when the pool has no assets or the
/// result does not fit.
constexpr std::optional<Shares> shares_bought(Assets assets, liquid::Rate rate) {
    const auto bought = liquid::shares_for(assets, rate);
    return bought ? std::optional{liquid::whole(*bought)} : std::nullopt;
}

/// ⌈shares·E/S⌉: what so many whole shares cost. Nothing when it does not fit.
constexpr std::optional<Assets> cost_of(Shares shares, liquid::Rate rate) {
    const auto exact = liquid::sub_shares(shares);
    if (!exact) return std::nullopt;
    const auto cost = mul_div_up(exact->value, rate.assets.value, rate.supply.value);
    return cost ? std::optional{Assets{*cost}} : std::nullopt;
}

/// ⌊shares·E/S⌋ for any number of whole shares, more than there are included. Nothing when it does
/// not fit.
constexpr std::optional<Assets> value_of(Shares shares, liquid::Rate rate) {
    const auto exact = liquid::sub_shares(shares);
    if (!exact) return std::nullopt;
    const auto value = mul_div_down(exact->value, rate.assets.value, rate.supply.value);
    return value ? std::optional{Assets{*value}} : std::nullopt;
}

/// The most that can be deposited before the ledger's 128 bits are full of shares.
constexpr Assets deposit_max(liquid::Rate rate) {
    if (rate.assets.is_zero()) return {};
    const auto most =
        mul_div_down(u128_max - rate.supply.value, rate.assets.value, rate.supply.value);
    return Assets{most.value_or(u128_max)};
}

/// What can be claimed of a request, or is taken of it: shares and their payment.
struct Claim {
    Shares shares;
    Assets assets;
};
/// Of a claim, at most `wanted` shares with their part of the assets, rounded down; the last shares
/// take all that is left.
constexpr Claim part_by_shares(const Claim& claim, Shares wanted) {
    if (wanted >= claim.shares) return claim;
    const auto assets = mul_div_down(claim.assets.value, wanted.value, claim.shares.value);
    return {wanted, Assets{*assets}};
}
/// Of a claim, at most `wanted` assets for their part of the shares, rounded up.
constexpr Claim part_by_assets(const Claim& claim, Assets wanted) {
    if (wanted >= claim.assets) return claim;
    const auto shares = mul_div_up(claim.shares.value, wanted.value, claim.assets.value);
    return {Shares{*shares}, wanted};
}

namespace example {
inline constexpr liquid::Rate dear{Assets{11}, SubShares{10 * liquid::sub_units}};  // 1.1 a share
inline constexpr liquid::Rate cheap{Assets{5}, SubShares{10 * liquid::sub_units}};  // 0.5 a share
inline constexpr Claim claim{Shares{10}, Assets{7}};
}  // namespace example
static_assert(shares_bought(Assets{10}, example::dear) == Shares{9});
static_assert(cost_of(Shares{9}, example::dear) == Assets{10});
static_assert(value_of(Shares{9}, example::dear) == Assets{9});
static_assert(cost_of(Shares{3}, example::cheap) == Assets{2});
static_assert(part_by_shares(example::claim, Shares{3}).assets == Assets{2});
static_assert(part_by_shares(example::claim, Shares{11}).assets == Assets{7});
static_assert(part_by_assets(example::claim, Assets{2}).shares == Shares{3});

}  // namespace thaw::protocol::async_vault
