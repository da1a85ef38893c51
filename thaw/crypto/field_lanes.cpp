#include "thaw/crypto/field_lanes.hpp"

#if defined(__x86_64__)
#include <utility>

// Vectors are passed between functions that are always inlined: how they would be passed otherwise
// does not matter.
#pragma GCC diagnostic ignored "-Wpsabi"

namespace thaw::crypto {

namespace {

constexpr uint64_t limb_mask = (1ull << limb_bits) - 1;
/// 2^256 modulo p.
constexpr uint64_t beyond = (1ull << 32) + 977;
constexpr Words p{~0ull - beyond + 1, ~0ull, ~0ull, ~0ull};

/// The lowest limb that has a part in column k.
constexpr size_t first_of(size_t k) { return k < limb_count ? 0 : k - limb_count + 1; }

/// Two factors of a product. What belongs to 2^(29 k) in it is spelled out by the compiler, so that
/// it stays in registers.
struct Product {
    const Limbs& a;
    const Limbs& b;

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
    const Limbs& a;
    const Limbs& twice;

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
    const Lanes mask = in_all(limb_mask);
    const Lanes low = in_all(32 * 977);
    Lanes rest{};
    std::array<Lanes, limb_count + 1> high;
    Limbs limb;

    template <size_t i>
    THAW_LANES_INLINE void take_high(const auto& columns) {
        rest += columns.template column<limb_count + i>();
        high[i] = rest & mask;
        rest >>= limb_bits;
    }
    template <size_t i>
    THAW_LANES_INLINE void take_low(const auto& columns) {
        rest += columns.template column<i>() + times(high[i], low);
        if constexpr (i > 0) rest += high[i - 1] << 8;
        limb[i] = rest & mask;
        rest >>= limb_bits;
    }
    template <size_t... i, size_t... j>
    THAW_LANES_INLINE void take(const auto& columns, std::index_sequence<i...>,
                                std::index_sequence<j...>) {
        (take_high<i>(columns), ...);
        high[8] = rest & mask;
        high[9] = rest >> limb_bits;  // below 2^4
        rest = Lanes{};
        (take_low<j>(columns), ...);
    }
    THAW_LANES_INLINE Limbs of(const auto& columns) {
        take(columns, std::make_index_sequence<limb_count - 1>{},
             std::make_index_sequence<limb_count>{});
        rest += (high[8] << 8) + times(high[9], low) + (high[9] << (limb_bits + 8));  // below 2^43
        const Lanes lower = rest & mask;
        const Lanes upper = rest >> limb_bits;
        limb[0] += times(lower, low);
        limb[1] += (lower << 8) + times(upper, low) + (limb[0] >> limb_bits);
        limb[0] &= mask;
        limb[2] += (upper << 8) + (limb[1] >> limb_bits);  // below 2^29 + 2^24
        limb[1] &= mask;
        return limb;
    }
};

/// a^(2^2 - 1), a^(2^22 - 1) and a^(2^223 - 1): p - 2 and (p + 1) / 4 both begin with 223 ones,
/// then a zero and 22 ones.
struct Runs {
    FieldLanes two;
    FieldLanes twenty_two;
    FieldLanes most;
};

/// out = a^(2^times) b.
THAW_LANES void append(FieldLanes& out, const FieldLanes& a, int times, const FieldLanes& b) {
    FieldLanes moved;
    square_often(moved, a, times);
    multiply(out, moved, b);
}

THAW_LANES Runs runs_of(const FieldLanes& a) {
    Runs out;
    FieldLanes three, six, nine, eleven, forty_four, eighty_eight, many;
    append(out.two, a, 1, a);
    append(three, out.two, 1, a);
    append(six, three, 3, three);
    append(nine, six, 3, three);
    append(eleven, nine, 2, out.two);
    append(out.twenty_two, eleven, 11, eleven);
    append(forty_four, out.twenty_two, 22, out.twenty_two);
    append(eighty_eight, forty_four, 44, forty_four);
    append(many, eighty_eight, 88, eighty_eight);  // 176
    append(many, many, 44, forty_four);            // 220
    append(out.most, many, 3, three);
    return out;
}

bool at_least_p(const Words& a) {
    return a[0] >= p[0] && a[1] == p[1] && a[2] == p[2] && a[3] == p[3];
}

/// a + by, and what leaves the highest word.
uint64_t add_to(Words& a, u128 by) {
    for (uint64_t& word : a) {
        by += word;
        word = static_cast<uint64_t>(by);
        by >>= 64;
    }
    return static_cast<uint64_t>(by);
}

}  // namespace

THAW_LANES void multiply_limbs(Limbs& out, const Limbs& a, const Limbs& b) {
    out = Reduction{}.of(Product{a, b});
}

THAW_LANES void square_limbs(Limbs& out, const Limbs& a) {
    out = Reduction{}.of(Square{a, plus(FieldLanes{a}, FieldLanes{a}).limb});
}

THAW_LANES void square_often(FieldLanes& out, const FieldLanes& a, int times) {
    square(out, a);
    for (int i = 1; i < times; ++i) square(out, out);
}

THAW_LANES void root(FieldLanes& out, const FieldLanes& a) {
    const Runs runs = runs_of(a);
    FieldLanes power;
    append(power, runs.most, 23, runs.twenty_two);
    append(power, power, 6, runs.two);
    square_often(out, power, 2);
}

THAW_LANES void invert(FieldLanes& out, const FieldLanes& a) {
    const Runs runs = runs_of(a);
    FieldLanes power;
    append(power, runs.most, 23, runs.twenty_two);
    append(power, power, 5, a);
    append(power, power, 3, runs.two);
    append(out, power, 2, a);
}

Words least_of(const Limbs& a, size_t lane) {
    Words words{};
    u128 rest = 0;
    size_t have = 0;  // bits in `rest`
    size_t word = 0;
    for (size_t i = 0; i < limb_count; ++i) {
        rest += static_cast<u128>(a[i][lane]) << have;
        have += limb_bits;
        if (have < 64) continue;
        words[word++] = static_cast<uint64_t>(rest);
        rest >>= 64;
        have -= 64;
    }
    auto over = static_cast<uint64_t>(rest);  // of 2^256
    while (over != 0) over = add_to(words, static_cast<u128>(over) * beyond);
    if (at_least_p(words)) add_to(words, beyond);  // and 2^256 leaves
    return words;
}

LaneLimbs limbs_of(const Words& value) {
    LaneLimbs limbs;
    for (size_t i = 0; i < limb_count; ++i) limbs[i] = bits_at(value, i * limb_bits, limb_bits);
    return limbs;
}

void set_lane(FieldLanes& a, size_t lane, const Words& value) {
    const LaneLimbs limbs = limbs_of(value);
    for (size_t i = 0; i < limb_count; ++i) a.limb[i][lane] = limbs[i];
}

}  // namespace thaw::crypto
#endif
