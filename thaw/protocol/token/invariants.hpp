/// What the asset ledger promises.
#pragma once
#include "thaw/protocol/assets/face.hpp"
#include "thaw/protocol/invariant.hpp"
#include "thaw/protocol/token/books.hpp"

namespace thaw::protocol::token {

namespace detail {
/// Sums balances of one asset whose bucket lies in a range.
inline u128 sum_of(const Query& query, AssetId asset, Bucket first, Bucket last) {
    u128 sum = 0;
    query.read<Books>().balances.for_each_unordered([&](const Account& account, Assets balance) {
        if (account.asset == asset && account.bucket >= first && account.bucket <= last)
            sum = add(sum, balance.value);
    });
    return sum;
}
template <class F>
bool for_every_asset(const Query& query, const F& holds) {
    for (AssetId asset = 0; asset < assets::end(query); ++asset)
        if (!holds(asset, query.read<Books>().totals.get(asset))) return false;
    return true;
}
}  // namespace detail

inline constexpr std::array invariants{
    Invariant{"C-1: per asset, all accounts and the host's negative balance sum to zero",
              [](const Query& q) {
                  return detail::for_every_asset(q, [&](AssetId asset, const Totals& t) {
                      return detail::sum_of(q, asset, Bucket::user, Bucket::redeemable) ==
                             t.supply.value;
                  });
              }},
    Invariant{
        "a pool's total is the sum of its buckets",
        [](const Query& q) {
            return detail::for_every_asset(q, [&](AssetId asset, const Totals& t) {
                const u128 redeemable =
                    detail::sum_of(q, asset, Bucket::redeemable, Bucket::redeemable);
                return detail::sum_of(q, asset, Bucket::buffer, Bucket::surplus) + redeemable ==
                           t.pooled.value &&
                       detail::sum_of(q, asset, Bucket::claimable, Bucket::surplus) + redeemable ==
                           t.claimable.value &&
                       detail::sum_of(q, asset, Bucket::withdrawing, Bucket::withdrawing) ==
                           t.withdrawing.value;
            });
        }},
};

}  // namespace thaw::protocol::token
