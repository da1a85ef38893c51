// Constant-product pairs and the router in lockstep with a model written from the Uniswap V2
// whitepaper in rationals: no code of the hub, no 112-bit words, floors only where money moves.
#include <boost/multiprecision/cpp_int.hpp>
#include <cstdlib>
#include <map>

#include "tests/scenario/expect.hpp"
#include "tests/scenario/random.hpp"
#include "thaw/protocol/exchange/router.hpp"

namespace thaw::scenario {
namespace {

using Big = boost::multiprecision::cpp_int;
using Rational = boost::multiprecision::cpp_rational;
constexpr uint16_t users = 3;

Big floor(const Rational& r) { return numerator(r) / denominator(r); }
Big big(u128 value) {
    return (Big{static_cast<uint64_t>(value >> 64)} << 64) + static_cast<uint64_t>(value);
}
u128 narrow(const Big& value) {
    return u128{static_cast<uint64_t>(value >> 64)} << 64 |
           static_cast<uint64_t>(value & Big{~uint64_t{0}});
}

/// Balances by holder and coin; coins are the assets 1, 2, …
struct Model {
    struct Pair {
        std::map<int, Big> reserves;
        std::map<int, Big> liquidity;  ///< by user; 0: nobody's
        Big supply;
        std::map<int, Big> sums;  ///< of the price of a coin in the other one, times seconds
        uint64_t at_s = 0;
    };
    std::map<std::pair<int, int>, Big> held;  ///< (user, coin)
    std::map<std::pair<int, int>, Pair> pairs;
    uint64_t now_s = 0;

    static std::pair<int, int> key(int a, int b) { return std::minmax(a, b); }
    Pair* find(int a, int b) {
        const auto at = pairs.find(key(a, b));
        return at == pairs.end() || at->second.supply == 0 ? nullptr : &at->second;
    }
    /// Prices stand from one change to the next.
    void touch(Pair& p, int a, int b) {
        if (p.supply != 0)
            for (const auto& [of, in] : {std::pair{a, b}, {b, a}})
                p.sums[of] +=
                    floor(Rational{p.reserves[in] << 112, p.reserves[of]}) * (now_s - p.at_s);
        p.at_s = now_s;
    }
    /// What the product leaves: y − x·y/(x + 0.997·in).
    static Big brings(const Big& x, const Big& y, const Big& in) {
        return floor(Rational{y} - Rational{x * y} / (Rational{x} + Rational{in * 997, 1000}));
    }
    /// The least that brings `out`, and one more.
    static Big costs(const Big& x, const Big& y, const Big& out) {
        return floor((Rational{x * y, y - out} - x) * Rational{1000, 997}) + 1;
    }
    /// The amounts along a path, or none.
    std::vector<Big> forwards(const std::vector<int>& path, const Big& in) {
        std::vector<Big> amounts{in};
        for (size_t i = 1; i < path.size(); ++i) {
            Pair* p = find(path[i - 1], path[i]);
            if (p == nullptr || amounts.back() == 0) return {};
            amounts.push_back(
                brings(p->reserves[path[i - 1]], p->reserves[path[i]], amounts.back()));
        }
        return amounts.back() == 0 ? std::vector<Big>{} : amounts;
    }
    std::vector<Big> backwards(const std::vector<int>& path, const Big& out) {
        std::vector<Big> amounts{out};
        for (size_t i = path.size() - 1; i > 0; --i) {
            Pair* p = find(path[i - 1], path[i]);
            const Big asked = amounts.front();
            if (p == nullptr || asked == 0 || asked >= p->reserves[path[i]]) return {};
            amounts.insert(amounts.begin(),
                           costs(p->reserves[path[i - 1]], p->reserves[path[i]], asked));
        }
        return amounts;
    }
    bool trade(int who, const std::vector<int>& path, const std::vector<Big>& amounts) {
        if (amounts.empty() || held[{who, path.front()}] < amounts.front()) return false;
        held[{who, path.front()}] -= amounts.front();
        held[{who, path.back()}] += amounts.back();
        for (size_t i = 1; i < path.size(); ++i) {
            Pair* p = find(path[i - 1], path[i]);
            touch(*p, path[i - 1], path[i]);
            p->reserves[path[i - 1]] += amounts[i - 1];
            p->reserves[path[i]] -= amounts[i];
        }
        return true;
    }
    bool join(int who, int a, int b, Big of_a, Big of_b) {
        Pair& p = pairs[key(a, b)];
        if (p.supply != 0) {
            if (of_a == 0) return false;
            const Big fits = floor(Rational{of_a * p.reserves[b], p.reserves[a]});
            if (fits <= of_b)
                of_b = fits;
            else if (of_b == 0)
                return false;
            else
                of_a = floor(Rational{of_b * p.reserves[a], p.reserves[b]});
        }
        if (held[{who, a}] < of_a || held[{who, b}] < of_b) return false;
        const bool first = p.supply == 0;
        const Big minted = first ? Big{sqrt(of_a * of_b)} - 1000
                                 : std::min(floor(Rational{of_a * p.supply, p.reserves[a]}),
                                            floor(Rational{of_b * p.supply, p.reserves[b]}));
        if (minted <= 0) return false;
        touch(p, a, b);
        held[{who, a}] -= of_a;
        held[{who, b}] -= of_b;
        p.reserves[a] += of_a;
        p.reserves[b] += of_b;
        p.liquidity[who] += minted;
        p.liquidity[0] += first ? 1000 : 0;
        p.supply += minted + (first ? 1000 : 0);
        return true;
    }
    bool leave(int who, int a, int b, const Big& liquidity) {
        Pair* p = find(a, b);
        if (p == nullptr || p->liquidity[who] < liquidity) return false;
        const Big of_a = floor(Rational{liquidity * p->reserves[a], p->supply});
        const Big of_b = floor(Rational{liquidity * p->reserves[b], p->supply});
        if (of_a == 0 || of_b == 0) return false;
        touch(*p, a, b);
        held[{who, a}] += of_a;
        held[{who, b}] += of_b;
        p->reserves[a] -= of_a;
        p->reserves[b] -= of_b;
        p->liquidity[who] -= liquidity;
        p->supply -= liquidity;
        return true;
    }
};

/// The hub beside the model.
struct Both {
    Scenario s{scenario_genesis(users), Scenario::Checks::all};
    Model m;
    Random random;
    Number never{~uint64_t{0}};
    int done = 0;
    int refused = 0;

