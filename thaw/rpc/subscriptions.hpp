/// What WebSocket clients are told without asking: new heads, logs, pending transactions.
#pragma once
#include <map>

#include "thaw/rpc/log_search.hpp"
#include "thaw/rpc/server.hpp"

namespace thaw::rpc {

class Subscriptions {
  public:
    static constexpr size_t per_session_max = 100;

    explicit Subscriptions(Backend& backend) : backend_{backend} {}

    enum class Kind : uint8_t { heads, logs, pending };
    struct Wish {
        Kind kind = Kind::heads;
        LogFilter filter;
        bool full = false;  ///< pending transactions whole rather than by hash
    };

    /// Says nothing before `activate`: a client must know the id before it hears of it.
    Answer add(const SessionPtr& session, Wish wish);
    void activate(const SessionPtr& session);
    bool remove(const SessionPtr& session, const std::string& id);
    void remove_all(const SessionPtr& session);
    size_t size() const;

    void on_block(const node::BlockPtr& block);
    void on_pending(const Hash& transaction);

  private:
    struct Entry {
        SessionPtr session;
        Wish wish;
        bool active = false;
    };
    /// A copy of those that want this kind, so that nothing is sent under the lock.
    std::vector<std::pair<std::string, Entry>> active(Kind kind) const;

    Backend& backend_;
    mutable std::mutex mutex_;
    std::map<std::string, Entry> entries_;
    uint64_t last_id_ = 0;
};

}  // namespace thaw::rpc
