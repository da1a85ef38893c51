#include "thaw/main/tokens.hpp"

#include <cctype>

#include "thaw/base/text.hpp"
#include "thaw/main/failure.hpp"
#include "thaw/protocol/genesis.hpp"

namespace thaw::cli {

namespace {

using protocol::contract_address;
using protocol::ContractKind;

bool same(std::string_view a, std::string_view b) {
    return std::ranges::equal(
        a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

template <class List, class Name>
std::string listed(const List& list, const Name& name) {
    std::string out;
    for (const auto& one : list) out += (out.empty() ? "" : ", ") + name(one);
    return out;
}

}  // namespace

const std::vector<NetworkInfo>& networks() {
    static const std::vector<NetworkInfo> all = [] {
        std::vector<NetworkInfo> list;
        NetworkId id = 0;
        for (const auto& network : protocol::default_genesis().networks) {
            const auto& p = network.parameters;
            ++id;
            const bool legacy = !p.legacy_symbol.view().empty();
            list.push_back(
                {.id = id,
                 .name = std::string{p.name.view()},
                 .asset = std::string{p.asset_symbol.view()},
                 .liquid = std::string{p.liquid_symbol.view()},
                 .second = std::string{legacy ? p.legacy_symbol.view() : p.wrapped_symbol.view()},
                 .decimals = p.decimals,
                 .rebasing = p.rebasing != 0,
                 .host = p.staking_host,
                 .asset_contract = contract_address(ContractKind::asset, id),
                 .liquid_contract = contract_address(ContractKind::liquid, id),
                 .second_contract =
                     contract_address(legacy ? ContractKind::legacy : ContractKind::wrapped, id),
                 .staking_contract = contract_address(ContractKind::staking, id)});
        }
        return list;
    }();
    return all;
}

const NetworkInfo& network_called(std::string_view name) {
    for (const NetworkInfo& n : networks())
        if (same(n.name, name) || same(n.asset, name)) return n;
    throw Failure{ExitCode::usage, "there is no network \"" + std::string{name} + "\"; there are " +
                                       listed(networks(), [](const auto& n) { return n.name; })};
}

const NetworkInfo& network_with(NetworkId id) { return networks().at(id - 1u); }

const std::vector<TokenInfo>& tokens() {
    static const std::vector<TokenInfo> all = [] {
        std::vector<TokenInfo> list{{.symbol = "ETH", .asset = protocol::eth}};
        for (const NetworkInfo& n : networks())
            list.push_back({.symbol = n.asset,
                            .decimals = n.decimals,
                            .contract = n.asset_contract,
                            .asset = n.id});
        for (const NetworkInfo& n : networks())
            list.push_back({.symbol = n.liquid,
                            .decimals = n.decimals,
                            .contract = n.liquid_contract,
                            .liquid = n.id,
                            .rebasing = n.rebasing});
        for (const NetworkInfo& n : networks())
            list.push_back({.symbol = n.second,
                            .decimals = n.decimals,
                            .contract = n.second_contract,
                            .liquid = n.id,
                            .rebasing = !n.rebasing});
        list.push_back({.symbol = "THAW",
                        .contract = contract_address(ContractKind::asset, protocol::thaw_token)});
        return list;
    }();
    return all;
}

const TokenInfo& token_called(std::string_view symbol) {
    for (const TokenInfo& t : tokens())
        if (same(t.symbol, symbol)) return t;
    throw Failure{ExitCode::usage, "there is no token \"" + std::string{symbol} + "\"; there are " +
                                       listed(tokens(), [](const auto& t) { return t.symbol; })};
}

u128 amount_called(std::string_view text, std::string_view symbol, unsigned decimals) {
    const auto amount = parse_amount(text, decimals);
    if (!amount)
        throw Failure{ExitCode::usage, "\"" + std::string{text} + "\" is not an amount of " +
                                           std::string{symbol} +
                                           ": write a number such as 1.5, with at most " +
                                           std::to_string(decimals) + " digits after the point"};
    if (*amount == 0) throw Failure{ExitCode::usage, "the amount must be more than zero"};
    return *amount;
}

std::string shown(u128 amount, unsigned decimals, std::string_view symbol) {
    return format_amount(amount, decimals) + " " + std::string{symbol};
}

}  // namespace thaw::cli
