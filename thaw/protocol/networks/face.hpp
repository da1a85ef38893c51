/// The networks' parameters on the wire, and what the owner may do with them until governance
/// takes the role over. No verb here moves an asset or a share.
#pragma once
#include <string>

#include "thaw/protocol/addresses.hpp"
#include "thaw/protocol/context.hpp"
#include "thaw/protocol/networks/books.hpp"
#include "thaw/protocol/networks/limits.hpp"

namespace thaw::protocol::networks {

struct Halted {
    static constexpr std::string_view abi = "Halted(uint8 indexed network, string reason)";
    NetworkId network;
    std::string reason;
};
struct Resumed {
    static constexpr std::string_view abi = "Resumed(uint8 indexed network)";
    NetworkId network;
};
struct FeeChanged {
    static constexpr std::string_view abi =
        "FeeChanged(uint8 indexed network, uint32 before, uint32 now)";
    NetworkId network;
    uint32_t before;
    uint32_t now;
};
struct OwnershipOffered {
    static constexpr std::string_view abi =
        "OwnershipTransferStarted(address indexed previousOwner, address indexed newOwner)";
    Address owner;
    Address heir;
};
struct OwnershipTransferred {
    static constexpr std::string_view abi =
        "OwnershipTransferred(address indexed previousOwner, address indexed newOwner)";
    Address before;
    Address now;
};
/// As OpenZeppelin's Ownable names it.
struct OwnableUnauthorizedAccount {
    static constexpr std::string_view abi = "OwnableUnauthorizedAccount(address account)";
    Address account;
};
struct NoSuchNetwork {
    static constexpr std::string_view abi = "NoSuchNetwork(uint8 network)";
    NetworkId network;
};
struct AlreadyHalted {
    static constexpr std::string_view abi = "AlreadyHalted(uint8 network)";
    NetworkId network;
};
struct NotHalted {
    static constexpr std::string_view abi = "NotHalted(uint8 network)";
    NetworkId network;
};
/// Above what the fee may be at this change.
struct FeeTooHigh {
    static constexpr std::string_view abi = "FeeTooHigh(uint32 fee, uint32 maximum)";
    uint32_t fee_bps;
    uint32_t max_bps;
};
struct ChangeTooSoon {
    static constexpr std::string_view abi = "ChangeTooSoon(uint64 possibleAt)";
    uint64_t possible_at_s;
};
/// The role is governance's, for ever.
struct OwnedByGovernance {
    static constexpr std::string_view abi = "OwnedByGovernance()";
};
struct SameAsBefore {
    static constexpr std::string_view abi = "SameAsBefore()";
};

/// A network's parameters that the owner may change, with the bounds of the next change. Fees in
/// hundredths of a per cent of rewards.
struct Terms {
    using AbiTuple = void;
    uint32_t fee_bps = 0;
    uint32_t fee_next_max_bps = 0;
    uint64_t fee_change_possible_at_s = 0;
    bool halted = false;
};

/// Stops new stakes and flash exits of one network, and nothing else.
Result<void> halt(Call& call, NetworkId network, std::string reason);
Result<void> resume(Call& call, NetworkId network);
/// Sets the fee on rewards: down at will, up at most by half and by half a percentage point, once a
/// week. It applies to frames reported afterwards.
Result<void> set_fee(Call& call, NetworkId network, uint32_t fee_bps);
/// Offers the role; it passes when the other accepts it. The zero address takes an offer back.
Result<void> transfer_ownership(Call& call, Address heir);
Result<void> accept_ownership(Call& call);
/// Gives the role up for ever: what the owner may change stays as it is. Refused, like an offer,
/// once the role is governance's.
Result<void> renounce_ownership(Call& call);
Result<Address> owner(const Query& query);
Result<Address> pending_owner(const Query& query);
Result<Terms> terms(const Query& query, NetworkId network);

// ---- For other modules.

/// Refuses whoever is not the owner.
Result<void> only_owner(const Call& call);
/// Whether a network takes new stakes no more: it was halted, or the guardian has paused it.
bool stands_still(const Query& query, NetworkId network);
/// Gives the role to governance for ever. For the timelock, which asks the owner.
void hand_over(Call& call, const Address& timelock);
/// Halts a network because of what a report said; nothing when it is halted already.
void halt_because(Call& call, NetworkId network, std::string_view reason);

using Face =
    Interface<Events<Halted, Resumed, FeeChanged, OwnershipOffered, OwnershipTransferred>,
              Errors<OwnableUnauthorizedAccount, NoSuchNetwork, AlreadyHalted, NotHalted,
                     FeeTooHigh, ChangeTooSoon, SameAsBefore, OwnedByGovernance>,
              Fn<"halt(uint8 network, string reason)", halt>, Fn<"resume(uint8 network)", resume>,
              Fn<"setFee(uint8 network, uint32 feeBps)", set_fee>,
              Fn<"transferOwnership(address newOwner)", transfer_ownership>,
              Fn<"acceptOwnership()", accept_ownership>,
              Fn<"renounceOwnership()", renounce_ownership>,
              Fn<"owner() view returns (address)", owner>,
              Fn<"pendingOwner() view returns (address)", pending_owner>,
              Fn<"terms(uint8 network) view returns ((uint32 feeBps, uint32 feeNextMaxBps, uint64 "
                 "feeChangePossibleAt, bool halted))",
                 terms>>;

}  // namespace thaw::protocol::networks
