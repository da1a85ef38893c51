#include "thaw/protocol/staking/face.hpp"

// What stakers call. Every verb has the same five steps: read, refuse, compute, put, say.
namespace thaw::protocol::staking {
namespace {

using token::Bucket;

networks::Network parameters_of(const Query& query) {
    return query.read<networks::Books>().networks.get(index_of(query.self()));
}

Assets bucket(const Query& query, NetworkId network, Bucket b) {
    return token::held(query, token::bucket_account(network, b));
}

Number ticket_for(Call& call, const Address& receiver, SubShares shares, Assets nominal,
                  ContractKind kind) {
    const NetworkId network = index_of(call.self());
    const uint64_t id = unbonding::issue(call, network, receiver, shares, nominal, kind);
    call.emit(
        UnstakeRequested{call.sender(), receiver, Number{id}, liquid::whole(shares), nominal});
    return Number{id};
}

}  // namespace

Result<void> check_open(const Query& query, NetworkId network) {
    if (networks::stands_still(query, network)) return fail(NetworkHalted{network});
    return losses::check_settled(query, network);
}

Result<Shares> stake(Call& call, Assets assets) { return stake_for(call, call.sender(), assets); }

Result<Shares> stake_for(Call& call, Address receiver, Assets assets) {
    return stake_at_most(call, receiver, assets, std::nullopt, ContractKind::liquid);
}

Result<Shares> stake_at_most(Call& call, const Address& receiver, Assets assets,
                             std::optional<Shares> most, ContractKind kind) {
    const NetworkId network = index_of(call.self());
    const auto parameters = parameters_of(call);

    if (receiver.is_zero()) return fail(ZeroReceiver{});
    TRY_VOID(check_open(call, network));
    if (assets < parameters.stake_min) return fail(StakeBelowMinimum{assets, parameters.stake_min});
    TRY_VOID(
        token::take(call, call.sender(), token::bucket_account(network, Bucket::buffer), assets));

    const SubShares created = TRY(liquid::create(call, network, receiver, assets, most, kind));
    liquid::count(call, network, &liquid::Pool::stakes_total, assets);
    call.emit(Staked{call.sender(), receiver, assets, liquid::whole(created)});
    return liquid::whole(created);
}

Result<Number> unstake_bonds(Call& call, Assets amount) {
    return unstake_bonds_for(call, call.sender(), amount);
}

Result<Number> unstake_bonds_for(Call& call, Address receiver, Assets amount) {
    const NetworkId network = index_of(call.self());
    if (receiver.is_zero()) return fail(ZeroReceiver{});
    if (is_flash_pool(receiver)) return fail(unbonding::ERC721InvalidReceiver{receiver});
    if (amount.is_zero()) return fail(ZeroAmount{});
    const auto parameters = parameters_of(call);
    // Where the open token is reward-bearing, it is the legacy one that speaks assets.
    const bool legacy = parameters.rebasing == 0;
    if (legacy && liquid::holding(call, ContractKind::legacy, network, call.sender()).is_zero())
        return fail(UseUnstakeCerts{});
    const ContractKind kind = legacy ? ContractKind::legacy : ContractKind::liquid;
    const SubShares shares =
        TRY(liquid::escrow_assets(call, kind, network, call.sender(), tickets_address, amount));
    return ticket_for(call, receiver, shares, amount, kind);
}

Result<Number> unstake_certs(Call& call, Shares shares) {
    return unstake_certs_for(call, call.sender(), shares);
}

Result<Number> unstake_certs_for(Call& call, Address receiver, Shares shares) {
    if (receiver.is_zero()) return fail(ZeroReceiver{});
    if (is_flash_pool(receiver)) return fail(unbonding::ERC721InvalidReceiver{receiver});
    if (shares.is_zero()) return fail(ZeroAmount{});
    if (parameters_of(call).rebasing != 0) return fail(UseUnstakeBonds{});
    return unstake_shares(call, ContractKind::liquid, receiver, shares);
}

Result<Number> unstake_shares(Call& call, ContractKind kind, const Address& receiver,
                              Shares shares) {
    const NetworkId network = index_of(call.self());
    const SubShares escrowed =
        TRY(liquid::escrow_shares(call, network, call.sender(), tickets_address, shares, kind));
    const Assets nominal = liquid::worth(escrowed, liquid::rate(call, network));
    if (nominal.is_zero()) return fail(ZeroAmount{});
    return ticket_for(call, receiver, escrowed, nominal, kind);
}

Result<Shares> switch_legacy(Call& call, Assets amount) {
    const NetworkId network = index_of(call.self());
    const Shares received = TRY(liquid::switch_legacy(call, network, call.sender(), amount));
    call.emit(LegacySwitched{call.sender(), amount, received});
    return received;
}

Result<Assets> top_up_insurance(Call& call, Assets assets) {
    const NetworkId network = index_of(call.self());
    if (assets.is_zero()) return fail(ZeroAmount{});
    TRY_VOID(token::take(call, call.sender(), token::bucket_account(network, Bucket::insurance),
                         assets));
    const Assets insurance = bucket(call, network, Bucket::insurance);
    call.emit(InsuranceToppedUp{call.sender(), assets, insurance});
    return insurance;
}

Result<Assets> switch_supply(const Query& query) {
    return liquid::switch_left(query, index_of(query.self()));
}

Result<Assets> minimum_stake(const Query& query) { return parameters_of(query).stake_min; }

Result<Assets> minimum_unstake(const Query&) { return Assets{1}; }

Result<std::string> explain(const Query& query, Number ticket) {
    return unbonding::explain(query, ticket);
}

Result<Summary> summary(const Query& query) {
    const NetworkId network = index_of(query.self());
    const liquid::Rate rate = liquid::rate(query, network);
    const liquid::Pool pool = query.read<liquid::Books>().pools.get(network);
    const Assets buffer = bucket(query, network, Bucket::buffer);
    const Assets in_flight = bucket(query, network, Bucket::in_flight);
    const Assets bonded = validators::bonded_total(query, network);
    const u128 located = token::located(query, network).value;
    return Summary{.total_assets = rate.assets,
                   .total_shares = liquid::whole(rate.supply),
                   .unreleased = liquid::unreleased(query, network),
                   .buffer = buffer,
                   .in_flight = in_flight,
                   .bonded = bonded,
                   .claimable = bucket(query, network, Bucket::claimable),
                   .insurance = bucket(query, network, Bucket::insurance),
                   .rewards_total = pool.rewards_total,
                   .losses_total = pool.losses_total,
                   .fees_total = pool.fees_total,
                   .frame = pool.frame,
                   .next_batch_at_s = unbonding::queue(query, network).last_dispatch_s +
                                      parameters_of(query).batch_interval_s,
                   .unbonding = Assets{located - buffer.value - in_flight.value - bonded.value}};
}

Result<Assets> pending_unstakes_of(const Query& query, Address owner) {
    const NetworkId network = index_of(query.self());
    u128 sum = 0;
    for (uint64_t from = 0;; from += 100) {
        const auto page = TRY(unbonding::tickets_of(query, owner, from));
        for (const auto& entry : page)
            if (entry.network == network) sum = add(sum, entry.expected.value);
        if (page.size() < 100) return Assets{sum};
    }
}

Result<Address> liquid_token(const Query& query) {
    return contract_address(ContractKind::liquid, index_of(query.self()));
}

}  // namespace thaw::protocol::staking
