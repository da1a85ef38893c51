#include "thaw/base/text.hpp"
#include "thaw/main/commands.hpp"
#include "thaw/main/session.hpp"
#include "thaw/main/table.hpp"
#include "thaw/protocol/exchange/face.hpp"
#include "thaw/protocol/exchange/routing.hpp"
#include "thaw/protocol/stable/face.hpp"
#include "thaw/protocol/weth/face.hpp"

// Swapping by the best way, and providing what others swap against.
namespace thaw::cli {

namespace {

using codec::call_data;
using codec::Number;
using protocol::factory_address;
using protocol::router_address;
using protocol::weth_address;
using protocol::exchange::Limit;
using protocol::exchange::Path;
using protocol::exchange::Uint112;

struct PoolFlags {
    SessionFlags session;
    std::string amount, first, other_amount, second, minimum, slippage = "0.5";
    bool quote = false;
};

constexpr Number never{~uint64_t{0}};

/// Its contract, that of wrapped ether for ETH.
Address coin_of(const TokenInfo& token) {
    return token.contract.is_zero() ? weth_address : token.contract;
}
bool is_ether(const TokenInfo& token) { return token.contract.is_zero(); }

template <class T>
T asked(Session& session, const Address& contract, const Bytes& data) {
    return std::get<0>(session.client().view<T>(contract, data));
}
u128 balance_of(Session& session, const Address& token) {
    return asked<u128>(session, token, call_data<"balanceOf(address account)">(session.account()));
}

/// The given per cent less, rounded down.
u128 less(u128 amount, const std::string& percent) {
    const auto ppm = parse_amount(percent, 4);
    if (!ppm || *ppm > 1'000'000)
        throw Failure{ExitCode::usage, "--slippage " + percent + " is no per cent from 0 to 100"};
    return *mul_div_down(amount, 1'000'000 - *ppm, 1'000'000);
}

u128 amount_or_all(Session& session, const std::string& text, const TokenInfo& token) {
    if (text != "all") return amount_called(text, token.symbol, token.decimals);
    if (is_ether(token))
        throw Failure{ExitCode::usage, "of ETH some is needed for gas: say how much"};
    return balance_of(session, token.contract);
}

/// What wrapped ether was turned into ether, by its own event; or what a balance rose by.
u128 received_of(Session& session, const TransactionResult& result, const TokenInfo& token,
                 u128 before) {
    if (!is_ether(token)) return balance_of(session, token.contract) - before;
    static constexpr Hash topic = codec::declare(protocol::weth::Withdrawal::abi).topic();
    return std::get<0>(*codec::decode<u128>(log_of(result, topic).data));
}

TransactionResult send_swap(Session& session, const TokenInfo& in, const TokenInfo& out,
                            u128 amount, u128 minimum, const Path& path) {
    const Address to = session.account();
    if (is_ether(in))
        return session.send(
            router_address,
            call_data<"swapExactETHForTokens(uint256 min, address[] path, address to, uint256 "
                      "deadline)">(Limit{minimum}, path, to, never),
            in.symbol, in.decimals, amount);
    if (is_ether(out))
        return session.send(
            router_address,
            call_data<"swapExactTokensForETH(uint256 amount, uint256 min, address[] path, address "
                      "to, uint256 deadline)">(Limit{amount}, Limit{minimum}, path, to, never),
            in.symbol, in.decimals);
    return session.send(
        router_address,
        call_data<"swapExactTokensForTokens(uint256 amount, uint256 min, address[] path, address "
                  "to, uint256 deadline)">(Limit{amount}, Limit{minimum}, path, to, never),
        in.symbol, in.decimals);
}

/// "aFTMb, WETH, THAW".
std::string names_of(const Path& path) {
    std::string all;
    for (const Address& coin : path) {
        std::string name = coin == weth_address ? "ETH" : to_hex(coin);
        for (const TokenInfo& token : tokens())
            if (token.contract == coin) name = token.symbol;
        all += (all.empty() ? "" : ", ") + name;
    }
    return all;
}

void swap(const PoolFlags& flags) {
    const TokenInfo& in = token_called(flags.first);
    const TokenInfo& out = token_called(flags.second);
    Session session{flags.session};
    const u128 amount = amount_or_all(session, flags.amount, in);
    const auto way = asked<protocol::exchange::Way>(
        session, router_address,
        call_data<"bestRoute(address coinIn, address coinOut, uint256 amountIn)">(
            coin_of(in), coin_of(out), amount));
    const u128 expected = way.amounts.back();
    const u128 minimum = flags.minimum.empty()
                             ? less(expected, flags.slippage)
                             : amount_called(flags.minimum, out.symbol, out.decimals);
    json::object answer{{"given", format_amount(amount, in.decimals)},
                        {"token", in.symbol},
                        {"expected", format_amount(expected, out.decimals)},
                        {"minimum", format_amount(minimum, out.decimals)},
                        {"receivedToken", out.symbol},
                        {"path", names_of(way.path)}};
    if (flags.quote)
        return session.say(answer, shown(amount, in.decimals, in.symbol) + " would bring " +
                                       shown(expected, out.decimals, out.symbol) + " by " +
                                       names_of(way.path) + ".\n");
    const u128 before = is_ether(out) ? 0 : balance_of(session, out.contract);
    const auto result = send_swap(session, in, out, amount, minimum, way.path);
    const u128 received = received_of(session, result, out, before);
    answer["received"] = format_amount(received, out.decimals);
    for (const auto& [key, value] : transaction_json(result)) answer[key] = value;
    session.say(answer, "Gave " + shown(amount, in.decimals, in.symbol) + ", received " +
                            shown(received, out.decimals, out.symbol) + " by " +
                            names_of(way.path) + ".\n" + transaction_line(result));
}

struct Liquidity {
    Address pair;
    u128 first = 0;  ///< of the coin that was named first
    u128 second = 0;
    u128 supply = 0;
    u128 mine = 0;
};

/// Nothing where there is no such pair.
std::optional<Liquidity> liquidity_of(Session& session, const TokenInfo& a, const TokenInfo& b) {
    const Address pair = asked<Address>(
        session, factory_address,
        call_data<"getPair(address tokenA, address tokenB)">(coin_of(a), coin_of(b)));
    if (pair.is_zero()) return std::nullopt;
    const auto [low, high, when_s] =
        session.client().view<Uint112, Uint112, uint32_t>(pair, call_data<"getReserves()">());
    const bool in_order = coin_of(a) < coin_of(b);
    return Liquidity{.pair = pair,
                     .first = in_order ? low.value : high.value,
                     .second = in_order ? high.value : low.value,
                     .supply = asked<u128>(session, pair, call_data<"totalSupply()">()),
                     .mine = balance_of(session, pair)};
}

/// As many of the second as the pair's price makes of the first.
u128 matching(const std::optional<Liquidity>& pool, u128 amount, const TokenInfo& second) {
    if (!pool || pool->first == 0)
        throw Failure{ExitCode::usage, "there is no price yet: say how much " + second.symbol +
                                           " goes with it as well"};
    const auto other = mul_div_down(amount, pool->second, pool->first);
    if (!other) throw Failure{ExitCode::usage, "that is too much"};
    return *other;
}

void add_liquidity(const PoolFlags& flags) {
    const TokenInfo* a = &token_called(flags.first);
    const TokenInfo* b = &token_called(flags.second);
    Session session{flags.session};
    u128 of_a = amount_or_all(session, flags.amount, *a);
    u128 of_b = flags.other_amount.empty() ? matching(liquidity_of(session, *a, *b), of_a, *b)
                                           : amount_or_all(session, flags.other_amount, *b);
    if (is_ether(*a)) {  // the router wants the coin first and sends the ether along
        std::swap(a, b);
        std::swap(of_a, of_b);
    }
    const Limit least_a{less(of_a, flags.slippage)};
    const Limit least_b{less(of_b, flags.slippage)};
    const auto result =
        is_ether(*b)
            ? session.send(
                  router_address,
                  call_data<"addLiquidityETH(address a, uint256 x, uint256 m, uint256 n, "
                            "address to, uint256 deadline)">(a->contract, Limit{of_a}, least_a,
                                                             least_b, session.account(), never),
                  a->symbol, a->decimals, of_b)
            : session.send(router_address,
                           call_data<"addLiquidity(address a, address b, uint256 x, uint256 y, "
                                     "uint256 m, uint256 n, address to, uint256 deadline)">(
                               a->contract, b->contract, Limit{of_a}, Limit{of_b}, least_a, least_b,
                               session.account(), never),
                           a->symbol, a->decimals);
    static constexpr Hash topic = codec::declare(protocol::exchange::Mint::abi).topic();
    const auto [low, high] = *codec::decode<u128, u128>(log_of(result, topic).data);
    const bool in_order = coin_of(*a) < coin_of(*b);
    const std::string used_a = format_amount(in_order ? low : high, a->decimals);
    const std::string used_b = format_amount(in_order ? high : low, b->decimals);
    json::object answer = transaction_json(result);
    answer[a->symbol] = used_a;
    answer[b->symbol] = used_b;
    session.say(answer, "Provided " + used_a + " " + a->symbol + " and " + used_b + " " +
                            b->symbol + "; 0.3 % of every swap is the providers'.\n" +
                            transaction_line(result));
}

void remove_liquidity(const PoolFlags& flags) {
    const TokenInfo& a = token_called(flags.first);
    const TokenInfo& b = token_called(flags.second);
    Session session{flags.session};
    const auto pool = liquidity_of(session, a, b);
    if (!pool || pool->mine == 0)
        throw Failure{ExitCode::refused, "you provide nothing of " + a.symbol + " and " + b.symbol};
    const u128 share =
        flags.amount == "all" ? pool->mine : pool->mine - less(pool->mine, flags.amount);
    const auto least = [&](u128 reserve) {
        return Limit{less(*mul_div_down(reserve, share, pool->supply), flags.slippage)};
    };
    const TokenInfo& coin = is_ether(a) ? b : a;
    const auto result =
        is_ether(a) || is_ether(b)
            ? session.send(
                  router_address,
                  call_data<"removeLiquidityETH(address a, uint256 x, uint256 m, uint256 n, "
                            "address to, uint256 deadline)">(
                      coin.contract, Limit{share}, least(is_ether(a) ? pool->second : pool->first),
                      least(is_ether(a) ? pool->first : pool->second), session.account(), never),
                  coin.symbol, coin.decimals)
            : session.send(
                  router_address,
                  call_data<"removeLiquidity(address a, address b, uint256 x, uint256 m, uint256 "
                            "n, address to, uint256 deadline)">(
                      a.contract, b.contract, Limit{share}, least(pool->first), least(pool->second),
                      session.account(), never),
                  coin.symbol, coin.decimals);
    static constexpr Hash topic = codec::declare(protocol::exchange::Burn::abi).topic();
    const auto [low, high] = *codec::decode<u128, u128>(log_of(result, topic).data);
    const bool in_order = coin_of(a) < coin_of(b);
    const std::string of_a = format_amount(in_order ? low : high, a.decimals);
    const std::string of_b = format_amount(in_order ? high : low, b.decimals);
    json::object answer = transaction_json(result);
    answer[a.symbol] = of_a;
    answer[b.symbol] = of_b;
    session.say(answer, "Took out " + of_a + " " + a.symbol + " and " + of_b + " " + b.symbol +
                            ".\n" + transaction_line(result));
}

/// The stable pair of two tokens, if there is one.
std::optional<Liquidity> stable_liquidity_of(Session& session, const TokenInfo& a,
                                             const TokenInfo& b) {
    const auto beside = [](const TokenInfo& token, const TokenInfo& asset) {
        return token.liquid && asset.asset && *token.liquid == *asset.asset;
    };
    if (!beside(a, b) && !beside(b, a)) return std::nullopt;
    const Address pair = asked<Address>(
        session, protocol::stable_factory_address,
        call_data<"getPair(address tokenA, address tokenB)">(coin_of(a), coin_of(b)));
    if (pair.is_zero()) return std::nullopt;
    const auto s = asked<protocol::stable::Summary>(session, pair, call_data<"summary()">());
    const bool asset_first = coin_of(a) == s.asset;
    return Liquidity{.pair = pair,
                     .first = asset_first ? s.asset_reserve : s.liquid_reserve,
                     .second = asset_first ? s.liquid_reserve : s.asset_reserve,
                     .supply = s.liquidity,
                     .mine = balance_of(session, pair)};
}

void show(const PoolFlags& flags) {
    Session session{flags.session};
    TextTable table{{"pool", "kind", ">has", "", ">and", "", ">yours, per cent"}};
    json::array list;
    const auto add_one = [&](const TokenInfo& a, const TokenInfo& b, const char* kind,
                             const std::optional<Liquidity>& pool) {
        if (!pool) return;
        const u128 mine =
            pool->supply == 0 ? 0 : *mul_div_down(pool->mine, 1'000'000, pool->supply);
        const std::string first = format_amount(pool->first, a.decimals);
        const std::string second = format_amount(pool->second, b.decimals);
        table.add({a.symbol + "/" + b.symbol, kind, column_amount(first, 4), a.symbol,
                   column_amount(second, 4), b.symbol, format_amount(mine, 4)});
        list.push_back(json::object{{"pair", to_hex(pool->pair)},
                                    {"kind", kind},
                                    {"first", a.symbol},
                                    {"second", b.symbol},
                                    {"reserveFirst", first},
                                    {"reserveSecond", second},
                                    {"yoursPercent", format_amount(mine, 4)}});
    };
    const auto add = [&](const TokenInfo& a, const TokenInfo& b) {
        add_one(a, b, "pair", liquidity_of(session, a, b));
        add_one(a, b, "stable", stable_liquidity_of(session, a, b));
    };
    if (!flags.first.empty()) {
        const TokenInfo& a = token_called(flags.first);
        add(a, token_called(flags.second.empty() ? "ETH" : flags.second));
    } else {
        const auto& all = tokens();
        for (size_t i = 0; i < all.size(); ++i)
            for (size_t j = 0; j < i; ++j) add(all[i], all[j]);
    }
    session.say(list, table.empty() ? "There is no such pool yet.\n" : table.text());
}

CLI::App* add(CLI::App& app, const std::shared_ptr<PoolFlags>& flags, const std::string& name,
              const std::string& about, const std::string& example, void (*run)(const PoolFlags&)) {
    auto* command = app.add_subcommand(name, about);
    command->footer("\nExamples:\n" + example);
    add_account_flags(*command, flags->session);
    command->callback([flags, run] { run(*flags); });
    return command;
}
void add_slippage(CLI::App& command, const std::shared_ptr<PoolFlags>& flags) {
    command.add_option("--slippage", flags->slippage, "Refuse what is so many per cent worse");
}

}  // namespace

void add_pool_commands(CLI::App& app) {
    auto flags = std::make_shared<PoolFlags>();
    auto* command = add(app, flags, "swap", "Swaps one token for another by the best way.",
                        "  thaw swap 0.5 ETH aFTMb\n  thaw swap all aDOTb ETH --slippage 0.1\n"
                        "  thaw swap 100 aFTMb aKSMb --quote\n",
                        swap);
    command->add_option("amount", flags->amount, "How much to give, or all")->required();
    command->add_option("from", flags->first, "The token to give")->required();
    command->add_option("to", flags->second, "The token to receive")->required();
    command->add_option("--minimum", flags->minimum, "Refuse what brings less");
    command->add_flag("--quote", flags->quote, "Only say what it would bring");
    add_slippage(*command, flags);

    auto* pool = app.add_subcommand("pool", "Pools: provide two tokens, earn what swaps pay.");
    pool->footer("\nExamples:\n  thaw pool show\n  thaw pool add 100 aFTMb ETH\n");
    pool->require_subcommand(1);
    flags = std::make_shared<PoolFlags>();
    command = add(*pool, flags, "show", "What pools have, and what of it is yours.",
                  "  thaw pool show\n  thaw pool show aFTMb ETH\n", show);
    command->add_option("first", flags->first, "A token; all pools without one");
    command->add_option("second", flags->second, "The other token; ETH without one");
    flags = std::make_shared<PoolFlags>();
    command =
        add(*pool, flags, "add", "Provides two tokens at the pool's price.",
            "  thaw pool add 100 aFTMb ETH\n  thaw pool add 5 BNB ETH --with 1\n", add_liquidity);
    command->add_option("amount", flags->amount, "How much of the first, or all")->required();
    command->add_option("first", flags->first, "A token")->required();
    command->add_option("second", flags->second, "The other token")->required();
    command->add_option("--with", flags->other_amount, "How much of the other; else by the price");
    add_slippage(*command, flags);
    flags = std::make_shared<PoolFlags>();
    command = add(*pool, flags, "remove", "Takes out a part, in per cent, or all that is yours.",
                  "  thaw pool remove all aFTMb ETH\n  thaw pool remove 25 aFTMb ETH\n",
                  remove_liquidity);
    command->add_option("part", flags->amount, "Per cent of what is yours, or all")->required();
    command->add_option("first", flags->first, "A token")->required();
    command->add_option("second", flags->second, "The other token")->required();
    add_slippage(*command, flags);
}

}  // namespace thaw::cli
