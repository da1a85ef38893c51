/// Allowances and signed permits (ERC-20 approve, EIP-2612), for every fungible token of the hub.
#pragma once
#include "thaw/protocol/context.hpp"

namespace thaw::protocol::allowance {

using codec::Allowance;
using codec::Number;

struct Approval {
    static constexpr std::string_view abi =
        "Approval(address indexed owner, address indexed spender, uint256 value)";
    Address owner;
    Address spender;
    Allowance value;
};
struct ERC20InsufficientAllowance {
    static constexpr std::string_view abi =
        "ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed)";
    Address spender;
    Allowance allowance;
    u128 needed;
};
struct ERC20InvalidSpender {
    static constexpr std::string_view abi = "ERC20InvalidSpender(address spender)";
    Address spender;
};
struct ERC2612ExpiredSignature {
    static constexpr std::string_view abi = "ERC2612ExpiredSignature(uint256 deadline)";
    codec::Word deadline;
};
struct ERC2612InvalidSigner {
    static constexpr std::string_view abi = "ERC2612InvalidSigner(address signer, address owner)";
    Address signer;
    Address owner;
};

/// The caller lets `spender` move up to `value` of its tokens; 2^256 − 1 is unlimited.
Result<bool> approve(Call& call, Address spender, Allowance value);
/// The same by the owner's EIP-712 signature, sent by anybody. `v` is 27 or 28.
Result<void> permit(Call& call, Address owner, Address spender, codec::Word value,
                    codec::Word deadline, uint8_t v, Hash r, Hash s);
Result<Allowance> allowance_of(const Query& query, Address owner, Address spender);
Result<Number> nonces(const Query& query, Address owner);
Result<Hash> domain_separator(const Query& query);
/// EIP-5267: (fields, name, version, chainId, verifyingContract, salt, extensions).
using Domain =
    std::tuple<codec::Byte, std::string, std::string, Number, Address, Hash, std::vector<u128>>;
Result<Domain> eip712_domain(const Query& query);

/// Counts the owner's next signature for the contract `call.self()` as used.
void use_nonce(Call& call, const Address& owner);

/// The name of the token contract `query.self()`, as its domain and its `name()` say it.
std::string token_name(const Query& query);

/// Takes `amount` from what `owner` granted the caller of the token `call.self()`; unlimited grants
/// stay.
Result<void> spend(Call& call, const Address& owner, u128 amount);

}  // namespace thaw::protocol::allowance
