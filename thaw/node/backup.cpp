#include "thaw/node/backup.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <fstream>
#include <iterator>
#include <set>

#include "thaw/base/result.hpp"
#include "thaw/base/text.hpp"
#include "thaw/crypto/sha256.hpp"
#include "thaw/node/files.hpp"
#include "thaw/node/recovery.hpp"
#include "thaw/node/rocksdb_storage.hpp"

namespace thaw::node {

namespace fs = std::filesystem;

namespace {

constexpr size_t piece_bytes = 1u << 20;
constexpr uint64_t spare_bytes = 64u << 20;  ///< a node may be at work on the same disk
constexpr const char* chain_name = "chain";

tl::unexpected<std::string> refuse(std::string why) { return tl::unexpected(std::move(why)); }
tl::unexpected<std::string> ended() { return refuse("it was stopped before its end"); }

/// Tells how far a whole has come while its files are gone through.
struct Meter {
    const BackupProgress& progress;
    std::string_view part;
    uint64_t total = 0;
    uint64_t done = 0;
    bool add(uint64_t more) {
        done += more;
        return !progress || progress(part, done, total);
    }
};

/// Reads a file to its end, and writes it to `to` if there is such a path, durably.
IoResult<BackupFile> pass_file(const fs::path& from, const fs::path& to, Meter& meter) {
    const Descriptor source{from, O_RDONLY | O_CLOEXEC};
    if (!source.is_open()) return failure("cannot read", from);
    std::optional<Descriptor> copy;
    if (!to.empty()) {
        copy.emplace(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC);
        if (!copy->is_open()) return failure("cannot create", to);
    }
    crypto::Sha256 sum;
    BackupFile file;
    Bytes piece(piece_bytes);
    while (true) {
        const ssize_t got = ::read(source.get(), piece.data(), piece.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return failure("cannot read", from);
        if (got == 0) break;
        const BytesView bytes = BytesView{piece}.first(static_cast<size_t>(got));
        sum.add(bytes);
        file.bytes += bytes.size();
        if (copy && !copy->write_all(bytes)) return failure("cannot write", to);
        if (!meter.add(bytes.size())) return ended();
    }
    if (copy && !copy->sync()) return failure("cannot sync", to);
    file.sha256 = sum.finish();
    return file;
}

/// All regular files below a directory, by their path from there, sorted.
IoResult<std::vector<std::string>> files_below(const fs::path& directory) {
    std::vector<std::string> names;
    std::error_code fault;
    for (auto at = fs::recursive_directory_iterator{directory, fault};
         !fault && at != fs::recursive_directory_iterator{}; at.increment(fault))
        if (!at->is_directory(fault) && !fault)
            names.push_back(at->path().lexically_relative(directory).generic_string());
    if (fault) return refuse("cannot read " + directory.string() + ": " + fault.message());
    std::ranges::sort(names);
    return names;
}

/// An empty place beside the final one. What a crash left there is swept away.
IoResult<fs::path> draft_beside(const fs::path& final_path, std::string_view ending,
                                uint64_t bytes) {
    fs::path draft = final_path;
    draft += ending;
    std::error_code fault;
    fs::remove_all(draft, fault);
    if (fault) return refuse("cannot remove " + draft.string() + ": " + fault.message());
    TRY_VOID(make_directories(draft));
    const auto space = fs::space(draft, fault);
    if (!fault && space.available < bytes + spare_bytes) {
        fs::remove_all(draft, fault);
        return refuse("no room: it takes " + std::to_string(bytes) + " bytes, with " +
                      std::to_string(spare_bytes) + " to spare, and " +
                      std::to_string(space.available) + " are left at " + draft.string());
    }
    return draft;
}

/// Gives a finished draft its name.
IoResult<> put_in_place(const fs::path& draft, const fs::path& final_path) {
    TRY_VOID(sync_directory(draft));
    std::error_code fault;
    if (fs::is_directory(draft / chain_name, fault)) TRY_VOID(sync_directory(draft / chain_name));
    if (::rename(draft.c_str(), final_path.c_str()) != 0)
        return failure("cannot rename to", final_path);
    return sync_directory(final_path.parent_path());
}

fs::path whole(const fs::path& path) {
    fs::path absolute = fs::absolute(path).lexically_normal();
    return absolute.filename().empty() ? absolute.parent_path() : absolute;
}

std::string now_utc() {
    const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    std::tm parts{};
    gmtime_r(&now, &parts);
    char text[32];
    return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

IoResult<> describe(const fs::path& chain, Manifest& manifest) {
    Store store{TRY(open_rocksdb_to_read(chain))};
    const auto chain_id = TRY(store.open());
    if (!chain_id) return refuse("there is no chain in it");
    manifest.chain_id = *chain_id;
    manifest.height = TRY(store.head_height());
    const SealedBlock head = TRY(store.block(manifest.height));
    manifest.block = head.hash;
    manifest.digest = head.header.state_root;
    return {};
}

/// Each block is sound, follows the one before, and has its row changes.
IoResult<> check_blocks(const Store& store, uint64_t head, const BackupProgress& progress) {
    Hash parent;
    for (uint64_t height = 0; height <= head; ++height) {
        const SealedBlock block = TRY(store.block(height));
        if (height > 0 && block.header.parent_hash != parent)
            return refuse("block " + std::to_string(height) + " does not follow the one before it");
        TRY(store.changes(height));
        parent = block.hash;
        if (progress && height % 256 == 0 && !progress("blocks", height, head)) return ended();
    }
    return {};
}

IoResult<> check_chain(const fs::path& chain_path, const Manifest& manifest,
                       const BackupProgress& progress) {
    Store store{TRY(open_rocksdb_to_read(chain_path))};
    const auto chain_id = TRY(store.open());
    if (!chain_id || *chain_id != manifest.chain_id) return refuse("it holds another chain");
    protocol::State state;
    const PastLimits none{.blocks = 0};
    Chain chain{store, none};
    TRY_VOID(recover(store, none, state, chain));
    const SealedBlock& head = *chain.head();
    if (head.header.number != manifest.height || head.hash != manifest.block ||
        state.digest().as_hash() != manifest.digest)
        return refuse("its chain ends at block " + std::to_string(head.header.number) + ", " +
                      to_hex(head.hash) + ", which is not what its manifest says");
    return check_blocks(store, head.header.number, progress);
}

IoResult<Manifest> read_manifest(const fs::path& backup) {
    std::error_code fault;
    if (!fs::is_directory(backup, fault)) return refuse("there is no such directory");
    const fs::path path = backup / manifest_name;
    if (!fs::exists(path, fault))
        return refuse("it has no " + std::string{manifest_name} +
                      ": not a backup, or one that was not finished");
    std::ifstream file{path, std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    return parse_manifest(text);
}

/// Goes through the files of a backup, and copies them to `to` if there is such a path.
IoResult<> pass_files(const fs::path& backup, const Manifest& manifest, const fs::path& to,
                      const BackupProgress& progress) {
    std::set<std::string> listed{manifest_name};
    for (const BackupFile& file : manifest.files) listed.insert(file.path);
    for (const std::string& name : TRY(files_below(backup)))
        if (!listed.contains(name)) return refuse(name + " is not in its manifest");
    Meter meter{progress, to.empty() ? "checking" : "restoring", manifest.bytes(), 0};
    for (const BackupFile& file : manifest.files) {
        const fs::path copy = to.empty() ? fs::path{} : to / file.path;
        if (!copy.empty()) TRY_VOID(make_directories(copy.parent_path()));
        const BackupFile found = TRY(pass_file(backup / file.path, copy, meter));
        if (found.bytes != file.bytes)
            return refuse(file.path + " has " + std::to_string(found.bytes) + " bytes, not " +
                          std::to_string(file.bytes));
        if (found.sha256 != file.sha256)
            return refuse(file.path + " is damaged: its checksum differs");
    }
    return {};
}

}  // namespace

IoResult<Manifest> write_backup(const fs::path& snapshot, const fs::path& backup,
                                const BackupProgress& progress) {
    const fs::path final_path = whole(backup);
    std::error_code fault;
    if (fs::exists(final_path, fault)) return refuse(final_path.string() + " is there already");
    Manifest manifest;
    manifest.made = now_utc();
    TRY_VOID(describe(snapshot / chain_name, manifest));
    Meter meter{progress, "copying", 0, 0};
    const auto names = TRY(files_below(snapshot));
    for (const std::string& name : names) meter.total += fs::file_size(snapshot / name, fault);
    TRY_VOID(make_directories(final_path.parent_path()));
    const fs::path draft = TRY(draft_beside(final_path, ".unfinished", meter.total));
    const auto written = [&]() -> IoResult<> {
        for (const std::string& name : names) {
            TRY_VOID(make_directories((draft / name).parent_path()));
            BackupFile file = TRY(pass_file(snapshot / name, draft / name, meter));
            file.path = name;
            manifest.files.push_back(std::move(file));
        }
        const fs::path path = draft / manifest_name;
        const Descriptor text{path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC};
        if (!text.is_open() || !text.write_all(view_of(print_manifest(manifest))) ||
            ::fsync(text.get()) != 0)
            return failure("cannot write", path);
        return put_in_place(draft, final_path);
    }();
    if (!written) {
        fs::remove_all(draft, fault);
        return refuse(written.error());
    }
    return manifest;
}

IoResult<Manifest> check_backup(const fs::path& backup, const BackupProgress& progress) {
    Manifest manifest = TRY(read_manifest(backup));
    TRY_VOID(pass_files(backup, manifest, {}, progress));
    TRY_VOID(check_chain(backup / chain_name, manifest, progress));
    return manifest;
}

IoResult<Manifest> restore_backup(const fs::path& backup, const fs::path& data,
                                  const BackupProgress& progress) {
    const fs::path final_path = whole(data);
    std::error_code fault;
    if (fs::exists(final_path, fault) && !fs::is_empty(final_path, fault))
        return refuse(final_path.string() +
                      " is not empty: a restore never replaces anything, choose a new directory");
    Manifest manifest = TRY(read_manifest(backup));
    TRY_VOID(make_directories(final_path.parent_path()));
    const fs::path draft = TRY(draft_beside(final_path, ".restoring", manifest.bytes()));
    const auto restored = [&]() -> IoResult<> {
        TRY_VOID(pass_files(backup, manifest, draft, progress));
        TRY_VOID(check_chain(draft / chain_name, manifest, progress));
        return put_in_place(draft, final_path);
    }();
    if (!restored) {
        fs::remove_all(draft, fault);
        return refuse(restored.error());
    }
    return manifest;
}

}  // namespace thaw::node
