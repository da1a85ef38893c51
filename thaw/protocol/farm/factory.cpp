#include "thaw/crypto/keccak.hpp"
#include "thaw/protocol/farm/face.hpp"

// Where farms come from.
namespace thaw::protocol::farm {
namespace {

/// The address of the farm of a token and a manager, as CREATE2 (EIP-1014) would make it.
Address address_of(const Address& coin, const Address& manager) {
    static const Hash code = crypto::keccak256(view_of("Thaw farm 1"));
    Bytes salt;
    append(salt, coin.bytes);
    append(salt, manager.bytes);
    return issued::instance_address(farms_address, crypto::keccak256(salt), code);
}

}  // namespace

Result<Address> create_farm(Call& call, Address coin) {
    if (!coins::is_coin(call, coin)) return fail(NotAToken{coin});
    const Address farm = address_of(coin, call.sender());
    if (issued::find(call, farm)) return fail(FarmExists{farm});

    Books& books = call.own<Books>();
    Count count = books.counts.get(0);
    ++count.farms;
    books.counts.put(0, count);
    books.farms.put(farm, {.coin = coin, .manager = call.sender(), .id = count.farms});
    books.order.put(count.farms, {farm});
    const std::string symbol = coins::symbol(call, coin);
    issued::create(call, farm,
                   {.id = count.farms,
                    .name = std::string_view{"Staked " + symbol},
                    .symbol = std::string_view{"farm-" + symbol},
                    .kind = issued::InstanceKind::farm,
                    .decimals = static_cast<uint8_t>(coins::decimals(call, coin))});
    call.emit_as(farms_address, FarmCreated{coin, call.sender(), farm, Number{count.farms}});
    return farm;
}

Result<Address> farm_for(const Query&, Address coin, Address manager) {
    return address_of(coin, manager);
}

Result<std::vector<Address>> farms(const Query& query, uint64_t from) {
    constexpr uint64_t page = 100;
    std::vector<Address> some;
    const Books& books = query.read<Books>();
    const uint64_t count = books.counts.get(0).farms;
    for (uint64_t id = from; id < count && id - from < page; ++id)
        some.push_back(books.order.get(id + 1).farm);
    return some;
}

Result<Number> farms_length(const Query& query) {
    return Number{query.read<Books>().counts.get(0).farms};
}

}  // namespace thaw::protocol::farm
