#include "thaw/protocol/lending/ledger.hpp"

#include "thaw/crypto/keccak.hpp"

namespace thaw::protocol::lending {
namespace {

constexpr uint64_t bit(MarketId id) { return uint64_t{1} << id; }

prices::Value part_of(prices::Value value, uint32_t bps) {
    return prices::Value{*mul_div_down(value.value, bps, whole_bps)};
}
void grow(prices::Value& sum, prices::Value more) { sum.value = add(sum.value, more.value); }

}  // namespace

Open open_at(const Query& query, MarketId id) {
    const Books& books = query.read<Books>();
    const Terms terms = books.terms.get(id);
    return {id, accrued(books.markets.get(id), terms, query.now_s()), terms};
}

Result<Open> find(const Query& query, const Address& coin) {
    const auto id = static_cast<MarketId>(query.read<Books>().numbers.get(coin).market);
    if (id == 0) return fail(NotListed{coin});
    return open_at(query, id);
}

void save(Call& call, const Open& open) { call.own<Books>().markets.put(open.id, open.market); }

u128 shown(const Query& query, const Open& open, u128 units) {
    return coins::to_face_down(query, open.market.coin, units);
}

Address keeper_of(const Open& open, const Address& account) {
    if (open.terms.borrowable != 0) return lending_address;
    static const Hash code = crypto::keccak256(view_of("Thaw pledge 1"));
    return issued::instance_address(lending_address, crypto::keccak256(account.bytes), code);
}

Position position(const Query& query, const Address& account, MarketId id) {
    return query.read<Books>().positions.get({.account = account, .market = id});
}
Account account_row(const Query& query, const Address& account) {
    return query.read<Books>().accounts.get(account);
}

void put_position(Call& call, const Address& account, MarketId id, const Position& p) {
    Books& books = call.own<Books>();
    books.positions.put({.account = account, .market = id}, p);
    Account row = books.accounts.get(account);
    row.pledged = p.pledged != 0 ? row.pledged | bit(id) : row.pledged & ~bit(id);
    row.owes = p.debt != 0 ? row.owes | bit(id) : row.owes & ~bit(id);
    books.accounts.put(account, row);
}

u128 free_claims(const Query& query, const Open& open, const Address& account) {
    return open.market.claims.is_zero() ? 0 : issued::held(query, open.market.claims, account);
}

MarketId isolated_in(const Query& query, const Account& account) {
    for (uint64_t left = account.pledged; left != 0; left &= left - 1) {
        const auto id = static_cast<MarketId>(std::countr_zero(left));
        if (!query.read<Books>().terms.get(id).debt_ceiling.is_zero()) return id;
    }
    return 0;
}

Result<void> check_pledge(const Query& query, const Open& open, const Address& account) {
    if (open.terms.threshold_bps == 0) return fail(NotCollateral{open.market.coin});
    // What has never had a price can neither be valued nor seized.
    const AssetId asset = prices::counted(query, open.market.coin, 1, Round::up).asset;
    if (prices::feed(query, asset).price.is_zero()) return fail(NotCollateral{open.market.coin});
    const Account row = account_row(query, account);
    const uint64_t others = row.pledged & ~bit(open.id);
    if (!open.terms.debt_ceiling.is_zero() && (others != 0 || (row.pledged == 0 && row.owes != 0)))
        return fail(InIsolation{open.market.coin});
    if (const MarketId id = isolated_in(query, row); id != 0 && id != open.id)
        return fail(InIsolation{query.read<Books>().markets.get(id).coin});
    return {};
}

Risk risk_of(const Query& query, const Account& account, const Terms& terms) {
    if (account.category == 0 || account.category != terms.category)
        return {terms.ltv_bps, terms.threshold_bps, terms.bonus_bps};
    const Category c = query.read<Books>().categories.get(terms.category);
    return {c.ltv_bps, c.threshold_bps, c.bonus_bps};
}

Valued valued(const Query& query, const Address& coin, u128 units, Round round) {
    const prices::Counted all = prices::counted(query, coin, units, round);
    const prices::Quote price = prices::feed(query, all.asset);
    return {prices::value_of(all.assets, price.price, prices::decimals(query, all.asset), round),
            !all.known || all.doubtful || price.stale || price.clamped};
}

Standing standing(const Query& query, const Address& account) {
    const Account row = account_row(query, account);
    Standing s;
    for (uint64_t left = row.pledged | row.owes; left != 0; left &= left - 1) {
        const Open open = open_at(query, static_cast<MarketId>(std::countr_zero(left)));
        const Market& m = open.market;
        const Position p = position(query, account, open.id);
        const u128 has = amount_of(p.pledged, m.supply_index, Round::down);
        const u128 owes = amount_of(p.debt, m.debt_index, Round::up);
        const Valued down = valued(query, m.coin, has, Round::down);
        const Valued up = valued(query, m.coin, owes, Round::up);
        const Risk risk = risk_of(query, row, open.terms);
        grow(s.collateral, down.value);
        grow(s.borrowable, part_of(down.value, risk.ltv_bps));
        grow(s.counted, part_of(down.value, risk.threshold_bps));
        if (p.debt != 0) grow(s.debt, up.value);
        s.doubtful = s.doubtful || down.doubtful;
    }
    return s;
}

Result<void> check_health(const Query& query, const Address& account) {
    if (account_row(query, account).owes == 0) return {};
    const Standing s = standing(query, account);
    if (s.doubtful) return fail(PriceDoubtful{account});
    if (const u128 health = health_of(s); health < health_one)
        return fail(HealthTooLow{account, health, health_one});
    return {};
}

void lower_isolated(Call& call, const Address& account, prices::Value paid, prices::Value before) {
    Books& books = call.own<Books>();
    Account row = books.accounts.get(account);
    if (row.isolated_debt.is_zero()) return;
    const auto id = static_cast<MarketId>(row.isolated);
    const auto part =
        before.is_zero() ? 0 : mul_div_down(row.isolated_debt.value, paid.value, before.value);
    const prices::Value less =
        row.owes == 0 ? row.isolated_debt
                      : std::min(prices::Value{part.value_or(u128_max)}, row.isolated_debt);
    row.isolated_debt.value -= less.value;
    if (row.isolated_debt.is_zero()) row.isolated = 0;
    books.accounts.put(account, row);
    Market m = books.markets.get(id);
    m.isolated_debt.value = sub(m.isolated_debt.value, less.value);
    books.markets.put(id, m);
}

}  // namespace thaw::protocol::lending
