/// The six simulated hosts together: one time, transfers between them, one file on disk.
#pragma once
#include <array>
#include <filesystem>
#include <tl/expected.hpp>

#include "thaw/hosts/simulated.hpp"

namespace thaw::hosts {

/// A value: a copy is a snapshot, an assignment restores it.
class Worlds {
  public:
    /// The worlds at the hub's genesis. Custody holds what the hub's books begin with: the dead
    /// stake of each network on its staking host, and on Ethereum the ETH of all grants.
    Worlds(const protocol::Genesis& genesis, uint64_t seed);

    /// Requires 1 <= id <= protocol::host_count.
    SimulatedHost& host(HostId id) { return hosts_.at(id - 1u); }
    const SimulatedHost& host(HostId id) const { return hosts_.at(id - 1u); }

    /// All hosts live until `now_s`; transfers between them arrive at their second.
    void advance(uint64_t now_s);
    uint64_t now_s() const { return hosts_.front().world().now_s; }

    /// The report of a network's frame with custody counted over all hosts that hold the asset, and
    /// on the way between them. Nothing while the frame has not ended.
    std::optional<protocol::oracle::Report> report(NetworkId network, uint64_t frame) const;

    /// Everything of an asset in all worlds.
    Assets total_of(AssetId asset) const;

    /// Rises with whatever an observer could notice. Saved worlds of the same revision differ only
    /// in their time.
    uint64_t revision() const;

    /// Replaces the file in `directory` durably: after a crash the old or the new worlds are there,
    /// whole. Returns what went wrong, or nothing.
    std::optional<std::string> save(const std::filesystem::path& directory) const;
    /// The worlds saved there, nothing if there are none, or a sentence that says what is wrong
    /// with the file.
    static tl::expected<std::optional<Worlds>, std::string> load(
        const std::filesystem::path& directory);

  private:
    Worlds() = default;
    std::vector<SimulatedHost> hosts_;  ///< host h at h − 1
};

}  // namespace thaw::hosts
