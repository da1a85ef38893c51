/// Farms: stake a token, hold a receipt for it, and earn reward tokens while you hold it.
///
/// A farm counts in the ledger units of what is staked, whole shares of a rebasing token, so that
/// what a stake earns by itself stays with whoever staked it. A receipt is a token: its rewards
/// are of whoever held it while they flowed, whoever holds it when they are claimed.
#pragma once
#include "thaw/protocol/coins/face.hpp"
#include "thaw/protocol/emission/ledger.hpp"
#include "thaw/protocol/farm/books.hpp"
#include "thaw/protocol/issued/face.hpp"

namespace thaw::protocol::farm {

using codec::Number;

struct FarmCreated {
    static constexpr std::string_view abi =
        "FarmCreated(address indexed stakingToken, address indexed manager, address farm, uint256 "
        "id)";
    Address coin;
    Address manager;
    Address farm;
    Number id;
};
/// `receipts` are ledger units of the staked token: whole shares when it rebases.
struct Staked {
    static constexpr std::string_view abi =
        "Staked(address indexed sender, address indexed owner, uint256 receipts)";
    Address sender;
    Address owner;
    u128 receipts;
};
struct Withdrawn {
    static constexpr std::string_view abi =
        "Withdrawn(address indexed owner, address indexed receiver, uint256 receipts)";
    Address owner;
    Address receiver;
    u128 receipts;
};
/// `amount` in ledger units of the reward token.
struct RewardPaid {
    static constexpr std::string_view abi =
        "RewardPaid(address indexed owner, address indexed token, address indexed receiver, "
        "uint256 amount)";
    Address owner;
    Address token;
    Address receiver;
    u128 amount;
};
struct RewardAdded {
    static constexpr std::string_view abi = "RewardAdded(address indexed token)";
    Address token;
};
/// What was left of the budget and `amount` are emitted evenly over `duration` seconds.
struct Funded {
    static constexpr std::string_view abi =
        "Funded(address indexed funder, address indexed token, uint256 amount, uint64 duration)";
    Address funder;
    Address token;
    u128 amount;
    uint64_t seconds;
};

struct ZeroAmount {
    static constexpr std::string_view abi = "ZeroAmount()";
};
struct ZeroReceiver {
    static constexpr std::string_view abi = "ZeroReceiver()";
};
/// Nothing that a farm can hold lives there.
struct NotAToken {
    static constexpr std::string_view abi = "NotAToken(address token)";
    Address token;
};
/// The manager has a farm for this token: a second one would only split what it earns.
struct FarmExists {
    static constexpr std::string_view abi = "FarmExists(address farm)";
    Address farm;
};
struct NotManager {
    static constexpr std::string_view abi = "NotManager(address sender, address manager)";
    Address sender;
    Address manager;
};
struct TooManyRewards {
    static constexpr std::string_view abi = "TooManyRewards(uint8 maximum)";
    uint8_t maximum;
};
struct RewardExists {
    static constexpr std::string_view abi = "RewardExists(address token)";
    Address token;
};
struct UnknownReward {
    static constexpr std::string_view abi = "UnknownReward(address token)";
    Address token;
};
struct DurationOutOfRange {
    static constexpr std::string_view abi =
        "DurationOutOfRange(uint64 duration, uint64 minimum, uint64 maximum)";
    uint64_t seconds;
    uint64_t minimum;
    uint64_t maximum;
};
/// More would flow for a shorter time, or less per second, than is promised now; `secondsLeft` is
/// how long that lasts.
struct BreaksPromise {
    static constexpr std::string_view abi = "BreaksPromise(uint64 duration, uint64 secondsLeft)";
    uint64_t seconds;
    uint64_t left;
};
struct BudgetTooLarge {
    static constexpr std::string_view abi = "BudgetTooLarge(uint256 amount)";
    u128 amount;
};

/// One reward of a farm, in ledger units of its token.
struct Reward {
    using AbiTuple = void;
    Address token;
    u128 funded;   ///< all budgets so far
    u128 emitted;  ///< of them, by now
    u128 paid;     ///< of that, claimed
    u128 per_day;  ///< at the rate of now, while somebody stakes; rounded down
    uint64_t seconds_left;
};

// ---- The factory: `farms` at its fixed address.

/// Opens a farm for a token, with the caller as its manager. One per token and manager.
Result<Address> create_farm(Call& call, Address coin);
/// Where a manager's farm for a token is, or would be.
Result<Address> farm_for(const Query& query, Address coin, Address manager);
/// A hundred farms from the `from`-th on, counted from 0, in the order of creation.
Result<std::vector<Address>> farms(const Query& query, uint64_t from);
Result<Number> farms_length(const Query& query);

using FactoryFace =
    Interface<Events<FarmCreated>, Errors<NotAToken, FarmExists>,
              Fn<"createFarm(address stakingToken) returns (address farm)", create_farm>,
              Fn<"farmFor(address stakingToken, address manager) view returns (address)", farm_for>,
              Fn<"farms(uint64 from) view returns (address[])", farms>,
              Fn<"allFarmsLength() view returns (uint256)", farms_length>>;

// ---- A farm.

/// Stakes `amount` of the caller's tokens, as they show it, without an approval. Returns the
/// receipts, one for each ledger unit; a rebasing token's fraction of a share stays with the
/// caller.
Result<u128> deposit(Call& call, u128 amount);
Result<u128> deposit_for(Call& call, Address receiver, u128 amount);
/// All that the caller shows, for batches that cannot know how much that will be.
Result<u128> deposit_all(Call& call);
/// Gives receipts of the caller back for what they stand for. Returns what that shows now, rounded
/// down. What was earned stays claimable.
Result<u128> withdraw(Call& call, u128 receipts);
/// Pays the caller what it earned, one amount per reward in the order of `rewards`; rounded down.
Result<std::vector<u128>> claim(Call& call);
/// Both, for all of the caller's receipts. Returns what the stake shows now.
Result<u128> leave(Call& call);
/// A new reward token. The manager only, because each one makes every transfer dearer.
Result<void> add_reward(Call& call, Address token);
/// Lays `amount` in for a reward, as its token shows it, to be emitted over `duration` seconds with
/// what is left. By anybody, as a gift: what is promised neither ends earlier nor slows down.
Result<void> fund(Call& call, Address token, u128 amount, uint64_t seconds);

/// What an account could claim now: reward tokens and amounts in their ledger units.
Result<std::tuple<std::vector<Address>, std::vector<u128>>> pending(const Query& query,
                                                                    Address account);
Result<std::vector<Reward>> rewards(const Query& query);
Result<Address> staking_token(const Query& query);
Result<Address> manager(const Query& query);
/// What is staked, as its token shows it; rounded down.
Result<u128> total_staked(const Query& query);
Result<u128> staked_of(const Query& query, Address account);

// ---- For vaults, which hold receipts themselves.

/// Stakes ledger units of `owner`; the receipts are `receiver`'s.
Result<void> stake(Call& call, const Address& farm, const Address& owner, const Address& receiver,
                   u128 units);
/// The way back.
Result<void> unstake(Call& call, const Address& farm, const Address& owner, const Address& receiver,
                     u128 units);
/// A reward that was paid out: ledger units of a token.
struct Paid {
    Address token;
    u128 amount = 0;
};
Result<std::vector<Paid>> collect(Call& call, const Address& farm, const Address& owner,
                                  const Address& receiver);

using Face = Interface<
    Events<Staked, Withdrawn, RewardPaid, RewardAdded, Funded, THAW_ISSUED_EVENTS>,
    Errors<ZeroAmount, ZeroReceiver, NotAToken, NotManager, TooManyRewards, RewardExists,
           UnknownReward, DurationOutOfRange, BreaksPromise, BudgetTooLarge, THAW_ISSUED_ERRORS>,
    THAW_ISSUED_FUNCTIONS, Fn<"deposit(uint256 amount) returns (uint256 receipts)", deposit>,
    Fn<"depositFor(address receiver, uint256 amount) returns (uint256 receipts)", deposit_for>,
    Fn<"depositAll() returns (uint256 receipts)", deposit_all>,
    Fn<"withdraw(uint256 receipts) returns (uint256 amount)", withdraw>,
    Fn<"claim() returns (uint256[] amounts)", claim>, Fn<"leave() returns (uint256 amount)", leave>,
    Fn<"addReward(address token)", add_reward>,
    Fn<"fund(address token, uint256 amount, uint64 duration)", fund>,
    Fn<"pending(address account) view returns (address[] tokens, uint256[] amounts)", pending>,
    Fn<"rewards() view returns ((address token, uint256 funded, uint256 emitted, uint256 paid, "
       "uint256 perDay, uint64 secondsLeft)[])",
       rewards>,
    Fn<"stakingToken() view returns (address)", staking_token>,
    Fn<"manager() view returns (address)", manager>,
    Fn<"totalStaked() view returns (uint256)", total_staked>,
    Fn<"stakedOf(address account) view returns (uint256)", staked_of>>;

}  // namespace thaw::protocol::farm
