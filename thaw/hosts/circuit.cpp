#include "thaw/hosts/circuit.hpp"

#include "thaw/hosts/quotes.hpp"

namespace thaw::hosts {

namespace {

constexpr size_t attestations_max = 400;  ///< one pass
constexpr uint64_t gas_limit = 30'000'000;

}  // namespace

Circuit::Circuit(const protocol::Genesis& genesis, uint64_t seed)
    : state{protocol::make_state(genesis)},
      worlds{genesis, seed},
      now_s{genesis.hub.genesis_s},
      members_{genesis.oracle_members},
      chain_id_{genesis.hub.chain_id} {
    THAW_ASSERT(!members_.empty());
    state.seal();
}

protocol::Receipt Circuit::send(const Address& sender, const Address& to, const Bytes& data) {
    const protocol::Block block{chain_id_, ++height_, now_s};
    const protocol::Command command{.sender = sender,
                                    .nonce = state.accounts.accounts.get(sender).nonce,
                                    .to = to,
                                    .value = {},
                                    .data = data,
                                    .gas_limit = gas_limit,
                                    .gas_price = 1};
    const protocol::Receipt receipt = protocol::apply(state, block, command);
    if (witness) witness(block, command, receipt);
    state.seal();
    return receipt;
}

size_t Circuit::pass(size_t count_max) {
    forget_decided(state, worlds);
    run_errands(worlds, errands(state, worlds), now_s);
    protocol::State fork = protocol::State::fork(state, height_);
    const protocol::Block block{chain_id_, height_ + 1, now_s};
    const auto todo = agenda(state, worlds, now_s, attestations_max);
    auto round = plan_attestations(fork, block, members_, turn_++ % members_.size(), todo);
    for (auto& chore : plan_chores(fork, block, members_.front()))
        round.push_back(std::move(chore));
    for (auto& quote : plan_quotes(state, block, members_, worlds.host(ethereum).world().seed))
        round.push_back(std::move(quote));
    for (const Planned& planned : round) {
        if (count_max-- == 0) break;
        const Envelope envelope = envelope_of(planned.calls);
        if (!send(planned.sender, envelope.to, envelope.data).success) ++reverted;
        ++sent;
    }
    return round.size();
}

bool Circuit::settle(size_t passes_max) {
    for (size_t i = 0; i < passes_max; ++i)
        if (pass() == 0) return true;
    return false;
}

}  // namespace thaw::hosts
