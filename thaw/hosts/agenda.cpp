#include "thaw/hosts/agenda.hpp"

#include <algorithm>

#include "thaw/protocol/oracle/face.hpp"

namespace thaw::hosts {

using protocol::network_count;
using protocol::State;
using protocol::oracle::Deposit;
using protocol::oracle::Listing;
using protocol::oracle::Outcome;
using protocol::oracle::Report;

namespace {

constexpr uint64_t frames_kept = 64;

HostId staking_host_of(NetworkId network) {
    for (HostId host = 1; host <= protocol::host_count; ++host)
        if (figures_of(host).network == network) return host;
    return 0;
}

/// The last frame whose report is applied.
uint64_t last_frame(const State& state, NetworkId network) {
    return state.liquid.pools.get(network).frame;
}

using protocol::oracle::subject_of;
Hash subject_of(const SecondWord& word) {
    return protocol::oracle::subject_of_loss(word.network, word.frame, word.payload);
}

/// What the oracle's books keep the votes on it under.
Hash subject_of(const Attestation& attestation) {
    return std::visit([](const auto& body) { return subject_of(body); }, attestation);
}

/// Builds the list; holds how far it has come on each host.
class Agenda {
  public:
    Agenda(const State& state, const Worlds& worlds, size_t limit)
        : state_{state}, worlds_{worlds}, limit_{limit} {
        for (HostId host = 1; host <= protocol::host_count; ++host)
            at(host).outcomes = state.outbox.hosts.get(host).settled;
    }

    bool full() const { return list_.size() >= limit_; }
    void add(Attestation attestation) {
        if (!full()) list_.push_back(std::move(attestation));
    }
    void add_listings(HostId host) {
        for (const Listing& listing : worlds_.host(host).world().listings)
            if (!is_decided(state_, listing)) add(listing);
    }
    void add_second_word(NetworkId network) {
        const auto waiting = state_.losses.pending.get(network);
        if (waiting.frame == 0) return;
        const auto seen = worlds_.report(network, waiting.frame);
        add(SecondWord{.network = network,
                       .frame = waiting.frame,
                       .payload = waiting.payload,
                       .confirms = seen && protocol::oracle::payload_of(*seen) == waiting.payload});
    }
    void add_deposits(HostId host, uint64_t end) {
        for (const Deposit& deposit : worlds_.host(host).deposits(at(host).deposits)) {
            const uint64_t first = worlds_.host(host).world().deposits_forgotten;
            at(host).deposits = std::max(at(host).deposits, first);
            if (at(host).deposits >= end) return;
            ++at(host).deposits;
            if (!is_decided(state_, deposit)) add(deposit);
        }
    }
    void add_outcomes(HostId host, uint64_t end) {
        for (; at(host).outcomes < end; ++at(host).outcomes) {
            const auto outcome = worlds_.host(host).outcome(at(host).outcomes);
            if (!outcome) return;
            // As often as it is heard: that it counts once is for the hub to see to.
            for (size_t n = worlds_.host(host).answers(at(host).outcomes); n > 0; --n)
                add(*outcome);
        }
    }
    /// True when the report says what the outcomes before it make true.
    bool add_report(NetworkId network, uint64_t frame) {
        const auto report = worlds_.report(network, frame);
        if (!report || at(staking_host_of(network)).outcomes != report->executed) return false;
        add(*report);
        return true;
    }
    std::vector<Attestation> take() { return std::move(list_); }

  private:
    struct Place {
        uint64_t outcomes = 0;
        uint64_t deposits = 0;
    };
    Place& at(HostId host) { return places_.at(host - 1u); }

