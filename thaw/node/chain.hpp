/// What is published: the state as of the head with its recent past, the blocks, and where each
/// transaction lies. All of it is durable.
#pragma once
#include <boost/unordered/unordered_flat_map.hpp>
#include <deque>
#include <mutex>

#include "thaw/node/store.hpp"
#include "thaw/node/writers_first.hpp"
#include "thaw/protocol/state.hpp"

namespace thaw::node {

class Chain {
  public:
    Chain(const Store& store, PastLimits limits) : store_{store}, past_limits_{limits} {}

    /// The state as it stood after `block`, which becomes the head, with no past. Only before
    /// anybody reads.
    void start(protocol::State state, BlockPtr block);

    /// Before anybody reads: makes a block that lies between checkpoint and start findable.
    void index(const SealedBlock& block);

    using ReadLock = std::shared_lock<WritersFirst>;
    /// For what follows up to `time_at`: nothing is published meanwhile.
    ReadLock read_lock() const { return ReadLock{mutex_}; }
    const protocol::State& state() const { return state_; }
    const BlockPtr& head() const { return recent_.back(); }
    uint64_t oldest_readable() const { return head()->header.number - past_.size(); }
    /// The time of a block whose state can be read, in seconds.
    uint64_t time_at(uint64_t height) const;

    /// A writable layer above the head's state. Making one takes longer than most calls, so those
    /// that nothing was left in serve others until the next block.
    struct Layer {
        protocol::State state;
        uint32_t calls = 0;
    };
    std::unique_ptr<Layer> borrow_layer() const;
    void give_back(std::unique_ptr<Layer> layer) const;

    /// These need no lock, and hold one only while they look into memory: blocks do not change, and
    /// the disk may take long. Null, or nothing, when there is none.
    IoResult<BlockPtr> block(uint64_t height) const;
    IoResult<std::optional<codec::Header>> header(uint64_t height) const;
    IoResult<std::optional<uint64_t>> height_of(const Hash& block) const;
    IoResult<std::optional<Location>> locate(const Hash& transaction) const;

    /// The committer's part. Adds the next block, which must be in the store.
    void publish(BlockPtr block, BytesView changes);
    /// Removes the newest blocks, down to `height`; `changes` are theirs, the newest first. The
    /// store must have dropped them.
    IoResult<> take_back(uint64_t height, std::span<const Bytes> changes);

    /// The checkpoint's part: a new segment of the index begins with the block after this height …
    uint64_t cut_index();
    /// … from those before it, which nobody touches but `take_back`, what lies between two heights
    /// is handed on …
    Index index_between(uint64_t first, uint64_t last) const;
    /// … and those that the checkpoint now covers are dropped.
    void drop_index_up_to(uint64_t height);

  private:
    using WriteLock = std::unique_lock<WritersFirst>;
    /// What can be undone: the changes of one block.
    struct Step {
        uint64_t bytes;     ///< of the changes
        uint64_t before_s;  ///< time of the block before
    };
    /// Where blocks and transactions lie, for a run of blocks after the checkpoint.
    struct Segment {
        uint64_t last_height = 0;
        boost::unordered_flat_map<Hash, Location, KeyHash> transactions;
        boost::unordered_flat_map<Hash, uint64_t, KeyHash> blocks;
    };

    void remember(BlockPtr block);
    void forget_oldest();
    bool is_above_head(uint64_t height) const;
    BlockPtr recent(uint64_t height) const;

    const Store& store_;
    const PastLimits past_limits_;
    mutable WritersFirst mutex_;
    protocol::State state_;
    std::deque<Step> past_;  ///< of each block after the oldest readable
    uint64_t past_bytes_ = 0;
    std::deque<BlockPtr> recent_;  ///< ends with the head, never empty
    uint64_t recent_bytes_ = 0;
    std::deque<Segment> index_;
    mutable std::mutex layers_mutex_;
    mutable std::vector<std::unique_ptr<Layer>> layers_;
};

}  // namespace thaw::node
