#include "thaw/crypto/keccak.hpp"
#include "thaw/protocol/lending/ledger.hpp"

// Markets come into being, and their terms change.
namespace thaw::protocol::lending {
namespace {

Terms from_wire(const TermsView& t) {
    return {.supply_cap = t.supply_cap,
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
            .borrowable = t.borrowable,
            .for_isolated = t.for_isolated,
            .category = t.category};
}

Address claims_of(const Address& coin) {
    static const Hash code = crypto::keccak256(view_of("Thaw claims 1"));
    Bytes salt;
    append(salt, coin.bytes);
    return issued::instance_address(lending_address, crypto::keccak256(salt), code);
}

bool is_claim(const Query& query, const Address& coin) {
    return query.read<Books>().claims.get(coin).market != 0;
}

/// Whether so much THAW could be borrowed that a loan of a second could propose, or decide much.
bool lends_votes(const Query& query, const Address& coin, const Terms& terms) {
    if (coin != contract_address(ContractKind::asset, thaw_token)) return false;
    const u128 supply = query.read<token::Books>().totals.get(thaw_token).supply.value;
    return terms.borrow_cap > supply / thaw_borrow_part;
}

Result<void> check_change(const Query& query, uint64_t changed_at_s, uint32_t threshold_before,
                          uint32_t threshold_after) {
    if (threshold_after + threshold_fall_max_bps < threshold_before)
        return fail(ThresholdFallsTooFast{threshold_before - threshold_fall_max_bps});
    const uint64_t possible_at_s = changed_at_s + terms_change_interval_s;
    if (changed_at_s != 0 && query.now_s() < possible_at_s)
        return fail(networks::ChangeTooSoon{possible_at_s});
    return {};
}

/// The token of a market's claims, at an address that follows from the coin's.
Address create_claims(Call& call, const Address& coin, MarketId id) {
    const Address claims = claims_of(coin);
    const std::string symbol = coins::symbol(call, coin);
    issued::create(call, claims,
                   {.id = id,
                    .name = std::string_view{"Lent " + symbol},
                    .symbol = std::string_view{"lend-" + symbol},
                    .kind = issued::InstanceKind::lending,
                    .decimals = static_cast<uint8_t>(coins::decimals(call, coin))});
    call.own<Books>().claims.put(claims, {id});
    return claims;
}

}  // namespace

Result<void> open_market(Call& call, const Address& owner, const Address& coin, const Terms& terms,
                         u128 seed) {
    Books& books = call.own<Books>();
    Count count = books.counts.get(0);
    if (books.numbers.get(coin).market != 0) return fail(AlreadyListed{coin});
    if (count.markets >= markets_max) return fail(TooManyMarkets{markets_max});
    const u128 units = coins::to_ledger_down(call, coin, seed);
    const bool lends = terms.borrowable != 0;
    if (lends && units < seed_min) return fail(SeedTooSmall{seed_min});
    if (!in_range(terms) || units > cap_max || (!lends && terms.borrow_cap != 0))
        return fail(TermsOutOfRange{});
    const prices::Counted counted = prices::counted(call, coin, seed_min, Round::down);
    if (is_claim(call, coin) || !counted.known) return fail(prices::NoPrice{coin});
    const bool stranger = terms.category != 0 && terms.category != counted.asset;
    if (stranger || lends_votes(call, coin, terms)) return fail(TermsOutOfRange{});

    const auto id = static_cast<MarketId>(++count.markets);
    Market m{.supply_index = ray,
             .debt_index = ray,
             .coin = coin,
             .accrued_at_s = call.now_s(),
             .number = id};
    if (lends) {
        TRY_VOID(coins::move(call, coin, owner, lending_address, units));
        m.claims = create_claims(call, coin, id);
        m.cash = m.supply_scaled = units;
        issued::mint(call, m.claims, dust_address, units);
    }
    books.counts.put(0, count);
    books.numbers.put(coin, {id});
    books.terms.put(id, terms);
    books.markets.put(id, m);
    call.emit_as(lending_address, MarketListed{coin, m.claims, id, lends ? seed : 0});
    return {};
}

void open_category(Call& call, uint8_t category, const Category& terms) {
    THAW_ASSERT(in_range(terms));
    call.own<Books>().categories.put(category, terms);
}

Result<void> list(Call& call, Address coin, TermsView terms, u128 seed) {
    TRY_VOID(networks::only_owner(call));
    return open_market(call, call.sender(), coin, from_wire(terms), seed);
}

Result<void> set_terms(Call& call, Address coin, TermsView view) {
    TRY_VOID(networks::only_owner(call));
    Open open = TRY(find(call, coin));
    Terms after = from_wire(view);
    const Terms& before = open.terms;
    after.frozen = before.frozen;
    if (!in_range(after) || after.borrowable != before.borrowable ||
        after.category != before.category ||
        after.debt_ceiling.is_zero() != before.debt_ceiling.is_zero() ||
        (after.borrowable == 0 && after.borrow_cap != 0) || lends_votes(call, coin, after))
        return fail(TermsOutOfRange{});
    TRY_VOID(
        check_change(call, open.market.changed_at_s, before.threshold_bps, after.threshold_bps));
    open.market.changed_at_s = call.now_s();
    save(call, open);  // with the interest up to now, at the rate up to now
    call.own<Books>().terms.put(open.id, after);
    call.emit(TermsChanged{coin});
    return {};
}

Result<void> set_category_terms(Call& call, uint8_t category, uint32_t ltv, uint32_t threshold,
                                uint32_t bonus) {
    TRY_VOID(networks::only_owner(call));
    if (category == 0 || category > network_count) return fail(UnknownCategory{category});
    const Category before = call.read<Books>().categories.get(category);
    const Category after{.ltv_bps = ltv,
                         .threshold_bps = threshold,
                         .bonus_bps = bonus,
                         .changed_at_s = call.now_s()};
    if (!in_range(after) || threshold == 0) return fail(TermsOutOfRange{});
    TRY_VOID(check_change(call, before.changed_at_s, before.threshold_bps, threshold));
    call.own<Books>().categories.put(category, after);
    call.emit(CategoryChanged{category, ltv, threshold, bonus});
    return {};
}

Result<void> freeze(Call& call, Address coin, bool frozen) {
    TRY_VOID(networks::only_owner(call));
    Open open = TRY(find(call, coin));
    open.terms.frozen = frozen ? 1 : 0;
    call.own<Books>().terms.put(open.id, open.terms);
    call.emit(MarketFrozen{coin, frozen});
    return {};
}

Result<void> take_reserves(Call& call, Address coin, u128 amount, Address to) {
    TRY_VOID(networks::only_owner(call));
    Open open = TRY(find(call, coin));
    Market& m = open.market;
    const u128 units = coins::to_ledger_down(call, coin, amount);
    if (to.is_zero()) return fail(ZeroReceiver{});
    if (units == 0) return fail(ZeroAmount{});
    if (units > m.reserves)
        return fail(NotEnoughReserves{shown(call, open, m.reserves), shown(call, open, units)});
    if (units > m.cash)
        return fail(NotEnoughCash{coin, shown(call, open, m.cash), shown(call, open, units)});
    m.reserves -= units;
    m.cash -= units;
    save(call, open);
    TRY_VOID(coins::move(call, coin, lending_address, to, units));
    call.emit(ReservesTaken{coin, to, shown(call, open, units), shown(call, open, m.reserves)});
    return {};
}

}  // namespace thaw::protocol::lending
