/// The router, by the names and refusals of Uniswap V2's Router 02. It takes from its caller, and
/// from nobody else, what the call names: no allowance is needed, one that was given stays.
/// Amounts are what `balanceOf` shows.
#pragma once
#include "thaw/protocol/exchange/routing.hpp"

namespace thaw::protocol::exchange {

// ---- Liquidity. Refused after `deadline`, and when less than the minimums would be used or paid.

/// Lays in two coins at the pair's price, at most what is desired; opens the pair if there is
/// none. Returns what was used of each, and the liquidity issued to `to`.
Result<std::tuple<u128, u128, u128>> add_liquidity(Call& call, Address a, Address b,
                                                   Limit a_desired, Limit b_desired, Limit a_min,
                                                   Limit b_min, Address to, Number deadline);
/// The same with ether; what is not used comes back.
Result<std::tuple<u128, u128, u128>> add_liquidity_eth(Call& call, Address coin, Limit desired,
                                                       Limit coin_min, Limit eth_min, Address to,
                                                       Number deadline);
Result<std::tuple<u128, u128>> remove_liquidity(Call& call, Address a, Address b, Limit liquidity,
                                                Limit a_min, Limit b_min, Address to,
                                                Number deadline);
Result<std::tuple<u128, u128>> remove_liquidity_eth(Call& call, Address coin, Limit liquidity,
                                                    Limit coin_min, Limit eth_min, Address to,
                                                    Number deadline);
Result<std::tuple<u128, u128>> remove_liquidity_with_permit(Call& call, Address a, Address b,
                                                            Limit liquidity, Limit a_min,
                                                            Limit b_min, Address to,
                                                            codec::Word deadline, bool approve_max,
                                                            uint8_t v, Hash r, Hash s);
Result<std::tuple<u128, u128>> remove_liquidity_eth_with_permit(
    Call& call, Address coin, Limit liquidity, Limit coin_min, Limit eth_min, Address to,
    codec::Word deadline, bool approve_max, uint8_t v, Hash r, Hash s);
// No coin of the hub takes a fee when it moves: these two pay what the pair paid, as the ones
// above.
Result<u128> remove_liquidity_eth_supporting(Call& call, Address coin, Limit liquidity,
                                             Limit coin_min, Limit eth_min, Address to,
                                             Number deadline);
Result<u128> remove_liquidity_eth_with_permit_supporting(Call& call, Address coin, Limit liquidity,
                                                         Limit coin_min, Limit eth_min, Address to,
                                                         codec::Word deadline, bool approve_max,
                                                         uint8_t v, Hash r, Hash s);

// ---- Swaps along a path of coins. They return the amount of each coin on the way.

Result<Amounts> swap_exact_tokens_for_tokens(Call& call, Limit amount_in, Limit out_min, Path path,
                                             Address to, Number deadline);
Result<Amounts> swap_tokens_for_exact_tokens(Call& call, Limit amount_out, Limit in_max, Path path,
                                             Address to, Number deadline);
Result<Amounts> swap_exact_eth_for_tokens(Call& call, Limit out_min, Path path, Address to,
                                          Number deadline);
Result<Amounts> swap_tokens_for_exact_eth(Call& call, Limit amount_out, Limit in_max, Path path,
                                          Address to, Number deadline);
Result<Amounts> swap_exact_tokens_for_eth(Call& call, Limit amount_in, Limit out_min, Path path,
                                          Address to, Number deadline);
Result<Amounts> swap_eth_for_exact_tokens(Call& call, Limit amount_out, Path path, Address to,
                                          Number deadline);
// What arrives at each pair is counted there, not taken from a quote.
Result<void> swap_exact_tokens_for_tokens_supporting(Call& call, Limit amount_in, Limit out_min,
                                                     Path path, Address to, Number deadline);
Result<void> swap_exact_eth_for_tokens_supporting(Call& call, Limit out_min, Path path, Address to,
                                                  Number deadline);
Result<void> swap_exact_tokens_for_eth_supporting(Call& call, Limit amount_in, Limit out_min,
                                                  Path path, Address to, Number deadline);

// ---- Views.

Result<Address> weth_of(const Query& query);
/// What of coin B is worth `amount_a` at these reserves, without a fee, rounded down.
Result<u128> quote(const Query& query, Limit amount_a, Limit reserve_a, Limit reserve_b);
Result<u128> get_amount_out(const Query& query, Limit amount, Limit reserve_in, Limit reserve_out);
Result<u128> get_amount_in(const Query& query, Limit amount, Limit reserve_in, Limit reserve_out);
Result<Amounts> get_amounts_out(const Query& query, Limit amount_in, Path path);
Result<Amounts> get_amounts_in(const Query& query, Limit amount_out, Path path);

using RouterFace = Interface<
    Events<>,
    Errors<Error, NotACoin, NoRoute, NotAPoolOf, TooManyRoutes, RoutedLessThanMinimum,
           DeadlinePassed>,
    Fn<"factory() view returns (address)", factory>, Fn<"WETH() view returns (address)", weth_of>,
    Fn<"addLiquidity(address tokenA, address tokenB, uint256 amountADesired, uint256 "
       "amountBDesired, uint256 amountAMin, uint256 amountBMin, address to, uint256 deadline) "
       "returns (uint256 amountA, uint256 amountB, uint256 liquidity)",
       add_liquidity>,
    Fn<"addLiquidityETH(address token, uint256 amountTokenDesired, uint256 amountTokenMin, "
       "uint256 amountETHMin, address to, uint256 deadline) payable returns (uint256 amountToken, "
       "uint256 amountETH, uint256 liquidity)",
       add_liquidity_eth>,
    Fn<"removeLiquidity(address tokenA, address tokenB, uint256 liquidity, uint256 amountAMin, "
       "uint256 amountBMin, address to, uint256 deadline) returns (uint256 amountA, uint256 "
       "amountB)",
       remove_liquidity>,
    Fn<"removeLiquidityETH(address token, uint256 liquidity, uint256 amountTokenMin, uint256 "
       "amountETHMin, address to, uint256 deadline) returns (uint256 amountToken, uint256 "
       "amountETH)",
       remove_liquidity_eth>,
    Fn<"removeLiquidityWithPermit(address tokenA, address tokenB, uint256 liquidity, uint256 "
       "amountAMin, uint256 amountBMin, address to, uint256 deadline, bool approveMax, uint8 v, "
       "bytes32 r, bytes32 s) returns (uint256 amountA, uint256 amountB)",
       remove_liquidity_with_permit>,
    Fn<"removeLiquidityETHWithPermit(address token, uint256 liquidity, uint256 amountTokenMin, "
       "uint256 amountETHMin, address to, uint256 deadline, bool approveMax, uint8 v, bytes32 r, "
       "bytes32 s) returns (uint256 amountToken, uint256 amountETH)",
       remove_liquidity_eth_with_permit>,
    Fn<"removeLiquidityETHSupportingFeeOnTransferTokens(address token, uint256 liquidity, uint256 "
       "amountTokenMin, uint256 amountETHMin, address to, uint256 deadline) returns (uint256 "
       "amountETH)",
       remove_liquidity_eth_supporting>,
    Fn<"removeLiquidityETHWithPermitSupportingFeeOnTransferTokens(address token, uint256 "
       "liquidity, uint256 amountTokenMin, uint256 amountETHMin, address to, uint256 deadline, "
       "bool approveMax, uint8 v, bytes32 r, bytes32 s) returns (uint256 amountETH)",
       remove_liquidity_eth_with_permit_supporting>,
    Fn<"swapExactTokensForTokens(uint256 amountIn, uint256 amountOutMin, address[] path, address "
       "to, uint256 deadline) returns (uint256[] amounts)",
       swap_exact_tokens_for_tokens>,
    Fn<"swapTokensForExactTokens(uint256 amountOut, uint256 amountInMax, address[] path, address "
       "to, uint256 deadline) returns (uint256[] amounts)",
       swap_tokens_for_exact_tokens>,
    Fn<"swapExactETHForTokens(uint256 amountOutMin, address[] path, address to, uint256 deadline) "
       "payable returns (uint256[] amounts)",
       swap_exact_eth_for_tokens>,
    Fn<"swapTokensForExactETH(uint256 amountOut, uint256 amountInMax, address[] path, address to, "
       "uint256 deadline) returns (uint256[] amounts)",
       swap_tokens_for_exact_eth>,
    Fn<"swapExactTokensForETH(uint256 amountIn, uint256 amountOutMin, address[] path, address to, "
       "uint256 deadline) returns (uint256[] amounts)",
       swap_exact_tokens_for_eth>,
    Fn<"swapETHForExactTokens(uint256 amountOut, address[] path, address to, uint256 deadline) "
       "payable returns (uint256[] amounts)",
       swap_eth_for_exact_tokens>,
    Fn<"swapExactTokensForTokensSupportingFeeOnTransferTokens(uint256 amountIn, uint256 "
       "amountOutMin, address[] path, address to, uint256 deadline)",
       swap_exact_tokens_for_tokens_supporting>,
    Fn<"swapExactETHForTokensSupportingFeeOnTransferTokens(uint256 amountOutMin, address[] path, "
       "address to, uint256 deadline) payable",
       swap_exact_eth_for_tokens_supporting>,
    Fn<"swapExactTokensForETHSupportingFeeOnTransferTokens(uint256 amountIn, uint256 "
       "amountOutMin, address[] path, address to, uint256 deadline)",
       swap_exact_tokens_for_eth_supporting>,
    Fn<"bestRoute(address coinIn, address coinOut, uint256 amountIn) view returns ((address[] "
       "path, "
       "address[] pools, uint256[] amounts) way)",
       best_route>,
    Fn<"quoteSplit(address coinIn, address coinOut, uint256 amountIn) view returns ((address[] "
       "path, address[] pools, uint256[] amounts)[] ways, uint256 amountOut)",
       quote_split>,
    Fn<"swapRoutes(address coinIn, (uint256 amount, address[] pools)[] parts, uint256 minimum, "
       "address to, uint256 deadline) returns (uint256 amountOut)",
       swap_routes>,
    Fn<"quote(uint256 amountA, uint256 reserveA, uint256 reserveB) view returns (uint256 amountB)",
       quote>,
    Fn<"getAmountOut(uint256 amountIn, uint256 reserveIn, uint256 reserveOut) view returns "
       "(uint256 amountOut)",
       get_amount_out>,
    Fn<"getAmountIn(uint256 amountOut, uint256 reserveIn, uint256 reserveOut) view returns "
       "(uint256 amountIn)",
       get_amount_in>,
    Fn<"getAmountsOut(uint256 amountIn, address[] path) view returns (uint256[] amounts)",
       get_amounts_out>,
    Fn<"getAmountsIn(uint256 amountOut, address[] path) view returns (uint256[] amounts)",
       get_amounts_in>>;

static_assert(Fn<"getAmountsOut(uint256 amountIn, address[] path) view returns (uint256[])",
                 get_amounts_out>::selector == 0xd06ca61f);

}  // namespace thaw::protocol::exchange
