#include "thaw/protocol/vault/strategy.hpp"

#include "thaw/protocol/flash/face.hpp"

namespace thaw::protocol::vault {
namespace {

NetworkId network_of(const Vault& v) { return index_of(v.asset); }
Address liquid_token(const Vault& v) {
    return contract_address(ContractKind::liquid, network_of(v));
}
Query flash_of(const Query& query, const Vault& v) {
    return query.at(contract_address(ContractKind::flash, network_of(v)));
}
SubShares exact(Shares shares) { return SubShares{shares.value * liquid::sub_units}; }

/// How units leave a staking vault: what is idle first, then whole liquid shares.
struct Way {
    u128 idle;
    Shares shares;
    u128 paid;  ///< what that comes to when the flash pool takes the shares
};
Way way_for(const Query& query, const Vault& v, u128 units) {
    const u128 idle = std::min(v.idle, units);
    const auto shares =
        liquid::shares_for(Assets{units - idle}, liquid::rate(query, network_of(v)));
    if (!shares) return {idle, {}, idle};
    return {idle, liquid::whole(SubShares{std::min(shares->value, v.works.value)}), idle};
}

bool flash_is_open(const Query& query, const Vault& v) {
    return staking::check_open(query, network_of(v)).has_value();
}

/// What shares have to be worth so that the flash pool pays `assets` for them.
u128 cost_of(const Query& query, const Vault& v, u128 assets) {
    const flash::Terms terms = query.read<flash::Books>().terms.get(network_of(v));
    const Assets cash = *flash::capacity(flash_of(query, v));
    return add(assets, flash::fee(terms, cash, Assets{assets}).value);
}
/// What the flash pool can pay but for its last unit, which it gives for an exact price only.
u128 capacity(const Query& query, const Vault& v) {
    if (!flash_is_open(query, v)) return 0;
    const u128 cash = flash::capacity(flash_of(query, v))->value;
    return cash == 0 ? 0 : cash - 1;
}

/// The way through the flash pool, if it takes all of the shares now. A part too small to be paid
/// anything for is left where it is.
std::optional<Way> instant_way_for(const Query& query, const Vault& v, u128 units) {
    Way way = way_for(query, v, units);
    if (way.shares.is_zero()) return way;
    if (!flash_is_open(query, v)) return std::nullopt;
    const flash::Quote quote = flash::quote_for(query, network_of(v), exact(way.shares));
    way.paid += quote.assets.value;
    if (quote.filled == way.shares) return way;
    const liquid::Rate rate = liquid::rate(query, network_of(v));
    if (cost_of(query, v, std::min<u128>(1, capacity(query, v))) <=
        liquid::worth(exact(way.shares), rate).value)
        return std::nullopt;
    way.shares = {};
    return way;
}

}  // namespace

Vault vault_at(const Query& query, const Address& vault) {
    return query.read<Books>().vaults.get(vault);
}

void keep(Call& call, const Vault& v) { call.own<Books>().vaults.put(call.self(), v); }

u128 there(const Query& query, const Vault& v) {
    if (!is_staking(v)) return v.position.counted;
    return add(v.idle, liquid::worth(v.works, liquid::rate(query, network_of(v))).value);
}

Result<void> check_open(const Query& query, const Vault& v) {
    return is_staking(v) ? staking::check_open(query, network_of(v)) : Result<void>{};
}

Result<void> invest(Call& call, u128 units) {
    Vault v = here(call);
    if (is_staking(v)) {
        TRY_VOID(coins::move(call, v.asset, call.sender(), call.self(), units));
        v.idle = add(v.idle, units);
    } else {
        TRY_VOID(farm::stake(call, v.farm, call.sender(), call.self(), units));
    }
    v.position.counted = add(v.position.counted, units);
    keep(call, v);
    return put_to_work(call);
}

Result<void> put_to_work(Call& call) {
    Vault v = here(call);
    if (!is_staking(v)) return {};
    const NetworkId network = network_of(v);
    const Assets least = call.read<networks::Books>().networks.get(network).stake_min;
    if (v.idle < least.value || !staking::check_open(call, network)) return {};  // later
    const auto holding = [&] {
        return liquid::holding(call, ContractKind::liquid, network, call.self()).value;
    };
    const u128 before = holding();
    Call staking = call.as(contract_address(ContractKind::staking, network), call.self());
    TRY(staking::stake(staking, Assets{v.idle}));
    v.idle = 0;
    v.works.value = add(v.works.value, sub(holding(), before));
    keep(call, v);
    return {};
}

std::optional<u128> paid_for(const Query& query, const Vault& v, u128 units) {
    if (!is_staking(v)) return coins::to_face_down(query, v.asset, units);
    const auto way = instant_way_for(query, v, units);
    return way ? std::optional{way->paid} : std::nullopt;
}

std::optional<u128> units_for(const Query& query, const Vault& v, u128 assets) {
    if (!is_staking(v)) return coins::to_ledger_up(query, v.asset, assets);
    if (assets <= v.idle) return assets;
    const u128 rest = assets - v.idle;
    if (rest > capacity(query, v)) return std::nullopt;
    const liquid::Rate rate = liquid::rate(query, network_of(v));
    if (rate.assets.is_zero()) return std::nullopt;
    const auto sub_shares =
        mul_div_up(cost_of(query, v, rest), rate.supply.value, rate.assets.value);
    if (!sub_shares) return std::nullopt;
    const u128 shares = (*sub_shares + liquid::sub_units - 1) / liquid::sub_units;
    const auto units = mul_div_up(shares * liquid::sub_units, rate.assets.value, rate.supply.value);
    return units ? checked_add(v.idle, *units) : std::nullopt;
}

u128 units_max(const Query& query, const Vault& v) {
    if (!is_staking(v)) return v.position.counted;
    const u128 most = capacity(query, v);
    return add(v.idle, most == 0 ? 0 : cost_of(query, v, most));
}

Result<u128> divest(Call& call, u128 units, const Address& receiver, std::optional<u128> exactly) {
    Vault v = here(call);
    v.position.counted = sub(v.position.counted, units);
    if (!is_staking(v)) {
        keep(call, v);
        TRY_VOID(farm::unstake(call, v.farm, call.self(), receiver, units));
        return coins::to_face_down(call, v.asset, units);
    }
    const auto way = instant_way_for(call, v, units);
    THAW_ASSERT(way);
    u128 paid = way->idle;
    if (!way->shares.is_zero()) {
        Call flash = call.as(contract_address(ContractKind::flash, network_of(v)), call.self());
        paid += TRY(flash::swap(flash, way->shares, call.self())).value;
    }
    const u128 part = exactly.value_or(paid);
    v.idle = sub(add(v.idle, paid - way->idle), part);
    v.works.value = sub(v.works.value, exact(way->shares).value);
    keep(call, v);
    TRY_VOID(coins::move(call, v.asset, call.self(), receiver, part));
    return part;
}

Result<Shares> divest_in_kind(Call& call, u128 units, const Address& receiver) {
    Vault v = here(call);
    const Way way = way_for(call, v, units);
    v.position.counted = sub(v.position.counted, units);
    v.idle = sub(v.idle, way.idle);
    v.works.value = sub(v.works.value, exact(way.shares).value);
    keep(call, v);
    if (way.idle != 0) TRY_VOID(coins::move(call, v.asset, call.self(), receiver, way.idle));
    if (!way.shares.is_zero())
        TRY_VOID(coins::move(call, liquid_token(v), call.self(), receiver, way.shares.value));
    return way.shares;
}

Result<u128> compound(Call& call) {
    if (!is_staking(here(call))) return compound_farm(call);
    TRY_VOID(put_to_work(call));
    return there(call, here(call));
}

}  // namespace thaw::protocol::vault
