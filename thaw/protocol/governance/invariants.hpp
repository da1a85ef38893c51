/// What governance promises.
#pragma once
#include "thaw/protocol/addresses.hpp"
#include "thaw/protocol/governance/books.hpp"
#include "thaw/protocol/governance/limits.hpp"
#include "thaw/protocol/invariant.hpp"

namespace thaw::protocol::governance {

namespace detail {
/// Whether every row of a table satisfies a sentence.
template <class Table, class Holds>
bool for_all(const Table& table, const Holds& holds) {
    bool all = true;
    table.for_each_unordered(
        [&](const auto& key, const auto& row) { all = all && holds(key, row); });
    return all;
}
}  // namespace detail

inline constexpr std::array invariants{
    Invariant{"a proposal's votes are its ballots, and a ballot is one vote",
              [](const Query& q) {
                  const Books& b = q.read<Books>();
                  u128 ballots = 0, counted = 0;
                  b.ballots.for_each_unordered([&](const BallotKey&, const Ballot& ballot) {
                      ballots = add(ballots, ballot.weight);
                  });
                  b.proposals.for_each_unordered([&](const Hash&, const Proposal& p) {
                      counted = add(counted, add(p.against, add(p.in_favour, p.abstain)));
                  });
                  return ballots == counted;
              }},
    Invariant{
        "what was carried out had waited as long as the timelock makes it",
        [](const Query& q) {
            return detail::for_all(q.read<Books>().operations, [](const Hash&, const Operation& o) {
                return o.delay_s >= min_delay_min_s && (o.done_s == 0 || o.done_s >= ready_at(o));
            });
        }},
    Invariant{"the role of governance is offered to nobody",
              [](const Query& q) {
                  const auto hub = q.read<networks::Books>().hub.get(0);
                  return hub.owner != timelock_address || hub.heir.is_zero();
              }},
    Invariant{"no pause lasts longer than fourteen days",
              [](const Query& q) {
                  return detail::for_all(q.read<Books>().pauses, [](uint8_t, const Pause& p) {
                      return p.until_s <= p.since_s + pause_s;
                  });
              }},
};

}  // namespace thaw::protocol::governance
