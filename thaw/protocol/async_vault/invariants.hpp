/// What the ERC-7540 face promises.
#pragma once
#include "thaw/protocol/async_vault/face.hpp"
#include "thaw/protocol/invariant.hpp"
#include "thaw/protocol/liquid/math.hpp"
#include "thaw/protocol/token/books.hpp"
#include "thaw/protocol/unbonding/books.hpp"

namespace thaw::protocol::async_vault {

inline constexpr std::array invariants{
    Invariant{"a request's ticket lies with its token until it is paid",
              [](const Query& q) {
                  bool sound = true;
                  const auto& tickets = q.read<unbonding::Books>().tickets;
                  q.read<Books>().requests.for_each_unordered([&](uint64_t id, const Request& r) {
                      if (r.claimed >= r.shares || unbonding::network_of(id) != r.network)
                          sound = false;
                      if (!tickets.has(id)) return;
                      const unbonding::Ticket t = tickets.get(id);
                      const u128 open = (r.shares.value - r.claimed.value) * liquid::sub_units;
                      if (t.owner != vault_of(q.read<networks::Books>().networks.get(r.network),
                                              r.network) ||
                          t.shares.value > open)
                          sound = false;
                  });
                  return sound;
              }},
    Invariant{"each request has one place in its controller's line",
              [](const Query& q) {
                  uint64_t open = 0;
                  bool sound = true;
                  const Books& books = q.read<Books>();
                  books.places.for_each_unordered([&](const PlaceKey& key, const Id& id) {
                      const Line line =
                          books.lines.get({.controller = key.controller, .network = key.network});
                      if (key.place < line.first || key.place >= line.end) sound = false;
                      const Request r = books.requests.get(id.ticket);
                      if (r.controller == key.controller && r.network == key.network) ++open;
                  });
                  uint64_t requests = 0;
                  books.requests.for_each_unordered([&](uint64_t, const Request&) { ++requests; });
                  return sound && open == requests;
              }},
};

}  // namespace thaw::protocol::async_vault
