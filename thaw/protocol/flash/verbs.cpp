#include "thaw/protocol/flash/ledger.hpp"

// What leavers and providers call.
namespace thaw::protocol::flash {
namespace {

NetworkId network_of(const Query& query) { return index_of(query.self()); }
Key key_of(const Query& query, const Address& holder) {
    return {.holder = holder, .network = network_of(query)};
}
Shares held(const Query& query, const Address& holder) {
    return query.read<Books>().balances.get(key_of(query, holder));
}

void put_balance(Call& call, const Address& holder, u128 shares) {
    call.own<Books>().balances.put(key_of(call, holder), Shares{shares});
}

/// Shares of providers in one holder's name, to or from nothing; says so.
void issue(Call& call, const Address& to, Shares shares) {
    Books& books = call.own<Books>();
    Pool pool = counted(call, network_of(call));
    pool.supply.value = add(pool.supply.value, shares.value);
    books.pools.put(network_of(call), pool);
    put_balance(call, to, add(held(call, to).value, shares.value));
    call.emit(token::Transfer{Address{}, to, Assets{shares.value}});
}

/// Counts shares that are announced in a frame, or not any more.
void set_aside(Call& call, uint64_t frame, u128 more, u128 less) {
    Books& books = call.own<Books>();
    const LeavingKey key{.frame = frame, .network = network_of(call)};
    Pool pool = counted(call, network_of(call));
    Leaving group = books.leaving.get(key);
    const auto changed = [&](Shares before) { return Shares{sub(add(before.value, more), less)}; };
    pool.announced = changed(pool.announced);
    group.shares = changed(group.shares);
    books.pools.put(network_of(call), pool);
    books.leaving.put(key, group);
}

Announced announced_by(const Query& query, const Address& owner) {
    return query.read<Books>().announced.get(key_of(query, owner));
}

/// The frame that runs now, counted from 1.
uint64_t frame_now(const Query& query) {
    const auto hub = query.read<networks::Books>().hub.get(0);
    return (query.now_s() - hub.genesis_s) / hub.frame_s + 1;
}

Leaving group_of(const Query& query, const Announced& a) {
    return query.read<Books>().leaving.get({.frame = a.frame, .network = network_of(query)});
}

/// What a provider's announced shares have been priced at, and no more of it than there is cash.
struct Due {
    Shares shares;
    Assets assets;
};
Due due(const Query& query, const Address& owner) {
    const Announced a = announced_by(query, owner);
    const Leaving group = group_of(query, a);
    if (a.shares.is_zero() || group.priced == 0) return {};
    const auto whole = mul_div_down(group.assets.value, a.shares.value, group.shares.value);
    const Assets cash = counted(query, network_of(query)).cash;
    if (cash.value >= *whole) return {a.shares, Assets{*whole}};
    const auto part = mul_div_down(group.shares.value, cash.value, group.assets.value);
    return {Shares{std::min(*part, a.shares.value)}, cash};
}

Result<void> lay_in(Call& call, const Address& receiver, Assets assets, Shares shares) {
    const NetworkId network = network_of(call);
    if (receiver.is_zero()) return fail(ZeroReceiver{});
    if (shares.is_zero() || assets.is_zero()) return fail(ZeroAmount{});
    TRY_VOID(token::take(call, call.sender(), token::user_account(network, call.self()), assets));
    Pool pool = counted(call, network);
    pool.cash.value = add(pool.cash.value, assets.value);
    call.own<Books>().pools.put(network, pool);
    issue(call, receiver, shares);
    call.emit(Deposit{call.sender(), receiver, assets, shares});
    return {};
}

/// Takes shares that have their price away and pays for them.
Result<void> pay_out(Call& call, Assets assets, Shares shares, const Address& receiver,
                     const Address& owner) {
    const NetworkId network = network_of(call);
    if (receiver.is_zero()) return fail(ZeroReceiver{});
    if (shares.is_zero() || assets.is_zero()) return fail(ZeroAmount{});
    Books& books = call.own<Books>();
    if (owner != call.sender()) {
        TRY_VOID(allowance::spend(call, owner, shares.value));
    }
    Announced a = announced_by(call, owner);
    const LeavingKey key{.frame = a.frame, .network = network};
    Leaving group = books.leaving.get(key);
    Pool pool = counted(call, network);
    a.shares.value = sub(a.shares.value, shares.value);
    group.shares.value = sub(group.shares.value, shares.value);
    group.assets.value = sub(group.assets.value, assets.value);
    pool.cash.value = sub(pool.cash.value, assets.value);
    pool.leaving.value = sub(pool.leaving.value, assets.value);
    if (group.shares.is_zero()) {  // what rounding left is the providers' who stay
        pool.leaving.value = sub(pool.leaving.value, group.assets.value);
        books.leaving.erase(key);
    } else {
        books.leaving.put(key, group);
    }
    if (a.shares.is_zero())
        books.announced.erase(key_of(call, owner));
    else
        books.announced.put(key_of(call, owner), a);
    books.pools.put(network, pool);
    token::post(call, token::user_account(network, call.self()),
                token::user_account(network, receiver), assets);
    call.emit(token::Transfer{call.self(), Address{}, Assets{shares.value}});
    call.emit(Withdraw{call.sender(), receiver, owner, assets, shares});
    return {};
}

Result<bool> move(Call& call, const Address& from, const Address& to, Shares value) {
    if (to.is_zero() || to == call.self()) return fail(token::ERC20InvalidReceiver{to});
    const Shares balance = held(call, from);
    if (balance < value)
        return fail(
            token::ERC20InsufficientBalance{from, Assets{balance.value}, Assets{value.value}});
    put_balance(call, from, balance.value - value.value);
    put_balance(call, to, add(held(call, to).value, value.value));
    call.emit(token::Transfer{from, to, Assets{value.value}});
    return true;
}

template <class T>
Result<T> fitting(const std::optional<u128>& value, u128 of) {
    if (!value) return fail(liquid::AmountTooLarge{of});
    return T{*value};
}

}  // namespace

Result<Assets> swap(Call& call, Shares shares, Address receiver) {
    return swap_at_least(call, shares, Assets{}, receiver);
}

Result<Assets> swap_at_least(Call& call, Shares shares, Assets minimum, Address receiver) {
    const NetworkId network = network_of(call);
    if (receiver.is_zero()) return fail(ZeroReceiver{});
    if (shares.is_zero()) return fail(ZeroAmount{});
    const SubShares given =
        TRY(liquid::escrow_shares(call, network, call.sender(), tickets_address, shares));
    return take(call, network, call.sender(), given, minimum, receiver);
}

Result<Assets> swap_bonds(Call& call, Assets amount, Assets minimum, Address receiver) {
    const NetworkId network = network_of(call);
    if (receiver.is_zero()) return fail(ZeroReceiver{});
    if (amount.is_zero()) return fail(ZeroAmount{});
    if (call.read<networks::Books>().networks.get(network).rebasing == 0) return fail(UseSwap{});
    const SubShares given = TRY(liquid::escrow_assets(call, ContractKind::liquid, network,
                                                      call.sender(), tickets_address, amount));
    return take(call, network, call.sender(), given, minimum, receiver);
}

Result<Quote> quote(const Query& query, Shares shares) {
    const auto exact = liquid::sub_shares(shares);
    if (!exact || *exact > liquid::rate(query, network_of(query)).supply)
        return fail(liquid::AmountTooLarge{shares.value});
    return quote_for(query, network_of(query), *exact);
}

Result<Assets> capacity(const Query& query) { return available(query, network_of(query)); }

Result<std::tuple<Assets, uint32_t, uint32_t>> terms(const Query& query) {
    const Terms t = query.read<Books>().terms.get(network_of(query));
    return std::tuple{t.target, t.fee_min_bps, t.fee_max_bps};
}

Result<Address> asset(const Query& query) {
    return contract_address(ContractKind::asset, network_of(query));
}

Result<Assets> total_assets(const Query& query) { return worth(query, network_of(query)); }

Result<Shares> convert_to_shares(const Query& query, Assets assets) {
    const NetworkId n = network_of(query);
    return fitting<Shares>(shares_for(assets, worth(query, n), counted(query, n).supply),
                           assets.value);
}

Result<Assets> convert_to_assets(const Query& query, Shares shares) {
    const NetworkId n = network_of(query);
    return fitting<Assets>(assets_for(shares, worth(query, n), counted(query, n).supply),
                           shares.value);
}

Result<Assets> preview_mint(const Query& query, Shares shares) {
    const NetworkId n = network_of(query);
    return fitting<Assets>(assets_for_up(shares, worth(query, n), counted(query, n).supply),
                           shares.value);
}

Result<Shares> preview_withdraw(const Query& query, Assets assets) {
    const NetworkId n = network_of(query);
    return fitting<Shares>(shares_for_up(assets, worth(query, n), counted(query, n).supply),
                           assets.value);
}

// No limit but what an asset can be issued at all: the conversion stays inside 128 bits.
Result<Assets> max_deposit(const Query&, Address) { return Assets{target_max}; }
Result<Shares> max_mint(const Query& query, Address) {
    return convert_to_shares(query, Assets{target_max});
}

Result<Shares> max_redeem(const Query& query, Address owner) { return due(query, owner).shares; }

Result<Assets> max_withdraw(const Query& query, Address owner) { return due(query, owner).assets; }

Result<Shares> deposit(Call& call, Assets assets, Address receiver) {
    const Shares shares = TRY(convert_to_shares(call, assets));
    TRY_VOID(lay_in(call, receiver, assets, shares));
    return shares;
}

Result<Assets> mint(Call& call, Shares shares, Address receiver) {
    const Assets assets = TRY(preview_mint(call, shares));
    TRY_VOID(lay_in(call, receiver, assets, shares));
    return assets;
}

Result<Shares> announce(Call& call, Shares shares) {
    const Shares balance = held(call, call.sender());
    if (shares.is_zero()) return fail(ZeroAmount{});
    if (balance < shares)
        return fail(token::ERC20InsufficientBalance{call.sender(), Assets{balance.value},
                                                    Assets{shares.value}});
    Announced a = announced_by(call, call.sender());
    const uint64_t frame = frame_now(call);
    if (!a.shares.is_zero() && a.frame != frame) return fail(AnnouncedBefore{a.shares, a.frame});
    a.shares.value = add(a.shares.value, shares.value);
    a.frame = frame;
    set_aside(call, frame, shares.value, 0);
    put_balance(call, call.sender(), balance.value - shares.value);
    call.own<Books>().announced.put(key_of(call, call.sender()), a);
    call.emit(token::Transfer{call.sender(), call.self(), Assets{shares.value}});
    call.emit(RedemptionAnnounced{call.sender(), a.shares, a.frame});
    return a.shares;
}

Result<Shares> keep(Call& call) {
    const Announced a = announced_by(call, call.sender());
    if (a.shares.is_zero()) return fail(ZeroAmount{});
    if (a.frame != frame_now(call)) return fail(AnnouncedBefore{a.shares, a.frame});
    call.own<Books>().announced.erase(key_of(call, call.sender()));
    set_aside(call, a.frame, 0, a.shares.value);
    put_balance(call, call.sender(), add(held(call, call.sender()).value, a.shares.value));
    call.emit(token::Transfer{call.self(), call.sender(), Assets{a.shares.value}});
    return a.shares;
}

Result<Shares> withdraw(Call& call, Assets assets, Address receiver, Address owner) {
    if (assets.is_zero()) return fail(ZeroAmount{});
    const Due most = due(call, owner);
    if (assets > most.assets) return fail(ERC4626ExceededMaxWithdraw{owner, assets, most.assets});
    const Leaving group = group_of(call, announced_by(call, owner));
    const auto shares = mul_div_up(group.shares.value, assets.value, group.assets.value);
    const Shares taken{std::min(*shares, most.shares.value)};
    TRY_VOID(pay_out(call, assets, taken, receiver, owner));
    return taken;
}

Result<Assets> redeem(Call& call, Shares shares, Address receiver, Address owner) {
    if (shares.is_zero()) return fail(ZeroAmount{});
    const Due most = due(call, owner);
    if (shares > most.shares) return fail(ERC4626ExceededMaxRedeem{owner, shares, most.shares});
    const Leaving group = group_of(call, announced_by(call, owner));
    const auto assets = mul_div_down(group.assets.value, shares.value, group.shares.value);
    TRY_VOID(pay_out(call, Assets{*assets}, shares, receiver, owner));
    return Assets{*assets};
}

Result<bool> transfer(Call& call, Address to, Shares value) {
    return move(call, call.sender(), to, value);
}

Result<bool> transfer_from(Call& call, Address from, Address to, Shares value) {
    TRY_VOID(allowance::spend(call, from, value.value));
    return move(call, from, to, value);
}

/// The contract holds what was announced.
Result<Shares> balance_of(const Query& query, Address account) {
    if (account == query.self()) return query.read<Books>().pools.get(network_of(query)).announced;
    return held(query, account);
}

Result<Shares> announced_of(const Query& query, Address account) {
    return announced_by(query, account).shares;
}

Result<Shares> total_supply(const Query& query) {
    return query.read<Books>().pools.get(network_of(query)).supply;
}

Result<std::string> symbol(const Query& query) { return allowance::token_name(query); }

Result<uint8_t> decimals(const Query& query) {
    constexpr uint8_t virtual_digits = 6;  // shares are a million to the asset's base unit
    return static_cast<uint8_t>(
        query.read<networks::Books>().networks.get(network_of(query)).decimals + virtual_digits);
}

}  // namespace thaw::protocol::flash
