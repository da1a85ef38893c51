#include "thaw/base/text.hpp"
#include "thaw/main/commands.hpp"
#include "thaw/main/table.hpp"
#include "thaw/main/yields.hpp"
#include "thaw/protocol/lending/face.hpp"

// Lending at the terminal: markets, supply, loans, and the loop of staking what was borrowed.
namespace thaw::cli {

namespace {

using codec::Allowance;
using codec::call_data;
using protocol::lending_address;
using protocol::lending::MarketView;
using protocol::lending::PositionView;
using protocol::multicall::BatchCall;

constexpr Allowance everything{u128_max};
constexpr u128 variable_rate = 2;
constexpr u128 percent_of_ray = protocol::lending::ray / 10'000;

struct LendingFlags {
    SessionFlags session;
    std::string coin, amount, account;
    uint32_t turns = 3, percent = 80, floor_percent = 105;
};

std::string percent(u128 ray) { return format_amount(ray / percent_of_ray, 2) + " %"; }

/// A number for Aave's 2^256 − 1, infinity where nothing is owed.
std::string health_text(Allowance health) {
    return health.unlimited() ? "no debts" : column_amount(format_amount(health.value, 18), 4);
}
Allowance health_of(Session& session) {
    const auto data = session.client().view<u128, u128, u128, u128, u128, Allowance>(
        lending_address, call_data<"getUserAccountData(address user)">(session.account()));
    return std::get<5>(data);
}

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
    const auto result = session.send(lending_address, data, coin.symbol, coin.decimals);
    const std::string health = health_text(health_of(session));
    json::object answer = transaction_json(result);
    answer["health"] = health;
    session.say(answer, what + "; health: " + health + ".\n" + transaction_line(result));
}

Bytes supply_data(const Address& coin, Allowance amount, const Address& who) {
    return call_data<
        "supply(address asset, uint256 amount, address onBehalfOf, uint16 "
        "referralCode)">(coin, amount, who, uint16_t{0});
}
Bytes borrow_data(const Address& coin, u128 amount, const Address& who) {
    return call_data<
        "borrow(address asset, uint256 amount, uint256 interestRateMode, uint16 "
        "referralCode, address onBehalfOf)">(coin, amount, variable_rate, uint16_t{0}, who);
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
        call_data<"withdraw(address asset, uint256 amount, address to)">(
            coin.address, wish_called(flags.amount, coin), session.account()),
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
    act(session, coin,
        call_data<"repay(address asset, uint256 amount, uint256 interestRateMode, address "
                  "onBehalfOf)">(coin.address, wish_called(flags.amount, coin), variable_rate,
                                 debtor),
        "Repaid " + flags.amount + " " + coin.symbol);
}

/// Stake, pledge, borrow a part of it, stake that, and so on; all of it, or nothing when health
/// would end below the floor.
void loop(const LendingFlags& flags) {
    const NetworkInfo& n = network_called(flags.coin);
    u128 assets = amount_called(flags.amount, n.asset, n.decimals);
    Session session{flags.session};
    const Address who = session.account();
    std::vector<BatchCall> calls{
        {lending_address, 0, call_data<"setUserEMode(uint8 categoryId)">(n.id)}};
    u128 owed = 0;
    for (uint32_t turn = 0; turn <= flags.turns; ++turn) {
        calls.push_back(
            {n.staking_contract, 0, call_data<"stake(uint256 assets)">(Assets{assets})});
        calls.push_back({lending_address, 0, supply_data(n.liquid_contract, everything, who)});
        if (turn == flags.turns) break;
        assets = assets / 100 * flags.percent;
        owed += assets;
        calls.push_back({lending_address, 0, borrow_data(n.asset_contract, assets, who)});
    }
    const u128 floor = u128{flags.floor_percent} * 10'000'000'000'000'000;
    calls.push_back({lending_address, 0,
                     call_data<"requireHealth(address account, uint256 minimum)">(who, floor)});
    const auto result = session.send_batch(calls, n.asset, n.decimals);
    const std::string health = health_text(health_of(session));
    json::object answer = transaction_json(result);
    answer["borrowed"] = format_amount(owed, n.decimals);
    answer["health"] = health;
    session.say(answer, "Staked in " + to_decimal(flags.turns + 1) + " turns, " +
                            shown(owed, n.decimals, n.asset) + " of it borrowed; health: " +
                            health + ".\n" + transaction_line(result));
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
    auto* again = app.add_subcommand(
        "loop", "Stakes, borrows against it and stakes again, in one transaction.");
    again->footer("\nExamples:\n  thaw loop fantom 100\n  thaw loop fantom 100 --turns 5\n");
    add_account_flags(*again, flags->session);
    again->callback([flags] { loop(*flags); });
    again->add_option("network", flags->coin, "Its name, or its asset's symbol")->required();
    again->add_option("amount", flags->amount, "How much of the asset to begin with")->required();
    again->add_option("--turns", flags->turns, "How often is borrowed [3]")
        ->check(CLI::Range(1u, 20u));
    again->add_option("--percent", flags->percent, "Of each stake that is borrowed [80]")
        ->check(CLI::Range(1u, 89u));
    again
        ->add_option("--floor", flags->floor_percent,
                     "Health, in per cent, below which nothing happens [105]")
        ->check(CLI::Range(100u, 1'000u));
}

}  // namespace thaw::cli
