/// The part of a random walk that trades, provides, farms, keeps vaults and borrows: calls are made
/// up first, and sent alone, in a batch, or within a flash loan. After each of them a unit of
/// liquidity is worth no less than before.
#pragma once
#include "tests/scenario/walk_choices.hpp"
#include "tests/scenario/walk_depths.hpp"
#include "thaw/protocol/exchange/loans.hpp"
#include "thaw/protocol/exchange/router.hpp"
#include "thaw/protocol/exchange/stations.hpp"

namespace thaw::scenario {

template <class Source>
class YieldWalk {
  public:
    YieldWalk(Scenario& scenario, Source& source, uint16_t users)
        : s_{scenario}, source_{source}, users_{users} {}

    void step() {
        if (!open_) begin();
        const Depths before = depths_of(s_.query());
        const Address who = somebody();
        switch (source_.below(12)) {
            case 0:
                batch(who);
                break;
            case 1:
                borrow(who);
                break;
            default:
                send(who, wish(who));
        }
        const auto thinner = thinner_than(before, s_.query());
        demand(!thinner, "a unit of liquidity lost to a trade: " + thinner.value_or(""));
    }

  private:
    using Wish = multicall::BatchCall;
    using Limit = exchange::Limit;
    static constexpr uint64_t pairs_max = 20;
    static constexpr uint64_t farms_max = 10;
    static constexpr uint16_t rich = 3;
    static constexpr Address thaw_coin = asset_of(thaw_token);

