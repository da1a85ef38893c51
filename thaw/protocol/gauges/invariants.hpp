/// What gauges promise.
#pragma once
#include "thaw/protocol/gauges/books.hpp"
#include "thaw/protocol/invariant.hpp"

namespace thaw::protocol::gauges {

namespace detail {
/// Rounding leaves a unit for each choice and halving at most, and it stays in the sums.
inline bool covered(const Query& q, const TallyKey& key, const Tally& tally) {
    const auto hub = q.read<networks::Books>().hub.get(0);
    const uint64_t now = epoch_at(hub.genesis_s, q.now_s());
    u128 in_force = 0, cast = 0;
    q.read<Books>().ballots.for_each_unordered([&](const BallotKey& of, const Ballot& ballot) {
        for (const Choice& choice : ballot.choices) {
            if (of.network != key.network || choice.validator == 0) continue;
            if (key.validator != 0 && choice.validator != key.validator) continue;
            const u128 part = part_of(ballot.votes, choice.bps);
            if (ballot.epoch == now)
                cast = add(cast, part);
            else
                in_force = add(in_force, halved(part, now - ballot.epoch - 1));
        }
    });
    const Tally stands = tally.at(now);
    return stands.in_force >= stands.leaving && stands.in_force - stands.leaving >= in_force &&
           stands.cast == cast;
}
}  // namespace detail

inline constexpr std::array invariants{
    Invariant{"a gauge counts every holder's last vote, halved for each epoch since",
              [](const Query& q) {
                  bool all = true;
                  q.read<Books>().tallies.for_each_unordered(
                      [&](const TallyKey& key, const Tally& tally) {
                          all = all && detail::covered(q, key, tally);
                      });
                  return all;
              }},
};

}  // namespace thaw::protocol::gauges
