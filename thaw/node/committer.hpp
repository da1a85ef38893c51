/// A thread that makes blocks durable and visible, while the writer puts the next one together.
#pragma once
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace thaw::node {

/// One piece of work at a time, in the order given. For one giver.
class Committer {
  public:
    Committer();
    /// Finishes what was given.
    ~Committer();
    Committer(const Committer&) = delete;
    Committer& operator=(const Committer&) = delete;

    /// Returns as soon as the work given before is done.
    void give(std::function<void()> work);
    /// Returns when all work is done.
    void wait();
    /// True on its own thread.
    bool is_here() const { return std::this_thread::get_id() == thread_.get_id(); }

  private:
    void run();

    std::mutex mutex_;
    std::condition_variable changed_;
    std::function<void()> work_;  ///< empty: there is none
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace thaw::node
