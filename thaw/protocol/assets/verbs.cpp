#include <algorithm>

#include "thaw/protocol/assets/face.hpp"

namespace thaw::protocol::assets {
namespace {

bool printable(const std::string& text) {
    return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

AssetId end(const Query& query) {
    return static_cast<AssetId>(asset_count + query.read<Books>().counts.get(0).listed);
}

bool exists(const Query& query, AssetId asset) { return asset < end(query); }

Listing listing(const Query& query, AssetId asset) {
    return query.read<Books>().listings.get(asset);
}

Result<void> check(const Query& query, AssetId asset, HostId host, const Hash& token,
                   const std::string& name, const std::string& symbol, uint8_t decimals) {
    const AssetId expected = end(query);
    if (expected >= assets_max) return fail(AssetsFull{assets_max});
    if (asset != expected) return fail(AssetOutOfOrder{asset, expected});
    if (host == 0 || host > host_count) return fail(ListingMalformed{"a host is 1 to 6"});
    if (decimals > 18) return fail(ListingMalformed{"decimals are 0 to 18"});
    if (name.empty() || name.size() > 32 || !printable(name))
        return fail(ListingMalformed{"a name has 1 to 32 characters of printable ASCII"});
    if (symbol.empty() || symbol.size() > 16 || !printable(symbol))
        return fail(ListingMalformed{"a symbol has 1 to 16 characters of printable ASCII"});
    for (AssetId id = asset_count; id < expected; ++id)
        if (const Listing known = listing(query, id); known.host == host && known.token == token)
            return fail(AlreadyListed{host, token, id});
    return {};
}

void list(Call& call, AssetId asset, HostId host, const Hash& token, const std::string& name,
          const std::string& symbol, uint8_t decimals) {
    Books& books = call.own<Books>();
    books.listings.put(asset, {.token = token,
                               .name = std::string_view{name},
                               .symbol = std::string_view{symbol},
                               .decimals = decimals,
                               .host = host});
    books.counts.put(0, {books.counts.get(0).listed + 1});
    call.emit(
        AssetListed{asset, host, token, contract_address(ContractKind::asset, asset), symbol});
}

}  // namespace thaw::protocol::assets
