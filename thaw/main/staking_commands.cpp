#include "thaw/base/text.hpp"
#include "thaw/main/commands.hpp"
#include "thaw/main/duration.hpp"
#include "thaw/main/session.hpp"
#include "thaw/main/table.hpp"
#include "thaw/protocol/staking/face.hpp"

namespace thaw::cli {

namespace {

using codec::call_data;
using codec::Number;
using protocol::tickets_address;
using protocol::unbonding::Entry;

struct StakingFlags {
    SessionFlags session;
    std::string network, amount, receiver, address;
    uint64_t ticket = 0;
    bool shares = false;
};
using FlagsPtr = std::shared_ptr<StakingFlags>;

uint64_t chain_time(Client& client) {
    return number_in(client.call("eth_getBlockByNumber", {"latest", false}).at("timestamp"));
}

/// "2026-11-28 00:00:00 UTC (in 6d 23h)".
std::string when(uint64_t at_s, uint64_t now_s) {
    return format_time(at_s) + (at_s > now_s ? " (in " + format_duration(at_s - now_s) + ")" : "");
}

std::string_view status_text(uint8_t status) {
    static constexpr std::array<std::string_view, 4> texts{"?", "waits for its batch", "unbonding",
                                                           "payable"};
    return texts[status < texts.size() ? status : 0];
}

json::object entry_json(const Entry& entry) {
    const NetworkInfo& n = network_with(entry.network);
    return {{"ticket", entry.id.value},
            {"network", n.name},
            {"owner", to_hex(entry.owner)},
            {"asset", n.asset},
            {"expected", format_amount(entry.expected.value, n.decimals)},
            {"requestedAt", entry.requested_at_s},
            {"readyAt", entry.ready_at_s},
            {"batch", entry.batch},
            {"status", status_text(entry.status)}};
}

void stake(const StakingFlags& flags) {
    const NetworkInfo& n = network_called(flags.network);
    const u128 assets = amount_called(flags.amount, n.asset, n.decimals);
    Session session{flags.session};
    const Bytes data = flags.receiver.empty()
                           ? call_data<"stake(uint256 assets)">(Assets{assets})
                           : call_data<"stakeFor(address receiver,uint256 assets)">(
                                 address_called(flags.receiver, "--for"), Assets{assets});
    const auto result = session.send(n.staking_contract, data, n.asset, n.decimals);
    static constexpr Hash topic = codec::declare(protocol::staking::Staked::abi).topic();
    const auto values = codec::decode<Assets, Shares>(log_of(result, topic).data);
    if (!values) throw Failure{ExitCode::refused, "the node answers something unexpected"};
    const auto [staked, shares] = *values;
    const u128 received = n.rebasing ? staked.value : shares.value;
    json::object answer = transaction_json(result);
    answer["staked"] = format_amount(staked.value, n.decimals);
    answer["asset"] = n.asset;
    answer["received"] = format_amount(received, n.decimals);
    answer["token"] = n.liquid;
    answer["shares"] = format_amount(shares.value, n.decimals);
    session.say(answer, "Staked " + shown(staked.value, n.decimals, n.asset) + ", received " +
                            shown(received, n.decimals, n.liquid) +
                            (n.rebasing ? "; the balance grows every day.\n"
                                        : "; what each is worth grows every day.\n") +
                            transaction_line(result));
}

/// The face of a rebasing token speaks assets, that of a reward-bearing one shares; people may say
/// either.
u128 in_units_of_the_token(Session& session, const StakingFlags& flags, const NetworkInfo& n) {
    if (flags.amount == "all")
        return std::get<0>(session.client().view<u128>(
            n.liquid_contract, call_data<"balanceOf(address account)">(session.account())));
    const u128 amount = amount_called(flags.amount, flags.shares ? "shares" : n.asset, n.decimals);
    if (flags.shares != n.rebasing) return amount;
    const Bytes conversion = n.rebasing ? call_data<"sharesToBonds(uint256 shares)">(Shares{amount})
                                        : call_data<"bondsToShares(uint256 bonds)">(Assets{amount});
    return std::get<0>(session.client().view<u128>(n.liquid_contract, conversion));
}

void unstake(const StakingFlags& flags) {
    const NetworkInfo& n = network_called(flags.network);
    Session session{flags.session};
    const u128 amount = in_units_of_the_token(session, flags, n);
    const Bytes data = n.rebasing ? call_data<"unstakeBonds(uint256 amount)">(Assets{amount})
                                  : call_data<"unstakeCerts(uint256 shares)">(Shares{amount});
    const auto result = session.send(n.staking_contract, data, n.liquid, n.decimals);
    static constexpr Hash topic = codec::declare(protocol::staking::UnstakeRequested::abi).topic();
    const ReceiptLog& log = log_of(result, topic);
    const auto id = log.topics.size() > 3 ? codec::decode<Number>(BytesView{log.topics[3].bytes})
                                          : std::nullopt;
    if (!id) throw Failure{ExitCode::refused, "the node answers something unexpected"};
    const auto [entry] = session.client().view<Entry>(
        tickets_address, call_data<"ticket(uint256 id)">(std::get<0>(*id)));
    json::object answer = transaction_json(result);
    for (auto& [name, value] : entry_json(entry)) answer[name] = value;
    const uint64_t now_s = session.json() ? 0 : chain_time(session.client());
    session.say(
        answer,
        "Ticket " + std::to_string(entry.id.value) + " for " +
            shown(entry.expected.value, n.decimals, n.asset) + ", payable at about " +
            when(entry.ready_at_s, now_s) +
            " of chain time.\n  It is paid to whoever owns it then, without their doing.\n" +
            transaction_line(result));
}

void list_tickets(const StakingFlags& flags) {
    Session session{flags.session};
    const Address owner =
        flags.address.empty() ? session.account() : address_called(flags.address, "ADDRESS");
    TextTable table{{">ticket", "network", ">expected", "status", "payable at (chain time)"}};
    json::array all;
    const uint64_t now_s = chain_time(session.client());
    constexpr size_t page = 100;
    for (uint64_t from = 0;; from += page) {
        const auto [entries] = session.client().view<std::vector<Entry>>(
            tickets_address, call_data<"ticketsOf(address owner,uint64 from)">(owner, from));
        for (const Entry& entry : entries) {
            const NetworkInfo& n = network_with(entry.network);
            all.push_back(entry_json(entry));
            table.add({std::to_string(entry.id.value), n.name,
                       shown(entry.expected.value, n.decimals, n.asset),
                       std::string{status_text(entry.status)}, when(entry.ready_at_s, now_s)});
        }
        if (entries.size() < page) break;
    }
    session.say(all, table.empty() ? to_hex(owner) + " has no open tickets.\n" : table.text());
}

void claim(const StakingFlags& flags) {
    Session session{flags.session};
    const auto result = session.send(
        tickets_address, call_data<"claim(uint256 ticket)">(Number{flags.ticket}), "", 18);
    static constexpr Hash topic = codec::declare(protocol::unbonding::TicketPaid::abi).topic();
    const ReceiptLog& log = log_of(result, topic);
    const auto network = codec::decode<uint8_t>(BytesView{log.topics[1].bytes});
    const auto assets = codec::decode<Assets>(log.data);
    if (!network || !assets)
        throw Failure{ExitCode::refused, "the node answers something unexpected"};
    const NetworkInfo& n = network_with(std::get<0>(*network));
    json::object answer = transaction_json(result);
    answer["ticket"] = flags.ticket;
    answer["paid"] = format_amount(std::get<0>(*assets).value, n.decimals);
    answer["asset"] = n.asset;
    session.say(answer, "Ticket " + std::to_string(flags.ticket) + " paid " +
                            shown(std::get<0>(*assets).value, n.decimals, n.asset) + ".\n" +
                            transaction_line(result));
}

void quote(const StakingFlags& flags) {
    using protocol::staking::Way;
    const NetworkInfo& n = network_called(flags.network);
    const u128 amount = amount_called(flags.amount, n.asset, n.decimals);
    Session session{flags.session};
    const auto [shares] = session.client().view<Shares>(
        n.liquid_contract, call_data<"bondsToShares(uint256 bonds)">(Assets{amount}));
    const auto [ways] = session.client().view<std::vector<Way>>(
        n.staking_contract, call_data<"quoteExit(uint256 shares)">(shares));
    TextTable table{{"way out", ">you get", ">fee", ">takes"}};
    json::array list;
    for (const Way& way : ways) {
        table.add({way.name, shown(way.assets.value, n.decimals, n.asset),
                   shown(way.fee.value, n.decimals, n.asset), format_duration(way.seconds)});
        list.push_back(json::object{{"way", way.name},
                                    {"assets", format_amount(way.assets.value, n.decimals)},
                                    {"fee", format_amount(way.fee.value, n.decimals)},
                                    {"seconds", way.seconds}});
    }
    const std::string worth = format_amount(shares.value, n.decimals);
    session.say(json::object{{"network", n.name},
                             {"assets", format_amount(amount, n.decimals)},
                             {"shares", worth},
                             {"ways", std::move(list)}},
                shown(amount, n.decimals, n.asset) + " is " + worth +
                    (n.rebasing ? " shares of " : " ") + n.liquid + ". Leaving with it:\n\n" +
                    table.text());
}

FlagsPtr add(CLI::App& app, const std::string& name, const std::string& about,
             const std::string& example, void (*run)(const StakingFlags&)) {
    auto* command = app.add_subcommand(name, about);
    command->footer("\nExamples:\n" + example);
    auto flags = std::make_shared<StakingFlags>();
    add_account_flags(*command, flags->session);
    command->callback([flags, run] { run(*flags); });
    return flags;
}

}  // namespace

void add_staking_commands(CLI::App& app) {
    const std::string network = "bnb, fantom, polkadot, kusama or polygon; or the asset's symbol";
    auto flags = add(app, "stake", "Stakes an asset and receives a token that earns every day.",
                     "  thaw stake bnb 1.5\n  thaw stake dot 20 --from 3 --json\n", stake);
    auto* command = app.get_subcommand("stake");
    command->add_option("network", flags->network, network)->required();
    command->add_option("amount", flags->amount, "How much of the asset, such as 1.5")->required();
    command->add_option("--for", flags->receiver, "Who receives the token, instead of you");

    flags =
        add(app, "unstake",
            "Leaves: gives the token back for a ticket that is paid when the host has unbonded.",
            "  thaw unstake bnb 0.5         as much of the token as is worth 0.5 BNB\n"
            "  thaw unstake bnb 0.5 --shares  0.5 ankrBNB, whatever they are worth\n"
            "  thaw unstake ftm all\n",
            unstake);
    command = app.get_subcommand("unstake");
    command->add_option("network", flags->network, network)->required();
    command->add_option("amount", flags->amount, "How much of the asset, or all")->required();
    command->add_flag("--shares", flags->shares, "The amount is in shares of the pool");

    flags = add(app, "tickets", "What you are being paid, and when.",
                "  thaw tickets\n  thaw tickets 0x70997970C51812dc3A010C7d01b50e0d17dc79C8\n",
                list_tickets);
    app.get_subcommand("tickets")->add_option("address", flags->address, "Whose, instead of yours");

    flags = add(app, "claim", "Has a payable ticket paid at once, rather than in its turn.",
                "  thaw claim 1\n", claim);
    app.get_subcommand("claim")->add_option("ticket", flags->ticket, "Its number")->required();

    flags = add(app, "quote", "What each way of leaving pays, costs and takes.",
                "  thaw quote bnb 1.5\n", quote);
    command = app.get_subcommand("quote");
    command->add_option("network", flags->network, network)->required();
    command->add_option("amount", flags->amount, "How much of the asset")->required();
}

}  // namespace thaw::cli
