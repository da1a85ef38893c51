#include "tests/durability/simulated_disk.hpp"

#include <rocksdb/env.h>

#include <cstring>
#include <optional>

// What RocksDB asks of a file system, answered out of memory.
namespace thaw::durability {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

namespace {

struct File {
    uint64_t number = 0;
    std::string data;
};
using FilePtr = std::shared_ptr<File>;
constexpr size_t page = rocksdb::kDefaultPageSize;

std::string plain(std::string path) {
    while (path.size() > 1 && path.back() == '/') path.pop_back();
    return path;
}

}  // namespace

struct SimulatedDisk::Room {
    mutable std::mutex mutex;
    std::map<std::string, FilePtr> files;
    std::set<std::string> locked;
    std::vector<Operation> operations;
    uint64_t numbers = 0;
    std::optional<uint64_t> syncs_left;
    std::optional<uint64_t> bytes_left;
    bool no_options_files = false;
    bool no_direct_writes = false;

    FilePtr find(const std::string& name) const {
        const auto at = files.find(plain(name));
        return at == files.end() ? nullptr : at->second;
    }
    FilePtr create(const std::string& name) {
        auto file = std::make_shared<File>(File{++numbers, {}});
        files[plain(name)] = file;
        operations.push_back({Operation::Kind::create, file->number, plain(name), {}, {}});
        return file;
    }
    IOStatus append(File& file, const Slice& data) {
        const std::lock_guard lock{mutex};
        const size_t fits = bytes_left ? std::min<size_t>(data.size(), *bytes_left) : data.size();
        if (bytes_left) *bytes_left -= fits;
        file.data.append(data.data(), fits);
        if (fits > 0)
            operations.push_back(
                {Operation::Kind::append, file.number, {}, {}, {data.data(), fits}});
        return fits == data.size() ? IOStatus::OK() : IOStatus::NoSpace("no space left on device");
    }
    /// A direct write: whole pages in whole places.
    IOStatus write(File& file, const Slice& data, uint64_t at) {
        if (at % page != 0 || data.size() % page != 0) return IOStatus::IOError("invalid argument");
        const std::lock_guard lock{mutex};
        const size_t size = std::max<size_t>(file.data.size(), at + data.size());
        const size_t grows = size - file.data.size();
        if (bytes_left && grows > *bytes_left) return IOStatus::NoSpace("no space left on device");
        if (bytes_left) *bytes_left -= grows;
        file.data.resize(size);
        file.data.replace(at, data.size(), data.data(), data.size());
        operations.push_back(
            {Operation::Kind::write, file.number, {}, {}, {data.data(), data.size()}, at});
        return IOStatus::OK();
    }
    IOStatus truncate(File& file, uint64_t size) {
        file.data.resize(size);
        operations.push_back({Operation::Kind::truncate, file.number, {}, {}, {}, size});
        return IOStatus::OK();
    }
    IOStatus sync(Operation::Kind kind, uint64_t number) {
        const std::lock_guard lock{mutex};
        if (syncs_left && (*syncs_left)-- == 0) {
            syncs_left.reset();
            operations.push_back({Operation::Kind::failed_sync, number, {}, {}, {}});
            return IOStatus::IOError("input/output error");
        }
        operations.push_back({kind, number, {}, {}, {}});
        return IOStatus::OK();
    }
};

namespace {

using Room = SimulatedDisk::Room;

class Reader final : public rocksdb::FSSequentialFile {
  public:
    Reader(std::shared_ptr<Room> room, FilePtr file)
        : room_{std::move(room)}, file_{std::move(file)} {}
    IOStatus Read(size_t n, const IOOptions&, Slice* result, char* scratch,
                  IODebugContext*) override {
        const std::lock_guard lock{room_->mutex};
        n = std::min(n, file_->data.size() - at_);
        std::memcpy(scratch, file_->data.data() + at_, n);
        at_ += n;
        *result = {scratch, n};
        return IOStatus::OK();
    }
    IOStatus Skip(uint64_t n) override {
        const std::lock_guard lock{room_->mutex};
        at_ = std::min<size_t>(at_ + n, file_->data.size());
        return IOStatus::OK();
    }

