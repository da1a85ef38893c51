// expect: function's context disagree
#include "thaw/protocol/context.hpp"

using namespace thaw;
using namespace thaw::protocol;

Result<Assets> take(Call&) { return Assets{}; }

#ifdef THAW_WRONG
using Face = Interface<Events<>, Errors<>, Fn<"take() view returns (uint256)", take>>;
#else
using Face = Interface<Events<>, Errors<>, Fn<"take() returns (uint256)", take>>;
#endif
auto use = &Face::dispatch;
