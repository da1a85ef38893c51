/// What the oracle promises about itself.
#pragma once
#include "thaw/protocol/invariant.hpp"
#include "thaw/protocol/oracle/books.hpp"
#include "thaw/protocol/oracle/limits.hpp"

namespace thaw::protocol::oracle {

inline constexpr std::array invariants{
    Invariant{"a quorum is more than two thirds of the members, and at most all of them",
              [](const Query& q) {
                  const Settings settings = q.read<Books>().settings.get(0);
                  return quorum_in_range(settings.quorum, settings.members);
              }},
    Invariant{"each member has one place and an id of its own",
              [](const Query& q) {
                  const Books& books = q.read<Books>();
                  const Settings settings = books.settings.get(0);
                  uint32_t known = 0;
                  bool sane = true;
                  books.numbers.for_each_unordered([&](const Address& account, const Number& n) {
                      const Member at = books.members.get(n.place);
                      sane &= at.account == account && at.id == n.id && n.id != 0 &&
                              n.id <= settings.last_id && n.place <= settings.members;
                      ++known;
                  });
                  return sane && known == settings.members;
              }},
};

}  // namespace thaw::protocol::oracle
