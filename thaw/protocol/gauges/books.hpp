/// Votes of THAW holders on where stake should go: sums per validator that roll on by themselves
/// from epoch to epoch, and each holder's ballot.
#pragma once
#include "thaw/protocol/networks/books.hpp"

namespace thaw::protocol::gauges {

/// Epochs count from 1, which begins with the chain.
inline constexpr uint64_t epoch_s = 7 * 86'400;
constexpr uint64_t epoch_at(uint64_t genesis_s, uint64_t now_s) {
    return now_s < genesis_s ? 1 : (now_s - genesis_s) / epoch_s + 1;
}

/// `value` halved `times` times, rounded down.
constexpr u128 halved(u128 value, uint64_t times) { return times >= 128 ? 0 : value >> times; }

struct TallyKey {
    uint32_t validator = 0;  ///< 0: all of the network together
    NetworkId network = 0;
    std::array<uint8_t, 3> reserved{};
    friend constexpr bool operator==(const TallyKey&, const TallyKey&) = default;
};
/// Base units of THAW. What was cast in an epoch is in force from the next one on, and halves with
/// each epoch after that. A vote that another one takes the place of stays in force for the rest of
/// its epoch, so that whoever renews early does not lose its say.
struct Tally {
    u128 in_force = 0;
    u128 leaving = 0;    ///< of what is in force: what ends with this epoch
    u128 cast = 0;       ///< in this epoch
    uint64_t epoch = 0;  ///< as of which
    uint64_t reserved = 0;

    /// As it stands in an epoch not before this one.
    constexpr Tally at(uint64_t then) const {
        if (then <= epoch) return *this;
        const u128 stays = (in_force - leaving) >> 1;
        return {.in_force = halved(stays + cast, then - epoch - 1), .epoch = then};
    }
};
static_assert(Plain<TallyKey> && Plain<Tally>);
static_assert(Tally{.cast = 9, .epoch = 3}.at(4).in_force == 9);
static_assert(Tally{.in_force = 7, .cast = 9, .epoch = 3}.at(5).in_force == 6);
static_assert(Tally{.in_force = 7, .leaving = 3, .cast = 9, .epoch = 3}.at(4).in_force == 11);
static_assert(Tally{.in_force = 7, .leaving = 3, .cast = 9, .epoch = 3}.at(4).leaving == 0);

struct BallotKey {
    Address holder;
    NetworkId network = 0;
    std::array<uint8_t, 3> reserved{};
    friend constexpr bool operator==(const BallotKey&, const BallotKey&) = default;
};
inline constexpr size_t choices_max = 8;
struct Choice {
    uint32_t validator = 0;
    uint32_t bps = 0;  ///< of the holder's votes
};
struct Ballot {
    u128 votes = 0;  ///< the holder's at the beginning of the epoch
    uint64_t epoch = 0;
    uint64_t reserved = 0;
    std::array<Choice, choices_max> choices{};
};
static_assert(Plain<BallotKey> && Plain<Ballot> && sizeof(Ballot) == 96);

/// What a choice adds, rounded down.
constexpr u128 part_of(u128 votes, uint32_t bps) {
    return votes / 10'000 * bps + votes % 10'000 * bps / 10'000;
}
static_assert(part_of(19'999, 5'000) == 9'999);

struct Books {
    Table<TallyKey, Tally> tallies;
    Table<BallotKey, Ballot> ballots;

    static auto tables(auto& b) { return std::tie(b.tallies, b.ballots); }
};

}  // namespace thaw::protocol::gauges
