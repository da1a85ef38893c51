/// A hub in a test tube: the machine alone with a default world, four oracle members and helpers
/// that speak ABI. After every transaction all invariants are checked, and what may not move is
/// seen not to have moved.
#pragma once
#include <functional>
#include <map>
#include <stdexcept>
#include <string>

#include "thaw/base/text.hpp"
#include "thaw/protocol/genesis.hpp"
#include "thaw/protocol/oracle/face.hpp"
#include "thaw/protocol/transitions.hpp"

namespace thaw::scenario {

using namespace protocol;
using codec::call_data;
using codec::Number;

inline constexpr u128 one_18 = 1'000'000'000'000'000'000;
inline constexpr uint64_t day_s = 86'400;
inline constexpr NetworkId bnb = 1, fantom = 2, polkadot = 3, kusama = 4, polygon = 5;
inline constexpr uint32_t validators_per_network = 5;

/// Made-up accounts: 0x…01xx users, 0x…02xx members, 0x…03xx the rest.
constexpr Address account(uint8_t family, uint16_t number) {
    Address a;
    a.bytes[0] = 0xac;
    a.bytes[17] = family;
    a.bytes[18] = static_cast<uint8_t>(number >> 8);
    a.bytes[19] = static_cast<uint8_t>(number);
    return a;
}
constexpr Address user(uint16_t number) { return account(1, number); }
constexpr Address member(uint16_t number) { return account(2, number); }
inline constexpr Address treasury = account(3, 1);
inline constexpr Address hub_owner = account(3, 2);
inline constexpr Address alice = user(1), bob = user(2), carol = user(3);
constexpr Address staking_of(NetworkId n) { return contract_address(ContractKind::staking, n); }
constexpr Address liquid_of(NetworkId n) { return contract_address(ContractKind::liquid, n); }
constexpr Address asset_of(AssetId n) { return contract_address(ContractKind::asset, n); }

/// One whole unit of a network's asset.
inline u128 unit(const State& state, NetworkId network) {
    u128 one = 1;
    for (unsigned i = 0; i < state.networks.networks.get(network).decimals; ++i) one *= 10;
    return one;
}

/// The default networks with five validators each, four members with a quorum of three, and ETH for
/// everybody in the tests.
inline Genesis scenario_genesis(uint16_t users = 20) {
    Genesis genesis = default_genesis();
    genesis.hub.treasury = treasury;
    genesis.hub.owner = hub_owner;
    genesis.grants.push_back({hub_owner, Assets{one_18}});
    for (auto& network : genesis.networks)
        for (uint16_t v = 1; v <= validators_per_network; ++v)
            network.validators.push_back({.name = "validator",
                                          .group = v,
                                          .total_stake = Assets{u128{v} * one_18 * 1'000},
                                          .commission_bps = 500,
                                          .uptime_bps = 9'990});
    for (uint16_t m = 1; m <= 4; ++m) {
        genesis.oracle_members.push_back(member(m));
        genesis.grants.push_back({member(m), Assets{one_18 * 1'000}});
    }
    genesis.oracle_quorum = 3;
    for (uint16_t u = 1; u <= users; ++u) genesis.grants.push_back({user(u), Assets{one_18 * 100}});
    return genesis;
}

/// A fact that a test relied on does not hold. Thrown, so that the fixture serves tests, fuzzing
/// and benchmarks alike.
struct Broken : std::logic_error {
    using std::logic_error::logic_error;
};
inline void demand(bool holds, const std::string& what) {
    if (!holds) throw Broken{what};
}

class Scenario {
  public:
    enum class Checks { all, none };

    explicit Scenario(const Genesis& genesis = scenario_genesis(), Checks checks = Checks::all)
        : state{make_state(genesis)}, checks_{checks} {
        block = {.chain_id = genesis.hub.chain_id, .height = 1, .now_s = genesis.hub.genesis_s};
        state.seal();
    }

    State state;
    Block block;
    /// Sees every command with its receipt.
    std::function<void(const Command&, const Receipt&)> witness;

    Query query(const Address& self = {}) const { return {state, block, self}; }

    /// Signs nothing: the machine begins where the signer is known. The nonce is the next one.
    Receipt send(const Address& from, const Address& to, Bytes data, Assets value = {},
                 u128 gas_price = 1, uint64_t gas_limit = 20'000'000) {
        return apply_checked({.sender = from,
                              .nonce = state.accounts.accounts.get(from).nonce,
                              .to = to,
                              .value = value,
                              .data = std::move(data),
                              .gas_limit = gas_limit,
                              .gas_price = gas_price});
    }
    Receipt apply_checked(const Command& command);

    template <codec::Text text, class... T>
    Receipt call(const Address& from, const Address& to, const T&... arguments) {
        return send(from, to, call_data<text>(arguments...));
    }
    /// The same where success is the point; the answer decoded as R.
    template <class R, codec::Text text, class... T>
    R must(const Address& from, const Address& to, const T&... arguments) {
        const Receipt receipt = call<text>(from, to, arguments...);
        demand(receipt.success, std::string{text.view()} + ": " + to_hex(receipt.output));
        if constexpr (std::is_void_v<R>)
            return;
        else
            return std::get<0>(*codec::decode<R>(receipt.output));
    }
    /// Asks a view; nothing stays behind.
    template <class R, codec::Text text, class... T>
    R view(const Address& to, const T&... arguments) {
        const auto mark = state.checkpoint();
        const Receipt receipt = simulate(state, block,
                                         {.sender = user(1),
                                          .to = to,
                                          .data = call_data<text>(arguments...),
                                          .gas_limit = 20'000'000});
        state.rollback(mark);
        demand(receipt.success, std::string{text.view()} + ": " + to_hex(receipt.output));
        return std::get<0>(*codec::decode<R>(receipt.output));
    }

    void wait(uint64_t seconds) {
        const Moment before = moment(state, block);
        block.now_s += seconds;
        ++block.height;
        const auto broken = broken_transition(before, moment(state, block), {});
        demand(!broken, "waiting: " + std::string{broken.value_or("")});
    }

    /// Assets that members saw arrive on the network's own host (ETH: Ethereum). Three votes make
    /// it so.
    void deposit(AssetId asset, const Address& to, u128 amount, HostId host = 0) {
        oracle::Deposit deposit{.host = host != 0 ? host : home(asset),
                                .index = ++deposits_,
                                .asset = asset,
                                .receiver = to,
                                .amount = Assets{amount}};
        deposit.transaction.bytes[31] = 1;
        for (uint16_t m = 1; m <= 3; ++m)
            must<void, "reportDeposit(" THAW_DEPOSIT_TUPLE " deposit)">(member(m), oracle_address,
                                                                        deposit);
    }
    HostId home(AssetId asset) const {
        return asset == eth ? HostId{5} : state.networks.networks.get(asset).staking_host;
    }

    u128 assets(AssetId asset, const Address& who) const {
        return token::held(query(), token::user_account(asset, who)).value;
    }
    /// What the liquid token shows.
    u128 shown(NetworkId network, const Address& who) const {
        return liquid::shown_balance(query(), ContractKind::liquid, network, who);
    }
    u128 sub_shares(NetworkId network, const Address& who) const {
        return liquid::holding(query(), ContractKind::liquid, network, who).value;
    }
    u128 nonce(const Address& who) const { return state.accounts.accounts.get(who).nonce; }

  private:
    using Shown = std::map<std::pair<Address, Address>, u128>;
    /// What tokens that do not rebase show for the tests' users, the treasury and the tickets'
    /// escrow.
    Shown shown_shares() const;
    void check_spoken(const Shown& before, const Receipt& receipt) const;
    void check_strays();
    std::string broken_promises(const Moment& before, const Receipt& receipt) const;
    void check_refusal(const Command& command, const Receipt& receipt, BytesView changes) const;

    Checks checks_;
    uint32_t deposits_ = 0;
};

inline Scenario::Shown Scenario::shown_shares() const {
    Shown all;
    const auto look = [&](ContractKind kind, NetworkId n, const Address& who) {
        if (!liquid::is_rebasing(query(), kind, n))
            all[{contract_address(kind, n), who}] = liquid::shown_balance(query(), kind, n, who);
    };
    for (NetworkId n = 1; n <= network_count; ++n)
        for (const auto kind : {ContractKind::liquid, ContractKind::wrapped}) {
            for (uint16_t u = 1; u <= 20; ++u) look(kind, n, user(u));
            look(kind, n, treasury);
            look(kind, n, tickets_address);
        }
    return all;
}

/// Whoever adds up a token's Transfer events has its balances.
inline void Scenario::check_spoken(const Shown& before, const Receipt& receipt) const {
    static constexpr Hash transfer = codec::declare(token::Transfer::abi).topic();
    Shown expected = before;
    for (const auto& log : receipt.logs) {
        if (log.topics[0] != transfer || log.topics.size() != 3) continue;
        const u128 value = *codec::word_value(BytesView{log.data}.last(32));
        for (const size_t side : {1, 2}) {
            Address who;
            std::ranges::copy(BytesView{log.topics[side].bytes}.last(20), who.bytes.begin());
            const auto at = expected.find({log.emitter, who});
            if (at != expected.end()) at->second += side == 1 ? -value : value;
        }
    }
    demand(expected == shown_shares(), "a token's events do not add up to its balances");
}

/// C-3: whatever is sent to a contract of the hub, no figure knows of it.
inline void Scenario::check_strays() {
    const auto figures = [this] {
        std::vector<u128> all;
        for (NetworkId n = 1; n <= network_count; ++n) {
            const Query pool = query(contract_address(ContractKind::flash, n));
            const liquid::Rate rate = liquid::rate(query(), n);
            all.insert(all.end(),
                       {rate.assets.value, rate.supply.value, liquid::unreleased(query(), n).value,
                        unbonding::expected_by(query(), n, pool.self()).value,
                        flash::capacity(pool)->value, flash::total_assets(pool)->value,
                        flash::convert_to_assets(pool, Shares{one_18})->value});
        }
        return all;
    };
    const auto mark = state.checkpoint();
    const std::vector<u128> before = figures();
    const auto stray = [this](NetworkId n, const Address& at) {
        const auto account = token::user_account(n, at);
        state.token.balances.put(account, Assets{state.token.balances.get(account).value + one_18});
    };
    for (NetworkId n = 1; n <= network_count; ++n) {
        for (const ContractKind kind :
             {ContractKind::asset, ContractKind::liquid, ContractKind::legacy,
              ContractKind::wrapped, ContractKind::staking, ContractKind::flash})
            stray(n, contract_address(kind, n));
        for (const Address& at : {tickets_address, bridge_address, oracle_address, dust_address})
            stray(n, at);
    }
    const std::vector<u128> after = figures();
    state.rollback(mark);
    demand(before == after, "C-3: what lies at a contract's address changes a figure");
}

/// Every sentence that does not hold, joined.
inline std::string Scenario::broken_promises(const Moment& before, const Receipt& receipt) const {
    std::string broken;
    const auto note = [&](std::string_view says) {
        broken += (broken.empty() ? "" : "; ") + std::string{says};
    };
    const Moment after = moment(state, block);
    for (const Transition& transition : transitions())
        for (NetworkId n = 1; n <= network_count; ++n)
            if (!transition.holds(n, before, after, receipt)) {
                note(transition.says);
                break;
            }
    for (const Invariant& invariant : invariants())
        if (!invariant.holds(query())) note(invariant.says);
    return broken;
}

/// C-2: a refused transaction touches its sender's nonce, its sender's ETH and the treasury's, and
/// nothing else.
inline void Scenario::check_refusal(const Command& command, const Receipt& receipt,
                                    BytesView changes) const {
    constexpr size_t accounts_table = 2;
    constexpr size_t balances_table = 5;
    const auto payer = token::user_account(eth, command.sender);
    const auto payee = token::user_account(eth, treasury);
    u128 paid = 0;
    u128 received = 0;
    const auto amount = [](BytesView row) {
        u128 value = 0;
        if (!row.empty()) std::memcpy(&value, row.data(), sizeof value);
        return value;
    };
    State::for_each_change(
        changes, [&](size_t table, BytesView key, BytesView before, BytesView after) {
            if (table == accounts_table) {
                demand(std::ranges::equal(key, command.sender.bytes), "a stranger's nonce moved");
                return;
            }
            demand(table == balances_table,
                   "C-2: a refused transaction changed table " + to_decimal(table));
            if (std::ranges::equal(key, view_of(payer)))
                paid = amount(before) - amount(after);
            else if (std::ranges::equal(key, view_of(payee)))
                received = amount(after) - amount(before);
            else
                throw Broken{"C-2: a refused transaction changed a stranger's balance"};
        });
    const u128 fee = command.gas_price * receipt.gas_used;
    demand(paid == fee && received == fee, "C-2: a refused transaction cost more than its fee");
    demand(receipt.logs.empty(), "a refused transaction left logs");
}

inline Receipt Scenario::apply_checked(const Command& command) {
    if (const auto why = unfit(state, command))
        throw Broken{"the command of " + to_hex(command.sender) +
                     " does not fit: " + to_decimal(static_cast<unsigned>(*why))};
    if (checks_ == Checks::none) {
        const Receipt receipt = apply(state, block, command);
        if (witness) witness(command, receipt);
        return receipt;
    }
    state.seal();
    const Moment before = moment(state, block);
    const Shown shown_before = shown_shares();
    const Receipt receipt = apply(state, block, command);
    const Bytes changes = state.seal();
    if (!receipt.success) check_refusal(command, receipt, changes);
    check_spoken(shown_before, receipt);
    check_strays();
    const std::string broken = broken_promises(before, receipt);
    demand(broken.empty(), broken);
    if (witness) witness(command, receipt);
    return receipt;
}

}  // namespace thaw::scenario
