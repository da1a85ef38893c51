// 512-bit integers against those of Boost.
#include "thaw/base/large.hpp"

#include <gtest/gtest.h>

#include <boost/multiprecision/cpp_int.hpp>

#include "tests/scenario/random.hpp"

namespace thaw {
namespace {

using Big = boost::multiprecision::cpp_int;

/// Both of the same value.
struct Pair {
    Large mine;
    Big theirs;
};

/// A number of up to four limbs; many of them zero or full, where carries and corrections happen.
Pair number(scenario::Random& random) {
    Pair n{Large{}, Big{0}};
    const Large two_64 = Large{u128{1} << 64};
    for (uint64_t limbs = random.below(5); limbs > 0; --limbs) {
        const uint64_t kind = random.below(5);
        const uint64_t limb = kind == 0   ? 0
                              : kind == 1 ? ~uint64_t{0}
                              : kind == 2 ? uint64_t{1} << 63
                                          : random.next();
        n = {n.mine * two_64 + Large{limb}, (n.theirs << 64) + limb};
    }
    return n;
}

/// The value below 2^256 as Boost has it, limb by limb from the division.
Big big(Large value) {
    const Large two_64 = Large{u128{1} << 64};
    Big sum = 0;
    for (int i = 0; i < 8; ++i) {
        const Large upper = value / two_64;
        const u128 low = *(value - upper * two_64).narrow();
        sum += Big{static_cast<uint64_t>(low)} << (64 * i);
        value = upper;
    }
    return sum;
}

TEST(Large, AgreesWithBoost) {
    scenario::Random random{5};
    for (int i = 0; i < 100'000; ++i) {
        const Pair a = number(random);
        const Pair b = number(random);
        const Pair c = number(random);
        ASSERT_EQ(a.mine < b.mine, a.theirs < b.theirs);
        ASSERT_EQ(a.mine == b.mine, a.theirs == b.theirs);
        const Large product = a.mine * b.mine;
        ASSERT_EQ(big(product), a.theirs * b.theirs);
        if (a.theirs >= b.theirs) {
            ASSERT_EQ(big(a.mine - b.mine), a.theirs - b.theirs);
        }
        if (c.theirs == 0) continue;
        ASSERT_EQ(big(product / c.mine), a.theirs * b.theirs / c.theirs);
        ASSERT_EQ(big(a.mine / c.mine), a.theirs / c.theirs);
    }
}

TEST(LargeDeathTest, WhatDoesNotFitIsABug) {
    const Large two_256 = Large{u128{1} << 127} * Large{2} * Large{u128{1} << 127} * Large{2};
    EXPECT_DEATH((void)(two_256 * two_256), "broken");
    EXPECT_DEATH((void)(Large{1} - Large{2}), "broken");
    EXPECT_DEATH((void)(Large{1} / Large{}), "broken");
}

}  // namespace
}  // namespace thaw
