#include "thaw/crypto/keccak.hpp"
#include "thaw/protocol/exchange/face.hpp"
#include "thaw/protocol/vault/market.hpp"

// Where vaults come from.
namespace thaw::protocol::vault {
namespace {

/// The address of the vault of a farm, or of a network's asset, as CREATE2 (EIP-1014) would make
/// it.
Address address_of(const Address& farm_or_asset) {
    static const Hash code = crypto::keccak256(view_of("Thaw vault 1"));
    return issued::instance_address(vaults_address, crypto::keccak256(farm_or_asset.bytes), code);
}

Result<Address> create(Call& call, const Address& asset, const Address& farm) {
    const Address vault = address_of(farm.is_zero() ? asset : farm);
    if (issued::find(call, vault)) return fail(VaultExists{vault});
    constexpr unsigned virtual_digits = 6;  // a million shares to a base unit at the start
    Books& books = call.own<Books>();
    Count count = books.counts.get(0);
    ++count.vaults;
    books.counts.put(0, count);
    books.vaults.put(vault, {.asset = asset, .farm = farm, .id = count.vaults});
    books.order.put(count.vaults, {vault});
    const std::string symbol = coins::symbol(call, asset);
    const std::string name = (farm.is_zero() ? "Staking vault " : "Farm vault ") + symbol;
    issued::create(
        call, vault,
        {.id = count.vaults,
         .name = std::string_view{name},
         .symbol = std::string_view{(farm.is_zero() ? "stv-" : "fv-") + symbol},
         .kind = issued::InstanceKind::vault,
         .decimals = static_cast<uint8_t>(coins::decimals(call, asset) + virtual_digits)});
    call.emit_as(vaults_address, VaultCreated{asset, farm, vault, Number{count.vaults}});
    return vault;
}

}  // namespace

Result<Address> create_farm_vault(Call& call, Address farm) {
    const auto issue = issued::find(call, farm);
    if (!issue || issue->kind != issued::InstanceKind::farm) return fail(NotAFarm{farm});
    const Address asset = *farm::staking_token(call.at(farm));
    const auto token = issued::find(call, asset);
    if (token && token->kind == issued::InstanceKind::stable_pair)
        return fail(CannotCompound{asset});
    return create(call, asset, farm);
}

Result<Address> create_staking_vault(Call& call, NetworkId network) {
    if (network == 0 || network > network_count) return fail(NotANetwork{network});
    return create(call, contract_address(ContractKind::asset, network), {});
}

Result<bool> observe(Call& call, Address pair) {
    if (!exchange::exists(call, pair)) return false;
    return observe_pair(call, pair);
}

Result<Address> vault_for(const Query&, Address farm_or_asset) { return address_of(farm_or_asset); }

Result<std::vector<Address>> vaults(const Query& query, uint64_t from) {
    constexpr uint64_t page = 100;
    std::vector<Address> some;
    const Books& books = query.read<Books>();
    const uint64_t count = books.counts.get(0).vaults;
    for (uint64_t id = from; id < count && id - from < page; ++id)
        some.push_back(books.order.get(id + 1).vault);
    return some;
}

Result<Number> vaults_length(const Query& query) {
    return Number{query.read<Books>().counts.get(0).vaults};
}

}  // namespace thaw::protocol::vault
