// Members come and go by the owner's word, within bounds; votes stay with who cast them.
#include "tests/scenario/expect.hpp"

namespace thaw::scenario {
namespace {

#define DEPOSIT "reportDeposit(" THAW_DEPOSIT_TUPLE " deposit)"
#define ADD "addMember(address account, uint32 quorum)"
#define REMOVE "removeMember(address account, uint32 quorum)"
#define REPLACE "replaceMember(address account, address successor)"
#define SET_QUORUM "setQuorum(uint32 quorum)"

struct Members : testing::Test {
    Scenario s{[] {
        Genesis g = scenario_genesis();
        for (uint16_t m = 5; m <= 9; ++m) g.grants.push_back({member(m), Assets{one_18}});
        return g;
    }()};
    const Address at = oracle_address;

    static oracle::Deposit deposit(uint32_t index = 7) {
        return {.host = 1, .index = index, .asset = bnb, .receiver = alice, .amount = Assets{5}};
    }
    Receipt say(uint16_t who, const oracle::Deposit& d = deposit()) {
        return s.call<DEPOSIT>(member(who), at, d);
    }
    void week() { s.wait(oracle::members_change_interval_s); }
    std::vector<Address> all() {
        return s.view<std::vector<Address>, "members() view returns (address[])">(at);
    }
};

TEST_F(Members, AreTheOwnersToChange) {
    for (const Address& who : {alice, member(1), treasury}) {
        if (who == treasury) continue;  // has no ETH in these tests
        const networks::OwnableUnauthorizedAccount no{who};
        EXPECT_REFUSED(s.call<ADD>(who, at, alice, 4u), no);
        EXPECT_REFUSED(s.call<REMOVE>(who, at, member(1), 3u), no);
        EXPECT_REFUSED(s.call<REPLACE>(who, at, member(1), alice), no);
        EXPECT_REFUSED(s.call<SET_QUORUM>(who, at, 4u), no);
    }
}

TEST_F(Members, NeedAQuorumOfMoreThanTwoThirdsAndAtMostAll) {
    EXPECT_REFUSED(s.call<SET_QUORUM>(hub_owner, at, 0u), (oracle::QuorumOutOfRange{0, 4}));
    EXPECT_REFUSED(s.call<SET_QUORUM>(hub_owner, at, 2u), (oracle::QuorumOutOfRange{2, 4}));
    EXPECT_REFUSED(s.call<SET_QUORUM>(hub_owner, at, 5u), (oracle::QuorumOutOfRange{5, 4}));
    EXPECT_REFUSED(s.call<SET_QUORUM>(hub_owner, at, 3u), networks::SameAsBefore{});
    EXPECT_REFUSED(s.call<ADD>(hub_owner, at, member(5), 3u), (oracle::QuorumOutOfRange{3, 5}));
    EXPECT_REFUSED(s.call<ADD>(hub_owner, at, member(5), 6u), (oracle::QuorumOutOfRange{6, 5}));
    EXPECT_DONE(s.call<ADD>(hub_owner, at, member(5), 4u));
    week();
    EXPECT_REFUSED(s.call<REMOVE>(hub_owner, at, member(5), 2u), (oracle::QuorumOutOfRange{2, 4}));
    EXPECT_DONE(s.call<REMOVE>(hub_owner, at, member(5), 4u));
    week();
    EXPECT_DONE(s.call<SET_QUORUM>(hub_owner, at, 3u));
    week();
    EXPECT_DONE(s.call<REMOVE>(hub_owner, at, member(4), 3u));
    week();
    EXPECT_DONE(s.call<REMOVE>(hub_owner, at, member(3), 2u));
    week();
    EXPECT_DONE(s.call<REMOVE>(hub_owner, at, member(2), 1u));
    week();
    EXPECT_REFUSED(s.call<REMOVE>(hub_owner, at, member(1), 0u), (oracle::QuorumOutOfRange{0, 0}));
    EXPECT_REFUSED(s.call<REMOVE>(hub_owner, at, member(1), 1u), (oracle::QuorumOutOfRange{1, 0}));
    EXPECT_DONE(say(1));
    EXPECT_SAME(s.assets(bnb, alice), 5);
}

/// Each kind of change counts, and refused ones do not.
TEST_F(Members, AreChangedOnceAWeek) {
    EXPECT_REFUSED(s.call<SET_QUORUM>(hub_owner, at, 5u), (oracle::QuorumOutOfRange{5, 4}));
    EXPECT_DONE(s.call<REPLACE>(hub_owner, at, member(1), member(5)));
    const networks::ChangeTooSoon soon{s.block.now_s + oracle::members_change_interval_s};
    s.wait(oracle::members_change_interval_s - 1);
    EXPECT_REFUSED(s.call<REPLACE>(hub_owner, at, member(2), member(6)), soon);
    EXPECT_REFUSED(s.call<ADD>(hub_owner, at, member(6), 4u), soon);
    EXPECT_REFUSED(s.call<REMOVE>(hub_owner, at, member(2), 3u), soon);
    EXPECT_REFUSED(s.call<SET_QUORUM>(hub_owner, at, 4u), soon);
    s.wait(1);
    EXPECT_DONE(s.call<SET_QUORUM>(hub_owner, at, 4u));
    EXPECT_FALSE(s.call<REPLACE>(hub_owner, at, member(2), member(6)).success);
}

TEST_F(Members, AreEachOneAccountAndAtMostSixtyFour) {
    EXPECT_REFUSED(s.call<ADD>(hub_owner, at, Address{}, 4u), oracle::ZeroMember{});
    EXPECT_REFUSED(s.call<ADD>(hub_owner, at, member(2), 4u), oracle::AlreadyAMember{member(2)});
    EXPECT_REFUSED(s.call<REPLACE>(hub_owner, at, member(1), member(2)),
                   oracle::AlreadyAMember{member(2)});
    EXPECT_REFUSED(s.call<REPLACE>(hub_owner, at, member(1), member(1)),
                   oracle::AlreadyAMember{member(1)});
    EXPECT_REFUSED(s.call<REPLACE>(hub_owner, at, alice, bob), oracle::NotAMember{alice});
    EXPECT_REFUSED(s.call<REMOVE>(hub_owner, at, alice, 3u), oracle::NotAMember{alice});
    for (uint16_t m = 5; m <= 64; ++m) {
        ASSERT_TRUE(s.call<ADD>(hub_owner, at, member(m), uint32_t{m}).success);
        week();
    }
    EXPECT_REFUSED(s.call<ADD>(hub_owner, at, member(65), 65u), oracle::TooManyMembers{64});
    EXPECT_EQ(all().size(), 64u);
}

TEST_F(Members, WhoLeftIsNotCountedAndNotHeard) {
    EXPECT_DONE(say(1));
    EXPECT_DONE(say(2));
    EXPECT_DONE(s.call<REMOVE>(hub_owner, at, member(1), 3u));
    EXPECT_EQ(all(), (std::vector{member(4), member(2), member(3)}));
    EXPECT_REFUSED(say(1), oracle::NotAMember{member(1)});
    EXPECT_DONE(say(3));
    EXPECT_SAME(s.assets(bnb, alice), 0);  // two of three that count
    EXPECT_DONE(say(4));
    EXPECT_SAME(s.assets(bnb, alice), 5);
}

TEST_F(Members, WhoComesBackBeginsWithoutVotes) {
    EXPECT_DONE(say(1));
    EXPECT_DONE(say(2));
    EXPECT_DONE(s.call<REMOVE>(hub_owner, at, member(1), 3u));
    week();
    EXPECT_DONE(s.call<ADD>(hub_owner, at, member(1), 3u));
    EXPECT_DONE(say(3));
    EXPECT_SAME(s.assets(bnb, alice), 0);
    EXPECT_DONE(say(1));
    EXPECT_SAME(s.assets(bnb, alice), 5);
}

TEST_F(Members, ASuccessorInheritsThePlaceAndNoVote) {
    EXPECT_DONE(say(1));
    EXPECT_DONE(say(2));
    EXPECT_DONE(s.call<REPLACE>(hub_owner, at, member(1), member(5)));
    EXPECT_EQ(all(), (std::vector{member(5), member(2), member(3), member(4)}));
    oracle::Deposit other = deposit();
    other.amount = Assets{6};
    EXPECT_DONE(say(5, other));  // contradicts its predecessor, not itself
    EXPECT_DONE(say(3));
    EXPECT_SAME(s.assets(bnb, alice), 0);
    EXPECT_DONE(say(4));
    EXPECT_SAME(s.assets(bnb, alice), 5);
}

TEST_F(Members, ALowerQuorumIsReachedByRepeatingAVote) {
    EXPECT_DONE(s.call<SET_QUORUM>(hub_owner, at, 4u));
    for (const uint16_t m : {1, 2, 3}) EXPECT_DONE(say(m));
    EXPECT_SAME(s.assets(bnb, alice), 0);
    EXPECT_FALSE(say(1).success);  // AlreadyAttested
    week();
    EXPECT_DONE(s.call<SET_QUORUM>(hub_owner, at, 3u));
    EXPECT_DONE(say(1));
    EXPECT_SAME(s.assets(bnb, alice), 5);
    EXPECT_REFUSED(say(2), oracle::AlreadyDecided{oracle::subject_of(deposit())});
}

TEST_F(Members, ASplitVoteIsMendedByASuccessor) {
    oracle::Deposit lie = deposit();
    lie.receiver = bob;
    EXPECT_DONE(say(1, lie));
    EXPECT_DONE(say(2, lie));
    EXPECT_DONE(say(3));
    EXPECT_DONE(say(4));
    EXPECT_DONE(s.call<REPLACE>(hub_owner, at, member(1), member(6)));
    EXPECT_DONE(say(6));
    EXPECT_SAME(s.assets(bnb, alice), 5);
    EXPECT_SAME(s.assets(bnb, bob), 0);
}

}  // namespace
}  // namespace thaw::scenario
