#include <unistd.h>

#include <cstdio>
#include <iostream>

#include "thaw/main/commands.hpp"
#include "thaw/main/failure.hpp"
#include "thaw/main/log.hpp"
#include "thaw/node/node.hpp"

namespace thaw::cli {

namespace {

void run_replay(const std::string& data, bool json) {
    set_up_log({.json = false, .level = "warn"});
    if (!std::filesystem::exists(std::filesystem::path{data} / "chain"))
        throw Failure{ExitCode::refused, data + " holds no chain"};
    node::Options options;
    options.data_dir = data;
    options.genesis.hub.chain_id = 0;  // whichever is there
    options.clock = std::make_shared<node::DevClock>(0, 0);
    const node::Node node{std::move(options)};
    const uint64_t head = node.view().head()->header.number;
    const bool tty = isatty(STDERR_FILENO) != 0;
    uint64_t shown = ~uint64_t{0};
    const auto wrong = node.replay([&](uint64_t height) {
        const uint64_t per_cent = head == 0 ? 100 : height * 100 / head;
        if (!tty || per_cent == shown) return;
        shown = per_cent;
        std::fprintf(stderr, "\rblock %llu of %llu, %llu %%",
                     static_cast<unsigned long long>(height), static_cast<unsigned long long>(head),
                     static_cast<unsigned long long>(per_cent));
    });
    if (tty) std::fprintf(stderr, "\r\033[K");
    if (wrong)
        throw Failure{ExitCode::refused,
                      "block " + std::to_string(*wrong) +
                          " does not follow from the blocks before it: the data "
                          "directory is damaged, or was written by another version"};
    if (json)
        std::cout << "{\"blocks\":" << head << ",\"sound\":true}\n";
    else
        std::cout << "All " << head
                  << " blocks follow from genesis: signatures, receipts, digests.\n";
}

}  // namespace

void add_replay_command(CLI::App& app) {
    auto* command = app.add_subcommand("replay",
                                       "Does every stored block once more and compares each "
                                       "digest. No node may use the directory.");
    command->footer("\nExample:\n  thaw replay --data ~/.local/share/thaw/devnet\n");
    struct Flags {
        std::string data;
        bool json = false;
    };
    const auto flags = std::make_shared<Flags>();
    command->add_option("--data", flags->data, "Directory of the chain")
        ->required()
        ->envname("THAW_DATA");
    command->add_flag("--json", flags->json, "Answer as JSON");
    command->callback([flags] { run_replay(flags->data, flags->json); });
}

}  // namespace thaw::cli
