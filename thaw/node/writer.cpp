#include <spdlog/spdlog.h>

#include "thaw/base/assert.hpp"
#include "thaw/base/result.hpp"
#include "thaw/node/block_format.hpp"
#include "thaw/node/node_impl.hpp"
#include "thaw/node/turns.hpp"

namespace thaw::node {

namespace {

using WallClock = std::chrono::steady_clock;
constexpr uint64_t gather_us_max = 5'000;
constexpr uint64_t gather_blocks_max = 8;

int64_t now_us() {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               WallClock::now().time_since_epoch())
        .count();
}

uint64_t us_since(WallClock::time_point start) {
    return static_cast<uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(WallClock::now() - start).count());
}

}  // namespace

WallClock::time_point NodeImpl::next_due() const {
    return WallClock::now() + std::chrono::milliseconds{options.block_interval_ms};
}

void NodeImpl::run_writer() {
    take_short_turns();
    auto due = next_due();
    std::unique_lock lock{writer_mutex_};
    const auto work_now = [&](auto&& work) {
        lock.unlock();
        work();
        lock.lock();
    };
    while (!stopping_ || !jobs_.empty()) {
        const bool ticking = !automine && !has_stopped && options.block_interval_ms > 0;
        if (!jobs_.empty()) {
            auto job = std::move(jobs_.front());
            jobs_.pop_front();
            work_now([&] {
                committer_.wait();
                job();
            });
        } else if (automine && !has_stopped && pool.has_executable() && worth_sealing()) {
            work_now([&] { seal(false); });
        } else if (automine && !has_stopped && pool.has_executable()) {
            // Whoever is on the way may take long, and nobody else looks again.
            work_.wait_for(lock, std::chrono::microseconds{gather_us_max});
        } else if (ticking && WallClock::now() >= due) {
            due = next_due();
            work_now([&] { seal(true); });
        } else if (ticking) {
            work_.wait_until(lock, due);
        } else {
            work_.wait(lock);
        }
    }
    committer_.wait();
}

void NodeImpl::run_on_writer(std::function<void()> work) {
    // A callback that did this would wait for itself.
    THAW_ASSERT(std::this_thread::get_id() != writer_.get_id() && !committer_.is_here());
    std::packaged_task<void()> job{[work = std::move(work)]() noexcept { work(); }};
    auto done = job.get_future();
    {
        const std::lock_guard lock{writer_mutex_};
        jobs_.push_back(std::move(job));
    }
    work_.notify_all();
    done.get();
}

NodeImpl::Arrival::~Arrival() {
    --node_.arriving_;
    if (node_.waiting_since_us_ == 0) return;  // nothing new is there
    if (!node_.worth_sealing()) return;        // whoever is on the way looks again
    { const std::lock_guard lock{node_.writer_mutex_}; }
    node_.work_.notify_all();
}

void NodeImpl::note_waiting() {
    int64_t none = 0;
    if (waiting_since_us_ == 0) waiting_since_us_.compare_exchange_strong(none, now_us());
}

/// A block costs much the same whatever is in it, so those who come together share one. None waits
/// for others longer than a few blocks take.
bool NodeImpl::worth_sealing() const {
    return arriving_ == 0 || now_us() - waiting_since_us_ >= gather_us_;
}

BlockPtr NodeImpl::seal(bool empty_too) {
    if (has_stopped) return nullptr;
    const auto start = WallClock::now();
    waiting_since_us_ = 0;
    const size_t fits = hub_of(state_).block_gas_limit / protocol::intrinsic_gas({});
    const auto taken = pool.take(std::min(options.block_transactions_max, fits));
    if (taken.empty() && !empty_too) return nullptr;
    Builder builder{state_, *head_, options.clock->block_s()};
    builder.add_all(taken);
    Sealed sealed{.settlement = builder.settlement(), .begun = start};
    watchers.fire(pool.leave(sealed.settlement), false);
    if (builder.count() == 0 && !empty_too) return nullptr;
    sealed.draft = builder.finish(&hands);
    sealed.hub = hub_of(state_);
    head_ = sealed.draft.block;
    // Another thread takes longer to wake than this block to be written, unless there is a next one
    // to put together meanwhile.
    if (!empty_too && pool.has_executable()) {
        committer_.give([this, one = std::move(sealed)] { commit(one); });
        return head_;
    }
    committer_.wait();
    return commit(sealed) ? head_ : nullptr;
}

