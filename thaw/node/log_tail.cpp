#include "thaw/node/log_tail.hpp"

#include <algorithm>

#include "thaw/node/crc32c.hpp"

namespace thaw::node {

namespace {

constexpr size_t block_size = 32'768;
constexpr size_t header_size = 7;  // crc32c, length of two bytes, kind
constexpr size_t sector = 512;
constexpr size_t group_max = 4'096;  // bytes of all records of the list that go with one sync
enum Kind : uint8_t { nothing = 0, full = 1, first = 2, middle = 3, last = 4 };

uint8_t byte_at(std::string_view log, size_t at) { return static_cast<uint8_t>(log[at]); }

/// The checksum as RocksDB stores it: turned and moved, so that a log inside a log is none.
uint32_t stored(uint32_t sum) { return ((sum >> 15) | (sum << 17)) + 0xa282ead8u; }

uint32_t stored_crc(std::string_view bytes) {
    return stored(crc32c(0, bytes.data(), bytes.size()));
}

uint32_t crc_at(std::string_view log, size_t at) {
    uint32_t crc = 0;
    for (size_t i = 0; i < 4; ++i) crc |= uint32_t{byte_at(log, at + i)} << (8 * i);
    return crc;
}
size_t length_at(std::string_view log, size_t at) {
    return byte_at(log, at + 4) | size_t{byte_at(log, at + 5)} << 8;
}

/// A piece of a record: all of it, or the part of it in one block.
struct Piece {
    Kind kind = nothing;
    size_t size = 0;  ///< with its header
};
/// Nothing when no sound piece begins there.
std::optional<Piece> piece_at(std::string_view log, size_t at) {
    const size_t room = std::min(block_size - at % block_size, log.size() - at);
    if (room < header_size) return std::nullopt;
    const uint8_t kind = byte_at(log, at + 6);
    const size_t length = length_at(log, at);
    if (kind < full || kind > last || header_size + length > room) return std::nullopt;
    if (crc_at(log, at) != stored_crc(log.substr(at + 6, length + 1))) return std::nullopt;
    return Piece{static_cast<Kind>(kind), header_size + length};
}

bool is_zero(std::string_view bytes) {
    return std::all_of(bytes.begin(), bytes.end(), [](char byte) { return byte == 0; });
}

size_t block_end(std::string_view log, size_t at) {
    return std::min(log.size(), at / block_size * block_size + block_size);
}

bool begins_record(const std::optional<Piece>& piece) {
    return piece && (piece->kind == full || piece->kind == first);
}

/// Whether a record begins in one of the blocks from there on, among the sound pieces at its head.
bool begins_in_block(std::string_view log, size_t block) {
    for (; block < log.size(); block = block_end(log, block)) {
        const size_t end = block_end(log, block);
        for (size_t at = block; at < end;) {
            const auto piece = piece_at(log, at);
            if (!piece) break;
            if (begins_record(piece)) return true;
            at += piece->size;
        }
    }
    return false;
}

/// Whether the piece there is sound but for its length. The checksum is not over the length.
bool has_another_length(std::string_view log, size_t at) {
    const size_t end = block_end(log, at);
    if (end - at < header_size) return false;
    uint32_t sum = 0;
    for (size_t next = at + 6; next < end; ++next) {
        sum = crc32c(sum, log.data() + next, 1);
        if (stored(sum) == crc_at(log, at)) return true;
    }
    return false;
}

/// Whether a record begins after `at` in the same block, from which on all is sound to the end of
/// the log or to a next block that continues it.
bool begins_in_rest(std::string_view log, size_t at) {
    const size_t end = block_end(log, at);
    const bool goes_on = end < log.size() && piece_at(log, end);
    std::vector<bool> sound_from(end - at);
    for (size_t from = end - header_size; from > at; --from) {
        const auto piece = piece_at(log, from);
        if (!piece) continue;
        const size_t next = from + piece->size;
        const bool continues = piece->kind == first || piece->kind == middle;
        if (next < end ? !sound_from[next - at] : end < log.size() && !(goes_on && continues))
            continue;
        if (begins_record(piece)) return true;
        sound_from[from - at] = true;
    }
    return false;
}

/// Whether a record begins after the unsound piece at `at`: one that was written later. Who sends
/// transactions chooses what is in a record, and may make it look like records: so sound bytes
/// count only where a piece must begin. Where the head of the unsound one is gone, nothing says
/// where that is.
bool begins_later(std::string_view log, size_t at) {
    const size_t end = block_end(log, at);
    if (begins_in_block(log, end)) return true;
    if (at + header_size > end) return false;
    if (is_zero(log.substr(at, header_size))) return begins_in_rest(log, at);
    const size_t next = at + header_size + length_at(log, at);
    return (next < end && begins_record(piece_at(log, next))) || has_another_length(log, at);
}

/// Whether a sector, or what of it lies in the record, never reached the disk. Where only a part of
/// the checksum lies in the first one, it may be zero by chance: then it is missing if the rest of
/// the checksum is right.
bool misses_a_sector(std::string_view log, size_t from) {
    const size_t first_part = sector - from % sector;
    if (first_part <= 4 && is_zero(log.substr(from, first_part))) {
        const auto size = std::min(header_size + length_at(log, from), block_end(log, from) - from);
        const uint64_t wrong = stored_crc(log.substr(from + 6, size - 6)) ^ crc_at(log, from);
        if (wrong != 0 && wrong >> 8 * first_part == 0) return true;
        from += first_part;
    }
    for (size_t at = from; at < log.size(); at = at / sector * sector + sector)
        if (is_zero(log.substr(at, sector - at % sector))) return true;
    return false;
}

/// Whether the piece that begins there goes on behind the end of the log.
bool ends_within(std::string_view log, size_t at) {
    const size_t left = log.size() - at;
    return left < header_size || header_size + length_at(log, at) > left;
}

/// Whether the piece there would be sound if one bit were another, of the sectors that have any.
bool is_one_bit_off(std::string_view log, size_t at) {
    if (!is_zero(log.substr(at, header_size)) && has_another_length(log, at)) return true;
    if (ends_within(log, at)) return false;
    const size_t size = header_size + length_at(log, at);
    std::string piece{log.substr(at, size)};
    const auto is_sound = [&] { return crc_at(piece, 0) == stored_crc({&piece[6], size - 6}); };
    for (size_t from = 0, end = 0; from < size; from = end) {
        end = std::min(size, from + sector - (at + from) % sector);
        // What never reached the disk is off by whatever it was.
        if (is_zero({&piece[from], end - from})) continue;
        for (size_t bit = 8 * from; bit < 8 * end; ++bit) {
            const char was = piece[bit / 8];
            piece[bit / 8] = static_cast<char>(was ^ 1 << bit % 8);
            if (is_sound()) return true;
            piece[bit / 8] = was;
        }
    }
    return false;
}

/// A record begins with the number of its first write, and how many there are.
void note(std::string_view log, size_t record, LogCheck& check) {
    const std::string_view payload = log.substr(record + header_size);
    if (payload.size() < 12) return;
    uint64_t first_write = 0;
    uint32_t count = 0;
    for (size_t i = 0; i < 8; ++i) first_write |= uint64_t{byte_at(payload, i)} << (8 * i);
    for (size_t i = 0; i < 4; ++i) count |= uint32_t{byte_at(payload, 8 + i)} << (8 * i);
    if (check.next_write == 0) check.first_write = first_write;
    check.next_write = first_write + count;
}

}  // namespace

bool may_have_zero_sector(std::string_view payload) {
    for (size_t at = sector - 1; at < payload.size(); at += sector) {
        if (payload[at] != 0) continue;
        const size_t before = payload.substr(0, at).find_last_not_of('\0') + 1;  // npos + 1 is 0
        const size_t after = std::min(payload.find_first_not_of('\0', at), payload.size());
        if (after - before >= sector) return true;
    }
    return false;
}

LogCheck check_log(std::string_view log) {
    LogCheck check;
    size_t at = 0;
    size_t record = 0;    // where the record began that is being read
    bool within = false;  // its last piece has not come yet
    while (at < log.size()) {
        if (block_size - at % block_size < header_size) {  // filled up with zeros
            at = std::min(log.size(), at / block_size * block_size + block_size);
            continue;
        }
        if (!within) record = at;
        const auto piece = piece_at(log, at);
        const bool fits = piece && within == (piece->kind == middle || piece->kind == last);
        if (!fits) break;
        within = piece->kind == first || piece->kind == middle;
        at += piece->size;
        if (!within) note(log, record, check);
    }
    check.sound = within ? record : at;
    check.unsound = at;
    if (at >= log.size())
        check.end = within ? LogEnd::torn : LogEnd::whole;
    else if (begins_later(log, at))
        check.end = LogEnd::damaged;
    else
        check.end =
            ends_within(log, at) || misses_a_sector(log, record) ? LogEnd::torn : LogEnd::damaged;
    return check;
}

LogCheck check_list(std::string_view log) {
    LogCheck check = check_log(log);
    if (check.end == LogEnd::whole) return check;
    const bool misses_end = check.end == LogEnd::torn && ends_within(log, check.unsound);
    const bool is_last = log.size() - check.sound <= group_max;
    const bool is_torn = misses_end || (is_last && misses_a_sector(log, check.sound));
    check.end = is_torn && !is_one_bit_off(log, check.unsound) ? LogEnd::torn : LogEnd::damaged;
    return check;
}

}  // namespace thaw::node
