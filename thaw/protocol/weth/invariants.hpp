/// What wrapped ether promises.
#pragma once
#include "thaw/protocol/addresses.hpp"
#include "thaw/protocol/invariant.hpp"
#include "thaw/protocol/weth/face.hpp"

namespace thaw::protocol::weth {

inline constexpr std::array invariants{
    Invariant{"wrapped ether is covered by the ether of its contract",
              [](const Query& q) {
                  return token::held(q, token::user_account(eth, weth_address)).value >=
                         issued::supply(q, weth_address);
              }},
};

}  // namespace thaw::protocol::weth
