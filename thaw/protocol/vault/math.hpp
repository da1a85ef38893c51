/// What a vault's shares are worth (ERC-4626) and what a harvest does to that. Pure.
///
/// A vault counts what it was given and what it gave, never what lies at its address. Of what it
/// counts, profit not yet released is not yet the holders'; a loss is theirs at once.
#pragma once
#include "thaw/base/math.hpp"
#include "thaw/protocol/vault/limits.hpp"

namespace thaw::protocol::vault {

/// A vault's accounts in its unit of account: base units, or whole shares of a rebasing asset.
struct Position {
    u128 counted = 0;      ///< given and earned, less what was taken out
    u128 locked = 0;       ///< of it: profit not released at `locked_from_s`
    u128 mark_value = 0;   ///< the price of a share above which fees are due: value …
    u128 mark_shares = 0;  ///< … of so many shares, the virtual ones counted with both
    uint64_t locked_from_s = 0;
    uint64_t locked_to_s = 0;
};
static_assert(Plain<Position> && sizeof(Position) == 80);

/// What is not yet released; rounded up, so the odd unit comes later.
constexpr u128 locked_at(const Position& p, uint64_t now_s) {
    if (now_s >= p.locked_to_s) return 0;
    return *mul_div_up(p.locked, p.locked_to_s - now_s, p.locked_to_s - p.locked_from_s);
}
/// What shares are priced by, when `there` is what the vault's holdings are worth now. Less than
/// was counted is a loss, which unreleased profit meets first.
constexpr u128 priced(const Position& p, u128 there, uint64_t now_s) {
    return std::min(sub(p.counted, locked_at(p, now_s)), there);
}

// A million virtual shares and one virtual unit beside what there is (OpenZeppelin's defence): a
// first depositor who drives the price up pays a million times what the next one can lose.
inline constexpr u128 virtual_shares = 1'000'000;
constexpr std::optional<u128> shares_for(u128 assets, u128 total, u128 supply, Round round) {
    return mul_div(assets, add(supply, virtual_shares), add(total, 1), round);
}
constexpr std::optional<u128> assets_for(u128 shares, u128 total, u128 supply, Round round) {
    return mul_div(shares, add(total, 1), add(supply, virtual_shares), round);
}

/// What a harvest comes to. The price of a share is the same before and after it.
struct Harvest {
    Position after;
    u128 profit = 0;
    u128 fee_shares = 0;     ///< for the treasury
    u128 bounty_shares = 0;  ///< for the caller
};

namespace detail {

/// Of a profit, what is above the high-water mark.
constexpr u128 above_mark(const Position& p, u128 there, u128 supply, u128 profit) {
    if (p.mark_shares == 0) return std::min(profit, there);
    const auto mark = mul_div_up(p.mark_value, add(supply, virtual_shares), p.mark_shares);
    if (!mark || *mark >= there + 1) return 0;
    return std::min(profit, there + 1 - *mark);
}

/// The end of the release of `locked`, of which `old` was to end at `old_to_s` and the rest ends a
/// whole period from now: the mean, weighted, rounded up.
constexpr uint64_t release_end(u128 locked, u128 old, uint64_t old_to_s, uint64_t now_s) {
    if (locked == 0) return now_s;
    const uint64_t left_s = old_to_s > now_s ? old_to_s - now_s : 0;
    const u128 kept = std::min(old, locked);
    const u128 sum = kept * left_s + (locked - kept) * release_s;  // below 2^104 times a day
    return now_s + static_cast<uint64_t>((sum + locked - 1) / locked);
}

}  // namespace detail

/// Recognises what the holdings are worth, `there`, with `supply` shares. The fee on what lies
/// above the high-water mark and the bounty on the profit are rounded down and paid in new shares
/// at the price that counts unreleased profit; so many shares more are compensated out of that
/// profit, and what is left of it is locked. Requires there ≤ assets_max.
constexpr Harvest harvested(const Position& p, u128 there, u128 supply, uint64_t now_s,
                            uint32_t fee, uint32_t bounty) {
    Harvest h{.after = p};
    const u128 total = priced(p, there, now_s);
    h.profit = there > p.counted ? there - p.counted : 0;
    const u128 fee_value = detail::above_mark(p, there, supply, h.profit) * fee / 10'000;
    const u128 bounty_value = h.profit * bounty / 10'000;
    const u128 all = add(supply, virtual_shares);
    const u128 rest = there + 1 - fee_value - bounty_value;
    const auto fee_shares = mul_div_down(fee_value, all, rest);
    const auto bounty_shares = mul_div_down(bounty_value, all, rest);
    if (fee_shares && bounty_shares && checked_add(all, add(*fee_shares, *bounty_shares))) {
        h.fee_shares = *fee_shares;
        h.bounty_shares = *bounty_shares;
    }
    const u128 all_after = all + h.fee_shares + h.bounty_shares;
    const u128 total_after = *mul_div_up(total + 1, all_after, all) - 1;
    h.after.counted = there;
    h.after.locked = sub(there, total_after);
    h.after.locked_from_s = now_s;
    h.after.locked_to_s =
        detail::release_end(h.after.locked, locked_at(p, now_s), p.locked_to_s, now_s);
    const bool higher = p.mark_shares == 0 ||
                        wide_mul(there + 1, p.mark_shares) > wide_mul(p.mark_value, all_after);
    if (higher) {
        h.after.mark_value = there + 1;
        h.after.mark_shares = all_after;
    }
    return h;
}

namespace example {
inline constexpr Position hundred{.counted = 100, .mark_value = 101, .mark_shares = 101'000'000};
inline constexpr Harvest tenth = harvested(hundred, 1'100, 100'000'000, 10, 1'000, 100);
inline constexpr Position day{.counted = 10, .locked = 9, .locked_to_s = 4};
}  // namespace example
static_assert(shares_for(5, 0, 0, Round::down) == 5'000'000);
static_assert(assets_for(5'000'000, 5, 5'000'000, Round::down) == 5);
static_assert(assets_for(1, 5, 5'000'000, Round::down) == 0);
static_assert(assets_for(1, 5, 5'000'000, Round::up) == 1);
static_assert(locked_at(example::day, 1) == 7 && locked_at(example::day, 4) == 0);
static_assert(priced(example::day, 10, 1) == 3 && priced(example::day, 2, 1) == 2);
// A profit of 1000: a hundred to the treasury, ten to the caller, the rest locked for a day.
static_assert(example::tenth.profit == 1'000);
static_assert(example::tenth.fee_shares == 100 * u128{101'000'000} / (1'101 - 110));
static_assert(example::tenth.bounty_shares == 10 * u128{101'000'000} / (1'101 - 110));
static_assert(example::tenth.after.locked_to_s == 10 + release_s);
static_assert(example::tenth.after.counted - example::tenth.after.locked == 112);

}  // namespace thaw::protocol::vault
