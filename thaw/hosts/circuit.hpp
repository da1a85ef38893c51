/// The hub without a node, and the hosts: blocks of one transaction, and between them what the
/// courier does, without threads, keys and disk. Deterministic; simulations and tests run in it.
#pragma once
#include <functional>

#include "thaw/hosts/rounds.hpp"

namespace thaw::hosts {

class Circuit {
  public:
    /// The genesis names the oracle members. Requires that they are at least a quorum.
    Circuit(const protocol::Genesis& genesis, uint64_t seed);

    protocol::State state;
    Worlds worlds;
    uint64_t now_s;
    size_t sent = 0;        ///< by the courier
    uint64_t reverted = 0;  ///< of these
    /// Sees every transaction right after it was applied, in its block.
    std::function<void(const protocol::Block&, const protocol::Command&, const protocol::Receipt&)>
        witness;

    /// Applies one call in a block of its own, at the going gas price.
    protocol::Receipt send(const Address& sender, const Address& to, const Bytes& data);

    /// One pass of the courier, of which only the first `count_max` transactions arrive; how many
    /// there were.
    size_t pass(size_t count_max = ~size_t{0});
    /// Passes until one has nothing to say; false when `passes_max` were not enough.
    bool settle(size_t passes_max = 200);

    uint64_t height() const { return height_; }
    /// What a view would be asked in: the last block with the time now.
    protocol::Block block() const { return {chain_id_, height_, now_s}; }
    const std::vector<Address>& members() const { return members_; }

  private:
    std::vector<Address> members_;
    uint64_t chain_id_;
    uint64_t height_ = 0;
    size_t turn_ = 0;
};

}  // namespace thaw::hosts
