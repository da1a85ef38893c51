/// What the unbonding queue promises.
#pragma once
#include "thaw/protocol/invariant.hpp"
#include "thaw/protocol/liquid/ledger.hpp"
#include "thaw/protocol/token/face.hpp"
#include "thaw/protocol/unbonding/queue.hpp"

namespace thaw::protocol::unbonding {

namespace detail {
template <class F>
bool for_every_batch(const Query& q, const F& holds) {
    for (NetworkId n = 1; n <= network_count; ++n)
        for (uint64_t b = 1; b <= queue(q, n).batches; ++b)
            if (!holds(n, b, batch(q, n, b))) return false;
    return true;
}
}  // namespace detail

inline constexpr std::array invariants{
    Invariant{"Q-1: finalised batches are a prefix of the queue",
              [](const Query& q) {
                  return detail::for_every_batch(q,
                                                 [&](NetworkId n, uint64_t number, const Batch& b) {
                                                     return (b.status >= BatchStatus::finalised) ==
                                                            (number <= queue(q, n).batches_final);
                                                 });
              }},
    Invariant{
        "Q-2: claimable is what finalised batches still owe",
        [](const Query& q) {
            std::array<u128, network_count + 1> owed{};
            detail::for_every_batch(q, [&](NetworkId n, uint64_t, const Batch& b) {
                owed[n] = add(owed[n], b.unpaid.value);
                return true;
            });
            for (NetworkId n = 1; n <= network_count; ++n)
                if (token::held(q, token::bucket_account(n, token::Bucket::claimable)).value !=
                    owed[n])
                    return false;
            return true;
        }},
    Invariant{"Q-3: what a finalised batch owes covers each of its tickets, once",
              [](const Query& q) {
                  std::array<std::vector<u128>, network_count + 1> due;
                  for (NetworkId n = 1; n <= network_count; ++n)
                      due[n].resize(queue(q, n).batches + 1);
                  bool sane = true;
                  q.read<Books>().tickets.for_each_unordered([&](uint64_t id, const Ticket& t) {
                      const NetworkId n = network_of(id);
                      const Batch b = batch(q, n, t.batch);
                      if (b.status == BatchStatus::paid || b.tickets_open == 0) sane = false;
                      if (b.status != BatchStatus::finalised) return;
                      const bool earns =
                          q.read<networks::Books>().networks.get(n).earns_while_unbonding != 0;
                      due[n][t.batch] +=
                          payment(t.shares, t.nominal, {b.rate_assets, b.rate_supply}, earns).value;
                  });
                  return sane && detail::for_every_batch(
                                     q, [&](NetworkId n, uint64_t number, const Batch& b) {
                                         return due[n][number] <= b.unpaid.value;
                                     });
              }},
    Invariant{"tickets that wait hold their shares in escrow",
              [](const Query& q) {
                  std::array<u128, network_count + 1> waiting{};
                  detail::for_every_batch(q, [&](NetworkId n, uint64_t, const Batch& b) {
                      if (b.status < BatchStatus::finalised)
                          waiting[n] = add(waiting[n], b.shares.value);
                      return true;
                  });
                  for (NetworkId n = 1; n <= network_count; ++n)
                      if (liquid::holding(q, ContractKind::liquid, n, tickets_address).value <
                          waiting[n])
                          return false;
                  return true;
              }},
    Invariant{"what is reserved for batches lies in the buffer",
              [](const Query& q) {
                  for (NetworkId n = 1; n <= network_count; ++n)
                      if (token::held(q, token::bucket_account(n, token::Bucket::buffer)) <
                          queue(q, n).reserved)
                          return false;
                  return true;
              }},
};

}  // namespace thaw::protocol::unbonding
