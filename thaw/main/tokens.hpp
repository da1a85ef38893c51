/// What people call things at a terminal: networks by name, tokens by symbol, with where they live
/// and how many decimals they have. All of it is fixed at genesis, so nothing is asked of the node.
#pragma once
#include <string>
#include <vector>

#include "thaw/protocol/addresses.hpp"

namespace thaw::cli {

using protocol::AssetId;
using protocol::HostId;
using protocol::NetworkId;

struct NetworkInfo {
    NetworkId id = 0;
    std::string name;    ///< "bnb"
    std::string asset;   ///< "BNB"
    std::string liquid;  ///< "ankrBNB"
    std::string second;  ///< "aBNBb" or "aFTMc": the legacy token, or the wrapped one
    unsigned decimals = 0;
    bool rebasing = false;
    HostId host = 0;
    Address asset_contract, liquid_contract, second_contract, staking_contract;
};

struct TokenInfo {
    std::string symbol;
    unsigned decimals = 18;
    Address contract;                 ///< zero for ETH
    std::optional<AssetId> asset;     ///< when the bridge knows it
    std::optional<NetworkId> liquid;  ///< when it is a token of a network's pool
    bool rebasing = false;            ///< of those: whether the balance is in units of the asset
};

/// In order of their ids.
const std::vector<NetworkInfo>& networks();
/// By name or by the symbol of its asset, in any case. Throws Failure (usage) that lists what there
/// is.
const NetworkInfo& network_called(std::string_view name);
const NetworkInfo& network_with(NetworkId id);

/// ETH, the assets, the liquid tokens, the legacy and the wrapped ones, THAW.
const std::vector<TokenInfo>& tokens();
/// By symbol, in any case. Throws Failure (usage) that lists what there is.
const TokenInfo& token_called(std::string_view symbol);

/// An amount as people write it, above zero. Throws Failure (usage).
u128 amount_called(std::string_view text, std::string_view symbol, unsigned decimals);

/// "1.5 BNB".
std::string shown(u128 amount, unsigned decimals, std::string_view symbol);

}  // namespace thaw::cli
