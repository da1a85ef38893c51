/// The part of a random walk that says prices, lends, borrows and liquidates; the owner's verbs, by
/// the owner and by others. Whoever was healthy is so after any verb of any user.
#pragma once
#include "tests/scenario/lending.hpp"
#include "tests/scenario/walk_choices.hpp"
#include "thaw/protocol/lending/limits.hpp"
#include "thaw/protocol/multicall/face.hpp"
#include "thaw/protocol/prices/limits.hpp"

namespace thaw::scenario {

template <class Source>
class LendingWalk {
  public:
    LendingWalk(Scenario& scenario, Source& source, uint16_t users)
        : s_{scenario}, source_{source}, users_{users} {}

    void step() {
        if (!open_) begin();
        switch (source_.below(16)) {
            case 0:
                return owner();
            case 1:
                return say(20, 20);
            case 2:
                return say(2, 5);
            case 3:
                return fall();
            default:
                if (source_.chance(2)) calm();
                return act_safely();
        }
    }

  private:
    static constexpr uint16_t rich = 4;

    void act_safely() {
        const std::vector<bool> before = healthy();
        act();
        const std::vector<bool> after = healthy();
        for (size_t u = 0; u < before.size(); ++u)
            demand(!before[u] || after[u], "a verb of a user made somebody's health fall below 1");
    }

    Query query() const { return s_.query(lending_address); }
    Address somebody() { return user(static_cast<uint16_t>(1 + source_.below(rich))); }
    u128 near(u128 limit) { return amount_near(source_, limit); }
    Allowance wish(u128 limit) { return source_.chance(6) ? everything : Allowance{near(limit)}; }
    Address some_market() {
        const auto all = *lending::coins_listed(query());
        return source_.chance(40) ? unlisted() : one_of(source_, all);
    }
    /// A coin that has no market.
    static Address unlisted() { return asset_of(polygon); }
    /// Where somebody has something, as `side` tells; any market when luck finds none.
    template <class Side>
    Address market_with(const Address& who, const Side& side) {
        Address coin = some_market();
        for (int tries = 0; tries < 6 && side(who, coin) == 0; ++tries) coin = some_market();
        return coin;
    }
    lending::Position position(const Address& who, const Address& coin) const {
        const uint64_t id = s_.state.lending.numbers.get(coin).market;
        return s_.state.lending.positions.get(
            {.account = who, .market = static_cast<lending::MarketId>(id)});
    }
    u128 health(const Address& who) const {
        return std::get<5>(*lending::account_data(query(), who)).value;
    }
    std::vector<bool> healthy() const {
        std::vector<bool> all;
        for (uint16_t u = 1; u <= users_; ++u)
            all.push_back(health(user(u)) >= lending::health_one);
        return all;
    }

    // ---- The beginning: people have coins and prices are known.

