// expect: static assertion failed
#include "thaw/crypto/field_lanes.hpp"

#if defined(__x86_64__)
using namespace thaw::crypto;

// Eight times as much as a product has is what carrying is made for.
THAW_LANES FieldLanes<Radix29> much(const FieldLanes<Radix29>& a, const FieldLanes<Radix29>& b) {
#ifdef THAW_WRONG
    return carried(plus(shifted<3>(a), b));
#else
    return carried(shifted<2>(plus(a, b)));
#endif
}
#elif defined(THAW_WRONG)
static_assert(false, "static assertion failed: there are no lanes");
#endif
