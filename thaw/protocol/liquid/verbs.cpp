#include "thaw/protocol/liquid/face.hpp"

namespace thaw::protocol::liquid {
namespace {

Key holder_key(const Query& query, const Address& holder) {
    return {.holder = holder, .kind = kind_of(query.self()), .network = index_of(query.self())};
}

Result<bool> move_between(Call& call, const Address& from, const Address& to, u128 value) {
    if (to.is_zero()) return fail(token::ERC20InvalidReceiver{to});
    const ContractKind kind = kind_of(call.self());
    const NetworkId network = index_of(call.self());
    const Key source = holder_key(call, from);
    const Key target = holder_key(call, to);
    const Books& books = call.read<Books>();
    const u128 balance = shown_balance(call, kind, network, from);
    if (balance < value)
        return fail(token::ERC20InsufficientBalance{from, Assets{balance}, Assets{value}});

    SubShares moved{};
    if (from != to && value != 0) {
        ExactMove move{};
        if (is_rebasing(call, kind, network)) {
            const auto exact = exact_move(books.holdings.get(source), books.holdings.get(target),
                                          Assets{value}, rate(call, network));
            if (!exact) return fail(AmountTooLarge{value});
            move = *exact;
        } else {
            move.debit = move.credit = SubShares{value * sub_units};
        }
        move_exactly(call, source, target, move);
        moved = move.debit;
    }
    call.emit(token::Transfer{from, to, Assets{value}});
    if (is_rebasing(call, kind, network)) call.emit(TransferShares{from, to, whole(moved)});
    return true;
}

}  // namespace

Result<bool> transfer(Call& call, Address to, u128 value) {
    return move_between(call, call.sender(), to, value);
}

Result<bool> transfer_from(Call& call, Address from, Address to, u128 value) {
    TRY_VOID(allowance::spend(call, from, value));
    return move_between(call, from, to, value);
}

Result<Assets> transfer_shares(Call& call, Address to, Shares shares) {
    if (to.is_zero()) return fail(token::ERC20InvalidReceiver{to});
    const NetworkId network = index_of(call.self());
    const Key source = holder_key(call, call.sender());
    const SubShares held = call.read<Books>().holdings.get(source);
    const auto moved = sub_shares(shares);
    if (!moved || held < *moved)
        return fail(token::ERC20InsufficientBalance{call.sender(), Assets{whole(held).value},
                                                    Assets{shares.value}});
    const Assets value = worth(*moved, rate(call, network));
    if (call.sender() != to) move_exactly(call, source, holder_key(call, to), {*moved, *moved});
    const u128 shown =
        is_rebasing(call, kind_of(call.self()), network) ? value.value : shares.value;
    call.emit(token::Transfer{call.sender(), to, Assets{shown}});
    call.emit(TransferShares{call.sender(), to, shares});
    return value;
}

Result<u128> balance_of(const Query& query, Address account) {
    return shown_balance(query, kind_of(query.self()), index_of(query.self()), account);
}

Result<u128> total_supply(const Query& query) {
    const NetworkId network = index_of(query.self());
    const ContractKind kind = kind_of(query.self());
    const SubShares all = supply(query, kind, network);
    return is_rebasing(query, kind, network) ? worth(all, rate(query, network)).value
                                             : whole(all).value;
}

Result<std::string> symbol(const Query& query) { return allowance::token_name(query); }

Result<uint8_t> decimals(const Query& query) {
    return query.read<networks::Books>().networks.get(index_of(query.self())).decimals;
}

Result<Shares> shares_of(const Query& query, Address account) {
    return whole(query.read<Books>().holdings.get(holder_key(query, account)));
}

Result<Shares> total_shares(const Query& query) {
    return whole(rate(query, index_of(query.self())).supply);
}

Result<Assets> total_assets(const Query& query) {
    return rate(query, index_of(query.self())).assets;
}

Result<u128> ratio(const Query& query) {
    const Rate now = rate(query, index_of(query.self()));
    if (now.assets.is_zero()) return fail(PoolWithoutAssets{index_of(query.self())});
    const auto scalar = ankr_ratio(now);
    if (!scalar) return fail(AmountTooLarge{now.supply.value});
    return *scalar;
}

Result<Assets> shares_to_bonds(const Query& query, Shares shares) {
    const u128 now = TRY(ratio(query));
    const auto bonds = now == 0 ? std::nullopt : mul_div_down(shares.value, ankr_one, now);
    if (!bonds) return fail(AmountTooLarge{shares.value});
    return Assets{*bonds};
}

Result<Shares> bonds_to_shares(const Query& query, Assets bonds) {
    const auto shares = mul_div_down(bonds.value, TRY(ratio(query)), ankr_one);
    if (!shares) return fail(AmountTooLarge{bonds.value});
    return Shares{*shares};
}

Result<bool> is_rebasing_token(const Query& query) {
    return is_rebasing(query, kind_of(query.self()), index_of(query.self()));
}

}  // namespace thaw::protocol::liquid
