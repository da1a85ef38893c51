/// Six host chains as small as can be: they carry out what the outbox says, three members attest
/// it, and the machine can be driven without a node. Rewards and slashes are what the test says
/// they are.
#pragma once
#include <map>

#include "tests/scenario/scenario.hpp"

namespace thaw::scenario {

class Hosts {
  public:
    explicit Hosts(Scenario& scenario) : s_{&scenario} {}

    struct Gain {
        u128 reward = 0;
        u128 slashed = 0;
    };
    struct Unbonding {
        u128 amount = 0;
        uint64_t completes_at_s = 0;
    };

    /// Ours with one validator, by the host's own books.
    u128 delegated(NetworkId n, uint32_t validator) const {
        const auto at = delegated_.find({n, validator});
        return at == delegated_.end() ? 0 : at->second;
    }
    u128 delegated(NetworkId n) const {
        u128 sum = 0;
        for (uint32_t v = 1; v <= validators_per_network; ++v) sum += delegated(n, v);
        return sum;
    }
    /// Takes a part (in millionths) of everything that unbonds on a network: a slash of what is
    /// leaving.
    void slash_unbonding(NetworkId n, u128 ppm) {
        for (auto& [key, entry] : unbonding_)
            if (key.first == s_->home(n)) entry.amount -= entry.amount * ppm / 1'000'000;
    }

    /// The outcome of the oldest instruction of `host` that has none yet, if there is one.
    std::optional<oracle::Outcome> next_outcome(HostId host, bool succeeds = true) {
        const auto counters = s_->state.outbox.hosts.get(host);
        if (counters.settled == counters.emitted) return std::nullopt;
        return outcome_of(host, counters.settled, succeeds);
    }
    void attest(const oracle::Outcome& outcome) {
        for (uint16_t m = 1; m <= 3; ++m)
            s_->must<void, "reportOutcome(" THAW_OUTCOME_TUPLE " outcome)">(
                member(m), oracle_address, outcome);
    }
    /// Carries out and attests everything that is open; returns how many.
    int execute(bool succeeds = true) {
        int done = 0;
        for (HostId h = 1; h <= host_count; ++h)
            while (const auto outcome = next_outcome(h, succeeds)) {
                attest(*outcome);
                ++done;
            }
        return done;
    }
    /// The keeper and the hosts together, until nothing is due.
    void settle() {
        for (int round = 0; round < 100; ++round) {
            bool moved = execute() > 0;
            for (NetworkId n = 1; n <= network_count; ++n)
                if (s_->view<bool, "due() view returns (bool)">(staking_of(n))) {
                    s_->must<void, "advance()">(carol, staking_of(n));
                    moved = true;
                }
            if (!moved) return;
        }
        throw Broken{"keeping the hub does not come to an end"};
    }

    /// Reports frames that have ended, without gains, where tickets wait: until one tells that
    /// nothing happened to the stake since they were asked for, they are not paid.
    void catch_up() {
        const auto hub = s_->state.networks.hub.get(0);
        execute();
        for (NetworkId n = 1; n <= network_count; ++n)
            while (!s_->state.unbonding.queues.get(n).shares.is_zero() &&
                   hub.genesis_s + (s_->state.liquid.pools.get(n).frame + 1) * hub.frame_s <=
                       s_->block.now_s)
                report(frame(n, {}));
    }
    /// Time passes, frames are reported, and the keeper and the hosts do what is due.
    void later(uint64_t seconds) {
        s_->wait(seconds);
        catch_up();
        settle();
    }

    /// A frame's report with these gains; the delegations follow.
    oracle::Report frame(NetworkId n, const std::map<uint32_t, Gain>& gains) {
        oracle::Report report{.network = n,
                              .frame = s_->state.liquid.pools.get(n).frame + 1,
                              .host_height = s_->block.height,
                              .executed = s_->state.outbox.hosts.get(s_->home(n)).settled};
        for (uint32_t v = 1; v <= validators_per_network; ++v) {
            const auto at = gains.find(v);
            const Gain gain = at == gains.end() ? Gain{} : at->second;
            u128& held = delegated_[{n, v}];
            held = held + gain.reward - gain.slashed;
            report.validators.push_back({.id = v,
                                         .delegated = Assets{held},
                                         .reward = Assets{gain.reward},
                                         .slashed = Assets{gain.slashed},
                                         .total_stake = Assets{one_18 * 1'000 + held},
                                         .commission_bps = 500,
                                         .uptime_bps = 9'990});
        }
        return report;
    }
    /// Three members say it, and say it again if it costs too much to be said once.
    void report(const oracle::Report& report) {
        report_once(report);
        if (losses::is_pending(s_->query(), report.network)) confirm(report.network);
    }
    void report_once(const oracle::Report& report) {
        for (uint16_t m = 1; m <= 3; ++m)
            s_->must<void, "reportFrame(" THAW_REPORT_TUPLE " report)">(member(m), oracle_address,
                                                                        report);
    }
    void confirm(NetworkId n) {
        const auto waiting = losses::pending(s_->query(), n);
        for (uint16_t m = 1; m <= 3; ++m)
            s_->must<void, "confirmLoss(uint8 network, uint64 frame, bytes32 payload)">(
                member(m), oracle_address, uint8_t{n}, waiting.frame, waiting.payload);
    }
    /// Waits for the end of the network's next frame and reports it.
    void next_frame(NetworkId n, const std::map<uint32_t, Gain>& gains) {
        const auto hub = s_->state.networks.hub.get(0);
        const uint64_t ends =
            hub.genesis_s + (s_->state.liquid.pools.get(n).frame + 1) * hub.frame_s;
        if (s_->block.now_s < ends) s_->wait(ends - s_->block.now_s);
        report(frame(n, gains));
    }

  private:
    oracle::Outcome outcome_of(HostId host, uint64_t number, bool succeeds) {
        const auto intent = s_->state.outbox.intents.get({.host = host, .intent = number});
        oracle::Outcome o{
            .host = host, .intent = number, .success = succeeds, .amount = intent.amount};
        u128& held = delegated_[{intent.network, intent.validator}];
        const uint64_t period = s_->state.networks.networks.get(intent.network).unbonding_s;
        switch (intent.kind) {
            case outbox::Kind::bond:
                if (succeeds) held += intent.amount.value;
                break;
            case outbox::Kind::unbond:
                if (held < intent.amount.value) o.success = false;
                if (!o.success) break;
                held -= intent.amount.value;
                o.completes_at_s = s_->block.now_s + period;
                unbonding_[{host, number}] = {intent.amount.value, o.completes_at_s};
                break;
            case outbox::Kind::collect: {
                const Unbonding entry = unbonding_[{host, intent.lot_intent}];
                o.completes_at_s = entry.completes_at_s;
                o.success = s_->block.now_s >= entry.completes_at_s;
                if (o.success) o.amount = Assets{entry.amount};
                break;
            }
            case outbox::Kind::payout:
            case outbox::Kind::move:
            case outbox::Kind::none:
                break;
        }
        return o;
    }

    Scenario* s_;
    std::map<std::pair<NetworkId, uint32_t>, u128> delegated_;
    std::map<std::pair<HostId, uint64_t>, Unbonding> unbonding_;
};

}  // namespace thaw::scenario
