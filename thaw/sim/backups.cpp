#include "thaw/sim/backups.hpp"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <stdexcept>

#include "thaw/base/result.hpp"
#include "thaw/base/text.hpp"
#include "thaw/rpc/decode.hpp"
#include "thaw/sim/devnet.hpp"

namespace thaw::sim {

namespace json = boost::json;

namespace {

std::string random_key() {
    std::array<uint8_t, 32> bytes{};
    if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
        throw std::runtime_error("the system gives no random bytes");
    return to_hex(BytesView{bytes}).substr(2);
}

rpc::Answer refuse(int code, std::string why) {
    return tl::unexpected(rpc::Error{code, std::move(why)});
}

rpc::Answer forbidden() {
    return refuse(wrong_key_code,
                  "this is the operator's: the key is in operator.json of the data directory");
}

rpc::Decoded<std::string> read_text(const json::value& value, rpc::Where where) {
    if (value.is_string()) return std::string{value.get_string()};
    return tl::unexpected(rpc::invalid(where, "a string", value));
}

}  // namespace

json::object manifest_json(const node::Manifest& manifest) {
    return {{"chainId", manifest.chain_id},    {"height", manifest.height},
            {"block", to_hex(manifest.block)}, {"digest", to_hex(manifest.digest)},
            {"made", manifest.made},           {"files", manifest.files.size()},
            {"bytes", manifest.bytes()}};
}

Backups::Backups(Devnet& devnet, std::filesystem::path data_dir)
    : devnet_{devnet}, data_dir_{std::move(data_dir)}, key_{random_key()} {
    // A crash in the middle of a backup leaves links that would keep old files for ever.
    std::error_code fault;
    std::filesystem::remove_all(data_dir_ / snapshot_directory, fault);
}

Backups::~Backups() { stop(); }

void Backups::stop() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    if (thread_.joinable()) thread_.join();
    std::error_code fault;
    std::filesystem::remove(data_dir_ / operator_file, fault);
}

void Backups::add_methods(rpc::Methods& m) {
    m.add("thaw_backup", "key directory",
          "The operator's: begins to copy chain and hosts, as of now, to a new directory of the "
          "node's machine. See `thaw backup`.",
          [this](const rpc::Params& p) -> rpc::Answer {
              const std::string key = TRY(rpc::argument(p, 0, read_text));
              return begin(key, TRY(rpc::argument(p, 1, read_text)));
          });
    m.add("thaw_backupStatus", "key", "The operator's: how far the last backup has come.",
          [this](const rpc::Params& p) -> rpc::Answer {
              return status(TRY(rpc::argument(p, 0, read_text)));
          });
}

void Backups::announce(const std::string& url) {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = false;
    }
    const auto path = data_dir_ / operator_file;
    auto draft = path;
    draft += ".new";
    ::unlink(draft.c_str());
    const std::string text =
        json::serialize(json::object{{"url", url}, {"key", key_}, {"process", ::getpid()}}) + "\n";
    const int fd = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    const bool written =
        fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    if (fd >= 0) ::close(fd);
    if (!written || ::rename(draft.c_str(), path.c_str()) != 0)
        spdlog::warn("cannot write {}: no backup can be asked for while this runs", path.string());
}

bool Backups::may(std::string_view key) const {
    unsigned different = key.size() == key_.size() ? 0 : 1;
    for (size_t i = 0; i < std::min(key.size(), key_.size()); ++i)
        different |= static_cast<unsigned>(key[i] ^ key_[i]);
    return different == 0;
}

rpc::Answer Backups::begin(std::string_view key, const std::string& directory) {
    if (!may(key)) return forbidden();
    if (!std::filesystem::path{directory}.is_absolute())
        return refuse(rpc::code::invalid_params, "the directory must be an absolute path");
    const std::lock_guard lock{mutex_};
    if (stopping_) return refuse(rpc::code::server, "the node is stopping");
    if (status_.stage == Stage::running)
        return refuse(rpc::code::server, "a backup to " + status_.directory + " is under way");
    if (thread_.joinable()) thread_.join();
    status_ = {};
    status_.stage = Stage::running;
    status_.directory = directory;
    try {
        thread_ = std::thread{[this, directory] { run(directory); }};
    } catch (const std::system_error& fault) {  // threads or memory are used up
        status_ = {};
        return refuse(rpc::code::server, std::string{"no backup can be begun: "} + fault.what());
    }
    return true;
}

rpc::Answer Backups::status(std::string_view key) const {
    if (!may(key)) return forbidden();
    const std::lock_guard lock{mutex_};
    switch (status_.stage) {
        case Stage::none:
            return json::object{{"stage", "none"}};
        case Stage::running:
            return json::object{{"stage", "running"},
                                {"directory", status_.directory},
                                {"bytesDone", status_.done},
                                {"bytesTotal", status_.total}};
        case Stage::failed:
            return json::object{
                {"stage", "failed"}, {"directory", status_.directory}, {"why", status_.why}};
        case Stage::done:
            break;
    }
    return json::object{{"stage", "done"},
                        {"directory", status_.directory},
                        {"manifest", manifest_json(status_.manifest)}};
}

void Backups::run(const std::filesystem::path& directory) {
    auto made = make(directory);
    std::error_code fault;
    std::filesystem::remove_all(data_dir_ / snapshot_directory, fault);
    const std::lock_guard lock{mutex_};
    status_.stage = made ? Stage::done : Stage::failed;
    if (made)
        status_.manifest = std::move(*made);
    else
        status_.why = made.error();
    if (made)
        spdlog::info("backup of block {} in {}", status_.manifest.height, directory.string());
    else
        spdlog::error("backup to {}: {}", directory.string(), status_.why);
}

node::IoResult<node::Manifest> Backups::make(const std::filesystem::path& directory) {
    std::error_code fault;
    if (std::filesystem::exists(directory, fault))
        return tl::unexpected(directory.string() + " is there already");
    const auto snapshot = data_dir_ / snapshot_directory;
    std::filesystem::remove_all(snapshot, fault);
    std::filesystem::create_directory(snapshot, fault);
    if (fault) return tl::unexpected("cannot create " + snapshot.string() + ": " + fault.message());
    TRY_VOID(devnet_.snapshot_to(snapshot));
    return node::write_backup(snapshot, directory,
                              [this](std::string_view, uint64_t done, uint64_t total) {
                                  const std::lock_guard lock{mutex_};
                                  status_.done = done;
                                  status_.total = total;
                                  return !stopping_;
                              });
}

}  // namespace thaw::sim
