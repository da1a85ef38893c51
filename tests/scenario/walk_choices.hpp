/// What random walks choose in the same way, out of any source of choices.
#pragma once
#include "tests/scenario/scenario.hpp"

namespace thaw::scenario {

/// An amount at and around a limit: all of it, one more, nothing, everything there is, or a part.
template <class Source>
u128 amount_near(Source& source, u128 limit) {
    switch (source.below(10)) {
        case 0:
            return limit + 1;
        case 1:
            return limit;
        case 2:
            return 0;
        case 3:
            return source.chance(8) ? u128_max - source.below(2) : limit;
        default:
            return source.amount(limit);
    }
}

template <class Source, class T>
const T& one_of(Source& source, const std::vector<T>& list) {
    return list[source.below(list.size())];
}

}  // namespace thaw::scenario
