/// THAW as votes: delegation and history, as ERC-5805 and ERC-6372 name them. The clock is the
/// chain's time in seconds, and only what was before now can be asked for: what a flash loan held
/// within a second is never seen.
#pragma once
#include "thaw/protocol/allowance/face.hpp"
#include "thaw/protocol/votes/books.hpp"

namespace thaw::protocol::votes {

using codec::Clock;
using codec::Number;

struct DelegateChanged {
    static constexpr std::string_view abi =
        "DelegateChanged(address indexed delegator, address indexed fromDelegate, address indexed "
        "toDelegate)";
    Address delegator;
    Address from;
    Address to;
};
struct DelegateVotesChanged {
    static constexpr std::string_view abi =
        "DelegateVotesChanged(address indexed delegate, uint256 previousVotes, uint256 newVotes)";
    Address delegate;
    u128 before;
    u128 now;
};
struct ERC5805FutureLookup {
    static constexpr std::string_view abi = "ERC5805FutureLookup(uint256 timepoint, uint48 clock)";
    Number timepoint;
    Clock clock;
};
struct VotesExpiredSignature {
    static constexpr std::string_view abi = "VotesExpiredSignature(uint256 expiry)";
    codec::Word expiry;
};
struct InvalidAccountNonce {
    static constexpr std::string_view abi =
        "InvalidAccountNonce(address account, uint256 currentNonce)";
    Address account;
    Number current;
};
struct ECDSAInvalidSignature {
    static constexpr std::string_view abi = "ECDSAInvalidSignature()";
};
struct NoSuchCheckpoint {
    static constexpr std::string_view abi = "NoSuchCheckpoint(uint32 position)";
    uint32_t position;
};

/// One checkpoint as OpenZeppelin shows it.
struct CheckpointSeen {
    using AbiTuple = void;
    Clock key;
    codec::Tally208 value;
};

/// The caller's THAW votes through `delegatee` from now on, whatever it holds at any time; the zero
/// address: through nobody. Whoever wants to vote with its own delegates to itself.
Result<void> delegate(Call& call, Address delegatee);
/// The same by the holder's EIP-712 signature, sent by anybody. `v` is 27 or 28.
Result<void> delegate_by_sig(Call& call, Address delegatee, codec::Word nonce, codec::Word expiry,
                             uint8_t v, Hash r, Hash s);
Result<Address> delegates(const Query& query, Address account);
/// Base units of THAW that vote through the account now.
Result<u128> get_votes(const Query& query, Address account);
/// The same at the end of a second that is over.
Result<u128> get_past_votes(const Query& query, Address account, Number timepoint);
/// All THAW there was then, delegated or not.
Result<u128> get_past_total_supply(const Query& query, Number timepoint);
Result<uint32_t> num_checkpoints(const Query& query, Address account);
Result<CheckpointSeen> checkpoints(const Query& query, Address account, uint32_t position);
Result<Clock> clock(const Query& query);
Result<std::string> clock_mode(const Query& query);

// ---- For other modules.

/// Follows a movement of THAW between two holders; the zero address stands for what is no holder.
void moved(Call& call, const Address& from, const Address& to, u128 amount);
/// Follows a change of the supply.
void supply_changed(Call& call, u128 supply);
/// Lets an account vote for a holder from genesis on.
void delegate_at_genesis(Call& call, const Address& holder, const Address& delegatee);

}  // namespace thaw::protocol::votes
