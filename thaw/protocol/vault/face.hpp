/// Vaults: ERC-4626 shares of something that earns and compounds by itself. Two kinds: one for each
/// farm, whose asset is what the farm takes; and one for each network, whose asset is the
/// network's, staked.
///
/// What a holder receives rounds down, what a holder gives or burns rounds up, in all eight
/// functions. Nothing needs an approval: a vault takes the caller's own.
#pragma once
#include "thaw/protocol/farm/face.hpp"
#include "thaw/protocol/staking/face.hpp"
#include "thaw/protocol/vault/books.hpp"

namespace thaw::protocol::vault {

using codec::Number;

struct VaultCreated {
    static constexpr std::string_view abi =
        "VaultCreated(address indexed asset, address indexed farm, address vault, uint256 id)";
    Address asset;
    Address farm;  ///< zero: a staking vault
    Address vault;
    Number id;
};
struct Deposit {
    static constexpr std::string_view abi =
        "Deposit(address indexed sender, address indexed owner, uint256 assets, uint256 shares)";
    Address sender;
    Address owner;
    u128 assets;
    u128 shares;
};
struct Withdraw {
    static constexpr std::string_view abi =
        "Withdraw(address indexed sender, address indexed receiver, address indexed owner, uint256 "
        "assets, uint256 shares)";
    Address sender;
    Address receiver;
    Address owner;
    u128 assets;
    u128 shares;
};
/// Left in kind: whole shares of the liquid token instead of the asset.
struct WithdrawnInKind {
    static constexpr std::string_view abi =
        "WithdrawnInKind(address indexed sender, address indexed receiver, address indexed owner, "
        "uint256 liquidShares, uint256 shares)";
    Address sender;
    Address receiver;
    Address owner;
    Shares liquid;
    u128 shares;
};
/// A profit was recognised, in units of account; it is released over the day that follows.
struct Harvested {
    static constexpr std::string_view abi =
        "Harvested(address indexed caller, uint256 profit, uint256 feeShares, uint256 "
        "bountyShares, "
        "uint64 releasedAt)";
    Address caller;
    u128 profit;
    u128 fee_shares;
    u128 bounty_shares;
    uint64_t released_at_s;
};

struct ZeroAmount {
    static constexpr std::string_view abi = "ZeroAmount()";
};
struct ZeroReceiver {
    static constexpr std::string_view abi = "ZeroReceiver()";
};
struct AmountTooLarge {
    static constexpr std::string_view abi = "AmountTooLarge(uint256 amount)";
    u128 amount;
};
struct NotAFarm {
    static constexpr std::string_view abi = "NotAFarm(address farm)";
    Address farm;
};
/// Its asset is the liquidity of a stable pair.
struct CannotCompound {
    static constexpr std::string_view abi = "CannotCompound(address asset)";
    Address asset;
};
struct NotANetwork {
    static constexpr std::string_view abi = "NotANetwork(uint8 network)";
    NetworkId network;
};
struct VaultExists {
    static constexpr std::string_view abi = "VaultExists(address vault)";
    Address vault;
};
/// The vault holds no liquid tokens: it is a farm's.
struct NotAStakingVault {
    static constexpr std::string_view abi = "NotAStakingVault()";
};
struct ERC4626ExceededMaxDeposit {
    static constexpr std::string_view abi =
        "ERC4626ExceededMaxDeposit(address receiver, uint256 assets, uint256 max)";
    Address receiver;
    u128 assets;
    u128 max;
};
struct ERC4626ExceededMaxMint {
    static constexpr std::string_view abi =
        "ERC4626ExceededMaxMint(address receiver, uint256 shares, uint256 max)";
    Address receiver;
    u128 shares;
    u128 max;
};
struct ERC4626ExceededMaxWithdraw {
    static constexpr std::string_view abi =
        "ERC4626ExceededMaxWithdraw(address owner, uint256 assets, uint256 max)";
    Address owner;
    u128 assets;
    u128 max;
};
struct ERC4626ExceededMaxRedeem {
    static constexpr std::string_view abi =
        "ERC4626ExceededMaxRedeem(address owner, uint256 shares, uint256 max)";
    Address owner;
    u128 shares;
    u128 max;
};

// ---- The factory: `vaults` at its fixed address.

/// The vault of a farm; one per farm, by anybody. Refused for liquidity of a stable pair, whose
/// coins have no way from a reward.
Result<Address> create_farm_vault(Call& call, Address farm);
/// The staking vault of a network; one per network, by anybody.
Result<Address> create_staking_vault(Call& call, NetworkId network);
/// Notes a pair's price for the means that harvests are bound by, if the last note is half an hour
/// old; by anybody. A harvest does so too. Whether it did.
Result<bool> observe(Call& call, Address pair);
/// Where the vault of a farm, or of a network's asset, is or would be.
Result<Address> vault_for(const Query& query, Address farm_or_asset);
/// A hundred vaults from the `from`-th on, counted from 0, in the order of creation.
Result<std::vector<Address>> vaults(const Query& query, uint64_t from);
Result<Number> vaults_length(const Query& query);

using FactoryFace =
    Interface<Events<VaultCreated>, Errors<NotAFarm, CannotCompound, NotANetwork, VaultExists>,
              Fn<"createFarmVault(address farm) returns (address vault)", create_farm_vault>,
              Fn<"observe(address pair) returns (bool noted)", observe>,
              Fn<"createStakingVault(uint8 network) returns (address vault)", create_staking_vault>,
              Fn<"vaultFor(address farmOrAsset) view returns (address)", vault_for>,
              Fn<"vaults(uint64 from) view returns (address[])", vaults>,
              Fn<"allVaultsLength() view returns (uint256)", vaults_length>>;

// ---- ERC-4626.

Result<Address> asset(const Query& query);
/// What holders own: what is counted less what is not yet released, as the asset shows it.
Result<u128> total_assets(const Query& query);
Result<u128> convert_to_shares(const Query& query, u128 assets);
Result<u128> convert_to_assets(const Query& query, u128 shares);
/// 0 while the network of a staking vault takes no stakes.
Result<u128> max_deposit(const Query& query, Address receiver);
Result<u128> max_mint(const Query& query, Address receiver);
/// What can be had at once. A staking vault pays out of what is idle, then through the network's
/// flash pool, whose fee the leaver bears: both limit it. `redeemInKind` has no such limit.
Result<u128> max_withdraw(const Query& query, Address owner);
Result<u128> max_redeem(const Query& query, Address owner);
Result<u128> preview_deposit(const Query& query, u128 assets);
/// Rounded up.
Result<u128> preview_mint(const Query& query, u128 shares);
/// Rounded up; the flash pool's fee included.
Result<u128> preview_withdraw(const Query& query, u128 assets);
/// After the flash pool's fee.
Result<u128> preview_redeem(const Query& query, u128 shares);
Result<u128> deposit(Call& call, u128 assets, Address receiver);
Result<u128> mint(Call& call, u128 shares, Address receiver);
Result<u128> withdraw(Call& call, u128 assets, Address receiver, Address owner);
Result<u128> redeem(Call& call, u128 shares, Address receiver, Address owner);

// ---- Beside it.

/// Leaves a staking vault with the liquid tokens behind the shares, whole shares of them, always
/// and without a fee; what is idle is paid as it is. Returns the liquid shares.
Result<Shares> redeem_in_kind(Call& call, u128 shares, Address receiver, Address owner);
/// Recognises what was earned and puts it to work; by anybody, for a bounty in shares. A farm's
/// rewards become the asset in the hub's pairs, by way of wrapped ether, where that is possible
/// within two per cent of the mean price; what is not waits. Returns the shares received.
Result<u128> harvest(Call& call);
/// The farm where it works, or zero.
Result<Address> farm_of(const Query& query);
/// (counted, not yet released, when all of it is), in units of account.
Result<std::tuple<u128, u128, uint64_t>> position(const Query& query);
/// (fee above the high-water mark, bounty), in hundredths of a per cent of a profit.
Result<std::tuple<uint32_t, uint32_t>> fees(const Query& query);

#define THAW_VAULT_FUNCTIONS                                                                     \
    THAW_ISSUED_FUNCTIONS, Fn<"asset() view returns (address)", asset>,                          \
        Fn<"totalAssets() view returns (uint256)", total_assets>,                                \
        Fn<"convertToShares(uint256 assets) view returns (uint256)", convert_to_shares>,         \
        Fn<"convertToAssets(uint256 shares) view returns (uint256)", convert_to_assets>,         \
        Fn<"maxDeposit(address receiver) view returns (uint256)", max_deposit>,                  \
        Fn<"maxMint(address receiver) view returns (uint256)", max_mint>,                        \
        Fn<"maxWithdraw(address owner) view returns (uint256)", max_withdraw>,                   \
        Fn<"maxRedeem(address owner) view returns (uint256)", max_redeem>,                       \
        Fn<"previewDeposit(uint256 assets) view returns (uint256)", preview_deposit>,            \
        Fn<"previewMint(uint256 shares) view returns (uint256)", preview_mint>,                  \
        Fn<"previewWithdraw(uint256 assets) view returns (uint256)", preview_withdraw>,          \
        Fn<"previewRedeem(uint256 shares) view returns (uint256)", preview_redeem>,              \
        Fn<"deposit(uint256 assets, address receiver) returns (uint256 shares)", deposit>,       \
        Fn<"mint(uint256 shares, address receiver) returns (uint256 assets)", mint>,             \
        Fn<"withdraw(uint256 assets, address receiver, address owner) returns (uint256 shares)", \
           withdraw>,                                                                            \
        Fn<"redeem(uint256 shares, address receiver, address owner) returns (uint256 assets)",   \
           redeem>

using Face = Interface<
    Events<Deposit, Withdraw, WithdrawnInKind, Harvested, THAW_ISSUED_EVENTS>,
    Errors<ZeroAmount, ZeroReceiver, AmountTooLarge, NotAStakingVault, ERC4626ExceededMaxDeposit,
           ERC4626ExceededMaxMint, ERC4626ExceededMaxWithdraw, ERC4626ExceededMaxRedeem,
           staking::NetworkHalted, losses::LossPending, THAW_ISSUED_ERRORS>,
    THAW_VAULT_FUNCTIONS,
    Fn<"redeemInKind(uint256 shares, address receiver, address owner) returns (uint256 "
       "liquidShares)",
       redeem_in_kind>,
    Fn<"harvest() returns (uint256 bountyShares)", harvest>,
    Fn<"farm() view returns (address)", farm_of>,
    Fn<"position() view returns (uint256 counted, uint256 locked, uint64 releasedAt)", position>,
    Fn<"fees() view returns (uint32 feeBps, uint32 bountyBps)", fees>>;

}  // namespace thaw::protocol::vault
