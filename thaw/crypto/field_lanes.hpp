/// The field of secp256k1, eight elements side by side: one in each lane of a vector of 512 bits.
/// Whoever calls these functions has asked whether the processor has AVX-512F.
#pragma once
#if defined(__x86_64__)
#include <immintrin.h>

#include "thaw/crypto/scalar.hpp"

namespace thaw::crypto {

#define THAW_LANES [[gnu::target("avx512f")]]
#define THAW_LANES_INLINE [[gnu::target("avx512f"), gnu::always_inline]] inline

/// Eight words of 64 bits.
using Lanes [[gnu::vector_size(64)]] = uint64_t;

inline constexpr size_t lane_count = 8;
inline constexpr size_t limb_count = 9;
inline constexpr size_t limb_bits = 29;

/// Eight elements, each the sum of limb[i] * 2^(29 i), modulo p = 2^256 - 2^32 - 977, and not
/// always the least such number. An element has magnitude m when each of its limbs is at most
/// m * (2^29 + 2^24). Products and what was carried have magnitude 1.
struct FieldLanes {
    std::array<Lanes, limb_count> limb;
};

/// out = a b. The product of the magnitudes may be 6 at most: then no column of limbs exceeds
/// 9 * 6 * 2^58 * (1 + 2^-5)^2 < 2^64. `out` may be `a` or `b`.
THAW_LANES void multiply(FieldLanes& out, const FieldLanes& a, const FieldLanes& b);
/// out = a a, likewise: a magnitude of 2 at most.
THAW_LANES void square(FieldLanes& out, const FieldLanes& a);
/// out = a^(2^times), `times` at least 1.
THAW_LANES void square_often(FieldLanes& out, const FieldLanes& a, int times);
/// out = a^((p + 1) / 4): the root of a square, as p is 3 modulo 4. Magnitude of `a`: 1.
THAW_LANES void root(FieldLanes& out, const FieldLanes& a);
/// out = a^(p - 2): the inverse, and zero of zero. Magnitude of `a`: 1.
THAW_LANES void invert(FieldLanes& out, const FieldLanes& a);

/// The least number that is the element in this lane. Magnitude: 8 at most.
Words least(const FieldLanes& a, size_t lane);
/// Sets one lane; magnitude 1.
void set_lane(FieldLanes& a, size_t lane, const Words& value);

THAW_LANES_INLINE Lanes in_all(uint64_t word) {
    return reinterpret_cast<Lanes>(_mm512_set1_epi64(static_cast<long long>(word)));
}

/// a + b: the magnitudes add up.
THAW_LANES_INLINE FieldLanes plus(const FieldLanes& a, const FieldLanes& b) {
    FieldLanes out;
#pragma GCC unroll 9
    for (size_t i = 0; i < limb_count; ++i) out.limb[i] = a.limb[i] + b.limb[i];
    return out;
}

/// a 2^by: the magnitude too.
THAW_LANES_INLINE FieldLanes shifted(const FieldLanes& a, int by) {
    FieldLanes out;
#pragma GCC unroll 9
    for (size_t i = 0; i < limb_count; ++i) out.limb[i] = a.limb[i] << by;
    return out;
}

/// a - b + p 2^(5 + bits): no limb is negative while b's magnitude is below 2^bits, and the
/// magnitude grows by 2^bits. 2^(5 + bits) p is 2^(261 + bits) less 2^(5 + bits) (2^32 + 977); as
/// limbs, 2^bits (2^29 - 1) in each with the rest taken from the lowest two.
template <int bits>
THAW_LANES_INLINE FieldLanes minus(const FieldLanes& a, const FieldLanes& b) {
    constexpr uint64_t full = ((1ull << limb_bits) - 1) << bits;
    constexpr uint64_t lowest = full - (((32ull * 977) - 1) << bits);
    constexpr uint64_t second = full - (256ull << bits);
    FieldLanes out;
    out.limb[0] = a.limb[0] + (in_all(lowest) - b.limb[0]);
    out.limb[1] = a.limb[1] + (in_all(second) - b.limb[1]);
#pragma GCC unroll 9
    for (size_t i = 2; i < limb_count; ++i) out.limb[i] = a.limb[i] + (in_all(full) - b.limb[i]);
    return out;
}

/// The same element with magnitude 1; from 8 at most. What leaves the highest limb counts 2^261,
/// which is 2^37 + 32 * 977 modulo p.
THAW_LANES_INLINE FieldLanes carried(const FieldLanes& a) {
    const Lanes mask = in_all((1ull << limb_bits) - 1);
    const Lanes top = a.limb[8] >> limb_bits;
    FieldLanes out;
    out.limb[0] = (a.limb[0] & mask) + reinterpret_cast<Lanes>(_mm512_maskz_mul_epu32(
                                           0xff, reinterpret_cast<__m512i>(top),
                                           reinterpret_cast<__m512i>(in_all(32 * 977))));
    out.limb[1] = (a.limb[1] & mask) + (a.limb[0] >> limb_bits) + (top << 8);
#pragma GCC unroll 9
    for (size_t i = 2; i < limb_count; ++i)
        out.limb[i] = (a.limb[i] & mask) + (a.limb[i - 1] >> limb_bits);
    return out;
}

/// In each lane `a` where `mask` is all ones, and `b` where it is zero.
THAW_LANES_INLINE FieldLanes chosen(const Lanes& mask, const FieldLanes& a, const FieldLanes& b) {
    FieldLanes out;
#pragma GCC unroll 9
    for (size_t i = 0; i < limb_count; ++i) out.limb[i] = (a.limb[i] & mask) | (b.limb[i] & ~mask);
    return out;
}

}  // namespace thaw::crypto
#endif
