#include "thaw/hosts/worlds.hpp"

#include <fstream>
#include <iterator>

#include "thaw/crypto/keccak.hpp"
#include "thaw/node/files.hpp"

namespace thaw::hosts {

namespace {

constexpr std::string_view file_name = "worlds.bin";
constexpr std::string_view magic = "thaw-worlds-2";

node::IoResult<> replace_durably(const std::filesystem::path& directory, BytesView bytes) {
    const auto final_path = directory / file_name;
    auto draft_path = final_path;
    draft_path += ".new";
    {
        const node::Descriptor draft{draft_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC};
        if (!draft.is_open()) return node::failure("cannot create", draft_path);
        if (!draft.write_all(bytes)) return node::failure("cannot write", draft_path);
        if (!draft.sync()) return node::failure("cannot sync", draft_path);
    }
    if (::rename(draft_path.c_str(), final_path.c_str()) != 0)
        return node::failure("cannot replace", final_path);
    return node::sync_directory(directory);
}

}  // namespace

Worlds::Worlds(const protocol::Genesis& genesis, uint64_t seed) {
    const WorldConfig config{
        .seed = seed, .genesis_s = genesis.hub.genesis_s, .frame_s = genesis.hub.frame_s};
    for (HostId id = 1; id <= protocol::host_count; ++id) hosts_.emplace_back(id, config);
    AssetId asset = 0;
    for (const protocol::GenesisNetwork& network : genesis.networks)
        host(network.parameters.staking_host).fund_custody(++asset, protocol::dead_stake);
    for (AssetId id = 1; id <= genesis.networks.size(); ++id) {  // staked, and as it is
        const protocol::GenesisNetwork& network = genesis.networks[id - 1u];
        const u128 each = network.stable.liquidity.value;
        if (each != 0) host(network.parameters.staking_host).fund_custody(id, {2 * each});
    }
    for (const protocol::GenesisLegacy& held : genesis.legacy)
        host(genesis.networks[held.network - 1u].parameters.staking_host)
            .fund_custody(held.network, held.assets);
    for (const protocol::GenesisPair& pair : genesis.pairs) {
        const AssetId coin = protocol::index_of(pair.coin);
        if (protocol::kind_of(pair.coin) == protocol::ContractKind::liquid && !pair.wei.is_zero())
            host(genesis.networks[coin - 1u].parameters.staking_host)
                .fund_custody(coin, pair.assets);
        if (!pair.assets.is_zero()) host(ethereum).fund_custody(protocol::eth, pair.wei);
    }
    for (const protocol::GenesisMarket& market : genesis.markets) {
        if (market.coin == protocol::weth_address)
            host(ethereum).fund_custody(protocol::eth, market.seed);
        else if (const AssetId of = protocol::index_of(market.coin);
                 !market.seed.is_zero() && of != protocol::thaw_token)
            host(genesis.networks[of - 1u].parameters.staking_host).fund_custody(of, market.seed);
    }
    for (const protocol::GenesisGrant& grant : genesis.grants)
        host(ethereum).fund_custody(protocol::eth, grant.wei);
}

void Worlds::advance(uint64_t now_s) {
    // What becomes final may be a transfer that arrives elsewhere before `now_s`.
    while (true) {
        SimulatedHost* source = nullptr;
        uint64_t next_s = now_s;
        for (SimulatedHost& candidate : hosts_) {
            if (const auto final_s = candidate.next_finality(); final_s && *final_s < next_s) {
                next_s = *final_s;
                source = nullptr;
            }
            const auto arrival = candidate.next_arrival();
            if (!arrival || arrival->arrives_at_s > next_s) continue;
            if (source != nullptr && arrival->arrives_at_s == next_s) continue;
            next_s = arrival->arrives_at_s;
            source = &candidate;
        }
        for (SimulatedHost& each : hosts_) each.advance(next_s);
        if (source != nullptr) {
            const Transit transit = *source->next_arrival();
            source->confirm_arrival(transit.intent);
            host(transit.destination).receive(transit.asset, {transit.amount});
        } else if (next_s >= now_s) {
            return;
        }
    }
}

std::optional<protocol::oracle::Report> Worlds::report(NetworkId network, uint64_t frame) const {
    for (const SimulatedHost& staking : hosts_) {
        const HostFigures& figures = figures_of(staking.id());
        if (figures.network != network) continue;
        auto report = staking.report(frame);
        if (!report) return std::nullopt;
        u128 custody = 0;
        for (const SimulatedHost& each : hosts_) {
            const auto it = each.world().frames.find(frame);
            if (it == each.world().frames.end()) return std::nullopt;
            custody = add(custody, it->second.custody[figures.asset]);
            custody = add(custody, it->second.in_transit[figures.asset]);
        }
        report->custody = {custody};
        return report;
    }
    return std::nullopt;
}

Assets Worlds::total_of(AssetId asset) const {
    u128 sum = 0;
    for (const SimulatedHost& each : hosts_) sum = add(sum, each.total_of(asset).value);
    return {sum};
}

uint64_t Worlds::revision() const {
    uint64_t sum = 0;
    for (const SimulatedHost& each : hosts_) sum += each.world().revision;
    return sum;
}

std::optional<std::string> Worlds::save(const std::filesystem::path& directory) const {
    Bytes image;
    append(image, view_of(magic));
    for (const SimulatedHost& each : hosts_) {
        const Bytes world = to_bytes(each.world());
        append(image, view_of(uint64_t{world.size()}));
        append(image, world);
    }
    const auto done = replace_durably(directory, image);
    return done ? std::nullopt : std::optional{done.error()};
}

tl::expected<std::optional<Worlds>, std::string> Worlds::load(
    const std::filesystem::path& directory) {
    const auto path = directory / file_name;
    if (!std::filesystem::exists(path)) return std::nullopt;
    std::ifstream file{path, std::ios::binary};
    const Bytes image{std::istreambuf_iterator<char>{file}, {}};
    const auto damaged = [&] {
        return tl::unexpected(path.string() +
                              " is damaged or of another version; restore it from a backup, or "
                              "start with an empty data directory");
    };
    BytesView left{image};
    if (left.size() < magic.size() || !std::ranges::equal(left.first(magic.size()), view_of(magic)))
        return damaged();
    left = left.subspan(magic.size());
    Worlds worlds;
    for (HostId id = 1; id <= protocol::host_count; ++id) {
        uint64_t size = 0;
        if (left.size() < sizeof size) return damaged();
        std::memcpy(&size, left.data(), sizeof size);
        left = left.subspan(sizeof size);
        if (left.size() < size) return damaged();
        auto world = world_from(left.first(size));
        if (!world || world->host != id) return damaged();
        worlds.hosts_.emplace_back(std::move(*world));
        left = left.subspan(size);
    }
    if (!left.empty()) return damaged();
    return worlds;
}

}  // namespace thaw::hosts
