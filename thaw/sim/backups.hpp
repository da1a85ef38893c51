/// Backups of a running devnet: chain and simulated hosts as of one moment, copied while it goes on
/// serving. Who may ask is who can read the data directory: the key lies there (docs/adr/0040).
#pragma once
#include <mutex>
#include <thread>

#include "thaw/node/backup.hpp"
#include "thaw/rpc/jsonrpc.hpp"

namespace thaw::sim {

class Devnet;

/// Where the node says how its operator reaches it, for commands on the same machine.
inline constexpr const char* operator_file = "operator.json";
/// The error of a wrong key: it is another node's operator who asks.
inline constexpr int wrong_key_code = -32001;
/// Where a backup begins: links to the chain's files as of one moment.
inline constexpr const char* snapshot_directory = "snapshot-for-backup";

class Backups {
  public:
    Backups(Devnet& devnet, std::filesystem::path data_dir);
    ~Backups();
    Backups(const Backups&) = delete;
    Backups& operator=(const Backups&) = delete;

    /// Registers thaw_backup and thaw_backupStatus.
    void add_methods(rpc::Methods& methods);
    /// Writes the operator's file, which only the owner of the directory may read. `url` is where
    /// the node listens.
    void announce(const std::string& url);
    /// Ends a backup that is under way, of which nothing is left, and takes the file away.
    void stop();

  private:
    enum class Stage : uint8_t { none, running, done, failed };
    struct Status {
        Stage stage = Stage::none;
        std::string directory, why;
        uint64_t done = 0, total = 0;
        node::Manifest manifest;
    };

    bool may(std::string_view key) const;
    rpc::Answer begin(std::string_view key, const std::string& directory);
    rpc::Answer status(std::string_view key) const;
    void run(const std::filesystem::path& directory);
    node::IoResult<node::Manifest> make(const std::filesystem::path& directory);

    Devnet& devnet_;
    const std::filesystem::path data_dir_;
    const std::string key_;
    mutable std::mutex mutex_;
    Status status_;
    bool stopping_ = false;
    std::thread thread_;
};

/// {"chainId", "height", "block", "digest", "made", "files", "bytes"} of a manifest.
boost::json::object manifest_json(const node::Manifest& manifest);

}  // namespace thaw::sim
