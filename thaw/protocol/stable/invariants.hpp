/// What stable pairs promise.
#pragma once
#include "thaw/protocol/coins/face.hpp"
#include "thaw/protocol/invariant.hpp"
#include "thaw/protocol/stable/face.hpp"

namespace thaw::protocol::stable {

inline constexpr std::array invariants{
    Invariant{"a stable pair has the coins that it counts",
              [](const Query& q) {
                  for (NetworkId n = 1; n <= network_count; ++n) {
                      const Address pair = pair_of(q, n);
                      const Pair row = q.read<Books>().pairs.get(n);
                      const auto has = [&](ContractKind kind) {
                          return coins::stored(q, contract_address(kind, n), pair);
                      };
                      if (has(ContractKind::asset) < row.asset_reserve ||
                          has(ContractKind::liquid) < row.liquid_reserve)
                          return false;
                  }
                  return true;
              }},
    Invariant{"a stable pair that was joined keeps the liquidity that is nobody's, and both coins",
              [](const Query& q) {
                  for (NetworkId n = 1; n <= network_count; ++n) {
                      const Address pair = pair_of(q, n);
                      const Pair row = q.read<Books>().pairs.get(n);
                      const bool joined = issued::supply(q, pair) != 0;
                      if (joined && issued::held(q, pair, {}) < locked_supply) return false;
                      if (joined != (row.asset_reserve != 0) || joined != (row.liquid_reserve != 0))
                          return false;
                  }
                  return true;
              }},
};

}  // namespace thaw::protocol::stable
