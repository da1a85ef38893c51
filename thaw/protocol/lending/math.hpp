/// Interest, indices, health and liquidation. Pure.
///
/// A scaled amount times an index is an amount. Supply rounds down and debt up, both in the index
/// and in the amount; so after any operation cash + debt + deficit ≥ supply + reserves.
#pragma once
#include "thaw/protocol/lending/books.hpp"
#include "thaw/protocol/lending/limits.hpp"

namespace thaw::protocol::lending {

/// Where indices begin.
inline constexpr u128 ray = u128{1'000'000'000'000'000'000} * 1'000'000'000;
/// And where they end: interest stops at a million times.
inline constexpr u128 index_max = ray << 20;
inline constexpr uint64_t year_s = prices::year_s;
inline constexpr u128 ray_per_bp = ray / whole_bps;

constexpr u128 amount_of(u128 scaled, u128 index, Round round) {
    const auto amount = mul_div(scaled, index, ray, round);
    THAW_ASSERT(amount);  // caps and index_max keep it below 2^124
    return *amount;
}
constexpr u128 scaled_for(u128 amount, u128 index, Round round) {
    const auto scaled = mul_div(amount, ray, index, round);
    THAW_ASSERT(scaled);  // indices are at least one
    return *scaled;
}
constexpr u128 supplied(const Market& m) {
    return amount_of(m.supply_scaled, m.supply_index, Round::down);
}
constexpr u128 owed(const Market& m) { return amount_of(m.debt_scaled, m.debt_index, Round::up); }

/// The part of what suppliers laid in that is lent out, in 10^-27, rounded up.
constexpr u128 use_of(u128 cash, u128 debt) {
    return debt == 0 ? 0 : *mul_div_up(debt, ray, add(cash, debt));
}
/// What borrowers pay a year at a use, in 10^-27: base + slope·use/kink up to the kink, then
/// steeply to base + slope + steep at full use. Rounded up.
constexpr u128 borrow_rate(const Terms& t, u128 use) {
    const u128 kink = t.kink_bps * ray_per_bp;
    const u128 base = t.base_bps * ray_per_bp;
    const u128 slope = t.slope_bps * ray_per_bp;
    if (use <= kink) return base + *mul_div_up(slope, use, kink);
    return base + slope + *mul_div_up(t.steep_bps * ray_per_bp, use - kink, ray - kink);
}
/// What suppliers earn a year, in 10^-27, rounded down; for display.
constexpr u128 supply_rate(const Terms& t, u128 use) {
    const u128 all = *mul_div_down(borrow_rate(t, use), use, ray);
    return *mul_div_down(all, whole_bps - t.reserve_bps, whole_bps);
}

/// Reserves bear what they can of a deficit, then insurance does. Returns what each paid.
struct Borne {
    u128 by_reserves = 0;
    u128 by_insurance = 0;
};
constexpr Borne bear(Market& m) {
    const Borne b{
        .by_reserves = std::min(m.deficit, m.reserves),
        .by_insurance = std::min(m.deficit - std::min(m.deficit, m.reserves), m.insurance)};
    m.deficit -= b.by_reserves + b.by_insurance;
    m.reserves -= b.by_reserves;
    m.insurance -= b.by_insurance;
    m.cash = add(m.cash, b.by_insurance);
    return b;
}

/// A market with the interest that fell due since it was last touched, simple over that time: the
/// debt index grows by index·rate·t/year, rounded up. Of the interest the reserves get their part,
/// rounded up, and the supply index what is left, rounded down.
constexpr Market accrued(Market m, const Terms& t, uint64_t now_s) {
    const u128 elapsed = std::min<uint64_t>(now_s - m.accrued_at_s, ~uint32_t{0});
    m.accrued_at_s = now_s;
    if (elapsed == 0 || m.debt_scaled == 0) return m;
    const u128 before = owed(m);
    const u128 rate = borrow_rate(t, use_of(m.cash, before));
    const auto growth = mul_div_up(m.debt_index, rate * elapsed, ray * year_s);
    m.debt_index = !growth ? index_max : std::min(index_max, add(m.debt_index, *growth));
    const u128 interest = sub(owed(m), before);
    const u128 cut = *mul_div_up(interest, t.reserve_bps, whole_bps);
    const auto earned = mul_div_down(interest - cut, ray, m.supply_scaled);
    const bool fits = earned && *earned <= index_max && m.supply_index <= index_max - *earned;
    if (fits) m.supply_index += *earned;
    m.reserves = add(m.reserves, fits ? cut : interest);
    bear(m);
    return m;
}

/// What an account has and owes, at prices of now. Collateral rounds down, debt up.
struct Standing {
    prices::Value collateral;
    prices::Value borrowable;  ///< Σ collateral·ltv
    prices::Value counted;     ///< Σ collateral·threshold
    prices::Value debt;
    bool doubtful = false;  ///< a price among them is not to be relied on
};
/// Health in 10^-18, rounded down; u128_max without debts.
constexpr u128 health_of(const Standing& s) {
    if (s.debt.is_zero()) return u128_max;
    return mul_div_down(s.counted.value, health_one, s.debt.value).value_or(u128_max);
}

/// What a liquidator pays and gets, in ledger units of the two coins.
struct Liquidation {
    u128 paid = 0;
    u128 seized = 0;
};
/// One side of it: so many units, worth so much.
struct Holding {
    u128 units = 0;
    prices::Value down;  ///< rounded down
    prices::Value up;    ///< rounded up
};
/// For `wish` units of the debt at most, of which `most` may be paid: collateral for their value
/// and the bonus on it, rounded down; and where that is more than there is, all of it, for as much
/// of the debt as it pays for, rounded up.
constexpr Liquidation liquidate(Holding debt, Holding collateral, u128 wish, u128 most,
                                uint32_t bonus_bps) {
    const u128 paid = std::min(wish, most);
    const u128 with_bonus = whole_bps + bonus_bps;
    const u128 value = *mul_div_down(debt.down.value, paid, debt.units);
    const u128 due = *mul_div_down(value, with_bonus, whole_bps);
    if (due < collateral.down.value)
        return {paid, *mul_div_down(collateral.units, due, collateral.up.value)};
    const u128 worth = *mul_div_up(collateral.up.value, whole_bps, with_bonus);
    const auto needed = mul_div_up(debt.units, worth, std::max<u128>(debt.down.value, 1));
    return {std::min(paid, needed.value_or(u128_max)), collateral.units};
}

namespace example {
inline constexpr Terms terms{
    .reserve_bps = 1'000, .slope_bps = 400, .steep_bps = 6'000, .kink_bps = 8'000};
inline constexpr Market lent{.cash = 200,
                             .supply_scaled = 1'000,
                             .debt_scaled = 800,
                             .supply_index = ray,
                             .debt_index = ray};
inline constexpr Market later = accrued(lent, terms, year_s);
constexpr Holding whole(u128 units, u128 value) {
    return {units, prices::Value{value}, prices::Value{value}};
}
}  // namespace example
static_assert(use_of(200, 800) == ray / 5 * 4 && use_of(0, 1) == ray && use_of(5, 0) == 0);
static_assert(borrow_rate(example::terms, ray / 5 * 2) == ray / 50);
static_assert(borrow_rate(example::terms, ray) == ray / 100 * 64);
// A year at 4 %: 800 owe 32 more; 4 of them to the reserves, 28 to the suppliers of 1000.
static_assert(owed(example::later) == 832 && example::later.reserves == 4);
static_assert(supplied(example::later) == 1'028);
// 50 of a debt worth 100 against collateral worth 120, at a bonus of a tenth: 55 of it.
static_assert(liquidate(example::whole(100, 100), example::whole(120, 120), 80, 50, 1'000).seized ==
              55);
// Where it does not suffice: all of it for what it pays for.
static_assert(liquidate(example::whole(100, 100), example::whole(55, 55), 100, 100, 1'000).paid ==
              50);

}  // namespace thaw::protocol::lending
