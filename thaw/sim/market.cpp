#include "thaw/sim/market.hpp"

#include "thaw/base/text.hpp"
#include "thaw/hosts/circuit.hpp"
#include "thaw/sim/development.hpp"

namespace thaw::sim {

namespace {

using protocol::contract_address;
using protocol::ContractKind;
using protocol::network_count;
using protocol::NetworkId;
using protocol::Query;
using protocol::Receipt;
namespace opportunities = protocol::opportunities;
namespace stable = protocol::stable;

constexpr uint64_t slot_s = 7'200;
constexpr uint64_t slots_per_day = 12;
constexpr u128 one_18 = 1'000'000'000'000'000'000;
/// What each begins with, in whole coins: arbitrageurs wait weeks for their tickets.
constexpr u128 trader_whole = 100'000;
constexpr u128 arbitrageur_whole = 1'000'000;
constexpr Address trader{{0x7a}};
constexpr Address arbitrageur{{0xa7}};
constexpr codec::Number never{~uint64_t{0}};

protocol::Genesis market_genesis() {
    protocol::Genesis genesis = protocol::default_genesis();
    genesis = development_genesis(genesis, genesis.hub.genesis_s);
    for (const Address& who : {trader, arbitrageur}) genesis.grants.push_back({who, {one_18}});
    return genesis;
}

u128 e9_of(u128 part, u128 whole) {
    return whole == 0 ? 0 : mul_div_down(part, 1'000'000'000, whole).value_or(0);
}

class Market {
  public:
    explicit Market(const MarketOptions& options)
        : options_{options}, circuit_{market_genesis(), options.seed}, random_{options.seed} {
        circuit_.witness = [this](const auto&, const auto&, const auto&) { ++transactions_; };
    }

    MarketResult run() {
        move_in();
        for (NetworkId n = 1; n <= network_count; ++n) begin(n);
        for (uint32_t day = 1; day <= options_.days; ++day) {
            day_ = day;
            for (uint64_t slot = 0; slot < slots_per_day; ++slot) live_two_hours();
            if (options_.progress) options_.progress(day);
        }
        return result();
    }

  private:
    [[noreturn]] void broken(const std::string& what) const {
        throw MarketBroken{"seed " + to_decimal(options_.seed) + ", day " + to_decimal(day_) +
                           ": " + what};
    }
    Query query(const Address& self = {}) const { return {circuit_.state, circuit_.block(), self}; }
    Address pair(NetworkId n) const { return stable::pair_of(query(), n); }
    stable::Summary summary(NetworkId n) const { return *stable::summary(query(pair(n))); }
    static Address token(NetworkId n) { return contract_address(ContractKind::liquid, n); }
    static Address asset(NetworkId n) { return contract_address(ContractKind::asset, n); }
    u128 shown(NetworkId n, const Address& who) const {
        return protocol::liquid::shown_balance(query(), ContractKind::liquid, n, who);
    }
    u128 assets(NetworkId n, const Address& who) const {
        return circuit_.state.token.balances.get(protocol::token::user_account(n, who)).value;
    }
    u128 whole(NetworkId n) const {
        u128 one = 1;
        for (unsigned i = circuit_.state.networks.networks.get(n).decimals; i > 0; --i) one *= 10;
        return one;
    }

    void settle();
    void move_in();
    void begin(NetworkId n);
    void live_two_hours();
    void push(NetworkId n);
    void take_opportunity(NetworkId n);
    void look(NetworkId n);
    std::optional<u128> swap(const Address& who, NetworkId n, const Address& sold, u128 amount);
    void stake(const Address& who, NetworkId n, u128 amount);
    void unstake(NetworkId n, u128 amount);
    std::pair<uint64_t, uint64_t> growth(NetworkId n) const;
    MarketResult result() const;

    const MarketOptions& options_;
    hosts::Circuit circuit_;
    Random random_;
    uint32_t day_ = 0;
    uint64_t transactions_ = 0, looks_ = 0;
    std::array<PairMonth, network_count + 1> months_{};
    std::array<u128, network_count + 1> sum_ppm_{};
};

void Market::settle() {
    if (!circuit_.settle(2'000)) broken("the courier finds no rest");
}

/// Both arrive through the bridge, and the trader stakes half.
void Market::move_in() {
    for (NetworkId n = 1; n <= network_count; ++n)
        for (const Address& who : {trader, arbitrageur}) {
            const u128 coins = (who == trader ? trader_whole : arbitrageur_whole) * whole(n);
            hosts::SimulatedHost& host =
                circuit_.worlds.host(circuit_.state.networks.networks.get(n).staking_host);
            host.fund(hosts::account_of(who), n, Assets{coins});
            THAW_ASSERT(host.transfer_to_custody(hosts::account_of(who), who, n, Assets{coins}));
        }
    for (uint64_t slot = 0; slot < slots_per_day; ++slot) {
        circuit_.now_s += slot_s;
        settle();
    }
    for (NetworkId n = 1; n <= network_count; ++n) {
        if (assets(n, arbitrageur) == 0) broken("a deposit did not arrive within a day");
        stake(trader, n, assets(n, trader) / 2);
    }
}

/// D of a unit of liquidity, and the rate, in thousand-millionths.
std::pair<uint64_t, uint64_t> Market::growth(NetworkId n) const {
    const stable::Summary s = summary(n);
    const auto rate = protocol::liquid::rate(query(), n);
    return {static_cast<uint64_t>(e9_of(s.invariant, s.liquidity)),
            static_cast<uint64_t>(
                e9_of(rate.assets.value, rate.supply.value / protocol::liquid::sub_units))};
}

void Market::begin(NetworkId n) {
    const auto p = circuit_.state.networks.networks.get(n);
    months_[n] = {.token = std::string{p.liquid_symbol.view()},
                  .asset = std::string{p.asset_symbol.view()},
                  .decimals = p.decimals};
    std::tie(months_[n].liquidity_start_e9, months_[n].rate_start_e9) = growth(n);
}

std::optional<u128> Market::swap(const Address& who, NetworkId n, const Address& sold,
                                 u128 amount) {
    const Receipt receipt = circuit_.send(
        who, pair(n),
        codec::call_data<"swap(address token, uint256 amount, uint256 minimum, address to, "
                         "uint256 deadline)">(sold, amount, u128{0}, who, never));
    if (!receipt.success) return std::nullopt;
    return std::get<0>(*codec::decode<u128>(receipt.output));
}

void Market::stake(const Address& who, NetworkId n, u128 amount) {
    const Receipt receipt =
        circuit_.send(who, contract_address(ContractKind::staking, n),
                      codec::call_data<"stake(uint256 assets)">(Assets{amount}));
    if (!receipt.success) broken("staking was refused: " + to_hex(receipt.output));
}

void Market::unstake(NetworkId n, u128 amount) {
    const bool rebasing = circuit_.state.networks.networks.get(n).rebasing != 0;
    const Receipt receipt =
        circuit_.send(arbitrageur, contract_address(ContractKind::staking, n),
                      rebasing ? codec::call_data<"unstakeBonds(uint256 amount)">(amount)
                               : codec::call_data<"unstakeCerts(uint256 shares)">(amount));
    if (!receipt.success) broken("unstaking was refused: " + to_hex(receipt.output));
}

/// A trade of up to a fiftieth of the pair, mostly; every few days a run of up to nine tenths of
/// it. Who has little of one coin sells the other.
void Market::push(NetworkId n) {
    const bool run = random_.below(60) == 0;
    if (!run && random_.below(3) != 0) return;
    const stable::Summary s = summary(n);
    const u128 has_token = shown(n, trader);
    const u128 has_asset = assets(n, trader);
    bool sells_token = random_.below(2) == 0;
    if (has_token < s.liquid_reserve / 2) sells_token = false;
    if (has_asset < s.asset_reserve / 2) sells_token = true;
    const u128 reserve = sells_token ? s.liquid_reserve : s.asset_reserve;
    const u128 most = run ? reserve / 10 * 9 : reserve / 50;
    const u128 amount =
        std::min(most / 2 + random_.amount(most / 2), sells_token ? has_token : has_asset);
    if (!swap(trader, n, sells_token ? token(n) : asset(n), amount)) return;
    ++months_[n].trades;
    if (run) ++months_[n].runs;
    months_[n].pushed_ppm =
        std::max(months_[n].pushed_ppm, opportunities::of_network(query(), n)->apart_ppm);
}

void Market::take_opportunity(NetworkId n) {
    const auto o = *opportunities::of_network(query(), n);
    if (o.size.is_zero()) return;
    const u128 amount = std::min(o.size.value, assets(n, arbitrageur));
    if (amount < circuit_.state.networks.networks.get(n).stake_min.value) return;
    PairMonth& month = months_[n];
    const u128 had = assets(n, arbitrageur);
    const u128 before = shown(n, arbitrageur);
    u128 nominal = 0;
    if (o.below) {
        const auto got = swap(arbitrageur, n, asset(n), amount);
        if (!got) broken("an opportunity on " + month.token + " was refused");
        const auto value = protocol::liquid::rate(query(), n);
        nominal =
            circuit_.state.networks.networks.get(n).rebasing != 0
                ? *got
                : protocol::liquid::worth(SubShares{*got * protocol::liquid::sub_units}, value)
                      .value;
        unstake(n, *got);
        ++month.bought;
    } else {
        stake(arbitrageur, n, amount);
        if (!swap(arbitrageur, n, token(n), shown(n, arbitrageur) - before))
            broken("an opportunity on " + month.token + " was refused");
        ++month.sold;
    }
    const u128 has = assets(n, arbitrageur) + nominal;
    month.turned_over.value += amount;
    if (has < had) broken("an arbitrageur lost on " + month.token);
    month.gained.value += has - had;
}

void Market::look(NetworkId n) {
    const auto o = *opportunities::of_network(query(), n);
    const uint64_t band = opportunities::band_ppm(query(), n, o.below);
    constexpr uint64_t last_unit_ppm = 2;  // the fee on the fee, and the size's own steps
    PairMonth& month = months_[n];
    if (o.apart_ppm > band + last_unit_ppm)
        broken(month.token + " is " + to_decimal(o.apart_ppm) + " ppm from fair value; " +
               to_decimal(band) + " are the fee and the time value");
    sum_ppm_[n] += o.apart_ppm;
    if (o.apart_ppm >= month.worst_ppm) {
        month.worst_ppm = o.apart_ppm;
        month.band_ppm = band;
    }
}

void Market::live_two_hours() {
    circuit_.now_s += slot_s;
    settle();
    for (NetworkId n = 1; n <= network_count; ++n) {
        push(n);
        take_opportunity(n);
        look(n);
    }
    settle();
    ++looks_;
    if (const auto says = protocol::broken_invariant(circuit_.state, circuit_.block()))
        broken(std::string{*says});
}

MarketResult Market::result() const {
    MarketResult all{.transactions = transactions_, .looks = looks_};
    for (NetworkId n = 1; n <= network_count; ++n) {
        PairMonth month = months_[n];
        month.mean_ppm = static_cast<uint64_t>(sum_ppm_[n] / std::max<uint64_t>(looks_, 1));
        std::tie(month.liquidity_end_e9, month.rate_end_e9) = growth(n);
        all.pairs.push_back(std::move(month));
    }
    all.digest = circuit_.state.digest().as_hash();
    return all;
}

}  // namespace

MarketResult simulate_market(const MarketOptions& options) { return Market{options}.run(); }

}  // namespace thaw::sim
