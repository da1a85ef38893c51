#include "thaw/protocol/coins/face.hpp"
#include "thaw/protocol/exchange/routing.hpp"
#include "thaw/protocol/staking/funds.hpp"

// The ways out, and leaving by the best of them.
namespace thaw::protocol::staking {
namespace {

/// Until the frame that runs is over; with its report, tickets asked for now can be paid.
uint64_t to_next_report_s(const Query& query) {
    const auto hub = query.read<networks::Books>().hub.get(0);
    return hub.frame_s - (query.now_s() - hub.genesis_s) % hub.frame_s;
}

/// Until a ticket asked for now is back from the host.
uint64_t by_ticket_s(const Query& query, NetworkId network) {
    const auto p = parameters_of(query, network);
    const uint64_t leaves_s = std::max(
        query.now_s(), unbonding::queue(query, network).last_dispatch_s + p.batch_interval_s);
    return leaves_s - query.now_s() + p.unbonding_s;
}

/// The whole shares that the free part of the buffer pays, at most `shares`; rounded down.
Shares by_buffer(const Query& query, NetworkId network, Shares shares) {
    const auto covered =
        liquid::shares_for(free_buffer(query, network), liquid::rate(query, network));
    return covered ? std::min(shares, liquid::whole(*covered)) : Shares{};
}

Assets worth(const Query& query, NetworkId network, Shares shares) {
    return liquid::worth(SubShares{shares.value * liquid::sub_units}, liquid::rate(query, network));
}

/// What the market pays for whole shares, by the best way over its pools.
Result<exchange::Way> by_exchange(const Query& query, NetworkId network, Shares shares) {
    const Address token = contract_address(ContractKind::liquid, network);
    return exchange::best_route(query, token, contract_address(ContractKind::asset, network),
                                coins::to_face_down(query, token, shares.value));
}

/// Sells whole shares at once, where they bring more: to the flash pool or on the market.
Result<Assets> leave_at_once(Call& call, NetworkId network, Shares shares, uint64_t max_wait_s) {
    const Address owner = call.sender();
    const auto exact = liquid::sub_shares(shares);
    if (!exact) return fail(liquid::AmountTooLarge{shares.value});
    const flash::Quote pool = flash::quote_for(call, network, *exact);
    const auto market = by_exchange(call, network, shares);
    const bool flashes = pool.filled == shares && check_open(call, network);
    if (market && (!flashes || market->amounts.back() > pool.assets.value))
        return Assets{TRY(exchange::sell_by(call, *market, owner, owner))};
    if (pool.filled < shares) return fail(NoWayInTime{max_wait_s, by_ticket_s(call, network)});
    const SubShares given =
        TRY(liquid::escrow_shares(call, network, owner, tickets_address, shares));
    return flash::take(call, network, owner, given, Assets{}, owner);
}

}  // namespace

Result<std::vector<Way>> quote_exit(const Query& query, Shares shares) {
    const NetworkId network = index_of(query.self());
    const auto exact = liquid::sub_shares(shares);
    if (!exact || *exact > liquid::rate(query, network).supply)
        return fail(liquid::AmountTooLarge{shares.value});
    std::vector<Way> ways;
    const flash::Quote now = flash::quote_for(query, network, *exact);
    if (!now.assets.is_zero() && check_open(query, network))
        ways.push_back({.name = "flash", .assets = now.assets, .fee = now.fee, .seconds = 0});
    const u128 fair = worth(query, network, shares).value;
    if (const auto market = by_exchange(query, network, shares); market && !shares.is_zero()) {
        const u128 brings = market->amounts.back();
        ways.push_back({.name = "exchange",
                        .assets = Assets{brings},
                        .fee = Assets{fair > brings ? fair - brings : 0},
                        .seconds = 0});
    }
    const Shares covered = by_buffer(query, network, shares);
    if (!covered.is_zero())
        ways.push_back({.name = "buffer",
                        .assets = worth(query, network, covered),
                        .fee = {},
                        .seconds = to_next_report_s(query)});
    ways.push_back({.name = "ticket",
                    .assets = liquid::worth(*exact, liquid::rate(query, network)),
                    .fee = {},
                    .seconds = by_ticket_s(query, network)});
    return ways;
}

Result<ExitResult> exit(Call& call, Shares shares, Assets minimum, uint64_t max_wait_s) {
    const NetworkId network = index_of(call.self());
    const Address owner = call.sender();
    if (shares.is_zero()) return fail(ZeroAmount{});

    Shares waits{};  // by a ticket
    if (max_wait_s >= by_ticket_s(call, network))
        waits = shares;
    else if (max_wait_s >= to_next_report_s(call))
        waits = by_buffer(call, network, shares);

    ExitResult result;
    if (!waits.is_zero()) {
        const SubShares given =
            TRY(liquid::escrow_shares(call, network, owner, tickets_address, waits));
        result.nominal = liquid::worth(given, liquid::rate(call, network));
        if (result.nominal.is_zero()) return fail(ZeroAmount{});
        result.ticket.value =
            unbonding::issue(call, network, owner, given, result.nominal, ContractKind::liquid);
        call.emit(UnstakeRequested{owner, owner, result.ticket, waits, result.nominal});
    }
    if (waits < shares) {
        const Shares rest{shares.value - waits.value};
        result.assets = TRY(leave_at_once(call, network, rest, max_wait_s));
    }
    const Assets total{add(result.assets.value, result.nominal.value)};
    if (total < minimum) return fail(flash::LessThanMinimum{total, minimum});
    return result;
}

}  // namespace thaw::protocol::staking
