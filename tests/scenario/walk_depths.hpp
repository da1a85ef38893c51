/// What a unit of liquidity is worth in each pair, for who watches that nobody takes of it.
#pragma once
#include <boost/multiprecision/cpp_int.hpp>
#include <map>

#include "thaw/base/text.hpp"
#include "thaw/protocol/coins/face.hpp"
#include "thaw/protocol/exchange/face.hpp"
#include "thaw/protocol/stable/face.hpp"
#include "thaw/protocol/vault/face.hpp"

namespace thaw::scenario {

/// The product of what a pair counts (or, of a stable pair, the square of its invariant), and its
/// liquidity. A rebasing coin moves to the base unit that it shows, and so does its reserve to who
/// joins: a side of it may be out by some units, before as after.
struct Depth {
    using Big = boost::multiprecision::cpp_int;
    Big least;
    Big most;
    Big liquidity;
};
using Depths = std::map<Address, Depth>;

inline Depth::Big big(u128 value) {
    return (Depth::Big{static_cast<uint64_t>(value >> 64)} << 64) + static_cast<uint64_t>(value);
}

inline Depths depths_of(const protocol::Query& query) {
    using namespace protocol;
    constexpr u128 units_lost_max = 16;  // one on either side of each move of a batch
    Depths all;
    query.read<exchange::Books>().pairs.for_each_unordered([&](const Address& at,
                                                               const exchange::Pair& pair) {
        const auto slack = [&](const Address& coin) -> u128 {
            if (!coins::is_rebasing(query, coin)) return 0;
            return (coins::to_ledger_up(query, coin, units_lost_max) + 1) * liquid::sub_units;
        };
        const auto at_least = [&](u128 reserve, const Address& coin) {
            return big(reserve - std::min(reserve, slack(coin)));
        };
        all[at] = {
            .least = at_least(pair.reserve0, pair.token0) * at_least(pair.reserve1, pair.token1),
            .most = (big(pair.reserve0) + big(slack(pair.token0))) *
                    (big(pair.reserve1) + big(slack(pair.token1))),
            .liquidity = big(issued::supply(query, at))};
    });
    for (NetworkId n = 1; n <= network_count; ++n) {
        const Address at = stable::pair_of(query, n);
        const Depth::Big d = big(stable::summary(query.at(at))->invariant);
        const Depth::Big least = d * d;
        const Depth::Big most = (d + 1) * (d + 1);
        all[at] = {.least = least, .most = most, .liquidity = big(issued::supply(query, at))};
    }
    return all;
}

/// A pair whose liquidity lost in between.
inline std::optional<std::string> thinner_than(const Depths& before, const protocol::Query& query) {
    for (const auto& [at, now] : depths_of(query)) {
        const auto was = before.find(at);
        // Coins that were synced before anybody provided are whoever comes first's.
        if (was == before.end() || was->second.liquidity == 0) continue;
        const Depth& then = was->second;
        if (now.most * then.liquidity * then.liquidity < then.least * now.liquidity * now.liquidity)
            return to_hex(at.bytes) + ": at least " + then.least.str() + " of " +
                   then.liquidity.str() + ", now at most " + now.most.str() + " of " +
                   now.liquidity.str();
    }
    return std::nullopt;
}

}  // namespace thaw::scenario
