/// Which assets there are. Those of genesis are fixed; a quorum of members may list tokens of host
/// chains beside them, which then cross the bridge like any other.
#pragma once
#include <string>

#include "thaw/protocol/addresses.hpp"
#include "thaw/protocol/assets/books.hpp"
#include "thaw/protocol/context.hpp"

namespace thaw::protocol::assets {

struct AssetListed {
    static constexpr std::string_view abi =
        "AssetListed(uint8 indexed asset, uint8 indexed host, bytes32 hostToken, address token, "
        "string symbol)";
    AssetId asset;
    HostId host;
    Hash host_token;
    Address token;
    std::string symbol;
};
struct AssetOutOfOrder {
    static constexpr std::string_view abi = "AssetOutOfOrder(uint8 asset, uint8 expected)";
    AssetId asset;
    AssetId expected;
};
struct AlreadyListed {
    static constexpr std::string_view abi =
        "AlreadyListed(uint8 host, bytes32 hostToken, uint8 asset)";
    HostId host;
    Hash host_token;
    AssetId asset;
};
struct AssetsFull {
    static constexpr std::string_view abi = "AssetsFull(uint8 maximum)";
    AssetId maximum;
};
struct ListingMalformed {
    static constexpr std::string_view abi = "ListingMalformed(string reason)";
    std::string reason;
};

/// Most assets, those of genesis included; numbers are below it.
inline constexpr AssetId assets_max = 250;

/// Every asset's number is below this one.
AssetId end(const Query& query);
/// Whether there is an asset of that number.
bool exists(const Query& query, AssetId asset);
/// A listed token; an empty row for those of genesis.
Listing listing(const Query& query, AssetId asset);

/// Whether a listing could be made: its number is the next one, the host's token is not listed yet,
/// name and symbol are printable ASCII of 1 to 32 and 1 to 16 characters, decimals at most 18.
Result<void> check(const Query& query, AssetId asset, HostId host, const Hash& token,
                   const std::string& name, const std::string& symbol, uint8_t decimals);
/// Lists a token that passed `check`. For the oracle.
void list(Call& call, AssetId asset, HostId host, const Hash& token, const std::string& name,
          const std::string& symbol, uint8_t decimals);

}  // namespace thaw::protocol::assets
