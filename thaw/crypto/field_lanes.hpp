/// The field of secp256k1, eight elements side by side: one in each lane of a vector of 512 bits.
/// Whoever calls these functions has asked whether the processor has AVX-512F, and AVX-512 IFMA
/// where the radix is 52 bits.
#pragma once
#if defined(__x86_64__)
#include <immintrin.h>

#include <algorithm>
#include <bit>
#include <span>

#include "thaw/crypto/scalar.hpp"

namespace thaw::crypto {

#define THAW_LANES [[gnu::target("avx512f")]]
#define THAW_LANES_INLINE [[gnu::target("avx512f"), gnu::always_inline]] inline
#define THAW_LANES_52 [[gnu::target("avx512f,avx512ifma")]]
#define THAW_LANES_52_INLINE [[gnu::target("avx512f,avx512ifma"), gnu::always_inline]] inline

/// Eight words of 64 bits.
using Lanes [[gnu::vector_size(64)]] = uint64_t;

inline constexpr size_t lane_count = 8;

/// p = 2^256 - field_beyond.
inline constexpr uint64_t field_beyond = (1ull << 32) + 977;

/// An element is the sum of its limb[i] * 2^(bits i).
template <size_t count>
struct OfLimbs {
    static constexpr size_t limb_count = count;
    using Limbs = std::array<Lanes, count>;
    /// Of one element, as they lie in one lane.
    using LaneLimbs = std::array<uint64_t, count>;
};

/// Products of 32 bits, which have 64: limbs have room to grow, and sums need not be carried before
/// they are multiplied.
struct Radix29 : OfLimbs<9> {
    static constexpr unsigned bits = 29;
    static constexpr uint64_t mask = (1ull << bits) - 1;
    /// What limbs of magnitude 1 are at most (see `Loose`).
    static constexpr LaneLimbs most = [] {
        LaneLimbs all{};
        all.fill((1ull << bits) + (1u << 24));
        return all;
    }();
    /// 2^5 p in limbs about as great: 2^261 less 2^5 * field_beyond.
    static constexpr LaneLimbs modulus{
        mask - 32 * 977 + 1, mask - 256, mask, mask, mask, mask, mask, mask, mask};
    /// Of two factors: no column of limbs exceeds 9 * 6 * 2^58 * (1 + 2^-5)^2 < 2^64.
    static constexpr unsigned product_magnitude = 6;
    static constexpr unsigned square_magnitude = 2;

    THAW_LANES static void multiply(Limbs& out, const Limbs& a, const Limbs& b);
    THAW_LANES static void square(Limbs& out, const Limbs& a);
    THAW_LANES_INLINE static void carry(Limbs& out, const Limbs& a);
};

/// Fused products of 52 bits (AVX-512 IFMA): their factors have no bit above these.
struct Radix52 : OfLimbs<5> {
    static constexpr unsigned bits = 52;
    static constexpr uint64_t mask = (1ull << bits) - 1;
    static constexpr uint64_t top_mask = (1ull << 48) - 1;
    static constexpr LaneLimbs most{mask, mask, mask, mask, top_mask + (1u << 8)};
    /// p.
    static constexpr LaneLimbs modulus{mask - field_beyond + 1, mask, mask, mask, top_mask};
    static constexpr unsigned product_magnitude = 1;
    static constexpr unsigned square_magnitude = 1;

