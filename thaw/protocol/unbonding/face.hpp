/// Tickets as an ERC-721: transferable claims on what is being unstaked, paid to whoever owns them
/// when they are due.
#pragma once
#include <string>

#include "thaw/protocol/addresses.hpp"
#include "thaw/protocol/token/face.hpp"
#include "thaw/protocol/unbonding/queue.hpp"

namespace thaw::protocol::unbonding {

using codec::Number;

struct Transfer {
    static constexpr std::string_view abi =
        "Transfer(address indexed from, address indexed to, uint256 indexed tokenId)";
    Address from;
    Address to;
    Number ticket;
};
struct Approval {
    static constexpr std::string_view abi =
        "Approval(address indexed owner, address indexed approved, uint256 indexed tokenId)";
    Address owner;
    Address approved;
    Number ticket;
};
struct ApprovalForAll {
    static constexpr std::string_view abi =
        "ApprovalForAll(address indexed owner, address indexed operator, bool approved)";
    Address owner;
    Address spender;
    bool approved;
};
struct TicketIssued {
    static constexpr std::string_view abi =
        "TicketIssued(uint8 indexed network, uint256 indexed ticket, address indexed owner, "
        "uint256 "
        "nominal, uint64 batch)";
    NetworkId network;
    Number ticket;
    Address owner;
    Assets nominal;
    uint64_t batch;
};
struct TicketPaid {
    static constexpr std::string_view abi =
        "TicketPaid(uint8 indexed network, uint256 indexed ticket, address indexed owner, uint256 "
        "assets)";
    NetworkId network;
    Number ticket;
    Address owner;
    Assets assets;
};
/// A part of a ticket was paid; `left` is what remains: nominal of one that waits, assets of one
/// that is final.
struct TicketPartlyPaid {
    static constexpr std::string_view abi =
        "TicketPartlyPaid(uint8 indexed network, uint256 indexed ticket, address indexed owner, "
        "uint256 assets, uint256 left)";
    NetworkId network;
    Number ticket;
    Address owner;
    Assets assets;
    Assets left;
};
struct BatchDispatched {
    static constexpr std::string_view abi =
        "BatchDispatched(uint8 indexed network, uint64 indexed batch, uint256 nominal)";
    NetworkId network;
    uint64_t batch;
    Assets nominal;
};
struct BatchFinalised {
    static constexpr std::string_view abi =
        "BatchFinalised(uint8 indexed network, uint64 indexed batch, uint256 assets, uint256 "
        "rateAssets, uint256 rateShares)";
    NetworkId network;
    uint64_t batch;
    Assets assets;
    Assets rate_assets;
    Shares rate_shares;
};
struct ERC721NonexistentToken {
    static constexpr std::string_view abi = "ERC721NonexistentToken(uint256 tokenId)";
    Number ticket;
};
struct ERC721IncorrectOwner {
    static constexpr std::string_view abi =
        "ERC721IncorrectOwner(address sender, uint256 tokenId, address owner)";
    Address sender;
    Number ticket;
    Address owner;
};
struct ERC721InsufficientApproval {
    static constexpr std::string_view abi =
        "ERC721InsufficientApproval(address operator, uint256 tokenId)";
    Address spender;
    Number ticket;
};
struct ERC721InvalidReceiver {
    static constexpr std::string_view abi = "ERC721InvalidReceiver(address receiver)";
    Address receiver;
};
struct ERC721OutOfBoundsIndex {
    static constexpr std::string_view abi = "ERC721OutOfBoundsIndex(address owner, uint256 index)";
    Address owner;
    Number index;
};
/// Not payable yet. `readyAt` is an estimate while the batch is open or the host has not answered,
/// exact afterwards.
struct TicketNotReady {
    static constexpr std::string_view abi = "TicketNotReady(uint256 ticket, uint64 readyAt)";
    Number ticket;
    uint64_t ready_at_s;
};
struct TicketAlreadyPaid {
    static constexpr std::string_view abi = "TicketAlreadyPaid(uint256 ticket)";
    Number ticket;
};

struct TicketSplit {
    static constexpr std::string_view abi =
        "TicketSplit(uint8 indexed network, uint256 indexed ticket, uint256 indexed part, uint256 "
        "shares, uint256 nominal)";
    NetworkId network;
    Number ticket;
    Number part;
    Shares shares;
    Assets nominal;
};
struct TicketMerged {
    static constexpr std::string_view abi =
        "TicketMerged(uint8 indexed network, uint256 indexed ticket, uint256 indexed into)";
    NetworkId network;
    Number ticket;
    Number into;
};
struct TicketCancelled {
    static constexpr std::string_view abi =
        "TicketCancelled(uint8 indexed network, uint256 indexed ticket, address indexed owner, "
        "uint256 shares)";
    NetworkId network;
    Number ticket;
    Address owner;
    Shares shares;  ///< given back
};
/// Only a ticket whose batch has not left for the host can be cancelled.
struct TicketDispatched {
    static constexpr std::string_view abi = "TicketDispatched(uint256 ticket, uint64 batch)";
    Number ticket;
    uint64_t batch;
};
/// A ticket that is payable is claimed, not split or merged.
struct TicketPayable {
    static constexpr std::string_view abi = "TicketPayable(uint256 ticket)";
    Number ticket;
};
/// The parts of a split must leave the ticket something.
struct SplitTooLarge {
    static constexpr std::string_view abi =
        "SplitTooLarge(uint256 ticket, uint256 wanted, uint256 shares)";
    Number ticket;
    Shares wanted;
    Shares shares;
};
/// More is claimed than the ticket is due, or nothing.
struct ClaimOutOfRange {
    static constexpr std::string_view abi =
        "ClaimOutOfRange(uint256 ticket, uint256 wanted, uint256 due)";
    Number ticket;
    Assets wanted;
    Assets due;
};
/// What would come of it is worth less than a base unit.
struct TicketTooSmall {
    static constexpr std::string_view abi = "TicketTooSmall(uint256 ticket)";
    Number ticket;
};
/// Only tickets of one owner in one batch, given for the same token, can be merged, each named
/// once.
struct TicketsNotAlike {
    static constexpr std::string_view abi = "TicketsNotAlike(uint256 ticket, uint256 other)";
    Number ticket;
    Number other;
};
struct ListLength {
    static constexpr std::string_view abi =
        "ListLength(uint256 length, uint256 least, uint256 most)";
    Number length;
    Number least;
    Number most;
};

/// A ticket as clients see it. `status`: 1 waiting for its batch to leave, 2 unbonding on the host,
/// 3 payable.
struct Entry {
    using AbiTuple = void;
    Number id;
    NetworkId network = 0;
    Address owner;
    Shares shares;
    Assets nominal;
    Assets expected;  ///< what it would be paid now
    uint64_t requested_at_s = 0;
    uint64_t ready_at_s = 0;
    uint64_t batch = 0;
    uint8_t status = 0;
};
Result<Entry> ticket(const Query& query, Number id);
/// Up to 100 tickets of an owner, from place `from` of its list.
Result<std::vector<Entry>> tickets_of(const Query& query, Address owner, uint64_t from);
/// Pays a ticket to its owner, whoever calls.
Result<Assets> claim(Call& call, Number id);
/// Pays `assets` of what a payable ticket is due, and leaves the rest in it; all of it is a claim.
/// By the owner or whom it approved. Returns what is left.
Result<Assets> claim_part(Call& call, Number id, Assets assets);
/// Splits parts of `shares` whole shares each off a ticket that is not payable yet; the rest, which
/// must be worth something, stays in it. A part's nominal is its share of the ticket's, rounded
/// down. Parts belong to the same owner and batch, and are pushed right after the ticket. By the
/// owner or whom it approved; returns the parts.
Result<std::vector<Number>> split(Call& call, Number id, std::vector<Shares> shares);
/// Merges tickets of one owner and batch into the first; returns it.
Result<Number> merge(Call& call, std::vector<Number> ids);
/// Takes a ticket back before its batch is dispatched. Gives its owner min(its shares, the most
/// shares whose worth is not above its nominal), of a reward-bearing token in whole shares; what is
/// left is burnt, and its worth released to those who stay. Returns whole shares.
Result<Shares> cancel(Call& call, Number id);
/// In words: what the ticket waits for and until when.
Result<std::string> explain(const Query& query, Number id);
uint64_t ready_at_s(const Query& query, const Ticket& ticket, NetworkId network);

Result<Number> balance_of(const Query& query, Address owner);
Result<Address> owner_of(const Query& query, Number id);
Result<Number> token_of_owner_by_index(const Query& query, Address owner, Number index);
Result<void> transfer_from(Call& call, Address from, Address to, Number id);
Result<void> approve(Call& call, Address spender, Number id);
Result<void> set_approval_for_all(Call& call, Address spender, bool approved);
Result<Address> get_approved(const Query& query, Number id);
Result<bool> is_approved_for_all(const Query& query, Address owner, Address spender);
Result<std::string> name(const Query& query);
Result<std::string> symbol(const Query& query);
/// A data: URI of JSON metadata.
Result<std::string> token_uri(const Query& query, Number id);
Result<bool> supports_interface(const Query& query, codec::Selector id);

using Face = Interface<
    Events<Transfer, Approval, ApprovalForAll, TicketIssued, TicketPaid, TicketPartlyPaid,
           BatchDispatched, BatchFinalised, TicketSplit, TicketMerged, TicketCancelled>,
    Errors<ERC721NonexistentToken, ERC721IncorrectOwner, ERC721InsufficientApproval,
           ERC721InvalidReceiver, ERC721OutOfBoundsIndex, TicketNotReady, TicketAlreadyPaid,
           TicketDispatched, TicketPayable, SplitTooLarge, TicketTooSmall, TicketsNotAlike,
           ListLength, ClaimOutOfRange>,
    Fn<"name() view returns (string)", name>, Fn<"symbol() view returns (string)", symbol>,
    Fn<"tokenURI(uint256 tokenId) view returns (string)", token_uri>,
    Fn<"supportsInterface(bytes4 interfaceId) view returns (bool)", supports_interface>,
    Fn<"balanceOf(address owner) view returns (uint256)", balance_of>,
    Fn<"ownerOf(uint256 tokenId) view returns (address)", owner_of>,
    Fn<"tokenOfOwnerByIndex(address owner, uint256 index) view returns (uint256)",
       token_of_owner_by_index>,
    Fn<"transferFrom(address from, address to, uint256 tokenId)", transfer_from>,
    Fn<"safeTransferFrom(address from, address to, uint256 tokenId)", transfer_from>,
    Fn<"approve(address to, uint256 tokenId)", approve>,
    Fn<"setApprovalForAll(address operator, bool approved)", set_approval_for_all>,
    Fn<"getApproved(uint256 tokenId) view returns (address)", get_approved>,
    Fn<"isApprovedForAll(address owner, address operator) view returns (bool)",
       is_approved_for_all>,
    Fn<"ticket(uint256 id) view returns ((uint256 id, uint8 network, address owner, uint256 "
       "shares, "
       "uint256 nominal, uint256 expected, uint64 requestedAt, uint64 readyAt, uint64 batch, uint8 "
       "status))",
       ticket>,
    Fn<"ticketsOf(address owner, uint64 from) view returns ((uint256 id, uint8 network, address "
       "owner, uint256 shares, uint256 nominal, uint256 expected, uint64 requestedAt, uint64 "
       "readyAt, uint64 batch, uint8 status)[])",
       tickets_of>,
    Fn<"explain(uint256 ticket) view returns (string)", explain>,
    Fn<"claimPart(uint256 ticket, uint256 assets) returns (uint256 left)", claim_part>,
    Fn<"claim(uint256 ticket) returns (uint256 assets)", claim>,
    Fn<"split(uint256 ticket, uint256[] shares) returns (uint256[] parts)", split>,
    Fn<"merge(uint256[] tickets) returns (uint256 ticket)", merge>,
    Fn<"cancel(uint256 ticket) returns (uint256 shares)", cancel>>;

}  // namespace thaw::protocol::unbonding
