// What a flash pool takes, pays and is worth.
#include "thaw/protocol/flash/face.hpp"
#include "thaw/protocol/flash/ledger.hpp"
#include "thaw/protocol/flash/limits.hpp"

namespace thaw::protocol::flash {

Pool counted(const Query& query, NetworkId network) {
    Pool pool = query.read<Books>().pools.get(network);
    const Assets ever = unbonding::received(query, contract_address(ContractKind::flash, network));
    pool.cash.value = add(pool.cash.value, sub(ever.value, pool.collected.value));
    pool.collected = ever;
    return pool;
}

Assets worth(const Query& query, NetworkId network) {
    const Address self = contract_address(ContractKind::flash, network);
    const Pool pool = counted(query, network);
    const u128 all = add(pool.cash.value, unbonding::expected_by(query, network, self).value);
    return Assets{all > pool.leaving.value ? all - pool.leaving.value : 0};
}

Assets available(const Query& query, NetworkId network) {
    const Pool pool = counted(query, network);
    return Assets{pool.cash > pool.leaving ? pool.cash.value - pool.leaving.value : 0};
}

void price_leaving(Call& call, NetworkId network, uint64_t frame) {
    Books& books = call.own<Books>();
    const LeavingKey key{.frame = frame, .network = network};
    Leaving group = books.leaving.get(key);
    if (group.shares.is_zero()) return;
    Pool pool = counted(call, network);
    const auto assets = assets_for(group.shares, worth(call, network), pool.supply);
    THAW_ASSERT(assets);  // a part of what the pool is worth
    group.assets = Assets{*assets};
    group.priced = 1;
    pool.supply.value = sub(pool.supply.value, group.shares.value);
    pool.announced.value = sub(pool.announced.value, group.shares.value);
    pool.leaving.value = add(pool.leaving.value, *assets);
    books.leaving.put(key, group);
    books.pools.put(network, pool);
    call.emit_as(contract_address(ContractKind::flash, network),
                 RedemptionPriced{frame, group.shares, group.assets});
}

namespace {

struct Offer {
    Assets value;  ///< of the shares
    Assets assets;
};

Offer offer(const Query& query, NetworkId network, SubShares shares) {
    const Assets value = liquid::worth(shares, liquid::rate(query, network));
    return {value,
            taken_for(query.read<Books>().terms.get(network), available(query, network), value)};
}

/// Whether an offer pays for all of its shares: it is not the pool's last unit that limits it.
bool covers(const Query& query, NetworkId network, const Offer& o) {
    const Assets cash = available(query, network);
    return o.assets < cash ||
           o.assets.value + fee(query.read<Books>().terms.get(network), cash, o.assets).value ==
               o.value.value;
}

}  // namespace

Quote quote_for(const Query& query, NetworkId network, SubShares shares) {
    const Offer o = offer(query, network, shares);
    if (o.assets.is_zero()) return {};
    if (covers(query, network, o))
        return {o.assets, Assets{o.value.value - o.assets.value}, liquid::whole(shares)};
    // All of the pool for as many whole shares as it buys, rounded down: just these bring just
    // this.
    const Assets cost{
        add(o.assets.value, fee(query.read<Books>().terms.get(network), o.assets, o.assets).value)};
    const auto bought = liquid::shares_for(cost, liquid::rate(query, network));
    if (!bought) return {};
    const Shares filled = liquid::whole(*bought);
    const Offer part = offer(query, network, SubShares{filled.value * liquid::sub_units});
    return {part.assets, Assets{part.value.value - part.assets.value}, filled};
}

Result<Assets> take(Call& call, NetworkId network, const Address& owner, SubShares shares,
                    Assets minimum, const Address& receiver) {
    if (networks::stands_still(call, network)) return fail(NetworkHalted{network});
    TRY_VOID(losses::check_settled(call, network));
    const Offer o = offer(call, network, shares);
    if (o.assets.is_zero() || !covers(call, network, o))
        return fail(FlashCapacityExceeded{o.value, available(call, network)});
    if (o.assets < minimum) return fail(LessThanMinimum{o.assets, minimum});

    const Address self = contract_address(ContractKind::flash, network);
    Books& books = call.own<Books>();
    Pool pool = counted(call, network);
    pool.ticket = unbonding::issue_or_enlarge(call, network, self, pool.ticket, shares, o.value);
    pool.cash.value = sub(pool.cash.value, o.assets.value);
    const Assets kept{o.value.value - o.assets.value};
    pool.fees_total.value = add(pool.fees_total.value, kept.value);
    pool.volume_total.value = add(pool.volume_total.value, o.assets.value);
    books.pools.put(network, pool);
    token::post(call, token::user_account(network, self), token::user_account(network, receiver),
                o.assets);
    call.emit_as(
        self, Swapped{owner, receiver, liquid::whole(shares), o.assets, kept, Number{pool.ticket}});
    return o.assets;
}

Result<void> set_terms(Call& call, Assets target, uint32_t fee_min, uint32_t fee_max) {
    TRY_VOID(networks::only_owner(call));
    const NetworkId network = index_of(call.self());
    const Terms before = call.read<Books>().terms.get(network);
    const uint32_t growth = call.read<networks::Books>().networks.get(network).growth_max_ppm;
    const Terms after{.target = target,
                      .fee_min_bps = fee_min,
                      .fee_max_bps = fee_max,
                      .changed_at_s = call.now_s()};
    if (!target_in_range(target)) return fail(TargetOutOfRange{target, Assets{target_max}});
    if (!fees_in_range(after, growth))
        return fail(FeesOutOfRange{fee_min, fee_max, fee_least_bps(growth), fee_max_bps});
    for (const auto& [was, is] :
         {std::pair{before.fee_min_bps, fee_min}, std::pair{before.fee_max_bps, fee_max}})
        if (const uint32_t highest = networks::fee_next_max_bps(was); is > highest)
            return fail(networks::FeeTooHigh{is, highest});
    const uint64_t possible_at_s = before.changed_at_s + terms_change_interval_s;
    if (before.changed_at_s != 0 && call.now_s() < possible_at_s)
        return fail(networks::ChangeTooSoon{possible_at_s});
    call.own<Books>().terms.put(network, after);
    call.emit(TermsChanged{target, fee_min, fee_max});
    return {};
}

void open(Call& call, NetworkId network, const Terms& terms) {
    THAW_ASSERT(terms.target.value <= target_max);
    call.own<Books>().terms.put(network, terms);
}

}  // namespace thaw::protocol::flash
