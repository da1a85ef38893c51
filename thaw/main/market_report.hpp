/// The simulated market for people: a table at the terminal, a page and a picture for the docs.
#pragma once
#include <string>

#include "thaw/sim/market.hpp"

namespace thaw::cli {

/// Runs it and prints what became of each pair; with a directory, writes markets.md and
/// impermanent-loss.svg there too. Throws Failure (refused) where a promise is broken.
void report_market(const sim::MarketOptions& options, const std::string& directory);

}  // namespace thaw::cli
