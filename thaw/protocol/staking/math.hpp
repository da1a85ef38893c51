/// What a frame's report does to a pool, as a pure function: the dry run and the booking share it.
#pragma once
#include "thaw/protocol/liquid/math.hpp"
#include "thaw/protocol/losses/face.hpp"

namespace thaw::protocol::staking {

/// A pool at the moment a report comes.
struct Standing {
    liquid::Rate rate;
    Assets unreleased;  ///< rewards that are the pool's but not yet the holders'
    Assets insurance;
    uint64_t fallen_ppb = 0;  ///< what holders lost lately
    uint32_t fee_bps = 0;
    uint32_t growth_max_ppm = 0;
    uint32_t fall_automatic_ppm = 0;
    uint32_t fall_confirmed_ppm = 0;
    bool rebasing = false;
};

/// What a report makes of it. A loss meets unreleased rewards first, then insurance, then holders;
/// of a profit the hub takes its fee as shares at the rate before, and the rest is released later.
struct Effect {
    Assets profit;  ///< rewards less slashes, if more
    Assets loss;    ///< slashes less rewards, if more
    Assets fee;     ///< part of the profit up to the growth bound, rounded down
    SubShares fee_shares;
    Assets from_unreleased;  ///< of the loss
    Assets from_insurance;
    Assets to_holders;
    liquid::Rate after;
    Assets releasing;  ///< over the next frame: at most the growth bound, rounded down
    Assets waiting;    ///< for later frames
    uint64_t fall_ppb = 0;
    losses::Verdict verdict = losses::Verdict::automatic;
};

constexpr Effect effect_of(const Standing& pool, Assets rewards, Assets slashed) {
    Effect e;
    if (rewards > slashed)
        e.profit = Assets{rewards.value - slashed.value};
    else
        e.loss = Assets{slashed.value - rewards.value};

    // Shares for a fee are the one thing a report brings about at once. So no more of a profit
    // bears it than may reach holders in a frame: whatever members say, they dilute by no more than
    // that.
    const u128 growth = *mul_div_down(pool.rate.assets.value, pool.growth_max_ppm, 1'000'000);
    const Assets fee{*mul_div_down(std::min(e.profit.value, growth), pool.fee_bps, 10'000)};
    // Shares cannot be bought of a pool in which nothing is left: then there is no fee.
    if (const auto bought = liquid::shares_for(fee, pool.rate); bought && !fee.is_zero()) {
        e.fee = fee;
        e.fee_shares = pool.rebasing ? *bought : liquid::whole_part(*bought);
    }
    e.from_unreleased = std::min(pool.unreleased, e.loss);
    const Assets uncovered{e.loss.value - e.from_unreleased.value};
    e.from_insurance = std::min(pool.insurance, uncovered);
    e.to_holders = Assets{uncovered.value - e.from_insurance.value};
    THAW_ASSERT(e.to_holders <= pool.rate.assets);

    const u128 owned = pool.rate.assets.value - e.to_holders.value;
    e.after = {Assets{add(owned, e.fee.value)},
               SubShares{add(pool.rate.supply.value, e.fee_shares.value)}};
    const u128 ahead =
        add(pool.unreleased.value - e.from_unreleased.value, e.profit.value - e.fee.value);
    const u128 bound = *mul_div_down(e.after.assets.value, pool.growth_max_ppm, 1'000'000);
    e.releasing = Assets{std::min(ahead, bound)};
    e.waiting = Assets{ahead - e.releasing.value};
    e.fall_ppb = losses::fall_ppb(e.to_holders, pool.rate.assets);
    e.verdict = losses::verdict(pool.fallen_ppb, e.fall_ppb, pool.fall_automatic_ppm,
                                pool.fall_confirmed_ppm);
    return e;
}

namespace examples {
inline constexpr Standing pool{.rate = {Assets{1'000'000}, SubShares{2'000'000'000'000'000}},
                               .unreleased = Assets{300},
                               .insurance = Assets{1'000},
                               .fee_bps = 1'000,
                               .growth_max_ppm = 500,
                               .fall_automatic_ppm = 3'500,
                               .fall_confirmed_ppm = 50'000};
inline constexpr Effect won = effect_of(pool, Assets{995}, Assets{100});
static_assert(won.profit == Assets{895} && won.fee == Assets{50} && won.loss.is_zero());
static_assert(won.fee_shares == SubShares{100'000'000'000} &&
              won.after.assets == Assets{1'000'050});
static_assert(won.releasing == Assets{500} && won.waiting == Assets{645});
inline constexpr Effect lost = effect_of(pool, Assets{100}, Assets{4'900});
static_assert(lost.from_unreleased == Assets{300} && lost.from_insurance == Assets{1'000});
static_assert(lost.to_holders == Assets{3'500} && lost.verdict == losses::Verdict::automatic);
static_assert(effect_of(pool, Assets{}, Assets{4'801}).verdict == losses::Verdict::second_quorum);
static_assert(effect_of(pool, Assets{}, Assets{51'300}).verdict == losses::Verdict::second_quorum);
static_assert(effect_of(pool, Assets{}, Assets{51'301}).verdict ==
              losses::Verdict::second_quorum_and_halt);
}  // namespace examples

}  // namespace thaw::protocol::staking
