/// The best ways from one coin to another over all pools, up to three hops, and the division of an
/// amount among several.
#pragma once
#include "thaw/protocol/exchange/face.hpp"

namespace thaw::protocol::exchange {

using Path = std::vector<Address>;
using Amounts = std::vector<u128>;

/// A way through named pools. `amounts` has the amount of each coin of `path`.
struct Way {
    using AbiTuple = void;
    Path path;
    Path pools;
    Amounts amounts;
};
/// What somebody asks for: so much through these pools.
struct Part {
    using AbiTuple = void;
    u128 amount = 0;
    Path pools;
};
/// There is no way between two coins that brings anything for that amount.
struct NoRoute {
    static constexpr std::string_view abi = "NoRoute(address coinIn, address coinOut)";
    Address coin_in;
    Address coin_out;
};
struct NotAPoolOf {
    static constexpr std::string_view abi = "NotAPoolOf(address pool, address coin)";
    Address pool;
    Address coin;
};
struct TooManyRoutes {
    static constexpr std::string_view abi = "TooManyRoutes(uint256 routes, uint256 maximum)";
    Number routes;
    Number maximum;
};
struct RoutedLessThanMinimum {
    static constexpr std::string_view abi =
        "RoutedLessThanMinimum(uint256 amount, uint256 minimum)";
    u128 amount;
    u128 minimum;
};
struct DeadlinePassed {
    static constexpr std::string_view abi = "DeadlinePassed(uint256 deadline)";
    Number deadline;
};

/// The way over at most three pools that brings most; the steps between are coins of the hub
/// itself (assets, liquid tokens, wrapped ether). A quote that is executed in the same block holds.
Result<Way> best_route(const Query& query, Address coin_in, Address coin_out, u128 amount);
/// Divides an amount in sixteenths among at most four ways that share no pool, each part to the
/// way where it brings most. Returns the ways and the sum of what they bring.
Result<std::tuple<std::vector<Way>, u128>> quote_split(const Query& query, Address coin_in,
                                                       Address coin_out, u128 amount);
/// Carries ways out: takes `coin_in` from the caller, and pays the last coins of all of them to
/// `to`, at least `minimum` together. All must end in the same coin.
Result<u128> swap_routes(Call& call, Address coin_in, std::vector<Part> parts, u128 minimum,
                         Address to, Number deadline);

/// For other modules: sells what `from` has by the best way, pays `to`. Returns what that brought.
Result<u128> sell_by(Call& call, const Way& way, const Address& from, const Address& to);

}  // namespace thaw::protocol::exchange
