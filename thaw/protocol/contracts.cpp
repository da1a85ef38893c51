#include "thaw/protocol/contracts.hpp"

#include "thaw/base/text.hpp"
#include "thaw/protocol/assets/face.hpp"
#include "thaw/protocol/async_vault/face.hpp"
#include "thaw/protocol/dispatch.hpp"
#include "thaw/protocol/multicall/face.hpp"
#include "thaw/protocol/networks/face.hpp"
#include "thaw/protocol/oracle/face.hpp"
#include "thaw/protocol/state.hpp"

namespace thaw::protocol {

Result<Bytes> dispatch(Call& call, BytesView data) {
    const Address& to = call.self();
    if (to == multicall_address) return multicall::MulticallFace::dispatch(call, data);
    switch (kind_of(to)) {
        case ContractKind::asset:
            return token::Face::dispatch(call, data);
        case ContractKind::liquid:
            if (!liquid::is_rebasing(call, ContractKind::liquid, index_of(to)))
                return async_vault::Face::dispatch(call, data);
            return liquid::Face::dispatch(call, data);
        case ContractKind::legacy:
            return liquid::Face::dispatch(call, data);
        case ContractKind::wrapped:
            return liquid::WrappedFace::dispatch(call, data);
        case ContractKind::staking:
            return staking::Face::dispatch(call, data);
        case ContractKind::tickets:
            return unbonding::Face::dispatch(call, data);
        case ContractKind::bridge:
            return bridge::Face::dispatch(call, data);
        case ContractKind::oracle:
            return oracle::Face::dispatch(call, data);
        case ContractKind::batch:
            return multicall::BatchFace::dispatch(call, data);
        case ContractKind::validators:
            return validators::Face::dispatch(call, data);
        case ContractKind::outbox:
            return outbox::Face::dispatch(call, data);
        case ContractKind::networks:
            return networks::Face::dispatch(call, data);
        case ContractKind::flash:
            return flash::Face::dispatch(call, data);
    }
    THAW_ASSERT(false);  // is_contract let it through
    return tl::unexpected(Revert{});
}

bool is_contract(const State& state, const Address& a) {
    if (a == multicall_address) return true;
    if (contract_address(kind_of(a), index_of(a)) != a) return false;
    const uint8_t index = index_of(a);
    switch (kind_of(a)) {
        case ContractKind::asset:
            return index >= 1 && assets::exists(Query{state, {}}, index);
        case ContractKind::liquid:
        case ContractKind::staking:
        case ContractKind::flash:
            return index >= 1 && index <= network_count;
        case ContractKind::tickets:
        case ContractKind::bridge:
        case ContractKind::oracle:
        case ContractKind::batch:
        case ContractKind::validators:
        case ContractKind::outbox:
        case ContractKind::networks:
            return index == 0;
        case ContractKind::legacy:
            return !state.networks.networks.get(index).legacy_symbol.view().empty();
        case ContractKind::wrapped:
            return !state.networks.networks.get(index).wrapped_symbol.view().empty();
    }
    return false;
}

Bytes code_at(const State& state, const Address& address) {
    if (!is_contract(state, address)) return {};
    Bytes code{0x60, 0x00, 0x60, 0x00, 0xfd};
    append(code, address.bytes);
    return code;
}

std::vector<Contract> contracts(const State& state) {
    std::vector<Contract> all;
    for (NetworkId n = 1; n <= network_count; ++n) {
        const auto network = state.networks.networks.get(n);
        const std::string name{network.name.view()};
        const auto put = [&](std::string_view kind, ContractKind k, std::string_view symbol,
                             codec::FaceText face) {
            all.push_back({.name = name + "." + std::string{kind},
                           .kind = std::string{kind},
                           .network = name,
                           .address = contract_address(k, n),
                           .symbol = std::string{symbol},
                           .decimals = symbol.empty() ? 0u : network.decimals,
                           .face = face});
        };
        put("asset", ContractKind::asset, network.asset_symbol.view(), token::Face::text());
        put("liquid", ContractKind::liquid, network.liquid_symbol.view(),
            network.rebasing != 0 ? liquid::Face::text() : async_vault::Face::text());
        if (const auto symbol = network.legacy_symbol.view(); !symbol.empty())
            put("legacy", ContractKind::legacy, symbol, liquid::Face::text());
        if (const auto symbol = network.wrapped_symbol.view(); !symbol.empty())
            put("wrapped", ContractKind::wrapped, symbol, liquid::WrappedFace::text());
        put("staking", ContractKind::staking, "", staking::Face::text());
        put("flash", ContractKind::flash, "", flash::Face::text());
    }
    const auto single = [&](std::string_view name, const Address& address, codec::FaceText face) {
        all.push_back({.name = std::string{name},
                       .kind = std::string{name},
                       .address = address,
                       .face = face});
    };
    const auto asset = [&](std::string name, AssetId id, std::string_view symbol, unsigned digits) {
        all.push_back({.name = std::move(name),
                       .kind = "asset",
                       .address = contract_address(ContractKind::asset, id),
                       .symbol = std::string{symbol},
                       .decimals = digits,
                       .face = token::Face::text()});
    };
    asset("thaw", thaw_token, "THAW", 18);
    const Query query{state, {}};
    for (AssetId id = asset_count; id < assets::end(query); ++id) {
        const assets::Listing listed = assets::listing(query, id);
        asset("token." + to_decimal(id), id, listed.symbol.view(), listed.decimals);
    }
    single("tickets", tickets_address, unbonding::Face::text());
    single("bridge", bridge_address, bridge::Face::text());
    single("oracle", oracle_address, oracle::Face::text());
    single("validators", validators_address, validators::Face::text());
    single("outbox", outbox_address, outbox::Face::text());
    single("networks", networks_address, networks::Face::text());
    single("batch", batch_address, multicall::BatchFace::text());
    single("multicall", multicall_address, multicall::MulticallFace::text());
    return all;
}

}  // namespace thaw::protocol
