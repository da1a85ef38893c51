/// What pairs promise.
#pragma once
#include "thaw/protocol/coins/face.hpp"
#include "thaw/protocol/exchange/face.hpp"
#include "thaw/protocol/exchange/limits.hpp"
#include "thaw/protocol/invariant.hpp"

namespace thaw::protocol::exchange {

namespace detail {
template <class F>
bool for_every_pair(const Query& query, const F& holds) {
    bool all = true;
    query.read<Books>().pairs.for_each_unordered(
        [&](const Address& address, const Pair& pair) { all = all && holds(address, pair); });
    return all;
}
}  // namespace detail

inline constexpr std::array invariants{
    Invariant{"a pair holds its reserves",
              [](const Query& q) {
                  return detail::for_every_pair(q, [&](const Address& address, const Pair& pair) {
                      return coins::stored(q, pair.token0, address) >= pair.reserve0 &&
                             coins::stored(q, pair.token1, address) >= pair.reserve1;
                  });
              }},
    Invariant{"a pair lives where its coins say, and its liquidity is locked for ever in part",
              [](const Query& q) {
                  return detail::for_every_pair(q, [&](const Address& address, const Pair& pair) {
                      const auto issue = issued::find(q, address);
                      return address == pair_address(pair.token0, pair.token1) && issue &&
                             issue->kind == issued::InstanceKind::pair &&
                             (issue->supply == 0 ||
                              issued::held(q, address, Address{}) >= minimum_liquidity);
                  });
              }},
    Invariant{"no pair is locked between transactions",
              [](const Query& q) {
                  return detail::for_every_pair(
                      q, [](const Address&, const Pair& pair) { return pair.locked == 0; });
              }},
};

}  // namespace thaw::protocol::exchange
