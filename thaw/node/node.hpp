/// The node as the rooms above see it: one front door for transactions, snapshots for readers, notices for subscribers.
#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <shared_mutex>

#include "thaw/codec/header.hpp"
#include "thaw/codec/transaction.hpp"
#include "thaw/node/clock.hpp"
#include "thaw/protocol/genesis.hpp"
#include "thaw/protocol/machine.hpp"

namespace thaw::node {

/// A transaction in a block, with what became of it.
struct SealedTransaction {
    codec::SignedTransaction transaction;
    Address sender;
    protocol::Receipt receipt;
    uint64_t cumulative_gas_used = 0;
    uint64_t first_log_index = 0;  ///< of its logs within the block
    u128 effective_gas_price = 0;
    bool impersonated = false;     ///< dev only: no valid signature stands behind it
};

struct SealedBlock {
    codec::Header header;
    Hash hash;
    std::vector<SealedTransaction> transactions;
    uint64_t size = 0;  ///< bytes of the RLP block
};
using BlockPtr = std::shared_ptr<const SealedBlock>;

struct Location {
    uint64_t height = 0;
    uint32_t index = 0;
};

/// Why the door or the pool turned a transaction away; `text` is what clients match ("nonce too low" …).
struct Rejection {
    int code = -32000;
    std::string text;
};

struct Options {
    std::filesystem::path data_dir;
    protocol::Genesis genesis;                ///< used when the data directory is empty
    std::shared_ptr<Clock> clock;             ///< chain time
    bool automine = true;                     ///< seal at once whenever a transaction is executable
    uint64_t block_interval_ms = 0;           ///< wall time between blocks when not automining; 0: only on `mine`
    uint64_t history_blocks = 10'000;         ///< how far back state can be read
    size_t pool_transactions_max = 20'000;
    size_t pool_transactions_per_sender_max = 1'000;
    size_t block_transactions_max = 5'000;
};

/// What a reader holds: the published state and chain, unchanging while it lives. Keep it short.
class View {
  public:
    const protocol::State& state() const;
    BlockPtr head() const;
    uint64_t oldest_readable_height() const;
    /// A writable layer above the state after block `height`; requires oldest_readable_height() <= height <= head.
    protocol::State fork_at(uint64_t height) const;
    /// The block context a call would see if it ran in block `height` (the time is that block's).
    protocol::Block context_at(uint64_t height) const;
    BlockPtr block(uint64_t height) const;  ///< null when there is none
    BlockPtr block(const Hash& hash) const;
    std::optional<Location> locate(const Hash& transaction) const;

  private:
    friend class Node;
    class Impl;
    View(const class NodeImpl& node, std::shared_lock<std::shared_mutex> lock)
        : node_{&node}, lock_{std::move(lock)} {}
    const NodeImpl* node_;
    std::shared_lock<std::shared_mutex> lock_;
};

struct PoolEntry {
    std::shared_ptr<const codec::SignedTransaction> transaction;
    Address sender;
    bool executable = false;  ///< its nonce is next, or follows others that are here
};

class Node {
  public:
    /// Opens or creates the data directory, replays the tail and verifies the digest. Throws std::runtime_error with a
    /// sentence that says what is wrong and what to do.
    explicit Node(Options options);
    ~Node();

    /// The front door: decode, check, recover the sender, admit to the pool. Pure up to the pool; call from any thread.
    tl::expected<Hash, Rejection> submit(BytesView raw);
    /// Many at once: signatures are recovered on all cores. One answer per input, in order.
    std::vector<tl::expected<Hash, Rejection>> submit_many(std::span<const Bytes> raw);
    /// Dev: admits a transaction without a signature.
    tl::expected<Hash, Rejection> submit_impersonated(const Address& sender,
                                                      codec::SignedTransaction transaction);

    /// Calls back once the transaction is in a durable, published block (true), or has left the pool otherwise (false).
    /// At once if it already is. Called from the writer's thread: be quick.
    void when_sealed(const Hash& transaction, std::function<void(bool)> callback);

    View view() const;

    /// The nonce the next transaction of this account should carry, counting those in the pool.
    uint64_t pending_nonce(const Address& account) const;
    std::vector<PoolEntry> pool() const;
    std::optional<PoolEntry> pending(const Hash& transaction) const;

    /// Notices, from the writer's thread after publication. Returns an id for `unsubscribe`.
    uint64_t on_block(std::function<void(const BlockPtr&)> callback);
    uint64_t on_pending(std::function<void(const Hash&)> callback);
    void unsubscribe(uint64_t id);
    /// After a revert of whole blocks (dev): subscribers drop what they cached above the new head.
    uint64_t on_revert(std::function<void(uint64_t new_head)> callback);

    // Dev controls.
    bool automine() const;
    void set_automine(bool on);
    /// Seals one block now, with whatever is executable, and returns when it is published.
    BlockPtr mine();
    /// Returns to an earlier height: later blocks are removed for good, the pool is emptied.
    bool revert_to(uint64_t height);
    Clock& clock();

    /// Re-applies every stored block from genesis and compares each digest; returns the first height that differs.
    std::optional<uint64_t> replay(const std::function<void(uint64_t)>& progress = {}) const;
    /// Folds everything into the checkpoint now.
    void checkpoint();

    struct Counters {
        uint64_t transactions = 0, rejected = 0, blocks = 0, pool_size = 0, commit_us_last = 0;
    };
    Counters counters() const;

  private:
    std::unique_ptr<class NodeImpl> impl_;
};

}  // namespace thaw::node
