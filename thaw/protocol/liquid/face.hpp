/// The liquid tokens: a rebasing and a reward-bearing face of the same shares, with Ankr's views.
/// A network has one that is open to stakes, and either a legacy one or a wrapped one beside it.
#pragma once
#include "thaw/protocol/liquid/ledger.hpp"
#include "thaw/protocol/token/face.hpp"

namespace thaw::protocol::liquid {

struct TransferShares {
    static constexpr std::string_view abi =
        "TransferShares(address indexed from, address indexed to, uint256 shares)";
    Address from;
    Address to;
    Shares shares;
};
/// A frame was reported: what all holders own together from here on grows towards totalAssets as
/// rewards are released.
struct Rebased {
    static constexpr std::string_view abi =
        "Rebased(uint8 indexed network, uint64 indexed frame, uint256 totalAssets, uint256 "
        "totalShares)";
    NetworkId network;
    uint64_t frame;
    Assets assets;
    Shares shares;
};
struct PoolWithoutAssets {
    static constexpr std::string_view abi = "PoolWithoutAssets(uint8 network)";
    NetworkId network;
};
struct AmountTooLarge {
    static constexpr std::string_view abi = "AmountTooLarge(uint256 amount)";
    u128 amount;
};

struct ZeroAmount {
    static constexpr std::string_view abi = "ZeroAmount()";
};
struct NoLegacyToken {
    static constexpr std::string_view abi = "NoLegacyToken(uint8 network)";
    NetworkId network;
};
struct SwitchSupplyExceeded {
    static constexpr std::string_view abi = "SwitchSupplyExceeded(uint256 left, uint256 wanted)";
    Assets left;
    Assets wanted;
};

Result<bool> transfer(Call& call, Address to, u128 value);
Result<bool> transfer_from(Call& call, Address from, Address to, u128 value);
Result<u128> balance_of(const Query& query, Address account);
Result<u128> total_supply(const Query& query);
Result<std::string> symbol(const Query& query);
Result<uint8_t> decimals(const Query& query);
/// Moves whole shares whatever the face shows; returns what they are worth.
Result<Assets> transfer_shares(Call& call, Address to, Shares shares);
Result<Shares> shares_of(const Query& query, Address account);
Result<Shares> total_shares(const Query& query);
Result<Assets> total_assets(const Query& query);

/// Turns `amount` of the caller's rebasing token into whole shares of the wrapped one; its fraction
/// of a share stays with the caller, unseen. The rebasing balance falls by exactly `amount`.
Result<Shares> wrap(Call& call, Assets amount);
/// The way back; returns by how much the rebasing balance rose. Unwrapping all that one has gives
/// back exactly the shares that were wrapped.
Result<Assets> unwrap(Call& call, Shares shares);

// ---- For the staking contract.

/// What of the legacy token may still be switched, in base units of the asset.
Assets switch_left(const Query& query, NetworkId network);
/// Turns `amount` of the owner's legacy token into the open one at the same shares, less the
/// network's fee on them, rounded up, to the treasury. One way. Returns the shares received.
Result<Shares> switch_legacy(Call& call, NetworkId network, const Address& owner, Assets amount);

// Ankr's views. `ratio` is shares per asset, 1e18 at the start, falling as rewards accrue; every
// one rounds down.
Result<u128> ratio(const Query& query);
Result<Assets> shares_to_bonds(const Query& query, Shares shares);
Result<Shares> bonds_to_shares(const Query& query, Assets bonds);
Result<bool> is_rebasing_token(const Query& query);

using LiquidEvents = Events<token::Transfer, allowance::Approval, TransferShares, Rebased>;
using LiquidErrors = Errors<token::ERC20InsufficientBalance, token::ERC20InvalidReceiver,
                            THAW_ALLOWANCE_ERRORS, PoolWithoutAssets, AmountTooLarge>;

#define THAW_LIQUID_FUNCTIONS                                                                \
    Fn<"name() view returns (string)", token::name>,                                         \
        Fn<"symbol() view returns (string)", liquid::symbol>,                                \
        Fn<"decimals() view returns (uint8)", liquid::decimals>,                             \
        Fn<"totalSupply() view returns (uint256)", liquid::total_supply>,                    \
        Fn<"balanceOf(address account) view returns (uint256)", liquid::balance_of>,         \
        Fn<"transfer(address to, uint256 value) returns (bool)", liquid::transfer>,          \
        Fn<"transferFrom(address from, address to, uint256 value) returns (bool)",           \
           liquid::transfer_from>,                                                           \
        Fn<"transferShares(address to, uint256 shares) returns (uint256 assets)",            \
           liquid::transfer_shares>,                                                         \
        Fn<"sharesOf(address account) view returns (uint256)", liquid::shares_of>,           \
        Fn<"totalShares() view returns (uint256)", liquid::total_shares>,                    \
        Fn<"totalAssets() view returns (uint256)", liquid::total_assets>,                    \
        Fn<"ratio() view returns (uint256)", liquid::ratio>,                                 \
        Fn<"sharesToBonds(uint256 shares) view returns (uint256)", liquid::shares_to_bonds>, \
        Fn<"bondsToShares(uint256 bonds) view returns (uint256)", liquid::bonds_to_shares>,  \
        Fn<"isRebasing() view returns (bool)", liquid::is_rebasing_token>,                   \
        THAW_ALLOWANCE_FUNCTIONS

/// Of the liquid and of the legacy tokens.
using Face = Interface<LiquidEvents, LiquidErrors, THAW_LIQUID_FUNCTIONS>;
}  // namespace thaw::protocol::liquid
