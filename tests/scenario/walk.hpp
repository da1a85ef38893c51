/// A random walk through everything that can be sent to a hub: sensible verbs, senseless ones, lies
/// of a single member, and hosts that sometimes fail. Where the choices come from (a generator, a
/// fuzzer's bytes) is the caller's business.
#pragma once
#include "tests/scenario/host.hpp"
#include "tests/scenario/walk_lending.hpp"
#include "tests/scenario/walk_yields.hpp"
#include "thaw/protocol/async_vault/face.hpp"

namespace thaw::scenario {

/// `Source` has `below(n)`, `chance(n)` and `amount(limit)`, as Random.
template <class Source>
class Walk {
  public:
    static constexpr uint16_t users = 8;

    Walk(Source& source, Scenario::Checks checks)
        : s{lending_genesis(users), checks},
          hosts{s},
          source_{&source},
          yields_{s, source, users},
          lending_{s, source, users} {}

    Scenario s;
    Hosts hosts;

    void step() {
        for (uint16_t u = 1; u <= users; ++u)  // who cannot pay a fee can do nothing more
            if (s.assets(eth, user(u)) < one_18 / 1'000) s.deposit(eth, user(u), one_18);
        switch (source_->below(35)) {
            case 0:
            case 1:
                return deposit();
            case 2:
            case 3:
            case 4:
                return stake();
            case 5:
            case 6:
            case 7:
                return transfer();
            case 8:
            case 9:
                return unstake();
            case 10:
                return ticket();
            case 11:
                return bridge_out();
            case 12:
            case 13:
                return keep();
            case 14:
                return outcomes();
            case 15:
                return report();
            case 16:
                return nonsense();
            case 17:
                return second_word();
            case 18:
                return parameters();
            case 19:
                return vault();
            case 20:
                return leave_at_once();
            case 21:
                return provide();
            case 22:
            case 23:
            case 24:
            case 25:
            case 26:
            case 27:
                return yields_.step();
            case 28:
            case 29:
            case 30:
            case 31:
            case 32:
            case 33:
                return lending_.step();
            default:
                s.wait(source_->chance(3) ? source_->below(3 * day_s) : source_->below(20'000));
        }
    }

  private:
    Address anybody() {
        const uint64_t who = source_->below(40);
        if (who == 0) return {};
        if (who == 1) return treasury;
        if (who == 2) return tickets_address;
        if (who == 3) return dust_address;
        return somebody();
    }
    Address somebody() { return user(static_cast<uint16_t>(1 + source_->below(users))); }
    /// Tickets may come to belong to those who never send anything.
    static bool is_user(const Address& who) { return who >= user(1) && who <= user(users); }
    NetworkId network() { return static_cast<NetworkId>(1 + source_->below(5)); }
    u128 amount_near(u128 limit) { return scenario::amount_near(*source_, limit); }

    // Every choice is made in a statement of its own: the order in which arguments are evaluated is
    // the compiler's.
    void deposit() {
        const auto asset = static_cast<AssetId>(source_->below(6));
        const u128 one = asset == eth ? one_18 : unit(s.state, asset);
        const HostId host = asset == polygon && source_->chance(2) ? HostId{6} : HostId{0};
        const Address to = somebody();
        s.deposit(asset, to, 1 + source_->amount(one * 10'000), host);
    }
    void stake() {
        const NetworkId n = network();
        const Address who = somebody();
        const u128 x = amount_near(s.assets(n, who));
        if (source_->chance(2))
            s.call<"stake(uint256 assets)">(who, staking_of(n), Assets{x});
        else
            s.call<"stakeFor(address receiver, uint256 assets)">(who, staking_of(n), anybody(),
                                                                 Assets{x});
    }
    void transfer() {
        const NetworkId n = network();
        const Address from = somebody();
        const Address to = anybody();
        const Address holder = somebody();
        const uint64_t kind = source_->below(5);
        const u128 x = amount_near(kind == 0   ? s.assets(n, from)
                                   : kind == 2 ? s.shown(n, holder)
                                               : s.shown(n, from));
        switch (kind) {
            case 0:
                s.call<"transfer(address to, uint256 value)">(from, asset_of(n), to, x);
                return;
            case 1:
                s.call<"approve(address spender, uint256 value)">(from, liquid_of(n), to, x);
                return;
            case 2:
                s.call<"transferFrom(address from, address to, uint256 value)">(from, liquid_of(n),
                                                                                holder, to, x);
                return;
            case 3:
                s.call<"transferShares(address to, uint256 shares)">(from, liquid_of(n), to,
                                                                     Shares{x});
                return;
            default:
                s.call<"transfer(address to, uint256 value)">(from, liquid_of(n), to, x);
        }
    }
    void unstake() {
        const NetworkId n = network();
        const Address who = somebody();
        const u128 x = amount_near(s.shown(n, who));
        if ((n >= fantom && n <= kusama) != source_->chance(20))
            s.call<"unstakeBonds(uint256 amount)">(who, staking_of(n), Assets{x});
        else
            s.call<"unstakeCertsFor(address receiver, uint256 shares)">(who, staking_of(n),
                                                                        anybody(), Shares{x});
    }
    void ticket() {
        const NetworkId n = network();
        const uint64_t issued = s.state.unbonding.queues.get(n).issued;
        const Number id{unbonding::ticket_id(n, source_->below(issued + 2))};
        const Address holder = s.state.unbonding.tickets.get(id.value).owner;
        const Address other = somebody();
        const Address to = anybody();
        const Address sender = is_user(holder) && !source_->chance(8) ? holder : other;
        const uint64_t kind = source_->below(6);
        const u128 whole = s.state.unbonding.tickets.get(id.value).shares.value;
        if (kind < 2)
            s.call<"claim(uint256 ticket)">(other, tickets_address, id);
        else if (kind == 2)
            s.call<"split(uint256 ticket, uint256[] shares)">(
                sender, tickets_address, id,
                std::vector{Shares{amount_near(whole / liquid::sub_units)},
                            Shares{amount_near(whole / liquid::sub_units)}});
        else if (kind == 3)
            s.call<"merge(uint256[] tickets)">(
                sender, tickets_address,
                std::vector{id, Number{unbonding::ticket_id(n, source_->below(issued + 2))}});
        else if (kind == 4)
            s.call<"cancel(uint256 ticket)">(sender, tickets_address, id);
        else
            s.call<"transferFrom(address from, address to, uint256 tokenId)">(
                sender, tickets_address, holder, to, id);
    }
    /// Through the ERC-4626 and ERC-7540 face.
    void vault() {
        const NetworkId n = network();
        const Address vault = async_vault::vault_of(s.state.networks.networks.get(n), n);
        const Address token = source_->chance(20) ? liquid_of(n) : vault;
        const Address who = somebody();
        const Address other = somebody();
        const Address to = anybody();
        const Address whose = source_->chance(4) ? other : who;
        const uint64_t kind = source_->below(6);
        const Query query = s.query(vault);
        const u128 held = liquid::shown_balance(query, kind_of(vault), n, who);
        const u128 x = amount_near(kind < 2    ? s.assets(n, who)
                                   : kind < 4  ? held
                                   : kind == 4 ? async_vault::max_redeem(query, who)->value
                                               : async_vault::max_withdraw(query, who)->value);
        switch (kind) {
            case 0:
                s.call<"deposit(uint256 assets, address receiver)">(who, token, x, to);
                return;
            case 1:
                s.call<"mint(uint256 shares, address receiver)">(who, token, x, to);
                return;
            case 2:
                s.call<"requestRedeem(uint256 shares, address controller, address owner)">(
                    who, token, x, other, whose);
                return;
            case 3:
                s.call<"setOperator(address operator, bool approved)">(who, token, other,
                                                                       source_->chance(2));
                return;
            case 4:
                s.call<"redeem(uint256 shares, address receiver, address controller)">(
                    who, token, x, to, whose);
                return;
            default:
                s.call<"withdraw(uint256 assets, address receiver, address controller)">(
                    who, token, x, to, whose);
        }
    }
    /// Leaving at once.
    void leave_at_once() {
        const NetworkId n = network();
        const Address pool = contract_address(ContractKind::flash, n);
        const Address who = somebody();
        const Address to = anybody();
        const uint64_t kind = source_->below(3);
        const u128 x =
            amount_near(kind == 0 ? s.shown(n, who) : s.sub_shares(n, who) / liquid::sub_units);
        if (kind == 0) {
            s.call<"swapBonds(uint256 amount, uint256 minimum, address receiver)">(who, pool, x,
                                                                                   x / 2, to);
        } else if (kind == 1) {
            s.call<"swap(uint256 shares, address receiver)">(who, pool, x, to);
        } else {
            const uint64_t patience_s = source_->below(40) * day_s;
            s.call<"exit(uint256 shares, uint256 minimum, uint64 maxWait)">(who, staking_of(n), x,
                                                                            u128{0}, patience_s);
        }
    }
    /// Money for those who leave at once, and what that costs them.
    void provide() {
        const NetworkId n = network();
        const Address pool = contract_address(ContractKind::flash, n);
        const Address who = somebody();
        const Address to = anybody();
        const Address other = somebody();
        const Address whose = source_->chance(4) ? other : who;
        const Query query = s.query(pool);
        const uint64_t kind = source_->below(7);
        const u128 x = amount_near(kind < 2    ? s.assets(n, who)
                                   : kind < 4  ? flash::balance_of(query, who)->value
                                   : kind == 4 ? flash::max_redeem(query, whose)->value
                                               : flash::max_withdraw(query, whose)->value);
        switch (kind) {
            case 0:
                s.call<"deposit(uint256 assets, address receiver)">(who, pool, x, to);
                return;
            case 1:
                s.call<"mint(uint256 shares, address receiver)">(who, pool, x, to);
                return;
            case 2:
                s.call<"announce(uint256 shares)">(who, pool, x);
                if (source_->chance(6)) s.call<"keep()">(who, pool);
                return;
            case 3:
                s.call<"transfer(address to, uint256 value)">(who, pool, to, x);
                return;
            case 4:
                s.call<"redeem(uint256 shares, address receiver, address owner)">(who, pool, x, to,
                                                                                  whose);
                return;
            case 5:
                s.call<"withdraw(uint256 assets, address receiver, address owner)">(who, pool, x,
                                                                                    to, whose);
                return;
            default: {
                const Assets target{unit(s.state, n) * source_->below(5'000)};
                const auto low = static_cast<uint32_t>(source_->below(50));
                const auto high = static_cast<uint32_t>(source_->below(400));
                s.send(source_->chance(4) ? who : hub_owner, pool,
                       call_data<"setTerms(uint256 target, uint32 feeMinBps, uint32 feeMaxBps)">(
                           target, low, high),
                       {}, 0);
            }
        }
    }
    void bridge_out() {
        if (source_->chance(4)) {
            const uint64_t id = source_->below(s.state.bridge.counts.get(0).withdrawals + 2);
            s.call<"release(uint64 id)">(somebody(), bridge_address, id);
            return;
        }
        const auto asset = static_cast<AssetId>(source_->below(7));
        const Address who = somebody();
        Hash recipient;
        recipient.bytes[1] = static_cast<uint8_t>(source_->below(9));
        const auto host = source_->chance(4)        ? static_cast<uint8_t>(source_->below(8))
                          : asset < asset_count - 1 ? s.home(asset)
                                                    : uint8_t{5};
        s.call<"withdraw(uint8 asset, uint8 host, bytes32 recipient, uint256 amount)">(
            who, bridge_address, uint8_t{asset}, host, recipient,
            Assets{amount_near(s.assets(asset, who) / (1 + source_->below(30)))});
    }
    void keep() {
        const NetworkId n = network();
        s.call<"advance()">(somebody(), staking_of(n));
    }
    void outcomes() {
        const auto host = static_cast<HostId>(1 + source_->below(6));
        if (source_->chance(20)) {
            const NetworkId n = network();
            hosts.slash_unbonding(n, source_->below(50'000));
        }
        while (const auto o = hosts.next_outcome(host, !source_->chance(10))) {
            hosts.attest(*o);
            if (source_->chance(6)) return;
        }
    }
    void report() {
        const NetworkId n = network();
        const u128 pool = liquid::rate(s.query(), n).assets.value;
        std::map<uint32_t, Hosts::Gain> gains;
        for (uint32_t v = 1; v <= validators_per_network; ++v) {
            const u128 held = hosts.delegated(n, v);
            if (source_->chance(8))
                gains[v].slashed = std::min(source_->amount(pool / 101), held);
            else
                gains[v].reward = source_->amount(pool / 2'000);
        }
        const auto hub = s.state.networks.hub.get(0);
        const uint64_t frame = s.state.liquid.pools.get(n).frame + 1;
        if (s.block.now_s < hub.genesis_s + frame * hub.frame_s) {
            // One member says it early, and is refused or waits in vain; nothing is decided.
            s.call<"reportFrame(" THAW_REPORT_TUPLE " report)">(
                member(4), oracle_address,
                oracle::Report{.network = n, .frame = source_->below(9)});
            return;
        }
        if (losses::is_pending(s.query(), n)) return;
        const auto report = hosts.frame(n, gains);
        hosts.report_once(report);
        if (losses::is_pending(s.query(), n) && !source_->chance(4)) hosts.confirm(n);
    }
    /// A second quorum for a loss, and others who would like to be one.
    void second_word() {
        const NetworkId n = network();
        const auto waiting = losses::pending(s.query(), n);
        s.call<"confirmLoss(uint8 network, uint64 frame, bytes32 payload)">(
            somebody(), oracle_address, uint8_t{n}, waiting.frame, waiting.payload);
        s.call<"rejectLoss(uint8 network, uint64 frame, bytes32 payload)">(
            member(4), oracle_address, uint8_t{n}, waiting.frame, Hash{});
        if (waiting.frame != 0 && source_->chance(2)) hosts.confirm(n);
    }
    /// The owner's verbs, by the owner and by others, and gifts to the insurance.
    void parameters() {
        const NetworkId n = network();
        const Address who = source_->chance(4) ? somebody() : hub_owner;
        const bool halted = s.state.networks.networks.get(n).halted != 0;
        switch (source_->below(7)) {
            case 4:  // out of range, whatever the number of members is
                s.send(
                    who, oracle_address,
                    call_data<"setQuorum(uint32 quorum)">(static_cast<uint32_t>(source_->below(3))),
                    {}, 0);
                return;
            case 2: {  // the fourth member is the one that no decision waits for
                const bool there = s.state.oracle.numbers.has(member(4));
                s.send(who, oracle_address,
                       call_data<"replaceMember(address account, address successor)">(
                           member(there ? 4 : 5), member(there ? 5 : 4)),
                       {}, 0);
                return;
            }
            case 3: {
                std::vector<uint32_t> ids{1 + static_cast<uint32_t>(source_->below(6))};
                std::vector<uint32_t> weights{static_cast<uint32_t>(source_->below(1'100'000))};
                const auto blend = static_cast<uint32_t>(source_->below(6'000));
                s.send(who, validators_address,
                       call_data<"setWeights(uint8 network, uint32[] ids, uint32[] weights)">(
                           uint8_t{n}, ids, weights),
                       {}, 0);
                s.send(who, validators_address,
                       call_data<"setBlend(uint8 network, uint32 bps)">(uint8_t{n}, blend), {}, 0);
                return;
            }
            case 0: {
                const auto fee = static_cast<uint32_t>(source_->below(2'200));
                s.send(who, networks_address,
                       call_data<"setFee(uint8 network, uint32 feeBps)">(uint8_t{n}, fee), {}, 0);
                return;
            }
            case 1: {
                const Address giver = somebody();
                s.call<"topUpInsurance(uint256 assets)">(
                    giver, staking_of(n), Assets{amount_near(s.assets(n, giver) / 50)});
                return;
            }
            default:
                s.send(who, networks_address,
                       halted || source_->chance(9)
                           ? call_data<"resume(uint8 network)">(uint8_t{n})
                           : call_data<"halt(uint8 network, string reason)">(uint8_t{n},
                                                                             std::string{"walk"}),
                       {}, 0);
                if (!halted && source_->chance(2))
                    s.send(hub_owner, networks_address,
                           call_data<"resume(uint8 network)">(uint8_t{n}), {}, 0);
        }
    }
    /// Bytes to anywhere, with or without value and enough gas.
    void nonsense() {
        const std::array targets{
            staking_of(network()), liquid_of(network()), asset_of(network()), tickets_address,
            bridge_address,        oracle_address,       batch_address,       multicall_address,
            outbox_address,        validators_address,   anybody(),           Address{}};
        Bytes data;
        static constexpr std::array<uint32_t, 6> selectors{0xa694fc3a, 0xa9059cbb, 0x23b872dd,
                                                           0x095ea7b3, 0x82ad56cb, 0x12345678};
        if (source_->chance(2)) codec::append_selector(data, selectors[source_->below(6)]);
        const uint64_t size = source_->below(140);
        for (uint64_t i = 0; i < size; ++i)
            data.push_back(source_->chance(3) ? static_cast<uint8_t>(source_->below(256)) : 0);
        const Address from = somebody();
        const uint64_t gas = intrinsic_gas(data) + source_->below(60'000);
        const u128 left = s.assets(eth, from);
        if (left <= gas) return;
        const Assets value{source_->chance(3) ? source_->amount(left - gas) / 10 : 0};
        s.send(from, targets[source_->below(targets.size())], data, value, 1, gas);
    }

    Source* source_;
    YieldWalk<Source> yields_;
    LendingWalk<Source> lending_;
};

}  // namespace thaw::scenario
