#include "thaw/node/chain.hpp"

#include "thaw/base/assert.hpp"
#include "thaw/base/result.hpp"

namespace thaw::node {

namespace {

/// Blocks kept in memory, decoded: as many as fit in this, and always some.
constexpr uint64_t recent_bytes_max = 128u << 20;
constexpr size_t recent_blocks_min = 64;
constexpr size_t recent_blocks_max = 4096;

constexpr size_t layers_max = 16;
constexpr uint32_t layer_calls_max = 64;

/// What a decoded block takes in memory, roughly.
uint64_t footprint(const SealedBlock& block) { return 1024 + 4 * block.size; }

}  // namespace

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

uint64_t Chain::time_at(uint64_t height) const {
    const uint64_t back = head()->header.number - height;
    return back == 0 ? head()->header.timestamp : past_[past_.size() - back].before_s;
}

std::unique_ptr<Chain::Layer> Chain::borrow_layer() const {
    {
        const std::lock_guard lock{layers_mutex_};
        if (!layers_.empty()) {
            auto layer = std::move(layers_.back());
            layers_.pop_back();
            return layer;
        }
    }
    const uint64_t height = head()->header.number;
    return std::unique_ptr<Layer>{new Layer{protocol::State::fork(state_, height)}};
}

void Chain::give_back(std::unique_ptr<Layer> layer) const {
    // What was taken back leaves rows as they were: harmless, but they take memory.
    if (layer->state.checkpoint() != 0 || ++layer->calls == layer_calls_max) return;
    const std::lock_guard lock{layers_mutex_};
    if (layers_.size() < layers_max) layers_.push_back(std::move(layer));
}

/// Null when it is not in memory.
BlockPtr Chain::recent(uint64_t height) const {
    const ReadLock lock = read_lock();
    const uint64_t back = head()->header.number - height;  // very far where it is above
    return back < recent_.size() ? recent_[recent_.size() - 1 - back] : nullptr;
}

bool Chain::is_above_head(uint64_t height) const {
    const ReadLock lock = read_lock();
    return height > head()->header.number;
}

IoResult<BlockPtr> Chain::block(uint64_t height) const {
    if (BlockPtr found = recent(height)) return found;
    if (is_above_head(height)) return nullptr;
    auto stored = store_.block(height);
    if (stored) return std::make_shared<const SealedBlock>(std::move(*stored));
    if (is_above_head(height)) return nullptr;  // taken back meanwhile
    return tl::unexpected(std::move(stored.error()));
}

IoResult<std::optional<codec::Header>> Chain::header(uint64_t height) const {
    if (const BlockPtr found = recent(height)) return found->header;
    if (is_above_head(height)) return std::nullopt;
    auto stored = store_.header(height);
    if (!stored && is_above_head(height)) return std::nullopt;
    return stored;
}

IoResult<std::optional<uint64_t>> Chain::height_of(const Hash& block) const {
    {
        const ReadLock lock = read_lock();
        for (const Segment& segment : index_)
            if (const auto at = segment.blocks.find(block); at != segment.blocks.end())
                return at->second;
    }
    return store_.height_of(block);
}

IoResult<std::optional<Location>> Chain::locate(const Hash& transaction) const {
    {
        const ReadLock lock = read_lock();
        for (const Segment& segment : index_)
            if (const auto at = segment.transactions.find(transaction);
                at != segment.transactions.end())
                return at->second;
    }
    return store_.locate(transaction);
}

void Chain::publish(BlockPtr block, BytesView changes) {
    const uint64_t height = block->header.number;
    THAW_ASSERT(height == head()->header.number + 1);
    const auto digest = protocol::Digest::from_hash(block->header.state_root);
    const WriteLock lock{mutex_};
    layers_.clear();
    THAW_ASSERT(state_.publish_changes(height, changes, digest));
    past_.push_back({changes.size(), head()->header.timestamp});
    remember(std::move(block));
    past_bytes_ += changes.size();
    while (!past_limits_.covers(past_.size(), past_bytes_)) forget_oldest();
}

void Chain::forget_oldest() {
    state_.forget_changes(oldest_readable() + 1);
    past_bytes_ -= past_.front().bytes;
    past_.pop_front();
}

IoResult<> Chain::take_back(uint64_t height, std::span<const Bytes> changes) {
    BlockPtr below;  // should all recent blocks go
    if (recent_.front()->header.number > height)
        below = std::make_shared<const SealedBlock>(TRY(store_.block(height)));
    const WriteLock lock{mutex_};
    layers_.clear();
    uint64_t newest = head()->header.number;
    THAW_ASSERT(newest - height == changes.size());
    for (const Bytes& undone : changes) {
        THAW_ASSERT(state_.revert_changes(newest--, undone));
        if (past_.empty()) continue;  // not readable at that height already
        past_bytes_ -= past_.back().bytes;
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

uint64_t Chain::cut_index() {
    const WriteLock lock{mutex_};
    if (!index_.back().blocks.empty()) index_.emplace_back();
    return head()->header.number;
}

Index Chain::index_between(uint64_t first, uint64_t last) const {
    Index all;
    const auto within = [&](uint64_t height) { return first <= height && height <= last; };
    for (size_t i = 0; i + 1 < index_.size(); ++i) {
        for (const auto& one : index_[i].transactions)
            if (within(one.second.height)) all.transactions.emplace_back(one);
        for (const auto& one : index_[i].blocks)
            if (within(one.second)) all.blocks.emplace_back(one);
    }
    return all;
}

void Chain::drop_index_up_to(uint64_t height) {
    std::deque<Segment> dropped;  // destroyed after the lock is given back
    const WriteLock lock{mutex_};
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
