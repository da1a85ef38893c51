#include "thaw/protocol/coins/face.hpp"
#include "thaw/protocol/exchange/hops.hpp"

// Router 02: laying liquidity in, and taking it out.
namespace thaw::protocol::exchange {
namespace {

/// What two parties would give for each other; nothing when it does not fit.
std::optional<u128> worth(u128 amount, u128 reserve, u128 other_reserve) {
    return mul_div_down(amount, other_reserve, reserve);
}

struct Used {
    Address pair;
    u128 a = 0;
    u128 b = 0;
};

/// How much of both is used at the pair's price; opens the pair if need be.
Result<Used> fit(Call& call, const Address& a, const Address& b, u128 a_desired, u128 b_desired,
                 Limit a_min, Limit b_min) {
    Address pair = pair_address(a, b);
    if (!exists(call, pair)) {
        Call factory_call = call.as(factory_address, call.self());
        pair = TRY(create_pair(factory_call, a, b));
    }
    const Reserves now = reserves_of(call, pair, a);
    if (now.of_coin == 0 && now.of_other == 0) return Used{pair, a_desired, b_desired};
    if (a_desired == 0) return refuse("UniswapV2Library: INSUFFICIENT_AMOUNT");
    if (now.of_coin == 0 || now.of_other == 0)
        return refuse("UniswapV2Library: INSUFFICIENT_LIQUIDITY");
    const auto b_best = worth(a_desired, now.of_coin, now.of_other);
    if (b_best && *b_best <= b_desired) {
        if (*b_best < b_min.value) return refuse("UniswapV2Router: INSUFFICIENT_B_AMOUNT");
        return Used{pair, a_desired, *b_best};
    }
    if (b_desired == 0) return refuse("UniswapV2Library: INSUFFICIENT_AMOUNT");
    const auto a_best = worth(b_desired, now.of_other, now.of_coin);
    THAW_ASSERT(a_best && *a_best <= a_desired);  // b_desired is worth less than a_desired
    if (*a_best < a_min.value) return refuse("UniswapV2Router: INSUFFICIENT_A_AMOUNT");
    return Used{pair, *a_best, b_desired};
}

Result<void> check_coins(const Address& a, const Address& b) {
    if (a == b) return refuse("UniswapV2Library: IDENTICAL_ADDRESSES");
    if (a.is_zero() || b.is_zero()) return refuse("UniswapV2Library: ZERO_ADDRESS");
    return {};
}

/// Sends the caller's liquidity to its pair and has it paid out; a's amount first.
Result<std::tuple<u128, u128>> take_out(Call& call, const Address& a, const Address& b,
                                        Limit liquidity, Limit a_min, Limit b_min,
                                        const Address& to) {
    TRY_VOID(check_coins(a, b));
    const Address pair = pair_address(a, b);
    if (!exists(call, pair)) return refuse_silently();
    if (!issued::transfer(call, pair, call.sender(), pair, liquidity.value))
        return refuse("ds-math-sub-underflow");
    Call pair_call = call.as(pair, call.self());
    const auto [amount0, amount1] = TRY(burn(pair_call, to));
    const u128 of_a = a < b ? amount0 : amount1;
    const u128 of_b = a < b ? amount1 : amount0;
    if (of_a < a_min.value) return refuse("UniswapV2Router: INSUFFICIENT_A_AMOUNT");
    if (of_b < b_min.value) return refuse("UniswapV2Router: INSUFFICIENT_B_AMOUNT");
    return std::tuple{of_a, of_b};
}

Result<std::tuple<u128, u128>> take_out_eth(Call& call, const Address& coin, Limit liquidity,
                                            Limit coin_min, Limit eth_min, const Address& to) {
    const auto [amount, wei] =
        TRY(take_out(call, coin, weth_address, liquidity, coin_min, eth_min, call.self()));
    TRY_VOID(give(call, coin, to, amount));
    TRY_VOID(give_unwrapped(call, to, wei));
    return std::tuple{amount, wei};
}

struct Signature {
    codec::Word deadline;
    bool approve_max;
    uint8_t v;
    Hash r;
    Hash s;
};

codec::Word word_of(u128 value) {
    Bytes bytes;
    codec::append_word(bytes, value);
    codec::Word word;
    std::copy_n(bytes.begin(), codec::word_size, word.bytes.bytes.begin());
    return word;
}

/// Grants the router the caller's liquidity by its signature, and uses up what is taken.
Result<void> use_permit(Call& call, const Address& a, const Address& b, Limit liquidity,
                        const Signature& signature) {
    TRY_VOID(check_coins(a, b));
    const Address pair = pair_address(a, b);
    if (!exists(call, pair)) return refuse_silently();
    codec::Word value = word_of(liquidity.value);
    if (signature.approve_max) value.bytes.bytes.fill(0xff);
    Call pair_call = call.as(pair, call.self());
    TRY_VOID(permit(pair_call, call.sender(), call.self(), value, signature.deadline, signature.v,
                    signature.r, signature.s));
    return coins::spend(call, pair, call.sender(), call.self(), liquidity.value);
}

Result<void> check_word_deadline(const Query& query, const codec::Word& deadline) {
    const auto last_s = codec::word_value(deadline.bytes.bytes);
    if (last_s && *last_s < query.now_s()) return refuse("UniswapV2Router: EXPIRED");
    return {};
}

}  // namespace

Result<std::tuple<u128, u128, u128>> add_liquidity(Call& call, Address a, Address b,
                                                   Limit a_desired, Limit b_desired, Limit a_min,
                                                   Limit b_min, Address to, Number deadline) {
    TRY_VOID(check_deadline(call, deadline));
    const Used used = TRY(fit(call, a, b, a_desired.value, b_desired.value, a_min, b_min));
    TRY_VOID(take(call, a, used.pair, used.a));
    TRY_VOID(take(call, b, used.pair, used.b));
    Call pair = call.as(used.pair, call.self());
    const u128 liquidity = TRY(mint(pair, to));
    return std::tuple{used.a, used.b, liquidity};
}

Result<std::tuple<u128, u128, u128>> add_liquidity_eth(Call& call, Address coin, Limit desired,
                                                       Limit coin_min, Limit eth_min, Address to,
                                                       Number deadline) {
    TRY_VOID(check_deadline(call, deadline));
    const Used used =
        TRY(fit(call, coin, weth_address, desired.value, call.value().value, coin_min, eth_min));
    TRY_VOID(take(call, coin, used.pair, used.a));
    TRY_VOID(give_wrapped(call, used.pair, used.b));
    Call pair = call.as(used.pair, call.self());
    const u128 liquidity = TRY(mint(pair, to));
    refund(call, used.b);
    return std::tuple{used.a, used.b, liquidity};
}

Result<std::tuple<u128, u128>> remove_liquidity(Call& call, Address a, Address b, Limit liquidity,
                                                Limit a_min, Limit b_min, Address to,
                                                Number deadline) {
    TRY_VOID(check_deadline(call, deadline));
    return take_out(call, a, b, liquidity, a_min, b_min, to);
}

Result<std::tuple<u128, u128>> remove_liquidity_eth(Call& call, Address coin, Limit liquidity,
                                                    Limit coin_min, Limit eth_min, Address to,
                                                    Number deadline) {
    TRY_VOID(check_deadline(call, deadline));
    return take_out_eth(call, coin, liquidity, coin_min, eth_min, to);
}

Result<std::tuple<u128, u128>> remove_liquidity_with_permit(Call& call, Address a, Address b,
                                                            Limit liquidity, Limit a_min,
                                                            Limit b_min, Address to,
                                                            codec::Word deadline, bool approve_max,
                                                            uint8_t v, Hash r, Hash s) {
    TRY_VOID(use_permit(call, a, b, liquidity, {deadline, approve_max, v, r, s}));
    TRY_VOID(check_word_deadline(call, deadline));
    return take_out(call, a, b, liquidity, a_min, b_min, to);
}

Result<std::tuple<u128, u128>> remove_liquidity_eth_with_permit(
    Call& call, Address coin, Limit liquidity, Limit coin_min, Limit eth_min, Address to,
    codec::Word deadline, bool approve_max, uint8_t v, Hash r, Hash s) {
    TRY_VOID(use_permit(call, coin, weth_address, liquidity, {deadline, approve_max, v, r, s}));
    TRY_VOID(check_word_deadline(call, deadline));
    return take_out_eth(call, coin, liquidity, coin_min, eth_min, to);
}

Result<u128> remove_liquidity_eth_supporting(Call& call, Address coin, Limit liquidity,
                                             Limit coin_min, Limit eth_min, Address to,
                                             Number deadline) {
    return std::get<1>(
        TRY(remove_liquidity_eth(call, coin, liquidity, coin_min, eth_min, to, deadline)));
}

Result<u128> remove_liquidity_eth_with_permit_supporting(Call& call, Address coin, Limit liquidity,
                                                         Limit coin_min, Limit eth_min, Address to,
                                                         codec::Word deadline, bool approve_max,
                                                         uint8_t v, Hash r, Hash s) {
    return std::get<1>(TRY(remove_liquidity_eth_with_permit(
        call, coin, liquidity, coin_min, eth_min, to, deadline, approve_max, v, r, s)));
}

Result<Address> weth_of(const Query&) { return weth_address; }

}  // namespace thaw::protocol::exchange
