/// RocksDB behind the storage seam.
#pragma once
#include <filesystem>
#include <memory>

#include "thaw/node/storage.hpp"

namespace thaw::node {

/// Opens or creates the database in this directory, which it locks against other processes.
IoResult<std::shared_ptr<Storage>> open_rocksdb(const std::filesystem::path& directory);

}  // namespace thaw::node
