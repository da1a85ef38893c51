#include "thaw/protocol/liquid/ledger.hpp"

#include "thaw/protocol/liquid/face.hpp"

namespace thaw::protocol::liquid {
namespace {

Key key_of(ContractKind kind, NetworkId network, const Address& holder) {
    return {.holder = holder, .kind = kind, .network = network};
}

/// What of the releasing rewards is out by now: linear, rounded down.
Assets released(const Pool& pool, uint64_t now_s) {
    if (now_s >= pool.release_to_s) return pool.releasing;
    if (now_s <= pool.release_from_s) return {};
    const auto part = mul_div_down(pool.releasing.value, now_s - pool.release_from_s,
                                   pool.release_to_s - pool.release_from_s);
    return Assets{*part};
}

Assets unreleased_of(const Pool& pool, uint64_t now_s) {
    return Assets{pool.releasing.value - released(pool, now_s).value + pool.waiting.value};
}

/// What holders own of what is located: all but what waits. Zero after a loss that left less than
/// the rewards waiting.
Assets owned(Assets located, Assets waiting) {
    return Assets{located > waiting ? located.value - waiting.value : 0};
}

/// Changes a holding, and the sum of its token with it.
void change(Call& call, const Key& key, u128 more, u128 less) {
    Books& books = call.own<Books>();
    const auto changed = [&](SubShares& held) { held.value = sub(add(held.value, more), less); };
    books.holdings.edit(key, changed);
    if (key.kind == ContractKind::liquid) return;
    books.faces.edit({key.kind, key.network}, changed);
}
void add_holding(Call& call, const Key& key, SubShares shares) {
    change(call, key, shares.value, 0);
}
void take_holding(Call& call, const Key& key, SubShares shares) {
    change(call, key, 0, shares.value);
}

void mint(Call& call, const Key& key, SubShares shares) {
    Books& books = call.own<Books>();
    books.pools.edit(key.network,
                     [&](Pool& pool) { pool.supply.value = add(pool.supply.value, shares.value); });
    add_holding(call, key, shares);
}

struct Said {
    Address source, target;
    u128 value = 0;
    SubShares shares;
};

/// Moves shares from one token of a network to another: a burning there and a minting here, so that
/// the events of each token add up to its balances. Returns by how much the other balance rose.
u128 change_token(Call& call, const Key& from, const Key& to, const ExactMove& move) {
    const auto shows = [&](const Key& key) {
        return shown_balance(call, key.kind, key.network, key.holder);
    };
    const u128 from_before = shows(from);
    const u128 to_before = shows(to);
    move_exactly(call, from, to, move);
    const u128 gone = from_before - shows(from);
    const u128 come = shows(to) - to_before;
    const auto say = [&](const Key& key, const Said& m) {
        const Address emitter = contract_address(key.kind, key.network);
        call.emit_as(emitter, token::Transfer{m.source, m.target, Assets{m.value}});
        if (is_rebasing(call, key.kind, key.network))
            call.emit_as(emitter, TransferShares{m.source, m.target, whole(m.shares)});
    };
    say(from, {from.holder, Address{}, gone, move.debit});
    say(to, {Address{}, to.holder, come, move.credit});
    return come;
}

}  // namespace

void move_exactly(Call& call, const Key& from, const Key& to, const ExactMove& move) {
    const Key dust = key_of(ContractKind::liquid, from.network, dust_address);
    take_holding(call, from, move.debit);
    add_holding(call, to, move.credit);
    if (move.debit != move.credit) change(call, dust, move.debit.value, move.credit.value);
}

u128 convert(Call& call, const Key& from, const Key& to, SubShares shares) {
    return change_token(call, from, to, {shares, shares});
}

SubShares supply(const Query& query, ContractKind kind, NetworkId network) {
    const Books& books = query.read<Books>();
    if (kind != ContractKind::liquid) return books.faces.get({kind, network});
    u128 rest = books.pools.get(network).supply.value;
    for (const auto other : {ContractKind::legacy, ContractKind::wrapped})
        rest = sub(rest, books.faces.get({other, network}).value);
    return SubShares{rest};
}

Assets unreleased(const Query& query, NetworkId network) {
    return unreleased_of(query.read<Books>().pools.get(network), query.now_s());
}

Rate rate(const Query& query, NetworkId network) {
    const Pool pool = query.read<Books>().pools.get(network);
    return {owned(token::located(query, network), unreleased_of(pool, query.now_s())), pool.supply};
}

SubShares holding(const Query& query, ContractKind kind, NetworkId network, const Address& holder) {
    return query.read<Books>().holdings.get(key_of(kind, network, holder));
}

bool is_rebasing(const Query& query, ContractKind kind, NetworkId network) {
    if (kind == ContractKind::legacy) return true;
    if (kind == ContractKind::wrapped) return false;
    return query.read<networks::Books>().networks.get(network).rebasing != 0;
}

u128 shown_balance(const Query& query, ContractKind kind, NetworkId network,
                   const Address& holder) {
    const SubShares shares = holding(query, kind, network, holder);
    return is_rebasing(query, kind, network) ? worth(shares, rate(query, network)).value
                                             : whole(shares).value;
}

Result<SubShares> create(Call& call, NetworkId network, const Address& receiver, Assets deposit,
                         std::optional<Shares> most, ContractKind kind) {
    const Rate after_deposit = rate(call, network);
    const Rate before{owned(after_deposit.assets, deposit), after_deposit.supply};
    const bool rebasing = is_rebasing(call, kind, network);
    const auto bought = shares_for(deposit, before);
    if (!bought) return fail(PoolWithoutAssets{network});
    SubShares minted = rebasing ? *bought : whole_part(*bought);
    if (most && !rebasing && whole(minted) > *most) minted = SubShares{most->value * sub_units};
    if (!checked_add(before.supply.value, minted.value)) return fail(AmountTooLarge{deposit.value});

    const Key key = key_of(kind, network, receiver);
    const SubShares had = call.read<Books>().holdings.get(key);
    mint(call, key, minted);
    if (rebasing && receiver != dust_address) {
        // The holding that shows exactly the old balance and the deposit; the difference to what
        // was minted is dust.
        const Assets wished{worth(had, before).value + deposit.value};
        const auto exact = worth_exactly(wished, rate(call, network));
        if (!exact || exact->empty()) return fail(AmountTooLarge{deposit.value});
        const u128 now_held = had.value + minted.value;
        const u128 target = exact->nearest(now_held);
        const Key dust = key_of(ContractKind::liquid, network, dust_address);
        if (target > now_held)
            move_exactly(call, dust, key,
                         {SubShares{target - now_held}, SubShares{target - now_held}});
        if (target < now_held)
            move_exactly(call, key, dust,
                         {SubShares{now_held - target}, SubShares{now_held - target}});
    }
    const Address emitter = contract_address(kind, network);
    const u128 shown = rebasing ? deposit.value : whole(minted).value;
    call.emit_as(emitter, token::Transfer{Address{}, receiver, Assets{shown}});
    if (rebasing) call.emit_as(emitter, TransferShares{Address{}, receiver, whole(minted)});
    return minted;
}

Result<SubShares> escrow_assets(Call& call, ContractKind kind, NetworkId network,
                                const Address& owner, const Address& escrow, Assets assets) {
    const Key from = key_of(kind, network, owner);
    const Key to = key_of(ContractKind::liquid, network, escrow);
    const Rate now = rate(call, network);
    const Assets balance = worth(call.read<Books>().holdings.get(from), now);
    if (balance < assets) return fail(token::ERC20InsufficientBalance{owner, balance, assets});
    // For the escrow the shares count, not what it shows: it starts from nothing in this sum.
    const auto move = exact_move(call.read<Books>().holdings.get(from), SubShares{}, assets, now);
    if (!move) return fail(AmountTooLarge{assets.value});
    if (kind != ContractKind::liquid) {
        change_token(call, from, to, *move);
        return move->credit;
    }
    move_exactly(call, from, to, *move);
    const Address emitter = contract_address(kind, network);
    call.emit_as(emitter, token::Transfer{owner, escrow, assets});
    call.emit_as(emitter, TransferShares{owner, escrow, whole(move->credit)});
    return move->credit;
}

Result<SubShares> escrow_shares(Call& call, NetworkId network, const Address& owner,
                                const Address& escrow, Shares shares, ContractKind kind) {
    const Key from = key_of(kind, network, owner);
    const Key to = key_of(ContractKind::liquid, network, escrow);
    const SubShares held = call.read<Books>().holdings.get(from);
    const auto moved = sub_shares(shares);
    if (!moved || held < *moved)
        return fail(token::ERC20InsufficientBalance{owner, Assets{whole(held).value},
                                                    Assets{shares.value}});
    if (kind != ContractKind::liquid) {
        change_token(call, from, to, {*moved, *moved});
        return *moved;
    }
    const u128 before = shown_balance(call, ContractKind::liquid, network, owner);
    move_exactly(call, from, to, {*moved, *moved});
    const u128 gone = before - shown_balance(call, ContractKind::liquid, network, owner);
    const Address emitter = contract_address(ContractKind::liquid, network);
    call.emit_as(emitter, token::Transfer{owner, escrow, Assets{gone}});
    if (is_rebasing(call, ContractKind::liquid, network))
        call.emit_as(emitter, TransferShares{owner, escrow, shares});
    return *moved;
}

void release(Call& call, ContractKind kind, NetworkId network, const Address& escrow,
             const Address& owner, SubShares shares) {
    const Key from = key_of(ContractKind::liquid, network, escrow);
    const Key to = key_of(kind, network, owner);
    if (kind != ContractKind::liquid) {
        change_token(call, from, to, {shares, shares});
        return;
    }
    const u128 before = shown_balance(call, kind, network, owner);
    move_exactly(call, from, to, {shares, shares});
    const u128 after = shown_balance(call, kind, network, owner);
    const Address emitter = contract_address(kind, network);
    call.emit_as(emitter, token::Transfer{escrow, owner, Assets{after - before}});
    if (is_rebasing(call, kind, network))
        call.emit_as(emitter, TransferShares{escrow, owner, whole(shares)});
}

void burn(Call& call, NetworkId network, const Address& holder, SubShares shares) {
    Books& books = call.own<Books>();
    const u128 before = shown_balance(call, ContractKind::liquid, network, holder);
    take_holding(call, key_of(ContractKind::liquid, network, holder), shares);
    const u128 shown = before - shown_balance(call, ContractKind::liquid, network, holder);
    books.pools.edit(network,
                     [&](Pool& pool) { pool.supply.value = sub(pool.supply.value, shares.value); });
    call.emit_as(contract_address(ContractKind::liquid, network),
                 token::Transfer{holder, Address{}, Assets{shown}});
}

void burn_for(Call& call, NetworkId network, const Address& holder, SubShares shares, Assets paid) {
    const u128 left_behind = sub(worth(shares, rate(call, network)).value, paid.value);
    burn(call, network, holder, shares);
    call.own<Books>().pools.edit(
        network, [&](Pool& pool) { pool.waiting.value = add(pool.waiting.value, left_behind); });
}

Assets settle_frame(Call& call, NetworkId network, uint64_t frame, Assets profit, Assets loss) {
    Books& books = call.own<Books>();
    Pool pool = books.pools.get(network);
    const auto hub = call.read<networks::Books>().hub.get(0);
    const auto parameters = call.read<networks::Books>().networks.get(network);

    const Assets out = released(pool, call.now_s());
    u128 waiting = pool.releasing.value - out.value + pool.waiting.value;
    const u128 absorbed = std::min(waiting, loss.value);
    waiting = waiting - absorbed + profit.value;
    // What holders own at this moment: all that is located, less what waits. The report's own
    // postings are already in.
    const Assets assets = owned(token::located(call, network), Assets{waiting});
    const auto bound = mul_div_down(assets.value, parameters.growth_max_ppm, 1'000'000);

    pool.releasing = Assets{std::min(waiting, *bound)};
    pool.waiting = Assets{waiting - pool.releasing.value};
    pool.release_from_s = call.now_s();
    pool.release_to_s = call.now_s() + hub.frame_s;
    pool.frame = frame;
    pool.reported_at_s = call.now_s();
    books.pools.put(network, pool);
    call.emit_as(contract_address(ContractKind::liquid, network),
                 Rebased{network, frame, assets, whole(pool.supply)});
    return Assets{loss.value - absorbed};
}

void absorb(Call& call, NetworkId network, Assets loss) {
    if (loss.is_zero()) return;
    Books& books = call.own<Books>();
    Pool pool = books.pools.get(network);
    const u128 from_waiting = std::min(pool.waiting.value, loss.value);
    pool.waiting.value -= from_waiting;
    // The rest of the release goes on from here, smaller.
    const u128 inside = pool.releasing.value - released(pool, call.now_s()).value;
    const u128 from_release = std::min(inside, loss.value - from_waiting);
    if (from_release != 0) {
        pool.releasing = Assets{inside - from_release};
        pool.release_from_s = call.now_s();
    }
    books.pools.put(network, pool);
}

void count(Call& call, NetworkId network, Assets Pool::*total, Assets amount) {
    call.own<Books>().pools.edit(
        network, [&](Pool& pool) { (pool.*total).value = add((pool.*total).value, amount.value); });
}

void seed(Call& call, NetworkId network, Assets assets) {
    mint(call, key_of(ContractKind::liquid, network, dust_address),
         SubShares{assets.value * sub_units});
}

void seed_legacy(Call& call, NetworkId network, const Address& holder, Assets assets) {
    mint(call, key_of(ContractKind::legacy, network, holder), SubShares{assets.value * sub_units});
}

}  // namespace thaw::protocol::liquid
