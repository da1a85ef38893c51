/// The hub without door, pool and signatures: a state of any size, blocks of commands, and the
/// store behind them, for measuring the core alone.
#pragma once
#include <time.h>

#include "tests/scenario/scenario.hpp"
#include "thaw/node/block_format.hpp"
#include "thaw/node/builder.hpp"
#include "thaw/node/checkpoint.hpp"
#include "thaw/node/committer.hpp"
#include "thaw/node/recovery.hpp"
#include "thaw/node/rocksdb_storage.hpp"

namespace thaw::bench {

using namespace protocol;
using scenario::asset_of, scenario::staking_of;
using scenario::bnb, scenario::fantom, scenario::one_18;

constexpr uint64_t filled_per_block = 50'000;

/// CPU seconds of this thread, or of the process.
inline double cpu_seconds(clockid_t clock = CLOCK_THREAD_CPUTIME_ID) {
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// A made-up account. Its bytes are as scattered as real ones.
inline Address holder(uint64_t number) {
    Address a;
    for (size_t i = 0; i < 20; i += 4) {
        number = number * 6'364'136'223'846'793'005u + 1'442'695'040'888'963'407u;
        const auto part = static_cast<uint32_t>(number >> 32);
        std::memcpy(a.bytes.data() + i, &part, 4);
    }
    a.bytes[0] |= 0x80;  // no contract's
    return a;
}

/// The default hub with blocks as large as anybody wants, and stakes as small.
inline Genesis roomy_genesis() {
    Genesis genesis = scenario::scenario_genesis();
    genesis.hub.block_gas_limit = uint64_t{1} << 40;
    for (auto& network : genesis.networks) network.parameters.stake_min = Assets{1};
    return genesis;
}

/// Gives accounts `first` to `first + count - 1` a nonce, ETH and BNB; the totals agree.
inline void fill(State& state, uint64_t first, uint64_t count) {
    const u128 each = one_18 * 10;
    for (uint64_t i = first; i < first + count; ++i) {
        const Address who = holder(i);
        state.accounts.accounts.put(who, {1});
        state.token.balances.put(token::user_account(eth, who), Assets{each});
        state.token.balances.put(token::user_account(bnb, who), Assets{each});
    }
    for (const AssetId a : {AssetId{eth}, AssetId{bnb}}) {
        auto totals = state.token.totals.get(a);
        totals.supply.value += each * count;
        state.token.totals.put(a, totals);
    }
}

inline codec::SignedTransaction plain_transaction(uint64_t nonce, const Address& to, Bytes data) {
    return {.nonce = nonce,
            .max_priority_fee_per_gas = 1,
            .max_fee_per_gas = 1'000,
            .gas_limit = 200'000,
            .to = to,
            .data = std::move(data)};
}

enum class Load { transfers, hot, stakes };

inline Bytes data_of(Load load, uint64_t to) {
    if (load == Load::stakes) return codec::call_data<"stake(uint256 assets)">(Assets{1'000});
    return codec::call_data<"transfer(address to, uint256 value)">(
        load == Load::hot ? scenario::user(1) : holder(to), Assets{1'000});
}
inline Address target_of(Load load) {
    return load == Load::stakes ? staking_of(bnb) : asset_of(bnb);
}

/// Steps through all accounts without an order that a cache could like.
inline uint64_t scattered(uint64_t i, uint64_t accounts) { return i * 7'919 % accounts; }

/// `count` commands as the gate would hand them on, each from another account while they last.
inline std::vector<node::Opened> commands(Load load, uint64_t accounts, uint64_t count,
                                          uint64_t chain_id) {
    std::vector<node::Opened> all;
    for (uint64_t i = 0; i < count; ++i) {
        const uint64_t who = scattered(i, accounts);
        const uint64_t nonce = 1 + i / accounts;
        all.push_back(node::open_impersonated(
            holder(who),
            plain_transaction(nonce, target_of(load), data_of(load, (who + 1) % accounts)),
            chain_id));
    }
    return all;
}

/// A node's middle: writer's state, published chain, store and checkpoint. Blocks are made as the
/// node makes them.
class Ledger {
  public:
    explicit Ledger(const std::filesystem::path& directory)
        : store_{*node::open_rocksdb(directory)}, chain_{store_, past_} {
        const auto known = store_.open();
        if (known && *known) {
            chain_id_ = **known;
            if (!node::recover(store_, past_, state_, chain_)) std::abort();
        } else {
            state_ = make_state(roomy_genesis());
            chain_id_ = node::hub_of(state_).chain_id;
            const node::Draft draft = node::genesis_block(state_);
            if (!store_.create(chain_id_, stored(draft))) std::abort();
            chain_.start(state_, draft.block);
        }
        head_ = chain_.head();
        checkpoint_ = std::make_unique<node::Checkpoint>(store_, chain_,
                                                         node::Checkpoint::Limits{512, 8u << 20},
                                                         [](const std::string&) { std::abort(); });
    }

    uint64_t chain_id() const { return chain_id_; }
    State& state() { return state_; }
    node::Store& store() { return store_; }

    /// Applies, seals, makes durable, publishes; the latter two while the next block may already be
    /// applied, as the node does when there is one. Stops the programme when a command fails.
    void seal(std::span<const node::Opened> commands) {
        node::Builder builder{state_, *head_, head_->header.timestamp};
        builder.add_all(commands);
        if (builder.count() != commands.size()) std::abort();
        node::Draft draft = builder.finish(&hands_);
        for (const auto& sealed : draft.block->transactions)
            if (!sealed.receipt.success) std::abort();
        head_ = draft.block;
        committer_.give([this, one = std::move(draft)] { publish(one); });
    }
    /// Returns when all blocks are durable and published.
    void wait() { committer_.wait(); }
    /// More accounts, as blocks whose transactions nobody made.
    void grow(uint64_t first, uint64_t count) {
        for (uint64_t done = 0; done < count; done += filled_per_block) {
            fill(state_, first + done, std::min(filled_per_block, count - done));
            seal({});
        }
    }
    node::StoredBlock stored(const node::Draft& draft) const {
        return {.height = draft.block->header.number,
                .block = node::encode_block(*draft.block),
                .changes = draft.changes};
    }
    void fold() {
        wait();
        if (!checkpoint_->fold_all()) std::abort();
    }

  private:
    void publish(const node::Draft& draft) {
        if (!store_.put_block(stored(draft))) std::abort();
        chain_.publish(draft.block, draft.changes);
        checkpoint_->note(draft.changes.size());
    }

    const node::PastLimits past_;
    node::Hands hands_;
    node::Store store_;
    node::Chain chain_;
    State state_;
    uint64_t chain_id_ = 0;
    node::BlockPtr head_;
    std::unique_ptr<node::Checkpoint> checkpoint_;
    node::Committer committer_;  ///< the first to go
};

}  // namespace thaw::bench
