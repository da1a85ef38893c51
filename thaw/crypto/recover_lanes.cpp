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

struct JacobianLanes {
    FieldLanes x;
    FieldLanes y;
    FieldLanes z;
};
struct AffineLanes {
    FieldLanes x;
    FieldLanes y;
};
/// A point to be added, perhaps an opposite.
struct Addend {
    FieldLanes x;
    Loose<2> y;
};

/// A point's limbs, in memory as they lie in lanes.
struct Multiple {
    LaneLimbs x;
    LaneLimbs y;
};

/// Points that never change. Multiples begin with the first at 1; what stands at 0 is not used.
struct Fixed {
    std::array<Multiple, wide_multiples + 1> low;   ///< of G
    std::array<Multiple, wide_multiples + 1> high;  ///< of 2^128 G
    Multiple start;                                 ///< S
    Multiple end;                                   ///< -2^top_bit S
};

Multiple multiple_of(const Point& point) {
    Hash x, y;
    std::copy_n(point.begin(), 32, x.bytes.begin());
    std::copy_n(point.begin() + 32, 32, y.bytes.begin());
    return {limbs_of(words_of(x)), limbs_of(words_of(y))};
}

/// The library computes them, once.
const Fixed& fixed() {
    static const std::unique_ptr<const Fixed> made = [] {
        auto out = std::make_unique<Fixed>();
        for (size_t i = 1; i <= wide_multiples; ++i) {
            out->low[i] = multiple_of(point_of({bytes_of({i, 0, 0, 0}).bytes}));
            out->high[i] = multiple_of(point_of({bytes_of({0, 0, i, 0}).bytes}));
        }
        // A scalar that is a digest: nobody chose how S and G are related.
        static constexpr std::string_view text = "thaw: where sums of points start";
        const Words start = reduced(
            words_of(keccak256({reinterpret_cast<const uint8_t*>(text.data()), text.size()})));
        Words end = start;
        for (unsigned i = 0; i < top_bit; ++i) end = multiplied(end, {2, 0, 0, 0});
        out->start = multiple_of(point_of({bytes_of(start).bytes}));
        out->end = multiple_of(point_of({bytes_of(negated(end)).bytes}));
        return out;
    }();
    return *made;
}

