/// Wrapped ether: the hub's native coin as an issued token, with the functions and events of WETH9.
#pragma once
#include "thaw/protocol/issued/face.hpp"

namespace thaw::protocol::weth {

/// As WETH9 says it: no Transfer beside it.
struct Deposit {
    static constexpr std::string_view abi = "Deposit(address indexed dst, uint256 wad)";
    Address to;
    Assets wei;
};
struct Withdrawal {
    static constexpr std::string_view abi = "Withdrawal(address indexed src, uint256 wad)";
    Address from;
    Assets wei;
};

/// Wraps the ether sent along, for the caller.
Result<void> deposit(Call& call);
/// Gives the caller ether for as much of its wrapped ether.
Result<void> withdraw(Call& call, Assets wei);
/// Ether sent to the contract without data is a deposit.
Result<Bytes> receive(Call& call);

// ---- For modules that take or give ether and keep wrapped ether.

/// Wraps wei that `from` has as native ether, for `to`. Refused when it has less.
Result<void> wrap(Call& call, const Address& from, const Address& to, Assets wei);
/// Unwraps wei that `from` has as wrapped ether and pays them to `to`. Refused when it has less.
Result<void> unwrap(Call& call, const Address& from, const Address& to, Assets wei);
/// Genesis.
void open(Call& call);

using Face = Interface<Events<THAW_ISSUED_EVENTS, Deposit, Withdrawal>, Errors<THAW_ISSUED_ERRORS>,
                       Fn<"deposit() payable", deposit>, Fn<"withdraw(uint256 wad)", withdraw>,
                       THAW_ISSUED_FUNCTIONS>;

static_assert(Fn<"deposit() payable", deposit>::selector == 0xd0e30db0);
static_assert(Fn<"withdraw(uint256 wad)", withdraw>::selector == 0x2e1a7d4d);

}  // namespace thaw::protocol::weth
