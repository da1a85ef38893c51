/// Leaving at once, for a fee that goes to those whose money it is. One contract per network: an
/// ERC-20 of providers' shares, the functions of ERC-4626 for them, and Ankr's `swap` for leavers.
#pragma once
#include <string>

#include "thaw/protocol/flash/books.hpp"
#include "thaw/protocol/flash/math.hpp"
#include "thaw/protocol/liquid/face.hpp"
#include "thaw/protocol/losses/face.hpp"
#include "thaw/protocol/networks/face.hpp"
#include "thaw/protocol/unbonding/queue.hpp"

namespace thaw::protocol::flash {

using codec::Number;

struct Swapped {
    static constexpr std::string_view abi =
        "Swapped(address indexed owner, address indexed receiver, uint256 shares, uint256 assets, "
        "uint256 fee, uint256 ticket)";
    Address owner;
    Address receiver;
    Shares shares;
    Assets assets;
    Assets fee;
    Number ticket;  ///< the pool's own, by which the shares are paid
};
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
    Address owner;
    Assets assets;
    Shares shares;
};
struct RedemptionAnnounced {
    static constexpr std::string_view abi =
        "RedemptionAnnounced(address indexed owner, uint256 shares, uint64 frame)";
    Address owner;
    Shares shares;
    uint64_t frame;
};
/// What was announced in a frame has its price.
struct RedemptionPriced {
    static constexpr std::string_view abi =
        "RedemptionPriced(uint64 indexed frame, uint256 shares, uint256 assets)";
    uint64_t frame;
    Shares shares;
    Assets assets;
};
struct TermsChanged {
    static constexpr std::string_view abi =
        "TermsChanged(uint256 target, uint32 feeMinBps, uint32 feeMaxBps)";
    Assets target;
    uint32_t fee_min_bps;
    uint32_t fee_max_bps;
};
struct TargetOutOfRange {
    static constexpr std::string_view abi = "TargetOutOfRange(uint256 target, uint256 most)";
    Assets target;
    Assets most;
};
/// `least` ≤ feeMinBps ≤ feeMaxBps ≤ `most` is what is allowed.
struct FeesOutOfRange {
    static constexpr std::string_view abi =
        "FeesOutOfRange(uint32 feeMinBps, uint32 feeMaxBps, uint32 least, uint32 most)";
    uint32_t fee_min_bps;
    uint32_t fee_max_bps;
    uint32_t least;
    uint32_t most;
};
/// What was announced in an earlier frame has its price: it is redeemed before more is announced,
/// and not taken back.
struct AnnouncedBefore {
    static constexpr std::string_view abi = "AnnouncedBefore(uint256 shares, uint64 frame)";
    Shares shares;
    uint64_t frame;
};
/// The pool has less than is asked for; `capacity` is what it has.
struct FlashCapacityExceeded {
    static constexpr std::string_view abi =
        "FlashCapacityExceeded(uint256 assets, uint256 capacity)";
    Assets assets;
    Assets capacity;
};
struct LessThanMinimum {
    static constexpr std::string_view abi = "LessThanMinimum(uint256 assets, uint256 minimum)";
    Assets assets;
    Assets minimum;
};
struct NetworkHalted {
    static constexpr std::string_view abi = "NetworkHalted(uint8 network)";
    NetworkId network;
};
struct ZeroAmount {
    static constexpr std::string_view abi = "ZeroAmount()";
};
struct ZeroReceiver {
    static constexpr std::string_view abi = "ZeroReceiver()";
};
/// `swapBonds` speaks assets and is for rebasing tokens.
struct UseSwap {
    static constexpr std::string_view abi = "UseSwap()";
};
struct ERC4626ExceededMaxWithdraw {
    static constexpr std::string_view abi =
        "ERC4626ExceededMaxWithdraw(address owner, uint256 assets, uint256 max)";
    Address owner;
    Assets assets;
    Assets max;
};
struct ERC4626ExceededMaxRedeem {
    static constexpr std::string_view abi =
        "ERC4626ExceededMaxRedeem(address owner, uint256 shares, uint256 max)";
    Address owner;
    Shares shares;
    Shares max;
};

