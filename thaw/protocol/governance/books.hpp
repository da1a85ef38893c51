/// What governance remembers: proposals by their hash, ballots, operations that wait in the
/// timelock, and what the guardian has paused. The calls of a proposal are kept by nobody: whoever
/// queues or executes it brings them, and their hash has to be the proposal's.
#pragma once
#include "thaw/protocol/networks/books.hpp"

namespace thaw::protocol::governance {

/// One row, key 0. Times in seconds of chain time.
struct Settings {
    uint64_t voting_delay_s = 0;
    uint64_t voting_period_s = 0;
    uint64_t min_delay_s = 0;     ///< of parameters, in the timelock
    uint64_t long_delay_s = 0;    ///< of everything else: members, roles, governance's own terms
    uint32_t threshold_bps = 0;   ///< of all THAW, to propose
    uint32_t quorum_percent = 0;  ///< of all THAW, for or abstaining
    Address guardian;             ///< may cancel and pause; or nobody
    uint32_t proposals = 0;       ///< how many there have been
};
static_assert(Plain<Settings>);

struct Proposal {
    u128 against = 0;  ///< base units of THAW
    u128 in_favour = 0;
    u128 abstain = 0;
    Hash operation;  ///< its name in the timelock once it is queued
    Address proposer;
    uint32_t number = 0;         ///< from 1, in the order of creation
    uint64_t snapshot_s = 0;     ///< votes count as they stood at the end of this second
    uint64_t deadline_s = 0;     ///< last second of voting
    uint64_t created_block = 0;  ///< where its event and with it its calls are to be found
    uint8_t canceled = 0;
    uint8_t queued = 0;
    uint8_t executed = 0;
    uint8_t about_guardian = 0;   ///< 1: replaces the guardian and does nothing else
    uint32_t quorum_percent = 0;  ///< as it was when it was made
    std::array<uint8_t, 8> reserved{};
};
static_assert(Plain<Proposal> && sizeof(Proposal) == 144);

struct ProposalId {
    Hash id;
};
struct BallotKey {
    Hash proposal;
    Address voter;
    friend constexpr bool operator==(const BallotKey&, const BallotKey&) = default;
};
struct Ballot {
    u128 weight = 0;
    uint8_t cast = 0;  ///< 1 + support: against, for, abstain
    std::array<uint8_t, 15> reserved{};
};
static_assert(Plain<BallotKey> && Plain<Ballot>);

/// Calls that wait. `done_s` is 0 until they were carried out.
struct Operation {
    uint64_t queued_s = 0;
    uint64_t delay_s = 0;
    uint64_t done_s = 0;
};
constexpr uint64_t ready_at(const Operation& o) { return o.queued_s + o.delay_s; }

/// What stands still, and from when to when: 0, the timelock; 1 to 5, new stakes of a network.
struct Pause {
    uint64_t since_s = 0;
    uint64_t until_s = 0;  ///< first second in which it goes on
};

struct Books {
    Table<uint8_t, Settings> settings;  ///< one row, key 0
    Table<Hash, Proposal> proposals;
    Table<uint32_t, ProposalId> order;
    Table<BallotKey, Ballot> ballots;
    Table<Hash, Operation> operations;
    Table<uint8_t, Pause> pauses;

    static auto tables(auto& b) {
        return std::tie(b.settings, b.proposals, b.order, b.ballots, b.operations, b.pauses);
    }
};

}  // namespace thaw::protocol::governance
