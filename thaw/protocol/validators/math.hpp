/// Where stake comes from when it leaves: from the most overweight.
#pragma once
#include "thaw/protocol/validators/guiding.hpp"

namespace thaw::protocol::validators {

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
