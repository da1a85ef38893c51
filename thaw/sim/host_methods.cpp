#include "thaw/sim/host_methods.hpp"

#include <cctype>

#include "thaw/base/text.hpp"
#include "thaw/rpc/encode.hpp"

namespace thaw::sim {

namespace {

using rpc::Answer;
using rpc::Decoded;
using rpc::Error;
using rpc::Params;
using rpc::Where;
namespace json = boost::json;

constexpr uint64_t settle_wait_default_ms = 10'000;
constexpr uint64_t settle_wait_max_ms = 60'000;

auto refuse(std::string message) {
    return tl::unexpected(Error{rpc::code::invalid_params, std::move(message)});
}

std::string lower(std::string_view text) {
    std::string out;
    for (const char c : text) out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return out;
}

Decoded<AssetId> read_asset(const json::value& value, Where where) {
    static constexpr std::array<std::string_view, 6> symbols{"eth", "bnb", "ftm",
                                                             "dot", "ksm", "matic"};
    if (value.is_string()) {
        const std::string name = lower(value.get_string());
        for (AssetId id = 0; id < symbols.size(); ++id)
            if (name == symbols[id]) return id;
    }
    if (value.is_number()) {
        const uint64_t id = TRY(rpc::read_number(value, where));
        if (id < symbols.size()) return static_cast<AssetId>(id);
    }
    return tl::unexpected(
        rpc::invalid(where, "an asset: ETH, BNB, FTM, DOT, KSM or MATIC, or 0 to 5", value));
}

/// An account of a host: 32 bytes, or an Ethereum address.
Decoded<Hash> read_account(const json::value& value, Where where) {
    if (value.is_string()) {
        const std::string_view text = value.get_string();
        if (const auto address = parse_address(text)) return hosts::account_of(*address);
        if (const auto account = parse_hash(text)) return *account;
    }
    return tl::unexpected(
        rpc::invalid(where, "an account: an address of 20 bytes or an account of 32", value));
}

/// Base units: "0x…" or decimal digits.
Decoded<Assets> read_amount(const json::value& value, Where where) {
    if (value.is_uint64()) return Assets{value.get_uint64()};
    if (value.is_int64() && value.get_int64() >= 0)
        return Assets{static_cast<u128>(value.get_int64())};
    if (value.is_string())
        if (const auto decimal = parse_decimal(std::string_view{value.get_string()}))
            return Assets{*decimal};
    return Assets{TRY(rpc::read_quantity(value, where))};
}

Decoded<NetworkId> read_network(const node::View& view, const json::value& value, Where where) {
    for (NetworkId id = 1; id <= protocol::network_count; ++id) {
        const auto network = view.state().networks.networks.get(id);
        if (value.is_string() && value.get_string() == network.name.view()) return id;
        if (const auto number = rpc::read_number(value, where); number && *number == id) return id;
    }
    return tl::unexpected(rpc::invalid(
        where, "a network: bnb, fantom, polkadot, kusama or polygon, or 1 to 5", value));
}

json::object deposit_json(const protocol::oracle::Deposit& deposit) {
    return {{"host", deposit.host},
            {"transaction", to_hex(deposit.transaction)},
            {"index", deposit.index},
            {"asset", deposit.asset},
            {"sender", to_hex(deposit.sender)},
            {"receiver", to_hex(deposit.receiver)},
            {"amount", to_decimal(deposit.amount.value)}};
}

struct DepositWish {
    HostId host = 0;
    Hash from;
    AssetId asset = 0;
    Assets amount;
    Address receiver;
};

Decoded<DepositWish> read_deposit(const Params& p) {
    const json::object* object = p.find(0)->if_object();
    if (object == nullptr)
        return refuse(
            "invalid argument 0 (deposit): expected an object {host, from, asset, amount, "
            "receiver?}");
    for (const std::string_view name : {"host", "from", "asset", "amount"})
        if (const json::value* value = object->if_contains(name);
            value == nullptr || value->is_null())
            return refuse("invalid argument 0 (deposit): \"" + std::string{name} + "\" is missing");
    const auto at = [&](std::string_view name) { return Where{0, "deposit", name}; };
    DepositWish wish;
    wish.host = TRY(read_host(object->at("host"), at("host")));
    wish.from = TRY(read_account(object->at("from"), at("from")));
    wish.asset = TRY(read_asset(object->at("asset"), at("asset")));
    wish.amount = TRY(read_amount(object->at("amount"), at("amount")));
    if (const json::value* receiver = object->if_contains("receiver");
        receiver != nullptr && !receiver->is_null())
        wish.receiver = TRY(rpc::read_address(*receiver, at("receiver")));
    else
        std::copy_n(wish.from.bytes.begin() + 12, 20, wish.receiver.bytes.begin());
    return wish;
}

/// Whether custody on a host takes an asset, as the hub's bridge sees it.
bool lives_on(const protocol::State& state, AssetId asset, HostId host) {
    if (asset == protocol::eth) return host == hosts::ethereum;
    return state.networks.networks.get(asset).staking_host == host ||
           (asset == hosts::matic && host == hosts::polygon);
}

Answer deposit(Devnet& devnet, const Params& p) {
    const DepositWish wish = TRY(read_deposit(p));
    if (wish.amount.is_zero()) return refuse("a deposit must not be zero");
    auto pause = devnet.courier().pause();
    if (!lives_on(devnet.node().view().state(), wish.asset, wish.host))
        return refuse("the bridge does not take this asset on " +
                      std::string{hosts::figures_of(wish.host).name});
    hosts::SimulatedHost& host = pause.worlds().host(wish.host);
    const Assets balance = host.balance_of(wish.from, wish.asset);
    const auto made = host.transfer_to_custody(wish.from, wish.receiver, wish.asset, wish.amount);
    if (!made)
        return tl::unexpected(
            Error{rpc::code::server, to_hex(wish.from) + " has " + to_decimal(balance.value) +
                                         " base units on " + std::string{host.name()} + ", not " +
                                         to_decimal(wish.amount.value)});
    if (const auto fault = pause.save()) return tl::unexpected(Error{rpc::code::server, *fault});
    return json::value(deposit_json(*made));
}

json::object host_json(const hosts::SimulatedHost& host) {
    const hosts::World& world = host.world();
    const hosts::HostFigures& figures = hosts::figures_of(host.id());
    json::array custody;
    for (AssetId asset = 0; asset < protocol::asset_count; ++asset)
        if (!host.custody_balance(asset).is_zero())
            custody.push_back(json::object{
                {"asset", asset}, {"amount", to_decimal(host.custody_balance(asset).value)}});
    u128 unbonding = 0;
    for (const auto& [intent, one] : world.unbondings) unbonding = add(unbonding, one.amount);
    return {{"id", host.id()},
            {"name", figures.name},
            {"network", figures.network},
            {"height", host.height()},
            {"time", world.now_s},
            {"custodyNonce", host.custody_nonce()},
            {"custody", std::move(custody)},
            {"validators", world.validators.size()},
            {"delegated", to_decimal(host.total_delegated().value)},
            {"unbonding", to_decimal(unbonding)},
            {"rewardsPaid", to_decimal(host.total_paid().value)},
            {"erasEnded", world.eras_ended},
            {"framesEnded", world.frames_ended},
            {"unbondingSeconds", figures.unbonding_s},
            {"aprBps", figures.apr_bps}};
}

json::object report_json(const protocol::oracle::Report& report) {
    json::array validators;
    u128 rewards = 0;
    u128 slashed = 0;
    u128 delegated = 0;
    for (const auto& v : report.validators) {
        rewards = add(rewards, v.reward.value);
        slashed = add(slashed, v.slashed.value);
        delegated = add(delegated, v.delegated.value);
        validators.push_back(json::object{{"id", v.id},
                                          {"delegated", to_decimal(v.delegated.value)},
                                          {"reward", to_decimal(v.reward.value)},
                                          {"slashed", to_decimal(v.slashed.value)},
                                          {"totalStake", to_decimal(v.total_stake.value)},
                                          {"commissionBps", v.commission_bps},
                                          {"uptimeBps", v.uptime_bps},
                                          {"jailed", v.jailed}});
    }
    return {{"network", report.network},
            {"frame", report.frame},
            {"hostHeight", report.host_height},
            {"executed", report.executed},
            {"custody", to_decimal(report.custody.value)},
            {"rewards", to_decimal(rewards)},
            {"slashed", to_decimal(slashed)},
            {"delegated", to_decimal(delegated)},
            {"validators", std::move(validators)}};
}

Answer frame_report(Devnet& devnet, const Params& p) {
    auto pause = devnet.courier().pause();
    const NetworkId network = TRY(read_network(devnet.node().view(), *p.find(0), p.where(0)));
    const uint64_t frame = TRY(rpc::argument(p, 1, rpc::read_number));
    const auto report = pause.worlds().report(network, frame);
    if (!report) return nullptr;
    return json::value(report_json(*report));
}

Answer settle(Devnet& devnet, const Params& p) {
    const uint64_t ms = TRY(rpc::argument_or(p, 0, rpc::read_number, settle_wait_default_ms));
    return devnet.courier().wait_idle(std::min(ms, settle_wait_max_ms));
}

}  // namespace

Decoded<HostId> read_host(const json::value& value, rpc::Where where) {
    if (value.is_number()) {
        const uint64_t id = TRY(rpc::read_number(value, where));
        if (id >= 1 && id <= protocol::host_count) return static_cast<HostId>(id);
    } else if (value.is_string()) {
        const std::string name = lower(value.get_string());
        static constexpr std::array<std::string_view, protocol::host_count + 1> short_names{
            "", "bsc", "fantom", "polkadot", "kusama", "ethereum", "polygon"};
        for (HostId id = 1; id <= protocol::host_count; ++id)
            if (name == short_names[id] || name == lower(hosts::figures_of(id).name) ||
                name == to_decimal(id))
                return id;
    }
    return tl::unexpected(rpc::invalid(
        where, "a host: bsc, fantom, polkadot, kusama, ethereum or polygon, or 1 to 6", value));
}

void add_host_methods(rpc::Methods& m, Devnet& devnet) {
    m.add("thaw_hosts", "", "The six host chains: heights, custody, delegations, rewards paid.",
          [&devnet](const Params&) -> Answer {
              auto pause = devnet.courier().pause();
              json::array all;
              for (HostId id = 1; id <= protocol::host_count; ++id)
                  all.push_back(host_json(pause.worlds().host(id)));
              return json::value(std::move(all));
          });
    m.add("thaw_hostDeposit", "deposit",
          "Sends base units from an account of a host to custody: {host, from, asset, amount, "
          "receiver?}. They are credited once the oracle has seen them.",
          [&devnet](const Params& p) { return deposit(devnet, p); });
    m.add("thaw_hostBalance", "host account asset",
          "What an account of a host holds there, in base units.",
          [&devnet](const Params& p) -> Answer {
              const HostId host = TRY(rpc::argument(p, 0, read_host));
              const Hash account = TRY(rpc::argument(p, 1, read_account));
              const AssetId asset = TRY(rpc::argument(p, 2, read_asset));
              auto pause = devnet.courier().pause();
              return json::value(
                  to_decimal(pause.worlds().host(host).balance_of(account, asset).value));
          });
    m.add("thaw_hostReport", "network frame",
          "What a host paid in a frame, by its own account; null before the frame has ended.",
          [&devnet](const Params& p) { return frame_report(devnet, p); });
    m.add("thaw_settle", "timeout?",
          "Waits until the courier has nothing left to do, for at most so many milliseconds; "
          "whether it has.",
          [&devnet](const Params& p) { return settle(devnet, p); });
}

}  // namespace thaw::sim
