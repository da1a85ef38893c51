// Losses: what one quorum may book, what needs a second, what halts a network; what goes on
// meanwhile and what does not; and that a dry run says what then happens.
#include "tests/scenario/expect.hpp"
#include "tests/scenario/random.hpp"
#include "thaw/protocol/staking/limits.hpp"

namespace thaw::scenario {
namespace {

#define FRAME "reportFrame(" THAW_REPORT_TUPLE " report)"
#define CONFIRM "confirmLoss(uint8 network, uint64 frame, bytes32 payload)"
#define REJECT "rejectLoss(uint8 network, uint64 frame, bytes32 payload)"
#define STAKE "stake(uint256 assets) returns (uint256 shares)"
#define TOP_UP "topUpInsurance(uint256 assets) returns (uint256 insurance)"
#define PREVIEW                                                                                   \
    "previewReport(" THAW_REPORT_TUPLE                                                            \
    " report) view returns ((uint256 rewards, uint256 slashed, uint256 fee, uint256 feeShares, "  \
    "uint256 fromUnreleased, uint256 fromInsurance, uint256 lossToHolders, uint256 totalAssets, " \
    "uint256 totalShares, uint256 releasing, uint256 waiting, uint64 fallPpb, bool "              \
    "needsSecondQuorum, bool halts))"

constexpr Address oracle_at = oracle_address;

/// A pool of `whole` units staked by alice, bonded, at the end of its first frame.
struct Pool {
    explicit Pool(NetworkId network, u128 whole = 1'000) : n{network} {
        const u128 amount = unit(s.state, n) * whole;
        s.deposit(n, alice, amount * 2);
        s.must<Shares, STAKE>(alice, staking_of(n), Assets{amount});
        hosts.settle();
        s.wait(day_s);
    }
    /// The next frame, with a loss spread over validators from the first on.
    oracle::Report losing(u128 loss) {
        std::map<uint32_t, Hosts::Gain> gains;
        for (uint32_t v = 1; v <= validators_per_network; ++v) {
            gains[v].slashed = std::min(loss, hosts.delegated(n, v));
            loss -= gains[v].slashed;
        }
        demand(loss == 0, "more is to be lost than is bonded");
        return hosts.frame(n, gains);
    }
    u128 assets() const { return liquid::rate(s.query(), n).assets.value; }
    bool pending() const { return losses::is_pending(s.query(), n); }
    bool halted() const { return s.state.networks.networks.get(n).halted != 0; }
    Receipt say(uint16_t who, const oracle::Report& r) {
        return s.call<FRAME>(member(who), oracle_at, r);
    }
    Receipt confirm(const Address& who, uint64_t frame, const Hash& payload) {
        return s.call<CONFIRM>(who, oracle_at, uint8_t{n}, frame, payload);
    }
    Receipt reject(const Address& who, uint64_t frame, const Hash& payload) {
        return s.call<REJECT>(who, oracle_at, uint8_t{n}, frame, payload);
    }

