#include "thaw/crypto/keccak.hpp"
#include "thaw/protocol/coins/face.hpp"
#include "thaw/protocol/exchange/face.hpp"

// Opening pairs, and finding them.
namespace thaw::protocol::exchange {
namespace {

Settings settings(const Query& query) { return query.read<Books>().settings.get(0); }

}  // namespace

Address pair_address(const Address& a, const Address& b) {
    Bytes both;
    append(both, std::min(a, b).bytes);
    append(both, std::max(a, b).bytes);
    return issued::instance_address(factory_address, crypto::keccak256(both), init_code_hash);
}

bool exists(const Query& query, const Address& pair) { return query.read<Books>().pairs.has(pair); }

Result<Address> create_pair(Call& call, Address a, Address b) {
    if (a == b) return refuse("UniswapV2: IDENTICAL_ADDRESSES");
    const auto [low, high] = std::minmax(a, b);
    if (low.is_zero()) return refuse("UniswapV2: ZERO_ADDRESS");
    for (const Address& coin : {low, high})
        if (!coins::is_coin(call, coin)) return fail(NotACoin{coin});
    const Address pair = pair_address(low, high);
    if (exists(call, pair)) return refuse("UniswapV2: PAIR_EXISTS");

    Books& books = call.own<Books>();
    Settings counted = settings(call);
    const std::string symbol = coins::symbol(call, low) + "-" + coins::symbol(call, high);
    // The name is part of the domain that permits are signed for; front ends know it by heart.
    issued::create(call, pair,
                   {.id = counted.pairs,
                    .name = "Uniswap V2",
                    .symbol = std::string_view{symbol},
                    .kind = issued::InstanceKind::pair,
                    .decimals = 18});
    books.pairs.put(pair, {.token0 = low, .token1 = high});
    books.order.put(counted.pairs, {.pair = pair});
    ++counted.pairs;
    books.settings.put(0, counted);
    call.emit_as(factory_address, PairCreated{low, high, pair, Number{counted.pairs}});
    return pair;
}

Result<Address> get_pair(const Query& query, Address a, Address b) {
    const Address pair = pair_address(a, b);
    return exists(query, pair) ? pair : Address{};
}

Result<Address> all_pairs(const Query& query, Number index) {
    if (index.value >= settings(query).pairs) return refuse_silently();
    return query.read<Books>().order.get(index.value).pair;
}

Result<Number> all_pairs_length(const Query& query) { return Number{settings(query).pairs}; }
Result<Address> fee_to(const Query& query) { return settings(query).fee_to; }
Result<Address> fee_to_setter(const Query& query) { return settings(query).fee_to_setter; }

Result<void> set_fee_to(Call& call, Address to) {
    Settings row = settings(call);
    if (call.sender() != row.fee_to_setter) return refuse("UniswapV2: FORBIDDEN");
    row.fee_to = to;
    call.own<Books>().settings.put(0, row);
    return {};
}

Result<void> set_fee_to_setter(Call& call, Address setter) {
    Settings row = settings(call);
    if (call.sender() != row.fee_to_setter) return refuse("UniswapV2: FORBIDDEN");
    row.fee_to_setter = setter;
    call.own<Books>().settings.put(0, row);
    return {};
}

void open(Call& call, const Address& fee_to_setter) {
    call.own<Books>().settings.put(0, {.fee_to_setter = fee_to_setter});
}

}  // namespace thaw::protocol::exchange
