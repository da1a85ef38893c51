#include "thaw/sim/year.hpp"

#include <gtest/gtest.h>

namespace thaw::sim {
namespace {

YearOptions week(uint64_t seed) {
    YearOptions options;
    options.seed = seed;
    options.days = 7;
    options.agents = 60;
    options.acts_per_day = 60;
    return options;
}

TEST(Year, TheSameSeedGivesTheSameDigest) {
    const YearResult first = simulate_year(week(1));
    const YearResult again = simulate_year(week(1));
    EXPECT_EQ(first.digest, again.digest);
    EXPECT_EQ(first.transactions, again.transactions);
    EXPECT_NE(simulate_year(week(2)).digest, first.digest);
    EXPECT_EQ(first.courier_reverts, 0u);
    for (const NetworkYear& network : first.networks)
        EXPECT_GT(network.rewards.value, 0u) << network.name;
    uint64_t mishaps = 0;
    for (const HostYear& host : first.hosts)
        mishaps += host.failed + host.lost + host.reorganisations;
    EXPECT_GT(mishaps, 0u);
}

TEST(Year, FairWeatherLosesNothing) {
    YearOptions options = week(3);
    options.misfortune = false;
    const YearResult result = simulate_year(options);
    for (const NetworkYear& network : result.networks) {
        EXPECT_EQ(network.losses.value, 0u) << network.name;
        EXPECT_GE(network.rate_end_e9, network.rate_start_e9) << network.name;
    }
}

}  // namespace
}  // namespace thaw::sim
