// Wide arithmetic against big integers.
#include "thaw/base/math.hpp"

#include <gtest/gtest.h>

#include <boost/multiprecision/cpp_int.hpp>

#include "tests/scenario/random.hpp"

namespace thaw {
namespace {

using Big = boost::multiprecision::cpp_int;

Big big(u128 v) { return (Big{static_cast<uint64_t>(v >> 64)} << 64) + static_cast<uint64_t>(v); }

/// Numbers where carries happen: near powers of two, near 64-bit limbs, and anything.
u128 interesting(scenario::Random& random) {
    switch (random.below(5)) {
        case 0:
            return (u128{1} << random.below(128)) + random.below(3) - 1;
        case 1:
            return u128_max - random.below(3);
        case 2:
            return u128{random.next()} << 64;
        case 3:
            return random.wide() >> random.below(128);
        default:
            return random.below(5);
    }
}

TEST(Math, MulDivAgreesWithBigIntegersInBothDirections) {
    scenario::Random random{1};
    const Big limit = Big{1} << 128;
    for (int i = 0; i < 500'000; ++i) {
        const u128 a = interesting(random);
        const u128 b = interesting(random);
        const u128 c = std::max<u128>(interesting(random), 1);
        const Big product = big(a) * big(b);
        const Wide wide = wide_mul(a, b);
        ASSERT_EQ((big(wide.high) << 128) + big(wide.low), product);
        const Big down = product / big(c);
        const Big up = (product + big(c) - 1) / big(c);
        const auto floor = mul_div_down(a, b, c);
        const auto ceiling = mul_div_up(a, b, c);
        ASSERT_EQ(floor.has_value(), down < limit);
        ASSERT_EQ(ceiling.has_value(), up < limit);
        if (floor) {
            ASSERT_EQ(big(*floor), down);
        }
        if (ceiling) {
            ASSERT_EQ(big(*ceiling), up);
        }
    }
}

TEST(Math, CheckedSumsSayWhenTheyDoNotFit) {
    EXPECT_EQ(checked_add(u128_max - 1, 1), u128_max);
    EXPECT_EQ(checked_add(u128_max, 1), std::nullopt);
    EXPECT_DEATH(add(u128_max, 1), "broken");
    EXPECT_DEATH(sub(1, 2), "broken");
    EXPECT_DEATH(static_cast<void>(mul_div_down(1, 1, 0)), "broken");
}

}  // namespace
}  // namespace thaw
