/// A disk in memory behind RocksDB's file system seam. It remembers everything that was done to it,
/// so that the power can be cut after any of it, and it can refuse to sync or run full.
#pragma once
#include <rocksdb/file_system.h>

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace thaw::durability {

/// What lies on a disk: contents by path. All of it survives a power cut.
using Image = std::map<std::string, std::string>;

/// One thing that was done to the disk.
struct Operation {
    enum class Kind : uint8_t {
        create,
        append,
        write,
        truncate,
        sync,
        failed_sync,
        rename,
        link,
        remove,
        sync_directory
    };
    Kind kind;
    uint64_t file = 0;  ///< number of what was created, changed or synced
    std::string name;   ///< created, renamed, linked, removed
    std::string other;  ///< the new name, or the second one
    std::string data;   ///< appended or written
    uint64_t at = 0;    ///< where it was written, or what is left of a truncated file
};

/// What a power cut does to what was not synced. A file keeps a part of its unsynced end: all,
/// nothing, the first `bytes`, or random sectors of it with zeros between (writes that were
/// reordered). Of directory changes the first ones survive, as a journal keeps them.
struct Tear {
    enum class Kind : uint8_t { keep, lose, cut, sectors };
    Kind kind = Kind::lose;
    uint64_t bytes = 0;    ///< of `cut`: what survives of each file's unsynced end
    uint64_t seed = 0;     ///< of `sectors`: which ones
    uint64_t renames = 0;  ///< how many of the unsynced directory changes survive
};

/// How many bytes a cut could lose, and how many directory changes.
struct Loose {
    uint64_t bytes = 0;
    uint64_t renames = 0;
};

/// A disk on the way through its operations: what is sure to survive, and what is loose.
class Power {
  public:
    explicit Power(const Image& before);
    void pass(const Operation& one);
    Loose loose() const;
    /// What is left when the power goes now.
    Image cut(const Tear& tear) const;

    struct File {
        std::string data;
        size_t synced = 0;
        std::vector<std::pair<size_t, size_t>> lost;  ///< ranges that a failed sync gave up
    };

  private:
    uint64_t numbers_ = 0;
    std::map<uint64_t, File> files_;
    std::map<std::string, uint64_t> names_;  ///< as the last synced directory has them
    std::vector<Operation> loose_names_;
};

Power power_after(const Image& before, const std::vector<Operation>& operations, size_t count);
/// The disk after the first `count` of these operations and a power cut.
Image after_power_cut(const Image& before, const std::vector<Operation>& operations, size_t count,
                      const Tear& tear);

/// Safe to use from many threads.
class SimulatedDisk final : public rocksdb::FileSystem {
  public:
    explicit SimulatedDisk(Image image = {});
    ~SimulatedDisk() override;

    size_t done() const;  ///< how many operations so far
    std::vector<Operation> operations() const;
    /// The sync after `syncs` more fails, once; what it should have kept is lost for good, though
    /// later syncs succeed: so do disks.
    void fail_sync_after(uint64_t syncs);
    /// Only so many more bytes fit.
    void fill_after(uint64_t bytes);
    /// From now on it takes no OPTIONS file, which RocksDB writes at each opening and first
    /// write, never reads there, and can do without.
    void refuse_options_files();
    /// From now on no file can be opened for direct writes: not all file systems take them.
    void refuse_direct_writes();

    struct Room;  ///< what files and directories share

    const char* Name() const override { return "simulated disk"; }
    rocksdb::IOStatus NewSequentialFile(const std::string&, const rocksdb::FileOptions&,
                                        std::unique_ptr<rocksdb::FSSequentialFile>*,
                                        rocksdb::IODebugContext*) override;
    rocksdb::IOStatus NewRandomAccessFile(const std::string&, const rocksdb::FileOptions&,
                                          std::unique_ptr<rocksdb::FSRandomAccessFile>*,
                                          rocksdb::IODebugContext*) override;
    rocksdb::IOStatus NewWritableFile(const std::string&, const rocksdb::FileOptions&,
                                      std::unique_ptr<rocksdb::FSWritableFile>*,
                                      rocksdb::IODebugContext*) override;
    rocksdb::IOStatus ReopenWritableFile(const std::string&, const rocksdb::FileOptions&,
                                         std::unique_ptr<rocksdb::FSWritableFile>*,
                                         rocksdb::IODebugContext*) override;
    rocksdb::IOStatus NewDirectory(const std::string&, const rocksdb::IOOptions&,
                                   std::unique_ptr<rocksdb::FSDirectory>*,
                                   rocksdb::IODebugContext*) override;
    rocksdb::IOStatus NewLogger(const std::string&, const rocksdb::IOOptions&,
                                std::shared_ptr<rocksdb::Logger>*,
                                rocksdb::IODebugContext*) override;
    rocksdb::IOStatus FileExists(const std::string&, const rocksdb::IOOptions&,
                                 rocksdb::IODebugContext*) override;
    rocksdb::IOStatus GetChildren(const std::string&, const rocksdb::IOOptions&,
                                  std::vector<std::string>*, rocksdb::IODebugContext*) override;
    rocksdb::IOStatus DeleteFile(const std::string&, const rocksdb::IOOptions&,
                                 rocksdb::IODebugContext*) override;
    rocksdb::IOStatus CreateDir(const std::string&, const rocksdb::IOOptions&,
                                rocksdb::IODebugContext*) override;
    rocksdb::IOStatus CreateDirIfMissing(const std::string&, const rocksdb::IOOptions&,
                                         rocksdb::IODebugContext*) override;
    rocksdb::IOStatus DeleteDir(const std::string&, const rocksdb::IOOptions&,
                                rocksdb::IODebugContext*) override;
    rocksdb::IOStatus GetFileSize(const std::string&, const rocksdb::IOOptions&, uint64_t*,
                                  rocksdb::IODebugContext*) override;
    rocksdb::IOStatus GetFileModificationTime(const std::string&, const rocksdb::IOOptions&,
                                              uint64_t*, rocksdb::IODebugContext*) override;
    rocksdb::IOStatus RenameFile(const std::string&, const std::string&, const rocksdb::IOOptions&,
                                 rocksdb::IODebugContext*) override;
    rocksdb::IOStatus LinkFile(const std::string&, const std::string&, const rocksdb::IOOptions&,
                               rocksdb::IODebugContext*) override;
    rocksdb::IOStatus Truncate(const std::string&, size_t, const rocksdb::IOOptions&,
                               rocksdb::IODebugContext*) override;
    rocksdb::IOStatus LockFile(const std::string&, const rocksdb::IOOptions&, rocksdb::FileLock**,
                               rocksdb::IODebugContext*) override;
    rocksdb::IOStatus UnlockFile(rocksdb::FileLock*, const rocksdb::IOOptions&,
                                 rocksdb::IODebugContext*) override;
    rocksdb::IOStatus GetTestDirectory(const rocksdb::IOOptions&, std::string*,
                                       rocksdb::IODebugContext*) override;
    rocksdb::IOStatus GetAbsolutePath(const std::string&, const rocksdb::IOOptions&, std::string*,
                                      rocksdb::IODebugContext*) override;
    rocksdb::IOStatus IsDirectory(const std::string&, const rocksdb::IOOptions&, bool*,
                                  rocksdb::IODebugContext*) override;

  private:
    std::shared_ptr<Room> room_;
};

}  // namespace thaw::durability
