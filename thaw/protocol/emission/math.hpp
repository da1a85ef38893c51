/// The accumulator of rewards per receipt: constant work whoever holds how much (the "scalable
/// reward distribution" of Batog, Boca and Johnson, 2018), with 128 bits behind the point so that
/// what it rounds away is less than a base unit per settlement. Pure.
#pragma once
#include "thaw/base/math.hpp"
#include "thaw/protocol/emission/books.hpp"

namespace thaw::protocol::emission {

/// ⌊emitted·2^128/supply⌋·2^-128. Requires supply above zero.
constexpr Growth growth_of(u128 emitted, u128 supply) {
    const u128 rest = emitted % supply;
    return {.whole = emitted / supply, .fraction = wide_div({.high = rest}, supply).quotient};
}
constexpr Growth plus(Growth a, Growth b) {
    const u128 fraction = a.fraction + b.fraction;
    return {.whole = add(add(a.whole, b.whole), fraction < a.fraction ? 1 : 0),
            .fraction = fraction};
}
/// Requires a ≥ b.
constexpr Growth minus(Growth a, Growth b) {
    return {.whole = sub(a.whole, add(b.whole, a.fraction < b.fraction ? 1 : 0)),
            .fraction = a.fraction - b.fraction};
}
/// ⌊held·growth⌋, never more than was emitted while `held` was part of the supply.
constexpr u128 earned_by(u128 held, Growth growth) {
    const Wide whole = wide_mul(held, growth.whole);
    THAW_ASSERT(whole.high == 0);
    return add(whole.low, wide_mul(held, growth.fraction).high);
}

/// What the present schedule has emitted: ⌊scheduled·elapsed/duration⌋, whatever the steps in which
/// time went by.
constexpr u128 emitted_by_schedule(const Stream& s) {
    if (s.elapsed_s >= s.duration_s) return s.scheduled;
    return *mul_div_down(s.scheduled, s.elapsed_s, s.duration_s);
}
constexpr u128 emitted(const Stream& s) { return add(s.before, emitted_by_schedule(s)); }
constexpr u128 funded(const Stream& s) { return add(s.before, s.scheduled); }
constexpr uint64_t seconds_left(const Stream& s) { return s.duration_s - s.elapsed_s; }

/// The stream at `now_s`, when `supply` receipts existed since its last update.
constexpr Stream advanced(Stream s, uint64_t now_s, u128 supply) {
    const uint64_t passed = now_s - s.updated_s;
    s.updated_s = now_s;
    if (supply == 0 || passed == 0) return s;
    const u128 already = emitted_by_schedule(s);
    s.elapsed_s += std::min(passed, seconds_left(s));
    s.growth = plus(s.growth, growth_of(emitted_by_schedule(s) - already, supply));
    return s;
}

/// A holder's part brought up to the stream, when it held `held` since it was last.
constexpr Earned settled(Earned e, const Stream& s, u128 held) {
    e.owed = add(e.owed, earned_by(held, minus(s.growth, e.seen)));
    e.seen = s.growth;
    return e;
}

/// Whether laying `amount` in, to be emitted with what is left over `seconds`, neither ends the
/// stream earlier nor slows it down: then anybody may do it.
constexpr bool is_a_gift(const Stream& s, u128 amount, uint64_t seconds) {
    const u128 left = s.scheduled - emitted_by_schedule(s);
    if (left == 0) return true;
    if (seconds < seconds_left(s)) return false;
    return wide_mul(add(left, amount), seconds_left(s)) >= wide_mul(left, seconds);
}

/// The stream with `amount` more, emitted evenly over `seconds` from now on together with what was
/// left. Nothing when the sum of all budgets would not fit.
constexpr std::optional<Stream> laid_in(Stream s, u128 amount, uint64_t seconds) {
    if (!checked_add(funded(s), amount)) return std::nullopt;
    const u128 left = s.scheduled - emitted_by_schedule(s);
    s.before = emitted(s);
    s.scheduled = left + amount;
    s.duration_s = seconds;
    s.elapsed_s = 0;
    return s;
}

namespace example {
inline constexpr Stream ten = *laid_in({}, 10, 4);
}
static_assert(growth_of(1, 2) == Growth{0, u128{1} << 127});
static_assert(growth_of(7, 3) == Growth{2, u128_max / 3});
static_assert(plus({0, u128_max}, {0, 1}) == Growth{1, 0});
static_assert(minus({1, 0}, {0, 1}) == Growth{0, u128_max});
static_assert(earned_by(3, growth_of(7, 3)) == 6);  // a third is short of itself: down
static_assert(emitted(advanced(example::ten, 1, 5)) == 2);
static_assert(emitted(advanced(example::ten, 3, 5)) == 7);
static_assert(emitted(advanced(advanced(example::ten, 1, 5), 3, 5)) == 7);
static_assert(emitted(advanced(example::ten, 100, 5)) == 10);
static_assert(seconds_left(advanced(example::ten, 100, 0)) == 4, "an empty time is not lost");
static_assert(settled({}, advanced(example::ten, 4, 5), 2).owed == 4);
static_assert(is_a_gift(example::ten, 10, 8) && !is_a_gift(example::ten, 9, 8));
static_assert(is_a_gift(example::ten, 0, 4) && !is_a_gift(example::ten, 1'000, 3));

}  // namespace thaw::protocol::emission
