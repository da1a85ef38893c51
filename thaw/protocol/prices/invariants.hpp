/// What prices promise.
#pragma once
#include "thaw/protocol/invariant.hpp"
#include "thaw/protocol/prices/face.hpp"

namespace thaw::protocol::prices {

inline constexpr std::array invariants{
    Invariant{"a price is no farther from where its window began than its bound",
              [](const Query& q) {
                  bool holds = true;
                  q.read<Books>().feeds.for_each_unordered([&](AssetId, const Feed& f) {
                      holds = holds && (f.price.is_zero() ||
                                        f.price == bounded(f.price, f.anchor, f.move_max_bps));
                  });
                  return holds;
              }},
    Invariant{"a growth cap has its snapshot, its time and its growth, or nothing",
              [](const Query& q) {
                  bool holds = true;
                  q.read<Books>().growth.for_each_unordered([&](NetworkId, const Growth& g) {
                      holds = holds && !g.assets.is_zero() && !g.supply.is_zero() &&
                              g.since_s != 0 && g.yearly_ppm != 0;
                  });
                  return holds;
              }},
};

}  // namespace thaw::protocol::prices