bool NodeImpl::commit(const Sealed& sealed) {
    const std::lock_guard lock{committing_};
    if (!publish(sealed.draft)) return false;
    tell(sealed);
    // What a block takes, of time in which none before it was being written.
    const uint64_t taken_us = us_since(std::max(sealed.begun, committed_));
    committed_ = WallClock::now();
    gather_us_ = static_cast<int64_t>(std::min(gather_blocks_max * taken_us, gather_us_max));
    pace_.sealed(sealed.draft.block->transactions.size(), taken_us);
    bound_waiting();
    return true;
}

/// Only where blocks follow each other: otherwise how long something waits is not ours to bound.
void NodeImpl::bound_waiting() { pool.set_waiting_max(automine ? pace_.waiting_max() : SIZE_MAX); }

/// Makes the block durable, then visible. False when the disk failed, now or at the block before:
/// nobody has seen the block.
bool NodeImpl::publish(const Draft& draft) {
    if (has_stopped) return false;
    const auto start = WallClock::now();
    const auto stored = store.put_block({.height = draft.block->header.number,
                                         .block = encode_block(*draft.block),
                                         .changes = draft.changes});
    if (!stored) {
        stop("the block could not be written: " + stored.error());
        return false;
    }
    commit_us_last = us_since(start);
    chain.publish(draft.block, draft.changes);
    checkpoint->note(draft.changes.size());
    ++blocks_count;
    transactions_count += draft.block->transactions.size();
    return true;
}

void NodeImpl::tell(const Sealed& sealed) {
    const BlockPtr block = sealed.draft.block;
    std::vector<Hash> hashes;
    for (const SealedTransaction& one : block->transactions)
        hashes.push_back(one.transaction->hash);
    const auto left = pool.settle(sealed.settlement, hashes);
    pool.set_fees(sealed.hub.block_gas_limit, sealed.hub.base_fee);
    watchers.fire(hashes, true);
    watchers.fire(left, false);
    blocks.call(block);
}

bool NodeImpl::revert_to(uint64_t height) {
    const uint64_t newest = head_->header.number;
    if (has_stopped || height > newest) return false;
    const auto pause = checkpoint->pause();
    const auto reverted = [&]() -> IoResult<> {
        std::vector<Bytes> changes;
        for (uint64_t h = newest; h > height; --h) changes.push_back(TRY(store.changes(h)));
        TRY_VOID(store.truncate(height));
        uint64_t at = newest;
        for (const Bytes& undone : changes) THAW_ASSERT(state_.revert_changes(at--, undone));
        TRY_VOID(chain.take_back(height, changes));
        head_ = chain.head();
        return {};
    }();
    if (!reverted) {
        stop("blocks could not be taken back: " + reverted.error());
        return false;
    }
    THAW_ASSERT(state_.digest().as_hash() == head_->header.state_root);
    watchers.fire(pool.clear(), false);
    options.clock->reset(head_->header.timestamp);
    reverts.call(height);
    return true;
}

void NodeImpl::stop_soon(const std::string& why) {
    const std::lock_guard lock{committing_};
    stop(why);
}

void NodeImpl::stop(const std::string& why) {
    {
        const std::lock_guard lock{why_mutex};
        if (has_stopped) return;
        why_stopped = why;
        has_stopped = true;
    }
    spdlog::critical("the node has stopped: {}", why);
    watchers.fire_all(false);
}

}  // namespace thaw::node
