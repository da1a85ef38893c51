// Farms in lockstep with a model in rationals that goes through time second by second: what flows
// in a second is divided among whoever holds receipts, in exact parts; no accumulator.
#include <boost/multiprecision/cpp_int.hpp>
#include <cstdlib>
#include <map>

#include "tests/scenario/expect.hpp"
#include "tests/scenario/random.hpp"
#include "thaw/protocol/farm/face.hpp"

namespace thaw::scenario {
namespace {

using Big = boost::multiprecision::cpp_int;
using Rational = boost::multiprecision::cpp_rational;
constexpr uint16_t users = 4;
constexpr Address thaw_coin = asset_of(thaw_token);
constexpr Address staked_coin = asset_of(polygon);

Big big(u128 value) {
    return (Big{static_cast<uint64_t>(value >> 64)} << 64) + static_cast<uint64_t>(value);
}
Big floor(const Rational& r) { return numerator(r) / denominator(r); }

/// One reward: a budget that flows evenly, by the base unit, while somebody holds receipts.
struct Flow {
    Big budget;    ///< of this schedule
    Big duration;  ///< seconds
    Big elapsed;
    Big earlier;  ///< what earlier schedules emitted
    std::map<int, Rational> earned;
    std::map<int, Big> paid;
    int settled = 0;  ///< how often anybody's part may have been rounded

    Big now() const { return duration == 0 ? Big{0} : floor(Rational{budget * elapsed, duration}); }
    Big emitted() const { return earlier + now(); }
    /// `seconds` go by while `receipts` are out.
    void pass(uint64_t seconds, const std::map<int, Big>& receipts) {
        Big supply = 0;
        for (const auto& [who, amount] : receipts) supply += amount;
        if (supply == 0) return;
        const Big before = now();
        elapsed = std::min(duration, Big{elapsed + seconds});
        const Big flowed = now() - before;
        for (const auto& [who, amount] : receipts)
            if (amount != 0) earned[who] += Rational{flowed * amount, supply};
    }
    void fund(const Big& amount, const Big& seconds) {
        const Big left = budget - now();
        earlier += now();
        budget = left + amount;
        duration = seconds;
        elapsed = 0;
    }
};

struct Both {
    Scenario s{scenario_genesis(users), Scenario::Checks::all};
    Random random;
    Address farm;
    std::vector<Address> tokens{thaw_coin, asset_of(bnb), staked_coin};
    std::map<Address, Flow> flows;
    std::map<int, Big> receipts;
    int done = 0;

    explicit Both(uint64_t seed) : random{seed} {
        s.send(holder(1), treasury, {}, Assets{one_18});  // for gas
        for (int u = 1; u <= users; ++u)
            for (const NetworkId n : {bnb, polygon}) s.deposit(n, holder(u), one_18 * 1'000'000);
        s.must<bool, "transfer(address to, uint256 value) returns (bool)">(
            treasury, thaw_coin, holder(1), one_18 * 1'000'000);
        farm = s.must<Address, "createFarm(address stakingToken) returns (address)">(
            holder(1), farms_address, staked_coin);
        for (const Address& token : tokens) {
            EXPECT_DONE(s.call<"addReward(address token)">(holder(1), farm, token));
            flows[token] = {};
        }
    }
    static Address holder(int u) { return user(static_cast<uint16_t>(u)); }
    u128 held(int who) const { return issued::held(s.query(), farm, holder(who)); }
    void settled() {
        for (auto& [token, flow] : flows) flow.settled += 2;  // two holders at most
    }
    void step() {
        const int who = 1 + static_cast<int>(random.below(users));
        const int to = 1 + static_cast<int>(random.below(users));
        switch (random.below(9)) {
            case 0:
            case 1: {
                const u128 x = 1 + random.amount(one_18 * 50);
                if (!s.call<"deposit(uint256 amount)">(holder(who), farm, x).success) return;
                receipts[who] += big(x);
                break;
            }
            case 2: {
                const u128 x = random.chance(3) ? held(who) : random.amount(held(who));
                if (!s.call<"withdraw(uint256 receipts)">(holder(who), farm, x).success) return;
                receipts[who] -= big(x);
                break;
            }
            case 3: {
                const u128 x = random.amount(held(who));
                EXPECT_DONE((s.call<"transfer(address to, uint256 value)">(holder(who), farm,
                                                                           holder(to), x)));
                receipts[who] -= big(x);
                receipts[to] += big(x);
                break;
            }
            case 4:
                claim(who);
                break;
            case 5:
                fund();
                break;
            default: {
                const uint64_t seconds = random.below(random.chance(4) ? 9 * day_s : 5'000);
                s.wait(seconds);
                for (auto& [token, flow] : flows) flow.pass(seconds, receipts);
                return;
            }
        }
        settled();
        ++done;
    }
    void claim(int who) {
        std::map<Address, u128> before;
        for (const Address& token : tokens)
            before[token] = coins::shown(s.query(), token, holder(who));
        EXPECT_DONE(s.call<"claim()">(holder(who), farm));
        for (auto& [token, flow] : flows)
            flow.paid[who] += big(coins::shown(s.query(), token, holder(who)) - before[token]);
    }
    void fund() {
        const Address token = tokens[random.below(tokens.size())];
        const u128 amount = 1 + random.amount(one_18 * 1'000);
        const uint64_t seconds = day_s + random.below(20 * day_s);
        const Receipt receipt = s.call<"fund(address token, uint256 amount, uint64 duration)">(
            holder(1), farm, token, amount, seconds);
        if (receipt.success) flows[token].fund(big(amount), Big{seconds});
    }
    /// Nobody has more than its exact part, nor less by more than what rounding took; and all of
    /// it is what was emitted.
    void compare() {
        const auto rewards = farm::rewards(s.query(farm));
        ASSERT_TRUE(rewards);
        for (const farm::Reward& reward : *rewards) {
            const Flow& flow = flows[reward.token];
            EXPECT_EQ(big(reward.emitted), flow.emitted());
            EXPECT_EQ(big(reward.funded), flow.earlier + flow.budget);
        }
        for (int u = 1; u <= users; ++u) {
            const auto [names, amounts] = *farm::pending(s.query(farm), holder(u));
            for (size_t i = 0; i < names.size(); ++i) {
                Flow& flow = flows[names[i]];
                const Rational had{big(amounts[i]) + flow.paid[u]};
                EXPECT_LE(had, flow.earned[u]);
                EXPECT_GE(had + flow.settled + 1, flow.earned[u]);
            }
        }
        for (auto& [token, flow] : flows) {
            Rational sum = 0;
            for (const auto& [who, part] : flow.earned) sum += part;
            EXPECT_EQ(sum, Rational{flow.emitted()}) << "no second is emitted to nobody";
        }
    }
};

/// THAW_SEEDS says how many walks are taken.
uint64_t seeds() {
    const char* asked = std::getenv("THAW_SEEDS");
    return asked == nullptr ? 4 : static_cast<uint64_t>(std::atoll(asked));
}

TEST(FarmsModel, RandomCrowdsEarnTheirExactPartsButForRounding) {
    for (uint64_t seed = 1; seed <= seeds(); ++seed) {
        Both both{seed};
        for (int i = 0; i < 400; ++i) {
            both.step();
            both.compare();
            ASSERT_FALSE(HasFailure()) << "seed " << seed << ", step " << i;
        }
        EXPECT_GT(both.done, 100);
    }
}

}  // namespace
}  // namespace thaw::scenario
