/// Whether the books keep their sentences, for everybody who asks.
#pragma once
#include <chrono>
#include <mutex>

#include "thaw/rpc/backend.hpp"

namespace thaw::rpc {

/// Looking at every row takes as long as there are rows, and no block is published while one
/// sentence is looked at. So where it takes long it is done now and then, and those who ask in
/// between are told what was found last.
class BooksCheck {
  public:
    using Clock = std::chrono::steady_clock;
    /// What takes no longer than `soon_done` is done for everybody; otherwise the books rest for
    /// `rest` times as long as the last look took.
    explicit BooksCheck(const Backend& backend,
                        Clock::duration soon_done = std::chrono::milliseconds{5}, int rest = 20)
        : backend_{backend}, soon_done_{soon_done}, rest_{rest} {}

    /// {"block", "invariants": [{"says", "holds", "block"}]}: each sentence as of its block, the
    /// first one's at the top.
    json::value answer();

  private:
    void look();

    const Backend& backend_;
    const Clock::duration soon_done_;
    const int rest_;
    std::mutex mutex_;  ///< those who ask while somebody looks wait for what is found
    json::value found_;
    Clock::time_point ended_;
    Clock::duration took_{};
};

}  // namespace thaw::rpc
