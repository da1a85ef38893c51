/// Those who wait for a block, and for how long at most.
#pragma once
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace thaw::rpc {

/// All wait equally long, so they lose their patience in the order in which they came: a queue and
/// one timer do for any number of them.
class Patience {
  public:
    struct Waiter {
        virtual ~Waiter() = default;
        virtual bool served() const = 0;
        /// Its time is over. It may have been served meanwhile.
        virtual void give_up() = 0;
    };
    /// Runs something after a while.
    using After = std::function<void(std::chrono::milliseconds, std::function<void()>)>;

    explicit Patience(std::chrono::milliseconds longest) : longest_{longest} {}

    /// `after` is what the timer is set by; it and this must live until it has run.
    void wait(const std::shared_ptr<Waiter>& waiter, const After& after) {
        const std::lock_guard lock{mutex_};
        while (!queue_.empty() && is_served(queue_.front())) queue_.pop_front();
        queue_.push_back({Clock::now() + longest_, waiter});
        if (!timer_is_set_) set_timer(longest_, after);
    }

  private:
    using Clock = std::chrono::steady_clock;
    struct Place {
        Clock::time_point until;
        std::weak_ptr<Waiter> waiter;
    };

    static bool is_served(const Place& place) {
        const auto waiter = place.waiter.lock();
        return !waiter || waiter->served();
    }
    void set_timer(std::chrono::milliseconds delay, const After& after) {
        timer_is_set_ = true;
        after(delay, [this, &after] { look(after); });
    }
    void look(const After& after) {
        std::vector<std::shared_ptr<Waiter>> late;
        {
            const std::lock_guard lock{mutex_};
            const auto now = Clock::now();
            timer_is_set_ = false;
            for (; !queue_.empty(); queue_.pop_front()) {
                const Place& first = queue_.front();
                if (is_served(first)) continue;
                if (first.until > now) {
                    set_timer(std::chrono::ceil<std::chrono::milliseconds>(first.until - now),
                              after);
                    break;
                }
                late.push_back(first.waiter.lock());
            }
        }
        for (const auto& waiter : late)
            if (waiter) waiter->give_up();
    }

    const std::chrono::milliseconds longest_;
    std::mutex mutex_;
    std::deque<Place> queue_;
    bool timer_is_set_ = false;
};

}  // namespace thaw::rpc
