/// What lending promises.
#pragma once
#include "thaw/protocol/invariant.hpp"
#include "thaw/protocol/lending/ledger.hpp"

namespace thaw::protocol::lending {

namespace detail {

/// Sums over all positions, by market.
struct Sums {
    std::array<u128, markets_max + 1> pledged{};
    std::array<u128, markets_max + 1> debt{};
};
inline Sums sums_of(const Query& q) {
    Sums sums;
    q.read<Books>().positions.for_each_unordered([&](const Key& key, const Position& p) {
        sums.pledged[key.market] = add(sums.pledged[key.market], p.pledged);
        sums.debt[key.market] = add(sums.debt[key.market], p.debt);
    });
    return sums;
}
template <class F>
bool each_market(const Query& q, const F& holds) {
    const uint64_t count = q.read<Books>().counts.get(0).markets;
    for (MarketId id = 1; id <= count; ++id)
        if (!holds(open_at(q, id))) return false;
    return true;
}
/// Whether a market whose coin only serves as collateral has each account's own.
inline bool keeps_pledges(const Query& q, const Open& o) {
    bool holds = true;
    q.read<Books>().positions.for_each_unordered([&](const Key& key, const Position& p) {
        if (key.market == o.id)
            holds = holds && coins::held(q, o.market.coin, keeper_of(o, key.account)) >= p.pledged;
    });
    return holds;
}

}  // namespace detail

inline constexpr std::array invariants{
    Invariant{"a market's cash, debts and deficit cover its supply and reserves",
              [](const Query& q) {
                  return detail::each_market(q, [](const Open& o) {
                      const Market& m = o.market;
                      return add(add(m.cash, owed(m)), m.deficit) >= add(supplied(m), m.reserves);
                  });
              }},
    Invariant{"a market has the coins that it counts",
              [](const Query& q) {
                  return detail::each_market(q, [&](const Open& o) {
                      const Market& m = o.market;
                      if (o.terms.borrowable == 0) return detail::keeps_pledges(q, o);
                      return coins::held(q, m.coin, lending_address) >= add(m.cash, m.insurance);
                  });
              }},
    Invariant{"a market's claims and debts are the sums of what accounts have and owe",
              [](const Query& q) {
                  const detail::Sums sums = detail::sums_of(q);
                  return detail::each_market(q, [&](const Open& o) {
                      const Market& m = o.market;
                      if (sums.debt[o.id] != m.debt_scaled) return false;
                      if (m.claims.is_zero()) return sums.pledged[o.id] == m.supply_scaled;
                      return issued::supply(q, m.claims) == m.supply_scaled &&
                             issued::held(q, m.claims, lending_address) >= sums.pledged[o.id];
                  });
              }},
    Invariant{"whoever owes has something pledged, and an account's marks are its positions",
              [](const Query& q) {
                  bool holds = true;
                  const Books& books = q.read<Books>();
                  books.accounts.for_each_unordered([&](const Address&, const Account& row) {
                      holds = holds && (row.owes == 0 || row.pledged != 0);
                  });
                  books.positions.for_each_unordered([&](const Key& key, const Position& p) {
                      const Account row = books.accounts.get(key.account);
                      const uint64_t bit = uint64_t{1} << key.market;
                      holds = holds && ((row.pledged & bit) != 0) == (p.pledged != 0) &&
                              ((row.owes & bit) != 0) == (p.debt != 0);
                  });
                  return holds;
              }},
    Invariant{"a lending market is never without supply",
              [](const Query& q) {
                  return detail::each_market(q, [&](const Open& o) {
                      const Address& claims = o.market.claims;
                      return claims.is_zero() || issued::held(q, claims, dust_address) >= seed_min;
                  });
              }},
};

}  // namespace thaw::protocol::lending
