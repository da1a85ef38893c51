#include "thaw/main/progress.hpp"

#include <unistd.h>

#include <cstdio>

#include "thaw/main/duration.hpp"

namespace thaw::cli {

Progress::Progress(std::string what)
    : what_{std::move(what)},
      terminal_{isatty(STDERR_FILENO) != 0},
      began_{std::chrono::steady_clock::now()} {}

Progress::~Progress() {
    if (terminal_) std::fputs("\r\033[K", stderr);
}

void Progress::turn() {
    if (!terminal_) return;
    const auto spent =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - began_);
    std::fprintf(stderr, "\r\033[K%s … %s", what_.c_str(),
                 format_duration(static_cast<uint64_t>(spent.count())).c_str());
    std::fflush(stderr);
}

}  // namespace thaw::cli
