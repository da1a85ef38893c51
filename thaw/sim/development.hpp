/// The accounts everybody knows: keys of the usual development mnemonic, and the genesis of a chain
/// that has no other secrets.
#pragma once
#include "thaw/crypto/secp256k1.hpp"
#include "thaw/protocol/genesis.hpp"

namespace thaw::sim {

/// What Hardhat, Anvil and their like use. Whoever can read this can spend what lies under it.
inline constexpr std::string_view development_mnemonic =
    "test test test test test test test test test test test junk";

inline constexpr uint32_t development_account_count = 10;
/// Who has held 100 of each legacy token since before the hub.
inline constexpr uint32_t development_legacy_index = 9;
inline constexpr uint32_t development_treasury_index = 99;
inline constexpr uint32_t development_owner_index = 98;
inline constexpr uint32_t development_guardian_index = 97;
inline constexpr uint32_t development_member_first = 100;
inline constexpr uint32_t development_member_count = 4;
inline constexpr uint32_t development_quorum = 3;

/// The key at m/44'/60'/0'/0/index. Requires an index below 2^31.
crypto::PrivateKey development_key(uint32_t index);

/// The ten accounts that hold money on a devnet.
std::vector<crypto::PrivateKey> development_accounts();
/// The oracle members of a devnet.
std::vector<crypto::PrivateKey> development_members();

/// Fills in what a devnet adds to its parameters: the validators of the simulated hosts, the oracle
/// members, the owner and the guardian with ETH for gas, the treasury, whose THAW votes through the
/// first account, a holder of the legacy tokens, and the beginning of time.
protocol::Genesis development_genesis(protocol::Genesis parameters, uint64_t genesis_s);

/// Adds lending: markets of every asset and liquid token, of wrapped ether and, isolated, THAW;
/// shares of the staking vaults as collateral; feeds of prices.
protocol::Genesis with_lending(protocol::Genesis genesis);

}  // namespace thaw::sim
