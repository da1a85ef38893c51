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
            v->delegated = add(v->delegated, amount);
            return done;
        case Kind::unbond:
            if (!stakes || v == nullptr || amount == 0 || amount > v->delegated) return failed;
            if (!has_chunk_left(body.validator)) return failed;
            v->delegated -= amount;
            v->whole_era = std::min(v->whole_era, v->delegated);
            done.completes_at_s = completion_of_unbonding();
            world_.unbondings.emplace(instruction.intent,
                                      Unbonding{body.validator, amount, done.completes_at_s});
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
    const u128 taken = mul_div_down(v->delegated, part_ppm, whole_ppm).value_or(0);
    v->delegated -= taken;
    v->whole_era = std::min(v->whole_era, v->delegated);
    v->frame_slashed = add(v->frame_slashed, taken);
    v->slashed = add(v->slashed, taken);
    if (figures_of(world_.host).slashes_unbonding)
        for (auto& [intent, one] : world_.unbondings) {
            if (one.validator != validator_id || one.completes_at_s <= world_.now_s) continue;
            const u128 part = mul_div_down(one.amount, part_ppm, whole_ppm).value_or(0);
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
