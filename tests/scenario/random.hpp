/// A small random generator whose numbers are the same on every machine (SplitMix64), for tests,
/// fuzzing and benchmarks.
#pragma once
#include "thaw/base/types.hpp"

namespace thaw::scenario {

class Random {
  public:
    explicit Random(uint64_t seed) : state_{seed} {}
    uint64_t next() {
        uint64_t z = state_ += 0x9e3779b97f4a7c15;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
        z = (z ^ z >> 27) * 0x94d049bb133111eb;
        return z ^ z >> 31;
    }
    /// From 0 to `end` − 1.
    uint64_t below(uint64_t end) { return next() % end; }
    bool chance(uint64_t in) { return below(in) == 0; }
    u128 wide() {
        const u128 high = next();  // in this order: the language leaves that of operands open
        return high << 64 | next();
    }
    /// From 0 to `limit`, small and large magnitudes alike often.
    u128 amount(u128 limit) {
        if (limit == 0) return 0;
        const u128 scaled = (limit >> below(96)) + 1;
        const u128 value = wide() % scaled;
        return value < limit ? value : limit;
    }

  private:
    uint64_t state_;
};

}  // namespace thaw::scenario
