// What a simulated host does with stake: rewards at the end of an era, and the instructions of the
// custody account.
#include <set>

#include "thaw/crypto/keccak.hpp"
#include "thaw/hosts/simulated.hpp"

namespace thaw::hosts {

using protocol::oracle::Outcome;
using protocol::outbox::Kind;

namespace {

constexpr uint64_t day_s = 86'400;
constexpr uint64_t year_s = 365 * day_s;
constexpr uint32_t whole_bps = 10'000;
constexpr uint32_t share_slack = 64;  ///< base units that a count in shares may be off by

/// The uptime of a validator on a day: its usual one, up to 0.2 points more or less.
uint16_t uptime_on(const World& world, size_t index, uint64_t day) {
    Bytes input{world.host, static_cast<uint8_t>(index)};
    append(input, view_of(world.seed));
    append(input, view_of(day));
    const Hash hash = crypto::keccak256(BytesView{input});
    const int drift = hash.bytes[0] % 41 - 20;
    const int uptime = int{world.validators[index].uptime_base_bps} + drift;
    return static_cast<uint16_t>(std::clamp(uptime, 9'800, int{whole_bps}));
}

/// What a delegator with this validator keeps of the gross reward, in parts of whole_bps².
uint64_t kept(uint16_t commission_bps, uint16_t uptime_bps) {
    return uint64_t{whole_bps - commission_bps} * uptime_bps;
}

}  // namespace

/// Stake earns for an era when it was there for the whole of it. The gross yearly return is the
/// nominal one divided by what a delegator keeps on average over the validators, so that the
/// average delegator earns the nominal one; rewards round down and join the delegation.
void SimulatedHost::end_era() {
    const HostFigures& figures = figures_of(world_.host);
    const uint64_t day = world_.eras_ended * figures.era_s / day_s;
    ++world_.eras_ended;
    u128 kept_by_all = 0;
    for (const Validator& v : world_.validators)
        kept_by_all += kept(v.commission_bps, v.uptime_base_bps);
    for (size_t i = 0; i < world_.validators.size(); ++i) {
        Validator& v = world_.validators[i];
        v.uptime_bps = uptime_on(world_, i, day);
        if (!v.jailed && v.whole_era != 0) {
            const u128 rate = u128{figures.apr_bps} * kept(v.commission_bps, v.uptime_bps) *
                              figures.era_s * world_.validators.size();
            const auto reward = mul_div_down(v.whole_era, rate, kept_by_all * whole_bps * year_s);
            THAW_ASSERT(reward);
            v.delegated = add(v.delegated, *reward);
            v.frame_reward = add(v.frame_reward, *reward);
            v.paid = add(v.paid, *reward);
            ++world_.revision;
        }
        if (figures.shares_earn && !v.jailed)
            v.share_worth += *mul_div_down(
                v.share_worth, u128{figures.apr_bps} * kept(v.commission_bps, v.uptime_bps),
                u128{whole_bps} * whole_bps * whole_bps * (year_s / figures.era_s));
        v.whole_era = v.delegated;
    }
    strike_validators();
}

Validator* SimulatedHost::validator(uint32_t id) {
    return id >= 1 && id <= world_.validators.size() ? &world_.validators[id - 1] : nullptr;
}

/// Unbondings from a validator that end with the same era are one chunk.
bool SimulatedHost::has_chunk_left(uint32_t validator_id) const {
    const uint32_t most = figures_of(world_.host).unlocking_chunks_max;
    if (most == 0) return true;
    const uint64_t next = completion_of_unbonding();
    std::set<uint64_t> chunks;
    for (const auto& [intent, one] : world_.unbondings)
        if (one.validator == validator_id) chunks.insert(one.completes_at_s);
    return chunks.contains(next) || chunks.size() < most;
}

/// When an unbonding requested now can be collected, in the host's own units (see `Unlock`).
uint64_t SimulatedHost::completion_of_unbonding() const {
    const HostFigures& figures = figures_of(world_.host);
    // eras_ended is the number of the current era: eras are counted from 0.
    const uint64_t by_eras =
        world_.genesis_s + (world_.eras_ended + figures.unbonding_eras) * figures.era_s;
    const uint64_t by_seconds = world_.now_s + figures.unbonding_s;
    if (figures.unlock == Unlock::eras) return by_eras;
    if (figures.unlock == Unlock::seconds) return by_seconds;
    return std::max(by_eras, by_seconds);
}

Outcome SimulatedHost::carry_out(const Instruction& instruction) {
    const HostFigures& figures = figures_of(world_.host);
    const protocol::outbox::Intent& body = instruction.body;
    const u128 amount = body.amount.value;
    Outcome failed{.host = world_.host,
                   .intent = instruction.intent,
                   .success = false,
                   .amount = {},
                   .completes_at_s = 0};
    Outcome done = failed;
    done.success = true;
    done.amount = body.amount;
    u128& liquid = world_.custody[body.asset];
    const bool stakes = figures.network != 0 && body.asset == figures.asset;
    Validator* const v = validator(body.validator);

    switch (body.kind) {
        case Kind::none:
            return failed;
        case Kind::bond:
            if (!stakes || v == nullptr || v->jailed) return failed;
            if (amount > liquid || body.amount < figures.delegation_min) return failed;
            liquid -= amount;
            v->delegated = add(v->delegated, worth_of(*v, shares_of(*v, amount, false)));
            v->rounded = add(v->rounded, amount - worth_of(*v, shares_of(*v, amount, false)));
            return done;
        case Kind::unbond:
            if (!begin_to_unbond(instruction, done)) return failed;
            return done;
        case Kind::collect: {
            const auto it = world_.unbondings.find(body.lot_intent);
            if (!stakes || it == world_.unbondings.end()) return failed;
            if (world_.now_s < it->second.completes_at_s) {
                failed.completes_at_s = it->second.completes_at_s;  // says when to come again
                return failed;
            }
            liquid = add(liquid, it->second.amount);
            done.amount = {it->second.amount};
            world_.unbondings.erase(it);
            return done;
        }
        case Kind::payout: {
            if (amount == 0 || amount > liquid) return failed;
            liquid -= amount;
            u128& balance = world_.accounts[{body.asset, body.recipient}];
            balance = add(balance, amount);
            return done;
        }
        case Kind::move:
            return send_across(instruction) ? done : failed;
    }
    return failed;
}

/// The courier asks for an amount; where the host wants shares it hands in as many whole ones as
/// are worth that much, so that nobody waits for a missing unit, and all there are when the hub's
/// count is a few base units above the host's.
bool SimulatedHost::begin_to_unbond(const Instruction& instruction, Outcome& done) {
    const protocol::outbox::Intent& body = instruction.body;
    const HostFigures& figures = figures_of(world_.host);
    Validator* const v = validator(body.validator);
    if (figures.network == 0 || body.asset != figures.asset || v == nullptr) return false;
    const u128 slack = share_one() == 0 ? 0 : share_slack;
    if (body.amount.is_zero() || body.amount.value > add(v->delegated, slack)) return false;
    const u128 amount =
        std::min(v->delegated, worth_of(*v, shares_of(*v, body.amount.value, true)));
    if (amount == 0 || !has_chunk_left(body.validator)) return false;
    v->delegated -= amount;
    v->whole_era = std::min(v->whole_era, v->delegated);
    done.amount = {amount};
    done.completes_at_s = completion_of_unbonding();
    world_.unbondings.emplace(instruction.intent,
                              Unbonding{body.validator, amount, done.completes_at_s});
    return true;
}

u128 SimulatedHost::share_one() const {
    return world_.misfortune.rounds_shares == 0 ? 0 : figures_of(world_.host).share_one;
}

u128 SimulatedHost::shares_of(const Validator& v, u128 amount, bool up) const {
    const u128 one = share_one();
    if (one == 0) return amount;
    if (v.share_worth == 0) return 0;  // slashed to nothing
    const auto shares =
        up ? mul_div_up(amount, one, v.share_worth) : mul_div_down(amount, one, v.share_worth);
    THAW_ASSERT(shares);
    return *shares;
}

u128 SimulatedHost::worth_of(const Validator& v, u128 shares) const {
    const u128 one = share_one();
    if (one == 0) return shares;
    const auto amount = mul_div_down(shares, v.share_worth, one);
    THAW_ASSERT(amount);
    return *amount;
}

/// What is left of `amount` when shares of it lose so many millionths.
u128 SimulatedHost::after_slash(u128 amount, uint32_t part_ppm) const {
    const u128 left = *mul_div_down(amount, whole_ppm - part_ppm, whole_ppm);
    if (share_one() != 0) return left;
    return amount - *mul_div_down(amount, part_ppm, whole_ppm);
}

bool SimulatedHost::send_across(const Instruction& instruction) {
    const uint64_t move_s = figures_of(world_.host).move_s;
    const protocol::outbox::Intent& body = instruction.body;
    u128& liquid = world_.custody[body.asset];
    if (body.amount.is_zero() || body.amount.value > liquid || move_s == 0) return false;
    if (body.destination == world_.host || body.destination < 1 ||
        body.destination > protocol::host_count)
        return false;
    liquid -= body.amount.value;
    world_.transits.push_back({.intent = instruction.intent,
                               .destination = body.destination,
                               .asset = body.asset,
                               .amount = body.amount.value,
                               .arrives_at_s = world_.now_s + move_s});
    return true;
}

Assets SimulatedHost::slash(uint32_t validator_id, uint32_t part_ppm) {
    Validator* const v = validator(validator_id);
    THAW_ASSERT(v != nullptr && part_ppm <= whole_ppm);
    const u128 taken = v->delegated - after_slash(v->delegated, part_ppm);
    v->share_worth = *mul_div_down(v->share_worth, whole_ppm - part_ppm, whole_ppm);
    v->delegated -= taken;
    v->whole_era = std::min(v->whole_era, v->delegated);
    v->frame_slashed = add(v->frame_slashed, taken);
    v->slashed = add(v->slashed, taken);
    if (figures_of(world_.host).slashes_unbonding)
        for (auto& [intent, one] : world_.unbondings) {
            if (one.validator != validator_id || one.completes_at_s <= world_.now_s) continue;
            const u128 part = one.amount - after_slash(one.amount, part_ppm);
            one.amount -= part;
            v->slashed = add(v->slashed, part);
        }
    ++world_.revision;
    return {taken};
}

void SimulatedHost::set_jailed(uint32_t validator_id, bool jailed) {
    Validator* const v = validator(validator_id);
    THAW_ASSERT(v != nullptr);
    v->jailed = jailed;
    ++world_.revision;
}

std::optional<Transit> SimulatedHost::next_arrival() const {
    if (world_.transits.empty()) return std::nullopt;
    // Every transfer of a host takes the same time, so they arrive in the order in which they left.
    return world_.transits.front();
}

void SimulatedHost::confirm_arrival(uint64_t intent) {
    THAW_ASSERT(!world_.transits.empty() && world_.transits.front().intent == intent);
    const Transit transit = world_.transits.front();
    world_.transits.erase(world_.transits.begin());
    world_.left[transit.asset] = add(world_.left[transit.asset], transit.amount);
    world_.outcomes.emplace(intent, Outcome{.host = world_.host,
                                            .intent = intent,
                                            .success = true,
                                            .amount = {transit.amount},
                                            .completes_at_s = 0});
    ++world_.revision;
}

void SimulatedHost::receive(AssetId asset, Assets amount) {
    world_.custody[asset] = add(world_.custody[asset], amount.value);
    world_.arrived[asset] = add(world_.arrived[asset], amount.value);
    ++world_.revision;
}

}  // namespace thaw::hosts
