#include "thaw/protocol/farm/face.hpp"

// What stakers, managers and funders call.
namespace thaw::protocol::farm {
namespace {

Farm farm_at(const Query& query, const Address& farm) {
    return query.read<Books>().farms.get(farm);
}
Farm here(const Query& query) { return farm_at(query, query.self()); }

emission::Stream stream_of(const Query& query, uint8_t slot) {
    return emission::stream(query, query.self(), slot, issued::supply(query, query.self()));
}

}  // namespace

Result<void> stake(Call& call, const Address& farm, const Address& owner, const Address& receiver,
                   u128 units) {
    if (receiver.is_zero()) return fail(ZeroReceiver{});
    if (units == 0) return fail(ZeroAmount{});
    TRY_VOID(coins::move(call, farm_at(call, farm).coin, owner, farm, units));
    issued::mint(call, farm, receiver, units);
    call.emit_as(farm, Staked{owner, receiver, units});
    return {};
}

Result<void> unstake(Call& call, const Address& farm, const Address& owner, const Address& receiver,
                     u128 units) {
    if (receiver.is_zero()) return fail(ZeroReceiver{});
    if (units == 0) return fail(ZeroAmount{});
    TRY_VOID(issued::burn(call, farm, owner, units));
    TRY_VOID(coins::move(call, farm_at(call, farm).coin, farm, receiver, units));
    call.emit_as(farm, Withdrawn{owner, receiver, units});
    return {};
}

Result<std::vector<Paid>> collect(Call& call, const Address& farm, const Address& owner,
                                  const Address& receiver) {
    if (receiver.is_zero()) return fail(ZeroReceiver{});
    emission::touch(call, farm, owner, issued::held(call, farm, owner), issued::supply(call, farm));
    std::vector<Paid> all;
    for (uint8_t slot = 0; slot < emission::slots(call, farm); ++slot) {
        const Address token = emission::stream(call, farm, slot, 0).reward;
        const u128 due = emission::settle(call, farm, slot, owner);
        all.push_back({token, due});
        if (due == 0) continue;
        TRY_VOID(coins::move(call, token, farm, receiver, due));
        call.emit_as(farm, RewardPaid{owner, token, receiver, due});
    }
    return all;
}

Result<u128> deposit(Call& call, u128 amount) { return deposit_for(call, call.sender(), amount); }

Result<u128> deposit_for(Call& call, Address receiver, u128 amount) {
    const u128 units = coins::to_ledger_down(call, here(call).coin, amount);
    TRY_VOID(stake(call, call.self(), call.sender(), receiver, units));
    return units;
}

Result<u128> deposit_all(Call& call) {
    return deposit(call, coins::shown(call, here(call).coin, call.sender()));
}

Result<u128> withdraw(Call& call, u128 receipts) {
    TRY_VOID(unstake(call, call.self(), call.sender(), call.sender(), receipts));
    return coins::to_face_down(call, here(call).coin, receipts);
}

Result<std::vector<u128>> claim(Call& call) {
    std::vector<u128> amounts;
    for (const Paid& paid : TRY(collect(call, call.self(), call.sender(), call.sender())))
        amounts.push_back(paid.amount);
    return amounts;
}

Result<u128> leave(Call& call) {
    TRY(claim(call));
    return withdraw(call, issued::held(call, call.self(), call.sender()));
}

Result<void> add_reward(Call& call, Address token) {
    const Address manager = here(call).manager;
    if (call.sender() != manager) return fail(NotManager{call.sender(), manager});
    if (!coins::is_coin(call, token) || token == call.self()) return fail(NotAToken{token});
    if (emission::slot_of(call, call.self(), token)) return fail(RewardExists{token});
    if (emission::slots(call, call.self()) >= emission::streams_max)
        return fail(TooManyRewards{emission::streams_max});
    emission::open(call, call.self(), token);
    call.emit(RewardAdded{token});
    return {};
}

Result<void> fund(Call& call, Address token, u128 amount, uint64_t seconds) {
    using emission::schedule_max_s;
    using emission::schedule_min_s;
    const auto slot = emission::slot_of(call, call.self(), token);
    if (!slot) return fail(UnknownReward{token});
    if (seconds < schedule_min_s || seconds > schedule_max_s)
        return fail(DurationOutOfRange{seconds, schedule_min_s, schedule_max_s});
    const u128 units = coins::to_ledger_down(call, token, amount);
    if (units == 0) return fail(ZeroAmount{});
    const emission::Stream now = stream_of(call, *slot);
    if (!checked_add(emission::funded(now), units)) return fail(BudgetTooLarge{amount});
    if (!emission::is_a_gift(now, units, seconds))
        return fail(BreaksPromise{seconds, emission::seconds_left(now)});
    TRY_VOID(coins::move(call, token, call.sender(), call.self(), units));
    const bool fits = emission::lay_in(call, call.self(), *slot, units, seconds,
                                       issued::supply(call, call.self()));
    THAW_ASSERT(fits);
    call.emit(Funded{call.sender(), token, units, seconds});
    return {};
}

Result<std::tuple<std::vector<Address>, std::vector<u128>>> pending(const Query& query,
                                                                    Address account) {
    const Address& farm = query.self();
    std::vector<Address> tokens;
    std::vector<u128> amounts;
    for (uint8_t slot = 0; slot < emission::slots(query, farm); ++slot) {
        tokens.push_back(stream_of(query, slot).reward);
        amounts.push_back(emission::pending(query, farm, slot, account,
                                            issued::held(query, farm, account),
                                            issued::supply(query, farm)));
    }
    return std::tuple{std::move(tokens), std::move(amounts)};
}

Result<std::vector<Reward>> rewards(const Query& query) {
    constexpr u128 day_s = 86'400;
    std::vector<Reward> all;
    for (uint8_t slot = 0; slot < emission::slots(query, query.self()); ++slot) {
        const emission::Stream s = stream_of(query, slot);
        const bool flows = emission::seconds_left(s) != 0;
        all.push_back({.token = s.reward,
                       .funded = emission::funded(s),
                       .emitted = emission::emitted(s),
                       .paid = s.paid,
                       .per_day = flows ? *mul_div_down(s.scheduled, day_s, s.duration_s) : 0,
                       .seconds_left = emission::seconds_left(s)});
    }
    return all;
}

Result<Address> staking_token(const Query& query) { return here(query).coin; }
Result<Address> manager(const Query& query) { return here(query).manager; }

Result<u128> total_staked(const Query& query) {
    return coins::to_face_down(query, here(query).coin, issued::supply(query, query.self()));
}

Result<u128> staked_of(const Query& query, Address account) {
    return coins::to_face_down(query, here(query).coin, issued::held(query, query.self(), account));
}

}  // namespace thaw::protocol::farm
