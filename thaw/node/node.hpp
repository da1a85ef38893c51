/// The node as the rooms above see it: one front door for transactions, snapshots for readers,
/// notices for subscribers.
#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>

#include "thaw/node/block.hpp"
#include "thaw/node/clock.hpp"
#include "thaw/node/storage.hpp"
#include "thaw/node/writers_first.hpp"
#include "thaw/protocol/genesis.hpp"
#include "thaw/protocol/machine.hpp"

namespace thaw::node {

struct Options {
    std::filesystem::path data_dir;
    protocol::Genesis genesis;     ///< used when the data directory is empty
    std::shared_ptr<Clock> clock;  ///< chain time
    bool automine = true;          ///< seal at once whenever a transaction is executable
    /// Wall time between blocks when not automining, empty ones included; 0: only on `mine`.
    uint64_t block_interval_ms = 0;
    PastLimits past;
    size_t pool_transactions_max = 20'000;
    /// Also how far nonces may run ahead.
    size_t pool_transactions_per_sender_max = 1'000;
    size_t block_transactions_max = 5'000;
    uint64_t checkpoint_blocks = 512;            ///< fold into the checkpoint after so many blocks
    uint64_t checkpoint_table_bytes = 8u << 20;  ///< of row changes that go past the log
    std::shared_ptr<Storage> storage;  ///< instead of the data directory: a simulated disk
};

/// The data directory does not give what it had. Whoever asked is told, and nobody is told less
/// than there is.
struct Unreadable : std::runtime_error {
    using runtime_error::runtime_error;
};

/// What a reader holds: the published state, unchanging while it lives. Keep it short: no block is
/// published meanwhile. It belongs to the thread that asked for it.
class View {
  public:
    const protocol::State& state() const;
    BlockPtr head() const;
    uint64_t oldest_readable_height() const;
    /// A writable layer above the state after block `height`; requires
    /// oldest_readable_height() <= height <= head. It must not outlive the view.
    protocol::State fork_at(uint64_t height) const;
    /// What the machine's `simulate` says of the command above that state; the same requirement.
    protocol::Receipt simulate(uint64_t height, const protocol::Block& context,
                               const protocol::Command& command,
                               std::vector<protocol::CallFrame>* trace = nullptr) const;
    /// The block context a call would see if it ran in block `height` (the time is that block's);
    /// the same requirement.
    protocol::Block context_at(uint64_t height) const;

  private:
    friend class Node;
    View(const class Chain& chain, std::shared_lock<WritersFirst> lock)
        : chain_{&chain}, lock_{std::move(lock)} {}
    const Chain* chain_;
    std::shared_lock<WritersFirst> lock_;
};

/// A transaction and the block it is in.
struct InBlock {
    BlockPtr block;
    size_t index = 0;
    const SealedTransaction& sealed() const { return block->transactions[index]; }
};

/// Safe to use from any thread. When the disk fails, the node stops for good: whatever was
/// published stays readable, `submit` answers with code -32603 and the reason.
class Node {
  public:
    /// Opens or creates the data directory, replays the tail and verifies the digest. Throws
    /// std::runtime_error with a sentence that says what is wrong and what to do.
    explicit Node(Options options);
    ~Node();

    /// The front door: decode, check, recover the sender, admit to the pool. Pure up to the pool;
    /// call from any thread.
    tl::expected<Hash, Rejection> submit(BytesView raw);
    /// The same, answered through `answer` on this thread: at once, or inside `together` when the
    /// work has ended. Signatures of what came together are then recovered side by side.
    void submit(Bytes raw, std::function<void(tl::expected<Hash, Rejection>)> answer);
    /// Many at once: signatures are recovered on all cores. One answer per input, in order.
    std::vector<tl::expected<Hash, Rejection>> submit_many(std::span<const Bytes> raw);
    /// Dev: admits a transaction without a signature; its chain id and signature are filled in.
    tl::expected<Hash, Rejection> submit_impersonated(const Address& sender,
                                                      codec::SignedTransaction transaction);

    /// Runs `work`, which may submit several transactions, one by one: they share a block, unless
    /// that takes much longer than a block does.
    void together(const std::function<void()>& work);

    /// Calls back once the transaction is in a durable, published block (true), or has left the
    /// pool otherwise (false). At once if it already is. Mostly from the thread that publishes: be
    /// quick, and control nothing (below) from there.
    void when_sealed(const Hash& transaction, std::function<void(bool)> callback);

    View view() const;

    /// Blocks do not change, so reading them keeps no other from being published. Null, or nothing,
    /// when there is none; these throw Unreadable.
    BlockPtr head() const;
    BlockPtr block(uint64_t height) const;
    BlockPtr block(const Hash& hash) const;
    std::optional<codec::Header> header(uint64_t height) const;
    std::optional<uint64_t> height_of(const Hash& block) const;
    std::optional<InBlock> transaction(const Hash& hash) const;

    /// The nonce the next transaction of this account should carry, counting those in the pool.
    uint64_t pending_nonce(const Address& account) const;
    std::vector<PoolEntry> pool() const;
    std::optional<PoolEntry> pending(const Hash& transaction) const;

    /// Notices after publication, from the thread that publishes. Returns an id for `unsubscribe`.
    uint64_t on_block(std::function<void(const BlockPtr&)> callback);
    /// From the thread that submitted.
    uint64_t on_pending(std::function<void(const Hash&)> callback);
    /// After a revert of whole blocks (dev): subscribers drop what they cached above the new head.
    uint64_t on_revert(std::function<void(uint64_t new_head)> callback);
    /// Afterwards the callback neither runs nor will; so hold no lock that the callback takes.
    void unsubscribe(uint64_t id);

    // Dev controls.
    bool automine() const;
    void set_automine(bool on);
    /// Seals one block now, with whatever is executable, and returns when it is published. Null
    /// when the node has stopped.
    BlockPtr mine();
    /// Returns to an earlier height: later blocks are removed for good, the pool is emptied, chain
    /// time goes on from that block's. False when there is no such height or the node has stopped.
    bool revert_to(uint64_t height);
    Clock& clock();

    /// Re-applies every stored block from genesis and compares each digest; returns the first
    /// height that differs.
    std::optional<uint64_t> replay(const std::function<void(uint64_t)>& progress = {}) const;
    /// Folds everything into the checkpoint now.
    void checkpoint();

    /// Why the node has stopped; nothing while it runs.
    std::optional<std::string> stopped() const;

    struct Counters {
        uint64_t transactions = 0, rejected = 0, blocks = 0, pool_size = 0, commit_us_last = 0;
    };
    Counters counters() const;

  private:
    std::unique_ptr<class NodeImpl> impl_;
};

}  // namespace thaw::node
