#include <spdlog/spdlog.h>

#include <csignal>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iostream>

#include "thaw/main/banner.hpp"
#include "thaw/main/commands.hpp"
#include "thaw/main/config.hpp"
#include "thaw/main/failure.hpp"
#include "thaw/main/log.hpp"
#include "thaw/main/web_app.hpp"
#include "thaw/sim/devnet.hpp"

namespace thaw::cli {

namespace {

struct DevnetFlags {
    std::string config, listen, data, day, block, ready_file;
    uint64_t chain_id = 0;
    bool automine = false;
    bool quiet = false;
    LogOptions log{.json = false, .level = "warn"};
};

constexpr const char* examples =
    "\nExamples:\n"
    "  thaw devnet\n"
    "  thaw devnet --day 10m --data ./chain      a day in ten minutes, kept in ./chain\n"
    "  thaw devnet --day stopped --listen 127.0.0.1:0 --ready-file ready\n"
    "                                            for tests: time moves by evm_increaseTime only\n";

template <class T>
void override_with(T& value, const std::string& flag, std::string_view name,
                   std::optional<T> (*parse)(std::string_view), std::string_view expected) {
    if (flag.empty()) return;
    const auto parsed = parse(flag);
    if (!parsed)
        throw Failure{ExitCode::usage,
                      std::string{name} + ": \"" + flag + "\" is not " + std::string{expected}};
    value = *parsed;
}

/// Flag over environment (CLI11 has merged these two) over file over default.
Config config_of(const DevnetFlags& flags) {
    Config config = load_config(flags.config);
    override_with(config.listen, flags.listen, "--listen", parse_endpoint,
                  "an IP address and a port, such as 127.0.0.1:8545");
    override_with(config.day_ms, flags.day, "--day", parse_day_ms,
                  "a time such as 60s, 10m, 24h or 1d, or stopped");
    override_with(config.block_ms, flags.block, "--block", parse_block_ms,
                  "a time such as 1s, or auto");
    if (flags.automine) config.block_ms = 0;
    if (!flags.data.empty()) config.data = flags.data;
    if (config.data.empty()) config.data = default_data_dir();
    if (flags.chain_id != 0) config.parameters.hub.chain_id = flags.chain_id;
    return config;
}

/// Signals that end the program are taken by `wait_for_end` alone; threads started afterwards
/// inherit this.
void hold_signals(sigset_t& set) {
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

/// Whether a signal came within the time.
bool signal_within(const sigset_t& set, long ms) {
    const timespec patience{.tv_sec = ms / 1'000, .tv_nsec = ms % 1'000 * 1'000'000};
    return sigtimedwait(&set, nullptr, &patience) > 0;
}

void write_ready_file(const std::string& path, const std::string& where) {
    if (path.empty()) return;
    const std::string draft = path + ".new";
    std::ofstream{draft} << where << '\n';
    if (std::rename(draft.c_str(), path.c_str()) != 0)
        throw Failure{ExitCode::refused, "cannot write the ready file " + path};
}

void run_devnet(const DevnetFlags& flags) {
    set_up_log(flags.log);
    const Config config = config_of(flags);
    sigset_t signals;
    hold_signals(signals);
    sim::Devnet devnet{{.address = config.listen.address,
                        .port = config.listen.port,
                        .requests_per_second = requests_limit(config),
                        .data_dir = config.data,
                        .day_ms = config.day_ms,
                        .automine = config.block_ms == 0,
                        .block_ms = config.block_ms,
                        .seed = config.seed,
                        .parameters = config.parameters,
                        .site = web_app()}};
    devnet.start();
    const Endpoint bound{.address = config.listen.address, .port = devnet.port()};
    bool ready = false;
    while (true) {
        if (!ready && devnet.deposits_arrived()) {
            ready = true;
            if (!flags.quiet) std::cout << devnet_banner(devnet, config, bound) << std::flush;
            write_ready_file(flags.ready_file, format_endpoint(bound));
        }
        if (signal_within(signals, ready ? 500 : 20)) break;
        if (const auto why = devnet.node().stopped())
            throw Failure{ExitCode::refused,
                          "the node has stopped: " + *why +
                              ". Nothing that it acknowledged is lost: mend the disk or make room, "
                              "then start it again with --data " +
                              config.data};
    }
    if (!flags.quiet) std::cout << "\nStopping. The chain is kept in " << config.data << "\n";
    devnet.stop();
}

}  // namespace

void add_devnet_command(CLI::App& app) {
    auto* command = app.add_subcommand(
        "devnet",
        "A whole world on this machine: the hub, six simulated host chains, ten rich accounts.");
    command->footer(examples);
    const auto flags = std::make_shared<DevnetFlags>();
    command
        ->add_option("--listen", flags->listen,
                     "Address and port; port 0: any free one [127.0.0.1:8545]")
        ->envname("THAW_LISTEN");
    command
        ->add_option("--data", flags->data, "Directory of the chain [~/.local/share/thaw/devnet]")
        ->envname("THAW_DATA");
    command
        ->add_option("--day", flags->day,
                     "Wall time of a day of chain time: 60s, 10m, 24h, 1d, or stopped [60s]")
        ->envname("THAW_DAY");
    auto* automine = command->add_flag("--automine", flags->automine,
                                       "A block for each transaction at once (the default)");
    command->add_option("--block", flags->block, "Wall time between blocks instead, such as 1s")
        ->envname("THAW_BLOCK")
        ->excludes(automine);
    command->add_option("--chain-id", flags->chain_id, "What wallets sign for [8429]")
        ->envname("THAW_CHAIN_ID")
        ->check(CLI::Range(uint64_t{1}, uint64_t{1} << 53));
    command
        ->add_option("--config", flags->config, "A file as `thaw config print-default` prints it")
        ->envname("THAW_CONFIG");
    command->add_option("--ready-file", flags->ready_file,
                        "Written once the money has arrived; holds address and port");
    command->add_flag("--quiet", flags->quiet, "Print nothing but the log");
    command->add_flag("--log-json", flags->log.json, "Log one JSON object per line");
    command->add_option("--log-level", flags->log.level, "trace, debug, info, warn or error [warn]")
        ->envname("THAW_LOG_LEVEL");
    command->callback([flags] { run_devnet(*flags); });
}

}  // namespace thaw::cli
