/// Constant-product pairs: what each has set aside as its reserves, and its price history.
///
/// A pair's address holds its tokens like any account. What it holds beyond its reserves is its
/// surplus: sent there to be minted for, swapped, skimmed or synced, and in no price before that.
/// Reserves are kept in the finest unit of each token's ledger (sub-shares of a liquid token), so
/// that rewards accrue to the liquidity and a rebase moves nothing; they are shown in what
/// `balanceOf` says.
#pragma once
#include "thaw/base/math.hpp"
#include "thaw/protocol/networks/books.hpp"

namespace thaw::protocol::exchange {

/// A sum of prices times seconds, unsigned 224.112-bit fixed point modulo 2^256.
struct Cumulative {
    u128 low = 0;
    u128 high = 0;
};
static_assert(Plain<Cumulative>);

struct Pair {
    u128 reserve0 = 0;  ///< stored units, as all four
    u128 reserve1 = 0;
    u128 last0 = 0;  ///< after the last change of liquidity while a protocol fee was on; else 0
    u128 last1 = 0;
    Cumulative price0;  ///< of token 0 in token 1
    Cumulative price1;
    Address token0;
    Address token1;
    uint32_t updated_at_s = 0;  ///< chain time modulo 2^32
    uint8_t locked = 0;         ///< 1: while a flash loan of its reserves is out
    std::array<uint8_t, 3> reserved{};
};
static_assert(Plain<Pair> && sizeof(Pair) == 176);

/// Who receives a sixth of the fees, if anybody, and who says so.
struct Settings {
    Address fee_to;
    Address fee_to_setter;
    uint64_t pairs = 0;
};
struct Entry {
    Address pair;
    std::array<uint8_t, 4> reserved{};
};
static_assert(Plain<Settings> && Plain<Entry>);

struct Books {
    Table<Address, Pair> pairs;
    Table<uint64_t, Entry> order;       ///< from 0, in the order of creation
    Table<uint8_t, Settings> settings;  ///< one row, key 0

    static auto tables(auto& b) { return std::tie(b.pairs, b.order, b.settings); }
};

}  // namespace thaw::protocol::exchange
