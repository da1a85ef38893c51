#include "thaw/rpc/rest_lending.hpp"

#include "thaw/base/text.hpp"
#include "thaw/protocol/lending/face.hpp"

namespace thaw::rpc {

namespace {

using protocol::Query;
namespace coins = protocol::coins;
namespace lending = protocol::lending;
namespace prices = protocol::prices;

constexpr uint64_t loans_max = 100;

Query head_of(const node::View& view) {
    return Query{view.state(), view.context_at(view.head()->header.number),
                 protocol::lending_address};
}

/// Fractions and yearly rates, as decimals: "0.0525".
std::string fraction(u128 ray) { return format_amount(ray, 27); }

json::object token_json(const Query& query, const Address& token) {
    return {{"address", to_hex(token)},
            {"symbol", coins::symbol(query, token)},
            {"decimals", coins::decimals(query, token)}};
}

json::object terms_json(const lending::TermsView& t) {
    return {{"supplyCap", to_decimal(t.supply_cap)},
            {"borrowCap", to_decimal(t.borrow_cap)},
            {"debtCeiling", format_amount(t.debt_ceiling.value, 18)},
            {"ltvBps", t.ltv_bps},
            {"thresholdBps", t.threshold_bps},
            {"bonusBps", t.bonus_bps},
            {"reserveBps", t.reserve_bps},
            {"borrowable", t.borrowable},
            {"forIsolated", t.for_isolated},
            {"category", t.category}};
}

json::object market_json(const Query& query, const Address& coin) {
    const lending::MarketView m = *lending::market(query, coin);
    json::object out{{"asset", token_json(query, coin)},
                     {"supplied", to_decimal(m.supplied)},
                     {"borrowed", to_decimal(m.borrowed)},
                     {"cash", to_decimal(m.cash)},
                     {"reserves", to_decimal(m.reserves)},
                     {"insurance", to_decimal(m.insurance)},
                     {"deficit", to_decimal(m.deficit)},
                     {"use", fraction(m.use)},
                     {"supplyRate", fraction(m.supply_rate)},
                     {"borrowRate", fraction(m.borrow_rate)},
                     {"frozen", m.frozen},
                     {"doubtful", m.doubtful},
                     {"terms", terms_json(*lending::terms(query, coin))}};
    if (!m.claims.is_zero()) out["claims"] = token_json(query, m.claims);
    const u128 one = prices::one_of(coins::decimals(query, coin));
    if (const auto worth = prices::worth(query, coin, one))
        out["price"] = format_amount(worth->value.value, 18);
    return out;
}

}  // namespace

json::value lending_held(const node::View& view, const Address& account) {
    const Query query = head_of(view);
    const auto positions = *lending::positions(query, account);
    if (positions.empty()) return nullptr;
    json::array list;
    for (const lending::PositionView& p : positions)
        list.push_back(json::object{{"asset", token_json(query, p.coin)},
                                    {"pledged", to_decimal(p.pledged)},
                                    {"free", to_decimal(p.free)},
                                    {"debt", to_decimal(p.debt)},
                                    {"pledgedValue", format_amount(p.pledged_value.value, 18)},
                                    {"debtValue", format_amount(p.debt_value.value, 18)}});
    const auto [collateral, debt, available, threshold, ltv, health] =
        *lending::account_data(query, account);
    json::object out{{"positions", std::move(list)},
                     {"collateral", format_amount(collateral, 8)},
                     {"debt", format_amount(debt, 8)},
                     {"available", format_amount(available, 8)},
                     {"category", to_decimal(*lending::category_of(query, account))}};
    if (!health.unlimited()) out["health"] = format_amount(health.value, 18);
    return out;
}

json::array weakest_loans(const node::Node& node, size_t most) {
    constexpr size_t at_a_time = 200;
    std::vector<Address> accounts;
    {
        const node::View view = node.view();
        view.state().lending.accounts.for_each_unordered(
            [&](const Address& who, const lending::Account& row) {
                if (row.owes != 0) accounts.push_back(who);
            });
    }
    std::vector<std::tuple<u128, Address, u128, u128>> owing;
    for (size_t i = 0; i < accounts.size();) {
        const node::View view = node.view();  // a block waits for this many at most
        const Query query = head_of(view);
        for (const size_t end = std::min(i + at_a_time, accounts.size()); i < end; ++i) {
            const auto data = *lending::account_data(query, accounts[i]);
            if (std::get<1>(data) != 0)
                owing.emplace_back(std::get<5>(data).value, accounts[i], std::get<0>(data),
                                   std::get<1>(data));
        }
    }
    std::ranges::sort(owing);
    json::array list;
    for (const auto& [health, who, collateral, debt] :
         std::span{owing}.first(std::min(owing.size(), most)))
        list.push_back(json::object{{"account", to_hex(who)},
                                    {"health", format_amount(health, 18)},
                                    {"collateral", format_amount(collateral, 8)},
                                    {"debt", format_amount(debt, 8)}});
    return list;
}

void add_loans(Methods& m, Backend& b) {
    m.add("thaw_loans", "count?",
          "Accounts that owe on the lending markets, weakest first, at most a hundred.",
          [&b](const Params& p) -> Answer {
              const uint64_t most = TRY(argument_or(p, 0, read_number, loans_max));
              return json::value(weakest_loans(b.node, std::min(most, loans_max)));
          });
}

void add_rest_lending(Rest& rest, Backend& b) {
    rest.add("/v1/loans", "The hundred weakest loans: whose, health, collateral, debt in dollars.",
             [&b](const Rest::Request&) {
                 auto loans = weakest_loans(b.node, loans_max);
                 const node::View view = b.node.view();
                 return json_answer(
                     json::object{{"asOf", as_of_json(view.head())}, {"loans", std::move(loans)}},
                     view.head());
             });
    rest.add("/v1/markets",
             "Every lending market: amounts, rates, terms, price in dollars; with ?account= what "
             "an account has and owes, and its health.",
             [&b](const Rest::Request& r) {
                 const node::View view = b.node.view();
                 json::object body{{"asOf", as_of_json(view.head())}};
                 if (const auto given = r.query.find("account"); given != r.query.end()) {
                     const auto account = parse_address(given->second);
                     if (!account)
                         return problem(400, "Bad Request",
                                        "account: an address is \"0x\" and 40 digits");
                     body["account"] = lending_held(view, *account);
                 }
                 json::array markets;
                 const Query query = head_of(view);
                 const auto listed = *lending::coins_listed(query);
                 for (const Address& coin : listed) markets.push_back(market_json(query, coin));
                 body["markets"] = std::move(markets);
                 return json_answer(body, view.head());
             });
}

}  // namespace thaw::rpc
