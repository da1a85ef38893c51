/// The members, their votes, and what has been decided.
#pragma once
#include "thaw/protocol/networks/books.hpp"

namespace thaw::protocol::oracle {

struct Member {
    Address account;
};
struct Settings {
    uint32_t members = 0;
    uint32_t quorum = 0;
};
/// A subject is what is decided once: a deposit, an outcome, a frame of a network. Keys are hashes
/// of it.
struct VoteKey {
    Hash subject;
    uint32_t member = 0;  ///< from 1
    friend constexpr bool operator==(const VoteKey&, const VoteKey&) = default;
};
struct Decision {
    Hash payload;
};

struct Books {
    Table<uint32_t, Member> members;
    Table<uint8_t, Settings> settings;  ///< one row, key 0
    Table<Address, Settings> numbers;   ///< of an account: `members` is its number, 0 if it is none
    Table<VoteKey, Decision> votes;
    Table<Hash, Decision> decided;

    auto tables() { return std::tie(members, settings, numbers, votes, decided); }
    auto tables() const { return std::tie(members, settings, numbers, votes, decided); }
};

}  // namespace thaw::protocol::oracle
