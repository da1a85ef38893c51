#include "thaw/protocol/async_vault/interfaces.hpp"
#include "thaw/protocol/async_vault/requests.hpp"

// Deposits, and what the contract says of itself.
namespace thaw::protocol::async_vault {
namespace {

networks::Network parameters_of(const Query& query) {
    return query.read<networks::Books>().networks.get(index_of(query.self()));
}
liquid::Rate rate_of(const Query& query) { return liquid::rate(query, index_of(query.self())); }

Result<void> above_minimum(const Query& query, Assets assets) {
    const Assets least = parameters_of(query).stake_min;
    if (assets < least) return fail(staking::StakeBelowMinimum{assets, least});
    return {};
}

/// Stakes at the staking contract for the caller, so that it speaks of it as of any stake.
Result<Shares> stake(Call& call, Assets assets, const Address& receiver,
                     std::optional<Shares> most) {
    const NetworkId network = index_of(call.self());
    Call inner{
        call.execution(), contract_address(ContractKind::staking, network), call.sender(), {}};
    const Shares shares =
        TRY(staking::stake_at_most(inner, receiver, assets, most, kind_of(call.self())));
    call.emit(Deposit{call.sender(), receiver, assets, shares});
    return shares;
}

}  // namespace

Result<Address> asset(const Query& query) {
    return contract_address(ContractKind::asset, index_of(query.self()));
}

Result<Shares> convert_to_shares(const Query& query, Assets assets) {
    const liquid::Rate now = rate_of(query);
    if (now.assets.is_zero()) return Shares{};  // all was lost: an amount has no number of shares
    const auto shares = shares_bought(assets, now);
    if (!shares) return fail(liquid::AmountTooLarge{assets.value});
    return *shares;
}

Result<Assets> convert_to_assets(const Query& query, Shares shares) {
    const auto assets = value_of(shares, rate_of(query));
    if (!assets) return fail(liquid::AmountTooLarge{shares.value});
    return *assets;
}

Result<Assets> max_deposit(const Query& query, Address) {
    if (!staking::check_open(query, index_of(query.self()))) return Assets{};
    return deposit_max(rate_of(query));
}

Result<Shares> max_mint(const Query& query, Address receiver) {
    return shares_bought(TRY(max_deposit(query, receiver)), rate_of(query)).value_or(Shares{});
}

Result<Shares> preview_deposit(const Query& query, Assets assets) {
    TRY_VOID(above_minimum(query, assets));
    const liquid::Rate now = rate_of(query);
    if (now.assets.is_zero()) return fail(liquid::PoolWithoutAssets{index_of(query.self())});
    return convert_to_shares(query, assets);
}

Result<Assets> preview_mint(const Query& query, Shares shares) {
    const auto assets = cost_of(shares, rate_of(query));
    if (!assets) return fail(liquid::AmountTooLarge{shares.value});
    TRY_VOID(above_minimum(query, *assets));
    return *assets;
}

Result<Shares> deposit(Call& call, Assets assets, Address receiver) {
    TRY_VOID(staking::check_open(call, index_of(call.self())));
    if (const Assets most = TRY(max_deposit(call, receiver)); most < assets)
        return fail(ERC4626ExceededMaxDeposit{receiver, assets, most});
    return stake(call, assets, receiver, std::nullopt);
}

Result<Assets> mint(Call& call, Shares shares, Address receiver) {
    TRY_VOID(staking::check_open(call, index_of(call.self())));
    if (const Shares most = TRY(max_mint(call, receiver)); most < shares)
        return fail(ERC4626ExceededMaxMint{receiver, shares, most});
    const Assets assets = TRY(preview_mint(call, shares));
    TRY(stake(call, assets, receiver, shares));
    return assets;
}

Result<bool> set_operator(Call& call, Address spender, bool approved) {
    call.own<Books>().operators.put(
        {.controller = call.sender(), .spender = spender, .network = index_of(call.self())},
        Flag{static_cast<uint8_t>(approved)});
    call.emit(OperatorSet{call.sender(), spender, approved});
    return true;
}

Result<bool> is_operator(const Query& query, Address controller, Address spender) {
    const OperatorKey key{
        .controller = controller, .spender = spender, .network = index_of(query.self())};
    return query.read<Books>().operators.get(key).on != 0;
}

Result<bool> supports_interface(const Query&, codec::Selector id) {
    for (const uint32_t known :
         {erc165, erc7540_operators, erc7540_redeem, erc7575_vault, erc7575_share})
        if (id.value == known) return true;
    return false;
}

Result<Address> share(const Query& query) { return query.self(); }

Result<Address> vault(const Query& query, Address of) {
    return of == TRY(asset(query)) ? query.self() : Address{};
}

}  // namespace thaw::protocol::async_vault
