/// What vaults promise.
#pragma once
#include "thaw/protocol/invariant.hpp"
#include "thaw/protocol/vault/face.hpp"

namespace thaw::protocol::vault {

inline constexpr std::array invariants{
    Invariant{
        "a vault has what it counts: receipts of its farm, or liquid shares and idle assets",
        [](const Query& q) {
            bool holds = true;
            q.read<Books>().vaults.for_each_unordered([&](const Address& a, const Vault& v) {
                if (!v.farm.is_zero()) {
                    holds = holds && issued::held(q, v.farm, a) >= v.position.counted;
                    return;
                }
                holds = holds && coins::held(q, v.asset, a) >= v.idle &&
                        liquid::holding(q, ContractKind::liquid, index_of(v.asset), a) >= v.works;
            });
            q.read<Books>().carried.for_each_unordered([&](const CarryKey& key, const Carried& c) {
                holds = holds && coins::held(q, key.token, key.vault) >= c.units;
            });
            return holds;
        }},
    Invariant{
        "what all shares of a vault are worth is there, and unreleased profit is counted",
        [](const Query& q) {
            bool holds = true;
            q.read<Books>().vaults.for_each_unordered([&](const Address& a, const Vault& v) {
                const u128 there =
                    v.farm.is_zero()
                        ? add(v.idle,
                              liquid::worth(v.works, liquid::rate(q, index_of(v.asset))).value)
                        : issued::held(q, v.farm, a);
                holds = holds && locked_at(v.position, q.now_s()) <= v.position.counted;
                if (!holds) return;
                const u128 total = priced(v.position, there, q.now_s());
                const u128 supply = issued::supply(q, a);
                const auto worth = assets_for(supply, total, supply, Round::down);
                holds = worth && *worth <= there;
            });
            return holds;
        }},
};

}  // namespace thaw::protocol::vault
