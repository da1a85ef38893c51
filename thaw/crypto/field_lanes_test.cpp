#include "thaw/crypto/field_lanes.hpp"

#if defined(__x86_64__)
#include <gtest/gtest.h>

#include <random>

#include "thaw/crypto/integer_test.hpp"
#include "thaw/crypto/recover_lanes.hpp"

#pragma GCC diagnostic ignored "-Wpsabi"

namespace thaw::crypto {
namespace {

const Integer p = (Integer{1} << 256) - (Integer{1} << 32) - 977;

/// Eight lanes of limbs as they may be with this magnitude: the greatest, none, or drawn.
template <unsigned magnitude>
Loose<magnitude> drawn(std::mt19937_64& random) {
    const uint64_t most = magnitude * ((1u << 29) + (1u << 24));
    Loose<magnitude> out;
    for (Lanes& limb : out.limb)
        for (size_t lane = 0; lane < lane_count; ++lane) {
            const uint64_t kind = random() % 4;
            // Lane 0 is greatest in every limb: no column of a product can hold more.
            limb[lane] = lane == 0 || kind == 0 ? most : kind == 1 ? 0 : random() % (most + 1);
        }
    return out;
}

template <unsigned magnitude>
Integer value(const Loose<magnitude>& a, size_t lane) {
    Integer out = 0;
    for (size_t i = limb_count; i-- > 0;) out = (out << limb_bits) + uint64_t{a.limb[i][lane]};
    return out;
}

/// That every lane of `a` has magnitude 1 and the value `wanted(lane)`, as long and as short.
void expect(const FieldLanes& a, const std::function<Integer(size_t)>& wanted) {
    for (size_t lane = 0; lane < lane_count; ++lane) {
        for (const Lanes& limb : a.limb) ASSERT_LE(limb[lane], (1u << 29) + (1u << 24));
        const Integer modulo = (wanted(lane) % p + p) % p;
        ASSERT_EQ(value(a, lane) % p, modulo) << "lane " << lane;
        ASSERT_EQ(integer(least(a, lane)), modulo) << "lane " << lane;
    }
}

// The functions that are inlined, for callers without vectors.
template <unsigned a, unsigned b>
THAW_LANES FieldLanes product(const Loose<a>& x, const Loose<b>& y) {
    FieldLanes out;
    multiply(out, x, y);
    return out;
}
template <unsigned a>
THAW_LANES FieldLanes squared(const Loose<a>& x) {
    FieldLanes out;
    square(out, x);
    return out;
}
template <unsigned a, unsigned b>
THAW_LANES FieldLanes difference(const Loose<a>& x, const Loose<b>& y) {
    return carried(minus(x, y));
}
template <unsigned a, unsigned b>
THAW_LANES FieldLanes sum(const Loose<a>& x, const Loose<b>& y) {
    return carried(plus(x, y));
}
template <unsigned by, unsigned a>
THAW_LANES FieldLanes doubled(const Loose<a>& x) {
    return carried(shifted<by>(x));
}

struct FieldLanesTest : testing::Test {
    void SetUp() override {
        if (!can_recover_lanes()) GTEST_SKIP() << "this processor has no AVX-512";
    }
    std::mt19937_64 random{1};
};

template <unsigned a, unsigned b>
void check_products(std::mt19937_64& random) {
    for (int i = 0; i < 2'000; ++i) {
        const auto x = drawn<a>(random);
        const auto y = drawn<b>(random);
        expect(product(x, y), [&](size_t l) { return Integer{value(x, l) * value(y, l)}; });
    }
}

TEST_F(FieldLanesTest, products_are_those_of_another_arithmetic_up_to_the_greatest_limbs) {
    check_products<1, 1>(random);
    check_products<2, 2>(random);
    check_products<1, 3>(random);
    check_products<2, 3>(random);
    check_products<1, 6>(random);
}

TEST_F(FieldLanesTest, squares_are_those_of_another_arithmetic) {
    for (int i = 0; i < 2'000; ++i) {
        const auto a = drawn<1>(random);
        const auto b = drawn<2>(random);
        expect(squared(a), [&](size_t l) { return Integer{value(a, l) * value(a, l)}; });
        expect(squared(b), [&](size_t l) { return Integer{value(b, l) * value(b, l)}; });
    }
}

TEST_F(FieldLanesTest, sums_and_differences_are_too) {
    for (int i = 0; i < 2'000; ++i) {
        const auto a = drawn<1>(random);
        const auto b = drawn<1>(random);
        const auto thrice = drawn<3>(random);
        expect(difference(a, b), [&](size_t l) { return Integer{value(a, l) - value(b, l)}; });
        expect(difference(thrice, thrice), [](size_t) { return Integer{0}; });
        expect(difference(a, thrice),
               [&](size_t l) { return Integer{value(a, l) - value(thrice, l)}; });
        expect(sum(thrice, b), [&](size_t l) { return Integer{value(thrice, l) + value(b, l)}; });
        expect(doubled<3>(a), [&](size_t l) { return Integer{value(a, l) * 8}; });
    }
}

TEST_F(FieldLanesTest, inverses_and_roots_are_powers) {
    using boost::multiprecision::powm;
    for (int i = 0; i < 20; ++i) {
        const FieldLanes a = drawn<1>(random);
        FieldLanes out;
        invert(out, a);
        expect(out, [&](size_t l) { return Integer{powm(value(a, l), Integer{p - 2}, p)}; });
        root(out, a);
        expect(out, [&](size_t l) { return Integer{powm(value(a, l), Integer{(p + 1) / 4}, p)}; });
    }
}

TEST_F(FieldLanesTest, a_lane_is_set_and_read_as_the_least_number) {
    FieldLanes a{};
    for (const Integer& number : {Integer{0}, Integer{1}, Integer{p - 1}, p, Integer{p + 1},
                                  Integer{(Integer{1} << 256) - 1}}) {
        set_lane(a, 3, words(number));
        EXPECT_EQ(value(a, 3), number);
        EXPECT_EQ(integer(least(a, 3)), number % p);
        EXPECT_EQ(value(a, 2), 0);
    }
}

}  // namespace
}  // namespace thaw::crypto
#endif
