#include "thaw/node/clock.hpp"

#include <chrono>

#include "thaw/base/types.hpp"

namespace thaw::node {

namespace {

uint64_t wall_ms() {
    const auto since = std::chrono::steady_clock::now().time_since_epoch();
    return static_cast<uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
}

}  // namespace

DevClock::DevClock(uint64_t start_s, uint64_t speed_milli) : speed_milli_{speed_milli} {
    start_from(start_s);
}

uint64_t DevClock::now_s() {
    const std::lock_guard lock{mutex_};
    return now_locked();
}

uint64_t DevClock::block_s() {
    const std::lock_guard lock{mutex_};
    const uint64_t now = now_locked();
    if (pinned_s_) start_from(now);
    return now;
}

void DevClock::advance(uint64_t seconds) {
    const std::lock_guard lock{mutex_};
    start_from(now_locked() + seconds);
}

bool DevClock::jump_to(uint64_t at_s) {
    const std::lock_guard lock{mutex_};
    if (at_s < now_locked()) return false;
    pinned_s_ = at_s;
    return true;
}

void DevClock::reset(uint64_t at_s) {
    const std::lock_guard lock{mutex_};
    start_from(at_s);
}

uint64_t DevClock::now_locked() const {
    if (pinned_s_) return *pinned_s_;
    const u128 passed = u128{wall_ms() - origin_wall_ms_} * speed_milli_ / 1'000'000;
    return origin_chain_s_ + static_cast<uint64_t>(passed);
}

void DevClock::start_from(uint64_t at_s) {
    origin_wall_ms_ = wall_ms();
    origin_chain_s_ = at_s;
    pinned_s_.reset();
}

}  // namespace thaw::node
