/// Backups of a data directory, made while its node runs or not, and what comes back out of them.
#pragma once
#include <CLI/CLI.hpp>

namespace thaw::cli {

/// `thaw backup` and `thaw restore`.
void add_backup_commands(CLI::App& app);

}  // namespace thaw::cli
