#include "thaw/crypto/field_lanes.hpp"

#if defined(__x86_64__)
#include <utility>

// Vectors are passed between functions that are always inlined: how they would be passed otherwise
// does not matter.
#pragma GCC diagnostic ignored "-Wpsabi"

namespace thaw::crypto {

namespace {

/// The lowest limb that has a part in column k.
constexpr size_t first_of(size_t k) {
    return k < Radix29::limb_count ? 0 : k - Radix29::limb_count + 1;
}

/// Two factors of a product. What belongs to 2^(29 k) in it is spelled out by the compiler, so that
/// it stays in registers.
struct Product {
    const Radix29::Limbs& a;
    const Radix29::Limbs& b;

    template <size_t k, size_t... i>
    THAW_LANES_INLINE Lanes sum(std::index_sequence<i...>) const {
        return (times(a[first_of(k) + i], b[k - first_of(k) - i]) + ...);
    }
    template <size_t k>
    THAW_LANES_INLINE Lanes column() const {
        return sum<k>(std::make_index_sequence<k - 2 * first_of(k) + 1>{});
    }
};

/// A factor and its double: a square takes half as many products.
struct Square {
    const Radix29::Limbs& a;
    const Radix29::Limbs& twice;

    template <size_t k>
    THAW_LANES_INLINE Lanes column() const {
        constexpr size_t pairs = (k + 1) / 2 - first_of(k);
        if constexpr (pairs == 0)
            return times(a[k / 2], a[k / 2]);
        else if constexpr (k % 2 == 1)
            return Product{a, twice}.sum<k>(std::make_index_sequence<pairs>{});
        else
            return Product{a, twice}.sum<k>(std::make_index_sequence<pairs>{}) +
                   times(a[k / 2], a[k / 2]);
    }
};

/// The limbs of a product: column after column, those from 2^261 up first. They are carried into
/// limbs and come back 2^37 + 32 * 977 times; so does, once more, what then leaves the ninth.
struct Reduction {
    const Lanes mask = in_all(Radix29::mask);
    const Lanes low = in_all(32 * 977);
    Lanes rest{};
    std::array<Lanes, Radix29::limb_count + 1> high;
    Radix29::Limbs limb;

    template <size_t i>
    THAW_LANES_INLINE void take_high(const auto& columns) {
        rest += columns.template column<Radix29::limb_count + i>();
        high[i] = rest & mask;
        rest >>= Radix29::bits;
    }
    template <size_t i>
    THAW_LANES_INLINE void take_low(const auto& columns) {
        rest += columns.template column<i>() + times(high[i], low);
        if constexpr (i > 0) rest += high[i - 1] << 8;
        limb[i] = rest & mask;
        rest >>= Radix29::bits;
    }
    template <size_t... i, size_t... j>
    THAW_LANES_INLINE void take(const auto& columns, std::index_sequence<i...>,
                                std::index_sequence<j...>) {
        (take_high<i>(columns), ...);
        high[8] = rest & mask;
        high[9] = rest >> Radix29::bits;  // below 2^4
        rest = Lanes{};
        (take_low<j>(columns), ...);
    }
    THAW_LANES_INLINE Radix29::Limbs of(const auto& columns) {
        take(columns, std::make_index_sequence<Radix29::limb_count - 1>{},
             std::make_index_sequence<Radix29::limb_count>{});
        // Below 2^43.
        rest += (high[8] << 8) + times(high[9], low) + (high[9] << (Radix29::bits + 8));
        const Lanes lower = rest & mask;
        const Lanes upper = rest >> Radix29::bits;
        limb[0] += times(lower, low);
        limb[1] += (lower << 8) + times(upper, low) + (limb[0] >> Radix29::bits);
        limb[0] &= mask;
        limb[2] += (upper << 8) + (limb[1] >> Radix29::bits);  // below 2^29 + 2^24
        limb[1] &= mask;
        return limb;
    }
};

THAW_LANES_52_INLINE Lanes low52(const Lanes& sum, const Lanes& a, const Lanes& b) {
    return reinterpret_cast<Lanes>(_mm512_madd52lo_epu64(reinterpret_cast<__m512i>(sum),
                                                         reinterpret_cast<__m512i>(a),
                                                         reinterpret_cast<__m512i>(b)));
}
THAW_LANES_52_INLINE Lanes high52(const Lanes& sum, const Lanes& a, const Lanes& b) {
    return reinterpret_cast<Lanes>(_mm512_madd52hi_epu64(reinterpret_cast<__m512i>(sum),
                                                         reinterpret_cast<__m512i>(a),
                                                         reinterpret_cast<__m512i>(b)));
}

constexpr size_t count52 = Radix52::limb_count;

/// A product: what belongs to 2^(52 i), each below 2^56. Of a product of limbs the lower 52 bits
/// belong to one column and the others to the next.
struct Columns52 {
    std::array<Lanes, 2 * count52> low{};   ///< lower parts of products
    std::array<Lanes, 2 * count52> high{};  ///< higher parts

