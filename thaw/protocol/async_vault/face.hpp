/// The reward-bearing tokens, liquid or wrapped, as ERC-4626 vaults: deposits at once, redemptions
/// by ERC-7540 requests that are paid when their unstaking ticket is, and then lie ready for their
/// controller.
#pragma once
#include "thaw/protocol/async_vault/books.hpp"
#include "thaw/protocol/async_vault/math.hpp"
#include "thaw/protocol/staking/face.hpp"

namespace thaw::protocol::async_vault {

using codec::Number;

/// The reward-bearing token of a network: the liquid one, or where that rebases the wrapped one.
inline Address vault_of(const networks::Network& p, NetworkId network) {
    return contract_address(p.rebasing != 0 ? ContractKind::wrapped : ContractKind::liquid,
                            network);
}

struct Deposit {
    static constexpr std::string_view abi =
        "Deposit(address indexed sender, address indexed owner, uint256 assets, uint256 shares)";
    Address sender;
    Address owner;
    Assets assets;
    Shares shares;
};
struct Withdraw {
    static constexpr std::string_view abi =
        "Withdraw(address indexed sender, address indexed receiver, address indexed owner, uint256 "
        "assets, uint256 shares)";
    Address sender;
    Address receiver;
    Address controller;
    Assets assets;
    Shares shares;
};
struct RedeemRequest {
    static constexpr std::string_view abi =
        "RedeemRequest(address indexed controller, address indexed owner, uint256 indexed "
        "requestId, address sender, uint256 shares)";
    Address controller;
    Address owner;
    Number request;
    Address sender;
    Shares shares;
};
struct OperatorSet {
    static constexpr std::string_view abi =
        "OperatorSet(address indexed controller, address indexed operator, bool approved)";
    Address controller;
    Address spender;
    bool approved;
};
struct ERC4626ExceededMaxDeposit {
    static constexpr std::string_view abi =
        "ERC4626ExceededMaxDeposit(address receiver, uint256 assets, uint256 max)";
    Address receiver;
    Assets assets;
    Assets most;
};
struct ERC4626ExceededMaxMint {
    static constexpr std::string_view abi =
        "ERC4626ExceededMaxMint(address receiver, uint256 shares, uint256 max)";
    Address receiver;
    Shares shares;
    Shares most;
};
struct ERC4626ExceededMaxWithdraw {
    static constexpr std::string_view abi =
        "ERC4626ExceededMaxWithdraw(address owner, uint256 assets, uint256 max)";
    Address controller;
    Assets assets;
    Assets most;
};
struct ERC4626ExceededMaxRedeem {
    static constexpr std::string_view abi =
        "ERC4626ExceededMaxRedeem(address owner, uint256 shares, uint256 max)";
    Address controller;
    Shares shares;
    Shares most;
};
/// What a redemption pays is known when its request is claimable: ask `maxWithdraw` then.
struct RedemptionIsAsynchronous {
    static constexpr std::string_view abi = "RedemptionIsAsynchronous()";
};
/// Only the controller of requests and the operators it has set may claim them.
struct NotOperator {
    static constexpr std::string_view abi = "NotOperator(address controller, address sender)";
    Address controller;
    Address sender;
};

// ---- Deposits (ERC-4626). They stake: the caller's own assets, without an approval.

Result<Address> asset(const Query& query);
/// Whole shares for an amount at the rate now, rounded down; whatever limits say.
Result<Shares> convert_to_shares(const Query& query, Assets assets);
/// Assets for whole shares at the rate now, rounded down; whatever limits say.
Result<Assets> convert_to_assets(const Query& query, Shares shares);
/// 0 while the network takes no stakes, else what fits in the ledger. The least is `minimumStake()`
/// of the staking contract.
Result<Assets> max_deposit(const Query& query, Address receiver);
Result<Shares> max_mint(const Query& query, Address receiver);
/// What `deposit` would mint, rounded down; refused below the minimum stake, as it is.
Result<Shares> preview_deposit(const Query& query, Assets assets);
/// What `mint` would take, rounded up; refused when that is below the minimum stake.
Result<Assets> preview_mint(const Query& query, Shares shares);
Result<Shares> deposit(Call& call, Assets assets, Address receiver);
/// Mints exactly `shares`; returns the assets taken.
Result<Assets> mint(Call& call, Shares shares, Address receiver);

// ---- Redemptions (ERC-7540).

/// Unstakes whole shares of `owner` for `controller`. The caller is the owner, its operator, or has
/// an allowance for the shares. Returns the request's id: that of the ticket, which lies with the
/// token's contract.
Result<Number> request_redeem(Call& call, Shares shares, Address controller, Address owner);
/// Of a controller's request: whole shares that wait, and those that can be claimed. 0 for
/// another's.
Result<Shares> pending_redeem_request(const Query& query, Number request, Address controller);
Result<Shares> claimable_redeem_request(const Query& query, Number request, Address controller);
/// What can be claimed in one call: of the controller's oldest 64 open requests.
Result<Shares> max_redeem(const Query& query, Address controller);
Result<Assets> max_withdraw(const Query& query, Address controller);
/// Always refused, as ERC-7540 demands.
Result<Assets> preview_redeem(const Query& query, Shares shares);
Result<Shares> preview_withdraw(const Query& query, Assets assets);
/// Claims paid requests, oldest first; their assets round down, the last shares of a request take
/// all its payment. By the controller or its operator. Returns the assets.
Result<Assets> redeem(Call& call, Shares shares, Address receiver, Address controller);
/// The same for an amount of assets; the shares round up, and a rest too small for a share goes to
/// the pool. Returns the shares.
Result<Shares> withdraw(Call& call, Assets assets, Address receiver, Address controller);
Result<bool> set_operator(Call& call, Address spender, bool approved);
Result<bool> is_operator(const Query& query, Address controller, Address spender);

// ---- ERC-165 and ERC-7575.

Result<bool> supports_interface(const Query& query, codec::Selector id);
/// The token is its own vault and share.
Result<Address> share(const Query& query);
/// This contract for its asset, nothing for another.
Result<Address> vault(const Query& query, Address asset);

using VaultEvents = Events<token::Transfer, allowance::Approval, liquid::TransferShares,
                           liquid::Rebased, Deposit, Withdraw, RedeemRequest, OperatorSet>;
using VaultErrors =
    Errors<token::ERC20InsufficientBalance, token::ERC20InvalidReceiver, THAW_ALLOWANCE_ERRORS,
           liquid::PoolWithoutAssets, liquid::AmountTooLarge, staking::StakeBelowMinimum,
           staking::NetworkHalted, losses::LossPending, staking::ZeroAmount, staking::ZeroReceiver,
           ERC4626ExceededMaxDeposit, ERC4626ExceededMaxMint, ERC4626ExceededMaxWithdraw,
           ERC4626ExceededMaxRedeem, RedemptionIsAsynchronous, NotOperator>;

#define THAW_ASYNC_VAULT_FUNCTIONS                                                                \
    Fn<"asset() view returns (address)", asset>,                                                  \
        Fn<"convertToShares(uint256 assets) view returns (uint256)", convert_to_shares>,          \
        Fn<"convertToAssets(uint256 shares) view returns (uint256)", convert_to_assets>,          \
        Fn<"maxDeposit(address receiver) view returns (uint256)", max_deposit>,                   \
        Fn<"maxMint(address receiver) view returns (uint256)", max_mint>,                         \
        Fn<"previewDeposit(uint256 assets) view returns (uint256)", preview_deposit>,             \
        Fn<"previewMint(uint256 shares) view returns (uint256)", preview_mint>,                   \
        Fn<"deposit(uint256 assets, address receiver) returns (uint256 shares)", deposit>,        \
        Fn<"mint(uint256 shares, address receiver) returns (uint256 assets)", mint>,              \
        Fn<"requestRedeem(uint256 shares, address controller, address owner) returns (uint256 "   \
           "requestId)",                                                                          \
           request_redeem>,                                                                       \
        Fn<"pendingRedeemRequest(uint256 requestId, address controller) view returns (uint256 "   \
           "shares)",                                                                             \
           pending_redeem_request>,                                                               \
        Fn<"claimableRedeemRequest(uint256 requestId, address controller) view returns (uint256 " \
           "shares)",                                                                             \
           claimable_redeem_request>,                                                             \
        Fn<"maxRedeem(address controller) view returns (uint256)", max_redeem>,                   \
        Fn<"maxWithdraw(address controller) view returns (uint256)", max_withdraw>,               \
        Fn<"previewRedeem(uint256 shares) view returns (uint256)", preview_redeem>,               \
        Fn<"previewWithdraw(uint256 assets) view returns (uint256)", preview_withdraw>,           \
        Fn<"redeem(uint256 shares, address receiver, address controller) returns (uint256 "       \
           "assets)",                                                                             \
           redeem>,                                                                               \
        Fn<"withdraw(uint256 assets, address receiver, address controller) returns (uint256 "     \
           "shares)",                                                                             \
           withdraw>,                                                                             \
        Fn<"setOperator(address operator, bool approved) returns (bool)", set_operator>,          \
        Fn<"isOperator(address controller, address operator) view returns (bool)", is_operator>,  \
        Fn<"supportsInterface(bytes4 interfaceId) view returns (bool)", supports_interface>,      \
        Fn<"share() view returns (address)", share>,                                              \
        Fn<"vault(address asset) view returns (address)", vault>

/// Of the liquid tokens that are reward-bearing.
using Face = Interface<VaultEvents, VaultErrors, THAW_LIQUID_FUNCTIONS, THAW_ASYNC_VAULT_FUNCTIONS>;
/// Of the wrapped tokens, which are reward-bearing where the liquid ones rebase.
using WrappedFace =
    Interface<VaultEvents, VaultErrors, THAW_LIQUID_FUNCTIONS, THAW_ASYNC_VAULT_FUNCTIONS,
              Fn<"wrap(uint256 amount) returns (uint256 shares)", liquid::wrap>,
              Fn<"unwrap(uint256 shares) returns (uint256 amount)", liquid::unwrap>>;

}  // namespace thaw::protocol::async_vault
