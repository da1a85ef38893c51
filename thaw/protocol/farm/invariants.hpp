/// What farms promise.
#pragma once
#include "thaw/protocol/farm/face.hpp"
#include "thaw/protocol/invariant.hpp"

namespace thaw::protocol::farm {

namespace detail {

/// What a farm must have of one token: the stakes in it, and the budgets not yet paid out.
inline u128 owed_of(const Query& q, const Address& farm, const Address& token) {
    u128 sum = q.read<Books>().farms.get(farm).coin == token ? issued::supply(q, farm) : 0;
    for (uint8_t slot = 0; slot < emission::slots(q, farm); ++slot) {
        const emission::Stream s = emission::stream(q, farm, slot, 0);
        if (s.reward == token) sum = add(sum, sub(emission::funded(s), s.paid));
    }
    return sum;
}

/// What all holders of a farm's receipts could claim of each reward.
using Promised = std::array<u128, emission::streams_max>;
inline void promise(const Query& q, const Address& farm, const Address& holder, Promised& sums) {
    for (uint8_t slot = 0; slot < emission::slots(q, farm); ++slot)
        sums[slot] =
            add(sums[slot], emission::pending(q, farm, slot, holder, issued::held(q, farm, holder),
                                              issued::supply(q, farm)));
}

}  // namespace detail

inline constexpr std::array invariants{
    Invariant{"a farm has what is staked in it and what it owes of each reward",
              [](const Query& q) {
                  bool holds = true;
                  q.read<Books>().farms.for_each_unordered([&](const Address& a, const Farm& f) {
                      holds = holds && coins::held(q, f.coin, a) >= detail::owed_of(q, a, f.coin);
                      for (uint8_t slot = 0; slot < emission::slots(q, a); ++slot) {
                          const Address token = emission::stream(q, a, slot, 0).reward;
                          holds = holds && coins::held(q, token, a) >= detail::owed_of(q, a, token);
                      }
                  });
                  return holds;
              }},
    Invariant{"what a farm has paid and owes was emitted, and that was funded",
              [](const Query& q) {
                  std::vector<detail::Promised> sums(q.read<Books>().counts.get(0).farms + 1);
                  const auto id = [&](const Address& a) { return q.read<Books>().farms.get(a).id; };
                  const auto& held = q.read<issued::Books>().balances;
                  held.for_each_unordered([&](const issued::Key& key, const issued::Balance&) {
                      detail::promise(q, key.token, key.holder, sums[id(key.token)]);
                  });
                  q.read<emission::Books>().earned.for_each_unordered(
                      [&](const emission::HolderKey& key, const emission::Earned& e) {
                          if (held.has({key.receipt, key.holder})) return;
                          u128& sum = sums[id(key.receipt)][key.slot];
                          sum = add(sum, e.owed);
                      });
                  bool holds = true;
                  q.read<Books>().farms.for_each_unordered([&](const Address& a, const Farm& f) {
                      for (uint8_t slot = 0; slot < emission::slots(q, a); ++slot) {
                          const auto s = emission::stream(q, a, slot, issued::supply(q, a));
                          holds = holds && add(s.paid, sums[f.id][slot]) <= emission::emitted(s) &&
                                  emission::emitted(s) <= emission::funded(s);
                      }
                  });
                  return holds;
              }},
};

}  // namespace thaw::protocol::farm
