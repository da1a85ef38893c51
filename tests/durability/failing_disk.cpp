// A disk that fails on command, before the real program (LD_PRELOAD). What lies below the directory
// $THAW_FAILING_DISK is on it. While the file of that name with ".fault" behind it says so,
//   full   takes no more bytes: what is written is cut in half, then refused (ENOSPC);
//   sync   refuses to sync once (EIO) and then goes on as if nothing had been, as disks do.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

template <class F>
F* real(const char* name) {
    return reinterpret_cast<F*>(dlsym(RTLD_NEXT, name));
}

bool lies_there(int fd) {
    const char* directory = std::getenv("THAW_FAILING_DISK");
    if (directory == nullptr) return false;
    char link[64];
    char path[4096];
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t size = readlink(link, path, sizeof path - 1);
    if (size <= 0) return false;
    path[size] = 0;
    const size_t length = std::strlen(directory);
    return std::strncmp(path, directory, length) == 0 && path[length] == '/';
}

/// 'f', 's', or 0 while the disk is well.
char fault(bool use_up) {
    char path[4096];
    std::snprintf(path, sizeof path, "%s.fault", std::getenv("THAW_FAILING_DISK"));
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    char first = 0;
    if (read(fd, &first, 1) != 1) first = 0;
    close(fd);
    if (use_up && first == 's') unlink(path);
    return first;
}

bool is_full(int fd) { return lies_there(fd) && fault(false) == 'f'; }
bool fails_to_sync(int fd) { return lies_there(fd) && fault(true) == 's'; }

/// How much of a write still fits: half of it; of a single byte nothing.
size_t fitting(size_t count) { return count / 2; }

}  // namespace

extern "C" {

ssize_t write(int fd, const void* data, size_t count) {
    static auto* const go_on = real<ssize_t(int, const void*, size_t)>("write");
    static thread_local bool halved = false;
    if (!is_full(fd)) return go_on(fd, data, count);
    halved = !halved;
    if (halved && fitting(count) > 0) return go_on(fd, data, fitting(count));
    errno = ENOSPC;
    return -1;
}

ssize_t pwrite(int fd, const void* data, size_t count, off_t at) {
    static auto* const go_on = real<ssize_t(int, const void*, size_t, off_t)>("pwrite");
    if (!is_full(fd)) return go_on(fd, data, count, at);
    errno = ENOSPC;
    return -1;
}
ssize_t pwrite64(int fd, const void* data, size_t count, off_t at) {
    return pwrite(fd, data, count, at);
}

int fallocate(int fd, int mode, off_t at, off_t count) {
    static auto* const go_on = real<int(int, int, off_t, off_t)>("fallocate");
    if (!is_full(fd)) return go_on(fd, mode, at, count);
    errno = ENOSPC;
    return -1;
}
int fallocate64(int fd, int mode, off_t at, off_t count) { return fallocate(fd, mode, at, count); }

int fdatasync(int fd) {
    static auto* const go_on = real<int(int)>("fdatasync");
    if (!fails_to_sync(fd)) return go_on(fd);
    errno = EIO;
    return -1;
}

int fsync(int fd) {
    static auto* const go_on = real<int(int)>("fsync");
    if (!fails_to_sync(fd)) return go_on(fd);
    errno = EIO;
    return -1;
}

}  // extern "C"
