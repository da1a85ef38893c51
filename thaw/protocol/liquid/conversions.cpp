#include "thaw/protocol/liquid/face.hpp"

// From one token of a pool to another: the shares stay what they are, only their face changes.
namespace thaw::protocol::liquid {
namespace {

Key key_of(ContractKind kind, NetworkId network, const Address& holder) {
    return {.holder = holder, .kind = kind, .network = network};
}

/// The sub-shares behind an amount of a rebasing balance, refused when it shows less.
Result<SubShares> behind(const Query& query, const Key& key, Assets amount) {
    if (amount.is_zero()) return fail(ZeroAmount{});
    const Rate now = rate(query, key.network);
    const SubShares held = query.read<Books>().holdings.get(key);
    const Assets balance = worth(held, now);
    if (balance < amount) return fail(token::ERC20InsufficientBalance{key.holder, balance, amount});
    const auto debit = exact_debit(held, amount, now);
    if (!debit) return fail(AmountTooLarge{amount.value});
    return *debit;
}

}  // namespace

Result<Shares> wrap(Call& call, Assets amount) {
    const NetworkId network = index_of(call.self());
    const Key from = key_of(ContractKind::liquid, network, call.sender());
    const Key to = key_of(ContractKind::wrapped, network, call.sender());
    const SubShares shares = TRY(behind(call, from, amount));
    return Shares{convert(call, from, to, shares)};
}

Result<Assets> unwrap(Call& call, Shares shares) {
    const NetworkId network = index_of(call.self());
    const Key from = key_of(ContractKind::wrapped, network, call.sender());
    const Key to = key_of(ContractKind::liquid, network, call.sender());
    if (shares.is_zero()) return fail(ZeroAmount{});
    const SubShares held = call.read<Books>().holdings.get(from);
    const Shares balance = whole(held);
    if (balance < shares)
        return fail(token::ERC20InsufficientBalance{call.sender(), Assets{balance.value},
                                                    Assets{shares.value}});
    // The last of it takes the fraction of a share along, so that nothing is left behind.
    const SubShares moved = balance == shares ? held : SubShares{shares.value * sub_units};
    return Assets{convert(call, from, to, moved)};
}

Assets switch_left(const Query& query, NetworkId network) {
    const Assets most = query.read<networks::Books>().networks.get(network).switch_supply;
    const Assets gone = query.read<Books>().pools.get(network).switched_total;
    return Assets{most > gone ? most.value - gone.value : 0};
}

Result<Shares> switch_legacy(Call& call, NetworkId network, const Address& owner, Assets amount) {
    const Key from = key_of(ContractKind::legacy, network, owner);
    const Key to = key_of(ContractKind::liquid, network, owner);
    const auto parameters = call.read<networks::Books>().networks.get(network);
    if (parameters.legacy_symbol.view().empty()) return fail(NoLegacyToken{network});
    const SubShares shares = TRY(behind(call, from, amount));
    if (const Assets left = switch_left(call, network); left < amount)
        return fail(SwitchSupplyExceeded{left, amount});
    const SubShares fee{*mul_div_up(shares.value, parameters.switch_fee_bps, 10'000)};
    const Address treasury = call.read<networks::Books>().hub.get(0).treasury;

    Books& books = call.own<Books>();
    Pool pool = books.pools.get(network);
    pool.switched_total.value = add(pool.switched_total.value, amount.value);
    books.pools.put(network, pool);
    const u128 received = convert(call, from, to, SubShares{shares.value - fee.value});
    if (!fee.is_zero()) convert(call, from, key_of(ContractKind::liquid, network, treasury), fee);
    return Shares{received};
}

}  // namespace thaw::protocol::liquid
