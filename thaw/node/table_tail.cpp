#include "thaw/node/table_tail.hpp"

#include <memory>
#include <optional>

#include "thaw/base/result.hpp"

namespace thaw::node {

namespace {

// RocksDB's block-based tables, as they are written since its version 2.6: blocks, the block that
// says where the properties and other notes are, and at the end a footer that says where that is.
constexpr uint64_t footer_bytes = 53;
constexpr uint64_t notes_max_bytes = 1u << 20;

struct Place {
    uint64_t offset;
    uint64_t size;
};

std::optional<uint64_t> take_number(std::string_view& in) {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !in.empty(); shift += 7) {
        const auto byte = static_cast<uint8_t>(in.front());
        in.remove_prefix(1);
        value |= uint64_t{byte & 0x7fu} << shift;
        if (byte < 0x80) return value;
    }
    return std::nullopt;
}

std::optional<Place> take_place(std::string_view& in) {
    const auto offset = take_number(in);
    const auto size = take_number(in);
    if (!offset || !size) return std::nullopt;
    return Place{*offset, *size};
}

std::optional<std::string_view> take_bytes(std::string_view& in, uint64_t size) {
    if (size > in.size()) return std::nullopt;
    const std::string_view bytes = in.substr(0, size);
    in.remove_prefix(size);
    return bytes;
}

/// Where the properties are, by the block that says where the notes are: pairs of a name, none of
/// which shares a beginning with the one before, and a place.
std::optional<Place> properties_in(std::string_view notes) {
    while (!notes.empty()) {
        const auto shared = take_number(notes);
        const auto name_size = take_number(notes);
        const auto place_size = take_number(notes);
        if (!shared || *shared != 0 || !name_size || !place_size) return std::nullopt;
        const auto name = take_bytes(notes, *name_size);
        auto place = take_bytes(notes, *place_size);
        if (!name || !place) return std::nullopt;
        if (*name == "rocksdb.properties") return take_place(*place);
    }
    return std::nullopt;
}

struct Table {
    std::unique_ptr<rocksdb::RandomAccessFile> file;
    uint64_t size = 0;

    /// Empty for what does not lie in the table.
    IoResult<std::string> read(const Place& place) const {
        // What a kill left of a table ends in anything, and RocksDB takes reading nothing for an
        // error of the disk.
        if (place.size == 0 || place.size > notes_max_bytes) return std::string{};
        if (place.offset > size || place.size > size - place.offset) return std::string{};
        std::string room(place.size, '\0');
        rocksdb::Slice got;
        const auto status = file->Read(place.offset, room.size(), &got, room.data());
        if (!status.ok()) return tl::unexpected(status.ToString());
        return got.ToString();
    }
};

}  // namespace

IoResult<bool> can_open_table(rocksdb::Env& env, const std::string& path) {
    Table table;
    auto status = env.GetFileSize(path, &table.size);
    if (status.ok()) status = env.NewRandomAccessFile(path, &table.file, rocksdb::EnvOptions{});
    if (!status.ok()) return tl::unexpected(status.ToString());
    if (table.size < footer_bytes) return true;
    // But for its first byte, the kind of checksum.
    const std::string footer = TRY(table.read({table.size - footer_bytes + 1, footer_bytes - 1}));
    std::string_view rest{footer};
    const auto notes_place = take_place(rest);
    if (!notes_place) return true;
    const std::string notes = TRY(table.read(*notes_place));
    const auto place = properties_in(notes);
    if (!place || place->size == 0) return true;
    const std::string last = TRY(table.read({place->offset + place->size - 1, 1}));
    return last.empty() || (static_cast<uint8_t>(last.front()) & 0x80) == 0;
}

}  // namespace thaw::node
