#include "thaw/protocol/state.hpp"

#include <algorithm>
#include <bitset>

#include "thaw/crypto/keccak_many.hpp"

// The encoding of a block's changes, one after another (docs/formats/changes.md):
//   change := table:u8 kind:u8 key [row before] [row after]
// with kind bit 0: a row was there before, bit 1: a row is there after; sizes are the table's.
namespace thaw::protocol {

template <class Books>
const Books& Query::read() const {
    return std::get<const Books&>(State::books(*state_));
}
template <class Books>
Books& Call::own() {
    return std::get<Books&>(State::books(*execution_->state));
}

#define THAW_BOOKS(module)                                            \
    template const module::Books& Query::read<module::Books>() const; \
    template module::Books& Call::own<module::Books>();
THAW_BOOKS(networks)
THAW_BOOKS(accounts)
THAW_BOOKS(allowance)
THAW_BOOKS(token)
THAW_BOOKS(liquid)
THAW_BOOKS(validators)
THAW_BOOKS(outbox)
THAW_BOOKS(bridge)
THAW_BOOKS(unbonding)
THAW_BOOKS(oracle)
THAW_BOOKS(assets)
THAW_BOOKS(async_vault)
THAW_BOOKS(losses)
THAW_BOOKS(flash)
THAW_BOOKS(issued)
THAW_BOOKS(emission)
THAW_BOOKS(farm)
THAW_BOOKS(vault)
THAW_BOOKS(exchange)
THAW_BOOKS(stable)
THAW_BOOKS(votes)
THAW_BOOKS(governance)
THAW_BOOKS(gauges)
THAW_BOOKS(prices)
THAW_BOOKS(lending)
#undef THAW_BOOKS

namespace {

/// Calls `f(number, table)` for each table.
template <class S, class F>
void for_each_table(S& state, const F& f) {
    std::apply([&, i = size_t{0}](auto&... table) mutable { (f(i++, table), ...); },
               State::tables(state));
}

}  // namespace

namespace {

/// Calls `f(number, table)` for the table of this number, if there is one; the number is a
/// constant. `tables` is what `State::tables` gives. One function for each table: a hundred in one
/// take the compiler minutes.
template <class Tables, class F>
void with_table(Tables& tables, size_t number, const F& f) {
    constexpr size_t count = std::tuple_size_v<Tables>;
    using Entry = void (*)(Tables&, const F&);
    static constexpr auto entries = []<size_t... I>(std::index_sequence<I...>) {
        return std::array<Entry, count>{[](Tables& all, const F& visit) {
            visit(std::integral_constant<size_t, I>{}, std::get<I>(all));
        }...};
    }
    (std::make_index_sequence<count>{});
    if (number < count) entries[number](tables, f);
}

/// Bytes of a table's keys and rows.
struct Shape {
    size_t key;
    size_t row;
};

template <class Tables>
struct ShapesOf;
template <class... T>
struct ShapesOf<std::tuple<T&...>> {
    static constexpr std::array<Shape, sizeof...(T)> value{
        Shape{sizeof(typename T::Key), sizeof(typename T::Row)}...};
};
constexpr auto& shapes = ShapesOf<decltype(State::tables(std::declval<State&>()))>::value;

/// Row hashes on their way into a digest, computed side by side. Rows are kept as they are hashed:
/// table number, key, row.
class RowHashes {
  public:
    explicit RowHashes(Digest& digest) : digest_{&digest} {}
    ~RowHashes() { flush(); }
    RowHashes(const RowHashes&) = delete;
    RowHashes& operator=(const RowHashes&) = delete;

    /// Adds a row, or takes it out.
    void push(size_t table, BytesView key, BytesView row, bool adds) {
        const size_t size = 1 + key.size() + row.size();
        if (count_ == rows_max || used_ + size > bytes_.size()) flush();
        uint8_t* const at = bytes_.data() + used_;
        *at = static_cast<uint8_t>(table);
        std::ranges::copy(key, at + 1);
        std::ranges::copy(row, at + 1 + key.size());
        used_ += size;
        sizes_[count_] = size;
        adds_[count_++] = adds;
    }

  private:
    static constexpr size_t rows_max = 64;

    void flush() {
        std::array<BytesView, rows_max> messages;
        std::array<Hash, rows_max> hashes;
        const uint8_t* at = bytes_.data();
        for (size_t i = 0; i < count_; at += sizes_[i++]) messages[i] = {at, sizes_[i]};
        crypto::keccak256_many(std::span{messages}.first(count_), hashes);
        for (size_t i = 0; i < count_; ++i)
            adds_[i] ? digest_->add(Digest::from_hash(hashes[i]))
                     : digest_->subtract(Digest::from_hash(hashes[i]));
        count_ = 0;
        used_ = 0;
    }

    /// Room for the usual ones, and for the largest there is.
    static constexpr size_t bytes_max =
        std::max<size_t>(rows_max * 128, 1 + std::ranges::max(shapes, {}, &Shape::key).key +
                                             std::ranges::max(shapes, {}, &Shape::row).row);

