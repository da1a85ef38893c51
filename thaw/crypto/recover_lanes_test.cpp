#include "thaw/crypto/recover_lanes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>

#include "thaw/base/text.hpp"
#include "thaw/crypto/keccak.hpp"
#include "thaw/crypto/scalar.hpp"

namespace thaw::crypto {
namespace {

struct Case {
    Hash digest;
    Signature signature;
};

PrivateKey key_of(const Words& scalar) { return {bytes_of(scalar).bytes}; }

Words drawn(std::mt19937_64& random) {
    Words out;
    for (uint64_t& word : out) word = random();
    return reduced(out);
}

Case drawn_case(std::mt19937_64& random) {
    const Hash digest = bytes_of(drawn(random));
    return {digest, sign(digest, key_of(drawn(random)))};
}

/// A signature, not of a key but of scalars: recovering it adds u1 G and u2 R, where R = k G.
std::optional<Case> of_scalars(const Words& u1, const Words& u2, const Words& k) {
    const Point point = point_of(key_of(k));
    Hash x;
    std::copy_n(point.begin(), 32, x.bytes.begin());
    const Words r = reduced(words_of(x));
    Case out;
    out.signature.r = bytes_of(r);
    out.signature.y_parity = point[63] & 1;
    // s = u2 r and z = -u1 r; with a high s the other point, and the opposite of u2.
    Words s = multiplied(u2, r);
    if (is_high(s)) {
        s = negated(s);
        out.signature.y_parity ^= 1;
    }
    out.signature.s = bytes_of(s);
    out.digest = bytes_of(negated(multiplied(u1, r)));
    if (fault_of(out.signature) != SignatureFault::none) return std::nullopt;
    return out;
}

/// The point where sums begin, 2^125 times: what is taken away at the end (recover_lanes.cpp).
Words hidden() {
    const std::string_view text = "thaw: where sums of points start";
    Words out =
        reduced(words_of(keccak256({reinterpret_cast<const uint8_t*>(text.data()), text.size()})));
    for (int i = 0; i < 125; ++i) out = multiplied(out, {2});
    return out;
}

/// Every way to multiply in lanes that this processor has.
std::vector<LaneProducts> ways() {
    std::vector<LaneProducts> out;
    for (const LaneProducts way : {LaneProducts::of_32_bits, LaneProducts::of_52_bits})
        if (way <= lane_products()) out.push_back(way);
    return out;
}

/// Which of the cases the lanes leave open, the same ones in every way. All the others, and in the
/// end all, must be what libsecp256k1 says.
size_t left_open(const std::vector<Case>& cases) {
    std::vector<Hash> digests;
    std::vector<Signature> signatures;
    std::vector<std::optional<Point>> expected;
    for (const Case& one : cases) {
        digests.push_back(one.digest);
        signatures.push_back(one.signature);
        expected.push_back(recover_point(one.digest, one.signature));
    }
    std::vector<bool> open(cases.size(), true);
    for (const LaneProducts way : ways()) {
        std::vector<std::optional<Point>> points(cases.size());
        for (size_t from = 0; from < cases.size(); from += recovered_together) {
            const size_t count = std::min(recovered_together, cases.size() - from);
            recover_lanes(way, std::span{digests}.subspan(from, count),
                          std::span{signatures}.subspan(from, count),
                          std::span{points}.subspan(from, count));
        }
        for (size_t i = 0; i < cases.size(); ++i) {
            if (points[i]) {
                EXPECT_EQ(points[i], expected[i]) << "case " << i;
            }
            if (way != ways().front()) {
                EXPECT_EQ(!points[i], open[i]) << "case " << i;
            }
            open[i] = !points[i];
        }
    }
    std::vector<std::optional<Point>> answers(cases.size());
    recover_points(digests, signatures, answers);
    for (size_t i = 0; i < cases.size(); ++i) EXPECT_EQ(answers[i], expected[i]) << "case " << i;
    return static_cast<size_t>(std::ranges::count(open, true));
}

TEST(recover_lanes, finds_whom_libsecp256k1_finds) {
    // Nightly: millions, with a seed of the day.
    const char* const wanted = std::getenv("THAW_RECOVERIES");
    const char* const seed = std::getenv("THAW_SEED");
    const auto rounds =
        static_cast<uint64_t>((wanted ? parse_decimal(wanted).value_or(0) : u128{2'000}) / 16);
    std::mt19937_64 random{seed ? static_cast<uint64_t>(parse_decimal(seed).value_or(1)) : 1};
    size_t open = 0;
    for (uint64_t round = 0; round < rounds && !testing::Test::HasFailure(); ++round) {
        std::vector<Case> cases;
        for (int i = 0; i < 16; ++i) cases.push_back(drawn_case(random));
        open += left_open(cases);
    }
    EXPECT_EQ(open, ways().empty() ? 16 * rounds : 0u);
}

TEST(recover_lanes, groups_of_any_size_are_answered_in_order) {
    std::mt19937_64 random{2};
    for (size_t count = 0; count <= 40; ++count) {
        std::vector<Case> cases;
        for (size_t i = 0; i < count; ++i) cases.push_back(drawn_case(random));
        left_open(cases);
    }
}

TEST(recover_lanes, scalars_at_every_edge_give_the_same_points) {
    std::mt19937_64 random{3};
    const Words one{1};
    std::vector<Words> edges{{0},
                             one,
                             {2},
                             {3},
                             {127},
                             {128},
                             {129},
                             {255},
                             {256},
                             {15},
                             {16},
                             {17},
                             {31},
                             {32},
                             {0, 1},
                             {0, 0, 1},
                             {0, 0, 128},
                             {0, 0, 0, 1ull << 62},
                             {~0ull, ~0ull},
                             words_of(half_curve_order),
                             negated(words_of(half_curve_order))};
    for (size_t i = edges.size(); i-- > 0;) edges.push_back(negated(edges[i]));
    std::vector<Case> cases;
    for (const Words& u1 : edges)
        for (const Words& u2 : edges)
            for (const Words& k : {drawn(random), one, Words{0, 0, 1}, Words{7}})
                if (const auto one_case = of_scalars(u1, u2, k)) cases.push_back(*one_case);
    EXPECT_GT(cases.size(), 6'000u);
    left_open(cases);
}

TEST(recover_lanes, what_meets_itself_or_its_opposite_is_left_to_the_library) {
    if (ways().empty()) GTEST_SKIP() << "this processor has no AVX-512";
    const Words one{1};
    const Words start = hidden();
    const Words half = inverted({2});
    std::vector<Case> cases;
    const auto add = [&](const Words& u1, const Words& u2, const Words& k) {
        const auto made = of_scalars(u1, u2, k);
        ASSERT_TRUE(made);
        cases.push_back(*made);
    };
    add({}, one, start);                    // R is what the sum is by then: 2^125 S + 2^125 S
    add({}, negated(one), start);           // its opposite: infinity on the way
    add({}, {2}, multiplied(start, half));  // the same a digit later
    add({}, {2}, negated(start));           // -2^126 S: at the end, the point taken away twice
    add(one, one, negated(one));            // G - G: the signer would be at infinity
    add({0, 0, 5}, one, negated({0, 0, 5}));
    const size_t all = cases.size();
    EXPECT_EQ(left_open(cases), all);
    // Beside others, whose sums they do not touch.
    std::mt19937_64 random{6};
    for (size_t i = 0; i < all; ++i)
        cases.insert(cases.begin() + static_cast<long>(2 * i), drawn_case(random));
    EXPECT_EQ(left_open(cases), all);
}

TEST(recover_lanes, an_r_without_a_point_spoils_nobody_else) {
    std::mt19937_64 random{4};
    std::vector<Case> cases;
    size_t without = 0;
    for (int i = 0; i < 16; ++i) {
        cases.push_back(drawn_case(random));
        if (i % 3 != 0) continue;
        cases.back().signature.r = bytes_of(drawn(random));
        without += !recover_point(cases.back().digest, cases.back().signature);
    }
    EXPECT_GT(without, 0u);
    EXPECT_EQ(left_open(cases), ways().empty() ? cases.size() : without);
}

TEST(recover_lanes, a_signature_with_a_fault_is_nobodys_among_others) {
    std::mt19937_64 random{5};
    std::vector<Hash> digests;
    std::vector<Signature> signatures;
    for (int i = 0; i < 9; ++i) {
        digests.push_back(bytes_of(drawn(random)));
        signatures.push_back(sign(digests.back(), key_of(drawn(random))));
    }
    signatures[4].s = bytes_of(negated(words_of(signatures[4].s)));
    std::vector<std::optional<Point>> points(digests.size());
    recover_points(digests, signatures, points);
    for (size_t i = 0; i < points.size(); ++i)
        EXPECT_EQ(points[i], recover_point(digests[i], signatures[i])) << i;
    EXPECT_FALSE(points[4]);
}

}  // namespace
}  // namespace thaw::crypto
