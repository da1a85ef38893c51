/// Farms and vaults as people call them: by number, by address, or by the symbol of what they take.
#pragma once
#include "thaw/main/session.hpp"

namespace thaw::cli {

/// A token that need not have been there at genesis.
struct Coin {
    Address address;
    std::string symbol;  ///< of a pair: both of its tokens', such as "aFTMb-WETH"
    unsigned decimals = 0;
};
/// Asks the node for each of them.
std::vector<Coin> coins_at(Session& session, const std::vector<Address>& addresses);

struct FarmInfo {
    size_t number = 0;  ///< from 1, in the order of creation
    Address address;
    Coin staked;
};
std::vector<FarmInfo> all_farms(Session& session);
/// Throws Failure (usage) that lists what there is. Of several with the same token, the first.
FarmInfo farm_called(Session& session, std::string_view name);

struct VaultInfo {
    size_t number = 0;
    Address address;
    Address farm;  ///< zero: a staking vault
    Coin share;    ///< "stv-FTM"
    Coin asset;
};
std::vector<VaultInfo> all_vaults(Session& session);
VaultInfo vault_called(Session& session, std::string_view name);

/// One value that a contract answers.
template <class T>
T asked(Session& session, const Address& contract, const Bytes& data) {
    return std::get<0>(session.client().view<T>(contract, data));
}
/// What an account of the session's holds, as the token shows it.
u128 balance_of(Session& session, const Address& token);
/// A number with a unit, or "all" of what there is.
u128 part_called(std::string_view text, const Coin& coin, u128 all);

}  // namespace thaw::cli
