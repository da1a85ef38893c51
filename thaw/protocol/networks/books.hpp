/// The networks and their parameters: every figure that protocol section 1 calls a parameter is a
/// field here.
#pragma once
#include <array>

#include "thaw/base/table.hpp"

namespace thaw::protocol {

/// Networks 1 to 5; 0 is none. The asset of a network has the same number; ETH is asset 0, THAW
/// asset 6.
using NetworkId = uint8_t;
using AssetId = uint8_t;
/// Host chains 1 to 6: BNB Smart Chain, Fantom, Polkadot, Kusama, Ethereum, Polygon; 0 is none.
using HostId = uint8_t;

inline constexpr NetworkId network_count = 5;
inline constexpr HostId host_count = 6;
inline constexpr AssetId asset_count = 7;  ///< of genesis; listed tokens follow (assets)
inline constexpr AssetId eth = 0;
inline constexpr AssetId thaw_token = 6;

/// Short text in a row.
template <size_t N>
struct Label {
    std::array<char, N> chars{};
    constexpr Label() = default;
    constexpr Label(const char* text) : Label{std::string_view{text}} {}
    constexpr Label(std::string_view text) {
        for (size_t i = 0; i < N && i < text.size(); ++i) chars[i] = text[i];
    }
    std::string_view view() const {
        size_t n = 0;
        while (n < N && chars[n] != 0) ++n;
        return {chars.data(), n};
    }
};

namespace networks {

/// One staking network's parameters (protocol section 1). Times in seconds of chain time, fees in
/// hundredths of a per cent.
struct Network {
    Label<16> name;            ///< "bnb"
    Label<16> asset_symbol;    ///< "BNB"
    Label<16> liquid_symbol;   ///< "ankrBNB"
    Label<16> legacy_symbol;   ///< "aBNBb", or empty
    Label<16> wrapped_symbol;  ///< "aFTMc", or empty
    Assets stake_min;
    Assets delegation_min;  ///< what the host accepts as one delegation
    Assets switch_supply;   ///< most of the legacy token that may be switched, ever
    uint64_t unbonding_s = 0;
    uint64_t batch_interval_s = 0;
    uint64_t fee_changed_at_s = 0;  ///< when the owner last changed `fee_bps`; 0: never
    uint64_t fall_window_s = 0;     ///< losses of so long before count with a new one
    uint32_t fall_automatic_ppm =
        0;  ///< most that holders may lose in it by one quorum, millionths
    uint32_t fall_confirmed_ppm = 0;  ///< by a second quorum; beyond it the network halts as well
    uint32_t fee_bps = 0;             ///< of rewards
    uint32_t growth_max_ppm = 0;      ///< most growth released per frame, millionths
    uint32_t apr_nominal_bps = 0;     ///< of the host, before fees: for display and for bounds
    uint32_t validator_cap_bps = 0;   ///< most of the pool with one validator
    uint32_t group_cap_bps = 0;       ///< most of the pool with one operator group
    uint32_t uptime_min_bps = 0;
    uint32_t commission_max_bps = 0;
    uint32_t switch_fee_bps = 0;  ///< of what is switched
    uint8_t decimals = 0;
    HostId staking_host = 0;
    uint8_t rebasing = 0;  ///< 1: the liquid token open to new stakes rebases
    uint8_t earns_while_unbonding = 0;
    uint8_t halted = 0;    ///< 1: no new stakes; funded claims go on
    uint8_t lots_max = 0;  ///< most lots the host lets unbond from one validator at a time
    std::array<uint8_t, 2> reserved{};
};
static_assert(Plain<Network> && sizeof(Network) == 208);

/// What concerns the whole hub.
struct Hub {
    u128 base_fee = 0;  ///< wei per gas
    uint64_t chain_id = 0;
    uint64_t genesis_s = 0;  ///< frames are counted from here
    uint64_t frame_s = 0;
    uint64_t block_gas_limit = 0;
    Address treasury;  ///< receives service fees
    Address owner;     ///< may change what the owner's verbs name, until governance does; or nobody
    Address heir;      ///< whom the owner has offered the role
    std::array<uint8_t, 4> reserved{};
};
static_assert(Plain<Hub>);

struct Books {
    Table<NetworkId, Network> networks;
    Table<uint8_t, Hub> hub;  ///< one row, key 0

    static auto tables(auto& b) { return std::tie(b.networks, b.hub); }
};

}  // namespace networks
}  // namespace thaw::protocol
