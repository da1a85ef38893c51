/// RocksDB behind the storage seam.
#pragma once
#include <filesystem>
#include <memory>

#include "thaw/node/storage.hpp"

namespace rocksdb {
class FileSystem;
}

namespace thaw::node {

/// A storage of which snapshots can be taken.
class Database : public Storage {
  public:
    /// Puts all that is durable by now into a directory that is not there yet, to be opened on its
    /// own. Quick on the same file system, where files are shared; writes go on meanwhile.
    virtual IoResult<> snapshot(const std::filesystem::path& directory) const = 0;
};

/// Opens or creates the database in this directory, which it locks against other processes. With
/// `disk`, the directory lies there: a simulated disk.
IoResult<std::shared_ptr<Database>> open_rocksdb(
    const std::filesystem::path& directory,
    const std::shared_ptr<rocksdb::FileSystem>& disk = nullptr);

/// The same to read only: nothing in the directory changes, and writing is refused.
IoResult<std::shared_ptr<Database>> open_rocksdb_to_read(const std::filesystem::path& directory);

}  // namespace thaw::node
