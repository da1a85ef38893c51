// expect: nodiscard
#include "thaw/base/result.hpp"

#pragma GCC diagnostic error "-Wunused-result"
thaw::Revert refuse();

void careless() {
#ifdef THAW_WRONG
    refuse();
#else
    static_cast<void>(refuse());
#endif
}
