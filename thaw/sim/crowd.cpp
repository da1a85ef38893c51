#include "thaw/sim/crowd.hpp"

#include "thaw/protocol/addresses.hpp"
#include "thaw/protocol/liquid/ledger.hpp"
#include "thaw/protocol/token/face.hpp"

namespace thaw::sim {

namespace {

using protocol::AssetId;
using protocol::contract_address;
using protocol::ContractKind;
using protocol::HostId;
using protocol::network_count;
using protocol::NetworkId;

struct Habit {
    Act act;
    std::string_view name;
    uint32_t weight;
};
constexpr std::array<Habit, act_count> habits{{{Act::deposit, "deposit", 15},
                                               {Act::stake, "stake", 34},
                                               {Act::unstake, "unstake", 11},
                                               {Act::exit, "exit", 4},
                                               {Act::swap, "flash swap", 4},
                                               {Act::provide, "provide to flash", 2},
                                               {Act::transfer, "transfer", 14},
                                               {Act::wrap, "wrap", 4},
                                               {Act::unwrap, "unwrap", 3},
                                               {Act::switch_legacy, "switch", 1},
                                               {Act::cancel, "cancel", 2},
                                               {Act::split, "split", 2},
                                               {Act::give_ticket, "give a ticket", 2},
                                               {Act::withdraw, "withdraw", 5}}};

uint32_t selector_of(BytesView output) {
    uint32_t selector = 0;
    for (size_t i = 0; i < 4 && i < output.size(); ++i) selector = selector << 8 | output[i];
    return selector;
}

}  // namespace

std::string_view name_of(Act act) { return habits[static_cast<size_t>(act)].name; }

Crowd::Crowd(hosts::Circuit& circuit, uint32_t count, uint64_t seed)
    : circuit_{circuit}, count_{count}, random_{seed} {
    THAW_ASSERT(count > 0);
}

Address Crowd::account(uint32_t number) {
    Address a{{0xc0}};
    for (int i = 0; i < 4; ++i)
        a.bytes[19 - static_cast<size_t>(i)] = static_cast<uint8_t>(number >> (8 * i));
    return a;
}

Act Crowd::choose() {
    uint32_t total = 0;
    for (const Habit& habit : habits) total += habit.weight;
    auto at = static_cast<uint32_t>(random_.below(total));
    for (const Habit& habit : habits) {
        if (at < habit.weight) return habit.act;
        at -= habit.weight;
    }
    return Act::stake;
}

void Crowd::act() {
    // Most of what people do they do where they are at home.
    const auto number = static_cast<uint32_t>(random_.below(count_));
    const uint64_t home = random_.below(4) == 0 ? random_.below(network_count) : number;
    perform(choose(), account(number), static_cast<NetworkId>(1 + home % network_count));
}

u128 Crowd::whole(AssetId asset) const {
    u128 one = 1;
    for (unsigned i = circuit_.state.networks.networks.get(asset).decimals; i > 0; --i) one *= 10;
    return one;
}

u128 Crowd::shown(ContractKind kind, NetworkId network, const Address& who) const {
    const protocol::Query query{circuit_.state, circuit_.block()};
    return protocol::liquid::shown_balance(query, kind, network, who);
}

void Crowd::perform(Act act, const Address& who, NetworkId n) {
    const protocol::networks::Network p = circuit_.state.networks.networks.get(n);
    const Address staking = contract_address(ContractKind::staking, n);
    const Address liquid = contract_address(ContractKind::liquid, n);
    const u128 assets = assets_of(n, who);
    const u128 held = shown(ContractKind::liquid, n, who);
    const bool wraps = !p.wrapped_symbol.view().empty();
    switch (act) {
        case Act::deposit:
            return deposit(who, n);
        case Act::stake:
            return stake(who, n);
        case Act::unstake:
            return leave(who, n);
        case Act::exit:
        case Act::swap:
            return leave_at_once(act, who, n);
        case Act::provide:
            if (assets == 0) return stake(who, n);
            return say(act, who, contract_address(ContractKind::flash, n),
                       codec::call_data<"deposit(uint256 assets, address receiver)">(
                           Assets{random_.amount(assets)}, who));
        case Act::transfer:
            if (held == 0) return stake(who, n);
            return say(act, who, liquid,
                       codec::call_data<"transfer(address to, uint256 value)">(
                           somebody(), Assets{random_.amount(held)}));
        case Act::wrap:
            if (!wraps || held == 0) return stake(who, n);
            return say(act, who, contract_address(ContractKind::wrapped, n),
                       codec::call_data<"wrap(uint256 amount)">(Assets{random_.amount(held)}));
        case Act::unwrap: {
            const u128 wrapped = wraps ? shown(ContractKind::wrapped, n, who) : 0;
            if (wrapped == 0) return stake(who, n);
            return say(act, who, contract_address(ContractKind::wrapped, n),
                       codec::call_data<"unwrap(uint256 shares)">(Assets{random_.amount(wrapped)}));
        }
        case Act::switch_legacy: {  // the first member's, who has had them since before the hub
            const u128 old = wraps ? 0 : shown(ContractKind::legacy, n, account(0));
            if (p.legacy_symbol.view().empty() || old == 0) return;
            return say(
                act, account(0), staking,
                codec::call_data<"switchLegacy(uint256 amount)">(Assets{random_.amount(old)}));
        }
        case Act::cancel:
        case Act::split:
        case Act::give_ticket:
            return use_ticket(act, who);
        case Act::withdraw:
            if (assets == 0) return;
            return say(
                act, who, protocol::bridge_address,
                codec::call_data<"withdraw(uint8 asset, uint8 host, bytes32 recipient, "
                                 "uint256 amount)">(n, p.staking_host, hosts::account_of(who),
                                                    Assets{random_.amount(assets)}));
    }
}

void Crowd::deposit(const Address& who, AssetId asset) {
    const bool far = asset == hosts::matic && random_.below(3) == 0;
    const HostId home =
        far ? hosts::polygon : circuit_.state.networks.networks.get(asset).staking_host;
    const Assets amount{random_.amount(whole(asset) * 10'000)};
    hosts::SimulatedHost& host = circuit_.worlds.host(home);
    host.fund(hosts::account_of(who), asset, amount);
    THAW_ASSERT(host.transfer_to_custody(hosts::account_of(who), who, asset, amount));
    ++counts_[static_cast<size_t>(Act::deposit)].done;
}

u128 Crowd::assets_of(AssetId asset, const Address& who) const {
    return circuit_.state.token.balances.get(protocol::token::user_account(asset, who)).value;
}

void Crowd::stake(const Address& who, NetworkId n) {
    const u128 assets = assets_of(n, who);
    const u128 least = circuit_.state.networks.networks.get(n).stake_min.value;
    if (assets < least) return deposit(who, n);
    // One in fifty overlooks the minimum.
    const u128 part = random_.amount(assets);
    say(Act::stake, who, contract_address(ContractKind::staking, n),
        codec::call_data<"stake(uint256 assets)">(
            Assets{random_.below(50) == 0 ? part : std::max(part, least)}));
}

void Crowd::leave(const Address& who, NetworkId n) {
    const u128 held = shown(ContractKind::liquid, n, who);
    if (held == 0) return stake(who, n);
    // One in four leaves with everything.
    const Assets part{random_.below(4) == 0 ? held : random_.amount(held)};
    say(Act::unstake, who, contract_address(ContractKind::staking, n),
        circuit_.state.networks.networks.get(n).rebasing != 0
            ? codec::call_data<"unstakeBonds(uint256 amount)">(part)
            : codec::call_data<"unstakeCerts(uint256 shares)">(part));
}

/// Out by whichever ways there are, or by the flash pool.
void Crowd::leave_at_once(Act act, const Address& who, NetworkId n) {
    const protocol::Query query{circuit_.state, circuit_.block()};
    const u128 held = protocol::liquid::holding(query, ContractKind::liquid, n, who).value /
                      protocol::liquid::sub_units;
    if (held == 0) return stake(who, n);
    const Shares part{random_.amount(held)};
    if (act == Act::swap)
        return say(act, who, contract_address(ContractKind::flash, n),
                   codec::call_data<"swap(uint256 shares, address receiver)">(part, who));
    const uint64_t patience_s = random_.below(2) == 0 ? 0 : 60 * 86'400;
    say(act, who, contract_address(ContractKind::staking, n),
        codec::call_data<"exit(uint256 shares, uint256 minimum, uint64 maxWait)">(part, Assets{},
                                                                                  patience_s));
}

void Crowd::use_ticket(Act act, const Address& who) {
    const auto& books = circuit_.state.unbonding;
    const uint64_t count = books.owners.get(who).tickets;
    if (count == 0) return;
    const uint64_t id =
        books.owned.get({.owner = who, .reserved = {}, .index = random_.below(count)}).ticket;
    const protocol::unbonding::Ticket ticket = books.tickets.get(id);
    const codec::Number number{id};
    if (act == Act::cancel)
        return say(act, who, protocol::tickets_address,
                   codec::call_data<"cancel(uint256 ticket)">(number));
    if (act == Act::give_ticket)
        return say(act, who, protocol::tickets_address,
                   codec::call_data<"transferFrom(address from, address to, uint256 tokenId)">(
                       who, somebody(), number));
    const u128 shares = ticket.shares.value / protocol::liquid::sub_units;
    say(act, who, protocol::tickets_address,
        codec::call_data<"split(uint256 ticket, uint256[] shares)">(
            number, std::vector<Shares>{Shares{random_.amount(shares)}}));
}

void Crowd::say(Act act, const Address& who, const Address& to, const Bytes& data) {
    const protocol::Receipt receipt = circuit_.send(who, to, data);
    Count& count = counts_[static_cast<size_t>(act)];
    if (receipt.success) {
        ++count.done;
    } else {
        ++count.refused;
        Refusal& refusal = refusals_[selector_of(receipt.output)];
        if (++refusal.times == 1) refusal.first = receipt.output;
    }
}

}  // namespace thaw::sim
