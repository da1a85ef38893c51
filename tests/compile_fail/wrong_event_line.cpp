// expect: the ABI line of this event and its C++ fields disagree
#include "thaw/protocol/context.hpp"

using namespace thaw;

struct Staked {
    static constexpr std::string_view abi =
#ifdef THAW_WRONG
        "Staked(address indexed who, uint64 assets)";
#else
        "Staked(address indexed who, uint256 assets)";
#endif
    Address who;
    Assets assets;
};
codec::Log say(const Staked& event) { return codec::encode_event(Address{}, event); }
