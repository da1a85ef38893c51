/// Backups: the files of a data directory at one moment, and a manifest that says what must come
/// out of them (docs/formats/backup.md). A backup or a restore is there whole or not at all.
#pragma once
#include <filesystem>
#include <functional>
#include <vector>

#include "thaw/base/types.hpp"
#include "thaw/node/storage.hpp"

namespace thaw::node {

struct BackupFile {
    std::string path;  ///< below the backup, with "/" between names
    uint64_t bytes = 0;
    Hash sha256;
};

struct Manifest {
    uint64_t chain_id = 0;
    uint64_t height = 0;  ///< of the head
    Hash block;           ///< its hash
    Hash digest;          ///< of the state after it
    std::string made;     ///< when, UTC: "2026-11-21T17:05:00Z"
    std::vector<BackupFile> files;

    uint64_t bytes() const;
};

inline constexpr const char* manifest_name = "manifest.txt";

std::string print_manifest(const Manifest& manifest);
/// Refuses whatever `print_manifest` would not have written, a flipped bit above all.
IoResult<Manifest> parse_manifest(std::string_view text);

/// Told of bytes (of blocks, for the last part of a check) done and to do; false ends the work.
using BackupProgress = std::function<bool(std::string_view part, uint64_t done, uint64_t total)>;

/// Copies a snapshot (a directory that nobody changes, with the chain in "chain") to `backup`,
/// which must not be there yet, syncs it and writes its manifest.
IoResult<Manifest> write_backup(const std::filesystem::path& snapshot,
                                const std::filesystem::path& backup,
                                const BackupProgress& progress);

/// Reads all of a backup without changing it: each file against its checksum, the state's digest
/// computed anew from its rows, and each block's contents, row changes and parent.
IoResult<Manifest> check_backup(const std::filesystem::path& backup,
                                const BackupProgress& progress);

/// Copies a backup into `data`, which must be missing or empty, and checks the copy in the same way
/// before it gets that name.
IoResult<Manifest> restore_backup(const std::filesystem::path& backup,
                                  const std::filesystem::path& data,
                                  const BackupProgress& progress);

}  // namespace thaw::node
