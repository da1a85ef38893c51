// expect: static assertion failed
#include "thaw/crypto/field_lanes.hpp"

#if defined(__x86_64__)
using namespace thaw::crypto;

// A difference has limbs whose squares, nine to a column, do not fit into 64 bits.
THAW_LANES void square_of_difference(FieldLanes& out, const FieldLanes& a, const FieldLanes& b) {
#ifdef THAW_WRONG
    square(out, minus(a, b));
#else
    square(out, carried(minus(a, b)));
#endif
}
#elif defined(THAW_WRONG)
static_assert(false, "static assertion failed: there are no lanes");
#endif
