/// Flash pools: providers lay in the asset, leavers take it at once and leave their shares for it.
///
/// A pool counts its own money: what it was given, what it gave, and what unbonding says it paid
/// for the pool's tickets. The balance of its address is never read into a price, so nobody can
/// change one by sending it something.
#pragma once
#include "thaw/protocol/networks/books.hpp"

namespace thaw::protocol::flash {

/// What leaving at once costs. The marginal fee falls linearly from `fee_max_bps` when the pool is
/// empty to `fee_min_bps` when it has `target` or more.
struct Terms {
    Assets target;
    uint32_t fee_min_bps = 0;
    uint32_t fee_max_bps = 0;
    uint64_t changed_at_s = 0;  ///< 0: since genesis as they were
};
static_assert(Plain<Terms>);

/// One network's pool.
struct Pool {
    Assets cash;       ///< ready to be taken
    Assets collected;  ///< of what unbonding paid the pool ever, counted into `cash` so far
    Assets leaving;    ///< of `cash` and what is to come: owed to providers who have left
    Shares supply;     ///< of the providers
    Shares announced;  ///< of `supply`, set aside to be redeemed
    Assets fees_total;
    Assets volume_total;  ///< assets taken by leavers
    uint64_t ticket = 0;  ///< the newest one of the pool's own
    std::array<uint8_t, 8> reserved{};
};
static_assert(Plain<Pool>);

struct Key {
    Address holder;
    NetworkId network = 0;
    std::array<uint8_t, 3> reserved{};
    friend constexpr bool operator==(const Key&, const Key&) = default;
};
static_assert(Plain<Key>);

/// All that was announced in one frame. The report of that frame prices it: then its shares are
/// gone, and `assets` are owed whatever comes after.
struct LeavingKey {
    uint64_t frame = 0;
    NetworkId network = 0;
    std::array<uint8_t, 7> reserved{};
    friend constexpr bool operator==(const LeavingKey&, const LeavingKey&) = default;
};
struct Leaving {
    Shares shares;  ///< not yet redeemed
    Assets assets;  ///< for them, once priced
    uint64_t priced = 0;
    std::array<uint8_t, 8> reserved{};
};
static_assert(Plain<LeavingKey> && Plain<Leaving>);

/// One provider's part of a frame's.
struct Announced {
    Shares shares;
    uint64_t frame = 0;
    std::array<uint8_t, 8> reserved{};
};
static_assert(Plain<Announced>);

struct Books {
    Table<NetworkId, Terms> terms;
    Table<NetworkId, Pool> pools;
    Table<Key, Shares> balances;
    Table<Key, Announced> announced;
    Table<LeavingKey, Leaving> leaving;

    static auto tables(auto& b) {
        return std::tie(b.terms, b.pools, b.balances, b.announced, b.leaving);
    }
};

}  // namespace thaw::protocol::flash
