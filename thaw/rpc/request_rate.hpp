/// How many requests one address may send: a token bucket each, so that nobody's flood is others'
/// wait.
#pragma once
#include <chrono>
#include <map>
#include <mutex>
#include <string>

namespace thaw::rpc {

/// Lets `per_second` requests of each address through, and as many at once after a quiet second.
class RequestRate {
  public:
    using Clock = std::chrono::steady_clock;
    static constexpr size_t addresses_max = 65'536;  ///< remembered; the quietest go first

    /// 0: no limit.
    explicit RequestRate(uint32_t per_second) : per_second_{per_second} {}

    /// Whether a request of `address` may be answered at `now`; counts it when so.
    bool admit(const std::string& address, Clock::time_point now);
    /// Counts more that came with one which was admitted, in a batch: it is answered as a whole,
    /// and who sent it waits the longer.
    void owe(const std::string& address, size_t requests);
    bool is_limited() const { return per_second_ != 0; }
    uint32_t per_second() const { return per_second_; }

  private:
    using Span = std::chrono::nanoseconds;
    /// Time in which one request's worth of allowance grows.
    Span step() const { return Span{std::chrono::seconds{1}} / per_second_; }
    void forget_quiet(Clock::time_point now);

    uint32_t per_second_;
    std::mutex mutex_;
    std::map<std::string, Clock::time_point> used_up_to_;  ///< generic cell rate (ITU-T I.371)
};

}  // namespace thaw::rpc
