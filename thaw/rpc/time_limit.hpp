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
/// at it as it goes on; without one there is no limit. The span begins now, whenever the request
/// came.
class TimeLimit {
  public:
    using Clock = std::chrono::steady_clock;
    explicit TimeLimit(Clock::duration span, Clock::time_point asked = Clock::now())
        : until_before_{until_}, waited_before_{waited_} {
        until_ = Clock::now() + span;
        waited_ = Clock::now() - asked;
    }
    ~TimeLimit() {
        until_ = until_before_;
        waited_ = waited_before_;
    }
    TimeLimit(const TimeLimit&) = delete;
    TimeLimit& operator=(const TimeLimit&) = delete;

    static bool is_over() { return until_ != Clock::time_point::max() && Clock::now() > until_; }
    static void check() {
        if (is_over()) throw OutOfTime{};
    }
    /// How long what this thread does has waited for its turn.
    static Clock::duration waited() { return waited_; }

  private:
    Clock::time_point until_before_;
    Clock::duration waited_before_;
    static inline thread_local Clock::time_point until_ = Clock::time_point::max();
    static inline thread_local Clock::duration waited_{};
};

}  // namespace thaw::rpc
