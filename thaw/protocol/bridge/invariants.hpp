/// What the bridge promises.
#pragma once
#include "thaw/protocol/assets/face.hpp"
#include "thaw/protocol/bridge/face.hpp"
#include "thaw/protocol/invariant.hpp"
#include "thaw/protocol/validators/face.hpp"

namespace thaw::protocol::bridge {

inline constexpr std::array invariants{
    Invariant{"C-4: what is issued lies in custody, is delegated, or is on its way between the two",
              [](const Query& q) {
                  using token::Bucket;
                  for (AssetId asset = 0; asset < assets::end(q); ++asset) {
                      if (asset == thaw_token) continue;  // the hub's own, on no host
                      u128 there = 0;
                      for (HostId h = 1; h <= host_count; ++h)
                          there = add(there, q.read<Books>().custody.get({h, asset}).liquid.value);
                      // Bonds under way are still in custody; what the host has taken over is not.
                      q.read<token::Books>().balances.for_each_unordered(
                          [&](const token::Account& account, Assets balance) {
                              if (account.asset == asset && (account.bucket == Bucket::bonded ||
                                                             account.bucket == Bucket::unbonding))
                                  there = add(there, balance.value);
                          });
                      if (q.read<token::Books>().totals.get(asset).supply.value != there)
                          return false;
                  }
                  return true;
              }},
    Invariant{"custody promised to instructions is there",
              [](const Query& q) {
                  bool there = true;
                  q.read<Books>().custody.for_each_unordered(
                      [&](const CustodyKey&, const Custody& c) {
                          if (c.committed > c.liquid) there = false;
                      });
                  return there;
              }},
};

}  // namespace thaw::protocol::bridge