    /// With magnitude 1. What lies from 2^260 up comes back 2^36 + 16 * 977 times, both what fits
    /// into 52 bits of a column and what is above them; what then is above 2^256 once more.
    THAW_LANES_52_INLINE Radix52::Limbs reduced() const {
        const Lanes beyond = in_all(field_beyond << 4);
        const Lanes mask = in_all(Radix52::mask);
        std::array<Lanes, 2 * count52> column;
#pragma GCC unroll 10
        for (size_t i = 0; i < column.size(); ++i) column[i] = low[i] + high[i];
        Radix52::Limbs limb;
        limb[0] = low52(column[0], column[count52], beyond);
#pragma GCC unroll 5
        for (size_t i = 1; i < count52; ++i) {
            const Lanes& before = column[count52 + i - 1];
            limb[i] = low52(high52(column[i], before, beyond), column[count52 + i], beyond) +
                      low52(Lanes{}, before >> Radix52::bits, beyond);
        }
        // Below 2^36: of 2^256.
        const Lanes top = (high52(Lanes{}, column[9], beyond) << 4) + (limb[4] >> 48);
        limb[4] &= in_all(Radix52::top_mask);
        limb[0] = low52(limb[0], top, in_all(field_beyond));
        limb[1] = high52(limb[1], top, in_all(field_beyond));
#pragma GCC unroll 5
        for (size_t i = 0; i + 1 < count52; ++i) {
            limb[i + 1] += limb[i] >> Radix52::bits;
            limb[i] &= mask;
        }
        return limb;
    }
};

}  // namespace

THAW_LANES void Radix29::multiply(Limbs& out, const Limbs& a, const Limbs& b) {
    out = Reduction{}.of(Product{a, b});
}

THAW_LANES void Radix29::square(Limbs& out, const Limbs& a) {
    using Factor = Loose<Radix29, square_magnitude>;
    out = Reduction{}.of(Square{a, plus(Factor{a}, Factor{a}).limb});
}

THAW_LANES_52 void Radix52::multiply(Limbs& out, const Limbs& a, const Limbs& b) {
    Columns52 columns;
#pragma GCC unroll 5
    for (size_t i = 0; i < limb_count; ++i)
#pragma GCC unroll 5
        for (size_t j = 0; j < limb_count; ++j) {
            columns.low[i + j] = low52(columns.low[i + j], a[i], b[j]);
            columns.high[i + j + 1] = high52(columns.high[i + j + 1], a[i], b[j]);
        }
    out = columns.reduced();
}

THAW_LANES_52 void Radix52::square(Limbs& out, const Limbs& a) {
    Columns52 columns;
#pragma GCC unroll 5
    for (size_t i = 0; i < limb_count; ++i)
#pragma GCC unroll 5
        for (size_t j = i + 1; j < limb_count; ++j) {
            columns.low[i + j] = low52(columns.low[i + j], a[i], a[j]);
            columns.high[i + j + 1] = high52(columns.high[i + j + 1], a[i], a[j]);
        }
#pragma GCC unroll 10
    for (size_t i = 0; i < 2 * limb_count; ++i) {
        columns.low[i] += columns.low[i];
        columns.high[i] += columns.high[i];
    }
#pragma GCC unroll 5
    for (size_t i = 0; i < limb_count; ++i) {
        columns.low[2 * i] = low52(columns.low[2 * i], a[i], a[i]);
        columns.high[2 * i + 1] = high52(columns.high[2 * i + 1], a[i], a[i]);
    }
    out = columns.reduced();
}

}  // namespace thaw::crypto
#endif
