/// The parts of a node, wired: store, chain, pool, checkpoint, and the writer's thread, which alone
/// decides order and time.
#pragma once
#include <condition_variable>
#include <deque>
#include <future>
#include <thread>

#include "thaw/node/builder.hpp"
#include "thaw/node/checkpoint.hpp"
#include "thaw/node/committer.hpp"
#include "thaw/node/node.hpp"
#include "thaw/node/notices.hpp"
#include "thaw/node/pace.hpp"

namespace thaw::node {

class NodeImpl {
  public:
    explicit NodeImpl(Options given);
    ~NodeImpl();

    /// Opens them, unless they would be refused anyway: recovery is the dearest part of a refusal,
    /// and its time is taken from those inside.
    void look_at(std::span<const BytesView> raw, std::span<Answer> out) const;
    /// Lets it into the pool.
    tl::expected<Hash, Rejection> admit(Answer opened);
    /// The same for many; one answer each, in order.
    std::vector<tl::expected<Hash, Rejection>> admit_all(std::span<Answer> opened);
    /// Runs on the writer's thread, between blocks, when all before are published; returns when
    /// done.
    void run_on_writer(std::function<void()> work);
    /// Somebody on the way into the pool. Leaving lets the writer look whether there is something
    /// to do, unless others are still on their way and a block of more is worth their while.
    class Arrival {
      public:
        explicit Arrival(NodeImpl& node) : node_{node} { ++node_.arriving_; }
        ~Arrival();
        Arrival(const Arrival&) = delete;
        Arrival& operator=(const Arrival&) = delete;

      private:
        NodeImpl& node_;
    };
    /// Seals a block from the pool. Null when there was nothing for it and `empty_too` is false, or
    /// when the node has stopped. Published when it returns if `empty_too` is true or nothing else
    /// is executable; otherwise perhaps while the next one is being put together.
    BlockPtr seal(bool empty_too);
    bool revert_to(uint64_t height);
    /// How many may wait follows from how fast blocks are; for whoever is committing.
    void bound_waiting();
    /// The disk failed: nothing is accepted from now on. For whoever is committing.
    void stop(const std::string& why);
    /// For everybody else: a block that is being written may still become durable, and those who
    /// wait for it are told so first.
    void stop_soon(const std::string& why);

    Options options;
    Store store;
    Chain chain;
    uint64_t chain_id = 0;
    Pool pool;
    Hands hands;
    Subscribers<BlockPtr> blocks;
    Subscribers<Hash> pendings;
    Subscribers<uint64_t> reverts;
    Watchers watchers;
    std::atomic<uint64_t> last_id = 0;
    std::atomic<bool> automine;
    std::atomic<uint64_t> transactions_count = 0, rejected_count = 0, blocks_count = 0,
                          commit_us_last = 0;
    std::atomic<bool> has_stopped = false;
    mutable std::mutex why_mutex;
    std::string why_stopped;
    std::unique_ptr<Checkpoint> checkpoint;

  private:
    void open_chain();
    void create_chain();
    void look_up(std::span<const Answer> opened, std::span<AccountNow> out) const;
    /// `account` is the sender's, as it was published some time before.
    tl::expected<Hash, Rejection> admit(Answer opened, const AccountNow& account);
    void run_writer();
    std::chrono::steady_clock::time_point next_due() const;
    void note_waiting();
    bool worth_sealing() const;
    /// A block on its way from the writer to its readers.
    struct Sealed {
        Draft draft;
        Settlement settlement;
        protocol::networks::Hub hub;  ///< as the block leaves it
        std::chrono::steady_clock::time_point begun;
    };
    bool commit(const Sealed& sealed);
    bool publish(const Draft& draft);
    void tell(const Sealed& sealed);

    // The writer's own, ahead of what is published by the blocks that are on their way.
    protocol::State state_;
    BlockPtr head_;
    // Of whoever is committing.
    std::mutex committing_;
    Pace pace_;
    std::chrono::steady_clock::time_point committed_;
    std::mutex writer_mutex_;
    std::condition_variable work_;
    std::atomic<size_t> arriving_ = 0;
    std::atomic<int64_t> waiting_since_us_ =
        0;                                ///< what the pool got after the last block; 0: none
    std::atomic<int64_t> gather_us_ = 0;  ///< the longest that others are waited for
    std::deque<std::packaged_task<void()>> jobs_;
    bool stopping_ = false;
    Committer committer_;
    std::thread writer_;
};

}  // namespace thaw::node
