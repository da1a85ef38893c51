#include "thaw/crypto/recover_lanes.hpp"

#include <memory>

#include "thaw/base/assert.hpp"
#include "thaw/crypto/field_lanes.hpp"
#include "thaw/crypto/keccak.hpp"

// Vectors are passed between functions that are always inlined: how they would be passed otherwise
// does not matter.
#pragma GCC diagnostic ignored "-Wpsabi"

namespace thaw::crypto {

#if defined(__x86_64__)

namespace {

// The signer of digest z is Q = u1 G + u2 R with u1 = -z / r, u2 = s / r, where R is the point with
// x = r. Eight such sums go side by side, digit by digit from the highest: both halves of u1 in
// digits of 8 bits over tables of multiples of G and of 2^128 G, both halves of u2 (see `split`) in
// digits of 5 over a table of multiples of R. The sum starts at a point S instead of at infinity,
// and what became of S is taken away at the end.
//
// Formulas for y^2 = x^3 + b in Jacobian coordinates, x = X / Z^2 and y = Y / Z^3. The sum of a
// point and itself or its opposite comes out with Z = 0, and whatever is done afterwards leaves it
// zero: so it is seen at the end.

constexpr unsigned width = 5;            ///< bits of a digit over R
constexpr unsigned wide = 8;             ///< and over G
constexpr size_t digit_count = 26;       ///< of a half of u2: 130 bits
constexpr size_t wide_digit_count = 16;  ///< of each half of u1
constexpr unsigned top_bit = (digit_count - 1) * width;
constexpr size_t multiples = 1 << (width - 1);
constexpr size_t wide_multiples = 1 << (wide - 1);
constexpr Words beta{0xc1396c28719501ee, 0x9cf0497512f58995, 0x6e64479eac3434e9,
                     0x7ae96a2b657c0710};

template <class Radix>
struct JacobianLanes {
    FieldLanes<Radix> x;
    FieldLanes<Radix> y;
    FieldLanes<Radix> z;
};
template <class Radix>
struct AffineLanes {
    FieldLanes<Radix> x;
    FieldLanes<Radix> y;
};
/// A point to be added, perhaps an opposite.
template <class Radix>
struct Addend {
    FieldLanes<Radix> x;
    Loose<Radix, 2> y;
};

/// A point's limbs, in memory as they lie in lanes.
template <class Radix>
struct Multiple {
    typename Radix::LaneLimbs x;
    typename Radix::LaneLimbs y;
};

/// Points that never change. Multiples begin with the first at 1; what stands at 0 is not used.
template <class Radix>
struct Fixed {
    std::array<Multiple<Radix>, wide_multiples + 1> low;   ///< of G
    std::array<Multiple<Radix>, wide_multiples + 1> high;  ///< of 2^128 G
    Multiple<Radix> start;                                 ///< S
    Multiple<Radix> end;                                   ///< -2^top_bit S
};

template <class Radix>
Multiple<Radix> multiple_of(const Point& point) {
    Hash x, y;
    std::copy_n(point.begin(), 32, x.bytes.begin());
    std::copy_n(point.begin() + 32, 32, y.bytes.begin());
    return {limbs_of<Radix>(words_of(x)), limbs_of<Radix>(words_of(y))};
}

/// The library computes them, once.
template <class Radix>
const Fixed<Radix>& fixed() {
    static const std::unique_ptr<const Fixed<Radix>> made = [] {
        auto out = std::make_unique<Fixed<Radix>>();
        for (size_t i = 1; i <= wide_multiples; ++i) {
            out->low[i] = multiple_of<Radix>(point_of({bytes_of({i, 0, 0, 0}).bytes}));
            out->high[i] = multiple_of<Radix>(point_of({bytes_of({0, 0, i, 0}).bytes}));
        }
        // A scalar that is a digest: nobody chose how S and G are related.
        static constexpr std::string_view text = "thaw: where sums of points start";
        const Words start = reduced(
            words_of(keccak256({reinterpret_cast<const uint8_t*>(text.data()), text.size()})));
        const Words end = multiplied(start, {0, 1ull << (top_bit - 64)});
        out->start = multiple_of<Radix>(point_of({bytes_of(start).bytes}));
        out->end = multiple_of<Radix>(point_of({bytes_of(negated(end)).bytes}));
        return out;
    }();
    return *made;
}

/// 2 p: M = 3 X^2, S = 4 X Y^2, X' = M^2 - 2 S, Y' = M (S - X') - 8 Y^4, Z' = 2 Y Z.
template <class Radix>
THAW_LANES void twice(JacobianLanes<Radix>& p) {
    FieldLanes<Radix> xx, yy, s, mm, yyyy, product;
    square(xx, p.x);
    square(yy, p.y);
    const FieldLanes<Radix> m = carried(plus(plus(xx, xx), xx));
    multiply(s, p.x, shifted<2>(yy));
    square(mm, m);
    multiply(p.z, shifted<1>(p.y), p.z);
    p.x = carried(minus(mm, shifted<1>(s)));
    square(yyyy, shifted<1>(yy));
    multiply(product, m, minus(s, p.x));
    p.y = carried(minus(product, shifted<1>(yyyy)));
}

/// Adds a point (x, y), given in coordinates in which p's Z is `z`: U = x z^2, T = y z^3,
/// H = U - X, R = T - Y, V = X H^2, X' = R^2 - H^3 - 2 V, Y' = R (V - X') - Y H^3, Z' = Z H. `h`,
/// the ratio of Z' to Z, is kept for whoever wants it.
template <class Radix>
THAW_LANES void add(JacobianLanes<Radix>& p, const Addend<Radix>& q, const FieldLanes<Radix>& z,
                    FieldLanes<Radix>& h) {
    FieldLanes<Radix> zz, u, t, hh, hhh, v, rr, product;
    square(zz, z);
    multiply(u, q.x, zz);
    multiply(t, q.y, zz);
    multiply(t, t, z);
    h = carried(minus(u, p.x));
    const FieldLanes<Radix> r = carried(minus(t, p.y));
    square(hh, h);
    multiply(hhh, h, hh);
    multiply(v, p.x, hh);
    square(rr, r);
    p.x = carried(minus(rr, plus(hhh, shifted<1>(v))));
    multiply(product, r, minus(v, p.x));
    multiply(t, p.y, hhh);
    p.y = carried(minus(product, t));
    multiply(p.z, p.z, h);
}

/// The multiples 1 to 16 of R, brought to one Z: points of a curve of the same form, on which the
/// formulas above hold as they are, R's coordinates being 1 / Z^2 and 1 / Z^3 of these. Those at 0
/// are not used.
template <class Radix>
struct Table {
    std::array<FieldLanes<Radix>, multiples + 1> x;
    std::array<FieldLanes<Radix>, multiples + 1> y;
    std::array<FieldLanes<Radix>, multiples + 1> beta_x;
    FieldLanes<Radix> z;
};

template <class Radix>
THAW_LANES void make_table(const AffineLanes<Radix>& point, Table<Radix>& table) {
    // Of a multiple's Z to that of the one before.
    std::array<FieldLanes<Radix>, multiples + 1> ratio;
    const auto beta_lanes = in_all<Radix>(limbs_of<Radix>(beta));
    JacobianLanes<Radix> sum{point.x, point.y, in_all<Radix>(limbs_of<Radix>({1}))};
    table.x[1] = point.x;
    table.y[1] = point.y;
    twice(sum);
    ratio[2] = sum.z;
    const Addend<Radix> addend{point.x, {point.y.limb}};
    for (size_t i = 2;; ++i) {
        table.x[i] = sum.x;
        table.y[i] = sum.y;
        if (i == multiples) break;
        add(sum, addend, sum.z, ratio[i + 1]);
    }
    table.z = sum.z;
    FieldLanes<Radix> factor = ratio[multiples];  // of the last Z to that of multiple i
    for (size_t i = multiples - 1; i >= 1; --i) {
        FieldLanes<Radix> square_of;
        square(square_of, factor);
        multiply(table.x[i], table.x[i], square_of);
        multiply(table.y[i], table.y[i], square_of);
        multiply(table.y[i], table.y[i], factor);
        if (i > 1) multiply(factor, factor, ratio[i]);
    }
    for (size_t i = 1; i <= multiples; ++i) multiply(table.beta_x[i], table.x[i], beta_lanes);
    table.x[0] = table.x[1];
    table.y[0] = table.y[1];
    table.beta_x[0] = table.beta_x[1];
}

/// A signed digit for each lane.
using Digits = std::array<int64_t, lane_count>;

/// What a digit says, in lanes: how much, whether to take the opposite, whether nothing is added.
struct Chosen {
    Lanes index;
    Lanes opposite;
    Lanes none;
};

THAW_LANES_INLINE Chosen read(const Digits& digits) {
    using Signed [[gnu::vector_size(sizeof(Lanes))]] = int64_t;
    Signed digit;
    std::memcpy(&digit, digits.data(), sizeof digit);
    const Signed below = digit < 0;
    return {reinterpret_cast<Lanes>((digit ^ below) - below), reinterpret_cast<Lanes>(below),
            reinterpret_cast<Lanes>(digit == 0)};
}

/// Limb after limb, from `words + at` for each lane; `step` words lie between limbs.
template <class Radix>
THAW_LANES_INLINE FieldLanes<Radix> gathered(const uint64_t* words, const Lanes& at, size_t step) {
    FieldLanes<Radix> out;
#pragma GCC unroll 9
    for (size_t i = 0; i < Radix::limb_count; ++i)
        out.limb[i] = reinterpret_cast<Lanes>(_mm512_mask_i64gather_epi64(
            _mm512_setzero_si512(), 0xff, reinterpret_cast<__m512i>(at), words + i * step, 8));
    return out;
}

template <class Radix>
THAW_LANES_INLINE Loose<Radix, 2> opposite_where(const Lanes& mask, const FieldLanes<Radix>& y) {
    return chosen(mask, minus(Loose<Radix, 0>{}, y), y);
}

/// Adds the point in each lane whose digit is not zero.
template <class Radix>
THAW_LANES void add_chosen(JacobianLanes<Radix>& sum, const Addend<Radix>& point,
                           const FieldLanes<Radix>& z, const Lanes& none) {
    FieldLanes<Radix> ratio;
    if (_mm512_test_epi64_mask(reinterpret_cast<__m512i>(none), reinterpret_cast<__m512i>(none)) ==
        0)
        return add(sum, point, z, ratio);
    const JacobianLanes<Radix> before = sum;
    add(sum, point, z, ratio);
    sum.x = chosen(none, before.x, sum.x);
    sum.y = chosen(none, before.y, sum.y);
    sum.z = chosen(none, before.z, sum.z);
}

template <class Radix>
THAW_LANES void add_multiple(JacobianLanes<Radix>& sum, const Table<Radix>& table,
                             bool endomorphism, const Digits& digits) {
    const Chosen digit = read(digits);
    const Lanes lane{0, 1, 2, 3, 4, 5, 6, 7};
    const Lanes at = times(digit.index, in_all(Radix::limb_count * lane_count)) + lane;
    const auto& x = endomorphism ? table.beta_x : table.x;
    Addend<Radix> point;
    point.x = gathered<Radix>(reinterpret_cast<const uint64_t*>(x.data()), at, lane_count);
    point.y = opposite_where(
        digit.opposite,
        gathered<Radix>(reinterpret_cast<const uint64_t*>(table.y.data()), at, lane_count));
    add_chosen(sum, point, sum.z, digit.none);
}

template <class Radix>
THAW_LANES void add_fixed(JacobianLanes<Radix>& sum, const Multiple<Radix>* multiples_of_it,
                          const FieldLanes<Radix>& z, const Digits& digits) {
    static_assert(sizeof(Multiple<Radix>) == 2 * Radix::limb_count * sizeof(uint64_t));
    const Chosen digit = read(digits);
    const Lanes at = times(digit.index, in_all(2 * Radix::limb_count));
    Addend<Radix> point;
    point.x = gathered<Radix>(multiples_of_it->x.data(), at, 1);
    point.y = opposite_where(digit.opposite, gathered<Radix>(multiples_of_it->y.data(), at, 1));
    FieldLanes<Radix> whole;  // the sum's Z on the curve itself
    multiply(whole, sum.z, z);
    add_chosen(sum, point, whole, digit.none);
}

/// The scalars of eight sums, digit by digit.
struct Scalars {
    std::array<Digits, digit_count> first;
    std::array<Digits, digit_count> second;
    std::array<Digits, wide_digit_count> low;
    std::array<Digits, wide_digit_count> high;
};

template <size_t count>
void put_digits(std::array<Digits, count>& to, size_t lane, const std::array<int64_t, count>& from,
                bool negative) {
    for (size_t i = 0; i < count; ++i) to[i][lane] = negative ? -from[i] : from[i];
}

void put_scalars(Scalars& to, size_t lane, const Words& u1, const Words& u2) {
    const Split parts = split(u2);
    put_digits(to.first, lane, digits_of<digit_count>(parts.first.magnitude, width),
               parts.first.negative);
    put_digits(to.second, lane, digits_of<digit_count>(parts.second.magnitude, width),
               parts.second.negative);
    // Below half the order the highest digit has room for what the others carry.
    const bool high = is_high(u1);
    const auto digits = digits_of<2 * wide_digit_count>(high ? negated(u1) : u1, wide);
    std::array<int64_t, wide_digit_count> half;
    std::copy_n(digits.begin(), wide_digit_count, half.begin());
    put_digits(to.low, lane, half, high);
    std::copy_n(digits.begin() + wide_digit_count, wide_digit_count, half.begin());
    put_digits(to.high, lane, half, high);
}

/// The point S in the coordinates of a table, where its Z is one.
template <class Radix>
THAW_LANES JacobianLanes<Radix> begun(const Multiple<Radix>& start, const FieldLanes<Radix>& z) {
    JacobianLanes<Radix> sum{in_all<Radix>(start.x), in_all<Radix>(start.y),
                             in_all<Radix>(limbs_of<Radix>({1}))};
    FieldLanes<Radix> zz;
    square(zz, z);
    multiply(sum.x, sum.x, zz);
    multiply(sum.y, sum.y, zz);
    multiply(sum.y, sum.y, z);
    return sum;
}

/// u1 G + u2 R, with Z of the curve itself.
template <class Radix>
THAW_LANES JacobianLanes<Radix> sum_of(const AffineLanes<Radix>& point, const Scalars& scalars) {
    const Fixed<Radix>& tables = fixed<Radix>();
    Table<Radix> table;
    make_table(point, table);
    JacobianLanes<Radix> sum = begun(tables.start, table.z);
    for (unsigned bit = top_bit + 1; bit-- > 0;) {
        if (bit != top_bit) twice(sum);
        if (bit % width == 0) {
            add_multiple(sum, table, false, scalars.first[bit / width]);
            add_multiple(sum, table, true, scalars.second[bit / width]);
        }
        if (bit % wide == 0 && bit / wide < wide_digit_count) {
            add_fixed(sum, tables.low.data(), table.z, scalars.low[bit / wide]);
            add_fixed(sum, tables.high.data(), table.z, scalars.high[bit / wide]);
        }
    }
    multiply(sum.z, sum.z, table.z);
    FieldLanes<Radix> ratio;
    add(sum, {in_all<Radix>(tables.end.x), {in_all<Radix>(tables.end.y).limb}}, sum.z, ratio);
    return sum;
}

constexpr size_t group_count = recovered_together / lane_count;

/// Eight signatures on their way.
template <class Radix>
struct Group {
    AffineLanes<Radix> point;          ///< R
    std::array<bool, lane_count> odd;  ///< is its y
    std::array<bool, lane_count> on;   ///< the curve: some point has this r
    Scalars scalars;
    JacobianLanes<Radix> sum;
};

/// The points of eight r, each with the y that is as odd as asked for.
template <class Radix>
THAW_LANES void find_points(Group<Radix>& group) {
    const auto seven = in_all<Radix>(limbs_of<Radix>({7}));
    FieldLanes<Radix> square_of_y, check;
    square(square_of_y, group.point.x);
    multiply(square_of_y, square_of_y, group.point.x);
    square_of_y = carried(plus(square_of_y, seven));
    root(group.point.y, square_of_y);
    square(check, group.point.y);
    Lanes opposite{};
    for (size_t lane = 0; lane < lane_count; ++lane) {
        group.on[lane] = is_zero(least(minus(check, square_of_y), lane));
        if (((least(group.point.y, lane)[0] & 1) != 0) != group.odd[lane]) opposite[lane] = ~0ull;
    }
    group.point.y = carried(opposite_where(opposite, group.point.y));
}

/// The inverses of so many numbers modulo the order for the price of one and three products each.
/// None is zero.
void invert_all(std::span<Words> numbers) {
    std::array<Words, recovered_together> before;
    Words all{1};
    for (size_t i = 0; i < numbers.size(); ++i) {
        before[i] = all;
        all = multiplied(all, numbers[i]);
    }
    all = inverted(all);
    for (size_t i = numbers.size(); i-- > 0;) {
        const Words one = multiplied(all, before[i]);
        all = multiplied(all, numbers[i]);
        numbers[i] = one;
    }
}

/// The sums' coordinates on the curve; where a sum has no Z, `on` becomes false.
template <class Radix>
THAW_LANES void make_affine(std::span<Group<Radix>> groups) {
    const auto one = in_all<Radix>(limbs_of<Radix>({1}));
    for (Group<Radix>& group : groups) {
        Lanes none{};
        for (size_t lane = 0; lane < lane_count; ++lane) {
            if (!is_zero(least(group.sum.z, lane))) continue;
            group.on[lane] = false;
            none[lane] = ~0ull;
        }
        group.sum.z = chosen(none, one, group.sum.z);
    }
    std::array<FieldLanes<Radix>, group_count> before;
    FieldLanes<Radix> all = one;
    for (size_t i = 0; i < groups.size(); ++i) {
        before[i] = all;
        multiply(all, all, groups[i].sum.z);
    }
    invert(all, all);
    for (size_t i = groups.size(); i-- > 0;) {
        JacobianLanes<Radix>& sum = groups[i].sum;
        FieldLanes<Radix> inverse, square_of;
        multiply(inverse, all, before[i]);
        multiply(all, all, sum.z);
        square(square_of, inverse);
        multiply(sum.x, sum.x, square_of);
        multiply(sum.y, sum.y, square_of);
        multiply(sum.y, sum.y, inverse);
    }
}

Point joined(const Words& x, const Words& y) {
    const Hash first = bytes_of(x);
    const Hash second = bytes_of(y);
    Point out;
    std::copy(first.bytes.begin(), first.bytes.end(), out.begin());
    std::copy(second.bytes.begin(), second.bytes.end(), out.begin() + 32);
    return out;
}

template <class Radix>
THAW_LANES void recover_in(std::span<const Hash> digests, std::span<const Signature> signatures,
                           std::span<std::optional<Point>> points) {
    const size_t count = digests.size();
    std::array<Words, recovered_together> inverses;
    for (size_t i = 0; i < count; ++i) inverses[i] = words_of(signatures[i].r);
    invert_all({inverses.data(), count});
    std::array<Group<Radix>, group_count> room;
    const std::span<Group<Radix>> groups{room.data(), (count + lane_count - 1) / lane_count};
    for (size_t i = 0; i < groups.size() * lane_count; ++i) {
        const size_t which = std::min(i, count - 1);  // lanes left over do the last again
        Group<Radix>& group = groups[i / lane_count];
        const Words u1 = negated(multiplied(reduced(words_of(digests[which])), inverses[which]));
        const Words u2 = multiplied(words_of(signatures[which].s), inverses[which]);
        put_scalars(group.scalars, i % lane_count, u1, u2);
        set_lane(group.point.x, i % lane_count, words_of(signatures[which].r));
        group.odd[i % lane_count] = signatures[which].y_parity == 1;
    }
    for (Group<Radix>& group : groups) {
        find_points(group);
        group.sum = sum_of(group.point, group.scalars);
    }
    make_affine(groups);
    for (size_t i = 0; i < count; ++i) {
        const Group<Radix>& group = groups[i / lane_count];
        const size_t lane = i % lane_count;
        points[i].reset();
        if (group.on[lane]) points[i] = joined(least(group.sum.x, lane), least(group.sum.y, lane));
    }
}

}  // namespace

LaneProducts lane_products() {
    static const LaneProducts best = __builtin_cpu_supports("avx512ifma") ? LaneProducts::of_52_bits
                                     : __builtin_cpu_supports("avx512f")  ? LaneProducts::of_32_bits
                                                                          : LaneProducts::none;
    return best;
}

void recover_lanes(LaneProducts with, std::span<const Hash> digests,
                   std::span<const Signature> signatures, std::span<std::optional<Point>> points) {
    THAW_ASSERT(digests.size() <= recovered_together && with != LaneProducts::none &&
                with <= lane_products());
    if (digests.empty()) return;
    if (with == LaneProducts::of_52_bits)
        recover_in<Radix52>(digests, signatures, points);
    else
        recover_in<Radix29>(digests, signatures, points);
}

#else

LaneProducts lane_products() { return LaneProducts::none; }

void recover_lanes(LaneProducts, std::span<const Hash>, std::span<const Signature>,
                   std::span<std::optional<Point>>) {
    THAW_ASSERT(false);
}

#endif

}  // namespace thaw::crypto
