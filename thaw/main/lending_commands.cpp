#include "thaw/base/text.hpp"
#include "thaw/main/commands.hpp"
#include "thaw/main/loans.hpp"
#include "thaw/main/table.hpp"

// Lending at the terminal: markets, supply, loans and liquidations.
namespace thaw::cli {

namespace {

using codec::call_data;
using protocol::lending_address;
using protocol::lending::MarketView;
using protocol::lending::PositionView;

constexpr u128 percent_of_ray = protocol::lending::ray / 10'000;

struct LendingFlags {
    SessionFlags session;
    std::string coin, amount, account, taken, into = "coins";
};

std::string percent(u128 ray) { return format_amount(ray / percent_of_ray, 2) + " %"; }

std::vector<Coin> all_markets(Session& session) {
    return coins_at(session, asked<std::vector<Address>>(session, lending_address,
                                                         call_data<"getReservesList()">()));
}
Coin market_called(Session& session, std::string_view name) {
    std::string there;
    for (const Coin& coin : all_markets(session)) {
        if (coin.symbol == name || to_hex(coin.address) == name) return coin;
        there += (there.empty() ? "" : ", ") + coin.symbol;
    }
    throw Failure{ExitCode::usage,
                  "there is no market of " + std::string{name} + "; there are " + there};
}
/// An amount, or all.
Allowance wish_called(const std::string& text, const Coin& coin) {
    return text == "all" ? everything : Allowance{amount_called(text, coin.symbol, coin.decimals)};
}

MarketView market_of(Session& session, const Coin& coin) {
    return asked<MarketView>(session, lending_address,
                             call_data<"market(address asset)">(coin.address));
}

void list(const LendingFlags& flags) {
    Session session{flags.session};
    TextTable table{{"market", ">supplied", ">lent", ">cash", ">in use", ">suppliers earn",
                     ">borrowers pay", ">deficit"}};
    json::array all;
    for (const Coin& coin : all_markets(session)) {
        const MarketView m = market_of(session, coin);
        const auto cell = [&](u128 amount) {
            return column_amount(format_amount(amount, coin.decimals), 2);
        };
        table.add({coin.symbol, cell(m.supplied), cell(m.borrowed), cell(m.cash), percent(m.use),
                   percent(m.supply_rate), percent(m.borrow_rate), cell(m.deficit)});
        all.push_back(json::object{{"asset", coin.symbol},
                                   {"supplied", format_amount(m.supplied, coin.decimals)},
                                   {"borrowed", format_amount(m.borrowed, coin.decimals)},
                                   {"cash", format_amount(m.cash, coin.decimals)},
                                   {"deficit", format_amount(m.deficit, coin.decimals)},
                                   {"doubtful", m.doubtful},
                                   {"frozen", m.frozen}});
    }
    session.say(all, table.text());
}

void mine(const LendingFlags& flags) {
    Session session{flags.session};
    TextTable table{{"market", ">pledged", ">claims in the wallet", ">owed"}};
    json::array all;
    const auto positions = asked<std::vector<PositionView>>(
        session, lending_address, call_data<"positions(address account)">(session.account()));
    for (const PositionView& p : positions) {
        const Coin coin = coins_at(session, {p.coin}).front();
        const auto cell = [&](u128 amount) { return format_amount(amount, coin.decimals); };
        table.add({coin.symbol, cell(p.pledged), cell(p.free), cell(p.debt)});
        all.push_back(json::object{{"asset", coin.symbol},
                                   {"pledged", cell(p.pledged)},
                                   {"free", cell(p.free)},
                                   {"debt", cell(p.debt)}});
    }
    const std::string health = health_text(health_of(session));
    session.say(json::object{{"positions", all}, {"health", health}},
                (table.empty() ? std::string{"nothing supplied, nothing owed\n"} : table.text()) +
                    "health: " + health + '\n');
}

void weak(const LendingFlags& flags) {
    Session session{flags.session};
    const json::value loans = session.client().call("thaw_loans", {20});
    TextTable table{{"account", ">health", ">collateral, $", ">debt, $"}};
    for (const json::value& loan : loans.as_array()) {
        const auto text = [&](std::string_view name) {
            return std::string{std::string_view{loan.at(name).as_string()}};
        };
        table.add({text("account"), column_amount(text("health"), 4),
                   column_amount(text("collateral"), 2), column_amount(text("debt"), 2)});
    }
    session.say(loans, table.empty() ? std::string{"nobody owes anything\n"} : table.text());
}

void explain(const LendingFlags& flags) {
    Session session{flags.session};
    const Coin coin = market_called(session, flags.coin);
    const auto [most, why] = session.client().view<u128, std::string>(
        lending_address,
        call_data<"explain(address account, address asset)">(session.account(), coin.address));
    session.say(
        json::object{
            {"asset", coin.symbol}, {"most", format_amount(most, coin.decimals)}, {"why", why}},
        "You may borrow " + shown(most, coin.decimals, coin.symbol) +
            " now; what allows no more: " + why + ".\n");
}

/// Sends one call and says how the account stands then.
void act(Session& session, const Coin& coin, const Bytes& data, const std::string& what) {
    say_done(session, session.send(lending_address, data, coin.symbol, coin.decimals), {}, what);
}

void lend(const LendingFlags& flags) {
    Session session{flags.session};
    const Coin coin = market_called(session, flags.coin);
    act(session, coin,
        supply_data(coin.address, wish_called(flags.amount, coin), session.account()),
        "Supplied " + flags.amount + " " + coin.symbol);
}
void take_back(const LendingFlags& flags) {
    Session session{flags.session};
    const Coin coin = market_called(session, flags.coin);
    act(session, coin,
        withdraw_data(coin.address, wish_called(flags.amount, coin), session.account()),
        "Withdrew " + flags.amount + " " + coin.symbol);
}
void borrow(const LendingFlags& flags) {
    Session session{flags.session};
    const Coin coin = market_called(session, flags.coin);
    const u128 amount = amount_called(flags.amount, coin.symbol, coin.decimals);
    act(session, coin, borrow_data(coin.address, amount, session.account()),
        "Borrowed " + shown(amount, coin.decimals, coin.symbol));
}
void repay(const LendingFlags& flags) {
    Session session{flags.session};
    const Coin coin = market_called(session, flags.coin);
    const Address debtor =
        flags.account.empty() ? session.account() : address_called(flags.account, "--for");
    act(session, coin, repay_data(coin.address, wish_called(flags.amount, coin), debtor),
        "Repaid " + flags.amount + " " + coin.symbol);
}

/// Pays somebody's debt and takes pledged coins for it, into the wallet or the redemption queue.
void liquidate(const LendingFlags& flags) {
    Session session{flags.session};
    const Coin taken = market_called(session, flags.taken);
    const Coin coin = market_called(session, flags.coin);
    const Address debtor = address_called(flags.account, "account");
    const Allowance wish = wish_called(flags.amount, coin);
    const bool queue = flags.into == "ticket";
    act(session, coin,
        queue ? call_data<"liquidateIntoTicket(address collateralAsset, address debtAsset, address "
                          "user, uint256 debtToCover)">(taken.address, coin.address, debtor, wish)
              : call_data<"liquidationCall(address collateralAsset, address debtAsset, address "
                          "user, uint256 debtToCover, bool receiveAToken)">(
                    taken.address, coin.address, debtor, wish, flags.into == "claims"),
        "Paid for " + flags.account + (queue ? "; what was taken waits in a ticket" : ""));
}

using Run = void (*)(const LendingFlags&);
CLI::App& add(CLI::App& app, const std::string& name, const std::string& about, Run run,
              const std::shared_ptr<LendingFlags>& flags, bool takes_amount) {
    auto* command = app.add_subcommand(name, about);
    add_account_flags(*command, flags->session);
    command->callback([flags, run] { run(*flags); });
    if (!takes_amount) return *command;
    command->add_option("coin", flags->coin, "The symbol of a market's coin")->required();
    command->add_option("amount", flags->amount, "How much of it, or all")->required();
    return *command;
}

}  // namespace

void add_lending_commands(CLI::App& app) {
    const auto flags = std::make_shared<LendingFlags>();
    auto* family = app.add_subcommand("market", "Lending markets, and how you stand in them.");
    family->require_subcommand(1);
    family->footer("\nExamples:\n  thaw market list\n  thaw market explain FTM\n");
    add(*family, "list", "Every market: what is supplied, lent and earned.", list, flags, false);
    add(*family, "mine", "What you have pledged and owe, and your health.", mine, flags, false);
    add(*family, "weak", "The weakest loans; below a health of 1 anybody may liquidate them.", weak,
        flags, false);
    add(*family, "explain", "How much you may borrow, and what allows no more.", explain, flags,
        false)
        .add_option("coin", flags->coin, "The symbol of a market's coin")
        ->required();
    add(app, "lend", "Supplies coins to a market.", lend, flags, true)
        .footer("\nExamples:\n  thaw lend aFTMb 100\n  thaw borrow FTM 50\n  thaw repay FTM all\n");
    add(app, "take-back", "Withdraws what was supplied.", take_back, flags, true)
        .footer("\nExamples:\n  thaw take-back aFTMb 20\n  thaw take-back aFTMb all\n");
    add(app, "borrow", "Borrows coins against what is pledged.", borrow, flags, true)
        .footer("\nExamples:\n  thaw borrow FTM 50\n");
    auto& repaying = add(app, "repay", "Pays a debt.", repay, flags, true);
    repaying.footer("\nExamples:\n  thaw repay FTM 20\n  thaw repay FTM all\n");
    repaying.add_option("--for", flags->account, "Whose debt [your own]");
    auto& taking = add(app, "liquidate", "Pays a weak account's debt for its collateral.",
                       liquidate, flags, false);
    taking.footer(
        "\nExamples:\n  thaw market weak\n"
        "  thaw liquidate 0x7099…79C8 aFTMb FTM all\n"
        "  thaw liquidate 0x7099…79C8 aFTMb FTM 500 --into ticket\n");
    taking.add_option("account", flags->account, "Whose health is below 1")->required();
    taking.add_option("collateral", flags->taken, "What to take, by symbol")->required();
    taking.add_option("debt", flags->coin, "What to pay, by symbol")->required();
    taking.add_option("amount", flags->amount, "How much of the debt, or all that is allowed")
        ->required();
    taking.add_option("--into", flags->into, "coins, claims or ticket: what is taken [coins]")
        ->check(CLI::IsMember({"coins", "claims", "ticket"}));
}

}  // namespace thaw::cli
