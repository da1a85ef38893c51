#include "thaw/crypto/scalar.hpp"

#include <gtest/gtest.h>

#include <random>

#include "thaw/crypto/integer_test.hpp"
#include "thaw/crypto/secp256k1.hpp"

namespace thaw::crypto {
namespace {

const Integer n = integer(words_of(curve_order));
const Integer lambda{"0x5363ad4cc05c30e0a5261c028812645a122e22ea20816678df02967c1b23bd72"};

/// Those at the edges, and as many drawn as it takes.
std::vector<Words> numbers() {
    std::vector<Words> out;
    for (const Integer& edge : std::vector<Integer>{
             0, 1, 2, n - 1, n - 2, n / 2, n / 2 + 1, n / 2 - 1, lambda, n - lambda,
             Integer{1} << 127, Integer{1} << 128, Integer{1} << 255, (Integer{1} << 128) - 1})
        out.push_back(words(edge));
    std::mt19937_64 random{1};
    while (out.size() < 300) {
        // Words of ones and zeros too: they carry the farthest.
        Words drawn;
        for (uint64_t& word : drawn) {
            const uint64_t kind = random() % 4;
            word = kind == 0 ? 0 : kind == 1 ? ~uint64_t{0} : random();
        }
        out.push_back(words(integer(drawn) % n));
    }
    return out;
}

TEST(scalar, products_are_those_of_another_arithmetic) {
    const auto all = numbers();
    for (const Words& a : all)
        for (const Words& b : all)
            ASSERT_EQ(integer(multiplied(a, b)), integer(a) * integer(b) % n)
                << integer(a) << " * " << integer(b);
}

TEST(scalar, an_inverse_times_its_number_is_one) {
    for (const Words& a : numbers())
        ASSERT_EQ(multiplied(inverted(a), a), is_zero(a) ? Words{} : Words{1}) << integer(a);
}

TEST(scalar, is_reduced_negated_and_compared) {
    for (const Words& a : numbers()) {
        ASSERT_EQ(integer(negated(a)), (n - integer(a)) % n);
        ASSERT_EQ(is_high(a), integer(a) > n / 2);
        ASSERT_EQ(words_of(bytes_of(a)), a);
    }
    for (const Integer& a : {n, Integer{n + 1}, Integer{(Integer{1} << 256) - 1}})
        ASSERT_EQ(integer(reduced(words(a))), a - n);
}

TEST(scalar, halves_are_short_and_make_up_the_whole) {
    const auto value = [](const Half& half) {
        return half.negative ? Integer{-integer(half.magnitude)} : integer(half.magnitude);
    };
    const Integer most = (Integer{1} << 128) * 64 / 100;
    for (const Words& k : numbers()) {
        const Split parts = split(k);
        EXPECT_LE(integer(parts.first.magnitude), most) << integer(k);
        EXPECT_LE(integer(parts.second.magnitude), most) << integer(k);
        const Integer whole = value(parts.first) + value(parts.second) * lambda - integer(k);
        ASSERT_EQ(whole % n, 0) << integer(k);
    }
}

TEST(scalar, digits_make_up_the_number) {
    const auto check = [](const auto& digits, unsigned width, const Integer& number) {
        Integer whole = 0;
        for (size_t i = digits.size(); i-- > 0;) {
            ASSERT_GT(digits[i], -(1ll << (width - 1)));
            ASSERT_LE(digits[i], 1ll << (width - 1));
            whole = (whole << width) + digits[i];
        }
        ASSERT_EQ(whole, number);
    };
    for (const Words& k : numbers()) {
        const Words half = is_high(k) ? negated(k) : k;
        check(digits_of<32>(half, 8), 8, integer(half));
        const Words part = split(k).first.magnitude;
        check(digits_of<26>(part, 5), 5, integer(part));
    }
}

}  // namespace
}  // namespace thaw::crypto
