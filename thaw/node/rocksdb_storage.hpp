/// RocksDB behind the storage seam.
#pragma once
#include <filesystem>
#include <memory>

#include "thaw/node/storage.hpp"

namespace rocksdb {
class FileSystem;
}

namespace thaw::node {

/// Opens or creates the database in this directory, which it locks against other processes. With
/// `disk`, the directory lies there: a simulated disk.
IoResult<std::shared_ptr<Storage>> open_rocksdb(
    const std::filesystem::path& directory,
    const std::shared_ptr<rocksdb::FileSystem>& disk = nullptr);

}  // namespace thaw::node
