/// Four bad weeks of the lending markets, played in one process: who pays what.
#pragma once
#include <stdexcept>
#include <string>
#include <vector>

#include "thaw/base/types.hpp"

namespace thaw::sim {

/// One side of a bad week, at fair prices, its debts taken off. Cents of a dollar.
struct Side {
    std::string who;
    int64_t before = 0;
    int64_t after = 0;
};

struct BadWeek {
    std::string name;
    std::string story;
    std::vector<Side> sides;
    int64_t reserves = 0, insurance = 0, deficit = 0;  ///< of all markets, at the end; cents
    uint64_t liquidations = 0;
    uint64_t hours_without_cash = 0;    ///< in which suppliers could withdraw nothing
    uint64_t rate_worst_bps = 0;        ///< a year's, paid by borrowers at the worst moment
    uint64_t liquidated_at_market = 0;  ///< positions that a lender by the market price would take
};

/// A promise that did not hold on the way.
struct StressBroken : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A fall of half in one block, full use for seven days, a halted network, and a liquid token that
/// trades 30 % under fair value for seven days. Every invariant is looked at after each hour.
std::vector<BadWeek> stress_lending();

}  // namespace thaw::sim
