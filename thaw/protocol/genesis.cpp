#include "thaw/protocol/genesis.hpp"

#include "thaw/base/text.hpp"
#include "thaw/protocol/bridge/face.hpp"
#include "thaw/protocol/exchange/face.hpp"
#include "thaw/protocol/exchange/limits.hpp"
#include "thaw/protocol/farm/face.hpp"
#include "thaw/protocol/flash/face.hpp"
#include "thaw/protocol/flash/limits.hpp"
#include "thaw/protocol/governance/face.hpp"
#include "thaw/protocol/lending/face.hpp"
#include "thaw/protocol/liquid/face.hpp"
#include "thaw/protocol/networks/limits.hpp"
#include "thaw/protocol/oracle/limits.hpp"
#include "thaw/protocol/prices/face.hpp"
#include "thaw/protocol/stable/face.hpp"
#include "thaw/protocol/validators/face.hpp"
#include "thaw/protocol/vault/face.hpp"
#include "thaw/protocol/weth/face.hpp"

namespace thaw::protocol {
namespace {

constexpr uint64_t day_s = 86'400;
constexpr u128 one_18 = 1'000'000'000'000'000'000;

/// Most growth released per frame: min(0.10 %, 2·APR/365), in millionths, rounded down.
constexpr uint32_t growth_max_ppm(uint32_t apr_bps) {
    return std::min<uint32_t>(1'000, 2 * apr_bps * 100 / 365);
}

networks::Network network(std::string_view name, std::string_view asset, std::string_view liquid,
                          uint8_t decimals, HostId host, uint32_t fee_bps, uint32_t apr_bps) {
    return {.name = name,
            .asset_symbol = asset,
            .liquid_symbol = liquid,
            .unbonding_s = 28 * day_s,
            .batch_interval_s = day_s,
            .fall_window_s = 18 * day_s,
            .fall_automatic_ppm = 3'500,
            .fall_confirmed_ppm = 50'000,
            .fee_bps = fee_bps,
            .growth_max_ppm = growth_max_ppm(apr_bps),
            .apr_nominal_bps = apr_bps,
            .validator_cap_bps = 1'000,
            .group_cap_bps = 3'000,
            .uptime_min_bps = 9'700,
            .commission_max_bps = 2'000,
            .decimals = decimals,
            .staking_host = host,
            .lots_max = 32};
}

constexpr u128 one_of(uint8_t decimals) {
    u128 one = 1;
    for (uint8_t i = 0; i < decimals; ++i) one *= 10;
    return one;
}

std::string where(size_t index, const networks::Network& n) {
    return "network " + to_decimal(index + 1) + " (" + std::string{n.name.view()} + "): ";
}

std::optional<std::string> fault_in(size_t index, const networks::Network& n) {
    const std::string at = where(index, n);
    if (n.name.view().empty()) return at + "name is empty";
    if (n.decimals == 0 || n.decimals > 18) return at + "decimals must be 1 to 18";
    if (n.stake_min.is_zero()) return at + "the minimum stake must not be zero";
    if (n.delegation_min.is_zero()) return at + "the host's minimum delegation must not be zero";
    if (n.fee_bps > networks::fee_max_bps) return at + "fee_bps is at most 2000 (20 % of rewards)";
    if (n.fall_window_s == 0 || n.fall_window_s > networks::fall_window_max_s)
        return at + "fall_window must be from a second to 64 days";
    if (n.fall_automatic_ppm > n.fall_confirmed_ppm ||
        n.fall_confirmed_ppm > networks::fall_confirmed_max_ppm)
        return at +
               "fall_automatic_ppm is at most fall_confirmed_ppm, and that at most 50000 (5 %)";
    if (n.unbonding_s == 0 || n.batch_interval_s == 0)
        return at + "unbonding and batch interval must not be zero";
    // A batch more may be under way than the periods say: the oldest is being collected meanwhile.
    if (n.unbonding_s / n.batch_interval_s + 2 > n.lots_max)
        return at + "unbonding and batch interval let more than lots_max lots wait on the host";
    if (n.growth_max_ppm == 0 || n.growth_max_ppm > 1'000)
        return at + "growth_max_ppm must be 1 to 1000 (0.10 % per frame)";
    if (n.validator_cap_bps == 0 || n.validator_cap_bps > n.group_cap_bps ||
        n.group_cap_bps > 10'000)
        return at + "validator_cap_bps must be from 1 to group_cap_bps, and that at most 10000";
    if (n.staking_host == 0 || n.staking_host > host_count)
        return at + "staking_host must be 1 to 6";
    return std::nullopt;
}

std::optional<std::string> fault_in_flash(size_t index, const GenesisNetwork& n) {
    const std::string at = where(index, n.parameters) + "flash ";
    if (!flash::target_in_range(n.flash.target))
        return at + "target must be from 1 base unit to 2^108";
    if (!flash::fees_in_range(n.flash, n.parameters.growth_max_ppm))
        return at + "fees must be " +
               to_decimal(flash::fee_least_bps(n.parameters.growth_max_ppm)) +
               " (growth_max_ppm over three frames) <= fee_min_bps <= fee_max_bps <= 2000";
    return std::nullopt;
}

std::optional<std::string> fault_in_stable(size_t index, const GenesisNetwork& n) {
    const std::string at = where(index, n.parameters) + "stable pair ";
    if (n.stable.amplification < stable::amplification_min ||
        n.stable.amplification > stable::amplification_max)
        return at + "amplification must be 1 to 10000, in hundredths";
    if (n.stable.fee_ppm > stable::fee_max_ppm) return at + "fee_ppm is at most 10000 (1 %)";
    if (!n.stable.liquidity.is_zero() && (n.stable.liquidity.value <= stable::locked_supply ||
                                          n.stable.liquidity.value > stable::liquidity_max))
        return at + "liquidity is none, or more than 10^6 base units and at most 2^96";
    return std::nullopt;
}

constexpr HostId ethereum = 5;

/// Posts what the operator laid into custody before the start.
void lay_in(Call& call, HostId host, AssetId asset, const token::Account& to, Assets amount) {
    bridge::receive_custody(call, host, asset, amount);
    token::post(call, token::host_account(asset), to, amount);
}

/// Opens a pair and lays its first liquidity in, all of it backed: stake and ether in custody.
void lay_in_pair(Call& call, const Genesis& genesis, const GenesisPair& wish) {
    Call factory = call.as(factory_address, {});
    const auto pair = exchange::create_pair(factory, wish.coin, weth_address);
    THAW_ASSERT(pair);
    if (wish.assets.is_zero() || wish.wei.is_zero()) return;
    const Address& treasury = genesis.hub.treasury;
    if (kind_of(wish.coin) == ContractKind::liquid) {
        const NetworkId network = index_of(wish.coin);
        lay_in(call, genesis.networks[network - 1u].parameters.staking_host, network,
               token::bucket_account(network, token::Bucket::buffer), wish.assets);
        THAW_ASSERT(liquid::create(call, network, *pair, wish.assets));
    } else {
        token::post(call, token::user_account(thaw_token, treasury),
                    token::user_account(thaw_token, *pair), wish.assets);
    }
    lay_in(call, ethereum, eth, token::user_account(eth, treasury), wish.wei);
    THAW_ASSERT(weth::wrap(call, treasury, *pair, wish.wei));
    Call pair_call = call.as(*pair, treasury);
    THAW_ASSERT(exchange::mint(pair_call, treasury));
}

std::optional<std::string> fault_in_pairs(const Genesis& genesis) {
    for (const GenesisPair& pair : genesis.pairs) {
        const bool liquid = is_native(pair.coin) && kind_of(pair.coin) == ContractKind::liquid &&
                            index_of(pair.coin) >= 1 && index_of(pair.coin) <= network_count;
        if (!liquid && pair.coin != contract_address(ContractKind::asset, thaw_token))
            return "a pair of genesis is of a liquid token or of THAW with ether";
        if (pair.assets.value > flash::target_max || pair.wei.value > flash::target_max)
            return "the liquidity of a pair is at most 2^108 base units";
        if (!liquid && pair.assets > genesis.thaw_supply)
            return "a pair of genesis has more THAW than there is";
        const bool empty = pair.assets.is_zero() || pair.wei.is_zero();
        if (!empty && std::min(pair.assets, pair.wei).value <= exchange::minimum_liquidity)
            return "the liquidity of a pair is more than 1000 base units of each, or nothing";
        if (std::ranges::count(genesis.pairs, pair.coin, &GenesisPair::coin) > 1)
            return "a pair of genesis is named twice";
    }
    return std::nullopt;
}

/// Opens the pair of a liquid token with its asset, and lays both in.
void open_stable(Call& call, const Address& treasury, NetworkId network, const GenesisNetwork& n) {
    stable::open(call, network, n.stable);
    const Assets each = n.stable.liquidity;
    if (each.is_zero()) return;
    const HostId host = n.parameters.staking_host;
    lay_in(call, host, network, token::user_account(network, treasury), each);
    lay_in(call, host, network, token::bucket_account(network, token::Bucket::buffer), each);
    THAW_ASSERT(liquid::create(call, network, treasury, each));
    THAW_ASSERT(stable::join(call, stable::pair_of(call, network), each.value, each.value, treasury,
                             treasury));
}

/// Opens a farm and funds it out of the treasury, by the verbs that anybody has.
void open_farm(Call& call, const Genesis& genesis, const GenesisFarm& wish) {
    constexpr Address reward = contract_address(ContractKind::asset, thaw_token);
    Call factory = call.as(farms_address, genesis.hub.treasury);
    const auto farm = farm::create_farm(factory, wish.coin);
    THAW_ASSERT(farm);
    Call manager = call.as(*farm, genesis.hub.treasury);
    THAW_ASSERT(farm::add_reward(manager, reward));
    THAW_ASSERT(farm::fund(manager, reward, wish.budget.value, wish.seconds));
    Call vaults = call.as(vaults_address, genesis.hub.treasury);
    if (genesis.vaults) THAW_ASSERT(vault::create_farm_vault(vaults, *farm));
}

bool is_coin_of_network(const Address& coin, ContractKind kind) {
    return index_of(coin) >= 1 && index_of(coin) <= network_count &&
           coin == contract_address(kind, index_of(coin));
}

/// Gives the treasury so much of an asset, a liquid token or wrapped ether, all of it backed.
void endow(Call& call, const Genesis& genesis, const Address& coin, Assets assets) {
    const Address& treasury = genesis.hub.treasury;
    if (coin == weth_address) {
        lay_in(call, ethereum, eth, token::user_account(eth, treasury), assets);
        THAW_ASSERT(weth::wrap(call, treasury, treasury, assets));
        return;
    }
    if (coin == contract_address(ContractKind::asset, thaw_token)) return;  // has it already
    const NetworkId n = index_of(coin);
    const bool liquid = kind_of(coin) == ContractKind::liquid;
    lay_in(
        call, genesis.networks[n - 1u].parameters.staking_host, n,
        liquid ? token::bucket_account(n, token::Bucket::buffer) : token::user_account(n, treasury),
        assets);
    if (liquid) THAW_ASSERT(liquid::create(call, n, treasury, assets));
}

/// Opens the feeds of prices and the lending markets, each with its dead supply.
void open_lending(Call& call, const Genesis& genesis) {
    if (genesis.markets.empty()) return;
    prices::open(call);
    for (NetworkId n = 1; n <= network_count; ++n)
        lending::open_category(call, n, genesis.category);
    for (const GenesisMarket& m : genesis.markets) {
        if (!m.seed.is_zero()) endow(call, genesis, m.coin, m.seed);
        THAW_ASSERT(
            lending::open_market(call, genesis.hub.treasury, m.coin, m.terms, m.seed.value));
    }
}

std::optional<std::string> fault_in_markets(const Genesis& genesis) {
    if (genesis.markets.size() > lending::markets_max)
        return "there are at most 32 lending markets";
    if (!genesis.markets.empty() && !lending::in_range(genesis.category))
        return "the terms of efficiency categories are out of range";
    for (const GenesisMarket& m : genesis.markets) {
        const bool known = m.coin == weth_address ||
                           m.coin == contract_address(ContractKind::asset, thaw_token) ||
                           is_coin_of_network(m.coin, ContractKind::asset) ||
                           is_coin_of_network(m.coin, ContractKind::liquid);
        const bool alone = m.terms.borrowable == 0;
        if (!lending::in_range(m.terms)) return "the terms of a lending market are out of range";
        if (!alone && !known)
            return "a lending market of genesis is of an asset, a liquid token, THAW or WETH";
        if (alone != m.seed.is_zero() ||
            (!alone && (m.seed.value < 2 * lending::seed_min || m.seed > genesis.thaw_supply)))
            return "a lending market has a seed of at least 2000000 base units, and one whose coin "
                   "only serves as collateral has none";
        if (std::ranges::count(genesis.markets, m.coin, &GenesisMarket::coin) > 1)
            return "a lending market of genesis is named twice";
    }
    return std::nullopt;
}

std::optional<std::string> fault_in_farms(const Genesis& genesis) {
    u128 left = genesis.thaw_supply.value;
    for (const GenesisPair& pair : genesis.pairs)
        if (kind_of(pair.coin) == ContractKind::asset) left -= pair.assets.value;
    for (const GenesisFarm& farm : genesis.farms) {
        if (farm.budget.is_zero() || farm.budget.value > left)
            return "a farm of genesis has no budget, or more THAW than the treasury has left";
        left -= farm.budget.value;
        if (farm.seconds < emission::schedule_min_s || farm.seconds > emission::schedule_max_s)
            return "the budget of a farm flows for a day to ten years";
        if (std::ranges::count(genesis.farms, farm.coin, &GenesisFarm::coin) > 1)
            return "a farm of genesis is named twice";
        const bool liquid = is_native(farm.coin) && index_of(farm.coin) >= 1 &&
                            index_of(farm.coin) <= network_count &&
                            (kind_of(farm.coin) == ContractKind::liquid ||
                             kind_of(farm.coin) == ContractKind::flash);
        const bool pair = std::ranges::any_of(genesis.pairs, [&](const GenesisPair& p) {
            return exchange::pair_address(p.coin, weth_address) == farm.coin;
        });
        if (!liquid && !pair)
            return "a farm of genesis is for a liquid token, a flash pool's shares or a pair";
    }
    return std::nullopt;
}

}  // namespace

Genesis default_genesis() {
    Genesis genesis;
    genesis.hub = {.base_fee = 1,
                   .chain_id = 8429,
                   .genesis_s = 1'767'225'600,  // 2026-01-01
                   .frame_s = day_s,
                   .block_gas_limit = 30'000'000};
    auto bnb = network("bnb", "BNB", "ankrBNB", 18, 1, 1'000, 570);
    bnb.legacy_symbol = "aBNBb";
    bnb.switch_supply = Assets{one_18 * 500};
    bnb.stake_min = Assets{one_18 / 10};
    bnb.delegation_min = Assets{one_18};
    bnb.unbonding_s = 7 * day_s;
    bnb.batch_interval_s = 3 * day_s;
    auto fantom = network("fantom", "FTM", "aFTMb", 18, 2, 1'500, 1'400);
    fantom.wrapped_symbol = "aFTMc";
    fantom.stake_min = fantom.delegation_min = Assets{one_18};
    fantom.rebasing = fantom.earns_while_unbonding = 1;
    auto polkadot = network("polkadot", "DOT", "aDOTb", 10, 3, 1'000, 1'300);
    polkadot.wrapped_symbol = "aDOTc";
    polkadot.stake_min = polkadot.delegation_min = Assets{10'000'000'000};
    polkadot.rebasing = 1;
    auto kusama = network("kusama", "KSM", "aKSMb", 12, 4, 200, 1'500);
    kusama.wrapped_symbol = "aKSMc";
    kusama.stake_min = Assets{1'000'000'000'000};
    kusama.delegation_min = Assets{100'000'000'000};
    kusama.unbonding_s = 7 * day_s;
    kusama.rebasing = kusama.earns_while_unbonding = 1;
    auto polygon = network("polygon", "MATIC", "ankrMATIC", 18, 5, 500, 880);
    polygon.legacy_symbol = "aMATICb";
    polygon.switch_supply = Assets{one_18 * 500};
    polygon.stake_min = polygon.delegation_min = Assets{one_18};
    polygon.unbonding_s = 4 * day_s;
    for (const auto& n : {bnb, fantom, polkadot, kusama, polygon})
        genesis.networks.push_back({.parameters = n,
                                    .flash = {.target = Assets{1'000 * one_of(n.decimals)},
                                              .fee_min_bps = 30,
                                              .fee_max_bps = 300},
                                    .validators = {}});
    genesis.thaw_supply = Assets{one_18 * 1'000'000'000};
    for (NetworkId id = 1; id <= network_count; ++id)
        if (genesis.networks[id - 1u].parameters.rebasing != 0)
            genesis.pairs.push_back({.coin = contract_address(ContractKind::liquid, id)});
    genesis.pairs.push_back({.coin = contract_address(ContractKind::asset, thaw_token)});
    return genesis;
}

std::optional<std::string> fault_in(const Genesis& genesis) {
    if (genesis.hub.chain_id == 0) return "chain_id must not be zero";
    if (genesis.hub.frame_s == 0) return "frame_s must not be zero";
    if (genesis.hub.base_fee == 0) return "base_fee must be at least 1 wei: clients fail at zero";
    if (genesis.networks.size() != network_count) return "there must be five networks";
    for (size_t i = 0; i < genesis.networks.size(); ++i) {
        if (auto fault = fault_in(i, genesis.networks[i].parameters)) return fault;
        if (genesis.networks[i].validators.empty())
            return where(i, genesis.networks[i].parameters) + "has no validators";
        if (auto fault = fault_in_flash(i, genesis.networks[i])) return fault;
        if (auto fault = fault_in_stable(i, genesis.networks[i])) return fault;
    }
    for (const GenesisLegacy& held : genesis.legacy)
        if (held.network == 0 || held.network > network_count ||
            genesis.networks[held.network - 1u].parameters.legacy_symbol.view().empty())
            return "a legacy holding names a network without a legacy token";
    if (auto fault = fault_in_pairs(genesis)) return fault;
    if (auto fault = fault_in_farms(genesis)) return fault;
    if (auto fault = fault_in_markets(genesis)) return fault;
    if (genesis.oracle_members.empty()) return "there are no oracle members";
    if (genesis.oracle_members.size() > oracle::members_max)
        return "there are more than 64 oracle members";
    if (genesis.oracle_quorum == 0 || genesis.oracle_quorum > genesis.oracle_members.size())
        return "oracle_quorum must be from 1 to the number of members";
    if (genesis.oracle_quorum * 3 <= genesis.oracle_members.size() * 2)
        return "oracle_quorum must be more than two thirds of the members";
    for (size_t i = 0; i < genesis.oracle_members.size(); ++i)
        if (genesis.oracle_members[i].is_zero() ||
            std::find(genesis.oracle_members.begin(), genesis.oracle_members.begin() + i,
                      genesis.oracle_members[i]) != genesis.oracle_members.begin() + i)
            return "an oracle member is the zero address or named twice";
    return std::nullopt;
}

State make_state(const Genesis& genesis) {
    THAW_ASSERT(!fault_in(genesis));
    State state;
    Execution execution{
        .state = &state,
        .block = {.chain_id = genesis.hub.chain_id, .now_s = genesis.hub.genesis_s}};
    Call call{execution, {}, {}, {}};

    networks::Hub hub = genesis.hub;
    if (genesis.governed) hub.owner = timelock_address;
    state.networks.hub.put(0, hub);
    governance::open(call, genesis.guardian);
    for (const GenesisDelegation& d : genesis.delegations)
        votes::delegate_at_genesis(call, d.holder, d.delegate);
    NetworkId id = 0;
    for (const GenesisNetwork& n : genesis.networks) {
        state.networks.networks.put(++id, n.parameters);
        for (const GenesisValidator& v : n.validators)
            validators::enlist(call, id,
                               {.name = v.name,
                                .group = v.group,
                                .commission_bps = v.commission_bps,
                                .uptime_bps = v.uptime_bps,
                                .total_stake = v.total_stake});
        lay_in(call, n.parameters.staking_host, id,
               token::bucket_account(id, token::Bucket::buffer), dead_stake);
        liquid::seed(call, id, dead_stake);
        flash::open(call, id, n.flash);
    }
    for (const GenesisLegacy& held : genesis.legacy) {
        lay_in(call, genesis.networks[held.network - 1u].parameters.staking_host, held.network,
               token::bucket_account(held.network, token::Bucket::buffer), held.assets);
        liquid::seed_legacy(call, held.network, held.holder, held.assets);
    }
    weth::open(call);
    for (NetworkId n = 1; n <= network_count; ++n)
        open_stable(call, genesis.hub.treasury, n, genesis.networks[n - 1u]);
    for (const GenesisGrant& grant : genesis.grants)
        lay_in(call, ethereum, eth, token::user_account(eth, grant.account), grant.wei);
    token::post(call, token::host_account(thaw_token),
                token::user_account(thaw_token, genesis.hub.treasury), genesis.thaw_supply);
    exchange::open(call, hub.owner);
    for (const GenesisPair& pair : genesis.pairs) lay_in_pair(call, genesis, pair);
    for (const GenesisFarm& farm : genesis.farms) open_farm(call, genesis, farm);
    for (NetworkId n = 1; genesis.vaults && n <= network_count; ++n) {
        Call vaults = call.as(vaults_address, genesis.hub.treasury);
        THAW_ASSERT(vault::create_staking_vault(vaults, n));
    }
    open_lending(call, genesis);

    uint32_t number = 0;
    for (const Address& member : genesis.oracle_members) {
        ++number;
        state.oracle.members.put(number, {.account = member, .id = number});
        state.oracle.numbers.put(member, {.place = number, .id = number});
    }
    state.oracle.settings.put(
        0, {.members = number, .quorum = genesis.oracle_quorum, .last_id = number});
    return state;
}

}  // namespace thaw::protocol
