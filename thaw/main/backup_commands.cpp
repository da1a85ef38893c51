#include "thaw/main/backup_commands.hpp"

#include <unistd.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <thread>

#include "thaw/base/text.hpp"
#include "thaw/hosts/worlds.hpp"
#include "thaw/main/client.hpp"
#include "thaw/main/config.hpp"
#include "thaw/main/log.hpp"
#include "thaw/node/backup.hpp"
#include "thaw/node/rocksdb_storage.hpp"
#include "thaw/sim/backups.hpp"

namespace thaw::cli {

namespace {

namespace fs = std::filesystem;

struct BackupFlags {
    std::string directory, data;
    bool json = false;
    bool unchecked = false;  ///< backup: do not read it back
    bool verify = false;     ///< restore: only look
};

[[noreturn]] void refuse(const std::string& why) { throw Failure{ExitCode::refused, why}; }

/// A line on a terminal: "copying: 120 of 340 MB".
node::BackupProgress shown_progress() {
    if (isatty(STDERR_FILENO) == 0) return {};
    const auto last = std::make_shared<std::string>();
    return [last](std::string_view part, uint64_t done, uint64_t total) {
        constexpr uint64_t mega = 1'000'000;
        const bool blocks = part == "blocks";
        const std::string line =
            std::string{part} + ": " + std::to_string(blocks ? done : done / mega) + " of " +
            std::to_string(blocks ? total : total / mega) + (blocks ? "" : " MB");
        if (line != *last) std::fprintf(stderr, "\r\033[K%s", line.c_str());
        *last = line;
        return true;
    };
}
void end_progress() {
    if (isatty(STDERR_FILENO) != 0) std::fputs("\r\033[K", stderr);
}

std::string size_of(uint64_t bytes) {
    return bytes < 10'000'000 ? std::to_string((bytes + 999) / 1'000) + " kB"
                              : std::to_string((bytes + 999'999) / 1'000'000) + " MB";
}

void say(const node::Manifest& manifest, const BackupFlags& flags, const std::string& what,
         const std::string& next) {
    if (flags.json) {
        json::object answer = sim::manifest_json(manifest);
        answer["directory"] = fs::absolute(flags.directory).string();
        answer["verified"] = !flags.unchecked;
        std::cout << json::serialize(answer) << '\n';
        return;
    }
    std::cout << what << ": chain " << manifest.chain_id << " up to block " << manifest.height
              << ", " << manifest.files.size() << " files, " << size_of(manifest.bytes())
              << "\nblock   " << to_hex(manifest.block) << "\ndigest  " << to_hex(manifest.digest)
              << '\n'
              << next;
}

/// How to reach the node that serves this directory, if one says so there.
struct Operator {
    std::string url, key;
};
std::optional<Operator> operator_of(const fs::path& data) {
    std::ifstream file{data / sim::operator_file};
    if (!file) return std::nullopt;
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    boost::system::error_code fault;
    const json::value value = json::parse(text, fault);
    const json::object* object = fault ? nullptr : value.if_object();
    const auto string_at = [&](std::string_view name) -> std::string {
        const json::value* at = object ? object->if_contains(name) : nullptr;
        return at && at->is_string() ? std::string{at->get_string()} : "";
    };
    Operator out{.url = string_at("url"), .key = string_at("key")};
    if (out.url.empty() || out.key.empty()) return std::nullopt;
    return out;
}

/// Asks the running node and waits for it. False when none answers.
bool back_up_online(const Operator& node, const fs::path& directory) {
    Client client{node.url};
    try {
        const auto begun = client.try_call("thaw_backup", {node.key, directory.string()});
        if (!begun && begun.error().code == sim::wrong_key_code) return false;  // another's port
        if (!begun) refuse("the node at " + node.url + ": " + begun.error().message);
    } catch (const Failure& failure) {
        if (failure.code() == ExitCode::unreachable) return false;
        throw;
    }
    const auto progress = shown_progress();
    while (true) {
        const json::value status = client.call("thaw_backupStatus", {node.key});
        const auto& stage = status.at("stage").as_string();
        if (stage == "done") return true;
        if (stage == "failed") refuse("no backup: " + std::string{status.at("why").as_string()});
        if (stage == "running" && progress)
            progress("copying", status.at("bytesDone").to_number<uint64_t>(),
                     status.at("bytesTotal").to_number<uint64_t>());
        std::this_thread::sleep_for(std::chrono::milliseconds{100});
    }
}

template <class T>
T must(node::IoResult<T> result, const std::string& about) {
    end_progress();
    if (!result) refuse(about + result.error());
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

/// No node runs on the directory: its lock is held here instead.
void back_up_offline(const fs::path& data, const fs::path& directory) {
    const fs::path snapshot = data / sim::snapshot_directory;
    std::error_code fault;
    if (fs::exists(directory, fault))
        refuse("no backup: " + directory.string() + " is there already");
    const auto storage =
        must(node::open_rocksdb(data / "chain"), "data directory " + data.string() + ": ");
    fs::remove_all(snapshot, fault);
    fs::create_directory(snapshot, fault);
    const auto made = [&]() -> node::IoResult<node::Manifest> {
        if (const auto taken = storage->snapshot(snapshot / "chain"); !taken)
            return tl::unexpected(taken.error());
        if (fs::exists(data / "worlds.bin")) {
            fs::copy_file(data / "worlds.bin", snapshot / "worlds.bin", fault);
            if (fault) return tl::unexpected("worlds.bin: " + fault.message());
        }
        return node::write_backup(snapshot, directory, shown_progress());
    }();
    fs::remove_all(snapshot, fault);
    must(made, "no backup: ");
}

void run_backup(const BackupFlags& flags) {
    set_up_log({.json = false, .level = "warn"});
    const fs::path data = fs::absolute(flags.data);
    const fs::path directory = fs::absolute(flags.directory).lexically_normal();
    if (!fs::exists(data / "chain")) refuse(flags.data + " holds no chain");
    const auto node = operator_of(data);
    if (!node || !back_up_online(*node, directory)) back_up_offline(data, directory);
    end_progress();
    if (flags.unchecked) {
        std::cout << "Backup in " << directory.string() << ", not read back\n";
        return;
    }
    const auto manifest = must(node::check_backup(directory, shown_progress()),
                               "the backup was written but is not sound: ");
    say(manifest, flags, "Backed up and verified",
        "To restore it: thaw restore " + flags.directory + " --data NEW_DIRECTORY\n");
}

void run_restore(const BackupFlags& flags) {
    set_up_log({.json = false, .level = "warn"});
    if (flags.verify == !flags.data.empty())
        throw Failure{ExitCode::usage,
                      "say where to with --data NEW_DIRECTORY, or --verify to only look"};
    const std::string about = "backup " + flags.directory + ": ";
    if (flags.verify) {
        const auto manifest = must(node::check_backup(flags.directory, shown_progress()), about);
        return say(manifest, flags, "Sound", "");
    }
    const auto manifest =
        must(node::restore_backup(flags.directory, flags.data, shown_progress()), about);
    if (const auto worlds = hosts::Worlds::load(flags.data); !worlds) refuse(worlds.error());
    say(manifest, flags, "Restored and verified",
        "To go on from there: thaw devnet --data " + flags.data + "\n");
}

}  // namespace

void add_backup_commands(CLI::App& app) {
    auto* backup = app.add_subcommand("backup",
                                      "Copies a data directory as of now, whether or not its node "
                                      "runs, and reads the copy back.");
    backup->footer(
        "\nA running node goes on serving. Whatever it acknowledged before is in the backup. Keep "
        "it\non another disk: a copy beside the original burns with it.\n"
        "\nExamples:\n"
        "  thaw backup /mnt/backups/monday\n"
        "  thaw backup /mnt/backups/$(date +%F) --data ./chain --json\n");
    const auto made = std::make_shared<BackupFlags>();
    backup->add_option("directory", made->directory, "Where to; it must not be there yet")
        ->required();
    backup->add_option("--data", made->data, "Directory of the chain [~/.local/share/thaw/devnet]")
        ->envname("THAW_DATA");
    backup->add_flag("--unchecked", made->unchecked, "Do not read it back afterwards");
    backup->add_flag("--json", made->json, "Answer as JSON");
    backup->callback([made] {
        if (made->data.empty()) made->data = default_data_dir();
        run_backup(*made);
    });

    auto* restore = app.add_subcommand(
        "restore",
        "Puts a backup into a new directory: every checksum, digest and block is verified.");
    restore->footer(
        "\nNothing is ever replaced: the directory must be missing or empty. A backup that is not\n"
        "sound is refused, and nothing is left behind.\n"
        "\nExamples:\n"
        "  thaw restore /mnt/backups/monday --verify          looks only\n"
        "  thaw restore /mnt/backups/monday --data ./chain2\n"
        "  thaw devnet --data ./chain2\n"
        "  thaw replay --data ./chain2                        every signature once more\n");
    const auto used = std::make_shared<BackupFlags>();
    restore->add_option("directory", used->directory, "The backup")->required();
    restore->add_option("--data", used->data, "Where to; missing or empty");
    restore->add_flag("--verify", used->verify, "Verify the backup and restore nothing");
    restore->add_flag("--json", used->json, "Answer as JSON");
    restore->callback([used] { run_restore(*used); });
}

}  // namespace thaw::cli
