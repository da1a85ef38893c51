#include "thaw/base/text.hpp"
#include "thaw/main/commands.hpp"
#include "thaw/main/loans.hpp"
#include "thaw/protocol/flash/face.hpp"
#include "thaw/protocol/lending/limits.hpp"
#include "thaw/protocol/stable/face.hpp"

// The loop of staking what was borrowed against a stake, and the three ways out of it.
namespace thaw::cli {

namespace {

using codec::call_data;
using protocol::lending_address;
using protocol::lending::PositionView;
using protocol::lending::TermsView;
using protocol::multicall::BatchCall;

constexpr size_t turns_max = 20;
constexpr u128 ppm = 1'000'000;
constexpr u128 rounding = 2;  ///< units that a rebasing token may show less

struct LoopFlags {
    SessionFlags session;
    std::string network, amount, leverage = "3", by = "flash", pay = "all";
    uint32_t floor_percent = 102, least_percent = 95;
};

/// A per mille less: prices and rates may move while a transaction is on its way.
u128 a_little_less(u128 amount) { return amount - amount / 1'000; }
u128 part(u128 amount, u128 of_ppm) { return *mul_div_down(amount, of_ppm, ppm); }

/// An account's loan of a network's asset against its liquid token; nothing else pledged or owed.
struct Loan {
    u128 pledged = 0;  ///< what the pledged tokens are worth, in the asset
    u128 debt = 0;
    uint32_t threshold_bps = 0;

    /// What may leave the pledge with health staying at `floor_percent`.
    u128 free(uint32_t floor_percent) const {
        const u128 bound = *mul_div_up(debt, u128{floor_percent} * 100, threshold_bps);
        return pledged > bound ? a_little_less(pledged - bound) : 0;
    }
};

u128 as_assets(Session& session, const NetworkInfo& n, u128 tokens) {
    if (n.rebasing) return tokens;
    return asked<u128>(session, n.liquid_contract,
                       call_data<"sharesToBonds(uint256 shares)">(tokens));
}
u128 as_tokens(Session& session, const NetworkInfo& n, u128 assets) {
    if (n.rebasing) return assets;
    return asked<u128>(session, n.liquid_contract,
                       call_data<"bondsToShares(uint256 bonds)">(assets));
}

std::tuple<uint32_t, uint32_t, uint32_t> category_terms(Session& session, const NetworkInfo& n) {
    return session.client().view<uint32_t, uint32_t, uint32_t>(
        lending_address, call_data<"categoryTerms(uint8 category)">(n.id));
}

Loan loan_of(Session& session, const NetworkInfo& n) {
    Loan loan;
    const auto category = asked<u128>(session, lending_address,
                                      call_data<"getUserEMode(address user)">(session.account()));
    loan.threshold_bps =
        category == n.id ? std::get<1>(category_terms(session, n))
                         : asked<TermsView>(session, lending_address,
                                            call_data<"terms(address asset)">(n.liquid_contract))
                               .threshold_bps;
    const auto positions = asked<std::vector<PositionView>>(
        session, lending_address, call_data<"positions(address account)">(session.account()));
    for (const PositionView& p : positions) {
        const bool token = p.coin == n.liquid_contract;
        if ((p.pledged != 0 && !token) || (p.debt != 0 && p.coin != n.asset_contract))
            throw Failure{ExitCode::refused,
                          "the account has pledged or owes something besides " + n.liquid +
                              " and " + n.asset +
                              "; see `thaw market mine`, and use `thaw repay` and `thaw "
                              "take-back`"};
        if (token) loan.pledged = as_assets(session, n, p.pledged);
        if (p.coin == n.asset_contract) loan.debt = p.debt;
    }
    return loan;
}

// ---- In.

/// What each turn borrows, each as much as what was staked just before allows, until all together
/// is leverage − 1 times the first.
std::vector<u128> borrowings(const LoopFlags& flags, u128 assets, uint32_t ltv_bps) {
    const u128 times = amount_called(flags.leverage, "times", 6);
    const u128 turn = u128{ltv_bps} * 100 * 98 / 100;  // ppm; a fiftieth below the limit
    const u128 most = ppm * ppm / (ppm - turn);
    if (times < ppm || times >= most)
        throw Failure{ExitCode::usage, "--leverage goes from 1 to below " +
                                           format_amount(most / 10'000, 2) + ", not " +
                                           flags.leverage};
    std::vector<u128> all;
    for (u128 left = part(assets, times - ppm), last = assets; left != 0;) {
        if (all.size() == turns_max)
            throw Failure{ExitCode::usage, "a leverage of " + flags.leverage + " takes more than " +
                                               std::to_string(turns_max) + " turns; ask for less"};
        last = std::min(left, part(last, turn));
        left -= last;
        all.push_back(last);
    }
    return all;
}

/// What a stake brings at least, so that tokens which were in the wallet before stay there:
/// rounding takes a unit or two of a rebasing token, and shares of another grow dearer on the way.
Allowance staked(Session& session, const NetworkInfo& n, u128 assets) {
    const u128 tokens = as_tokens(session, n, assets);
    return Allowance{tokens - (n.rebasing ? rounding : tokens / 10'000)};
}

void loop(const LoopFlags& flags) {
    const NetworkInfo& n = network_called(flags.network);
    const u128 assets = amount_called(flags.amount, n.asset, n.decimals);
    Session session{flags.session};
    const Address who = session.account();
    loan_of(session, n);  // refuses where there is something besides
    const auto turns = borrowings(flags, assets, std::get<0>(category_terms(session, n)));
    std::vector<BatchCall> calls{
        {lending_address, 0, call_data<"setUserEMode(uint8 categoryId)">(n.id)}};
    u128 owed = 0;
    const bool had = balance_of(session, n.liquid_contract) != 0;
    const auto stake = [&](u128 amount) {
        calls.push_back(
            {n.staking_contract, 0, call_data<"stake(uint256 assets)">(Assets{amount})});
        const Allowance laid = had ? staked(session, n, amount) : everything;
        calls.push_back({lending_address, 0, supply_data(n.liquid_contract, laid, who)});
    };
    stake(assets);
    for (const u128 amount : turns) {
        calls.push_back({lending_address, 0, borrow_data(n.asset_contract, amount, who)});
        stake(amount);
        owed += amount;
    }
    calls.push_back({lending_address, 0, floor_data(who, flags.floor_percent)});
    const auto result = session.send_batch(calls, n.asset, n.decimals);
    say_done(session, result,
             {{"staked", format_amount(assets + owed, n.decimals)},
              {"borrowed", format_amount(owed, n.decimals)}},
             "Staked " + shown(assets + owed, n.decimals, n.asset) + ", " +
                 shown(owed, n.decimals, n.asset) + " of it borrowed");
}

// ---- Out at once: free some, sell it, repay, and so on.

/// A way to turn tokens into the asset within a transaction, and what it pays at least.
struct Way {
    Address contract;
    u128 pays_ppm = 0;  ///< of a token's worth, at the end of the sale, where it pays least
    bool flash = false;
};

Way flash_way(Session& session, const NetworkInfo& n) {
    const Address pool = protocol::contract_address(protocol::ContractKind::flash, n.id);
    const auto [target, low, high] =
        session.client().view<Assets, uint32_t, uint32_t>(pool, call_data<"terms()">());
    return {pool, a_little_less(ppm - u128{high} * 100), true};
}

/// What the stable pair pays for the last twentieth of `assets` of tokens.
Way exchange_way(Session& session, const NetworkInfo& n, u128 assets) {
    const auto pair = asked<Address>(
        session, protocol::stable_factory_address,
        call_data<"getPair(address tokenA, address tokenB)">(n.liquid_contract, n.asset_contract));
    if (pair.is_zero())
        throw Failure{ExitCode::refused,
                      "there is no stable pair of " + n.liquid + " and " + n.asset};
    const auto brings = [&](u128 worth) {
        return asked<u128>(session, pair,
                           call_data<"getAmountOut(uint256 amountIn, address tokenIn)">(
                               as_tokens(session, n, worth), n.liquid_contract));
    };
    const u128 tail = assets / 20 + 1;
    const u128 last = sub(brings(assets + tail), brings(assets));
    return {pair, a_little_less(std::min(ppm, *mul_div_down(last, ppm, tail)))};
}

/// Sells tokens worth `assets`, for `least` at least. The token's own rounding takes a unit or two.
BatchCall sale(Session& session, const NetworkInfo& n, const Way& way, u128 tokens, u128 least) {
    const Address who = session.account();
    if (!way.flash)
        return {
            way.contract, 0,
            call_data<"swap(address token, uint256 amount, uint256 minimum, address to, uint256 "
                      "deadline)">(n.liquid_contract, tokens, least, who,
                                   codec::Number{~uint64_t{0}})};
    if (n.rebasing)
        return {way.contract, 0,
                call_data<"swapBonds(uint256 amount, uint256 minimum, address receiver)">(
                    Assets{tokens}, Assets{least}, who)};
    return {way.contract, 0,
            call_data<"swapAtLeast(uint256 shares, uint256 minimum, address receiver)">(
                Shares{tokens}, Assets{least}, who)};
}

/// The calls that bring a loan to nothing: as many turns as its health allows no fewer.
std::vector<BatchCall> unwinding(Session& session, const NetworkInfo& n, Loan loan, const Way& way,
                                 uint32_t floor_percent) {
    const Address who = session.account();
    const auto wanted = [&](u128 debt) { return *mul_div_up(debt, ppm, way.pays_ppm) + 10; };
    std::vector<BatchCall> calls;
    for (size_t turn = 0; turn < turns_max; ++turn) {
        const u128 free = loan.free(floor_percent);
        const u128 all = wanted(loan.debt + loan.debt / 1'000);
        const bool last = free >= all;
        const u128 sold = last ? all : free;
        const u128 brings = part(sold - std::min(sold, rounding), way.pays_ppm);
        const u128 tokens = as_tokens(session, n, sold);
        if (tokens <= rounding || brings == 0) break;
        calls.push_back(
            {lending_address, 0, withdraw_data(n.liquid_contract, Allowance{tokens}, who)});
        calls.push_back(sale(session, n, way, tokens - rounding, brings));
        calls.push_back({lending_address, 0,
                         repay_data(n.asset_contract, last ? everything : Allowance{brings}, who)});
        if (last) {
            calls.push_back(
                {lending_address, 0, withdraw_data(n.liquid_contract, everything, who)});
            return calls;
        }
        loan.pledged -= sold;
        loan.debt -= brings;
    }
    throw Failure{ExitCode::refused,
                  "too little can be freed at a time, or it brings too little, to repay " +
                      shown(loan.debt, n.decimals, n.asset) + " in " + std::to_string(turns_max) +
                      " turns; repay a part first, or unwind --by ticket"};
}

void unwind_at_once(Session& session, const LoopFlags& flags, const NetworkInfo& n,
                    const Loan& loan) {
    const Way way =
        flags.by == "flash" ? flash_way(session, n) : exchange_way(session, n, loan.debt);
    if (way.pays_ppm < u128{flags.least_percent} * 10'000)
        throw Failure{ExitCode::refused,
                      "that way may pay no more than " + format_amount(way.pays_ppm / 100, 2) +
                          " % of what is sold; --least allows " +
                          std::to_string(flags.least_percent) + " %. See --by ticket"};
    const auto calls = unwinding(session, n, loan, way, flags.floor_percent);
    const auto result = session.send_batch(calls, n.asset, n.decimals);
    const u128 left = balance_of(session, n.liquid_contract);
    say_done(session, result,
             {{"repaid", format_amount(loan.debt, n.decimals)},
              {"left", format_amount(left, n.decimals)}},
             "Repaid " + shown(loan.debt, n.decimals, n.asset) + " out of the stake; " +
                 shown(left, n.decimals, n.liquid) + " are in the wallet");
}

// ---- Out by tickets: one step at a time, each as long as the host takes.

void unwind_by_ticket(Session& session, const LoopFlags& flags, const NetworkInfo& n, Loan loan) {
    const Address who = session.account();
    const u128 purse = balance_of(session, n.asset_contract);
    const u128 ready = flags.pay == "all" ? purse : amount_called(flags.pay, n.asset, n.decimals);
    const u128 paid = std::min(std::min(ready, purse), loan.debt);
    const bool done = paid == loan.debt;
    std::vector<BatchCall> calls;
    if (paid != 0)
        calls.push_back({lending_address, 0,
                         repay_data(n.asset_contract, done ? everything : Allowance{paid}, who)});
    loan.debt -= paid;
    if (done) {
        calls.push_back({lending_address, 0, withdraw_data(n.liquid_contract, everything, who)});
        const auto result = session.send_batch(calls, n.asset, n.decimals);
        return say_done(session, result, {{"done", true}},
                        "Repaid the rest; all " + n.liquid + " are in the wallet");
    }
    const u128 sold = std::min(loan.free(flags.floor_percent), loan.debt + loan.debt / 100 + 10);
    const u128 tokens = as_tokens(session, n, sold);
    if (tokens <= rounding)
        throw Failure{ExitCode::refused, "nothing can be freed without health falling below " +
                                             std::to_string(flags.floor_percent) +
                                             " %; wait for the tickets, or repay a part first"};
    calls.push_back({lending_address, 0, withdraw_data(n.liquid_contract, Allowance{tokens}, who)});
    calls.push_back({n.staking_contract, 0,
                     n.rebasing
                         ? call_data<"unstakeBonds(uint256 amount)">(Assets{tokens - rounding})
                         : call_data<"unstakeCerts(uint256 shares)">(Shares{tokens - rounding})});
    calls.push_back({lending_address, 0, floor_data(who, flags.floor_percent)});
    const auto result = session.send_batch(calls, n.asset, n.decimals);
    say_done(session, result, {{"done", false}, {"unstaked", format_amount(sold, n.decimals)}},
             "A ticket for " + shown(sold, n.decimals, n.asset) +
                 " is on its way; run this again when it is paid, until nothing is owed");
}

void unwind(const LoopFlags& flags) {
    const NetworkInfo& n = network_called(flags.network);
    Session session{flags.session};
    const Loan loan = loan_of(session, n);
    if (loan.debt == 0)
        throw Failure{ExitCode::refused, "the account owes no " + n.asset + "; `thaw take-back " +
                                             n.liquid + " all` takes what is supplied"};
    if (flags.by == "ticket") return unwind_by_ticket(session, flags, n, loan);
    unwind_at_once(session, flags, n, loan);
}

}  // namespace

void add_loop_commands(CLI::App& app) {
    const auto flags = std::make_shared<LoopFlags>();
    const auto add = [&](const std::string& name, const std::string& about, auto run) {
        auto* command = app.add_subcommand(name, about);
        add_account_flags(*command, flags->session);
        command->add_option("network", flags->network, "Its name, or its asset's symbol")
            ->required();
        command
            ->add_option("--floor", flags->floor_percent,
                         "Health, in per cent, below which nothing happens [102]")
            ->check(CLI::Range(100u, 1'000u));
        command->callback([flags, run] { run(*flags); });
        return command;
    };
    auto* in =
        add("loop", "Stakes, borrows against it and stakes again, in one transaction.", loop);
    in->footer("\nExamples:\n  thaw loop fantom 100\n  thaw loop fantom 100 --leverage 4.5\n");
    in->add_option("amount", flags->amount, "How much of the asset to begin with")->required();
    in->add_option("--leverage", flags->leverage, "How many times that is staked in the end [3]");
    auto* out = add("unwind", "Repays a loop's loan out of what is staked.", unwind);
    out->footer(
        "\nAt once, in one transaction, by the flash pool or the exchange; or by tickets, without "
        "a "
        "fee,\none step each time it is run.\n"
        "\nExamples:\n  thaw unwind fantom\n  thaw unwind fantom --by exchange\n"
        "  thaw unwind fantom --by ticket\n");
    out->add_option("--by", flags->by, "flash, exchange or ticket [flash]")
        ->check(CLI::IsMember({"flash", "exchange", "ticket"}));
    out->add_option("--least", flags->least_percent,
                    "At once: the least, in per cent, that the stake must bring [95]")
        ->check(CLI::Range(1u, 100u));
    out->add_option("--pay", flags->pay,
                    "By ticket: how much of the wallet's asset goes into the debt [all]");
}

}  // namespace thaw::cli
