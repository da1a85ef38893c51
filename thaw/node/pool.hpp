/// Transactions that wait for their block: one queue of nonces for each sender, with limits.
#pragma once
#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "thaw/base/table.hpp"
#include "thaw/node/gate.hpp"

namespace thaw::node {

/// What the chain says about an account.
struct AccountNow {
    uint64_t nonce = 0;
    u128 balance = 0;  ///< wei
};

struct PoolLimits {
    size_t transactions_max = 20'000;
    size_t bytes_max = size_t{256} << 20;  ///< of the transactions as sent
    /// How far nonces may run ahead of the account's, and so how many of a sender can be here.
    size_t per_sender_max = 1'000;
    uint64_t block_gas_limit = 30'000'000;
    u128 base_fee = 1;  ///< wei per gas
};

/// What putting one block together found out about the pool.
struct Settlement {
    std::vector<std::pair<Address, uint64_t>> nonces;  ///< next nonce of every sender touched
    std::vector<Hash> unfit;                           ///< can never be part of a block
};

/// Safe to use from many threads.
class Pool {
  public:
    explicit Pool(PoolLimits limits) : limits_{limits} {}

    /// Takes a transaction in, or says why not. Returns the hashes of those that had to leave for
    /// it. Refusals in this order: already known, exceeds block gas limit, intrinsic gas too low,
    /// max fee below base fee, nonce too low, nonce too high, insufficient funds, underpriced
    /// replacement, too many waiting, pool full.
    tl::expected<std::vector<Hash>, Rejection> admit(Opened opened, const AccountNow& account);

    /// This nonce or a later one is next on the chain. To be told after `admit`, since the account
    /// was read before it: a block may have used the nonces before in the meantime.
    void advance(const Address& sender, uint64_t nonce);

    /// Refuses new transactions while so many executable ones wait; replacements are taken.
    void set_waiting_max(size_t count) { waiting_max_ = count; }
    /// True while new ones would be refused because too many wait: no need to look at them.
    bool saturated() const { return executable_ >= waiting_max_; }
    /// What those are told.
    static Rejection saturation();

    /// True when some transaction could be in a block now.
    bool has_executable() const { return executable_ > 0; }
    /// Executable transactions, best tip first and then by arrival, each sender's in order of
    /// nonces. They stay here, and nobody can replace them, until `leave` or `settle`.
    std::vector<Opened> take(size_t count_max);
    /// After a block was put together of what `take` gave: what is in it is not given out again,
    /// what waits may be, and the unfit leave. Returns those.
    std::vector<Hash> leave(const Settlement& settlement);
    /// After that block is published: what is in it leaves, too. Blocks come in order, but the
    /// next may have been put together before. Returns the hashes that left without having been in
    /// it, since their nonce is used now.
    std::vector<Hash> settle(const Settlement& settlement, std::span<const Hash> sealed);
    /// Empties the pool; returns what was there.
    std::vector<Hash> clear();
    void set_fees(uint64_t block_gas_limit, u128 base_fee);

    bool contains(const Hash& transaction) const;
    std::optional<PoolEntry> find(const Hash& transaction) const;
    std::vector<PoolEntry> entries() const;
    size_t size() const;
    /// The nonce after those here that are executable; nothing when the sender has none here.
    std::optional<uint64_t> next_nonce(const Address& sender) const;

  private:
    struct Entry {
        Opened opened;
        u128 cost = 0;  ///< the most it can take from the sender, wei
        uint64_t arrival = 0;
        bool in_block = false;  ///< given out by `take`
    };
    struct Queue {
        uint64_t next = 0;      ///< of the account, as it is published
        uint64_t fresh = 0;     ///< from `next` to before it: in blocks that are being published
        uint64_t end = 0;       ///< the first nonce from `fresh` on that is not here
        size_t executable = 0;  ///< from `fresh` to before `end`
        u128 cost = 0;          ///< of all entries
        std::map<uint64_t, Entry> entries;
    };
    struct Candidate;
    using Refusal = std::optional<Rejection>;

    Refusal fault_in(const Opened& opened, const AccountNow& account) const;
    Refusal fault_in_place(const Opened& opened, const Queue& queue,
                           const AccountNow& account) const;
    struct Room {
        size_t transactions = 0;
        size_t bytes = 0;
    };
    bool has(const Room& room, const Room& freed = {0, 0}) const;
    bool make(const Room& room, const Address& sender, std::vector<Hash>& displaced);
    Entry remove(Queue& queue, std::map<uint64_t, Entry>::iterator at);
    bool remove(const Hash& transaction);
    void refresh(const Address& sender, uint64_t from = 0);
    PoolEntry describe(const Queue& queue, const Entry& entry) const;

    mutable std::mutex mutex_;
    PoolLimits limits_;
    std::unordered_map<Address, Queue, KeyHash> queues_;
    struct Place {
        Address sender;
        uint64_t nonce;
    };
    std::unordered_map<Hash, Place, KeyHash> places_;
    size_t bytes_ = 0;                    ///< of all transactions as sent
    std::atomic<size_t> executable_ = 0;  ///< of all queues
    std::atomic<size_t> waiting_max_ = SIZE_MAX;
    uint64_t arrivals_ = 0;
};

}  // namespace thaw::node
