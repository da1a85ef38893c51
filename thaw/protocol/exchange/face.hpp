/// Pairs and their factory, by the names, events and refusals of Uniswap V2: front ends, indexers
/// and libraries written for it work unchanged.
#pragma once
#include "thaw/protocol/addresses.hpp"
#include "thaw/protocol/exchange/books.hpp"
#include "thaw/protocol/exchange/wire.hpp"
#include "thaw/protocol/issued/face.hpp"

namespace thaw::protocol::exchange {

using codec::Number;
using codec::Uint112;

/// The hash of Uniswap V2's pair, by which its libraries find pairs of any factory.
inline constexpr Hash init_code_hash{{0x96, 0xe8, 0xac, 0x42, 0x77, 0x19, 0x8f, 0xf8,
                                      0xb6, 0xf7, 0x85, 0x47, 0x8a, 0xa9, 0xa3, 0x9f,
                                      0x40, 0x3c, 0xb7, 0x68, 0xdd, 0x02, 0xcb, 0xee,
                                      0x32, 0x6c, 0x3e, 0x7d, 0xa3, 0x48, 0x84, 0x5f}};

struct PairCreated {
    static constexpr std::string_view abi =
        "PairCreated(address indexed token0, address indexed token1, address pair, uint256 count)";
    Address token0;
    Address token1;
    Address pair;
    Number count;
};
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
struct Sync {
    static constexpr std::string_view abi = "Sync(uint112 reserve0, uint112 reserve1)";
    Uint112 reserve0;
    Uint112 reserve1;
};
/// Only tokens of the hub can be paired.
struct NotACoin {
    static constexpr std::string_view abi = "NotACoin(address token)";
    Address token;
};

// ---- Factory.

/// Opens a pair of two coins, whichever comes first. Anybody may.
Result<Address> create_pair(Call& call, Address a, Address b);
/// The pair of two coins, or the zero address.
Result<Address> get_pair(const Query& query, Address a, Address b);
Result<Address> all_pairs(const Query& query, Number index);
Result<Number> all_pairs_length(const Query& query);
Result<Address> fee_to(const Query& query);
Result<Address> fee_to_setter(const Query& query);
Result<void> set_fee_to(Call& call, Address to);
Result<void> set_fee_to_setter(Call& call, Address setter);
/// Genesis.
void open(Call& call, const Address& fee_to_setter);

// ---- A pair; `self` says which. Amounts and reserves are what `balanceOf` shows.

/// Issues liquidity for what was sent here since the last update.
Result<u128> mint(Call& call, Address to);
/// Pays out for the liquidity tokens that were sent here. Returns both amounts.
Result<std::tuple<u128, u128>> burn(Call& call, Address to);
/// Pays out amounts for what was sent here, if the product of the reserves bears it. There is no
/// code to call back, so `data` must be empty.
Result<void> swap(Call& call, Limit amount0_out, Limit amount1_out, Address to, Bytes data);
/// Pays the surplus to somebody.
Result<void> skim(Call& call, Address to);
/// Takes the surplus into the reserves.
Result<void> sync(Call& call);
/// For the factory only, which has no need of it.
Result<void> initialize(Call& call, Address token0, Address token1);
Result<std::tuple<Uint112, Uint112, uint32_t>> get_reserves(const Query& query);
Result<Address> token0(const Query& query);
Result<Address> token1(const Query& query);
Result<Address> factory(const Query& query);
Result<codec::Word> price0_cumulative_last(const Query& query);
Result<codec::Word> price1_cumulative_last(const Query& query);
Result<codec::Word> k_last(const Query& query);
Result<u128> minimum_liquidity_of(const Query& query);
Result<Hash> permit_typehash(const Query& query);
// The liquidity token, with the refusals of Uniswap V2's.
Result<bool> transfer(Call& call, Address to, Limit value);
Result<bool> transfer_from(Call& call, Address from, Address to, Limit value);
Result<bool> approve(Call& call, Address spender, codec::Allowance value);
Result<void> permit(Call& call, Address owner, Address spender, codec::Word value,
                    codec::Word deadline, uint8_t v, Hash r, Hash s);

// ---- For the router and other modules.

/// Where the pair of two coins lives or would live. `a` and `b` in either order.
Address pair_address(const Address& a, const Address& b);
bool exists(const Query& query, const Address& pair);
/// A pair's reserves, the coin's own first; zeros when there is no such pair or the coin is not
/// in it.
struct Reserves {
    u128 of_coin = 0;
    u128 of_other = 0;
    Address other;
};
Reserves reserves_of(const Query& query, const Address& pair, const Address& coin);

using FactoryFace =
    Interface<Events<PairCreated>, Errors<Error, NotACoin>,
              Fn<"createPair(address tokenA, address tokenB) returns (address pair)", create_pair>,
              Fn<"getPair(address tokenA, address tokenB) view returns (address pair)", get_pair>,
              Fn<"allPairs(uint256 index) view returns (address pair)", all_pairs>,
              Fn<"allPairsLength() view returns (uint256)", all_pairs_length>,
              Fn<"feeTo() view returns (address)", fee_to>,
              Fn<"feeToSetter() view returns (address)", fee_to_setter>,
              Fn<"setFeeTo(address to)", set_fee_to>,
              Fn<"setFeeToSetter(address setter)", set_fee_to_setter>>;

using PairFace = Interface<
    Events<THAW_ISSUED_EVENTS, Mint, Burn, Swap, Sync>, Errors<Error>,
    Fn<"mint(address to) returns (uint256 liquidity)", mint>,
    Fn<"burn(address to) returns (uint256 amount0, uint256 amount1)", burn>,
    Fn<"swap(uint256 amount0Out, uint256 amount1Out, address to, bytes data)", swap>,
    Fn<"skim(address to)", skim>, Fn<"sync()", sync>,
    Fn<"initialize(address token0, address token1)", initialize>,
    Fn<"getReserves() view returns (uint112 reserve0, uint112 reserve1, uint32 "
       "blockTimestampLast)",
       get_reserves>,
    Fn<"token0() view returns (address)", token0>, Fn<"token1() view returns (address)", token1>,
    Fn<"factory() view returns (address)", factory>,
    Fn<"price0CumulativeLast() view returns (uint256)", price0_cumulative_last>,
    Fn<"price1CumulativeLast() view returns (uint256)", price1_cumulative_last>,
    Fn<"kLast() view returns (uint256)", k_last>,
    Fn<"MINIMUM_LIQUIDITY() view returns (uint256)", minimum_liquidity_of>,
    Fn<"PERMIT_TYPEHASH() view returns (bytes32)", permit_typehash>,
    Fn<"transfer(address to, uint256 value) returns (bool)", transfer>,
    Fn<"transferFrom(address from, address to, uint256 value) returns (bool)", transfer_from>,
    Fn<"approve(address spender, uint256 value) returns (bool)", approve>,
    Fn<"permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, "
       "bytes32 r, bytes32 s)",
       permit>,
    Fn<"allowance(address owner, address spender) view returns (uint256)", allowance::allowance_of>,
    Fn<"nonces(address owner) view returns (uint256)", allowance::nonces>,
    Fn<"DOMAIN_SEPARATOR() view returns (bytes32)", allowance::domain_separator>,
    Fn<"eip712Domain() view returns (bytes1 fields, string name, string version, uint256 "
       "chainId, address verifyingContract, bytes32 salt, uint256[] extensions)",
       allowance::eip712_domain>,
    THAW_ISSUED_VIEWS>;

static_assert(Fn<"mint(address to) returns (uint256 liquidity)", mint>::selector == 0x6a627842);
static_assert(Fn<"skim(address to)", skim>::selector == 0xbc25cf77);

}  // namespace thaw::protocol::exchange
