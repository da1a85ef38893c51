/// What issued tokens promise.
#pragma once
#include "thaw/protocol/invariant.hpp"
#include "thaw/protocol/issued/face.hpp"

namespace thaw::protocol::issued {

inline constexpr std::array invariants{
    Invariant{"an issued token's supply is the sum of its balances",
              [](const Query& q) {
                  std::vector<u128> sums(count(q) + 1);
                  const Books& books = q.read<Books>();
                  bool known = true;
                  books.balances.for_each_unordered([&](const Key& key, const Balance& balance) {
                      const uint64_t number = books.issues.get(key.token).number;
                      known = known && number != 0 && number < sums.size();
                      if (known) sums[number] = add(sums[number], balance.value);
                  });
                  for (uint64_t n = 1; known && n < sums.size(); ++n)
                      known = sums[n] == supply(q, token_at(q, n));
                  return known;
              }},
    Invariant{"issued tokens are numbered without a gap",
              [](const Query& q) {
                  for (uint64_t n = 1; n <= count(q); ++n)
                      if (q.read<Books>().issues.get(token_at(q, n)).number != n) return false;
                  return q.read<Books>().issues.size() == count(q);
              }},
};

}  // namespace thaw::protocol::issued
