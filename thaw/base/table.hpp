/// The only place where protocol data lives: a hash map of plain rows that can take back its own
/// edits.
///
/// Rows are read and put whole. An absent row reads as a row of zeros, as storage does on every
/// chain we speak to, and a row of zeros is absent: the content of a table says nothing about how
/// it came about. Iteration order is never visible.
#pragma once
#include <boost/unordered/unordered_flat_map.hpp>
#include <deque>
#include <optional>
#include <tuple>
#include <vector>

#include "thaw/base/assert.hpp"
#include "thaw/base/large_pages.hpp"
#include "thaw/base/rare.hpp"
#include "thaw/base/types.hpp"

namespace thaw {

/// Set once at start-up by the program: keeps strangers from choosing keys that collide. Never
/// visible in results.
inline uint64_t table_seed = 0x9e3779b97f4a7c15;

/// Calls `f(word, at)` for each eight bytes of a plain object; the last are filled up with zeros.
/// Spelled out, so that the compiler knows each size: with a loop, looking a row up took four times
/// as many instructions.
template <Plain T, class F>
[[gnu::always_inline]] inline void for_each_word(const T& object, const F& f) {
    const auto* bytes = reinterpret_cast<const uint8_t*>(&object);
    const auto load = [bytes]<size_t at>(std::integral_constant<size_t, at>) {
        uint64_t word = 0;
        std::memcpy(&word, bytes + at, std::min<size_t>(8, sizeof(T) - at));
        return word;
    };
    [&]<size_t... I>(std::index_sequence<I...>) {
        (f(load(std::integral_constant<size_t, 8 * I>{}), 8 * I), ...);
    }
    (std::make_index_sequence<(sizeof(T) + 7) / 8>{});
}

/// Hashes a plain key eight bytes at a time (a folded 64×64 multiplication each).
struct KeyHash {
    using is_avalanching = void;
    template <Plain K>
    size_t operator()(const K& key) const {
        uint64_t h = table_seed;
        for_each_word(key, [&h](uint64_t word, size_t at) {
            const u128 product = u128{h ^ word} * 0xd6e8feb86659fd93u;
            h = static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64) ^ (at + 1);
        });
        const u128 last = u128{h} * 0xa0761d6478bd642fu;
        return static_cast<uint64_t>(last) ^ static_cast<uint64_t>(last >> 64);
    }
};

/// Whether two plain objects are the same.
template <Plain T>
[[gnu::always_inline]] inline bool same_bytes(const T& a, const T& b) {
    if constexpr (sizeof(T) > 64) {
        return std::memcmp(&a, &b, sizeof a) == 0;
    } else {
        std::array<uint64_t, (sizeof(T) + 7) / 8> other;
        for_each_word(b, [&](uint64_t word, size_t at) { other[at / 8] = word; });
        uint64_t differs = 0;
        for_each_word(a, [&](uint64_t word, size_t at) { differs |= word ^ other[at / 8]; });
        return differs == 0;
    }
}
struct KeyEqual {
    template <Plain K>
    bool operator()(const K& a, const K& b) const {
        return same_bytes(a, b);
    }
};

/// Which tables were put into, one number for each edit, over all tables of a state: where a
/// command began is then one place in one list, and not one in each table.
using Journal = std::vector<uint8_t>;

/// One edit of one row.
template <class K, class R>
struct Edit {
    K key;
    R before;  ///< zeros: the row was absent
    R after;   ///< zeros: the row is absent now
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
    /// Looks a row up for nothing. Rows of a large table lie anywhere in memory: those looked up
    /// one right after another are waited for together, and each is at hand when it is used.
    void fetch(const K& key) const {
        const R row = get(key);
        const bool is_past = history_ && newest_.contains(key);
        asm volatile("" : : "m"(row), "r"(is_past));  // not left out, though nobody uses it
    }

