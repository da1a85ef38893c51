#include "thaw/crypto/field_lanes.hpp"

#if defined(__x86_64__)
// Vectors are passed between functions that are always inlined: how they would be passed otherwise
// does not matter.
#pragma GCC diagnostic ignored "-Wpsabi"

namespace thaw::crypto {

namespace {

constexpr Words p{~0ull - field_beyond + 1, ~0ull, ~0ull, ~0ull};

/// a^(2^2 - 1), a^(2^22 - 1) and a^(2^223 - 1): p - 2 and (p + 1) / 4 both begin with 223 ones,
/// then a zero and 22 ones.
template <class Radix>
struct Runs {
    FieldLanes<Radix> two;
    FieldLanes<Radix> twenty_two;
    FieldLanes<Radix> most;
};

/// out = a^(2^times), `times` at least 1.
template <class Radix>
THAW_LANES void square_often(FieldLanes<Radix>& out, const FieldLanes<Radix>& a, int times) {
    square(out, a);
    for (int i = 1; i < times; ++i) square(out, out);
}

/// out = a^(2^times) b.
template <class Radix>
THAW_LANES void append(FieldLanes<Radix>& out, const FieldLanes<Radix>& a, int times,
                       const FieldLanes<Radix>& b) {
    FieldLanes<Radix> moved;
    square_often(moved, a, times);
    multiply(out, moved, b);
}

template <class Radix>
THAW_LANES Runs<Radix> runs_of(const FieldLanes<Radix>& a) {
    Runs<Radix> out;
    FieldLanes<Radix> three, six, nine, eleven, forty_four, eighty_eight, many;
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

template <class Radix>
THAW_LANES void root(FieldLanes<Radix>& out, const FieldLanes<Radix>& a) {
    const Runs<Radix> runs = runs_of(a);
    FieldLanes<Radix> power;
    append(power, runs.most, 23, runs.twenty_two);
    append(power, power, 6, runs.two);
    square_often(out, power, 2);
}

template <class Radix>
THAW_LANES void invert(FieldLanes<Radix>& out, const FieldLanes<Radix>& a) {
    const Runs<Radix> runs = runs_of(a);
    FieldLanes<Radix> power;
    append(power, runs.most, 23, runs.twenty_two);
    append(power, power, 5, a);
    append(power, power, 3, runs.two);
    append(out, power, 2, a);
}

Words least_of(std::span<const uint64_t> limbs, unsigned bits) {
    Words words{};
    u128 rest = 0;
    size_t have = 0;  // bits in `rest`
    size_t word = 0;
    for (const uint64_t limb : limbs) {
        rest += static_cast<u128>(limb) << have;
        have += bits;
        if (have < 64) continue;
        words[word++] = static_cast<uint64_t>(rest);
        rest >>= 64;
        have -= 64;
    }
    auto over = static_cast<uint64_t>(rest);  // of 2^256
    while (over != 0) over = add_to(words, static_cast<u128>(over) * field_beyond);
    if (at_least_p(words)) add_to(words, field_beyond);  // and 2^256 leaves
    return words;
}

template void root(FieldLanes<Radix29>&, const FieldLanes<Radix29>&);
template void root(FieldLanes<Radix52>&, const FieldLanes<Radix52>&);
template void invert(FieldLanes<Radix29>&, const FieldLanes<Radix29>&);
template void invert(FieldLanes<Radix52>&, const FieldLanes<Radix52>&);

}  // namespace thaw::crypto
#endif
