#include "thaw/protocol/networks/face.hpp"
#include "thaw/protocol/staking/face.hpp"
#include "thaw/protocol/staking/math.hpp"
#include "thaw/protocol/staking/rounding.hpp"

// A frame's report: checked as a whole before anything moves, then booked; or, when it costs
// holders too much, set aside until members have said so twice.
namespace thaw::protocol::staking {
namespace {

using losses::Verdict;
using token::Bucket;
using token::bucket_account;

struct Sums {
    Assets rewards;
    Assets slashed;
};

Assets held_with(const Query& query, NetworkId network, uint32_t validator) {
    return Assets{add(validators::bonded(query, network, validator).value,
                      validators::unbonding_pending(query, network, validator).value)};
}

/// The report with the odd units that hosts round booked where they belong.
oracle::Report as_booked(const Query& query, oracle::Report report) {
    if (report.network == 0 || report.network > network_count) return report;
    for (auto& v : report.validators) v = with_rounding(v, held_with(query, report.network, v.id));
    return report;
}

/// Whether a report is the next one and its time has come. Refusals from cheap to dear.
Result<void> check_frame(const Query& query, const oracle::Report& report) {
    const auto hub = query.read<networks::Books>().hub.get(0);
    if (report.network == 0 || report.network > network_count)
        return fail(validators::UnknownNetwork{report.network});
    const auto p = query.read<networks::Books>().networks.get(report.network);
    const uint64_t expected = query.read<liquid::Books>().pools.get(report.network).frame + 1;
    if (report.frame != expected) return fail(FrameOutOfOrder{report.frame, expected});
    TRY_VOID(losses::check_settled(query, report.network));
    const uint64_t ends_at_s = hub.genesis_s + report.frame * hub.frame_s;
    if (query.now_s() < ends_at_s) return fail(FrameNotOver{report.frame, ends_at_s});
    const uint64_t settled = query.read<outbox::Books>().hosts.get(p.staking_host).settled;
    if (report.executed != settled) return fail(OutcomesMissing{report.executed, settled});
    return {};
}

/// What the frame brings and takes in all. Whatever members may sign, sums fit: else it is refused,
/// and no addition afterwards can wrap. `exact`: each delegation must be what the hub holds, with
/// this reward and this slash; a confirmed report was that when it came.
Result<Sums> add_up(const Query& query, const oracle::Report& report, bool exact) {
    const u128 supply = query.read<token::Books>().totals.get(report.network).supply.value;
    Sums sums;
    uint32_t last = 0;
    for (const auto& v : report.validators) {
        if (v.id <= last) return fail(ValidatorsNotAscending{v.id});
        last = v.id;
        if (!validators::exists(query, report.network, v.id))
            return fail(validators::UnknownValidator{report.network, v.id});
        const Assets held = held_with(query, report.network, v.id);
        const auto grown = checked_add(held.value, v.reward.value);
        if (!grown || *grown < v.slashed.value ||
            (exact && *grown - v.slashed.value != v.delegated.value))
            return fail(DelegationMismatch{v.id, v.delegated, held});
        const auto rewards = checked_add(sums.rewards.value, v.reward.value);
        if (!rewards || !checked_add(supply, *rewards))
            return fail(liquid::AmountTooLarge{v.reward.value});
        sums.rewards.value = *rewards;
        sums.slashed.value = add(sums.slashed.value, v.slashed.value);
    }
    return sums;
}

Effect effect_now(const Query& query, NetworkId network, const Sums& sums) {
    const auto p = query.read<networks::Books>().networks.get(network);
    return effect_of({.rate = liquid::rate(query, network),
                      .unreleased = liquid::unreleased(query, network),
                      .insurance = token::held(query, bucket_account(network, Bucket::insurance)),
                      .fallen_ppb = losses::fallen_ppb(query, network),
                      .fee_bps = p.fee_bps,
                      .growth_max_ppm = p.growth_max_ppm,
                      .fall_automatic_ppm = p.fall_automatic_ppm,
                      .fall_confirmed_ppm = p.fall_confirmed_ppm,
                      .rebasing = p.rebasing != 0},
                     sums.rewards, sums.slashed);
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

/// Books a report that has been checked. What comes of it is what `effect` says, or the node stops.
Result<void> book(Call& call, const oracle::Report& report, const Sums& sums,
                  const Effect& effect) {
    const NetworkId network = report.network;
    const Address treasury = call.read<networks::Books>().hub.get(0).treasury;
    const Assets pool = liquid::rate(call, network).assets;

    book_validators(call, report);
    token::post(call, bucket_account(network, Bucket::insurance),
                bucket_account(network, Bucket::buffer), effect.from_insurance);
    liquid::settle_frame(call, network, report.frame,
                         Assets{effect.profit.value - effect.fee.value}, effect.loss);
    if (!effect.fee.is_zero()) TRY_VOID(liquid::create(call, network, treasury, effect.fee));
    losses::record(call, network, effect.to_holders, pool);
    flash::price_leaving(call, network, report.frame);
    liquid::count(call, network, &liquid::Pool::rewards_total, sums.rewards);
    liquid::count(call, network, &liquid::Pool::losses_total, sums.slashed);
    liquid::count(call, network, &liquid::Pool::fees_total, effect.fee);
    const auto booked = call.read<liquid::Books>().pools.get(network);
    const liquid::Rate after = liquid::rate(call, network);
    THAW_ASSERT(after.assets == effect.after.assets && after.supply == effect.after.supply);
    THAW_ASSERT(booked.releasing == effect.releasing && booked.waiting == effect.waiting);
    call.emit_as(contract_address(ContractKind::staking, network),
                 FrameReported{network, report.frame, sums.rewards, sums.slashed, effect.fee,
                               liquid::whole(effect.fee_shares), effect.to_holders});
    return {};
}

}  // namespace

Result<void> apply_report(Call& call, const oracle::Report& sent, const Hash& payload) {
    const oracle::Report report = as_booked(call, sent);
    TRY_VOID(check_frame(call, report));
    const Sums sums = TRY(add_up(call, report, true));
    const Effect effect = effect_now(call, report.network, sums);
    if (effect.verdict == Verdict::automatic) return book(call, report, sums, effect);
    const bool halts = effect.verdict == Verdict::second_quorum_and_halt;
    if (halts)
        networks::halt_because(call, report.network, "a reported loss is beyond what may be lost");
    losses::park(call, report, payload, effect.to_holders, effect.fall_ppb, halts);
    return {};
}

Result<void> apply_confirmed(Call& call, NetworkId network) {
    const oracle::Report report = losses::pending_report(call, network);
    const Hash payload = losses::pending(call, network).payload;
    const Sums sums = TRY(add_up(call, report, false));
    losses::clear(call, network);
    call.emit_as(contract_address(ContractKind::staking, network),
                 losses::LossConfirmed{network, report.frame, payload});
    return book(call, report, sums, effect_now(call, network, sums));
}

void bear(Call& call, NetworkId network, Assets loss) {
    const auto insurance = bucket_account(network, Bucket::insurance);
    const Assets ahead = liquid::unreleased(call, network);
    liquid::absorb(call, network, loss);
    const u128 absorbed = ahead.value - liquid::unreleased(call, network).value;
    const Assets insured = std::min(token::held(call, insurance), Assets{loss.value - absorbed});
    token::post(call, insurance, bucket_account(network, Bucket::buffer), insured);
    const u128 fall = loss.value - absorbed - insured.value;
    losses::record(call, network, Assets{fall},
                   Assets{add(liquid::rate(call, network).assets.value, fall)});
}

void reject(Call& call, NetworkId network) {
    const losses::Pending p = losses::pending(call, network);
    losses::clear(call, network);
    call.emit_as(contract_address(ContractKind::staking, network),
                 losses::LossRejected{network, p.frame, p.payload});
}

Result<Preview> preview(const Query& query, const oracle::Report& sent) {
    const oracle::Report report = as_booked(query, sent);
    TRY_VOID(check_frame(query, report));
    const Sums sums = TRY(add_up(query, report, true));
    const Effect e = effect_now(query, report.network, sums);
    return Preview{.rewards = sums.rewards,
                   .slashed = sums.slashed,
                   .fee = e.fee,
                   .fee_shares = liquid::whole(e.fee_shares),
                   .from_unreleased = e.from_unreleased,
                   .from_insurance = e.from_insurance,
                   .loss_to_holders = e.to_holders,
                   .total_assets = e.after.assets,
                   .total_shares = liquid::whole(e.after.supply),
                   .releasing = e.releasing,
                   .waiting = e.waiting,
                   .fall_ppb = e.fall_ppb,
                   .needs_second_quorum = e.verdict != Verdict::automatic,
                   .halts = e.verdict == Verdict::second_quorum_and_halt};
}

}  // namespace thaw::protocol::staking