    void put(const K& key, const R& row) {
        edit(key, [&](R& there) { there = row; });
    }
    /// Puts what `change(R&)` makes of the row, which is looked up once.
    template <class F>
    void edit(const K& key, const F& change) {
        if (journal_ != nullptr) journal_->push_back(number_);
        const auto [it, is_new] = rows_.try_emplace(key);
        R& row = it->second;
        if (is_new && base_ != nullptr) row = base_->get_at(key, base_height_);
        auto& noted = undo_.emplace_back(Edit<K, R>{key, row, row});
        change(noted.after);
        row = noted.after;
        if (is_zero(row) && base_ == nullptr) rows_.erase(it);
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

    /// From now on edits are noted in a journal under this number, and `undo` follows it back.
    void attach(Journal& journal, uint8_t number) {
        journal_ = &journal;
        number_ = number;
    }
    /// Takes the newest edit back.
    void undo() {
        set(undo_.back().key, undo_.back().before);
        undo_.pop_back();
    }

    /// The edits since the last `commit`, one per key, each with the row before the first of them
    /// and after the last, in order of first touch.
    std::vector<Edit<K, R>> edits() const {
        if (undo_.size() <= 1) return undo_;
        std::vector<Edit<K, R>> all;
        all.reserve(undo_.size());
        boost::unordered_flat_map<K, uint32_t, KeyHash, KeyEqual> places;
        places.reserve(undo_.size());
        for (const auto& edit : undo_) {
            const auto [it, is_first] =
                places.try_emplace(edit.key, static_cast<uint32_t>(all.size()));
            if (is_first)
                all.push_back(edit);
            else
                all[it->second].after = edit.after;
        }
        return all;
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
        std::optional<R> found;
        if (const auto it = newest_.find(key); it != newest_.end())
            for (uint64_t at = it->second; at > forgotten_; at = past(at).older) {
                if (past(at).height <= height) break;
                found = past(at).before;
            }
        return found ? *found : get(key);
    }
    /// Replays one edit of block `height` and remembers what stood there before.
    void remember(uint64_t height, const K& key, const R& before, const R& after) {
        if (!history_) history_.make();
        const uint64_t place = forgotten_ + history_->size() + 1;
        const auto [it, is_first] = newest_.try_emplace(key, place);
        history_->push_back({height, is_first ? 0 : it->second, key, before});
        it->second = place;
        set(key, after);
    }
    /// Forgets what `remember` kept for blocks up to `height`.
    void forget(uint64_t height) {
        while (history_ && !history_->empty() && history_->front().height <= height) {
            const auto it = newest_.find(history_->front().key);
            if (it->second == ++forgotten_) newest_.erase(it);
            history_->pop_front();
        }
    }
    /// Takes block `height`, the newest, back for this key: the inverse of `remember`. Works for
    /// blocks that were not remembered, too.
    void unremember(uint64_t height, const K& key, const R& before) {
        set(key, before);
        while (history_ && !history_->empty() && history_->back().height >= height) {
            const Past& last = history_->back();
            if (last.older > forgotten_)
                newest_.find(last.key)->second = last.older;
            else
                newest_.erase(last.key);
            history_->pop_back();
        }
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
        return same_bytes(row, zero);
    }

  private:
    struct Past {
        uint64_t height;
        uint64_t older;  ///< place of the one before of the same key; up to `forgotten_`: none
        K key;
        R before;
    };
    /// Places count from 1 and never return.
    const Past& past(uint64_t place) const { return (*history_)[place - forgotten_ - 1]; }

    boost::unordered_flat_map<K, R, KeyHash, KeyEqual, LargePages<std::pair<const K, R>>> rows_;
    /// In order of heights; of one key linked from the newest back.
    Rare<std::deque<Past>> history_;  ///< none yet: an empty deque takes memory, too
    uint64_t forgotten_ = 0;          ///< how many have left `history_` at its front
    boost::unordered_flat_map<K, uint64_t, KeyHash, KeyEqual> newest_;
    std::vector<Edit<K, R>> undo_;
    Journal* journal_ = nullptr;
    uint8_t number_ = 0;
    const Table* base_ = nullptr;
    uint64_t base_height_ = 0;
};

}  // namespace thaw
