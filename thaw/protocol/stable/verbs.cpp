// The pairs' rows, their views, and the factory.
#include "thaw/crypto/keccak.hpp"
#include "thaw/protocol/coins/face.hpp"
#include "thaw/protocol/stable/ledger.hpp"

namespace thaw::protocol::stable {
namespace {

/// In place of the hash of a contract's code, of which there is none: published, so that anybody
/// can tell a pair's address beforehand.
Hash init_code_hash() { return crypto::keccak256(view_of("Thaw stable pair")); }

Address tokens_address(const Address& token0, const Address& token1) {
    Bytes salt;
    append(salt, token0.bytes);
    append(salt, token1.bytes);
    return issued::instance_address(stable_factory_address, crypto::keccak256(salt),
                                    init_code_hash());
}

/// The network of two coins, the asset and the liquid token in any order; 0 for others.
NetworkId network_with(const Address& a, const Address& b) {
    const NetworkId network = index_of(a);
    if (network == 0 || network > network_count) return 0;
    const Address asset = contract_address(ContractKind::asset, network);
    const Address liquid = contract_address(ContractKind::liquid, network);
    return (a == asset && b == liquid) || (a == liquid && b == asset) ? network : NetworkId{0};
}

}  // namespace

NetworkId network_of(const Query& query, const Address& pair) {
    const auto issue = issued::find(query, pair);
    THAW_ASSERT(issue && issue->kind == issued::InstanceKind::stable_pair);
    return static_cast<NetworkId>(issue->id);
}

void put(Call& call, NetworkId network, const Pair& pair) {
    call.own<Books>().pairs.put(network, pair);
}

Result<void> take_in(Call& call, const Address& pair, const Coin& coin, const Address& from,
                     u128 face, Pair& row) {
    u128& reserve = coin.liquid ? row.liquid_reserve : row.asset_reserve;
    const u128 before = from == pair ? reserve : coins::stored(call, coin.address, pair);
    if (from != pair) TRY_VOID(coins::pay(call, coin.address, from, pair, face));
    const u128 come = sub(coins::stored(call, coin.address, pair), before);
    if (const auto least = least_in(coin, face); !least || come < *least)
        return fail(token::ERC20InsufficientBalance{from, Assets{come}, Assets{face}});
    reserve = add(reserve, come);
    return {};
}

Result<void> pay_out(Call& call, const Address& pair, const Coin& coin, const Address& to,
                     u128 face, Pair& row) {
    if (face == 0) return {};
    const u128 before = coins::stored(call, coin.address, pair);
    TRY_VOID(coins::pay(call, coin.address, pair, to, face));
    u128& reserve = coin.liquid ? row.liquid_reserve : row.asset_reserve;
    reserve = sub(reserve, sub(before, coins::stored(call, coin.address, pair)));
    return {};
}

void open(Call& call, NetworkId network, const Terms& terms) {
    const auto n = call.read<networks::Books>().networks.get(network);
    const std::string symbol =
        std::string{n.liquid_symbol.view()} + "-" + std::string{n.asset_symbol.view()};
    issued::create(call, pair_of(call, network),
                   {.id = network,
                    .name = std::string_view{"Thaw stable " + symbol},
                    .symbol = std::string_view{symbol},
                    .kind = issued::InstanceKind::stable_pair,
                    .decimals = n.decimals});
    put(call, network,
        {.ramp = {.from = terms.amplification, .to = terms.amplification},
         .observed_at_s = call.now_s(),
         .fee_ppm = terms.fee_ppm});
}

std::optional<Address> find(const Query& query, const Address& a, const Address& b) {
    const NetworkId network = network_with(a, b);
    if (network == 0) return std::nullopt;
    return pair_of(query, network);
}

Address pair_of(const Query&, NetworkId network) {
    return tokens_address(contract_address(ContractKind::asset, network),
                          contract_address(ContractKind::liquid, network));
}

bool is_pair(const Query& query, const Address& address) {
    const auto issue = issued::find(query, address);
    return issue && issue->kind == issued::InstanceKind::stable_pair;
}

Result<void> ramp_amplification(Call& call, uint32_t target, uint64_t duration_s) {
    TRY_VOID(networks::only_owner(call));
    const NetworkId network = network_of(call, call.self());
    Pair row = observed(call, network);
    const uint32_t from = amplification_at(row.ramp, call.now_s());
    if (call.now_s() < row.ramp.to_s || !ramp_allowed(from, target, duration_s))
        return fail(RampRefused{from, target, duration_s, row.ramp.to_s});
    row.ramp = {
        .from_s = call.now_s(), .to_s = call.now_s() + duration_s, .from = from, .to = target};
    put(call, network, row);
    call.emit(AmplificationRamped{from, target, row.ramp.to_s});
    return {};
}

Result<Address> token0(const Query& query) {
    return contract_address(ContractKind::asset, network_of(query, query.self()));
}

Result<Address> token1(const Query& query) {
    return contract_address(ContractKind::liquid, network_of(query, query.self()));
}

Result<Address> factory(const Query&) { return stable_factory_address; }

Result<std::tuple<u128, u128, uint64_t>> get_reserves(const Query& query) {
    const NetworkId network = network_of(query, query.self());
    const Pair row = query.read<Books>().pairs.get(network);
    const Address liquid = contract_address(ContractKind::liquid, network);
    return std::tuple{row.asset_reserve, coins::shown_as(query, liquid, row.liquid_reserve),
                      row.observed_at_s};
}

Result<Summary> summary(const Query& query) {
    const NetworkId network = network_of(query, query.self());
    const Pair row = query.read<Books>().pairs.get(network);
    Summary s{.asset = TRY(token0(query)), .liquid = TRY(token1(query))};
    std::tie(s.asset_reserve, s.liquid_reserve, std::ignore) = TRY(get_reserves(query));
    s.liquidity = issued::supply(query, query.self());
    const Way way{network, query.self(), coin_of(query, network, false),
                  coin_of(query, network, true)};
    if (const auto at = point(market_of(query, row, way), Round::down))
        s.invariant = invariant_down(*at).value_or(0) / scaled_unit;
    s.price = price_of(query, row, network);
    s.fair_price = fair_price_of(query, network);
    s.amplification = amplification_at(row.ramp, query.now_s());
    s.fee_ppm = row.fee_ppm;
    return s;
}

Result<std::tuple<u128, uint64_t>> observe(const Query& query) {
    const Pair row = observed(query, network_of(query, query.self()));
    return std::tuple{row.price_seconds, row.observed_at_s};
}

Result<Address> get_pair(const Query& query, Address a, Address b) {
    return find(query, a, b).value_or(Address{});
}

Result<Address> all_pairs(const Query& query, Number index) {
    if (index.value >= network_count) return fail(AmountTooLarge{index.value});
    return pair_of(query, static_cast<NetworkId>(index.value + 1));
}

Result<Number> all_pairs_length(const Query&) { return Number{network_count}; }

}  // namespace thaw::protocol::stable
