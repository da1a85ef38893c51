#include "thaw/rpc/request_rate.hpp"

#include <algorithm>

namespace thaw::rpc {

bool RequestRate::admit(const std::string& address, Clock::time_point now) {
    if (per_second_ == 0) return true;
    const std::lock_guard lock{mutex_};
    if (used_up_to_.size() >= addresses_max && !used_up_to_.contains(address)) forget_quiet(now);
    auto& used = used_up_to_[address];
    const auto next = std::max(used, now) + step();
    if (next > now + std::chrono::seconds{1}) return false;
    used = next;
    return true;
}

void RequestRate::owe(const std::string& address, size_t requests) {
    const std::lock_guard lock{mutex_};
    if (const auto it = used_up_to_.find(address); it != used_up_to_.end())
        it->second += requests * step();
}

void RequestRate::forget_quiet(Clock::time_point now) {
    std::erase_if(used_up_to_, [now](const auto& entry) { return entry.second <= now; });
    if (used_up_to_.size() >= addresses_max) used_up_to_.clear();  // a flood of addresses
}

}  // namespace thaw::rpc
