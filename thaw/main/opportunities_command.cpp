#include "thaw/base/text.hpp"
#include "thaw/main/commands.hpp"
#include "thaw/main/duration.hpp"
#include "thaw/main/session.hpp"
#include "thaw/main/table.hpp"
#include "thaw/protocol/opportunities/face.hpp"

namespace thaw::cli {

namespace {

using protocol::opportunities::Opportunity;
using protocol::opportunities::PairOpportunity;

/// Per cent with two digits, from millionths.
std::string percent_of(uint64_t millionths) { return format_amount(millionths / 100, 2) + " %"; }
/// The same with its sign; what rounds to nothing has none.
std::string signed_percent_of(bool below, uint64_t millionths) {
    return (below && millionths >= 100 ? "-" : "") + percent_of(millionths);
}

json::object opportunity_json(const Opportunity& o, const NetworkInfo& n) {
    return {{"network", n.name},
            {"pair", to_hex(o.pair)},
            {"kind", o.kind},
            {"price", format_amount(o.price, 18)},
            {"fairPrice", format_amount(o.fair_price, 18)},
            {"below", o.below},
            {"apartPercent", percent_of(o.apart_ppm)},
            {"size", format_amount(o.size.value, n.decimals)},
            {"tokens", format_amount(o.tokens, n.decimals)},
            {"profit", format_amount(o.profit.value, n.decimals)},
            {"secondsToWait", o.wait_s},
            {"firstYearlyPercent", percent_of(o.first_yearly_ppm)},
            {"yearlyPercent", percent_of(o.yearly_ppm)}};
}

/// The name of a coin that this program knows, or its address.
std::string name_of(const Address& coin) {
    if (coin == protocol::weth_address) return "ETH";
    for (const TokenInfo& token : tokens())
        if (token.contract == coin) return token.symbol;
    return to_hex(coin);
}
unsigned decimals_of(const Address& coin) {
    for (const TokenInfo& token : tokens())
        if (token.contract == coin) return token.decimals;
    return 18;
}

json::object pair_json(const PairOpportunity& o) {
    json::object out{{"pair", to_hex(o.pair)},
                     {"first", name_of(o.token0)},
                     {"second", name_of(o.token1)},
                     {"kind", o.kind},
                     {"price", format_amount(o.price, 18)}};
    out["fairPrice"] = nullptr;
    if (o.fair_price == 0) return out;
    out["fairPrice"] = format_amount(o.fair_price, 18);
    out["below"] = o.below;
    out["apartPercent"] = percent_of(o.apart_ppm);
    if (o.size == 0) return out;
    out["sold"] = name_of(o.sold);
    out["size"] = format_amount(o.size, decimals_of(o.sold));
    out["profit"] = format_amount(o.profit.value, decimals_of(o.sold));
    out["secondsToWait"] = o.wait_s;
    out["firstYearlyPercent"] = percent_of(o.first_yearly_ppm);
    out["yearlyPercent"] = percent_of(o.yearly_ppm);
    return out;
}

/// The constant-product pairs: a row of the table and one of the list each.
void add_pairs(Session& session, TextTable& table, json::array& list) {
    for (uint64_t from = 0;; from += 100) {
        const auto some = std::get<0>(session.client().view<std::vector<PairOpportunity>>(
            protocol::opportunities_address, codec::call_data<"pairs(uint64 from)">(from)));
        for (const PairOpportunity& o : some) {
            const auto price = [](u128 p) { return column_amount(format_amount(p, 18), 6); };
            const unsigned decimals = decimals_of(o.sold);
            const auto cell = [&](u128 a) { return column_amount(format_amount(a, decimals), 4); };
            const bool fair = o.fair_price != 0;
            const bool none = o.size == 0;
            table.add({name_of(o.token0) + "/" + name_of(o.token1), price(o.price),
                       fair ? price(o.fair_price) : "none",
                       fair ? signed_percent_of(o.below, o.apart_ppm) : "", fair ? o.kind : "",
                       none ? "" : cell(o.size), none ? "" : name_of(o.sold),
                       none ? "" : cell(o.profit.value), none ? "" : percent_of(o.yearly_ppm),
                       none ? "" : format_duration(o.wait_s)});
            list.push_back(pair_json(o));
        }
        if (some.empty()) return;
    }
}

void opportunities(const SessionFlags& flags) {
    Session session{flags};
    const auto all = std::get<0>(session.client().view<std::vector<Opportunity>>(
        protocol::opportunities_address, codec::call_data<"opportunities()">()));
    TextTable table{{"token", ">market", ">fair", ">apart", "what pays", ">up to", "", ">brings",
                     ">a year", ">wait"}};
    json::array list;
    for (const Opportunity& o : all) {
        const NetworkInfo& n = network_with(o.network);
        const auto price = [](u128 p) { return column_amount(format_amount(p, 18), 6); };
        const auto cell = [&](u128 a) { return column_amount(format_amount(a, n.decimals), 4); };
        const bool none = o.size.is_zero();
        table.add({n.liquid, price(o.price), price(o.fair_price),
                   signed_percent_of(o.below, o.apart_ppm), o.kind, none ? "" : cell(o.size.value),
                   none ? "" : n.asset, none ? "" : cell(o.profit.value),
                   none ? "" : percent_of(o.yearly_ppm), none ? "" : format_duration(o.wait_s)});
        list.push_back(opportunity_json(o, n));
    }
    json::array pairs;
    add_pairs(session, table, pairs);
    session.say(json::object{{"opportunities", std::move(list)}, {"pairs", std::move(pairs)}},
                table.text() +
                    "\nAfter fees. \"up to\": where the last unit brings no more than staking "
                    "would in that time. \"none\": the ledger knows no fair price of one coin in "
                    "the other.\n");
}

}  // namespace

void add_opportunities_command(CLI::App& app) {
    auto* command = app.add_subcommand(
        "opportunities",
        "Where a liquid token's market price has left its fair value, and what that brings.");
    command->footer(
        "\nExamples:\n  thaw opportunities\n  thaw opportunities --json | jq "
        "'.opportunities[] | select(.kind != \"none\")'\n");
    const auto flags = std::make_shared<SessionFlags>();
    add_node_flags(*command, *flags);
    command->callback([flags] { opportunities(*flags); });
}

}  // namespace thaw::cli
