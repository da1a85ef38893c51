/// What makes files and directories last: a name is on the disk when its directory is synced.
#pragma once
#include <fcntl.h>
#include <unistd.h>

#include <filesystem>

#include "thaw/node/storage.hpp"

namespace thaw::node {

/// An open file, closed when it goes.
class Descriptor {
  public:
    Descriptor(const std::filesystem::path& path, int flags)
        : fd_{::open(path.c_str(), flags, 0600)} {}
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return fd_; }
    // What follows leaves errno where it fails.
    bool is_open() const { return fd_ >= 0; }
    bool write_all(BytesView bytes) const;
    bool sync() const { return ::fsync(fd_) == 0; }

  private:
    int fd_;
};

/// What was being done with which path, and what the system says of it (errno).
tl::unexpected<std::string> failure(std::string_view what, const std::filesystem::path& path);

IoResult<> sync_directory(const std::filesystem::path& directory);

/// Creates a directory and whatever is missing above it, durably.
IoResult<> make_directories(const std::filesystem::path& directory);

}  // namespace thaw::node
