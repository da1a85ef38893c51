// Attacks on governance that happened elsewhere, replayed here, where they have to fail.
#include "thaw/protocol/exchange/loans.hpp"
#include "thaw/protocol/governance/governed_test.hpp"

namespace thaw::scenario {
namespace {

#define FLASH_LOAN \
    "flashLoan(address receiver, address token, uint256 amount, bytes data) returns (bool)"

struct GovernanceAttack : testing::Test, Governed {
    Address thief = user(13);

    GovernanceAttack() {
        give(thief, 2 * million);  // for the fee of the loan
        EXPECT_DONE(s.call<DELEGATE>(thief, thaw_address, thief));
        s.wait(1);
    }
    /// 200 million THAW, a fifth of all, for the length of a batch.
    Receipt with_loan(const std::vector<multicall::BatchCall>& calls) {
        Bytes data;
        codec::encode_sequence(data, calls);
        return s.call<FLASH_LOAN>(thief, flash_loans_address, thief, thaw_address, 200 * million,
                                  data);
    }
    static multicall::BatchCall call_of(const Address& to, const Bytes& data) {
        return {to, 0, data};
    }
    Bytes proposing(const Draft& d) const {
        return call_data<PROPOSE>(d.targets, d.values(), d.payloads, d.description);
    }
    u128 votes_for(const Draft& d) const {
        return s.state.governance.proposals.get(d.id().bytes).in_favour;
    }
};

// Beanstalk, April 2022: votes bought with flash loans passed a proposal within one transaction.
TEST_F(GovernanceAttack, BeanstalkFlashLoanedThawNeitherProposesNorVotes) {
    const Draft theft{{thaw_address}, {call_data<TRANSFER>(thief, Assets{1})}, "theft"};
    EXPECT_REFUSED(with_loan({call_of(governor_address, proposing(theft))}),
                   (multicall::BatchCallFailed{
                       Number{0}, codec::revert_with(governance::GovernorInsufficientProposerVotes{
                                                         thief, 2 * million, 10 * million})
                                      .data}));
    // Somebody who may proposes it; the thief has loans at every moment that could matter.
    EXPECT_DONE(propose(alice, theft));
    EXPECT_DONE(with_loan({}));
    s.wait(day_s);
    EXPECT_DONE(with_loan({}));  // in the snapshot's own second
    s.wait(1);
    const Bytes ballot = call_data<CAST_VOTE>(theft.id(), uint8_t{1});
    const Receipt receipt = with_loan({call_of(governor_address, ballot)});
    EXPECT_DONE(receipt);
    EXPECT_LT(votes_for(theft), 2 * million);  // its own, less the fees of two loans
    s.wait(3 * day_s);
    EXPECT_EQ(state(theft), State::defeated);
}

// Tornado Cash, May 2023: what was voted for was replaced by other code before it was carried out.
TEST_F(GovernanceAttack, TornadoAnotherPayloadThanWasVotedForIsAnotherProposal) {
    const Draft voted = draft_of_fee(bnb, 900);
    Draft swapped = voted;
    swapped.payloads = {call_data<SET_FEE>(uint8_t{bnb}, 1'050u)};
    pass(voted);
    const auto unknown = governance::GovernorNonexistentProposal{swapped.id()};
    EXPECT_REFUSED(queue(swapped), unknown);
    EXPECT_DONE(queue(voted));
    s.wait(2 * day_s);
    EXPECT_REFUSED(execute(swapped), unknown);
    Draft renamed = voted;
    renamed.description = "something else";
    EXPECT_REFUSED(execute(renamed), governance::GovernorNonexistentProposal{renamed.id()});
    // Nor can the code behind an address be replaced: there is none, and nobody can create any.
    const Bytes code = code_at(s.state, networks_address);
    EXPECT_DONE(execute(voted));
    EXPECT_EQ(code_at(s.state, networks_address), code);
    EXPECT_EQ(s.state.networks.networks.get(bnb).fee_bps, 900u);
}

TEST_F(GovernanceAttack, ATimelockIsNotShortenedFromWithin) {
    const Draft shorter{{timelock_address},
                        {call_data<"updateDelay(uint256 newDelay)">(Number{2 * day_s - 1})},
                        "shorter"};
    pass(shorter);
    EXPECT_REFUSED(queue(shorter),
                   failed(0, governance::DelayOutOfRange{Number{2 * day_s - 1}, Number{2 * day_s},
                                                         Number{14 * day_s}}));
    // Longer is possible, and then it stays: back is refused as well.
    const Draft longer{{timelock_address, timelock_address},
                       {call_data<"updateDelay(uint256 newDelay)">(Number{3 * day_s}),
                        call_data<"updateLongDelay(uint256 newDelay)">(Number{8 * day_s})},
                       "longer"};
    EXPECT_DONE(enact(longer, 7 * day_s));
    const Draft back{{timelock_address},
                     {call_data<"updateDelay(uint256 newDelay)">(Number{2 * day_s})},
                     "back"};
    pass(back);
    EXPECT_FALSE(queue(back).success);
    // Both at once, longer and back, is refused as a whole.
    const Draft both{{timelock_address, timelock_address},
                     {call_data<"updateDelay(uint256 newDelay)">(Number{4 * day_s}),
                      call_data<"updateDelay(uint256 newDelay)">(Number{3 * day_s})},
                     "both"};
    pass(both);
    EXPECT_FALSE(queue(both).success);
    // And nobody but the timelock asks.
    for (const Address& who : {alice, hub_owner, guardian})
        EXPECT_REFUSED(s.send(who, timelock_address,
                              call_data<"updateDelay(uint256 newDelay)">(Number{day_s})),
                       governance::TimelockUnauthorizedCaller{who});
}

// A proposal that carries itself out, or another, out of turn.
TEST_F(GovernanceAttack, NothingIsCarriedOutTwiceOrFromWithin) {
    const Draft fee = draft_of_fee(bnb, 900);
    Draft wrapper{{governor_address},
                  {call_data<EXECUTE>(fee.targets, fee.values(), fee.payloads, fee.hash())},
                  "wrapper"};
    pass(fee);
    EXPECT_DONE(queue(fee));
    pass(wrapper);  // four days later the fee's time has come
    EXPECT_DONE(queue(wrapper));
    EXPECT_DONE(execute(fee));
    s.wait(7 * day_s);
    EXPECT_REFUSED(execute(wrapper), failed(0, unexpected(fee, State::executed, State::queued)));
}

}  // namespace
}  // namespace thaw::scenario
