/// The protocol a second time, as plainly as it can be said: maps, big rationals, lists searched
/// from the front. Written from the protocol's text and not from its code; it knows no tables, no
/// undo and no 128-bit arithmetic.
#pragma once
#include <boost/multiprecision/cpp_int.hpp>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "thaw/base/types.hpp"

namespace thaw::differential {

using Big = boost::multiprecision::cpp_int;
using Rational = boost::multiprecision::cpp_rational;

/// Refusals are named by the signature of their error; "" is success.
using Refusal = std::string;

/// The figures of protocol section 1.
struct Figures {
    Big stake_min, delegation_min;
    uint64_t unbonding_s, batch_every_s;
    unsigned fee_bps, apr_bps, growth_ppm;
    bool rebasing, earns;
    int host;
    Big switch_supply;
};

struct Intent {
    enum Kind { bond = 1, unbond = 2, collect = 3, payout = 4, move = 5 } kind;
    int network, asset, validator;
    Big amount;
    uint64_t reference;  ///< lot, or withdrawal
};
struct Lot {
    int validator;
    Big amount;
    uint64_t completes_s = 0;
    enum { requested, unbonding, collecting, over } state = requested;
};
struct Batch {
    uint64_t frame;  ///< that its tickets were asked for in
    Big shares, nominal, unpaid, rate_assets, rate_shares;
    enum { open, dispatched, final } state = open;
    std::set<uint64_t> tickets;  ///< not yet paid
    uint64_t last_ticket = 0;
};
struct Ticket {
    Address owner;
    Big shares, nominal;
    size_t batch;
    bool second = false;  ///< given for the legacy or the wrapped token
    Big claimed;          ///< of what it is due, once final
};
/// An ERC-7540 request: its ticket lies with the token, what it is paid waits to be claimed.
struct Redemption {
    uint64_t ticket;
    Address controller;
    Big shares, claimed, paid;
};
struct Gain {
    Big reward, slashed, delegated;
};
/// Money for those who leave at once, and its providers.
struct FlashPool {
    Address address;
    Big target;
    unsigned fee_min = 30, fee_max = 300;
    uint64_t changed_s = 0;
    Big supply;   ///< of providers' shares whose price is open
    Big leaving;  ///< owed to providers whose price is made
    uint64_t ticket = 0;
    std::map<Address, Big> balances;
    struct Announced {
        Big shares;
        uint64_t frame = 0;
    };
    std::map<Address, Announced> announced;
    struct Group {
        Big shares, assets;
        bool priced = false;
    };
    std::map<uint64_t, Group> groups;  ///< by the frame they announced in
};
struct Pool {
    Big insurance;
    bool halted = false;
    uint64_t fee_changed_s = 0;
    std::vector<std::pair<uint64_t, Big>> falls;  ///< when, and which part in 10^9 of the pool
    bool loss_waits = false;                      ///< this report, for a second quorum:
    std::map<int, Gain> waiting_gains;
    std::set<int> slashed;  ///< in the last report, by more than hosts round
    Big buffer, in_flight, claimable, supply, releasing, waiting;
    std::map<int, Big> bonded, pending;
    uint64_t from_s = 0, to_s = 0, frame = 0, last_dispatch_s = 0, last_bond_s = 0;
    std::map<Address, Big> shares;
    std::map<Address, Big> second;  ///< sub-shares held as the wrapped or the legacy token
    Big switched;
    std::map<uint64_t, Lot> lots;
    std::vector<Batch> batches;
    std::map<uint64_t, Ticket> tickets;  ///< by number
    uint64_t issued = 0, pushed = 0, finalised = 0;
    uint64_t touched = 0;  ///< the ticket that shares were escrowed for last
    std::map<uint64_t, std::vector<uint64_t>> parts;  ///< split off, by the ticket they were in
    std::vector<uint64_t> beside;                     ///< parts to push next, last first
    std::vector<Redemption> redemptions;              ///< not fully claimed, oldest first
};
struct Withdrawal {
    Address owner;
    int asset, host;
    Big amount;
    uint64_t release_s;
    int status = 1;
};
struct Flow {
    uint64_t at_s;
    int asset;
    Big out;  ///< negative: in
};

class Model {
  public:
    Model(uint64_t genesis_s, Address dust, Address escrow, Address treasury);

