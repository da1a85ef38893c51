/// How many transactions may wait, from how fast the recent blocks were sealed.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace thaw::node {

/// Wall time decides what is let in and nothing else: what a block holds does not depend on it.
class Pace {
  public:
    /// What was admitted last waits this long: with the way in and out, less than a second.
    static constexpr uint64_t wait_max_us = 300'000;
    /// So many may always wait: blocks of few transactions say little about full ones.
    static constexpr size_t waiting_min = 4'000;

    /// A block of `count` transactions took `us` from the pool to its readers, without the time in
    /// which the one before was still on its way. Each block counts twice as much as the one
    /// before, times its length.
    void sealed(size_t count, uint64_t us) {
        if (count == 0) return;
        count_ = count_ / 2 + count * scale;
        us_ = us_ / 2 + us * scale;
        largest_ = std::max(count, largest_ - largest_ / 4);
    }

    /// At most twice what was shown to be sealed at once: when a flood begins, how fast the node
    /// was without one says little.
    size_t waiting_max() const {
        const uint64_t in_time = count_ * wait_max_us / std::max<uint64_t>(us_, 1);
        return std::max(waiting_min, std::min<size_t>(in_time, 2 * largest_));
    }

  private:
    static constexpr uint64_t scale = 1'024;
    uint64_t count_ = 0;
    uint64_t us_ = 0;
    size_t largest_ = 0;  ///< recent block
};

}  // namespace thaw::node
