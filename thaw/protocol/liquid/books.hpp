/// The share ledger: who owns which part of each network's pool, whatever face shows it.
#pragma once
#include "thaw/protocol/addresses.hpp"

namespace thaw::protocol::liquid {

struct Key {
    Address holder;
    ContractKind kind = ContractKind::liquid;  ///< which token's holding: liquid, legacy or wrapped
    NetworkId network = 0;
    std::array<uint8_t, 2> reserved{};
    friend constexpr bool operator==(const Key&, const Key&) = default;
};
static_assert(Plain<Key> && sizeof(Key) == 24);

/// One network's pool. Its assets E are what the token ledger locates there, less rewards not yet
/// released.
struct Pool {
    SubShares supply;  ///< S: the sum of all holdings
    Assets releasing;  ///< rewards being released linearly from `release_from_s` to `release_to_s`
    Assets waiting;    ///< rewards above the growth bound, for a later frame's release
    uint64_t release_from_s = 0;
    uint64_t release_to_s = 0;
    uint64_t frame = 0;  ///< last frame reported
    uint64_t reported_at_s = 0;
    Assets rewards_total;  ///< since genesis, before fees
    Assets losses_total;
    Assets fees_total;
    Assets stakes_total;
    Assets exits_total;     ///< paid or owed to finalised tickets
    Assets switched_total;  ///< from the legacy token to the open one
};
static_assert(Plain<Pool>);

/// A second token of a pool: its legacy or its wrapped face.
struct FaceKey {
    ContractKind kind = ContractKind::wrapped;
    NetworkId network = 0;
    friend constexpr bool operator==(const FaceKey&, const FaceKey&) = default;
};

struct Books {
    Table<Key, SubShares> holdings;
    Table<NetworkId, Pool> pools;
    Table<FaceKey, SubShares> faces;  ///< what is held as the second token; the rest is the liquid

    static auto tables(auto& b) { return std::tie(b.holdings, b.pools, b.faces); }
};

}  // namespace thaw::protocol::liquid
