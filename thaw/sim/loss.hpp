/// Impermanent loss: what a provider has less than who held both coins, in a stable pair and in a
/// constant-product one. Without fees, so that the curves alone are compared.
#pragma once
#include <string>
#include <vector>

#include "thaw/base/types.hpp"

namespace thaw::sim {

/// Parts of the whole, 0.01 is one per cent.
struct Loss {
    double moved = 0;             ///< of the rate, or of the market price
    double constant_product = 0;  ///< lost
    double stable = 0;
};

/// The ledger's rate has grown by `grown` since both coins were laid in at equal worth, and the
/// market has followed it. The stable pair's own mathematics at its default amplification; x·y = k
/// for the other.
Loss loss_by_rewards(double grown);
/// The rate stands, and the market price has fallen below it by `fallen`: both curves sell the
/// asset on the way down. Worth is counted at the market price.
Loss loss_by_discount(double fallen);

std::vector<Loss> losses_by_rewards();
std::vector<Loss> losses_by_discount();

/// Both as a picture: SVG, two panels side by side.
std::string loss_picture();

}  // namespace thaw::sim
