/// A host chain that lives in memory: eras, rewards, unbonding in the chain's own units, a custody
/// account and accounts of people. What happens depends on the configuration, the times it is
/// advanced to and the calls made, on nothing else.
#pragma once
#include "thaw/hosts/host.hpp"
#include "thaw/hosts/world.hpp"

namespace thaw::hosts {

struct WorldConfig {
    uint64_t seed = 1;
    uint64_t genesis_s = 0;  ///< the hub's: frames are counted from there on both sides
    uint64_t frame_s = 86'400;
};

class SimulatedHost final : public Host {
  public:
    SimulatedHost(HostId host, const WorldConfig& config);
    explicit SimulatedHost(World world) : world_{std::move(world)} {}

    HostId id() const override { return world_.host; }
    std::string_view name() const override { return figures_of(world_.host).name; }

    /// Rewards of an era that ends at the same second as a frame belong to that frame. A time in
    /// the past does nothing.
    void advance(uint64_t now_s) override;
    uint64_t height() const override;
    uint64_t custody_nonce() const override { return world_.custody_nonce; }
    /// An instruction that cannot be carried out uses its number up and has an outcome without
    /// success, as a transaction that reverts does. True says that there is nothing wrong with the
    /// number, not that the instruction arrived: whether it is known, `next_nonce` tells.
    bool submit(const Instruction& instruction) override;
    std::optional<protocol::oracle::Outcome> outcome(uint64_t intent) const override;
    std::vector<protocol::oracle::Deposit> deposits(size_t from) const override;
    std::optional<protocol::oracle::Report> report(uint64_t frame) const override;
    Assets custody_balance(AssetId asset) const override;

    /// Instructions carried out or waiting for finality: the next number that is not known here.
    uint64_t next_nonce() const;
    /// When the oldest transaction that is not final yet will be, or be dropped.
    std::optional<uint64_t> next_finality() const;
    /// How often the answer to an instruction can be heard: 0, 1, or 2 where it is repeated.
    size_t answers(uint64_t intent) const;
    /// What goes wrong from now on.
    void set_misfortune(const Misfortune& plan);
    /// Drops every block that is not final; returns how many transactions were in them.
    size_t reorganise();

    /// Gives an account a balance out of nothing: the state the world begins with.
    void fund(const Hash& account, AssetId asset, Assets amount);
    void fund_custody(AssetId asset, Assets amount);
    Assets balance_of(const Hash& account, AssetId asset) const;
    /// A transfer from an account of this host to custody that names the hub account to credit.
    /// Nothing happens when the amount is zero or more than the sender has.
    std::optional<protocol::oracle::Deposit> transfer_to_custody(const Hash& sender,
                                                                 const Address& receiver,
                                                                 AssetId asset, Assets amount);

    /// Issues a token of this host that the hub shall list as `asset`.
    const protocol::oracle::Listing& issue(AssetId asset, const std::string& name,
                                           const std::string& symbol, uint8_t decimals);

    /// Takes the given part of the pool's delegation with a validator, and, where a slash reaches
    /// it, of what is unbonding from there; rounded down where amounts are exact, else as the host
    /// rounds shares, which is up. Returns what was taken of the delegation.
    /// A rehearsal of a loss: whether the real chain slashes delegators is not asked.
    Assets slash(uint32_t validator, uint32_t part_ppm);
    /// A jailed validator earns nothing.
    void set_jailed(uint32_t validator, bool jailed);

    /// The next transfer to another host that has left and not arrived, by time of arrival, then by
    /// number.
    std::optional<Transit> next_arrival() const;
    /// Ends the transfer of that number: its outcome becomes known. Requires that it is under way.
    void confirm_arrival(uint64_t intent);
    /// The other end: custody receives what left another host.
    void receive(AssetId asset, Assets amount);

    /// Drops outcomes below `intent`, frames up to `frame` and the first `deposits` deposits, once
    /// the hub has them.
    void forget(uint64_t intent, uint64_t frame, uint64_t deposits);

    /// Rewards paid to the pool since genesis.
    Assets total_paid() const;
    /// The pool's delegations with all validators.
    Assets total_delegated() const;
    /// Everything of an asset in this world: accounts, custody, delegations, unbondings, transfers
    /// under way.
    Assets total_of(AssetId asset) const;

    const World& world() const { return world_; }

  private:
    void end_era();
    void strike_validators();
    void include(Tip transaction);
    void make_final(const Tip& transaction);
    void settle_tip();
    void drop_tip();
    void end_frame();
    protocol::oracle::Outcome carry_out(const Instruction& instruction);
    /// Begins a transfer from custody here to custody on another host; false when it cannot be.
    bool send_across(const Instruction& instruction);
    uint64_t completion_of_unbonding() const;
    /// What a share is worth at first, in fixed-point units; 0: amounts are exact here.
    u128 share_one() const;
    bool begin_to_unbond(const Instruction& instruction, protocol::oracle::Outcome& done);
    u128 after_slash(u128 amount, uint32_t part_ppm) const;
    /// Whole shares worth at least an amount (up) or at most that (not up), and what shares are
    /// worth, rounded down. Where amounts are exact a share is a base unit.
    u128 shares_of(const Validator& validator, u128 amount, bool up) const;
    u128 worth_of(const Validator& validator, u128 shares) const;
    bool has_chunk_left(uint32_t validator) const;
    Validator* validator(uint32_t id);

    World world_;
};

/// A 20-byte address as an account of a host: in the last 20 bytes.
Hash account_of(const Address& address);

}  // namespace thaw::hosts
