/// A small random generator whose numbers are the same on every machine (SplitMix64).
#pragma once
#include "thaw/base/types.hpp"

namespace thaw::sim {

class Random {
  public:
    explicit Random(uint64_t seed) : state_{seed} {}
    uint64_t next() {
        uint64_t z = state_ += 0x9e3779b97f4a7c15;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
        z = (z ^ z >> 27) * 0x94d049bb133111eb;
        return z ^ z >> 31;
    }
    /// From 0 to `end` − 1. Requires end > 0.
    uint64_t below(uint64_t end) { return next() % end; }
    /// From 1 to `most`, small and large magnitudes alike often; 0 when that is 0.
    u128 amount(u128 most) {
        if (most == 0) return 0;
        const u128 high = next();
        const u128 wide = high << 64 | next();
        return wide % ((most >> below(12)) + 1) % most + 1;
    }

  private:
    uint64_t state_;
};

}  // namespace thaw::sim
