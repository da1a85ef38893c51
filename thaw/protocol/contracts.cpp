#include "thaw/protocol/contracts.hpp"

#include "thaw/base/text.hpp"
#include "thaw/protocol/assets/face.hpp"
#include "thaw/protocol/async_vault/face.hpp"
#include "thaw/protocol/dispatch.hpp"
#include "thaw/protocol/exchange/loans.hpp"
#include "thaw/protocol/exchange/router.hpp"
#include "thaw/protocol/farm/face.hpp"
#include "thaw/protocol/gauges/face.hpp"
#include "thaw/protocol/governance/face.hpp"
#include "thaw/protocol/governance/timelock.hpp"
#include "thaw/protocol/issued/face.hpp"
#include "thaw/protocol/lending/face.hpp"
#include "thaw/protocol/multicall/face.hpp"
#include "thaw/protocol/networks/face.hpp"
#include "thaw/protocol/opportunities/face.hpp"
#include "thaw/protocol/oracle/face.hpp"
#include "thaw/protocol/prices/face.hpp"
#include "thaw/protocol/stable/face.hpp"
#include "thaw/protocol/state.hpp"
#include "thaw/protocol/token/votes_face.hpp"
#include "thaw/protocol/vault/face.hpp"
#include "thaw/protocol/weth/face.hpp"

