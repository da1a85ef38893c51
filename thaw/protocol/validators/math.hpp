/// Where stake goes and where it comes from: equal targets, the most underweight first, the most
/// overweight last in.
#pragma once
#include <vector>

#include "thaw/base/math.hpp"

namespace thaw::protocol::validators {

/// One validator as the allocation sees it.
struct Candidate {
    uint32_t id = 0;
    Assets bonded;
    bool eligible = false;  ///< passes the quality gate: may receive new stake
};
struct Move {
    uint32_t id = 0;
    Assets amount;
    friend constexpr bool operator==(const Move&, const Move&) = default;
};

/// Spreads `amount` over eligible validators so that the lowest are raised to a common level
/// (water-filling on our own stake), in moves of at least `move_min`; ties break by id. What cannot
/// be placed is left out.
inline std::vector<Move> plan_deposits(std::vector<Candidate> candidates, Assets amount,
                                       Assets move_min) {
    std::erase_if(candidates, [](const Candidate& c) { return !c.eligible; });
    std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
        return a.bonded != b.bonded ? a.bonded < b.bonded : a.id < b.id;
    });
    if (candidates.empty() || amount < move_min) return {};
    // The widest front whose common level keeps each move at or above the minimum.
    size_t front = candidates.size();
    u128 level = 0;
    for (; front > 0; --front) {
        u128 sum = amount.value;
        for (size_t i = 0; i < front; ++i) sum = add(sum, candidates[i].bonded.value);
        level = sum / front;
        if (level >= add(candidates[front - 1].bonded.value, move_min.value)) break;
    }
    if (front == 0) return {{candidates.front().id, amount}};
    std::vector<Move> moves;
    u128 left = amount.value;
    for (size_t i = front; i-- > 0;) {  // the lowest takes what rounding left over
        const u128 part = i == 0 ? left : level - candidates[i].bonded.value;
        moves.push_back({candidates[i].id, Assets{part}});
        left = sub(left, part);
    }
    std::reverse(moves.begin(), moves.end());
    return moves;
}

/// Takes `amount` from the validators that hold most: first whole delegations of those that are no
/// longer eligible, then the highest down to a common level. Takes less when there is less.
inline std::vector<Move> plan_withdrawals(std::vector<Candidate> candidates, Assets amount) {
    std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
        if (a.eligible != b.eligible) return !a.eligible;
        return a.bonded != b.bonded ? a.bonded > b.bonded : a.id < b.id;
    });
    std::vector<Move> moves;
    u128 left = amount.value;
    size_t first = 0;
    for (; first < candidates.size() && !candidates[first].eligible && left != 0; ++first) {
        const u128 part = std::min(left, candidates[first].bonded.value);
        if (part != 0) moves.push_back({candidates[first].id, Assets{part}});
        left -= part;
    }
    if (left == 0 || first == candidates.size()) return moves;
    // The narrowest front that can give it: those in it come down to a level not below the next
    // one's stake.
    u128 sum = 0;
    size_t end = first;
    u128 level = 0;
    while (end < candidates.size()) {
        sum = add(sum, candidates[end++].bonded.value);
        const u128 next = end < candidates.size() ? candidates[end].bonded.value : 0;
        level = sum > left ? (sum - left + (end - first) - 1) / (end - first) : 0;
        if (sum >= left && level >= next) break;
    }
    for (size_t i = first; i < end && left != 0; ++i) {
        const u128 held = candidates[i].bonded.value;
        const u128 wish = held > level ? held - level : 0;
        const u128 part = std::min({wish, left, held});
        if (part != 0) moves.push_back({candidates[i].id, Assets{part}});
        left -= part;
    }
    for (size_t i = first; i < end && left != 0;
         ++i) {  // the level was rounded up: a unit more each
        const u128 held = candidates[i].bonded.value;
        const auto move = std::find_if(moves.begin(), moves.end(),
                                       [&](const Move& m) { return m.id == candidates[i].id; });
        if (held == (move == moves.end() ? 0 : move->amount.value)) continue;
        if (move == moves.end())
            moves.push_back({candidates[i].id, Assets{1}});
        else
            ++move->amount.value;
        --left;
    }
    return moves;
}

}  // namespace thaw::protocol::validators