    const State& state_;
    const Worlds& worlds_;
    size_t limit_;
    std::array<Place, protocol::host_count> places_{};
    std::vector<Attestation> list_;
};

}  // namespace

Bytes call_data_of(const Attestation& attestation) {
    if (const auto* listing = std::get_if<Listing>(&attestation))
        return codec::call_data<"reportListing(" THAW_LISTING_TUPLE " listing)">(*listing);
    if (const auto* deposit = std::get_if<Deposit>(&attestation))
        return codec::call_data<"reportDeposit(" THAW_DEPOSIT_TUPLE " deposit)">(*deposit);
    if (const auto* outcome = std::get_if<Outcome>(&attestation))
        return codec::call_data<"reportOutcome(" THAW_OUTCOME_TUPLE " outcome)">(*outcome);
    if (const auto* word = std::get_if<SecondWord>(&attestation))
        return word->confirms
                   ? codec::call_data<"confirmLoss(uint8 network, uint64 frame, bytes32 payload)">(
                         uint8_t{word->network}, word->frame, word->payload)
                   : codec::call_data<"rejectLoss(uint8 network, uint64 frame, bytes32 payload)">(
                         uint8_t{word->network}, word->frame, word->payload);
    return codec::call_data<"reportFrame(" THAW_REPORT_TUPLE " report)">(
        std::get<Report>(attestation));
}

bool is_decided(const State& state, const Attestation& attestation) {
    if (const auto* word = std::get_if<SecondWord>(&attestation))
        return state.losses.pending.get(word->network).payload != word->payload;
    return state.oracle.decided.has(subject_of(attestation));
}

bool has_attested(const State& state, const Attestation& attestation, const Address& member) {
    const auto& books = state.oracle;
    const Hash subject = subject_of(attestation);
    if (!books.votes.has({subject, books.numbers.get(member).id})) return false;
    // Where the quorum was lowered, votes that are there already may be enough, once one is
    // repeated.
    const auto settings = books.settings.get(0);
    uint32_t votes = 0;
    for (uint32_t place = 1; place <= settings.members; ++place)
        votes += books.votes.has({subject, books.members.get(place).id});
    return votes < settings.quorum;
}

HostId host_in_order(const Attestation& attestation) {
    if (const auto* outcome = std::get_if<Outcome>(&attestation)) return outcome->host;
    if (const auto* report = std::get_if<Report>(&attestation))
        return staking_host_of(report->network);
    if (const auto* word = std::get_if<SecondWord>(&attestation))
        return staking_host_of(word->network);
    return 0;
}

std::vector<Attestation> agenda(const State& state, const Worlds& worlds, uint64_t now_s,
                                size_t limit) {
    const protocol::networks::Hub hub = state.networks.hub.get(0);
    Agenda list{state, worlds, limit};
    std::array<uint64_t, network_count + 1> next_frame{};
    std::array<bool, protocol::host_count + 1> waiting{};  // for a report that cannot be made yet
    uint64_t frame = ~uint64_t{0};
    for (NetworkId network = 1; network <= network_count; ++network) {
        next_frame[network] = last_frame(state, network) + 1;
        frame = std::min(frame, next_frame[network]);
    }
    for (HostId host = 1; host <= protocol::host_count; ++host) list.add_listings(host);
    for (NetworkId network = 1; network <= network_count; ++network) list.add_second_word(network);
    for (; hub.genesis_s + frame * hub.frame_s <= now_s && !list.full(); ++frame) {
        for (HostId host = 1; host <= protocol::host_count; ++host) {
            const auto& frames = worlds.host(host).world().frames;
            const auto ended = frames.find(frame);
            if (ended == frames.end()) continue;
            list.add_deposits(host, ended->second.deposits);
            if (!waiting[host]) list.add_outcomes(host, ended->second.executed);
        }
        for (NetworkId network = 1; network <= network_count; ++network) {
            const HostId host = staking_host_of(network);
            if (next_frame[network] != frame || waiting[host]) continue;
            if (list.add_report(network, frame))
                ++next_frame[network];
            else
                waiting[host] = true;
        }
    }
    for (HostId host = 1; host <= protocol::host_count; ++host) {
        list.add_deposits(host, ~uint64_t{0});
        if (!waiting[host]) list.add_outcomes(host, worlds.host(host).custody_nonce());
    }
    return list.take();
}

void forget_decided(const State& state, Worlds& worlds) {
    uint64_t last = ~uint64_t{0};
    for (NetworkId network = 1; network <= network_count; ++network)
        last = std::min(last, last_frame(state, network));
    for (HostId host = 1; host <= protocol::host_count; ++host) {
        SimulatedHost& each = worlds.host(host);
        uint64_t decided = each.world().deposits_forgotten;
        for (const Deposit& deposit : each.deposits(0)) {
            if (!is_decided(state, deposit)) break;
            ++decided;
        }
        const uint64_t settled = state.outbox.hosts.get(host).settled;
        if (settled <= each.custody_nonce())
            each.forget(settled, last > frames_kept ? last - frames_kept : 0, decided);
    }
}

std::vector<Errand> errands(const State& state, const Worlds& worlds) {
    std::vector<Errand> todo;
    for (HostId host = 1; host <= protocol::host_count; ++host) {
        const uint64_t emitted = state.outbox.hosts.get(host).emitted;
        for (uint64_t k = worlds.host(host).custody_nonce(); k < emitted; ++k)
            todo.push_back({.host = host,
                            .instruction = {.intent = k,
                                            .body = state.outbox.intents.get(
                                                {.host = host, .reserved = {}, .intent = k})}});
    }
    std::ranges::stable_sort(todo, {},
                             [](const Errand& e) { return e.instruction.body.emitted_at_s; });
    return todo;
}

void run_errands(Worlds& worlds, const std::vector<Errand>& todo, uint64_t now_s) {
    std::array<uint64_t, protocol::host_count> again_s{};  // not before; sent and not known there
    std::array<std::map<uint64_t, const Errand*>, protocol::host_count> by_number;
    now_s = std::max(now_s, worlds.now_s());
    for (const Errand& errand : todo) {
        by_number[errand.host - 1u].emplace(errand.instruction.intent, &errand);
        now_s = std::max(now_s, errand.instruction.body.emitted_at_s);
    }
    while (true) {
        const Errand* next = nullptr;
        uint64_t next_s = now_s;
        for (HostId host = 1; host <= protocol::host_count; ++host) {
            const SimulatedHost& there = worlds.host(host);
            // What waits there for finality may be dropped, and is to be sent again then.
            if (const auto final_s = there.next_finality(); final_s && *final_s < next_s) {
                next_s = *final_s;
                next = nullptr;
            }
            const auto open = by_number[host - 1u].find(there.next_nonce());
            if (open == by_number[host - 1u].end()) continue;
            const uint64_t emitted_s = open->second->instruction.body.emitted_at_s;
            const uint64_t send_s = std::max({emitted_s, again_s[host - 1u], worlds.now_s()});
            if (send_s > next_s || (send_s == next_s && next != nullptr)) continue;
            next_s = send_s;
            next = open->second;
        }
        worlds.advance(next_s);
        if (next != nullptr) {
            SimulatedHost& there = worlds.host(next->host);
            const uint64_t number = next->instruction.intent;
            if (there.next_nonce() != number) continue;  // a block was dropped meanwhile
            THAW_ASSERT(there.submit(next->instruction));
            if (there.next_nonce() == number) again_s[next->host - 1u] = next_s + resend_after_s;
        } else if (next_s >= now_s) {
            return;
        }
    }
}

}  // namespace thaw::hosts
