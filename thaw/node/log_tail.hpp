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
    size_t sound = 0;    ///< bytes of the sound records, from the beginning
    size_t unsound = 0;  ///< where the first unsound piece of a record begins
};
LogCheck check_log(std::string_view log);

/// The same of RocksDB's list of tables. There some records go with one sync, so a sound one may
/// follow a torn one; and they may end in zeros, so one that misses a sector is damaged all the
/// same where a single other bit would make it sound.
LogCheck check_list(std::string_view log);

/// Whether a record with this payload may fill a sector of the log with zeros, wherever it lies. As
/// the last one, such a record could be damaged and look torn.
bool may_have_zero_sector(std::string_view payload);

}  // namespace thaw::node