    explicit Both(uint64_t seed) : random{seed} {
        for (int u = 1; u <= users; ++u)
            for (int c = bnb; c <= kusama; ++c) {
                s.deposit(static_cast<AssetId>(c), user(static_cast<uint16_t>(u)), one_18 * 1'000);
                m.held[{u, c}] = big(one_18 * 1'000);
            }
    }
    static Address coin(int c) { return asset_of(static_cast<AssetId>(c)); }
    static Address holder(int u) { return user(static_cast<uint16_t>(u)); }
    u128 part_of(const Big& whole) {
        if (random.chance(20)) return narrow(whole) + 1;
        return random.chance(2) ? narrow(whole) / (2 + random.below(40))
                                : random.amount(narrow(whole));
    }
    void agree(const Receipt& receipt, bool expected) {
        EXPECT_EQ(receipt.success, expected) << to_hex(receipt.output);
        ++(expected ? done : refused);
    }
    std::vector<int> path() {
        std::vector<int> all{1, 2, 3, 4};
        for (size_t i = all.size() - 1; i > 0; --i) std::swap(all[i], all[random.below(i + 1)]);
        all.resize(2 + random.below(3));
        return all;
    }
    static exchange::Path coins_of(const std::vector<int>& path) {
        exchange::Path all;
        for (const int c : path) all.push_back(coin(c));
        return all;
    }
    void step() {
        const int who = 1 + static_cast<int>(random.below(users));
        const std::vector<int> way = path();
        const int a = way[0];
        const int b = way[1];
        switch (random.below(8)) {
            case 0: {
                const u128 x = part_of(m.held[{who, a}]);
                const u128 y = part_of(m.held[{who, b}]);
                const bool expected = m.join(who, a, b, big(x), big(y));
                return agree(
                    s.call<"addLiquidity(address tokenA, address tokenB, uint256 amountADesired, "
                           "uint256 amountBDesired, uint256 amountAMin, uint256 amountBMin, "
                           "address to, uint256 deadline)">(holder(who), router_address, coin(a),
                                                            coin(b), x, y, u128{0}, u128{0},
                                                            holder(who), never),
                    expected);
            }
            case 1: {
                const u128 x = part_of(m.pairs[Model::key(a, b)].liquidity[who]);
                const bool expected = m.leave(who, a, b, big(x));
                return agree(
                    s.call<"removeLiquidity(address tokenA, address tokenB, uint256 liquidity, "
                           "uint256 amountAMin, uint256 amountBMin, address to, uint256 "
                           "deadline)">(holder(who), router_address, coin(a), coin(b), x, u128{0},
                                        u128{0}, holder(who), never),
                    expected);
            }
            case 2:
                s.wait(random.below(4'000));
                m.now_s = s.block.now_s;
                return;
            case 3:
            case 4:
                return buy(who, way);
            default:
                return sell(who, way);
        }
    }
    void sell(int who, const std::vector<int>& way) {
        const u128 x = part_of(m.held[{who, way.front()}]);
        const auto amounts = m.forwards(way, big(x));
        const u128 minimum = amounts.empty() ? 0 : narrow(amounts.back()) + random.below(2);
        const bool meets = !amounts.empty() && big(minimum) <= amounts.back();
        agree(s.call<"swapExactTokensForTokens(uint256 amountIn, uint256 amountOutMin, address[] "
                     "path, address to, uint256 deadline)">(holder(who), router_address, x, minimum,
                                                            coins_of(way), holder(who), never),
              meets && m.trade(who, way, amounts));
    }
    void buy(int who, const std::vector<int>& way) {
        Model::Pair* last = m.find(way[way.size() - 2], way.back());
        const u128 x = last == nullptr ? 1 : part_of(last->reserves[way.back()]);
        const auto amounts = m.backwards(way, big(x));
        const u128 least = amounts.empty() || amounts.front() == 0 ? 1 : narrow(amounts.front());
        const u128 maximum = least - random.below(2);
        const bool meets = !amounts.empty() && amounts.front() <= big(maximum);
        agree(s.call<"swapTokensForExactTokens(uint256 amountOut, uint256 amountInMax, address[] "
                     "path, address to, uint256 deadline)">(holder(who), router_address, x, maximum,
                                                            coins_of(way), holder(who), never),
              meets && m.trade(who, way, amounts));
    }
    void compare() {
        for (const auto& [at, amount] : m.held)
            EXPECT_EQ(big(s.assets(static_cast<AssetId>(at.second), holder(at.first))), amount);
        for (const auto& [coins, p] : m.pairs) {
            const auto& [a, b] = coins;
            const Address at = exchange::pair_address(coin(a), coin(b));
            const auto reserves = exchange::reserves_of(s.query(), at, coin(a));
            if (p.supply == 0) continue;
            EXPECT_EQ(big(reserves.of_coin), p.reserves.at(a));
            EXPECT_EQ(big(reserves.of_other), p.reserves.at(b));
            EXPECT_EQ(big(issued::supply(s.query(), at)), p.supply);
            for (const auto& [who, liquidity] : p.liquidity)
                EXPECT_EQ(big(issued::held(s.query(), at, who == 0 ? Address{} : holder(who))),
                          liquidity);
            const exchange::Pair& row = s.state.exchange.pairs.get(at);
            const bool a_first = row.token0 == coin(a);
            const auto sum = [](const exchange::Cumulative& c) {
                return (big(c.high) << 128) + big(c.low);
            };
            const auto of = [&](int c) {
                const auto found = p.sums.find(c);
                return found == p.sums.end() ? Big{0} : found->second;
            };
            EXPECT_EQ(sum(row.price0), of(a_first ? a : b));
            EXPECT_EQ(sum(row.price1), of(a_first ? b : a));
        }
    }
};

/// THAW_SEEDS says how many walks are taken.
uint64_t seeds() {
    const char* asked = std::getenv("THAW_SEEDS");
    return asked == nullptr ? 3 : static_cast<uint64_t>(std::atoll(asked));
}

TEST(PairsModel, RandomSequencesThroughTheRouterAgreeToTheBaseUnit) {
    for (uint64_t seed = 1; seed <= seeds(); ++seed) {
        Both both{seed};
        both.m.now_s = both.s.block.now_s;
        for (int i = 0; i < 1'000; ++i) {
            both.step();
            both.compare();
            ASSERT_FALSE(HasFailure()) << "seed " << seed << ", step " << i;
        }
        EXPECT_GT(both.done, 200);
        EXPECT_GT(both.refused, 100);
    }
}

}  // namespace
}  // namespace thaw::scenario
