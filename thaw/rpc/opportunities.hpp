/// Opportunities for pages and for those who act on them: REST, and a stream of their own.
#pragma once
#include <atomic>

#include "thaw/rpc/events.hpp"
#include "thaw/rpc/rest.hpp"

namespace thaw::rpc {

class OpportunityStream {
  public:
    /// Adds both paths. The backend must outlive it.
    OpportunityStream(Rest& rest, Backend& backend);

    /// After each block, from one thread: tells readers what has changed.
    void on_block();
    void beat() { events_.beat(); }

  private:
    std::string text_now() const;

    node::Node& node_;
    Events events_;
    std::atomic<bool> listened_ = false;
    std::string last_;
};

}  // namespace thaw::rpc
