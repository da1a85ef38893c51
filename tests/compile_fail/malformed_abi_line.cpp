// expect: abi_line_expects_a_closing_parenthesis
#include "thaw/codec/text.hpp"

#ifdef THAW_WRONG
constexpr auto line = thaw::codec::declare("stake(uint256 assets");
#else
constexpr auto line = thaw::codec::declare("stake(uint256 assets)");
#endif
