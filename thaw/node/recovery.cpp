#include "thaw/node/recovery.hpp"

#include <algorithm>
#include <atomic>
#include <future>
#include <numeric>

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
/// them into tables and another computes what they add to the digest. Different loaders load
/// different tables. Rows that are not what their table holds are not put anywhere.
class RowLoader {
  public:
    explicit RowLoader(protocol::State& state) : state_{&state} {}

    /// False when rows so far could not be read.
    bool add(uint8_t table, BytesView key, BytesView row) {
        constexpr uint8_t appears = 2;  // docs/formats/changes.md: only a row after
        const size_t size = 2 + key.size() + row.size();
        if (size > size_max) return false;
        const bool sound = size_ + size <= size_max || hand_over();
        uint8_t* const at = rows_.get() + size_;
        at[0] = table;
        at[1] = appears;
        std::ranges::copy(key, at + 2);
        std::ranges::copy(row, at + 2 + key.size());
        if (!fits({table, key.size(), row.size()}, {at, size})) return false;
        size_ += size;
        return sound;
    }
    /// What all rows add to the digest; nothing when some could not be read.
    std::optional<protocol::Digest> finish() {
        const bool sound = hand_over() && arrived();
        return sound ? std::optional{sum_} : std::nullopt;
    }

  private:
    static constexpr size_t size_max = 4u << 20;
    using Rows = std::shared_ptr<uint8_t[]>;
    static Rows room() { return std::make_unique_for_overwrite<uint8_t[]>(size_max); }

    /// Whether a change is one of its table. All of a table look the same, so one is looked at.
    bool fits(const std::array<size_t, 3>& look, BytesView change) {
        if (look == known_) return true;
        size_t count = 0;
        const bool whole = protocol::State::for_each_change(change, [&count](auto...) { ++count; });
        if (!whole || count != 1) return false;
        known_ = look;
        return true;
    }
    /// Waits for what was handed over last.
    bool arrived() {
        const auto difference = difference_.get();
        if (difference) sum_.add(*difference);
        return put_.get() && difference;
    }
    bool hand_over() {
        const bool sound = !put_.valid() || arrived();
        const Rows full = std::exchange(rows_, room());
        const BytesView changes{full.get(), std::exchange(size_, 0)};
        put_ = std::async(std::launch::async,
                          [=, state = state_, keep = full] { return state->set_rows(changes); });
        difference_ = std::async(std::launch::async,
                                 [=, keep = full] { return protocol::State::digest_of(changes); });
        return sound;
    }

    protocol::State* state_;
    Rows rows_ = room();
    size_t size_ = 0;
    std::array<size_t, 3> known_{};  ///< table, bytes of its keys and of its rows
    protocol::Digest sum_;
    std::future<bool> put_;
    std::future<std::optional<protocol::Digest>> difference_;
};

/// The numbers that tables can have, those with most rows first: two threads take one after another
/// and so end at about the same time.
class Tables {
  public:
    explicit Tables(const Store::RowCounts& rows) {
        std::iota(order_.begin(), order_.end(), 0);
        std::ranges::stable_sort(order_, std::greater{}, [&](size_t table) {
            return table < rows.size() ? rows[table] : 0;
        });
    }
    std::optional<uint8_t> next() {
        const size_t place = next_.fetch_add(1);
        return place < order_.size() ? std::optional{order_[place]} : std::nullopt;
    }

  private:
    std::array<uint8_t, 256> order_;
    std::atomic<size_t> next_ = 0;
};

IoResult<protocol::Digest> load_tables(const Store& store, protocol::State& state, Tables& tables) {
    RowLoader rows{state};
    bool sound = true;
    for (auto table = tables.next(); sound && table; table = tables.next())
        TRY_VOID(store.for_each_row(*table, [&](BytesView key, BytesView row) {
            return sound = rows.add(*table, key, row);
        }));
    const auto sum = rows.finish();
    if (sound && sum) return *sum;
    return tl::unexpected(std::string{"a row of the checkpoint is damaged: restore a backup"});
}

/// The state as of the checkpoint; without one, as of block 0. Returns that height.
IoResult<uint64_t> load_checkpoint(const Store& store, const Store::RowCounts& counts,
                                   protocol::State& state) {
    const auto folded = TRY(store.checkpoint_height());
    if (folded) {
        state.reserve(counts);
        Tables tables{counts};
        auto others =
            std::async(std::launch::async, [&] { return load_tables(store, state, tables); });
        const auto some = load_tables(store, state, tables);
        const auto rest = others.get();
        state.add_to_digest(TRY(some));
        state.add_to_digest(TRY(rest));
    } else if (!state.apply_changes(TRY(store.changes(0)))) {
        return tl::unexpected(damaged(0).error());
    }
    const uint64_t height = folded.value_or(0);
    const SealedBlock block = TRY(store.block(height));
    TRY_VOID(verify(state, block));
    return height;
}

protocol::State copy(const protocol::State& state, const Store::RowCounts& counts) {
    protocol::State made;
    Tables tables{counts};
    const auto some = [&] {
        while (const auto table = tables.next()) made.copy_table(state, *table);
    };
    auto others = std::async(std::launch::async, some);
    some();
    others.get();
    made.add_to_digest(state.digest());
    return made;
}

/// Moves a state from one height to another, forwards or backwards, without keeping the past.
IoResult<> move(const Store& store, protocol::State& state, uint64_t from, uint64_t to) {
    for (; from > to; --from)
        if (!state.revert_changes(from, TRY(store.changes(from)))) return damaged(from);
    for (; from < to; ++from)
        if (!state.apply_changes(TRY(store.changes(from + 1)))) return damaged(from + 1);
    return {};
}

/// The oldest height from which on all changes are within the limits.
IoResult<uint64_t> oldest_within(const Store& store, const PastLimits& limits, uint64_t head) {
    const uint64_t lowest = head > limits.blocks ? head - limits.blocks : 0;
    uint64_t bytes = 0;
    for (uint64_t height = head; height > lowest; --height) {
        bytes += TRY(store.changes(height)).size();
        if (!limits.covers(head - height + 1, bytes)) return height;
    }
    return lowest;
}

}  // namespace

IoResult<> recover(const Store& store, const PastLimits& limits, protocol::State& writer,
                   Chain& chain) {
    const uint64_t head = TRY(store.head_height());
    const uint64_t oldest = TRY(oldest_within(store, limits, head));
    const auto folded = TRY(store.checkpoint_height());
    const auto counts = TRY(store.row_counts()).value_or(Store::RowCounts{});
    writer = {};
    const uint64_t loaded = TRY(load_checkpoint(store, counts, writer));
    TRY_VOID(move(store, writer, loaded, oldest));
    auto below = std::make_shared<const SealedBlock>(TRY(store.block(oldest)));
    chain.start(copy(writer, counts), below);
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
