#include <thread>

#include "thaw/base/text.hpp"
#include "thaw/hosts/figures.hpp"
#include "thaw/main/commands.hpp"
#include "thaw/main/duration.hpp"
#include "thaw/main/progress.hpp"
#include "thaw/main/session.hpp"
#include "thaw/main/table.hpp"
#include "thaw/protocol/oracle/face.hpp"

namespace thaw::cli {

namespace {

using codec::call_data;
using protocol::bridge_address;
using protocol::oracle_address;

constexpr std::chrono::milliseconds poll_pause{200};

struct MoneyFlags {
    SessionFlags session;
    std::string token, amount, to, host, address;
    bool wait = false;
    bool all = false;
};

constexpr std::array<std::string_view, protocol::host_count + 1> host_names{
    "", "bsc", "fantom", "polkadot", "kusama", "ethereum", "polygon"};

/// The host an asset is sent from or to unless another one is named.
HostId home_of(AssetId asset) {
    return asset == protocol::eth ? hosts::ethereum : network_with(asset).host;
}

HostId host_called(const std::string& name, AssetId asset) {
    if (name.empty()) return home_of(asset);
    for (HostId id = 1; id < host_names.size(); ++id)
        if (host_names[id] == name) return id;
    throw Failure{ExitCode::usage,
                  "there is no host \"" + name +
                      "\"; there are bsc, fantom, polkadot, kusama, ethereum, polygon"};
}

const TokenInfo& bridged_token(const std::string& symbol) {
    const TokenInfo& token = token_called(symbol);
    if (!token.asset)
        throw Failure{ExitCode::usage, token.symbol +
                                           " lives on the hub only; the bridge carries ETH, "
                                           "BNB, FTM, DOT, KSM and MATIC"};
    return token;
}

/// An account of a host: 32 bytes, or an address.
Hash host_account(const std::string& text, const Address& otherwise) {
    Address address = otherwise;
    if (!text.empty()) {
        if (const auto account = parse_hash(text)) return *account;
        address = address_called(text, "--to");
    }
    Hash account;
    std::ranges::copy(address.bytes, account.bytes.begin() + 12);
    return account;
}

void transfer(const MoneyFlags& flags) {
    const TokenInfo& token = token_called(flags.token);
    const u128 amount = amount_called(flags.amount, token.symbol, token.decimals);
    const Address to = address_called(flags.to, "TO");
    Session session{flags.session};
    const bool coin = token.contract.is_zero();
    const auto result =
        coin ? session.send(to, {}, token.symbol, token.decimals, amount)
             : session.send(token.contract,
                            call_data<"transfer(address to,uint256 value)">(to, Assets{amount}),
                            token.symbol, token.decimals);
    json::object answer = transaction_json(result);
    answer["amount"] = format_amount(amount, token.decimals);
    answer["token"] = token.symbol;
    answer["to"] = to_hex(to);
    session.say(answer, "Sent " + shown(amount, token.decimals, token.symbol) + " to " +
                            to_hex(to) + ".\n" + transaction_line(result));
}

struct Holding {
    const TokenInfo* token;
    u128 balance = 0;
    u128 worth = 0;      ///< base units of the asset, for liquid tokens
    u128 unbonding = 0;  ///< of the asset, in tickets
};

std::vector<Holding> ask_holdings(Client& client, const Address& owner) {
    std::vector<Holding> holdings;
    std::vector<std::pair<Address, Bytes>> questions;
    for (const TokenInfo& token : tokens()) {
        holdings.push_back({.token = &token});
        if (!token.contract.is_zero())
            questions.emplace_back(token.contract, call_data<"balanceOf(address account)">(owner));
    }
    for (const NetworkInfo& n : networks())
        questions.emplace_back(n.staking_contract,
                               call_data<"getPendingUnstakesOf(address owner)">(owner));
    const auto answers = client.view_all<u128>(questions);
    holdings.front().balance = amount_in(client.call("eth_getBalance", {to_hex(owner), "latest"}));
    for (size_t i = 1; i < holdings.size(); ++i) holdings[i].balance = std::get<0>(answers[i - 1]);
    for (Holding& h : holdings) {
        if (!h.token->liquid) continue;
        const NetworkInfo& n = network_with(*h.token->liquid);
        if (h.token->contract == n.liquid_contract)
            h.unbonding = std::get<0>(answers[holdings.size() - 1 + n.id - 1]);
        h.worth = h.balance;
        if (!h.token->rebasing && h.balance != 0)
            h.worth = std::get<0>(client.view<u128>(
                n.liquid_contract, call_data<"sharesToBonds(uint256 shares)">(Shares{h.balance})));
    }
    return holdings;
}

void balance(const MoneyFlags& flags) {
    Session session{flags.session};
    const Address owner =
        flags.address.empty() ? session.account() : address_called(flags.address, "ADDRESS");
    TextTable table{{"token", ">balance", ">worth", ">being unstaked"}};
    json::array list;
    for (const Holding& h : ask_holdings(session.client(), owner)) {
        const TokenInfo& token = *h.token;
        const auto text = [&](u128 amount) { return format_amount(amount, token.decimals); };
        json::object item{{"token", token.symbol}, {"balance", text(h.balance)}};
        std::string worth, unbonding;
        if (token.liquid) {
            const NetworkInfo& n = network_with(*token.liquid);
            item["worth"] = text(h.worth);
            item["unstaking"] = text(h.unbonding);
            item["asset"] = n.asset;
            if (h.worth != 0) worth = shown(h.worth, n.decimals, n.asset);
            if (h.unbonding != 0) unbonding = shown(h.unbonding, n.decimals, n.asset);
        }
        list.push_back(std::move(item));
        if (h.balance != 0 || h.unbonding != 0 || flags.all)
            table.add({token.symbol, text(h.balance), worth, unbonding});
    }
    session.say(json::object{{"account", to_hex(owner)}, {"tokens", std::move(list)}},
                to_hex(owner) + "\n\n" +
                    (table.empty() ? std::string{"Nothing is here.\n"} : table.text()));
}

/// Asks until it is so. Ctrl-C leaves; what was begun goes on without this program.
template <class F>
void wait_until(const std::string& what, const F& holds) {
    Progress progress{what};
    while (!holds()) {
        progress.turn();
        std::this_thread::sleep_for(poll_pause);
    }
}

protocol::oracle::Deposit deposit_in(const json::value& value) {
    const auto transaction = parse_hash(std::string_view{value.at("transaction").as_string()});
    if (!transaction) throw Failure{ExitCode::refused, "the node answers something unexpected"};
    protocol::oracle::Deposit deposit;
    deposit.host = value.at("host").to_number<uint8_t>();
    deposit.transaction = *transaction;
    deposit.index = value.at("index").to_number<uint32_t>();
    return deposit;
}

void deposit(const MoneyFlags& flags) {
    const TokenInfo& token = bridged_token(flags.token);
    const u128 amount = amount_called(flags.amount, token.symbol, token.decimals);
    const HostId host = host_called(flags.host, *token.asset);
    Session session{flags.session};
    json::object wish{{"host", host},
                      {"from", to_hex(session.account())},
                      {"asset", token.symbol},
                      {"amount", to_decimal(amount)}};
    if (!flags.to.empty()) wish["receiver"] = to_hex(address_called(flags.to, "--to"));
    const json::value made = session.client().call("thaw_hostDeposit", {std::move(wish)});
    if (flags.wait) {
        const Bytes question =
            call_data<"decision(bytes32 subject)">(protocol::oracle::subject_of(deposit_in(made)));
        wait_until("waiting for the oracle to see it", [&] {
            return !std::get<0>(session.client().view<Hash>(oracle_address, question)).is_zero();
        });
    }
    json::object answer = made.as_object();
    answer["credited"] = flags.wait;
    session.say(answer,
                "Sent " + shown(amount, token.decimals, token.symbol) + " from " +
                    std::string{hosts::figures_of(host).name} + " to custody, transaction " +
                    std::string{made.at("transaction").as_string()} + ".\n" +
                    (flags.wait ? "It has been credited.\n"
                                : "It is credited once the oracle has seen it; --wait waits.\n"));
}

void withdraw(const MoneyFlags& flags) {
    using protocol::bridge::WithdrawalRequested;
    const TokenInfo& token = bridged_token(flags.token);
    const u128 amount = amount_called(flags.amount, token.symbol, token.decimals);
    const HostId host = host_called(flags.host, *token.asset);
    Session session{flags.session};
    const Hash recipient = host_account(flags.to, session.account());
    const auto result =
        session.send(bridge_address,
                     call_data<"withdraw(uint8 asset,uint8 host,bytes32 recipient,uint256 amount)">(
                         *token.asset, host, recipient, Assets{amount}),
                     token.symbol, token.decimals);
    static constexpr Hash topic = codec::declare(WithdrawalRequested::abi).topic();
    const ReceiptLog& log = log_of(result, topic);
    const auto id = codec::decode<uint64_t>(BytesView{log.topics[1].bytes});
    const auto values = codec::decode<uint8_t, uint8_t, Hash, Assets, uint64_t>(log.data);
    if (!id || !values) throw Failure{ExitCode::refused, "the node answers something unexpected"};
    const uint64_t release_at_s = std::get<4>(*values);
    const Bytes question = call_data<"withdrawal(uint64 id)">(std::get<0>(*id));
    const auto status_now = [&] {
        return std::get<5>(
            session.client().view<Assets, Hash, Address, uint8_t, uint8_t, uint8_t, uint64_t>(
                bridge_address, question));
    };
    uint8_t status = status_now();
    if (flags.wait)
        wait_until("waiting for the host to pay", [&] { return (status = status_now()) >= 3; });
    json::object answer = transaction_json(result);
    answer["withdrawal"] = std::get<0>(*id);
    answer["releaseAt"] = release_at_s;
    answer["paid"] = status == 3;
    const std::string what = shown(amount, token.decimals, token.symbol);
    const std::string where = std::string{hosts::figures_of(host).name};
    std::string text = what + " are on their way to " + where + ".\n";
    if (status == 1)
        text = what + " leave for " + where + " at " + format_time(release_at_s) +
               " of chain time: more than a hundredth of all there is waits a day.\n";
    if (status == 3) text = what + " have been paid on " + where + ".\n";
    if (status == 4) text = what + " came back: " + where + " did not pay them.\n";
    session.say(answer, text + transaction_line(result));
    if (status == 4) throw Failure{ExitCode::refused, "the withdrawal was returned"};
}

using FlagsPtr = std::shared_ptr<MoneyFlags>;
std::pair<CLI::App*, FlagsPtr> add(CLI::App& app, const std::string& name, const std::string& about,
                                   const std::string& example, void (*run)(const MoneyFlags&)) {
    auto* command = app.add_subcommand(name, about);
    command->footer("\nExamples:\n" + example);
    auto flags = std::make_shared<MoneyFlags>();
    add_account_flags(*command, flags->session);
    command->callback([flags, run] { run(*flags); });
    return {command, flags};
}

void add_bridge_flags(CLI::App& command, MoneyFlags& flags) {
    command.add_option("asset", flags.token, "ETH, BNB, FTM, DOT, KSM or MATIC")->required();
    command.add_option("amount", flags.amount, "How much, such as 1.5")->required();
    command.add_option(
        "--host", flags.host,
        "bsc, fantom, polkadot, kusama, ethereum or polygon [where the asset is staked]");
}

}  // namespace

void add_money_commands(CLI::App& app) {
    auto [show, show_flags] =
        add(app, "balance",
            "What an account holds: coins, assets, liquid tokens and what they are worth.",
            "  thaw balance\n  thaw balance 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --json\n",
            balance);
    show->add_option("address", show_flags->address, "Whose, instead of yours");
    show->add_flag("--all", show_flags->all, "Tokens you have none of, too");

    auto [send, send_flags] =
        add(app, "transfer", "Sends a token to another account of the hub.",
            "  thaw transfer aFTMb 10 0x70997970C51812dc3A010C7d01b50e0d17dc79C8\n", transfer);
    send->add_option("token", send_flags->token, "Its symbol, such as ETH, BNB or ankrBNB")
        ->required();
    send->add_option("amount", send_flags->amount, "How much, such as 1.5")->required();
    send->add_option("to", send_flags->to, "Who receives it")->required();

    auto [in, in_flags] =
        add(app, "deposit", "On a devnet: sends what you have on a host chain to the hub.",
            "  thaw deposit bnb 100 --wait\n  thaw deposit matic 5 --host polygon\n", deposit);
    add_bridge_flags(*in, *in_flags);
    in->add_option("--to", in_flags->to, "Which account of the hub is credited, instead of yours");
    in->add_flag("--wait", in_flags->wait, "Until it has been credited");

    auto [out, out_flags] =
        add(app, "withdraw", "Leaves the hub: has an asset paid to an account of a host chain.",
            "  thaw withdraw bnb 2 --wait\n"
            "  thaw withdraw dot 3 --to 0x…64 digits of a Polkadot account\n",
            withdraw);
    add_bridge_flags(*out, *out_flags);
    out->add_option("--to", out_flags->to,
                    "The host's account: an address, or 32 bytes [your address]");
    out->add_flag("--wait", out_flags->wait, "Until the host has paid");
}

}  // namespace thaw::cli
