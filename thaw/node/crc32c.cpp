#include "thaw/node/crc32c.hpp"

#include <isa-l/crc.h>

#include <algorithm>
#include <climits>

namespace thaw::node {

uint32_t crc32c(uint32_t before, const char* data, size_t size) {
    uint32_t sum = ~before;
    while (size > 0) {
        const size_t piece = std::min<size_t>(size, INT_MAX);
        // It only reads, though its type does not say so.
        auto* const bytes = reinterpret_cast<unsigned char*>(const_cast<char*>(data));
        sum = crc32_iscsi(bytes, static_cast<int>(piece), sum);
        data += piece;
        size -= piece;
    }
    return ~sum;
}

}  // namespace thaw::node

/// What RocksDB calls rocksdb::crc32c::Extend: linked in its place (cmake/ThawLibrary.cmake).
extern "C" uint32_t __wrap__ZN7rocksdb6crc32c6ExtendEjPKcm(uint32_t before, const char* data,
                                                           size_t size) {
    return thaw::node::crc32c(before, data, size);
}
