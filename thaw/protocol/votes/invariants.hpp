/// What the votes promise.
#pragma once
#include "thaw/protocol/invariant.hpp"
#include "thaw/protocol/token/books.hpp"
#include "thaw/protocol/votes/books.hpp"

namespace thaw::protocol::votes {

namespace detail {
inline u128 latest(const Query& q, const Address& account) {
    const Books& b = q.read<Books>();
    const uint32_t count = b.lengths.get(account).checkpoints;
    return count == 0 ? 0 : b.checkpoints.get({account, count - 1}).votes;
}
}  // namespace detail

inline constexpr std::array invariants{
    Invariant{"votes are the THAW whose holders have a delegate, each unit once",
              [](const Query& q) {
                  const Books& b = q.read<Books>();
                  u128 votes = 0, delegated = 0;
                  b.lengths.for_each_unordered([&](const Address& account, const Length&) {
                      if (!account.is_zero()) votes = add(votes, detail::latest(q, account));
                  });
                  b.choices.for_each_unordered([&](const Address& holder, const Choice&) {
                      const auto account = token::user_account(thaw_token, holder);
                      delegated =
                          add(delegated, q.read<token::Books>().balances.get(account).value);
                  });
                  return votes == delegated;
              }},
    Invariant{"the supply that quorums are counted from is that of THAW",
              [](const Query& q) {
                  const auto totals = q.read<token::Books>().totals.get(thaw_token);
                  return detail::latest(q, {}) ==
                         sub(totals.supply.value, totals.withdrawing.value);
              }},
};

}  // namespace thaw::protocol::votes
