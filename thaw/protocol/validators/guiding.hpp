/// How governance's weights guide a part of new stake; the rest is water-filling.
#pragma once
#include "thaw/protocol/validators/filling.hpp"
#include "thaw/protocol/validators/limits.hpp"

namespace thaw::protocol::validators {

/// The pool's stake that each eligible validator should have by its weight, if the pool has `pool`
/// with all of them together: rounded down; in the order of the candidates. All zero when nobody
/// has a weight.
inline std::vector<u128> targets(const std::vector<Candidate>& candidates, u128 pool) {
    u128 weights = 0;
    for (const Candidate& c : candidates)
        if (c.eligible) weights += c.weight;
    std::vector<u128> all(candidates.size());
    for (size_t i = 0; i < candidates.size() && weights != 0; ++i)
        if (candidates[i].eligible) all[i] = *mul_div_down(pool, candidates[i].weight, weights);
    return all;
}

namespace detail {

/// Candidates as the filling has to see them to bring those that have least, compared with their
/// targets, up to a common distance from them.
inline std::vector<Candidate> by_distance(std::vector<Candidate> candidates, u128 amount) {
    u128 pool = amount;
    for (const Candidate& c : candidates) pool = add(pool, c.bonded.value);
    const auto wanted = targets(candidates, pool);
    const u128 farthest = *std::max_element(wanted.begin(), wanted.end());
    for (size_t i = 0; i < candidates.size(); ++i) {
        Candidate& c = candidates[i];
        c.eligible = c.eligible && c.weight != 0;
        c.total_stake = Assets{add(farthest - wanted[i], c.bonded.value)};
    }
    return candidates;
}

inline void place(std::vector<Candidate>& candidates, const std::vector<Move>& moves) {
    for (const Move& move : moves)
        for (Candidate& c : candidates)
            if (c.id == move.id) {
                c.bonded.value = add(c.bonded.value, move.amount.value);
                c.total_stake.value = add(c.total_stake.value, move.amount.value);
            }
}

}  // namespace detail

/// Plans an era's new stake: `blend_bps` of it toward the targets, under the caps as they stand,
/// and what that leaves as `plan_deposits` does. A part too small for one move goes with the other.
inline Plan plan_era(std::vector<Candidate> candidates, Assets amount, Assets move_min, Caps caps,
                     uint32_t blend_bps) {
    std::vector<Move> guided;
    const Assets part{*mul_div_down(amount.value, blend_bps, 10'000)};
    const bool weighted = std::ranges::any_of(
        candidates, [](const Candidate& c) { return c.eligible && c.weight != 0; });
    if (weighted && part >= move_min && !part.is_zero())
        guided = detail::fill_in_moves(detail::by_distance(candidates, part.value), part.value,
                                       move_min.value, caps, guided_moves_max);
    detail::place(candidates, guided);
    const Assets rest{amount.value - detail::sum_of(guided)};
    Plan plan = plan_deposits(candidates, rest, move_min, caps, moves_per_era_max - guided.size());
    for (const Move& move : guided) {
        const auto same = std::ranges::find(plan.moves, move.id, &Move::id);
        if (same == plan.moves.end())
            plan.moves.push_back(move);
        else
            same->amount.value += move.amount.value;
    }
    std::ranges::sort(plan.moves, {}, &Move::id);
    return plan;
}

}  // namespace thaw::protocol::validators
