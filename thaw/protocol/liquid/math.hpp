/// How assets and shares convert, and how a rebasing transfer is made exact. Pure; proven by the
/// compiler on the cases below.
#pragma once
#include "thaw/base/math.hpp"

namespace thaw::protocol::liquid {

/// Sub-shares to one whole share.
inline constexpr u128 sub_units = 1'000'000'000;

/// A pool's exchange rate as the pair (assets E, sub-shares S): a value of one sub-share is E/S.
/// Compared by cross-multiplication, never divided to a scalar.
struct Rate {
    Assets assets;
    SubShares supply;
};

/// ⌊shares·E/S⌋: what holdings are worth; rounds against the holder.
constexpr Assets worth(SubShares shares, Rate rate) {
    if (rate.supply.is_zero()) return {};
    const auto value = mul_div_down(shares.value, rate.assets.value, rate.supply.value);
    THAW_ASSERT(value);  // shares are part of the supply, so the quotient is at most E
    return Assets{*value};
}

/// ⌊assets·S/E⌋: the shares that an amount buys; rounds against the buyer. Nothing when the pool is
/// empty of assets or the result does not fit.
constexpr std::optional<SubShares> shares_for(Assets assets, Rate rate) {
    if (rate.assets.is_zero()) return std::nullopt;
    const auto shares = mul_div_down(assets.value, rate.supply.value, rate.assets.value);
    return shares ? std::optional{SubShares{*shares}} : std::nullopt;
}

constexpr Shares whole(SubShares shares) { return Shares{shares.value / sub_units}; }
constexpr std::optional<SubShares> sub_shares(Shares shares) {
    if (shares.value > u128_max / sub_units) return std::nullopt;
    return SubShares{shares.value * sub_units};
}
constexpr SubShares whole_part(SubShares shares) {
    return SubShares{shares.value - shares.value % sub_units};
}

/// The holdings that are worth exactly `balance`: from `low` to `high`, both included.
struct Interval {
    u128 low;
    u128 high;
    constexpr bool empty() const { return low > high; }
    constexpr u128 nearest(u128 wish) const { return wish < low ? low : wish > high ? high : wish; }
};
/// {s : ⌊s·E/S⌋ = balance}. Nothing when E is zero or the bound does not fit in 128 bits.
constexpr std::optional<Interval> worth_exactly(Assets balance, Rate rate) {
    if (rate.assets.is_zero() || balance.value == u128_max) return std::nullopt;
    const auto low = mul_div_up(balance.value, rate.supply.value, rate.assets.value);
    const auto next = mul_div_up(balance.value + 1, rate.supply.value, rate.assets.value);
    if (!low || !next) return std::nullopt;
    return Interval{*low, *next - 1};
}

/// Sub-shares that leave the sender and arrive at the receiver so that both balances change by
/// exactly the amount named.
struct ExactMove {
    SubShares debit;
    SubShares credit;
};
/// The two differ by at most one sub-unit a side, settled against the dust account. Nothing when a
/// bound does not fit or no holding shows the wished balance, which needs an asset unit to be worth
/// less than a sub-share: then E > S.
constexpr std::optional<ExactMove> exact_move(SubShares sender, SubShares receiver, Assets amount,
                                              Rate rate) {
    const Assets sender_after{sub(worth(sender, rate).value, amount.value)};
    const Assets receiver_after{add(worth(receiver, rate).value, amount.value)};
    const auto left = worth_exactly(sender_after, rate);
    const auto right = worth_exactly(receiver_after, rate);
    const auto wish = mul_div_up(amount.value, rate.supply.value, rate.assets.value);
    if (!left || !right || !wish || left->empty() || right->empty()) return std::nullopt;
    // A debit d leaves sender − d; so d lies in [sender − high, sender − low].
    const Interval debit{sender.value > left->high ? sender.value - left->high : 0,
                         sub(sender.value, left->low)};
    const Interval credit{sub(right->low, receiver.value), sub(right->high, receiver.value)};
    const u128 d = debit.nearest(credit.nearest(*wish));
    return ExactMove{SubShares{d}, SubShares{credit.nearest(d)}};
}

/// Sub-shares that leave a holder so that its rebasing balance falls by exactly the amount; all of
/// them when the amount is the whole balance. Nothing when a bound does not fit.
constexpr std::optional<SubShares> exact_debit(SubShares holder, Assets amount, Rate rate) {
    const Assets after{sub(worth(holder, rate).value, amount.value)};
    if (after.is_zero()) return holder;
    const auto left = worth_exactly(after, rate);
    const auto wish = mul_div_up(amount.value, rate.supply.value, rate.assets.value);
    if (!left || !wish || left->empty()) return std::nullopt;
    const Interval debit{holder.value > left->high ? holder.value - left->high : 0,
                         sub(holder.value, left->low)};
    return SubShares{debit.nearest(*wish)};
}

/// Ankr's fixed point: 1e18.
inline constexpr u128 ankr_one = 1'000'000'000'000'000'000;
/// Whole shares per asset × 1e18, rounded down: Ankr's `ratio()`.
constexpr std::optional<u128> ankr_ratio(Shares shares, Assets assets) {
    return mul_div_down(shares.value, ankr_one, assets.value);
}
constexpr std::optional<u128> ankr_ratio(Rate rate) {
    return ankr_ratio(whole(rate.supply), rate.assets);
}

/// A literal with more than 64 bits: high·10^18 + low.
constexpr u128 decimal(uint64_t high, uint64_t low) { return u128{high} * ankr_one + low; }

// The two published vectors of Ankr's contracts.
static_assert(ankr_ratio(Shares{decimal(39675, 28034839723289963)},
                         Assets{decimal(41976, 176945120000000000) +
                                decimal(174, 722818576387031488) +
                                decimal(483, 180222750000000000)}) == 930594211190968283);
static_assert(ankr_ratio(Shares{decimal(27215, 630108443761510111)},
                         Assets{decimal(30834, 239534811120650675)}) == 882643143435334753);

static_assert(worth(SubShares{1'500'000'000}, {Assets{7}, SubShares{7'000'000'000}}) == Assets{1});
static_assert(shares_for(Assets{3}, {Assets{4}, SubShares{10}}) == SubShares{7});
static_assert(exact_debit(SubShares{30}, Assets{1}, {Assets{3}, SubShares{31}}) == SubShares{11});
static_assert(exact_debit(SubShares{30}, Assets{2}, {Assets{3}, SubShares{31}}) == SubShares{30});
static_assert(exact_move(SubShares{30}, SubShares{0}, Assets{1}, {Assets{3}, SubShares{31}})
                  ->credit == SubShares{11});

}  // namespace thaw::protocol::liquid
