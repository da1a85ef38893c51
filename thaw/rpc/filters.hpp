/// Filters that clients poll. Each remembers how far it has been read; those that nobody polls
/// expire.
#pragma once
#include <deque>
#include <map>

#include "thaw/rpc/log_search.hpp"

namespace thaw::rpc {

class Filters {
  public:
    static constexpr size_t filters_max = 10'000;
    static constexpr size_t pending_hashes_max =
        10'000;  ///< kept for one filter; the oldest go first

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
        uint64_t read_to = 0;  ///< height up to which changes were told
        std::deque<Hash> hashes;
        std::chrono::steady_clock::time_point used;
    };

    Answer add(Entry entry);
    void drop_expired();
    Answer new_logs(const LogFilter& filter, uint64_t read_to, uint64_t head);
    Answer new_blocks(uint64_t read_to, uint64_t head);

    Backend& backend_;
    mutable std::mutex mutex_;
    std::map<std::string, Entry> entries_;
};

}  // namespace thaw::rpc
