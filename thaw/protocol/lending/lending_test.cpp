// Lending: what suppliers, borrowers and liquidators may do, to the unit; and one more is refused.
#include "tests/scenario/lending.hpp"

#include "thaw/protocol/lending/limits.hpp"

namespace thaw::scenario {
namespace {

using namespace lending;

constexpr Address bnb_coin = asset_of(bnb), ftm = asset_of(fantom);
constexpr Address ankr_bnb = liquid_of(bnb), aftmb = liquid_of(fantom);

/// Bob has laid in what alice may borrow.
struct Funded : Lending {
    Funded() {
        fund(bob, bnb, 1'000);
        fund(bob, fantom, 1'000'000);
        fund(alice, bnb, 100);
        demand(supply(bob, bnb_coin, one_18 * 1'000).success, "supply");
        demand(supply(bob, ftm, one_18 * 1'000'000).success, "supply");
    }
};

TEST(Lending, SuppliersGetBackWhatTheyLaidIn) {
    Funded l;
    EXPECT_DONE(l.supply(alice, bnb_coin, one_18));
    EXPECT_SAME(l.pledged(bnb_coin, alice), one_18);
    EXPECT_REFUSED(l.withdraw(alice, bnb_coin, Allowance{one_18 + 1}),
                   NotEnoughSupplied{one_18, one_18 + 1});
    EXPECT_DONE(l.withdraw(alice, bnb_coin, Allowance{1}));
    EXPECT_DONE(l.withdraw(alice, bnb_coin, everything));
    EXPECT_SAME(l.held(bnb_coin, alice), one_18 * 100);
    EXPECT_REFUSED(l.withdraw(alice, bnb_coin, everything), ZeroAmount{});
    EXPECT_REFUSED(l.supply(alice, bnb_coin, u128{0}), ZeroAmount{});
    EXPECT_REFUSED(
        l.supply(alice, bnb_coin, one_18 * 100 + 1),
        token::ERC20InsufficientBalance{alice, Assets{one_18 * 100}, Assets{one_18 * 100 + 1}});
    EXPECT_DONE(l.supply(alice, bnb_coin, everything));
    const Address stranger = asset_of(polygon);
    EXPECT_REFUSED(l.supply(alice, stranger, one_18), NotListed{stranger});
}

TEST(Lending, BorrowersOweUpToTheirCollateralAndNotAUnitMore) {
    Funded l;
    EXPECT_DONE(l.supply(alice, bnb_coin, one_18));  // 600 dollars, half of it: 600 FTM
    const auto explained = explain(l.query(), alice, ftm);
    ASSERT_TRUE(explained);
    const auto& [most, why] = *explained;
    EXPECT_SAME(most, one_18 * 600);
    EXPECT_EQ(why, "the account's collateral");
    EXPECT_REFUSED(
        l.borrow(alice, ftm, one_18 * 600 + 2),
        CollateralTooSmall{prices::Value{dollars * 300 + 1}, prices::Value{dollars * 300}});
    EXPECT_DONE(l.borrow(alice, ftm, one_18 * 600));
    EXPECT_SAME(l.held(ftm, alice), one_18 * 600);
    EXPECT_SAME(l.health(alice), one_18 * 13 / 10);
    EXPECT_REFUSED(
        l.borrow(alice, ftm, u128{2}),
        CollateralTooSmall{prices::Value{dollars * 300 + 1}, prices::Value{dollars * 300}});
    EXPECT_REFUSED(
        l.s.call<BORROW>(alice, lending_address, ftm, one_18, u128{1}, uint16_t{0}, alice),
        UnknownRateMode{1});
    EXPECT_REFUSED(l.s.call<BORROW>(alice, lending_address, ftm, one_18, u128{2}, uint16_t{0}, bob),
                   NotForOthers{bob});
    // Health 1 is the limit of withdrawing: 65 % of 0.923… BNB are 300 dollars.
    const u128 free = one_18 - one_18 * 100 / 65 * 50 / 100;
    EXPECT_FALSE(l.withdraw(alice, bnb_coin, Allowance{free + one_18 / 1'000'000}).success);
    EXPECT_DONE(l.withdraw(alice, bnb_coin, Allowance{free - one_18 / 1'000'000}));
}

TEST(Lending, InterestIsPaidByBorrowersToSuppliersAndReserves) {
    Funded l;
    EXPECT_DONE(l.supply(alice, bnb_coin, one_18 * 100));
    EXPECT_DONE(l.borrow(alice, ftm, one_18 * 50'000));
    l.s.wait(year_s);
    const u128 debt = l.debt(ftm, alice);
    EXPECT_GT(debt, one_18 * 50'124);  // 4 %·(5 % use / 80 %) = 0.25 % a year
    EXPECT_LT(debt, one_18 * 50'126);
    l.say({{bnb, dollars * 600}, {fantom, dollars / 2}});
    EXPECT_REFUSED(l.repay(carol, ftm, everything, carol), NothingOwed{carol, ftm});
    l.fund(alice, fantom, 1'000);
    EXPECT_DONE(l.repay(alice, ftm, everything, alice));
    EXPECT_SAME(l.debt(ftm, alice), 0);
    EXPECT_SAME(l.health(alice), u128_max);
    const MarketView m = l.market(ftm);
    EXPECT_SAME(m.borrowed, 0);
    EXPECT_GE(m.cash, m.supplied + m.reserves);
    EXPECT_LE(m.cash, m.supplied + m.reserves + 2);
    EXPECT_GT(m.reserves, one_18 * 12);  // a tenth of it
    EXPECT_DONE(l.withdraw(bob, ftm, everything));
    EXPECT_GT(l.held(ftm, bob), one_18 * 1'000'112);
}

TEST(Lending, LiquidTokensGoOnEarningForWhoSuppliedThem) {
    Funded l;
    l.stake(alice, fantom, 1'000);
    l.hosts.settle();
    EXPECT_DONE(l.supply(alice, aftmb, everything));
    const u128 before = l.pledged(aftmb, alice);
    EXPECT_GT(before + 3, one_18 * 1'000);
    l.hosts.next_frame(fantom, {{1, {.reward = one_18 / 2}}});
    l.s.wait(day_s);
    EXPECT_GT(l.pledged(aftmb, alice), before + one_18 / 3);
    EXPECT_DONE(l.withdraw(alice, aftmb, everything));
}

TEST(Lending, StaleOrHeldBackPricesPauseBorrowingAndNothingThatLowersRisk) {
    Funded l;
    l.fund(carol, fantom, 10'000);
    EXPECT_DONE(l.supply(alice, bnb_coin, one_18 * 2));
    EXPECT_DONE(l.borrow(alice, ftm, one_18 * 1'000));
    EXPECT_DONE(l.supply(carol, ftm, one_18));
    l.say({{bnb, dollars * 300}});  // the bound holds it at 450
    EXPECT_REFUSED(l.borrow(alice, ftm, u128{1'000}), PriceDoubtful{alice});
    EXPECT_REFUSED(l.withdraw(alice, bnb_coin, Allowance{1}), PriceDoubtful{alice});
    EXPECT_DONE(l.withdraw(carol, ftm, everything));
    EXPECT_DONE(l.repay(alice, ftm, Allowance{one_18}, alice));
    l.move(bnb, dollars * 300);  // 600·0.65 = 390 against 499.5
    l.s.wait(2 * day_s);
    EXPECT_TRUE(l.market(bnb_coin).doubtful);
    EXPECT_DONE(l.liquidate(carol, bnb_coin, ftm, alice, Allowance{one_18 * 100}));
    EXPECT_DONE(l.supply(alice, bnb_coin, one_18));
    EXPECT_DONE(l.repay(alice, ftm, everything, alice));
    EXPECT_DONE(l.withdraw(alice, bnb_coin, everything));
}

TEST(Lending, LiquidationCoversHalfOrWhereItIsLateOrSmallAll) {
    Funded l;
    l.fund(carol, fantom, 100'000);
    EXPECT_DONE(l.supply(alice, bnb_coin, one_18 * 20));  // 12,000 dollars
    EXPECT_DONE(l.borrow(alice, ftm, one_18 * 12'000));   // 6,000 dollars
    EXPECT_REFUSED(l.liquidate(carol, bnb_coin, ftm, alice, everything),
                   Healthy{alice, one_18 * 13 / 10});
    l.move(bnb, dollars * 450);  // 9,000·0.65 = 5,850 < 6,000
    EXPECT_LT(l.health(alice), one_18);
    const u128 owed = l.debt(ftm, alice);
    EXPECT_DONE(l.liquidate(carol, bnb_coin, ftm, alice, everything));
    EXPECT_GE(l.debt(ftm, alice), owed - (owed + 1) / 2);
    EXPECT_LE(l.debt(ftm, alice), owed - (owed + 1) / 2 + 1);
    // 3,000 dollars and 8 % on it are 7.2 BNB.
    EXPECT_GE(l.held(bnb_coin, carol) + 10'000'000'000'000, one_18 * 72 / 10);
    EXPECT_LE(l.held(bnb_coin, carol), one_18 * 72 / 10 + 10'000'000'000'000);
    EXPECT_GT(l.health(alice), one_18 / 2);
    l.move(bnb, dollars * 300);  // 12.8·300·0.65 = 2,496 against 3,000: below 0.95
    EXPECT_LT(l.health(alice), one_18 * 95 / 100);
    EXPECT_DONE(l.liquidate(carol, bnb_coin, ftm, alice, everything));
    EXPECT_SAME(l.debt(ftm, alice), 0);
    EXPECT_GT(l.pledged(bnb_coin, alice), one_18);
}

TEST(Lending, ALiquidatorMayTakeATicketInsteadOfTokens) {
    Funded l;
    l.fund(carol, bnb, 100);
    l.stake(alice, fantom, 20'000);  // 10,000 dollars
    EXPECT_DONE(l.supply(alice, aftmb, everything));
    EXPECT_DONE(l.borrow(alice, bnb_coin, one_18 * 8));  // 4,800 dollars
    const auto into_ticket = [&](const Address& who, const Address& collateral) {
        return l.s.call<
            "liquidateIntoTicket(address collateralAsset, address debtAsset, address "
            "user, uint256 debtToCover)">(who, lending_address, collateral, bnb_coin, alice,
                                          Allowance{one_18});
    };
    EXPECT_REFUSED(into_ticket(carol, ftm), NotRedeemable{ftm});
    EXPECT_REFUSED(into_ticket(carol, aftmb), Healthy{alice, l.health(alice)});
    l.move(fantom, dollars * 35 / 100);  // 7,000·0.65 = 4,550 against 4,800
    const u128 pledged = l.pledged(aftmb, alice);
    const u128 held = l.held(aftmb, carol);
    const Receipt receipt = into_ticket(carol, aftmb);
    EXPECT_DONE(receipt);
    // 600 dollars and 8 % on them, at 0.35 dollars.
    const u128 taken = pledged - l.pledged(aftmb, alice);
    EXPECT_GE(taken, one_18 * 648 * 100 / 35 - 2);
    EXPECT_LE(taken, one_18 * 648 * 100 / 35 + 2);
    EXPECT_SAME(l.held(aftmb, carol), held);
    const auto [id] = *codec::decode<codec::Number>(receipt.output);
    const auto ticket = *unbonding::ticket(l.query(), id);
    EXPECT_EQ(ticket.owner, carol);
    EXPECT_GE(ticket.nominal.value + 2, taken);
    EXPECT_LE(ticket.nominal.value, taken);
}

TEST(Lending, ATicketForOneCoinOnBothSidesIsCountedByWhatWasSeized) {
    Funded l;
    l.stake(bob, fantom, 100'000);
    l.stake(alice, fantom, 10'000);
    EXPECT_DONE(l.supply(bob, aftmb, everything));
    EXPECT_DONE(l.supply(alice, aftmb, everything));
    EXPECT_DONE(l.category(alice, fantom));
    EXPECT_DONE(l.borrow(alice, aftmb, l.pledged(aftmb, alice) * 9 / 10 - 1'000));
    l.s.wait(20 * year_s);  // by interest alone
    ASSERT_LT(l.health(alice), one_18);
    // The payment lowers the same balance that the seizure raises; one unit buys nothing.
    for (const u128 wish : {u128{1}, u128{2}, one_18})
        l.s.call<
            "liquidateIntoTicket(address collateralAsset, address debtAsset, address user, "
            "uint256 debtToCover)">(alice, lending_address, aftmb, aftmb, alice, Allowance{wish});
    EXPECT_GT(l.s.state.unbonding.tickets.size(), 0u);
}

TEST(Lending, ClaimsSentByAStrangerKeepNothingFromBeingPledged) {
    Funded l;
    l.fund(carol, fantom, 10);
    EXPECT_DONE(l.supply(carol, ftm, everything));
    EXPECT_DONE(l.pledge(carol, ftm, false));
    const Address claims = l.market(ftm).claims;
    EXPECT_DONE(l.s.call<"transfer(address to, uint256 value)">(carol, claims, alice, u128{1}));
    l.fund(alice, fantom, 10);
    EXPECT_DONE(l.supply(alice, ftm, everything));
    EXPECT_SAME(l.pledged(ftm, alice), one_18 * 10);
}

TEST(Lending, VotesCannotBeRented) {
    Funded l;
    const Address coin = asset_of(thaw_token);
    TermsView terms = *lending::terms(l.query(), coin);
    const u128 most = l.s.state.token.totals.get(thaw_token).supply.value / thaw_borrow_part;
    const auto set = [&](u128 cap) {
        terms.borrow_cap = cap;
        return l.s.send(
            hub_owner, lending_address,
            call_data<"setTerms(address asset, " THAW_LENDING_TERMS " terms)">(coin, terms), {}, 0);
    };
    EXPECT_REFUSED(set(most + 1), TermsOutOfRange{});
    EXPECT_DONE(set(most));
}

TEST(Lending, ReservesAreTheOwnersToHandOutAndNothingElse) {
    Funded l;
    EXPECT_DONE(l.supply(alice, bnb_coin, one_18 * 100));
    EXPECT_DONE(l.borrow(alice, ftm, one_18 * 50'000));
    l.s.wait(year_s);
    const u128 reserves = l.market(ftm).reserves;
    ASSERT_GT(reserves, 0u);
    const auto take = [&](const Address& who, u128 amount, const Address& to) {
        return l.s.send(
            who, lending_address,
            call_data<"takeReserves(address asset, uint256 amount, address to)">(ftm, amount, to),
            {}, 0);
    };
    EXPECT_REFUSED(take(alice, 1, alice), networks::OwnableUnauthorizedAccount{alice});
    EXPECT_REFUSED(take(hub_owner, reserves + 1, carol), NotEnoughReserves{reserves, reserves + 1});
    EXPECT_REFUSED(take(hub_owner, 1, Address{}), ZeroReceiver{});
    EXPECT_REFUSED(take(hub_owner, 0, carol), ZeroAmount{});
    const u128 supplied = l.market(ftm).supplied;
    EXPECT_DONE(take(hub_owner, reserves, carol));
    EXPECT_SAME(l.held(ftm, carol), reserves);
    EXPECT_SAME(l.market(ftm).reserves, 0);
    EXPECT_SAME(l.market(ftm).supplied, supplied);
}

TEST(Lending, BadDebtIsBorneByReservesThenInsuranceThenWaitsInSight) {
    Funded l;
    l.fund(carol, fantom, 100'000);
    EXPECT_DONE(l.supply(alice, bnb_coin, one_18 * 20));
    EXPECT_DONE(l.borrow(alice, ftm, one_18 * 12'000));
    EXPECT_DONE(
        l.s.call<"insure(address asset, uint256 amount)">(carol, lending_address, ftm, one_18));
    l.move(bnb, dollars * 100);  // 2,000 dollars against 6,000
    const u128 reserves = l.market(ftm).reserves;
    const u128 owed = l.debt(ftm, alice);
    const u128 had = l.held(ftm, carol);
    EXPECT_DONE(l.liquidate(carol, bnb_coin, ftm, alice, everything));
    EXPECT_SAME(l.pledged(bnb_coin, alice), 0);
    EXPECT_SAME(l.debt(ftm, alice), 0);
    const u128 lost = owed - (had - l.held(ftm, carol));
    EXPECT_GE(l.market(ftm).deficit, lost - reserves - one_18);
    EXPECT_LE(l.market(ftm).deficit, lost - reserves - one_18 + 1);
    EXPECT_SAME(l.market(ftm).reserves, 0);
    EXPECT_SAME(l.market(ftm).insurance, 0);
    EXPECT_DONE(l.supply(alice, bnb_coin, one_18 * 80));
    const u128 deficit = l.market(ftm).deficit;
    EXPECT_REFUSED(l.borrow(alice, ftm, one_18), MarketInDeficit{ftm, deficit});
    EXPECT_DONE(l.s.call<"insure(address asset, uint256 amount)">(carol, lending_address, ftm,
                                                                  deficit + 1));
    EXPECT_SAME(l.market(ftm).deficit, 0);
    EXPECT_SAME(l.market(ftm).insurance, 1);
    EXPECT_DONE(l.borrow(alice, ftm, one_18));
}

TEST(Lending, EfficiencyModeIsForCoinsOfOneNetwork) {
    Funded l;
    l.stake(alice, fantom, 10'000);
    EXPECT_DONE(l.supply(alice, aftmb, everything));
    const u128 value = l.pledged(aftmb, alice);
    EXPECT_FALSE(l.borrow(alice, ftm, value * 51 / 100).success);
    EXPECT_REFUSED(l.category(alice, 6), UnknownCategory{6});
    EXPECT_DONE(l.category(alice, fantom));
    EXPECT_FALSE(l.borrow(alice, ftm, value * 9 / 10 + 1'000).success);
    EXPECT_DONE(l.borrow(alice, ftm, value * 9 / 10 - 1'000));
    // Their common price may halve: what is owed and what secures it move together.
    const u128 health = l.health(alice);
    l.move(fantom, dollars / 4);
    EXPECT_GT(l.health(alice) + one_18 / 1'000, health);
    EXPECT_REFUSED(l.borrow(alice, bnb_coin, u128{1}), OtherCategory{bnb_coin, fantom});
    EXPECT_FALSE(l.category(alice, 0).success);
    EXPECT_REFUSED(l.category(alice, bnb), OtherCategory{ftm, bnb});
}

TEST(Lending, CapsHoldToTheUnit) {
    Genesis g = lending_genesis();
    g.markets[2].terms.supply_cap = one_18 * 100;
    g.markets[2].terms.borrow_cap = one_18 * 10;
    Lending l;
    l.s.state = make_state(g);
    l.s.state.seal();
    l.say({{bnb, dollars * 600}, {fantom, dollars / 2}});
    l.fund(alice, fantom, 1'000);
    l.fund(alice, bnb, 10);
    EXPECT_REFUSED(l.supply(alice, ftm, one_18 * 99 + 1),
                   SupplyCapExceeded{one_18 * 99, one_18 * 99 + 1});
    EXPECT_DONE(l.supply(alice, ftm, one_18 * 99));
    EXPECT_DONE(l.supply(alice, bnb_coin, one_18));
    EXPECT_REFUSED(l.borrow(alice, ftm, one_18 * 10 + 1),
                   BorrowCapExceeded{one_18 * 10, one_18 * 10 + 1});
    EXPECT_DONE(l.borrow(alice, ftm, one_18 * 10));
    EXPECT_EQ(std::get<1>(*explain(l.query(), alice, ftm)), "the market's borrow cap");
}

TEST(Lending, AnIsolatedMarketIsTheOnlyCollateralAndHasACeiling) {
    Genesis g = lending_genesis();
    g.markets[5].terms.debt_ceiling = prices::Value{dollars * 100};  // THAW
    g.markets[2].terms.for_isolated = 1;                             // FTM
    Lending l;
    l.s.state = make_state(g);
    l.s.state.seal();
    l.say({{bnb, dollars * 600}, {fantom, dollars / 2}, {thaw_token, dollars / 100}});
    const Address coin = asset_of(thaw_token);
    demand(l.s.send(hub_owner, treasury, {}, Assets{one_18 / 10}).success, "gas");
    l.s.must<bool, "transfer(address to, uint256 value) returns (bool)">(treasury, coin, alice,
                                                                         one_18 * 1'000'000);
    l.fund(bob, fantom, 10'000);
    l.fund(bob, bnb, 10);
    l.fund(alice, bnb, 10);
    EXPECT_DONE(l.supply(bob, ftm, everything));
    EXPECT_DONE(l.supply(bob, bnb_coin, everything));
    EXPECT_DONE(l.supply(alice, coin, everything));
    // What else alice supplies is claims in her wallet; pledging them is refused.
    EXPECT_DONE(l.supply(alice, bnb_coin, one_18));
    EXPECT_SAME(l.pledged(bnb_coin, alice), 0);
    EXPECT_REFUSED(l.pledge(alice, bnb_coin, true), InIsolation{coin});
    EXPECT_REFUSED(l.borrow(alice, bnb_coin, one_18 / 100), InIsolation{coin});
    EXPECT_REFUSED(
        l.borrow(alice, ftm, one_18 * 200 + 2),
        DebtCeilingExceeded{prices::Value{dollars * 100}, prices::Value{dollars * 100 + 1}});
    EXPECT_DONE(l.borrow(alice, ftm, one_18 * 200));
    EXPECT_EQ(std::get<1>(*explain(l.query(), alice, ftm)),
              "the debt ceiling of the account's isolated collateral");
    EXPECT_DONE(l.repay(alice, ftm, Allowance{one_18 * 100}, alice));
    EXPECT_DONE(l.borrow(alice, ftm, one_18 * 100));
    EXPECT_DONE(l.repay(alice, ftm, Allowance{one_18 * 150}, alice));
    // What is counted falls by the part that is repaid, whatever the price has become.
    const auto counted = [&] { return l.s.state.lending.accounts.get(alice).isolated_debt.value; };
    const u128 before = counted();
    l.move(fantom, dollars);
    EXPECT_DONE(l.repay(alice, ftm, Allowance{one_18 * 25}, alice));
    EXPECT_GE(counted(), before / 2);
    EXPECT_LE(counted(), before / 2 + dollars / 1'000);
    l.fund(alice, fantom, 100);
    EXPECT_DONE(l.repay(alice, ftm, everything, alice));
    EXPECT_SAME(counted(), 0);
    EXPECT_DONE(l.withdraw(alice, coin, everything));
    EXPECT_DONE(l.pledge(alice, bnb_coin, true));
}

TEST(Lending, ReceiptsAndVaultSharesServeAsCollateralAndGoOnEarning) {
    Funded l;
    l.stake(alice, bnb, 100);
    const Address vault = l.s.must<Address, "createStakingVault(uint8 network) returns (address)">(
        alice, vaults_address, bnb);
    const Address farm = l.s.must<Address, "createFarm(address stakingToken) returns (address)">(
        alice, farms_address, ankr_bnb);
    TermsView terms = *lending::terms(l.query(), ankr_bnb);
    terms.borrowable = false;
    terms.borrow_cap = 0;
#define LIST "listMarket(address asset, " THAW_LENDING_TERMS " terms, uint256 seed)"
    EXPECT_REFUSED(l.s.call<LIST>(alice, lending_address, vault, terms, u128{0}),
                   networks::OwnableUnauthorizedAccount{alice});
    EXPECT_DONE(l.s.call<LIST>(hub_owner, lending_address, vault, terms, u128{0}));
    EXPECT_DONE(l.s.call<LIST>(hub_owner, lending_address, farm, terms, u128{0}));
    l.s.must<u128, "deposit(uint256 assets, address receiver) returns (uint256 shares)">(
        alice, vault, one_18 * 10, alice);
    EXPECT_DONE(l.supply(alice, vault, everything));
    demand(l.s.send(hub_owner, treasury, {}, Assets{one_18 / 10}).success, "gas");
    l.s.must<bool, "transfer(address to, uint256 value) returns (bool)">(
        treasury, asset_of(thaw_token), alice, one_18 * 86'400);
    l.s.must<void, "addReward(address token)">(alice, farm, asset_of(thaw_token));
    l.s.must<u128, "deposit(uint256 amount) returns (uint256 receipts)">(alice, farm, one_18 * 50);
    EXPECT_DONE(l.supply(alice, farm, everything));
    l.s.must<void, "fund(address token, uint256 amount, uint64 duration)">(
        alice, farm, asset_of(thaw_token), one_18 * 86'400, day_s);
    EXPECT_REFUSED(l.supply(bob, farm, u128{0}), ZeroAmount{});
    EXPECT_DONE(l.borrow(alice, ftm, one_18 * 30'000));  // 15,000 of 36,000 dollars
    l.s.wait(100);
    EXPECT_DONE(l.s.call<"claimRewards(address receipt)">(alice, lending_address, farm));
    EXPECT_GT(l.held(asset_of(thaw_token), alice), one_18 * 99);
    EXPECT_REFUSED(l.borrow(alice, farm, one_18), NotBorrowable{farm});
    EXPECT_REFUSED(l.pledge(alice, farm, false), CollateralOnly{farm});
    EXPECT_FALSE(l.withdraw(alice, farm, everything).success);
    EXPECT_DONE(l.withdraw(alice, farm, Allowance{one_18 * 20}));
    l.move(bnb, dollars * 150);
    l.fund(carol, fantom, 100'000);
    EXPECT_DONE(l.liquidate(carol, farm, ftm, alice, everything));
    EXPECT_GT(l.held(farm, carol), one_18);
}

TEST(Lending, TermsChangeInsideTheEnvelopeAndSlowly) {
    Funded l;
    TermsView t = *lending::terms(l.query(), bnb_coin);
#define SET_TERMS "setTerms(address asset, " THAW_LENDING_TERMS " terms)"
    const auto set = [&](const Address& who) {
        return l.s.call<SET_TERMS>(who, lending_address, bnb_coin, t);
    };
    t.threshold_bps = 6'299;
    EXPECT_REFUSED(set(alice), networks::OwnableUnauthorizedAccount{alice});
    EXPECT_REFUSED(set(hub_owner), ThresholdFallsTooFast{6'300});
    t.threshold_bps = 6'300;
    t.bonus_bps = 1'501;
    EXPECT_REFUSED(set(hub_owner), TermsOutOfRange{});
    t.bonus_bps = 1'500;
    EXPECT_DONE(set(hub_owner));
    EXPECT_REFUSED(set(hub_owner), networks::ChangeTooSoon{l.s.block.now_s + 7 * day_s});
    EXPECT_DONE((l.s.call<"freeze(address asset, bool frozen)">(hub_owner, lending_address,
                                                                bnb_coin, true)));
    EXPECT_REFUSED(l.supply(alice, bnb_coin, one_18), Frozen{bnb_coin});
    EXPECT_REFUSED(l.borrow(alice, bnb_coin, one_18), Frozen{bnb_coin});
    EXPECT_DONE(l.withdraw(bob, bnb_coin, Allowance{one_18}));
    const auto category = [&](uint32_t ltv, uint32_t threshold) {
        return l.s.call<
            "setCategoryTerms(uint8 category, uint32 ltvBps, uint32 thresholdBps, "
            "uint32 bonusBps)">(hub_owner, lending_address, uint8_t{fantom}, ltv, threshold,
                                uint32_t{100});
    };
    EXPECT_REFUSED(category(9'001, 9'300), TermsOutOfRange{});
    EXPECT_REFUSED(category(8'000, 9'099), ThresholdFallsTooFast{9'100});
    EXPECT_DONE(category(8'000, 9'100));
}

TEST(Lending, AMarketIsListedSeededAndEnabledInOneStep) {
    Funded l;
    const Address coin = asset_of(polygon);
    l.fund(hub_owner, polygon, 10);
    TermsView t = *lending::terms(l.query(), weth_address);
    const auto list = [&](const Address& asset, u128 seed) {
        return l.s.call<LIST>(hub_owner, lending_address, asset, t, seed);
    };
    EXPECT_REFUSED(list(coin, seed_min - 1), SeedTooSmall{seed_min});
    EXPECT_REFUSED(list(bnb_coin, seed_min), AlreadyListed{bnb_coin});
    const Address pair = stable::pair_of(l.s.query(), bnb);
    EXPECT_REFUSED(list(pair, seed_min), prices::NoPrice{pair});
    const Address claims = l.market(bnb_coin).claims;
    EXPECT_REFUSED(list(claims, seed_min), prices::NoPrice{claims});
    EXPECT_DONE(list(coin, seed_min));
    EXPECT_SAME(l.market(coin).supplied, seed_min);
    EXPECT_SAME(issued::held(l.s.query(), l.market(coin).claims, dust_address), seed_min);
}

TEST(Lending, ClaimsAreTokensWorthWhatWasSupplied) {
    Funded l;
    EXPECT_DONE(l.pledge(bob, ftm, false));
    const Address claims = l.market(ftm).claims;
    EXPECT_SAME(l.held(claims, bob), one_18 * 1'000'000);
    EXPECT_DONE((l.s.call<"transfer(address to, uint256 value) returns (bool)">(bob, claims, carol,
                                                                                one_18)));
    EXPECT_SAME(*claimed_amount(l.s.query(claims), one_18), one_18);
    EXPECT_EQ(*claimed_coin(l.s.query(claims)), ftm);
    EXPECT_DONE(l.withdraw(carol, ftm, everything));
    EXPECT_SAME(l.held(ftm, carol), one_18);
    EXPECT_DONE(l.pledge(bob, ftm, true));
    EXPECT_SAME(l.held(claims, bob), 0);
}

}  // namespace
}  // namespace thaw::scenario
