#include "thaw/node/store.hpp"

#include <algorithm>

#include "thaw/base/assert.hpp"
#include "thaw/base/result.hpp"
#include "thaw/node/block_format.hpp"
#include "thaw/node/checksum.hpp"
#include "thaw/node/packing.hpp"
#include "thaw/node/sorted_writes.hpp"

namespace thaw::node {

namespace {

constexpr uint32_t format_version = 1;
constexpr uint64_t counts_seed = 'n';
/// Changes folded in one batch. The database lets one writer in at a time, so a larger batch would
/// make the next block wait for longer than it takes to sync.
constexpr size_t log_step_bytes_max = 1u << 20;
/// Changes in one table: what they leave is in memory all at once.
constexpr size_t table_step_bytes_max = 64u << 20;

Bytes key_of(char kind, BytesView rest = {}) {
    Bytes key;
    key.reserve(1 + rest.size());
    key.push_back(static_cast<uint8_t>(kind));
    append(key, rest);
    return key;
}
/// Heights are big-endian in keys, so that keys sort by height.
Bytes key_of(char kind, uint64_t height) {
    std::array<uint8_t, 8> image{};
    for (size_t i = 0; i < 8; ++i) image[i] = static_cast<uint8_t>(height >> (56 - 8 * i));
    return key_of(kind, image);
}
Bytes row_key(size_t table, BytesView key) {
    Bytes out;
    out.reserve(2 + key.size());
    out.push_back('r');
    out.push_back(static_cast<uint8_t>(table));
    append(out, key);
    return out;
}
Bytes image_of(uint64_t value) {
    const BytesView image = view_of(value);
    return {image.begin(), image.end()};
}
std::array<uint8_t, 12> image_of(const Location& at) {
    std::array<uint8_t, 12> image{};
    std::memcpy(image.data(), &at.height, 8);
    std::memcpy(image.data() + 8, &at.index, 4);
    return image;
}

/// Absent rows become rows and the other way round.
void count_row(Store::RowCounts& rows, size_t table, BytesView before, BytesView after) {
    if (before.empty() && !after.empty()) ++rows[table];
    if (!before.empty() && after.empty()) --rows[table];
}
Bytes counts_image(const Store::RowCounts& rows) {
    Bytes value = Packer{}.put(rows).take();
    append_checksum(value, counts_seed);
    return value;
}

std::string damaged(std::string_view what, uint64_t height) {
    return std::string{what} + " of block " + std::to_string(height) +
           " in the data directory are missing or damaged: restore a backup";
}

bool is_absent(BytesView row) {
    return std::all_of(row.begin(), row.end(), [](uint8_t byte) { return byte == 0; });
}
std::optional<Bytes> row_value(BytesView row) {
    if (is_absent(row)) return std::nullopt;
    return Bytes{row.begin(), row.end()};
}

void put_block_writes(StoredBlock block, std::vector<Write>& batch) {
    append_checksum(block.changes, block.height);
    batch.push_back({key_of('b', block.height), std::move(block.block)});
    batch.push_back({key_of('c', block.height), std::move(block.changes)});
    batch.push_back({key_of('h'), image_of(block.height)});
}

}  // namespace

IoResult<std::optional<uint64_t>> Store::open() {
    const auto format = TRY(storage_->get(key_of('f')));
    if (!format) return std::optional<uint64_t>{};
    Unpacker in{*format};
    const auto version = in.get<uint32_t>();
    chain_id_ = in.get<uint64_t>();
    if (!in.finished()) return tl::unexpected(std::string{"it does not hold a chain of Thaw"});
    if (version != format_version)
        return tl::unexpected("its format is version " + std::to_string(version) +
                              ", this program reads version " + std::to_string(format_version));
    return std::optional{chain_id_};
}

IoResult<> Store::create(uint64_t chain_id, StoredBlock genesis) {
    chain_id_ = chain_id;
    std::vector<Write> batch;
    batch.push_back({key_of('f'), Packer{}.put(format_version).put(chain_id).take()});
    put_block_writes(std::move(genesis), batch);
    return storage_->write(batch);
}

IoResult<std::optional<uint64_t>> Store::number(BytesView key) const {
    const auto value = TRY(storage_->get(key));
    if (!value) return std::optional<uint64_t>{};
    Unpacker in{*value};
    const auto found = in.get<uint64_t>();
    if (!in.finished()) return tl::unexpected(std::string{"a height in the store is damaged"});
    return std::optional{found};
}

IoResult<uint64_t> Store::head_height() const {
    const auto height = TRY(number(key_of('h')));
    if (!height) return tl::unexpected(std::string{"the height of the head is missing"});
    return *height;
}

IoResult<std::optional<uint64_t>> Store::checkpoint_height() const { return number(key_of('k')); }

IoResult<> Store::put_block(StoredBlock block) {
    std::vector<Write> batch;
    put_block_writes(std::move(block), batch);
    return storage_->write(batch);
}

IoResult<SealedBlock> Store::block(uint64_t height) const {
    const auto bytes = TRY(storage_->get(key_of('b', height)));
    auto block = bytes ? decode_block(*bytes, height, chain_id_) : std::nullopt;
    if (!block) return tl::unexpected(damaged("the contents", height));
    return std::move(*block);
}

IoResult<codec::Header> Store::header(uint64_t height) const {
    const auto bytes = TRY(storage_->get(key_of('b', height)));
    auto header = bytes ? decode_header(*bytes, height) : std::nullopt;
    if (!header) return tl::unexpected(damaged("the contents", height));
    return std::move(*header);
}

IoResult<Bytes> Store::changes(uint64_t height) const {
    auto bytes = TRY(storage_->get(key_of('c', height)));
    const auto payload = bytes ? without_checksum(*bytes, height) : std::nullopt;
    if (!payload) return tl::unexpected(damaged("the row changes", height));
    bytes->resize(payload->size());
    return std::move(*bytes);
}

IoResult<std::optional<Location>> Store::locate(const Hash& transaction) const {
    const auto value = TRY(storage_->get(key_of('t', transaction.bytes)));
    if (!value) return std::optional<Location>{};
    Unpacker in{*value};
    Location at;
    at.height = in.get<uint64_t>();
    at.index = in.get<uint32_t>();
    if (!in.finished()) return tl::unexpected(std::string{"the transaction index is damaged"});
    return std::optional{at};
}

IoResult<std::optional<uint64_t>> Store::height_of(const Hash& block) const {
    return number(key_of('y', block.bytes));
}

IoResult<std::optional<Store::RowCounts>> Store::row_counts() const {
    const auto value = TRY(storage_->get(key_of('n')));
    if (!value) return TRY(checkpoint_height()) ? std::nullopt : std::optional{RowCounts{}};
    const auto payload = without_checksum(*value, counts_seed);
    if (!payload || payload->size() != sizeof(RowCounts))
        return tl::unexpected(std::string{"the counts of rows are damaged: restore a backup"});
    return std::optional{Unpacker{*payload}.get<RowCounts>()};
}

IoResult<uint64_t> Store::fold(
    uint64_t target, Way way,
    const std::function<Index(uint64_t first, uint64_t last)>& index_between) {
    const auto folded = TRY(checkpoint_height());
    const uint64_t first = folded ? *folded + 1 : 0;
    const auto known = TRY(row_counts());
    RowCounts rows = known.value_or(RowCounts{});
    const size_t bytes_max = way == Way::log ? log_step_bytes_max : table_step_bytes_max;
    SortedWrites batch{bytes_max / 40, 3 * bytes_max / 2};  // memory not used costs nothing
    uint64_t next = first;
    for (size_t bytes = 0; next <= target && bytes < bytes_max; ++next) {
        const Bytes step = TRY(changes(next));
        const bool whole = protocol::State::for_each_change(
            step, [&](size_t table, BytesView key, BytesView before, BytesView after) {
                batch.add({'r', static_cast<uint8_t>(table)}, key, after);
                count_row(rows, table, before, after);
            });
        if (!whole) return tl::unexpected(damaged("the row changes", next));
        bytes += step.size();
    }
    const uint64_t last = next - 1;
    const Index index = index_between(first, last);
    if (index.blocks.size() != next - first)
        return tl::unexpected(std::string{"a block on its way into the checkpoint is missing"});
    for (const auto& [hash, at] : index.transactions) batch.add({'t'}, hash.bytes, image_of(at));
    for (const auto& [hash, at] : index.blocks) batch.add({'y'}, hash.bytes, view_of(at));
    if (known) batch.add({'n'}, {}, counts_image(rows));
    batch.add({'k'}, {}, view_of(last));
    const auto sorted = batch.sorted();
    TRY_VOID(way == Way::table ? storage_->write_table(sorted) : write_through_log(sorted));
    return last;
}

/// In the order of keys each finds its place in RocksDB's list beside the one before.
IoResult<> Store::write_through_log(std::span<const WriteView> sorted) {
    std::vector<Write> writes;
    writes.reserve(sorted.size());
    for (const auto& [key, value] : sorted)
        writes.push_back(
            {{key.begin(), key.end()},
             value ? std::optional{Bytes{value->begin(), value->end()}} : std::nullopt});
    return storage_->write(writes);
}

IoResult<> Store::for_each_row(
    uint8_t table, const std::function<bool(BytesView key, BytesView row)>& visit) const {
    const Bytes prefix = row_key(table, {});
    return storage_->for_each(prefix, [&](BytesView key, BytesView row) {
        return visit(key.subspan(prefix.size()), row);
    });
}

IoResult<> Store::take_back(uint64_t height, std::vector<Write>& batch, RowCounts& rows) const {
    const Bytes undone = TRY(changes(height));
    const bool whole = protocol::State::for_each_change(
        undone, [&](size_t table, BytesView key, BytesView before, BytesView after) {
            batch.push_back({row_key(table, key), row_value(before)});
            count_row(rows, table, after, before);
        });
    if (!whole) return tl::unexpected(damaged("the row changes", height));
    const SealedBlock removed = TRY(block(height));
    for (const SealedTransaction& sealed : removed.transactions)
        batch.push_back({key_of('t', sealed.transaction->hash.bytes), std::nullopt});
    batch.push_back({key_of('y', removed.hash.bytes), std::nullopt});
    return {};
}

IoResult<> Store::truncate(uint64_t height) {
    const uint64_t head = TRY(head_height());
    const auto folded = TRY(checkpoint_height());
    const auto known = TRY(row_counts());
    RowCounts rows = known.value_or(RowCounts{});
    std::vector<Write> batch;
    for (uint64_t h = head; h > height; --h) {
        if (folded && h <= *folded) TRY_VOID(take_back(h, batch, rows));
        batch.push_back({key_of('b', h), std::nullopt});
        batch.push_back({key_of('c', h), std::nullopt});
    }
    if (folded && *folded > height) {
        if (known) batch.push_back({key_of('n'), counts_image(rows)});
        batch.push_back({key_of('k'), image_of(height)});
    }
    batch.push_back({key_of('h'), image_of(height)});
    return storage_->write(batch);
}

}  // namespace thaw::node
