#include "thaw/sim/stress.hpp"

#include <map>

#include "thaw/base/text.hpp"
#include "thaw/protocol/genesis.hpp"
#include "thaw/protocol/lending/face.hpp"
#include "thaw/protocol/machine.hpp"
#include "thaw/protocol/oracle/face.hpp"
#include "thaw/sim/development.hpp"

namespace thaw::sim {

namespace {

using namespace protocol;
using codec::Allowance;
using codec::call_data;

constexpr u128 one = 1'000'000'000'000'000'000;
constexpr uint64_t hour_s = 3'600;
constexpr uint64_t week_hours = 7 * 24;
constexpr uint64_t window_s = 600;
constexpr NetworkId bnb = 1, fantom = 2;
constexpr unsigned borrower_count = 8, looper_count = 4;
const Address bnb_coin = contract_address(ContractKind::asset, bnb);
const Address ftm = contract_address(ContractKind::asset, fantom);
const Address aftmb = contract_address(ContractKind::liquid, fantom);

constexpr Address person(uint8_t family, uint8_t number) {
    Address a{{0xba, 0xd0}};
    a.bytes[18] = family;
    a.bytes[19] = number;
    return a;
}
constexpr Address supplier = person(1, 0), liquidator = person(4, 0);

/// A hub with lending, people in it, and prices as the week has them.
class Week {
  public:
    Week();
    /// Members say prices every hour; whoever can be liquidated is, where that is possible.
    void hour();
    void say();
    BadWeek result(std::string name, std::string story);

    bool send(const Address& who, const Address& to, const Bytes& data);
    void must(const Address& who, const Address& to, const Bytes& data);
    void wait(uint64_t seconds) { block_.now_s += seconds, ++block_.height; }
    Query query() const { return {state_, block_, lending_address}; }
    bool borrow(const Address& who, const Address& coin, u128 amount) {
        return send(who, lending_address,
                    call_data<"borrow(address,uint256,uint256,uint16,address)">(
                        coin, amount, u128{2}, uint16_t{0}, who));
    }
    lending::MarketView market(const Address& coin) const {
        return *lending::market(query(), coin);
    }
    static std::vector<Address> debtors();

    std::map<AssetId, u128> fair{{bnb, 600 * one}, {fantom, one / 2}};  ///< 10^-18 dollars
    uint64_t market_bps = 10'000;  ///< what the liquid token trades at, of fair value
    uint64_t hours_without_cash = 0, rate_worst_bps = 0;

  private:
    void fund(const Address& who, AssetId asset, u128 whole);
    void supply(const Address& who, const Address& coin) {
        must(who, lending_address,
             call_data<"supply(address,uint256,address,uint16)">(coin, Allowance{u128_max}, who,
                                                                 uint16_t{0}));
    }
    void settle_people();
    void loop(const Address& who);
    void liquidate(const Address& who);
    int64_t cents(const Address& coin, u128 amount) const;
    int64_t wealth(const Address& who) const;
    std::vector<std::pair<std::string, std::vector<Address>>> groups() const;
    int64_t wealth_of(const std::vector<Address>& group) const {
        int64_t sum = 0;
        for (const Address& who : group) sum += wealth(who);
        return sum;
    }

