/// Puts one block together: applies commands in order and computes the header. Used alike for new
/// blocks and for replay, so that both mean the same.
#pragma once
#include <boost/unordered/unordered_flat_set.hpp>

#include "thaw/node/pool.hpp"
#include "thaw/protocol/genesis.hpp"

namespace thaw::node {

/// A sealed block, with what goes to the disk beside it.
struct Draft {
    std::shared_ptr<SealedBlock> block;
    Bytes changes;  ///< of the rows
};

class Builder {
  public:
    /// Begins a block after `parent` on top of the state as `parent` left it. The time of the block
    /// is `now_s`, or the parent's if that is later.
    Builder(protocol::State& state, const SealedBlock& parent, uint64_t now_s);

    enum class Verdict {
        included,
        waits,  ///< does not fit any more, or its nonce is ahead: perhaps in a later block
        unfit,  ///< cannot be in this block or a later one
    };
    Verdict add(const Opened& opened);
    /// Adds them in order. Rows of those to come are fetched ahead: in a large state that is most
    /// of what a command costs.
    void add_all(std::span<const Opened> all);

    size_t count() const { return block_->transactions.size(); }
    /// Every sender that was added, with the next nonce, and what was unfit.
    Settlement settlement() const;
    /// Seals the state and fills the header in, with all hands where the block is large. The
    /// builder is spent.
    Draft finish(Hands* hands = nullptr);

  private:
    protocol::State& state_;
    protocol::Block context_;
    std::shared_ptr<SealedBlock> block_;
    using Senders = boost::unordered_flat_set<Address, KeyHash>;
    Senders senders_;
    Senders waiting_;  ///< senders with a transaction left for later
    std::vector<Hash> unfit_;
    /// Used by those that turned out not to fit. What counts is the gas a transaction uses and not
    /// what it offers (ADR 49), which shows only when it has run; this bounds the work in vain.
    uint64_t tried_gas_ = 0;
};

/// Seals a genesis state as block 0.
Draft genesis_block(protocol::State& state);

/// What the chain's parameters say in this state.
protocol::networks::Hub hub_of(const protocol::State& state);
AccountNow account_now(const protocol::State& state, const Address& address);

}  // namespace thaw::node
