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

/// What `money` pays of a ticket that is owed `owed`: all of it when it suffices, else a part. The
/// shares burnt for a part are rounded up, so that nobody else's worth falls, and so is the nominal
/// taken off where the ticket is worth less than it.
struct Payment {
    Assets assets;
    SubShares shares;
    Assets nominal;
};
constexpr Payment pay_part(SubShares shares, Assets nominal, Assets owed, Assets money) {
    if (money >= owed) return {owed, shares, nominal};
    const auto burnt = mul_div_up(shares.value, money.value, owed.value);
    const auto off = mul_div_up(nominal.value, money.value, owed.value);
    THAW_ASSERT(burnt && off);              // money is less than owed
    if (*burnt == shares.value) return {};  // too little to be told from all of it
    return {money, SubShares{*burnt}, Assets{*off}};
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
static_assert(pay_part(SubShares{90}, Assets{30}, Assets{30}, Assets{10}).shares == SubShares{30});
static_assert(pay_part(SubShares{100}, Assets{40}, Assets{30}, Assets{10}).nominal == Assets{14});
// Bifrost paid a cancelled request by its nominal and more: here 100 units asked for at rate 1 give
// back 91 of 100 shares at rate 1.1, worth 100 and not 110.
static_assert(given_back(SubShares{100}, Assets{100}, {Assets{1'100}, SubShares{1'000}}, true) ==
              SubShares{91});
static_assert(given_back(SubShares{100}, Assets{100}, {Assets{900}, SubShares{1'000}}, true) ==
              SubShares{100});

}  // namespace thaw::protocol::unbonding
