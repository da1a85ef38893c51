// How a transaction gets into a simulated host: handed in, perhaps lost, included, perhaps dropped
// with its block, final.
#include "thaw/hosts/simulated.hpp"

namespace thaw::hosts {

using protocol::oracle::Deposit;
using protocol::oracle::Outcome;

uint64_t SimulatedHost::next_nonce() const {
    const auto waiting =
        std::ranges::count_if(world_.tip, [](const Tip& one) { return !one.is_deposit; });
    return world_.custody_nonce + static_cast<uint64_t>(waiting);
}

std::optional<uint64_t> SimulatedHost::next_finality() const {
    if (world_.tip.empty()) return std::nullopt;
    return world_.tip.front().final_at_s;
}

bool SimulatedHost::submit(const Instruction& instruction) {
    if (instruction.intent < next_nonce()) return true;
    if (instruction.intent > next_nonce()) return false;
    ++world_.attempts;
    ++world_.revision;
    if (happens(world_, world_.misfortune.lose_ppm, "lose", world_.attempts)) {
        ++world_.lost;
        return true;
    }
    include({.intent = instruction.intent, .body = instruction.body});
    return true;
}

void SimulatedHost::include(Tip transaction) {
    const Misfortune& plan = world_.misfortune;
    const uint64_t n = world_.attempts;
    uint64_t wait_s = plan.finality_s;
    if (happens(world_, plan.delay_ppm, "delay", n))
        wait_s += some_of(world_, plan.delay_s, "wait", n);
    transaction.final_at_s = world_.now_s + wait_s;
    // What is final at once cannot be dropped; what comes behind something waits for it.
    if (!world_.tip.empty())
        transaction.final_at_s = std::max(transaction.final_at_s, world_.tip.back().final_at_s);
    if (transaction.final_at_s == world_.now_s) return make_final(transaction);
    transaction.doomed = happens(world_, plan.reorg_ppm, "reorg", n);
    world_.tip.push_back(std::move(transaction));
}

void SimulatedHost::make_final(const Tip& transaction) {
    const Misfortune& plan = world_.misfortune;
    ++world_.revision;
    if (transaction.is_deposit) {
        const Deposit& deposit = transaction.deposit;
        world_.custody[deposit.asset] = add(world_.custody[deposit.asset], deposit.amount.value);
        world_.deposits.push_back(deposit);
        if (happens(world_, plan.echo_ppm, "deposit again", world_.transactions))
            world_.deposits.push_back(deposit);
        return;
    }
    const uint64_t intent = transaction.intent;
    const uint64_t place = world_.transactions++;
    Outcome outcome{.host = world_.host, .intent = intent};
    if (!happens(world_, plan.fail_ppm, "fail", place))
        outcome = carry_out({.intent = intent, .body = transaction.body});
    const bool under_way = !world_.transits.empty() && world_.transits.back().intent == intent;
    if (!under_way) world_.outcomes.emplace(intent, outcome);
    ++world_.custody_nonce;
    if (happens(world_, plan.silence_ppm, "silence", place))
        world_.unheard.emplace(intent,
                               world_.now_s + some_of(world_, plan.silence_s, "silent for", place));
    if (happens(world_, plan.echo_ppm, "answer again", place)) world_.echoes.emplace(intent, 1);
}

void SimulatedHost::settle_tip() {
    if (world_.tip.front().doomed) return drop_tip();
    const Tip first = std::move(world_.tip.front());
    world_.tip.erase(world_.tip.begin());
    make_final(first);
}

void SimulatedHost::drop_tip() {
    const std::vector<Tip> dropped = std::exchange(world_.tip, {});
    ++world_.reorganisations;
    ++world_.revision;
    // Transfers of others are included again, once more in their order; the instructions of custody
    // are the courier's to send again.
    for (Tip transaction : dropped) {
        if (!transaction.is_deposit) continue;
        transaction.doomed = false;
        transaction.final_at_s = world_.now_s + world_.misfortune.finality_s;
        if (transaction.final_at_s == world_.now_s)
            make_final(transaction);
        else
            world_.tip.push_back(std::move(transaction));
    }
}

size_t SimulatedHost::reorganise() {
    const size_t dropped = world_.tip.size();
    if (dropped != 0) drop_tip();
    return dropped;
}

void SimulatedHost::set_misfortune(const Misfortune& plan) {
    world_.misfortune = plan;
    ++world_.revision;
}

std::optional<Outcome> SimulatedHost::outcome(uint64_t intent) const {
    const auto it = world_.outcomes.find(intent);
    if (it == world_.outcomes.end()) return std::nullopt;
    const auto late = world_.unheard.find(intent);
    if (late != world_.unheard.end() && world_.now_s < late->second) return std::nullopt;
    return it->second;
}

size_t SimulatedHost::answers(uint64_t intent) const {
    if (!outcome(intent)) return 0;
    return world_.echoes.contains(intent) ? 2 : 1;
}

}  // namespace thaw::hosts
