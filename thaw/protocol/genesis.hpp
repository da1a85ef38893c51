/// The state a chain begins with, from its configuration. Nothing here is credited without custody
/// behind it: the operator's seeds lie on the host chains before the hub starts.
#pragma once
#include <string>

#include "thaw/protocol/state.hpp"

namespace thaw::protocol {

/// A validator as the registry learns of it at genesis; ids count from 1 within the network, in
/// this order.
struct GenesisValidator {
    Label<24> name;
    uint16_t group = 0;  ///< operator group
    Assets total_stake;
    uint16_t commission_bps = 0;
    uint16_t uptime_bps = 0;
};

struct GenesisNetwork {
    networks::Network parameters;
    flash::Terms flash;    ///< what leaving at once costs
    stable::Terms stable;  ///< how the pair of the liquid token and its asset begins
    std::vector<GenesisValidator> validators;
};

/// ETH that the operator deposited for an account before the start (oracle members need gas).
struct GenesisGrant {
    Address account;
    Assets wei;
};

/// A holding of the legacy token from before the hub, its assets in custody on the staking host.
struct GenesisLegacy {
    NetworkId network = 0;
    Address holder;
    Assets assets;
};

/// A pair of a coin with wrapped ether, and the liquidity that the operator lays into it for the
/// treasury: asset staked for the liquid token, THAW of the treasury's, ether deposited. None where
/// an amount is zero.
struct GenesisPair {
    Address coin;
    Assets assets;  ///< of the liquid token's asset, or THAW
    Assets wei;
};

/// A farm that the treasury opens, with a budget of its THAW.
struct GenesisFarm {
    Address coin;  ///< what is staked in it
    Assets budget;
    uint64_t seconds = 0;  ///< for how long it flows, while somebody stakes
};

/// A holder of THAW whose votes somebody has from the beginning.
struct GenesisDelegation {
    Address holder;
    Address delegate;
};

/// A lending market and what the operator supplies to it for nobody (dead supply). One whose coin
/// only serves as collateral has none.
struct GenesisMarket {
    Address coin;
    lending::Terms terms;
    Assets seed;  ///< of the coin's asset
};

struct Genesis {
    networks::Hub hub;
    std::vector<GenesisNetwork> networks;  ///< ids 1, 2, … in this order
    std::vector<Address> oracle_members;
    uint32_t oracle_quorum = 0;
    std::vector<GenesisGrant> grants;
    std::vector<GenesisLegacy> legacy;
    std::vector<GenesisPair> pairs;
    std::vector<GenesisFarm> farms;
    bool vaults = false;    ///< one for each farm, and a staking vault for each network
    Assets thaw_supply;     ///< to the treasury
    bool governed = false;  ///< the timelock is the owner, whatever `hub.owner` says
    Address guardian;       ///< may cancel and pause; or nobody
    std::vector<GenesisDelegation> delegations;
    std::vector<GenesisMarket> markets;  ///< with any of them, feeds of prices are open
    lending::Category category;          ///< of each network's coins
};

/// Base units of each network's asset that the operator staked for nobody: dead shares that keep
/// the rate defined.
inline constexpr Assets dead_stake{1'000'000'000};

/// The figures of protocol section 1: five networks without validators, hub parameters of the
/// devnet.
Genesis default_genesis();

/// Refuses a configuration that cannot be run, with a sentence that names the field and what would
/// be right.
std::optional<std::string> fault_in(const Genesis& genesis);

/// Requires `!fault_in(genesis)`. The result is sealed by the caller as block 0.
State make_state(const Genesis& genesis);

}  // namespace thaw::protocol
