/// The courier of a devnet: lets the simulated hosts live in the node's chain time, carries the
/// hub's instructions to them and comes back through the front door with what happened, signed by
/// the oracle members.
#pragma once
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "thaw/hosts/rounds.hpp"
#include "thaw/node/node.hpp"

namespace thaw::hosts {

struct CourierOptions {
    std::vector<crypto::PrivateKey> members;  ///< keys of the oracle members, at least a quorum
    std::filesystem::path directory;          ///< where the worlds are kept; it exists
    uint64_t poll_ms = 100;  ///< wall time after which it looks at the clock without being woken
    uint64_t pause_ms =
        2;  ///< least wall time between two passes, so that blocks are handled together
};

/// Everything it does follows from the hub's state and the worlds, so it can stop anywhere: the
/// worlds are on disk before anything that came out of them is attested, and what is sent twice is
/// refused by the hub. Requires that the node outlives it.
class Courier {
  public:
    Courier(node::Node& node, Worlds worlds, CourierOptions options);
    ~Courier();
    Courier(const Courier&) = delete;
    Courier& operator=(const Courier&) = delete;

    /// Starts and stops the thread; both may be repeated.
    void start();
    void stop();

    /// One pass without the thread: advance, carry out, save, send. True when it sent something.
    bool pass();

    /// Holds the courier still while it lives, with nothing of it under way, so that blocks and
    /// worlds can be looked at, changed or set back together. Do not wait for blocks with
    /// transactions of the courier meanwhile.
    class Pause {
      public:
        /// To read, to change, to copy (a snapshot) or to assign (a restore).
        Worlds& worlds() { return courier_->worlds_; }
        /// Keeps changes durably; returns what went wrong, or nothing.
        std::optional<std::string> save() { return courier_->save(); }
        ~Pause();
        Pause(Pause&& other) noexcept
            : courier_{std::exchange(other.courier_, nullptr)}, lock_{std::move(other.lock_)} {}

      private:
        friend class Courier;
        explicit Pause(Courier& courier) : courier_{&courier}, lock_{courier.pass_mutex_} {}
        Courier* courier_;
        std::unique_lock<std::mutex> lock_;
    };
    Pause pause();

    /// Waits until a pass found nothing to do and nothing is under way; false when that takes
    /// longer than `wall_ms`.
    bool wait_idle(uint64_t wall_ms);

    struct Counters {
        uint64_t passes = 0, sent = 0, reverted = 0, rejected = 0, saves = 0;
    };
    Counters counters() const;

  private:
    /// What the node's threads may touch; lives as long as a callback may come.
    struct Signals {
        std::mutex mutex;
        std::condition_variable changed;
        std::map<Hash, bool> under_way;  ///< sent; true once sealed
        bool woken = true;
        bool idle = false;
        bool stopping = false;
        uint64_t lost = 0;  ///< left the pool without having been sealed
    };

    void run();
    std::optional<std::string> save();
    void live_until(uint64_t now_s);
    std::vector<Planned> plan();
    bool send(const std::vector<Planned>& round);
    bool has_reverted(const Hash& transaction);
    bool settle_under_way();
    const crypto::PrivateKey& key_of(const Address& sender) const;

    node::Node& node_;
    CourierOptions options_;
    std::vector<Address> members_;
    std::shared_ptr<Signals> signals_ = std::make_shared<Signals>();
    std::mutex pass_mutex_;  ///< held during a pass and by Pause; guards what follows
    Worlds worlds_;
    std::optional<uint64_t> saved_revision_;
    size_t turn_ = 0;          ///< which member goes first
    bool one_by_one_ = false;  ///< after a transaction that reverted: the next round is one call
    std::atomic<uint64_t> passes_ = 0, sent_ = 0, reverted_ = 0, rejected_ = 0, saves_ = 0;
    uint64_t subscription_ = 0;
    std::thread thread_;
};

}  // namespace thaw::hosts
