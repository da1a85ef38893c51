/// What is promised about reports that wait for a second quorum.
#pragma once
#include "thaw/protocol/invariant.hpp"
#include "thaw/protocol/liquid/books.hpp"
#include "thaw/protocol/losses/books.hpp"

namespace thaw::protocol::losses {

inline constexpr std::array invariants{
    Invariant{"a report that waits for a second quorum is of its network's next frame, and whole",
              [](const Query& q) {
                  const Books& books = q.read<Books>();
                  uint32_t rows = 0;
                  for (NetworkId n = 1; n <= network_count; ++n) {
                      const Pending p = books.pending.get(n);
                      if (p.frame == 0) continue;
                      if (p.frame != q.read<liquid::Books>().pools.get(n).frame + 1) return false;
                      rows += p.validators;
                  }
                  return books.validators.size() == rows;
              }},
};

}  // namespace thaw::protocol::losses
