/// Where new stake goes: to the validators with the least stake of all on the host, so that the sum
/// of squares of everybody's stake there ends as low as it can (water-filling), under caps.
#pragma once
#include <algorithm>
#include <vector>

#include "thaw/base/math.hpp"

namespace thaw::protocol::validators {

/// One validator as the allocation sees it.
struct Candidate {
    uint32_t id = 0;
    Assets bonded;          ///< the pool's stake with it
    bool eligible = false;  ///< passes the quality gate: may receive new stake
    Assets total_stake;     ///< everybody's, the pool's included
    uint16_t group = 0;     ///< operator group; 0: on its own
    uint32_t weight = 0;    ///< by governance
};
struct Move {
    uint32_t id = 0;
    Assets amount;
    friend constexpr bool operator==(const Move&, const Move&) = default;
};
/// Most of the pool that one validator, and one operator group, may have in the end.
struct Caps {
    Assets validator;
    Assets group;
    friend constexpr bool operator==(const Caps&, const Caps&) = default;
};
struct Plan {
    std::vector<Move> moves;  ///< by id
    Caps caps;                ///< those kept: the ones given, or relaxed ones
};

namespace detail {

/// What a validator takes at a level: up to the level, as far as there is room.
struct Vessel {
    uint32_t id = 0;
    uint16_t group = 0;
    u128 stake = 0;
    u128 room = 0;
    u128 group_room = u128_max;  ///< of its operator group together
    u128 level_max = u128_max;   ///< above it the group would have more than that
    u128 part = 0;               ///< what it gets

    u128 taken(u128 level) const {
        const u128 top = std::min(level, level_max);
        return std::min(room, top > stake ? top - stake : 0);
    }
};

/// The highest level at which `taken(level)` is at most `limit`, from 0 to `high`.
template <class Taken>
u128 highest_level(u128 high, u128 limit, const Taken& taken) {
    u128 low = 0;
    while (low < high) {
        const u128 middle = high - (high - low) / 2;
        if (taken(middle) <= limit)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

/// Sums what vessels for which `counts` holds take at a level; never more than 2^128 − 1.
template <class Counts>
u128 taken_at(const std::vector<Vessel>& vessels, u128 level, const Counts& counts) {
    u128 sum = 0;
    for (const Vessel& v : vessels)
        if (counts(v)) sum = checked_add(sum, v.taken(level)).value_or(u128_max);
    return sum;
}

/// Eligible validators with the room that the caps leave them.
inline std::vector<Vessel> vessels_of(const std::vector<Candidate>& candidates, const Caps& caps,
                                      u128 high) {
    std::vector<Vessel> vessels;
    for (const Candidate& c : candidates)
        if (c.eligible)
            vessels.push_back(
                {.id = c.id,
                 .group = c.group,
                 .stake = c.total_stake.value,
                 .room = caps.validator > c.bonded ? caps.validator.value - c.bonded.value : 0});
    for (Vessel& v : vessels) {
        if (v.group == 0) continue;
        u128 has = 0;
        for (const Candidate& c : candidates)
            if (c.group == v.group) has = add(has, c.bonded.value);
        v.group_room = caps.group.value > has ? caps.group.value - has : 0;
        v.level_max = highest_level(high, v.group_room, [&](u128 level) {
            return taken_at(vessels, level, [&](const Vessel& w) { return w.group == v.group; });
        });
    }
    return vessels;
}

/// Gives units that would not raise the whole surface to whoever still has room, by id.
inline void give_units(std::vector<Vessel>& vessels, u128 units) {
    for (bool given = true; given && units != 0;) {
        given = false;
        for (Vessel& v : vessels) {
            u128 group = 0;
            for (const Vessel& w : vessels)
                if (w.group == v.group) group = add(group, w.part);
            if (units == 0 || v.part >= v.room || group >= v.group_room) continue;
            ++v.part;
            --units;
            given = true;
        }
    }
}

/// Water-filling without regard to the least move; what cannot be placed is left out.
inline std::vector<Move> fill(const std::vector<Candidate>& candidates, u128 amount,
                              const Caps& caps) {
    u128 high = 0;
    for (const Candidate& c : candidates) high = std::max(high, c.total_stake.value);
    high = checked_add(high, amount).value_or(u128_max - 1);
    auto vessels = vessels_of(candidates, caps, high);
    const auto everyone = [](const Vessel&) { return true; };
    const u128 level =
        highest_level(high, amount, [&](u128 at) { return taken_at(vessels, at, everyone); });
    u128 left = amount - taken_at(vessels, level, everyone);
    for (Vessel& v : vessels) {
        v.part = v.taken(level);
        if (left != 0 && v.taken(level + 1) > v.part) {  // one of those at the surface
            ++v.part;
            --left;
        }
    }
    give_units(vessels, left);
    std::vector<Move> moves;
    for (const Vessel& v : vessels)
        if (v.part != 0) moves.push_back({v.id, Assets{v.part}});
    return moves;
}

/// The same in at most `most` moves of at least `move_min`: whoever would get less gets nothing.
inline std::vector<Move> fill_in_moves(std::vector<Candidate> candidates, u128 amount,
                                       u128 move_min, const Caps& caps, size_t most) {
    while (true) {
        auto moves = fill(candidates, amount, caps);
        std::vector<Move> small = moves;
        std::sort(small.begin(), small.end(), [](const Move& a, const Move& b) {
            return a.amount != b.amount ? a.amount < b.amount : a.id > b.id;
        });
        size_t too_small = 0;
        while (too_small < small.size() && small[too_small].amount.value < move_min) ++too_small;
        const size_t too_many = moves.size() > most ? moves.size() - most : 0;
        if (too_small == 0 && too_many == 0) return moves;
        small.resize(std::max((too_small + 1) / 2, too_many));
        for (const Move& m : small)
            std::erase_if(candidates, [&](const Candidate& c) { return c.id == m.id; });
    }
}

inline u128 sum_of(const std::vector<Move>& moves) {
    u128 sum = 0;
    for (const Move& m : moves) sum = add(sum, m.amount.value);
    return sum;
}

}  // namespace detail

/// Places `amount` in at most `most` moves of at least `move_min`; less than one move may be left
/// over, for the next time. Where the caps leave no room - too few good validators, or a pool so
/// small that its tenth is less than one delegation - they are doubled until they do.
inline Plan plan_deposits(const std::vector<Candidate>& candidates, Assets amount, Assets move_min,
                          Caps caps, size_t most = ~size_t{0}) {
    Plan plan{.moves = {}, .caps = caps};
    if (amount < move_min || amount.is_zero()) return plan;
    const auto wider = [](Assets cap) {
        return Assets{cap.value > u128_max / 2 ? u128_max : std::max<u128>(1, cap.value * 2)};
    };
    while (true) {
        plan.moves =
            detail::fill_in_moves(candidates, amount.value, move_min.value, plan.caps, most);
        const u128 left = amount.value - detail::sum_of(plan.moves);
        if (left == 0 || left < move_min.value) return plan;
        if (plan.caps.validator.value == u128_max && plan.caps.group.value == u128_max)
            return plan;  // nobody is eligible
        plan.caps = {wider(plan.caps.validator), wider(plan.caps.group)};
    }
}

}  // namespace thaw::protocol::validators
