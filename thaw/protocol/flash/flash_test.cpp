// Leaving at once: what it costs, who earns it, and that nobody gets out ahead of a loss for less.
#include <boost/multiprecision/cpp_int.hpp>

#include "tests/scenario/expect.hpp"
#include "tests/scenario/random.hpp"

namespace thaw::scenario {
namespace {

using Rational = boost::multiprecision::cpp_rational;
using Big = boost::multiprecision::cpp_int;

#define STAKE "stake(uint256 assets) returns (uint256 shares)"
#define DEPOSIT "deposit(uint256 assets, address receiver) returns (uint256 shares)"
#define SWAP "swap(uint256 shares, address receiver) returns (uint256 assets)"
#define ANNOUNCE "announce(uint256 shares) returns (uint256 announced)"
#define REDEEM "redeem(uint256 shares, address receiver, address owner) returns (uint256 assets)"
#define QUOTE "quote(uint256 shares) view returns ((uint256 assets, uint256 fee, uint256 filled))"
#define QUOTE_EXIT                                                                               \
    "quoteExit(uint256 shares) view returns ((string name, uint256 assets, uint256 fee, uint64 " \
    "secondsToWait)[])"
#define EXIT                                                                                   \
    "exit(uint256 shares, uint256 minimum, uint64 maxWait) returns ((uint256 assets, uint256 " \
    "ticket, uint256 nominal))"

constexpr Address flash_of(NetworkId n) { return contract_address(ContractKind::flash, n); }

Big big(u128 value) {
    return (Big{static_cast<uint64_t>(value >> 64)} << 64) + static_cast<uint64_t>(value);
}
/// The marginal fee at one level of liquidity, as a rational.
Rational margin(const flash::Terms& t, const Rational& level) {
    const Rational low{t.fee_min_bps, 10'000};
    const Rational high{t.fee_max_bps, 10'000};
    if (level >= big(t.target.value)) return low;
    return high - (high - low) * level / big(t.target.value);
}
/// The integral as a trapezoid on each side of the target: exact, since the margin is linear there.
Rational integral(const flash::Terms& t, u128 cash, u128 taken) {
    const Rational from = big(cash - taken);
    const Rational to = big(cash);
    const Rational bend = std::clamp(Rational{big(t.target.value)}, from, to);
    const auto area = [&](const Rational& a, const Rational& b, const Rational& at_b) {
        return (b - a) * (margin(t, a) + at_b) / 2;
    };
    return area(from, bend, margin(t, bend)) + area(bend, to, margin(t, to));
}

TEST(FlashFee, IsTheIntegralRoundedUp) {
    Random random{3};
    for (int i = 0; i < 20'000; ++i) {
        const flash::Terms t{.target = Assets{1 + random.amount(one_18 * 1'000'000)},
                             .fee_min_bps = static_cast<uint32_t>(random.below(100)),
                             .fee_max_bps = static_cast<uint32_t>(100 + random.below(900))};
        const u128 cash = random.amount(one_18 * 3'000'000);
        const u128 taken = random.amount(cash);
        const Rational exact = integral(t, cash, taken);
        const Rational charged = big(flash::fee(t, Assets{cash}, Assets{taken}).value);
        EXPECT_GE(charged, exact);
        EXPECT_LT(charged, exact + 2);  // two pieces, each rounded up
    }
}

TEST(FlashFee, FiftyPartsNeverCostLessThanOne) {
    Random random{5};
    for (int i = 0; i < 2'000; ++i) {
        const flash::Terms t{.target = Assets{1 + random.amount(one_18 * 1'000)},
                             .fee_min_bps = 30,
                             .fee_max_bps = 300};
        const u128 cash = random.amount(one_18 * 3'000);
        const u128 value = random.amount(cash);
        const u128 whole = flash::taken_for(t, Assets{cash}, Assets{value}).value;
        u128 left = cash, got = 0, spent = 0;
        for (int part = 0; part < 50; ++part) {
            const u128 worth = part == 49 ? value - spent : value / 50;
            const u128 taken = flash::taken_for(t, Assets{left}, Assets{worth}).value;
            left -= taken;
            got += taken;
            spent += worth;
        }
        EXPECT_LE(got, whole);
    }
}

/// Alice holds liquid tokens worth 500 units at a crooked rate; bob provides 300.
struct Provided {
    Scenario s;
    Hosts hosts{s};
    NetworkId n;
    u128 one;

    explicit Provided(NetworkId network) : n{network}, one{unit(s.state, network)} {
        for (const Address& who : {alice, bob, carol}) s.deposit(n, who, one * 2'000);
        EXPECT_DONE(s.call<STAKE>(alice, staking_of(n), Assets{one * 500}));
        EXPECT_DONE(s.call<STAKE>(carol, staking_of(n), Assets{one * 500}));
        hosts.settle();
        hosts.next_frame(n, {{1, {.reward = one / 3}}});
        s.wait(day_s / 3);
        EXPECT_DONE(s.call<DEPOSIT>(bob, flash_of(n), Assets{one * 300}, bob));
    }
    Shares held(const Address& who) {
        return s.view<Shares, "balanceOf(address account) view returns (uint256)">(flash_of(n),
                                                                                   who);
    }
    u128 total() {
        return s.view<Assets, "totalAssets() view returns (uint256)">(flash_of(n)).value;
    }
    Shares mine(const Address& who) const { return liquid::whole(SubShares{s.sub_shares(n, who)}); }
};

TEST(Flash, PaysExactlyWhatItQuotedAndProvidersEarnTheFee) {
    for (NetworkId n = 1; n <= network_count; ++n) {
        Provided p{n};
        const u128 before = p.total();
        const Shares shares{p.mine(alice).value / 5};
        const auto quote = p.s.view<flash::Quote, QUOTE>(flash_of(n), shares);
        EXPECT_EQ(quote.filled, shares);
        EXPECT_SAME(
            quote.assets.value + quote.fee.value,
            liquid::worth(SubShares{shares.value * liquid::sub_units}, liquid::rate(p.s.query(), n))
                .value);
        const u128 had = p.s.assets(n, alice);
        const Assets got = p.s.must<Assets, SWAP>(alice, flash_of(n), shares, alice);
        EXPECT_SAME(got.value, quote.assets.value) << "network " << int{n};
        EXPECT_SAME(p.s.assets(n, alice) - had, quote.assets.value);
        EXPECT_SAME(p.total(), before + quote.fee.value);
        // The pool's ticket is paid like any other, and pushed to it.
        p.hosts.later(p.s.state.networks.networks.get(n).batch_interval_s);
        p.hosts.later(p.s.state.networks.networks.get(n).unbonding_s);
        const u128 cash =
            p.s.view<Assets, "flashPoolCapacity() view returns (uint256)">(flash_of(n)).value;
        EXPECT_SAME(cash, p.total()) << "nothing is on its way any more";
        EXPECT_GE(cash + 2, before + quote.fee.value) << "network " << int{n};
    }
}

TEST(Flash, TakesNoMoreThanThereIsAndSaysHowMuchThatIs) {
    Provided p{polygon};
    const Shares all = p.mine(alice);
    const auto quote = p.s.view<flash::Quote, QUOTE>(flash_of(polygon), all);
    EXPECT_LT(quote.filled.value, all.value);
    const Assets value =
        liquid::worth(SubShares{all.value * liquid::sub_units}, liquid::rate(p.s.query(), polygon));
    EXPECT_REFUSED(p.s.call<SWAP>(alice, flash_of(polygon), all, alice),
                   flash::FlashCapacityExceeded{value, Assets{p.one * 300}});
    const Assets got = p.s.must<Assets, SWAP>(alice, flash_of(polygon), quote.filled, alice);
    EXPECT_SAME(got.value, quote.assets.value);
    EXPECT_GE(got.value + 3, p.one * 300) << "all but crumbs of the pool";
    EXPECT_REFUSED((p.s.call<"swapAtLeast(uint256 shares, uint256 minimum, address receiver)">(
                       carol, flash_of(polygon), Shares{p.one}, Assets{p.one * 2}, carol)),
                   flash::FlashCapacityExceeded{liquid::worth(SubShares{p.one * liquid::sub_units},
                                                              liquid::rate(p.s.query(), polygon)),
                                                Assets{p.one * 300 - got.value}});
}

TEST(Flash, RefusesBelowTheMinimumWhenHaltedAndForTheWrongFace) {
    Provided p{kusama};
    const Assets ten{p.one * 10};
    EXPECT_REFUSED(
        (p.s.call<"swapBonds(uint256 amount, uint256 minimum, address receiver)">(
            alice, flash_of(kusama), ten, ten, alice)),
        flash::LessThanMinimum{
            flash::taken_for(p.s.state.flash.terms.get(kusama), Assets{p.one * 300}, ten), ten});
    EXPECT_REFUSED((p.s.call<"swapBonds(uint256 amount, uint256 minimum, address receiver)">(
                       alice, flash_of(bnb), ten, ten, alice)),
                   flash::UseSwap{});
    auto network = p.s.state.networks.networks.get(kusama);
    network.halted = 1;
    p.s.state.networks.networks.put(kusama, network);
    p.s.state.seal();
    EXPECT_REFUSED(p.s.call<SWAP>(alice, flash_of(kusama), Shares{p.one}, alice),
                   flash::NetworkHalted{kusama});
}

TEST(FlashProviders, LeaveOnlyAfterAReportOfTheFrameTheyAnnouncedIn) {
    Provided p{bnb};
    const Shares all = p.held(bob);
    EXPECT_DONE(p.s.call<SWAP>(alice, flash_of(bnb), Shares{p.one * 200}, alice));
    EXPECT_REFUSED(p.s.call<REDEEM>(bob, flash_of(bnb), Shares{1}, bob, bob),
                   flash::ERC4626ExceededMaxRedeem{bob, Shares{1}, Shares{}});
    EXPECT_DONE(p.s.call<ANNOUNCE>(bob, flash_of(bnb), all));
    EXPECT_REFUSED(p.s.call<REDEEM>(bob, flash_of(bnb), Shares{1}, bob, bob),
                   flash::ERC4626ExceededMaxRedeem{bob, Shares{1}, Shares{}});
    // The slash that bob saw coming is in the report that lets him go: the pool's ticket, and with
    // it bob, bears its part.
    const u128 before = p.total();
    p.hosts.execute();
    p.hosts.next_frame(bnb, {{1, {.slashed = p.hosts.delegated(bnb, 1) / 50}}});
    EXPECT_LT(p.total(), before);
    const Shares most =
        p.s.view<Shares, "maxRedeem(address owner) view returns (uint256)">(flash_of(bnb), bob);
    EXPECT_GT(most.value, 0u);
    EXPECT_LT(most.value, all.value) << "no more than the cash there is";
    const u128 had = p.s.assets(bnb, bob);
    const Assets got = p.s.must<Assets, REDEEM>(bob, flash_of(bnb), most, bob, bob);
    EXPECT_SAME(p.s.assets(bnb, bob) - had, got.value);
    EXPECT_REFUSED(p.s.call<REDEEM>(bob, flash_of(bnb), Shares{all.value}, bob, bob),
                   (flash::ERC4626ExceededMaxRedeem{
                       bob, all,
                       p.s.view<Shares, "maxRedeem(address owner) view returns (uint256)">(
                           flash_of(bnb), bob)}));
    // The rest when the ticket is paid.
    p.hosts.later(3 * day_s);
    p.hosts.later(8 * day_s);
    const Shares rest =
        p.s.view<Shares, "announcedOf(address owner) view returns (uint256)">(flash_of(bnb), bob);
    EXPECT_SAME(rest.value, all.value - most.value);
    EXPECT_DONE(p.s.call<REDEEM>(bob, flash_of(bnb), rest, bob, bob));
    EXPECT_LE(p.total(), 10u) << "but for what rounding left";
}

TEST(FlashProviders, AFirstDepositorCannotPriceTheNextOut) {
    Scenario s;
    s.deposit(fantom, alice, one_18 * 1'000);
    s.deposit(fantom, bob, one_18 * 1'000);
    EXPECT_DONE(s.call<DEPOSIT>(alice, flash_of(fantom), Assets{1}, alice));
    // A gift to the pool's address is not the pool's.
    EXPECT_DONE((s.call<"transfer(address to, uint256 value) returns (bool)">(
        alice, asset_of(fantom), flash_of(fantom), one_18 * 900)));
    EXPECT_SAME((s.view<Assets, "totalAssets() view returns (uint256)">(flash_of(fantom)).value),
                1);
    const Shares got = s.must<Shares, DEPOSIT>(bob, flash_of(fantom), Assets{one_18}, bob);
    EXPECT_SAME((s.view<Assets, "convertToAssets(uint256 shares) view returns (uint256)">(
                      flash_of(fantom), got)
                     .value),
                one_18);
}

TEST(FlashProviders, RoundingIsNeverForTheCaller) {
    Provided p{fantom};
    EXPECT_DONE(p.s.call<SWAP>(alice, flash_of(fantom), Shares{p.one * 77 + 5}, alice));
    Random random{9};
    for (int i = 0; i < 300; ++i) {
        const Shares shares{1 + random.amount(p.one * 1'000'000 * 200)};
        const Assets out = p.s.view<Assets, "previewRedeem(uint256 shares) view returns (uint256)">(
            flash_of(fantom), shares);
        const Assets in = p.s.view<Assets, "previewMint(uint256 shares) view returns (uint256)">(
            flash_of(fantom), shares);
        EXPECT_LE(out.value, in.value);
        const Shares back =
            p.s.view<Shares, "previewDeposit(uint256 assets) view returns (uint256)">(
                flash_of(fantom), out);
        EXPECT_LE(back.value, shares.value);
        const Shares dear =
            p.s.view<Shares, "previewWithdraw(uint256 assets) view returns (uint256)">(
                flash_of(fantom), out);
        EXPECT_LE(dear.value, shares.value);
        EXPECT_GE(dear.value, back.value);
    }
}

/// Each way that quoteExit names, taken in the same block, brings exactly what it said.
TEST(Exit, BringsExactlyWhatTheQuoteSaid) {
    for (NetworkId n = 1; n <= network_count; ++n) {
        Provided asked{n};
        EXPECT_DONE(asked.s.call<STAKE>(carol, staking_of(n), Assets{asked.one * 60}));
        const Shares shares{asked.mine(alice).value / 12};
        const auto ways =
            asked.s.view<std::vector<staking::Way>, QUOTE_EXIT>(staking_of(n), shares);
        ASSERT_EQ(ways.size(), 3u);
        for (const auto& way : ways) {
            Provided p{n};
            EXPECT_DONE(p.s.call<STAKE>(carol, staking_of(n), Assets{p.one * 60}));
            const u128 had = p.s.assets(n, alice);
            const auto result = p.s.must<staking::ExitResult, EXIT>(
                alice, staking_of(n), shares, Assets{}, uint64_t{way.seconds});
            EXPECT_SAME(result.assets.value + result.nominal.value, way.assets.value)
                << way.name << " on network " << int{n};
            EXPECT_SAME(p.s.assets(n, alice) - had, result.assets.value);
            EXPECT_EQ(result.ticket.value == 0, way.name == "flash");
            if (way.name != "flash") {
                p.hosts.execute();
                if (way.name == "buffer") {  // a day, not the weeks that the host takes
                    p.hosts.next_frame(n, {});
                    p.hosts.settle();
                } else {
                    p.hosts.later(p.s.state.networks.networks.get(n).batch_interval_s);
                    p.hosts.later(p.s.state.networks.networks.get(n).unbonding_s);
                }
                EXPECT_GE(p.s.assets(n, alice) - had + 1, way.assets.value)
                    << way.name << " on network " << int{n};
            }
        }
    }
}

TEST(Exit, MixesTheBufferAndThePoolAndKeepsToTheMinimum) {
    Provided p{polygon};
    EXPECT_DONE(p.s.call<STAKE>(carol, staking_of(polygon), Assets{p.one * 20}));
    const Shares shares{p.one * 100};
    const Assets value = liquid::worth(SubShares{shares.value * liquid::sub_units},
                                       liquid::rate(p.s.query(), polygon));
    // At once: all of it by the pool. Within a day: what the buffer has for nothing, the rest by
    // the pool, which brings more.
    Provided other{polygon};
    EXPECT_DONE(other.s.call<STAKE>(carol, staking_of(polygon), Assets{p.one * 20}));
    const auto now = other.s.must<staking::ExitResult, EXIT>(alice, staking_of(polygon), shares,
                                                             Assets{}, uint64_t{0});
    EXPECT_SAME(now.nominal.value, 0);
    EXPECT_LT(now.assets.value, value.value);
    const u128 at_once = now.assets.value;
    const auto mixed = p.s.must<staking::ExitResult, EXIT>(alice, staking_of(polygon), shares,
                                                           Assets{at_once + 1}, day_s);
    EXPECT_GE(mixed.nominal.value, p.one * 20 - 2);
    EXPECT_GT(mixed.assets.value + mixed.nominal.value, at_once);
    EXPECT_REFUSED(
        (p.s.call<EXIT>(alice, staking_of(polygon), Shares{p.one}, Assets{p.one * 2}, day_s * 30)),
        flash::LessThanMinimum{
            liquid::worth(SubShares{p.one * liquid::sub_units}, liquid::rate(p.s.query(), polygon)),
            Assets{p.one * 2}});
    EXPECT_REFUSED(
        (p.s.call<EXIT>(alice, staking_of(polygon), p.mine(alice), Assets{}, uint64_t{0})),
        staking::NoWayInTime{0, 4 * day_s});
}

#define SET_TERMS "setTerms(uint256 target, uint32 feeMinBps, uint32 feeMaxBps)"

TEST(FlashTerms, TheOwnerChangesThemInsideTheEnvelopeAndSlowly) {
    Scenario s;
    const Address at = flash_of(bnb);
    const Assets target{one_18 * 2'000};
    EXPECT_REFUSED(s.call<SET_TERMS>(alice, at, target, 30u, 300u),
                   networks::OwnableUnauthorizedAccount{alice});
    EXPECT_REFUSED(s.call<SET_TERMS>(hub_owner, at, Assets{}, 30u, 300u),
                   (flash::TargetOutOfRange{Assets{}, Assets{flash::target_max}}));
    EXPECT_REFUSED(
        s.call<SET_TERMS>(hub_owner, at, Assets{flash::target_max + 1}, 30u, 300u),
        (flash::TargetOutOfRange{Assets{flash::target_max + 1}, Assets{flash::target_max}}));
    // BNB grows by at most 312 ppm in a frame: three of them are 9.36 hundredths of a per cent.
    EXPECT_REFUSED(s.call<SET_TERMS>(hub_owner, at, target, 9u, 300u),
                   (flash::FeesOutOfRange{9, 300, 10, 2'000}));
    EXPECT_REFUSED(s.call<SET_TERMS>(hub_owner, at, target, 40u, 39u),
                   (flash::FeesOutOfRange{40, 39, 10, 2'000}));
    EXPECT_REFUSED(s.call<SET_TERMS>(hub_owner, at, target, 46u, 300u),
                   (networks::FeeTooHigh{46, 45}));
    EXPECT_REFUSED(s.call<SET_TERMS>(hub_owner, at, target, 30u, 351u),
                   (networks::FeeTooHigh{351, 350}));
    EXPECT_DONE(s.call<SET_TERMS>(hub_owner, at, target, 45u, 350u));
    const uint64_t next = s.block.now_s + 7 * day_s;
    s.wait(7 * day_s - 1);
    EXPECT_REFUSED(s.call<SET_TERMS>(hub_owner, at, target, 10u, 350u),
                   networks::ChangeTooSoon{next});
    s.wait(1);
    EXPECT_DONE(s.call<SET_TERMS>(hub_owner, at, target, 10u, 350u));
    const flash::Terms now = s.state.flash.terms.get(bnb);
    EXPECT_EQ(now.target, target);
    EXPECT_EQ(now.fee_min_bps, 10u);
    EXPECT_EQ(now.fee_max_bps, 350u);
    EXPECT_EQ(s.state.flash.terms.get(polygon).fee_min_bps, 30u);
}

}  // namespace
}  // namespace thaw::scenario
