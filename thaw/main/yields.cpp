#include "thaw/main/yields.hpp"

#include <cctype>

#include "thaw/base/text.hpp"

namespace thaw::cli {

namespace {

using codec::call_data;
using protocol::farms_address;
using protocol::vaults_address;

bool same(std::string_view a, std::string_view b) {
    return std::ranges::equal(
        a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

/// Everything that a factory lists, a hundred at a time.
std::vector<Address> listed(Session& session, const Address& factory,
                            Bytes (*page_from)(uint64_t)) {
    constexpr uint64_t page = 100;
    std::vector<Address> all;
    for (uint64_t from = 0;; from += page) {
        const auto some = asked<std::vector<Address>>(session, factory, page_from(from));
        all.insert(all.end(), some.begin(), some.end());
        if (some.size() < page) return all;
    }
}

/// The same question to each of many contracts.
template <class T>
std::vector<T> asked_all(Session& session, const std::vector<Address>& contracts,
                         const Bytes& data) {
    std::vector<std::pair<Address, Bytes>> calls;
    for (const Address& contract : contracts) calls.emplace_back(contract, data);
    std::vector<T> answers;
    if (calls.empty()) return answers;
    for (auto& answer : session.client().view_all<T>(calls))
        answers.push_back(std::get<0>(std::move(answer)));
    return answers;
}

template <class List>
[[noreturn]] void none_called(std::string_view what, std::string_view name, const List& list) {
    throw Failure{ExitCode::usage, "there is no " + std::string{what} + " \"" + std::string{name} +
                                       "\"; `thaw " + std::string{what} + " list` shows the " +
                                       std::to_string(list.size()) + " that there are"};
}

}  // namespace

std::vector<Coin> coins_at(Session& session, const std::vector<Address>& addresses) {
    const auto symbols = asked_all<std::string>(session, addresses, call_data<"symbol()">());
    const auto decimals = asked_all<uint8_t>(session, addresses, call_data<"decimals()">());
    std::vector<Coin> coins;
    for (size_t i = 0; i < addresses.size(); ++i)
        coins.push_back({addresses[i], symbols[i], decimals[i]});
    return coins;
}

std::vector<FarmInfo> all_farms(Session& session) {
    const auto addresses = listed(session, farms_address, [](uint64_t from) {
        return call_data<"farms(uint64 from)">(from);
    });
    const auto staked =
        coins_at(session, asked_all<Address>(session, addresses, call_data<"stakingToken()">()));
    std::vector<FarmInfo> all;
    for (size_t i = 0; i < addresses.size(); ++i)
        all.push_back({.number = i + 1, .address = addresses[i], .staked = staked[i]});
    return all;
}

FarmInfo farm_called(Session& session, std::string_view name) {
    const auto all = all_farms(session);
    for (const FarmInfo& f : all)
        if (same(f.staked.symbol, name) || same(to_hex(f.address), name) ||
            std::to_string(f.number) == name)
            return f;
    none_called("farm", name, all);
}

std::vector<VaultInfo> all_vaults(Session& session) {
    const auto addresses = listed(session, vaults_address, [](uint64_t from) {
        return call_data<"vaults(uint64 from)">(from);
    });
    const auto shares = coins_at(session, addresses);
    const auto farms = asked_all<Address>(session, addresses, call_data<"farm()">());
    const auto assets =
        coins_at(session, asked_all<Address>(session, addresses, call_data<"asset()">()));
    std::vector<VaultInfo> all;
    for (size_t i = 0; i < addresses.size(); ++i)
        all.push_back({.number = i + 1,
                       .address = addresses[i],
                       .farm = farms[i],
                       .share = shares[i],
                       .asset = assets[i]});
    return all;
}

VaultInfo vault_called(Session& session, std::string_view name) {
    const auto all = all_vaults(session);
    for (const VaultInfo& v : all)
        if (same(v.asset.symbol, name) || same(v.share.symbol, name) ||
            same(to_hex(v.address), name) || std::to_string(v.number) == name)
            return v;
    none_called("vault", name, all);
}

u128 balance_of(Session& session, const Address& token) {
    return asked<u128>(session, token, call_data<"balanceOf(address account)">(session.account()));
}

u128 part_called(std::string_view text, const Coin& coin, u128 all) {
    if (text != "all") return amount_called(text, coin.symbol, coin.decimals);
    if (all == 0)
        throw Failure{ExitCode::refused, "there is no " + coin.symbol + " to do this with"};
    return all;
}

}  // namespace thaw::cli
