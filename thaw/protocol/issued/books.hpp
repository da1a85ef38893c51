/// Tokens that the hub's own modules issue while it runs (liquidity tokens, receipts, vault
/// shares, wrapped ether), one ledger for all of them; and by it the registry of contracts that
/// came into being after genesis.
#pragma once
#include "thaw/protocol/networks/books.hpp"

namespace thaw::protocol::issued {

/// Which module issued a token, and so which face answers at its address.
enum class InstanceKind : uint8_t {
    plain = 0,  ///< an ERC-20 and nothing else
    weth = 1,
    pair = 2,
    stable_pair = 3,
    farm = 4,
    vault = 5,
    lending = 6,
};

/// One issued token, by its address.
struct Issue {
    u128 supply = 0;
    uint64_t id = 0;      ///< what its module calls it
    uint64_t number = 0;  ///< 1, 2, … in the order of creation; `create` sets it
    Label<32> name;       ///< of its EIP-712 domain too
    Label<24> symbol;
    InstanceKind kind = InstanceKind::plain;
    uint8_t decimals = 0;
    std::array<uint8_t, 6> reserved{};
};
static_assert(Plain<Issue> && sizeof(Issue) == 96);

struct Key {
    Address token;
    Address holder;
    friend constexpr bool operator==(const Key&, const Key&) = default;
};
static_assert(Plain<Key>);

struct Balance {
    u128 value = 0;
};
struct Entry {
    Address token;
    std::array<uint8_t, 4> reserved{};
};
struct Count {
    uint64_t issued = 0;
};
static_assert(Plain<Balance> && Plain<Entry> && Plain<Count>);

struct Books {
    Table<Address, Issue> issues;
    Table<uint64_t, Entry> order;  ///< by number
    Table<uint8_t, Count> counts;  ///< one row, key 0
    Table<Key, Balance> balances;

    static auto tables(auto& b) { return std::tie(b.issues, b.order, b.counts, b.balances); }
};

}  // namespace thaw::protocol::issued
