/// Interface ids (ERC-165): the exclusive or of a standard's selectors, checked against the ids
/// that the standards print.
#pragma once
#include "thaw/codec/face.hpp"

namespace thaw::protocol::async_vault {

template <codec::Text... lines>
constexpr uint32_t interface_id() {
    return (codec::declare(lines.view()).selector() ^ ...);
}

inline constexpr uint32_t erc165 = interface_id<"supportsInterface(bytes4 id)">();
inline constexpr uint32_t erc7540_operators =
    interface_id<"setOperator(address operator, bool approved)",
                 "isOperator(address controller, address operator)">();
inline constexpr uint32_t erc7540_redeem =
    interface_id<"requestRedeem(uint256 shares, address controller, address owner)",
                 "pendingRedeemRequest(uint256 requestId, address controller)",
                 "claimableRedeemRequest(uint256 requestId, address controller)">();
inline constexpr uint32_t erc7540_deposit =
    interface_id<"requestDeposit(uint256 assets, address controller, address owner)",
                 "pendingDepositRequest(uint256 requestId, address controller)",
                 "claimableDepositRequest(uint256 requestId, address controller)",
                 "deposit(uint256 assets, address receiver, address controller)",
                 "mint(uint256 shares, address receiver, address controller)">();
inline constexpr uint32_t erc7575_vault = interface_id<
    "asset()", "share()", "convertToShares(uint256 assets)", "convertToAssets(uint256 shares)",
    "totalAssets()", "maxDeposit(address receiver)", "previewDeposit(uint256 assets)",
    "deposit(uint256 assets, address receiver)", "maxMint(address receiver)",
    "previewMint(uint256 shares)", "mint(uint256 shares, address receiver)",
    "maxWithdraw(address owner)", "previewWithdraw(uint256 assets)",
    "withdraw(uint256 assets, address receiver, address owner)", "maxRedeem(address owner)",
    "previewRedeem(uint256 shares)", "redeem(uint256 shares, address receiver, address owner)">();
inline constexpr uint32_t erc7575_share = interface_id<"vault(address asset)">();

static_assert(erc165 == 0x01ffc9a7);
static_assert(erc7540_operators == 0xe3bc4e65);
static_assert(erc7540_redeem == 0x620ee8e4);
static_assert(erc7540_deposit == 0xce3bbe50);
static_assert(erc7575_vault == 0x2f0a18c5);
static_assert(erc7575_share == 0xf815c03d);

}  // namespace thaw::protocol::async_vault