    THAW_LANES_52 static void multiply(Limbs& out, const Limbs& a, const Limbs& b);
    THAW_LANES_52 static void square(Limbs& out, const Limbs& a);
    THAW_LANES_INLINE static void carry(Limbs& out, const Limbs& a);
};

/// Eight elements, not always the least such numbers. Each limb is at most magnitude *
/// Radix::most: the type says how far sums have grown, so that no product of them can overflow.
template <class Radix, unsigned magnitude>
struct Loose {
    typename Radix::Limbs limb;
};
/// As products are, and what was carried.
template <class Radix>
using FieldLanes = Loose<Radix, 1>;

/// Sums that are carried, at most.
inline constexpr unsigned magnitude_max = 8;

THAW_LANES_INLINE Lanes in_all(uint64_t word) {
    return reinterpret_cast<Lanes>(_mm512_set1_epi64(static_cast<long long>(word)));
}

/// The same element in every lane.
template <class Radix>
THAW_LANES_INLINE FieldLanes<Radix> in_all(const typename Radix::LaneLimbs& limbs) {
    FieldLanes<Radix> out;
    for (size_t i = 0; i < limbs.size(); ++i) out.limb[i] = in_all(limbs[i]);
    return out;
}

/// The products of the lower halves.
THAW_LANES_INLINE Lanes times(const Lanes& a, const Lanes& b) {
    return reinterpret_cast<Lanes>(
        _mm512_maskz_mul_epu32(0xff, reinterpret_cast<__m512i>(a), reinterpret_cast<__m512i>(b)));
}

/// What leaves the highest limb counts 2^261, which is 2^37 + 32 * 977 modulo p.
void Radix29::carry(Limbs& out, const Limbs& a) {
    const Lanes low = in_all(mask);
    const Lanes top = a[8] >> bits;
    out[0] = (a[0] & low) + times(top, in_all(32 * 977));
    out[1] = (a[1] & low) + (a[0] >> bits) + (top << 8);
#pragma GCC unroll 9
    for (size_t i = 2; i < limb_count; ++i) out[i] = (a[i] & low) + (a[i - 1] >> bits);
}

/// What is above 2^256 counts 2^32 + 977. All the way: no limb may keep a bit too many.
void Radix52::carry(Limbs& out, const Limbs& a) {
    const Lanes top = a[4] >> 48;
    Lanes rest = a[0] + (top << 32) + times(top, in_all(977));
#pragma GCC unroll 4
    for (size_t i = 0; i < 4; ++i) {
        out[i] = rest & in_all(mask);
        rest = (rest >> bits) + (i < 3 ? a[i + 1] : a[4] & in_all(top_mask));
    }
    out[4] = rest;
}

/// The same element with magnitude 1.
template <class Radix, unsigned magnitude>
THAW_LANES_INLINE FieldLanes<Radix> carried(const Loose<Radix, magnitude>& a) {
    static_assert(magnitude <= magnitude_max);
    FieldLanes<Radix> out;
    Radix::carry(out.limb, a.limb);
    return out;
}

/// out = a b; the factors are carried where their sums could overflow. `out` may be `a` or `b`.
template <class Radix, unsigned a_magnitude, unsigned b_magnitude>
THAW_LANES_INLINE void multiply(FieldLanes<Radix>& out, const Loose<Radix, a_magnitude>& a,
                                const Loose<Radix, b_magnitude>& b) {
    if constexpr (a_magnitude * b_magnitude <= Radix::product_magnitude)
        Radix::multiply(out.limb, a.limb, b.limb);
    else
        Radix::multiply(out.limb, carried(a).limb, carried(b).limb);
}
/// out = a a, likewise.
template <class Radix, unsigned magnitude>
THAW_LANES_INLINE void square(FieldLanes<Radix>& out, const Loose<Radix, magnitude>& a) {
    if constexpr (magnitude <= Radix::square_magnitude)
        Radix::square(out.limb, a.limb);
    else
        Radix::square(out.limb, carried(a).limb);
}

/// out = a^((p + 1) / 4): the root of a square, as p is 3 modulo 4.
template <class Radix>
THAW_LANES void root(FieldLanes<Radix>& out, const FieldLanes<Radix>& a);
/// out = a^(p - 2): the inverse, and zero of zero.
template <class Radix>
THAW_LANES void invert(FieldLanes<Radix>& out, const FieldLanes<Radix>& a);

/// The limbs of a number.
template <class Radix>
constexpr typename Radix::LaneLimbs limbs_of(const Words& value) {
    typename Radix::LaneLimbs limbs;
    for (size_t i = 0; i < limbs.size(); ++i)
        limbs[i] = bits_at(value, i * Radix::bits, Radix::bits);
    return limbs;
}
/// The least number that limbs of so many bits make up, of magnitude `magnitude_max` at most.
Words least_of(std::span<const uint64_t> limbs, unsigned bits);

/// Sets one lane.
template <class Radix>
void set_lane(FieldLanes<Radix>& a, size_t lane, const Words& value) {
    const auto limbs = limbs_of<Radix>(value);
    for (size_t i = 0; i < limbs.size(); ++i) a.limb[i][lane] = limbs[i];
}
/// The least number that is the element in this lane.
template <class Radix, unsigned magnitude>
Words least(const Loose<Radix, magnitude>& a, size_t lane) {
    static_assert(magnitude <= magnitude_max);
    typename Radix::LaneLimbs limbs;
    for (size_t i = 0; i < limbs.size(); ++i) limbs[i] = a.limb[i][lane];
    return least_of(limbs, Radix::bits);
}

/// a + b.
template <class Radix, unsigned a_magnitude, unsigned b_magnitude>
THAW_LANES_INLINE Loose<Radix, a_magnitude + b_magnitude> plus(const Loose<Radix, a_magnitude>& a,
                                                               const Loose<Radix, b_magnitude>& b) {
    Loose<Radix, a_magnitude + b_magnitude> out;
#pragma GCC unroll 9
    for (size_t i = 0; i < Radix::limb_count; ++i) out.limb[i] = a.limb[i] + b.limb[i];
    return out;
}

/// a 2^by.
template <unsigned by, class Radix, unsigned magnitude>
THAW_LANES_INLINE Loose<Radix, (magnitude << by)> shifted(const Loose<Radix, magnitude>& a) {
    Loose<Radix, (magnitude << by)> out;
#pragma GCC unroll 9
    for (size_t i = 0; i < Radix::limb_count; ++i) out.limb[i] = a.limb[i] << by;
    return out;
}

/// Whether so many times `modulus` as `minus` adds leaves no limb of this magnitude negative.
template <class Radix>
constexpr bool covers(unsigned magnitude) {
    for (size_t i = 0; i < Radix::limb_count; ++i)
        if (Radix::modulus[i] << std::bit_width(magnitude) < magnitude * Radix::most[i])
            return false;
    return true;
}

/// a - b, and so many times p that no limb is negative.
template <class Radix, unsigned a_magnitude, unsigned b_magnitude>
THAW_LANES_INLINE Loose<Radix, a_magnitude + (1u << std::bit_width(b_magnitude))> minus(
    const Loose<Radix, a_magnitude>& a, const Loose<Radix, b_magnitude>& b) {
    constexpr unsigned bits = std::bit_width(b_magnitude);
    static_assert(covers<Radix>(b_magnitude));
    Loose<Radix, a_magnitude + (1u << bits)> out;
#pragma GCC unroll 9
    for (size_t i = 0; i < Radix::limb_count; ++i)
        out.limb[i] = a.limb[i] + (in_all(Radix::modulus[i] << bits) - b.limb[i]);
    return out;
}

/// In each lane `a` where `mask` is all ones, and `b` where it is zero.
template <class Radix, unsigned a_magnitude, unsigned b_magnitude>
THAW_LANES_INLINE Loose<Radix, std::max(a_magnitude, b_magnitude)> chosen(
    const Lanes& mask, const Loose<Radix, a_magnitude>& a, const Loose<Radix, b_magnitude>& b) {
    Loose<Radix, std::max(a_magnitude, b_magnitude)> out;
#pragma GCC unroll 9
    for (size_t i = 0; i < Radix::limb_count; ++i)
        out.limb[i] = (a.limb[i] & mask) | (b.limb[i] & ~mask);
    return out;
}

}  // namespace thaw::crypto
#endif
