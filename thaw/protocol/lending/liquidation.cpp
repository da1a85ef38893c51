#include "thaw/protocol/lending/ledger.hpp"
#include "thaw/protocol/staking/face.hpp"

// Positions that have become too weak, and what they leave behind.
namespace thaw::protocol::lending {
namespace {

/// What an account has or owes of a market in one number of units.
Holding holding(const Query& query, const Address& coin, u128 units) {
    return {units, valued(query, coin, units, Round::down).value,
            valued(query, coin, units, Round::up).value};
}

/// The most of a debt that may be paid now: half, or all where health or size leave no choice.
u128 coverable(const Holding& debt, const Holding& collateral, u128 health) {
    const bool all =
        health <= health_close_all || debt.up < small_position || collateral.down < small_position;
    return all ? debt.units : *mul_div_up(debt.units, close_half_bps, whole_bps);
}

/// An account that owes and has nothing pledged any more: what it owes is the markets' loss.
void recognise(Call& call, const Address& user) {
    const Account row = account_row(call, user);
    if (row.pledged != 0) return;
    for (uint64_t left = row.owes; left != 0; left &= left - 1) {
        Open open = open_at(call, static_cast<MarketId>(std::countr_zero(left)));
        Market& m = open.market;
        Position p = position(call, user, open.id);
        const u128 lost = amount_of(p.debt, m.debt_index, Round::up);
        m.debt_scaled = sub(m.debt_scaled, p.debt);
        m.deficit = add(m.deficit, lost);
        const Borne borne = bear(m);
        p.debt = 0;
        save(call, open);
        put_position(call, user, open.id, p);
        call.emit(BadDebt{m.coin, user, lost, borne.by_reserves, borne.by_insurance, m.deficit});
    }
    lower_isolated(call, user, prices::value_max, prices::value_max);
}

/// Hands seized units over: as coins, or as claims into the liquidator's wallet.
Result<void> hand_over(Call& call, Open& open, const Address& user, u128 units, bool as_claims) {
    Market& m = open.market;
    Position p = position(call, user, open.id);
    const u128 has = amount_of(p.pledged, m.supply_index, Round::down);
    const u128 scaled = units == has
                            ? p.pledged
                            : std::min(p.pledged, scaled_for(units, m.supply_index, Round::up));
    p.pledged -= scaled;
    put_position(call, user, open.id, p);
    if (as_claims) {
        if (m.claims.is_zero()) return fail(CollateralOnly{m.coin});
        save(call, open);
        return issued::transfer(call, m.claims, lending_address, call.sender(), scaled);
    }
    if (units > m.cash)
        return fail(NotEnoughCash{m.coin, coins::to_face_down(call, m.coin, m.cash),
                                  coins::to_face_down(call, m.coin, units)});
    m.cash -= units;
    m.supply_scaled = sub(m.supply_scaled, scaled);
    save(call, open);
    if (!m.claims.is_zero()) TRY_VOID(issued::burn(call, m.claims, lending_address, scaled));
    return coins::move(call, m.coin, keeper_of(open, user), call.sender(), units);
}

/// Takes the payment and lowers the debt by it.
Result<void> take_payment(Call& call, const Address& coin, const Address& user, u128 units) {
    Open open = TRY(find(call, coin));
    Market& m = open.market;
    Position p = position(call, user, open.id);
    const u128 all = amount_of(p.debt, m.debt_index, Round::up);
    const u128 scaled = units == all ? p.debt : scaled_for(units, m.debt_index, Round::down);
    TRY_VOID(coins::move(call, coin, call.sender(), lending_address, units));
    p.debt -= scaled;
    m.debt_scaled = sub(m.debt_scaled, scaled);
    m.cash = add(m.cash, units);
    save(call, open);
    put_position(call, user, open.id, p);
    return {};
}

/// Returns what was seized, in ledger units of the collateral.
Result<u128> liquidate_position(Call& call, const Address& collateral, const Address& debt,
                                const Address& user, Allowance wish, bool as_claims) {
    const Open owing = TRY(find(call, debt));
    const Open having = TRY(find(call, collateral));
    const u128 owes =
        amount_of(position(call, user, owing.id).debt, owing.market.debt_index, Round::up);
    const u128 has =
        amount_of(position(call, user, having.id).pledged, having.market.supply_index, Round::down);
    if (owes == 0) return fail(NothingOwed{user, debt});
    if (has == 0) return fail(NothingPledged{user, collateral});
    const Standing before = standing(call, user);
    const u128 health = health_of(before);
    if (health >= health_one) return fail(Healthy{user, health});

    const Holding owed_now = holding(call, debt, owes);
    const Holding has_now = holding(call, collateral, has);
    const Risk risk = risk_of(call, account_row(call, user), having.terms);
    const u128 wished = wish.unlimited() ? owes : coins::to_ledger_down(call, debt, wish.value);
    const Liquidation l =
        liquidate(owed_now, has_now, wished, coverable(owed_now, has_now, health), risk.bonus_bps);
    if (l.paid == 0) return fail(ZeroAmount{});

    TRY_VOID(take_payment(call, debt, user, l.paid));
    Open seized = TRY(find(call, collateral));
    if (l.seized != 0) TRY_VOID(hand_over(call, seized, user, l.seized, as_claims));
    lower_isolated(call, user, valued(call, debt, l.paid, Round::down).value, before.debt);
    call.emit(LiquidationCall{collateral, debt, user, coins::to_face_up(call, debt, l.paid),
                              coins::to_face_down(call, collateral, l.seized), call.sender(),
                              as_claims});
    recognise(call, user);
    return l.seized;
}

}  // namespace

Result<void> liquidation_call(Call& call, Address collateral, Address debt, Address user,
                              Allowance wish, bool as_claims) {
    TRY(liquidate_position(call, collateral, debt, user, wish, as_claims));
    return {};
}

Result<codec::Number> liquidate_into_ticket(Call& call, Address collateral, Address debt,
                                            Address user, Allowance wish) {
    const Address& liquidator = call.sender();
    const bool redeemable = is_native(collateral) && (kind_of(collateral) == ContractKind::liquid ||
                                                      kind_of(collateral) == ContractKind::wrapped);
    if (!redeemable) return fail(NotRedeemable{collateral});
    const u128 shares = TRY(liquidate_position(call, collateral, debt, user, wish, false));
    const NetworkId network = index_of(collateral);
    Call staking = call.as(contract_address(ContractKind::staking, network), liquidator);
    return staking::unstake_shares(staking, kind_of(collateral), liquidator, Shares{shares});
}

}  // namespace thaw::protocol::lending
