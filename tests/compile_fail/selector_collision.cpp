// expect: two_functions_share_a_selector
#include "thaw/protocol/context.hpp"

using namespace thaw;
using namespace thaw::protocol;

Result<void> burn(Call&, u128) { return {}; }
Result<void> collate(Call&, Hash) { return {}; }

using Burn = Fn<"burn(uint256)", burn>;
using Second = Fn<"collate_propagate_storage(bytes32)", collate>;
static_assert(codec::declare("burn(uint256)").selector() ==
              codec::declare("collate_propagate_storage(bytes16)").selector());
#ifdef THAW_WRONG
using Face = Interface<Events<>, Errors<>, Burn, Second, Burn>;
#else
using Face = Interface<Events<>, Errors<>, Burn, Second>;
#endif
static_assert(Face::entries.size() >= 2);
