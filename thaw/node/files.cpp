#include "thaw/node/files.hpp"

#include <cstring>

#include "thaw/base/result.hpp"

namespace thaw::node {

namespace fs = std::filesystem;

bool Descriptor::write_all(BytesView bytes) const {
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        bytes = bytes.subspan(static_cast<size_t>(written));
    }
    return true;
}

tl::unexpected<std::string> failure(std::string_view what, const fs::path& path) {
    return tl::unexpected(std::string{what} + " " + path.string() + ": " + std::strerror(errno));
}

IoResult<> sync_directory(const fs::path& directory) {
    const Descriptor folder{directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC};
    if (!folder.is_open() || !folder.sync()) return failure("cannot sync", directory);
    return {};
}

IoResult<> make_directories(const fs::path& directory) {
    fs::path at;
    for (const fs::path& name : fs::absolute(directory).lexically_normal()) {
        const fs::path above = at;
        at /= name;
        std::error_code fault;
        if (name.empty() || fs::is_directory(at, fault)) continue;
        if (!fs::create_directory(at, fault) && fault)
            return tl::unexpected("cannot create " + at.string() + ": " + fault.message());
        TRY_VOID(sync_directory(above));
    }
    return {};
}

}  // namespace thaw::node
