#include "thaw/main/market_report.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iostream>

#include "thaw/base/text.hpp"
#include "thaw/main/failure.hpp"
#include "thaw/main/table.hpp"
#include "thaw/sim/loss.hpp"

namespace thaw::cli {

namespace {

using sim::PairMonth;

std::string percent_of(uint64_t millionths) { return format_amount(millionths, 4) + " %"; }

std::string whole(Assets amount, const PairMonth& pair, size_t places) {
    return column_amount(format_amount(amount.value, pair.decimals), places);
}

uint64_t growth_ppm(uint64_t first_e9, uint64_t last_e9) {
    return first_e9 == 0 || last_e9 < first_e9 ? 0 : (last_e9 - first_e9) * 1'000'000 / first_e9;
}

std::vector<std::string> row(const PairMonth& p) {
    return {p.token + "/" + p.asset,
            to_decimal(p.trades),
            to_decimal(p.runs),
            percent_of(p.pushed_ppm),
            percent_of(p.mean_ppm),
            percent_of(p.worst_ppm),
            percent_of(p.band_ppm),
            to_decimal(p.bought) + " + " + to_decimal(p.sold),
            whole(p.turned_over, p, 0),
            whole(p.gained, p, 2),
            percent_of(growth_ppm(p.rate_start_e9, p.rate_end_e9)),
            percent_of(growth_ppm(p.liquidity_start_e9, p.liquidity_end_e9))};
}

const std::vector<std::string> headings{"pair",         ">trades", ">runs",      ">pushed to",
                                        ">mean",        ">worst",  ">allowed",   ">deals",
                                        ">turned over", ">gained", ">rate grew", ">liquidity grew"};

std::string markdown_row(const std::vector<std::string>& cells) {
    std::string line = "|";
    for (const std::string& cell : cells)
        line += " " + cell.substr(cell.starts_with('>') ? 1 : 0) + " |";
    return line + "\n";
}

std::string loss_table(std::string_view moved, const std::vector<sim::Loss>& losses) {
    std::string out =
        fmt::format("| {} | constant product | stable pair |\n|--:|--:|--:|\n", moved);
    for (const sim::Loss& loss : losses)
        out += fmt::format("| {:.4g} % | {:.4f} % | {:.4f} % |\n", loss.moved * 100,
                           loss.constant_product * 100, loss.stable * 100);
    return out;
}

constexpr std::string_view about_month =
    "Every two hours people trade up to a fiftieth of a pair, now and then nearly all of it in a "
    "run; then\nwhoever watches takes what the hub lists as an opportunity: buys below fair value "
    "and unstakes,\nstakes and sells above it. After that each price is as near to fair value as "
    "the fee and the time\nvalue of the wait allow; the run fails where one is not. Figures are "
    "per "
    "pair: how far trades\npushed the price, the mean and the worst distance after arbitrageurs "
    "had "
    "acted and what was allowed\nat that moment, their deals (bought + sold), turnover and gain in "
    "whole assets.\n\n";

constexpr std::string_view about_loss =
    "What a provider has less than who held both coins from the start, without fees. Rewards move "
    "a "
    "liquid\ntoken's rate for good, and a constant-product pair sells it all the way; a stable "
    "pair "
    "follows the\nrate. When the market leaves fair value it is the other way round: a stable pair "
    "sells the asset\nalmost at par, so its providers bear more of a discount while it lasts, and "
    "none of it once the\nprice is back.\n\n![Impermanent loss](impermanent-loss.svg)\n\n";

std::string page(const sim::MarketOptions& options, const sim::MarketResult& result) {
    std::string out =
        "# Markets\n\nWritten by `thaw simulate --market --write docs`; not by hand.\n\n"
        "## A month with arbitrageurs\n\n";
    out += about_month;
    out += markdown_row(headings) + "|---";
    for (size_t i = 1; i < headings.size(); ++i) out += "|--:";
    out += "|\n";
    for (const PairMonth& pair : result.pairs) out += markdown_row(row(pair));
    out += fmt::format(
        "\nSeed {}, {} days, {} transactions, {} looks at every price and every invariant.\n\n"
        "## Impermanent loss\n\n",
        options.seed, options.days, result.transactions, result.looks);
    out += about_loss;
    out += loss_table("the rate has grown by", sim::losses_by_rewards()) + "\n";
    out += loss_table("the market is below fair value by", sim::losses_by_discount());
    return out;
}

void write(const std::filesystem::path& path, const std::string& text) {
    std::ofstream file{path, std::ios::binary};
    file << text;
    if (!file.flush()) throw Failure{ExitCode::refused, "cannot write " + path.string()};
}

}  // namespace

void report_market(const sim::MarketOptions& options, const std::string& directory) {
    try {
        const sim::MarketResult result = sim::simulate_market(options);
        TextTable table{headings};
        for (const PairMonth& pair : result.pairs) table.add(row(pair));
        std::cout << table.text() << "\nseed " << options.seed << ", " << options.days
                  << " days: " << result.transactions
                  << " transactions; all prices and invariants looked at " << result.looks
                  << " times.\nEach price was within the fee and the time value of "
                  << "the wait of fair value.\ndigest " << to_hex(result.digest) << '\n';
        if (directory.empty()) return;
        write(std::filesystem::path{directory} / "markets.md", page(options, result));
        write(std::filesystem::path{directory} / "impermanent-loss.svg", sim::loss_picture());
    } catch (const sim::MarketBroken& broken) {
        throw Failure{ExitCode::refused, broken.what()};
    }
}

}  // namespace thaw::cli
