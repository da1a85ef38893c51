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
template <class Radix, unsigned magnitude>
Loose<Radix, magnitude> drawn(std::mt19937_64& random) {
    Loose<Radix, magnitude> out;
    for (size_t i = 0; i < Radix::limb_count; ++i)
        for (size_t lane = 0; lane < lane_count; ++lane) {
            const uint64_t most = magnitude * Radix::most[i];
            const uint64_t kind = random() % 4;
            // Lane 0 is greatest in every limb: no column of a product can hold more.
            out.limb[i][lane] = lane == 0 || kind == 0 ? most
                                : kind == 1            ? 0
                                                       : random() % (most + 1);
        }
    return out;
}

template <class Radix, unsigned magnitude>
Integer value(const Loose<Radix, magnitude>& a, size_t lane) {
    Integer out = 0;
    for (size_t i = Radix::limb_count; i-- > 0;)
        out = (out << Radix::bits) + uint64_t{a.limb[i][lane]};
    return out;
}

/// That every lane of `a` has magnitude 1 and the value `wanted(lane)`, as long and as short.
template <class Radix>
void expect(const FieldLanes<Radix>& a, const std::function<Integer(size_t)>& wanted) {
    for (size_t lane = 0; lane < lane_count; ++lane) {
        for (size_t i = 0; i < Radix::limb_count; ++i)
            ASSERT_LE(a.limb[i][lane], Radix::most[i]) << "limb " << i << " of lane " << lane;
        const Integer modulo = (wanted(lane) % p + p) % p;
        ASSERT_EQ(value(a, lane) % p, modulo) << "lane " << lane;
        ASSERT_EQ(integer(least(a, lane)), modulo) << "lane " << lane;
    }
}

// The functions that are inlined, for callers without vectors.
template <class Radix, unsigned a, unsigned b>
THAW_LANES FieldLanes<Radix> product(const Loose<Radix, a>& x, const Loose<Radix, b>& y) {
    FieldLanes<Radix> out;
    multiply(out, x, y);
    return out;
}
template <class Radix, unsigned a>
THAW_LANES FieldLanes<Radix> squared(const Loose<Radix, a>& x) {
    FieldLanes<Radix> out;
    square(out, x);
    return out;
}
template <class Radix, unsigned a, unsigned b>
THAW_LANES FieldLanes<Radix> difference(const Loose<Radix, a>& x, const Loose<Radix, b>& y) {
    return carried(minus(x, y));
}
template <class Radix, unsigned a, unsigned b>
THAW_LANES FieldLanes<Radix> sum(const Loose<Radix, a>& x, const Loose<Radix, b>& y) {
    return carried(plus(x, y));
}
template <unsigned by, class Radix, unsigned a>
THAW_LANES FieldLanes<Radix> doubled(const Loose<Radix, a>& x) {
    return carried(shifted<by>(x));
}

template <class Radix>
struct FieldLanesTest : testing::Test {
    void SetUp() override {
        constexpr bool wide = std::is_same_v<Radix, Radix52>;
        if (lane_products() < (wide ? LaneProducts::of_52_bits : LaneProducts::of_32_bits))
            GTEST_SKIP() << "this processor has no AVX-512 " << (wide ? "IFMA" : "F");
    }

    template <unsigned a, unsigned b>
    void check_products() {
        for (int i = 0; i < 2'000; ++i) {
            const auto x = drawn<Radix, a>(random);
            const auto y = drawn<Radix, b>(random);
            expect(product(x, y), [&](size_t l) { return Integer{value(x, l) * value(y, l)}; });
        }
    }
    template <unsigned a>
    void check_squares() {
        for (int i = 0; i < 2'000; ++i) {
            const auto x = drawn<Radix, a>(random);
            expect(squared(x), [&](size_t l) { return Integer{value(x, l) * value(x, l)}; });
        }
    }

    std::mt19937_64 random{1};
};

using Radices = testing::Types<Radix29, Radix52>;
TYPED_TEST_SUITE(FieldLanesTest, Radices);

TYPED_TEST(FieldLanesTest, products_are_those_of_another_arithmetic_up_to_the_greatest_limbs) {
    this->template check_products<1, 1>();
    this->template check_products<2, 2>();
    this->template check_products<1, 3>();
    this->template check_products<2, 3>();
    this->template check_products<1, 6>();
    this->template check_products<3, 3>();
    this->template check_products<magnitude_max, magnitude_max>();
}

TYPED_TEST(FieldLanesTest, squares_are_those_of_another_arithmetic) {
    this->template check_squares<1>();
    this->template check_squares<2>();
    this->template check_squares<magnitude_max>();
}

TYPED_TEST(FieldLanesTest, sums_and_differences_are_too) {
    for (int i = 0; i < 2'000; ++i) {
        const auto a = drawn<TypeParam, 1>(this->random);
        const auto b = drawn<TypeParam, 1>(this->random);
        const auto thrice = drawn<TypeParam, 3>(this->random);
        expect(difference(a, b), [&](size_t l) { return Integer{value(a, l) - value(b, l)}; });
        expect(difference(thrice, thrice), [](size_t) { return Integer{0}; });
        expect(difference(a, thrice),
               [&](size_t l) { return Integer{value(a, l) - value(thrice, l)}; });
        expect(sum(thrice, b), [&](size_t l) { return Integer{value(thrice, l) + value(b, l)}; });
        expect(doubled<3>(a), [&](size_t l) { return Integer{value(a, l) * 8}; });
    }
}

TYPED_TEST(FieldLanesTest, inverses_and_roots_are_powers) {
    using boost::multiprecision::powm;
    for (int i = 0; i < 20; ++i) {
        const auto a = drawn<TypeParam, 1>(this->random);
        FieldLanes<TypeParam> out;
        invert(out, a);
        expect(out, [&](size_t l) { return Integer{powm(value(a, l), Integer{p - 2}, p)}; });
        root(out, a);
        expect(out, [&](size_t l) { return Integer{powm(value(a, l), Integer{(p + 1) / 4}, p)}; });
    }
}

TYPED_TEST(FieldLanesTest, a_lane_is_set_and_read_as_the_least_number) {
    FieldLanes<TypeParam> a{};
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
