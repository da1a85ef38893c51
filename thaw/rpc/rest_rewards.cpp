#include <ctime>

#include "thaw/rpc/rest_figures.hpp"

// What an account earned, day by day: how much more its tokens are worth at the end than at the
// beginning, less what came in and more what went out, each at the rate of its block.
namespace thaw::rpc {

namespace {

using protocol::ContractKind;

constexpr uint64_t days_default = 30;
constexpr uint64_t days_max = 366;
constexpr std::array kinds{ContractKind::liquid, ContractKind::legacy, ContractKind::wrapped};

/// A difference of amounts.
__extension__ using Change = signed __int128;

std::string change_text(Change change) {
    if (change < 0) return "-" + to_decimal(static_cast<u128>(-change));
    return to_decimal(static_cast<u128>(change));
}

struct Day {
    uint64_t from_s = 0;
    uint64_t to_s = 0;
    uint64_t first = 0;  ///< the height it begins with
    uint64_t last = 0;
    std::array<Change, protocol::network_count + 1> earned{};
    std::array<u128, protocol::network_count + 1> worth{};
};

/// What the account's tokens of a network are worth after a block.
u128 worth_at(const node::View& view, const protocol::State& state, uint64_t height,
              NetworkId network, const Address& account) {
    const Query query = query_at(view, height, state);
    const auto rate = protocol::liquid::rate(query, network);
    u128 worth = 0;
    for (const ContractKind kind : kinds)
        worth = add(worth, protocol::liquid::worth(
                               protocol::liquid::holding(query, kind, network, account), rate)
                               .value);
    return worth;
}

/// A token that came to the account or left it.
struct Move {
    uint64_t height = 0;
    u128 value = 0;  ///< in the token's own units
    ContractKind kind = ContractKind::liquid;
    NetworkId network = 0;
    bool out = false;
};

/// What it was worth in assets at the rate after its block.
u128 worth_of(const Backend& b, const Move& move) {
    const node::View view = b.node.view();
    if (move.height < view.oldest_readable_height()) return move.value;
    return at_height(view, move.height, [&](const protocol::State& state) {
        const Query query = query_at(view, move.height, state);
        if (protocol::liquid::is_rebasing(query, move.kind, move.network)) return move.value;
        const auto shares = protocol::liquid::sub_shares(Shares{move.value});
        if (!shares) return move.value;
        return protocol::liquid::worth(*shares, protocol::liquid::rate(query, move.network)).value;
    });
}

/// Takes transfers out of the days' gains: blocks first+1 to last of each day.
void settle_transfers(const Backend& b, const Address& account, std::vector<Day>& days) {
    static constexpr Hash topic = codec::declare(protocol::token::Transfer::abi).topic();
    const Hash me = address_topic(account);
    LogFilter filter{.topics = {{topic}}};
    for (NetworkId n = 1; n <= protocol::network_count; ++n)
        for (const ContractKind kind : kinds)
            filter.addresses.push_back(protocol::contract_address(kind, n));
    for (Day& day : days) {
        std::vector<Move> moves;
        look_back(b, filter, day.last, day.last - day.first, [&](const Found& one) {
            const bool out = one.log.topics[1] == me;
            if (out != (one.log.topics[2] == me))
                moves.push_back({.height = one.block.header.number,
                                 .value = number_in(one.log.data, 0),
                                 .kind = protocol::kind_of(one.log.emitter),
                                 .network = protocol::index_of(one.log.emitter),
                                 .out = out});
            return true;
        });
        for (const Move& move : moves) {
            const auto value = static_cast<Change>(worth_of(b, move));
            day.earned.at(move.network) += move.out ? value : -value;
        }
    }
}

/// The last days, the oldest first; today's ends with the head.
std::vector<Day> days_of(const Backend& b, const Address& account, uint64_t count) {
    std::vector<Day> days;
    const uint64_t now_s = b.node.view().head()->header.timestamp;
    const uint64_t today_s = now_s - now_s % day_s;
    std::array<u128, protocol::network_count + 1> before{};
    std::optional<uint64_t> first;
    for (uint64_t back = std::min(count, today_s / day_s);; --back) {
        const node::View view = b.node.view();  // one a day: it keeps the writer waiting
        const uint64_t end_s = back == 0 ? now_s : today_s - (back - 1) * day_s;
        const auto last =
            back == 0 ? std::optional{view.head()->header.number} : height_at(view, end_s - 1);
        if (last && !first && view.oldest_readable_height() == 0) {  // the chain's first day
            first = 0;
            at_height(view, 0, [&](const protocol::State& state) {
                for (NetworkId n = 1; n <= protocol::network_count; ++n)
                    before.at(n) = worth_at(view, state, 0, n, account);
                return 0;
            });
        }
        if (last) {
            Day day{.from_s = today_s - back * day_s,
                    .to_s = end_s,
                    .first = first.value_or(*last),
                    .last = *last};
            at_height(view, *last, [&](const protocol::State& state) {
                for (NetworkId n = 1; n <= protocol::network_count; ++n)
                    day.worth.at(n) = worth_at(view, state, *last, n, account);
                return 0;
            });
            if (first) {
                for (NetworkId n = 1; n <= protocol::network_count; ++n)
                    day.earned.at(n) =
                        static_cast<Change>(day.worth.at(n)) - static_cast<Change>(before.at(n));
                days.push_back(day);
            }
            first = last;
            before = day.worth;
        }
        if (back == 0) break;
    }
    settle_transfers(b, account, days);
    return days;
}

std::string date_text(uint64_t time_s) {
    const auto time = static_cast<std::time_t>(time_s);
    std::tm parts{};
    ::gmtime_r(&time, &parts);
    char text[16];
    const size_t size = std::strftime(text, sizeof text, "%Y-%m-%d", &parts);
    return {text, size};
}

std::string shown_change(Change change, unsigned decimals) {
    const bool minus = change < 0;
    return (minus ? "-" : "") +
           format_amount(static_cast<u128>(minus ? -change : change), decimals);
}

HttpResponse as_csv(const node::View& view, const std::vector<Day>& days) {
    std::string text = "date,network,asset,earned,balance\r\n";
    for (const Day& day : days)
        for (NetworkId n = 1; n <= protocol::network_count; ++n) {
            if (day.worth.at(n) == 0 && day.earned.at(n) == 0) continue;
            const auto row = view.state().networks.networks.get(n);
            text += date_text(day.from_s) + "," + std::string{row.name.view()} + "," +
                    std::string{row.asset_symbol.view()} + "," +
                    shown_change(day.earned.at(n), row.decimals) + "," +
                    format_amount(day.worth.at(n), row.decimals) + "\r\n";
        }
    return {.content_type = "text/csv; charset=utf-8",
            .body = std::move(text),
            .headers = {{"Content-Disposition", "attachment; filename=\"thaw-rewards.csv\""}}};
}

json::object as_json(const node::View& view, const std::vector<Day>& days) {
    json::array list;
    std::array<Change, protocol::network_count + 1> total{};
    for (const Day& day : days) {
        json::array entries;
        for (NetworkId n = 1; n <= protocol::network_count; ++n) {
            if (day.worth.at(n) == 0 && day.earned.at(n) == 0) continue;
            total.at(n) += day.earned.at(n);
            entries.push_back(
                json::object{{"network", view.state().networks.networks.get(n).name.view()},
                             {"earned", change_text(day.earned.at(n))},
                             {"worth", to_decimal(day.worth.at(n))}});
        }
        list.push_back(json::object{{"day", date_text(day.from_s)},
                                    {"from", day.from_s},
                                    {"to", day.to_s},
                                    {"networks", std::move(entries)}});
    }
    json::array totals;
    for (NetworkId n = 1; n <= protocol::network_count; ++n)
        totals.push_back(
            json::object{{"network", view.state().networks.networks.get(n).name.view()},
                         {"earned", change_text(total.at(n))}});
    return {{"asOf", as_of_json(view.head())},
            {"days", std::move(list)},
            {"totals", std::move(totals)}};
}

}  // namespace

void add_rest_rewards(Rest& rest, Backend& b) {
    rest.add("/v1/accounts/{address}/rewards",
             "What an account earned on each of the last ?days=; as text/csv where that is "
             "accepted, or with ?format=csv.",
             [&b](const Rest::Request& r) {
                 const auto account = parse_address(r.captures[0]);
                 if (!account) return no_address();
                 const auto count = number_asked(r, "days", days_default, days_max);
                 if (!count) return problem(400, "Bad Request", "days is a number from 1 to 366");
                 const std::vector<Day> days = days_of(b, *account, *count);
                 const auto format = r.query.find("format");
                 const node::View view = b.node.view();
                 if (format != r.query.end() ? format->second == "csv"
                                             : r.accept.find("text/csv") != std::string::npos)
                     return as_csv(view, days);
                 return json_answer(as_json(view, days), view.head());
             });
}

}  // namespace thaw::rpc
