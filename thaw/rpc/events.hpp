/// Server-sent events for live pages: one stream that tells what happens as it happens.
#pragma once
#include <mutex>

#include "thaw/rpc/backend.hpp"
#include "thaw/rpc/server.hpp"

namespace thaw::rpc {

/// Safe to use from any thread.
class Events {
  public:
    /// Lets a reader in. It hears first what `begin` says, then every event published afterwards.
    void add(const SessionPtr& reader, std::string begin);
    /// Tells every reader; `event` is as `event_text` makes it.
    void publish(const std::string& event);
    /// Keeps quiet connections alive across proxies, and forgets readers that left.
    void beat();

  private:
    mutable std::mutex mutex_;
    std::vector<std::weak_ptr<Session>> readers_;  ///< each lives as long as its connection
};

/// One event in the format of the HTML standard; `data` is one line.
std::string event_text(std::string_view name, std::string_view data);
/// What the event "block" says: height, hash, time, and how many transactions.
std::string block_event(const node::BlockPtr& block);

}  // namespace thaw::rpc
