// Tickets split, merged and taken back: never worth more than before, paid in their turn.
#include "tests/scenario/expect.hpp"

namespace thaw::scenario {
namespace {

#define SPLIT "split(uint256 ticket, uint256[] shares) returns (uint256[] parts)"
#define MERGE "merge(uint256[] tickets) returns (uint256 ticket)"
#define CANCEL "cancel(uint256 ticket) returns (uint256 shares)"

/// Alice has staked 100 units and asked for ten of them; nothing has left yet.
struct Asked {
    Scenario s;
    Hosts hosts{s};
    NetworkId n;
    u128 one;

    explicit Asked(NetworkId network) : n{network}, one{unit(s.state, network)} {
        s.deposit(n, alice, one * 200);
        EXPECT_DONE((s.call<"stake(uint256 assets) returns (uint256 shares)">(alice, staking_of(n),
                                                                              Assets{one * 100})));
        hosts.settle();
        ask(one * 10);
    }
    Number ask(u128 amount) {
        if (s.state.networks.networks.get(n).rebasing != 0)
            return s.must<Number, "unstakeBonds(uint256 amount) returns (uint256 ticket)">(
                alice, staking_of(n), Assets{amount});
        return s.must<Number, "unstakeCerts(uint256 shares) returns (uint256 ticket)">(
            alice, staking_of(n), Shares{amount});
    }
    Number ticket(uint64_t number) const { return {unbonding::ticket_id(n, number)}; }
    unbonding::Ticket row(uint64_t number) const {
        return s.state.unbonding.tickets.get(unbonding::ticket_id(n, number));
    }
    Receipt split(const Address& who, uint64_t number, std::vector<Shares> parts) {
        return s.call<SPLIT>(who, tickets_address, ticket(number), parts);
    }
    Receipt merge(const Address& who, std::vector<Number> ids) {
        return s.call<MERGE>(who, tickets_address, ids);
    }
    Receipt cancel(const Address& who, uint64_t number) {
        return s.call<CANCEL>(who, tickets_address, ticket(number));
    }
    void dispatch() { hosts.later(s.state.networks.networks.get(n).batch_interval_s); }
    void mature() { hosts.later(s.state.networks.networks.get(n).unbonding_s); }
};

TEST(Split, LeavesTheRestAndRefusesTheWhole) {
    Asked a{bnb};
    const u128 ten = a.one * 10;
    EXPECT_REFUSED(a.split(alice, 1, {}), unbonding::ListLength{Number{0}, Number{1}, Number{50}});
    EXPECT_REFUSED(a.split(alice, 1, std::vector<Shares>(51, Shares{1})),
                   unbonding::ListLength{Number{51}, Number{1}, Number{50}});
    EXPECT_REFUSED(a.split(bob, 1, {Shares{1}}),
                   unbonding::ERC721InsufficientApproval{bob, a.ticket(1)});
    EXPECT_REFUSED(a.split(alice, 2, {Shares{1}}), unbonding::ERC721NonexistentToken{a.ticket(2)});
    EXPECT_REFUSED(a.split(alice, 1, {Shares{ten}}),
                   unbonding::SplitTooLarge{a.ticket(1), Shares{ten}, Shares{ten}});
    EXPECT_REFUSED(a.split(alice, 1, {Shares{1}, Shares{ten - 1}}),
                   unbonding::SplitTooLarge{a.ticket(1), Shares{ten - 1}, Shares{ten - 1}});
    EXPECT_REFUSED(a.split(alice, 1, {Shares{}}), unbonding::TicketTooSmall{a.ticket(1)});
    EXPECT_DONE(a.split(alice, 1, {Shares{1}, Shares{ten - 2}}));
    EXPECT_SAME(a.row(1).nominal.value, 1);
    EXPECT_SAME(a.row(2).nominal.value, 1);
    EXPECT_SAME(a.row(3).nominal.value, ten - 2);
    EXPECT_EQ(a.row(3).owner, alice);
}

/// A part split off long after others queued behind it is still pushed with its own batch, not
/// after theirs; so is a part of a part.
TEST(Split, PartsArePushedWithTheirOwnBatch) {
    for (const NetworkId n : {bnb, polkadot}) {
        Asked a{n};
        a.dispatch();
        a.ask(a.one);  // the next batch
        EXPECT_DONE(a.split(alice, 1, {Shares{a.one * 4}}));
        EXPECT_DONE(a.split(alice, 3, {Shares{a.one}}));
        EXPECT_DONE(a.s.call<"transferFrom(address from, address to, uint256 tokenId)">(
            alice, tickets_address, alice, bob, a.ticket(4)));
        const u128 before = a.s.assets(n, alice);
        a.mature();
        EXPECT_SAME(a.s.assets(n, bob), a.one) << "network " << int{n};
        EXPECT_SAME(a.s.assets(n, alice) - before, a.one * 9) << "network " << int{n};
        EXPECT_EQ(a.row(2).owner, alice);
    }
}

TEST(Split, FiftyPartsArePaidNoMoreThanOne) {
    Asked whole{fantom};
    Asked cut{fantom};
    EXPECT_DONE(cut.split(alice, 1, std::vector<Shares>(50, Shares{cut.one / 7 + 1})));
    for (Asked* a : {&whole, &cut}) {
        a->dispatch();
        a->hosts.next_frame(fantom, {{1, {.slashed = a->one / 3}}});
        a->mature();
    }
    EXPECT_LE(cut.s.assets(fantom, alice), whole.s.assets(fantom, alice));
    EXPECT_GE(cut.s.assets(fantom, alice) + 51, whole.s.assets(fantom, alice));
}

TEST(Merge, TakesTicketsOfOneOwnerAndBatch) {
    Asked a{kusama};
    a.ask(a.one * 2);
    a.ask(a.one * 3);
    EXPECT_REFUSED(a.merge(alice, {a.ticket(1)}),
                   unbonding::ListLength{Number{1}, Number{2}, Number{50}});
    EXPECT_REFUSED(a.merge(alice, {a.ticket(1), a.ticket(1)}),
                   unbonding::TicketsNotAlike{a.ticket(1), a.ticket(1)});
    EXPECT_REFUSED(a.merge(alice, {a.ticket(1), a.ticket(2), a.ticket(2)}),
                   unbonding::ERC721NonexistentToken{a.ticket(2)});
    EXPECT_DONE(a.merge(alice, {a.ticket(2), a.ticket(1)}));
    EXPECT_SAME(a.row(2).nominal.value, a.one * 12);
    EXPECT_TRUE(a.row(1).owner.is_zero());
    a.dispatch();
    a.ask(a.one);
    EXPECT_REFUSED(a.merge(alice, {a.ticket(2), a.ticket(4)}),
                   unbonding::TicketsNotAlike{a.ticket(2), a.ticket(4)});
    EXPECT_DONE(a.merge(alice, {a.ticket(2), a.ticket(3)}));  // on the host already, still alike
    const u128 before = a.s.assets(kusama, alice);
    a.mature();
    EXPECT_SAME(a.s.assets(kusama, alice) - before, a.one * 15);
    EXPECT_EQ(a.row(4).owner, alice);
}

/// Bifrost's cancel paid by exact match of the request and more than it was worth.
TEST(Cancel, GivesBackAllAtTheSameRateAndNeverMoreThanTheNominal) {
    for (NetworkId n = 1; n <= network_count; ++n) {
        Asked a{n};
        const u128 before = a.s.shown(n, alice);
        EXPECT_REFUSED(a.cancel(bob, 1), unbonding::ERC721InsufficientApproval{bob, a.ticket(1)});
        EXPECT_DONE(a.cancel(alice, 1));
        EXPECT_SAME(a.s.shown(n, alice) - before, a.one * 10) << "network " << int{n};
        EXPECT_REFUSED(a.cancel(alice, 1), unbonding::ERC721NonexistentToken{a.ticket(1)});

        a.ask(a.one * 10);
        const auto nominal = a.row(2).nominal;
        a.hosts.next_frame(n, {{1, {.reward = a.one / 50}}});
        a.s.wait(day_s / 2);
        if (a.s.state.unbonding.batches.get({.batch = a.row(2).batch, .network = n}).status !=
            unbonding::BatchStatus::open)
            continue;
        const auto rate = liquid::rate(a.s.query(), n);
        const u128 had = a.s.sub_shares(n, alice);
        EXPECT_DONE(a.cancel(alice, 2));
        const SubShares back{a.s.sub_shares(n, alice) - had};
        EXPECT_LE(liquid::worth(back, rate).value, nominal.value) << "network " << int{n};
        EXPECT_GE(liquid::worth(back, rate).value + 2, nominal.value) << "network " << int{n};
    }
}

/// Asking out and back is no way round the switch: what was given as the legacy token comes back as
/// it.
TEST(Cancel, ALegacyTicketComesBackAsTheLegacyToken) {
    Genesis genesis = scenario_genesis();
    genesis.legacy.push_back({bnb, alice, Assets{one_18 * 5}});
    Scenario s{genesis};
    const auto legacy = [&] {
        return liquid::shown_balance(s.query(), ContractKind::legacy, bnb, alice);
    };
    const Number id = s.must<Number, "unstakeBonds(uint256 amount) returns (uint256 ticket)">(
        alice, staking_of(bnb), Assets{one_18 * 2});
    EXPECT_SAME(legacy(), one_18 * 3);
    EXPECT_DONE(s.call<CANCEL>(alice, tickets_address, id));
    EXPECT_SAME(legacy(), one_18 * 5);
    EXPECT_SAME(s.shown(bnb, alice), 0);
}

TEST(Cancel, IsOverWhenTheBatchHasLeft) {
    Asked a{polygon};
    a.dispatch();
    EXPECT_REFUSED(a.cancel(alice, 1), unbonding::TicketDispatched{a.ticket(1), 1});
    a.mature();
    EXPECT_REFUSED(a.cancel(alice, 1), unbonding::ERC721NonexistentToken{a.ticket(1)});
}

TEST(Cancel, ABatchWithoutTicketsDoesNotLeave) {
    Asked a{bnb};
    EXPECT_DONE(a.cancel(alice, 1));
    a.dispatch();
    EXPECT_EQ(a.s.state.unbonding.batches.get({.batch = 1, .network = bnb}).status,
              unbonding::BatchStatus::open);
    a.ask(a.one);
    a.dispatch();
    const u128 before = a.s.assets(bnb, alice);
    a.mature();
    EXPECT_SAME(a.s.assets(bnb, alice) - before, a.one);
}

/// More parts than one transaction of the keeper pays are paid by the next ones.
TEST(Split, DustPartsAreAllPushed) {
    Asked a{kusama};
    for (int i = 0; i < 4; ++i)
        EXPECT_DONE(a.split(alice, 1, std::vector<Shares>(50, Shares{1'000})));
    a.dispatch();
    const u128 before = a.s.assets(kusama, alice);
    a.mature();
    EXPECT_SAME(a.s.assets(kusama, alice) - before, a.one * 10);
    EXPECT_FALSE(unbonding::push_due(a.s.query(), kusama));
}

}  // namespace
}  // namespace thaw::scenario
