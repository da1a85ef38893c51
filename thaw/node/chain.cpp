#include "thaw/node/chain.hpp"

#include <spdlog/spdlog.h>

#include "thaw/base/assert.hpp"
#include "thaw/base/result.hpp"

namespace thaw::node {

namespace {

/// How long a reader lets a waiting writer go first.
constexpr std::chrono::milliseconds patience_max{5};
/// Blocks kept in memory, decoded: as many as fit in this, and always some.
constexpr uint64_t recent_bytes_max = 128u << 20;
constexpr size_t recent_blocks_min = 64;
constexpr size_t recent_blocks_max = 4096;

/// What a decoded block takes in memory, roughly.
uint64_t footprint(const SealedBlock& block) { return 1024 + 4 * block.size; }

}  // namespace

/// The right to write: readers that come later wait, those that are inside finish.
struct Chain::Turn {
    explicit Turn(const Chain& chain) : first{chain.turnstile_}, lock{chain.mutex_} {}
    std::unique_lock<std::timed_mutex> first;
    WriteLock lock;
};

void Chain::start(protocol::State state, BlockPtr block) {
    state_ = std::move(state);
    past_.clear();
    past_bytes_ = 0;
    recent_.clear();
    index_.assign(1, {});
    remember(std::move(block));
}

void Chain::index(const SealedBlock& block) {
    Segment& segment = index_.back();
    const uint64_t height = block.header.number;
    segment.last_height = std::max(segment.last_height, height);
    segment.blocks.emplace(block.hash, height);
    for (uint32_t i = 0; i < block.transactions.size(); ++i)
        segment.transactions.emplace(block.transactions[i].transaction->hash, Location{height, i});
}

Chain::ReadLock Chain::read_lock() const {
    const std::unique_lock after_writers{turnstile_, patience_max};
    return ReadLock{mutex_};
}

BlockPtr Chain::block(uint64_t height) const {
    const uint64_t newest = head()->header.number;
    if (height > newest) return nullptr;
    if (newest - height < recent_.size()) return recent_[recent_.size() - 1 - (newest - height)];
    auto stored = store_.block(height);
    if (stored) return std::make_shared<const SealedBlock>(std::move(*stored));
    spdlog::error("reading block {}: {}", height, stored.error());
    return nullptr;
}

BlockPtr Chain::block(const Hash& hash) const {
    for (const Segment& segment : index_)
        if (const auto at = segment.blocks.find(hash); at != segment.blocks.end())
            return block(at->second);
    const auto height = store_.height_of(hash);
    if (!height) spdlog::error("looking for a block: {}", height.error());
    return height && *height ? block(**height) : nullptr;
}

std::optional<Location> Chain::locate(const Hash& transaction) const {
    for (const Segment& segment : index_)
        if (const auto at = segment.transactions.find(transaction);
            at != segment.transactions.end())
            return at->second;
    const auto location = store_.locate(transaction);
    if (location) return *location;
    spdlog::error("looking for a transaction: {}", location.error());
    return std::nullopt;
}

void Chain::publish(BlockPtr block, BytesView changes) {
    const uint64_t height = block->header.number;
    THAW_ASSERT(height == head()->header.number + 1);
    const auto digest = protocol::Digest::from_hash(block->header.state_root);
    const Turn turn{*this};
    THAW_ASSERT(state_.publish_changes(height, changes, digest));
    remember(std::move(block));
    past_.push_back(changes.size());
    past_bytes_ += changes.size();
    while (!past_limits_.covers(past_.size(), past_bytes_)) forget_oldest();
}

void Chain::forget_oldest() {
    state_.forget_changes(oldest_readable() + 1);
    past_bytes_ -= past_.front();
    past_.pop_front();
}

IoResult<> Chain::take_back(uint64_t height, std::span<const Bytes> changes) {
    BlockPtr below;  // should all recent blocks go
    if (recent_.front()->header.number > height)
        below = std::make_shared<const SealedBlock>(TRY(store_.block(height)));
    const Turn turn{*this};
    uint64_t newest = head()->header.number;
    THAW_ASSERT(newest - height == changes.size());
    for (const Bytes& undone : changes) {
        THAW_ASSERT(state_.revert_changes(newest--, undone));
        if (past_.empty()) continue;  // not readable at that height already
        past_bytes_ -= past_.back();
        past_.pop_back();
    }
    while (!recent_.empty() && head()->header.number > height) {
        recent_bytes_ -= footprint(*head());
        recent_.pop_back();
    }
    // Blocks that had left memory and come after the checkpoint are still in the index.
    for (Segment& segment : index_) {
        erase_if(segment.transactions, [&](const auto& at) { return at.second.height > height; });
        erase_if(segment.blocks, [&](const auto& at) { return at.second > height; });
    }
    if (recent_.empty()) {
        recent_bytes_ += footprint(*below);
        recent_.push_back(std::move(below));
    }
    return {};
}

void Chain::cut_index() {
    const Turn turn{*this};
    if (index_.back().blocks.empty()) return;
    index_.emplace_back();
}

void Chain::drop_index_up_to(uint64_t height) {
    std::deque<Segment> dropped;  // destroyed after the lock is given back
    const Turn turn{*this};
    while (index_.size() > 1 && index_.front().last_height <= height) {
        dropped.push_back(std::move(index_.front()));
        index_.pop_front();
    }
}

void Chain::remember(BlockPtr block) {
    index(*block);
    recent_bytes_ += footprint(*block);
    recent_.push_back(std::move(block));
    while (recent_.size() > recent_blocks_max ||
           (recent_.size() > recent_blocks_min && recent_bytes_ > recent_bytes_max)) {
        recent_bytes_ -= footprint(*recent_.front());
        recent_.pop_front();
    }
}

}  // namespace thaw::node
