/// The people of a simulation: accounts with habits. Each act is one transaction, or a transfer on
/// a host, chosen by a seeded generator from what the account has.
#pragma once
#include "thaw/hosts/circuit.hpp"
#include "thaw/sim/random.hpp"

namespace thaw::sim {

/// What people do. The order is that of the table a simulation prints.
enum class Act : uint8_t {
    deposit,
    stake,
    unstake,
    exit,
    swap,
    provide,
    transfer,
    wrap,
    unwrap,
    switch_legacy,
    cancel,
    split,
    give_ticket,
    withdraw,
};
inline constexpr size_t act_count = 14;
std::string_view name_of(Act act);

class Crowd {
  public:
    /// Requires count > 0.
    Crowd(hosts::Circuit& circuit, uint32_t count, uint64_t seed);

    /// The account of a member; the first holds the legacy tokens.
    static Address account(uint32_t number);

    /// Somebody does something.
    void act();

    struct Count {
        uint64_t done = 0;
        uint64_t refused = 0;
    };
    const std::array<Count, act_count>& counts() const { return counts_; }
    /// How often each error was the answer, with the first of them whole; by its selector.
    struct Refusal {
        uint64_t times = 0;
        Bytes first;
    };
    const std::map<uint32_t, Refusal>& refusals() const { return refusals_; }

  private:
    Act choose();
    void perform(Act act, const Address& who, protocol::NetworkId network);
    void deposit(const Address& who, protocol::AssetId asset);
    void stake(const Address& who, protocol::NetworkId network);
    void leave(const Address& who, protocol::NetworkId network);
    void leave_at_once(Act act, const Address& who, protocol::NetworkId network);
    void use_ticket(Act act, const Address& who);
    void say(Act act, const Address& who, const Address& to, const Bytes& data);
    Address somebody() { return account(static_cast<uint32_t>(random_.below(count_))); }
    u128 assets_of(protocol::AssetId asset, const Address& who) const;
    u128 whole(protocol::AssetId asset) const;
    u128 shown(protocol::ContractKind kind, protocol::NetworkId network, const Address& who) const;

    hosts::Circuit& circuit_;
    uint32_t count_;
    Random random_;
    std::array<Count, act_count> counts_{};
    std::map<uint32_t, Refusal> refusals_;
};

}  // namespace thaw::sim
