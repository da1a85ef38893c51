// expect: function's context disagree
#include "thaw/protocol/context.hpp"

using namespace thaw;
using namespace thaw::protocol;

Result<Assets> total(const Query&) { return Assets{}; }

#ifdef THAW_WRONG
using Face = Interface<Events<>, Errors<>, Fn<"total() returns (uint256)", total>>;
#else
using Face = Interface<Events<>, Errors<>, Fn<"total() view returns (uint256)", total>>;
#endif
auto use = &Face::dispatch;