    State state_;
    Block block_;
    std::vector<Address> members_;
    std::vector<int64_t> before_;
    uint32_t deposits_ = 0;
    uint64_t liquidations_ = 0;
};

Genesis week_genesis() {
    Genesis g = default_genesis();
    g = with_lending(development_genesis(g, g.hub.genesis_s));
    for (uint8_t family = 1; family <= 4; ++family)
        for (uint8_t n = 0; n < borrower_count; ++n) g.grants.push_back({person(family, n), {one}});
    return g;
}

Week::Week() : state_{make_state(week_genesis())} {
    const Genesis g = week_genesis();
    block_ = {.chain_id = g.hub.chain_id, .height = 1, .now_s = g.hub.genesis_s};
    members_ = g.oracle_members;
    state_.seal();
    say();
    settle_people();
    for (const auto& [name, people] : groups()) before_.push_back(wealth_of(people));
}

bool Week::send(const Address& who, const Address& to, const Bytes& data) {
    const Receipt receipt = apply(state_, block_,
                                  {.sender = who,
                                   .nonce = state_.accounts.accounts.get(who).nonce,
                                   .to = to,
                                   .value = {},
                                   .data = data,
                                   .gas_limit = 20'000'000,
                                   .gas_price = 1});
    state_.seal();
    return receipt.success;
}

void Week::must(const Address& who, const Address& to, const Bytes& data) {
    if (!send(who, to, data)) throw StressBroken{"a step of the week was refused"};
}

void Week::say() {
    std::vector<prices::Said> said;
    for (const auto& [asset, price] : fair) said.push_back({asset, prices::Price{price}});
    for (const Address& member : members_)
        must(member, prices_address,
             call_data<"submit(uint64,(uint8,uint256)[])">(block_.now_s, said));
}

void Week::fund(const Address& who, AssetId asset, u128 whole) {
    oracle::Deposit deposit{.host = state_.networks.networks.get(asset).staking_host,
                            .index = ++deposits_,
                            .asset = asset,
                            .receiver = who,
                            .amount = Assets{whole * one}};
    deposit.transaction.bytes[31] = 1;
    for (size_t m = 0; m < state_.oracle.settings.get(0).quorum; ++m)
        must(members_[m], oracle_address,
             call_data<"reportDeposit(" THAW_DEPOSIT_TUPLE " deposit)">(deposit));
}

std::vector<Address> Week::debtors() {
    std::vector<Address> all;
    for (uint8_t n = 0; n < borrower_count; ++n) all.push_back(person(2, n));
    for (uint8_t n = 0; n < looper_count; ++n) all.push_back(person(3, n));
    return all;
}

/// Suppliers of FTM; borrowers of FTM against 10 BNB each, more and more daring; loopers.
void Week::settle_people() {
    fund(supplier, fantom, 100'000);
    supply(supplier, ftm);
    fund(liquidator, fantom, 100'000);
    for (uint8_t n = 0; n < borrower_count; ++n) {
        fund(person(2, n), bnb, 10);
        supply(person(2, n), bnb_coin);
        const u128 dollars = 10 * 600 * (25 + 5 * u128{n}) / 100;  // 25 to 60 % of the collateral
        if (!borrow(person(2, n), ftm, dollars * 2 * one)) throw StressBroken{"a loan was refused"};
    }
    for (uint8_t n = 0; n < looper_count; ++n) loop(person(3, n));
}

/// A thousand FTM, staked, and four times 85 % of it borrowed and staked again.
void Week::loop(const Address& who) {
    fund(who, fantom, 1'000);
    const Address staking = contract_address(ContractKind::staking, fantom);
    u128 amount = 1'000 * one;
    must(who, lending_address, call_data<"setUserEMode(uint8)">(uint8_t{fantom}));
    for (int turn = 0; turn < 5; ++turn) {
        must(who, staking, call_data<"stake(uint256)">(amount));
        supply(who, aftmb);
        amount = amount * 85 / 100;
        if (turn < 4 && !borrow(who, ftm, amount)) throw StressBroken{"a loop was refused"};
    }
}

/// All that one call allows, of each debt by each collateral, in coins or where they are lent out
/// in claims.
void Week::liquidate(const Address& who) {
    for (const Address& collateral : {bnb_coin, aftmb})
        for (const bool as_claims : {false, true})
            while (send(liquidator, lending_address,
                        call_data<"liquidationCall(address,address,address,uint256,bool)">(
                            collateral, ftm, who, Allowance{u128_max}, as_claims)))
                ++liquidations_;
}

void Week::hour() {
    for (uint64_t window = 0; window < hour_s / window_s; ++window) {
        wait(window_s);
        say();
        // Nobody buys collateral at a price that its bound still holds above the market's.
        if (!prices::feed(query(), bnb).clamped)
            for (const Address& who : debtors()) liquidate(who);
    }
    const lending::MarketView m = market(ftm);
    if (m.cash < one / 1'000) ++hours_without_cash;
    rate_worst_bps =
        std::max(rate_worst_bps, static_cast<uint64_t>(m.borrow_rate / lending::ray_per_bp));
    if (const auto broken = broken_invariant(state_, block_))
        throw StressBroken{std::string{*broken}};
}

int64_t Week::cents(const Address& coin, u128 amount) const {
    const u128 price = coin == bnb_coin ? fair.at(bnb) : fair.at(fantom);
    return static_cast<int64_t>(*mul_div_down(amount, price, one) / (one / 100));
}

int64_t Week::wealth(const Address& who) const {
    int64_t sum = 0;
    for (const Address& coin : {bnb_coin, ftm, aftmb})
        sum += cents(coin, coins::shown(query(), coin, who));
    const auto positions = *lending::positions(query(), who);
    for (const lending::PositionView& p : positions)
        sum += cents(p.coin, p.pledged) + cents(p.coin, p.free) - cents(p.coin, p.debt);
    return sum;
}

std::vector<std::pair<std::string, std::vector<Address>>> Week::groups() const {
    std::vector<Address> borrowers, loopers;
    for (uint8_t n = 0; n < borrower_count; ++n) borrowers.push_back(person(2, n));
    for (uint8_t n = 0; n < looper_count; ++n) loopers.push_back(person(3, n));
    return {{"borrowers of FTM against BNB", borrowers},
            {"loopers of aFTMb", loopers},
            {"suppliers of FTM", {supplier}},
            {"liquidators", {liquidator}}};
}

BadWeek Week::result(std::string name, std::string story) {
    BadWeek week{.name = std::move(name),
                 .story = std::move(story),
                 .liquidations = liquidations_,
                 .hours_without_cash = hours_without_cash,
                 .rate_worst_bps = rate_worst_bps};
    const auto people = groups();
    for (size_t i = 0; i < people.size(); ++i)
        week.sides.push_back({people[i].first, before_[i], wealth_of(people[i].second)});
    for (const Address& coin : {bnb_coin, ftm, aftmb}) {
        const lending::MarketView m = market(coin);
        week.reserves += cents(coin, m.reserves);
        week.insurance += cents(coin, m.insurance);
        week.deficit += cents(coin, m.deficit);
    }
    for (uint8_t n = 0; n < looper_count; ++n) {
        const auto health = std::get<5>(*lending::account_data(query(), person(3, n)));
        const u128 at_market = *mul_div_down(health.value, market_bps, 10'000);
        if (!health.unlimited() && at_market < lending::health_one) ++week.liquidated_at_market;
    }
    return week;
}

BadWeek fall() {
    Week w;
    w.fair[bnb] = 300 * one;
    for (uint64_t h = 0; h < 24; ++h) w.hour();
    return w.result("a fall of 50 % in one block",
                    "BNB halves. The feed follows by a quarter in ten minutes; liquidators act "
                    "once it is there.");
}

BadWeek full_use() {
    Week w;
    for (uint64_t h = 0; h < week_hours; ++h) {
        const u128 cash = w.market(ftm).cash;
        w.send(supplier, lending_address,
               call_data<"withdraw(address,uint256,address)">(ftm, cash, supplier));
        w.hour();
    }
    return w.result("full use for 7 days",
                    "Suppliers withdraw all the cash there is, every hour: what is lent stays lent "
                    "at the dearest rate until borrowers repay.");
}

BadWeek halted() {
    Week w;
    const Address owner = crypto::address_of(development_key(development_owner_index));
    w.must(owner, networks_address,
           call_data<"halt(uint8,string)">(uint8_t{fantom}, std::string{"a bad week"}));
    if (w.borrow(person(3, 0), ftm, one / 100))
        throw StressBroken{"a halted network's token was borrowed against"};
    for (uint64_t h = 0; h < week_hours; ++h) w.hour();
    return w.result("a halted network for 7 days",
                    "Fantom is halted: nothing is borrowed against aFTMb; repaying, supplying and "
                    "liquidating go on at the ledger's rate.");
}

BadWeek under_fair_value() {
    Week w;
    w.market_bps = 7'000;
    for (uint64_t h = 0; h < week_hours; ++h) w.hour();
    return w.result("aFTMb trades 30 % under fair value for 7 days",
                    "The market's price is no price here: a liquid token is worth its assets, for "
                    "which it can be unstaked. Who sells on the market pays, nobody else.");
}

}  // namespace

std::vector<BadWeek> stress_lending() { return {fall(), full_use(), halted(), under_fair_value()}; }

}  // namespace thaw::sim
