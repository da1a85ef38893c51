/// Chain time: a seam, because the simulator and the dev methods move it.
#pragma once
#include <cstdint>
#include <mutex>
#include <optional>

namespace thaw::node {

class Clock {
  public:
    virtual ~Clock() = default;
    /// Seconds since 1970 on the chain. Falls only by `reset`.
    virtual uint64_t now_s() = 0;
    /// The time of the block that is being built. Asked once per block.
    virtual uint64_t block_s() { return now_s(); }
    /// After a revert of blocks, or a restart: time goes on from here. A clock that shows real time
    /// ignores it.
    virtual void reset(uint64_t at_s) = 0;
};

/// Chain time that runs `speed` times as fast as the wall and can be pushed forward. Safe to use
/// from any thread.
class DevClock final : public Clock {
  public:
    /// Starts at `start_s` of chain time now; `speed_milli` is chain seconds per wall second, in
    /// thousandths.
    DevClock(uint64_t start_s, uint64_t speed_milli);
    uint64_t now_s() override;
    uint64_t block_s() override;
    /// evm_increaseTime.
    void advance(uint64_t seconds);
    /// evm_setNextBlockTimestamp: jumps forward to `at_s` and stands still there until a block has
    /// been built with exactly this time; false when that is in the past.
    bool jump_to(uint64_t at_s);
    void reset(uint64_t at_s) override;

  private:
    uint64_t now_locked() const;
    void start_from(uint64_t at_s);

    mutable std::mutex mutex_;
    uint64_t speed_milli_;
    uint64_t origin_wall_ms_ = 0;
    uint64_t origin_chain_s_ = 0;
    std::optional<uint64_t> pinned_s_;  ///< the exact time of the next block
};

}  // namespace thaw::node
