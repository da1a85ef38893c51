#include "thaw/crypto/keccak.hpp"
#include "thaw/protocol/exchange/face.hpp"
#include "thaw/protocol/exchange/limits.hpp"

// The ERC-20 of a pair's liquidity: the issued ledger, with Uniswap V2's refusals.
namespace thaw::protocol::exchange {
namespace {

/// Overdrawing is an underflow there; sending to the zero address is allowed.
Result<bool> move(Call& call, const Address& from, const Address& to, u128 value) {
    if (!issued::transfer(call, call.self(), from, to, value))
        return refuse("ds-math-sub-underflow");
    return true;
}

}  // namespace

Result<bool> transfer(Call& call, Address to, Limit value) {
    return move(call, call.sender(), to, value.value);
}

Result<bool> transfer_from(Call& call, Address from, Address to, Limit value) {
    if (!allowance::spend(call, from, value.value)) return refuse("ds-math-sub-underflow");
    return move(call, from, to, value.value);
}

Result<bool> approve(Call& call, Address spender, codec::Allowance value) {
    return allowance::approve(call, spender, value);
}

Result<void> permit(Call& call, Address owner, Address spender, codec::Word value,
                    codec::Word deadline, uint8_t v, Hash r, Hash s) {
    const auto last_s = codec::word_value(deadline.bytes.bytes);
    if (last_s && *last_s < call.now_s()) return refuse("UniswapV2: EXPIRED");
    if (!allowance::permit(call, owner, spender, value, deadline, v, r, s))
        return refuse("UniswapV2: INVALID_SIGNATURE");
    return {};
}

Result<u128> minimum_liquidity_of(const Query&) { return minimum_liquidity; }

Result<Hash> permit_typehash(const Query&) {
    static constexpr Hash hash = crypto::keccak256_constexpr(
        "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
    return hash;
}

}  // namespace thaw::protocol::exchange