    Query query(const Address& self = {}) const { return s_.query(self); }
    /// Mostly one of those who have something.
    Address somebody() {
        const uint64_t among = source_.chance(4) ? users_ : rich;
        return user(static_cast<uint16_t>(1 + source_.below(among)));
    }
    NetworkId network() { return static_cast<NetworkId>(1 + source_.below(network_count)); }
    u128 near(u128 limit) { return amount_near(source_, limit); }
    /// Mostly a handy part of what somebody has.
    u128 near_holding(const Address& coin, const Address& who) {
        const u128 all = coins::shown(query(), coin, who);
        return source_.chance(3) ? near(all) : all / (2 + source_.below(60));
    }
    /// Nearly always nobody is late and nothing too little.
    Number deadline() {
        return source_.chance(30) ? Number{s_.block.now_s - 1} : Number{~uint64_t{0}};
    }
    u128 minimum(u128 likely) { return source_.chance(12) ? likely : 0; }
    void send(const Address& who, const Wish& w) {
        if (s_.assets(eth, who) < w.value + one_18 / 1'000) return;
        s_.send(who, w.to, w.data, Assets{w.value});
    }
    template <codec::Text text, class... T>
    Wish calling(const Address& to, const T&... arguments) {
        return {to, 0, call_data<text>(arguments...)};
    }

    // ---- What there is.

    Address pair_at(uint64_t n) const { return *exchange::all_pairs(query(), Number{n}); }
    Address some_pair() {
        return pair_at(source_.below(exchange::all_pairs_length(query())->value));
    }
    Address some_farm() {
        return s_.state.farm.order.get(1 + source_.below(s_.state.farm.counts.get(0).farms)).farm;
    }
    Address some_vault() {
        const uint64_t count = s_.state.vault.counts.get(0).vaults;
        return s_.state.vault.order.get(1 + source_.below(count)).vault;
    }
    Address some_coin() {
        const NetworkId n = network();
        switch (source_.below(12)) {
            case 0:
                return weth_address;
            case 1:
                return thaw_coin;
            case 2:
            case 3:
                return asset_of(n);
            case 4:
                return contract_address(ContractKind::wrapped, n);
            case 5:
                return contract_address(ContractKind::flash, n);
            case 6:
                return some_pair();
            case 7:
                return some_farm();
            case 8:
                return some_vault();
            case 9:
                return stable::pair_of(query(), n);
            default:
                return liquid_of(n);
        }
    }
    /// A coin that somebody has, if luck finds one.
    Address coin_of(const Address& who) {
        Address coin = some_coin();
        for (int tries = 0; tries < 5 && coins::shown(query(), coin, who) == 0; ++tries)
            coin = some_coin();
        return coin;
    }
    /// What somebody can get for a coin in one step.
    std::vector<Address> traded_with(const Address& coin) const {
        std::vector<Address> all;
        for (uint64_t n = 0; n < exchange::all_pairs_length(query())->value; ++n) {
            const Address other = exchange::reserves_of(query(), pair_at(n), coin).other;
            if (!other.is_zero()) all.push_back(other);
        }
        for (NetworkId n = 1; n <= network_count; ++n) {
            if (coin == asset_of(n)) all.push_back(liquid_of(n));
            if (coin == liquid_of(n)) all.push_back(asset_of(n));
        }
        return all;
    }
    exchange::Path path(const Address& who) {
        exchange::Path path{coin_of(who)};
        for (uint64_t hops = 1 + source_.below(3); hops > 0; --hops) {
            const auto next = traded_with(path.back());
            path.push_back(next.empty() || source_.chance(30) ? some_coin()
                                                              : one_of(source_, next));
        }
        return path;
    }

    // ---- The beginning: people have coins, pairs some depth; three farms with vaults.

    void begin() {
        open_ = true;
        s_.send(user(1), treasury, {}, Assets{one_18});  // for gas
        for (uint16_t u = 1; u <= rich; ++u) {
            for (const NetworkId n : {bnb, fantom, polkadot}) {
                const u128 one = unit(s_.state, n);
                s_.deposit(n, user(u), one * 4'000);
                send(user(u), calling<"stake(uint256 assets)">(staking_of(n), one * 2'000));
                const u128 tokens = s_.shown(n, user(u)) / 2;
                send(user(u), provide_ether(liquid_of(n), tokens, one_18 * 2, user(u)));
                send(user(u), provide_stable(n, one * 1'000, tokens / 2, user(u)));
            }
            s_.must<bool, "transfer(address to, uint256 value) returns (bool)">(
                treasury, thaw_coin, user(u), one_18 * 100'000);
            send(user(u), provide_ether(thaw_coin, one_18 * 20'000, one_18 * 2, user(u)));
        }
        for (const NetworkId n : {bnb, fantom, polkadot}) {
            send(user(2), calling<"createStakingVault(uint8 network)">(vaults_address, uint8_t{n}));
            open_farm(exchange::pair_address(liquid_of(n), weth_address));
        }
        open_farm(liquid_of(fantom));
        open_farm(thaw_coin);
    }
    void open_farm(const Address& coin) {
        send(user(1), calling<"createFarm(address stakingToken)">(farms_address, coin));
        const Address farm = s_.state.farm.order.get(s_.state.farm.counts.get(0).farms).farm;
        send(user(1), calling<"addReward(address token)">(farm, thaw_coin));
        send(user(1), calling<"fund(address token, uint256 amount, uint64 duration)">(
                          farm, thaw_coin, one_18 * 5'000, uint64_t{20 * day_s}));
        send(user(1), calling<"createFarmVault(address farm)">(vaults_address, farm));
    }
    Wish provide_ether(const Address& coin, u128 amount, u128 wei, const Address& to) {
        Wish w = calling<
            "addLiquidityETH(address token, uint256 amountTokenDesired, uint256 amountTokenMin, "
            "uint256 amountETHMin, address to, uint256 deadline)">(
            router_address, coin, amount, u128{0}, u128{0}, to, deadline());
        w.value = wei;
        return w;
    }
    Wish provide_stable(NetworkId n, u128 assets, u128 tokens, const Address& to) {
        const Address pair = stable::pair_of(query(), n);
        const bool first = *stable::token0(query(pair)) == asset_of(n);
        return calling<
            "addLiquidity(uint256 amount0, uint256 amount1, uint256 minimum, address to, uint256 "
            "deadline)">(pair, first ? assets : tokens, first ? tokens : assets, u128{0}, to,
                         deadline());
    }

    // ---- Single calls.

    Wish wish(const Address& who) {
        switch (source_.below(16)) {
            case 0:
                return wrap(who);
            case 1:
                return open_pair();
            case 2:
                return provide(who);
            case 3:
                return leave_pair(who);
            case 4:
            case 5:
                return swap(who);
            case 6:
                return route(who);
            case 7:
            case 8:
                return raw_pair(who);
            case 9:
            case 10:
                return trade_stable(who);
            case 11:
                return provide_stable(who);
            case 12:
            case 13:
                return farm(who);
            default:
                return vault(who);
        }
    }
    Wish wrap(const Address& who) {
        if (source_.chance(2))
            return calling<"withdraw(uint256 wad)">(weth_address, near_holding(weth_address, who));
        const u128 wei = source_.amount(s_.assets(eth, who) / 4);
        Wish w = calling<"deposit()">(weth_address);
        w.value = wei;
        return w;
    }
    Wish open_pair() {
        const Address a = some_coin();
        const Address b = some_coin();
        if (exchange::all_pairs_length(query())->value >= pairs_max)
            return calling<"sync()">(some_pair());
        return calling<"createPair(address tokenA, address tokenB)">(factory_address, a, b);
    }
    Wish provide(const Address& who) {
        const Address pair = some_pair();
        const Address a = *exchange::token0(query(pair));
        const Address b = *exchange::token1(query(pair));
        const u128 of_a = near_holding(a, who);
        const u128 of_b = near_holding(b, who);
        const u128 least = minimum(of_b);
        return calling<
            "addLiquidity(address tokenA, address tokenB, uint256 amountADesired, uint256 "
            "amountBDesired, uint256 amountAMin, uint256 amountBMin, address to, uint256 "
            "deadline)">(router_address, a, b, Limit{of_a}, Limit{of_b}, Limit{}, Limit{least}, who,
                         deadline());
    }
    Wish leave_pair(const Address& who) {
        const Address pair = some_pair();
        const u128 liquidity = near_holding(pair, who);
        const Address to = somebody();
        return calling<
            "removeLiquidity(address tokenA, address tokenB, uint256 liquidity, uint256 "
            "amountAMin, uint256 amountBMin, address to, uint256 deadline)">(
            router_address, *exchange::token0(query(pair)), *exchange::token1(query(pair)),
            Limit{liquidity}, Limit{}, Limit{}, to, deadline());
    }
    Wish swap(const Address& who) {
        const exchange::Path way = path(who);
        const Address to = somebody();
        if (source_.chance(2)) {
            const u128 x = near_holding(way.front(), who);
            const u128 least = minimum(x);
            return calling<
                "swapExactTokensForTokens(uint256 amountIn, uint256 amountOutMin, address[] path, "
                "address to, uint256 deadline)">(router_address, Limit{x}, Limit{least}, way, to,
                                                 deadline());
        }
        const u128 most = coins::shown(query(), way.front(), who);
        const u128 paid = near_holding(way.front(), who);
        const Limit all{paid};
        const auto brings = exchange::get_amounts_out(query(router_address), all, way);
        const u128 x = brings ? near(brings->back()) : 1;
        return calling<
            "swapTokensForExactTokens(uint256 amountOut, uint256 amountInMax, address[] path, "
            "address to, uint256 deadline)">(router_address, Limit{x}, Limit{most}, way, to,
                                             deadline());
    }
    /// What the router itself thinks best.
    Wish route(const Address& who) {
        const Address in = coin_of(who);
        const Address out = some_coin();
        const u128 x = near_holding(in, who);
        std::vector<exchange::Part> parts;
        u128 least = 0;
        if (const auto split = exchange::quote_split(query(), in, out, x)) {
            for (const exchange::Way& way : std::get<0>(*split))
                parts.push_back({way.amounts.front(), way.pools});
            least = std::get<1>(*split);
        }
        return calling<
            "swapRoutes(address coinIn, (uint256 amount, address[] pools)[] parts, uint256 "
            "minimum, address to, uint256 deadline)">(router_address, in, parts, least, who,
                                                      deadline());
    }
    /// A pair's own calls, after coins were sent to it, or not.
    Wish raw_pair(const Address& who) {
        const Address pair = raw_.is_zero() || source_.chance(4) ? some_pair() : raw_;
        raw_ = pair;
        const Address zero = *exchange::token0(query(pair));
        const Address one = *exchange::token1(query(pair));
        const uint64_t kind = source_.below(8);
        const Address coin = kind == 0 ? zero : kind == 1 ? one : pair;
        if (kind < 3)
            return calling<"transfer(address to, uint256 value)">(coin, pair,
                                                                  near_holding(coin, who));
        if (kind == 3) return calling<"mint(address to)">(pair, who);
        if (kind == 4) return calling<"burn(address to)">(pair, who);
        if (kind == 5) return calling<"skim(address to)">(pair, who);
        if (kind == 6) return calling<"sync()">(pair);
        const exchange::Reserves reserves = exchange::reserves_of(query(), pair, zero);
        const u128 surplus = coins::shown(query(), one, pair) - reserves.of_other;
        const u128 brings =
            *mul_div_down(reserves.of_coin, surplus, add(reserves.of_other, surplus + 1));
        const u128 out = near(brings);
        return calling<"swap(uint256 amount0Out, uint256 amount1Out, address to, bytes data)">(
            pair, Limit{out}, Limit{}, who, Bytes{});
    }
    Wish trade_stable(const Address& who) {
        const NetworkId n = network();
        const Address pair = stable::pair_of(query(), n);
        const Address token = source_.chance(2) ? asset_of(n) : liquid_of(n);
        const u128 x = near_holding(token, who);
        const Address to = somebody();
        switch (source_.below(8)) {
            case 0:
                return calling<"skim(address to)">(pair, to);
            case 1: {
                const auto target = static_cast<uint32_t>(source_.below(60'000));
                const uint64_t duration_s = day_s - 1 + source_.below(3 * day_s);
                s_.send(hub_owner, pair,
                        call_data<"rampAmplification(uint32 target, uint64 duration)">(target,
                                                                                       duration_s),
                        {}, 0);
                return calling<"transfer(address to, uint256 value)">(token, pair, x);
            }
            case 2:
            case 3:
                return calling<
                    "swapFor(address token, uint256 amount, uint256 maximum, address to, uint256 "
                    "deadline)">(pair, token, x, u128_max, to, deadline());
            default: {
                const u128 least = minimum(x);
                return calling<
                    "swap(address token, uint256 amount, uint256 minimum, address to, uint256 "
                    "deadline)">(pair, token, x, least, to, deadline());
            }
        }
    }
    Wish provide_stable(const Address& who) {
        const NetworkId n = network();
        const Address pair = stable::pair_of(query(), n);
        const uint64_t kind = source_.below(4);
        const u128 liquidity = near_holding(pair, who);
        if (kind == 0)
            return calling<
                "removeLiquidity(uint256 liquidity, uint256 minimum0, uint256 minimum1, address "
                "to, uint256 deadline)">(pair, liquidity, u128{0}, u128{0}, who, deadline());
        const Address token = source_.chance(2) ? asset_of(n) : liquid_of(n);
        if (kind == 1)
            return calling<
                "removeLiquidityOne(uint256 liquidity, address token, uint256 minimum, address "
                "to, uint256 deadline)">(pair, liquidity, token, u128{0}, who, deadline());
        const u128 assets = near_holding(asset_of(n), who);
        const u128 tokens = near_holding(liquid_of(n), who);
        return provide_stable(n, assets, tokens, who);
    }
    Wish farm(const Address& who) {
        const Address farm = some_farm();
        const Address to = somebody();
        switch (source_.below(10)) {
            case 0: {
                const Address coin = some_coin();
                if (s_.state.farm.counts.get(0).farms < farms_max)
                    return calling<"createFarm(address stakingToken)">(farms_address, coin);
                return calling<"addReward(address token)">(farm, coin);
            }
            case 1: {
                const auto& slots = s_.state.emission.streams;
                const auto slot = static_cast<uint8_t>(source_.below(4));
                const Address token = slots.get({.receipt = farm, .slot = slot}).reward;
                const u128 x = coins::is_coin(query(), token) ? near_holding(token, who) / 20 : 1;
                const uint64_t duration_s = day_s - 1 + source_.below(40 * day_s);
                return calling<"fund(address token, uint256 amount, uint64 duration)">(
                    farm, token, x, duration_s);
            }
            case 2:
                return calling<"claim()">(farm);
            case 3:
                return calling<"leave()">(farm);
            case 4:
                return calling<"withdraw(uint256 receipts)">(farm, near_holding(farm, who));
            case 5:
                return calling<"transfer(address to, uint256 value)">(farm, to,
                                                                      near_holding(farm, who));
            default: {
                const u128 x = near_holding(*farm::staking_token(query(farm)), who);
                return calling<"depositFor(address receiver, uint256 amount)">(farm, to, x);
            }
        }
    }
    Wish vault(const Address& who) {
        const Address vault = some_vault();
        const Address to = somebody();
        const Query at = query(vault);
        const uint64_t kind = source_.below(11);
        if (kind == 0) {
            const Address farm = some_farm();
            if (source_.chance(2))
                return calling<"createFarmVault(address farm)">(vaults_address, farm);
            return calling<"observe(address pair)">(vaults_address, some_pair());
        }
        if (kind < 3) return calling<"harvest()">(vault);
        const u128 x = near(
            kind < 5 ? coins::shown(at, *vault::asset(at), who)
            : kind == 5
                ? vault::preview_deposit(at, coins::shown(at, *vault::asset(at), who)).value_or(0)
            : kind == 6 ? *vault::max_withdraw(at, who)
            : kind == 7 ? *vault::max_redeem(at, who)
                        : issued::held(at, vault, who));
        switch (kind) {
            case 3:
            case 4:
                return calling<"deposit(uint256 assets, address receiver)">(vault, x, to);
            case 5:
                return calling<"mint(uint256 shares, address receiver)">(vault, x, to);
            case 6:
                return calling<"withdraw(uint256 assets, address receiver, address owner)">(
                    vault, x, to, who);
            case 7:
            case 8:
                return calling<"redeem(uint256 shares, address receiver, address owner)">(vault, x,
                                                                                          to, who);
            case 9:
                return calling<"redeemInKind(uint256 shares, address receiver, address owner)">(
                    vault, x, to, who);
            default:
                return calling<"transfer(address to, uint256 value)">(vault, to, x);
        }
    }

    // ---- Several calls at once.

    std::vector<Wish> wishes(const Address& who, uint64_t most) {
        std::vector<Wish> all;
        for (uint64_t count = 1 + source_.below(most); count > 0; --count) all.push_back(wish(who));
        return all;
    }
    void batch(const Address& who) {
        const std::vector<Wish> all = wishes(who, 3);
        u128 wei = one_18 / 1'000;
        for (const Wish& w : all) wei = add(wei, w.value);
        if (s_.assets(eth, who) < wei) return;
        s_.call<"batch((address to, uint256 value, bytes data)[] calls)">(who, batch_address, all);
    }
    /// Mostly of a coin that the borrower has for the fee.
    void borrow(const Address& who) {
        Address coin = one_of(source_, exchange::stations(query()));
        for (int tries = 0; tries < 8 && (*exchange::max_flash_loan(query(), coin) == 0 ||
                                          coins::shown(query(), coin, who) == 0);
             ++tries)
            coin = one_of(source_, exchange::stations(query()));
        const u128 most = *exchange::max_flash_loan(query(), coin);
        const u128 x = source_.chance(3) ? near(most) : most / (2 + source_.below(100));
        Bytes data;
        codec::encode_sequence(data, wishes(who, 2));
        s_.call<"flashLoan(address receiver, address token, uint256 amount, bytes data)">(
            who, flash_loans_address, who, coin, x, data);
    }

    Scenario& s_;
    Source& source_;
    uint16_t users_;
    bool open_ = false;
    Address raw_;  ///< the pair that somebody last called by itself
};

}  // namespace thaw::scenario
