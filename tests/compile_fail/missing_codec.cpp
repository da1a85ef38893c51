// expect: Codec
#include "thaw/protocol/context.hpp"

using namespace thaw;
using namespace thaw::protocol;

// Sub-shares stay inside the core: no codec lets them cross the boundary.
#ifdef THAW_WRONG
Result<void> move(Call&, SubShares) { return {}; }
#else
Result<void> move(Call&, Shares) { return {}; }
#endif
using Face = Interface<Events<>, Errors<>, Fn<"move(uint256 shares)", move>>;
auto use = &Face::dispatch;
