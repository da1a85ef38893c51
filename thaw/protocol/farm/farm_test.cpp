// Farms: who earns what, when; and that nothing is paid which was not laid in.
#include "tests/scenario/expect.hpp"
#include "tests/scenario/random.hpp"
#include "thaw/protocol/farm/face.hpp"
#include "thaw/protocol/multicall/face.hpp"

namespace thaw::scenario {
namespace {

#define STAKE "stake(uint256 assets) returns (uint256 shares)"
#define CREATE "createFarm(address stakingToken) returns (address farm)"
#define DEPOSIT "deposit(uint256 amount) returns (uint256 receipts)"
#define WITHDRAW "withdraw(uint256 receipts) returns (uint256 amount)"
#define CLAIM "claim() returns (uint256[] amounts)"
#define LEAVE "leave() returns (uint256 amount)"
#define ADD_REWARD "addReward(address token)"
#define FUND "fund(address token, uint256 amount, uint64 duration)"
#define TRANSFER "transfer(address to, uint256 value) returns (bool)"
#define BALANCE "balanceOf(address account) view returns (uint256)"

constexpr Address thaw_coin = asset_of(thaw_token);
constexpr uint64_t week_s = 7 * day_s;
constexpr Address keeper = user(9);

/// What a settlement rounds away is less than a base unit; nothing here takes more than two.
#define EXPECT_EARNED(actual, exact)    \
    do {                                \
        const u128 earned = (actual);   \
        EXPECT_LE(earned, (exact));     \
        EXPECT_GE(earned + 2, (exact)); \
    } while (false)

/// Alice, bob and carol hold 1000 of each liquid token and of its asset; a keeper looks after
/// the farms, with THAW of the treasury's.
struct Farmland {
    Scenario s;
    Hosts hosts{s};

