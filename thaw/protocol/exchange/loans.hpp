/// Flash loans: coins of a pair's reserves for the length of a batch, by the names of ERC-3156
/// (https://eips.ethereum.org/EIPS/eip-3156). There is no code to call back: what the borrower
/// does with the loan is a batch of its own calls, handed over as `data`.
#pragma once
#include "thaw/protocol/exchange/face.hpp"
#include "thaw/protocol/multicall/face.hpp"

namespace thaw::protocol::exchange {

struct FlashLoan {
    static constexpr std::string_view abi =
        "FlashLoan(address indexed borrower, address indexed token, address pair, uint256 amount, "
        "uint256 fee)";
    Address borrower;
    Address token;
    Address pair;
    u128 amount;
    u128 fee;
};
/// No pair lends this token.
struct NothingToLend {
    static constexpr std::string_view abi = "NothingToLend(address token)";
    Address token;
};
struct LoanTooLarge {
    static constexpr std::string_view abi = "LoanTooLarge(uint256 amount, uint256 maximum)";
    u128 amount;
    u128 maximum;
};
/// The borrower is the signer: only its own calls can be run.
struct BorrowerIsNotCaller {
    static constexpr std::string_view abi = "BorrowerIsNotCaller(address receiver)";
    Address receiver;
};
/// After the batch the borrower has less than it owes.
struct LoanNotRepaid {
    static constexpr std::string_view abi = "LoanNotRepaid(uint256 owed, uint256 balance)";
    u128 owed;
    u128 balance;
};

/// The most that can be lent of a token now: the deepest pair's reserve, but for one base unit.
Result<u128> max_flash_loan(const Query& query, Address token);
/// What a loan costs, to those who provide the pair: what swapping it back would, rounded up.
Result<u128> flash_fee(const Query& query, Address token, u128 amount);
/// Lends, runs the batch in `data`, `(address to, uint256 value, bytes data)[]`, as the caller, and
/// takes back loan and fee from the caller's balance; all of it, or none. Meanwhile the pair that
/// lends is locked. `receiver` is the caller.
Result<bool> flash_loan(Call& call, Address receiver, Address token, u128 amount, Bytes data);

// ---- Of the pair that lends.

/// Pays out a part of a pair's reserve and locks it.
Result<void> lend(Call& call, const Address& pair, const Address& coin, u128 amount,
                  const Address& to);
/// Unlocks a pair that has been paid back for `lent`, as Uniswap V2's swap ends.
Result<void> settle_loan(Call& call, const Address& pair, const Address& coin, u128 lent,
                         const Address& borrower);

using LoansFace = Interface<
    Events<FlashLoan>,
    Errors<Error, NothingToLend, LoanTooLarge, BorrowerIsNotCaller, LoanNotRepaid,
           multicall::BatchCallFailed, multicall::TooManyCalls, multicall::TooDeep>,
    Fn<"maxFlashLoan(address token) view returns (uint256)", max_flash_loan>,
    Fn<"flashFee(address token, uint256 amount) view returns (uint256)", flash_fee>,
    Fn<"flashLoan(address receiver, address token, uint256 amount, bytes data) returns (bool)",
       flash_loan>>;

static_assert(Fn<"flashLoan(address receiver, address token, uint256 amount, bytes data) returns "
                 "(bool)",
                 flash_loan>::selector == 0x5cffe9de);

}  // namespace thaw::protocol::exchange
