// What a transfer, a stake, a claim and a report cost in a hub with so many accounts.
//   bench_growth ACCOUNTS RUNS
#include "bench/growth.hpp"

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: bench_growth ACCOUNTS RUNS\n");
        return 2;
    }
    thaw::bench::measure_growth(static_cast<uint64_t>(std::atoll(argv[1])),
                                static_cast<uint64_t>(std::atoll(argv[2])));
}
