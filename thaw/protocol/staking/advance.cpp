#include "thaw/protocol/staking/face.hpp"
#include "thaw/protocol/staking/funds.hpp"
#include "thaw/protocol/staking/limits.hpp"

// What the keeper does: move stakes out to validators and what is unstaked back, a bounded step at
// a time.
namespace thaw::protocol::staking {
namespace {

using token::Bucket;
using token::bucket_account;

/// On its way back from validators.
Assets unbonding_total(const Query& query, NetworkId network) {
    const u128 elsewhere =
        add(add(buffer_of(query, network).value,
                token::held(query, bucket_account(network, Bucket::in_flight)).value),
            validators::bonded_total(query, network).value);
    return Assets{sub(token::located(query, network).value, elsewhere)};
}

/// What is not there to pay `owed`, neither in the buffer nor on its way.
Assets shortfall(const Query& query, NetworkId network, Assets owed) {
    const u128 there = add(buffer_of(query, network).value, unbonding_total(query, network).value);
    return Assets{owed.value > there ? owed.value - there : 0};
}

/// What to have by the time the tickets are paid: where waiting earns, rewards until then come on
/// top.
Assets needed(const Query& query, NetworkId network) {
    const auto p = parameters_of(query, network);
    const Assets now = owed(query, network);
    if (p.earns_while_unbonding == 0) return now;
    const uint64_t year_s = 365 * 86'400;
    const auto growth =
        mul_div_up(now.value, u128{p.apr_nominal_bps} * p.unbonding_s, u128{10'000} * year_s);
    return Assets{add(now.value, *growth)};
}

/// Asks validators for `amount`, as far as they have it and the host takes another lot of them.
void unbond(Call& call, NetworkId network, Assets amount) {
    const auto p = parameters_of(call, network);
    auto candidates = validators::candidates(call, network);
    const auto in_flight = unbonding::lots_in_flight(call, network);
    std::erase_if(candidates, [&](const validators::Candidate& c) {
        return c.id < in_flight.size() && in_flight[c.id] >= p.lots_max;
    });
    for (const auto& move : validators::plan_withdrawals(std::move(candidates), amount)) {
        const uint64_t lot = unbonding::add_lot(call, network, move.id, move.amount);
        token::post(call, bucket_account(network, Bucket::bonded, move.id),
                    bucket_account(network, Bucket::unbonding, lot), move.amount);
        validators::add_unbonding_pending(call, network, move.id, move.amount);
        const uint64_t intent = outbox::emit_intent(call, p.staking_host,
                                                    {.kind = outbox::Kind::unbond,
                                                     .network = network,
                                                     .asset = network,
                                                     .validator = move.id,
                                                     .amount = move.amount,
                                                     .reference = lot});
        unbonding::lot_asked_for(call, network, lot, intent);
    }
}

/// Tickets are sent for at each batch interval; so is what was asked for before and did not come.
bool dispatch_due(const Query& query, NetworkId network) {
    const uint64_t last = unbonding::queue(query, network).last_dispatch_s;
    if (query.now_s() < last + parameters_of(query, network).batch_interval_s) return false;
    if (unbonding::waits_for_dispatch(query, network)) return true;
    return !shortfall(query, network, owed(query, network)).is_zero() &&
           !validators::bonded_total(query, network).is_zero();
}

void dispatch(Call& call, NetworkId network) {
    unbonding::close_batches(call, network);
    unbond(call, network, shortfall(call, network, needed(call, network)));
}

/// What a batch is paid by the pool's rate now.
Assets owed_to(const Query& query, NetworkId network, uint64_t number) {
    const auto b = unbonding::batch(query, network, number);
    return unbonding::payment(b.shares, b.nominal, liquid::rate(query, network),
                              earns(query, network));
}

/// The batch to be paid next, or 0. None while a loss waits to be confirmed: nobody is paid at a
/// rate that may be wrong.
uint64_t payable(const Query& query, NetworkId network) {
    return losses::is_pending(query, network) ? 0 : unbonding::payable_batch(query, network);
}

bool pays_whole(const Query& query, NetworkId network) {
    const uint64_t next = payable(query, network);
    return next != 0 && buffer_of(query, network) >= owed_to(query, network, next);
}

/// Less than a stake is not paid out in parts: it would be crumbs.
bool pays_parts(const Query& query, NetworkId network) {
    return payable(query, network) != 0 &&
           buffer_of(query, network) >= parameters_of(query, network).stake_min;
}

/// How much may be bonded now: what is free and lies in custody on the staking host.
Assets bondable(const Query& query, NetworkId network) {
    const auto p = parameters_of(query, network);
    return std::min(free_buffer(query, network), bridge::available(query, p.staking_host, network));
}

/// MATIC that came from Polygon must be moved to Ethereum before it can be bonded there.
constexpr HostId second_home(NetworkId network) { return network == 5 ? 6 : 0; }

Assets movable(const Query& query, NetworkId network) {
    const auto p = parameters_of(query, network);
    if (second_home(network) == 0) return {};
    const Assets here = bridge::available(query, p.staking_host, network);
    const Assets want = free_buffer(query, network);
    if (want <= here) return {};
    return std::min(bridge::available(query, second_home(network), network),
                    Assets{want.value - here.value});
}

bool bond_due(const Query& query, NetworkId network) {
    if (losses::is_pending(query, network)) return false;  // whom it slashed gets no new stake
    const auto p = parameters_of(query, network);
    const uint64_t frame_s = query.read<networks::Books>().hub.get(0).frame_s;
    const uint64_t last = unbonding::queue(query, network).last_bond_s;
    if (last != 0 && query.now_s() < last + frame_s) return false;
    return (bondable(query, network) >= p.delegation_min &&
            !validators::plan(query, network, bondable(query, network)).moves.empty()) ||
           movable(query, network) >= p.delegation_min;
}

/// Fixes the rates of batches that can be paid whole and sets their payments aside.
void finalise(Call& call, NetworkId network) {
    for (uint32_t i = 0; i < batches_per_advance_max && pays_whole(call, network); ++i) {
        const uint64_t number = unbonding::payable_batch(call, network);
        const auto b = unbonding::batch(call, network, number);
        const liquid::Rate rate = liquid::rate(call, network);
        const Assets payment = owed_to(call, network, number);
        unbonding::finalise(call, network, number, rate, payment);
        if (b.shares.is_zero()) continue;  // all of it was cancelled, or paid before
        liquid::burn_for(call, network, tickets_address, b.shares, payment);
        token::post(call, bucket_account(network, Bucket::buffer),
                    bucket_account(network, Bucket::claimable), payment);
        liquid::count(call, network, &liquid::Pool::exits_total, payment);
    }
}

void pay(Call& call, NetworkId network) {
    uint32_t pushes = 0;
    for (; pushes < pushes_per_advance_max; ++pushes) {
        const uint64_t id = unbonding::next_to_push(call, network);
        if (id == 0) break;
        unbonding::pay(call, id);
    }
    if (pushes == pushes_per_advance_max || !pays_parts(call, network)) return;
    const Assets paid =
        unbonding::net(call, network, buffer_of(call, network), pushes_per_advance_max - pushes);
    liquid::count(call, network, &liquid::Pool::exits_total, paid);
}

void collect(Call& call, NetworkId network) {
    const auto p = parameters_of(call, network);
    for (uint32_t i = 0; i < collects_per_advance_max; ++i) {
        const uint64_t number = unbonding::matured_lot(call, network);
        if (number == 0) return;
        const auto lot = unbonding::lot(call, network, number);
        unbonding::lot_collecting(call, network, number);
        outbox::emit_intent(call, p.staking_host,
                            {.kind = outbox::Kind::collect,
                             .network = network,
                             .asset = network,
                             .validator = lot.validator,
                             .amount = lot.amount,
                             .reference = number,
                             .lot_intent = lot.unbond_intent});
    }
}

void bond(Call& call, NetworkId network) {
    const auto p = parameters_of(call, network);
    const auto moves = validators::plan(call, network, bondable(call, network)).moves;
    for (const auto& move : moves) {
        token::post(call, bucket_account(network, Bucket::buffer),
                    bucket_account(network, Bucket::in_flight), move.amount);
        bridge::commit_custody(call, p.staking_host, network, move.amount);
        outbox::emit_intent(call, p.staking_host,
                            {.kind = outbox::Kind::bond,
                             .network = network,
                             .asset = network,
                             .validator = move.id,
                             .amount = move.amount});
    }
    if (!moves.empty()) unbonding::bonded_now(call, network);
    const Assets far = movable(call, network);
    if (far < p.delegation_min) return;
    bridge::commit_custody(call, second_home(network), network, far);
    outbox::emit_intent(call, second_home(network),
                        {.kind = outbox::Kind::move,
                         .network = network,
                         .asset = network,
                         .amount = far,
                         .destination = p.staking_host});
}

/// What became of an unbond instruction. How much began to unbond is what the host counted; the
/// delegation has the rest, which differs from what was asked for when the validator was slashed in
/// between.
void apply_unbond(Call& call, const outbox::Intent& intent, const oracle::Outcome& outcome) {
    const NetworkId network = intent.network;
    const auto lot = bucket_account(network, Bucket::unbonding, intent.reference);
    const auto bonded = bucket_account(network, Bucket::bonded, intent.validator);
    const Assets there = token::held(call, lot);
    validators::settle_unbonding_pending(call, network, intent.validator, there);
    if (outcome.success)
        unbonding::lot_begun(call, network, intent.reference, outcome.completes_at_s);
    else
        unbonding::lot_failed(call, network, intent.reference);

    const Assets began = outcome.success ? outcome.amount : Assets{};
    if (began <= there) {
        token::post(call, lot, bonded, Assets{there.value - began.value});
        return;
    }
    Assets more{began.value - there.value};
    const auto take = [&](const token::Account& account) {
        const Assets part = std::min(more, token::held(call, account));
        token::post(call, account, lot, part);
        more.value -= part.value;
        return part;
    };
    take(bonded);
    // Then it came out of what later instructions have yet to unbond there.
    for (const uint64_t other : unbonding::requested_lots(call, network, intent.validator))
        validators::settle_unbonding_pending(
            call, network, intent.validator,
            take(bucket_account(network, Bucket::unbonding, other)));
}

}  // namespace

Result<bool> due(const Query& query) {
    const NetworkId network = index_of(query.self());
    return unbonding::push_due(query, network) || pays_whole(query, network) ||
           pays_parts(query, network) || dispatch_due(query, network) || bond_due(query, network) ||
           unbonding::matured_lot(query, network) != 0;
}

Result<void> advance(Call& call) {
    const NetworkId network = index_of(call.self());
    if (!*due(call)) return fail(NothingDue{network});
    finalise(call, network);
    pay(call, network);
    collect(call, network);
    if (dispatch_due(call, network)) dispatch(call, network);
    if (bond_due(call, network)) bond(call, network);
    return {};
}

void apply_outcome(Call& call, const outbox::Intent& intent, const oracle::Outcome& outcome) {
    const NetworkId network = intent.network;
    const auto p = parameters_of(call, network);
    switch (intent.kind) {
        case outbox::Kind::bond:
            bridge::settle_custody(call, p.staking_host, network, intent.amount, outcome.success);
            token::post(call, bucket_account(network, Bucket::in_flight),
                        outcome.success ? bucket_account(network, Bucket::bonded, intent.validator)
                                        : bucket_account(network, Bucket::buffer),
                        intent.amount);
            return;
        case outbox::Kind::unbond:
            return apply_unbond(call, intent, outcome);
        case outbox::Kind::collect: {
            if (!outcome.success) {  // too early: the host says when
                const uint64_t retry_s = std::max(outcome.completes_at_s, call.now_s() + 1);
                unbonding::lot_postponed(call, network, intent.reference, retry_s);
                return;
            }
            const auto lot = bucket_account(network, Bucket::unbonding, intent.reference);
            const Assets there = token::held(call, lot);
            const Assets came = std::min(outcome.amount, there);
            bridge::receive_custody(call, p.staking_host, network, came);
            token::post(call, lot, bucket_account(network, Bucket::buffer), came);
            // What the host kept back was slashed while unbonding.
            token::post(call, lot, token::host_account(network), Assets{there.value - came.value});
            bear(call, network, Assets{there.value - came.value});
            if (came < there)
                liquid::count(call, network, &liquid::Pool::losses_total,
                              Assets{there.value - came.value});
            unbonding::lot_collected(call, network, intent.reference);
            return;
        }
        case outbox::Kind::move:
            bridge::settle_custody(call, outcome.host, network, intent.amount, outcome.success);
            if (outcome.success)
                bridge::receive_custody(call, intent.destination, network, intent.amount);
            return;
        case outbox::Kind::payout:
        case outbox::Kind::none:
            THAW_ASSERT(false);
    }
}

}  // namespace thaw::protocol::staking
