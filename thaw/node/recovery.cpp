#include "thaw/node/recovery.hpp"

#include <future>

#include "thaw/base/result.hpp"

namespace thaw::node {

namespace {

IoResult<> verify(const protocol::State& state, const SealedBlock& block) {
    if (state.digest().as_hash() == block.header.state_root) return {};
    return tl::unexpected("the rows of block " + std::to_string(block.header.number) +
                          " do not have the digest in its header: restore a backup");
}

IoResult<> damaged(uint64_t height) {
    return tl::unexpected("the row changes of block " + std::to_string(height) +
                          " are damaged: restore a backup");
}

/// Loads rows as changes from nothing, many at once: while the next ones are read, one thread puts
/// them into tables and another computes what they add to the digest. Rows that are not what the
/// tables hold cannot be read, or end in another digest.
class RowLoader {
  public:
    explicit RowLoader(protocol::State& state) : state_{&state} {}

    /// False when rows so far could not be read.
    bool add(size_t table, BytesView key, BytesView row) {
        constexpr uint8_t appears = 2;  // docs/formats/changes.md: only a row after
        changes_.push_back(static_cast<uint8_t>(table));
        changes_.push_back(appears);
        append(changes_, key);
        append(changes_, row);
        return changes_.size() < bytes_max || hand_over();
    }
    bool finish() { return hand_over() && arrived(); }

  private:
    static constexpr size_t bytes_max = 4u << 20;

    /// Waits for what was handed over last.
    bool arrived() {
        const auto difference = difference_.get();
        if (difference) state_->add_to_digest(*difference);
        return put_.get() && difference;
    }
    bool hand_over() {
        const bool sound = !put_.valid() || arrived();
        Bytes next;
        next.reserve(bytes_max + bytes_max / 8);
        std::swap(next, changes_);
        const auto full = std::make_shared<const Bytes>(std::move(next));
        put_ = std::async(std::launch::async,
                          [state = state_, full] { return state->set_rows(*full); });
        difference_ = std::async(std::launch::async,
                                 [full] { return protocol::State::digest_of(*full); });
        return sound;
    }

    protocol::State* state_;
    Bytes changes_;
    std::future<bool> put_;
    std::future<std::optional<protocol::Digest>> difference_;
};

/// The state as of the checkpoint; without one, as of block 0. Returns that height.
IoResult<uint64_t> load_checkpoint(const Store& store, protocol::State& state) {
    const auto folded = TRY(store.checkpoint_height());
    if (folded) {
        bool sound = true;
        RowLoader rows{state};
        TRY_VOID(store.for_each_row([&](size_t table, BytesView key, BytesView row) {
            return sound = rows.add(table, key, row);
        }));
        if (!sound || !rows.finish())
            return tl::unexpected(
                std::string{"a row of the checkpoint is damaged: restore a backup"});
    } else if (!state.apply_changes(TRY(store.changes(0)))) {
        return tl::unexpected(damaged(0).error());
    }
    const uint64_t height = folded.value_or(0);
    const SealedBlock block = TRY(store.block(height));
    TRY_VOID(verify(state, block));
    return height;
}

/// Moves a state from one height to another, forwards or backwards, without keeping the past.
IoResult<> move(const Store& store, protocol::State& state, uint64_t from, uint64_t to) {
    for (; from > to; --from)
        if (!state.revert_changes(from, TRY(store.changes(from)))) return damaged(from);
    for (; from < to; ++from)
        if (!state.apply_changes(TRY(store.changes(from + 1)))) return damaged(from + 1);
    return {};
}

}  // namespace

IoResult<> recover(const Store& store, uint64_t history_blocks, protocol::State& writer,
                   Chain& chain) {
    const uint64_t head = TRY(store.head_height());
    const uint64_t oldest = head > history_blocks ? head - history_blocks : 0;
    const auto folded = TRY(store.checkpoint_height());
    writer = {};
    const uint64_t loaded = TRY(load_checkpoint(store, writer));
    TRY_VOID(move(store, writer, loaded, oldest));
    auto below = std::make_shared<const SealedBlock>(TRY(store.block(oldest)));
    chain.start(writer, oldest, below);
    for (uint64_t height = folded ? *folded + 1 : 0; height < oldest; ++height)
        chain.index(TRY(store.block(height)));

    for (uint64_t height = oldest + 1; height <= head; ++height) {
        auto block = std::make_shared<const SealedBlock>(TRY(store.block(height)));
        if (block->header.parent_hash != below->hash)
            return tl::unexpected("block " + std::to_string(height) +
                                  " does not follow the one before it: restore a backup");
        const Bytes changes = TRY(store.changes(height));
        if (!writer.apply_changes(changes)) return damaged(height);
        chain.publish(block, changes);
        below = std::move(block);
    }
    return verify(writer, *below);
}

}  // namespace thaw::node
