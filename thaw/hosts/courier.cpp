#include "thaw/hosts/courier.hpp"

#include <spdlog/spdlog.h>

#include <chrono>

#include "thaw/base/text.hpp"
#include "thaw/codec/transaction.hpp"
#include "thaw/hosts/quotes.hpp"

namespace thaw::hosts {

namespace {

using std::chrono::milliseconds;

constexpr size_t attestations_max = 400;  ///< one pass
constexpr auto patience = std::chrono::seconds{2};

}  // namespace

Courier::Courier(node::Node& node, Worlds worlds, CourierOptions options)
    : node_{node}, options_{std::move(options)}, worlds_{std::move(worlds)} {
    THAW_ASSERT(!options_.members.empty());
    for (const crypto::PrivateKey& key : options_.members)
        members_.push_back(crypto::address_of(key));
    subscription_ = node_.on_block([signals = signals_](const node::BlockPtr&) {
        const std::lock_guard lock{signals->mutex};
        signals->idle = false;
        if (!std::exchange(signals->woken, true)) signals->changed.notify_all();
    });
}

Courier::~Courier() {
    stop();
    node_.unsubscribe(subscription_);
}

void Courier::start() {
    if (thread_.joinable()) return;
    {
        const std::lock_guard lock{signals_->mutex};
        signals_->stopping = false;
    }
    thread_ = std::thread{[this] { run(); }};
}

void Courier::stop() {
    {
        const std::lock_guard lock{signals_->mutex};
        signals_->stopping = true;
        signals_->changed.notify_all();
    }
    if (thread_.joinable()) thread_.join();
}

void Courier::run() {
    while (true) {
        const bool busy = pass();
        std::unique_lock lock{signals_->mutex};
        // Blocks that come in quick succession are handled together.
        signals_->changed.wait_for(lock, milliseconds{options_.pause_ms},
                                   [&] { return signals_->stopping; });
        signals_->changed.wait_for(lock, milliseconds{options_.poll_ms}, [&] {
            return signals_->stopping || signals_->woken || (busy && signals_->under_way.empty());
        });
        if (signals_->stopping) return;
        signals_->woken = false;
    }
}

bool Courier::pass() {
    const std::lock_guard lock{pass_mutex_};
    ++passes_;
    {
        const std::lock_guard signal_lock{signals_->mutex};
        signals_->woken = false;
    }
    if (!settle_under_way()) return false;
    live_until(node_.clock().now_s());
    if (saved_revision_ != worlds_.revision()) {
        if (const auto fault = save()) {
            spdlog::error("the simulated hosts wait: {}", *fault);
            return false;
        }
    }
    const bool sent = send(plan());
    if (!sent) {
        const std::lock_guard signal_lock{signals_->mutex};
        signals_->idle = !signals_->woken && signals_->under_way.empty();
        signals_->changed.notify_all();
    }
    return sent;
}

void Courier::live_until(uint64_t now_s) {
    std::vector<Errand> todo;
    {
        const node::View view = node_.view();
        forget_decided(view.state(), worlds_);
        todo = errands(view.state(), worlds_);
    }
    run_errands(worlds_, todo, now_s);
}

std::vector<Planned> Courier::plan() {
    const node::View view = node_.view();
    const uint64_t height = view.head()->header.number;
    protocol::Block block = view.context_at(height);
    ++block.height;
    block.now_s = std::max(block.now_s, node_.clock().now_s());
    const auto todo = agenda(view.state(), worlds_, block.now_s, attestations_max);
    protocol::State fork = view.fork_at(height);
    const size_t first = turn_++ % members_.size();
    auto round = plan_attestations(fork, block, members_, first, todo);
    auto chores =
        plan_chores(fork, block, members_[(first + members_.size() - 1) % members_.size()]);
    std::move(chores.begin(), chores.end(), std::back_inserter(round));
    auto quotes = plan_quotes(view.state(), block, members_, worlds_.host(ethereum).world().seed);
    std::move(quotes.begin(), quotes.end(), std::back_inserter(round));
    return round;
}

bool Courier::send(const std::vector<Planned>& round) {
    const auto hub = node_.view().state().networks.hub.get(0);
    std::map<Address, uint64_t> nonces;
    bool sent = false;
    for (const Planned& planned : round) {
        const auto [nonce, first] = nonces.try_emplace(planned.sender, 0);
        if (first) nonce->second = node_.pending_nonce(planned.sender);
        auto calls = planned.calls;
        if (one_by_one_) calls.resize(1);
        Envelope envelope = envelope_of(calls);
        codec::SignedTransaction draft;
        draft.chain_id = hub.chain_id;
        draft.nonce = nonce->second++;
        draft.max_fee_per_gas = hub.base_fee;
        draft.gas_limit = std::min(planned.gas_limit, hub.block_gas_limit);
        draft.to = envelope.to;
        draft.data = std::move(envelope.data);
        const Bytes raw = codec::sign_transaction(std::move(draft), key_of(planned.sender));
        const auto hash = node_.submit(raw);
        if (!hash) {
            ++rejected_;
            spdlog::warn("the node turned a transaction of oracle member {} away: {}",
                         to_hex(planned.sender), hash.error().text);
            break;
        }
        ++sent_;
        sent = true;
        {
            const std::lock_guard lock{signals_->mutex};
            signals_->under_way.emplace(*hash, false);
            signals_->idle = false;
        }
        node_.when_sealed(*hash, [signals = signals_, hash = *hash](bool sealed) {
            const std::lock_guard lock{signals->mutex};
            if (const auto it = signals->under_way.find(hash); it != signals->under_way.end()) {
                if (sealed)
                    it->second = true;
                else
                    signals->under_way.erase(it), ++signals->lost;
            }
            signals->changed.notify_all();
        });
        if (one_by_one_) break;
    }
    return sent;
}

bool Courier::has_reverted(const Hash& transaction) {
    const auto found = [&]() -> std::optional<node::InBlock> {
        try {
            return node_.transaction(transaction);
        } catch (const node::Unreadable&) {  // the log has it; the node will stop by itself
            return std::nullopt;
        }
    }();
    if (!found || found->sealed().receipt.success) return false;
    ++reverted_;
    spdlog::warn("a transaction of the courier reverted: {} with {}", to_hex(transaction),
                 to_hex(BytesView{found->sealed().receipt.output}));
    return true;
}

/// Looks at what became of the last round. False while some of it waits for a block.
bool Courier::settle_under_way() {
    std::vector<Hash> sealed;
    {
        const std::lock_guard lock{signals_->mutex};
        for (const auto& [hash, is_sealed] : signals_->under_way) {
            if (!is_sealed) return false;
            sealed.push_back(hash);
        }
        signals_->under_way.clear();
    }
    bool refused = false;
    for (const Hash& hash : sealed) refused = has_reverted(hash) || refused;
    if (!sealed.empty()) one_by_one_ = refused;
    return true;
}

std::optional<std::string> Courier::save() {
    auto fault = worlds_.save(options_.directory);
    if (!fault) {
        saved_revision_ = worlds_.revision();
        ++saves_;
    }
    return fault;
}

const crypto::PrivateKey& Courier::key_of(const Address& sender) const {
    const auto it = std::find(members_.begin(), members_.end(), sender);
    THAW_ASSERT(it != members_.end());
    return options_.members[static_cast<size_t>(it - members_.begin())];
}

Courier::Pause Courier::pause() {
    Pause pause{*this};
    std::unique_lock lock{signals_->mutex};
    // Without blocks (automine off) its transactions stay in the pool; the caller then sees them
    // there.
    signals_->changed.wait_for(lock, patience, [&] {
        return std::ranges::all_of(signals_->under_way,
                                   [](const auto& entry) { return entry.second; });
    });
    return pause;
}

Courier::Pause::~Pause() {
    if (courier_ == nullptr) return;
    lock_.unlock();
    const std::lock_guard lock{courier_->signals_->mutex};
    courier_->signals_->woken = true;
    courier_->signals_->idle = false;
    courier_->signals_->changed.notify_all();
}

bool Courier::wait_idle(uint64_t wall_ms) {
    std::unique_lock lock{signals_->mutex};
    signals_->idle = false;
    signals_->woken = true;
    signals_->changed.notify_all();
    return signals_->changed.wait_for(lock, milliseconds{wall_ms}, [&] { return signals_->idle; });
}

Courier::Counters Courier::counters() const {
    return {.passes = passes_,
            .sent = sent_,
            .reverted = reverted_,
            .rejected = rejected_,
            .saves = saves_};
}

}  // namespace thaw::hosts
