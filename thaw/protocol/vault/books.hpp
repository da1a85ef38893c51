/// The vaults: what each counts as its own, and where it works.
#pragma once
#include "thaw/protocol/exchange/books.hpp"
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

/// What a vault has earned and not yet put to work: ledger units of a token.
struct CarryKey {
    Address vault;
    Address token;
    friend constexpr bool operator==(const CarryKey&, const CarryKey&) = default;
};
struct Carried {
    u128 units = 0;
};
static_assert(Plain<CarryKey> && Plain<Carried>);

/// A pair's sums of prices times seconds at a time, from which means are taken.
struct Observation {
    exchange::Cumulative price0;
    exchange::Cumulative price1;
    uint64_t at_s = 0;
    std::array<uint8_t, 8> reserved{};
};
/// The newest two, so that noting one more never leaves it without one that is old enough.
struct Observed {
    Observation newer;
    Observation older;
};
static_assert(Plain<Observed>);

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
    Table<CarryKey, Carried> carried;
    Table<Address, Observed> observed;  ///< by pair

    static auto tables(auto& b) {
        return std::tie(b.vaults, b.order, b.counts, b.carried, b.observed);
    }
};

}  // namespace thaw::protocol::vault
