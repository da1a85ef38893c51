#include "thaw/base/text.hpp"
#include "thaw/main/commands.hpp"
#include "thaw/main/session.hpp"
#include "thaw/protocol/staking/face.hpp"

// Wrap, unwrap, switch: the same shares under another name.
namespace thaw::cli {

namespace {

using codec::call_data;

struct FaceFlags {
    SessionFlags session;
    std::string network, amount;
};

/// What is given: "all" is the whole balance.
u128 amount_of(Session& session, const FaceFlags& flags, const Address& token,
               const std::string& symbol, unsigned decimals) {
    if (flags.amount != "all") return amount_called(flags.amount, symbol, decimals);
    const auto [balance] = session.client().view<u128>(
        token, call_data<"balanceOf(address account)">(session.account()));
    if (balance == 0) throw Failure{ExitCode::refused, "there is no " + symbol + " here"};
    return balance;
}

/// The balance of the token that is received, before or after.
u128 balance_of(Session& session, const Address& token) {
    return std::get<0>(session.client().view<u128>(
        token, call_data<"balanceOf(address account)">(session.account())));
}

struct Turn {
    std::string verb;  ///< "Wrapped"
    std::string from, to;
    Address from_token, to_token, contract;
    Bytes (*data)(u128 amount);
};

void turn(const FaceFlags& flags, const NetworkInfo& n, const Turn& what) {
    Session session{flags.session};
    const u128 amount = amount_of(session, flags, what.from_token, what.from, n.decimals);
    const u128 before = balance_of(session, what.to_token);
    const auto result = session.send(what.contract, what.data(amount), what.from, n.decimals);
    const u128 received = balance_of(session, what.to_token) - before;
    json::object answer = transaction_json(result);
    answer["given"] = format_amount(amount, n.decimals);
    answer["token"] = what.from;
    answer["received"] = format_amount(received, n.decimals);
    answer["receivedToken"] = what.to;
    session.say(answer, what.verb + " " + shown(amount, n.decimals, what.from) + ", received " +
                            shown(received, n.decimals, what.to) + ".\n" +
                            transaction_line(result));
}

const NetworkInfo& with_wrapped(const FaceFlags& flags) {
    const NetworkInfo& n = network_called(flags.network);
    if (n.rebasing) return n;
    throw Failure{ExitCode::usage, n.liquid +
                                       " needs no wrapping: its balance never changes by "
                                       "itself. There are aFTMb, aDOTb and aKSMb to wrap"};
}

void wrap(const FaceFlags& flags) {
    const NetworkInfo& n = with_wrapped(flags);
    turn(flags, n,
         {"Wrapped", n.liquid, n.second, n.liquid_contract, n.second_contract, n.second_contract,
          [](u128 amount) { return call_data<"wrap(uint256 amount)">(Assets{amount}); }});
}

void unwrap(const FaceFlags& flags) {
    const NetworkInfo& n = with_wrapped(flags);
    turn(flags, n,
         {"Unwrapped", n.second, n.liquid, n.second_contract, n.liquid_contract, n.second_contract,
          [](u128 amount) { return call_data<"unwrap(uint256 shares)">(Shares{amount}); }});
}

void switch_legacy(const FaceFlags& flags) {
    const NetworkInfo& n = network_called(flags.network);
    if (n.rebasing)
        throw Failure{ExitCode::usage, n.name + " has no legacy token; bnb and polygon have"};
    turn(flags, n,
         {"Switched", n.second, n.liquid, n.second_contract, n.liquid_contract, n.staking_contract,
          [](u128 amount) { return call_data<"switchLegacy(uint256 amount)">(Assets{amount}); }});
}

void add(CLI::App& app, const std::string& name, const std::string& about,
         const std::string& example, const std::string& amount, void (*run)(const FaceFlags&)) {
    auto* command = app.add_subcommand(name, about);
    command->footer("\nExamples:\n" + example);
    auto flags = std::make_shared<FaceFlags>();
    add_account_flags(*command, flags->session);
    command->add_option("network", flags->network, "Its name, or the symbol of its asset")
        ->required();
    command->add_option("amount", flags->amount, amount)->required();
    command->callback([flags, run] { run(*flags); });
}

}  // namespace

void add_face_commands(CLI::App& app) {
    add(app, "wrap",
        "Turns aFTMb, aDOTb or aKSMb into aFTMc, aDOTc or aKSMc, whose balance is fixed.",
        "  thaw wrap fantom 10\n  thaw wrap dot all\n", "How much of the rebasing token, or all",
        wrap);
    add(app, "unwrap", "The way back.", "  thaw unwrap fantom all\n",
        "How much of the wrapped token, or all", unwrap);
    add(app, "switch", "Turns the legacy aBNBb or aMATICb into ankrBNB or ankrMATIC, for good.",
        "  thaw switch bnb 25 --from 9\n", "How much of the legacy token, or all", switch_legacy);
}

}  // namespace thaw::cli