    void begin() {
        open_ = true;
        s_.send(user(1), treasury, {}, Assets{one_18});  // for gas
        for (uint16_t u = 1; u <= rich; ++u) {
            for (const NetworkId n : {bnb, fantom}) {
                s_.deposit(n, user(u), one_18 * 4'000);
                s_.call<"stake(uint256 assets)">(user(u), staking_of(n), Assets{one_18 * 2'000});
            }
            s_.send(user(u), weth_address, {}, Assets{one_18 * 5});
            s_.call<"transfer(address to, uint256 value)">(treasury, asset_of(thaw_token), user(u),
                                                           one_18 * 100'000);
            const Address coin = u % 2 == 0 ? asset_of(bnb) : asset_of(fantom);
            s_.call<SUPPLY>(user(u), lending_address, coin, one_18 * 1'000, user(u), uint16_t{0});
        }
        say(1, 20);
    }
    static u128 first_price(AssetId asset) {
        constexpr std::array<uint32_t, asset_count> dollars_each{2'000, 600, 1, 5, 20, 1, 1};
        return dollars * dollars_each.at(asset);
    }
    /// Members say a price each, up to a part of what it was away from it, or of where it began.
    void say(uint64_t often, uint64_t part) {
        std::vector<prices::Said> said;
        for (AssetId a = 0; a < asset_count; ++a) {
            const u128 now = prices::feed(s_.query(), a).price.value;
            const u128 middle = now == 0 || source_.chance(often) ? first_price(a) : now;
            const u128 step = middle / part;
            const u128 price = middle - step + source_.amount(2 * step);
            said.push_back({a, Price{price}});
        }
        say_all(said);
        const auto asset = static_cast<uint8_t>(source_.below(8));
        if (source_.chance(3)) s_.call<"follow(uint8 asset)">(somebody(), prices_address, asset);
    }
    void say_all(const std::vector<prices::Said>& said) {
        const uint64_t members = source_.chance(8) ? 1 : 3;
        for (uint16_t m = 1; m <= members; ++m)
            s_.call<SUBMIT_PRICES>(member(m), prices_address, s_.block.now_s, said);
    }
    /// The same prices as before, heard anew.
    void calm() {
        std::vector<prices::Said> said;
        for (AssetId a = 0; a < asset_count; ++a)
            said.push_back({a, prices::feed(s_.query(), a).price});
        say_all(said);
    }
    /// One coin falls, as fast as its bound allows, and whoever is weak then is liquidated.
    void fall() {
        const AssetId asset = source_.chance(2) ? bnb : fantom;
        for (uint64_t windows = 1 + source_.below(4); windows > 0; --windows) {
            s_.wait(prices::window_s);
            const u128 now = prices::feed(s_.query(), asset).price.value;
            say_all({{asset, Price{now - now / 5}}});
        }
        for (uint64_t times = 1 + source_.below(4); times > 0; --times) liquidate(somebody());
    }

    // ---- What people do.

    void act() {
        const Address who = somebody();
        switch (source_.below(14)) {
            case 0:
            case 1:
            case 2:
                return supply(who);
            case 3:
            case 4:
                return withdraw(who);
            case 5:
            case 6:
            case 7:
                return borrow(who);
            case 8:
                return repay(who);
            case 9:
                return pledge(who);
            case 10: {
                const auto category = static_cast<uint8_t>(source_.below(4));
                s_.call<"setUserEMode(uint8 categoryId)">(who, lending_address, category);
                return;
            }
            case 11:
                return loop(who);
            default:
                return liquidate(who);
        }
    }
    void supply(const Address& who) {
        const Address coin = market_with(who, [&](const Address& w, const Address& c) {
            return coins::shown(s_.query(), c, w);
        });
        const u128 all = coins::shown(s_.query(), coin, who);
        const Allowance x = wish(source_.chance(3) ? all : all / 20);
        const Address to = source_.chance(10) ? somebody() : who;
        s_.call<SUPPLY>(who, lending_address, coin, x, to, uint16_t{0});
    }
    void withdraw(const Address& who) {
        const Address coin = market_with(
            who, [&](const Address& w, const Address& c) { return position(w, c).pledged; });
        const Allowance x = wish(position(who, coin).pledged);
        const Address to = source_.chance(10) ? somebody() : who;
        s_.call<WITHDRAW_LENT>(who, lending_address, coin, x, to);
    }
    /// What may be borrowed; a whole coin where there is no market.
    u128 most_of(const Address& who, const Address& coin) const {
        const auto explained = lending::explain(query(), who, coin);
        return explained ? std::get<0>(*explained) : one_18;
    }
    void borrow(const Address& who) {
        Address coin = some_market();
        u128 most = most_of(who, coin);
        for (int tries = 0; tries < 4 && most == 0; ++tries) {
            coin = some_market();
            most = most_of(who, coin);
        }
        const u128 x = source_.chance(2) ? most - most / 50 : near(most);
        s_.call<BORROW>(who, lending_address, coin, x, u128{2}, uint16_t{0}, who);
    }
    void repay(const Address& who) {
        const Address debtor = source_.chance(4) ? somebody() : who;
        const Address coin = market_with(
            debtor, [&](const Address& w, const Address& c) { return position(w, c).debt; });
        const Allowance x = wish(position(debtor, coin).debt);
        s_.call<REPAY>(who, lending_address, coin, x, u128{2}, debtor);
    }
    void pledge(const Address& who) {
        const bool on = source_.chance(2);
        const Address coin = some_market();
        s_.call<PLEDGE>(who, lending_address, coin, on);
    }
    /// Borrow, stake, supply in one transaction, with a floor that often does not hold.
    void loop(const Address& who) {
        const NetworkId n = source_.chance(2) ? bnb : fantom;
        const u128 x = near(most_of(who, asset_of(n)));
        const u128 floor = lending::health_one + source_.amount(lending::health_one / 10);
        std::vector<multicall::BatchCall> calls{
            {lending_address, {}, call_data<BORROW>(asset_of(n), x, u128{2}, uint16_t{0}, who)},
            {staking_of(n), {}, call_data<"stake(uint256 assets)">(Assets{x})},
            {lending_address, {}, call_data<SUPPLY>(liquid_of(n), everything, who, uint16_t{0})},
            {lending_address,
             {},
             call_data<"requireHealth(address account, uint256 minimum)">(who, floor)}};
        s_.call<"batch((address to, uint256 value, bytes data)[] calls)">(who, batch_address,
                                                                          calls);
    }
    void liquidate(const Address& who) {
        Address weak = somebody();
        for (int tries = 0; tries < 6 && health(weak) >= lending::health_one; ++tries)
            weak = somebody();
        const Address collateral = market_with(
            weak, [&](const Address& w, const Address& c) { return position(w, c).pledged; });
        const Address debt = market_with(
            weak, [&](const Address& w, const Address& c) { return position(w, c).debt; });
        const Allowance x = wish(position(weak, debt).debt);
        if (source_.chance(2)) {
            s_.call<
                "liquidateIntoTicket(address collateralAsset, address debtAsset, address user, "
                "uint256 debtToCover)">(who, lending_address, collateral, debt, weak, x);
            return;
        }
        const bool claims = source_.chance(3);
        s_.call<LIQUIDATE>(who, lending_address, collateral, debt, weak, x, claims);
    }

    // ---- What the owner does.

    void owner() {
        const Address who = source_.chance(4) ? somebody() : hub_owner;
        const Address coin = some_market();
        const auto call = [&](Bytes data) {
            s_.send(who, lending_address, std::move(data), {}, 0);
        };
        switch (source_.below(5)) {
            case 0: {
                const bool on = source_.chance(3);
                return call(call_data<"freeze(address asset, bool frozen)">(coin, on));
            }
            case 1: {
                const auto market = lending::market(query(), coin);
                const u128 x = near(market ? market->reserves : 0);
                const Address to = somebody();
                return call(call_data<"takeReserves(address asset, uint256 amount, address to)">(
                    coin, x, to));
            }
            case 2: {
                const auto threshold = static_cast<uint32_t>(8'500 + source_.below(1'100));
                const auto bonus = static_cast<uint32_t>(source_.below(300));
                return call(call_data<"setCategoryTerms(uint8 category, uint32 ltvBps, uint32 "
                                      "thresholdBps, uint32 bonusBps)">(
                    uint8_t{fantom}, threshold - 300, threshold, bonus));
            }
            case 3: {
                const Address giver = somebody();
                const u128 x = near(coins::shown(s_.query(), coin, giver) / 50);
                s_.call<"insure(address asset, uint256 amount)">(giver, lending_address, coin, x);
                return;
            }
            default: {
                auto terms = lending::terms(query(), coin);
                if (!terms) return;
                terms->threshold_bps += static_cast<uint32_t>(source_.below(500));
                terms->threshold_bps -= 250;
                terms->slope_bps = static_cast<uint32_t>(source_.below(2'000));
                return call(call_data<"setTerms(address asset, " THAW_LENDING_TERMS " terms)">(
                    coin, *terms));
            }
        }
    }

    Scenario& s_;
    Source& source_;
    uint16_t users_;
    bool open_ = false;
};

}  // namespace thaw::scenario