  private:
    std::shared_ptr<Room> room_;
    FilePtr file_;
    size_t at_ = 0;
};

class Random final : public rocksdb::FSRandomAccessFile {
  public:
    Random(std::shared_ptr<Room> room, FilePtr file)
        : room_{std::move(room)}, file_{std::move(file)} {}
    IOStatus Read(uint64_t offset, size_t n, const IOOptions&, Slice* result, char* scratch,
                  IODebugContext*) const override {
        if (n == 0) return IOStatus::IOError("nothing to read");  // as of a real file
        const std::lock_guard lock{room_->mutex};
        const size_t size = file_->data.size();
        n = offset >= size ? 0 : std::min<size_t>(n, size - offset);
        if (n > 0) std::memcpy(scratch, file_->data.data() + offset, n);
        *result = {scratch, n};
        return IOStatus::OK();
    }

  private:
    std::shared_ptr<Room> room_;
    FilePtr file_;
};

class Writer final : public rocksdb::FSWritableFile {
  public:
    Writer(std::shared_ptr<Room> room, FilePtr file, bool direct)
        : room_{std::move(room)}, file_{std::move(file)}, direct_{direct} {}
    bool use_direct_io() const override { return direct_; }
    size_t GetRequiredBufferAlignment() const override { return page; }
    using rocksdb::FSWritableFile::PositionedAppend;
    IOStatus PositionedAppend(const Slice& data, uint64_t at, const IOOptions&,
                              IODebugContext*) override {
        return room_->write(*file_, data, at);
    }
    IOStatus PositionedAppend(const Slice& data, uint64_t at, const IOOptions&,
                              const rocksdb::DataVerificationInfo&, IODebugContext*) override {
        return room_->write(*file_, data, at);
    }
    IOStatus Truncate(uint64_t size, const IOOptions&, IODebugContext*) override {
        if (!direct_) return IOStatus::OK();
        const std::lock_guard lock{room_->mutex};
        return room_->truncate(*file_, size);
    }
    using rocksdb::FSWritableFile::Append;
    IOStatus Append(const Slice& data, const IOOptions&, IODebugContext*) override {
        return room_->append(*file_, data);
    }
    IOStatus Append(const Slice& data, const IOOptions&, const rocksdb::DataVerificationInfo&,
                    IODebugContext*) override {
        return room_->append(*file_, data);
    }
    IOStatus Close(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
    IOStatus Flush(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
    IOStatus Sync(const IOOptions&, IODebugContext*) override {
        return room_->sync(Operation::Kind::sync, file_->number);
    }
    bool IsSyncThreadSafe() const override { return true; }
    uint64_t GetFileSize(const IOOptions&, IODebugContext*) override {
        const std::lock_guard lock{room_->mutex};
        return file_->data.size();
    }

  private:
    std::shared_ptr<Room> room_;
    FilePtr file_;
    const bool direct_;
};

class Directory final : public rocksdb::FSDirectory {
  public:
    explicit Directory(std::shared_ptr<Room> room) : room_{std::move(room)} {}
    IOStatus Fsync(const IOOptions&, IODebugContext*) override {
        return room_->sync(Operation::Kind::sync_directory, 0);
    }

  private:
    std::shared_ptr<Room> room_;
};

class Lock final : public rocksdb::FileLock {
  public:
    explicit Lock(std::string path) : name{std::move(path)} {}
    const std::string name;
};

/// RocksDB's log of what it does is not kept.
class Silence final : public rocksdb::Logger {
  public:
    using rocksdb::Logger::Logv;
    void Logv(const char*, va_list) override {}
};

}  // namespace

SimulatedDisk::SimulatedDisk(Image image) : room_{std::make_shared<Room>()} {
    for (auto& [name, data] : image)
        room_->files[name] = std::make_shared<File>(File{++room_->numbers, std::move(data)});
}
SimulatedDisk::~SimulatedDisk() = default;

size_t SimulatedDisk::done() const {
    const std::lock_guard lock{room_->mutex};
    return room_->operations.size();
}
std::vector<Operation> SimulatedDisk::operations() const {
    const std::lock_guard lock{room_->mutex};
    return room_->operations;
}
void SimulatedDisk::fail_sync_after(uint64_t syncs) {
    const std::lock_guard lock{room_->mutex};
    room_->syncs_left = syncs;
}
void SimulatedDisk::fill_after(uint64_t bytes) {
    const std::lock_guard lock{room_->mutex};
    room_->bytes_left = bytes;
}

void SimulatedDisk::refuse_direct_writes() {
    const std::lock_guard lock{room_->mutex};
    room_->no_direct_writes = true;
}
void SimulatedDisk::refuse_options_files() {
    const std::lock_guard lock{room_->mutex};
    room_->no_options_files = true;
}

IOStatus SimulatedDisk::NewSequentialFile(const std::string& name, const FileOptions&,
                                          std::unique_ptr<rocksdb::FSSequentialFile>* result,
                                          IODebugContext*) {
    const std::lock_guard lock{room_->mutex};
    const FilePtr file = room_->find(name);
    if (!file) return IOStatus::PathNotFound(name);
    *result = std::make_unique<Reader>(room_, file);
    return IOStatus::OK();
}
IOStatus SimulatedDisk::NewRandomAccessFile(const std::string& name, const FileOptions&,
                                            std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                                            IODebugContext*) {
    const std::lock_guard lock{room_->mutex};
    const FilePtr file = room_->find(name);
    if (!file) return IOStatus::PathNotFound(name);
    *result = std::make_unique<Random>(room_, file);
    return IOStatus::OK();
}
IOStatus SimulatedDisk::NewWritableFile(const std::string& name, const FileOptions& options,
                                        std::unique_ptr<rocksdb::FSWritableFile>* result,
                                        IODebugContext*) {
    const std::lock_guard lock{room_->mutex};
    if (room_->no_options_files && name.find("/OPTIONS-") != std::string::npos)
        return IOStatus::NotSupported(name);
    if (room_->no_direct_writes && options.use_direct_writes)
        return IOStatus::IOError("invalid argument", name);
    *result = std::make_unique<Writer>(room_, room_->create(name), options.use_direct_writes);
    return IOStatus::OK();
}
IOStatus SimulatedDisk::ReopenWritableFile(const std::string& name, const FileOptions& options,
                                           std::unique_ptr<rocksdb::FSWritableFile>* result,
                                           IODebugContext* debug) {
    {
        const std::lock_guard lock{room_->mutex};
        if (const FilePtr file = room_->find(name)) {
            *result = std::make_unique<Writer>(room_, file, options.use_direct_writes);
            return IOStatus::OK();
        }
    }
    return NewWritableFile(name, options, result, debug);
}
IOStatus SimulatedDisk::NewDirectory(const std::string&, const IOOptions&,
                                     std::unique_ptr<rocksdb::FSDirectory>* result,
                                     IODebugContext*) {
    *result = std::make_unique<Directory>(room_);
    return IOStatus::OK();
}
IOStatus SimulatedDisk::NewLogger(const std::string&, const IOOptions&,
                                  std::shared_ptr<rocksdb::Logger>* result, IODebugContext*) {
    *result = std::make_shared<Silence>();
    return IOStatus::OK();
}
IOStatus SimulatedDisk::FileExists(const std::string& name, const IOOptions&, IODebugContext*) {
    const std::lock_guard lock{room_->mutex};
    return room_->find(name) ? IOStatus::OK() : IOStatus::NotFound();
}
IOStatus SimulatedDisk::GetChildren(const std::string& directory, const IOOptions&,
                                    std::vector<std::string>* result, IODebugContext*) {
    const std::string prefix = plain(directory) + "/";
    const std::lock_guard lock{room_->mutex};
    result->clear();
    for (const auto& [name, file] : room_->files)
        if (name.starts_with(prefix)) result->push_back(name.substr(prefix.size()));
    return IOStatus::OK();
}
IOStatus SimulatedDisk::DeleteFile(const std::string& name, const IOOptions&, IODebugContext*) {
    const std::lock_guard lock{room_->mutex};
    if (room_->files.erase(plain(name)) == 0) return IOStatus::PathNotFound(name);
    room_->operations.push_back({Operation::Kind::remove, 0, plain(name), {}, {}});
    return IOStatus::OK();
}
IOStatus SimulatedDisk::CreateDir(const std::string&, const IOOptions&, IODebugContext*) {
    return IOStatus::OK();
}
IOStatus SimulatedDisk::CreateDirIfMissing(const std::string&, const IOOptions&, IODebugContext*) {
    return IOStatus::OK();
}
IOStatus SimulatedDisk::DeleteDir(const std::string&, const IOOptions&, IODebugContext*) {
    return IOStatus::OK();
}
IOStatus SimulatedDisk::GetFileSize(const std::string& name, const IOOptions&, uint64_t* size,
                                    IODebugContext*) {
    const std::lock_guard lock{room_->mutex};
    const FilePtr file = room_->find(name);
    if (!file) return IOStatus::PathNotFound(name);
    *size = file->data.size();
    return IOStatus::OK();
}
IOStatus SimulatedDisk::GetFileModificationTime(const std::string&, const IOOptions&,
                                                uint64_t* time, IODebugContext*) {
    *time = 0;
    return IOStatus::OK();
}
IOStatus SimulatedDisk::RenameFile(const std::string& from, const std::string& to, const IOOptions&,
                                   IODebugContext*) {
    const std::lock_guard lock{room_->mutex};
    const FilePtr file = room_->find(from);
    if (!file) return IOStatus::PathNotFound(from);
    room_->files.erase(plain(from));
    room_->files[plain(to)] = file;
    room_->operations.push_back({Operation::Kind::rename, 0, plain(from), plain(to), {}});
    return IOStatus::OK();
}
IOStatus SimulatedDisk::LinkFile(const std::string& from, const std::string& to, const IOOptions&,
                                 IODebugContext*) {
    const std::lock_guard lock{room_->mutex};
    const FilePtr file = room_->find(from);
    if (!file) return IOStatus::PathNotFound(from);
    room_->files[plain(to)] = file;
    room_->operations.push_back({Operation::Kind::link, 0, plain(from), plain(to), {}});
    return IOStatus::OK();
}
IOStatus SimulatedDisk::Truncate(const std::string& name, size_t size, const IOOptions&,
                                 IODebugContext*) {
    const std::lock_guard lock{room_->mutex};
    const FilePtr file = room_->find(name);
    return file ? room_->truncate(*file, size) : IOStatus::PathNotFound(name);
}
IOStatus SimulatedDisk::LockFile(const std::string& name, const IOOptions&,
                                 rocksdb::FileLock** lock, IODebugContext*) {
    const std::lock_guard guard{room_->mutex};
    if (!room_->locked.insert(plain(name)).second) return IOStatus::IOError("locked", name);
    *lock = new Lock{plain(name)};
    return IOStatus::OK();
}
IOStatus SimulatedDisk::UnlockFile(rocksdb::FileLock* lock, const IOOptions&, IODebugContext*) {
    const std::unique_ptr<Lock> held{static_cast<Lock*>(lock)};
    const std::lock_guard guard{room_->mutex};
    room_->locked.erase(held->name);
    return IOStatus::OK();
}
IOStatus SimulatedDisk::GetTestDirectory(const IOOptions&, std::string* path, IODebugContext*) {
    path->assign(1, '/');
    return IOStatus::OK();
}
IOStatus SimulatedDisk::GetAbsolutePath(const std::string& path, const IOOptions&,
                                        std::string* result, IODebugContext*) {
    *result = path;
    return IOStatus::OK();
}
IOStatus SimulatedDisk::IsDirectory(const std::string& path, const IOOptions&, bool* is,
                                    IODebugContext*) {
    const std::lock_guard lock{room_->mutex};
    *is = !room_->find(path);
    return IOStatus::OK();
}

}  // namespace thaw::durability
