/// The assets: ETH, BNB, FTM, DOT, KSM, MATIC and THAW; one ledger, an ERC-20 face for each but
/// ETH.
#pragma once
#include "thaw/protocol/allowance/face.hpp"
#include "thaw/protocol/token/books.hpp"

namespace thaw::protocol::token {

struct Transfer {
    static constexpr std::string_view abi =
        "Transfer(address indexed from, address indexed to, uint256 value)";
    Address from;
    Address to;
    Assets value;
};
struct ERC20InsufficientBalance {
    static constexpr std::string_view abi =
        "ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)";
    Address sender;
    Assets balance;
    Assets needed;
};
struct ERC20InvalidReceiver {
    static constexpr std::string_view abi = "ERC20InvalidReceiver(address receiver)";
    Address receiver;
};
struct UnknownAsset {
    static constexpr std::string_view abi = "UnknownAsset(uint8 asset)";
    AssetId asset;
};

// ---- What other modules call. None of it is on the wire.

/// Moves base units from one account to another of the same asset, as one posting with two sides.
/// The caller has checked that `from` has them: a bucket that runs short is a bug.
void post(Call& call, const Account& from, const Account& to, Assets amount);
/// The same from a user's account, refused when the user has less.
Result<void> take(Call& call, const Address& user, const Account& to, Assets amount);

/// Takes what a transaction may cost, in wei, from its signer's account before it runs, so that a
/// verb cannot spend it. Until `settle_gas` it lies in no account.
void prepay_gas(Call& call, const Address& signer, Assets most);
/// Gives the treasury the fee, and the signer what is left of the most.
void settle_gas(Call& call, const Address& signer, const Address& treasury, Assets most,
                Assets fee);

Assets held(const Query& query, const Account& account);
/// What of an asset works for a network's stakers: buffer, in flight, bonded and unbonding.
Assets located(const Query& query, NetworkId network);

// ---- The ERC-20 face; `self` says which asset.

Result<bool> transfer(Call& call, Address to, Assets value);
Result<bool> transfer_from(Call& call, Address from, Address to, Assets value);
/// A user's balance. A staking contract's is what its pool holds, a module's own keeping does not
/// depend on it.
Result<Assets> balance_of(const Query& query, Address account);
Result<Assets> total_supply(const Query& query);
Result<std::string> name(const Query& query);
Result<std::string> symbol(const Query& query);
Result<uint8_t> decimals(const Query& query);

#define THAW_ALLOWANCE_FUNCTIONS                                                               \
    Fn<"approve(address spender, uint256 value) returns (bool)", allowance::approve>,          \
        Fn<"allowance(address owner, address spender) view returns (uint256)",                 \
           allowance::allowance_of>,                                                           \
        Fn<"permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, " \
           "bytes32 r, bytes32 s)",                                                            \
           allowance::permit>,                                                                 \
        Fn<"nonces(address owner) view returns (uint256)", allowance::nonces>,                 \
        Fn<"DOMAIN_SEPARATOR() view returns (bytes32)", allowance::domain_separator>,          \
        Fn<"eip712Domain() view returns (bytes1 fields, string name, string version, uint256 " \
           "chainId, address verifyingContract, bytes32 salt, uint256[] extensions)",          \
           allowance::eip712_domain>
#define THAW_ALLOWANCE_ERRORS                                              \
    allowance::ERC20InsufficientAllowance, allowance::ERC20InvalidSpender, \
        allowance::ERC2612ExpiredSignature, allowance::ERC2612InvalidSigner

using Face = Interface<
    Events<Transfer, allowance::Approval>,
    Errors<ERC20InsufficientBalance, ERC20InvalidReceiver, THAW_ALLOWANCE_ERRORS>,
    Fn<"name() view returns (string)", name>, Fn<"symbol() view returns (string)", symbol>,
    Fn<"decimals() view returns (uint8)", decimals>,
    Fn<"totalSupply() view returns (uint256)", total_supply>,
    Fn<"balanceOf(address account) view returns (uint256)", balance_of>,
    Fn<"transfer(address to, uint256 value) returns (bool)", transfer>,
    Fn<"transferFrom(address from, address to, uint256 value) returns (bool)", transfer_from>,
    THAW_ALLOWANCE_FUNCTIONS>;

static_assert(Fn<"transfer(address to, uint256 value) returns (bool)", transfer>::selector ==
              0xa9059cbb);

}  // namespace thaw::protocol::token
