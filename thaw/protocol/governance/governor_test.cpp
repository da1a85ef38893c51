// From a proposal to its execution: who may, how many, how long, and what goes wrong.
#include "thaw/codec/typed_data.hpp"
#include "thaw/crypto/secp256k1.hpp"
#include "thaw/protocol/governance/governed_test.hpp"

namespace thaw::scenario {
namespace {

struct Governor : testing::Test, Governed {};

TEST_F(Governor, CarriesOutAFeeChangeAfterVoteAndWait) {
    const Draft d = draft_of_fee(bnb, 1'050);
    EXPECT_DONE(propose(alice, d));
    EXPECT_EQ(state(d), State::pending);
    EXPECT_REFUSED(vote(alice, d), unexpected(d, State::pending, State::active));
    s.wait(day_s);
    EXPECT_EQ(state(d), State::pending);  // the snapshot's second is not over
    s.wait(1);
    EXPECT_EQ(state(d), State::active);
    EXPECT_DONE(vote(alice, d));
    EXPECT_REFUSED(vote(alice, d), governance::GovernorAlreadyCastVote{alice});
    EXPECT_REFUSED(vote(bob, d, 3), governance::GovernorInvalidVoteType{});
    EXPECT_DONE(vote(bob, d, 0));
    s.wait(3 * day_s - 1);
    EXPECT_EQ(state(d), State::active);
    EXPECT_REFUSED(queue(d), unexpected(d, State::active, State::succeeded));
    s.wait(1);
    EXPECT_EQ(state(d), State::succeeded);
    EXPECT_REFUSED(execute(d), unexpected(d, State::succeeded, State::queued));
    EXPECT_DONE(queue(d));
    s.wait(2 * day_s - 1);
    EXPECT_FALSE(execute(d).success);
    EXPECT_EQ(s.state.networks.networks.get(bnb).fee_bps, 1'000u);
    s.wait(1);
    EXPECT_DONE(execute(d));
    EXPECT_EQ(state(d), State::executed);
    EXPECT_EQ(s.state.networks.networks.get(bnb).fee_bps, 1'050u);
    EXPECT_REFUSED(execute(d), unexpected(d, State::executed, State::queued));
}

TEST_F(Governor, TakesProposalsFromOnePerCentOfAllThawOn) {
    const Address small = user(11);
    give(small, 10 * million - 1);
    EXPECT_DONE(s.call<DELEGATE>(small, thaw_address, small));
    s.wait(1);
    const Draft d = draft_of_fee(bnb, 900);
    EXPECT_REFUSED(propose(small, d), (governance::GovernorInsufficientProposerVotes{
                                          small, 10 * million - 1, 10 * million}));
    give(small, 1);
    EXPECT_FALSE(propose(small, d).success);  // it counts what was there a second ago
    s.wait(1);
    EXPECT_DONE(propose(small, d));
    EXPECT_REFUSED(propose(small, d), (governance::GovernorUnexpectedProposalState{d.id(), 0, {}}));
}

TEST_F(Governor, RefusesMalformedProposalsAndThoseOfOthers) {
    Draft d = draft_of_fee(bnb, 900);
    const auto raw = [&](size_t targets, size_t values, size_t payloads) {
        return s.call<PROPOSE>(alice, governor_address, std::vector<Address>(targets),
                               std::vector<u128>(values), std::vector<Bytes>(payloads, Bytes(4)),
                               std::string{});
    };
    EXPECT_REFUSED(raw(0, 0, 0), (governance::GovernorInvalidProposalLength{}));
    EXPECT_REFUSED(raw(1, 2, 1),
                   (governance::GovernorInvalidProposalLength{Number{1}, Number{1}, Number{2}}));
    EXPECT_REFUSED(raw(11, 11, 11), (governance::TooManyOperations{Number{11}, Number{10}}));
    EXPECT_DONE(raw(10, 10, 10));
    EXPECT_REFUSED(s.call<PROPOSE>(alice, governor_address, d.targets, std::vector<u128>{1},
                                   d.payloads, d.description),
                   (governance::OperationMalformed{Number{0}, "no value is sent along"}));
    EXPECT_REFUSED(s.call<PROPOSE>(alice, governor_address, d.targets, d.values(),
                                   std::vector<Bytes>{Bytes(3)}, d.description),
                   (governance::OperationMalformed{Number{0}, "it names no verb"}));
    d.description += "#proposer=" + to_hex(bob);
    EXPECT_REFUSED(propose(alice, d), governance::GovernorRestrictedProposer{alice});
    EXPECT_DONE(propose(bob, d));
}

TEST_F(Governor, NeedsFourPerCentForOrAbstainingAndMoreForThanAgainst) {
    const auto outcome = [&](u128 votes, uint8_t support, uint32_t fee) {
        const Address voter = user(static_cast<uint16_t>(12 + fee % 5));
        give(voter, votes);
        EXPECT_DONE(s.call<DELEGATE>(voter, thaw_address, voter));
        const Draft d = draft_of_fee(bnb, fee);
        EXPECT_DONE(propose(alice, d));
        s.wait(day_s + 1);
        EXPECT_DONE(vote(voter, d, support));
        EXPECT_DONE(vote(bob, d, support == 1 ? 2 : 1));
        s.wait(3 * day_s);
        return state(d);
    };
    EXPECT_EQ(outcome(10 * million - 1, 1, 900), State::defeated);  // 40 million less one
    EXPECT_EQ(outcome(10 * million, 1, 901), State::succeeded);
    EXPECT_EQ(outcome(30 * million, 0, 902), State::defeated);  // as many against as for
}

TEST_F(Governor, CountsWhatVotersHadAtTheSnapshot) {
    const Draft d = draft_of_fee(bnb, 900);
    EXPECT_DONE(propose(alice, d));
    s.wait(day_s + 1);
    EXPECT_DONE(s.call<TRANSFER>(alice, thaw_address, bob, Assets{50 * million}));
    s.wait(1);
    const auto weight = [&](const Address& who) {
        return s.must<u128, CAST_VOTE>(who, governor_address, d.id(), uint8_t{1});
    };
    EXPECT_SAME(weight(bob), 30 * million);
    EXPECT_SAME(weight(alice), 50 * million);
}

TEST_F(Governor, CountsSignedBallots) {
    crypto::PrivateKey key{};
    key.bytes[31] = 9;
    const Address voter = crypto::address_of(key);
    give(voter, 5 * million);
    const Draft d = draft_of_fee(bnb, 900);
    EXPECT_DONE(propose(alice, d));
    const auto send = [&](uint64_t nonce) {
        const Hash type = crypto::keccak256(std::string_view{
            "Ballot(uint256 proposalId,uint8 support,address voter,uint256 nonce)"});
        const std::array words{type, d.id().bytes, codec::typed_word(1), codec::typed_word(voter),
                               codec::typed_word(nonce)};
        const auto signature =
            crypto::sign(codec::typed_data_digest(
                             codec::domain_separator("ThawGovernor", "1", 8429, governor_address),
                             codec::struct_hash(words)),
                         key);
        Bytes bytes;
        append(bytes, signature.r.bytes);
        append(bytes, signature.s.bytes);
        bytes.push_back(static_cast<uint8_t>(27 + signature.y_parity));
        return s.call<
            "castVoteBySig(uint256 proposalId, uint8 support, address voter, bytes "
            "signature) returns (uint256)">(carol, governor_address, d.id(), uint8_t{1}, voter,
                                            bytes);
    };
    s.wait(day_s + 1);
    EXPECT_REFUSED(send(1), governance::GovernorInvalidSignature{voter});
    EXPECT_DONE(send(0));  // it has no delegate, so it counts nothing
    EXPECT_TRUE((s.view<bool, "hasVoted(uint256 proposalId, address account) view returns (bool)">(
        governor_address, d.id(), voter)));
}

TEST_F(Governor, ExpiresFourteenDaysAfterItWasReadyOrWon) {
    const Draft late = draft_of_fee(bnb, 900);
    pass(late);
    s.wait(14 * day_s - 1);
    EXPECT_EQ(state(late), State::succeeded);
    s.wait(1);
    EXPECT_EQ(state(late), State::expired);
    EXPECT_FALSE(queue(late).success);
    const Draft d = draft_of_fee(bnb, 901);
    pass(d);
    EXPECT_DONE(queue(d));
    s.wait(16 * day_s + 1);
    EXPECT_REFUSED(execute(d), unexpected(d, State::expired, State::queued));
    const Draft last = draft_of_fee(bnb, 902);
    pass(last);
    EXPECT_DONE(queue(last));
    s.wait(16 * day_s);
    EXPECT_DONE(execute(last));
}

TEST_F(Governor, NamesProposalsAsOpenZeppelinDoes) {
    const Draft d = draft_of_fee(bnb, 900);
    const Word id = s.view<Word, "hashProposal(" THAW_CALLS
                                 ", bytes32 descriptionHash) view returns (uint256)">(
        governor_address, d.targets, d.values(), d.payloads, d.hash());
    EXPECT_EQ(to_hex(id.bytes), to_hex(d.id().bytes));
    EXPECT_EQ((s.view<std::string, "COUNTING_MODE() view returns (string)">(governor_address)),
              "support=bravo&quorum=for,abstain");
    EXPECT_SAME((s.view<u128, "proposalThreshold() view returns (uint256)">(governor_address)),
                10 * million);
    EXPECT_SAME((s.view<u128, "quorum(uint256 timepoint) view returns (uint256)">(
                    governor_address, Number{s.block.now_s - 1})),
                40 * million);
    EXPECT_FALSE(
        (s.call<"state(uint256 proposalId) view returns (uint8)">(alice, governor_address, d.id()))
            .success);
    EXPECT_DONE(propose(alice, d));
    const auto summary =
        s.view<governance::Summary, "proposalAt(uint32 number) view returns " THAW_SUMMARY>(
            governor_address, 1u);
    EXPECT_EQ(to_hex(summary.id.bytes), to_hex(d.id().bytes));
    EXPECT_EQ(summary.created_block, s.block.height);
}

}  // namespace
}  // namespace thaw::scenario
