/// Liquid staking: assets in, shares out; shares back, a ticket; the ticket matures, assets out.
/// One contract per network.
#pragma once
#include "thaw/protocol/bridge/face.hpp"
#include "thaw/protocol/flash/face.hpp"
#include "thaw/protocol/liquid/face.hpp"
#include "thaw/protocol/losses/face.hpp"
#include "thaw/protocol/unbonding/face.hpp"
#include "thaw/protocol/validators/face.hpp"

namespace thaw::protocol::staking {

using codec::Number;

struct Staked {
    static constexpr std::string_view abi =
        "Staked(address indexed staker, address indexed receiver, uint256 assets, uint256 shares)";
    Address staker;
    Address receiver;
    Assets assets;
    Shares shares;
};
struct UnstakeRequested {
    static constexpr std::string_view abi =
        "UnstakeRequested(address indexed owner, address indexed receiver, uint256 indexed ticket, "
        "uint256 shares, uint256 assets)";
    Address owner;
    Address receiver;
    Number ticket;
    Shares shares;
    Assets assets;
};
struct LegacySwitched {
    static constexpr std::string_view abi =
        "LegacySwitched(address indexed owner, uint256 amount, uint256 shares)";
    Address owner;
    Assets amount;
    Shares shares;
};
struct FrameReported {
    static constexpr std::string_view abi =
        "FrameReported(uint8 indexed network, uint64 indexed frame, uint256 rewards, uint256 "
        "slashed, "
        "uint256 fee, uint256 feeShares, uint256 lossToHolders)";
    NetworkId network;
    uint64_t frame;
    Assets rewards;
    Assets slashed;
    Assets fee;
    Shares fee_shares;
    Assets loss_to_holders;
};
struct StakeBelowMinimum {
    static constexpr std::string_view abi = "StakeBelowMinimum(uint256 assets, uint256 minimum)";
    Assets assets;
    Assets minimum;
};
struct NetworkHalted {
    static constexpr std::string_view abi = "NetworkHalted(uint8 network)";
    NetworkId network;
};
/// No way out is quick enough: the quickest that takes the rest needs `needed` seconds.
struct NoWayInTime {
    static constexpr std::string_view abi = "NoWayInTime(uint64 maxWait, uint64 needed)";
    uint64_t max_wait_s;
    uint64_t needed_s;
};
struct ZeroAmount {
    static constexpr std::string_view abi = "ZeroAmount()";
};
struct ZeroReceiver {
    static constexpr std::string_view abi = "ZeroReceiver()";
};
/// `unstakeBonds` speaks assets and is for rebasing tokens, `unstakeCerts` speaks shares and is for
/// reward-bearing ones.
struct UseUnstakeCerts {
    static constexpr std::string_view abi = "UseUnstakeCerts()";
};
struct UseUnstakeBonds {
    static constexpr std::string_view abi = "UseUnstakeBonds()";
};
struct NothingDue {
    static constexpr std::string_view abi = "NothingDue(uint8 network)";
    NetworkId network;
};
struct FrameOutOfOrder {
    static constexpr std::string_view abi = "FrameOutOfOrder(uint64 frame, uint64 expected)";
    uint64_t frame;
    uint64_t expected;
};
struct FrameNotOver {
    static constexpr std::string_view abi = "FrameNotOver(uint64 frame, uint64 endsAt)";
    uint64_t frame;
    uint64_t ends_at_s;
};
struct OutcomesMissing {
    static constexpr std::string_view abi = "OutcomesMissing(uint64 executed, uint64 settled)";
    uint64_t executed;
    uint64_t settled;
};
struct ValidatorsNotAscending {
    static constexpr std::string_view abi = "ValidatorsNotAscending(uint32 validator)";
    uint32_t validator;
};
struct DelegationMismatch {
    static constexpr std::string_view abi =
        "DelegationMismatch(uint32 validator, uint256 reported, uint256 expected)";
    uint32_t validator;
    Assets reported;
    Assets expected;
};
struct InsuranceToppedUp {
    static constexpr std::string_view abi =
        "InsuranceToppedUp(address indexed from, uint256 assets, uint256 insurance)";
    Address from;
    Assets assets;
    Assets insurance;
};

/// How an exit was made: `assets` are in hand, `ticket` (0: none) is for `nominal` more.
struct ExitResult {
    using AbiTuple = void;
    Assets assets;
    Number ticket;
    Assets nominal;
};
/// A way out of a position: what would be received, what it costs, how long it takes.
struct Way {
    using AbiTuple = void;
    std::string name;
    Assets assets;
    Assets fee;
    uint64_t seconds = 0;
};
/// A pool in figures, all in base units of the asset; `shares` whole.
struct Summary {
    using AbiTuple = void;
    Assets total_assets;
    Shares total_shares;
    Assets unreleased;
    Assets buffer;
    Assets in_flight;
    Assets bonded;
    Assets claimable;
    Assets insurance;
    Assets rewards_total;
    Assets losses_total;
    Assets fees_total;
    uint64_t frame = 0;
    uint64_t next_batch_at_s = 0;
    Assets unbonding;
};

/// What a report would do if it were applied now, in base units; `shares` whole. `total_assets` and
/// `total_shares` are the pool's afterwards, fee included; `fall_ppb` is the part of the pool that
/// holders would lose, in thousand-millionths, rounded up.
struct Preview {
    using AbiTuple = void;
    Assets rewards;
    Assets slashed;
    Assets fee;
    Shares fee_shares;
    Assets from_unreleased;
    Assets from_insurance;
    Assets loss_to_holders;
    Assets total_assets;
    Shares total_shares;
    Assets releasing;
    Assets waiting;
    uint64_t fall_ppb = 0;
    bool needs_second_quorum = false;
    bool halts = false;
};

/// Stakes for the caller, by one signed call without an approval: only the signer's own assets
/// move. Returns whole shares.
Result<Shares> stake(Call& call, Assets assets);
Result<Shares> stake_for(Call& call, Address receiver, Assets assets);
/// The ways out for `shares` whole shares, quickest first; what a way cannot take is left out of
/// its `assets` and `fee`. Taken in the same block, each brings exactly what it says.
Result<std::vector<Way>> quote_exit(const Query& query, Shares shares);
/// Leaves with `amount` of the asset's units of a rebasing token: the open one, or the legacy one
/// where the open one bears its rewards. Returns the ticket.
Result<Number> unstake_bonds(Call& call, Assets amount);
Result<Number> unstake_bonds_for(Call& call, Address receiver, Assets amount);
/// Leaves with whole shares of a reward-bearing token. Returns the ticket.
Result<Number> unstake_certs(Call& call, Shares shares);
Result<Number> unstake_certs_for(Call& call, Address receiver, Shares shares);
/// Turns `amount` of the caller's legacy token into the open one at the same shares, within what is
/// left of the switch supply, less the fee. One way. Returns whole shares received.
Result<Shares> switch_legacy(Call& call, Assets amount);
/// What of the legacy token may still be switched, in base units of the asset.
Result<Assets> switch_supply(const Query& query);
/// Adds to what stands between slashes and the holders of this network. Anybody may; it is a gift.
/// Returns the insurance there is then.
Result<Assets> top_up_insurance(Call& call, Assets assets);
/// What is due for this network: paying finalised tickets, finalising and dispatching batches,
/// collecting, bonding. Anybody may call; refused when nothing is due.
Result<void> advance(Call& call);
Result<bool> due(const Query& query);

Result<Assets> minimum_stake(const Query& query);
Result<Assets> minimum_unstake(const Query& query);
/// Leaves with whole shares by the ways that bring most within `max_wait_s`: a ticket when its
/// batch is back by then; else as much as lies free in the buffer, by a ticket that is paid with
/// the next report, and the rest at once, from the flash pool or on the market. Refused when that
/// brings less than `minimum`, or cannot take all.
Result<ExitResult> exit(Call& call, Shares shares, Assets minimum, uint64_t max_wait_s);
Result<std::string> explain(const Query& query, Number ticket);
Result<Summary> summary(const Query& query);
/// Assets that the owner's open tickets of this network are expected to pay.
Result<Assets> pending_unstakes_of(const Query& query, Address owner);
Result<Address> liquid_token(const Query& query);

// ---- For other modules.

/// As `stake_for`, in the name of the staking contract, for the liquid or the wrapped token; of one
/// that is reward-bearing it mints no more than `most` whole shares, where that is said.
Result<Shares> stake_at_most(Call& call, const Address& receiver, Assets assets,
                             std::optional<Shares> most, ContractKind kind);
/// As `unstake_certs_for`, of the liquid token whichever face it has, or of the wrapped one.
Result<Number> unstake_shares(Call& call, ContractKind kind, const Address& receiver,
                              Shares shares);

/// Refuses while a network takes no stakes: it is halted, or a loss of it waits to be confirmed.
Result<void> check_open(const Query& query, NetworkId network);

// ---- For the oracle.

/// Checks a frame's report and books it; or sets it aside for a second quorum when holders would
/// lose more in the network's window than one quorum may book.
Result<void> apply_report(Call& call, const oracle::Report& report, const Hash& payload);
/// Books the report that waits, as a second quorum wants. Refused when the pool has become such
/// that it cannot: then it is to be rejected and reported anew.
Result<void> apply_confirmed(Call& call, NetworkId network);
/// Drops the report that waits, so that another may be made for its frame.
void reject(Call& call, NetworkId network);
/// What `apply_report` would do now, by the same function; refused as it would be.
Result<Preview> preview(const Query& query, const oracle::Report& report);
/// Lets unreleased rewards, then insurance, then holders bear a loss that is posted already.
void bear(Call& call, NetworkId network, Assets loss);
/// Applies what became of an instruction of a staking kind (bond, unbond, collect, move).
void apply_outcome(Call& call, const outbox::Intent& intent, const oracle::Outcome& outcome);

using Face = Interface<
    Events<Staked, UnstakeRequested, FrameReported, LegacySwitched, InsuranceToppedUp,
           losses::LossReported, losses::LossConfirmed, losses::LossRejected>,
    Errors<StakeBelowMinimum, NetworkHalted, losses::LossPending, ZeroAmount, ZeroReceiver,
           UseUnstakeCerts, UseUnstakeBonds, NothingDue, NoWayInTime, flash::FlashCapacityExceeded,
           flash::LessThanMinimum, unbonding::ERC721InvalidReceiver, liquid::NoLegacyToken,
           liquid::SwitchSupplyExceeded, token::ERC20InsufficientBalance, liquid::PoolWithoutAssets,
           liquid::AmountTooLarge>,
    Fn<"stake(uint256 assets) returns (uint256 shares)", stake>,
    Fn<"stakeFor(address receiver, uint256 assets) returns (uint256 shares)", stake_for>,
    Fn<"unstakeBonds(uint256 amount) returns (uint256 ticket)", unstake_bonds>,
    Fn<"unstakeBondsFor(address receiver, uint256 amount) returns (uint256 ticket)",
       unstake_bonds_for>,
    Fn<"unstakeCerts(uint256 shares) returns (uint256 ticket)", unstake_certs>,
    Fn<"unstakeCertsFor(address receiver, uint256 shares) returns (uint256 ticket)",
       unstake_certs_for>,
    Fn<"switchLegacy(uint256 amount) returns (uint256 shares)", switch_legacy>,
    Fn<"topUpInsurance(uint256 assets) returns (uint256 insurance)", top_up_insurance>,
    Fn<"switchSupply() view returns (uint256)", switch_supply>, Fn<"advance()", advance>,
    Fn<"due() view returns (bool)", due>,
    Fn<"minimumStake() view returns (uint256)", minimum_stake>,
    Fn<"getMinStake() view returns (uint256)", minimum_stake>,
    Fn<"getMinUnstake() view returns (uint256)", minimum_unstake>,
    Fn<"getPendingUnstakesOf(address owner) view returns (uint256)", pending_unstakes_of>,
    Fn<"liquidToken() view returns (address)", liquid_token>,
    Fn<"quoteExit(uint256 shares) view returns ((string name, uint256 assets, uint256 fee, uint64 "
       "secondsToWait)[])",
       quote_exit>,
    Fn<"exit(uint256 shares, uint256 minimum, uint64 maxWait) returns ((uint256 assets, uint256 "
       "ticket, uint256 nominal))",
       exit>,
    Fn<"explain(uint256 ticket) view returns (string)", explain>,
    Fn<"summary() view returns ((uint256 totalAssets, uint256 totalShares, uint256 unreleased, "
       "uint256 buffer, uint256 inFlight, uint256 bonded, uint256 claimable, uint256 insurance, "
       "uint256 rewardsTotal, uint256 lossesTotal, uint256 feesTotal, uint64 frame, uint64 "
       "nextBatchAt, uint256 unbonding))",
       summary>>;

static_assert(Fn<"stake(uint256 assets) returns (uint256 shares)", stake>::selector == 0xa694fc3a);

}  // namespace thaw::protocol::staking
