/// Stable pairs on the wire: one contract per network, which is the token of its liquidity too, and
/// the factory that names them. Amounts are what `balanceOf` says of each token, its face units.
///
/// A pair takes only what its caller names, from the caller, without an approval. In face units a
/// rebasing token costs the trader up to one base unit a side: its transfers change both balances
/// by exactly the amount, and what lies behind that may be a unit more or less.
#pragma once
#include <string>

#include "thaw/protocol/addresses.hpp"
#include "thaw/protocol/issued/face.hpp"
#include "thaw/protocol/liquid/face.hpp"
#include "thaw/protocol/networks/face.hpp"
#include "thaw/protocol/stable/books.hpp"

namespace thaw::protocol::stable {

using codec::Number;

// ---- Events, those of Uniswap V2's pairs.

struct Mint {
    static constexpr std::string_view abi =
        "Mint(address indexed sender, uint256 amount0, uint256 amount1)";
    Address sender;
    u128 amount0;
    u128 amount1;
};
struct Burn {
    static constexpr std::string_view abi =
        "Burn(address indexed sender, uint256 amount0, uint256 amount1, address indexed to)";
    Address sender;
    u128 amount0;
    u128 amount1;
    Address to;
};
struct Swap {
    static constexpr std::string_view abi =
        "Swap(address indexed sender, uint256 amount0In, uint256 amount1In, uint256 amount0Out, "
        "uint256 amount1Out, address indexed to)";
    Address sender;
    u128 amount0_in;
    u128 amount1_in;
    u128 amount0_out;
    u128 amount1_out;
    Address to;
};
/// The amplification moves in a straight line from now on.
struct AmplificationRamped {
    static constexpr std::string_view abi =
        "AmplificationRamped(uint32 from, uint32 to, uint64 endsAt)";
    uint32_t from;
    uint32_t to;
    uint64_t ends_at_s;
};

// ---- Refusals.

struct Expired {
    static constexpr std::string_view abi = "Expired(uint256 deadline)";
    Number deadline;
};
struct NotACoinOfThePair {
    static constexpr std::string_view abi = "NotACoinOfThePair(address token)";
    Address token;
};
struct LessThanMinimum {
    static constexpr std::string_view abi = "LessThanMinimum(uint256 amount, uint256 minimum)";
    u128 amount;
    u128 minimum;
};
struct MoreThanMaximum {
    static constexpr std::string_view abi = "MoreThanMaximum(uint256 amount, uint256 maximum)";
    u128 amount;
    u128 maximum;
};
struct ZeroAmount {
    static constexpr std::string_view abi = "ZeroAmount()";
};
struct InvalidReceiver {
    static constexpr std::string_view abi = "InvalidReceiver(address receiver)";
    Address receiver;
};
struct AmountTooLarge {
    static constexpr std::string_view abi = "AmountTooLarge(uint256 amount)";
    u128 amount;
};
/// One coin's worth in the pair would be ten thousand times the other's, or more.
struct PairImbalanced {
    static constexpr std::string_view abi = "PairImbalanced()";
};
/// The solver has not proven its answer; nothing was done.
struct CurveUnsolved {
    static constexpr std::string_view abi = "CurveUnsolved()";
};
struct RampRefused {
    static constexpr std::string_view abi =
        "RampRefused(uint32 from, uint32 to, uint64 duration, uint64 possibleAt)";
    uint32_t from;
    uint32_t to;
    uint64_t duration_s;
    uint64_t possible_at_s;
};

/// A pair at a glance, in face units. Prices are in the asset, of one unit of the liquid token, in
/// 10^-18: what the next unit sold would bring before the fee, and what the ledger says it is
/// worth.
struct Summary {
    using AbiTuple = void;
    Address asset;
    Address liquid;
    u128 asset_reserve = 0;
    u128 liquid_reserve = 0;
    u128 liquidity = 0;
    u128 invariant = 0;  ///< D in base units of the asset, rounded down
    u128 price = 0;      ///< 0 while the pair is empty
    u128 fair_price = 0;
    uint32_t amplification = 0;  ///< in hundredths
    uint32_t fee_ppm = 0;
};

// ---- Trading. All but views honour a deadline in seconds of chain time.

/// Sells `amount` of the caller's `token` for at least `minimum` of the other one.
Result<u128> swap(Call& call, Address token, u128 amount, u128 minimum, Address to,
                  Number deadline);
/// Buys exactly `amount` of `token` for at most `maximum` of the caller's other one.
Result<u128> swap_for(Call& call, Address token, u128 amount, u128 maximum, Address to,
                      Number deadline);
/// What selling `amount` of `token` brings; exact within the block.
Result<u128> get_amount_out(const Query& query, u128 amount, Address token);
/// What buying `amount` of `token` costs.
Result<u128> get_amount_in(const Query& query, u128 amount, Address token);

// ---- Providing.

/// Joins with any amounts of both, one of them zero perhaps, but not the first time. Half the fee
/// is charged on what is out of proportion. The first to join leaves 10^6 with nobody.
Result<u128> add_liquidity(Call& call, u128 amount0, u128 amount1, u128 minimum, Address to,
                           Number deadline);
/// Leaves with both coins in proportion, the curve and the rate unasked; rounded down to whole
/// shares of the liquid token. The minima are in face units.
Result<std::tuple<u128, u128>> remove_liquidity(Call& call, u128 liquidity, u128 minimum0,
                                                u128 minimum1, Address to, Number deadline);
/// Leaves with one coin: in proportion, and the other coin's part sold to the pair.
Result<u128> remove_liquidity_one(Call& call, u128 liquidity, Address token, u128 minimum,
                                  Address to, Number deadline);
Result<u128> preview_add(const Query& query, u128 amount0, u128 amount1);
Result<std::tuple<u128, u128>> preview_remove(const Query& query, u128 liquidity);
/// Gives what was sent to the pair and never counted to whoever asks.
Result<void> skim(Call& call, Address to);

/// Moves the amplification, in hundredths, to a figure at most twice or half of it, over at least a
/// day. The owner may, one ramp after another.
Result<void> ramp_amplification(Call& call, uint32_t target, uint64_t duration_s);

Result<Address> token0(const Query& query);
Result<Address> token1(const Query& query);
Result<Address> factory(const Query& query);
/// (reserve0, reserve1, when they last changed), in face units, rounded down.
Result<std::tuple<u128, u128, uint64_t>> get_reserves(const Query& query);
Result<Summary> summary(const Query& query);
/// (price · seconds since the pair began, now): the mean price between two looks is the difference
/// of the first by that of the second. A price counts by how long it stood when a block ended.
Result<std::tuple<u128, uint64_t>> observe(const Query& query);

// ---- The factory.

Result<Address> get_pair(const Query& query, Address a, Address b);
Result<Address> all_pairs(const Query& query, Number index);
Result<Number> all_pairs_length(const Query& query);

// ---- For other modules. Pairs are named by address; amounts are face units.

/// The pair of two coins, if there is one.
std::optional<Address> find(const Query& query, const Address& a, const Address& b);
Address pair_of(const Query& query, NetworkId network);
bool is_pair(const Query& query, const Address& address);
/// What `amount` of `token` brings, and what `amount` of `token` costs, in the other coin.
Result<u128> quote_sale(const Query& query, const Address& pair, const Address& token, u128 amount);
Result<u128> quote_purchase(const Query& query, const Address& pair, const Address& token,
                            u128 amount);
/// Sells what `from` has of `token` and pays `to`; the caller has seen to it that `from` agrees.
/// From the pair itself: what was sent to it before, all that it has not counted. Returns what was
/// paid.
Result<u128> sell(Call& call, const Address& pair, const Address& token, u128 amount,
                  const Address& from, const Address& to);
/// Pays exactly `received` for `amount` of `token` that was sent to the pair before, as a router
/// does that knows its amounts. Refused when the sale brings less.
Result<void> carry(Call& call, const Address& pair, const Address& token, u128 amount,
                   u128 received, const Address& to);
/// Joins for `from`; returns the liquidity that `to` has got.
Result<u128> join(Call& call, const Address& pair, u128 amount0, u128 amount1, const Address& from,
                  const Address& to);

/// Genesis: the pair of a network, empty.
void open(Call& call, NetworkId network, const Terms& terms);

using Face = Interface<
    Events<THAW_ISSUED_EVENTS, Mint, Burn, Swap, AmplificationRamped>,
    Errors<THAW_ISSUED_ERRORS, Expired, NotACoinOfThePair, LessThanMinimum, MoreThanMaximum,
           ZeroAmount, InvalidReceiver, AmountTooLarge, PairImbalanced, CurveUnsolved, RampRefused,
           networks::OwnableUnauthorizedAccount>,
    Fn<"swap(address token, uint256 amount, uint256 minimum, address to, uint256 deadline) returns "
       "(uint256 received)",
       stable::swap>,
    Fn<"swapFor(address token, uint256 amount, uint256 maximum, address to, uint256 deadline) "
       "returns (uint256 paid)",
       swap_for>,
    Fn<"getAmountOut(uint256 amountIn, address tokenIn) view returns (uint256 amountOut)",
       get_amount_out>,
    Fn<"getAmountIn(uint256 amountOut, address tokenOut) view returns (uint256 amountIn)",
       get_amount_in>,
    Fn<"addLiquidity(uint256 amount0, uint256 amount1, uint256 minimum, address to, uint256 "
       "deadline) returns (uint256 liquidity)",
       add_liquidity>,
    Fn<"removeLiquidity(uint256 liquidity, uint256 minimum0, uint256 minimum1, address to, uint256 "
       "deadline) returns (uint256 amount0, uint256 amount1)",
       remove_liquidity>,
    Fn<"removeLiquidityOne(uint256 liquidity, address token, uint256 minimum, address to, uint256 "
       "deadline) returns (uint256 amount)",
       remove_liquidity_one>,
    Fn<"previewAdd(uint256 amount0, uint256 amount1) view returns (uint256 liquidity)",
       preview_add>,
    Fn<"previewRemove(uint256 liquidity) view returns (uint256 amount0, uint256 amount1)",
       preview_remove>,
    Fn<"skim(address to)", skim>,
    Fn<"rampAmplification(uint32 target, uint64 duration)", ramp_amplification>,
    Fn<"token0() view returns (address)", token0>, Fn<"token1() view returns (address)", token1>,
    Fn<"factory() view returns (address)", factory>,
    Fn<"getReserves() view returns (uint256 reserve0, uint256 reserve1, uint64 "
       "blockTimestampLast)",
       get_reserves>,
    Fn<"summary() view returns ((address asset, address liquid, uint256 assetReserve, uint256 "
       "liquidReserve, uint256 liquidity, uint256 invariant, uint256 price, uint256 fairPrice, "
       "uint32 amplification, uint32 feePpm))",
       stable::summary>,
    Fn<"observe() view returns (uint256 priceSeconds, uint64 timestamp)", observe>,
    THAW_ISSUED_FUNCTIONS>;

using FactoryFace =
    Interface<Events<>, Errors<>,
              Fn<"getPair(address tokenA, address tokenB) view returns (address)", get_pair>,
              Fn<"allPairs(uint256 index) view returns (address)", all_pairs>,
              Fn<"allPairsLength() view returns (uint256)", all_pairs_length>>;

}  // namespace thaw::protocol::stable
