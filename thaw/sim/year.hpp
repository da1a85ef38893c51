/// A simulated stretch of time: the hub, six hosts on which things go wrong, and people who come
/// and go, all from one seed and in one process. Every promise is looked at as it goes.
#pragma once
#include <functional>

#include "thaw/sim/crowd.hpp"

namespace thaw::sim {

struct YearOptions {
    uint64_t seed = 1;
    uint32_t days = 365;
    uint32_t agents = 10'000;
    /// What they do in a day, all together; 0: one act for every four of them.
    uint32_t acts_per_day = 0;
    /// Frames between two looks at all invariants. That no rate falls without a loss is looked at
    /// after every transaction.
    uint32_t check_every_frames = 1;
    bool misfortune = true;
    protocol::Genesis parameters = protocol::default_genesis();
    /// Told after each day how many are over.
    std::function<void(uint32_t)> progress;
};

/// One network at the end. Amounts in base units.
struct NetworkYear {
    std::string name, symbol;
    unsigned decimals = 0;
    Assets assets;                                ///< of the pool
    uint64_t rate_start_e9 = 0, rate_end_e9 = 0;  ///< base units to 10^9 whole shares
    Assets rewards, fees, losses, paid;           ///< since genesis; paid to those who left
    uint64_t tickets = 0, batches = 0, frames = 0;
};
/// One host at the end.
struct HostYear {
    std::string_view name;
    uint64_t instructions = 0, failed = 0, reorganisations = 0;
    uint64_t lost = 0;       ///< times that an instruction had to be sent again
    uint64_t slowest_s = 0;  ///< the longest between an instruction and its outcome at the hub
};
struct YearResult {
    std::vector<NetworkYear> networks;
    std::vector<HostYear> hosts;
    std::array<Crowd::Count, act_count> acts{};
    std::map<uint32_t, Crowd::Refusal> refusals;  ///< by selector of the error
    uint64_t transactions = 0;
    uint64_t checks = 0;            ///< looks at all invariants
    uint64_t courier_reverts = 0;   ///< what the courier said and the hub refused
    uint64_t slowest_ticket_s = 0;  ///< the oldest age of an open ticket on any day
    uint64_t latest_ticket_s = 0;   ///< the most that one was beyond its promise (Q-5)
    Hash digest;
};

/// What does not hold. Thrown with a sentence that names the day.
struct Broken : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Runs it, then a quiet time without people and misfortune, after which everything that was asked
/// for must have happened: every ticket paid, every instruction settled, every frame reported, and
/// the hub's supply of each asset what lies behind custody, but for units a host rounded since.
/// Throws Broken.
YearResult simulate_year(const YearOptions& options);

/// What goes wrong on a host in a simulation.
hosts::Misfortune ordinary_misfortune(protocol::HostId host);

}  // namespace thaw::sim
