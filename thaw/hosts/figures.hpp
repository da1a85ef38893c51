/// The six host chains of a devnet in figures: their clocks, what is staked there, by whom, and how
/// long leaving takes.
#pragma once
#include <string_view>
#include <vector>

#include "thaw/protocol/genesis.hpp"

namespace thaw::hosts {

using protocol::AssetId;
using protocol::HostId;
using protocol::NetworkId;

inline constexpr HostId bsc = 1;
inline constexpr HostId fantom = 2;
inline constexpr HostId polkadot = 3;
inline constexpr HostId kusama = 4;
inline constexpr HostId ethereum = 5;
inline constexpr HostId polygon = 6;

inline constexpr AssetId matic = 5;

/// What a host counts until an unbonding can be collected.
enum class Unlock : uint8_t {
    none,
    /// Exactly `unbonding_s` after the request.
    seconds,
    /// `unbonding_s` after the request and `unbonding_eras` ends of an era, whichever is later.
    seconds_and_eras,
    /// At the start of era "era of the request + unbonding_eras": between one era less than that
    /// many and that many eras after the request, so `unbonding_s` is the most it can take.
    eras,
};

/// One host chain. An era is what the chain pays rewards by: BNB Smart Chain's day between breathe
/// blocks, Fantom's epoch, Polkadot's and Kusama's era, a checkpoint of Polygon's stake manager on
/// Ethereum. Eras are counted from the genesis of the simulated world, from 0.
struct HostFigures {
    HostId host = 0;
    std::string_view name;
    NetworkId network = 0;  ///< whose asset is staked here; 0: none
    AssetId asset = 0;      ///< staked here, or held here for staking elsewhere
    uint64_t block_ms = 0;
    uint64_t first_height = 0;  ///< block height at the genesis of the simulated world
    uint64_t era_s = 0;
    Unlock unlock = Unlock::none;
    uint64_t unbonding_s = 0;  ///< exact for `seconds`, otherwise the most
    uint32_t unbonding_eras = 0;
    uint32_t apr_bps =
        0;  ///< a delegator's yearly return, mean over the validators, after their commission
    /// What one share is worth when nothing has happened, in the host's fixed-point units; a
    /// delegation is whole shares, so that what goes in and out is rounded down. 0: amounts are
    /// exact.
    u128 share_one = 0;
    bool shares_earn = false;  ///< rewards raise what a share is worth; else slashes alone move it
    /// Unbondings from one validator that may be open at once, those of one era counted as one; 0:
    /// any number.
    uint32_t unlocking_chunks_max = 0;
    bool slashes_unbonding = false;  ///< a slash takes its part of what is leaving, too
    Assets delegation_min;           ///< smallest amount one bond may have
    uint64_t move_s =
        0;  ///< how long a transfer from this custody to the one on another host takes
};

/// Requires 1 <= host <= protocol::host_count.
const HostFigures& figures_of(HostId host);

/// The validators of a staking host in the order of the hub's registry: the first has id 1. Empty
/// where nothing is staked.
std::vector<protocol::GenesisValidator> validators_of(HostId host);

}  // namespace thaw::hosts
