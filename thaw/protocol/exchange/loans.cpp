#include "thaw/protocol/exchange/loans.hpp"

#include "thaw/protocol/coins/face.hpp"
#include "thaw/protocol/exchange/stations.hpp"

namespace thaw::protocol::exchange {
namespace {

/// The pair with most of a coin among those with a coin of the hub itself.
struct Lender {
    Address pair;
    u128 reserve = 0;
};
Lender lender_of(const Query& query, const Address& coin) {
    Lender best;
    for (const Address& other : stations(query)) {
        const Address pair = pair_address(coin, other);
        if (other == coin || !exists(query, pair)) continue;
        if (query.read<Books>().pairs.get(pair).locked != 0) continue;
        const u128 reserve = reserves_of(query, pair, coin).of_coin;
        if (reserve > best.reserve) best = {pair, reserve};
    }
    return best;
}

std::optional<u128> fee_on(u128 amount) { return mul_div_up(amount, 3, 997); }

}  // namespace

Result<u128> max_flash_loan(const Query& query, Address token) {
    const u128 reserve = lender_of(query, token).reserve;
    return reserve == 0 ? 0 : reserve - 1;
}

Result<u128> flash_fee(const Query& query, Address token, u128 amount) {
    const Lender lender = lender_of(query, token);
    if (lender.reserve == 0) return fail(NothingToLend{token});
    if (amount >= lender.reserve) return fail(LoanTooLarge{amount, lender.reserve - 1});
    return *fee_on(amount);
}

Result<bool> flash_loan(Call& call, Address receiver, Address token, u128 amount, Bytes data) {
    if (receiver != call.sender()) return fail(BorrowerIsNotCaller{receiver});
    const u128 fee = TRY(flash_fee(call, token, amount));
    const u128 owed = add(amount, fee);
    const auto calls = codec::decode<std::vector<multicall::BatchCall>>(data);
    if (!calls) return fail(codec::MalformedArguments{});
    const Address pair = lender_of(call, token).pair;

    TRY_VOID(lend(call, pair, token, amount, receiver));
    Call batch = call.as(batch_address, call.sender());
    TRY_VOID(multicall::batch(batch, std::get<0>(*calls)));
    const u128 balance = coins::shown(call, token, receiver);
    if (balance < owed) return fail(LoanNotRepaid{owed, balance});
    TRY_VOID(coins::pay(call, token, receiver, pair, owed));
    TRY_VOID(settle_loan(call, pair, token, amount, receiver));
    call.emit(FlashLoan{receiver, token, pair, amount, fee});
    return true;
}

}  // namespace thaw::protocol::exchange
