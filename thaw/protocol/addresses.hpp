/// Where the native contracts live: "THAW", zeros, a kind byte and an index byte; fixed for ever.
#pragma once
#include "thaw/protocol/networks/books.hpp"

namespace thaw::protocol {

enum class ContractKind : uint8_t {
    asset = 0x01,   ///< index: asset
    liquid = 0x02,  ///< index: network, as in all up to flash
    legacy = 0x03,
    wrapped = 0x04,
    staking = 0x05,
    flash = 0x06,
    tickets = 0x10,
    bridge = 0x12,
    oracle = 0x13,
    batch = 0x14,
    validators = 0x15,
    outbox = 0x16,
    networks = 0x17,
    factory = 0x20,  ///< of constant-product pairs
    router = 0x21,
    weth = 0x22,
    stable_factory = 0x23,
    opportunities = 0x24,
    farms = 0x30,
    vaults = 0x31,
    flash_loans = 0x32,
    governor = 0x50,
    timelock = 0x51,
    gauges = 0x52,
    lending = 0x40,
    prices = 0x41,
};

constexpr Address contract_address(ContractKind kind, uint8_t index = 0) {
    Address a;
    a.bytes = {0x54, 0x48, 0x41, 0x57};
    a.bytes[18] = static_cast<uint8_t>(kind);
    a.bytes[19] = index;
    return a;
}
/// The index byte: which asset or network a contract of a shared face stands for.
constexpr uint8_t index_of(const Address& contract) { return contract.bytes[19]; }
constexpr ContractKind kind_of(const Address& contract) {
    return static_cast<ContractKind>(contract.bytes[18]);
}

/// Whether an address has the shape of those fixed here; all other contracts are issued tokens.
constexpr bool is_native(const Address& contract) {
    return contract_address(kind_of(contract), index_of(contract)) == contract;
}

constexpr bool is_flash_pool(const Address& account) {
    return index_of(account) >= 1 && index_of(account) <= network_count &&
           account == contract_address(ContractKind::flash, index_of(account));
}

inline constexpr Address tickets_address = contract_address(ContractKind::tickets);
inline constexpr Address bridge_address = contract_address(ContractKind::bridge);
inline constexpr Address oracle_address = contract_address(ContractKind::oracle);
inline constexpr Address batch_address = contract_address(ContractKind::batch);
inline constexpr Address validators_address = contract_address(ContractKind::validators);
inline constexpr Address outbox_address = contract_address(ContractKind::outbox);
inline constexpr Address networks_address = contract_address(ContractKind::networks);
inline constexpr Address factory_address = contract_address(ContractKind::factory);
inline constexpr Address router_address = contract_address(ContractKind::router);
inline constexpr Address weth_address = contract_address(ContractKind::weth);
inline constexpr Address stable_factory_address = contract_address(ContractKind::stable_factory);
inline constexpr Address opportunities_address = contract_address(ContractKind::opportunities);
inline constexpr Address farms_address = contract_address(ContractKind::farms);
inline constexpr Address vaults_address = contract_address(ContractKind::vaults);
inline constexpr Address flash_loans_address = contract_address(ContractKind::flash_loans);
inline constexpr Address governor_address = contract_address(ContractKind::governor);
inline constexpr Address timelock_address = contract_address(ContractKind::timelock);
inline constexpr Address gauges_address = contract_address(ContractKind::gauges);
inline constexpr Address thaw_address = contract_address(ContractKind::asset, thaw_token);
inline constexpr Address lending_address = contract_address(ContractKind::lending);
inline constexpr Address prices_address = contract_address(ContractKind::prices);
/// Multicall3's usual address (https://github.com/mds1/multicall).
inline constexpr Address multicall_address{{0xcA, 0x11, 0xbd, 0xe0, 0x59, 0x77, 0xb3,
                                            0x63, 0x11, 0x67, 0x02, 0x88, 0x62, 0xbE,
                                            0x2a, 0x17, 0x39, 0x76, 0xCA, 0x11}};
/// Holds the dead shares of each pool and settles the odd sub-share of exact transfers.
inline constexpr Address dust_address{
    {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xde, 0xad}};

}  // namespace thaw::protocol
