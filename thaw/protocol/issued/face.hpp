/// Issued tokens: what their modules do with them, and the ERC-20 face with permits that each
/// module includes in its own.
#pragma once
#include <string>

#include "thaw/protocol/issued/books.hpp"
#include "thaw/protocol/token/face.hpp"

namespace thaw::protocol::issued {

// ---- For the modules that issue.

/// Where a factory's contract of that salt lives, by the rule of EIP-1014 with a constant in place
/// of the hash of its code: the last 20 bytes of keccak(0xff ++ factory ++ salt ++ code).
Address instance_address(const Address& factory, const Hash& salt, const Hash& code);

/// Brings a token into being at an address that is nobody's yet. From here on its address is a
/// contract of that kind.
void create(Call& call, const Address& token, const Issue& issue);
std::optional<Issue> find(const Query& query, const Address& token);
/// How many there are; they are numbered from 1.
uint64_t count(const Query& query);
Address token_at(const Query& query, uint64_t number);

u128 held(const Query& query, const Address& token, const Address& holder);
u128 supply(const Query& query, const Address& token);
/// Issues base units. The caller keeps the supply inside 128 bits.
void mint(Call& call, const Address& token, const Address& to, u128 amount);
/// Refused when `from` has less.
Result<void> burn(Call& call, const Address& token, const Address& from, u128 amount);
/// Moves base units, to the zero address too; refused when `from` has less.
Result<void> transfer(Call& call, const Address& token, const Address& from, const Address& to,
                      u128 amount);
/// Minting and burning without a Transfer event, for a token that says it with events of its own.
void mint_quietly(Call& call, const Address& token, const Address& to, u128 amount);
Result<void> burn_quietly(Call& call, const Address& token, const Address& from, u128 amount);

// ---- The ERC-20 face; `self` says which token.

Result<bool> transfer_to(Call& call, Address to, u128 value);
Result<bool> transfer_from(Call& call, Address from, Address to, u128 value);
Result<u128> balance_of(const Query& query, Address account);
Result<u128> total_supply(const Query& query);
Result<std::string> name(const Query& query);
Result<std::string> symbol(const Query& query);
Result<uint8_t> decimals(const Query& query);

#define THAW_ISSUED_VIEWS                                                 \
    Fn<"name() view returns (string)", issued::name>,                     \
        Fn<"symbol() view returns (string)", issued::symbol>,             \
        Fn<"decimals() view returns (uint8)", issued::decimals>,          \
        Fn<"totalSupply() view returns (uint256)", issued::total_supply>, \
        Fn<"balanceOf(address account) view returns (uint256)", issued::balance_of>
/// ERC-20 with EIP-2612 permits, for the Interface<> of a module that issues tokens.
#define THAW_ISSUED_FUNCTIONS                                                          \
    THAW_ISSUED_VIEWS,                                                                 \
        Fn<"transfer(address to, uint256 value) returns (bool)", issued::transfer_to>, \
        Fn<"transferFrom(address from, address to, uint256 value) returns (bool)",     \
           issued::transfer_from>,                                                     \
        THAW_ALLOWANCE_FUNCTIONS
#define THAW_ISSUED_EVENTS token::Transfer, allowance::Approval
#define THAW_ISSUED_ERRORS \
    token::ERC20InsufficientBalance, token::ERC20InvalidReceiver, THAW_ALLOWANCE_ERRORS

/// Of tokens whose module adds nothing.
using Face =
    Interface<Events<THAW_ISSUED_EVENTS>, Errors<THAW_ISSUED_ERRORS>, THAW_ISSUED_FUNCTIONS>;

}  // namespace thaw::protocol::issued
