/// A pair as its mathematics see it, and the way between face units and what a pair counts.
#pragma once
#include "thaw/protocol/stable/face.hpp"
#include "thaw/protocol/stable/math.hpp"

namespace thaw::protocol::stable {

/// One of the two coins, and how its face units convert. A pair counts base units of the asset and
/// sub-shares of the liquid token.
struct Coin {
    Address address;
    bool liquid = false;
    bool rebasing = false;
    liquid::Rate rate;
};
Coin coin_of(const Query& query, NetworkId network, bool liquid);
Scale scale_of(const Coin& coin);

// What a payment changes of a pair's holding. An exact transfer of x of a rebasing token moves more
// than (x−1)·S/E and less than (x+1)·S/E sub-shares. Nothing where it does not fit.

/// The least that comes with `face` units.
std::optional<u128> least_in(const Coin& coin, u128 face);
/// The fewest face units that bring at least `counted`.
std::optional<u128> face_in(const Coin& coin, u128 counted);
/// The most that goes with `face` units.
std::optional<u128> most_out(const Coin& coin, u128 face);
/// The most face units that take at most `counted`.
std::optional<u128> face_out(const Coin& coin, u128 counted);

/// The two coins of a pair in an order: what is sold first.
struct Way {
    NetworkId network = 0;
    Address pair;
    Coin sold;
    Coin bought;
};

/// The market now, the coin that is sold first.
Market market_of(const Query& query, const Way& way);
Market market_of(const Query& query, const Pair& pair, const Way& way);
/// The price of one face unit of the liquid token in the asset, in 10^-18; 0 while there is none.
u128 price_of(const Query& query, const Pair& pair, NetworkId network);
/// The same by the ledger.
u128 fair_price_of(const Query& query, NetworkId network);
/// The pair's row with its price counted up to now.
Pair observed(const Query& query, NetworkId network);

/// A fault as the refusal it is on the wire; `amount` is what was asked for.
Revert refusal_of(Fault fault, u128 amount);

}  // namespace thaw::protocol::stable
