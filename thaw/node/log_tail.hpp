/// Whether the end of a database's log was torn by a power cut, or damaged.
#pragma once
#include "thaw/node/storage.hpp"

namespace thaw::node {

enum class LogEnd : uint8_t {
    whole,    ///< each record is as it was written
    torn,     ///< the last record never reached the disk as a whole: nobody was told of it
    damaged,  ///< a record that was acknowledged is not what it was
};

/// Reads a log in RocksDB's format: blocks of 32 KiB, records of crc32c, length and kind. Every
/// batch is synced before the next begins, so what a power cut tears is the last record alone, and
/// it leaves zeros or nothing where sectors are missing. Anything else is damage.
struct LogCheck {
    LogEnd end = LogEnd::whole;
    /// Numbers of the first write in the log, and of the first after its sound records; 0 and 0
    /// when there is none.
    uint64_t first_write = 0;
    uint64_t next_write = 0;
};
LogCheck check_log(std::string_view log);

/// Whether a record with this payload may fill a sector of the log with zeros, wherever it lies. As
/// the last one, such a record could be damaged and look torn.
bool may_have_zero_sector(std::string_view payload);

}  // namespace thaw::node