/// What shares would bring at once: `assets` in hand, `fee` of their worth stays with providers.
/// `filled` whole shares are taken; less than asked for when the pool has less.
struct Quote {
    using AbiTuple = void;
    Assets assets;
    Assets fee;
    Shares filled;
};

// ---- For leavers.

/// Gives `shares` whole shares of a reward-bearing token for their worth less the fee, at once, all
/// or nothing. Returns assets.
Result<Assets> swap(Call& call, Shares shares, Address receiver);
/// The same, refused when it brings less than `minimum`.
Result<Assets> swap_at_least(Call& call, Shares shares, Assets minimum, Address receiver);
/// The same for `amount` of a rebasing token's balance.
Result<Assets> swap_bonds(Call& call, Assets amount, Assets minimum, Address receiver);
Result<Quote> quote(const Query& query, Shares shares);
/// What can be taken now, in base units of the asset.
Result<Assets> capacity(const Query& query);
/// (target, fee at it, fee at empty), fees in hundredths of a per cent.
Result<std::tuple<Assets, uint32_t, uint32_t>> terms(const Query& query);

// ---- For providers: ERC-4626. Deposits are at once. What is redeemed has to be announced first;
// the report of the frame that it was announced in gives it its price, for good. So nobody leaves
// ahead of a loss that the pool's tickets will bear, nor waits with a foot in the door for one.

Result<Address> asset(const Query& query);
Result<Assets> total_assets(const Query& query);
Result<Shares> convert_to_shares(const Query& query, Assets assets);
Result<Assets> convert_to_assets(const Query& query, Shares shares);
Result<Assets> max_deposit(const Query& query, Address receiver);
Result<Shares> max_mint(const Query& query, Address receiver);
Result<Assets> max_withdraw(const Query& query, Address owner);
Result<Shares> max_redeem(const Query& query, Address owner);
/// Rounded up.
Result<Assets> preview_mint(const Query& query, Shares shares);
/// Rounded up.
Result<Shares> preview_withdraw(const Query& query, Assets assets);
Result<Shares> deposit(Call& call, Assets assets, Address receiver);
Result<Assets> mint(Call& call, Shares shares, Address receiver);
/// Sets shares of the caller aside to be redeemed at the price of this frame's report.
Result<Shares> announce(Call& call, Shares shares);
/// Takes an announcement back while its frame runs.
Result<Shares> keep(Call& call);
Result<Shares> withdraw(Call& call, Assets assets, Address receiver, Address owner);
Result<Assets> redeem(Call& call, Shares shares, Address receiver, Address owner);

// ---- The ERC-20 of providers' shares.

Result<bool> transfer(Call& call, Address to, Shares value);
Result<bool> transfer_from(Call& call, Address from, Address to, Shares value);
Result<Shares> balance_of(const Query& query, Address account);
Result<Shares> announced_of(const Query& query, Address account);
Result<Shares> total_supply(const Query& query);
Result<std::string> symbol(const Query& query);
Result<uint8_t> decimals(const Query& query);

// ---- For the owner role.

/// Changes what leaving at once costs, inside the envelope (limits.hpp): a fee rises by half or
/// half a percentage point at most, once in seven days. Refused to anybody else.
Result<void> set_terms(Call& call, Assets target, uint32_t fee_min_bps, uint32_t fee_max_bps);

// ---- For staking.

/// What `shares` sub-shares bring at once, as far as the pool's money goes.
Quote quote_for(const Query& query, NetworkId network, SubShares shares);
/// Takes sub-shares that the tickets' escrow holds already, pays `receiver`. Refused when the pool
/// has too little or the network is halted.
Result<Assets> take(Call& call, NetworkId network, const Address& owner, SubShares shares,
                    Assets minimum, const Address& receiver);
/// With a frame's report: prices what was announced in it.
void price_leaving(Call& call, NetworkId network, uint64_t frame);
/// Genesis.
void open(Call& call, NetworkId network, const Terms& terms);

