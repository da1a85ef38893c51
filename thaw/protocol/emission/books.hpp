/// Rewards that flow to the holders of a receipt, second by second, out of budgets laid in before.
///
/// A receipt is any issued token; what is counted here is who earns how much of what. The tokens
/// themselves lie with the contract that lays in the budgets (farm).
#pragma once
#include "thaw/protocol/networks/books.hpp"

namespace thaw::protocol::emission {

/// Emitted per receipt since the beginning, in units of the reward: a whole part and 2^-128ths.
struct Growth {
    u128 whole = 0;
    u128 fraction = 0;
    friend constexpr bool operator==(const Growth&, const Growth&) = default;
};
static_assert(Plain<Growth>);

/// The flow of one reward token. Its clock stands still while nobody holds a receipt, so that no
/// empty second is emitted to nobody.
struct Stream {
    Growth growth;
    u128 before = 0;     ///< emitted by schedules that came before the present one
    u128 scheduled = 0;  ///< of the present one: emitted evenly over `duration_s`
    u128 paid = 0;       ///< to holders
    uint64_t duration_s = 0;
    uint64_t elapsed_s = 0;  ///< of `duration_s`, while there were holders
    uint64_t updated_s = 0;
    Address reward;
    std::array<uint8_t, 4> reserved{};
};
static_assert(Plain<Stream> && sizeof(Stream) == 128);

struct StreamKey {
    Address receipt;
    uint8_t slot = 0;
    std::array<uint8_t, 3> reserved{};
    friend constexpr bool operator==(const StreamKey&, const StreamKey&) = default;
};
static_assert(Plain<StreamKey>);

/// How many streams a receipt has: slots 0 to count − 1.
struct Slots {
    uint64_t count = 0;
};

struct HolderKey {
    Address receipt;
    Address holder;
    uint8_t slot = 0;
    std::array<uint8_t, 7> reserved{};
    friend constexpr bool operator==(const HolderKey&, const HolderKey&) = default;
};
static_assert(Plain<HolderKey>);

/// One holder's part of one stream.
struct Earned {
    Growth seen;    ///< up to where it is in `owed`
    u128 owed = 0;  ///< earned and not yet paid
};
static_assert(Plain<Earned>);

struct Books {
    Table<Address, Slots> slots;
    Table<StreamKey, Stream> streams;
    Table<HolderKey, Earned> earned;

    static auto tables(auto& b) { return std::tie(b.slots, b.streams, b.earned); }
};

}  // namespace thaw::protocol::emission
