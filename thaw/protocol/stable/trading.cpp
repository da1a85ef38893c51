// Selling and buying.
#include "thaw/protocol/coins/face.hpp"
#include "thaw/protocol/stable/ledger.hpp"

namespace thaw::protocol::stable {
namespace {

Result<Way> way_from(const Query& query, const Address& pair, const Address& token) {
    const NetworkId network = network_of(query, pair);
    const bool liquid = token == contract_address(ContractKind::liquid, network);
    if (!liquid && token != contract_address(ContractKind::asset, network))
        return fail(NotACoinOfThePair{token});
    return Way{network, pair, coin_of(query, network, liquid), coin_of(query, network, !liquid)};
}

Result<u128> sale(const Query& query, const Way& way, u128 amount) {
    const auto given = least_in(way.sold, amount);
    if (!given) return fail(AmountTooLarge{amount});
    const auto taken = bought(market_of(query, way), *given);
    if (!taken) return tl::unexpected(refusal_of(taken.error(), amount));
    const auto face = face_out(way.bought, *taken);
    if (!face) return fail(AmountTooLarge{amount});
    if (*face == 0) return fail(ZeroAmount{});
    return *face;
}

Result<u128> purchase(const Query& query, const Way& way, u128 amount) {
    const auto taken = most_out(way.bought, amount);
    if (!taken) return fail(AmountTooLarge{amount});
    const auto given = cost(market_of(query, way), amount == 0 ? 0 : *taken);
    if (!given) return tl::unexpected(refusal_of(given.error(), amount));
    const auto face = face_in(way.sold, *given);
    if (!face) return fail(AmountTooLarge{amount});
    return *face;
}

/// Moves both payments and counts what they changed; the invariant is held against what is counted.
Result<void> trade(Call& call, const Way& way, u128 paid, u128 received, const Address& from,
                   const Address& to) {
    const Pair before = observed(call, way.network);
    const auto keep = detail::to_keep(market_of(call, before, way));
    if (!keep) return tl::unexpected(refusal_of(keep.error(), paid));
    Pair after = before;
    TRY_VOID(take_in(call, way.pair, way.sold, from, paid, after));
    TRY_VOID(pay_out(call, way.pair, way.bought, to, received, after));
    if (const auto guard = detail::guarded(market_of(call, after, way), *keep); !guard)
        return tl::unexpected(refusal_of(guard.error(), paid));
    put(call, way.network, after);
    const bool up = way.sold.liquid;  // the asset is token 0
    call.emit_as(way.pair, Swap{from, up ? 0 : paid, up ? paid : 0, up ? received : 0,
                                up ? 0 : received, to});
    return {};
}

}  // namespace

Result<void> check_receiver(const Address& pair, const Address& to) {
    if (to.is_zero() || to == pair) return fail(InvalidReceiver{to});
    return {};
}

Result<void> check_deadline(const Query& query, Number deadline) {
    if (query.now_s() > deadline.value) return fail(Expired{deadline});
    return {};
}

Result<u128> quote_sale(const Query& query, const Address& pair, const Address& token,
                        u128 amount) {
    return sale(query, TRY(way_from(query, pair, token)), amount);
}

Result<u128> quote_purchase(const Query& query, const Address& pair, const Address& token,
                            u128 amount) {
    const Way other = TRY(way_from(query, pair, token));
    return purchase(query, {other.network, pair, other.bought, other.sold}, amount);
}

Result<u128> sell(Call& call, const Address& pair, const Address& token, u128 amount,
                  const Address& from, const Address& to) {
    TRY_VOID(check_receiver(pair, to));
    const Way way = TRY(way_from(call, pair, token));
    const u128 received = TRY(sale(call, way, amount));
    TRY_VOID(trade(call, way, amount, received, from, to));
    return received;
}

Result<void> carry(Call& call, const Address& pair, const Address& token, u128 amount,
                   u128 received, const Address& to) {
    TRY_VOID(check_receiver(pair, to));
    const Way way = TRY(way_from(call, pair, token));
    const u128 most = TRY(sale(call, way, amount));
    if (most < received) return fail(LessThanMinimum{most, received});
    return trade(call, way, amount, received, pair, to);
}

Result<u128> swap(Call& call, Address token, u128 amount, u128 minimum, Address to,
                  Number deadline) {
    TRY_VOID(check_deadline(call, deadline));
    TRY_VOID(check_receiver(call.self(), to));
    const Way way = TRY(way_from(call, call.self(), token));
    const u128 received = TRY(sale(call, way, amount));
    if (received < minimum) return fail(LessThanMinimum{received, minimum});
    TRY_VOID(trade(call, way, amount, received, call.sender(), to));
    return received;
}

Result<u128> swap_for(Call& call, Address token, u128 amount, u128 maximum, Address to,
                      Number deadline) {
    TRY_VOID(check_deadline(call, deadline));
    TRY_VOID(check_receiver(call.self(), to));
    const Way other = TRY(way_from(call, call.self(), token));
    const Way way{other.network, other.pair, other.bought, other.sold};
    const u128 paid = TRY(purchase(call, way, amount));
    if (paid > maximum) return fail(MoreThanMaximum{paid, maximum});
    TRY_VOID(trade(call, way, paid, amount, call.sender(), to));
    return paid;
}

Result<u128> get_amount_out(const Query& query, u128 amount, Address token) {
    return quote_sale(query, query.self(), token, amount);
}

Result<u128> get_amount_in(const Query& query, u128 amount, Address token) {
    return quote_purchase(query, query.self(), token, amount);
}

}  // namespace thaw::protocol::stable
