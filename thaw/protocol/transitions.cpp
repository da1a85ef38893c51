#include "thaw/protocol/transitions.hpp"

#include "thaw/protocol/staking/face.hpp"

namespace thaw::protocol {
namespace {

/// What a receipt says about one network's shares.
struct Said {
    u128 deposits = 0;  ///< assets staked
    u128 fee = 0;       ///< of a reported profit
    bool loss = false;  ///< a report that cost holders something
};

/// The nth word of a log's data.
u128 word(const codec::Log& log, size_t n) {
    return codec::word_value(BytesView{log.data}.subspan(32 * n, 32)).value_or(u128_max);
}

Said said(NetworkId network, const Receipt& receipt) {
    static constexpr Hash staked = codec::declare(staking::Staked::abi).topic();
    static constexpr Hash reported = codec::declare(staking::FrameReported::abi).topic();
    Said all;
    for (const codec::Log& log : receipt.logs) {
        if (log.emitter != contract_address(ContractKind::staking, network)) continue;
        if (log.topics[0] == staked) all.deposits = add(all.deposits, word(log, 0));
        if (log.topics[0] != reported) continue;
        all.fee = add(all.fee, word(log, 2));
        all.loss |= word(log, 4) != 0;
    }
    return all;
}

bool lost_something(NetworkId n, const Moment& before, const Moment& after,
                    const Receipt& receipt) {
    return receipt.success &&
           (said(n, receipt).loss || (after.losses[n] > before.losses[n] && !receipt.logs.empty()));
}

/// Sub-shares there are more of than before.
u128 created(NetworkId n, const Moment& before, const Moment& after) {
    const u128 was = before.rates[n].supply.value, is = after.rates[n].supply.value;
    return is > was ? is - was : 0;
}

constexpr std::array all_transitions{
    Transition{"S-1: a rate falls only with a report or a collection that lost something",
               [](NetworkId n, const Moment& before, const Moment& after, const Receipt& receipt) {
                   return !fell(before.rates[n], after.rates[n]) ||
                          lost_something(n, before, after, receipt);
               }},
    Transition{"S-2: shares are created against a deposit or as a reported fee, and never else",
               [](NetworkId n, const Moment& before, const Moment& after, const Receipt& receipt) {
                   if (created(n, before, after) == 0) return true;
                   const Said tells = said(n, receipt);
                   return receipt.success && (tells.deposits != 0 || tells.fee != 0);
               }},
    Transition{"S-3: shares that were created are worth no more than what was paid for them",
               [](NetworkId n, const Moment& before, const Moment& after, const Receipt& receipt) {
                   const u128 more = created(n, before, after);
                   if (more == 0) return true;
                   const Said tells = said(n, receipt);
                   return wide_mul(more, after.rates[n].assets.value) <=
                          wide_mul(add(tells.deposits, tells.fee), after.rates[n].supply.value);
               }},
    Transition{"Q-4: finalising a batch leaves those who stay no less",
               [](NetworkId n, const Moment& before, const Moment& after, const Receipt& receipt) {
                   return after.batches_final[n] == before.batches_final[n] ||
                          !fell(before.rates[n], after.rates[n]) ||
                          lost_something(n, before, after, receipt);
               }},
};

}  // namespace

Moment moment(const State& state, const Block& block) {
    const Query query{state, block};
    Moment all;
    for (NetworkId n = 1; n <= network_count; ++n) {
        all.rates[n] = liquid::rate(query, n);
        all.losses[n] = state.liquid.pools.get(n).losses_total.value;
        all.batches_final[n] = state.unbonding.queues.get(n).batches_final;
    }
    return all;
}

std::span<const Transition> transitions() { return all_transitions; }

std::optional<std::string_view> broken_transition(const Moment& before, const Moment& after,
                                                  const Receipt& receipt) {
    for (const Transition& transition : all_transitions)
        for (NetworkId n = 1; n <= network_count; ++n)
            if (!transition.holds(n, before, after, receipt)) return transition.says;
    return std::nullopt;
}

uint64_t lateness_s(const Query& query, NetworkId network) {
    const auto p = query.read<networks::Books>().networks.get(network);
    const uint64_t promised =
        p.unbonding_s + p.batch_interval_s + 2 * query.read<networks::Books>().hub.get(0).frame_s;
    const auto& books = query.read<unbonding::Books>();
    // Batches are final in order: the oldest ticket that waits is the first one of the next batch.
    const auto q = books.queues.get(network);
    for (uint64_t number = q.finalised + 1; number <= q.issued; ++number) {
        const uint64_t id = unbonding::ticket_id(network, number);
        const unbonding::Ticket t = books.tickets.get(id);
        if (t.shares.is_zero() || t.batch <= q.batches_final)
            continue;  // gone, or only to be pushed
        const uint64_t waited = query.now_s() - t.requested_at_s;
        return waited > promised ? waited - promised : 0;
    }
    return 0;
}

}  // namespace thaw::protocol
