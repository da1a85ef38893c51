#include "thaw/node/crc32c.hpp"

#include <gtest/gtest.h>

#include <boost/crc.hpp>
#include <random>
#include <string>

// What RocksDB calls: whatever the linker put there.
namespace rocksdb::crc32c {
uint32_t Extend(uint32_t before, const char* data, size_t size);
}

namespace thaw::node {
namespace {

using Other = boost::crc_optimal<32, 0x1edc6f41, 0xffffffff, 0xffffffff, true, true>;

uint32_t other_crc(const std::string& bytes) {
    Other crc;
    crc.process_bytes(bytes.data(), bytes.size());
    return crc.checksum();
}

TEST(crc32c, has_the_published_values) {
    const auto of = [](const std::string& bytes) { return crc32c(0, bytes.data(), bytes.size()); };
    EXPECT_EQ(of(""), 0u);
    EXPECT_EQ(of("123456789"), 0xe3069283u);
    EXPECT_EQ(of(std::string(32, '\0')), 0x8a9136aau);  // RFC 3720, B.4
    EXPECT_EQ(of(std::string(32, '\xff')), 0x62a8ab43u);
}

TEST(crc32c, is_anothers_for_any_length_in_one_piece_or_two) {
    std::mt19937_64 random{1};
    std::string bytes(5'000, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    for (size_t size = 0; size < bytes.size(); size += 1 + size / 20) {
        const std::string part = bytes.substr(random() % (bytes.size() - size), size);
        const size_t cut = random() % (size + 1);
        const uint32_t first = crc32c(0, part.data(), cut);
        EXPECT_EQ(crc32c(first, part.data() + cut, size - cut), other_crc(part)) << size;
        EXPECT_EQ(rocksdb::crc32c::Extend(first, part.data() + cut, size - cut), other_crc(part));
    }
}

}  // namespace
}  // namespace thaw::node
