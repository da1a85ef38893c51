// expect: no match for
#include "thaw/base/types.hpp"

using namespace thaw;

#ifdef THAW_WRONG
bool less(Assets a, Shares b) { return a < b; }
#else
bool less(Assets a, Assets b) { return a < b; }
#endif
