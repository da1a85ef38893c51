#include "thaw/sim/development.hpp"

#include "thaw/base/assert.hpp"
#include "thaw/crypto/hd_wallet.hpp"
#include "thaw/hosts/figures.hpp"

namespace thaw::sim {

using protocol::NetworkId;

namespace {

constexpr Assets member_grant{u128{1'000} * 1'000'000'000'000'000'000};
constexpr Assets legacy_holding{u128{100} * 1'000'000'000'000'000'000};

std::vector<crypto::PrivateKey> keys(uint32_t first, uint32_t count) {
    std::vector<crypto::PrivateKey> all;
    for (uint32_t i = 0; i < count; ++i) all.push_back(development_key(first + i));
    return all;
}

}  // namespace

crypto::PrivateKey development_key(uint32_t index) {
    const auto key = crypto::derive_key(development_mnemonic, index);
    THAW_ASSERT(key);
    return *key;
}

std::vector<crypto::PrivateKey> development_accounts() {
    return keys(0, development_account_count);
}

std::vector<crypto::PrivateKey> development_members() {
    return keys(development_member_first, development_member_count);
}

protocol::Genesis development_genesis(protocol::Genesis genesis, uint64_t genesis_s) {
    genesis.hub.genesis_s = genesis_s;
    genesis.hub.treasury = crypto::address_of(development_key(development_treasury_index));
    const Address owner = crypto::address_of(development_key(development_owner_index));
    genesis.hub.owner = owner;
    genesis.grants.push_back({.account = owner, .wei = member_grant});
    for (protocol::GenesisNetwork& network : genesis.networks)
        network.validators = hosts::validators_of(network.parameters.staking_host);
    for (const crypto::PrivateKey& key : development_members()) {
        const Address member = crypto::address_of(key);
        genesis.oracle_members.push_back(member);
        genesis.grants.push_back({.account = member, .wei = member_grant});
    }
    genesis.oracle_quorum = development_quorum;
    const Address holder = crypto::address_of(development_key(development_legacy_index));
    for (NetworkId id = 1; id <= genesis.networks.size(); ++id)
        if (!genesis.networks[id - 1u].parameters.legacy_symbol.view().empty())
            genesis.legacy.push_back({.network = id, .holder = holder, .assets = legacy_holding});
    return genesis;
}

}  // namespace thaw::sim
