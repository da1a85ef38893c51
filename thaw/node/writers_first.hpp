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
        if (reading_ == 0) const std::lock_guard after_writers{door_};
        inside_.lock_shared();
        ++reading_;
    }
    void unlock_shared() {
        --reading_;
        inside_.unlock_shared();
    }

  private:
    std::mutex door_;  ///< held by a writer, from when it waits for the readers
    std::shared_mutex inside_;
    /// Locks of this kind, of whatever chain, that this thread reads under.
    static inline thread_local unsigned reading_ = 0;
};

}  // namespace thaw::node
