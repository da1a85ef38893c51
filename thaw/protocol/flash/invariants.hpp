/// What flash pools promise.
#pragma once
#include "thaw/protocol/flash/face.hpp"
#include "thaw/protocol/invariant.hpp"

namespace thaw::protocol::flash {

inline constexpr std::array invariants{
    Invariant{"a flash pool has the money that it counts",
              [](const Query& q) {
                  for (NetworkId n = 1; n <= network_count; ++n) {
                      const Address self = contract_address(ContractKind::flash, n);
                      const Pool pool = q.read<Books>().pools.get(n);
                      const u128 unseen =
                          sub(unbonding::received(q, self).value, pool.collected.value);
                      if (token::held(q, token::user_account(n, self)).value <
                          add(pool.cash.value, unseen))
                          return false;
                  }
                  return true;
              }},
    Invariant{"providers' shares are what they hold and what they announced",
              [](const Query& q) {
                  std::array<u128, network_count + 1> sums{}, aside{};
                  const Books& books = q.read<Books>();
                  books.balances.for_each_unordered([&](const Key& key, Shares shares) {
                      sums[key.network] = add(sums[key.network], shares.value);
                  });
                  std::array<u128, network_count + 1> leaving{}, owed{};
                  books.leaving.for_each_unordered([&](const LeavingKey& key, const Leaving& l) {
                      u128& sum = l.priced != 0 ? leaving[key.network] : aside[key.network];
                      sum = add(sum, l.shares.value);
                      owed[key.network] = add(owed[key.network], l.assets.value);
                  });
                  std::array<u128, network_count + 1> named{};
                  books.announced.for_each_unordered([&](const Key& key, const Announced& a) {
                      named[key.network] = add(named[key.network], a.shares.value);
                  });
                  for (NetworkId n = 1; n <= network_count; ++n) {
                      const Pool pool = books.pools.get(n);
                      if (pool.supply.value != add(sums[n], aside[n]) ||
                          pool.announced.value != aside[n] ||
                          named[n] != add(aside[n], leaving[n]) || pool.leaving.value != owed[n])
                          return false;
                  }
                  return true;
              }},
};

}  // namespace thaw::protocol::flash
