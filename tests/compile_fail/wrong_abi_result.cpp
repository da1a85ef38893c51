// expect: the ABI line of this function and its C++ result disagree
#include "thaw/protocol/context.hpp"

using namespace thaw;
using namespace thaw::protocol;

Result<bool> pay(Call&, Assets) { return true; }

#ifdef THAW_WRONG
using Face = Interface<Events<>, Errors<>, Fn<"pay(uint256 assets) returns (uint256)", pay>>;
#else
using Face = Interface<Events<>, Errors<>, Fn<"pay(uint256 assets) returns (bool)", pay>>;
#endif
auto use = &Face::dispatch;
