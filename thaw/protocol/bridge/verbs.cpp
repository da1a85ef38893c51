#include "thaw/protocol/addresses.hpp"
#include "thaw/protocol/assets/face.hpp"
#include "thaw/protocol/bridge/face.hpp"
#include "thaw/protocol/bridge/limits.hpp"

namespace thaw::protocol::bridge {
namespace {

using token::Bucket;
constexpr HostId ethereum = 5;
constexpr HostId polygon = 6;
constexpr AssetId matic = 5;

Slot slot_now(const Query& query, AssetId asset, uint64_t hour) {
    const Slot slot =
        query.read<Books>().slots.get({asset, static_cast<uint8_t>(hour % window_hours)});
    return slot.hour == hour ? slot : Slot{.hour = hour};
}

/// Net outflow of the last 24 hours, the current one included; never below zero.
u128 net_outflow(const Query& query, AssetId asset) {
    const uint64_t now = query.now_s() / hour_s;
    u128 out = 0;
    u128 in = 0;
    for (uint64_t back = 0; back < window_hours && back <= now; ++back) {
        const Slot slot = slot_now(query, asset, now - back);
        out = add(out, slot.out.value);
        in = add(in, slot.in.value);
    }
    return out > in ? out - in : 0;
}

void count_flow(Call& call, AssetId asset, Assets Slot::*direction, Assets amount) {
    const uint64_t hour = call.now_s() / hour_s;
    Slot slot = slot_now(call, asset, hour);
    (slot.*direction).value = add((slot.*direction).value, amount.value);
    call.own<Books>().slots.put({asset, static_cast<uint8_t>(hour % window_hours)}, slot);
}

Assets share_of_supply(const Query& query, AssetId asset, uint32_t bps) {
    const u128 supply = query.read<token::Books>().totals.get(asset).supply.value;
    return Assets{*mul_div_down(supply, bps, 10'000)};
}

void send(Call& call, uint64_t id, Withdrawal w) {
    w.intent = outbox::emit_intent(call, w.host,
                                   {.kind = outbox::Kind::payout,
                                    .network = w.asset > network_count ? NetworkId{0} : w.asset,
                                    .asset = w.asset,
                                    .amount = w.amount,
                                    .recipient = w.recipient,
                                    .reference = id});
    w.status = 2;
    call.own<Books>().withdrawals.put(id, w);
}

}  // namespace

bool lives_on(const Query& query, AssetId asset, HostId host) {
    if (host == 0 || host > host_count || asset == thaw_token || !assets::exists(query, asset))
        return false;
    if (asset == eth) return host == ethereum;
    if (asset == matic && host == polygon) return true;
    if (asset > thaw_token) return assets::listing(query, asset).host == host;
    return query.read<networks::Books>().networks.get(asset).staking_host == host;
}

Assets available(const Query& query, HostId host, AssetId asset) {
    const Custody custody = query.read<Books>().custody.get({host, asset});
    return Assets{sub(custody.liquid.value, custody.committed.value)};
}

void receive_custody(Call& call, HostId host, AssetId asset, Assets amount) {
    Books& books = call.own<Books>();
    Custody custody = books.custody.get({host, asset});
    custody.liquid.value = add(custody.liquid.value, amount.value);
    books.custody.put({host, asset}, custody);
}

void commit_custody(Call& call, HostId host, AssetId asset, Assets amount) {
    Books& books = call.own<Books>();
    Custody custody = books.custody.get({host, asset});
    custody.committed.value = add(custody.committed.value, amount.value);
    THAW_ASSERT(custody.committed <= custody.liquid);
    books.custody.put({host, asset}, custody);
}

void settle_custody(Call& call, HostId host, AssetId asset, Assets amount, bool spent) {
    Books& books = call.own<Books>();
    Custody custody = books.custody.get({host, asset});
    custody.committed.value = sub(custody.committed.value, amount.value);
    if (spent) custody.liquid.value = sub(custody.liquid.value, amount.value);
    books.custody.put({host, asset}, custody);
}

void credit(Call& call, const oracle::Deposit& deposit) {
    receive_custody(call, deposit.host, deposit.asset, deposit.amount);
    token::post(call, token::host_account(deposit.asset),
                token::user_account(deposit.asset, deposit.receiver), deposit.amount);
    count_flow(call, deposit.asset, &Slot::in, deposit.amount);
    call.emit_as(bridge_address, Deposited{deposit.host, deposit.receiver, deposit.asset,
                                           deposit.amount, deposit.transaction, deposit.index});
}

Result<uint64_t> withdraw(Call& call, uint8_t asset, uint8_t host, Hash recipient, Assets amount) {
    Books& books = call.own<Books>();
    if (amount.is_zero()) return fail(ZeroAmount{});
    if (recipient.is_zero()) return fail(ZeroRecipient{});
    if (!lives_on(call, asset, host)) return fail(NotOnThisHost{asset, host});
    const Assets there = available(call, host, asset);
    if (there < amount) return fail(CustodyTooSmall{asset, host, there, amount});
    const Assets left = TRY(outflow_left(call, asset));
    if (left < amount) return fail(OutflowLimit{asset, left, amount});
    const bool prompt = amount <= share_of_supply(call, asset, prompt_max_bps);
    TRY_VOID(token::take(call, call.sender(), token::bucket_account(asset, Bucket::withdrawing),
                         amount));

    Count count = books.counts.get(0);
    const uint64_t id = ++count.withdrawals;
    const uint64_t release_at_s = call.now_s() + (prompt ? 0 : large_delay_s);
    books.counts.put(0, count);
    commit_custody(call, host, asset, amount);
    count_flow(call, asset, &Slot::out, amount);
    call.emit(WithdrawalRequested{id, call.sender(), asset, host, recipient, amount, release_at_s});
    const Withdrawal w{.amount = amount,
                       .recipient = recipient,
                       .owner = call.sender(),
                       .asset = asset,
                       .host = host,
                       .status = 1,
                       .release_at_s = release_at_s};
    if (prompt)
        send(call, id, w);
    else
        books.withdrawals.put(id, w);
    return id;
}

Result<void> release(Call& call, uint64_t id) {
    Books& books = call.own<Books>();
    const Withdrawal w = books.withdrawals.get(id);
    if (w.status != 1) return fail(UnknownWithdrawal{id});
    if (call.now_s() < w.release_at_s) return fail(NotDueYet{id, w.release_at_s});
    send(call, id, w);
    Count count = books.counts.get(0);
    while (count.released < count.withdrawals &&
           books.withdrawals.get(count.released + 1).status != 1)
        ++count.released;
    books.counts.put(0, count);
    return {};
}

void settle_payout(Call& call, const outbox::Intent& intent, bool success) {
    Books& books = call.own<Books>();
    const uint64_t id = intent.reference;
    Withdrawal w = books.withdrawals.get(id);
    settle_custody(call, w.host, w.asset, w.amount, success);
    const auto from = token::bucket_account(w.asset, Bucket::withdrawing);
    if (success) {
        token::post(call, from, token::host_account(w.asset), w.amount);
        call.emit_as(bridge_address, WithdrawalPaid{id, w.owner, w.amount});
    } else {
        token::post(call, from, token::user_account(w.asset, w.owner), w.amount);
        count_flow(call, w.asset, &Slot::in, w.amount);
        call.emit_as(bridge_address, WithdrawalReturned{id, w.owner, w.amount});
    }
    w.status = success ? 3 : 4;
    books.withdrawals.put(id, w);
}

Result<std::tuple<uint64_t, uint64_t>> next_release(const Query& query) {
    const Books& books = query.read<Books>();
    const Count count = books.counts.get(0);
    for (uint64_t id = count.released + 1; id <= count.withdrawals; ++id) {
        const Withdrawal w = books.withdrawals.get(id);
        if (w.status == 1) return std::tuple{id, w.release_at_s};
    }
    return std::tuple{uint64_t{0}, uint64_t{0}};
}

Result<std::tuple<Assets, Assets>> custody_of(const Query& query, uint8_t asset, uint8_t host) {
    const Custody custody = query.read<Books>().custody.get({host, asset});
    return std::tuple{custody.liquid, custody.committed};
}

Result<std::tuple<Assets, Hash, Address, uint8_t, uint8_t, uint8_t, uint64_t>> withdrawal(
    const Query& query, uint64_t id) {
    const Withdrawal w = query.read<Books>().withdrawals.get(id);
    if (w.status == 0) return fail(UnknownWithdrawal{id});
    return std::tuple{w.amount, w.recipient, w.owner, w.asset, w.host, w.status, w.release_at_s};
}

Result<Assets> outflow_left(const Query& query, uint8_t asset) {
    const u128 limit = share_of_supply(query, asset, outflow_max_bps).value;
    const u128 used = net_outflow(query, asset);
    return Assets{limit > used ? limit - used : 0};
}

}  // namespace thaw::protocol::bridge
