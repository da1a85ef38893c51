/// How long one request may keep a thread that others wait for.
#pragma once
#include <chrono>
#include <stdexcept>

namespace thaw::rpc {

/// Thrown out of a request that has taken too long; whoever asked is told.
struct OutOfTime : std::runtime_error {
    OutOfTime() : runtime_error{"this takes longer than a request may: ask for less at once"} {}
};

/// For what this thread does while it lives. Work of unknown length, a search for instance, looks
/// at it as it goes on; without one there is no limit.
class TimeLimit {
  public:
    using Clock = std::chrono::steady_clock;
    explicit TimeLimit(Clock::duration span) : before_{until_} { until_ = Clock::now() + span; }
    ~TimeLimit() { until_ = before_; }
    TimeLimit(const TimeLimit&) = delete;
    TimeLimit& operator=(const TimeLimit&) = delete;

    static bool is_over() { return until_ != Clock::time_point::max() && Clock::now() > until_; }
    static void check() {
        if (is_over()) throw OutOfTime{};
    }

  private:
    Clock::time_point before_;
    static inline thread_local Clock::time_point until_ = Clock::time_point::max();
};

}  // namespace thaw::rpc