    Digest* digest_;
    std::array<uint8_t, bytes_max> bytes_;
    size_t used_ = 0;
    size_t count_ = 0;
    std::array<size_t, rows_max> sizes_;
    std::array<bool, rows_max> adds_;
};

/// Reads changes without their types and calls `f(table, key, before, after)`; false when
/// malformed. An absent row is empty.
template <class F>
bool read_pieces(BytesView changes, const F& f) {
    const auto row_of = [](BytesView bytes) {
        const bool absent = std::ranges::all_of(bytes, [](uint8_t byte) { return byte == 0; });
        return absent ? BytesView{} : bytes;
    };
    while (!changes.empty()) {
        if (changes.size() < 2) return false;
        const size_t number = changes[0];
        const uint8_t kind = changes[1];
        if (number >= shapes.size() || kind > 3) return false;
        const Shape shape = shapes[number];
        const size_t before = (kind & 1) != 0 ? shape.row : 0;
        const size_t after = (kind & 2) != 0 ? shape.row : 0;
        changes = changes.subspan(2);
        if (changes.size() < shape.key + before + after) return false;
        f(number, changes.first(shape.key), row_of(changes.subspan(shape.key, before)),
          row_of(changes.subspan(shape.key + before, after)));
        changes = changes.subspan(shape.key + before + after);
    }
    return true;
}

/// The object with these bytes; without any, as for an absent row, one of zeros.
template <class T>
T object_of(BytesView bytes) {
    T made{};
    THAW_ASSERT(bytes.empty() || bytes.size() == sizeof made);
    if (!bytes.empty()) std::memcpy(&made, bytes.data(), sizeof made);
    return made;
}

/// A change on its way to its table.
struct Piece {
    size_t number;
    BytesView key;
    BytesView before;
    BytesView after;
};

using OwnTables = decltype(State::tables(std::declval<State&>()));

/// One for all that is done with rows: a function for each table takes long to compile.
void fetch_all(OwnTables& tables, std::span<const Piece> pieces) {
    for (const Piece& piece : pieces)
        with_table(tables, piece.number, [&](size_t, const auto& table) {
            using T = std::remove_cvref_t<decltype(table)>;
            table.fetch(object_of<typename T::Key>(piece.key));
        });
}

/// Reads changes of the state's own tables: `f(table, key, before, after)` with their types. Some
/// rows ahead are fetched together.
template <class F>
bool read_changes(State& state, BytesView changes, const F& f) {
    std::array<Piece, 16> pieces;
    size_t count = 0;
    auto tables = State::tables(state);
    const auto flush = [&] {
        const std::span ready = std::span{pieces}.first(std::exchange(count, 0));
        fetch_all(tables, ready);
        for (const Piece& piece : ready)
            with_table(tables, piece.number, [&](size_t, auto& table) {
                using T = std::remove_cvref_t<decltype(table)>;
                using Row = typename T::Row;
                f(table, object_of<typename T::Key>(piece.key), object_of<Row>(piece.before),
                  object_of<Row>(piece.after));
            });
    };
    const bool whole =
        read_pieces(changes, [&](size_t number, BytesView key, BytesView before, BytesView after) {
            pieces[count++] = {number, key, before, after};
            if (count == pieces.size()) flush();
        });
    flush();
    return whole;
}

}  // namespace

void Digest::add(const Digest& other) {
    u128 carry = 0;
    for (size_t i = 0; i < limbs.size(); ++i) {
        carry += u128{limbs[i]} + other.limbs[i];
        limbs[i] = static_cast<uint64_t>(carry);
        carry >>= 64;
    }
}

void Digest::subtract(const Digest& other) {
    uint64_t borrow = 0;
    for (size_t i = 0; i < limbs.size(); ++i) {
        const u128 take_off = u128{other.limbs[i]} + borrow;
        borrow = take_off > limbs[i] ? 1 : 0;
        limbs[i] = static_cast<uint64_t>(limbs[i] - take_off);
    }
}

Hash Digest::as_hash() const {
    Hash h;
    std::memcpy(h.bytes.data(), limbs.data(), sizeof limbs);
    return h;
}

Digest Digest::from_hash(const Hash& h) {
    Digest digest;
    std::memcpy(digest.limbs.data(), h.bytes.data(), sizeof digest.limbs);
    return digest;
}

State::State() : journal_{std::make_unique<Journal>()} { attach(); }
State::~State() = default;
State::State(const State& other) : State() {
    tables(*this) = tables(other);
    digest_ = other.digest_;
    *journal_ = *other.journal_;
    attach();
}
State::State(State&&) noexcept = default;
State& State::operator=(State&&) noexcept = default;

void State::attach() {
    for_each_table(*this, [&](size_t number, auto& table) {
        table.attach(*journal_, static_cast<uint8_t>(number));
    });
}

void State::reserve(const RowCounts& rows) {
    for_each_table(*this, [&](size_t number, auto& table) { table.reserve(rows[number]); });
}

void State::copy_table(const State& from, size_t number) {
    auto mine = tables(*this);
    const auto theirs = tables(from);
    with_table(mine, number, [&](auto place, auto& table) {
        table = std::get<place>(theirs);
        table.attach(*journal_, static_cast<uint8_t>(place));
    });
}

void State::rollback(size_t mark) {
    auto all = tables(*this);
    for (; journal_->size() > mark; journal_->pop_back())
        with_table(all, journal_->back(), [](size_t, auto& table) { table.undo(); });
}

namespace {

/// Writes a table's edits down.
template <class T>
[[gnu::noinline]] void seal_table(size_t number, T& table, Bytes& changes) {
    for (const auto& edit : table.edits()) {
        const auto& [key, before, after] = edit;
        if (same_bytes(after, before)) continue;
        const bool was = !T::is_zero(before);
        const bool is = !T::is_zero(after);
        std::array<uint8_t, 2 + sizeof key + 2 * sizeof before> change;
        uint8_t* end = change.data();
        const auto put = [&end](const auto& piece) {
            std::memcpy(end, &piece, sizeof piece);
            end += sizeof piece;
        };
        put(static_cast<uint8_t>(number));
        put(static_cast<uint8_t>(was | is << 1));
        put(key);
        if (was) put(before);
        if (is) put(after);
        append(changes, BytesView{change.data(), end});
    }
    table.commit();
}

}  // namespace

Bytes State::seal() {
    Bytes changes;
    std::bitset<table_count_max> touched;
    for (const uint8_t number : *journal_) touched.set(number);
    journal_->clear();
    auto all = tables(*this);
    for (size_t i = 0; i < touched.size(); ++i)
        if (touched[i])
            with_table(all, i,
                       [&](size_t number, auto& table) { seal_table(number, table, changes); });
    digest_.add(*digest_of(changes));
    return changes;
}

std::optional<Digest> State::digest_of(BytesView changes) {
    Digest sum;
    bool whole = false;
    {
        RowHashes hashes{sum};
        whole = read_pieces(changes,
                            [&](size_t table, BytesView key, BytesView before, BytesView after) {
                                if (!before.empty()) hashes.push(table, key, before, false);
                                if (!after.empty()) hashes.push(table, key, after, true);
                            });
    }
    return whole ? std::optional{sum} : std::nullopt;
}

bool State::set_rows(BytesView changes) {
    return read_changes(*this, changes,
                        [](auto& table, const auto& key, const auto&, const auto& after) {
                            table.set(key, after);
                        });
}

bool State::apply_changes(BytesView changes) {
    const auto difference = digest_of(changes);
    if (!difference) return false;
    add_to_digest(*difference);
    return set_rows(changes);
}

bool State::publish_changes(uint64_t height, BytesView changes, const Digest& digest) {
    digest_ = digest;
    return read_changes(*this, changes,
                        [&](auto& table, const auto& key, const auto& before, const auto& after) {
                            table.remember(height, key, before, after);
                        });
}

void State::forget_changes(uint64_t height) {
    for_each_table(*this, [&](size_t, auto& table) { table.forget(height); });
}

bool State::revert_changes(uint64_t height, BytesView changes) {
    const auto difference = digest_of(changes);
    if (!difference) return false;
    digest_.subtract(*difference);
    return read_changes(*this, changes,
                        [&](auto& table, const auto& key, const auto& before, const auto&) {
                            table.unremember(height, key, before);
                        });
}

void State::for_each_row(const std::function<void(size_t, BytesView, BytesView)>& visit) const {
    for_each_table(*this, [&](size_t i, const auto& table) {
        table.for_each_unordered(
            [&](const auto& key, const auto& row) { visit(i, view_of(key), view_of(row)); });
    });
}

bool State::load_row(size_t number, BytesView key_bytes, BytesView row_bytes) {
    bool loaded = false;
    auto all = tables(*this);
    with_table(all, number, [&](size_t i, auto& table) {
        using T = std::remove_cvref_t<decltype(table)>;
        using Key = typename T::Key;
        using Row = typename T::Row;
        loaded = key_bytes.size() == sizeof(Key) && row_bytes.size() == sizeof(Row);
        if (!loaded) return;
        const Row row = object_of<Row>(row_bytes);
        if (!T::is_zero(row)) RowHashes{digest_}.push(i, key_bytes, row_bytes, true);
        table.set(object_of<Key>(key_bytes), row);
    });
    return loaded;
}

bool State::for_each_change(
    BytesView changes, const std::function<void(size_t, BytesView, BytesView, BytesView)>& visit) {
    return read_pieces(changes, visit);
}

State State::fork(const State& base, uint64_t height) {
    State layer;
    std::apply(
        [&](auto&... table) {
            std::apply([&](const auto&... under) { (table.fork_from(under, height), ...); },
                       tables(base));
        },
        tables(layer));
    return layer;
}

}  // namespace thaw::protocol
