/// The hard envelope of markets' terms, and how fast the owner may change them.
#pragma once
#include "thaw/protocol/lending/books.hpp"

namespace thaw::protocol::lending {

inline constexpr uint32_t whole_bps = 10'000;
inline constexpr uint8_t markets_max = 32;
/// Of one market, in ledger units: products with indices stay inside 128 bits.
inline constexpr u128 cap_max = u128{1} << 100;
/// What is supplied for nobody when a market is listed, at least.
inline constexpr u128 seed_min = 1'000'000;

/// Of all THAW, at most one part in so many is lent: half of what a proposal takes.
inline constexpr u128 thaw_borrow_part = 200;

inline constexpr uint32_t ltv_max_bps = 8'500;
inline constexpr uint32_t threshold_max_bps = 9'000;
/// Within a category, whose members follow one price.
inline constexpr uint32_t category_ltv_max_bps = 9'000;
inline constexpr uint32_t category_threshold_max_bps = 9'500;
inline constexpr uint32_t bonus_max_bps = 1'500;
/// Threshold and bonus together: at health 1 there is enough to pay a liquidator whole.
inline constexpr uint32_t threshold_with_bonus_max_bps = 9'800;
inline constexpr uint32_t reserve_max_bps = 5'000;
inline constexpr uint32_t rate_max_bps = 30'000;  ///< a year, at full use
inline constexpr uint32_t kink_min_bps = 1'000;
inline constexpr uint32_t kink_max_bps = 9'500;
/// A threshold falls by at most so much at a change: it makes positions liquidatable.
inline constexpr uint32_t threshold_fall_max_bps = 200;
inline constexpr uint64_t terms_change_interval_s = 7 * 86'400;

/// Health is counted in 10^-18.
inline constexpr u128 health_one = 1'000'000'000'000'000'000;
/// Down to here a liquidation covers half of a debt, from here on all of it.
inline constexpr u128 health_close_all = health_one * 95 / 100;
inline constexpr uint32_t close_half_bps = 5'000;
/// A debt or a collateral below this is liquidated whole.
inline constexpr prices::Value small_position{2'000 * prices::dollar};

constexpr bool risk_in_range(uint32_t ltv, uint32_t threshold, uint32_t bonus, uint32_t ltv_most,
                             uint32_t threshold_most) {
    return ltv <= ltv_most && threshold <= threshold_most && bonus <= bonus_max_bps &&
           (threshold == 0 ? ltv == 0 : ltv < threshold) &&
           uint64_t{threshold} * (whole_bps + bonus) <=
               uint64_t{threshold_with_bonus_max_bps} * whole_bps;
}
constexpr bool in_range(const Terms& t) {
    return risk_in_range(t.ltv_bps, t.threshold_bps, t.bonus_bps, ltv_max_bps, threshold_max_bps) &&
           t.supply_cap <= cap_max && t.borrow_cap <= cap_max && t.reserve_bps <= reserve_max_bps &&
           t.kink_bps >= kink_min_bps && t.kink_bps <= kink_max_bps &&
           uint64_t{t.base_bps} + t.slope_bps + t.steep_bps <= rate_max_bps && t.borrowable <= 1 &&
           t.for_isolated <= 1 && t.category <= network_count;
}
constexpr bool in_range(const Category& c) {
    return risk_in_range(c.ltv_bps, c.threshold_bps, c.bonus_bps, category_ltv_max_bps,
                         category_threshold_max_bps);
}
static_assert(in_range(Category{.ltv_bps = 9'000, .threshold_bps = 9'300, .bonus_bps = 100}));
static_assert(!in_range(Category{.ltv_bps = 9'001, .threshold_bps = 9'300, .bonus_bps = 100}));
static_assert(!in_range(Category{.ltv_bps = 9'000, .threshold_bps = 9'500, .bonus_bps = 320}));

}  // namespace thaw::protocol::lending
