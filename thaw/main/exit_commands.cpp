#include "thaw/base/text.hpp"
#include "thaw/main/commands.hpp"
#include "thaw/main/duration.hpp"
#include "thaw/main/session.hpp"
#include "thaw/main/table.hpp"
#include "thaw/protocol/staking/face.hpp"

// Leaving by the best way within a time, and the flash pools that pay those who cannot wait.
namespace thaw::cli {

namespace {

using codec::call_data;

struct ExitFlags {
    SessionFlags session;
    std::string network, amount, within = "0s", minimum;
};

Address flash_of(const NetworkInfo& n) {
    return protocol::contract_address(protocol::ContractKind::flash, n.id);
}
unsigned share_decimals(const NetworkInfo& n) { return n.decimals + 6; }

template <class T>
T asked(Session& session, const Address& contract, const Bytes& data) {
    return std::get<0>(session.client().view<T>(contract, data));
}

/// Whole shares of the pool: what `amount` of the asset is worth, or all the caller has.
Shares shares_called(Session& session, const ExitFlags& flags, const NetworkInfo& n) {
    if (flags.amount == "all")
        return asked<Shares>(session, n.liquid_contract,
                             call_data<"sharesOf(address account)">(session.account()));
    const u128 amount = amount_called(flags.amount, n.asset, n.decimals);
    return asked<Shares>(session, n.liquid_contract,
                         call_data<"bondsToShares(uint256 bonds)">(Assets{amount}));
}

/// What the asset's account has more than before.
u128 balance_of(Session& session, const NetworkInfo& n) {
    return asked<u128>(session, n.asset_contract,
                       call_data<"balanceOf(address account)">(session.account()));
}

void exit(const ExitFlags& flags) {
    const NetworkInfo& n = network_called(flags.network);
    const auto within_ms = parse_duration_ms(flags.within);
    if (!within_ms)
        throw Failure{ExitCode::usage,
                      "--within " + flags.within + " is no time; write 0s, 36h or 7d"};
    const Assets minimum{flags.minimum.empty() ? 0
                                               : amount_called(flags.minimum, n.asset, n.decimals)};
    Session session{flags.session};
    const Shares shares = shares_called(session, flags, n);
    const u128 before = balance_of(session, n);
    const auto result =
        session.send(n.staking_contract,
                     call_data<"exit(uint256 shares, uint256 minimum, uint64 maxWait)">(
                         shares, minimum, uint64_t{*within_ms / 1'000}),
                     n.asset, n.decimals);
    const u128 now = balance_of(session, n) - before;
    static constexpr Hash topic = codec::declare(protocol::staking::UnstakeRequested::abi).topic();
    std::optional<uint64_t> ticket;
    u128 nominal = 0;
    for (const ReceiptLog& log : result.logs)
        if (!log.topics.empty() && log.topics[0] == topic) {
            ticket =
                std::get<0>(*codec::decode<codec::Number>(BytesView{log.topics[3].bytes})).value;
            nominal = std::get<1>(*codec::decode<Shares, Assets>(log.data)).value;
        }
    json::object answer = transaction_json(result);
    answer["received"] = format_amount(now, n.decimals);
    answer["asset"] = n.asset;
    if (ticket) {
        answer["ticket"] = *ticket;
        answer["expected"] = format_amount(nominal, n.decimals);
    }
    std::string text =
        now != 0 ? "Received " + shown(now, n.decimals, n.asset) + " at once.\n" : "";
    if (ticket)
        text += "Ticket " + std::to_string(*ticket) + " for " +
                shown(nominal, n.decimals, n.asset) + (now != 0 ? " more" : "") +
                "; `thaw ticket explain " + std::to_string(*ticket) + "` tells when it is paid.\n";
    session.say(answer, text + transaction_line(result));
}

void show(const ExitFlags& flags) {
    const NetworkInfo& n = network_called(flags.network);
    Session session{flags.session};
    const Address pool = flash_of(n);
    const Assets capacity = asked<Assets>(session, pool, call_data<"flashPoolCapacity()">());
    const Assets total = asked<Assets>(session, pool, call_data<"totalAssets()">());
    const Shares held =
        asked<Shares>(session, pool, call_data<"balanceOf(address account)">(session.account()));
    const Assets worth =
        asked<Assets>(session, pool, call_data<"convertToAssets(uint256 shares)">(held));
    const Assets due =
        asked<Assets>(session, pool, call_data<"maxWithdraw(address owner)">(session.account()));
    const auto [target, low, high] =
        session.client().view<Assets, uint32_t, uint32_t>(pool, call_data<"terms()">());
    const auto percent = [](uint32_t bps) { return format_amount(bps, 2) + " %"; };
    TextTable table{{"flash pool of " + n.name, ">"}};
    const auto line = [&](const std::string& name, Assets a) {
        table.add({name, shown(a.value, n.decimals, n.asset)});
    };
    line("can be taken now", capacity);
    line("providers own", total);
    line("fee is least from", target);
    table.add({"fee there, and when empty", percent(low) + " to " + percent(high)});
    line("yours", worth);
    line("yours to be redeemed", due);
    session.say(json::object{{"network", n.name},
                             {"asset", n.asset},
                             {"capacity", format_amount(capacity.value, n.decimals)},
                             {"totalAssets", format_amount(total.value, n.decimals)},
                             {"target", format_amount(target.value, n.decimals)},
                             {"feeMinBps", low},
                             {"feeMaxBps", high},
                             {"yours", format_amount(worth.value, n.decimals)},
                             {"redeemable", format_amount(due.value, n.decimals)}},
                table.text());
}

void report(Session& session, const TransactionResult& result, const std::string& text) {
    session.say(transaction_json(result), text + "\n" + transaction_line(result));
}

void deposit(const ExitFlags& flags) {
    const NetworkInfo& n = network_called(flags.network);
    const Assets assets{amount_called(flags.amount, n.asset, n.decimals)};
    Session session{flags.session};
    const auto result = session.send(
        flash_of(n),
        call_data<"deposit(uint256 assets, address receiver)">(assets, session.account()), n.asset,
        n.decimals);
    report(session, result,
           "Provided " + shown(assets.value, n.decimals, n.asset) +
               "; you earn a part of the fee of everyone who leaves at once.");
}

void announce(const ExitFlags& flags) {
    const NetworkInfo& n = network_called(flags.network);
    Session session{flags.session};
    const Address pool = flash_of(n);
    Shares shares =
        asked<Shares>(session, pool, call_data<"balanceOf(address account)">(session.account()));
    if (flags.amount != "all")
        shares = asked<Shares>(session, pool,
                               call_data<"previewWithdraw(uint256 assets)">(
                                   Assets{amount_called(flags.amount, n.asset, n.decimals)}));
    const auto result = session.send(pool, call_data<"announce(uint256 shares)">(shares),
                                     "flash" + n.asset, share_decimals(n));
    report(session, result,
           "Announced; the next daily report says what it is worth, then `thaw flash redeem " +
               n.name + "` pays it.");
}

void keep(const ExitFlags& flags) {
    const NetworkInfo& n = network_called(flags.network);
    Session session{flags.session};
    const auto result = session.send(flash_of(n), call_data<"keep()">(), n.asset, n.decimals);
    report(session, result, "Taken back; you provide as before.");
}

void redeem(const ExitFlags& flags) {
    const NetworkInfo& n = network_called(flags.network);
    Session session{flags.session};
    const Address pool = flash_of(n);
    const Shares shares =
        asked<Shares>(session, pool, call_data<"maxRedeem(address owner)">(session.account()));
    if (shares.is_zero())
        throw Failure{ExitCode::refused,
                      "nothing is to be redeemed yet: announce it first, and wait for the next "
                      "daily report"};
    const u128 before = balance_of(session, n);
    const auto result =
        session.send(pool,
                     call_data<"redeem(uint256 shares, address receiver, address owner)">(
                         shares, session.account(), session.account()),
                     n.asset, n.decimals);
    report(session, result,
           "Received " + shown(balance_of(session, n) - before, n.decimals, n.asset) + ".");
}

std::shared_ptr<ExitFlags> add(CLI::App& app, const std::string& name, const std::string& about,
                               const std::string& example, void (*run)(const ExitFlags&)) {
    auto* command = app.add_subcommand(name, about);
    command->footer("\nExamples:\n" + example);
    auto flags = std::make_shared<ExitFlags>();
    add_account_flags(*command, flags->session);
    command->add_option("network", flags->network, "Its name, or the symbol of its asset")
        ->required();
    command->callback([flags, run] { run(*flags); });
    return flags;
}

}  // namespace

void add_exit_commands(CLI::App& app) {
    auto flags = add(app, "exit",
                     "Leaves by whatever brings most within a time: flash pool, buffer or ticket.",
                     "  thaw exit bnb 0.5             at once, for the flash pool's fee\n"
                     "  thaw exit bnb all --within 1d   what the buffer has costs nothing\n"
                     "  thaw exit dot 20 --minimum 19.9\n",
                     exit);
    auto* command = app.get_subcommand("exit");
    command->add_option("amount", flags->amount, "Worth how much of the asset, or all")->required();
    command->add_option("--within", flags->within, "How long you will wait: 0s, 36h, 7d");
    command->add_option("--minimum", flags->minimum, "Refuse what brings less of the asset");

    auto* pool = app.add_subcommand("flash", "Flash pools: lend those who leave at once, earn.");
    pool->footer("\nExamples:\n  thaw flash show bnb\n  thaw flash deposit bnb 10\n");
    pool->require_subcommand(1);
    add(*pool, "show", "What a pool has, what it charges, what of it is yours.",
        "  thaw flash show bnb\n", show);
    flags = add(*pool, "deposit", "Provides the asset.", "  thaw flash deposit bnb 10\n", deposit);
    pool->get_subcommand("deposit")
        ->add_option("amount", flags->amount, "How much of the asset")
        ->required();
    flags = add(*pool, "announce", "Says that you will leave the pool, with this frame's report.",
                "  thaw flash announce bnb all\n", announce);
    pool->get_subcommand("announce")
        ->add_option("amount", flags->amount, "Worth how much of the asset, or all")
        ->required();
    add(*pool, "keep", "Takes that back while its day lasts.", "  thaw flash keep bnb\n", keep);
    add(*pool, "redeem", "Takes out what has its price.", "  thaw flash redeem bnb\n", redeem);
}

}  // namespace thaw::cli
