/// What the share ledger promises.
#pragma once
#include "thaw/protocol/invariant.hpp"
#include "thaw/protocol/liquid/ledger.hpp"
#include "thaw/protocol/token/face.hpp"

namespace thaw::protocol::liquid {

inline constexpr std::array invariants{
    Invariant{"C-2: each network's share supply is the sum of its holdings",
              [](const Query& q) {
                  std::array<u128, network_count + 1> sums{};
                  q.read<Books>().holdings.for_each_unordered([&](const Key& key, SubShares held) {
                      sums[key.network] = add(sums[key.network], held.value);
                  });
                  for (NetworkId n = 1; n <= network_count; ++n)
                      if (q.read<Books>().pools.get(n).supply.value != sums[n]) return false;
                  return true;
              }},
    Invariant{"C-2: what is held as a legacy or a wrapped token is the sum of its holdings",
              [](const Query& q) {
                  std::array<std::array<u128, network_count + 1>, 2> sums{};
                  const auto row = [](ContractKind kind) { return kind == ContractKind::wrapped; };
                  const Books& books = q.read<Books>();
                  books.holdings.for_each_unordered([&](const Key& key, SubShares held) {
                      if (key.kind == ContractKind::liquid) return;
                      u128& sum = sums[row(key.kind)][key.network];
                      sum = add(sum, held.value);
                  });
                  for (NetworkId n = 1; n <= network_count; ++n)
                      for (const auto kind : {ContractKind::legacy, ContractKind::wrapped})
                          if (books.faces.get({kind, n}).value != sums[row(kind)][n]) return false;
                  return true;
              }},
    Invariant{"rewards that wait for their release lie in the pool",
              [](const Query& q) {
                  for (NetworkId n = 1; n <= network_count; ++n)
                      if (token::located(q, n) < unreleased(q, n)) return false;
                  return true;
              }},
    Invariant{"each pool keeps shares that nobody can redeem, so its rate is always defined",
              [](const Query& q) {
                  for (NetworkId n = 1; n <= network_count; ++n)
                      if (holding(q, ContractKind::liquid, n, dust_address).is_zero()) return false;
                  return true;
              }},
};

}  // namespace thaw::protocol::liquid
