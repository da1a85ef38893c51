#include "thaw/protocol/exchange/routing.hpp"

#include <algorithm>

#include "thaw/protocol/coins/face.hpp"
#include "thaw/protocol/exchange/limits.hpp"
#include "thaw/protocol/exchange/markets.hpp"
#include "thaw/protocol/exchange/stations.hpp"

namespace thaw::protocol::exchange {
namespace {

/// The most that can be had of a coin by now, and how; an empty path: nothing.
struct Best {
    Way way;
    u128 amount() const { return way.amounts.empty() ? 0 : way.amounts.back(); }
};

/// A search over pools that are not used yet.
struct Search {
    const Query& query;
    const Path& used;

    /// Goes on from `at` to `coin`, if that brings more than `best`.
    void extend(const Best& at, const Address& coin, Best& best) const {
        if (at.amount() == 0 || std::ranges::count(at.way.path, coin) != 0) return;
        const Address& from = at.way.path.back();
        if (!is_traded(query, from, coin)) return;
        const auto step = best_sale(query, from, coin, at.amount());
        if (!step || step->amount <= best.amount() || std::ranges::count(used, step->pool) != 0)
            return;
        best.way = at.way;
        best.way.path.push_back(coin);
        best.way.pools.push_back(step->pool);
        best.way.amounts.push_back(step->amount);
    }

    Best find(const Address& coin_in, const Address& coin_out, u128 amount) const {
        const Best start{{.path = {coin_in}, .pools = {}, .amounts = {amount}}};
        Best best;
        extend(start, coin_out, best);
        const std::vector<Address> between = stations(query);
        std::vector<Best> reached(between.size());
        for (size_t i = 0; i < between.size(); ++i)
            if (between[i] != coin_out) extend(start, between[i], reached[i]);
        for (size_t hops = 2; hops <= hops_max; ++hops) {
            for (const Best& at : reached) extend(at, coin_out, best);
            if (hops == hops_max) break;
            std::vector<Best> further(between.size());
            for (size_t i = 0; i < between.size(); ++i)
                if (between[i] != coin_out)
                    for (const Best& at : reached) extend(at, between[i], further[i]);
            reached = std::move(further);
        }
        return best;
    }
};

/// The same pools for another amount.
Result<Way> requoted(const Query& query, const Address& coin_in, const Path& pools, u128 amount) {
    Way way{.path = {coin_in}, .pools = pools, .amounts = {amount}};
    for (const Address& pool : pools) {
        const Address coin = way.path.back();
        const Address other = other_coin(query, pool, coin);
        if (other.is_zero()) return fail(NotAPoolOf{pool, coin});
        way.amounts.push_back(TRY(sale(query, pool, coin, way.amounts.back())));
        way.path.push_back(other);
    }
    return way;
}

u128 brought(const Result<Way>& way) { return way ? way->amounts.back() : 0; }

Result<void> check_parts(const std::vector<Part>& parts) {
    if (parts.empty() || parts.size() > routes_max)
        return fail(TooManyRoutes{Number{parts.size()}, Number{routes_max}});
    for (const Part& part : parts)
        if (part.pools.empty() || part.pools.size() > hops_max)
            return fail(TooManyRoutes{Number{part.pools.size()}, Number{hops_max}});
    return {};
}

}  // namespace

Result<Way> best_route(const Query& query, Address coin_in, Address coin_out, u128 amount) {
    const Path none;
    Best best = Search{query, none}.find(coin_in, coin_out, amount);
    if (best.amount() == 0) return fail(NoRoute{coin_in, coin_out});
    return std::move(best.way);
}

Result<std::tuple<std::vector<Way>, u128>> quote_split(const Query& query, Address coin_in,
                                                       Address coin_out, u128 amount) {
    std::vector<Way> ways{TRY(best_route(query, coin_in, coin_out, amount))};
    Path used = ways.front().pools;
    while (ways.size() < routes_max) {
        Best next = Search{query, used}.find(coin_in, coin_out, amount);
        if (next.amount() == 0) break;
        used.insert(used.end(), next.way.pools.begin(), next.way.pools.end());
        ways.push_back(std::move(next.way));
    }
    // Each part goes where it brings most beyond what is there already.
    std::vector<u128> given(ways.size());
    std::vector<u128> brings(ways.size());
    for (u128 part = 1; part <= split_parts; ++part) {
        const u128 slice =
            *mul_div_down(amount, part, split_parts) - *mul_div_down(amount, part - 1, split_parts);
        size_t at = 0;
        u128 most = 0;
        for (size_t i = 0; i < ways.size(); ++i) {
            const u128 now = brought(requoted(query, coin_in, ways[i].pools, given[i] + slice));
            const u128 more = now > brings[i] ? now - brings[i] : 0;
            if (more > most) {
                most = more;
                at = i;
            }
        }
        given[at] += slice;
        brings[at] += most;
    }
    u128 sum = 0;
    std::vector<Way> divided;
    for (size_t i = 0; i < ways.size(); ++i) {
        if (given[i] == 0) continue;
        divided.push_back(TRY(requoted(query, coin_in, ways[i].pools, given[i])));
        sum = add(sum, divided.back().amounts.back());
    }
    // Where rounding makes one way better than all together, one it is.
    if (sum < ways.front().amounts.back())
        return std::tuple{std::vector{ways.front()}, ways.front().amounts.back()};
    return std::tuple{std::move(divided), sum};
}

Result<u128> sell_by(Call& call, const Way& way, const Address& from, const Address& to) {
    TRY_VOID(coins::pay(call, way.path.front(), from, way.pools.front(), way.amounts.front()));
    Call router = call.as(router_address, call.sender());
    const u128 had = coins::shown(call, way.path.back(), to);
    for (size_t i = 0; i < way.pools.size(); ++i) {
        const Address& stop = i + 1 < way.pools.size() ? way.pools[i + 1] : to;
        TRY_VOID(
            trade(router, way.pools[i], way.path[i], way.amounts[i], way.amounts[i + 1], stop));
    }
    const u128 has = coins::shown(call, way.path.back(), to);
    return has > had ? has - had : 0;  // a pool may pay itself
}

Result<u128> swap_routes(Call& call, Address coin_in, std::vector<Part> parts, u128 minimum,
                         Address to, Number deadline) {
    if (deadline.value < call.now_s()) return fail(DeadlinePassed{deadline});
    TRY_VOID(check_parts(parts));
    u128 sum = 0;
    Address last;
    for (const Part& part : parts) {
        const Way way = TRY(requoted(call, coin_in, part.pools, part.amount));
        if (last.is_zero()) last = way.path.back();
        if (way.path.back() != last) return fail(NoRoute{coin_in, last});
        const u128 more = TRY(sell_by(call, way, call.sender(), to));
        sum = add(sum, more);
    }
    if (sum < minimum) return fail(RoutedLessThanMinimum{sum, minimum});
    return sum;
}

}  // namespace thaw::protocol::exchange
