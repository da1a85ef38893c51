/// The only place where protocol data lives: a hash map of plain rows that can take back its own
/// edits.
///
/// Rows are read and put whole. An absent row reads as a row of zeros, as storage does on every
/// chain we speak to, and a row of zeros is absent: the content of a table says nothing about how
/// it came about. Iteration order is never visible.
#pragma once
#include <boost/unordered/unordered_flat_map.hpp>
#include <optional>
#include <tuple>
#include <vector>

#include "thaw/base/assert.hpp"
#include "thaw/base/types.hpp"

namespace thaw {

/// Set once at start-up by the program: keeps strangers from choosing keys that collide. Never
/// visible in results.
inline uint64_t table_seed = 0x9e3779b97f4a7c15;

/// Hashes a plain key eight bytes at a time (a folded 64×64 multiplication each).
struct KeyHash {
    using is_avalanching = void;
    template <Plain K>
    size_t operator()(const K& key) const {
        const auto* bytes = reinterpret_cast<const uint8_t*>(&key);
        uint64_t h = table_seed;
        for (size_t i = 0; i < sizeof key; i += 8) {
            uint64_t word = 0;
            std::memcpy(&word, bytes + i, std::min<size_t>(8, sizeof key - i));
            const u128 product = u128{h ^ word} * 0xd6e8feb86659fd93u;
            h = static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64) ^ (i + 1);
        }
        const u128 last = u128{h} * 0xa0761d6478bd642fu;
        return static_cast<uint64_t>(last) ^ static_cast<uint64_t>(last >> 64);
    }
};

/// One edit of one row.
template <class K, class R>
struct Edit {
    K key;
    R before;  ///< zeros: the row was absent
};

template <Plain K, Plain R>
class Table {
  public:
    using Key = K;
    using Row = R;

    R get(const K& key) const {
        if (const auto it = rows_.find(key); it != rows_.end()) return it->second;
        return base_ == nullptr ? R{} : base_->get_at(key, base_height_);
    }
    bool has(const K& key) const { return !is_zero(get(key)); }

    void put(const K& key, const R& row) {
        undo_.push_back({key, get(key)});
        set(key, row);
    }
    void erase(const K& key) { put(key, R{}); }

    /// How many rows there are. Not for forks.
    size_t size() const {
        THAW_ASSERT(base_ == nullptr);
        return rows_.size();
    }
    /// Visits every row in no particular order: for sums and for serialisation, never where order
    /// could show.
    template <class F>
    void for_each_unordered(const F& f) const {
        THAW_ASSERT(base_ == nullptr);
        for (const auto& [key, row] : rows_) f(key, row);
    }

    size_t checkpoint() const { return undo_.size(); }
    void rollback(size_t checkpoint) {
        while (undo_.size() > checkpoint) {
            set(undo_.back().key, undo_.back().before);
            undo_.pop_back();
        }
    }

    /// The edits since the last `commit`, one per key, each with the row before the first of them,
    /// in order of first touch.
    std::vector<Edit<K, R>> edits() const {
        std::vector<Edit<K, R>> first;
        boost::unordered_flat_map<K, bool, KeyHash> seen;
        for (const auto& edit : undo_)
            if (seen.try_emplace(edit.key, true).second) first.push_back(edit);
        return first;
    }
    void commit() { undo_.clear(); }

    /// Makes this table an empty layer above `base` as it stood at `height`; edits stay in the
    /// layer.
    void fork_from(const Table& base, uint64_t height) {
        base_ = &base;
        base_height_ = height;
    }

    /// The row as it stood after block `height`. Needs the history that `remember` kept.
    R get_at(const K& key, uint64_t height) const {
        if (const auto it = history_.find(key); it != history_.end())
            for (const auto& past :
                 it->second)  // oldest first; few entries a key within the window
                if (past.height > height) return past.before;
        return get(key);
    }
    /// Replays one edit of block `height` and remembers what stood there before.
    void remember(uint64_t height, const K& key, const R& before, const R& after) {
        history_[key].push_back({height, before});
        set(key, after);
    }
    /// Forgets what `remember` kept of this key for blocks up to `height`.
    void forget(const K& key, uint64_t height) {
        const auto it = history_.find(key);
        if (it == history_.end()) return;
        std::erase_if(it->second, [&](const Past& past) { return past.height <= height; });
        if (it->second.empty()) history_.erase(it);
    }
    /// Takes block `height` back: the inverse of `remember` for the newest block.
    void unremember(uint64_t height, const K& key, const R& before) {
        const auto it = history_.find(key);
        if (it != history_.end()) {
            std::erase_if(it->second, [&](const Past& past) { return past.height >= height; });
            if (it->second.empty()) history_.erase(it);
        }
        set(key, before);
    }

    /// Writes without undo: loading, rolling back whole blocks.
    void set(const K& key, const R& row) {
        if (is_zero(row) && base_ == nullptr)
            rows_.erase(key);
        else
            rows_.insert_or_assign(key, row);
    }
    void reserve(size_t rows) { rows_.reserve(rows); }

    static bool is_zero(const R& row) {
        static constexpr R zero{};
        return std::memcmp(&row, &zero, sizeof row) == 0;
    }

  private:
    struct Past {
        uint64_t height;
        R before;
    };
    boost::unordered_flat_map<K, R, KeyHash> rows_;
    boost::unordered_flat_map<K, std::vector<Past>, KeyHash> history_;
    std::vector<Edit<K, R>> undo_;
    const Table* base_ = nullptr;
    uint64_t base_height_ = 0;
};

}  // namespace thaw
