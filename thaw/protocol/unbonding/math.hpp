/// What of a ticket goes where when it is split or cancelled. Pure.
#pragma once
#include "thaw/protocol/liquid/math.hpp"

namespace thaw::protocol::unbonding {

/// ⌊nominal·part/shares⌋: what a part of a ticket carries of its nominal. Floors never add up to
/// more, so splitting never pays.
constexpr Assets part_of(Assets nominal, SubShares part, SubShares shares) {
    const auto value = mul_div_down(nominal.value, part.value, shares.value);
    THAW_ASSERT(value);  // the part is at most the whole
    return Assets{*value};
}

/// min(shares, the most shares whose worth is at most `nominal`): what a cancelled ticket gives
/// back. All of them while the rate is what it was, so that asking out and back costs nothing;
/// never what the pool earned meanwhile.
constexpr SubShares given_back(SubShares shares, Assets nominal, liquid::Rate rate, bool rebasing) {
    SubShares back = shares;
    if (liquid::worth(shares, rate) > nominal)
        if (const auto fitting = liquid::worth_exactly(nominal, rate))
            back = std::min(shares, SubShares{fitting->high});
    return rebasing ? back : liquid::whole_part(back);
}

static_assert(part_of(Assets{10}, SubShares{1}, SubShares{3}) == Assets{3});
// Bifrost paid a cancelled request by its nominal and more: here 100 units asked for at rate 1 give
// back 91 of 100 shares at rate 1.1, worth 100 and not 110.
static_assert(given_back(SubShares{100}, Assets{100}, {Assets{1'100}, SubShares{1'000}}, true) ==
              SubShares{91});
static_assert(given_back(SubShares{100}, Assets{100}, {Assets{900}, SubShares{1'000}}, true) ==
              SubShares{100});

}  // namespace thaw::protocol::unbonding
