#include "thaw/protocol/farm/face.hpp"
#include "thaw/protocol/lending/ledger.hpp"

// What suppliers and borrowers call.
namespace thaw::protocol::lending {
namespace {

constexpr u128 variable_rate = 2;

u128 rate_now(const Open& open) {
    return borrow_rate(open.terms, use_of(open.market.cash, owed(open.market)));
}

/// Makes claims: pledged ones are the hub's to hold, where there is a token of them.
void mint_claims(Call& call, Open& open, const Address& account, u128 scaled, bool pledged) {
    open.market.supply_scaled = add(open.market.supply_scaled, scaled);
    if (!open.market.claims.is_zero())
        issued::mint(call, open.market.claims, pledged ? lending_address : account, scaled);
    if (!pledged) return;
    Position p = position(call, account, open.id);
    p.pledged = add(p.pledged, scaled);
    put_position(call, account, open.id, p);
}

/// Whether what the account supplies for itself is pledged: where it has pledged before, or may.
/// Claims in its wallet do not matter: anybody could have sent them there.
bool pledges(const Query& query, const Open& open, const Address& account) {
    return position(query, account, open.id).pledged != 0 ||
           check_pledge(query, open, account).has_value();
}

/// What borrowing is refused for whoever borrows how much.
Result<void> check_open(const Open& open) {
    if (open.terms.borrowable == 0) return fail(NotBorrowable{open.market.coin});
    if (open.terms.frozen != 0) return fail(Frozen{open.market.coin});
    if (open.market.deficit != 0)
        return fail(MarketInDeficit{open.market.coin, open.market.deficit});
    return {};
}

Result<void> check_fits(const Query& query, const Open& open, u128 units) {
    const Market& m = open.market;
    if (units > m.cash)
        return fail(NotEnoughCash{m.coin, shown(query, open, m.cash), shown(query, open, units)});
    const u128 lent = owed(m);
    const u128 room = open.terms.borrow_cap > lent ? open.terms.borrow_cap - lent : 0;
    if (units > room)
        return fail(BorrowCapExceeded{shown(query, open, room), shown(query, open, units)});
    return {};
}

/// What isolation and the category say about this account's borrowing this coin.
Result<void> check_kind(const Query& query, const Account& row, const Open& open) {
    if (row.category != 0 && row.category != open.terms.category)
        return fail(OtherCategory{open.market.coin, static_cast<uint8_t>(row.category)});
    if (const MarketId id = isolated_in(query, row); id != 0 && open.terms.for_isolated == 0)
        return fail(InIsolation{query.read<Books>().markets.get(id).coin});
    return {};
}

/// Counts a new debt against an isolated market's ceiling.
Result<void> raise_isolated(Call& call, const Address& account, prices::Value value) {
    Books& books = call.own<Books>();
    Account row = books.accounts.get(account);
    const MarketId id = isolated_in(call, row);
    if (id == 0) return {};
    Market m = books.markets.get(id);
    const prices::Value ceiling = books.terms.get(id).debt_ceiling;
    const prices::Value room{ceiling > m.isolated_debt ? ceiling.value - m.isolated_debt.value : 0};
    if (value > room) return fail(DebtCeilingExceeded{room, value});
    m.isolated_debt.value += value.value;
    row.isolated_debt.value += value.value;
    row.isolated = id;
    books.markets.put(id, m);
    books.accounts.put(account, row);
    return {};
}

}  // namespace

Result<void> supply(Call& call, Address coin, Allowance amount, Address receiver,
                    uint16_t referral) {
    Open open = TRY(find(call, coin));
    const Address& owner = call.sender();
    const u128 face = amount.unlimited() ? coins::shown(call, coin, owner) : amount.value;
    const u128 units = coins::to_ledger_down(call, coin, face);
    Market& m = open.market;
    if (receiver.is_zero()) return fail(ZeroReceiver{});
    if (units == 0) return fail(ZeroAmount{});
    if (open.terms.frozen != 0) return fail(Frozen{coin});
    const bool alone = open.terms.borrowable == 0;
    if (alone && receiver != owner) return fail(NotForOthers{receiver});
    const u128 room = open.terms.supply_cap - std::min(open.terms.supply_cap, supplied(m));
    if (units > room) return fail(SupplyCapExceeded{shown(call, open, room), face});
    const bool pledged = receiver == owner && pledges(call, open, owner);
    if (alone && !pledged) TRY_VOID(check_pledge(call, open, owner));
    const u128 scaled = scaled_for(units, m.supply_index, Round::down);
    if (scaled == 0) return fail(ZeroAmount{});

    const bool first = pledged && position(call, owner, open.id).pledged == 0;
    TRY_VOID(coins::move(call, coin, owner, keeper_of(open, owner), units));
    m.cash = add(m.cash, units);
    mint_claims(call, open, receiver, scaled, pledged);
    save(call, open);
    call.emit(Supply{coin, owner, receiver, shown(call, open, units), referral});
    if (first) call.emit(ReserveUsedAsCollateralEnabled{coin, owner});
    return {};
}

Result<u128> withdraw(Call& call, Address coin, Allowance amount, Address to) {
    Open open = TRY(find(call, coin));
    const Address& owner = call.sender();
    Market& m = open.market;
    Position p = position(call, owner, open.id);
    const u128 free = free_claims(call, open, owner);
    const u128 has = amount_of(add(free, p.pledged), m.supply_index, Round::down);
    const u128 units = amount.unlimited() ? has : coins::to_ledger_down(call, coin, amount.value);
    if (to.is_zero()) return fail(ZeroReceiver{});
    if (units == 0) return fail(ZeroAmount{});
    if (units > has) return fail(NotEnoughSupplied{shown(call, open, has), amount.value});
    if (units > m.cash)
        return fail(NotEnoughCash{coin, shown(call, open, m.cash), shown(call, open, units)});

    const u128 scaled =
        units == has ? add(free, p.pledged)
                     : std::min(add(free, p.pledged), scaled_for(units, m.supply_index, Round::up));
    const u128 from_wallet = std::min(free, scaled);
    m.cash -= units;
    m.supply_scaled = sub(m.supply_scaled, scaled);
    save(call, open);
    if (from_wallet != 0) TRY_VOID(issued::burn(call, m.claims, owner, from_wallet));
    if (scaled != from_wallet) {
        p.pledged -= scaled - from_wallet;
        put_position(call, owner, open.id, p);
        if (!m.claims.is_zero())
            TRY_VOID(issued::burn(call, m.claims, lending_address, scaled - from_wallet));
        TRY_VOID(check_health(call, owner));
    }
    TRY_VOID(coins::move(call, coin, keeper_of(open, owner), to, units));
    const u128 paid = shown(call, open, units);
    call.emit(Withdraw{coin, owner, to, paid});
    return paid;
}

Result<void> borrow(Call& call, Address coin, u128 amount, u128 mode, uint16_t referral,
                    Address debtor) {
    Open open = TRY(find(call, coin));
    Market& m = open.market;
    const u128 units = coins::to_ledger_down(call, coin, amount);
    if (mode != variable_rate) return fail(UnknownRateMode{mode});
    if (debtor != call.sender()) return fail(NotForOthers{debtor});
    if (units == 0) return fail(ZeroAmount{});
    TRY_VOID(check_open(open));
    TRY_VOID(check_fits(call, open, units));
    TRY_VOID(check_kind(call, account_row(call, debtor), open));
    const Valued value = valued(call, coin, units, Round::up);
    if (value.doubtful) return fail(PriceDoubtful{debtor});

    const u128 scaled = scaled_for(units, m.debt_index, Round::up);
    Position p = position(call, debtor, open.id);
    p.debt = add(p.debt, scaled);
    m.debt_scaled = add(m.debt_scaled, scaled);
    m.cash -= units;
    save(call, open);
    put_position(call, debtor, open.id, p);
    TRY_VOID(raise_isolated(call, debtor, value.value));
    const Standing s = standing(call, debtor);
    if (s.doubtful) return fail(PriceDoubtful{debtor});
    if (s.debt > s.borrowable) return fail(CollateralTooSmall{s.debt, s.borrowable});
    TRY_VOID(coins::move(call, coin, lending_address, debtor, units));
    call.emit(Borrow{coin, debtor, debtor, shown(call, open, units),
                     static_cast<uint8_t>(variable_rate), rate_now(open), referral});
    return {};
}

Result<u128> repay(Call& call, Address coin, Allowance amount, u128 mode, Address debtor) {
    Open open = TRY(find(call, coin));
    Market& m = open.market;
    Position p = position(call, debtor, open.id);
    if (mode != variable_rate) return fail(UnknownRateMode{mode});
    if (p.debt == 0) return fail(NothingOwed{debtor, coin});
    const u128 all = amount_of(p.debt, m.debt_index, Round::up);
    const u128 wish = amount.unlimited() ? all : coins::to_ledger_down(call, coin, amount.value);
    const u128 units = std::min(all, wish);
    const u128 scaled = units == all ? p.debt : scaled_for(units, m.debt_index, Round::down);
    if (units == 0) return fail(ZeroAmount{});

    const prices::Value before = standing(call, debtor).debt;
    TRY_VOID(coins::move(call, coin, call.sender(), lending_address, units));
    p.debt -= scaled;
    m.debt_scaled = sub(m.debt_scaled, scaled);
    m.cash = add(m.cash, units);
    save(call, open);
    put_position(call, debtor, open.id, p);
    lower_isolated(call, debtor, valued(call, coin, units, Round::down).value, before);
    const u128 paid = coins::to_face_up(call, coin, units);
    call.emit(Repay{coin, debtor, call.sender(), paid, false});
    return paid;
}

Result<void> set_collateral(Call& call, Address coin, bool pledged) {
    const Open open = TRY(find(call, coin));
    const Address& owner = call.sender();
    const Address& claims = open.market.claims;
    Position p = position(call, owner, open.id);
    if (claims.is_zero()) return fail(CollateralOnly{coin});
    if (pledged) {
        const u128 free = free_claims(call, open, owner);
        if (free == 0) return fail(ZeroAmount{});
        TRY_VOID(check_pledge(call, open, owner));
        TRY_VOID(issued::transfer(call, claims, owner, lending_address, free));
        p.pledged = add(p.pledged, free);
        put_position(call, owner, open.id, p);
        call.emit(ReserveUsedAsCollateralEnabled{coin, owner});
        return {};
    }
    if (p.pledged == 0) return fail(NothingPledged{owner, coin});
    TRY_VOID(issued::transfer(call, claims, lending_address, owner, p.pledged));
    p.pledged = 0;
    put_position(call, owner, open.id, p);
    TRY_VOID(check_health(call, owner));
    call.emit(ReserveUsedAsCollateralDisabled{coin, owner});
    return {};
}

Result<void> set_category(Call& call, uint8_t category) {
    Books& books = call.own<Books>();
    Account row = books.accounts.get(call.sender());
    if (category != 0 && books.categories.get(category).threshold_bps == 0)
        return fail(UnknownCategory{category});
    for (uint64_t left = category == 0 ? 0 : row.owes; left != 0; left &= left - 1) {
        const auto id = static_cast<MarketId>(std::countr_zero(left));
        if (books.terms.get(id).category != category)
            return fail(OtherCategory{books.markets.get(id).coin, category});
    }
    row.category = category;
    books.accounts.put(call.sender(), row);
    TRY_VOID(check_health(call, call.sender()));
    call.emit(UserEModeSet{call.sender(), category});
    return {};
}

Result<void> insure(Call& call, Address coin, u128 amount) {
    Open open = TRY(find(call, coin));
    Market& m = open.market;
    const u128 units = coins::to_ledger_down(call, coin, amount);
    if (units == 0) return fail(ZeroAmount{});
    if (m.claims.is_zero()) return fail(CollateralOnly{coin});
    if (m.insurance > cap_max || units > cap_max) return fail(SupplyCapExceeded{0, amount});
    TRY_VOID(coins::move(call, coin, call.sender(), lending_address, units));
    m.insurance += units;
    bear(m);
    save(call, open);
    call.emit(Insured{coin, call.sender(), shown(call, open, units), m.deficit});
    return {};
}

Result<std::vector<u128>> claim_rewards(Call& call, Address receipt) {
    const Open open = TRY(find(call, receipt));
    const auto issue = issued::find(call, receipt);
    const bool farms = issue && issue->kind == issued::InstanceKind::farm;
    if (!farms || open.terms.borrowable != 0) return fail(NotListed{receipt});
    std::vector<u128> amounts;
    for (const farm::Paid& paid :
         TRY(farm::collect(call, receipt, keeper_of(open, call.sender()), call.sender())))
        amounts.push_back(paid.amount);
    return amounts;
}

Result<void> require_health(const Query& query, Address account, u128 minimum) {
    const u128 health = health_of(standing(query, account));
    if (health < minimum) return fail(HealthTooLow{account, health, minimum});
    return {};
}

}  // namespace thaw::protocol::lending
