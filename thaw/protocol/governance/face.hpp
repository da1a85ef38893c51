/// The governor: holders of THAW propose calls, vote on them and have them carried out, with the
/// ABI, events and errors of OpenZeppelin's Governor, so that front ends for it work.
#pragma once
#include "thaw/protocol/governance/timelock.hpp"
#include "thaw/protocol/votes/face.hpp"

namespace thaw::protocol::governance {

using codec::Clock;
using codec::Word;

enum class State : uint8_t {
    pending,
    active,
    canceled,
    defeated,
    succeeded,
    queued,
    expired,
    executed,
};

struct ProposalCreated {
    static constexpr std::string_view abi =
        "ProposalCreated(uint256 proposalId, address proposer, address[] targets, uint256[] "
        "values, string[] signatures, bytes[] calldatas, uint256 voteStart, uint256 voteEnd, "
        "string description)";
    Word id;
    Address proposer;
    Targets targets;
    Values values;
    std::vector<std::string> signatures;
    Payloads payloads;
    Number start;
    Number end;
    std::string description;
};
struct ProposalQueued {
    static constexpr std::string_view abi =
        "ProposalQueued(uint256 proposalId, uint256 etaSeconds)";
    Word id;
    Number eta;
};
struct ProposalExecuted {
    static constexpr std::string_view abi = "ProposalExecuted(uint256 proposalId)";
    Word id;
};
struct ProposalCanceled {
    static constexpr std::string_view abi = "ProposalCanceled(uint256 proposalId)";
    Word id;
};
struct VoteCast {
    static constexpr std::string_view abi =
        "VoteCast(address indexed voter, uint256 proposalId, uint8 support, uint256 weight, string "
        "reason)";
    Address voter;
    Word id;
    uint8_t support;
    u128 weight;
    std::string reason;
};
struct VotingDelaySet {
    static constexpr std::string_view abi =
        "VotingDelaySet(uint256 oldVotingDelay, uint256 newVotingDelay)";
    Number before;
    Number now;
};
struct VotingPeriodSet {
    static constexpr std::string_view abi =
        "VotingPeriodSet(uint256 oldVotingPeriod, uint256 newVotingPeriod)";
    Number before;
    Number now;
};
struct QuorumNumeratorUpdated {
    static constexpr std::string_view abi =
        "QuorumNumeratorUpdated(uint256 oldQuorumNumerator, uint256 newQuorumNumerator)";
    Number before;
    Number now;
};
struct ProposalThresholdChanged {
    static constexpr std::string_view abi = "ProposalThresholdChanged(uint32 before, uint32 now)";
    uint32_t before_bps;
    uint32_t now_bps;
};
struct GovernorInvalidProposalLength {
    static constexpr std::string_view abi =
        "GovernorInvalidProposalLength(uint256 targets, uint256 calldatas, uint256 values)";
    Number targets;
    Number payloads;
    Number values;
};
struct GovernorAlreadyCastVote {
    static constexpr std::string_view abi = "GovernorAlreadyCastVote(address voter)";
    Address voter;
};
struct GovernorOnlyExecutor {
    static constexpr std::string_view abi = "GovernorOnlyExecutor(address account)";
    Address account;
};
struct GovernorNonexistentProposal {
    static constexpr std::string_view abi = "GovernorNonexistentProposal(uint256 proposalId)";
    Word id;
};
struct GovernorUnexpectedProposalState {
    static constexpr std::string_view abi =
        "GovernorUnexpectedProposalState(uint256 proposalId, uint8 current, bytes32 "
        "expectedStates)";
    Word id;
    uint8_t current;
    Hash expected;  ///< bit n: state n
};
struct GovernorInsufficientProposerVotes {
    static constexpr std::string_view abi =
        "GovernorInsufficientProposerVotes(address proposer, uint256 votes, uint256 threshold)";
    Address proposer;
    u128 votes;
    u128 threshold;
};
struct GovernorRestrictedProposer {
    static constexpr std::string_view abi = "GovernorRestrictedProposer(address proposer)";
    Address proposer;
};
struct GovernorUnableToCancel {
    static constexpr std::string_view abi =
        "GovernorUnableToCancel(uint256 proposalId, address account)";
    Word id;
    Address account;
};
struct GovernorInvalidVoteType {
    static constexpr std::string_view abi = "GovernorInvalidVoteType()";
};
struct GovernorInvalidSignature {
    static constexpr std::string_view abi = "GovernorInvalidSignature(address voter)";
    Address voter;
};
struct TooManyOperations {
    static constexpr std::string_view abi =
        "TooManyOperations(uint256 operations, uint256 maximum)";
    Number operations;
    Number maximum;
};
/// A proposal's call names a verb of a contract and sends nothing along.
struct OperationMalformed {
    static constexpr std::string_view abi = "OperationMalformed(uint256 index, string reason)";
    Number index;
    std::string reason;
};
struct TermOutOfRange {
    static constexpr std::string_view abi =
        "TermOutOfRange(uint256 value, uint256 minimum, uint256 maximum)";
    Number value;
    Number minimum;
    Number maximum;
};

/// A proposal at a glance. Votes in base units of THAW, times in seconds.
struct Summary {
    using AbiTuple = void;
    Word id;
    uint32_t number = 0;
    Address proposer;
    uint8_t state = 0;
    uint64_t snapshot_s = 0;
    uint64_t deadline_s = 0;
    uint64_t eta_s = 0;      ///< 0: not queued
    uint64_t expires_s = 0;  ///< 0: not queued
    uint64_t created_block = 0;
    u128 against = 0;
    u128 in_favour = 0;
    u128 abstain = 0;
    u128 quorum = 0;  ///< 0 until the snapshot is over
};

/// Whoever has the threshold of votes, as of a second ago, may propose up to ten calls. Their order
/// and the description are part of the id. "#proposer=0x…" at the end of a description keeps others
/// from proposing it.
Result<Word> propose(Call& call, Targets targets, Values values, Payloads payloads,
                     std::string description);
/// Votes against (0), for (1) or abstains (2) with what the voter had at the snapshot.
Result<u128> cast_vote(Call& call, Word id, uint8_t support);
Result<u128> cast_vote_with_reason(Call& call, Word id, uint8_t support, std::string reason);
/// The same by the voter's EIP-712 signature of 65 bytes, sent by anybody.
Result<u128> cast_vote_by_sig(Call& call, Word id, uint8_t support, Address voter, Bytes signature);
/// Lays what was voted for into the timelock; refused, with the reason, when its calls would not go
/// through at the time they become due.
Result<Word> queue(Call& call, Targets targets, Values values, Payloads payloads, Hash description);
/// Has the calls done, all or none, once their time has come. Anybody may.
Result<Word> execute(Call& call, Targets targets, Values values, Payloads payloads,
                     Hash description);
/// By the proposer before voting begins; by the guardian until it is done, unless it is about the
/// guardian.
Result<Word> cancel(Call& call, Targets targets, Values values, Payloads payloads,
                    Hash description);
/// Governance's own terms, by a vote only and within hard bounds.
Result<void> set_voting_delay(Call& call, Clock seconds);
Result<void> set_voting_period(Call& call, uint32_t seconds);
Result<void> update_quorum_numerator(Call& call, Number percent);
Result<void> set_proposal_threshold_bps(Call& call, uint32_t bps);

Result<std::string> name(const Query& query);
Result<std::string> version(const Query& query);
Result<std::string> counting_mode(const Query& query);
Result<Address> token(const Query& query);
Result<Address> timelock(const Query& query);
Result<Number> voting_delay(const Query& query);
Result<Number> voting_period(const Query& query);
/// Base units of THAW, rounded up.
Result<u128> proposal_threshold(const Query& query);
/// Of the supply at that second, rounded up.
Result<u128> quorum(const Query& query, Number timepoint);
Result<Number> quorum_numerator(const Query& query);
Result<Number> quorum_denominator(const Query& query);
Result<u128> votes_of(const Query& query, Address account, Number timepoint);
Result<Word> hash_proposal(const Query& query, Targets targets, Values values, Payloads payloads,
                           Hash description);
Result<uint8_t> state(const Query& query, Word id);
Result<Number> proposal_snapshot(const Query& query, Word id);
Result<Number> proposal_deadline(const Query& query, Word id);
Result<Address> proposal_proposer(const Query& query, Word id);
Result<Number> proposal_eta(const Query& query, Word id);
Result<bool> proposal_needs_queuing(const Query& query, Word id);
/// (against, for, abstain)
Result<std::tuple<u128, u128, u128>> proposal_votes(const Query& query, Word id);
Result<bool> has_voted(const Query& query, Word id, Address voter);
Result<Number> proposal_count(const Query& query);
/// By its number, from 1.
Result<Summary> proposal_at(const Query& query, uint32_t number);
Result<Summary> proposal(const Query& query, Word id);
Result<bool> supports_interface(const Query& query, codec::Selector id);

// ---- For genesis.

void open(Call& call, const Address& guardian);

#define THAW_CALLS "address[] targets, uint256[] values, bytes[] calldatas"
#define THAW_SUMMARY                                                                       \
    "((uint256 id, uint32 number, address proposer, uint8 state, uint64 snapshot, uint64 " \
    "deadline, uint64 eta, uint64 expires, uint64 createdBlock, uint256 againstVotes, "    \
    "uint256 forVotes, uint256 abstainVotes, uint256 quorum))"

using GovernorErrors =
    Errors<GovernorInvalidProposalLength, GovernorAlreadyCastVote, GovernorOnlyExecutor,
           GovernorNonexistentProposal, GovernorUnexpectedProposalState,
           GovernorInsufficientProposerVotes, GovernorRestrictedProposer, GovernorUnableToCancel,
           GovernorInvalidVoteType, GovernorInvalidSignature, TooManyOperations, OperationMalformed,
           TermOutOfRange, TimelockUnexpectedOperationState, OperationFailed, ExecutionPaused,
           votes::ERC5805FutureLookup, networks::SameAsBefore, multicall::TooDeep>;

using Face = Interface<
    Events<ProposalCreated, ProposalQueued, ProposalExecuted, ProposalCanceled, VoteCast,
           VotingDelaySet, VotingPeriodSet, QuorumNumeratorUpdated, ProposalThresholdChanged>,
    GovernorErrors,
    Fn<"propose(" THAW_CALLS ", string description) returns (uint256 proposalId)", propose>,
    Fn<"castVote(uint256 proposalId, uint8 support) returns (uint256)", cast_vote>,
    Fn<"castVoteWithReason(uint256 proposalId, uint8 support, string reason) returns (uint256)",
       cast_vote_with_reason>,
    Fn<"castVoteBySig(uint256 proposalId, uint8 support, address voter, bytes signature) returns "
       "(uint256)",
       cast_vote_by_sig>,
    Fn<"queue(" THAW_CALLS ", bytes32 descriptionHash) returns (uint256)", queue>,
    Fn<"execute(" THAW_CALLS ", bytes32 descriptionHash) payable returns (uint256)", execute>,
    Fn<"cancel(" THAW_CALLS ", bytes32 descriptionHash) returns (uint256)", cancel>,
    Fn<"setVotingDelay(uint48 newVotingDelay)", set_voting_delay>,
    Fn<"setVotingPeriod(uint32 newVotingPeriod)", set_voting_period>,
    Fn<"updateQuorumNumerator(uint256 newQuorumNumerator)", update_quorum_numerator>,
    Fn<"setProposalThresholdBps(uint32 newThresholdBps)", set_proposal_threshold_bps>,
    Fn<"name() view returns (string)", name>, Fn<"version() view returns (string)", version>,
    Fn<"COUNTING_MODE() view returns (string)", counting_mode>,
    Fn<"CLOCK_MODE() view returns (string)", votes::clock_mode>,
    Fn<"clock() view returns (uint48)", votes::clock>, Fn<"token() view returns (address)", token>,
    Fn<"timelock() view returns (address)", timelock>,
    Fn<"votingDelay() view returns (uint256)", voting_delay>,
    Fn<"votingPeriod() view returns (uint256)", voting_period>,
    Fn<"proposalThreshold() view returns (uint256)", proposal_threshold>,
    Fn<"quorum(uint256 timepoint) view returns (uint256)", quorum>,
    Fn<"quorumNumerator() view returns (uint256)", quorum_numerator>,
    Fn<"quorumDenominator() view returns (uint256)", quorum_denominator>,
    Fn<"getVotes(address account, uint256 timepoint) view returns (uint256)", votes_of>,
    Fn<"hashProposal(" THAW_CALLS ", bytes32 descriptionHash) view returns (uint256)",
       hash_proposal>,
    Fn<"getProposalId(" THAW_CALLS ", bytes32 descriptionHash) view returns (uint256)",
       hash_proposal>,
    Fn<"state(uint256 proposalId) view returns (uint8)", state>,
    Fn<"proposalSnapshot(uint256 proposalId) view returns (uint256)", proposal_snapshot>,
    Fn<"proposalDeadline(uint256 proposalId) view returns (uint256)", proposal_deadline>,
    Fn<"proposalProposer(uint256 proposalId) view returns (address)", proposal_proposer>,
    Fn<"proposalEta(uint256 proposalId) view returns (uint256)", proposal_eta>,
    Fn<"proposalNeedsQueuing(uint256 proposalId) view returns (bool)", proposal_needs_queuing>,
    Fn<"proposalVotes(uint256 proposalId) view returns (uint256 againstVotes, uint256 forVotes, "
       "uint256 abstainVotes)",
       proposal_votes>,
    Fn<"hasVoted(uint256 proposalId, address account) view returns (bool)", has_voted>,
    Fn<"proposalCount() view returns (uint256)", proposal_count>,
    Fn<"proposalAt(uint32 number) view returns " THAW_SUMMARY, proposal_at>,
    Fn<"proposal(uint256 proposalId) view returns " THAW_SUMMARY, proposal>,
    Fn<"nonces(address owner) view returns (uint256)", allowance::nonces>,
    Fn<"eip712Domain() view returns (bytes1 fields, string name, string version, uint256 chainId, "
       "address verifyingContract, bytes32 salt, uint256[] extensions)",
       allowance::eip712_domain>,
    Fn<"supportsInterface(bytes4 interfaceId) view returns (bool)", supports_interface>>;

// Those of OpenZeppelin's Governor 5.
static_assert(Fn<"propose(" THAW_CALLS ", string description) returns (uint256 proposalId)",
                 propose>::selector == 0x7d5e81e2);
static_assert(
    Fn<"castVote(uint256 proposalId, uint8 support) returns (uint256)", cast_vote>::selector ==
    0x56781388);

}  // namespace thaw::protocol::governance
