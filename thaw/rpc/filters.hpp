/// Filters that clients poll. Each remembers how far it has been read; those that nobody polls
/// expire.
#pragma once
#include <atomic>
#include <deque>
#include <map>

#include "thaw/rpc/log_search.hpp"

namespace thaw::rpc {

class Filters {
  public:
    static constexpr size_t filters_max = 10'000;
    static constexpr size_t pending_hashes_max = 10'000;  ///< kept; the oldest go first

    explicit Filters(Backend& backend) : backend_{backend} {}

    Answer add_logs(LogFilter filter);
    Answer add_blocks();
    Answer add_pending();
    /// What is new since the last time.
    Answer changes(const std::string& id);
    /// Everything a log filter wants.
    Answer logs(const std::string& id);
    bool remove(const std::string& id);
    size_t size() const;

    void on_pending(const Hash& transaction);
    /// Blocks above `head` are gone: what follows is new again.
    void on_revert(uint64_t head);

  private:
    enum class Kind : uint8_t { logs, blocks, pending };
    struct Entry {
        Kind kind = Kind::logs;
        LogFilter filter;
        uint64_t read_to = 0;  ///< what was told: up to this height, or so many pending hashes
        std::chrono::steady_clock::time_point used;
    };

    Answer add(Entry entry);
    void drop_expired();
    Answer new_pending(Entry& entry);
    void told(const std::string& id, uint64_t from, uint64_t to, uint64_t reverts);
    LogsFound new_logs(const LogFilter& filter, uint64_t read_to, uint64_t head);
    json::array new_blocks(uint64_t read_to, uint64_t head);

    Backend& backend_;
    mutable std::mutex mutex_;
    std::map<std::string, Entry> entries_;
    std::chrono::steady_clock::time_point looked_for_expired_;
    /// The last transactions that came while somebody wanted to know, for all filters of them.
    std::deque<Hash> pending_;
    uint64_t pending_count_ = 0;  ///< those before them included
    std::atomic<size_t> pending_filters_ = 0;
    uint64_t reverts_ = 0;
};

}  // namespace thaw::rpc
