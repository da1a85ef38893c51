/// Who wants to hear of what: subscribers to blocks, pending transactions and reverts, and those
/// who wait for one transaction.
#pragma once
#include <functional>
#include <map>
#include <mutex>
#include <span>
#include <unordered_map>
#include <vector>

#include "thaw/base/table.hpp"
#include "thaw/node/block.hpp"

namespace thaw::node {

/// Callbacks of one kind. No lock of the list is held while they run; after `remove` returns, the
/// removed one neither runs nor will (unless it removed itself).
template <class... Args>
class Subscribers {
  public:
    using Callback = std::function<void(Args...)>;

    void add(uint64_t id, Callback callback) {
        auto one = std::make_shared<Subscriber>();
        one->callback = std::move(callback);
        const std::lock_guard lock{mutex_};
        all_.emplace(id, std::move(one));
    }
    void remove(uint64_t id) {
        std::shared_ptr<Subscriber> one;
        {
            const std::lock_guard lock{mutex_};
            const auto at = all_.find(id);
            if (at == all_.end()) return;
            one = std::move(at->second);
            all_.erase(at);
        }
        const std::lock_guard running{one->running};
        one->removed = true;
    }
    void call(const Args&... args) {
        std::vector<std::shared_ptr<Subscriber>> now;
        {
            const std::lock_guard lock{mutex_};
            for (const auto& [id, one] : all_) now.push_back(one);
        }
        for (const auto& one : now) {
            const std::lock_guard running{one->running};
            if (!one->removed) one->callback(args...);
        }
    }

  private:
    struct Subscriber {
        std::recursive_mutex running;
        bool removed = false;
        Callback callback;
    };
    std::mutex mutex_;
    std::map<uint64_t, std::shared_ptr<Subscriber>> all_;
};

/// Callbacks for single transactions, each called once.
class Watchers {
  public:
    using Callback = std::function<void(bool)>;

    void add(const Hash& transaction, Callback callback) {
        const std::lock_guard lock{mutex_};
        waiting_.emplace(transaction, std::move(callback));
    }
    void fire(std::span<const Hash> transactions, bool sealed) {
        if (transactions.empty()) return;
        std::vector<Callback> due;
        {
            const std::lock_guard lock{mutex_};
            for (const Hash& transaction : transactions) {
                const auto [first, last] = waiting_.equal_range(transaction);
                for (auto at = first; at != last; ++at) due.push_back(std::move(at->second));
                waiting_.erase(first, last);
            }
        }
        for (const Callback& callback : due) callback(sealed);
    }
    void fire_all(bool sealed) {
        Waiting due;
        {
            const std::lock_guard lock{mutex_};
            due.swap(waiting_);
        }
        for (const auto& [transaction, callback] : due) callback(sealed);
    }

  private:
    using Waiting = std::unordered_multimap<Hash, Callback, KeyHash>;
    std::mutex mutex_;
    Waiting waiting_;
};

}  // namespace thaw::node
