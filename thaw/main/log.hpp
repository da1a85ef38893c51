/// Where the program's log goes, and in which shape.
#pragma once
#include <string>

namespace thaw::cli {

struct LogOptions {
    bool json = false;           ///< one JSON object per line
    std::string level = "info";  ///< trace, debug, info, warn, error
};

/// Sends the log to standard error. Throws Failure for an unknown level.
void set_up_log(const LogOptions& options);

}  // namespace thaw::cli
