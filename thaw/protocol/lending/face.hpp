/// Lending: supply coins, borrow against them, repay, withdraw, liquidate; with Aave V3's names.
///
/// What an account supplies secures its debts unless it says otherwise: its claims are then held by
/// the hub, pledged, and no transfer can take them from under a debt. Claims that are not pledged
/// are tokens in its wallet. No approval is needed: the hub takes the caller's own, as named in the
/// call.
#pragma once
#include "thaw/protocol/coins/face.hpp"
#include "thaw/protocol/issued/face.hpp"
#include "thaw/protocol/lending/events.hpp"
#include "thaw/protocol/lending/math.hpp"
#include "thaw/protocol/networks/face.hpp"
#include "thaw/protocol/prices/face.hpp"

namespace thaw::protocol::lending {

using codec::Allowance;

// ---- Verbs. Amounts are what the coin shows; "all" is 2^256 − 1.

/// Lays in coins of the caller for `receiver`: all that the caller shows, or `amount`. The caller's
/// own secures its debts where the market and its other collateral allow it; another's goes to its
/// wallet as claims.
Result<void> supply(Call& call, Address coin, Allowance amount, Address receiver,
                    uint16_t referral);
/// Takes coins out, claims of the wallet first; all, or `amount`. Returns it. With a debt the
/// caller's health must stay at 1 or above.
Result<u128> withdraw(Call& call, Address coin, Allowance amount, Address to);
/// Lends the caller coins against what it has pledged. Only the variable rate, mode 2.
Result<void> borrow(Call& call, Address coin, u128 amount, u128 mode, uint16_t referral,
                    Address debtor);
/// Pays an account's debt, all of it or `amount`. Returns what was paid, rounded up.
Result<u128> repay(Call& call, Address coin, Allowance amount, u128 mode, Address debtor);
/// Pledges the caller's claims of a market, or takes the pledge back.
Result<void> set_collateral(Call& call, Address coin, bool pledged);
/// Chooses the terms between coins of one network; 0 for none.
Result<void> set_category(Call& call, uint8_t category);
/// Pays part of the debt of an account whose health is below 1, and takes collateral for it with a
/// bonus: half of the debt, or all of it at 0.95 or where debt or collateral is small. What is then
/// owed without collateral is the market's loss, at once.
Result<void> liquidation_call(Call& call, Address collateral, Address debt, Address user,
                              Allowance wish, bool as_claims);
/// The same where the collateral is a liquid token, and what is taken goes into the redemption
/// queue instead of the liquidator's wallet or a market: it has the ticket, which is returned. Also
/// while the exchange pays little for the token.
Result<codec::Number> liquidate_into_ticket(Call& call, Address collateral, Address debt,
                                            Address user, Allowance wish);
/// Gives coins of the caller to a market's insurance, which bears bad debts after its reserves.
Result<void> insure(Call& call, Address coin, u128 amount);
/// Rewards of a farm whose receipts the caller has pledged. One amount for each of its rewards.
Result<std::vector<u128>> claim_rewards(Call& call, Address receipt);
/// Refuses when an account's health is below `minimum`, in 10^-18: the floor of a batch.
Result<void> require_health(const Query& query, Address account, u128 minimum);

// ---- The owner's.

/// Terms on the wire; caps in ledger units, the ceiling in 10^-18 dollars.
struct TermsView {
    using AbiTuple = void;
    u128 supply_cap;
    u128 borrow_cap;
    prices::Value debt_ceiling;
    uint32_t ltv_bps, threshold_bps, bonus_bps, reserve_bps;
    uint32_t base_bps, slope_bps, steep_bps, kink_bps;
    bool borrowable, for_isolated;
    uint8_t category;
};
/// Opens a market with its terms and a seed of the caller's coins that is nobody's for ever, all in
/// one step: there is no empty market.
Result<void> list(Call& call, Address coin, TermsView terms, u128 seed);
/// Changes a market's terms inside the envelope, once in seven days; a threshold falls by at most
/// two percentage points. What a market is (borrowable, isolated, category) stays.
Result<void> set_terms(Call& call, Address coin, TermsView terms);
Result<void> set_category_terms(Call& call, uint8_t category, uint32_t ltv_bps,
                                uint32_t threshold_bps, uint32_t bonus_bps);
/// Stops new supplies and loans of a market, or lets them go on. Everything else goes on.
Result<void> freeze(Call& call, Address coin, bool frozen);
/// Hands out of a market's reserves, in coins; never what bears a loss: a deficit has taken them.
Result<void> take_reserves(Call& call, Address coin, u128 amount, Address to);

// ---- Views.

struct MarketView {
    using AbiTuple = void;
    Address coin;
    Address claims;
    u128 supplied;
    u128 borrowed;
    u128 cash;
    u128 reserves;
    u128 insurance;
    u128 deficit;
    u128 supply_index;  ///< 10^-27
    u128 debt_index;    ///< 10^-27
    u128 supply_rate;   ///< a year's, 10^-27
    u128 borrow_rate;   ///< a year's, 10^-27
    u128 use;           ///< 10^-27
    bool frozen;
    bool doubtful;
};
struct PositionView {
    using AbiTuple = void;
    Address coin;
    u128 pledged;  ///< rounded down
    u128 free;     ///< claims in the wallet, rounded down
    u128 debt;     ///< rounded up
    prices::Value pledged_value;
    prices::Value debt_value;
};
/// Aave's answer: dollars with eight decimals, hundredths of a per cent, health in 10^-18.
struct AccountData {
    using AbiTuple = void;
    u128 collateral;
    u128 debt;
    u128 available;
    u128 threshold_bps;
    u128 ltv_bps;
    Allowance health;
};
Result<std::vector<Address>> coins_listed(const Query& query);
Result<MarketView> market(const Query& query, Address coin);
Result<TermsView> terms(const Query& query, Address coin);
Result<std::vector<PositionView>> positions(const Query& query, Address account);
Result<std::tuple<u128, u128, u128, u128, u128, Allowance>> account_data(const Query& query,
                                                                         Address account);
Result<u128> category_of(const Query& query, Address account);
Result<std::tuple<uint32_t, uint32_t, uint32_t>> category_terms(const Query& query,
                                                                uint8_t category);
/// How much of a coin the account may borrow now, rounded down, and what it is that allows no more.
Result<std::tuple<u128, std::string>> explain(const Query& query, Address account, Address coin);

#define THAW_LENDING_TERMS                                                                       \
    "(uint256 supplyCap, uint256 borrowCap, uint256 debtCeiling, uint32 ltvBps, uint32 "         \
    "thresholdBps, uint32 bonusBps, uint32 reserveBps, uint32 baseBps, uint32 slopeBps, uint32 " \
    "steepBps, uint32 kinkBps, bool borrowable, bool forIsolated, uint8 category)"

#define THAW_LENDING_OWNER_ERRORS                                                   \
    networks::OwnableUnauthorizedAccount, networks::ChangeTooSoon, TermsOutOfRange, \
        ThresholdFallsTooFast, AlreadyListed, SeedTooSmall, TooManyMarkets, prices::NoPrice

using Face = Interface<
    Events<Supply, Withdraw, Borrow, Repay, LiquidationCall, ReserveUsedAsCollateralEnabled,
           ReserveUsedAsCollateralDisabled, UserEModeSet, BadDebt, Insured, MarketListed,
           TermsChanged, CategoryChanged, MarketFrozen, ReservesTaken>,
    Errors<NotListed, ZeroAmount, ZeroReceiver, Frozen, NotBorrowable, MarketInDeficit,
           SupplyCapExceeded, BorrowCapExceeded, NotEnoughCash, NotEnoughSupplied, PriceDoubtful,
           HealthTooLow, CollateralTooSmall, Healthy, UnknownRateMode, NotForOthers, NotCollateral,
           CollateralOnly, InIsolation, DebtCeilingExceeded, OtherCategory, UnknownCategory,
           NothingOwed, NothingPledged, NotRedeemable, NotEnoughReserves, THAW_LENDING_OWNER_ERRORS,
           token::ERC20InsufficientBalance>,
    Fn<"supply(address asset, uint256 amount, address onBehalfOf, uint16 referralCode)", supply>,
    Fn<"withdraw(address asset, uint256 amount, address to) returns (uint256)", withdraw>,
    Fn<"borrow(address asset, uint256 amount, uint256 interestRateMode, uint16 referralCode, "
       "address onBehalfOf)",
       borrow>,
    Fn<"repay(address asset, uint256 amount, uint256 interestRateMode, address onBehalfOf) returns "
       "(uint256)",
       repay>,
    Fn<"setUserUseReserveAsCollateral(address asset, bool useAsCollateral)", set_collateral>,
    Fn<"setUserEMode(uint8 categoryId)", set_category>,
    Fn<"liquidationCall(address collateralAsset, address debtAsset, address user, uint256 "
       "debtToCover, bool receiveAToken)",
       liquidation_call>,
    Fn<"liquidateIntoTicket(address collateralAsset, address debtAsset, address user, uint256 "
       "debtToCover) returns (uint256 ticket)",
       liquidate_into_ticket>,
    Fn<"insure(address asset, uint256 amount)", insure>,
    Fn<"claimRewards(address receipt) returns (uint256[] amounts)", claim_rewards>,
    Fn<"requireHealth(address account, uint256 minimum) view", require_health>,
    Fn<"listMarket(address asset, " THAW_LENDING_TERMS " terms, uint256 seed)", list>,
    Fn<"setTerms(address asset, " THAW_LENDING_TERMS " terms)", set_terms>,
    Fn<"setCategoryTerms(uint8 category, uint32 ltvBps, uint32 thresholdBps, uint32 bonusBps)",
       set_category_terms>,
    Fn<"freeze(address asset, bool frozen)", freeze>,
    Fn<"takeReserves(address asset, uint256 amount, address to)", take_reserves>,
    Fn<"getReservesList() view returns (address[])", coins_listed>,
    Fn<"market(address asset) view returns ((address asset, address claims, uint256 supplied, "
       "uint256 borrowed, uint256 cash, uint256 reserves, uint256 insurance, uint256 deficit, "
       "uint256 supplyIndex, uint256 debtIndex, uint256 supplyRate, uint256 borrowRate, uint256 "
       "use, bool frozen, bool doubtful))",
       market>,
    Fn<"terms(address asset) view returns (" THAW_LENDING_TERMS ")", terms>,
    Fn<"positions(address account) view returns ((address asset, uint256 pledged, uint256 free, "
       "uint256 debt, uint256 pledgedValue, uint256 debtValue)[])",
       positions>,
    Fn<"getUserAccountData(address user) view returns (uint256 totalCollateralBase, uint256 "
       "totalDebtBase, uint256 availableBorrowsBase, uint256 currentLiquidationThreshold, uint256 "
       "ltv, uint256 healthFactor)",
       account_data>,
    Fn<"getUserEMode(address user) view returns (uint256)", category_of>,
    Fn<"categoryTerms(uint8 category) view returns (uint32 ltvBps, uint32 thresholdBps, uint32 "
       "bonusBps)",
       category_terms>,
    Fn<"explain(address account, address asset) view returns (uint256 amount, string why)",
       explain>>;

// Aave V3's selectors.
static_assert(codec::declare("supply(address,uint256,address,uint16)").selector() == 0x617ba037);
static_assert(codec::declare("borrow(address,uint256,uint256,uint16,address)").selector() ==
              0xa415bcad);

// ---- The token of a market's claims.

/// The coin that a claim is on.
Result<Address> claimed_coin(const Query& query);
/// What claims stand for now, rounded down.
Result<u128> claimed_amount(const Query& query, u128 claims);

using ClaimFace =
    Interface<Events<THAW_ISSUED_EVENTS>, Errors<THAW_ISSUED_ERRORS>, THAW_ISSUED_FUNCTIONS,
              Fn<"UNDERLYING_ASSET_ADDRESS() view returns (address)", claimed_coin>,
              Fn<"convertToAssets(uint256 claims) view returns (uint256)", claimed_amount>>;

// ---- For genesis.

/// Lists a market, its seed out of `owner`'s coins.
Result<void> open_market(Call& call, const Address& owner, const Address& coin, const Terms& terms,
                         u128 seed);
void open_category(Call& call, uint8_t category, const Category& terms);

}  // namespace thaw::protocol::lending
