#include "thaw/sim/year.hpp"

#include "thaw/base/text.hpp"
#include "thaw/protocol/transitions.hpp"
#include "thaw/sim/development.hpp"

namespace thaw::sim {

namespace {

using protocol::HostId;
using protocol::network_count;
using protocol::NetworkId;
using protocol::liquid::Rate;

constexpr uint64_t day_s = 86'400;
constexpr uint64_t slots_per_day = 12;
constexpr uint32_t quiet_days =
    45;  ///< the longest unbonding, a batch interval and time to make up
/// Instructions that fail, get lost or come late are made up for within this time.
constexpr uint64_t grace_in_misfortune_s = 14 * day_s;
constexpr u128 ether = 1'000'000'000'000'000'000;

protocol::Genesis genesis_of(const YearOptions& options) {
    protocol::Genesis genesis =
        development_genesis(options.parameters, options.parameters.hub.genesis_s);
    for (uint32_t i = 0; i < options.agents; ++i)
        genesis.grants.push_back({Crowd::account(i), {ether}});
    for (protocol::GenesisLegacy& held : genesis.legacy) held.holder = Crowd::account(0);
    return genesis;
}

class Year {
  public:
    explicit Year(const YearOptions& options)
        : options_{options},
          circuit_{genesis_of(options), options.seed},
          crowd_{circuit_, options.agents, options.seed} {
        first_ = last_ = protocol::moment(circuit_.state, circuit_.block());
        circuit_.witness = [this](const auto& block, const auto&, const auto& receipt) {
            ++transactions_;
            check_motion(block, receipt);
        };
    }

    YearResult run() {
        if (options_.misfortune)
            for (HostId host = 1; host <= protocol::host_count; ++host)
                circuit_.worlds.host(host).set_misfortune(ordinary_misfortune(host));
        const uint32_t acts =
            options_.acts_per_day != 0 ? options_.acts_per_day : options_.agents / 4 + 1;
        for (uint32_t day = 1; day <= options_.days; ++day) live_a_day(acts);
        for (HostId host = 1; host <= protocol::host_count; ++host)
            circuit_.worlds.host(host).set_misfortune({});
        for (uint32_t day = 0; day < quiet_days; ++day) live_a_day(0);
        check_the_end();
        return result();
    }

  private:
    [[noreturn]] void broken(const std::string& what) const {
        throw Broken{"seed " + to_decimal(options_.seed) + ", day " + to_decimal(day_) + ": " +
                     what};
    }
    void live_a_day(uint32_t acts);
    void check_motion(const protocol::Block& block, const protocol::Receipt& receipt);
    void check_invariants();
    void check_waiting();
    void check_the_end() const;
    uint64_t open_tickets(NetworkId n) const;
    /// How late a ticket may be: not at all while hosts are well.
    uint64_t grace_s() const { return options_.misfortune ? grace_in_misfortune_s : 0; }
    YearResult result() const;
    NetworkYear network(NetworkId id) const;
    HostYear host(HostId id) const;