    Scenario s;
    Hosts hosts{s};
    NetworkId n;
};

TEST(Losses, ThirtyFiveHundredthsOfAPerCentPassAndOneUnitMoreWaits) {
    for (const u128 more : {0, 1}) {
        Pool pool{bnb};
        const u128 bound = pool.assets() * 35 / 10'000;
        const u128 before = pool.assets();
        pool.hosts.report_once(pool.losing(bound + more));
        EXPECT_EQ(pool.pending(), more == 1);
        EXPECT_FALSE(pool.halted());
        EXPECT_SAME(pool.assets(), before - (more == 1 ? 0 : bound));
        EXPECT_EQ(pool.s.state.liquid.pools.get(bnb).frame, 1 - more);
        if (more == 0) continue;
        pool.hosts.confirm(bnb);
        EXPECT_SAME(pool.assets(), before - bound - 1);
        EXPECT_EQ(pool.s.state.liquid.pools.get(bnb).frame, 1u);
    }
}

TEST(Losses, AreAddedUpOverEighteenDaysAndThenForgotten) {
    Pool pool{bnb};
    pool.hosts.report_once(pool.losing(pool.assets() * 3 / 1'000));
    EXPECT_FALSE(pool.pending());
    for (int day = 0; day < 17; ++day) pool.hosts.next_frame(bnb, {});
    pool.s.wait(day_s);  // eighteen days after the first loss
    oracle::Report r = pool.losing(pool.assets() / 1'000);
    const auto seen = pool.s.view<staking::Preview, PREVIEW>(oracle_at, r);
    EXPECT_TRUE(seen.needs_second_quorum);
    pool.s.wait(day_s);
    pool.hosts.report_once(r);
    EXPECT_FALSE(pool.pending());  // a day later it counts no more
}

TEST(Losses, FivePerCentNeedASecondQuorumAndOneUnitMoreHaltsTheNetwork) {
    for (const u128 more : {0, 1}) {
        Pool pool{fantom};
        const u128 before = pool.assets();
        const u128 loss = before * 5 / 100 + more;
        const auto report = pool.losing(loss);
        pool.hosts.report_once(report);
        EXPECT_TRUE(pool.pending());
        EXPECT_EQ(pool.halted(), more == 1);
        pool.hosts.confirm(fantom);
        EXPECT_SAME(pool.assets(), before - loss);
        EXPECT_EQ(pool.halted(), more == 1);
        const Receipt stake = pool.s.call<STAKE>(alice, staking_of(fantom), Assets{one_18});
        if (more == 0) {
            EXPECT_DONE(stake);
            continue;
        }
        EXPECT_REFUSED(stake, staking::NetworkHalted{fantom});
        pool.s.must<void, "resume(uint8 network)">(hub_owner, networks_address, uint8_t{fantom});
        EXPECT_DONE(pool.s.call<STAKE>(alice, staking_of(fantom), Assets{one_18}));
    }
}

TEST(Losses, WhileOneWaitsNobodyComesOrGoesAtTheOldRate) {
    Pool pool{bnb};
    auto& s = pool.s;
    const auto in = s.state.networks.networks.get(bnb);
    // One ticket is final and unpaid... by pushing; another is due while the loss waits.
    s.must<Number, "unstakeCerts(uint256 shares) returns (uint256 ticket)">(alice, staking_of(bnb),
                                                                            Shares{one_18 * 100});
    pool.hosts.later(in.batch_interval_s);
    s.wait(in.unbonding_s);
    pool.hosts.catch_up();
    for (int day = 0; day < 9; ++day) pool.hosts.next_frame(bnb, {});
    pool.hosts.execute();
    // The host has paid, the hub has not collected: now the report comes, 2 % down.
    s.wait(day_s);
    const u128 had = s.assets(bnb, alice);
    const u128 loss = pool.assets() / 50;
    const auto report = pool.losing(loss);
    pool.hosts.report_once(report);
    ASSERT_TRUE(pool.pending());
    pool.hosts.settle();  // collects, and does not finalise
    EXPECT_SAME(s.assets(bnb, alice), had);
    EXPECT_REFUSED(s.call<STAKE>(alice, staking_of(bnb), Assets{one_18}),
                   losses::LossPending{bnb, report.frame});
    EXPECT_DONE(s.call<"transfer(address to, uint256 value)">(alice, liquid_of(bnb), bob, one_18));
    EXPECT_DONE(s.call<"unstakeCerts(uint256 shares)">(bob, staking_of(bnb), Shares{one_18}));
    auto later = report;
    ++later.frame;
    for (const uint16_t m : {1, 2}) EXPECT_DONE(pool.say(m, later));
    EXPECT_REFUSED(pool.say(3, later), staking::FrameOutOfOrder{report.frame + 1, report.frame});
    EXPECT_REFUSED(pool.say(4, report), oracle::AlreadyDecided{oracle::subject_of(report)});
    pool.hosts.confirm(bnb);
    pool.hosts.settle();
    EXPECT_SAME(s.assets(bnb, alice), had + one_18 * 98);
}

TEST(Losses, FundedClaimsArePaidWhileOneWaits) {
    Pool pool{bnb};
    auto& s = pool.s;
    for (int i = 0; i < 25; ++i)  // more than one transaction of the keeper pays
        s.must<Number, "unstakeCerts(uint256 shares) returns (uint256 ticket)">(
            alice, staking_of(bnb), Shares{one_18});
    const auto in = s.state.networks.networks.get(bnb);
    pool.hosts.later(in.batch_interval_s);
    s.wait(in.unbonding_s);
    pool.hosts.catch_up();
    s.must<void, "advance()">(carol, staking_of(bnb));  // collects
    pool.hosts.execute();
    const u128 had = s.assets(bnb, alice);
    s.must<void, "advance()">(carol, staking_of(bnb));  // finalises, pays twenty
    EXPECT_SAME(s.assets(bnb, alice), had + one_18 * 20);
    s.wait(day_s);
    pool.hosts.report_once(pool.losing(pool.assets() / 10));
    ASSERT_TRUE(pool.pending() && pool.halted());
    s.must<Assets, "claim(uint256 ticket) returns (uint256 assets)">(
        bob, tickets_address, Number{unbonding::ticket_id(bnb, 25)});
    pool.hosts.settle();
    EXPECT_SAME(s.assets(bnb, alice), had + one_18 * 25);
}

TEST(Losses, TheSecondWordIsForMembersForThisReportAndOnce) {
    Pool pool{polkadot};
    EXPECT_REFUSED(pool.confirm(member(1), 1, {}), losses::NoLossPending{polkadot, 1});
    EXPECT_REFUSED(pool.confirm(member(1), 0, {}), losses::NoLossPending{polkadot, 0});
    EXPECT_REFUSED(pool.s.call<CONFIRM>(member(1), oracle_at, uint8_t{9}, uint64_t{1}, Hash{}),
                   losses::NoLossPending{9, 1});
    const auto report = pool.losing(pool.assets() / 50);
    pool.hosts.report_once(report);
    const Hash payload = oracle::payload_of(report);
    const auto told = pool.s.view<oracle::PendingLoss,
                                  "pendingLoss(uint8 network) view returns ((bool pending, uint64 "
                                  "frame, bytes32 payload, uint256 loss, uint64 fallPpb, uint64 "
                                  "since))">(oracle_at, uint8_t{polkadot});
    EXPECT_TRUE(told.pending);
    EXPECT_EQ(told.payload, payload);
    EXPECT_SAME(told.loss.value, pool.assets() / 50);
    EXPECT_EQ(told.fall_ppb, 20'000'000u);
    EXPECT_EQ(told.since_s, pool.s.block.now_s);

    EXPECT_REFUSED(pool.confirm(member(1), 2, payload), losses::NoLossPending{polkadot, 2});
    EXPECT_REFUSED(pool.confirm(member(1), 1, {}), losses::AnotherReportPending{{}, payload});
    EXPECT_REFUSED(pool.confirm(alice, 1, payload), oracle::NotAMember{alice});
    EXPECT_DONE(pool.confirm(member(1), 1, payload));
    EXPECT_FALSE(pool.confirm(member(1), 1, payload).success);  // AlreadyAttested
    EXPECT_FALSE(pool.reject(member(1), 1, payload).success);   // ContradictsItself
    EXPECT_DONE(pool.reject(member(4), 1, payload));
    EXPECT_DONE(pool.confirm(member(2), 1, payload));
    EXPECT_TRUE(pool.pending());  // the first quorum's word does not count for the second
    EXPECT_DONE(pool.confirm(member(3), 1, payload));
    EXPECT_FALSE(pool.pending());
    EXPECT_REFUSED(pool.confirm(member(4), 1, payload), losses::NoLossPending{polkadot, 1});
}

TEST(Losses, ARejectedReportIsForgottenAndTheFrameReportedAnew) {
    Pool pool{kusama};
    const u128 before = pool.assets();
    const auto report = pool.losing(before / 50);
    const Hash payload = oracle::payload_of(report);
    for (int again = 0; again < 2; ++again) {  // the same mistake may be made and rejected twice
        pool.hosts.report_once(report);
        ASSERT_TRUE(pool.pending());
        for (const uint16_t m : {4, 2, 1}) EXPECT_DONE(pool.reject(member(m), 1, payload));
        EXPECT_FALSE(pool.pending());
        EXPECT_SAME(pool.assets(), before);
    }
    auto corrected = report;
    for (auto& v : corrected.validators) {
        v.delegated.value += v.slashed.value;
        v.slashed = {};
    }
    pool.hosts.report_once(corrected);
    EXPECT_EQ(pool.s.state.liquid.pools.get(kusama).frame, 1u);
    EXPECT_SAME(pool.assets(), before);
}

/// Which network a row speaks of, if its key tells.
template <class K>
NetworkId network_of_key(const K& key) {
    if constexpr (std::is_same_v<K, NetworkId>)
        return key;
    else if constexpr (requires { key.network; })
        return key.network;
    else if constexpr (requires { key.asset; })
        return key.asset;
    else
        return 0;
}

TEST(Losses, AHaltTouchesNoRowOfAnotherNetwork) {
    Scenario s{scenario_genesis(), Scenario::Checks::none};
    Hosts hosts{s};
    for (NetworkId n = 1; n <= network_count; ++n) {
        s.deposit(n, alice, unit(s.state, n) * 100);
        s.must<Shares, STAKE>(alice, staking_of(n), Assets{unit(s.state, n) * 100});
    }
    hosts.settle();
    s.wait(day_s);
    const auto report = hosts.frame(polygon, {{1, {.slashed = hosts.delegated(polygon, 1)}}});
    s.state.seal();
    hosts.report_once(report);
    ASSERT_NE(s.state.networks.networks.get(polygon).halted, 0);
    hosts.confirm(polygon);
    int of_polygon = 0;
    std::apply(
        [&](const auto&... table) {
            const auto look = [&](const auto& edits) {
                for (const auto& edit : edits) {
                    const NetworkId of = network_of_key(edit.key);
                    EXPECT_TRUE(of == 0 || of == polygon) << int{of};
                    of_polygon += of == polygon;
                }
            };
            (look(table.edits()), ...);
        },
        State::tables(s.state));
    EXPECT_GT(of_polygon, 10);
    for (NetworkId n = 1; n < polygon; ++n) EXPECT_EQ(s.state.networks.networks.get(n).halted, 0);
}

TEST(Losses, MeetUnreleasedRewardsThenInsuranceThenHolders) {
    Pool pool{bnb};
    auto& s = pool.s;
    const u128 reward = pool.assets() / 10'000;
    pool.hosts.report_once(pool.hosts.frame(bnb, {{1, {.reward = reward}}}));
    const u128 unreleased = liquid::unreleased(s.query(), bnb).value;
    EXPECT_SAME(unreleased, reward - reward / 10);
    EXPECT_REFUSED(s.call<TOP_UP>(bob, staking_of(bnb), Assets{}), staking::ZeroAmount{});
    EXPECT_REFUSED(s.call<TOP_UP>(bob, staking_of(bnb), Assets{5}),
                   token::ERC20InsufficientBalance{bob, Assets{}, Assets{5}});
    EXPECT_SAME((s.must<Assets, TOP_UP>(alice, staking_of(bnb), Assets{one_18}).value), one_18);
    EXPECT_SAME((s.must<Assets, TOP_UP>(alice, staking_of(bnb), Assets{one_18}).value), one_18 * 2);
    s.wait(day_s);
    const u128 released_all = pool.assets();
    EXPECT_SAME(liquid::unreleased(s.query(), bnb).value, 0);
    pool.hosts.report_once(pool.hosts.frame(bnb, {{1, {.reward = reward}}}));
    const u128 fee = reward / 10;
    const u128 holders = pool.assets();
    EXPECT_SAME(holders, released_all + fee);
    s.wait(1);
    // Not over: a frame lasts a day. One second later rewards have begun to be released.
    s.wait(day_s - 1);
    pool.hosts.report_once(pool.hosts.frame(bnb, {{1, {.reward = reward}}}));
    const u128 waits = liquid::unreleased(s.query(), bnb).value;
    s.block.now_s += day_s - 1;  // almost all of it is released by then
    ++s.block.height;
    s.wait(1);
    EXPECT_GT(waits, 0u);
    const u128 before = pool.assets();
    pool.hosts.report_once(pool.losing(one_18 * 2));
    EXPECT_SAME(pool.assets(), before);  // insurance bore it
    EXPECT_SAME(token::held(s.query(), token::bucket_account(bnb, token::Bucket::insurance)).value,
                0);
    s.wait(day_s);
    pool.hosts.report_once(pool.losing(5));
    EXPECT_SAME(pool.assets(), before - 5);  // nothing else is left to bear it
}

TEST(Losses, OfWhatUnbondsAreBorneAlikeAndCount) {
    Pool pool{bnb};
    auto& s = pool.s;
    s.must<Assets, TOP_UP>(alice, staking_of(bnb), Assets{one_18});
    s.must<Number, "unstakeCerts(uint256 shares) returns (uint256 ticket)">(alice, staking_of(bnb),
                                                                            Shares{one_18 * 500});
    const auto in = s.state.networks.networks.get(bnb);
    s.wait(in.batch_interval_s);
    pool.hosts.settle();
    pool.hosts.slash_unbonding(bnb, 10'000);  // 1 % of 500 BNB
    const u128 before = pool.assets();
    s.wait(in.unbonding_s);
    s.must<void, "advance()">(carol, staking_of(bnb));
    pool.hosts.execute();
    EXPECT_SAME(pool.assets(), before - one_18 * 4);
    const uint64_t fallen = losses::fallen_ppb(s.query(), bnb);
    EXPECT_GE(fallen, 4'000'000u);
    EXPECT_LT(fallen, 4'010'000u);
}

TEST(Losses, OutcomesMayComeBetweenTheTwoQuorums) {
    Pool pool{bnb};
    auto& s = pool.s;
    s.must<Number, "unstakeCerts(uint256 shares) returns (uint256 ticket)">(alice, staking_of(bnb),
                                                                            Shares{one_18 * 900});
    s.wait(s.state.networks.networks.get(bnb).batch_interval_s);
    s.must<void, "advance()">(carol, staking_of(bnb));  // asks the host for 900
    const u128 before = pool.assets();
    const u128 loss = before / 5;
    const auto report = pool.losing(loss);  // the host slashed before it was asked
    pool.hosts.report_once(report);
    ASSERT_TRUE(pool.pending());
    pool.hosts.execute();  // some of what was asked for is no longer there, and fails
    pool.hosts.confirm(bnb);
    EXPECT_SAME(pool.assets(), before - loss);
    u128 bonded = 0;
    for (uint32_t v = 1; v <= validators_per_network; ++v) {
        EXPECT_SAME(validators::bonded(s.query(), bnb, v).value, pool.hosts.delegated(bnb, v));
        bonded += pool.hosts.delegated(bnb, v);
    }
    EXPECT_GT(bonded, 0u);
}

/// Any report of a few frames on any network: the dry run's figures are those of the books after
/// it, and it is refused with the words of the real thing.
TEST(Preview, SaysWhatThenHappens) {
    Random random{7};
    for (NetworkId n = 1; n <= network_count; ++n) {
        Pool pool{n};
        auto& s = pool.s;
        for (int frame = 0; frame < 25; ++frame) {
            if (random.chance(4))
                s.must<Assets, TOP_UP>(alice, staking_of(n),
                                       Assets{1 + random.amount(pool.assets() / 500)});
            std::map<uint32_t, Hosts::Gain> gains;
            for (uint32_t v = 1; v <= validators_per_network; ++v)
                if (random.chance(3))
                    gains[v].slashed =
                        std::min(random.amount(pool.assets() / 300), pool.hosts.delegated(n, v));
                else
                    gains[v].reward = random.amount(pool.assets() / 1'000);
            const auto r = pool.hosts.frame(n, gains);
            const auto said = s.view<staking::Preview, PREVIEW>(oracle_at, r);
            const auto was = s.state.liquid.pools.get(n);
            const u128 treasury_had = s.sub_shares(n, treasury);
            pool.hosts.report_once(r);
            EXPECT_EQ(pool.pending(), said.needs_second_quorum);
            EXPECT_EQ(pool.halted(), said.halts);
            if (pool.pending()) pool.hosts.confirm(n);
            const auto is = s.state.liquid.pools.get(n);
            EXPECT_SAME(pool.assets(), said.total_assets.value);
            EXPECT_EQ(liquid::whole(is.supply), said.total_shares);
            EXPECT_EQ(is.releasing, said.releasing);
            EXPECT_EQ(is.waiting, said.waiting);
            EXPECT_SAME(is.fees_total.value - was.fees_total.value, said.fee.value);
            EXPECT_SAME(is.rewards_total.value - was.rewards_total.value, said.rewards.value);
            EXPECT_SAME(is.losses_total.value - was.losses_total.value, said.slashed.value);
            EXPECT_GE((s.sub_shares(n, treasury) - treasury_had) / liquid::sub_units + 1,
                      said.fee_shares.value);
            if (pool.halted())
                s.must<void, "resume(uint8 network)">(hub_owner, networks_address, uint8_t{n});
            s.wait(day_s);
        }
        auto r = pool.hosts.frame(n, {});
        const Assets held = r.validators[0].delegated;
        r.validators[0].delegated.value += staking::rounding_per_delegation_max + 1;
        const Receipt refused = simulate(s.state, s.block,
                                         {.sender = alice,
                                          .to = oracle_at,
                                          .data = call_data<PREVIEW>(r),
                                          .gas_limit = 20'000'000});
        EXPECT_REFUSED(refused, staking::DelegationMismatch{1, r.validators[0].delegated, held});
    }
}

}  // namespace
}  // namespace thaw::scenario
