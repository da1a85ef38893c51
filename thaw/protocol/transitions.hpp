/// Sentences about what a transaction may do to the books, for what cannot be seen in one state:
/// the state before, the state after, and what was said in between. Tests judge every transaction.
#pragma once
#include "thaw/protocol/liquid/math.hpp"
#include "thaw/protocol/machine.hpp"

namespace thaw::protocol {

/// What is remembered of a state to judge the transaction that follows. One entry per network.
struct Moment {
    std::array<liquid::Rate, network_count + 1> rates{};
    std::array<u128, network_count + 1> losses{};             ///< base units, since genesis
    std::array<uint64_t, network_count + 1> batches_final{};  ///< of the unbonding queue
};
/// A state at a block's time: rates move with time, so both sides of a transaction need the same.
Moment moment(const State& state, const Block& block);

struct Transition {
    std::string_view says;
    bool (*holds)(NetworkId network, const Moment& before, const Moment& after,
                  const Receipt& receipt);
};

/// Every such sentence, in a fixed order.
std::span<const Transition> transitions();
/// The first sentence that a transaction broke, or nothing.
std::optional<std::string_view> broken_transition(const Moment& before, const Moment& after,
                                                  const Receipt& receipt);

/// Whether a rate, compared by cross-multiplication, is lower than before.
constexpr bool fell(const liquid::Rate& before, const liquid::Rate& after) {
    return wide_mul(after.assets.value, before.supply.value) <
           wide_mul(before.assets.value, after.supply.value);
}

/// How long the oldest open ticket of a network has waited beyond its promise, in seconds: Q-5
/// gives it the host's unbonding time, a batch interval and two frames. 0 while none is late. A
/// promise about live hosts and members who report, so no invariant of the books.
uint64_t lateness_s(const Query& query, NetworkId network);

}  // namespace thaw::protocol
