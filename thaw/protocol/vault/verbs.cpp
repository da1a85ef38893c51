#include "thaw/protocol/vault/strategy.hpp"

// ERC-4626. Shares and units convert by the price; units and assets differ where the asset rebases.
namespace thaw::protocol::vault {
namespace {

u128 supply(const Query& query) { return issued::supply(query, query.self()); }
u128 total(const Query& query) {
    const Vault v = here(query);
    return priced(v.position, there(query, v), query.now_s());
}

Result<u128> fitting(const std::optional<u128>& value, u128 of) {
    if (!value) return fail(AmountTooLarge{of});
    return *value;
}
Result<u128> shares_at(const Query& query, u128 units, Round round) {
    return fitting(shares_for(units, total(query), supply(query), round), units);
}
Result<u128> units_at(const Query& query, u128 shares, Round round) {
    return fitting(assets_for(shares, total(query), supply(query), round), shares);
}
u128 ledger_down(const Query& query, u128 assets) {
    return coins::to_ledger_down(query, here(query).asset, assets);
}
u128 face_down(const Query& query, u128 units) {
    return coins::to_face_down(query, here(query).asset, units);
}

/// Units that may still be given: 0 while the vault is closed.
u128 room(const Query& query) {
    const Vault v = here(query);
    if (!check_open(query, v)) return 0;
    return v.position.counted < assets_max ? assets_max - v.position.counted : 0;
}

/// Takes units from the caller for shares of the receiver; both are settled.
Result<void> take_in(Call& call, u128 units, u128 shares, u128 assets, const Address& receiver) {
    if (receiver.is_zero()) return fail(ZeroReceiver{});
    if (units == 0 || shares == 0) return fail(ZeroAmount{});
    TRY_VOID(invest(call, units));
    issued::mint(call, call.self(), receiver, shares);
    call.emit(Deposit{call.sender(), receiver, assets, shares});
    return {};
}

/// Burns shares of the owner, by the owner or within an allowance.
Result<void> burn(Call& call, u128 shares, const Address& receiver, const Address& owner) {
    if (receiver.is_zero()) return fail(ZeroReceiver{});
    if (shares == 0) return fail(ZeroAmount{});
    if (owner != call.sender()) TRY_VOID(allowance::spend(call, owner, shares));
    return issued::burn(call, call.self(), owner, shares);
}

}  // namespace

Result<Address> asset(const Query& query) { return here(query).asset; }

Result<u128> total_assets(const Query& query) { return face_down(query, total(query)); }

Result<u128> convert_to_shares(const Query& query, u128 assets) {
    return shares_at(query, ledger_down(query, assets), Round::down);
}

Result<u128> convert_to_assets(const Query& query, u128 shares) {
    return face_down(query, TRY(units_at(query, shares, Round::down)));
}

Result<u128> max_deposit(const Query& query, Address) { return face_down(query, room(query)); }

Result<u128> max_mint(const Query& query, Address) {
    const auto shares = shares_for(room(query), total(query), supply(query), Round::down);
    return std::min(shares.value_or(u128_max),
                    u128_max / 2 - std::min(supply(query), u128_max / 2));
}

Result<u128> max_redeem(const Query& query, Address owner) {
    const u128 mine = issued::held(query, query.self(), owner);
    const Vault v = here(query);
    const u128 units = TRY(units_at(query, mine, Round::down));
    if (paid_for(query, v, units)) return mine;
    const auto most = shares_for(units_max(query, v), total(query), supply(query), Round::down);
    return std::min(mine, most.value_or(mine));
}

Result<u128> max_withdraw(const Query& query, Address owner) {
    return preview_redeem(query, TRY(max_redeem(query, owner)));
}

Result<u128> preview_deposit(const Query& query, u128 assets) {
    return convert_to_shares(query, assets);
}

Result<u128> preview_mint(const Query& query, u128 shares) {
    const u128 units = TRY(units_at(query, shares, Round::up));
    return coins::to_face_up(query, here(query).asset, units);
}

Result<u128> preview_withdraw(const Query& query, u128 assets) {
    const auto units = units_for(query, here(query), assets);
    if (!units) return fail(AmountTooLarge{assets});
    return shares_at(query, *units, Round::up);
}

Result<u128> preview_redeem(const Query& query, u128 shares) {
    const u128 units = TRY(units_at(query, shares, Round::down));
    return fitting(paid_for(query, here(query), units), shares);
}

Result<u128> deposit(Call& call, u128 assets, Address receiver) {
    TRY_VOID(check_open(call, here(call)));
    if (const u128 most = TRY(max_deposit(call, receiver)); assets > most)
        return fail(ERC4626ExceededMaxDeposit{receiver, assets, most});
    const u128 shares = TRY(preview_deposit(call, assets));
    TRY_VOID(take_in(call, ledger_down(call, assets), shares, assets, receiver));
    return shares;
}

Result<u128> mint(Call& call, u128 shares, Address receiver) {
    TRY_VOID(check_open(call, here(call)));
    if (const u128 most = TRY(max_mint(call, receiver)); shares > most)
        return fail(ERC4626ExceededMaxMint{receiver, shares, most});
    const u128 units = TRY(units_at(call, shares, Round::up));
    const u128 assets = TRY(preview_mint(call, shares));
    TRY_VOID(take_in(call, units, shares, assets, receiver));
    return assets;
}

Result<u128> withdraw(Call& call, u128 assets, Address receiver, Address owner) {
    const u128 most = TRY(max_withdraw(call, owner));
    if (assets > most) return fail(ERC4626ExceededMaxWithdraw{owner, assets, most});
    const auto wanted = preview_withdraw(call, assets);
    const u128 all = TRY(max_redeem(call, owner));  // pays `most`, so no more is ever needed
    const u128 shares = wanted ? std::min(*wanted, all) : all;
    const Vault v = here(call);
    const u128 units =
        is_staking(v) ? TRY(units_at(call, shares, Round::down)) : *units_for(call, v, assets);
    TRY_VOID(burn(call, shares, receiver, owner));
    TRY(divest(call, units, receiver, assets));
    call.emit(Withdraw{call.sender(), receiver, owner, assets, shares});
    return shares;
}

Result<u128> redeem(Call& call, u128 shares, Address receiver, Address owner) {
    if (const u128 most = TRY(max_redeem(call, owner)); shares > most)
        return fail(ERC4626ExceededMaxRedeem{owner, shares, most});
    const u128 units = TRY(units_at(call, shares, Round::down));
    if (units == 0) return fail(ZeroAmount{});
    TRY_VOID(burn(call, shares, receiver, owner));
    const u128 assets = TRY(divest(call, units, receiver, std::nullopt));
    call.emit(Withdraw{call.sender(), receiver, owner, assets, shares});
    return assets;
}

Result<Shares> redeem_in_kind(Call& call, u128 shares, Address receiver, Address owner) {
    if (!is_staking(here(call))) return fail(NotAStakingVault{});
    const u128 units = TRY(units_at(call, shares, Round::down));
    TRY_VOID(burn(call, shares, receiver, owner));
    const Shares given = TRY(divest_in_kind(call, units, receiver));
    call.emit(WithdrawnInKind{call.sender(), receiver, owner, given, shares});
    return given;
}

Result<Address> farm_of(const Query& query) { return here(query).farm; }

Result<std::tuple<u128, u128, uint64_t>> position(const Query& query) {
    const Position p = here(query).position;
    return std::tuple{p.counted, locked_at(p, query.now_s()), p.locked_to_s};
}

Result<std::tuple<uint32_t, uint32_t>> fees(const Query& query) {
    const Take take = take_of(here(query));
    return std::tuple{take.fee_bps, take.bounty_bps};
}

}  // namespace thaw::protocol::vault
