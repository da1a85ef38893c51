#include "thaw/protocol/oracle/face.hpp"

namespace thaw::protocol::oracle {
namespace {

template <class... T>
Hash hash_of(std::string_view kind, const T&... parts) {
    Bytes bytes;
    append(bytes, view_of(kind));
    codec::encode_sequence(bytes, parts...);
    return crypto::keccak256(bytes);
}

struct Tally {
    bool decides = false;
    Hash subject;
    Hash payload;
};

/// The ids that votes of today's members are kept under.
std::vector<uint32_t> ids_of(const Books& books) {
    std::vector<uint32_t> ids;
    for (uint32_t place = 1; place <= books.settings.get(0).members; ++place)
        ids.push_back(books.members.get(place).id);
    return ids;
}

/// Records a member's vote. It decides when with it a quorum has signed the same payload. A member
/// may repeat its vote when that decides: the set of members may have changed since.
Result<Tally> vote(Call& call, const Hash& subject, const Hash& payload) {
    Books& books = call.own<Books>();
    const Settings settings = books.settings.get(0);
    const uint32_t member = books.numbers.get(call.sender()).id;

    if (member == 0) return fail(NotAMember{call.sender()});
    if (settings.quorum == 0 || settings.quorum > settings.members)
        return fail(QuorumOutOfRange{settings.quorum, settings.members});
    if (books.decided.has(subject)) return fail(AlreadyDecided{subject});
    const Hash before = books.votes.get({subject, member}).payload;
    if (before != payload && !before.is_zero())
        return fail(ContradictsItself{call.sender(), before, payload});

    const auto ids = ids_of(books);
    uint32_t alike = before == payload ? 0 : 1;
    for (const uint32_t id : ids)
        if (books.votes.get({subject, id}).payload == payload) ++alike;
    const bool decides = alike >= settings.quorum;
    if (before == payload && !decides) return fail(AlreadyAttested{call.sender(), payload});
    books.votes.put({subject, member}, Decision{payload});
    if (decides) {
        books.decided.put(subject, Decision{payload});
        for (const uint32_t id : ids) books.votes.erase({subject, id});
    }
    call.emit(Attested{subject, call.sender(), payload});
    if (decides) call.emit(Decided{subject, payload});
    return Tally{decides, subject, payload};
}

}  // namespace

Hash subject_of(const Deposit& d) { return hash_of("deposit", d.host, d.transaction, d.index); }
Hash subject_of(const Outcome& o) { return hash_of("outcome", o.host, o.intent); }
Hash subject_of(const Report& r) { return hash_of("frame", r.network, r.frame); }

Hash subject_of(const Listing& l) { return hash_of("listing", l.asset, l.host, l.token); }

Hash payload_of(const Report& report) { return hash_of("", report); }
Hash subject_of_loss(NetworkId network, uint64_t frame, const Hash& payload) {
    return hash_of("loss", network, frame, payload);
}

Result<void> report_deposit(Call& call, Deposit deposit) {
    if (deposit.amount.is_zero()) return fail(bridge::ZeroAmount{});
    if (!bridge::lives_on(call, deposit.asset, deposit.host))
        return fail(bridge::NotOnThisHost{deposit.asset, deposit.host});
    if (!checked_add(call.read<token::Books>().totals.get(deposit.asset).supply.value,
                     deposit.amount.value))
        return fail(liquid::AmountTooLarge{deposit.amount.value});
    const Tally tally = TRY(vote(call, subject_of(deposit), hash_of("", deposit)));
    if (tally.decides) bridge::credit(call, deposit);
    return {};
}

Result<void> report_outcome(Call& call, Outcome outcome) {
    const auto counters = call.read<outbox::Books>().hosts.get(outcome.host);
    if (outcome.intent >= counters.emitted)
        return fail(UnknownIntent{outcome.host, outcome.intent});
    // Later outcomes wait their turn: books that depend on an order get it from the custody
    // account's nonces.
    if (outcome.intent > counters.settled)
        return fail(OutcomeOutOfOrder{outcome.host, outcome.intent, counters.settled});
    const Tally tally = TRY(vote(call, subject_of(outcome), hash_of("", outcome)));
    if (!tally.decides) return {};
    const auto intent =
        outbox::settle(call, outcome.host, outcome.intent, outcome.success, outcome.amount);
    if (intent.kind == outbox::Kind::payout)
        bridge::settle_payout(call, intent, outcome.success);
    else
        staking::apply_outcome(call, intent, outcome);
    return {};
}

Result<void> report_frame(Call& call, Report report) {
    const Hash payload = payload_of(report);
    const Tally tally = TRY(vote(call, subject_of(report), payload));
    if (tally.decides) TRY_VOID(staking::apply_report(call, report, payload));
    return {};
}

namespace {

/// Whether this loss waits for what its members say next.
Result<void> check_pending(const Query& query, NetworkId network, uint64_t frame,
                           const Hash& payload) {
    const losses::Pending p = losses::pending(query, network);
    if (p.frame == 0 || p.frame != frame) return fail(losses::NoLossPending{network, frame});
    if (p.payload != payload) return fail(losses::AnotherReportPending{payload, p.payload});
    return {};
}

}  // namespace

Result<void> confirm_loss(Call& call, NetworkId network, uint64_t frame, Hash payload) {
    TRY_VOID(check_pending(call, network, frame, payload));
    const Hash subject = subject_of_loss(network, frame, payload);
    const Tally tally = TRY(vote(call, subject, hash_of("confirm", payload)));
    if (tally.decides) TRY_VOID(staking::apply_confirmed(call, network));
    return {};
}

Result<void> reject_loss(Call& call, NetworkId network, uint64_t frame, Hash payload) {
    TRY_VOID(check_pending(call, network, frame, payload));
    const Hash subject = subject_of_loss(network, frame, payload);
    const Tally tally = TRY(vote(call, subject, hash_of("reject", payload)));
    if (!tally.decides) return {};
    staking::reject(call, network);
    // The frame is open again. So is this subject: were the same report made and set aside a second
    // time, it would have to be confirmed by new votes.
    Books& books = call.own<Books>();
    books.decided.erase(subject_of(Report{.network = network, .frame = frame, .validators = {}}));
    books.decided.erase(subject);
    return {};
}

Result<PendingLoss> pending_loss(const Query& query, NetworkId network) {
    const losses::Pending p = losses::pending(query, network);
    return PendingLoss{.pending = p.frame != 0,
                       .frame = p.frame,
                       .payload = p.payload,
                       .loss = p.loss,
                       .fall_ppb = p.fall_ppb,
                       .since_s = p.since_s};
}

Result<staking::Preview> preview_report(const Query& query, Report report) {
    return staking::preview(query, report);
}

Result<void> report_listing(Call& call, Listing l) {
    TRY_VOID(assets::check(call, l.asset, l.host, l.token, l.name, l.symbol, l.decimals));
    const Tally tally = TRY(vote(call, subject_of(l), hash_of("", l)));
    if (tally.decides) assets::list(call, l.asset, l.host, l.token, l.name, l.symbol, l.decimals);
    return {};
}

Result<Hash> decision(const Query& query, Hash subject) {
    return query.read<Books>().decided.get(subject).payload;
}

Result<Hash> vote_of(const Query& query, Hash subject, Address member) {
    const Books& books = query.read<Books>();
    return books.votes.get({subject, books.numbers.get(member).id}).payload;
}

Result<std::vector<Address>> members(const Query& query) {
    const Books& books = query.read<Books>();
    std::vector<Address> accounts;
    for (uint32_t m = 1; m <= books.settings.get(0).members; ++m)
        accounts.push_back(books.members.get(m).account);
    return accounts;
}

Result<uint32_t> quorum(const Query& query) { return query.read<Books>().settings.get(0).quorum; }

}  // namespace thaw::protocol::oracle
