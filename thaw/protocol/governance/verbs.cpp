#include "thaw/base/text.hpp"
#include "thaw/crypto/keccak.hpp"
#include "thaw/protocol/governance/ledger.hpp"

// Proposals from the first word to the last act.
namespace thaw::protocol::governance {
namespace {

Settings settings(const Query& query) { return query.read<Books>().settings.get(0); }

/// "#proposer=0x…" at the end of a description names the only account that may propose it.
bool may_propose(const Address& sender, std::string_view description) {
    constexpr std::string_view mark = "#proposer=0x";
    constexpr size_t length = mark.size() + 40;
    if (description.size() < length) return true;
    const std::string_view end = description.substr(description.size() - length);
    if (!end.starts_with(mark)) return true;
    const auto named = parse_hex(end.substr(mark.size() - 2));
    if (!named || named->size() != sender.bytes.size()) return true;
    return std::equal(named->begin(), named->end(), sender.bytes.begin());
}

Result<void> check_calls(const Targets& targets, const Values& values, const Payloads& payloads) {
    if (targets.empty() || targets.size() != values.size() || targets.size() != payloads.size())
        return fail(GovernorInvalidProposalLength{Number{targets.size()}, Number{payloads.size()},
                                                  Number{values.size()}});
    if (targets.size() > operations_max)
        return fail(TooManyOperations{Number{targets.size()}, Number{operations_max}});
    for (size_t i = 0; i < targets.size(); ++i) {
        if (values[i] != 0) return fail(OperationMalformed{Number{i}, "no value is sent along"});
        if (payloads[i].size() < 4) return fail(OperationMalformed{Number{i}, "it names no verb"});
    }
    return {};
}

struct Named {
    Word id;
    Proposal proposal;
};
/// The proposal that these calls are: by their hash, so none of them can be another.
Result<Named> named(const Query& query, const Targets& targets, const Values& values,
                    const Payloads& payloads, const Hash& description) {
    const Word id{proposal_hash(targets, values, payloads, description)};
    const Proposal p = TRY(known(query, id));
    return Named{id, p};
}

}  // namespace

Result<Word> propose(Call& call, Targets targets, Values values, Payloads payloads,
                     std::string description) {
    if (!may_propose(call.sender(), description))
        return fail(GovernorRestrictedProposer{call.sender()});
    TRY_VOID(check_calls(targets, values, payloads));
    const u128 threshold = TRY(proposal_threshold(call));
    const u128 votes = TRY(votes::get_past_votes(call, call.sender(), Number{call.now_s() - 1}));
    if (votes < threshold)
        return fail(GovernorInsufficientProposerVotes{call.sender(), votes, threshold});
    const Word id{proposal_hash(targets, values, payloads, crypto::keccak256(description))};
    Books& books = call.own<Books>();
    if (const Proposal before = books.proposals.get(id.bytes); before.number != 0)
        return fail(GovernorUnexpectedProposalState{
            id, static_cast<uint8_t>(state_of_proposal(call, before)), {}});

    Settings terms = settings(call);
    const Proposal p{.proposer = call.sender(),
                     .number = ++terms.proposals,
                     .snapshot_s = call.now_s() + terms.voting_delay_s,
                     .deadline_s = call.now_s() + terms.voting_delay_s + terms.voting_period_s,
                     .created_block = call.block().height,
                     .about_guardian = is_about_guardian(targets, payloads),
                     .quorum_percent = terms.quorum_percent};
    books.settings.put(0, terms);
    books.proposals.put(id.bytes, p);
    books.order.put(p.number, {id.bytes});
    const std::vector<std::string> signatures(targets.size());
    call.emit(ProposalCreated{id, p.proposer, std::move(targets), std::move(values), signatures,
                              std::move(payloads), Number{p.snapshot_s}, Number{p.deadline_s},
                              std::move(description)});
    return id;
}

Result<Word> queue(Call& call, Targets targets, Values values, Payloads payloads,
                   Hash description) {
    auto [id, p] = TRY(named(call, targets, values, payloads, description));
    TRY_VOID(expect_state(call, id, p, State::succeeded));
    const uint64_t delay_s = delay_of(settings(call), targets, payloads);
    TRY_VOID(check_rehearsal(call, targets, values, payloads, call.now_s() + delay_s));
    const Hash salt = salt_of(description);
    p.operation = operation_hash(targets, values, payloads, {}, salt);
    p.queued = 1;
    call.own<Books>().proposals.put(id.bytes, p);
    schedule(call, p.operation, targets, values, payloads, salt, delay_s);
    call.emit(ProposalQueued{id, Number{call.now_s() + delay_s}});
    return id;
}

Result<Word> execute(Call& call, Targets targets, Values values, Payloads payloads,
                     Hash description) {
    auto [id, p] = TRY(named(call, targets, values, payloads, description));
    if (!call.value().is_zero()) return fail(OperationMalformed{Number{0}, "nothing is paid"});
    TRY_VOID(expect_state(call, id, p, State::queued));
    const uint64_t paused_s = TRY(paused_until(call, 0));
    if (paused_s != 0 && p.about_guardian == 0) return fail(ExecutionPaused{paused_s});
    p.executed = 1;
    call.own<Books>().proposals.put(id.bytes, p);  // before the calls: none can bring it again
    TRY_VOID(carry_out(call, p.operation, targets, values, payloads));
    call.emit(ProposalExecuted{id});
    return id;
}

Result<Word> cancel(Call& call, Targets targets, Values values, Payloads payloads,
                    Hash description) {
    auto [id, p] = TRY(named(call, targets, values, payloads, description));
    const State now = state_of_proposal(call, p);
    const Address guardian = settings(call).guardian;
    const bool by_proposer = call.sender() == p.proposer && now == State::pending;
    const bool by_guardian = !guardian.is_zero() && call.sender() == guardian &&
                             p.about_guardian == 0 &&
                             (now == State::pending || now == State::active ||
                              now == State::succeeded || now == State::queued);
    if (!by_proposer && !by_guardian) return fail(GovernorUnableToCancel{id, call.sender()});
    p.canceled = 1;
    call.own<Books>().proposals.put(id.bytes, p);
    withdraw(call, p.operation);
    call.emit(ProposalCanceled{id});
    return id;
}

namespace {

/// Within bounds, and another than before, by the timelock.
Result<void> check_term(const Call& call, uint64_t value, uint64_t before, uint64_t minimum,
                        uint64_t maximum) {
    if (call.sender() != timelock_address) return fail(GovernorOnlyExecutor{call.sender()});
    if (value < minimum || value > maximum)
        return fail(TermOutOfRange{Number{value}, Number{minimum}, Number{maximum}});
    if (value == before) return fail(networks::SameAsBefore{});
    return {};
}

}  // namespace

Result<void> set_voting_delay(Call& call, Clock seconds) {
    Settings terms = settings(call);
    TRY_VOID(check_term(call, seconds.value, terms.voting_delay_s, voting_delay_min_s,
                        voting_delay_max_s));
    call.emit(VotingDelaySet{Number{terms.voting_delay_s}, Number{seconds.value}});
    terms.voting_delay_s = seconds.value;
    call.own<Books>().settings.put(0, terms);
    return {};
}

Result<void> set_voting_period(Call& call, uint32_t seconds) {
    Settings terms = settings(call);
    TRY_VOID(
        check_term(call, seconds, terms.voting_period_s, voting_period_min_s, voting_period_max_s));
    call.emit(VotingPeriodSet{Number{terms.voting_period_s}, Number{seconds}});
    terms.voting_period_s = seconds;
    call.own<Books>().settings.put(0, terms);
    return {};
}

Result<void> update_quorum_numerator(Call& call, Number percent) {
    Settings terms = settings(call);
    TRY_VOID(check_term(call, percent.value, terms.quorum_percent, quorum_min_percent,
                        quorum_max_percent));
    call.emit(QuorumNumeratorUpdated{Number{terms.quorum_percent}, percent});
    terms.quorum_percent = static_cast<uint32_t>(percent.value);
    call.own<Books>().settings.put(0, terms);
    return {};
}

Result<void> set_proposal_threshold_bps(Call& call, uint32_t bps) {
    Settings terms = settings(call);
    TRY_VOID(check_term(call, bps, terms.threshold_bps, threshold_min_bps, threshold_max_bps));
    call.emit(ProposalThresholdChanged{terms.threshold_bps, bps});
    terms.threshold_bps = bps;
    call.own<Books>().settings.put(0, terms);
    return {};
}

void open(Call& call, const Address& guardian) {
    call.own<Books>().settings.put(0, {.voting_delay_s = voting_delay_min_s,
                                       .voting_period_s = voting_period_min_s,
                                       .min_delay_s = min_delay_min_s,
                                       .long_delay_s = long_delay_min_s,
                                       .threshold_bps = 100,
                                       .quorum_percent = quorum_min_percent,
                                       .guardian = guardian});
}

}  // namespace thaw::protocol::governance
