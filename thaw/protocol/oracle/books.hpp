/// The members, their votes, and what has been decided.
#pragma once
#include "thaw/protocol/networks/books.hpp"

namespace thaw::protocol::oracle {

/// By place: 1 to the number of members, without gaps.
struct Member {
    Address account;
    uint32_t id = 0;  ///< its votes are kept under it; given once, so that nobody inherits votes
};
static_assert(Plain<Member> && sizeof(Member) == 24);
struct Settings {
    uint32_t members = 0;
    uint32_t quorum = 0;
    uint32_t last_id = 0;
    std::array<uint8_t, 4> reserved{};
    uint64_t changed_at_s = 0;  ///< the set of members or its quorum; 0: never
};
static_assert(Plain<Settings> && sizeof(Settings) == 24);
struct Number {
    uint32_t place = 0;  ///< 0: no member
    uint32_t id = 0;
};
/// A subject is what is decided once: a deposit, an outcome, a frame of a network. Keys are hashes
/// of it.
struct VoteKey {
    Hash subject;
    uint32_t member = 0;  ///< its id
    friend constexpr bool operator==(const VoteKey&, const VoteKey&) = default;
};
struct Decision {
    Hash payload;
};

struct Books {
    Table<uint32_t, Member> members;
    Table<uint8_t, Settings> settings;  ///< one row, key 0
    Table<Address, Number> numbers;
    Table<VoteKey, Decision> votes;
    Table<Hash, Decision> decided;

    static auto tables(auto& b) {
        return std::tie(b.members, b.settings, b.numbers, b.votes, b.decided);
    }
};

}  // namespace thaw::protocol::oracle