    Farmland() {
        s.send(alice, treasury, {}, Assets{one_18});  // for gas
        s.must<bool, TRANSFER>(treasury, thaw_coin, keeper, one_18 * 1'000'000);
        for (const NetworkId n : {bnb, fantom})
            for (const Address& who : {alice, bob, carol}) {
                s.deposit(n, who, one_18 * 2'000);
                s.must<u128, STAKE>(who, staking_of(n), one_18 * 1'000);
            }
        hosts.settle();
    }
    Address farm_of(const Address& coin) {
        const Address farm = s.must<Address, CREATE>(keeper, farms_address, coin);
        s.must<void, ADD_REWARD>(keeper, farm, thaw_coin);
        return farm;
    }
    void fund(const Address& farm, u128 amount, uint64_t seconds) {
        s.must<void, FUND>(keeper, farm, thaw_coin, amount, seconds);
    }
    u128 balance(const Address& coin, const Address& who) {
        return s.view<u128, BALANCE>(coin, who);
    }
    u128 thaw_of(const Address& who) const { return s.assets(thaw_token, who); }
    u128 pending(const Address& farm, const Address& who, size_t slot = 0) {
        return std::get<1>(*farm::pending(s.query(farm), who)).at(slot);
    }
    u128 claimed(const Address& farm, const Address& who) {
        return s.must<std::vector<u128>, CLAIM>(who, farm).at(0);
    }
};

TEST(Farm, IsOneForEachTokenAndManagerSoThatNoneIsThereTwice) {
    Farmland land;
    Scenario& s = land.s;
    const Address coin = liquid_of(bnb);
    const Address expected = *farm::farm_for(s.query(), coin, keeper);
    EXPECT_EQ(land.farm_of(coin), expected);
    EXPECT_REFUSED(s.call<CREATE>(keeper, farms_address, coin), farm::FarmExists{expected});
    EXPECT_NE((s.must<Address, CREATE>(alice, farms_address, coin)), expected);
    EXPECT_REFUSED(s.call<CREATE>(alice, farms_address, staking_of(bnb)),
                   farm::NotAToken{staking_of(bnb)});
    EXPECT_REFUSED(s.call<CREATE>(alice, farms_address, alice), farm::NotAToken{alice});
    EXPECT_EQ(*farm::farms(s.query(), 0),
              (std::vector{expected, *farm::farm_for(s.query(), coin, alice)}));
    EXPECT_EQ(*farm::farms(s.query(), 1), std::vector{*farm::farm_for(s.query(), coin, alice)});
}

TEST(Farm, PaysByTheSecondAndByTheShare) {
    Farmland land;
    Scenario& s = land.s;
    const Address farm = land.farm_of(liquid_of(bnb));
    s.must<u128, DEPOSIT>(alice, farm, one_18 * 30);
    land.fund(farm, week_s * 400, week_s);  // 400 a second
    s.wait(100);
    EXPECT_EARNED(land.pending(farm, alice), 40'000);
    s.must<u128, DEPOSIT>(bob, farm, one_18 * 90);
    s.wait(100);
    EXPECT_EARNED(land.pending(farm, alice), 40'000 + 10'000);
    EXPECT_EARNED(land.pending(farm, bob), 30'000);
    EXPECT_EARNED(land.claimed(farm, bob), 30'000);
    EXPECT_EARNED(land.thaw_of(bob), 30'000);
    EXPECT_EARNED(land.pending(farm, bob), 0);
    s.wait(2 * week_s);
    const u128 rest = week_s * 400 - 80'000;
    EXPECT_EARNED(land.claimed(farm, alice), 50'000 + rest / 4);
    EXPECT_EARNED(land.claimed(farm, bob), rest * 3 / 4);
    EXPECT_EQ(farm::rewards(s.query(farm))->at(0).seconds_left, 0u);
    EXPECT_SAME((s.must<u128, LEAVE>(alice, farm)), one_18 * 30);
    EXPECT_SAME(land.balance(liquid_of(bnb), alice), one_18 * 1'000);
}

TEST(Farm, AFirstStakeThatComesLateLosesNothing) {
    Farmland land;
    const Address farm = land.farm_of(liquid_of(bnb));
    land.fund(farm, week_s * 100, week_s);
    land.s.wait(3 * week_s);
    land.s.must<u128, DEPOSIT>(alice, farm, one_18);
    EXPECT_EARNED(land.pending(farm, alice), 0);
    land.s.wait(week_s);
    EXPECT_EARNED(land.claimed(farm, alice), week_s * 100);
}

TEST(Farm, AGapIsEarnedByThoseWhoComeBack) {
    Farmland land;
    Scenario& s = land.s;
    const Address farm = land.farm_of(liquid_of(bnb));
    land.fund(farm, week_s * 100, week_s);
    s.must<u128, DEPOSIT>(alice, farm, one_18);
    s.wait(day_s);
    s.must<u128, LEAVE>(alice, farm);
    EXPECT_EARNED(land.thaw_of(alice), day_s * 100);
    s.wait(30 * day_s);
    s.must<u128, DEPOSIT>(bob, farm, one_18);
    s.wait(6 * day_s);
    EXPECT_EARNED(land.claimed(farm, bob), 6 * day_s * 100);
    EXPECT_EARNED(land.claimed(farm, alice), 0);
}

TEST(Farm, InAndOutInOneBlockEarnsNothing) {
    Farmland land;
    Scenario& s = land.s;
    const Address farm = land.farm_of(liquid_of(bnb));
    land.fund(farm, week_s * 100, week_s);
    s.must<u128, DEPOSIT>(alice, farm, one_18);
    s.wait(1'000);
    using multicall::BatchCall;
    const u128 all = one_18 * 1'000;
    const std::vector<BatchCall> calls{{farm, 0, call_data<DEPOSIT>(all)},
                                       {farm, 0, call_data<WITHDRAW>(all)},
                                       {farm, 0, call_data<CLAIM>()}};
    EXPECT_DONE(s.call<"batch((address to, uint256 value, bytes data)[] calls) returns (bytes[])">(
        bob, batch_address, calls));
    EXPECT_SAME(land.thaw_of(bob), 0);
    EXPECT_EARNED(land.pending(farm, alice), 100'000);
}

TEST(Farm, ARewardThatIsTheStakedTokenIsNeverPaidOutOfStakes) {
    Farmland land;
    Scenario& s = land.s;
    s.must<bool, TRANSFER>(keeper, thaw_coin, alice, one_18 * 50);
    s.must<bool, TRANSFER>(keeper, thaw_coin, bob, one_18 * 50);
    const Address farm = land.farm_of(thaw_coin);
    s.must<u128, DEPOSIT>(alice, farm, one_18 * 50);
    land.fund(farm, one_18 * 7, week_s);
    s.wait(day_s);
    s.must<u128, DEPOSIT>(bob, farm, one_18 * 50);
    s.wait(week_s);
    s.must<bool, TRANSFER>(keeper, thaw_coin, farm, one_18);  // stray: belongs to nobody
    EXPECT_SAME((s.must<u128, LEAVE>(alice, farm)), one_18 * 50);
    EXPECT_SAME((s.must<u128, LEAVE>(bob, farm)), one_18 * 50);
    EXPECT_EARNED(land.thaw_of(alice), one_18 * 54);
    EXPECT_EARNED(land.thaw_of(bob), one_18 * 53);
    EXPECT_LE(land.thaw_of(farm) - one_18, 4u) << "what rounding left";
}

TEST(Farm, AReceiptsRewardsAreOfWhoHeldItWhileTheyFlowed) {
    Farmland land;
    Scenario& s = land.s;
    const Address farm = land.farm_of(liquid_of(bnb));
    land.fund(farm, week_s * 100, week_s);
    s.must<u128, DEPOSIT>(alice, farm, one_18 * 4);
    s.wait(1'000);
    s.must<bool, TRANSFER>(alice, farm, bob, one_18 * 3);
    s.wait(1'000);
    EXPECT_EARNED(land.pending(farm, alice), 125'000);
    EXPECT_EARNED(land.pending(farm, bob), 75'000);
    s.must<bool, TRANSFER>(bob, farm, bob, one_18);  // to oneself
    EXPECT_EARNED(land.pending(farm, bob), 75'000);
    s.must<u128, LEAVE>(bob, farm);
    EXPECT_SAME(land.balance(liquid_of(bnb), bob), one_18 * 1'003);
    EXPECT_REFUSED(s.call<WITHDRAW>(alice, farm, one_18 + 1),
                   token::ERC20InsufficientBalance{alice, Assets{one_18}, Assets{one_18 + 1}});
}

TEST(Farm, ARebasingTokensRewardsStayWithItsFarmer) {
    Farmland land;
    Scenario& s = land.s;
    const Address coin = liquid_of(fantom);
    const Address farm = land.farm_of(coin);
    const u128 before = land.balance(coin, alice);
    const u128 receipts = s.must<u128, DEPOSIT>(alice, farm, before);
    for (int day = 0; day < 3; ++day) land.hosts.next_frame(fantom, {{1, {.reward = one_18}}});
    s.wait(day_s);
    const u128 shown = land.balance(coin, bob);
    EXPECT_GT(shown, before);
    const u128 staked =
        s.view<u128, "stakedOf(address account) view returns (uint256)">(farm, alice);
    EXPECT_LE(shown - staked, 1u);
    const u128 back = s.must<u128, WITHDRAW>(alice, farm, receipts);
    EXPECT_SAME(back, staked);
    EXPECT_LE(shown - land.balance(coin, alice), 1u) << "a fraction of a share at most";
}

TEST(Farm, TakesFlashPoolShares) {
    Farmland land;
    Scenario& s = land.s;
    const Address pool = contract_address(ContractKind::flash, bnb);
    const u128 shares =
        s.must<u128, "deposit(uint256 assets, address receiver) returns (uint256 shares)">(
            carol, pool, one_18 * 100, carol);
    const Address farm = land.farm_of(pool);
    land.fund(farm, week_s * 100, week_s);
    EXPECT_SAME((s.must<u128, "depositAll() returns (uint256 receipts)">(carol, farm)), shares);
    s.wait(week_s);
    EXPECT_EARNED(land.claimed(farm, carol), week_s * 100);
    s.must<u128, LEAVE>(carol, farm);
    EXPECT_SAME(land.balance(pool, carol), shares);
}

TEST(Farm, FundingIsAGiftThatNeitherHurriesNorSlows) {
    Farmland land;
    Scenario& s = land.s;
    const Address farm = land.farm_of(liquid_of(bnb));
    const auto funds = [&](u128 amount, uint64_t seconds) {
        return s.call<FUND>(keeper, farm, thaw_coin, amount, seconds);
    };
    EXPECT_REFUSED(funds(100, day_s - 1),
                   farm::DurationOutOfRange{day_s - 1, day_s, 3'650 * day_s});
    EXPECT_REFUSED(funds(100, 3'650 * day_s + 1),
                   farm::DurationOutOfRange{3'650 * day_s + 1, day_s, 3'650 * day_s});
    EXPECT_REFUSED(funds(0, day_s), farm::ZeroAmount{});
    EXPECT_REFUSED(s.call<FUND>(keeper, farm, asset_of(bnb), u128{1}, day_s),
                   farm::UnknownReward{asset_of(bnb)});
    EXPECT_DONE(funds(week_s * 100, week_s));
    s.must<u128, DEPOSIT>(alice, farm, one_18);
    s.wait(day_s);
    EXPECT_REFUSED(funds(one_18, 6 * day_s - 1), farm::BreaksPromise{6 * day_s - 1, 6 * day_s});
    EXPECT_REFUSED(funds(day_s * 100 - 1, week_s), farm::BreaksPromise{week_s, 6 * day_s});
    EXPECT_DONE(funds(day_s * 100, week_s));
    s.wait(week_s);
    EXPECT_EARNED(land.claimed(farm, alice), 8 * day_s * 100);
    EXPECT_REFUSED(s.call<FUND>(bob, farm, thaw_coin, u128{1}, day_s),
                   token::ERC20InsufficientBalance{bob, Assets{}, Assets{1}});
}

TEST(Farm, OnlyItsManagerAddsRewardsAndFourAtMost) {
    Farmland land;
    Scenario& s = land.s;
    const Address farm = land.farm_of(liquid_of(bnb));
    const auto add = [&](const Address& who, const Address& token) {
        return s.call<ADD_REWARD>(who, farm, token);
    };
    EXPECT_REFUSED(add(alice, asset_of(bnb)), farm::NotManager{alice, keeper});
    EXPECT_REFUSED(add(keeper, farm), farm::NotAToken{farm});
    EXPECT_REFUSED(add(keeper, thaw_coin), farm::RewardExists{thaw_coin});
    for (const Address& token : {asset_of(bnb), liquid_of(fantom), weth_address})
        EXPECT_DONE(add(keeper, token));
    EXPECT_REFUSED(add(keeper, asset_of(fantom)), farm::TooManyRewards{4});
}

TEST(Farm, SeveralRewardsFlowBesideEachOther) {
    Farmland land;
    Scenario& s = land.s;
    const Address farm = land.farm_of(liquid_of(bnb));
    s.must<u128, DEPOSIT>(alice, farm, one_18);
    land.fund(farm, week_s * 100, week_s);
    s.wait(1'000);
    s.must<void, ADD_REWARD>(keeper, farm, liquid_of(fantom));
    s.must<void, FUND>(bob, farm, liquid_of(fantom), one_18 * 7, week_s);
    s.wait(day_s);
    EXPECT_EARNED(land.pending(farm, alice, 0), (day_s + 1'000) * 100);
    const u128 shares = land.pending(farm, alice, 1);
    EXPECT_LE(one_18 - shares, 1u) << "a day's of the shares, which are one to one so far";
    const u128 had = land.balance(liquid_of(fantom), alice);
    const auto paid = s.must<std::vector<u128>, CLAIM>(alice, farm);
    EXPECT_SAME(paid.at(1), shares);
    EXPECT_SAME(land.balance(liquid_of(fantom), alice) - had, shares);
}

/// All farms at once by a random crowd; the scenario checks every invariant after every step.
TEST(Farm, ARandomCrowdIsNeverPaidMoreThanWasEmitted) {
    Farmland land;
    Scenario& s = land.s;
    Random random{44};
    std::vector<Address> farms;
    for (const Address& coin : {liquid_of(bnb), liquid_of(fantom), thaw_coin})
        farms.push_back(land.farm_of(coin));
    for (const Address& who : {alice, bob, carol})
        s.must<bool, TRANSFER>(keeper, thaw_coin, who, one_18 * 10);
    s.must<void, ADD_REWARD>(keeper, farms[0], farms[1]);  // receipts are tokens too
    for (int step = 0; step < 400; ++step) {
        const Address& farm = farms[random.below(farms.size())];
        const Address who = user(static_cast<uint16_t>(1 + random.below(3)));
        const Address other = user(static_cast<uint16_t>(1 + random.below(3)));
        const u128 mine = land.balance(farm, who);
        const u128 amount = random.amount(one_18 * 20);
        switch (random.below(8)) {
            case 0:
                s.call<WITHDRAW>(who, farm, random.amount(mine + 1));
                break;
            case 1:
                s.call<CLAIM>(who, farm);
                break;
            case 2:
                s.call<TRANSFER>(who, farm, other, random.amount(mine));
                break;
            case 3:
                s.call<FUND>(keeper, farm, thaw_coin, amount, day_s + random.below(week_s));
                break;
            case 4:
                s.call<FUND>(who, farms[0], farms[1], random.amount(one_18), week_s);
                break;
            case 5:
                s.wait(random.below(2 * day_s));
                break;
            case 6:
                s.call<LEAVE>(who, farm);
                break;
            default:
                s.call<DEPOSIT>(who, farm, amount);
        }
    }
    s.wait(30 * day_s);
    for (const Address& farm : farms)
        for (const Address& who : {alice, bob, carol}) s.call<LEAVE>(who, farm);
    for (const Address& farm : farms)
        EXPECT_SAME(issued::supply(s.query(), farm), issued::held(s.query(), farm, farms[0]));
}

}  // namespace
}  // namespace thaw::scenario