    uint64_t now_s;
    std::array<Figures, 6> figures;
    std::array<Pool, 6> pools;
    std::array<FlashPool, 6> flash;
    std::map<std::pair<int, Address>, Big> held;  ///< assets 0 to 5
    std::array<Big, 7> supply;
    std::map<std::pair<int, int>, Big> liquid, committed;  ///< custody by (host, asset)
    std::map<int, std::vector<Intent>> intents;
    std::map<int, size_t> settled;
    std::vector<Withdrawal> withdrawals;
    std::vector<Flow> flows;
    uint64_t netted = 0, netted_in_part = 0;  ///< tickets paid before their batch was final
    Address dust, escrow, treasury;
    std::array<Address, 6> tokens;                          ///< the contracts of liquid tokens
    std::set<std::tuple<int, Address, Address>> operators;  ///< (network, controller, operator)

    Big located(int n) const;
    Big unreleased(int n) const;
    Rational rate(int n) const;  ///< assets per sub-share
    Big worth(int n, const Big& shares) const;
    /// What the liquid token shows.
    Big shown(int n, const Address& who) const;
    /// What the wrapped or the legacy token shows: it rebases where the liquid one does not.
    Big shown_second(int n, const Address& who) const;
    /// Shares that someone has held as the legacy token since before the beginning.
    void begin_with_legacy(int n, const Address& who, const Big& assets);

    // The verbs. Those that move rebasing balances leave the choice of sub-shares to be adopted
    // from the core.
    Refusal stake(int n, const Address& who, const Address& receiver, const Big& amount,
                  bool wrapped = false);
    Refusal transfer_liquid(int n, const Address& from, const Address& to, const Big& value);
    Refusal transfer_second(int n, const Address& from, const Address& to, const Big& value);
    Refusal wrap(int n, const Address& who, const Big& amount);
    Refusal unwrap(int n, const Address& who, const Big& shares);
    Refusal switch_legacy(int n, const Address& who, const Big& amount);
    Refusal transfer_asset(int a, const Address& from, const Address& to, const Big& value);
    Refusal unstake(int n, const Address& who, const Address& receiver, const Big& amount,
                    bool bonds);
    Refusal claim(int n, uint64_t number);
    Refusal claim_part(int n, uint64_t number, const Address& sender, const Big& amount);
    Refusal move_ticket(int n, uint64_t number, const Address& sender, const Address& from,
                        const Address& to);
    Refusal split(int n, uint64_t number, const Address& sender, const std::vector<Big>& shares);
    Refusal merge(int n, const std::vector<uint64_t>& numbers, const Address& sender);
    Refusal cancel(int n, uint64_t number, const Address& sender);
    Refusal withdraw(int asset, int host, const Address& who, const Big& amount, bool recipient);
    Refusal release(uint64_t id);

    // The ERC-4626 and ERC-7540 face of a reward-bearing token.
    Refusal vault_deposit(int n, const Address& who, const Address& receiver, const Big& assets);
    Refusal vault_mint(int n, const Address& who, const Address& receiver, const Big& shares);
    Refusal request_redeem(int n, const Address& sender, const Big& shares,
                           const Address& controller, const Address& owner);
    Refusal redeem(int n, const Address& sender, const Big& shares, const Address& receiver,
                   const Address& controller);
    Refusal vault_withdraw(int n, const Address& sender, const Big& assets, const Address& receiver,
                           const Address& controller);
    Big max_redeem(int n, const Address& controller) const;
    Big max_withdraw(int n, const Address& controller) const;

    // Leaving at once, and providing for it. `shares` are whole.
    struct FlashQuote {
        Big assets, fee, filled;
    };
    FlashQuote flash_quote(int n, const Big& shares) const;
    Refusal flash_swap(int n, const Address& who, const Big& shares, const Big& minimum,
                       const Address& receiver);
    Refusal flash_swap_bonds(int n, const Address& who, const Big& amount, const Big& minimum,
                             const Address& receiver);
    Refusal flash_deposit(int n, const Address& who, const Address& receiver, const Big& assets);
    Refusal flash_mint(int n, const Address& who, const Address& receiver, const Big& shares);
    Refusal flash_transfer(int n, const Address& from, const Address& to, const Big& shares);
    Refusal flash_announce(int n, const Address& who, const Big& shares);
    Refusal flash_keep(int n, const Address& who);
    Refusal flash_redeem(int n, const Address& sender, const Big& shares, const Address& receiver,
                         const Address& owner);
    Refusal flash_withdraw(int n, const Address& sender, const Big& assets, const Address& receiver,
                           const Address& owner);
    Refusal flash_terms(int n, const Big& target, unsigned low, unsigned high, bool owner);
    Big flash_free(int n) const;
    Big flash_worth(int n) const;
    std::pair<Big, Big> flash_due(int n, const Address& owner) const;

