/// The oracle: members sign what they saw on a host; what a quorum signed alike is applied, once.
#pragma once
#include "thaw/protocol/assets/face.hpp"
#include "thaw/protocol/networks/face.hpp"
#include "thaw/protocol/oracle/books.hpp"
#include "thaw/protocol/oracle/limits.hpp"
#include "thaw/protocol/staking/face.hpp"

namespace thaw::protocol::oracle {

struct Attested {
    static constexpr std::string_view abi =
        "Attested(bytes32 indexed subject, address indexed member, bytes32 payload)";
    Hash subject;
    Address member;
    Hash payload;
};
struct Decided {
    static constexpr std::string_view abi = "Decided(bytes32 indexed subject, bytes32 payload)";
    Hash subject;
    Hash payload;
};
struct NotAMember {
    static constexpr std::string_view abi = "NotAMember(address account)";
    Address account;
};
struct AlreadyDecided {
    static constexpr std::string_view abi = "AlreadyDecided(bytes32 subject)";
    Hash subject;
};
struct AlreadyAttested {
    static constexpr std::string_view abi = "AlreadyAttested(address member, bytes32 payload)";
    Address member;
    Hash payload;
};
struct ContradictsItself {
    static constexpr std::string_view abi =
        "ContradictsItself(address member, bytes32 before, bytes32 now)";
    Address member;
    Hash before;
    Hash now;
};
struct QuorumOutOfRange {
    static constexpr std::string_view abi = "QuorumOutOfRange(uint32 quorum, uint32 members)";
    uint32_t quorum;
    uint32_t members;
};
struct MemberAdded {
    static constexpr std::string_view abi =
        "MemberAdded(address indexed member, uint32 members, uint32 quorum)";
    Address member;
    uint32_t members;
    uint32_t quorum;
};
struct MemberRemoved {
    static constexpr std::string_view abi =
        "MemberRemoved(address indexed member, uint32 members, uint32 quorum)";
    Address member;
    uint32_t members;
    uint32_t quorum;
};
struct QuorumChanged {
    static constexpr std::string_view abi = "QuorumChanged(uint32 before, uint32 now)";
    uint32_t before;
    uint32_t now;
};
struct AlreadyAMember {
    static constexpr std::string_view abi = "AlreadyAMember(address account)";
    Address account;
};
struct TooManyMembers {
    static constexpr std::string_view abi = "TooManyMembers(uint32 maximum)";
    uint32_t maximum;
};
struct ZeroMember {
    static constexpr std::string_view abi = "ZeroMember()";
};
struct OutcomeOutOfOrder {
    static constexpr std::string_view abi =
        "OutcomeOutOfOrder(uint8 host, uint64 intent, uint64 expected)";
    HostId host;
    uint64_t intent;
    uint64_t expected;
};
struct UnknownIntent {
    static constexpr std::string_view abi = "UnknownIntent(uint8 host, uint64 intent)";
    HostId host;
    uint64_t intent;
};

Result<void> report_deposit(Call& call, Deposit deposit);
Result<void> report_outcome(Call& call, Outcome outcome);
Result<void> report_frame(Call& call, Report report);
Result<void> report_listing(Call& call, Listing listing);
/// A loss that waits for its second quorum.
struct PendingLoss {
    using AbiTuple = void;
    bool pending = false;
    uint64_t frame = 0;
    Hash payload;  ///< what has to be confirmed
    Assets loss;   ///< of holders, as the pool stood when it was reported
    uint64_t fall_ppb = 0;
    uint64_t since_s = 0;
};

/// The second word on a report that costs holders more than one quorum may book: the same members,
/// the same payload. A quorum of them books it.
Result<void> confirm_loss(Call& call, NetworkId network, uint64_t frame, Hash payload);
/// The other answer: a quorum drops the report, and its frame may be reported anew.
Result<void> reject_loss(Call& call, NetworkId network, uint64_t frame, Hash payload);
Result<PendingLoss> pending_loss(const Query& query, NetworkId network);
/// What a report would do if it were applied now, by the function that applies it; refused as it
/// would be.
Result<staking::Preview> preview_report(const Query& query, Report report);
/// What a member signs with a report.
Hash payload_of(const Report& report);
/// What the second quorum decides.
Hash subject_of_loss(NetworkId network, uint64_t frame, const Hash& payload);

/// The owner's verbs on the set of members. Each names the quorum that holds afterwards where the
/// number of members changes: more than two thirds of them, and at most all. Votes of a member that
/// left count no more, not even when its account comes back. One change in seven days.
Result<void> add_member(Call& call, Address account, uint32_t quorum);
Result<void> remove_member(Call& call, Address account, uint32_t quorum);
Result<void> replace_member(Call& call, Address account, Address successor);
Result<void> set_quorum(Call& call, uint32_t quorum);

/// The payload a subject was decided with, or zero.
Result<Hash> decision(const Query& query, Hash subject);
/// What a member voted on a subject, or zero.
Result<Hash> vote_of(const Query& query, Hash subject, Address member);
Result<std::vector<Address>> members(const Query& query);
Result<uint32_t> quorum(const Query& query);

// What is decided once, as the hash its votes are kept under.
Hash subject_of(const Deposit& deposit);
Hash subject_of(const Outcome& outcome);
Hash subject_of(const Report& report);
Hash subject_of(const Listing& listing);

#define THAW_DEPOSIT_TUPLE                                                                  \
    "(uint8 host, bytes32 transaction, uint32 index, uint8 asset, bytes32 sender, address " \
    "receiver, uint256 amount)"
#define THAW_OUTCOME_TUPLE \
    "(uint8 host, uint64 intent, bool success, uint256 amount, uint64 completesAt)"
#define THAW_REPORT_TUPLE                                                                         \
    "(uint8 network, uint64 frame, uint64 hostHeight, uint64 executed, uint256 custody, "         \
    "(uint32 id, uint256 delegated, uint256 reward, uint256 slashed, uint256 totalStake, uint16 " \
    "commissionBps, uint16 uptimeBps, bool jailed)[] validators)"

#define THAW_LISTING_TUPLE \
    "(uint8 asset, uint8 host, bytes32 token, string name, string symbol, uint8 decimals)"

using Face = Interface<
    Events<Attested, Decided, assets::AssetListed, MemberAdded, MemberRemoved, QuorumChanged>,
    Errors<NotAMember, AlreadyDecided, AlreadyAttested, ContradictsItself, QuorumOutOfRange,
           AlreadyAMember, TooManyMembers, ZeroMember, networks::OwnableUnauthorizedAccount,
           networks::SameAsBefore, networks::ChangeTooSoon, OutcomeOutOfOrder, UnknownIntent,
           bridge::ZeroAmount, bridge::NotOnThisHost, staking::FrameOutOfOrder,
           staking::FrameNotOver, staking::OutcomesMissing, staking::ValidatorsNotAscending,
           staking::DelegationMismatch, losses::LossPending, losses::NoLossPending,
           losses::AnotherReportPending, validators::UnknownValidator, validators::UnknownNetwork,
           liquid::AmountTooLarge, assets::AssetOutOfOrder, assets::AlreadyListed,
           assets::AssetsFull, assets::ListingMalformed>,
    Fn<"reportDeposit(" THAW_DEPOSIT_TUPLE " deposit)", report_deposit>,
    Fn<"reportOutcome(" THAW_OUTCOME_TUPLE " outcome)", report_outcome>,
    Fn<"reportFrame(" THAW_REPORT_TUPLE " report)", report_frame>,
    Fn<"reportListing(" THAW_LISTING_TUPLE " listing)", report_listing>,
    Fn<"addMember(address account, uint32 quorum)", add_member>,
    Fn<"removeMember(address account, uint32 quorum)", remove_member>,
    Fn<"replaceMember(address account, address successor)", replace_member>,
    Fn<"setQuorum(uint32 quorum)", set_quorum>,
    Fn<"confirmLoss(uint8 network, uint64 frame, bytes32 payload)", confirm_loss>,
    Fn<"rejectLoss(uint8 network, uint64 frame, bytes32 payload)", reject_loss>,
    Fn<"pendingLoss(uint8 network) view returns ((bool pending, uint64 frame, bytes32 payload, "
       "uint256 loss, uint64 fallPpb, uint64 since))",
       pending_loss>,
    Fn<"previewReport(" THAW_REPORT_TUPLE
       " report) view returns ((uint256 rewards, uint256 slashed, uint256 fee, uint256 feeShares, "
       "uint256 fromUnreleased, uint256 fromInsurance, uint256 lossToHolders, uint256 "
       "totalAssets, uint256 totalShares, uint256 releasing, uint256 waiting, uint64 fallPpb, "
       "bool needsSecondQuorum, bool halts))",
       preview_report>,
    Fn<"decision(bytes32 subject) view returns (bytes32 payload)", decision>,
    Fn<"voteOf(bytes32 subject, address member) view returns (bytes32 payload)", vote_of>,
    Fn<"members() view returns (address[])", members>,
    Fn<"quorum() view returns (uint32)", quorum>>;

}  // namespace thaw::protocol::oracle
