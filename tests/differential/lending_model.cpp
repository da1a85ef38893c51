#include "tests/differential/lending_model.hpp"

namespace thaw::differential {
namespace {

const Big ray = boost::multiprecision::pow(Big{10}, 27);
const Big sub_units = boost::multiprecision::pow(Big{10}, 9);
constexpr unsigned whole = 10'000;
constexpr uint64_t year_s = 31'536'000;

Big down(const Rational& r) { return numerator(r) / denominator(r); }
Big up(const Rational& r) { return down(r) + (down(r) < r ? 1 : 0); }
/// To a multiple of 10^-27.
Rational ray_up(const Rational& r) { return Rational{up(r * ray), ray}; }
// Fractions are made of two integers, never by dividing a rational by an integer: Boost 1.81 takes
// 1 divided by a large one for 1.
Rational ray_down(const Rational& r) { return Rational{down(r * ray), ray}; }

}  // namespace

Big LendingModel::units(int market, const Big& shown) const {
    const Market& m = markets[static_cast<size_t>(market)];
    if (!m.rebasing) return shown;
    return down(Rational{shown * sub_units} / rates.at(m.asset)) / sub_units;
}
Big LendingModel::supplied(const Market& m, const Big& scaled) {
    return down(m.supply_index * scaled);
}
Big LendingModel::owed(const Market& m, const Big& scaled) { return up(m.debt_index * scaled); }

void LendingModel::bear(Market& m) {
    const Big by_reserves = std::min(m.deficit, m.reserves);
    m.deficit -= by_reserves;
    m.reserves -= by_reserves;
    const Big by_insurance = std::min(m.deficit, m.insurance);
    m.deficit -= by_insurance;
    m.insurance -= by_insurance;
    m.cash += by_insurance;
}

LendingModel::Market LendingModel::accrued(int market) const {
    Market m = markets[static_cast<size_t>(market)];
    const uint64_t elapsed = now_s - m.at_s;
    m.at_s = now_s;
    if (elapsed == 0 || m.debt == 0) return m;
    const Big before = owed(m, m.debt);
    const Rational use = ray_up(Rational{before, m.cash + before});
    const Rational kink{m.kink, whole};
    const Rational slope{m.slope, whole};
    Rational rate{m.base, whole};
    if (use <= kink)
        rate += ray_up(slope * use / kink);
    else
        rate += slope + ray_up(Rational{m.steep, whole} * (use - kink) / (1 - kink));
    m.debt_index += ray_up(m.debt_index * rate * elapsed / year_s);
    const Big interest = owed(m, m.debt) - before;
    const Big cut = up(Rational{interest * m.reserve, whole});
    m.reserves += cut;
    m.supply_index += ray_down(Rational{interest - cut, m.supply});
    bear(m);
    return m;
}

Big LendingModel::value(int market, const Big& units, bool round_up) const {
    const Market& m = markets[static_cast<size_t>(market)];
    const auto round = [&](const Rational& r) { return round_up ? up(r) : down(r); };
    const Big assets = m.shares ? round(rates.at(m.asset) * units) : units;
    return round(dollars.at(m.asset) * assets);
}

unsigned LendingModel::of(int user, int market, unsigned Market::*own, unsigned common) const {
    const Market& m = markets[static_cast<size_t>(market)];
    const auto chosen = category.find(user);
    const int mine = chosen == category.end() ? 0 : chosen->second;
    return mine != 0 && mine == m.category ? common : m.*own;
}

bool LendingModel::owes_any(int user) const {
    for (const Market& m : markets)
        if (const auto at = m.owes.find(user); at != m.owes.end() && at->second != 0) return true;
    return false;
}

LendingModel::Sum LendingModel::sum(int user) const {
    Sum s;
    const auto part = [&](const std::map<int, Big>& of_users) {
        const auto found = of_users.find(user);
        return found == of_users.end() ? Big{} : found->second;
    };
    for (int i = 0; i < static_cast<int>(markets.size()); ++i) {
        const Market m = accrued(i);
        const Big pledged = part(m.pledged), owes = part(m.owes);
        if (pledged == 0 && owes == 0) continue;
        const Big has = value(i, supplied(m, pledged), false);
        s.collateral += has;
        s.borrowable += has * of(user, i, &Market::ltv, 9'000) / whole;
        s.counted += has * of(user, i, &Market::threshold, 9'300) / whole;
        if (owes != 0) s.debt += value(i, owed(m, owes), true);
        s.doubtful = s.doubtful || doubtful.at(m.asset);
    }
    return s;
}

Big LendingModel::margin(int user) const {
    const Sum s = sum(user);
    return s.counted - s.debt;
}

Refusal LendingModel::check_health(int user) const {
    if (!owes_any(user)) return "";
    const Sum s = sum(user);
    if (s.doubtful) return "PriceDoubtful(address)";
    return s.counted < s.debt ? "HealthTooLow(address,uint256,uint256)" : "";
}

Refusal LendingModel::supply(int user, int market, const Big& amount, const Big& has,
                             const Big& shown) {
    return attempt([&]() -> Refusal {
        Market& m = touch(market);
        const Big x = units(market, amount < 0 ? shown : amount);
        if (x == 0) return "ZeroAmount()";
        if (x > m.supply_cap - std::min(m.supply_cap, supplied(m, m.supply)))
            return "SupplyCapExceeded(uint256,uint256)";
        const Big scaled = down(x / m.supply_index);
        if (scaled == 0) return "ZeroAmount()";
        if (x > has) return "ERC20InsufficientBalance(address,uint256,uint256)";
        m.pledged[user] += scaled;
        m.supply += scaled;
        m.cash += x;
        return "";
    });
}

Refusal LendingModel::withdraw(int user, int market, const Big& amount) {
    return attempt([&]() -> Refusal {
        Market& m = touch(market);
        const Big all = m.free[user] + m.pledged[user];
        const Big has = supplied(m, all);
        const Big x = amount < 0 ? has : units(market, amount);
        if (x == 0) return "ZeroAmount()";
        if (x > has) return "NotEnoughSupplied(uint256,uint256)";
        if (x > m.cash) return "NotEnoughCash(address,uint256,uint256)";
        const Big scaled = x == has ? all : std::min(all, up(x / m.supply_index));
        const Big from_wallet = std::min(m.free[user], scaled);
        m.free[user] -= from_wallet;
        m.pledged[user] -= scaled - from_wallet;
        m.supply -= scaled;
        m.cash -= x;
        return scaled == from_wallet ? "" : check_health(user);
    });
}

Refusal LendingModel::borrow(int user, int market, const Big& amount) {
    return attempt([&]() -> Refusal {
        Market& m = touch(market);
        const Big x = units(market, amount);
        const Big lent = owed(m, m.debt);
        if (x == 0) return "ZeroAmount()";
        if (m.deficit != 0) return "MarketInDeficit(address,uint256)";
        if (x > m.cash) return "NotEnoughCash(address,uint256,uint256)";
        if (x > m.borrow_cap - std::min(m.borrow_cap, lent))
            return "BorrowCapExceeded(uint256,uint256)";
        if (category[user] != 0 && category[user] != m.category)
            return "OtherCategory(address,uint8)";
        if (doubtful[m.asset]) return "PriceDoubtful(address)";
        const Big scaled = up(x / m.debt_index);
        m.owes[user] += scaled;
        m.debt += scaled;
        m.cash -= x;
        const Sum s = sum(user);
        if (s.doubtful) return "PriceDoubtful(address)";
        return s.debt > s.borrowable ? "CollateralTooSmall(uint256,uint256)" : "";
    });
}

Refusal LendingModel::repay(int, int market, const Big& amount, int debtor, const Big& has) {
    return attempt([&]() -> Refusal {
        Market& m = touch(market);
        if (m.owes[debtor] == 0) return "NothingOwed(address,address)";
        const Big all = owed(m, m.owes[debtor]);
        const Big x = amount < 0 ? all : std::min(all, units(market, amount));
        if (x == 0) return "ZeroAmount()";
        if (x > has) return "ERC20InsufficientBalance(address,uint256,uint256)";
        const Big scaled = x == all ? m.owes[debtor] : down(x / m.debt_index);
        m.owes[debtor] -= scaled;
        m.debt -= scaled;
        m.cash += x;
        return "";
    });
}

Refusal LendingModel::pledge(int user, int market, bool on) {
    return attempt([&]() -> Refusal {
        Market& m = at(market);
        Big& from = on ? m.free[user] : m.pledged[user];
        Big& to = on ? m.pledged[user] : m.free[user];
        if (from == 0) return on ? "ZeroAmount()" : "NothingPledged(address,address)";
        to += from;
        from = 0;
        return on ? "" : check_health(user);
    });
}

Refusal LendingModel::choose(int user, int chosen) {
    return attempt([&]() -> Refusal {
        for (Market& m : markets)
            if (chosen != 0 && m.owes[user] != 0 && m.category != chosen)
                return "OtherCategory(address,uint8)";
        category[user] = chosen;
        return check_health(user);
    });
}

Refusal LendingModel::insure(int market, const Big& amount, const Big& has) {
    return attempt([&]() -> Refusal {
        Market& m = touch(market);
        const Big x = units(market, amount);
        if (x == 0) return "ZeroAmount()";
        if (x > has) return "ERC20InsufficientBalance(address,uint256,uint256)";
        m.insurance += x;
        bear(m);
        return "";
    });
}

void LendingModel::recognise(int user) {
    for (Market& m : markets)
        if (m.pledged[user] != 0) return;
    for (int i = 0; i < static_cast<int>(markets.size()); ++i) {
        if (at(i).owes[user] == 0) continue;
        Market& m = touch(i);
        m.deficit += owed(m, m.owes[user]);
        m.debt -= m.owes[user];
        m.owes[user] = 0;
        bear(m);
        ++bad_debts;
    }
}

Refusal LendingModel::seize(int who, int collateral, int user, const Big& seized, bool claims) {
    Market& c = touch(collateral);
    const Big there = supplied(c, c.pledged[user]);
    const Big scaled =
        seized == there ? c.pledged[user] : std::min(c.pledged[user], up(seized / c.supply_index));
    c.pledged[user] -= scaled;
    if (claims) {
        c.free[who] += scaled;
        return "";
    }
    if (seized > c.cash) return "NotEnoughCash(address,uint256,uint256)";
    c.cash -= seized;
    c.supply -= scaled;
    return "";
}

Refusal LendingModel::liquidate(int who, int collateral, int debt, int user, const Big& amount,
                                bool claims, const Big& has) {
    return attempt([&]() -> Refusal {
        Market c = accrued(collateral);
        Market d = accrued(debt);
        const Big owes = owed(d, d.owes[user]);
        const Big there = supplied(c, c.pledged[user]);
        if (owes == 0) return "NothingOwed(address,address)";
        if (there == 0) return "NothingPledged(address,address)";
        const Sum s = sum(user);
        if (s.counted >= s.debt) return "Healthy(address,uint256)";

        const Big owes_down = value(debt, owes, false), owes_up = value(debt, owes, true);
        const Big there_down = value(collateral, there, false);
        const Big there_up = value(collateral, there, true);
        const Big one = boost::multiprecision::pow(Big{10}, 18);
        const Big health = s.counted * one / s.debt;  // known to 10^-18, rounded down
        const bool all =
            health * 100 <= one * 95 || owes_up < one * 2'000 || there_down < one * 2'000;
        Big paid = std::min(amount < 0 ? owes : units(debt, amount), all ? owes : (owes + 1) / 2);
        const unsigned with_bonus = whole + of(user, collateral, &Market::bonus, 100);
        const Big due = owes_down * paid / owes * with_bonus / whole;
        Big seized = there;
        if (due < there_down) {
            seized = there * due / there_up;
        } else {
            const Big worth = up(Rational{there_up * whole, Big{with_bonus}});
            paid = std::min(paid, up(Rational{owes * worth, std::max<Big>(owes_down, 1)}));
        }
        if (paid == 0) return "ZeroAmount()";
        if (paid > has) return "ERC20InsufficientBalance(address,uint256,uint256)";

        Market& m = touch(debt);
        const Big less = paid == owes ? m.owes[user] : down(paid / m.debt_index);
        m.owes[user] -= less;
        m.debt -= less;
        m.cash += paid;
        if (seized != 0)
            if (const Refusal no = seize(who, collateral, user, seized, claims); !no.empty())
                return no;
        recognise(user);
        return "";
    });
}

}  // namespace thaw::differential
