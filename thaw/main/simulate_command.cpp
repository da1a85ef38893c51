#include <unistd.h>

#include <cstdio>
#include <iostream>

#include "thaw/base/text.hpp"
#include "thaw/main/commands.hpp"
#include "thaw/main/failure.hpp"
#include "thaw/main/market_report.hpp"
#include "thaw/main/table.hpp"
#include "thaw/protocol/contracts.hpp"
#include "thaw/rpc/error_names.hpp"
#include "thaw/sim/stress.hpp"
#include "thaw/sim/year.hpp"

namespace thaw::cli {

namespace {

struct Flags {
    sim::YearOptions year;
    bool calm = false;
    bool market = false;
    bool lending = false;
    std::string write;
};

std::string amount_of(Assets amount, unsigned decimals) {
    return column_amount(format_amount(amount.value, decimals), 2);
}

std::string rate_of(uint64_t e9) {
    return to_decimal(e9 / 1'000'000'000) + '.' +
           to_decimal(1'000'000'000 + e9 % 1'000'000'000).substr(1);
}

std::string hours_of(uint64_t seconds) { return to_decimal((seconds + 3'599) / 3'600) + " h"; }

void print_networks(const sim::YearResult& result) {
    TextTable table{{"network", ">pool", "", ">rate at first", ">at the end", ">rewards", ">fees",
                     ">losses", ">paid out", ">tickets", ">batches"}};
    for (const sim::NetworkYear& n : result.networks)
        table.add({n.name, amount_of(n.assets, n.decimals), n.symbol, rate_of(n.rate_start_e9),
                   rate_of(n.rate_end_e9), amount_of(n.rewards, n.decimals),
                   amount_of(n.fees, n.decimals), amount_of(n.losses, n.decimals),
                   amount_of(n.paid, n.decimals), to_decimal(n.tickets), to_decimal(n.batches)});
    std::cout << table.text() << '\n';
}

void print_hosts(const sim::YearResult& result) {
    TextTable table{
        {"host", ">instructions", ">failed", ">sent again", ">reorganised", ">slowest answer"}};
    for (const sim::HostYear& h : result.hosts)
        table.add({std::string{h.name}, to_decimal(h.instructions), to_decimal(h.failed),
                   to_decimal(h.lost), to_decimal(h.reorganisations), hours_of(h.slowest_s)});
    std::cout << table.text() << '\n';
}

void print_acts(const sim::YearResult& result) {
    TextTable table{{"people", ">done", ">refused"}};
    for (size_t i = 0; i < sim::act_count; ++i)
        table.add({std::string{sim::name_of(static_cast<sim::Act>(i))},
                   to_decimal(result.acts[i].done), to_decimal(result.acts[i].refused)});
    std::cout << table.text() << '\n';
    if (result.refusals.empty()) return;
    const rpc::ErrorNames names{protocol::contracts(protocol::State{})};
    TextTable reasons{{"refused with", ">times"}};
    for (const auto& [selector, refusal] : result.refusals) {
        const std::string reason = names.reason(refusal.first);
        reasons.add({reason.substr(0, reason.find('(')), to_decimal(refusal.times)});
    }
    std::cout << reasons.text() << '\n';
}

/// A month of trading, unless told otherwise.
void run_market(const Flags& flags, bool days_given) {
    constexpr uint32_t month_days = 30;
    sim::MarketOptions options{.seed = flags.year.seed,
                               .days = days_given ? flags.year.days : month_days};
    const bool tty = isatty(STDERR_FILENO) != 0;
    if (tty) options.progress = [](uint32_t day) { std::fprintf(stderr, "\rday %u", day); };
    report_market(options, flags.write);
}

/// Dollars, with their sign.
std::string dollars_of(int64_t cents) {
    const auto size = static_cast<u128>(cents < 0 ? -cents : cents);
    return (cents < 0 ? "-" : "") + column_amount(format_amount(size, 2), 2);
}

void run_lending() {
    try {
        for (const sim::BadWeek& week : sim::stress_lending()) {
            std::cout << week.name << "\n" << week.story << "\n";
            TextTable table{{"who", ">dollars before", ">after", ">difference"}};
            for (const sim::Side& side : week.sides)
                table.add({side.who, dollars_of(side.before), dollars_of(side.after),
                           dollars_of(side.after - side.before)});
            table.add({"reserves of the markets", "", dollars_of(week.reserves), ""});
            table.add({"deficit that nobody bore", "", dollars_of(week.deficit), ""});
            std::cout << table.text() << week.liquidations << " liquidations; "
                      << week.hours_without_cash
                      << " hours in which nobody could withdraw; at the worst borrowers paid "
                      << format_amount(week.rate_worst_bps, 2) << " % a year; "
                      << week.liquidated_at_market
                      << " loops would have been liquidated at the market's price.\n\n";
        }
    } catch (const sim::StressBroken& broken) {
        throw Failure{ExitCode::refused, broken.what()};
    }
}

void run_simulate(Flags& flags) {
    sim::YearOptions& year = flags.year;
    year.misfortune = !flags.calm;
    const bool tty = isatty(STDERR_FILENO) != 0;
    if (tty) year.progress = [](uint32_t day) { std::fprintf(stderr, "\rday %u", day); };
    try {
        const sim::YearResult result = sim::simulate_year(year);
        if (tty) std::fprintf(stderr, "\r\033[K");
        print_networks(result);
        print_hosts(result);
        print_acts(result);
        std::cout << "seed " << year.seed << ", " << year.days << " days, " << year.agents
                  << " agents: " << result.transactions
                  << " transactions, all invariants looked at " << result.checks
                  << " times, none broken.\n"
                  << "The oldest open ticket was " << hours_of(result.slowest_ticket_s)
                  << " old; none was more than " << hours_of(result.latest_ticket_s)
                  << " beyond its promise. After a quiet time every ticket was paid, every "
                     "instruction settled, "
                     "and the supply of each "
                     "asset was what lay behind custody.\n"
                  << "digest " << to_hex(result.digest) << '\n';
    } catch (const sim::Broken& broken) {
        throw Failure{ExitCode::refused, broken.what()};
    }
}

}  // namespace

void add_simulate_command(CLI::App& app) {
    auto* command = app.add_subcommand(
        "simulate",
        "A year of people and of misfortune on the hosts, in this process and from one seed; "
        "looks at every promise as it goes.");
    command->footer(
        "\nExamples:\n  thaw simulate --seed 7 --days 365 --agents 10000\n"
        "  thaw simulate --market --write docs\n");
    const auto flags = std::make_shared<Flags>();
    sim::YearOptions& year = flags->year;
    command->add_option("--seed", year.seed, "The same seed gives the same digest [1]");
    command->add_option("--days", year.days, "Days of chain time, a quiet time not counted [365]")
        ->check(CLI::Range(1u, 3'650u));
    command->add_option("--agents", year.agents, "People [10000]")
        ->check(CLI::Range(1u, 1'000'000u));
    command->add_option("--acts", year.acts_per_day,
                        "What they do in a day, all together [a quarter of them]");
    command
        ->add_option("--check-every", year.check_every_frames,
                     "Days between two looks at all invariants [1]")
        ->check(CLI::Range(1u, 3'650u));
    command->add_flag("--calm", flags->calm, "Nothing goes wrong on the hosts");
    auto* market = command->add_flag(
        "--market", flags->market,
        "Trading and arbitrage in the stable pairs instead, for a month unless --days says");
    command->add_flag("--lending", flags->lending,
                      "Four bad weeks of the lending markets instead: who pays what");
    command
        ->add_option("--write", flags->write,
                     "With --market: a directory for markets.md and impermanent-loss.svg")
        ->needs(market);
    const auto* days = command->get_option("--days");
    command->callback([flags, days] {
        if (flags->lending) return run_lending();
        if (flags->market) return run_market(*flags, days->count() != 0);
        run_simulate(*flags);
    });
}

}  // namespace thaw::cli
