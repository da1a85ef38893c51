#include "thaw/base/text.hpp"
#include "thaw/main/commands.hpp"
#include "thaw/main/duration.hpp"
#include "thaw/main/yields.hpp"

// Through all layers under one signature: in (stake, provide liquidity, farm) and out again.
namespace thaw::cli {

namespace {

using codec::call_data;
using codec::Number;
using protocol::factory_address;
using protocol::router_address;
using protocol::weth_address;
using protocol::multicall::BatchCall;

struct ZapFlags {
    SessionFlags session;
    std::string network, amount, within = "60d";
    bool single = false;
};

/// The pair of a liquid token with ether, as it stands.
struct Pair {
    Address address;
    u128 token = 0;  ///< reserves
    u128 wei = 0;
    u128 supply = 0;
};
Pair pair_with_ether(Session& session, const NetworkInfo& n) {
    Pair pair{asked<Address>(
        session, factory_address,
        call_data<"getPair(address tokenA, address tokenB)">(n.liquid_contract, weth_address))};
    if (pair.address.is_zero())
        throw Failure{ExitCode::refused, "there is no pair of " + n.liquid +
                                             " and ETH; --single farms " + n.liquid + " itself"};
    const auto [first, second, at_s] =
        session.client().view<u128, u128, uint32_t>(pair.address, call_data<"getReserves()">());
    const bool token_first =
        asked<Address>(session, pair.address, call_data<"token0()">()) == n.liquid_contract;
    pair.token = token_first ? first : second;
    pair.wei = token_first ? second : first;
    pair.supply = asked<u128>(session, pair.address, call_data<"totalSupply()">());
    if (pair.token == 0 || pair.wei == 0)
        throw Failure{ExitCode::refused, "the pair of " + n.liquid + " and ETH is empty"};
    return pair;
}

FarmInfo farm_for(Session& session, const Address& token, const std::string& name) {
    for (const FarmInfo& farm : all_farms(session))
        if (farm.staked.address == token) return farm;
    throw Failure{ExitCode::refused, "there is no farm for " + name};
}

/// A part of a per cent below: what prices may move while the transaction is on its way.
u128 least(u128 amount) { return amount - amount / 100; }
/// The least amounts bound what can happen; chain time may run fast, so there is no deadline.
constexpr Number no_deadline{~uint64_t{0}};

/// What a stake will bring at least, as the token shows it: shares grow dearer on the way.
u128 liquid_for(Session& session, const NetworkInfo& n, u128 assets) {
    if (n.rebasing) return assets;
    const u128 now = asked<u128>(session, n.liquid_contract,
                                 call_data<"bondsToShares(uint256 bonds)">(Assets{assets}));
    return now - now / 10'000;
}

void zap(const ZapFlags& flags) {
    const NetworkInfo& n = network_called(flags.network);
    const u128 assets = amount_called(flags.amount, n.asset, n.decimals);
    Session session{flags.session};
    std::vector<BatchCall> calls{
        {n.staking_contract, 0, call_data<"stake(uint256 assets)">(Assets{assets})}};
    std::string with;
    FarmInfo farm;
    if (flags.single) {
        farm = farm_for(session, n.liquid_contract, n.liquid);
    } else {
        const u128 tokens = liquid_for(session, n, assets);
        const Pair pair = pair_with_ether(session, n);
        farm = farm_for(session, pair.address, n.liquid + " and ETH");
        const auto wei = mul_div_up(tokens, pair.wei, pair.token);
        if (!wei) throw Failure{ExitCode::usage, "the amount is too large"};
        const u128 ready = *wei + *wei / 100 + 1;  // what is not needed comes back
        calls.push_back(
            {router_address, ready,
             call_data<"addLiquidityETH(address token, uint256 amountTokenDesired, uint256 "
                       "amountTokenMin, uint256 amountETHMin, address to, uint256 deadline)">(
                 n.liquid_contract, tokens, least(tokens), least(*wei), session.account(),
                 no_deadline)});
        with = " with about " + shown(*wei, 18, "ETH") + " beside it";
    }
    calls.push_back({farm.address, 0, call_data<"depositAll()">()});
    const u128 before = balance_of(session, farm.address);
    const auto result = session.send_batch(calls, n.asset, n.decimals);
    const u128 receipts = balance_of(session, farm.address) - before;
    json::object answer = transaction_json(result);
    answer["staked"] = format_amount(assets, n.decimals);
    answer["asset"] = n.asset;
    answer["farm"] = farm.number;
    answer["receipts"] = format_amount(receipts, farm.staked.decimals);
    session.say(answer, "Staked " + shown(assets, n.decimals, n.asset) + with + "; " +
                            shown(receipts, farm.staked.decimals, farm.staked.symbol) +
                            " earn in farm " + std::to_string(farm.number) + ".\n" +
                            transaction_line(result));
}

/// The last step: out of the liquid token by the ways that bring most within the time.
BatchCall exit_call(const ZapFlags& flags, const NetworkInfo& n, u128 shares) {
    const auto within_ms = parse_duration_ms(flags.within);
    if (!within_ms)
        throw Failure{ExitCode::usage,
                      "--within " + flags.within + " is no time; write 0s, 36h or 7d"};
    return {n.staking_contract, 0,
            call_data<"exit(uint256 shares, uint256 minimum, uint64 maxWait)">(
                Shares{shares}, Assets{}, uint64_t{*within_ms / 1'000})};
}

void leave(const ZapFlags& flags) {
    const NetworkInfo& n = network_called(flags.network);
    Session session{flags.session};
    const Pair pair = flags.single ? Pair{} : pair_with_ether(session, n);
    const FarmInfo farm = flags.single ? farm_for(session, n.liquid_contract, n.liquid)
                                       : farm_for(session, pair.address, n.liquid + " and ETH");
    const u128 receipts = balance_of(session, farm.address);
    if (receipts == 0)
        throw Failure{ExitCode::refused,
                      "nothing of yours is in farm " + std::to_string(farm.number)};
    std::vector<BatchCall> calls{{farm.address, 0, call_data<"leave()">()}};
    u128 shares = receipts;  // of the single farm, which counts whole shares
    if (!flags.single) {
        const u128 tokens = *mul_div_down(receipts, pair.token, pair.supply);
        const u128 wei = *mul_div_down(receipts, pair.wei, pair.supply);
        calls.push_back(
            {router_address, 0,
             call_data<"removeLiquidityETH(address token, uint256 liquidity, uint256 "
                       "amountTokenMin, uint256 amountETHMin, address to, uint256 deadline)">(
                 n.liquid_contract, receipts, least(tokens), least(wei), session.account(),
                 no_deadline)});
        shares = n.rebasing ? asked<u128>(session, n.liquid_contract,
                                          call_data<"bondsToShares(uint256 bonds)">(Assets{tokens}))
                            : tokens;
        shares -= std::min<u128>(shares, 2);  // what paying out in whole base units may cost
    }
    calls.push_back(exit_call(flags, n, shares));
    const u128 before = balance_of(session, n.asset_contract);
    const auto result = session.send_batch(calls, n.liquid, n.decimals);
    const u128 now = balance_of(session, n.asset_contract) - before;
    json::object answer = transaction_json(result);
    answer["shares"] = format_amount(shares, n.decimals);
    answer["received"] = format_amount(now, n.decimals);
    answer["asset"] = n.asset;
    session.say(answer, "Left the farm" + std::string{flags.single ? "" : ", the pair"} + " and " +
                            n.liquid + ": " + shown(now, n.decimals, n.asset) +
                            " at once; `thaw tickets` shows what is still to come.\n" +
                            transaction_line(result));
}

void add(CLI::App& app, const std::string& name, const std::string& about,
         const std::string& example, const std::shared_ptr<ZapFlags>& flags,
         void (*run)(const ZapFlags&)) {
    auto* command = app.add_subcommand(name, about);
    command->footer("\nExamples:\n" + example);
    add_account_flags(*command, flags->session);
    command->add_option("network", flags->network, "Its name, or the symbol of its asset")
        ->required();
    command->add_flag("--single", flags->single,
                      "Farm the liquid token itself, without a pair beside it");
    command->callback([flags, run] { run(*flags); });
}

}  // namespace

void add_zap_commands(CLI::App& app) {
    auto flags = std::make_shared<ZapFlags>();
    add(app, "zap",
        "Stakes, provides liquidity with ETH and farms all there is of it, under one signature.",
        "  thaw zap fantom 100\n  thaw zap bnb 2 --single\n", flags, zap);
    app.get_subcommand("zap")
        ->add_option("amount", flags->amount, "How much of the asset")
        ->required();
    flags = std::make_shared<ZapFlags>();
    add(app, "leave", "Leaves the farm, the pair and the token, under one signature.",
        "  thaw leave fantom\n  thaw leave bnb --single --within 0s\n", flags, leave);
    app.get_subcommand("leave")
        ->add_option("--within", flags->within, "How long the asset may take to come")
        ->capture_default_str();
}

}  // namespace thaw::cli
