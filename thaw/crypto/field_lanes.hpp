/// The field of secp256k1, eight elements side by side: one in each lane of a vector of 512 bits.
/// Whoever calls these functions has asked whether the processor has AVX-512F.
#pragma once
#if defined(__x86_64__)
#include <immintrin.h>

#include <algorithm>
#include <bit>

#include "thaw/crypto/scalar.hpp"

namespace thaw::crypto {

#define THAW_LANES [[gnu::target("avx512f")]]
#define THAW_LANES_INLINE [[gnu::target("avx512f"), gnu::always_inline]] inline

/// Eight words of 64 bits.
using Lanes [[gnu::vector_size(64)]] = uint64_t;

inline constexpr size_t lane_count = 8;
inline constexpr size_t limb_count = 9;
inline constexpr size_t limb_bits = 29;

using Limbs = std::array<Lanes, limb_count>;
/// Of one element, as they lie in one lane.
using LaneLimbs = std::array<uint64_t, limb_count>;

/// Eight elements, each the sum of limb[i] * 2^(29 i), modulo p = 2^256 - 2^32 - 977, and not
/// always the least such number. Each limb is at most magnitude * (2^29 + 2^24): the type says how
/// far sums have grown, so that no product of them can overflow.
template <unsigned magnitude>
struct Loose {
    Limbs limb;
};
/// As products are, and what was carried.
using FieldLanes = Loose<1>;

THAW_LANES void multiply_limbs(Limbs& out, const Limbs& a, const Limbs& b);
THAW_LANES void square_limbs(Limbs& out, const Limbs& a);
Words least_of(const Limbs& a, size_t lane);

/// out = a b. No column of limbs exceeds 9 * 6 * 2^58 * (1 + 2^-5)^2 < 2^64. `out` may be `a` or
/// `b`.
template <unsigned a_magnitude, unsigned b_magnitude>
THAW_LANES_INLINE void multiply(FieldLanes& out, const Loose<a_magnitude>& a,
                                const Loose<b_magnitude>& b) {
    static_assert(a_magnitude * b_magnitude <= 6);
    multiply_limbs(out.limb, a.limb, b.limb);
}
/// out = a a, likewise.
template <unsigned magnitude>
THAW_LANES_INLINE void square(FieldLanes& out, const Loose<magnitude>& a) {
    static_assert(magnitude <= 2);
    square_limbs(out.limb, a.limb);
}
/// out = a^(2^times), `times` at least 1.
THAW_LANES void square_often(FieldLanes& out, const FieldLanes& a, int times);
/// out = a^((p + 1) / 4): the root of a square, as p is 3 modulo 4.
THAW_LANES void root(FieldLanes& out, const FieldLanes& a);
/// out = a^(p - 2): the inverse, and zero of zero.
THAW_LANES void invert(FieldLanes& out, const FieldLanes& a);

/// The least number that is the element in this lane.
template <unsigned magnitude>
Words least(const Loose<magnitude>& a, size_t lane) {
    static_assert(magnitude <= 8);
    return least_of(a.limb, lane);
}
/// The limbs of a number.
LaneLimbs limbs_of(const Words& value);
/// Sets one lane.
void set_lane(FieldLanes& a, size_t lane, const Words& value);

THAW_LANES_INLINE Lanes in_all(uint64_t word) {
    return reinterpret_cast<Lanes>(_mm512_set1_epi64(static_cast<long long>(word)));
}

/// The same element in every lane.
THAW_LANES_INLINE FieldLanes in_all(const LaneLimbs& limbs) {
    FieldLanes out;
    for (size_t i = 0; i < limb_count; ++i) out.limb[i] = in_all(limbs[i]);
    return out;
}

/// The products of the lower halves.
THAW_LANES_INLINE Lanes times(const Lanes& a, const Lanes& b) {
    return reinterpret_cast<Lanes>(
        _mm512_maskz_mul_epu32(0xff, reinterpret_cast<__m512i>(a), reinterpret_cast<__m512i>(b)));
}

/// a + b.
template <unsigned a_magnitude, unsigned b_magnitude>
THAW_LANES_INLINE Loose<a_magnitude + b_magnitude> plus(const Loose<a_magnitude>& a,
                                                        const Loose<b_magnitude>& b) {
    Loose<a_magnitude + b_magnitude> out;
#pragma GCC unroll 9
    for (size_t i = 0; i < limb_count; ++i) out.limb[i] = a.limb[i] + b.limb[i];
    return out;
}

/// a 2^by.
template <unsigned by, unsigned magnitude>
THAW_LANES_INLINE Loose<(magnitude << by)> shifted(const Loose<magnitude>& a) {
    Loose<(magnitude << by)> out;
#pragma GCC unroll 9
    for (size_t i = 0; i < limb_count; ++i) out.limb[i] = a.limb[i] << by;
    return out;
}

/// a - b + p 2^(5 + bits), where b's magnitude is below 2^bits: so no limb is negative. 2^(5 +
/// bits) p is 2^(261 + bits) less 2^(5 + bits) (2^32 + 977); as limbs, 2^bits (2^29 - 1) in each
/// with the rest taken from the lowest two.
template <unsigned a_magnitude, unsigned b_magnitude>
THAW_LANES_INLINE Loose<a_magnitude + (1u << std::bit_width(b_magnitude))> minus(
    const Loose<a_magnitude>& a, const Loose<b_magnitude>& b) {
    constexpr unsigned bits = std::bit_width(b_magnitude);
    constexpr uint64_t full = ((1ull << limb_bits) - 1) << bits;
    constexpr uint64_t lowest = full - (((32ull * 977) - 1) << bits);
    constexpr uint64_t second = full - (256ull << bits);
    static_assert(lowest >= b_magnitude * ((1ull << limb_bits) + (1ull << 24)));
    Loose<a_magnitude + (1u << bits)> out;
    out.limb[0] = a.limb[0] + (in_all(lowest) - b.limb[0]);
    out.limb[1] = a.limb[1] + (in_all(second) - b.limb[1]);
#pragma GCC unroll 9
    for (size_t i = 2; i < limb_count; ++i) out.limb[i] = a.limb[i] + (in_all(full) - b.limb[i]);
    return out;
}

/// The same element with magnitude 1. What leaves the highest limb counts 2^261, which is
/// 2^37 + 32 * 977 modulo p.
template <unsigned magnitude>
THAW_LANES_INLINE FieldLanes carried(const Loose<magnitude>& a) {
    static_assert(magnitude <= 8);
    const Lanes mask = in_all((1ull << limb_bits) - 1);
    const Lanes top = a.limb[8] >> limb_bits;
    FieldLanes out;
    out.limb[0] = (a.limb[0] & mask) + times(top, in_all(32 * 977));
    out.limb[1] = (a.limb[1] & mask) + (a.limb[0] >> limb_bits) + (top << 8);
#pragma GCC unroll 9
    for (size_t i = 2; i < limb_count; ++i)
        out.limb[i] = (a.limb[i] & mask) + (a.limb[i - 1] >> limb_bits);
    return out;
}

/// In each lane `a` where `mask` is all ones, and `b` where it is zero.
template <unsigned a_magnitude, unsigned b_magnitude>
THAW_LANES_INLINE Loose<std::max(a_magnitude, b_magnitude)> chosen(const Lanes& mask,
                                                                   const Loose<a_magnitude>& a,
                                                                   const Loose<b_magnitude>& b) {
    Loose<std::max(a_magnitude, b_magnitude)> out;
#pragma GCC unroll 9
    for (size_t i = 0; i < limb_count; ++i) out.limb[i] = (a.limb[i] & mask) | (b.limb[i] & ~mask);
    return out;
}

}  // namespace thaw::crypto
#endif
