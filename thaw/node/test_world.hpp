/// What tests of the node begin with: a few accounts with ETH, signed transfers, and a disk in
/// memory that can fail.
#pragma once
#include <gtest/gtest.h>

#include <future>
#include <map>
#include <mutex>

#include "thaw/base/assert.hpp"
#include "thaw/crypto/hd_wallet.hpp"
#include "thaw/node/node.hpp"

namespace thaw::node::test {

inline constexpr uint64_t test_chain_id = 8429;
inline constexpr uint64_t genesis_s = 1'700'000'000;
inline constexpr u128 ether = 1'000'000'000'000'000'000;
inline constexpr u128 gwei = 1'000'000'000;

inline const crypto::PrivateKey& key_of(uint32_t index) {
    static const auto keys = [] {
        std::vector<crypto::PrivateKey> all;
        for (uint32_t i = 0; i < 8; ++i)
            all.push_back(*crypto::derive_key(
                "test test test test test test test test test test test junk", i));
        return all;
    }();
    return keys.at(index);
}
inline Address account(uint32_t index) { return crypto::address_of(key_of(index)); }

/// A transfer that states only what differs from the usual one.
inline codec::SignedTransaction transfer(uint64_t nonce, u128 wei = 1, uint32_t to = 7) {
    codec::SignedTransaction tx;
    tx.chain_id = test_chain_id;
    tx.nonce = nonce;
    tx.max_priority_fee_per_gas = gwei;
    tx.max_fee_per_gas = 2 * gwei;
    tx.gas_limit = 21'000;
    tx.to = account(to);
    tx.value = wei;
    return tx;
}
/// Dear enough to replace the usual one.
inline codec::SignedTransaction dearer_transfer(uint64_t nonce) {
    codec::SignedTransaction tx = transfer(nonce);
    tx.max_fee_per_gas *= 2;
    tx.max_priority_fee_per_gas *= 2;
    return tx;
}
inline Bytes sign(uint32_t from, const codec::SignedTransaction& draft) {
    return codec::sign_transaction(draft, key_of(from));
}

/// Ordered keys in memory.
class MemoryStorage final : public Storage {
  public:
    IoResult<> write(std::span<const Write> batch) override {
        if (before_write) before_write();
        const std::lock_guard lock{mutex_};
        if (fails_) return tl::unexpected(std::string{"no space left on device"});
        for (const Write& one : batch) {
            if (one.value)
                live_.insert_or_assign(one.key, *one.value);
            else
                live_.erase(one.key);
        }
        return {};
    }
    IoResult<> write_table(std::span<const WriteView> sorted) override {
        std::vector<Write> batch;
        for (const auto& [key, value] : sorted) {
            auto& one = batch.emplace_back(Write{{key.begin(), key.end()}, std::nullopt});
            if (value) one.value.emplace(value->begin(), value->end());
        }
        return write(batch);
    }
    IoResult<std::optional<Bytes>> get(BytesView key) const override {
        const std::lock_guard lock{mutex_};
        const auto at = live_.find(Bytes{key.begin(), key.end()});
        return at == live_.end() ? std::optional<Bytes>{} : std::optional{at->second};
    }
    IoResult<> for_each(BytesView prefix,
                        const std::function<bool(BytesView, BytesView)>& visit) const override {
        const std::lock_guard lock{mutex_};
        const Bytes first{prefix.begin(), prefix.end()};
        for (auto at = live_.lower_bound(first); at != live_.end(); ++at)
            if (!std::equal(prefix.begin(), prefix.end(), at->first.begin(),
                            at->first.begin() + static_cast<ptrdiff_t>(
                                                    std::min(prefix.size(), at->first.size()))) ||
                !visit(at->first, at->second))
                break;
        return {};
    }
    std::function<void()> before_write;
    void fail(bool on) {
        const std::lock_guard lock{mutex_};
        fails_ = on;
    }
    /// Another disk with the same contents: what a kill at this moment would leave.
    std::shared_ptr<MemoryStorage> copy() const {
        auto other = std::make_shared<MemoryStorage>();
        const std::lock_guard lock{mutex_};
        other->live_ = live_;
        return other;
    }

  private:
    mutable std::mutex mutex_;
    std::map<Bytes, Bytes> live_;
    bool fails_ = false;
};

inline protocol::Genesis test_genesis() {
    protocol::Genesis genesis = protocol::default_genesis();
    genesis.hub.chain_id = test_chain_id;
    genesis.hub.genesis_s = genesis_s;
    for (protocol::GenesisNetwork& network : genesis.networks)
        network.validators.push_back(
            {.name = "one", .group = 1, .total_stake = Assets{ether}, .uptime_bps = 10'000});
    genesis.oracle_members = {account(0)};
    genesis.oracle_quorum = 1;
    for (uint32_t i = 0; i < 8; ++i)
        genesis.grants.push_back({.account = account(i), .wei = Assets{10'000 * ether}});
    return genesis;
}

/// Where a transaction lies; height 0 when in no block.
inline Location place_of(const Node& node, const Hash& transaction) {
    const auto found = node.transaction(transaction);
    if (!found) return {};
    return {found->block->header.number, static_cast<uint32_t>(found->index)};
}

/// A node on a disk in memory, whose clock stands still unless a test moves it.
struct World {
    std::shared_ptr<MemoryStorage> disk = std::make_shared<MemoryStorage>();
    std::shared_ptr<DevClock> clock = std::make_shared<DevClock>(genesis_s, 0);
    Options options;
    std::unique_ptr<Node> node;

    World() {
        options.genesis = test_genesis();
        options.clock = clock;
    }
    Node& start() {
        node.reset();
        options.storage = disk;
        node = std::make_unique<Node>(options);
        return *node;
    }
    /// Submits, and waits until it is sealed; the answer is what the watcher heard.
    bool settle(const Bytes& raw) {
        const auto hash = node->submit(raw);
        EXPECT_TRUE(hash) << hash.error().text;
        return hash && wait_for(*hash);
    }
    bool wait_for(const Hash& hash) {
        std::promise<bool> sealed;
        node->when_sealed(hash, [&](bool yes) { sealed.set_value(yes); });
        return sealed.get_future().get();
    }
};

inline u128 balance_in(const protocol::State& state, uint32_t index) {
    namespace token = protocol::token;
    return state.token.balances.get(token::user_account(protocol::eth, account(index))).value;
}

}  // namespace thaw::node::test
