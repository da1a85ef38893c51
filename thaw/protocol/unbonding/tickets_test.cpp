// Tickets: refused one second early, paid on time, once, to whoever owns them.
#include "tests/scenario/expect.hpp"

namespace thaw::scenario {
namespace {

#define CLAIM "claim(uint256 ticket) returns (uint256 assets)"
#define TRANSFER_FROM "transferFrom(address from, address to, uint256 tokenId)"

constexpr Number first_ticket(NetworkId n) { return {unbonding::ticket_id(n, 1)}; }

/// A world where alice has unstaked `amount` and the batch is on the host; `ready` is when it
/// matures.
struct Waiting {
    Scenario s;
    Hosts hosts{s};
    uint64_t ready = 0;

    explicit Waiting(NetworkId n, u128 amount) {
        s.deposit(n, alice, amount * 3);
        EXPECT_DONE((s.call<"stake(uint256 assets) returns (uint256 shares)">(alice, staking_of(n),
                                                                              Assets{amount * 3})));
        hosts.settle();
        if (s.state.networks.networks.get(n).rebasing != 0)
            EXPECT_DONE((s.call<"unstakeBonds(uint256 amount) returns (uint256 ticket)">(
                alice, staking_of(n), Assets{amount})));
        else
            EXPECT_DONE((s.call<"unstakeCerts(uint256 shares) returns (uint256 ticket)">(
                alice, staking_of(n), Shares{amount})));
        hosts.later(s.state.networks.networks.get(n).batch_interval_s);
        ready = s.block.now_s + s.state.networks.networks.get(n).unbonding_s;
    }
};

TEST(Claim, IsRefusedOneSecondEarlyAndPaidOnTime) {
    const std::array<uint64_t, 6> days{0, 7, 28, 28, 7, 4};  // protocol section 1
    for (NetworkId n = 1; n <= network_count; ++n) {
        Scenario probe;
        const u128 amount = unit(probe.state, n) * 7;
        Waiting w{n, amount};
        w.hosts.later(days[n] * day_s - 1);
        EXPECT_REFUSED((w.s.call<CLAIM>(bob, tickets_address, first_ticket(n))),
                       unbonding::TicketNotReady{first_ticket(n), w.ready});
        w.hosts.later(1);  // collected, finalised and pushed to the owner
        EXPECT_SAME(w.s.assets(n, alice), amount) << "network " << int{n};
        EXPECT_REFUSED((w.s.call<CLAIM>(alice, tickets_address, first_ticket(n))),
                       unbonding::TicketAlreadyPaid{first_ticket(n)});
    }
}

TEST(Claim, PaysTheOwnerWhoeverCallsAndOnlyOnce) {
    Waiting w{bnb, one_18};
    w.s.wait(7 * day_s);
    // All but the push: until the batch is final there is nothing to claim.
    w.s.must<void, "advance()">(carol, staking_of(bnb));
    w.hosts.execute();
    EXPECT_REFUSED((w.s.call<CLAIM>(carol, tickets_address, first_ticket(bnb))),
                   unbonding::TicketNotReady{first_ticket(bnb), w.ready});
    w.s.must<void, "advance()">(carol, staking_of(bnb));
    EXPECT_SAME(w.s.assets(bnb, alice), one_18);
    EXPECT_SAME(w.s.assets(bnb, carol), 0);
    EXPECT_REFUSED((w.s.call<CLAIM>(carol, tickets_address, first_ticket(bnb))),
                   unbonding::TicketAlreadyPaid{first_ticket(bnb)});
}

TEST(Claim, NamesTicketsThatNeverWere) {
    Scenario s;
    for (const uint64_t id : {uint64_t{0}, uint64_t{5}, unbonding::ticket_id(1, 1),
                              unbonding::ticket_id(9, 1), ~uint64_t{0}})
        EXPECT_REFUSED((s.call<CLAIM>(alice, tickets_address, Number{id})),
                       unbonding::ERC721NonexistentToken{Number{id}});
}

TEST(Tickets, MoveByErc721RulesAndPayTheNewOwner) {
    Waiting w{kusama, 5'000'000'000'000};
    Scenario& s = w.s;
    const Number id = first_ticket(kusama);
    const Number none{unbonding::ticket_id(kusama, 2)};
    EXPECT_REFUSED((s.call<TRANSFER_FROM>(bob, tickets_address, bob, Address{}, none)),
                   unbonding::ERC721InvalidReceiver{Address{}});
    EXPECT_REFUSED((s.call<TRANSFER_FROM>(bob, tickets_address, bob, carol, none)),
                   unbonding::ERC721NonexistentToken{none});
    EXPECT_REFUSED((s.call<TRANSFER_FROM>(bob, tickets_address, bob, carol, id)),
                   unbonding::ERC721InsufficientApproval{bob, id});
    EXPECT_REFUSED((s.call<TRANSFER_FROM>(alice, tickets_address, bob, carol, id)),
                   unbonding::ERC721IncorrectOwner{bob, id, alice});
    EXPECT_REFUSED((s.call<"approve(address to, uint256 tokenId)">(bob, tickets_address, bob, id)),
                   unbonding::ERC721InsufficientApproval{bob, id});
    EXPECT_DONE((s.call<"approve(address to, uint256 tokenId)">(alice, tickets_address, bob, id)));
    EXPECT_DONE((s.call<TRANSFER_FROM>(bob, tickets_address, alice, carol, id)));
    // The approval went with the old owner.
    EXPECT_REFUSED((s.call<TRANSFER_FROM>(bob, tickets_address, carol, bob, id)),
                   unbonding::ERC721InsufficientApproval{bob, id});
    EXPECT_DONE((s.call<"setApprovalForAll(address operator, bool approved)">(
        carol, tickets_address, alice, true)));
    EXPECT_DONE((s.call<TRANSFER_FROM>(alice, tickets_address, carol, bob, id)));
    EXPECT_EQ(
        (s.view<Address, "ownerOf(uint256 tokenId) view returns (address)">(tickets_address, id)),
        bob);
    w.hosts.later(7 * day_s);
    EXPECT_SAME(s.assets(kusama, bob), 5'000'000'000'000);
    EXPECT_REFUSED((s.call<TRANSFER_FROM>(bob, tickets_address, bob, carol, id)),
                   unbonding::ERC721NonexistentToken{id});
}

TEST(Tickets, EarnWhileUnbondingOnlyWhereTheTableSaysSo) {
    for (NetworkId n = 1; n <= network_count; ++n) {
        Scenario probe;
        const u128 amount = unit(probe.state, n) * 1'000;
        Waiting w{n, amount};
        const u128 reward = amount / 2'000;
        w.hosts.next_frame(n, {{1, {.reward = reward}}});
        w.hosts.later(40 * day_s);
        const bool earns = n == fantom || n == kusama;
        const u128 got = w.s.assets(n, alice);
        if (earns)
            EXPECT_GT(got, amount) << "network " << int{n};
        else
            EXPECT_SAME(got, amount) << "network " << int{n};
    }
}

TEST(Tickets, AreDiscountedByALossBeforeFinalisationAndNotByOneAfter) {
    Waiting w{polkadot, 1'000'000'000'000};
    w.hosts.next_frame(polkadot, {{1, {.slashed = 1'000'000'000}}});
    w.hosts.later(28 * day_s);
    const u128 got = w.s.assets(polkadot, alice);
    EXPECT_LT(got, 1'000'000'000'000u);
    EXPECT_GT(got, 999'000'000'000u);
    w.hosts.next_frame(polkadot, {{2, {.slashed = 1'000'000'000}}});
    EXPECT_SAME(w.s.assets(polkadot, alice), got);
}

TEST(Tickets, ALossWhileUnbondingIsSharedByAll) {
    Waiting w{polygon, one_18 * 1'000};
    w.hosts.slash_unbonding(polygon, 10'000);  // one per cent of a third of the pool
    w.hosts.later(4 * day_s);  // less came than is owed: the rest is asked of the validators
    EXPECT_SAME(w.s.assets(polygon, alice), one_18 * 990);
    w.hosts.later(4 * day_s);
    // E fell by 10 of 3,000: the ticket bears its third of it.
    const u128 got = w.s.assets(polygon, alice);
    EXPECT_LT(got, one_18 * 9'967 / 10);
    EXPECT_GT(got, one_18 * 9'966 / 10);
}

}  // namespace
}  // namespace thaw::scenario
