#include "thaw/codec/typed_data.hpp"
#include "thaw/crypto/keccak.hpp"
#include "thaw/crypto/secp256k1.hpp"
#include "thaw/protocol/governance/ledger.hpp"

// Ballots, and what can be asked of a proposal.
namespace thaw::protocol::governance {
namespace {

constexpr Hash ballot_type = crypto::keccak256_constexpr(
    "Ballot(uint256 proposalId,uint8 support,address voter,uint256 nonce)");

Settings settings(const Query& query) { return query.read<Books>().settings.get(0); }

/// Within an existing proposal's time nothing here is in the future.
u128 past_supply(const Query& query, uint64_t second) {
    return votes::get_past_total_supply(query, Number{second}).value_or(0);
}

Result<u128> count(Call& call, const Address& voter, const Word& id, uint8_t support,
                   std::string reason) {
    Proposal p = TRY(known(call, id));
    TRY_VOID(expect_state(call, id, p, State::active));
    if (support > 2) return fail(GovernorInvalidVoteType{});
    Books& books = call.own<Books>();
    const BallotKey key{.proposal = id.bytes, .voter = voter};
    if (books.ballots.get(key).cast != 0) return fail(GovernorAlreadyCastVote{voter});
    const u128 weight = TRY(votes::get_past_votes(call, voter, Number{p.snapshot_s}));
    u128& side = support == 0 ? p.against : support == 1 ? p.in_favour : p.abstain;
    side = add(side, weight);
    books.ballots.put(key, {.weight = weight, .cast = static_cast<uint8_t>(1 + support)});
    books.proposals.put(id.bytes, p);
    call.emit(VoteCast{voter, id, support, weight, std::move(reason)});
    return weight;
}

std::optional<Address> signer_of(const Hash& digest, const Bytes& signature) {
    if (signature.size() != 65 || (signature[64] != 27 && signature[64] != 28)) return std::nullopt;
    Hash r, s;
    std::copy_n(signature.begin(), 32, r.bytes.begin());
    std::copy_n(signature.begin() + 32, 32, s.bytes.begin());
    return crypto::recover(digest, {r, s, static_cast<uint8_t>(signature[64] - 27)});
}

uint64_t eta(const Query& query, const Proposal& p) {
    return p.queued == 0 ? 0 : ready_at(query.read<Books>().operations.get(p.operation));
}

}  // namespace

Result<Proposal> known(const Query& query, const Word& id) {
    const Proposal p = query.read<Books>().proposals.get(id.bytes);
    if (p.number == 0) return fail(GovernorNonexistentProposal{id});
    return p;
}

u128 quorum_of(const Query& query, const Proposal& p) {
    return *mul_div_up(past_supply(query, p.snapshot_s), p.quorum_percent, 100);
}

State state_of_proposal(const Query& query, const Proposal& p) {
    if (p.executed != 0) return State::executed;
    if (p.canceled != 0) return State::canceled;
    if (query.now_s() <= p.snapshot_s) return State::pending;
    if (query.now_s() <= p.deadline_s) return State::active;
    if (p.queued != 0)
        return query.now_s() > expires_at(query, p.operation) ? State::expired : State::queued;
    const bool enough = add(p.in_favour, p.abstain) >= quorum_of(query, p);
    if (!enough || p.in_favour <= p.against) return State::defeated;
    return query.now_s() > p.deadline_s + grace_s ? State::expired : State::succeeded;
}

Result<void> expect_state(const Query& query, const Word& id, const Proposal& p, State expected) {
    const State now = state_of_proposal(query, p);
    if (now == expected) return {};
    Hash bits;
    bits.bytes[31] = static_cast<uint8_t>(1u << static_cast<unsigned>(expected));
    return fail(GovernorUnexpectedProposalState{id, static_cast<uint8_t>(now), bits});
}

Result<u128> cast_vote(Call& call, Word id, uint8_t support) {
    return count(call, call.sender(), id, support, {});
}

Result<u128> cast_vote_with_reason(Call& call, Word id, uint8_t support, std::string reason) {
    return count(call, call.sender(), id, support, std::move(reason));
}

Result<u128> cast_vote_by_sig(Call& call, Word id, uint8_t support, Address voter,
                              Bytes signature) {
    const Number nonce = TRY(allowance::nonces(call, voter));
    const Hash digest = codec::typed_data_digest(
        TRY(allowance::domain_separator(call)),
        codec::struct_hash(std::array{ballot_type, id.bytes, codec::typed_word(support),
                                      codec::typed_word(voter), codec::typed_word(nonce.value)}));
    const auto signer = signer_of(digest, signature);
    if (!signer || *signer != voter) return fail(GovernorInvalidSignature{voter});
    allowance::use_nonce(call, voter);
    return count(call, voter, id, support, {});
}

Result<std::string> name(const Query& query) { return allowance::token_name(query); }
Result<std::string> version(const Query&) { return std::string{"1"}; }
Result<std::string> counting_mode(const Query&) {
    return std::string{"support=bravo&quorum=for,abstain"};
}
Result<Address> token(const Query&) { return thaw_address; }
Result<Address> timelock(const Query&) { return timelock_address; }
Result<Number> voting_delay(const Query& query) { return Number{settings(query).voting_delay_s}; }
Result<Number> voting_period(const Query& query) { return Number{settings(query).voting_period_s}; }

Result<u128> proposal_threshold(const Query& query) {
    return *mul_div_up(past_supply(query, query.now_s() - 1), settings(query).threshold_bps,
                       10'000);
}

Result<u128> quorum(const Query& query, Number timepoint) {
    TRY(votes::get_past_total_supply(query, timepoint));
    return *mul_div_up(past_supply(query, timepoint.value), settings(query).quorum_percent, 100);
}

Result<Number> quorum_numerator(const Query& query) {
    return Number{settings(query).quorum_percent};
}
Result<Number> quorum_denominator(const Query&) { return Number{100}; }

Result<u128> votes_of(const Query& query, Address account, Number timepoint) {
    return votes::get_past_votes(query, account, timepoint);
}

Result<Word> hash_proposal(const Query&, Targets targets, Values values, Payloads payloads,
                           Hash description) {
    return Word{proposal_hash(targets, values, payloads, description)};
}

Result<uint8_t> state(const Query& query, Word id) {
    return static_cast<uint8_t>(state_of_proposal(query, TRY(known(query, id))));
}
Result<Number> proposal_snapshot(const Query& query, Word id) {
    return Number{query.read<Books>().proposals.get(id.bytes).snapshot_s};
}
Result<Number> proposal_deadline(const Query& query, Word id) {
    return Number{query.read<Books>().proposals.get(id.bytes).deadline_s};
}
Result<Address> proposal_proposer(const Query& query, Word id) {
    return query.read<Books>().proposals.get(id.bytes).proposer;
}
Result<Number> proposal_eta(const Query& query, Word id) {
    return Number{eta(query, query.read<Books>().proposals.get(id.bytes))};
}
Result<bool> proposal_needs_queuing(const Query&, Word) { return true; }

Result<std::tuple<u128, u128, u128>> proposal_votes(const Query& query, Word id) {
    const Proposal p = query.read<Books>().proposals.get(id.bytes);
    return std::tuple{p.against, p.in_favour, p.abstain};
}

Result<bool> has_voted(const Query& query, Word id, Address voter) {
    return query.read<Books>().ballots.get({.proposal = id.bytes, .voter = voter}).cast != 0;
}

Result<Number> proposal_count(const Query& query) { return Number{settings(query).proposals}; }

Result<Summary> proposal_at(const Query& query, uint32_t number) {
    return proposal(query, Word{query.read<Books>().order.get(number).id});
}

Result<Summary> proposal(const Query& query, Word id) {
    const Proposal p = TRY(known(query, id));
    return Summary{.id = id,
                   .number = p.number,
                   .proposer = p.proposer,
                   .state = static_cast<uint8_t>(state_of_proposal(query, p)),
                   .snapshot_s = p.snapshot_s,
                   .deadline_s = p.deadline_s,
                   .eta_s = eta(query, p),
                   .expires_s = p.queued == 0 ? 0 : expires_at(query, p.operation),
                   .created_block = p.created_block,
                   .against = p.against,
                   .in_favour = p.in_favour,
                   .abstain = p.abstain,
                   .quorum = query.now_s() > p.snapshot_s ? quorum_of(query, p) : 0};
}

Result<bool> supports_interface(const Query&, codec::Selector id) {
    // ERC-165 and ERC-6372.
    return id.value == 0x01ffc9a7 || id.value == 0xda287a1d;
}

}  // namespace thaw::protocol::governance
