#include "thaw/sim/devnet.hpp"

#include <spdlog/spdlog.h>

#include <chrono>
#include <stdexcept>

#include "thaw/hosts/agenda.hpp"
#include "thaw/node/files.hpp"
#include "thaw/sim/backups.hpp"
#include "thaw/sim/development.hpp"
#include "thaw/sim/host_methods.hpp"
#include "thaw/sim/misfortune_methods.hpp"
#include "thaw/sim/money_methods.hpp"

namespace thaw::sim {

namespace {

constexpr uint64_t day_s = 86'400;
constexpr uint64_t deposited_whole =
    10'000;  ///< of ETH and each asset, by each development account
constexpr uint64_t funded_whole = 1'000'000;  ///< on each host, before the deposit

/// Chain seconds per wall second, in thousandths.
uint64_t speed_milli(uint64_t day_ms) { return day_ms == 0 ? 0 : day_s * 1'000'000 / day_ms; }

/// The last midnight (UTC), so that the days of the chain are days of the calendar.
uint64_t today_s() {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    const auto now =
        static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(since).count());
    return now - now % day_s;
}

u128 whole(const protocol::Genesis& genesis, AssetId asset, uint64_t count) {
    const unsigned decimals =
        asset == protocol::eth ? 18 : genesis.networks.at(asset - 1u).parameters.decimals;
    u128 one = 1;
    for (unsigned i = 0; i < decimals; ++i) one *= 10;
    return one * count;
}

/// Where people of the devnet hold an asset: on the host it is staked on, MATIC on Polygon too.
std::vector<HostId> homes_of(const protocol::Genesis& genesis, AssetId asset) {
    if (asset == protocol::eth) return {hosts::ethereum};
    std::vector<HostId> homes{genesis.networks.at(asset - 1u).parameters.staking_host};
    if (asset == hosts::matic) homes.push_back(hosts::polygon);
    return homes;
}

/// The development accounts begin on the hosts and send part of what they have to custody, as
/// anybody would.
void deposit_for_development_accounts(hosts::Worlds& worlds, const protocol::Genesis& genesis) {
    for (const crypto::PrivateKey& key : development_accounts()) {
        const Address account = crypto::address_of(key);
        const Hash there = hosts::account_of(account);
        for (AssetId asset = protocol::eth; asset <= protocol::network_count; ++asset) {
            const auto homes = homes_of(genesis, asset);
            for (const HostId home : homes)
                worlds.host(home).fund(there, asset, {whole(genesis, asset, funded_whole)});
            THAW_ASSERT(worlds.host(homes.front())
                            .transfer_to_custody(there, account, asset,
                                                 {whole(genesis, asset, deposited_whole)}));
        }
    }
}

}  // namespace

Devnet::Devnet(DevnetOptions options) : options_{std::move(options)} {
    if (const auto made = node::make_directories(options_.data_dir); !made)
        throw std::runtime_error("the data directory: " + made.error());
    const protocol::Genesis genesis =
        with_lending(development_genesis(options_.parameters, today_s()));
    if (const auto wrong = protocol::fault_in(genesis)) throw std::runtime_error(*wrong);
    hosts::Worlds worlds = open_worlds(genesis);

    for (HostId id = 1; id <= protocol::host_count; ++id)
        for (const auto& deposit : worlds.host(id).deposits(0)) deposits_.push_back(deposit);

    const uint64_t interval_ms = options_.automine ? 0 : options_.block_ms;
    // The node moves the clock on to its head's time.
    clock_ = std::make_shared<node::DevClock>(0, speed_milli(options_.day_ms));
    auto database = node::open_rocksdb(options_.data_dir / "chain");
    if (!database)
        throw std::runtime_error("data directory " + options_.data_dir.string() + ": " +
                                 database.error());
    database_ = *std::move(database);
    node_ = std::make_unique<node::Node>(node::Options{.data_dir = options_.data_dir,
                                                       .genesis = genesis,
                                                       .clock = clock_,
                                                       .automine = options_.automine,
                                                       .block_interval_ms = interval_ms,
                                                       .storage = database_});
    const uint64_t height = node_->view().head()->header.number;
    if (created_ && height != 0)
        throw std::runtime_error(
            "data directory " + options_.data_dir.string() +
            " holds a chain but not its host chains (worlds.bin): restore that "
            "file, or start with an empty directory");
    if (clock_->now_s() < worlds.now_s()) clock_->reset(worlds.now_s());
    courier_ = std::make_unique<hosts::Courier>(
        *node_, std::move(worlds),
        hosts::CourierOptions{.members = development_members(), .directory = options_.data_dir});
    open_service();
}

