// expect: the ABI line of this function and its C++ parameters disagree
#include "thaw/protocol/context.hpp"

using namespace thaw;
using namespace thaw::protocol;

Result<Shares> stake(Call&, Assets assets) { return Shares{assets.value}; }

#ifdef THAW_WRONG
using Face = Interface<Events<>, Errors<>, Fn<"stake(address assets) returns (uint256)", stake>>;
#else
using Face = Interface<Events<>, Errors<>, Fn<"stake(uint256 assets) returns (uint256)", stake>>;
#endif
auto use = &Face::dispatch;
