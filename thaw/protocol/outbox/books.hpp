/// Numbered instructions to host chains: intent k of a host is its custody account's transaction
/// with nonce k.
#pragma once
#include "thaw/protocol/networks/books.hpp"

namespace thaw::protocol::outbox {

enum class Kind : uint8_t {
    none = 0,
    bond = 1,     ///< delegate `amount` to `validator`
    unbond = 2,   ///< begin to undelegate `amount` from `validator`
    collect = 3,  ///< withdraw the matured unbonding that intent `reference` began
    payout = 4,   ///< transfer `amount` of `asset` to `recipient`
    move =
        5,  ///< send `amount` of `asset` from this host's custody to the custody on `destination`
};

enum class Status : uint8_t { none = 0, emitted = 1, done = 2, failed = 3 };

struct Key {
    HostId host = 0;
    std::array<uint8_t, 7> reserved{};
    uint64_t intent = 0;  ///< from 0, without gaps
    friend constexpr bool operator==(const Key&, const Key&) = default;
};

struct Intent {
    Kind kind = Kind::none;
    Status status = Status::none;
    NetworkId network = 0;
    AssetId asset = 0;
    uint32_t validator = 0;  ///< id in the network's registry
    uint64_t emitted_at_s = 0;
    Assets amount;
    Hash recipient;           ///< of a payout: host account
    uint64_t reference = 0;   ///< lot of an unbond or collect, withdrawal of a payout
    uint64_t lot_intent = 0;  ///< of a collect: the unbond intent it completes
    HostId destination = 0;   ///< of a move
    std::array<uint8_t, 15> reserved{};
};
static_assert(Plain<Key> && Plain<Intent>);

/// Counters of one host.
struct Host {
    uint64_t emitted = 0;  ///< intents so far; the next one's number
    uint64_t settled =
        0;  ///< outcomes applied; they are applied in order, so these are the first ones
};

struct Books {
    Table<Key, Intent> intents;
    Table<HostId, Host> hosts;

    static auto tables(auto& b) { return std::tie(b.intents, b.hosts); }
};

}  // namespace thaw::protocol::outbox
