/// The farms: what is staked in each, and who looks after it. What flows to whom is in emission.
#pragma once
#include "thaw/protocol/networks/books.hpp"

namespace thaw::protocol::farm {

/// One farm, by its address, which is its receipt's too: a receipt stands for one ledger unit of
/// `coin`, so the receipts' supply is what is staked.
struct Farm {
    Address coin;
    Address manager;  ///< who may add reward tokens
    uint64_t id = 0;  ///< 1, 2, … in the order of creation
};
static_assert(Plain<Farm> && sizeof(Farm) == 48);

struct Entry {
    Address farm;
};
struct Count {
    uint64_t farms = 0;
};

struct Books {
    Table<Address, Farm> farms;
    Table<uint64_t, Entry> order;  ///< by id
    Table<uint8_t, Count> counts;  ///< one row, key 0

    static auto tables(auto& b) { return std::tie(b.farms, b.order, b.counts); }
};

}  // namespace thaw::protocol::farm