/// 2 p: M = 3 X^2, S = 4 X Y^2, X' = M^2 - 2 S, Y' = M (S - X') - 8 Y^4, Z' = 2 Y Z.
THAW_LANES void twice(JacobianLanes& p) {
    FieldLanes xx, yy, s, mm, yyyy, product;
    square(xx, p.x);
    square(yy, p.y);
    const FieldLanes m = carried(plus(plus(xx, xx), xx));
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
THAW_LANES void add(JacobianLanes& p, const Addend& q, const FieldLanes& z, FieldLanes& h) {
    FieldLanes zz, u, t, hh, hhh, v, rr, product;
    square(zz, z);
    multiply(u, q.x, zz);
    multiply(t, q.y, zz);
    multiply(t, t, z);
    h = carried(minus(u, p.x));
    const FieldLanes r = carried(minus(t, p.y));
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
struct Table {
    std::array<FieldLanes, multiples + 1> x;
    std::array<FieldLanes, multiples + 1> y;
    std::array<FieldLanes, multiples + 1> beta_x;
    FieldLanes z;
};

THAW_LANES void make_table(const AffineLanes& point, Table& table) {
    std::array<FieldLanes, multiples + 1> ratio;  // of a multiple's Z to that of the one before
    const FieldLanes beta_lanes = in_all(limbs_of(beta));
    JacobianLanes sum{point.x, point.y, in_all(limbs_of({1}))};
    table.x[1] = point.x;
    table.y[1] = point.y;
    twice(sum);
    ratio[2] = sum.z;
    const Addend addend{point.x, {point.y.limb}};
    for (size_t i = 2;; ++i) {
        table.x[i] = sum.x;
        table.y[i] = sum.y;
        if (i == multiples) break;
        add(sum, addend, sum.z, ratio[i + 1]);
    }
    table.z = sum.z;
    FieldLanes factor = ratio[multiples];  // of the last Z to that of multiple i
    for (size_t i = multiples - 1; i >= 1; --i) {
        FieldLanes square_of;
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
THAW_LANES_INLINE FieldLanes gathered(const uint64_t* words, const Lanes& at, size_t step) {
    FieldLanes out;
#pragma GCC unroll 9
    for (size_t i = 0; i < limb_count; ++i)
        out.limb[i] = reinterpret_cast<Lanes>(_mm512_mask_i64gather_epi64(
            _mm512_setzero_si512(), 0xff, reinterpret_cast<__m512i>(at), words + i * step, 8));
    return out;
}

THAW_LANES_INLINE Loose<2> opposite_where(const Lanes& mask, const FieldLanes& y) {
    return chosen(mask, minus(Loose<0>{}, y), y);
}

/// Adds the point in each lane whose digit is not zero.
THAW_LANES void add_chosen(JacobianLanes& sum, const Addend& point, const FieldLanes& z,
                           const Lanes& none) {
    FieldLanes ratio;
    if (_mm512_test_epi64_mask(reinterpret_cast<__m512i>(none), reinterpret_cast<__m512i>(none)) ==
        0)
        return add(sum, point, z, ratio);
    const JacobianLanes before = sum;
    add(sum, point, z, ratio);
    sum.x = chosen(none, before.x, sum.x);
    sum.y = chosen(none, before.y, sum.y);
    sum.z = chosen(none, before.z, sum.z);
}

THAW_LANES void add_multiple(JacobianLanes& sum, const Table& table, bool endomorphism,
                             const Digits& digits) {
    const Chosen digit = read(digits);
    const Lanes lane{0, 1, 2, 3, 4, 5, 6, 7};
    // An element is 9 limbs of 8 lanes: 72 words.
    const Lanes at = (digit.index << 6) + (digit.index << 3) + lane;
    const auto& x = endomorphism ? table.beta_x : table.x;
    Addend point;
    point.x = gathered(reinterpret_cast<const uint64_t*>(x.data()), at, lane_count);
    point.y =
        opposite_where(digit.opposite,
                       gathered(reinterpret_cast<const uint64_t*>(table.y.data()), at, lane_count));
    add_chosen(sum, point, sum.z, digit.none);
}

THAW_LANES void add_fixed(JacobianLanes& sum, const Multiple* multiples_of_it, const FieldLanes& z,
                          const Digits& digits) {
    static_assert(sizeof(Multiple) == 18 * sizeof(uint64_t));
    const Chosen digit = read(digits);
    const Lanes at = (digit.index << 4) + (digit.index << 1);
    Addend point;
    point.x = gathered(multiples_of_it->x.data(), at, 1);
    point.y = opposite_where(digit.opposite, gathered(multiples_of_it->y.data(), at, 1));
    FieldLanes whole;  // the sum's Z on the curve itself
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
THAW_LANES JacobianLanes begun(const Multiple& start, const FieldLanes& z) {
    JacobianLanes sum{in_all(start.x), in_all(start.y), in_all(limbs_of({1}))};
    FieldLanes zz;
    square(zz, z);
    multiply(sum.x, sum.x, zz);
    multiply(sum.y, sum.y, zz);
    multiply(sum.y, sum.y, z);
    return sum;
}

/// u1 G + u2 R, with Z of the curve itself.
THAW_LANES JacobianLanes sum_of(const AffineLanes& point, const Scalars& scalars) {
    const Fixed& tables = fixed();
    Table table;
    make_table(point, table);
    JacobianLanes sum = begun(tables.start, table.z);
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
    FieldLanes ratio;
    add(sum, {in_all(tables.end.x), {in_all(tables.end.y).limb}}, sum.z, ratio);
    return sum;
}

constexpr size_t group_count = recovered_together / lane_count;

/// Eight signatures on their way.
struct Group {
    AffineLanes point;                 ///< R
    std::array<bool, lane_count> odd;  ///< is its y
    std::array<bool, lane_count> on;   ///< the curve: some point has this r
    Scalars scalars;
    JacobianLanes sum;
};

/// The points of eight r, each with the y that is as odd as asked for.
THAW_LANES void find_points(Group& group) {
    const FieldLanes seven = in_all(limbs_of({7}));
    FieldLanes square_of_y, check;
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
THAW_LANES void make_affine(std::span<Group> groups) {
    const FieldLanes one = in_all(limbs_of({1}));
    for (Group& group : groups) {
        Lanes none{};
        for (size_t lane = 0; lane < lane_count; ++lane) {
            if (!is_zero(least(group.sum.z, lane))) continue;
            group.on[lane] = false;
            none[lane] = ~0ull;
        }
        group.sum.z = chosen(none, one, group.sum.z);
    }
    std::array<FieldLanes, group_count> before;
    FieldLanes all = one;
    for (size_t i = 0; i < groups.size(); ++i) {
        before[i] = all;
        multiply(all, all, groups[i].sum.z);
    }
    invert(all, all);
    for (size_t i = groups.size(); i-- > 0;) {
        JacobianLanes& sum = groups[i].sum;
        FieldLanes inverse, square_of;
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

}  // namespace

bool can_recover_lanes() {
    static const bool can = __builtin_cpu_supports("avx512f");
    return can;
}

THAW_LANES void recover_lanes(std::span<const Hash> digests, std::span<const Signature> signatures,
                              std::span<std::optional<Point>> points) {
    const size_t count = digests.size();
    THAW_ASSERT(count <= recovered_together && can_recover_lanes());
    if (count == 0) return;
    std::array<Words, recovered_together> inverses;
    for (size_t i = 0; i < count; ++i) inverses[i] = words_of(signatures[i].r);
    invert_all({inverses.data(), count});
    std::array<Group, group_count> room;
    const std::span<Group> groups{room.data(), (count + lane_count - 1) / lane_count};
    for (size_t i = 0; i < groups.size() * lane_count; ++i) {
        const size_t which = std::min(i, count - 1);  // lanes left over do the last again
        Group& group = groups[i / lane_count];
        const Words u1 = negated(multiplied(reduced(words_of(digests[which])), inverses[which]));
        const Words u2 = multiplied(words_of(signatures[which].s), inverses[which]);
        put_scalars(group.scalars, i % lane_count, u1, u2);
        set_lane(group.point.x, i % lane_count, words_of(signatures[which].r));
        group.odd[i % lane_count] = signatures[which].y_parity == 1;
    }
    for (Group& group : groups) {
        find_points(group);
        group.sum = sum_of(group.point, group.scalars);
    }
    make_affine(groups);
    for (size_t i = 0; i < count; ++i) {
        const Group& group = groups[i / lane_count];
        const size_t lane = i % lane_count;
        points[i].reset();
        if (group.on[lane]) points[i] = joined(least(group.sum.x, lane), least(group.sum.y, lane));
    }
}

#else

bool can_recover_lanes() { return false; }

void recover_lanes(std::span<const Hash>, std::span<const Signature>,
                   std::span<std::optional<Point>>) {
    THAW_ASSERT(false);
}

#endif

}  // namespace thaw::crypto
