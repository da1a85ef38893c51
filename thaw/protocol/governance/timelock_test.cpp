// The timelock: waits that only grow, all or nothing, what is refused before it is queued, and what
// the guardian may do and may not.
#include "thaw/protocol/governance/governed_test.hpp"
#include "thaw/protocol/lending/face.hpp"

namespace thaw::scenario {
namespace {

#define PAUSE "pause(uint8 subject, string reason)"
#define SET_GUARDIAN "setGuardian(address guardian)"

struct Timelock : testing::Test, Governed {
    Receipt pause(const Address& who, uint8_t subject) {
        return s.call<PAUSE>(who, timelock_address, subject, std::string{"because"});
    }
};

TEST_F(Timelock, MakesParametersWaitTwoDaysAndMembersSeven) {
    const auto delay = [&](const Draft& d) {
        return s
            .view<Number, "delayFor(address[] targets, bytes[] payloads) view returns (uint256)">(
                timelock_address, d.targets, d.payloads)
            .value;
    };
    Draft d = draft_of_fee(bnb, 900);
    EXPECT_EQ(delay(d), 2 * day_s);
    d.targets.push_back(oracle_address);
    d.payloads.push_back(call_data<"setQuorum(uint32 quorum)">(4u));
    EXPECT_EQ(delay(d), 7 * day_s);  // the longest that any call needs
    Draft batched{{batch_address}, {Bytes(4)}, "calls within a call"};
    EXPECT_EQ(delay(batched), 7 * day_s);
    const Draft market{
        {lending_address, lending_address, lending_address, prices_address, prices_address},
        {call_data<"setTerms(address asset, " THAW_LENDING_TERMS " terms)">(Address{},
                                                                            lending::TermsView{}),
         call_data<"setCategoryTerms(uint8 category, uint32 ltvBps, uint32 thresholdBps, uint32 "
                   "bonusBps)">(uint8_t{1}, 1u, 2u, 3u),
         call_data<"freeze(address asset, bool frozen)">(Address{}, true),
         call_data<"setFeed(uint8 asset, uint32 heartbeat, uint32 moveMaxBps)">(uint8_t{1}, 1u, 1u),
         call_data<"setGrowth(uint8 network, uint32 yearlyPpm)">(uint8_t{1}, 1u)},
        "parameters of lending"};
    EXPECT_EQ(delay(market), 2 * day_s);
    const Draft reserves{{lending_address},
                         {call_data<"takeReserves(address asset, uint256 amount, address to)">(
                             Address{}, u128{1}, alice)},
                         "money"};
    EXPECT_EQ(delay(reserves), 7 * day_s);
    pass(d);
    EXPECT_DONE(queue(d));
    s.wait(7 * day_s - 1);
    EXPECT_FALSE(execute(d).success);
    s.wait(1);
    EXPECT_DONE(execute(d));
    EXPECT_EQ(s.state.oracle.settings.get(0).quorum, 4u);
}

TEST_F(Timelock, RefusesToQueueWhatWouldFailAndSaysWhy) {
    Draft d = draft_of_fee(bnb, 900);
    d.targets.push_back(networks_address);
    d.payloads.push_back(call_data<SET_FEE>(uint8_t{fantom}, 1'551u));
    pass(d);
    EXPECT_REFUSED(queue(d), failed(1, networks::FeeTooHigh{1'551, 1'550}));
    EXPECT_EQ(s.state.networks.networks.get(bnb).fee_bps, 1'000u);
    EXPECT_EQ(state(d), State::succeeded);
}

TEST_F(Timelock, RehearsesAtTheTimeThatTheCallsBecomeDue) {
    EXPECT_DONE(enact(draft_of_fee(bnb, 900), 2 * day_s));  // the next change is a week away
    const uint64_t next_s = s.block.now_s + 7 * day_s;
    Draft soon = draft_of_fee(bnb, 901);
    pass(soon);  // four days and a second
    EXPECT_REFUSED(queue(soon), failed(0, networks::ChangeTooSoon{next_s}));
    s.wait(day_s - 1);  // two days more make the week
    EXPECT_DONE(queue(soon));
}

TEST_F(Timelock, DoesAllOrNothing) {
    Draft d = draft_of_fee(bnb, 900);
    d.targets.push_back(networks_address);
    d.payloads.push_back(call_data<"resume(uint8 network)">(uint8_t{fantom}));
    s.state.networks.networks.put(fantom, [&] {
        auto n = s.state.networks.networks.get(fantom);
        n.halted = 1;
        return n;
    }());
    pass(d);
    EXPECT_DONE(queue(d));
    auto n = s.state.networks.networks.get(fantom);
    n.halted = 0;  // meanwhile somebody else did it
    s.state.networks.networks.put(fantom, n);
    s.wait(2 * day_s);
    EXPECT_REFUSED(execute(d), failed(1, networks::NotHalted{fantom}));
    EXPECT_EQ(s.state.networks.networks.get(bnb).fee_bps, 1'000u);
    EXPECT_EQ(state(d), State::queued);
}

TEST_F(Timelock, RehearsalsLeaveNothingBehindWhoeverAsks) {
    const Draft d = draft_of_fee(bnb, 900);
    EXPECT_REFUSED(s.call<"rehearse(" THAW_PAYLOADS ")">(carol, timelock_address, d.targets,
                                                         d.values(), d.payloads),
                   governance::Rehearsed{Number{1}});
    EXPECT_EQ(s.state.networks.networks.get(bnb).fee_bps, 1'000u);
}

TEST_F(Timelock, GuardianCancelsUntilItIsDoneAndCannotKeepItself) {
    const Draft d = draft_of_fee(bnb, 900);
    pass(d);
    EXPECT_DONE(queue(d));
    EXPECT_REFUSED(cancel(alice, d), (governance::GovernorUnableToCancel{d.id(), alice}));
    EXPECT_DONE(cancel(guardian, d));
    EXPECT_EQ(state(d), State::canceled);
    s.wait(2 * day_s);
    EXPECT_REFUSED(execute(d), unexpected(d, State::canceled, State::queued));

    const Draft replaced{{timelock_address}, {call_data<SET_GUARDIAN>(carol)}, "a new guardian"};
    pass(replaced);
    EXPECT_REFUSED(cancel(guardian, replaced),
                   (governance::GovernorUnableToCancel{replaced.id(), guardian}));
    EXPECT_DONE(queue(replaced));
    s.wait(7 * day_s);
    EXPECT_DONE(pause(guardian, 0));
    EXPECT_DONE(execute(replaced));  // a pause does not stop this one
    EXPECT_REFUSED(pause(guardian, 1), governance::NotTheGuardian{guardian});
    EXPECT_DONE(pause(carol, 1));
}

TEST_F(Timelock, ProposersTakeBackWhatIsNotVotedOnYet) {
    const Draft d = draft_of_fee(bnb, 900);
    EXPECT_DONE(propose(alice, d));
    s.wait(day_s);
    EXPECT_DONE(cancel(alice, d));
    const Draft later = draft_of_fee(bnb, 901);
    EXPECT_DONE(propose(alice, later));
    s.wait(day_s + 1);
    EXPECT_FALSE(cancel(alice, later).success);
}

TEST_F(Timelock, PausesEndByThemselvesAndCannotBeChained) {
    EXPECT_REFUSED(pause(alice, bnb), governance::NotTheGuardian{alice});
    EXPECT_REFUSED(pause(guardian, 6), governance::NoSuchSubject{6});
    EXPECT_DONE(pause(guardian, bnb));
    const uint64_t end_s = s.block.now_s + 14 * day_s;
    s.deposit(bnb, alice, one_18);
    const auto stake = [&] {
        return s.call<"stake(uint256 assets)">(alice, staking_of(bnb), Assets{one_18});
    };
    s.wait(14 * day_s - 1);
    EXPECT_REFUSED(stake(), staking::NetworkHalted{bnb});
    s.wait(1);
    EXPECT_DONE(stake());
    EXPECT_REFUSED(pause(guardian, bnb), governance::PauseTooSoon{end_s + 14 * day_s});
    s.wait(14 * day_s - 1);
    EXPECT_FALSE(pause(guardian, bnb).success);
    s.wait(1);
    EXPECT_DONE(pause(guardian, bnb));
    EXPECT_DONE(s.call<"unpause(uint8 subject)">(guardian, timelock_address, uint8_t{bnb}));
    EXPECT_REFUSED(s.call<"unpause(uint8 subject)">(guardian, timelock_address, uint8_t{bnb}),
                   governance::NotPaused{bnb});
}

TEST_F(Timelock, AnOperationKeepsItsGraceThroughAPause) {
    const Draft d = draft_of_fee(bnb, 900);
    pass(d);
    EXPECT_DONE(queue(d));
    s.wait(2 * day_s + 4 * day_s);  // ready for four days
    EXPECT_DONE(pause(guardian, 0));
    const uint64_t until_s = s.block.now_s + 14 * day_s;
    EXPECT_REFUSED(execute(d), governance::ExecutionPaused{until_s});
    s.wait(14 * day_s + 10 * day_s);  // the fourteen days of grace, and those of the pause
    EXPECT_DONE(execute(d));
}

TEST_F(Timelock, GovernanceSetsItsOwnTermsWithinTheirEnvelope) {
    const auto by_vote = [&](const Address& target, const Bytes& payload) {
        const Draft d{{target}, {payload}, "terms"};
        pass(d);
        const Receipt queued = queue(d);
        if (!queued.success) return queued;
        s.wait(s.view<Number, "getLongDelay() view returns (uint256)">(timelock_address).value);
        return execute(d);
    };
#define SET_PERIOD "setVotingPeriod(uint32 newVotingPeriod)"
    EXPECT_REFUSED(s.call<SET_PERIOD>(alice, governor_address, 345'600u),
                   governance::GovernorOnlyExecutor{alice});
    EXPECT_REFUSED(
        by_vote(governor_address, call_data<SET_PERIOD>(259'199u)),
        failed(0, governance::TermOutOfRange{Number{259'199}, Number{259'200}, Number{1'209'600}}));
    EXPECT_REFUSED(
        by_vote(governor_address,
                call_data<"updateQuorumNumerator(uint256 newQuorumNumerator)">(Number{3})),
        failed(0, governance::TermOutOfRange{Number{3}, Number{4}, Number{20}}));
    EXPECT_DONE(by_vote(governor_address,
                        call_data<"updateQuorumNumerator(uint256 newQuorumNumerator)">(Number{5})));
    EXPECT_DONE(by_vote(governor_address,
                        call_data<"setProposalThresholdBps(uint32 newThresholdBps)">(200u)));
    EXPECT_DONE(by_vote(governor_address,
                        call_data<"setVotingDelay(uint48 newVotingDelay)">(codec::Clock{86'401})));
    EXPECT_SAME((s.view<u128, "proposalThreshold() view returns (uint256)">(governor_address)),
                20 * million);
}

TEST(HandOver, EndsTheOwnersKeyForEver) {
    Scenario s;
    EXPECT_REFUSED(s.call<"handOver()">(alice, timelock_address),
                   networks::OwnableUnauthorizedAccount{alice});
    EXPECT_DONE(s.call<"transferOwnership(address newOwner)">(hub_owner, networks_address, bob));
    EXPECT_DONE(s.call<"handOver()">(hub_owner, timelock_address));
    EXPECT_EQ((s.view<Address, "owner() view returns (address)">(networks_address)),
              timelock_address);
    EXPECT_EQ((s.view<Address, "feeToSetter() view returns (address)">(factory_address)),
              timelock_address);
    for (const Address& who : {hub_owner, bob})
        for (const Bytes& data :
             {call_data<"acceptOwnership()">(), call_data<SET_FEE>(uint8_t{bnb}, 900u)})
            EXPECT_REFUSED(s.send(who, networks_address, data),
                           networks::OwnableUnauthorizedAccount{who});
    EXPECT_FALSE((s.call<"handOver()">(hub_owner, timelock_address)).success);
}

TEST_F(Timelock, GovernanceCannotGiveItsRoleAway) {
    const std::vector<Bytes> ways{
        call_data<"transferOwnership(address newOwner)">(alice),
        call_data<"renounceOwnership()">(),
    };
    for (const Bytes& way : ways) {
        const Draft d{{networks_address}, {way}, "away"};
        pass(d);
        EXPECT_REFUSED(queue(d), failed(0, networks::OwnedByGovernance{}));
    }
}

}  // namespace
}  // namespace thaw::scenario
