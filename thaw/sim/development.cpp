#include "thaw/sim/development.hpp"

#include "thaw/base/assert.hpp"
#include "thaw/crypto/hd_wallet.hpp"
#include "thaw/hosts/figures.hpp"
#include "thaw/protocol/exchange/face.hpp"
#include "thaw/protocol/vault/face.hpp"

namespace thaw::sim {

using protocol::NetworkId;

namespace {

constexpr Assets member_grant{u128{1'000} * 1'000'000'000'000'000'000};
/// Whole coins on either side of a stable pair.
constexpr u128 stable_liquidity = 10'000;
constexpr Assets legacy_holding{u128{100} * 1'000'000'000'000'000'000};

/// What the devnet's pairs begin with: whole coins and whole ether.
struct Liquidity {
    std::string_view symbol;
    u128 whole;
    u128 ether;
};
constexpr std::array first_liquidity{Liquidity{"aFTMb", 100'000, 50},
                                     Liquidity{"aDOTb", 20'000, 40}, Liquidity{"aKSMb", 5'000, 50},
                                     Liquidity{"THAW", 5'000'000, 50}};

bool is_thaw(const protocol::GenesisPair& pair) {
    return protocol::kind_of(pair.coin) == protocol::ContractKind::asset;
}
const protocol::networks::Network& network_of(const protocol::Genesis& genesis,
                                              const protocol::GenesisPair& pair) {
    return genesis.networks.at(protocol::index_of(pair.coin) - 1u).parameters;
}
std::string_view symbol_of(const protocol::Genesis& genesis, const protocol::GenesisPair& pair) {
    return is_thaw(pair) ? "THAW" : network_of(genesis, pair).liquid_symbol.view();
}
u128 one_of(const protocol::Genesis& genesis, const protocol::GenesisPair& pair) {
    const unsigned decimals = is_thaw(pair) ? 18u : network_of(genesis, pair).decimals;
    u128 one = 1;
    for (unsigned i = 0; i < decimals; ++i) one *= 10;
    return one;
}

/// A year of THAW for each pair, liquid token and flash pool, out of the treasury's allocation.
void lay_out_farms(protocol::Genesis& genesis) {
    using protocol::contract_address;
    using protocol::ContractKind;
    constexpr u128 one = 1'000'000'000'000'000'000;
    constexpr uint64_t year_s = uint64_t{365} * 86'400;
    const auto farm = [&](const Address& coin, u128 whole) {
        genesis.farms.push_back({.coin = coin, .budget = {whole * one}, .seconds = year_s});
    };
    for (const protocol::GenesisPair& pair : genesis.pairs)
        farm(protocol::exchange::pair_address(pair.coin, protocol::weth_address), 5'000'000);
    for (NetworkId n = 1; n <= protocol::network_count; ++n)
        farm(contract_address(ContractKind::liquid, n), 2'000'000);
    for (NetworkId n = 1; n <= protocol::network_count; ++n)
        farm(contract_address(ContractKind::flash, n), 1'000'000);
    genesis.vaults = true;
}

constexpr protocol::prices::Value ceiling{u128{100'000} * protocol::prices::dollar};

/// What a market of the devnet begins with; caps in whole coins.
protocol::lending::Terms market_terms(u128 one, uint32_t ltv_bps, uint32_t threshold_bps,
                                      uint8_t category) {
    return {.supply_cap = one * 2'000'000,
            .borrow_cap = one * 1'600'000,
            .ltv_bps = ltv_bps,
            .threshold_bps = threshold_bps,
            .bonus_bps = 700,
            .reserve_bps = 1'000,
            .slope_bps = 500,
            .steep_bps = 7'500,
            .kink_bps = 8'000,
            .borrowable = 1,
            .category = category};
}

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
    genesis.guardian = crypto::address_of(development_key(development_guardian_index));
    for (const Address& account : {owner, genesis.guardian})
        genesis.grants.push_back({.account = account, .wei = member_grant});
    // So that governance can be tried as soon as the devnet runs.
    genesis.delegations.push_back(
        {.holder = genesis.hub.treasury, .delegate = crypto::address_of(development_key(0))});
    for (protocol::GenesisNetwork& network : genesis.networks) {
        network.validators = hosts::validators_of(network.parameters.staking_host);
        network.stable.liquidity.value = stable_liquidity;
        for (uint8_t i = 0; i < network.parameters.decimals; ++i)
            network.stable.liquidity.value *= 10;
    }
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
    constexpr u128 ether = 1'000'000'000'000'000'000;
    for (protocol::GenesisPair& pair : genesis.pairs)
        for (const auto& [symbol, whole, eth] : first_liquidity)
            if (symbol == symbol_of(genesis, pair))
                pair = {.coin = pair.coin,
                        .assets = {whole * one_of(genesis, pair)},
                        .wei = {eth * ether}};
    lay_out_farms(genesis);
    return genesis;
}

protocol::Genesis with_lending(protocol::Genesis genesis) {
    using protocol::contract_address;
    using protocol::ContractKind;
    constexpr u128 whole_seed = 100;
    constexpr u128 one_18 = 1'000'000'000'000'000'000;
    const auto list = [&](const Address& coin, u128 one, protocol::lending::Terms terms) {
        const u128 seed = terms.borrowable != 0 ? one * whole_seed : 0;
        genesis.markets.push_back({.coin = coin, .terms = terms, .seed = Assets{seed}});
    };
    const protocol::State nothing;
    const protocol::Query query{nothing, {}};
    for (NetworkId n = 1; n <= genesis.networks.size(); ++n) {
        u128 one = 1;
        for (unsigned i = 0; i < genesis.networks[n - 1u].parameters.decimals; ++i) one *= 10;
        const Address asset = contract_address(ContractKind::asset, n);
        auto terms = market_terms(one, 6'000, 7'000, n);
        terms.for_isolated = 1;
        list(asset, one, terms);
        list(contract_address(ContractKind::liquid, n), one, market_terms(one, 5'500, 6'500, n));
        auto alone = market_terms(one * 250'000, 5'500, 6'500, n);  // shares of a vault
        alone.borrowable = 0;
        alone.borrow_cap = 0;
        list(*protocol::vault::vault_for(query, asset), one, alone);
    }
    list(protocol::weth_address, one_18 / 100, market_terms(one_18, 7'500, 8'000, 0));
    auto isolated = market_terms(one_18 * 10, 3'000, 4'000, 0);
    isolated.debt_ceiling = ceiling;
    isolated.borrow_cap = one_18 * 4'000'000;  // votes are not to be rented
    list(contract_address(ContractKind::asset, protocol::thaw_token), one_18, isolated);
    genesis.category = {.ltv_bps = 9'000, .threshold_bps = 9'300, .bonus_bps = 100};
    return genesis;
}

}  // namespace thaw::sim
