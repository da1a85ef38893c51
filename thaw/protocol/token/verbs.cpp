#include "thaw/protocol/addresses.hpp"
#include "thaw/protocol/assets/face.hpp"
#include "thaw/protocol/token/face.hpp"
#include "thaw/protocol/votes/face.hpp"

namespace thaw::protocol::token {
namespace {

bool is_set_aside(Bucket b) {
    return (b >= Bucket::claimable && b <= Bucket::surplus) || b == Bucket::redeemable;
}
bool is_pooled(Bucket b) {
    return (b >= Bucket::buffer && b < Bucket::claimable) || is_set_aside(b);
}

/// Who the world sees behind an account: buckets of a pool are their staking contract, the outside
/// is address zero.
Address public_face(const Account& account) {
    if (account.bucket == Bucket::user) return account.holder;
    if (is_pooled(account.bucket)) return contract_address(ContractKind::staking, account.asset);
    return {};
}

/// One side of a posting. `sign` is +1 for the account that receives.
void enter(Books& books, Totals& totals, const Account& account, Assets amount, bool receives) {
    const auto move = [&](u128& value) {
        value = receives ? add(value, amount.value) : sub(value, amount.value);
    };
    if (account.bucket ==
        Bucket::host) {  // what the outside gives is issued, what it takes is gone
        totals.supply.value = receives ? sub(totals.supply.value, amount.value)
                                       : add(totals.supply.value, amount.value);
        return;
    }
    books.balances.edit(account, [&](Assets& balance) { move(balance.value); });
    if (is_pooled(account.bucket)) move(totals.pooled.value);
    if (is_set_aside(account.bucket)) move(totals.claimable.value);
    if (account.bucket == Bucket::withdrawing) move(totals.withdrawing.value);
}

/// Whether the asset's totals count what lies in an account. Users' balances and fees on their way
/// are part of the supply and of nothing else.
bool is_counted(const Account& a) {
    return a.bucket == Bucket::host || a.bucket == Bucket::withdrawing || is_pooled(a.bucket);
}

/// Whether what lies in an account is outside the supply that holders see.
bool is_outside(const Account& a) {
    return a.bucket == Bucket::host || a.bucket == Bucket::withdrawing;
}

/// Votes follow THAW from holder to holder.
void follow_votes(Call& call, const Account& from, const Account& to, Assets amount) {
    const auto holder = [](const Account& a) {
        return a.bucket == Bucket::user ? a.holder : Address{};
    };
    votes::moved(call, holder(from), holder(to), amount.value);
    if (is_outside(from) == is_outside(to)) return;
    const Totals totals = call.read<Books>().totals.get(thaw_token);
    votes::supply_changed(call, sub(totals.supply.value, totals.withdrawing.value));
}

}  // namespace

void post(Call& call, const Account& from, const Account& to, Assets amount) {
    THAW_ASSERT(from.asset == to.asset);
    Books& books = call.own<Books>();
    if (amount.is_zero()) return;
    const bool touches_totals = is_counted(from) || is_counted(to);
    Totals totals = touches_totals ? books.totals.get(from.asset) : Totals{};
    enter(books, totals, from, amount, false);
    enter(books, totals, to, amount, true);
    if (touches_totals) books.totals.put(from.asset, totals);
    if (from.asset == thaw_token) follow_votes(call, from, to, amount);
    const Address seen_from = public_face(from);
    const Address seen_to = public_face(to);
    if (from.asset != eth && (seen_from != seen_to || from.bucket == Bucket::user))
        call.emit_as(contract_address(ContractKind::asset, from.asset),
                     Transfer{seen_from, seen_to, amount});
}

void prepay_gas(Call& call, const Address& signer, Assets most) {
    Totals none;  // users' balances are in no total
    enter(call.own<Books>(), none, user_account(eth, signer), most, false);
}

void settle_gas(Call& call, const Address& signer, const Address& treasury, Assets most,
                Assets fee) {
    Books& books = call.own<Books>();
    Totals none;
    enter(books, none, user_account(eth, treasury), fee, true);
    enter(books, none, user_account(eth, signer), Assets{sub(most.value, fee.value)}, true);
}

Result<void> take(Call& call, const Address& user, const Account& to, Assets amount) {
    const Account from = user_account(to.asset, user);
    const Assets balance = held(call, from);
    if (balance < amount) return fail(ERC20InsufficientBalance{user, balance, amount});
    post(call, from, to, amount);
    return {};
}

Assets held(const Query& query, const Account& account) {
    return query.read<Books>().balances.get(account);
}

Assets located(const Query& query, NetworkId network) {
    const Totals totals = query.read<Books>().totals.get(network);
    return Assets{sub(totals.pooled.value, totals.claimable.value)};
}

namespace {

Result<bool> move_between(Call& call, const Address& from, const Address& to, Assets value) {
    if (to.is_zero()) return fail(ERC20InvalidReceiver{to});
    const AssetId asset = index_of(call.self());
    const Account source = user_account(asset, from);
    const Assets balance = held(call, source);
    if (balance < value) return fail(ERC20InsufficientBalance{from, balance, value});
    if (value.is_zero()) call.emit(Transfer{from, to, value});  // ERC-20: zero transfers speak too
    post(call, source, user_account(asset, to), value);
    return true;
}

}  // namespace

Result<bool> transfer(Call& call, Address to, Assets value) {
    return move_between(call, call.sender(), to, value);
}

Result<bool> transfer_from(Call& call, Address from, Address to, Assets value) {
    TRY_VOID(allowance::spend(call, from, value.value));
    return move_between(call, from, to, value);
}

Result<Assets> balance_of(const Query& query, Address account) {
    const AssetId asset = index_of(query.self());
    Assets balance = held(query, user_account(asset, account));
    if (account == contract_address(ContractKind::staking, asset))
        balance.value += query.read<Books>().totals.get(asset).pooled.value;
    return balance;
}

Result<Assets> total_supply(const Query& query) {
    const Totals totals = query.read<Books>().totals.get(index_of(query.self()));
    return Assets{sub(totals.supply.value, totals.withdrawing.value)};
}

Result<std::string> name(const Query& query) { return allowance::token_name(query); }

Result<std::string> symbol(const Query& query) {
    const AssetId asset = index_of(query.self());
    if (asset == thaw_token) return std::string{"THAW"};
    if (asset > thaw_token) return std::string{assets::listing(query, asset).symbol.view()};
    const auto network = query.read<networks::Books>().networks.get(asset);
    return std::string{network.asset_symbol.view()};
}

Result<uint8_t> decimals(const Query& query) {
    const AssetId asset = index_of(query.self());
    if (asset == thaw_token) return uint8_t{18};
    if (asset > thaw_token) return assets::listing(query, asset).decimals;
    return query.read<networks::Books>().networks.get(asset).decimals;
}

}  // namespace thaw::protocol::token
