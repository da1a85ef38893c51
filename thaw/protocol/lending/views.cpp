#include "thaw/protocol/lending/ledger.hpp"

// What markets and accounts look like from outside.
namespace thaw::protocol::lending {
namespace {

/// Hundredths of a per cent that `part` is of `whole`, rounded down.
u128 bps_of(prices::Value part, prices::Value whole) {
    return whole.is_zero() ? 0 : *mul_div_down(part.value, whole_bps, whole.value);
}
constexpr u128 to_base = prices::dollar / 100'000'000;

/// A bound on what can be borrowed, in ledger units, and its name.
struct Bound {
    u128 units = u128_max;
    std::string_view why;
};
void narrow(Bound& least, u128 units, std::string_view why) {
    if (units < least.units) least = {units, why};
}

/// Units of a coin for a value, never more than it pays for.
u128 units_for(const Query& query, const Address& coin, prices::Value value) {
    const u128 probe = prices::one_of(coins::decimals(query, coin));
    const prices::Value one = valued(query, coin, probe, Round::up).value;
    return one.is_zero() ? 0 : mul_div_down(value.value, probe, one.value).value_or(u128_max);
}

/// Why nothing at all can be borrowed, or empty.
std::string_view shut(const Query& query, const Open& open, const Account& row, const Standing& s) {
    const bool isolated = isolated_in(query, row) != 0;
    if (open.terms.borrowable == 0) return "this coin only serves as collateral";
    if (open.terms.frozen != 0) return "the market is frozen";
    if (open.market.deficit != 0) return "the market has a deficit that waits to be covered";
    if (row.category != 0 && row.category != open.terms.category)
        return "the account's efficiency category is another";
    if (isolated && open.terms.for_isolated == 0)
        return "the account's collateral is isolated and this coin is not lent against it";
    if (s.doubtful || valued(query, open.market.coin, 1, Round::up).doubtful)
        return "a price is stale or held back, or a network's rate is not to be relied on";
    if (s.borrowable.is_zero()) return "the account has pledged nothing";
    return {};
}

}  // namespace

Result<std::vector<Address>> coins_listed(const Query& query) {
    const Books& books = query.read<Books>();
    std::vector<Address> all;
    for (uint64_t id = 1; id <= books.counts.get(0).markets; ++id)
        all.push_back(books.markets.get(static_cast<MarketId>(id)).coin);
    return all;
}

Result<MarketView> market(const Query& query, Address coin) {
    const Open open = TRY(find(query, coin));
    const Market& m = open.market;
    const u128 use = use_of(m.cash, owed(m));
    return MarketView{.coin = coin,
                      .claims = m.claims,
                      .supplied = shown(query, open, supplied(m)),
                      .borrowed = coins::to_face_up(query, coin, owed(m)),
                      .cash = shown(query, open, m.cash),
                      .reserves = shown(query, open, m.reserves),
                      .insurance = shown(query, open, m.insurance),
                      .deficit = coins::to_face_up(query, coin, m.deficit),
                      .supply_index = m.supply_index,
                      .debt_index = m.debt_index,
                      .supply_rate = supply_rate(open.terms, use),
                      .borrow_rate = borrow_rate(open.terms, use),
                      .use = use,
                      .frozen = open.terms.frozen != 0,
                      .doubtful = valued(query, coin, 1, Round::down).doubtful};
}

Result<TermsView> terms(const Query& query, Address coin) {
    const Terms t = TRY(find(query, coin)).terms;
    return TermsView{.supply_cap = t.supply_cap,
                     .borrow_cap = t.borrow_cap,
                     .debt_ceiling = t.debt_ceiling,
                     .ltv_bps = t.ltv_bps,
                     .threshold_bps = t.threshold_bps,
                     .bonus_bps = t.bonus_bps,
                     .reserve_bps = t.reserve_bps,
                     .base_bps = t.base_bps,
                     .slope_bps = t.slope_bps,
                     .steep_bps = t.steep_bps,
                     .kink_bps = t.kink_bps,
                     .borrowable = t.borrowable != 0,
                     .for_isolated = t.for_isolated != 0,
                     .category = t.category};
}

Result<std::vector<PositionView>> positions(const Query& query, Address account) {
    std::vector<PositionView> all;
    for (uint64_t id = 1; id <= query.read<Books>().counts.get(0).markets; ++id) {
        const Open open = open_at(query, static_cast<MarketId>(id));
        const Market& m = open.market;
        const Position p = position(query, account, open.id);
        const u128 free = free_claims(query, open, account);
        if (p.pledged == 0 && p.debt == 0 && free == 0) continue;
        const u128 has = amount_of(p.pledged, m.supply_index, Round::down);
        const u128 owes = amount_of(p.debt, m.debt_index, Round::up);
        all.push_back({.coin = m.coin,
                       .pledged = shown(query, open, has),
                       .free = shown(query, open, amount_of(free, m.supply_index, Round::down)),
                       .debt = coins::to_face_up(query, m.coin, owes),
                       .pledged_value = valued(query, m.coin, has, Round::down).value,
                       .debt_value = owes == 0 ? prices::Value{}
                                               : valued(query, m.coin, owes, Round::up).value});
    }
    return all;
}

Result<std::tuple<u128, u128, u128, u128, u128, Allowance>> account_data(const Query& query,
                                                                         Address account) {
    const Standing s = standing(query, account);
    const u128 room = s.borrowable > s.debt ? s.borrowable.value - s.debt.value : 0;
    return std::tuple{s.collateral.value / to_base,
                      *mul_div_up(s.debt.value, 1, to_base),
                      room / to_base,
                      bps_of(s.counted, s.collateral),
                      bps_of(s.borrowable, s.collateral),
                      Allowance{health_of(s)}};
}

Result<u128> category_of(const Query& query, Address account) {
    return u128{account_row(query, account).category};
}

Result<std::tuple<uint32_t, uint32_t, uint32_t>> category_terms(const Query& query,
                                                                uint8_t category) {
    const Category c = query.read<Books>().categories.get(category);
    return std::tuple{c.ltv_bps, c.threshold_bps, c.bonus_bps};
}

Result<std::tuple<u128, std::string>> explain(const Query& query, Address account, Address coin) {
    const Open open = TRY(find(query, coin));
    const Account row = account_row(query, account);
    const Standing s = standing(query, account);
    if (const auto why = shut(query, open, row, s); !why.empty())
        return std::tuple{u128{0}, std::string{why}};
    const prices::Value room{s.borrowable > s.debt ? s.borrowable.value - s.debt.value : 0};
    const u128 lent = owed(open.market);
    Bound least;
    narrow(least, units_for(query, coin, room), "the account's collateral");
    narrow(least, open.market.cash, "what the market has");
    narrow(least, open.terms.borrow_cap - std::min(open.terms.borrow_cap, lent),
           "the market's borrow cap");
    if (const MarketId id = isolated_in(query, row); id != 0) {
        const Books& books = query.read<Books>();
        const prices::Value ceiling = books.terms.get(id).debt_ceiling;
        const prices::Value used = std::min(ceiling, books.markets.get(id).isolated_debt);
        narrow(least, units_for(query, coin, prices::Value{ceiling.value - used.value}),
               "the debt ceiling of the account's isolated collateral");
    }
    return std::tuple{shown(query, open, least.units), std::string{least.why}};
}

Result<Address> claimed_coin(const Query& query) {
    const auto id = static_cast<MarketId>(query.read<Books>().claims.get(query.self()).market);
    return query.read<Books>().markets.get(id).coin;
}

Result<u128> claimed_amount(const Query& query, u128 claims) {
    const Open open =
        open_at(query, static_cast<MarketId>(query.read<Books>().claims.get(query.self()).market));
    const auto units = mul_div_down(claims, open.market.supply_index, ray);
    return shown(query, open, units.value_or(u128_max));
}

}  // namespace thaw::protocol::lending
