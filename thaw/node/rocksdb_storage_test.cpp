#include "thaw/node/rocksdb_storage.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/crc.hpp>
#include <fstream>
#include <random>

#include "thaw/node/log_tail.hpp"

namespace thaw::node {

namespace {

Bytes bytes(std::string_view text) {
    const BytesView view = view_of(text);
    return {view.begin(), view.end()};
}

struct Directory {
    std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("thaw_rocksdb_test_" + std::to_string(getpid()));
    Directory() { std::filesystem::remove_all(path); }
    ~Directory() { std::filesystem::remove_all(path); }
};

/// The log that RocksDB leaves of these batches, each one value.
std::string log_of(const std::vector<Bytes>& values) {
    const Directory directory;
    {
        const auto storage = open_rocksdb(directory.path);
        EXPECT_TRUE(storage) << storage.error();
        for (const Bytes& value : values) {
            const std::vector<Write> batch{{bytes("key"), value}, {bytes("h"), bytes("1")}};
            EXPECT_TRUE((*storage)->write(batch));
        }
    }
    for (const auto& file : std::filesystem::directory_iterator{directory.path}) {
        if (file.path().extension() != ".log") continue;
        std::ifstream in{file.path(), std::ios::binary};
        return {std::istreambuf_iterator<char>{in}, {}};
    }
    ADD_FAILURE() << "no log";
    return {};
}

/// A record of a log with this in it.
std::string record_of(const std::string& payload) {
    const std::string sealed = '\x01' + payload;  // the kind: all in one piece
    boost::crc_optimal<32, 0x1edc6f41, 0xffffffff, 0xffffffff, true, true> crc;
    crc.process_bytes(sealed.data(), sealed.size());
    const uint32_t sum = ((crc.checksum() >> 15) | (crc.checksum() << 17)) + 0xa282ead8u;
    std::string record;
    for (const int shift : {0, 8, 16, 24}) record.push_back(static_cast<char>(sum >> shift));
    for (const int shift : {0, 8}) record.push_back(static_cast<char>(payload.size() >> shift));
    return record + sealed;
}

/// An empty record of a log, whole and sound, as anybody could put it into a transaction's data.
constexpr std::array<uint8_t, 7> empty_record{0x05, 0x2b, 0x28, 0x43, 0, 0, 1};

Bytes repeated(std::span<const uint8_t> piece, size_t size) {
    Bytes out;
    while (out.size() < size) out.insert(out.end(), piece.begin(), piece.end());
    return out;
}

}  // namespace

TEST(log_tail, is_torn_where_a_value_looks_like_records) {
    const std::string_view look{reinterpret_cast<const char*>(empty_record.data()), 7};
    ASSERT_EQ(check_log(look).end, LogEnd::whole);
    const size_t before = log_of({bytes("one")}).size();
    const std::string log = log_of({bytes("one"), repeated(empty_record, 100'000)});
    ASSERT_GT(log.size(), 100'000);
    ASSERT_EQ(check_log(log).end, LogEnd::whole);
    for (size_t size = before + 1; size < log.size(); size += 509)
        EXPECT_EQ(check_log(std::string_view{log}.substr(0, size)).end, LogEnd::torn) << size;
    constexpr size_t sector = 512;
    for (size_t at = (before / sector + 1) * sector; at + sector < log.size(); at += sector) {
        std::string hole = log;
        hole.replace(at, sector, sector, '\0');
        EXPECT_EQ(check_log(hole).end, LogEnd::torn) << at;
        if (at % 32'768 == 0) continue;  // without the head, what is left may be anything
        hole.resize(at + (log.size() - at) / 2);
        EXPECT_EQ(check_log(hole).end, LogEnd::torn) << at;
    }
}

TEST(log_tail, is_damaged_where_a_record_follows) {
    for (const size_t size : {10u, 100u, 40'000u}) {
        const std::vector values{bytes("one"), repeated(empty_record, size), bytes("three")};
        const size_t first = log_of({values[0]}).size();
        const size_t second = log_of({values[0], values[1]}).size();
        const std::string log = log_of(values);
        ASSERT_EQ(check_log(log).end, LogEnd::whole);
        for (size_t at = first; at < second; at += 1 + size / 1'000) {
            std::string flipped = log;
            flipped[at] ^= 0x10;
            EXPECT_EQ(check_log(flipped).end, LogEnd::damaged) << size << " at " << at;
        }
        // A lost sector, with the head of a record in it.
        std::string hole = log;
        hole.replace(first, 7, 7, '\0');
        EXPECT_EQ(check_log(hole).end, LogEnd::damaged) << size;
    }
}

TEST(log_tail, is_damaged_wherever_a_bit_of_the_last_record_flips) {
    // Zeros where the next sector begins: at the end of a record, and in its middle.
    const size_t empty = log_of({Bytes{}}).size();
    for (const size_t size : {512 - empty + 3, 512 - empty + 6, size_t{512}, size_t{1'100}}) {
        const std::string log = log_of({Bytes(size)});
        ASSERT_EQ(check_log(log).end, LogEnd::whole);
        for (size_t at = 0; at < log.size(); ++at) {
            std::string flipped = log;
            flipped[at] ^= 0x10;
            EXPECT_EQ(check_log(flipped).end, LogEnd::damaged) << size << " at " << at;
        }
    }
}

TEST(log_tail, knows_a_checksum_that_begins_with_zero_from_one_that_is_missing) {
    const std::string before =
        record_of(std::string(511 - 7, 'a'));  // one byte of a sector is left
    bool zero_seen = false;
    for (uint32_t i = 0; !zero_seen; ++i) {
        const std::string last = record_of("payload " + std::to_string(i));
        ASSERT_EQ(check_log(before + last).end, LogEnd::whole);
        zero_seen = last[0] == 0;
        std::string changed = before + last;
        if (zero_seen)
            changed.back() ^= 0x10;
        else
            changed[511] = 0;
        EXPECT_EQ(check_log(changed).end, zero_seen ? LogEnd::damaged : LogEnd::torn) << i;
    }
}

TEST(rocksdb_storage, keeps_what_was_written) {
    const Directory directory;
    const Bytes large(100'000);  // zeros: a second record follows the one with them
    {
        const auto storage = open_rocksdb(directory.path);
        ASSERT_TRUE(storage) << storage.error();
        const std::vector<Write> batch{{bytes("b1"), bytes("one")},
                                       {bytes("b2"), large},
                                       {bytes("c"), bytes("else")},
                                       {bytes("b0"), bytes("gone")},
                                       {bytes("b0"), std::nullopt}};
        ASSERT_TRUE((*storage)->write(batch));
        const auto second = open_rocksdb(directory.path);
        ASSERT_FALSE(second);
        EXPECT_EQ(second.error(), "another process is using it: stop that one first");
    }
    const auto storage = open_rocksdb(directory.path);
    ASSERT_TRUE(storage) << storage.error();
    EXPECT_EQ((*storage)->get(bytes("b2"))->value(), large);
    EXPECT_FALSE((*storage)->get(bytes("b0"))->has_value());
    std::vector<Bytes> keys;
    ASSERT_TRUE((*storage)->for_each(bytes("b"), [&](BytesView key, BytesView) {
        keys.emplace_back(key.begin(), key.end());
        return true;
    }));
    EXPECT_EQ(keys, (std::vector{bytes("b1"), bytes("b2")}));
}

TEST(rocksdb_storage, a_table_replaces_what_was_written_before_it_and_not_after) {
    const Directory directory;
    const auto value = [](const Storage& storage, std::string_view key) {
        const auto found = *storage.get(view_of(key));
        return found ? std::string{found->begin(), found->end()} : std::string{"none"};
    };
    {
        const auto storage = *open_rocksdb(directory.path);
        const std::vector<Write> before{{bytes("a"), bytes("1")},
                                        {bytes("b"), bytes("1")},
                                        {bytes("c"), bytes("1")},
                                        {bytes("d"), bytes("1")}};
        ASSERT_TRUE(storage->write(before));
        for (const std::string_view turn : {"2", "3"}) {
            const std::vector<WriteView> table{{view_of(std::string_view{"a"}), view_of(turn)},
                                               {view_of(std::string_view{"b"}), std::nullopt},
                                               {view_of(std::string_view{"c"}), view_of(turn)},
                                               {view_of(std::string_view{"e"}), view_of(turn)}};
            ASSERT_TRUE(storage->write_table(table));
        }
        const std::vector<Write> after{{bytes("c"), bytes("4")}};
        ASSERT_TRUE(storage->write(after));
    }
    std::ofstream{directory.path / "new-table"} << "what a kill left of another one";
    const auto storage = *open_rocksdb(directory.path);
    EXPECT_EQ(value(*storage, "a"), "3");
    EXPECT_EQ(value(*storage, "b"), "none");
    EXPECT_EQ(value(*storage, "c"), "4");
    EXPECT_EQ(value(*storage, "d"), "1");
    EXPECT_EQ(value(*storage, "e"), "3");
    EXPECT_FALSE(std::filesystem::exists(directory.path / "new-table"));
}

TEST(rocksdb_storage, a_table_that_a_kill_left_half_written_is_no_obstacle) {
    const Directory directory;
    const std::vector<Write> batch{{bytes("a"), bytes("1")}};
    ASSERT_TRUE((*open_rocksdb(directory.path))->write(batch));
    std::mt19937_64 random{1};
    for (size_t i = 0; i < 60; ++i) {
        std::string left(53 + random() % 4'000, '\0');
        for (char& byte : left) byte = static_cast<char>(i == 0 ? 0 : random() % (i % 4 + 1));
        std::ofstream{directory.path / "900000.sst"} << left;
        const auto storage = open_rocksdb(directory.path);
        ASSERT_TRUE(storage) << storage.error();
        EXPECT_EQ(*(*storage)->get(view_of('a')), bytes("1"));
    }
}

namespace {

/// Leaves a list of tables of some 15 KiB.
void fill_list(const std::filesystem::path& directory) {
    const auto storage = *open_rocksdb(directory);
    for (uint8_t i = 0; i < 60; ++i) {
        const std::vector<Write> batch{{{i}, bytes("1")}};
        EXPECT_TRUE(storage->write(batch));
        const std::vector<WriteView> table{{view_of(i), view_of(i)}};
        EXPECT_TRUE(storage->write_table(table));
    }
}

std::filesystem::path list_in(const std::filesystem::path& directory) {
    for (const auto& file : std::filesystem::directory_iterator{directory})
        if (file.path().filename().string().starts_with("MANIFEST-")) return file.path();
    ADD_FAILURE() << "no list";
    return {};
}

}  // namespace

TEST(rocksdb_storage, a_list_of_tables_is_torn_in_its_last_records_alone) {
    const Directory directory;
    fill_list(directory.path);
    std::ifstream in{list_in(directory.path), std::ios::binary};
    const std::string list{std::istreambuf_iterator<char>{in}, {}};
    constexpr size_t sector = 512;
    ASSERT_GT(list.size(), 12'000u);
    ASSERT_EQ(check_list(list).end, LogEnd::whole);
    const auto without = [&](size_t from, size_t size) {
        std::string hole = list;
        hole.replace(from, size, size, '\0');
        return hole;
    };
    for (size_t at = 0; at < list.size(); at += sector) {
        const size_t size = std::min(sector, list.size() - at);
        const LogCheck check = check_list(without(at, size));
        const bool late = list.size() - check.sound <= 4'096;
        EXPECT_EQ(check.end, late ? LogEnd::torn : LogEnd::damaged) << at;
        EXPECT_LE(check.sound, at);
    }
    for (size_t bit = 0; bit < 8 * list.size(); bit += 5) {
        std::string flipped = list;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ 1 << bit % 8);
        const size_t at = bit / 8 / sector * sector;
        const bool looks_missing = flipped == without(at, std::min(sector, list.size() - at));
        EXPECT_EQ(check_list(flipped).end, looks_missing ? LogEnd::torn : LogEnd::damaged) << bit;
    }
}

TEST(rocksdb_storage, a_flipped_bit_is_none_that_a_power_cut_left_where_a_record_ends_in_zeros) {
    // All that lies of it in the last sector is `end`.
    const auto list_with = [](const std::string& end) {
        return record_of(std::string(512 - 20 - 7, 'x')) + record_of(std::string(13, 'y') + end);
    };
    const std::string list = list_with(std::string(3, '\0'));
    ASSERT_EQ(check_list(list).end, LogEnd::whole);
    for (size_t bit = 8 * (512 - 20); bit < 8 * list.size(); ++bit) {
        std::string flipped = list;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ 1 << bit % 8);
        EXPECT_EQ(check_list(flipped).end, LogEnd::damaged) << bit;
    }
    const LogCheck torn = check_list(list_with("end").replace(512, 3, 3, '\0'));
    EXPECT_EQ(torn.end, LogEnd::torn);
    EXPECT_EQ(torn.sound, 512u - 20);
}

TEST(rocksdb_storage, mends_no_list_that_another_process_is_writing) {
    const Directory directory;
    fill_list(directory.path);
    {
        const auto at_work = *open_rocksdb(directory.path);
        const auto list = list_in(directory.path);
        std::ofstream{list, std::ios::app | std::ios::binary} << "half of a record";
        const auto size = std::filesystem::file_size(list);
        const auto second = open_rocksdb(directory.path);
        ASSERT_FALSE(second);
        EXPECT_NE(second.error().find("another process is using it"), std::string::npos);
        EXPECT_EQ(std::filesystem::file_size(list), size);
    }
    const auto storage = open_rocksdb(directory.path);
    ASSERT_TRUE(storage) << storage.error();
    EXPECT_EQ(*(*storage)->get(view_of(uint8_t{59})), (Bytes{59}));
}

}  // namespace thaw::node
