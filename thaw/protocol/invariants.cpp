#include "thaw/protocol/async_vault/invariants.hpp"

#include "thaw/protocol/bridge/invariants.hpp"
#include "thaw/protocol/exchange/invariants.hpp"
#include "thaw/protocol/farm/invariants.hpp"
#include "thaw/protocol/flash/invariants.hpp"
#include "thaw/protocol/gauges/invariants.hpp"
#include "thaw/protocol/governance/invariants.hpp"
#include "thaw/protocol/issued/invariants.hpp"
#include "thaw/protocol/lending/invariants.hpp"
#include "thaw/protocol/liquid/invariants.hpp"
#include "thaw/protocol/losses/invariants.hpp"
#include "thaw/protocol/machine.hpp"
#include "thaw/protocol/oracle/invariants.hpp"
#include "thaw/protocol/prices/invariants.hpp"
#include "thaw/protocol/stable/invariants.hpp"
#include "thaw/protocol/token/invariants.hpp"
#include "thaw/protocol/unbonding/invariants.hpp"
#include "thaw/protocol/vault/invariants.hpp"
#include "thaw/protocol/votes/invariants.hpp"
#include "thaw/protocol/weth/invariants.hpp"

namespace thaw::protocol {
namespace {

template <class... Lists>
constexpr auto joined(const Lists&... lists) {
    std::array<Invariant, (std::tuple_size_v<Lists> + ...)> all{};
    size_t n = 0;
    const auto put = [&](const auto& list) {
        for (const Invariant& invariant : list) all[n++] = invariant;
    };
    (put(lists), ...);
    return all;
}

constexpr auto all_invariants =
    joined(token::invariants, liquid::invariants, unbonding::invariants, bridge::invariants,
           async_vault::invariants, oracle::invariants, losses::invariants, flash::invariants,
           issued::invariants, weth::invariants, farm::invariants, vault::invariants,
           exchange::invariants, stable::invariants, votes::invariants, governance::invariants,
           gauges::invariants, prices::invariants, lending::invariants);

}  // namespace

std::span<const Invariant> invariants() { return all_invariants; }

}  // namespace thaw::protocol