namespace thaw::protocol {

namespace {

/// The faces of contracts that came into being after genesis, by the module that issued them.
Result<Bytes> dispatch_issued(Call& call, BytesView data) {
    const auto issue = issued::find(call, call.self());
    THAW_ASSERT(issue);  // is_contract let it through
    switch (issue->kind) {
        case issued::InstanceKind::weth:
            if (data.empty()) return weth::receive(call);
            return weth::Face::dispatch(call, data);
        case issued::InstanceKind::farm:
            return farm::Face::dispatch(call, data);
        case issued::InstanceKind::vault:
            return vault::Face::dispatch(call, data);
        case issued::InstanceKind::pair:
            return exchange::PairFace::dispatch(call, data);
        case issued::InstanceKind::stable_pair:
            return stable::Face::dispatch(call, data);
        case issued::InstanceKind::lending:
            return lending::ClaimFace::dispatch(call, data);
        default:
            return issued::Face::dispatch(call, data);
    }
}

/// What trades, lends and votes.
Result<Bytes> dispatch_market(Call& call, BytesView data) {
    switch (kind_of(call.self())) {
        case ContractKind::farms:
            return farm::FactoryFace::dispatch(call, data);
        case ContractKind::vaults:
            return vault::FactoryFace::dispatch(call, data);
        case ContractKind::factory:
            return exchange::FactoryFace::dispatch(call, data);
        case ContractKind::router:
            return exchange::RouterFace::dispatch(call, data);
        case ContractKind::flash_loans:
            return exchange::LoansFace::dispatch(call, data);
        case ContractKind::stable_factory:
            return stable::FactoryFace::dispatch(call, data);
        case ContractKind::opportunities:
            return opportunities::Face::dispatch(call, data);
        case ContractKind::governor:
            return governance::Face::dispatch(call, data);
        case ContractKind::timelock:
            return governance::TimelockFace::dispatch(call, data);
        case ContractKind::gauges:
            return gauges::Face::dispatch(call, data);
        case ContractKind::lending:
            return lending::Face::dispatch(call, data);
        case ContractKind::prices:
            return prices::Face::dispatch(call, data);
        default:
            return dispatch_issued(call, data);
    }
}

/// Their kinds in the address book, and what they speak.
struct IssuedKind {
    std::string_view name;
    codec::FaceText face;
};
IssuedKind of_kind(issued::InstanceKind kind) {
    switch (kind) {
        case issued::InstanceKind::weth:
            return {"weth", weth::Face::text()};
        case issued::InstanceKind::farm:
            return {"farm", farm::Face::text()};
        case issued::InstanceKind::vault:
            return {"vault", vault::Face::text()};
        case issued::InstanceKind::pair:
            return {"pair", exchange::PairFace::text()};
        case issued::InstanceKind::stable_pair:
            return {"stable", stable::Face::text()};
        case issued::InstanceKind::lending:
            return {"claims", lending::ClaimFace::text()};
        default:
            return {"token", issued::Face::text()};
    }
}

}  // namespace

Result<Bytes> dispatch(Call& call, BytesView data) {
    const Address& to = call.self();
    if (to == multicall_address) return multicall::MulticallFace::dispatch(call, data);
    if (!is_native(to)) return dispatch_issued(call, data);
    switch (kind_of(to)) {
        case ContractKind::asset:
            if (index_of(to) == thaw_token) return token::VotesFace::dispatch(call, data);
            return token::Face::dispatch(call, data);
        case ContractKind::liquid:
            if (!liquid::is_rebasing(call, ContractKind::liquid, index_of(to)))
                return async_vault::Face::dispatch(call, data);
            return liquid::Face::dispatch(call, data);
        case ContractKind::legacy:
            return liquid::Face::dispatch(call, data);
        case ContractKind::wrapped:
            return async_vault::WrappedFace::dispatch(call, data);
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
        default:
            return dispatch_market(call, data);
    }
}

namespace {

/// Whether there is a contract at an address of the hub's own from genesis on.
bool is_built_in(const State& state, const Address& a) {
    const uint8_t index = index_of(a);
    switch (kind_of(a)) {
        case ContractKind::asset:
            return index >= 1 && (index < asset_count || assets::exists(Query{state, {}}, index));
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
        case ContractKind::farms:
        case ContractKind::vaults:
        case ContractKind::factory:
        case ContractKind::router:
        case ContractKind::flash_loans:
        case ContractKind::stable_factory:
        case ContractKind::opportunities:
        case ContractKind::governor:
        case ContractKind::timelock:
        case ContractKind::gauges:
        case ContractKind::lending:
        case ContractKind::prices:
            return index == 0;
        case ContractKind::legacy:
            return !state.networks.networks.get(index).legacy_symbol.view().empty();
        case ContractKind::wrapped:
            return !state.networks.networks.get(index).wrapped_symbol.view().empty();
        default:
            return false;
    }
}

}  // namespace

bool is_contract(const State& state, const Address& a) {
    if (a == multicall_address || (is_native(a) && is_built_in(state, a))) return true;
    return state.issued.issues.has(a);
}

namespace {

/// Under its own name: its kind, and its symbol where there are several of the kind.
Contract issued_contract(const Query& query, uint64_t number) {
    const Address address = issued::token_at(query, number);
    const issued::Issue issue = *issued::find(query, address);
    const auto [kind, face] = of_kind(issue.kind);
    std::string name{kind};
    if (!is_native(address)) name += "." + std::string{issue.symbol.view()};
    return {.name = std::move(name),
            .kind = std::string{kind},
            .address = address,
            .symbol = std::string{issue.symbol.view()},
            .decimals = issue.decimals,
            .face = face};
}

}  // namespace

std::span<const codec::FaceText> issued_faces() {
    static const std::array faces{issued::Face::text(),       weth::Face::text(),
                                  farm::Face::text(),         vault::Face::text(),
                                  exchange::PairFace::text(), stable::Face::text(),
                                  lending::ClaimFace::text()};
    return faces;
}

Bytes code_at(const State& state, const Address& address) {
    if (!is_contract(state, address)) return {};
    Bytes code{0x60, 0x00, 0x60, 0x00, 0xfd};
    append(code, address.bytes);
    return code;
}

namespace {

/// Those that there is one of.
void put_singles(std::vector<Contract>& all) {
    const auto single = [&](std::string_view name, const Address& address, codec::FaceText face) {
        all.push_back({.name = std::string{name},
                       .kind = std::string{name},
                       .address = address,
                       .face = face});
    };
    single("tickets", tickets_address, unbonding::Face::text());
    single("bridge", bridge_address, bridge::Face::text());
    single("oracle", oracle_address, oracle::Face::text());
    single("validators", validators_address, validators::Face::text());
    single("outbox", outbox_address, outbox::Face::text());
    single("networks", networks_address, networks::Face::text());
    single("farms", farms_address, farm::FactoryFace::text());
    single("vaults", vaults_address, vault::FactoryFace::text());
    single("batch", batch_address, multicall::BatchFace::text());
    single("exchange.factory", factory_address, exchange::FactoryFace::text());
    single("exchange.router", router_address, exchange::RouterFace::text());
    single("exchange.loans", flash_loans_address, exchange::LoansFace::text());
    single("stable.factory", stable_factory_address, stable::FactoryFace::text());
    single("opportunities", opportunities_address, opportunities::Face::text());
    single("governor", governor_address, governance::Face::text());
    single("timelock", timelock_address, governance::TimelockFace::text());
    single("gauges", gauges_address, gauges::Face::text());
    single("lending", lending_address, lending::Face::text());
    single("prices", prices_address, prices::Face::text());
    single("multicall", multicall_address, multicall::MulticallFace::text());
}

}  // namespace

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
            put("wrapped", ContractKind::wrapped, symbol, async_vault::WrappedFace::text());
        put("staking", ContractKind::staking, "", staking::Face::text());
        put("flash", ContractKind::flash, "", flash::Face::text());
    }
    const auto asset = [&](std::string name, AssetId id, std::string_view symbol, unsigned digits,
                           codec::FaceText face = token::Face::text()) {
        all.push_back({.name = std::move(name),
                       .kind = "asset",
                       .address = contract_address(ContractKind::asset, id),
                       .symbol = std::string{symbol},
                       .decimals = digits,
                       .face = face});
    };
    asset("thaw", thaw_token, "THAW", 18, token::VotesFace::text());
    const Query query{state, {}};
    for (AssetId id = asset_count; id < assets::end(query); ++id) {
        const assets::Listing listed = assets::listing(query, id);
        asset("token." + to_decimal(id), id, listed.symbol.view(), listed.decimals);
    }
    put_singles(all);
    for (uint64_t number = 1; number <= issued::count(query); ++number)
        all.push_back(issued_contract(query, number));
    return all;
}

}  // namespace thaw::protocol
