#include "thaw/protocol/gauges/face.hpp"

namespace thaw::protocol::gauges {
namespace {

networks::Hub hub(const Query& query) { return query.read<networks::Books>().hub.get(0); }
uint64_t epoch(const Query& query) { return epoch_at(hub(query).genesis_s, query.now_s()); }
uint64_t begin_of(const Query& query, uint64_t epoch) {
    return hub(query).genesis_s + (epoch - 1) * epoch_s;
}

TallyKey key_of(NetworkId network, uint32_t validator) {
    return {.validator = validator, .network = network};
}
BallotKey key_of(const Address& holder, NetworkId network) {
    return {.holder = holder, .network = network};
}

/// The holder's votes at the beginning of the epoch, or the second before while that one lasts.
u128 votes_at_begin(const Query& query, const Address& holder) {
    const uint64_t begin_s = begin_of(query, epoch(query));
    const uint64_t at_s = begin_s < query.now_s() ? begin_s : begin_s - 1;
    return votes::get_past_votes(query, holder, codec::Number{at_s}).value_or(0);
}

/// Calls `f` with each choice's part of the votes as it counts in this epoch, once for its
/// validator and once for all together.
template <class F>
void for_each_part(const Query& query, NetworkId network, const Ballot& ballot, const F& f) {
    const uint64_t now = epoch(query);
    for (const Choice& choice : ballot.choices) {
        const u128 part = part_of(ballot.votes, choice.bps);
        if (choice.validator == 0 || part == 0) continue;
        const u128 counts = ballot.epoch == now ? part : halved(part, now - ballot.epoch - 1);
        for (const uint32_t id : {choice.validator, uint32_t{0}}) f(key_of(network, id), counts);
    }
}

/// Adds to or takes from what is in force and what is cast.
void change(Call& call, const TallyKey& key, u128 in_force, u128 cast, bool adds) {
    Books& books = call.own<Books>();
    Tally tally = books.tallies.get(key).at(epoch(call));
    tally.in_force = adds ? add(tally.in_force, in_force) : sub(tally.in_force, in_force);
    tally.cast = adds ? add(tally.cast, cast) : sub(tally.cast, cast);
    books.tallies.put(key, tally);
}

/// Counts a ballot in as it stands in this epoch, or out.
void count(Call& call, NetworkId network, const Ballot& ballot, bool adds) {
    const bool fresh = ballot.epoch == epoch(call);
    for_each_part(call, network, ballot, [&](const TallyKey& key, u128 part) {
        change(call, key, fresh ? 0 : part, fresh ? part : 0, adds);
    });
}

/// Another ballot takes the place of this one: what was cast in this epoch never counts, what is in
/// force does until the epoch ends.
void replace(Call& call, NetworkId network, const Ballot& ballot) {
    if (ballot.epoch == epoch(call)) return count(call, network, ballot, false);
    for_each_part(call, network, ballot, [&](const TallyKey& key, u128 part) {
        Books& books = call.own<Books>();
        Tally tally = books.tallies.get(key).at(epoch(call));
        tally.leaving = add(tally.leaving, part);
        books.tallies.put(key, tally);
    });
}

Result<void> check_ballot(const Query& query, NetworkId network,
                          const std::vector<uint32_t>& validators,
                          const std::vector<uint32_t>& bps) {
    if (network == 0 || network > network_count) return fail(validators::UnknownNetwork{network});
    if (validators.size() != bps.size() || validators.size() > choices_max)
        return fail(BallotMalformed{"at most eight validators, each with its part"});
    uint64_t sum = 0;
    for (size_t i = 0; i < validators.size(); ++i) {
        if (!validators::exists(query, network, validators[i]))
            return fail(validators::UnknownValidator{network, validators[i]});
        if (i != 0 && validators[i] <= validators[i - 1])
            return fail(BallotMalformed{"validators are named in ascending order, each once"});
        if (bps[i] == 0) return fail(BallotMalformed{"a part is more than nothing"});
        sum += bps[i];
    }
    if (sum > 10'000) return fail(BallotMalformed{"the parts are 10000 together at most"});
    return {};
}

}  // namespace

Result<void> vote(Call& call, NetworkId network, std::vector<uint32_t> validators,
                  std::vector<uint32_t> bps) {
    TRY_VOID(check_ballot(call, network, validators, bps));
    Books& books = call.own<Books>();
    const BallotKey key = key_of(call.sender(), network);
    const Ballot before = books.ballots.get(key);
    Ballot now{.votes = votes_at_begin(call, call.sender()), .epoch = epoch(call)};
    if (now.votes == 0 && (!validators.empty() || before.votes == 0))
        return fail(NoVotes{call.sender(), begin_of(call, now.epoch)});
    for (size_t i = 0; i < validators.size(); ++i) now.choices[i] = {validators[i], bps[i]};
    replace(call, network, before);
    count(call, network, now, true);
    books.ballots.put(key, validators.empty() ? Ballot{} : now);
    call.emit(
        Voted{call.sender(), network, now.epoch, now.votes, std::move(validators), std::move(bps)});
    return {};
}

Result<void> refresh(Call& call, Address holder, NetworkId network) {
    Books& books = call.own<Books>();
    const BallotKey key = key_of(holder, network);
    const Ballot before = books.ballots.get(key);
    const u128 has = votes_at_begin(call, holder);
    if (before.votes <= has) return fail(NothingToLower{holder, network});
    Ballot now = before;
    now.votes = has;
    count(call, network, before, false);
    count(call, network, now, true);
    books.ballots.put(key, has == 0 ? Ballot{} : now);
    call.emit(VoteLowered{holder, network, epoch(call), before.votes, has});
    return {};
}

Result<Standing> gauge(const Query& query, NetworkId network) {
    if (network == 0 || network > network_count) return fail(validators::UnknownNetwork{network});
    const Books& books = query.read<Books>();
    const uint64_t now = epoch(query);
    const Tally all = books.tallies.get(key_of(network, 0)).at(now);
    Standing s{.epoch = now,
               .next_epoch_s = begin_of(query, now + 1),
               .in_force = all.in_force,
               .cast = all.cast,
               .quorum = validators::gauge_quorum(query),
               .by_validator = {},
               .cast_by_validator = {}};
    s.decides = validators::gauge_decides(query, network);
    for (uint32_t id = 1; validators::exists(query, network, id); ++id) {
        const Tally tally = books.tallies.get(key_of(network, id)).at(now);
        s.by_validator.push_back(tally.in_force);
        s.cast_by_validator.push_back(tally.cast);
    }
    return s;
}

Result<BallotSeen> ballot(const Query& query, Address holder, NetworkId network) {
    if (network == 0 || network > network_count) return fail(validators::UnknownNetwork{network});
    const Ballot b = query.read<Books>().ballots.get(key_of(holder, network));
    BallotSeen seen{.epoch = b.epoch, .votes = b.votes, .validators = {}, .bps = {}};
    for (const Choice& choice : b.choices) {
        if (choice.validator == 0) continue;
        seen.validators.push_back(choice.validator);
        seen.bps.push_back(choice.bps);
    }
    return seen;
}

}  // namespace thaw::protocol::gauges
