/// CRC-32C as RocksDB's files carry it (RFC 3720, appendix B.4), by the processor's instructions.
#pragma once
#include <cstddef>
#include <cstdint>

namespace thaw::node {

/// The sum of what had the sum `before` (0 for nothing) followed by `size` bytes.
uint32_t crc32c(uint32_t before, const char* data, size_t size);

}  // namespace thaw::node
