/// Whether RocksDB may be let at the notes a table ends in.
#pragma once
#include <rocksdb/env.h>

#include <string>

#include "thaw/node/storage.hpp"

namespace thaw::node {

/// False for a table whose properties claim an index of hashes, which ours never have. RocksDB
/// reads that bit before it looks at the block's checksum, and with our tables an assertion of its
/// own then ends the process. Everything else that may be wrong with a table is left to RocksDB's
/// checksums: true.
IoResult<bool> can_open_table(rocksdb::Env& env, const std::string& path);

}  // namespace thaw::node
