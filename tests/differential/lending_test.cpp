// Lending and its model side by side: random operations, price shocks, time; every market and every
// account to the base unit after each. THAW_LENDING_STEPS says how many.
#include "tests/scenario/lending.hpp"

#include <cstdlib>

#include "tests/differential/lending_model.hpp"
#include "tests/scenario/random.hpp"
#include "thaw/protocol/lending/invariants.hpp"

namespace thaw::differential {
namespace {

using namespace scenario;

constexpr int users = 5;
constexpr std::array<AssetId, 4> priced{bnb, fantom, eth, thaw_token};

Big big(u128 value) {
    return (Big{static_cast<uint64_t>(value >> 64)} << 64) + static_cast<uint64_t>(value);
}
std::string selector_of(const Refusal& signature) {
    const Hash h = crypto::keccak256(view_of(signature));
    return to_hex(BytesView{h.bytes}.first(4));
}

using Tally = std::map<std::string, std::array<uint64_t, 2>>;  ///< verb: refused, done

class LendingLockstep {
  public:
    LendingLockstep(uint64_t seed, Tally& tally_of_all) : random{seed}, tally{tally_of_all} {
        coins_ = *lending::coins_listed(l.query());
        for (size_t i = 0; i < coins_.size(); ++i) open(i);
        for (int u = 0; u < users; ++u)
            for (const NetworkId n : {bnb, fantom}) {
                l.fund(who(u), n, n == bnb ? 2'000 : 2'000'000);
                l.stake(who(u), n, n == bnb ? 2'000 : 2'000'000);
            }
        l.s.send(hub_owner, treasury, {}, Assets{one_18 / 10});
        for (int u = 0; u < users; ++u) {
            l.s.send(who(u), weth_address, {}, Assets{one_18 * 90});
            l.s.must<bool, "transfer(address to, uint256 value) returns (bool)">(
                treasury, asset_of(thaw_token), who(u), one_18 * 100'000'000);
        }
        m.now_s = l.s.block.now_s;
    }
    /// Random steps, everything compared after each.
    void go(uint64_t steps);
    uint64_t bad_debts() const { return m.bad_debts; }

  private:
    static bool failed() { return testing::Test::HasFatalFailure(); }
    void open(size_t i) {
        const lending::Market row = l.s.state.lending.markets.get(static_cast<uint8_t>(i + 1));
        const lending::Terms t = l.s.state.lending.terms.get(static_cast<uint8_t>(i + 1));
        const bool liquid = is_native(row.coin) && kind_of(row.coin) == ContractKind::liquid;
        m.markets.push_back({.asset = row.coin == weth_address ? eth : index_of(row.coin),
                             .category = t.category,
                             .shares = liquid,
                             .rebasing = coins::is_rebasing(l.s.query(), row.coin),
                             .supply_cap = big(t.supply_cap),
                             .borrow_cap = big(t.borrow_cap),
                             .cash = big(row.cash),
                             .supply = big(row.supply_scaled),
                             .at_s = row.accrued_at_s});
    }
    static Address who(int u) { return user(static_cast<uint16_t>(u + 1)); }
    const Address& coin(int market) const { return coins_[static_cast<size_t>(market)]; }
    Big has(int u, int market) const { return big(coins::held(l.s.query(), coin(market), who(u))); }

    /// What the model takes from the world around lending.
    void look() {
        m.now_s = l.s.block.now_s;
        for (const AssetId a : priced) {
            const prices::Quote q = prices::feed(l.s.query(), a);
            m.dollars[a] = Rational{big(q.price.value), big(one_18)};
            m.doubtful[a] = q.stale || q.clamped;
        }
        for (const NetworkId n : {bnb, fantom}) {
            const liquid::Rate rate = liquid::rate(l.s.query(), n);
            m.rates[n] = Rational{big(rate.assets.value) * 1'000'000'000, big(rate.supply.value)};
        }
    }
    void same_answer(const Receipt& receipt, const Refusal& refusal) {
        ASSERT_EQ(receipt.success, refusal.empty()) << verb << ": the model says \"" << refusal
                                                    << "\", the core " << to_hex(receipt.output);
        ++tally[verb][receipt.success];
        if (receipt.success) return;
        ASSERT_EQ(to_hex(BytesView{receipt.output}.first(4)), selector_of(refusal)) << verb;
    }
    void same_books() {
        for (int i = 0; i < static_cast<int>(coins_.size()); ++i) {
            const auto id = static_cast<uint8_t>(i + 1);
            const lending::Market core = l.s.state.lending.markets.get(id);
            const LendingModel::Market& ours = m.markets[static_cast<size_t>(i)];
            ASSERT_EQ(big(core.cash), ours.cash) << verb << " " << i;
            ASSERT_EQ(big(core.reserves), ours.reserves) << verb << " " << i;
            ASSERT_EQ(big(core.insurance), ours.insurance) << verb << " " << i;
            ASSERT_EQ(big(core.deficit), ours.deficit) << verb << " " << i;
            ASSERT_EQ(big(core.supply_scaled), ours.supply) << verb << " " << i;
            ASSERT_EQ(big(core.debt_scaled), ours.debt) << verb << " " << i;
            ASSERT_EQ(Rational(big(core.supply_index), big(lending::ray)), ours.supply_index);
            ASSERT_EQ(Rational(big(core.debt_index), big(lending::ray)), ours.debt_index);
            for (int u = 0; u < users; ++u) same_position(i, id, u, core.claims);
        }
    }
    void same_position(int i, uint8_t id, int u, const Address& claims) {
        LendingModel::Market& ours = m.markets[static_cast<size_t>(i)];
        const auto p = l.s.state.lending.positions.get({.account = who(u), .market = id});
        ASSERT_EQ(big(p.pledged), ours.pledged[u]) << verb << " " << i;
        ASSERT_EQ(big(p.debt), ours.owes[u]) << verb << " " << i;
        ASSERT_EQ(big(issued::held(l.s.query(), claims, who(u))), ours.free[u]) << verb;
    }
    void check_promises() {
        for (const Invariant& promise : lending::invariants)
            ASSERT_TRUE(promise.holds(l.s.query())) << verb << ": " << promise.says;
    }

    u128 near(u128 limit) {
        const uint64_t how = random.below(12);
        return how == 0 ? limit + 1 : how == 1 ? limit : how == 2 ? 0 : random.amount(limit);
    }
    /// About what is there in the market's terms, or all of it.
    Allowance wish(u128 limit) { return random.chance(8) ? everything : Allowance{near(limit)}; }
    static Big model_of(Allowance a) { return a.unlimited() ? Big{-1} : big(a.value); }

    void step();
    void operate(int u, int i);
    void use(int u, int i);
    void shock();
    static u128 first_price(AssetId asset) {
        if (asset == thaw_token) return dollars / 100;
        return asset == eth ? dollars * 2'000 : asset == bnb ? dollars * 600 : dollars / 2;
    }
    void liquidate();
    /// Whoever acted was healthy, or is no worse off: only prices, rates and time lower health.
    void check_health(const std::vector<Big>& before);

    Lending l{Scenario::Checks::none, users};
    LendingModel m;
    Random random;
    std::vector<Address> coins_;
    Tally& tally;
    std::string verb;
};

void LendingLockstep::operate(int u, int i) {
    const Address& c = coin(i);
    const auto rows =
        l.s.state.lending.positions.get({.account = who(u), .market = static_cast<uint8_t>(i + 1)});
    switch (random.below(4)) {
        case 0: {
            verb = "supply";
            const Allowance x = wish(coins::shown(l.s.query(), c, who(u)));
            const Big shown = big(coins::shown(l.s.query(), c, who(u)));
            const Refusal refusal = m.supply(u, i, model_of(x), has(u, i), shown);
            return same_answer(l.supply(who(u), c, x), refusal);
        }
        case 1: {
            verb = "withdraw";
            const Allowance x = wish(rows.pledged + rows.pledged / 16);
            const Refusal refusal = m.withdraw(u, i, model_of(x));
            return same_answer(l.withdraw(who(u), c, x), refusal);
        }
        case 2: {
            verb = "borrow";
            const auto [most, why] = *lending::explain(l.query(), who(u), c);
            const u128 x = near(random.chance(4) ? most * 2 : most);
            const Refusal refusal = m.borrow(u, i, big(x));
            return same_answer(l.borrow(who(u), c, x), refusal);
        }
        default: {
            verb = "repay";
            const int debtor = random.chance(4) ? static_cast<int>(random.below(users)) : u;
            const Allowance x = wish(rows.debt + rows.debt / 16);
            const Refusal refusal = m.repay(u, i, model_of(x), debtor, has(u, i));
            return same_answer(l.repay(who(u), c, x, who(debtor)), refusal);
        }
    }
}

void LendingLockstep::use(int u, int i) {
    switch (random.below(3)) {
        case 0: {
            verb = "pledge";
            const bool on = random.chance(2);
            const Refusal refusal = m.pledge(u, i, on);
            return same_answer(l.pledge(who(u), coin(i), on), refusal);
        }
        case 1: {
            verb = "category";
            const auto n = static_cast<uint8_t>(random.below(3));
            const Refusal refusal = m.choose(u, n);
            return same_answer(l.category(who(u), n), refusal);
        }
        default: {
            verb = "insure";
            const u128 x = random.amount(one_18 / 100);
            const Refusal refusal = m.insure(i, big(x), has(u, i));
            return same_answer(l.s.call<"insure(address asset, uint256 amount)">(
                                   who(u), lending_address, coin(i), x),
                               refusal);
        }
    }
}

void LendingLockstep::liquidate() {
    verb = "liquidate";
    int user = static_cast<int>(random.below(users));
    for (int tries = 0; tries < users && m.margin(user) >= 0; ++tries) user = (user + 1) % users;
    const int markets = static_cast<int>(coins_.size());
    int collateral = static_cast<int>(random.below(6));
    int debt = static_cast<int>(random.below(6));
    for (int t = 0; t < markets && m.markets[size_t(collateral)].pledged[user] == 0; ++t)
        collateral = (collateral + 1) % markets;
    for (int t = 0; t < markets && m.markets[size_t(debt)].owes[user] == 0; ++t)
        debt = (debt + 1) % markets;
    const int u = static_cast<int>(random.below(users));
    const bool claims = random.chance(3);
    const auto rows = l.s.state.lending.positions.get(
        {.account = who(user), .market = static_cast<uint8_t>(debt + 1)});
    const Allowance x = random.chance(2) ? everything : Allowance{near(rows.debt)};
    const Refusal refusal =
        m.liquidate(u, collateral, debt, user, model_of(x), claims, has(u, debt));
    same_answer(l.liquidate(who(u), coin(collateral), coin(debt), who(user), x, claims), refusal);
}

void LendingLockstep::shock() {
    verb = "time and prices";
    l.s.wait(random.chance(200) ? 86'400 * (1 + random.below(10)) : random.below(7'200));
    if (random.chance(6)) return;
    std::vector<std::pair<AssetId, u128>> seen;
    for (const AssetId a : priced) {
        const u128 now = prices::feed(l.s.query(), a).price.value;
        // Now and then anywhere from 0.4 to 1.6 of where it began, else a twentieth either way.
        const u128 middle = random.chance(4) ? first_price(a) : now;
        const u128 step = middle == now ? now / 20 : middle * 3 / 5;
        seen.push_back({a, middle - step + random.wide() % (2 * step + 1)});
    }
    l.say(seen);
}

void LendingLockstep::check_health(const std::vector<Big>& before) {
    if (verb == "liquidate") return;
    for (int u = 0; u < users; ++u)
        ASSERT_TRUE(before[size_t(u)] < 0 || m.margin(u) >= 0)
            << verb << " made an account of health 1 unhealthy";
}

void LendingLockstep::step() {
    const uint64_t what = random.below(20);
    if (what < 2) return shock();
    look();
    std::vector<Big> before;
    for (int u = 0; u < users; ++u) before.push_back(m.margin(u));
    const int u = static_cast<int>(random.below(users));
    const int i = static_cast<int>(random.below(coins_.size()));
    if (what < 14)
        operate(u, i);
    else if (what < 17)
        liquidate();
    else
        use(u, i);
    if (!failed()) check_health(before);
}

void LendingLockstep::go(uint64_t steps) {
    for (uint64_t n = 0; n < steps; ++n) {
        step();
        l.s.state.seal();
        if (failed()) FAIL() << "at step " << n;
        same_books();
        if (failed()) FAIL() << "at step " << n;
        check_promises();
        if (failed()) FAIL() << "at step " << n;
    }
}

// One world lives for half of the steps: debts compound for decades, and most wishes are refused.
// The others are young, where everything still happens.
TEST(LendingLockstep, AgreesToTheBaseUnit) {
    constexpr uint64_t youth = 10'000;
    const char* wanted = std::getenv("THAW_LENDING_STEPS");
    const uint64_t steps = wanted == nullptr ? 4'000 : *parse_decimal(wanted);
    Tally tally;
    uint64_t bad_debts = 0;
    uint64_t seed = 20'261'121;
    for (uint64_t left = steps, life = steps / 2; left > 0; left -= life, ++seed) {
        life = std::min(left, left == steps ? life : youth);
        LendingLockstep world{seed, tally};
        world.go(life);
        bad_debts += world.bad_debts();
        if (HasFatalFailure()) FAIL() << "seed " << seed;
    }
    for (const auto& [name, counts] : tally) {
        std::printf("%-10s %8lu done %8lu refused\n", name.c_str(), counts[1], counts[0]);
        EXPECT_GT(counts[1], steps / 1'000) << name << " hardly ever went through";
    }
    std::printf("bad debts  %8lu\n", bad_debts);
    EXPECT_GE(bad_debts, steps / 100'000);  // rare: asked of long runs
}

}  // namespace
}  // namespace thaw::differential
