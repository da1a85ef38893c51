#include "thaw/protocol/opportunities/face.hpp"
#include "thaw/rpc/opportunities.hpp"
#include "thaw/rpc/rest_figures.hpp"

// Where a market price has left fair value: read at once, or told as it changes.
namespace thaw::rpc {

namespace {

using protocol::opportunities::Opportunity;
using protocol::opportunities::PairOpportunity;
constexpr uint64_t pairs_page = 100;

/// Per cent with four digits, from millionths.
std::string fine_percent(uint64_t millionths) { return format_amount(millionths, 4); }
/// How far a market's price is from the fair one, with its sign.
std::string apart_percent(const auto& opportunity) {
    const bool negative = opportunity.below && opportunity.apart_ppm != 0;
    return (negative ? "-" : "") + fine_percent(opportunity.apart_ppm);
}

json::object opportunity_json(const node::View& view, const Opportunity& o) {
    const auto n = view.state().networks.networks.get(o.network);
    return {{"network", n.name.view()},
            {"pair", to_hex(o.pair)},
            {"asset", n.asset_symbol.view()},
            {"token", n.liquid_symbol.view()},
            {"decimals", n.decimals},
            {"kind", o.kind},
            {"price", format_amount(o.price, 18)},
            {"fairPrice", format_amount(o.fair_price, 18)},
            {"apartPercent", apart_percent(o)},
            {"size", amount(o.size)},
            {"tokens", to_decimal(o.tokens)},
            {"profit", amount(o.profit)},
            {"secondsToWait", o.wait_s},
            {"firstYearlyPercent", fine_percent(o.first_yearly_ppm)},
            {"yearlyPercent", fine_percent(o.yearly_ppm)}};
}

json::array opportunities_json(const node::View& view) {
    json::array list;
    if (const auto all = protocol::opportunities::all(query_now(view)))
        for (const Opportunity& o : *all) list.push_back(opportunity_json(view, o));
    return list;
}

/// Amounts are in base units of the coins; "profit" in those of the network's asset.
json::object pair_json(const Query& query, const PairOpportunity& o) {
    json::object out{{"pair", to_hex(o.pair)}, {"kind", o.kind}};
    out["coins"] = json::array{coin_json(query, o.token0), coin_json(query, o.token1)};
    out["price"] = o.price == 0 ? json::value(nullptr) : json::value(format_amount(o.price, 18));
    out["fairPrice"] = nullptr;
    out["apartPercent"] = nullptr;
    if (o.fair_price == 0) return out;
    out["fairPrice"] = format_amount(o.fair_price, 18);
    if (o.price == 0) return out;
    out["apartPercent"] = apart_percent(o);
    if (o.size == 0) return out;
    out["sold"] = to_hex(o.sold);
    out["size"] = to_decimal(o.size);
    out["bought"] = to_decimal(o.bought);
    out["profit"] = amount(o.profit);
    out["secondsToWait"] = o.wait_s;
    out["firstYearlyPercent"] = fine_percent(o.first_yearly_ppm);
    out["yearlyPercent"] = fine_percent(o.yearly_ppm);
    return out;
}

json::array pairs_json(const node::View& view) {
    const Query query = query_now(view);
    json::array list;
    for (uint64_t from = 0;; from += pairs_page) {
        const auto some = protocol::opportunities::pairs(query, from);
        if (!some || some->empty()) return list;
        for (const PairOpportunity& o : *some) list.push_back(pair_json(query, o));
    }
}

}  // namespace

OpportunityStream::OpportunityStream(Rest& rest, Backend& b) : node_{b.node} {
    rest.add("/v1/opportunities",
             "Each pair's market price against fair value, and what that brings.",
             [this](const Rest::Request&) {
                 const node::View view = node_.view();
                 return json_answer(json::object{{"asOf", as_of_json(view.head())},
                                                 {"opportunities", opportunities_json(view)},
                                                 {"pairs", pairs_json(view)}},
                                    view.head());
             });
    rest.add("/v1/opportunities/stream",
             "Server-sent events: \"opportunities\" at first and whenever they have changed.",
             [this](const Rest::Request&) {
                 const auto begin = [this](const SessionPtr& reader) {
                     events_.add(reader, text_now());
                     listened_ = true;
                 };
                 return HttpResponse{.content_type = "text/event-stream", .stream = begin};
             });
}

std::string OpportunityStream::text_now() const {
    return event_text("opportunities", json::serialize(opportunities_json(node_.view())));
}

void OpportunityStream::on_block() {
    if (!listened_) return;  // nobody ever asked: nothing is worked out
    std::string now = text_now();
    if (now == last_) return;
    events_.publish(now);
    last_ = std::move(now);
}

}  // namespace thaw::rpc
