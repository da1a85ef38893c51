#include "thaw/base/text.hpp"
#include "thaw/main/commands.hpp"
#include "thaw/main/duration.hpp"
#include "thaw/main/session.hpp"
#include "thaw/main/table.hpp"
#include "thaw/protocol/opportunities/face.hpp"

namespace thaw::cli {

namespace {

using protocol::opportunities::Opportunity;

/// Per cent with two digits, from millionths.
std::string percent_of(uint64_t millionths) { return format_amount(millionths / 100, 2) + " %"; }

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
                   (o.below ? "-" : "") + percent_of(o.apart_ppm), o.kind,
                   none ? "" : cell(o.size.value), none ? "" : n.asset,
                   none ? "" : cell(o.profit.value), none ? "" : percent_of(o.yearly_ppm),
                   none ? "" : format_duration(o.wait_s)});
        list.push_back(opportunity_json(o, n));
    }
    session.say(json::object{{"opportunities", std::move(list)}},
                table.text() +
                    "\nAfter fees. \"up to\": where the last unit brings no more than staking "
                    "would in that time.\n");
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
