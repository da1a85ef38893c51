/// What all methods stand on: the node, the options, and looking up blocks and state by the names
/// clients use.
#pragma once
#include <chrono>
#include <functional>
#include <mutex>
#include <set>
#include <shared_mutex>

#include "thaw/node/node.hpp"
#include "thaw/rpc/decode.hpp"
#include "thaw/rpc/error_names.hpp"
#include "thaw/rpc/patience.hpp"
#include "thaw/rpc/server.hpp"

namespace thaw::rpc {

class Filters;
class Subscriptions;

/// Answers whether and how the devnet saves and restores everything, its host chains included.
struct SnapshotHooks {
    std::function<uint64_t()> take;
    std::function<bool(uint64_t)> restore;  ///< false: there is no such snapshot
};

struct BackendOptions {
    std::string client_version = "thaw/0.1.0";
    bool dev = false;                          ///< registers the dev methods
    std::vector<crypto::PrivateKey> dev_keys;  ///< accounts the node signs for; dev only
    std::shared_ptr<node::DevClock>
        dev_clock;  ///< moved by evm_increaseTime and its like; dev only
    SnapshotHooks snapshots;
    std::chrono::milliseconds seal_wait_max{
        5000};  ///< how long eth_sendRawTransaction waits for its block
    std::chrono::seconds filter_idle_max{300};
    /// How long a request may wait for its turn, and then how long it may take.
    std::chrono::milliseconds request_time_max{10'000};
};

/// Lets callbacks of the node in until the service closes it: none runs afterwards, and closing
/// waits for those inside.
class Gate {
  public:
    template <class F>
    void pass(const F& f) {
        const std::shared_lock lock{mutex_};
        if (open_) f();
    }
    void close() {
        const std::unique_lock lock{mutex_};
        open_ = false;
    }

  private:
    std::shared_mutex mutex_;
    bool open_ = true;
};

/// The fees every method names: the base fee is constant, and no tip is needed.
inline constexpr u128 suggested_tip = 0;

struct Backend {
    Backend(node::Node& n, BackendOptions o);

    node::Node& node;
    BackendOptions options;
    uint64_t chain_id;
    u128 base_fee;
    uint64_t block_gas_limit;
    ErrorNames error_names;
    std::vector<Address> accounts;  ///< of the development keys, in their order
    std::shared_ptr<Gate> gate = std::make_shared<Gate>();  ///< for callbacks given to the node
    std::unique_ptr<Patience> patience;                     ///< of those who wait for a block
    /// As the server's, for what is soon done. Set by the service.
    std::function<void(std::chrono::milliseconds, std::function<void()>)> after;
    std::function<Later()> here;

    /// The price a transaction should offer.
    u128 gas_price() const { return base_fee + suggested_tip; }

    const crypto::PrivateKey* key_of(const Address& account) const;
    bool is_impersonated(const Address& account) const;
    void impersonate(const Address& account, bool on);

  private:
    mutable std::mutex mutex_;
    std::set<Address> impersonated_;
};

/// The block a client means, or null when there is none. `pending` is the head here.
node::BlockPtr find_block(const node::Node& node, const BlockId& id);

/// The height at which state can be read for this block, or why it cannot.
Decoded<uint64_t> state_height(const node::Node& node, const node::View& view, const BlockId& id);

/// Reads from the state after block `height`; past states go through a fork.
template <class F>
auto at_height(const node::View& view, uint64_t height, const F& read) {
    if (height == view.head()->header.number) return read(view.state());
    return read(static_cast<const protocol::State&>(view.fork_at(height)));
}

/// The refusal of a call or an estimate, as every wallet reads it.
Error revert_error(const Backend& backend, BytesView output);

/// A call as the machine takes it, and the context it runs in.
struct Simulation {
    protocol::Command command;
    protocol::Block context;
    uint64_t height = 0;
};
/// Why nothing is simulated as sent by this address, if so. Contracts act by their rules alone:
/// what the machine takes for granted about them would not hold.
std::optional<Error> not_a_sender(const protocol::State& state, const Address& from);
/// Fits a call object to the state after a block. Requires an existing `to`.
Decoded<Simulation> simulation_for(const Backend& backend, const node::View& view,
                                   const CallObject& call, const BlockId& block);
/// The least gas with which the call succeeds, or its revert.
Decoded<uint64_t> estimate_gas(const Backend& backend, const node::View& view,
                               const CallObject& call, const BlockId& block);

// Registration, one function per file.
void add_eth_read(Methods& methods, Backend& backend);
void add_eth_call(Methods& methods, Backend& backend);
void add_eth_simulate(Methods& methods, Backend& backend);
void add_eth_send(Methods& methods, Backend& backend);
void add_eth_logs(Methods& methods, Backend& backend);
void add_filters(Methods& methods, Backend& backend, Filters& filters);
void add_subscriptions(Methods& methods, Backend& backend, Subscriptions& subscriptions);
void add_txpool(Methods& methods, Backend& backend);
void add_thaw(Methods& methods, Backend& backend);
void add_dry_run(Methods& methods, Backend& backend);
void add_loans(Methods& methods, Backend& backend);
void add_dev(Methods& methods, Backend& backend);
void add_wallet(Methods& methods, Backend& backend);
void add_discover(Methods& methods, Backend& backend);

}  // namespace thaw::rpc