    /// What the core instructed hosts to do in this transaction is judged and taken over.
    Refusal advance(int n, const std::vector<std::pair<int, Intent>>& instructed);
    bool due(int n) const;

    // What members decide.
    void credit(int asset, int host, const Address& to, const Big& amount);
    Refusal frame(int n, uint64_t frame, uint64_t executed, const std::map<int, Gain>& gains);
    /// A quorum's second word on a loss, by the members' own account of what waits.
    Refusal second_word(int n, uint64_t frame, bool same_payload, bool confirms);
    // What the owner does, and what anybody gives.
    Refusal halt(int n, bool owner);
    Refusal resume(int n, bool owner);
    Refusal set_fee(int n, unsigned bps, bool owner);
    Refusal top_up(int n, const Address& who, const Big& amount);
    void outcome(int host, bool success, const Big& amount, uint64_t completes_s);

  private:
    /// What the pool gives for shares of a value, and whether that pays for all of them.
    struct FlashOffer {
        Big assets;
        bool whole;
    };
    Big flash_cash(int n) const;
    Rational flash_rate(int n) const;
    Big flash_fee(int n, const Big& cash, const Big& taken) const;
    FlashOffer flash_offer(int n, const Big& value) const;
    Refusal flash_take(int n, const Address& who, const Big& shares, const Big& value,
                       const Big& minimum, const Address& receiver);
    Refusal flash_lay_in(int n, const Address& who, const Address& receiver, const Big& assets,
                         const Big& shares);
    Refusal flash_pay_out(int n, const Address& sender, const Big& assets, const Big& shares,
                          const Address& receiver, const Address& owner);
    void flash_price(int n, uint64_t frame);
    /// The batch that tickets asked for now are in.
    Batch& open_batch(int n);
    uint64_t issue(int n, const Address& owner, const Big& shares, const Big& nominal, bool second);
    /// Why nobody may stake now; "" when everybody may.
    Refusal closed(int n) const;
    using Shares = std::map<Address, Big>;
    /// Moves what is worth `value` where the token rebases, whole shares where it does not.
    Refusal move(int n, Shares& shares, bool rebasing, const Address& from, const Address& to,
                 const Big& value);
    /// The sub-shares behind an amount of a rebasing balance; all of them behind all of it.
    Big behind(int n, const Big& shares, const Big& amount) const;
    Big available(int host, int asset) const;
    Big outflow_left(int asset) const;
    Big capped(int n, const Big& shares, const Big& nominal) const;
    Big owed(int n) const;
    Big shortfall(int n, const Big& wanted) const;
    uint64_t frame_now() const;
    Big paid_for(int n, const Ticket& t) const;
    Big& purse(int n, uint64_t number, const Address& owner);
    /// Of a request: shares that can be claimed, and their payment.
    std::pair<Big, Big> claimable(int n, const Redemption& r) const;
    Big max_deposit(int n) const;
    Refusal may_claim(int n, const Address& sender, const Address& receiver,
                      const Address& controller) const;
    void take_claim(int n, Redemption& r, const Big& shares, const Big& assets,
                    const Address& receiver);
    Big free_buffer(int n) const;
    Big bonded_total(int n) const;
    Big bondable(int n) const;
    Big movable(int n) const;
    bool bond_due(int n) const;
    bool dispatch_due(int n) const;
    size_t payable(int n) const;  ///< index + 1, or 0
    bool pays_whole(int n) const;
    bool pays_parts(int n) const;
    void pay(int n, uint64_t number);
    void pass_oldest(int n);
    uint64_t oldest(int n);
    int push_payments(int n);
    void net(int n, int most);
    void collect_matured(int n, std::vector<std::pair<int, Intent>>& q);
    void take_bonds(int n, std::vector<std::pair<int, Intent>>& q);
    void book_frame(int n, const std::map<int, Gain>& gains);
    /// What holders lost within 18 days, in 10^-9 of the pool.
    Big fallen(int n) const;
    void fall(int n, const Big& loss, const Big& of);
    void book_gain(int n, int validator, const Gain& gain);
    void unbonded(int n, const Intent& intent, bool success, const Big& amount,
                  uint64_t completes_s);
    void collected(int n, const Intent& intent, bool success, const Big& amount,
                   uint64_t completes_s);
    void take_unbonds(int n, const Big& wanted, std::vector<std::pair<int, Intent>>& q);
    void dispatch_payout(uint64_t id);
};

}  // namespace thaw::differential
