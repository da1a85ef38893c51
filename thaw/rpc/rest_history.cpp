#include "thaw/rpc/rest_figures.hpp"

// What was: a network's rate day by day, and the reports of its frames.
namespace thaw::rpc {

namespace {

constexpr uint64_t days_default = 30;
constexpr uint64_t days_max = 366;
constexpr uint64_t reports_default = 14;
constexpr uint64_t reports_max = 100;
constexpr uint64_t blocks_searched_max = 20'000;

json::object point_json(const node::View& view, NetworkId network, uint64_t height) {
    return at_height(view, height, [&](const protocol::State& state) {
        const auto rate = protocol::liquid::rate(query_at(view, height, state), network);
        return json::object{{"time", view.context_at(height).now_s},
                            {"block", height},
                            {"rate", rate_text(rate)},
                            {"assets", amount(rate.assets)},
                            {"shares", to_decimal(protocol::liquid::whole(rate.supply).value)}};
    });
}

/// One point for the end of each day, and the last for now.
json::array history_json(const Backend& b, NetworkId network, uint64_t days) {
    json::array points;
    std::optional<uint64_t> last;
    for (uint64_t back = days;; --back) {
        const node::View view = b.node.view();  // one a day: it keeps the writer waiting
        const uint64_t now_s = view.head()->header.timestamp;
        const uint64_t midnight_s = now_s - now_s % day_s;
        if (back == 0) {
            points.push_back(point_json(view, network, view.head()->header.number));
            return points;
        }
        if (midnight_s < (back - 1) * day_s) continue;
        const auto height = height_at(view, midnight_s - (back - 1) * day_s);
        if (!height || height == last) continue;
        points.push_back(point_json(view, network, *height));
        last = height;
    }
}

json::array reports_json(const Backend& b, NetworkId network, uint64_t most) {
    static constexpr Hash topic = codec::declare(protocol::staking::FrameReported::abi).topic();
    json::array out;
    const uint64_t head = b.node.view().head()->header.number;
    const LogFilter filter{.addresses = {staking_of(network)}, .topics = {{topic}}};
    look_back(b, filter, head, blocks_searched_max, [&](const Found& found) {
        const codec::Log& log = found.log;
        json::object one = place_json(found.block, found.transaction);
        one["frame"] = static_cast<uint64_t>(number_in(log.topics[2]));
        static constexpr std::array names{"rewards", "slashed", "fee", "feeShares",
                                          "lossToHolders"};
        for (size_t i = 0; i < names.size(); ++i)
            one[names[i]] = to_decimal(number_in(log.data, i));
        out.push_back(std::move(one));
        return out.size() < most;
    });
    return out;
}

/// Answers for one network, with a number of the query.
template <class F>
void add_listing(Rest& rest, Backend& b, const std::string& what, const std::string& summary,
                 std::string_view name, uint64_t otherwise, uint64_t most, const F& list) {
    rest.add(
        "/v1/networks/{network}/" + what, summary,
        [&b, what, name, otherwise, most, list](const Rest::Request& r) {
            const auto network = network_named(b.node.view(), r.captures[0]);
            if (!network) return no_network(r.captures[0]);
            const auto count = number_asked(r, name, otherwise, most);
            if (!count)
                return problem(
                    400, "Bad Request",
                    std::string{name} + " is a number from 1 to " + std::to_string(most));
            json::array entries = list(b, *network, *count);
            const auto head = b.node.view().head();
            return json_answer(json::object{{"asOf", as_of_json(head)}, {what, entries}}, head);
        });
}

}  // namespace

void add_rest_history(Rest& rest, Backend& b) {
    add_listing(rest, b, "history", "A network's rate at the end of each of the last ?days=.",
                "days", days_default, days_max, history_json);
    add_listing(rest, b, "reports", "What the last ?count= frames of a network brought.", "count",
                reports_default, reports_max, reports_json);
}

}  // namespace thaw::rpc
