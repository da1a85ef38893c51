/// The vaults: what each counts as its own, and where it works.
#pragma once
#include "thaw/protocol/networks/books.hpp"
#include "thaw/protocol/vault/math.hpp"

namespace thaw::protocol::vault {

/// One vault, by its address, which is its share token's too. With a farm, it stakes `asset` there
/// and counts ledger units of it; without one, it stakes a network's asset and counts that.
struct Vault {
    Position position;
    u128 idle = 0;    ///< without a farm: assets that wait to be staked
    SubShares works;  ///< without a farm: sub-shares of the liquid token, counted by the vault
    Address asset;
    Address farm;
    uint64_t id = 0;  ///< 1, 2, … in the order of creation
};
static_assert(Plain<Vault> && sizeof(Vault) == 160);

struct Entry {
    Address vault;
};
struct Count {
    uint64_t vaults = 0;
};

struct Books {
    Table<Address, Vault> vaults;
    Table<uint64_t, Entry> order;  ///< by id
    Table<uint8_t, Count> counts;  ///< one row, key 0

    auto tables() { return std::tie(vaults, order, counts); }
    auto tables() const { return std::tie(vaults, order, counts); }
};

}  // namespace thaw::protocol::vault
