/// Lending a second time, as plainly as it can be said: exact rationals, maps, and every rounding
/// where the rules say one. Written from docs/protocol.md; it knows no tables and no 128 bits.
#pragma once
#include <boost/multiprecision/cpp_int.hpp>
#include <map>
#include <string>
#include <vector>

#include "thaw/base/types.hpp"

namespace thaw::differential {

using Big = boost::multiprecision::cpp_int;
using Rational = boost::multiprecision::cpp_rational;
using Refusal = std::string;  ///< the signature of the error; "" is success

class LendingModel {
  public:
    /// A market's terms in hundredths of a per cent.
    struct Market {
        int asset;     ///< whose price it goes by
        int category;  ///< 0: none
        bool shares;   ///< a liquid token: amounts are whole shares
        bool rebasing;
        unsigned ltv = 5'000, threshold = 6'500, bonus = 800, reserve = 1'000;
        unsigned base = 0, slope = 400, steep = 6'000, kink = 8'000;
        Big supply_cap, borrow_cap;
        Big cash, reserves, insurance, deficit, supply, debt;  ///< the last two scaled
        Rational supply_index = 1, debt_index = 1;
        uint64_t at_s = 0;
        std::map<int, Big> pledged, free, owes;  ///< by user, scaled
    };
    std::vector<Market> markets;
    std::map<int, Rational> dollars;  ///< of one base unit of an asset, in 10^-18
    std::map<int, Rational> rates;    ///< of one whole share of a liquid token, by asset
    std::map<int, bool> doubtful;     ///< by asset
    std::map<int, int> category;      ///< by user
    uint64_t now_s = 0;
    uint64_t bad_debts = 0;  ///< how many were recognised

    /// `amount` as the coin shows it, or less than 0 for all; `has` is the user's balance, in the
    /// ledger's units.
    Refusal supply(int user, int market, const Big& amount, const Big& has, const Big& shown);
    Refusal withdraw(int user, int market, const Big& amount);
    Refusal borrow(int user, int market, const Big& amount);
    Refusal repay(int user, int market, const Big& amount, int debtor, const Big& has);
    Refusal pledge(int user, int market, bool on);
    Refusal choose(int user, int category);
    Refusal liquidate(int who, int collateral, int debt, int user, const Big& amount, bool claims,
                      const Big& has);
    Refusal insure(int market, const Big& amount, const Big& has);

    /// A market with the interest that has fallen due; nothing is booked.
    Market accrued(int market) const;
    Big units(int market, const Big& shown) const;
    static Big supplied(const Market& m, const Big& scaled);
    static Big owed(const Market& m, const Big& scaled);
    /// What counts for the user less what it owes, in 10^-18 dollars.
    Big margin(int user) const;

  private:
    struct Sum {
        Big collateral, borrowable, counted, debt;
        bool doubtful = false;
    };
    Sum sum(int user) const;
    Market& at(int market) { return markets[static_cast<size_t>(market)]; }
    /// Books the interest.
    Market& touch(int market) { return at(market) = accrued(market); }
    /// Takes everything back when it is refused.
    template <class F>
    Refusal attempt(const F& f) {
        const LendingModel before = *this;
        const Refusal refusal = f();
        if (!refusal.empty()) *this = before;
        return refusal;
    }
    Refusal seize(int who, int collateral, int user, const Big& seized, bool claims);
    Big value(int market, const Big& units, bool up) const;
    unsigned of(int user, int market, unsigned Market::*own, unsigned common) const;
    bool owes_any(int user) const;
    Refusal check_health(int user) const;
    static void bear(Market& m);
    void recognise(int user);
};

}  // namespace thaw::differential
