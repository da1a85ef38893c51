/// What lending says: events with Aave V3's names and shapes where it has them, and its refusals.
/// Amounts are what the market's coin shows, unless said otherwise.
#pragma once
#include <string>

#include "thaw/protocol/context.hpp"
#include "thaw/protocol/lending/books.hpp"

namespace thaw::protocol::lending {

struct Supply {
    static constexpr std::string_view abi =
        "Supply(address indexed reserve, address user, address indexed onBehalfOf, uint256 amount, "
        "uint16 indexed referralCode)";
    Address coin;
    Address user;
    Address receiver;
    u128 amount;
    uint16_t referral;
};
struct Withdraw {
    static constexpr std::string_view abi =
        "Withdraw(address indexed reserve, address indexed user, address indexed to, uint256 "
        "amount)";
    Address coin;
    Address user;
    Address to;
    u128 amount;
};
/// `borrowRate` is a year's, in 10^-27, as it is after this.
struct Borrow {
    static constexpr std::string_view abi =
        "Borrow(address indexed reserve, address user, address indexed onBehalfOf, uint256 amount, "
        "uint8 interestRateMode, uint256 borrowRate, uint16 indexed referralCode)";
    Address coin;
    Address user;
    Address debtor;
    u128 amount;
    uint8_t mode;
    u128 rate;
    uint16_t referral;
};
struct Repay {
    static constexpr std::string_view abi =
        "Repay(address indexed reserve, address indexed user, address indexed repayer, uint256 "
        "amount, bool useATokens)";
    Address coin;
    Address user;
    Address repayer;
    u128 amount;
    bool with_claims;
};
struct LiquidationCall {
    static constexpr std::string_view abi =
        "LiquidationCall(address indexed collateralAsset, address indexed debtAsset, address "
        "indexed user, uint256 debtToCover, uint256 liquidatedCollateralAmount, address "
        "liquidator, bool receiveAToken)";
    Address collateral;
    Address debt;
    Address user;
    u128 paid;
    u128 seized;
    Address liquidator;
    bool as_claims;
};
struct ReserveUsedAsCollateralEnabled {
    static constexpr std::string_view abi =
        "ReserveUsedAsCollateralEnabled(address indexed reserve, address indexed user)";
    Address coin;
    Address user;
};
struct ReserveUsedAsCollateralDisabled {
    static constexpr std::string_view abi =
        "ReserveUsedAsCollateralDisabled(address indexed reserve, address indexed user)";
    Address coin;
    Address user;
};
struct UserEModeSet {
    static constexpr std::string_view abi = "UserEModeSet(address indexed user, uint8 categoryId)";
    Address user;
    uint8_t category;
};
/// A debt without collateral is the market's from now on: reserves bore what they could, then
/// insurance; `left` waits for both. Ledger units.
struct BadDebt {
    static constexpr std::string_view abi =
        "BadDebt(address indexed reserve, address indexed user, uint256 amount, uint256 "
        "byReserves, "
        "uint256 byInsurance, uint256 left)";
    Address coin;
    Address user;
    u128 amount;
    u128 by_reserves;
    u128 by_insurance;
    u128 left;
};
struct Insured {
    static constexpr std::string_view abi =
        "Insured(address indexed reserve, address indexed user, uint256 amount, uint256 deficit)";
    Address coin;
    Address user;
    u128 amount;
    u128 deficit;
};
struct MarketListed {
    static constexpr std::string_view abi =
        "MarketListed(address indexed reserve, address claims, uint8 id, uint256 seed)";
    Address coin;
    Address claims;
    uint8_t id;
    u128 seed;
};
struct TermsChanged {
    static constexpr std::string_view abi = "TermsChanged(address indexed reserve)";
    Address coin;
};
struct CategoryChanged {
    static constexpr std::string_view abi =
        "CategoryChanged(uint8 indexed category, uint32 ltvBps, uint32 thresholdBps, uint32 "
        "bonusBps)";
    uint8_t category;
    uint32_t ltv_bps;
    uint32_t threshold_bps;
    uint32_t bonus_bps;
};
struct MarketFrozen {
    static constexpr std::string_view abi = "MarketFrozen(address indexed reserve, bool frozen)";
    Address coin;
    bool frozen;
};
/// The amount as the coin shows it, rounded down; `left` are the reserves from now on.
struct ReservesTaken {
    static constexpr std::string_view abi =
        "ReservesTaken(address indexed reserve, address indexed to, uint256 amount, uint256 left)";
    Address coin;
    Address to;
    u128 amount;
    u128 left;
};

struct NotListed {
    static constexpr std::string_view abi = "NotListed(address asset)";
    Address coin;
};
struct ZeroAmount {
    static constexpr std::string_view abi = "ZeroAmount()";
};
struct ZeroReceiver {
    static constexpr std::string_view abi = "ZeroReceiver()";
};
struct Frozen {
    static constexpr std::string_view abi = "Frozen(address asset)";
    Address coin;
};
struct NotBorrowable {
    static constexpr std::string_view abi = "NotBorrowable(address asset)";
    Address coin;
};
/// Somebody's bad debt waits to be borne: nobody borrows here until then.
struct MarketInDeficit {
    static constexpr std::string_view abi = "MarketInDeficit(address asset, uint256 deficit)";
    Address coin;
    u128 deficit;
};
struct SupplyCapExceeded {
    static constexpr std::string_view abi = "SupplyCapExceeded(uint256 room, uint256 wanted)";
    u128 room;
    u128 wanted;
};
struct BorrowCapExceeded {
    static constexpr std::string_view abi = "BorrowCapExceeded(uint256 room, uint256 wanted)";
    u128 room;
    u128 wanted;
};
struct NotEnoughCash {
    static constexpr std::string_view abi =
        "NotEnoughCash(address asset, uint256 cash, uint256 wanted)";
    Address coin;
    u128 cash;
    u128 wanted;
};
struct NotEnoughSupplied {
    static constexpr std::string_view abi = "NotEnoughSupplied(uint256 supplied, uint256 wanted)";
    u128 supplied;
    u128 wanted;
};
/// A price is stale or held back, or a rate is not to be relied on: nothing that could leave a debt
/// uncovered goes on until it is.
struct PriceDoubtful {
    static constexpr std::string_view abi = "PriceDoubtful(address account)";
    Address account;
};
/// Health in 10^-18; below 1 a position can be liquidated.
struct HealthTooLow {
    static constexpr std::string_view abi =
        "HealthTooLow(address account, uint256 health, uint256 minimum)";
    Address account;
    u128 health;
    u128 minimum;
};
/// In 10^-18 dollars: what would be owed, and what may be.
struct CollateralTooSmall {
    static constexpr std::string_view abi = "CollateralTooSmall(uint256 debt, uint256 allowed)";
    prices::Value debt;
    prices::Value allowed;
};
struct Healthy {
    static constexpr std::string_view abi = "Healthy(address account, uint256 health)";
    Address account;
    u128 health;
};
/// Interest is variable, which is mode 2.
struct UnknownRateMode {
    static constexpr std::string_view abi = "UnknownRateMode(uint256 mode)";
    u128 mode;
};
/// Nobody borrows or pledges for another.
struct NotForOthers {
    static constexpr std::string_view abi = "NotForOthers(address account)";
    Address account;
};
struct NotCollateral {
    static constexpr std::string_view abi = "NotCollateral(address asset)";
    Address coin;
};
struct CollateralOnly {
    static constexpr std::string_view abi = "CollateralOnly(address asset)";
    Address coin;
};
/// An isolated market is an account's only collateral, against which few assets may be borrowed.
struct InIsolation {
    static constexpr std::string_view abi = "InIsolation(address asset)";
    Address coin;
};
struct DebtCeilingExceeded {
    static constexpr std::string_view abi = "DebtCeilingExceeded(uint256 room, uint256 wanted)";
    prices::Value room;
    prices::Value wanted;
};
struct OtherCategory {
    static constexpr std::string_view abi = "OtherCategory(address asset, uint8 category)";
    Address coin;
    uint8_t category;
};
struct UnknownCategory {
    static constexpr std::string_view abi = "UnknownCategory(uint8 category)";
    uint8_t category;
};
struct NothingOwed {
    static constexpr std::string_view abi = "NothingOwed(address account, address asset)";
    Address account;
    Address coin;
};
struct NothingPledged {
    static constexpr std::string_view abi = "NothingPledged(address account, address asset)";
    Address account;
    Address coin;
};
/// The redemption queue takes liquid tokens only.
struct NotRedeemable {
    static constexpr std::string_view abi = "NotRedeemable(address asset)";
    Address coin;
};
struct NotEnoughReserves {
    static constexpr std::string_view abi = "NotEnoughReserves(uint256 most, uint256 wanted)";
    u128 most;
    u128 wanted;
};
struct TermsOutOfRange {
    static constexpr std::string_view abi = "TermsOutOfRange()";
};
struct ThresholdFallsTooFast {
    static constexpr std::string_view abi = "ThresholdFallsTooFast(uint32 least)";
    uint32_t least_bps;
};
struct AlreadyListed {
    static constexpr std::string_view abi = "AlreadyListed(address asset)";
    Address coin;
};
struct SeedTooSmall {
    static constexpr std::string_view abi = "SeedTooSmall(uint256 minimum)";
    u128 minimum;
};
struct TooManyMarkets {
    static constexpr std::string_view abi = "TooManyMarkets(uint8 maximum)";
    uint8_t maximum;
};

}  // namespace thaw::protocol::lending
