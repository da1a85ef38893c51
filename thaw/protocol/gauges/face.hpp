/// Gauges: holders of THAW say with their votes which validators should have how much. A vote is in
/// force from the next epoch on, and halves with each epoch in which it is not cast anew.
#pragma once
#include "thaw/protocol/gauges/books.hpp"
#include "thaw/protocol/validators/face.hpp"
#include "thaw/protocol/votes/face.hpp"

namespace thaw::protocol::gauges {

struct Voted {
    static constexpr std::string_view abi =
        "Voted(address indexed holder, uint8 indexed network, uint64 epoch, uint256 votes, "
        "uint32[] validators, uint32[] bps)";
    Address holder;
    NetworkId network;
    uint64_t epoch;
    u128 votes;
    std::vector<uint32_t> validators;
    std::vector<uint32_t> bps;
};
struct VoteLowered {
    static constexpr std::string_view abi =
        "VoteLowered(address indexed holder, uint8 indexed network, uint64 epoch, uint256 before, "
        "uint256 now)";
    Address holder;
    NetworkId network;
    uint64_t epoch;
    u128 before;
    u128 now;
};
struct NoVotes {
    static constexpr std::string_view abi = "NoVotes(address holder, uint64 at)";
    Address holder;
    uint64_t at_s;
};
struct BallotMalformed {
    static constexpr std::string_view abi = "BallotMalformed(string reason)";
    std::string reason;
};
struct NothingToLower {
    static constexpr std::string_view abi = "NothingToLower(address holder, uint8 network)";
    Address holder;
    NetworkId network;
};

/// How a network's gauge stands. Votes in base units of THAW.
struct Standing {
    using AbiTuple = void;
    uint64_t epoch = 0;
    uint64_t next_epoch_s = 0;
    u128 in_force = 0;
    u128 cast = 0;                   ///< in this epoch, in force from the next
    u128 quorum = 0;                 ///< from so many in force on, holders' votes are the weights
    bool decides = false;            ///< whether they are
    std::vector<u128> by_validator;  ///< in force, by id from 1
    std::vector<u128> cast_by_validator;  ///< in this epoch
};
/// What a holder voted last.
struct BallotSeen {
    using AbiTuple = void;
    uint64_t epoch = 0;
    u128 votes = 0;
    std::vector<uint32_t> validators;
    std::vector<uint32_t> bps;
};

/// Casts the caller's votes of a network, those it had when the epoch began, in hundredths of a per
/// cent for each validator named, at most eight, in ascending order; all of them at most 10000. It
/// replaces what is left of the caller's vote before; no validator: takes it back.
Result<void> vote(Call& call, NetworkId network, std::vector<uint32_t> validators,
                  std::vector<uint32_t> bps);
/// Lowers a holder's vote to the votes that it still has, by anybody: who has sold does not go on
/// voting.
Result<void> refresh(Call& call, Address holder, NetworkId network);
Result<Standing> gauge(const Query& query, NetworkId network);
Result<BallotSeen> ballot(const Query& query, Address holder, NetworkId network);

using Face = Interface<
    Events<Voted, VoteLowered>,
    Errors<NoVotes, BallotMalformed, NothingToLower, validators::UnknownNetwork,
           validators::UnknownValidator>,
    Fn<"vote(uint8 network, uint32[] validators, uint32[] bps)", vote>,
    Fn<"refresh(address holder, uint8 network)", refresh>,
    Fn<"gauge(uint8 network) view returns ((uint64 epoch, uint64 nextEpoch, uint256 inForce, "
       "uint256 cast, uint256 quorum, bool decides, uint256[] byValidator, uint256[] "
       "castByValidator))",
       gauge>,
    Fn<"ballot(address holder, uint8 network) view returns ((uint64 epoch, uint256 votes, uint32[] "
       "validators, uint32[] bps))",
       ballot>>;

}  // namespace thaw::protocol::gauges
