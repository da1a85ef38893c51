#include "thaw/node/pool.hpp"

#include <algorithm>
#include <queue>

#include "thaw/base/math.hpp"
#include "thaw/base/text.hpp"
#include "thaw/protocol/machine.hpp"

namespace thaw::node {

namespace {

constexpr unsigned replacement_rise_percent = 10;

std::string nonces(uint64_t next, uint64_t given) {
    return "next nonce " + std::to_string(next) + ", tx nonce " + std::to_string(given);
}

/// gas limit · max fee + value; the most there is when it does not fit.
u128 cost_of(const codec::SignedTransaction& transaction) {
    const Wide gas = wide_mul(transaction.gas_limit, transaction.max_fee_per_gas);
    if (gas.high != 0) return u128_max;
    return checked_add(gas.low, transaction.value).value_or(u128_max);
}

/// True when `fresh` is at least a tenth above `old`.
bool rises_enough(u128 old, u128 fresh) {
    return wide_mul(fresh, 100) >= wide_mul(old, 100 + replacement_rise_percent);
}

}  // namespace

Pool::Refusal Pool::fault_in(const Opened& opened, const AccountNow& account) const {
    const codec::SignedTransaction& tx = *opened.transaction;
    const auto refuse = [](std::string text) { return Rejection{.text = std::move(text)}; };
    if (places_.contains(tx.hash)) return refuse("already known");
    if (tx.gas_limit > limits_.block_gas_limit)
        return refuse("exceeds block gas limit: tx gas limit " + std::to_string(tx.gas_limit) +
                      ", block gas limit " + std::to_string(limits_.block_gas_limit));
    const uint64_t intrinsic =
        protocol::intrinsic_gas(tx.data) + protocol::access_list_gas(tx.access_list);
    if (tx.gas_limit < intrinsic)
        return refuse("intrinsic gas too low: gas " + std::to_string(tx.gas_limit) +
                      ", minimum needed " + std::to_string(intrinsic));
    if (tx.max_fee_per_gas < limits_.base_fee)
        return refuse("max fee per gas less than block base fee: maxFeePerGas " +
                      to_decimal(tx.max_fee_per_gas) + ", baseFee " + to_decimal(limits_.base_fee));
    if (tx.nonce < account.nonce)
        return refuse("nonce too low: " + nonces(account.nonce, tx.nonce));
    if (tx.nonce - account.nonce >= limits_.per_sender_max)
        return refuse("nonce too high: " + nonces(account.nonce, tx.nonce));
    return std::nullopt;
}

Pool::Refusal Pool::fault_in_place(const Opened& opened, const Queue& queue,
                                   const AccountNow& account) const {
    const codec::SignedTransaction& tx = *opened.transaction;
    const auto refuse = [](std::string text) { return Rejection{.text = std::move(text)}; };
    const auto old = queue.entries.find(tx.nonce);
    const bool replaces = old != queue.entries.end();
    if (replaces && old->second.in_block)
        return refuse("nonce too low: " + nonces(tx.nonce + 1, tx.nonce));
    u128 queued = sub(queue.cost, replaces ? old->second.cost : 0);
    // Those of a block that is just being published have been paid.
    for (auto at = queue.entries.begin(); at != old && at->first < account.nonce; ++at)
        queued = sub(queued, at->second.cost);
    const u128 cost = cost_of(tx);
    const u128 needed = checked_add(queued, cost).value_or(u128_max);
    if (needed > account.balance)
        return refuse("insufficient funds for gas * price + value: balance " +
                      to_decimal(account.balance) + ", queued cost " + to_decimal(queued) +
                      ", tx cost " + to_decimal(cost) + ", overshot " +
                      to_decimal(needed - account.balance));
    if (!replaces) return std::nullopt;
    const codec::SignedTransaction& there = *old->second.opened.transaction;
    if (!rises_enough(there.max_fee_per_gas, tx.max_fee_per_gas) ||
        !rises_enough(there.max_priority_fee_per_gas, tx.max_priority_fee_per_gas))
        return refuse("replacement transaction underpriced");
    return std::nullopt;
}

Rejection Pool::saturation() {
    return {.text =
                "txpool is full: what waits already takes as long to seal as anything may wait;"
                " try again later"};
}

tl::expected<std::vector<Hash>, Rejection> Pool::admit(Opened opened, const AccountNow& account) {
    const std::lock_guard lock{mutex_};
    const Address sender = opened.sender;
    AccountNow now = account;  // it was read before the lock: a block may have come since
    const auto known = queues_.find(sender);
    if (known != queues_.end()) now.nonce = std::max(now.nonce, known->second.next);
    if (auto fault = fault_in(opened, now)) return tl::unexpected(std::move(*fault));
    const Queue none{};
    const Queue& before = known == queues_.end() ? none : known->second;
    if (auto fault = fault_in_place(opened, before, now)) return tl::unexpected(std::move(*fault));

    std::vector<Hash> displaced;
    const uint64_t nonce = opened.transaction->nonce;
    const bool replaces = before.entries.contains(nonce);
    const bool executable = nonce <= std::max(before.end, now.nonce);
    if (!replaces && saturated()) return tl::unexpected(saturation());
    const size_t bytes = opened.transaction->raw.size();
    const size_t freed = replaces ? before.entries.at(nonce).opened.transaction->raw.size() : 0;
    const Room needed{replaces ? 0u : 1u, bytes - std::min(bytes, freed)};
    if (!has(needed) && !(executable && make(needed, sender, displaced)))
        return tl::unexpected(Rejection{.text = "txpool is full: try again later"});

    Queue& queue = queues_[sender];
    const uint64_t end = queue.end;
    queue.next = now.nonce;
    if (const auto old = queue.entries.find(nonce); old != queue.entries.end())
        displaced.push_back(remove(queue, old).opened.transaction->hash);
    Entry entry;
    entry.cost = cost_of(*opened.transaction);
    entry.arrival = arrivals_++;
    queue.cost = add(queue.cost, entry.cost);
    bytes_ += bytes;
    places_.emplace(opened.transaction->hash, Place{sender, nonce});
    entry.opened = std::move(opened);
    queue.entries.emplace(nonce, std::move(entry));
    refresh(sender, end);
    return displaced;
}

void Pool::advance(const Address& sender, uint64_t nonce) {
    const std::lock_guard lock{mutex_};
    const auto found = queues_.find(sender);
    if (found == queues_.end() || found->second.next >= nonce) return;
    found->second.next = nonce;
    refresh(sender);
}

bool Pool::has(const Room& room, const Room& freed) const {
    return places_.size() + room.transactions <= limits_.transactions_max + freed.transactions &&
           bytes_ + room.bytes <= limits_.bytes_max + freed.bytes;
}

/// Drops the transactions that wait for a gap to close, of the senders who have most of them. So
/// nobody can fill the pool with what may never become executable. False, and nobody has to leave,
/// when that would not be enough.
bool Pool::make(const Room& room, const Address& sender, std::vector<Hash>& displaced) {
    std::vector<std::pair<Room, Address>> waiting;
    Room all;
    for (const auto& [address, queue] : queues_) {
        if (address == sender) continue;
        Room taken;
        for (auto at = queue.entries.lower_bound(queue.end); at != queue.entries.end(); ++at) {
            ++taken.transactions;
            taken.bytes += at->second.opened.transaction->raw.size();
        }
        if (taken.transactions == 0) continue;
        all.transactions += taken.transactions;
        all.bytes += taken.bytes;
        waiting.emplace_back(taken, address);
    }
    if (!has(room, all)) return false;
    std::ranges::sort(waiting, std::ranges::greater{},
                      [](const auto& one) { return one.first.transactions; });
    for (const auto& [taken, victim] : waiting) {
        if (has(room)) break;
        Queue& queue = queues_.at(victim);
        for (auto at = queue.entries.lower_bound(queue.end); at != queue.entries.end();)
            displaced.push_back(remove(queue, at++).opened.transaction->hash);
        refresh(victim);
    }
    return true;
}

Pool::Entry Pool::remove(Queue& queue, std::map<uint64_t, Entry>::iterator at) {
    Entry entry = std::move(at->second);
    queue.entries.erase(at);
    queue.cost = sub(queue.cost, entry.cost);
    bytes_ -= entry.opened.transaction->raw.size();
    places_.erase(entry.opened.transaction->hash);
    return entry;
}

/// False when it is not here. The sender's queue has to be refreshed afterwards.
bool Pool::remove(const Hash& transaction) {
    const auto place = places_.find(transaction);
    if (place == places_.end()) return false;
    Queue& queue = queues_.at(place->second.sender);
    remove(queue, queue.entries.find(place->second.nonce));
    return true;
}

/// Brings `end` and the counts of what is executable up to date; forgets an empty queue.
/// All nonces from the fresh ones to before `from` are known to be here.
void Pool::refresh(const Address& sender, uint64_t from) {
    const auto found = queues_.find(sender);
    if (found == queues_.end()) return;
    Queue& queue = found->second;
    queue.fresh = std::max(queue.fresh, queue.next);
    queue.end = std::max(from, queue.fresh);
    while (queue.entries.contains(queue.end)) ++queue.end;
    const auto executable = static_cast<size_t>(queue.end - queue.fresh);
    executable_ += executable - queue.executable;
    queue.executable = executable;
    if (queue.entries.empty()) queues_.erase(found);
}

/// The next transaction of one sender, while a block is put together.
struct Pool::Candidate {
    Queue* queue;
    std::map<uint64_t, Entry>::iterator at;
    u128 tip;
    /// The top of the heap is the best tip, and of equal ones the first to arrive.
    friend bool operator<(const Candidate& a, const Candidate& b) {
        if (a.tip != b.tip) return a.tip < b.tip;
        return a.at->second.arrival > b.at->second.arrival;
    }
};

std::vector<Opened> Pool::take(size_t count_max) {
    const std::lock_guard lock{mutex_};
    const auto tip_of = [&](const Entry& entry) {
        const codec::SignedTransaction& tx = *entry.opened.transaction;
        const u128 above =
            tx.max_fee_per_gas < limits_.base_fee ? 0 : tx.max_fee_per_gas - limits_.base_fee;
        return std::min(above, tx.max_priority_fee_per_gas);
    };
    std::vector<Candidate> heads;
    for (auto& [sender, queue] : queues_) {
        if (queue.executable == 0) continue;
        const auto at = queue.entries.find(queue.fresh);
        heads.push_back({&queue, at, tip_of(at->second)});
    }
    std::priority_queue<Candidate> order{std::less<Candidate>{}, std::move(heads)};
    std::vector<Opened> taken;
    while (!order.empty() && taken.size() < count_max) {
        Candidate best = order.top();
        order.pop();
        best.at->second.in_block = true;
        taken.push_back(best.at->second.opened);
        const uint64_t next = best.at->first + 1;
        if (++best.at == best.queue->entries.end() || best.at->first != next) continue;
        best.tip = tip_of(best.at->second);
        order.push(best);
    }
    return taken;
}

std::vector<Hash> Pool::leave(const Settlement& settlement) {
    const std::lock_guard lock{mutex_};
    std::vector<Hash> left;
    for (const Hash& hash : settlement.unfit)
        if (remove(hash)) left.push_back(hash);
    for (const auto& [sender, nonce] : settlement.nonces) {
        const auto found = queues_.find(sender);
        if (found == queues_.end()) continue;
        Queue& queue = found->second;
        queue.fresh = nonce;
        queue.next = std::min(queue.next, nonce);  // it was read before blocks were taken back
        for (auto at = queue.entries.lower_bound(nonce); at != queue.entries.end(); ++at)
            at->second.in_block = false;
        refresh(sender);
    }
    return left;
}

std::vector<Hash> Pool::settle(const Settlement& settlement, std::span<const Hash> sealed) {
    const std::lock_guard lock{mutex_};
    for (const Hash& hash : sealed) remove(hash);
    std::vector<Hash> left;
    for (const auto& [sender, nonce] : settlement.nonces) {
        const auto found = queues_.find(sender);
        if (found == queues_.end()) continue;
        Queue& queue = found->second;
        queue.next = nonce;
        while (!queue.entries.empty() && queue.entries.begin()->first < nonce)
            left.push_back(remove(queue, queue.entries.begin()).opened.transaction->hash);
        refresh(sender);
    }
    return left;
}

std::vector<Hash> Pool::clear() {
    const std::lock_guard lock{mutex_};
    std::vector<Hash> all;
    for (const auto& [hash, place] : places_) all.push_back(hash);
    places_.clear();
    queues_.clear();
    executable_ = 0;
    bytes_ = 0;
    return all;
}

void Pool::set_fees(uint64_t block_gas_limit, u128 base_fee) {
    const std::lock_guard lock{mutex_};
    limits_.block_gas_limit = block_gas_limit;
    limits_.base_fee = base_fee;
}

bool Pool::contains(const Hash& transaction) const {
    const std::lock_guard lock{mutex_};
    return places_.contains(transaction);
}

PoolEntry Pool::describe(const Queue& queue, const Entry& entry) const {
    return {.transaction = entry.opened.transaction,
            .sender = entry.opened.sender,
            .executable = entry.opened.transaction->nonce < queue.end,
            .impersonated = entry.opened.impersonated};
}

std::optional<PoolEntry> Pool::find(const Hash& transaction) const {
    const std::lock_guard lock{mutex_};
    const auto place = places_.find(transaction);
    if (place == places_.end()) return std::nullopt;
    const Queue& queue = queues_.at(place->second.sender);
    return describe(queue, queue.entries.at(place->second.nonce));
}

std::vector<PoolEntry> Pool::entries() const {
    const std::lock_guard lock{mutex_};
    std::vector<PoolEntry> all;
    all.reserve(places_.size());
    for (const auto& [sender, queue] : queues_)
        for (const auto& [nonce, entry] : queue.entries) all.push_back(describe(queue, entry));
    return all;
}

size_t Pool::size() const {
    const std::lock_guard lock{mutex_};
    return places_.size();
}

std::optional<uint64_t> Pool::next_nonce(const Address& sender) const {
    const std::lock_guard lock{mutex_};
    const auto found = queues_.find(sender);
    if (found == queues_.end()) return std::nullopt;
    return found->second.end;
}

}  // namespace thaw::node
