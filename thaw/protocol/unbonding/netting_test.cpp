// What lies in the buffer pays the oldest tickets first, partly if need be, and nothing is sent to
// a host that need not be.
#include "tests/scenario/expect.hpp"
#include "tests/scenario/random.hpp"

namespace thaw::scenario {
namespace {

#define STAKE "stake(uint256 assets) returns (uint256 shares)"
#define CLAIM_PART "claimPart(uint256 ticket, uint256 assets) returns (uint256 left)"

/// Alice has staked 100 units, all of them at work, and carol 100 as well.
struct Pool {
    Scenario s;
    Hosts hosts{s};
    NetworkId n;
    u128 one;

    explicit Pool(NetworkId network) : n{network}, one{unit(s.state, network)} {
        for (const Address& who : {alice, bob, carol}) s.deposit(n, who, one * 1'000);
        stake(alice, 100);
        stake(carol, 100);
        hosts.settle();
        auto q = s.state.unbonding.queues.get(n);  // as if a batch had just left
        q.last_dispatch_s = s.block.now_s;
        s.state.unbonding.queues.put(n, q);
        s.state.seal();
    }
    void stake(const Address& who, u128 units) {
        EXPECT_DONE(s.call<STAKE>(who, staking_of(n), Assets{one * units}));
    }
    Number unstake(const Address& who, u128 amount) {
        if (s.state.networks.networks.get(n).rebasing != 0)
            return s.must<Number, "unstakeBonds(uint256 amount) returns (uint256 ticket)">(
                who, staking_of(n), Assets{amount});
        return s.must<Number, "unstakeCerts(uint256 shares) returns (uint256 ticket)">(
            who, staking_of(n), Shares{amount});
    }
    bool due() { return s.view<bool, "due() view returns (bool)">(staking_of(n)); }
    uint64_t sent() const { return s.state.outbox.hosts.get(s.home(n)).emitted; }
    u128 paid(const Address& who, u128 had) const { return s.assets(n, who) - had; }
};

TEST(Netting, NewStakesPayTheOldestTicketInPartAndNothingIsSent) {
    for (NetworkId n = 1; n <= network_count; ++n) {
        Pool p{n};
        const u128 had = p.s.assets(n, alice);
        const Number ticket = p.unstake(alice, p.one * 10);
        const u128 idle =
            token::held(p.s.query(), token::bucket_account(n, token::Bucket::buffer)).value;
        p.stake(bob, 4);
        const uint64_t sent = p.sent();
        EXPECT_FALSE(p.due()) << "what happened to the stake today is not known yet";
        p.hosts.next_frame(n, {});
        const u128 in_buffer = idle + p.one * 4;
        p.s.must<void, "advance()">(carol, staking_of(n));
        EXPECT_SAME(p.paid(alice, had), in_buffer) << "network " << int{n};
        EXPECT_SAME(p.s.state.unbonding.tickets.get(ticket.value).nominal.value,
                    p.one * 10 - in_buffer);
        // Half a day later bob brings more than the rest: all of it is paid, and what remains is
        // too little to be bonded.
        p.hosts.execute();
        const uint64_t sent_by_then = p.sent();
        p.s.wait(1'000);
        p.stake(bob, 6);
        p.s.must<void, "advance()">(carol, staking_of(n));
        EXPECT_SAME(p.paid(alice, had), p.one * 10) << "network " << int{n};
        EXPECT_REFUSED((p.s.call<"claim(uint256 ticket)">(bob, tickets_address, ticket)),
                       unbonding::TicketAlreadyPaid{ticket});
        EXPECT_EQ(p.sent(), sent_by_then);
        // Its batch leaves after three days only.
        EXPECT_TRUE(n != bnb || sent_by_then == sent);
    }
}

TEST(Netting, WhatComesBackFromTheHostPaysWhoeverIsOldestThen) {
    Pool p{polygon};
    p.unstake(alice, p.one * 50);
    p.hosts.later(day_s);  // 50 begin to unbond
    p.stake(bob, 100);     // bob pays alice
    const u128 had = p.s.assets(polygon, alice);
    p.hosts.settle();
    EXPECT_SAME(p.paid(alice, had) + had, p.one * 950);
    // Now carol leaves. The 50 on their way, and what bob brought beyond alice's ticket, are hers:
    // nothing more need be unbonded.
    const u128 delegated = p.hosts.delegated(polygon);
    p.unstake(carol, p.one * 60);
    p.hosts.later(day_s);
    EXPECT_GE(p.hosts.delegated(polygon) + p.one * 10, delegated);
    p.hosts.later(4 * day_s);
    EXPECT_SAME(p.s.assets(polygon, carol), p.one * 960);
}

TEST(Netting, ASlashThatAlreadyHappenedIsBorneByWhoAsksOut) {
    for (NetworkId n = 1; n <= network_count; ++n) {
        Pool p{n};
        p.stake(bob, 50);  // enough in the buffer to pay alice at once, were that allowed
        const u128 had = p.s.assets(n, alice);
        p.unstake(alice, p.one * 40);
        EXPECT_FALSE(p.due() && p.s.call<"advance()">(carol, staking_of(n)).success &&
                     p.paid(alice, had) != 0);
        p.hosts.execute();
        p.hosts.next_frame(n, {{1, {.slashed = p.hosts.delegated(n, 1) / 100}}});
        p.hosts.settle();
        const auto rate = liquid::rate(p.s.query(), n);
        const u128 fair = liquid::worth(SubShares{p.one * 40 * liquid::sub_units}, rate).value;
        EXPECT_LT(p.paid(alice, had), p.one * 40) << "network " << int{n};
        EXPECT_LE(p.paid(alice, had), fair + 1) << "network " << int{n};
        EXPECT_GE(p.paid(alice, had) + 1, fair) << "network " << int{n};
    }
}

TEST(Netting, SixtyPerCentAskingOutInOneBlockAreAllPaidAtFaceValue) {
    for (NetworkId n = 1; n <= network_count; ++n) {
        Pool p{n};
        const u128 had_alice = p.s.assets(n, alice);
        const u128 had_carol = p.s.assets(n, carol);
        p.unstake(alice, p.one * 100);
        p.unstake(carol, p.one * 20);
        const auto network = p.s.state.networks.networks.get(n);
        p.hosts.later(network.batch_interval_s);
        p.hosts.later(network.unbonding_s);
        EXPECT_SAME(p.paid(alice, had_alice), p.one * 100) << "network " << int{n};
        EXPECT_SAME(p.paid(carol, had_carol), p.one * 20) << "network " << int{n};
        EXPECT_GE(p.s.shown(n, carol), p.one * 80) << "network " << int{n};
    }
}

TEST(ClaimPart, PaysExactlyWhatIsNamedAndKeepsTheRest) {
    Pool p{bnb};
    // Twenty-one tickets: the keeper pushes twenty of them at a time.
    for (int i = 0; i < 21; ++i) p.unstake(alice, p.one);
    p.unstake(carol, p.one * 3);
    const Number last{unbonding::ticket_id(bnb, 22)};
    EXPECT_REFUSED((p.s.call<CLAIM_PART>(bob, tickets_address, last, Assets{1})),
                   unbonding::ERC721InsufficientApproval{bob, last});
    p.stake(bob, 100);
    p.hosts.next_frame(bnb, {});
    p.s.must<void, "advance()">(bob, staking_of(bnb));
    const u128 had = p.s.assets(bnb, carol);
    EXPECT_REFUSED((p.s.call<CLAIM_PART>(carol, tickets_address, last, Assets{p.one * 3 + 1})),
                   (unbonding::ClaimOutOfRange{last, Assets{p.one * 3 + 1}, Assets{p.one * 3}}));
    EXPECT_REFUSED((p.s.call<CLAIM_PART>(carol, tickets_address, last, Assets{})),
                   (unbonding::ClaimOutOfRange{last, Assets{}, Assets{p.one * 3}}));
    const Assets left = p.s.must<Assets, CLAIM_PART>(carol, tickets_address, last, Assets{p.one});
    EXPECT_SAME(left.value, p.one * 2);
    EXPECT_SAME(p.paid(carol, had), p.one);
    p.hosts.settle();
    EXPECT_SAME(p.paid(carol, had), p.one * 3);
}

/// A ticket costs the same whatever waits before it, and a report, a finalisation and a stake do
/// not walk over a million of them.
TEST(Queue, AMillionDustTicketsArePaidAndSlowNothing) {
    Scenario s{scenario_genesis(), Scenario::Checks::none};
    Hosts hosts{s};
    constexpr uint64_t many = 1'000'000;
    s.deposit(kusama, alice, unit(s.state, kusama) * 10);
    s.deposit(kusama, bob, unit(s.state, kusama) * 10);
    EXPECT_DONE(s.call<STAKE>(alice, staking_of(kusama), Assets{unit(s.state, kusama) * 10}));
    hosts.settle();
    const Bytes ask = call_data<"unstakeBonds(uint256 amount) returns (uint256 ticket)">(Assets{7});
    for (uint64_t i = 0; i < many; ++i) {
        ASSERT_TRUE(s.send(alice, staking_of(kusama), ask, {}, 0).success);
        if (i % 100'000 == 0) s.state.seal();
    }
    EXPECT_DONE(s.call<STAKE>(bob, staking_of(kusama), Assets{unit(s.state, kusama) * 10}));
    hosts.next_frame(kusama, {});
    // One step of the keeper makes all of them payable; the rest is handing out.
    EXPECT_DONE((s.call<"advance()">(carol, staking_of(kusama))));
    const auto q = s.state.unbonding.queues.get(kusama);
    EXPECT_EQ(q.finalised, many);
    EXPECT_SAME(q.shares.value, 0);
    EXPECT_DONE((s.call<"claim(uint256 ticket)">(bob, tickets_address,
                                                 Number{unbonding::ticket_id(kusama, many)})));
    hosts.execute();
    s.state.seal();
    uint64_t steps = 0;
    while (s.view<bool, "due() view returns (bool)">(staking_of(kusama))) {
        ASSERT_TRUE(s.call<"advance()">(carol, staking_of(kusama)).success);
        hosts.execute();
        if (++steps % 5'000 == 0) s.state.seal();
    }
    EXPECT_LE(steps, many / 20 + 3);
    EXPECT_SAME(s.assets(kusama, alice), u128{many} * 7);
    EXPECT_EQ(broken_invariant(s.state, s.block), std::nullopt);
}

}  // namespace
}  // namespace thaw::scenario
