/// Folds blocks into the rows of the store behind the writer's back, so that a restart need not
/// begin at genesis. Each step is atomic with its height.
#pragma once
#include <condition_variable>
#include <thread>

#include "thaw/node/chain.hpp"

namespace thaw::node {

class Checkpoint {
  public:
    struct Limits {
        uint64_t blocks_max;       ///< that come before they are folded, or many bytes of changes
        uint64_t table_bytes_min;  ///< of changes that go past the log
    };
    /// `on_fault` is called once, from the thread, when the disk fails.
    Checkpoint(Store& store, Chain& chain, const Limits& limits,
               std::function<void(const std::string&)> on_fault);
    ~Checkpoint();

    /// To be told of each block.
    void note(uint64_t change_bytes);
    /// Folds everything published so far, now and in the caller's thread.
    IoResult<> fold_all();
    /// Nothing is folded while this is held: for taking blocks back.
    std::unique_lock<std::mutex> pause() { return std::unique_lock{folding_}; }

  private:
    void run();
    /// Blocks after the checkpoint, when the node starts.
    uint64_t unfolded() const;
    /// Returns the height reached: the target, unless the program ends.
    IoResult<uint64_t> fold_to(uint64_t target, Store::Way way);

    Store& store_;
    Chain& chain_;
    const Limits limits_;
    const std::function<void(const std::string&)> on_fault_;
    std::mutex folding_;
    std::mutex mutex_;
    std::condition_variable wake_;
    uint64_t blocks_;  ///< since the last fold
    uint64_t bytes_ = 0;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace thaw::node
