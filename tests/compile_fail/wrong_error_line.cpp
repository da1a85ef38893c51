// expect: the ABI line of this error and its C++ fields disagree
#include "thaw/protocol/context.hpp"

using namespace thaw;

struct TooSmall {
    static constexpr std::string_view abi =
#ifdef THAW_WRONG
        "TooSmall(uint256 minimum, uint256 offered)";
#else
        "TooSmall(uint256 minimum)";
#endif
    Assets minimum;
};
Revert refuse() { return codec::revert_with(TooSmall{Assets{1}}); }
