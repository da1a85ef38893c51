#include "thaw/protocol/staking/face.hpp"
#include "thaw/protocol/staking/rounding.hpp"

// A frame's report: checked as a whole before anything moves, then booked.
namespace thaw::protocol::staking {
namespace {

using token::Bucket;
using token::bucket_account;

struct Sums {
    u128 rewards = 0;
    u128 slashed = 0;
};

/// The report with the odd units that hosts round booked where they belong.
oracle::Report as_booked(const Query& query, oracle::Report report) {
    if (report.network == 0 || report.network > network_count) return report;
    for (auto& v : report.validators)
        v = with_rounding(
            v, Assets{add(validators::bonded(query, report.network, v.id).value,
                          validators::unbonding_pending(query, report.network, v.id).value)});
    return report;
}

/// Refusals from cheap to dear; returns what the frame brings in all.
Result<Sums> check(const Query& query, const oracle::Report& report) {
    const auto hub = query.read<networks::Books>().hub.get(0);
    if (report.network == 0 || report.network > network_count)
        return fail(validators::UnknownNetwork{report.network});
    const auto p = query.read<networks::Books>().networks.get(report.network);
    const uint64_t expected = query.read<liquid::Books>().pools.get(report.network).frame + 1;
    if (report.frame != expected) return fail(FrameOutOfOrder{report.frame, expected});
    const uint64_t ends_at_s = hub.genesis_s + report.frame * hub.frame_s;
    if (query.now_s() < ends_at_s) return fail(FrameNotOver{report.frame, ends_at_s});
    const uint64_t settled = query.read<outbox::Books>().hosts.get(p.staking_host).settled;
    if (report.executed != settled) return fail(OutcomesMissing{report.executed, settled});

    // Whatever members may sign, sums fit: else it is refused, and no addition below can wrap.
    const u128 supply = query.read<token::Books>().totals.get(report.network).supply.value;
    Sums sums;
    uint32_t last = 0;
    for (const auto& v : report.validators) {
        if (v.id <= last) return fail(ValidatorsNotAscending{v.id});
        last = v.id;
        if (!validators::exists(query, report.network, v.id))
            return fail(validators::UnknownValidator{report.network, v.id});
        const u128 held = add(validators::bonded(query, report.network, v.id).value,
                              validators::unbonding_pending(query, report.network, v.id).value);
        const auto grown = checked_add(held, v.reward.value);
        if (!grown || *grown < v.slashed.value || *grown - v.slashed.value != v.delegated.value)
            return fail(DelegationMismatch{v.id, v.delegated, Assets{held}});
        const auto rewards = checked_add(sums.rewards, v.reward.value);
        if (!rewards || !checked_add(supply, *rewards))
            return fail(liquid::AmountTooLarge{v.reward.value});
        sums.rewards = *rewards;
        sums.slashed = add(sums.slashed, v.slashed.value);
    }
    const Assets pool = liquid::rate(query, report.network).assets;
    const Assets bound{*mul_div_down(pool.value, loss_per_frame_max_bps, 10'000)};
    if (sums.slashed > add(bound.value, sums.rewards))
        return fail(LossTooLarge{Assets{sums.slashed}, bound});
    return sums;
}

/// Each validator's reward comes from the host, each slash goes to it.
void book_validators(Call& call, const oracle::Report& report) {
    const auto host = token::host_account(report.network);
    for (const auto& v : report.validators) {
        const auto bonded = bucket_account(report.network, Bucket::bonded, v.id);
        token::post(call, host, bonded, v.reward);
        Assets rest = v.slashed;
        const auto slash = [&](const token::Account& account) {
            const Assets part = std::min(rest, token::held(call, account));
            token::post(call, account, host, part);
            rest.value -= part.value;
            return part;
        };
        slash(bonded);
        // The rest met what is leaving but not confirmed: to the host that is still delegated.
        const auto leaving = rest.is_zero() ? std::vector<uint64_t>{}
                                            : unbonding::requested_lots(call, report.network, v.id);
        for (const uint64_t lot : leaving)
            validators::settle_unbonding_pending(
                call, report.network, v.id,
                slash(bucket_account(report.network, Bucket::unbonding, lot)));
        THAW_ASSERT(rest.is_zero());
        validators::observe(call, report.network, v);
    }
}

}  // namespace

Result<void> apply_report(Call& call, const oracle::Report& sent) {
    const oracle::Report report = as_booked(call, sent);
    const Sums sums = TRY(check(call, report));
    const NetworkId network = report.network;
    const auto p = call.read<networks::Books>().networks.get(network);
    const auto hub = call.read<networks::Books>().hub.get(0);

    // The fee is taken on the frame's profit only, and buys shares at the rate holders have before
    // it: it does not move it.
    const u128 profit = sums.rewards > sums.slashed ? sums.rewards - sums.slashed : 0;
    const u128 loss = sums.slashed > sums.rewards ? sums.slashed - sums.rewards : 0;
    const Assets fee{*mul_div_down(profit, p.fee_bps, 10'000)};

    book_validators(call, report);
    const Assets uncovered =
        liquid::settle_frame(call, network, report.frame, Assets{profit - fee.value}, Assets{loss});
    const Assets insurance = token::held(call, bucket_account(network, Bucket::insurance));
    const Assets insured = std::min(insurance, uncovered);
    token::post(call, bucket_account(network, Bucket::insurance),
                bucket_account(network, Bucket::buffer), insured);
    SubShares fee_shares{};
    if (!fee.is_zero()) fee_shares = TRY(liquid::create(call, network, hub.treasury, fee));
    liquid::count(call, network, &liquid::Pool::rewards_total, Assets{sums.rewards});
    liquid::count(call, network, &liquid::Pool::losses_total, Assets{sums.slashed});
    liquid::count(call, network, &liquid::Pool::fees_total, fee);
    call.emit_as(
        contract_address(ContractKind::staking, network),
        FrameReported{network, report.frame, Assets{sums.rewards}, Assets{sums.slashed}, fee,
                      liquid::whole(fee_shares), Assets{uncovered.value - insured.value}});
    return {};
}

}  // namespace thaw::protocol::staking
