/// The face of THAW: an ERC-20 like the assets, whose balances vote.
#pragma once
#include "thaw/protocol/token/face.hpp"
#include "thaw/protocol/votes/face.hpp"

namespace thaw::protocol::token {

using VotesFace = Interface<
    Events<Transfer, allowance::Approval, votes::DelegateChanged, votes::DelegateVotesChanged>,
    Errors<ERC20InsufficientBalance, ERC20InvalidReceiver, THAW_ALLOWANCE_ERRORS,
           votes::ERC5805FutureLookup, votes::VotesExpiredSignature, votes::InvalidAccountNonce,
           votes::ECDSAInvalidSignature, votes::NoSuchCheckpoint>,
    Fn<"name() view returns (string)", name>, Fn<"symbol() view returns (string)", symbol>,
    Fn<"decimals() view returns (uint8)", decimals>,
    Fn<"totalSupply() view returns (uint256)", total_supply>,
    Fn<"balanceOf(address account) view returns (uint256)", balance_of>,
    Fn<"transfer(address to, uint256 value) returns (bool)", transfer>,
    Fn<"transferFrom(address from, address to, uint256 value) returns (bool)", transfer_from>,
    THAW_ALLOWANCE_FUNCTIONS, Fn<"delegate(address delegatee)", votes::delegate>,
    Fn<"delegateBySig(address delegatee, uint256 nonce, uint256 expiry, uint8 v, bytes32 r, "
       "bytes32 s)",
       votes::delegate_by_sig>,
    Fn<"delegates(address account) view returns (address)", votes::delegates>,
    Fn<"getVotes(address account) view returns (uint256)", votes::get_votes>,
    Fn<"getPastVotes(address account, uint256 timepoint) view returns (uint256)",
       votes::get_past_votes>,
    Fn<"getPastTotalSupply(uint256 timepoint) view returns (uint256)",
       votes::get_past_total_supply>,
    Fn<"numCheckpoints(address account) view returns (uint32)", votes::num_checkpoints>,
    Fn<"checkpoints(address account, uint32 pos) view returns ((uint48 _key, uint208 _value))",
       votes::checkpoints>,
    Fn<"clock() view returns (uint48)", votes::clock>,
    Fn<"CLOCK_MODE() view returns (string)", votes::clock_mode>>;

static_assert(Fn<"delegate(address delegatee)", votes::delegate>::selector == 0x5c19a95c);

}  // namespace thaw::protocol::token