using Face = Interface<
    Events<Swapped, Deposit, Withdraw, RedemptionAnnounced, RedemptionPriced, TermsChanged,
           token::Transfer, allowance::Approval>,
    Errors<FlashCapacityExceeded, AnnouncedBefore, losses::LossPending, LessThanMinimum,
           NetworkHalted, ZeroAmount, ZeroReceiver, UseSwap, ERC4626ExceededMaxWithdraw,
           ERC4626ExceededMaxRedeem, token::ERC20InsufficientBalance, token::ERC20InvalidReceiver,
           liquid::AmountTooLarge, TargetOutOfRange, FeesOutOfRange,
           networks::OwnableUnauthorizedAccount, networks::FeeTooHigh, networks::ChangeTooSoon,
           THAW_ALLOWANCE_ERRORS>,
    Fn<"swap(uint256 shares, address receiver) returns (uint256 assets)", swap>,
    Fn<"swapAtLeast(uint256 shares, uint256 minimum, address receiver) returns (uint256 assets)",
       swap_at_least>,
    Fn<"swapBonds(uint256 amount, uint256 minimum, address receiver) returns (uint256 assets)",
       swap_bonds>,
    Fn<"quote(uint256 shares) view returns ((uint256 assets, uint256 fee, uint256 filled))", quote>,
    Fn<"flashPoolCapacity() view returns (uint256)", capacity>,
    Fn<"terms() view returns (uint256 target, uint32 feeMinBps, uint32 feeMaxBps)", terms>,
    Fn<"setTerms(uint256 target, uint32 feeMinBps, uint32 feeMaxBps)", set_terms>,
    Fn<"asset() view returns (address)", asset>,
    Fn<"totalAssets() view returns (uint256)", total_assets>,
    Fn<"convertToShares(uint256 assets) view returns (uint256)", convert_to_shares>,
    Fn<"convertToAssets(uint256 shares) view returns (uint256)", convert_to_assets>,
    Fn<"maxDeposit(address receiver) view returns (uint256)", max_deposit>,
    Fn<"maxMint(address receiver) view returns (uint256)", max_mint>,
    Fn<"maxWithdraw(address owner) view returns (uint256)", max_withdraw>,
    Fn<"maxRedeem(address owner) view returns (uint256)", max_redeem>,
    Fn<"previewDeposit(uint256 assets) view returns (uint256)", convert_to_shares>,
    Fn<"previewMint(uint256 shares) view returns (uint256)", preview_mint>,
    Fn<"previewWithdraw(uint256 assets) view returns (uint256)", preview_withdraw>,
    Fn<"previewRedeem(uint256 shares) view returns (uint256)", convert_to_assets>,
    Fn<"deposit(uint256 assets, address receiver) returns (uint256 shares)", deposit>,
    Fn<"mint(uint256 shares, address receiver) returns (uint256 assets)", mint>,
    Fn<"announce(uint256 shares) returns (uint256 announced)", announce>,
    Fn<"keep() returns (uint256 shares)", keep>,
    Fn<"withdraw(uint256 assets, address receiver, address owner) returns (uint256 shares)",
       withdraw>,
    Fn<"redeem(uint256 shares, address receiver, address owner) returns (uint256 assets)", redeem>,
    Fn<"announcedOf(address owner) view returns (uint256)", announced_of>,
    Fn<"name() view returns (string)", symbol>, Fn<"symbol() view returns (string)", symbol>,
    Fn<"decimals() view returns (uint8)", decimals>,
    Fn<"totalSupply() view returns (uint256)", total_supply>,
    Fn<"balanceOf(address account) view returns (uint256)", balance_of>,
    Fn<"transfer(address to, uint256 value) returns (bool)", transfer>,
    Fn<"transferFrom(address from, address to, uint256 value) returns (bool)", transfer_from>,
    THAW_ALLOWANCE_FUNCTIONS>;

}  // namespace thaw::protocol::flash
