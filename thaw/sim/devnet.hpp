/// A whole world in one process: a node, six simulated host chains, the courier between them, and
/// the door. The devnet is this.
#pragma once
#include "thaw/hosts/courier.hpp"
#include "thaw/node/rocksdb_storage.hpp"
#include "thaw/rpc/service.hpp"

namespace thaw::sim {

using protocol::AssetId;
using protocol::HostId;
using protocol::NetworkId;

struct DevnetOptions {
    std::string address = "127.0.0.1";
    uint16_t port = 8545;              ///< 0: any free one
    unsigned threads = 2;              ///< of the server
    uint32_t requests_per_second = 0;  ///< of one address; 0: no limit
    std::filesystem::path data_dir;
    /// Wall time in which a day of chain time passes; 0: chain time moves only when a client moves
    /// it.
    uint64_t day_ms = 60'000;
    bool automine = true;
    uint64_t block_ms = 1'000;  ///< between blocks when not automining
    uint64_t seed = 1;          ///< of what the hosts do by chance
    /// Parameters of the chain, without what a devnet fills in (`development_genesis`). For an
    /// empty data directory.
    protocol::Genesis parameters;
    rpc::Site site = {};  ///< the web app
};

class Backups;

class Devnet {
  public:
    /// Opens or creates the data directory and binds the port. Throws std::runtime_error with a
    /// sentence for people.
    explicit Devnet(DevnetOptions options);
    ~Devnet();
    Devnet(const Devnet&) = delete;
    Devnet& operator=(const Devnet&) = delete;

    void start();
    void stop();

    /// Whether every transfer to custody made before the start has been credited.
    bool deposits_arrived() const;
    bool created() const { return created_; }  ///< false: the data directory held a chain already
    uint16_t port() const { return service_->port(); }
    rpc::Methods& methods() { return service_->methods(); }
    node::Node& node() { return *node_; }
    hosts::Courier& courier() { return *courier_; }
    node::DevClock& clock() { return *clock_; }

    /// Remembers hub, hosts and clock; returns a number, counted from 1.
    uint64_t take_snapshot();
    /// Returns to a snapshot, which is used up together with all later ones. False when there is
    /// none of this number, or when the hub cannot go back so far.
    bool restore_snapshot(uint64_t number);

    /// Chain and host chains as they are now, side by side in an existing directory. Blocks go on;
    /// the courier waits meanwhile, so that the hosts know nothing that the chain does not.
    node::IoResult<> snapshot_to(const std::filesystem::path& directory);

  private:
    struct Snapshot {
        uint64_t height = 0;
        uint64_t now_s = 0;
        hosts::Worlds worlds;
    };

    hosts::Worlds open_worlds(const protocol::Genesis& genesis);
    void open_service();
    std::string own_url() const;  ///< for commands on this machine

    DevnetOptions options_;
    bool created_ = false;
    std::vector<protocol::oracle::Deposit> deposits_;
    std::shared_ptr<node::DevClock> clock_;
    std::shared_ptr<node::Database> database_;
    std::unique_ptr<node::Node> node_;
    std::unique_ptr<hosts::Courier> courier_;
    std::mutex snapshots_mutex_;
    std::map<uint64_t, Snapshot> snapshots_;
    uint64_t last_snapshot_ = 0;
    bool running_ = false;
    std::unique_ptr<Backups> backups_;       ///< behind the service: no request comes any more
    std::unique_ptr<rpc::Service> service_;  ///< last: its methods speak of all that stands above
};

}  // namespace thaw::sim
