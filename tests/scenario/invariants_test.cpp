// Each invariant is seen to fire: a world in which every module has something to lose, and for each
// sentence one fault put into the books on purpose. A new invariant without a fault fails here.
#include <map>

#include "tests/scenario/lending.hpp"
#include "thaw/protocol/exchange/face.hpp"

namespace thaw::scenario {
namespace {

constexpr Address flash_of(NetworkId n) { return contract_address(ContractKind::flash, n); }

/// Tickets waiting, final and payable, a request, a flash pool with somebody leaving it.
struct Busy {
    Scenario s{lending_genesis()};
    Hosts hosts{s};

    Busy() {
        for (const Address& who : {alice, bob, carol}) s.deposit(bnb, who, one_18 * 1'000);
        stake(alice, 300);
        hosts.settle();
        for (int i = 0; i < 22; ++i) unstake(alice);
        stake(bob, 100);
        s.must<Shares, "deposit(uint256 assets, address receiver) returns (uint256 shares)">(
            carol, flash_of(bnb), Assets{one_18 * 50}, carol);
        hosts.next_frame(bnb, {});
        s.must<void, "advance()">(carol, staking_of(bnb));  // final, twenty of them paid
        unstake(alice);
        s.must<u128,
               "requestRedeem(uint256 shares, address controller, address owner) returns "
               "(uint256 requestId)">(bob, liquid_of(bnb), one_18, bob, bob);
        s.must<Shares, "announce(uint256 shares) returns (uint256 announced)">(carol, flash_of(bnb),
                                                                               Shares{one_18});
        demand(s.send(alice, weth_address, {}, Assets{one_18}).success, "wrapping ether");
        farm();
        s.must<
            u128,
            "addLiquidity(uint256 amount0, uint256 amount1, uint256 minimum, address to, uint256 "
            "deadline)">(bob, stable::pair_of(s.query(), bnb), one_18, one_18, u128{0}, bob,
                         Number{~uint64_t{0}});
        lend();
        s.state.seal();
    }
    /// Alice owes BNB against BNB.
    void lend() {
        say_prices(s, {{bnb, dollars * 600}});
        s.must<void, SUPPLY>(alice, lending_address, asset_of(bnb), Allowance{one_18 * 10}, alice,
                             uint16_t{0});
        s.must<void, BORROW>(alice, lending_address, asset_of(bnb), one_18, u128{2}, uint16_t{0},
                             alice);
    }
    /// Carol farms the liquid token for THAW, and half of it earns in a vault.
    void farm() {
        demand(s.send(alice, treasury, {}, Assets{one_18}).success, "gas for the treasury");
        s.must<bool, "transfer(address to, uint256 value) returns (bool)">(
            treasury, asset_of(thaw_token), alice, one_18);
        const Address farm = s.must<Address, "createFarm(address stakingToken) returns (address)">(
            alice, farms_address, liquid_of(bnb));
        s.must<void, "addReward(address token)">(alice, farm, asset_of(thaw_token));
        s.must<void, "fund(address token, uint256 amount, uint64 duration)">(
            alice, farm, asset_of(thaw_token), one_18, day_s);
        s.must<u128, "deposit(uint256 amount) returns (uint256 receipts)">(bob, farm, one_18);
        s.wait(day_s / 2);
        s.must<Address, "createStakingVault(uint8 network) returns (address)">(alice,
                                                                               vaults_address, bnb);
        s.must<u128, "deposit(uint256 assets, address receiver) returns (uint256 shares)">(
            carol, vault_of(s.state), one_18, carol);
    }
    static Address farm_of(const State& state) { return state.farm.order.get(1).farm; }
    static Address vault_of(const State& state) { return state.vault.order.get(1).vault; }
    void stake(const Address& who, u128 units) {
        s.must<Shares, "stake(uint256 assets) returns (uint256 shares)">(who, staking_of(bnb),
                                                                         Assets{one_18 * units});
    }
    void unstake(const Address& who) {
        s.must<Number, "unstakeCerts(uint256 shares) returns (uint256 ticket)">(
            who, staking_of(bnb), Shares{one_18});
    }
};

/// Changes one row of a table.
template <class T, class K, class F>
void change(T& table, const K& key, const F& how) {
    auto row = table.get(key);
    how(row);
    table.put(key, row);
}

using Fault = void (*)(State&);
using Faults = std::map<std::string_view, Fault>;

Faults of_money() {
    return {
        {"C-1: per asset, all accounts and the host's negative balance sum to zero",
         [](State& s) {
             change(s.token.balances, token::user_account(bnb, alice),
                    [](Assets& a) { ++a.value; });
         }},
        {"a pool's total is the sum of its buckets",
         [](State& s) { change(s.token.totals, bnb, [](token::Totals& t) { ++t.pooled.value; }); }},
        {"C-2: each network's share supply is the sum of its holdings",
         [](State& s) { change(s.liquid.pools, bnb, [](liquid::Pool& p) { ++p.supply.value; }); }},
        {"C-2: what is held as a legacy or a wrapped token is the sum of its holdings",
         [](State& s) {
             s.liquid.faces.put({ContractKind::wrapped, fantom}, SubShares{1});
         }},
        {"rewards that wait for their release lie in the pool",
         [](State& s) {
             change(s.liquid.pools, bnb, [](liquid::Pool& p) { p.waiting = Assets{u128_max / 2}; });
         }},
        {"each pool keeps shares that nobody can redeem, so its rate is always defined",
         [](State& s) { s.liquid.holdings.erase({.holder = dust_address, .network = bnb}); }},
        {"C-4: what is issued lies in custody, is delegated, or is on its way between the two",
         [](State& s) {
             change(s.bridge.custody, bridge::CustodyKey{1, bnb},
                    [](bridge::Custody& c) { --c.liquid.value; });
         }},
        {"custody promised to instructions is there",
         [](State& s) {
             change(s.bridge.custody, bridge::CustodyKey{1, bnb},
                    [](bridge::Custody& c) { c.committed.value = c.liquid.value + 1; });
         }},
    };
}

Faults of_promises() {
    return {
        {"Q-1: finalised batches are a prefix of the queue",
         [](State& s) {
             change(s.unbonding.queues, bnb, [](unbonding::Queue& q) { ++q.batches_final; });
         }},
        {"Q-2: claimable is what finalised batches still owe",
         [](State& s) {
             change(s.unbonding.batches, unbonding::BatchKey{.batch = 1, .network = bnb},
                    [](unbonding::Batch& b) { ++b.unpaid.value; });
         }},
        {"Q-3: what a finalised batch owes covers each of its tickets, once",
         [](State& s) {
             change(s.unbonding.tickets, unbonding::ticket_id(bnb, 22), [](unbonding::Ticket& t) {
                 t.shares.value *= 9;
                 t.nominal.value *= 9;
             });
         }},
        {"tickets that wait hold their shares in escrow",
         [](State& s) { s.liquid.holdings.erase({.holder = tickets_address, .network = bnb}); }},
        {"a queue's and its batches' sums are those of the tickets that wait",
         [](State& s) {
             change(s.unbonding.queues, bnb, [](unbonding::Queue& q) { ++q.nominal.value; });
         }},
        {"a request's ticket lies with its token until it is paid",
         [](State& s) {
             change(s.unbonding.tickets, unbonding::ticket_id(bnb, 24),
                    [](unbonding::Ticket& t) { t.owner = alice; });
         }},
        {"each request has one place in its controller's line",
         [](State& s) {
             s.async_vault.places.erase({.controller = bob, .network = bnb, .place = 0});
         }},
        {"a quorum is more than two thirds of the members, and at most all of them",
         [](State& s) {
             change(s.oracle.settings, uint8_t{0}, [](oracle::Settings& o) { o.quorum = 2; });
         }},
        {"each member has one place and an id of its own",
         [](State& s) { change(s.oracle.members, 1u, [](oracle::Member& m) { m.id = 2; }); }},
        {"a report that waits for a second quorum is of its network's next frame, and whole",
         [](State& s) { s.losses.pending.put(bnb, {.frame = 77}); }},
        {"a flash pool has the money that it counts",
         [](State& s) { change(s.flash.pools, bnb, [](flash::Pool& p) { ++p.cash.value; }); }},
        {"providers' shares are what they hold and what they announced",
         [](State& s) { change(s.flash.pools, bnb, [](flash::Pool& p) { ++p.supply.value; }); }},
    };
}

Faults of_tokens() {
    return {
        {"an issued token's supply is the sum of its balances",
         [](State& s) {
             change(s.issued.balances, issued::Key{weth_address, alice},
                    [](issued::Balance& b) { ++b.value; });
         }},
        {"issued tokens are numbered without a gap",
         [](State& s) {
             change(s.issued.issues, weth_address, [](issued::Issue& i) { ++i.number; });
         }},
        {"wrapped ether is covered by the ether of its contract",
         [](State& s) {
             change(s.token.balances, token::user_account(eth, weth_address),
                    [](Assets& a) { --a.value; });
         }},
        {"a stable pair has the coins that it counts",
         [](State& s) { change(s.stable.pairs, bnb, [](stable::Pair& p) { ++p.asset_reserve; }); }},
        {"a stable pair that was joined keeps the liquidity that is nobody's, and both coins",
         [](State& s) {
             change(s.stable.pairs, bnb, [](stable::Pair& p) { p.liquid_reserve = 0; });
         }},
    };
}

Faults of_yields() {
    return {
        {"a farm has what is staked in it and what it owes of each reward",
         [](State& s) {
             change(s.emission.streams, emission::StreamKey{.receipt = Busy::farm_of(s)},
                    [](emission::Stream& e) { ++e.scheduled; });
         }},
        {"what a farm has paid and owes was emitted, and that was funded",
         [](State& s) {
             change(s.emission.streams, emission::StreamKey{.receipt = Busy::farm_of(s)},
                    [](emission::Stream& e) { e.paid = one_18 / 2; });
         }},
        {"a vault has what it counts: receipts of its farm, or liquid shares and idle assets",
         [](State& s) {
             change(s.vault.vaults, Busy::vault_of(s), [](vault::Vault& v) { ++v.works.value; });
         }},
        {"what all shares of a vault are worth is there, and unreleased profit is counted",
         [](State& s) {
             change(s.vault.vaults, Busy::vault_of(s), [](vault::Vault& v) {
                 v.position.locked = v.position.counted * 2;
                 v.position.locked_to_s = ~uint64_t{0};
             });
         }},
    };
}

/// Fantom's pair with ether.
Address some_pair() { return exchange::pair_address(liquid_of(fantom), weth_address); }

Faults of_pairs() {
    return {
        {"a pair holds its reserves",
         [](State& s) {
             change(s.exchange.pairs, some_pair(), [](exchange::Pair& p) { ++p.reserve1; });
         }},
        {"a pair lives where its coins say, and its liquidity is locked for ever in part",
         [](State& s) {
             change(s.exchange.pairs, some_pair(),
                    [](exchange::Pair& p) { p.token0 = liquid_of(polkadot); });
         }},
        {"no pair is locked between transactions",
         [](State& s) {
             change(s.exchange.pairs, some_pair(), [](exchange::Pair& p) { p.locked = 1; });
         }},
    };
}

Faults of_governance() {
    return {
        {"votes are the THAW whose holders have a delegate, each unit once",
         [](State& s) { s.votes.choices.put(treasury, {alice}); }},
        {"the supply that quorums are counted from is that of THAW",
         [](State& s) {
             change(s.votes.checkpoints, votes::CheckpointKey{},
                    [](votes::Checkpoint& c) { ++c.votes; });
         }},
        {"a proposal's votes are its ballots, and a ballot is one vote",
         [](State& s) { s.governance.ballots.put({.voter = alice}, {.weight = 1, .cast = 1}); }},
        {"what was carried out had waited as long as the timelock makes it",
         [](State& s) {
             s.governance.operations.put({}, {.queued_s = 1, .delay_s = 2 * day_s, .done_s = 9});
         }},
        {"the role of governance is offered to nobody",
         [](State& s) {
             change(s.networks.hub, uint8_t{0}, [](networks::Hub& hub) {
                 hub.owner = timelock_address;
                 hub.heir = alice;
             });
         }},
        {"no pause lasts longer than fourteen days",
         [](State& s) { s.governance.pauses.put(bnb, {.since_s = 1, .until_s = 14 * day_s + 2}); }},
        {"a gauge counts every holder's last vote, halved for each epoch since",
         [](State& s) {
             s.gauges.tallies.put({.validator = 1, .network = bnb}, {.cast = 1, .epoch = 1});
         }},
    };
}

Faults of_lending() {
    static constexpr lending::MarketId first = 1;
    return {
        {"a price is no farther from where its window began than its bound",
         [](State& s) {
             change(s.prices.feeds, bnb, [](prices::Feed& f) { f.price.value *= 2; });
         }},
        {"a growth cap has its snapshot, its time and its growth, or nothing",
         [](State& s) {
             change(s.prices.growth, bnb, [](prices::Growth& g) { g.yearly_ppm = 0; });
         }},
        {"a market's cash, debts and deficit cover its supply and reserves",
         [](State& s) {
             change(s.lending.markets, first, [](lending::Market& m) { m.reserves += 2; });
         }},
        {"a market has the coins that it counts",
         [](State& s) {
             change(s.lending.markets, first, [](lending::Market& m) { ++m.insurance; });
         }},
        {"a market's claims and debts are the sums of what accounts have and owe",
         [](State& s) {
             change(s.lending.markets, first, [](lending::Market& m) { ++m.debt_scaled; });
         }},
        {"whoever owes has something pledged, and an account's marks are its positions",
         [](State& s) {
             change(s.lending.accounts, alice, [](lending::Account& a) { a.pledged = 0; });
         }},
        {"a lending market is never without supply",
         [](State& s) {
             const Address claims = s.lending.markets.get(first).claims;
             s.issued.balances.erase({claims, dust_address});
         }},
    };
}

Faults faults() {
    Faults all = of_money();
    all.merge(of_lending());
    all.merge(of_tokens());
    all.merge(of_yields());
    all.merge(of_pairs());
    all.merge(of_promises());
    all.merge(of_governance());
    return all;
}

TEST(Invariants, EachFiresOnAFaultOfItsOwn) {
    Busy busy;
    State& state = busy.s.state;
    ASSERT_EQ(broken_invariant(state, busy.s.block), std::nullopt);
    const Faults all = faults();
    for (const Invariant& invariant : invariants()) {
        const auto fault = all.find(invariant.says);
        ASSERT_NE(fault, all.end()) << "no fault for: " << invariant.says;
        const auto mark = state.checkpoint();
        fault->second(state);
        EXPECT_FALSE(invariant.holds(busy.s.query())) << "does not fire: " << invariant.says;
        EXPECT_NE(broken_invariant(state, busy.s.block), std::nullopt);
        state.rollback(mark);
        EXPECT_TRUE(invariant.holds(busy.s.query())) << invariant.says;
    }
    EXPECT_EQ(all.size(), invariants().size());
}

}  // namespace
}  // namespace thaw::scenario
