/// What holders lost lately, and the reports of losses that wait for a second quorum.
#pragma once
#include "thaw/protocol/networks/books.hpp"

namespace thaw::protocol::losses {

/// A report that a quorum signed and that costs holders too much to be booked by it alone. Its
/// validators are in `validators`, in order.
struct Pending {
    Assets loss;     ///< what would reach holders, as the pool stood when it came
    Assets custody;  ///< this and the next as in the report
    Hash payload;    ///< what members signed, and have to confirm
    uint64_t frame = 0;
    uint64_t host_height = 0;
    uint64_t executed = 0;
    uint64_t since_s = 0;
    uint64_t fall_ppb = 0;    ///< `loss` as a part of the pool, 10^9 to all of it
    uint32_t validators = 0;  ///< how many it speaks of
    std::array<uint8_t, 4> reserved{};
};
static_assert(Plain<Pending> && sizeof(Pending) == 112);

struct PendingKey {
    uint32_t index = 0;  ///< from 0
    NetworkId network = 0;
    std::array<uint8_t, 3> reserved{};
    friend constexpr bool operator==(const PendingKey&, const PendingKey&) = default;
};
struct PendingValidator {
    Assets delegated;
    Assets reward;
    Assets slashed;
    Assets total_stake;
    uint32_t id = 0;
    uint16_t commission_bps = 0;
    uint16_t uptime_bps = 0;
    uint8_t jailed = 0;
    std::array<uint8_t, 7> reserved{};
};
static_assert(Plain<PendingValidator> && sizeof(PendingValidator) == 80);

/// Days of chain time since 1970.
struct DayKey {
    uint32_t day = 0;
    NetworkId network = 0;
    std::array<uint8_t, 3> reserved{};
    friend constexpr bool operator==(const DayKey&, const DayKey&) = default;
};
/// The parts of the pool that its holders lost on that day, added up; 10^9 is all of it.
struct Fall {
    uint64_t ppb = 0;
};

struct Books {
    Table<NetworkId, Pending> pending;
    Table<PendingKey, PendingValidator> validators;
    Table<DayKey, Fall> falls;

    static auto tables(auto& b) { return std::tie(b.pending, b.validators, b.falls); }
};

}  // namespace thaw::protocol::losses
