/// Whom each holder of THAW lets vote for it, and every delegate's votes at each past second.
#pragma once
#include "thaw/protocol/networks/books.hpp"

namespace thaw::protocol::votes {

struct Choice {
    Address delegate;
};
struct CheckpointKey {
    Address account;
    uint32_t index = 0;
    friend constexpr bool operator==(const CheckpointKey&, const CheckpointKey&) = default;
};
/// What an account had from a second on, until the next checkpoint.
struct Checkpoint {
    u128 votes = 0;
    uint64_t at_s = 0;
    uint64_t reserved = 0;
};
static_assert(Plain<CheckpointKey> && Plain<Checkpoint>);

struct Length {
    uint32_t checkpoints = 0;
};

/// The zero address has the checkpoints of the whole supply.
struct Books {
    Table<Address, Choice> choices;
    Table<CheckpointKey, Checkpoint> checkpoints;
    Table<Address, Length> lengths;

    static auto tables(auto& b) { return std::tie(b.choices, b.checkpoints, b.lengths); }
};

}  // namespace thaw::protocol::votes
