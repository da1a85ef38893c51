/// A lock for many readers or one writer, in which readers cannot keep a writer out.
#pragma once
#include <mutex>
#include <shared_mutex>

namespace thaw::node {

/// A writer waits only for the readers that are inside when it comes; those who come later wait
/// for it. A thread that reads already is let in once more at once: the writer waits for it
/// anyway. To be used through std::unique_lock and std::shared_lock, which must be let go by the
/// thread that took them.
class WritersFirst {
  public:
    void lock() {
        door_.lock();
        inside_.lock();
    }
    void unlock() {
        inside_.unlock();
        door_.unlock();
    }
    void lock_shared() {
        if (read_here_ == this) {
            ++times_;
            return;
        }
        { const std::lock_guard after_writers{door_}; }
        inside_.lock_shared();
        if (read_here_ == nullptr) {
            read_here_ = this;
            times_ = 1;
        }
    }
    void unlock_shared() {
        if (read_here_ == this) {
            if (--times_ > 0) return;
            read_here_ = nullptr;
        }
        inside_.unlock_shared();
    }

  private:
    std::mutex door_;  ///< held by a writer, from when it waits for the readers
    std::shared_mutex inside_;
    /// The first lock under which this thread reads, and how many times. A thread rarely has two.
    static inline thread_local const WritersFirst* read_here_ = nullptr;
    static inline thread_local unsigned times_ = 0;
};

}  // namespace thaw::node