    const YearOptions& options_;
    hosts::Circuit circuit_;
    Crowd crowd_;
    uint32_t day_ = 0;
    uint64_t transactions_ = 0, checks_ = 0, slowest_ticket_s_ = 0, latest_ticket_s_ = 0;
    protocol::Moment first_, last_;
    std::array<uint64_t, protocol::host_count + 1> slowest_s_{}, failed_{}, counted_{};
};

void Year::live_a_day(uint32_t acts) {
    ++day_;
    for (uint64_t slot = 0; slot < slots_per_day; ++slot) {
        circuit_.now_s += day_s / slots_per_day;
        const uint64_t until = acts * (slot + 1) / slots_per_day;
        for (uint64_t i = acts * slot / slots_per_day; i < until; ++i) crowd_.act();
        if (!circuit_.settle(2'000)) broken("the courier finds no rest");
        check_waiting();
    }
    if (day_ % options_.check_every_frames == 0) check_invariants();
    if (options_.progress) options_.progress(day_);
}

/// What a transaction may do, after every one and over the time between them.
void Year::check_motion(const protocol::Block& block, const protocol::Receipt& receipt) {
    const protocol::Moment now = protocol::moment(circuit_.state, block);
    if (const auto says = protocol::broken_transition(last_, now, receipt))
        broken(std::string{*says});
    last_ = now;
}

void Year::check_invariants() {
    ++checks_;
    if (const auto says = protocol::broken_invariant(circuit_.state, circuit_.block()))
        broken(std::string{*says});
}

/// How long instructions and tickets wait.
void Year::check_waiting() {
    const auto& state = circuit_.state;
    for (HostId id = 1; id <= protocol::host_count; ++id) {
        const auto counters = state.outbox.hosts.get(id);
        for (; counted_[id] < counters.settled; ++counted_[id]) {
            const auto intent =
                state.outbox.intents.get({.host = id, .reserved = {}, .intent = counted_[id]});
            if (intent.status == protocol::outbox::Status::failed) ++failed_[id];
            slowest_s_[id] = std::max(slowest_s_[id], circuit_.now_s - intent.emitted_at_s);
        }
    }
    for (NetworkId n = 1; n <= network_count; ++n) {
        const auto queue = state.unbonding.queues.get(n);
        // Paid in order: the oldest that is open is right after those whose turn has come.
        const auto next =
            state.unbonding.tickets.get(protocol::unbonding::ticket_id(n, queue.finalised + 1));
        if (next.requested_at_s != 0)
            slowest_ticket_s_ = std::max(slowest_ticket_s_, circuit_.now_s - next.requested_at_s);
        const uint64_t late = protocol::lateness_s({state, circuit_.block()}, n);
        latest_ticket_s_ = std::max(latest_ticket_s_, late);
        if (late > grace_s())
            broken("Q-5: a ticket of " + std::string{state.networks.networks.get(n).name.view()} +
                   " is " + to_decimal(late) + " s later than was promised");
    }
}

uint64_t Year::open_tickets(NetworkId n) const {
    const auto queue = circuit_.state.unbonding.queues.get(n);
    uint64_t open = 0;
    for (uint64_t i = queue.finalised + 1; i <= queue.issued; ++i)
        if (circuit_.state.unbonding.tickets.has(protocol::unbonding::ticket_id(n, i))) ++open;
    return open;
}

void Year::check_the_end() const {
    const auto& state = circuit_.state;
    for (HostId id = 1; id <= protocol::host_count; ++id) {
        const auto counters = state.outbox.hosts.get(id);
        if (counters.settled != counters.emitted || !circuit_.worlds.host(id).world().tip.empty())
            broken("instructions to " + std::string{circuit_.worlds.host(id).name()} +
                   " are open after the quiet time");
    }
    for (NetworkId n = 1; n <= network_count; ++n) {
        const std::string name{state.networks.networks.get(n).name.view()};
        if (const uint64_t open = open_tickets(n); open != 0)
            broken("tickets of " + name + " are open after the quiet time: " + to_decimal(open));
        if (state.liquid.pools.get(n).frame != day_)
            broken("the reports of " + name + " ended with frame " +
                   to_decimal(state.liquid.pools.get(n).frame));
    }
    for (protocol::AssetId asset = 0; asset <= network_count; ++asset) {
        u128 behind = circuit_.worlds.total_of(asset).value;
        u128 unsaid = 0;
        for (HostId id = 1; id <= protocol::host_count; ++id) {
            const hosts::World& world = circuit_.worlds.host(id).world();
            for (const auto& [key, balance] : world.accounts)
                if (key.first == asset) behind -= balance;
            if (hosts::figures_of(id).network == asset) unsaid += world.validators.size() * 4;
        }
        const u128 supply = state.token.totals.get(asset).supply.value;
        if (supply > behind + unsaid || behind > supply + unsaid)
            broken("the supply of asset " + to_decimal(asset) + " is " + to_decimal(supply) +
                   " and behind custody lies " + to_decimal(behind));
    }
}

NetworkYear Year::network(NetworkId id) const {
    const auto p = circuit_.state.networks.networks.get(id);
    const auto pool = circuit_.state.liquid.pools.get(id);
    const auto queue = circuit_.state.unbonding.queues.get(id);
    const auto per_share = [](const Rate& rate) {
        return static_cast<uint64_t>(*mul_div_down(
            rate.assets.value, protocol::liquid::sub_units * 1'000'000'000, rate.supply.value));
    };
    return {.name = std::string{p.name.view()},
            .symbol = std::string{p.asset_symbol.view()},
            .decimals = p.decimals,
            .assets = last_.rates[id].assets,
            .rate_start_e9 = per_share(first_.rates[id]),
            .rate_end_e9 = per_share(last_.rates[id]),
            .rewards = pool.rewards_total,
            .fees = pool.fees_total,
            .losses = pool.losses_total,
            .paid = pool.exits_total,
            .tickets = queue.issued,
            .batches = queue.batches,
            .frames = pool.frame};
}

HostYear Year::host(HostId id) const {
    const hosts::SimulatedHost& there = circuit_.worlds.host(id);
    return {.name = there.name(),
            .instructions = there.custody_nonce(),
            .failed = failed_[id],
            .reorganisations = there.world().reorganisations,
            .lost = there.world().lost,
            .slowest_s = slowest_s_[id]};
}

YearResult Year::result() const {
    YearResult all;
    for (NetworkId n = 1; n <= network_count; ++n) all.networks.push_back(network(n));
    for (HostId id = 1; id <= protocol::host_count; ++id) all.hosts.push_back(host(id));
    all.acts = crowd_.counts();
    all.refusals = crowd_.refusals();
    all.transactions = transactions_;
    all.checks = checks_;
    all.courier_reverts = circuit_.reverted;
    all.slowest_ticket_s = slowest_ticket_s_;
    all.latest_ticket_s = latest_ticket_s_;
    all.digest = circuit_.state.digest().as_hash();
    return all;
}

}  // namespace

hosts::Misfortune ordinary_misfortune(HostId host) {
    const hosts::HostFigures& figures = hosts::figures_of(host);
    const uint64_t validators = std::max<size_t>(hosts::validators_of(host).size(), 1);
    // A slash every ten days somewhere on the host, a jailing every three.
    const auto once_in = [&](uint64_t days) {
        return static_cast<uint32_t>(hosts::whole_ppm * figures.era_s /
                                     (days * day_s * validators));
    };
    return {.slash_ppm = once_in(10),
            .slash_part_ppm = 20'000,
            .jail_ppm = once_in(3),
            .jail_eras = static_cast<uint32_t>(2 * day_s / figures.era_s),
            .fail_ppm = 20'000,
            .lose_ppm = 20'000,
            .delay_ppm = 20'000,
            .delay_s = 40'000,
            .silence_ppm = 20'000,
            .silence_s = 40'000,
            .echo_ppm = 20'000,
            .reorg_ppm = 10'000,
            .finality_s = 900,
            .rounds_shares = 1};
}

YearResult simulate_year(const YearOptions& options) { return Year{options}.run(); }

}  // namespace thaw::sim
