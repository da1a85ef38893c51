/// What came in, what goes out, and what lies in custody on each host.
#pragma once
#include "thaw/protocol/networks/books.hpp"

namespace thaw::protocol::bridge {

struct CustodyKey {
    HostId host = 0;
    AssetId asset = 0;
    friend constexpr bool operator==(const CustodyKey&, const CustodyKey&) = default;
};
/// Liquid balance of a custody account, as instructions and deposits make it.
struct Custody {
    Assets liquid;
    Assets committed;  ///< of it: promised to instructions that are under way
};

/// A withdrawal from the moment the user's assets are burned.
struct Withdrawal {
    Assets amount;
    Hash recipient;
    Address owner;
    AssetId asset = 0;
    HostId host = 0;
    uint8_t status = 0;  ///< 1 delayed, 2 on its way, 3 paid, 4 failed and returned to the owner
    uint8_t reserved = 0;
    uint64_t release_at_s = 0;
    uint64_t intent = 0;
    uint64_t padding = 0;
};
static_assert(Plain<Withdrawal>);

struct Count {
    uint64_t withdrawals = 0;  ///< ids count from 1
    uint64_t released = 0;     ///< ids up to this one are no longer delayed, in order of request
};

/// Net outflow of one asset in one hour of the rolling day.
struct SlotKey {
    AssetId asset = 0;
    uint8_t slot = 0;  ///< hour number modulo 24
    friend constexpr bool operator==(const SlotKey&, const SlotKey&) = default;
};
struct Slot {
    Assets out;
    Assets in;
    uint64_t hour = 0;
    uint64_t padding = 0;
};
static_assert(Plain<Slot>);

struct Books {
    Table<CustodyKey, Custody> custody;
    Table<uint64_t, Withdrawal> withdrawals;
    Table<uint8_t, Count> counts;  ///< one row, key 0
    Table<SlotKey, Slot> slots;

    static auto tables(auto& b) { return std::tie(b.custody, b.withdrawals, b.counts, b.slots); }
};

}  // namespace thaw::protocol::bridge
