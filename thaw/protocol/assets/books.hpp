/// Assets beyond those of genesis: tokens of host chains that members attested, in the order in
/// which they were listed.
#pragma once
#include "thaw/protocol/networks/books.hpp"

namespace thaw::protocol::assets {

/// A token of a host chain.
struct Listing {
    Hash token;  ///< its address on the host, 20-byte addresses in the last 20 bytes
    Label<32> name;
    Label<16> symbol;
    uint8_t decimals = 0;
    HostId host = 0;
    std::array<uint8_t, 14> reserved{};
};
static_assert(Plain<Listing> && sizeof(Listing) == 96);

struct Count {
    uint64_t listed = 0;
};

struct Books {
    Table<AssetId, Listing> listings;
    Table<uint8_t, Count> counts;  ///< one row, key 0

    static auto tables(auto& b) { return std::tie(b.listings, b.counts); }
};

}  // namespace thaw::protocol::assets
