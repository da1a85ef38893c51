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
                      due[n][t.batch] = add(due[n][t.batch], left_of(q, t, n).value);
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
    Invariant{"a queue's and its batches' sums are those of the tickets that wait",
              [](const Query& q) {
                  struct Sums {
                      u128 shares = 0;
                      u128 nominal = 0;
                      uint64_t tickets = 0;
                  };
                  std::array<std::vector<Sums>, network_count + 1> batches;
                  std::array<Sums, network_count + 1> queues{};
                  for (NetworkId n = 1; n <= network_count; ++n)
                      batches[n].resize(queue(q, n).batches + 1);
                  q.read<Books>().tickets.for_each_unordered([&](uint64_t id, const Ticket& t) {
                      const NetworkId n = network_of(id);
                      Sums& in_batch = batches[n][t.batch];
                      ++in_batch.tickets;
                      in_batch.shares = add(in_batch.shares, t.shares.value);
                      in_batch.nominal = add(in_batch.nominal, t.nominal.value);
                      if (t.batch <= queue(q, n).batches_final) return;
                      queues[n].shares = add(queues[n].shares, t.shares.value);
                      queues[n].nominal = add(queues[n].nominal, t.nominal.value);
                  });
                  for (NetworkId n = 1; n <= network_count; ++n)
                      if (queue(q, n).shares.value != queues[n].shares ||
                          queue(q, n).nominal.value != queues[n].nominal)
                          return false;
                  return detail::for_every_batch(
                      q, [&](NetworkId n, uint64_t number, const Batch& b) {
                          const Sums& sums = batches[n][number];
                          if (b.tickets_open != sums.tickets) return false;
                          return b.status >= BatchStatus::finalised ||
                                 (b.shares.value == sums.shares && b.nominal.value == sums.nominal);
                      });
              }},
};

}  // namespace thaw::protocol::unbonding
