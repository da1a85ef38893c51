#include "thaw/protocol/coins/face.hpp"
#include "thaw/protocol/exchange/loans.hpp"
#include "thaw/protocol/exchange/math.hpp"

// What a pair does with what was sent to it.
namespace thaw::protocol::exchange {
namespace {

/// One unit of each token as `balanceOf` shows it.
struct Two {
    u128 first = 0;
    u128 second = 0;
};

Pair pair_of(const Query& query) { return query.read<Books>().pairs.get(query.self()); }

Two shown_as(const Query& query, const Pair& pair, u128 stored0, u128 stored1) {
    return {coins::shown_as(query, pair.token0, stored0),
            coins::shown_as(query, pair.token1, stored1)};
}
Two reserves(const Query& query, const Pair& pair) {
    return shown_as(query, pair, pair.reserve0, pair.reserve1);
}
Two balances(const Query& query, const Pair& pair) {
    return {coins::shown(query, pair.token0, query.self()),
            coins::shown(query, pair.token1, query.self())};
}
/// What lies here beyond the reserves; these are never more than what lies here.
Two surplus(const Two& balance, const Two& reserve) {
    return {sub(balance.first, reserve.first), sub(balance.second, reserve.second)};
}

Result<void> check_unlocked(const Pair& pair) {
    if (pair.locked != 0) return refuse("UniswapV2: LOCKED");
    return {};
}

Result<void> pay(Call& call, const Address& coin, const Address& to, u128 amount) {
    if (!coins::pay(call, coin, call.self(), to, amount))
        return refuse("UniswapV2: TRANSFER_FAILED");
    return {};
}

/// Makes what lies here the reserves, and adds the time since the last update to the price sums.
Result<void> update(Call& call, Pair& pair, const Two& before) {
    const Two now = balances(call, pair);
    if (now.first > reserve_max || now.second > reserve_max) return refuse("UniswapV2: OVERFLOW");
    const auto now_s = static_cast<uint32_t>(call.now_s());
    const uint32_t elapsed_s = now_s - pair.updated_at_s;
    if (elapsed_s > 0 && before.first != 0 && before.second != 0) {
        pair.price0 = accumulated(pair.price0, before.second, before.first, elapsed_s);
        pair.price1 = accumulated(pair.price1, before.first, before.second, elapsed_s);
    }
    pair.reserve0 = coins::stored(call, pair.token0, call.self());
    pair.reserve1 = coins::stored(call, pair.token1, call.self());
    pair.updated_at_s = now_s;
    call.own<Books>().pairs.put(call.self(), pair);
    call.emit(Sync{Uint112{now.first}, Uint112{now.second}});
    return {};
}

/// Issues the protocol's sixth of what the fees have made the liquidity grow since its last
/// change, if the protocol takes any. What rebasing tokens earned is not fees: both sides are
/// compared at the rates of now. Whether there is a fee.
bool mint_protocol_fee(Call& call, Pair& pair, const Two& reserve) {
    const Address to = call.read<Books>().settings.get(0).fee_to;
    if (to.is_zero()) {
        pair.last0 = pair.last1 = 0;
        return false;
    }
    if (pair.last0 == 0 || pair.last1 == 0) return true;
    const Two last = shown_as(call, pair, pair.last0, pair.last1);
    const u128 liquidity = protocol_liquidity(issued::supply(call, call.self()),
                                              root(wide_mul(reserve.first, reserve.second)),
                                              root(wide_mul(last.first, last.second)));
    if (liquidity != 0) issued::mint(call, call.self(), to, liquidity);
    return true;
}

/// The end of every change of liquidity.
Result<void> settle(Call& call, Pair& pair, const Two& before, bool fee_on) {
    TRY_VOID(update(call, pair, before));
    if (!fee_on) return {};
    pair.last0 = pair.reserve0;
    pair.last1 = pair.reserve1;
    call.own<Books>().pairs.put(call.self(), pair);
    return {};
}

/// The liquidity that two amounts buy of an existing supply.
Result<u128> bought(const Two& amount, u128 supply, const Two& reserve) {
    if (reserve.first == 0 || reserve.second == 0) return refuse_silently();
    const auto by_first = mul_div_down(amount.first, supply, reserve.first);
    const auto by_second = mul_div_down(amount.second, supply, reserve.second);
    // Both beyond 128 bits: so are the balances beyond 112.
    if (!by_first && !by_second) return refuse("UniswapV2: OVERFLOW");
    return std::min(by_first.value_or(u128_max), by_second.value_or(u128_max));
}

/// The end of a swap: what was paid out has been paid for.
Result<void> finish(Call& call, Pair& pair, const Two& reserve, const Two& out, const Address& to) {
    const Two balance = balances(call, pair);
    const auto came = [](u128 now, u128 left) { return now > left ? now - left : 0; };
    const Two in{came(balance.first, sub(reserve.first, out.first)),
                 came(balance.second, sub(reserve.second, out.second))};
    if (in.first == 0 && in.second == 0) return refuse("UniswapV2: INSUFFICIENT_INPUT_AMOUNT");
    if (balance.first > reserve_max || balance.second > reserve_max)
        return refuse("UniswapV2: OVERFLOW");
    if (!keeps_product(balance.first, balance.second, in.first, in.second, reserve.first,
                       reserve.second))
        return refuse("UniswapV2: K");
    TRY_VOID(update(call, pair, reserve));
    call.emit(Swap{call.sender(), in.first, in.second, out.first, out.second, to});
    return {};
}

codec::Word word_of(u128 high, u128 low) {
    Bytes bytes;
    codec::append_word(bytes, low);
    codec::Word word;
    std::copy_n(bytes.begin(), codec::word_size, word.bytes.bytes.begin());
    for (size_t i = 16; i-- > 0; high >>= 8) word.bytes.bytes[i] = static_cast<uint8_t>(high);
    return word;
}

}  // namespace

Result<u128> mint(Call& call, Address to) {
    Pair pair = pair_of(call);
    TRY_VOID(check_unlocked(pair));
    const Two reserve = reserves(call, pair);
    const Two amount = surplus(balances(call, pair), reserve);
    const bool fee_on = mint_protocol_fee(call, pair, reserve);
    const u128 supply = issued::supply(call, call.self());
    u128 liquidity = 0;
    if (supply == 0) {
        const u128 first = first_liquidity(amount.first, amount.second);
        if (first < minimum_liquidity) return refuse("ds-math-sub-underflow");
        liquidity = first - minimum_liquidity;
        issued::mint(call, call.self(), Address{}, minimum_liquidity);
    } else {
        liquidity = TRY(bought(amount, supply, reserve));
    }
    if (liquidity == 0) return refuse("UniswapV2: INSUFFICIENT_LIQUIDITY_MINTED");
    if (!checked_add(issued::supply(call, call.self()), liquidity))
        return refuse("UniswapV2: OVERFLOW");  // as above
    issued::mint(call, call.self(), to, liquidity);
    TRY_VOID(settle(call, pair, reserve, fee_on));
    call.emit(Mint{call.sender(), amount.first, amount.second});
    return liquidity;
}

Result<std::tuple<u128, u128>> burn(Call& call, Address to) {
    Pair pair = pair_of(call);
    TRY_VOID(check_unlocked(pair));
    const Two reserve = reserves(call, pair);
    const Two balance = balances(call, pair);
    const u128 liquidity = issued::held(call, call.self(), call.self());
    const bool fee_on = mint_protocol_fee(call, pair, reserve);
    const u128 supply = issued::supply(call, call.self());
    if (supply == 0) return refuse_silently();
    const Two amount{*mul_div_down(liquidity, balance.first, supply),
                     *mul_div_down(liquidity, balance.second, supply)};
    if (amount.first == 0 || amount.second == 0)
        return refuse("UniswapV2: INSUFFICIENT_LIQUIDITY_BURNED");
    TRY_VOID(issued::burn(call, call.self(), call.self(), liquidity));
    TRY_VOID(pay(call, pair.token0, to, amount.first));
    TRY_VOID(pay(call, pair.token1, to, amount.second));
    TRY_VOID(settle(call, pair, reserve, fee_on));
    call.emit(Burn{call.sender(), amount.first, amount.second, to});
    return std::tuple{amount.first, amount.second};
}

Result<void> swap(Call& call, Limit amount0_out, Limit amount1_out, Address to, Bytes data) {
    Pair pair = pair_of(call);
    TRY_VOID(check_unlocked(pair));
    const Two out{amount0_out.value, amount1_out.value};
    const Two reserve = reserves(call, pair);
    if (out.first == 0 && out.second == 0) return refuse("UniswapV2: INSUFFICIENT_OUTPUT_AMOUNT");
    if (out.first >= reserve.first || out.second >= reserve.second)
        return refuse("UniswapV2: INSUFFICIENT_LIQUIDITY");
    if (to == pair.token0 || to == pair.token1) return refuse("UniswapV2: INVALID_TO");
    if (out.first != 0) TRY_VOID(pay(call, pair.token0, to, out.first));
    if (out.second != 0) TRY_VOID(pay(call, pair.token1, to, out.second));
    if (!data.empty()) return refuse_silently();  // nobody has a uniswapV2Call
    return finish(call, pair, reserve, out, to);
}

Result<void> lend(Call& call, const Address& pair, const Address& coin, u128 amount,
                  const Address& to) {
    Call self = call.as(pair, call.self());
    Pair row = pair_of(self);
    TRY_VOID(check_unlocked(row));
    row.locked = 1;
    call.own<Books>().pairs.put(pair, row);
    return pay(self, coin, to, amount);
}

Result<void> settle_loan(Call& call, const Address& pair, const Address& coin, u128 lent,
                         const Address& borrower) {
    Call self = call.as(pair, call.self());
    Pair row = pair_of(self);
    THAW_ASSERT(row.locked != 0);
    row.locked = 0;
    const bool first = coin == row.token0;
    return finish(self, row, reserves(self, row), {first ? lent : 0, first ? 0 : lent}, borrower);
}

Result<void> skim(Call& call, Address to) {
    Pair pair = pair_of(call);
    TRY_VOID(check_unlocked(pair));
    const Two more = surplus(balances(call, pair), reserves(call, pair));
    TRY_VOID(pay(call, pair.token0, to, more.first));
    TRY_VOID(pay(call, pair.token1, to, more.second));
    // An exact transfer of a rebasing token may take part of a base unit with it.
    pair.reserve0 = std::min(pair.reserve0, coins::stored(call, pair.token0, call.self()));
    pair.reserve1 = std::min(pair.reserve1, coins::stored(call, pair.token1, call.self()));
    call.own<Books>().pairs.put(call.self(), pair);
    return {};
}

Result<void> sync(Call& call) {
    Pair pair = pair_of(call);
    TRY_VOID(check_unlocked(pair));
    return update(call, pair, reserves(call, pair));
}

Result<void> initialize(Call&, Address, Address) { return refuse("UniswapV2: FORBIDDEN"); }

Reserves reserves_of(const Query& query, const Address& pair, const Address& coin) {
    const Pair row = query.read<Books>().pairs.get(pair);
    const Two now = reserves(query, row);
    if (coin == row.token0) return {now.first, now.second, row.token1};
    if (coin == row.token1) return {now.second, now.first, row.token0};
    return {};
}

Result<std::tuple<Uint112, Uint112, uint32_t>> get_reserves(const Query& query) {
    const Pair pair = pair_of(query);
    const Two now = reserves(query, pair);
    return std::tuple{Uint112{std::min(now.first, reserve_max)},
                      Uint112{std::min(now.second, reserve_max)}, pair.updated_at_s};
}

Result<Address> token0(const Query& query) { return pair_of(query).token0; }
Result<Address> token1(const Query& query) { return pair_of(query).token1; }
Result<Address> factory(const Query&) { return factory_address; }

Result<codec::Word> price0_cumulative_last(const Query& query) {
    const Pair pair = pair_of(query);
    return word_of(pair.price0.high, pair.price0.low);
}
Result<codec::Word> price1_cumulative_last(const Query& query) {
    const Pair pair = pair_of(query);
    return word_of(pair.price1.high, pair.price1.low);
}

Result<codec::Word> k_last(const Query& query) {
    const Pair pair = pair_of(query);
    const Two last = shown_as(query, pair, pair.last0, pair.last1);
    const Wide product = wide_mul(last.first, last.second);
    return word_of(product.high, product.low);
}

}  // namespace thaw::protocol::exchange
