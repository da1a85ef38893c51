// expect: could not convert
#include "thaw/protocol/liquid/math.hpp"

using namespace thaw;
using namespace thaw::protocol::liquid;

// A rate takes sub-shares; whole shares are a thousand million times fewer and do not fit by
// accident.
#ifdef THAW_WRONG
Assets value(Shares held, Rate rate) { return worth(held, rate); }
#else
Assets value(SubShares held, Rate rate) { return worth(held, rate); }
#endif
