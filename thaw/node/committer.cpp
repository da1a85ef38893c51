#include "thaw/node/committer.hpp"

#include "thaw/node/turns.hpp"

namespace thaw::node {

Committer::Committer() : thread_{[this] { run(); }} {}

Committer::~Committer() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void Committer::give(std::function<void()> work) {
    {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [&] { return !work_; });
        work_ = std::move(work);
    }
    changed_.notify_all();
}

void Committer::wait() {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return !work_; });
}

void Committer::run() {
    take_short_turns();
    std::unique_lock lock{mutex_};
    while (true) {
        changed_.wait(lock, [&] { return work_ || stopping_; });
        if (!work_) return;
        lock.unlock();
        work_();
        lock.lock();
        work_ = nullptr;
        changed_.notify_all();
    }
}

}  // namespace thaw::node
