/// A hub with lending markets and prices, and words to use them: for tests.
#pragma once
#include "tests/scenario/expect.hpp"
#include "thaw/protocol/lending/face.hpp"
#include "thaw/protocol/stable/face.hpp"
#include "thaw/protocol/vault/face.hpp"

namespace thaw::scenario {

using codec::Allowance;
using prices::Price;

inline constexpr Allowance everything{u128_max};
inline constexpr u128 dollars = prices::dollar;

#define SUPPLY "supply(address asset, uint256 amount, address onBehalfOf, uint16 referralCode)"
#define BORROW                                                                              \
    "borrow(address asset, uint256 amount, uint256 interestRateMode, uint16 referralCode, " \
    "address onBehalfOf)"
#define REPAY "repay(address asset, uint256 amount, uint256 interestRateMode, address onBehalfOf)"
#define WITHDRAW_LENT "withdraw(address asset, uint256 amount, address to)"
#define PLEDGE "setUserUseReserveAsCollateral(address asset, bool useAsCollateral)"
#define LIQUIDATE                                                                        \
    "liquidationCall(address collateralAsset, address debtAsset, address user, uint256 " \
    "debtToCover, bool receiveAToken)"
#define SUBMIT_PRICES "submit(uint64 seenAt, (uint8 asset, uint256 price)[] prices)"

/// What markets of the tests begin with: half of a collateral may be borrowed, 65 % counts.
constexpr lending::Terms terms_of(uint8_t category = 0) {
    return {.supply_cap = u128{1} << 90,
            .borrow_cap = u128{1} << 90,
            .ltv_bps = 5'000,
            .threshold_bps = 6'500,
            .bonus_bps = 800,
            .reserve_bps = 1'000,
            .slope_bps = 400,
            .steep_bps = 6'000,
            .kink_bps = 8'000,
            .borrowable = 1,
            .category = category};
}

/// Markets of BNB, FTM and their liquid tokens, of wrapped ether and THAW; and one where shares of
/// the staking vault of BNB serve as collateral.
inline Genesis lending_genesis(uint16_t users = 20) {
    Genesis g = scenario_genesis(users);
    const Assets seed{one_18};
    for (const NetworkId n : {bnb, fantom})
        for (const Address& coin : {asset_of(n), liquid_of(n)})
            g.markets.push_back({.coin = coin, .terms = terms_of(n), .seed = seed});
    g.markets.push_back({.coin = weth_address, .terms = terms_of(), .seed = seed});
    lending::Terms votes = terms_of();
    votes.borrow_cap = one_18 * 5'000'000;
    g.markets.push_back({.coin = asset_of(thaw_token), .terms = votes, .seed = seed});
    g.category = {.ltv_bps = 9'000, .threshold_bps = 9'300, .bonus_bps = 100};
    return g;
}

/// Members say what they see; three of four, all alike.
using Seen = std::vector<std::pair<AssetId, u128>>;
inline void say_prices(Scenario& s, const Seen& seen) {
    std::vector<prices::Said> said;
    for (const auto& [asset, price] : seen) said.push_back({asset, Price{price}});
    for (uint16_t m = 1; m <= 3; ++m)
        s.must<void, SUBMIT_PRICES>(member(m), prices_address, s.block.now_s, said);
}

struct Lending {
    Scenario s;
    Hosts hosts{s};

    explicit Lending(Scenario::Checks checks = Scenario::Checks::all, uint16_t users = 20)
        : s{lending_genesis(users), checks} {
        say({{eth, dollars * 2'000},
             {bnb, dollars * 600},
             {fantom, dollars / 2},
             {polkadot, dollars * 5},
             {kusama, dollars * 20},
             {polygon, dollars / 2},
             {thaw_token, dollars / 100}});
    }

    void say(const Seen& seen) { say_prices(s, seen); }
    /// The same until the bound has let the price follow.
    void move(AssetId asset, u128 price) {
        for (int i = 0; i < 40 && prices::feed(s.query(), asset).price.value != price; ++i) {
            s.wait(prices_window_s);
            say({{asset, price}});
        }
    }
    static constexpr uint64_t prices_window_s = 600;

    /// Whole coins of an asset, over the bridge; staked, they are the liquid token.
    void fund(const Address& who, NetworkId n, u128 whole) { s.deposit(n, who, whole * one_18); }
    void stake(const Address& who, NetworkId n, u128 whole) {
        fund(who, n, whole);
        s.must<Shares, "stake(uint256 assets) returns (uint256 shares)">(who, staking_of(n),
                                                                         Assets{whole * one_18});
    }

    Receipt supply(const Address& who, const Address& coin, Allowance amount) {
        return s.call<SUPPLY>(who, lending_address, coin, amount, who, uint16_t{0});
    }
    Receipt supply(const Address& who, const Address& coin, u128 amount) {
        return supply(who, coin, Allowance{amount});
    }
    Receipt borrow(const Address& who, const Address& coin, u128 amount) {
        return s.call<BORROW>(who, lending_address, coin, amount, u128{2}, uint16_t{0}, who);
    }
    Receipt repay(const Address& who, const Address& coin, Allowance amount,
                  const Address& debtor) {
        return s.call<REPAY>(who, lending_address, coin, amount, u128{2}, debtor);
    }
    Receipt withdraw(const Address& who, const Address& coin, Allowance amount) {
        return s.call<WITHDRAW_LENT>(who, lending_address, coin, amount, who);
    }
    Receipt pledge(const Address& who, const Address& coin, bool on) {
        return s.call<PLEDGE>(who, lending_address, coin, on);
    }
    Receipt category(const Address& who, uint8_t n) {
        return s.call<"setUserEMode(uint8 categoryId)">(who, lending_address, n);
    }
    Receipt liquidate(const Address& who, const Address& collateral, const Address& debt,
                      const Address& user, Allowance wish, bool as_claims = false) {
        return s.call<LIQUIDATE>(who, lending_address, collateral, debt, user, wish, as_claims);
    }

    Query query() const { return s.query(lending_address); }
    lending::MarketView market(const Address& coin) const {
        return *lending::market(query(), coin);
    }
    u128 held(const Address& coin, const Address& who) const {
        return coins::shown(s.query(), coin, who);
    }
    u128 health(const Address& who) const {
        return std::get<5>(*lending::account_data(query(), who)).value;
    }
    u128 debt(const Address& coin, const Address& who) const {
        const auto all = *lending::positions(query(), who);
        for (const auto& p : all)
            if (p.coin == coin) return p.debt;
        return 0;
    }
    u128 pledged(const Address& coin, const Address& who) const {
        const auto all = *lending::positions(query(), who);
        for (const auto& p : all)
            if (p.coin == coin) return p.pledged;
        return 0;
    }
};

}  // namespace thaw::scenario
