// A random walk through everything that can be sent to a hub, every promise looked at after each
// transaction: `walk SEED STEPS`. Ends with the sentences that were broken, if any were.
#include "tests/scenario/walk.hpp"

#include <cstdio>

#include "tests/scenario/random.hpp"

int main(int argc, char** argv) {
    using namespace thaw::scenario;
    const auto seed = thaw::parse_decimal(argc == 3 ? argv[1] : "");
    const auto steps = thaw::parse_decimal(argc == 3 ? argv[2] : "");
    if (!seed || !steps) {
        std::fprintf(stderr, "walk SEED STEPS\n");
        return 2;
    }
    Random random{static_cast<uint64_t>(*seed)};
    uint64_t step = 0;
    try {
        Walk walk{random, Scenario::Checks::all};
        for (; step < *steps; ++step) walk.step();
    } catch (const Broken& broken) {
        std::printf("seed %s, step %lu: %s\n", argv[1], step, broken.what());
        return 1;
    }
    std::printf("seed %s: %s steps, every promise kept\n", argv[1], argv[2]);
    return 0;
}
