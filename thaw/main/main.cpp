#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <cstdio>

#include "thaw/main/backup_commands.hpp"
#include "thaw/main/commands.hpp"
#include "thaw/main/failure.hpp"

namespace {

constexpr const char* about =
    "Thaw: stake BNB, FTM, DOT, KSM or MATIC, hold a token that earns every day, unstake, be "
    "paid.\n";
constexpr const char* examples =
    "\nTo begin:\n"
    "  thaw devnet                 a whole world on this machine, money included\n"
    "  thaw stake bnb 1.5          in another terminal\n"
    "  thaw balance\n"
    "  thaw status\n"
    "\nEvery command explains itself: thaw stake --help\n"
    "Exit codes: 0 done, 1 refused, 2 not understood, 3 no node answers.\n";

/// Connections and the database's tables share what the shell allows by default, often 1,024: a
/// crowd of connections must not keep the database from opening its next log.
void allow_many_files() {
    constexpr rlim_t enough = 65'536;
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= enough) return;
    files.rlim_cur = std::min(files.rlim_max, enough);
    ::setrlimit(RLIMIT_NOFILE, &files);
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    allow_many_files();
    CLI::App app{about, "thaw"};
    app.footer(examples);
    app.require_subcommand(1);
    app.set_version_flag("--version", "thaw 0.1.0", "Print the version and leave.");
    thaw::cli::add_devnet_command(app);
    thaw::cli::add_status_command(app);
    thaw::cli::add_staking_commands(app);
    thaw::cli::add_exit_commands(app);
    thaw::cli::add_pool_commands(app);
    thaw::cli::add_face_commands(app);
    thaw::cli::add_ticket_commands(app);
    thaw::cli::add_validators_command(app);
    thaw::cli::add_money_commands(app);
    thaw::cli::add_opportunities_command(app);
    thaw::cli::add_farm_commands(app);
    thaw::cli::add_vault_commands(app);
    thaw::cli::add_zap_commands(app);
    thaw::cli::add_governance_commands(app);
    thaw::cli::add_gauge_commands(app);
    thaw::cli::add_lending_commands(app);
    thaw::cli::add_loop_commands(app);
    thaw::cli::add_abi_command(app);
    thaw::cli::add_keys_commands(app);
    thaw::cli::add_config_commands(app);
    thaw::cli::add_backup_commands(app);
    thaw::cli::add_replay_command(app);
    thaw::cli::add_simulate_command(app);
    try {
        if (argc == 1) {
            std::fputs(app.help().c_str(), stderr);
            return static_cast<int>(thaw::cli::ExitCode::usage);
        }
        app.parse(argc, argv);
        return 0;
    } catch (const CLI::ParseError& fault) {
        return app.exit(fault) == 0 ? 0 : static_cast<int>(thaw::cli::ExitCode::usage);
    } catch (const thaw::cli::Failure& failure) {
        std::fprintf(stderr, "thaw: %s\n", failure.what());
        return static_cast<int>(failure.code());
    } catch (const std::runtime_error& fault) {
        std::fprintf(stderr, "thaw: %s\n", fault.what());
        return static_cast<int>(thaw::cli::ExitCode::refused);
    }
}