Devnet::~Devnet() { stop(); }

hosts::Worlds Devnet::open_worlds(const protocol::Genesis& genesis) {
    auto loaded = hosts::Worlds::load(options_.data_dir);
    if (!loaded) throw std::runtime_error(loaded.error());
    if (*loaded) return std::move(**loaded);
    created_ = true;
    hosts::Worlds worlds{genesis, options_.seed};
    deposit_for_development_accounts(worlds, genesis);
    return worlds;
}

void Devnet::open_service() {
    rpc::Options options;
    options.server.address = options_.address;
    options.server.port = options_.port;
    options.server.threads = options_.threads;
    options.server.requests_per_second = options_.requests_per_second;
    options.backend.dev = true;
    options.backend.dev_keys = development_accounts();
    options.backend.dev_clock = clock_;
    options.backend.snapshots = {.take = [this] { return take_snapshot(); },
                                 .restore = [this](uint64_t n) { return restore_snapshot(n); }};
    options.site = options_.site;
    backups_ = std::make_unique<Backups>(*this, options_.data_dir);
    service_ = std::make_unique<rpc::Service>(*node_, std::move(options));
    add_host_methods(service_->methods(), *this);
    add_misfortune_methods(service_->methods(), *this);
    add_money_methods(service_->methods(), *this);
    backups_->add_methods(service_->methods());
    service_->rest().add(
        "/readyz", "200 while blocks can be made and the first money is there, 503 otherwise.",
        [this](const rpc::Rest::Request&) {
            if (const auto why = node_->stopped())
                return rpc::problem(503, "Service Unavailable", "the node has stopped: " + *why);
            if (!deposits_arrived())
                return rpc::problem(503, "Service Unavailable",
                                    "the first deposits are on their way through the bridge");
            return rpc::HttpResponse{.content_type = "text/plain; charset=utf-8", .body = "ok\n"};
        });
}

void Devnet::start() {
    running_ = true;
    courier_->start();
    service_->start();
    backups_->announce(own_url());
}

void Devnet::stop() {
    if (!running_) return;
    running_ = false;
    service_->stop();
    backups_->stop();  // while the courier still answers
    courier_->stop();
    auto pause = courier_->pause();
    if (const auto fault = pause.save())
        spdlog::error("the host chains could not be saved: {}", *fault);
}

bool Devnet::deposits_arrived() const {
    const node::View view = node_->view();
    return std::ranges::all_of(
        deposits_, [&](const auto& deposit) { return hosts::is_decided(view.state(), deposit); });
}

uint64_t Devnet::take_snapshot() {
    const std::lock_guard lock{snapshots_mutex_};
    auto pause = courier_->pause();
    const uint64_t height = node_->view().head()->header.number;
    snapshots_.emplace(
        ++last_snapshot_,
        Snapshot{.height = height, .now_s = clock_->now_s(), .worlds = pause.worlds()});
    return last_snapshot_;
}

node::IoResult<> Devnet::snapshot_to(const std::filesystem::path& directory) {
    auto pause = courier_->pause();
    if (const auto fault = pause.worlds().save(directory)) return tl::unexpected(*fault);
    return database_->snapshot(directory / "chain");
}

std::string Devnet::own_url() const {
    std::string address = options_.address;
    if (address == "0.0.0.0") address = "127.0.0.1";
    if (address == "::") address = "::1";
    if (address.find(':') != std::string::npos) address = "[" + address + "]";
    return "http://" + address + ":" + std::to_string(port());
}

bool Devnet::restore_snapshot(uint64_t number) {
    const std::lock_guard lock{snapshots_mutex_};
    const auto at = snapshots_.find(number);
    if (at == snapshots_.end()) return false;
    auto pause = courier_->pause();
    if (!node_->revert_to(at->second.height)) return false;
    pause.worlds() = std::move(at->second.worlds);
    clock_->reset(at->second.now_s);
    snapshots_.erase(at, snapshots_.end());
    if (const auto fault = pause.save())
        spdlog::error("the host chains could not be saved: {}", *fault);
    return true;
}

}  // namespace thaw::sim
