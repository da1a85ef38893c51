#include "thaw/base/text.hpp"
#include "thaw/main/commands.hpp"
#include "thaw/main/duration.hpp"
#include "thaw/main/table.hpp"
#include "thaw/main/yields.hpp"
#include "thaw/protocol/farm/face.hpp"

// Staking in farms and what it earns.
namespace thaw::cli {

namespace {

using codec::call_data;
using protocol::farm::Reward;

struct FarmFlags {
    SessionFlags session;
    std::string farm, amount, token, over = "30d";
};

/// "12.5 THAW, 3 aFTMb": what an account could claim.
struct Pending {
    json::array list;
    std::string text;
};
Pending amounts_of(Session& session, const std::vector<Address>& tokens,
                   const std::vector<u128>& amounts) {
    Pending out;
    const auto coins = coins_at(session, tokens);
    for (size_t i = 0; i < coins.size(); ++i) {
        const std::string exact = format_amount(amounts[i], coins[i].decimals);
        out.list.push_back(json::object{{"token", coins[i].symbol}, {"amount", exact}});
        out.text += (i == 0 ? "" : ", ") + exact + " " + coins[i].symbol;
    }
    if (out.text.empty()) out.text = "nothing";
    return out;
}
Pending pending(Session& session, const FarmInfo& farm) {
    const auto [tokens, amounts] = session.client().view<std::vector<Address>, std::vector<u128>>(
        farm.address, call_data<"pending(address account)">(session.account()));
    return amounts_of(session, tokens, amounts);
}

void list(const FarmFlags& flags) {
    Session session{flags.session};
    TextTable table{{">farm", "stake", ">staked", "earn per day", "for", ">yours", "to claim"}};
    json::array all;
    for (const FarmInfo& farm : all_farms(session)) {
        const auto rewards =
            asked<std::vector<Reward>>(session, farm.address, call_data<"rewards()">());
        const u128 total = asked<u128>(session, farm.address, call_data<"totalStaked()">());
        const u128 mine = asked<u128>(session, farm.address,
                                      call_data<"stakedOf(address account)">(session.account()));
        std::vector<Address> tokens;
        std::vector<u128> per_day;
        uint64_t left_s = 0;
        for (const Reward& reward : rewards) {
            tokens.push_back(reward.token);
            per_day.push_back(reward.per_day);
            left_s = std::max(left_s, reward.seconds_left);
        }
        const Pending flow = amounts_of(session, tokens, per_day);
        const Pending due = pending(session, farm);
        const auto shown_here = [&](u128 amount) {
            return column_amount(format_amount(amount, farm.staked.decimals), 4);
        };
        table.add({std::to_string(farm.number), farm.staked.symbol, shown_here(total), flow.text,
                   left_s == 0 ? "ended" : format_duration(left_s), shown_here(mine), due.text});
        all.push_back(json::object{{"farm", farm.number},
                                   {"address", to_hex(farm.address)},
                                   {"stake", farm.staked.symbol},
                                   {"staked", format_amount(total, farm.staked.decimals)},
                                   {"perDay", flow.list},
                                   {"secondsLeft", left_s},
                                   {"yours", format_amount(mine, farm.staked.decimals)},
                                   {"pending", due.list}});
    }
    session.say(all, table.empty() ? "There are no farms.\n" : table.text());
}

void deposit(const FarmFlags& flags) {
    Session session{flags.session};
    const FarmInfo farm = farm_called(session, flags.farm);
    const u128 amount =
        part_called(flags.amount, farm.staked, balance_of(session, farm.staked.address));
    const auto result = session.send(farm.address, call_data<"deposit(uint256 amount)">(amount),
                                     farm.staked.symbol, farm.staked.decimals);
    json::object answer = transaction_json(result);
    answer["farm"] = farm.number;
    answer["staked"] = format_amount(amount, farm.staked.decimals);
    session.say(answer, "Staked " + shown(amount, farm.staked.decimals, farm.staked.symbol) +
                            "; it earns from now on, and `thaw farm claim` pays it.\n" +
                            transaction_line(result));
}

void withdraw(const FarmFlags& flags) {
    Session session{flags.session};
    const FarmInfo farm = farm_called(session, flags.farm);
    const u128 receipts = part_called(flags.amount, farm.staked, balance_of(session, farm.address));
    const u128 before = balance_of(session, farm.staked.address);
    const auto result =
        session.send(farm.address, call_data<"withdraw(uint256 receipts)">(receipts), "receipts",
                     farm.staked.decimals);
    const u128 back = balance_of(session, farm.staked.address) - before;
    json::object answer = transaction_json(result);
    answer["received"] = format_amount(back, farm.staked.decimals);
    session.say(answer, "Received " + shown(back, farm.staked.decimals, farm.staked.symbol) +
                            "; what it earned can still be claimed.\n" + transaction_line(result));
}

/// Claims, by `data`, and says what came.
void collect(const FarmFlags& flags, const Bytes& data, const std::string& what) {
    Session session{flags.session};
    const FarmInfo farm = farm_called(session, flags.farm);
    const auto result = session.send(farm.address, data, farm.staked.symbol, farm.staked.decimals);
    static constexpr Hash topic = codec::declare(protocol::farm::RewardPaid::abi).topic();
    std::vector<Address> tokens;
    std::vector<u128> amounts;
    for (const ReceiptLog& log : result.logs) {
        if (log.topics.size() != 4 || log.topics[0] != topic) continue;
        tokens.push_back(std::get<0>(*codec::decode<Address>(BytesView{log.topics[2].bytes})));
        amounts.push_back(std::get<0>(*codec::decode<u128>(log.data)));
    }
    const Pending paid = amounts_of(session, tokens, amounts);
    json::object answer = transaction_json(result);
    answer["claimed"] = paid.list;
    session.say(answer, what + paid.text + ".\n" + transaction_line(result));
}
void claim(const FarmFlags& flags) { collect(flags, call_data<"claim()">(), "Claimed "); }
void leave(const FarmFlags& flags) {
    collect(flags, call_data<"leave()">(), "Left with the whole stake, and claimed ");
}

void fund(const FarmFlags& flags) {
    const auto over_ms = parse_duration_ms(flags.over);
    if (!over_ms) throw Failure{ExitCode::usage, "--over " + flags.over + " is no time; write 30d"};
    const TokenInfo& token = token_called(flags.token);
    const u128 amount = amount_called(flags.amount, token.symbol, token.decimals);
    Session session{flags.session};
    const FarmInfo farm = farm_called(session, flags.farm);
    const auto result =
        session.send(farm.address,
                     call_data<"fund(address token, uint256 amount, uint64 duration)">(
                         token.contract, amount, uint64_t{*over_ms / 1'000}),
                     token.symbol, token.decimals);
    session.say(transaction_json(result), "Laid in " + shown(amount, token.decimals, token.symbol) +
                                              ".\n" + transaction_line(result));
}

/// A farm of the caller's own, with one reward to begin with.
void open(const FarmFlags& flags) {
    const TokenInfo& stake = token_called(flags.farm);
    const TokenInfo& reward = token_called(flags.token);
    Session session{flags.session};
    const Address farm = asked<Address>(session, protocol::farms_address,
                                        call_data<"farmFor(address stakingToken, address manager)">(
                                            stake.contract, session.account()));
    const auto result =
        session.send_batch({{protocol::farms_address, 0,
                             call_data<"createFarm(address stakingToken)">(stake.contract)},
                            {farm, 0, call_data<"addReward(address token)">(reward.contract)}},
                           stake.symbol, stake.decimals);
    json::object answer = transaction_json(result);
    answer["address"] = to_hex(farm);
    session.say(answer, "Opened the farm " + to_hex(farm) +
                            "; lay rewards in with `thaw farm fund`.\n" + transaction_line(result));
}

using Run = void (*)(const FarmFlags&);
CLI::App& add(CLI::App& family, const std::string& name, const std::string& about, Run run,
              const std::shared_ptr<FarmFlags>& flags) {
    auto* command = family.add_subcommand(name, about);
    add_account_flags(*command, flags->session);
    command->callback([flags, run] { run(*flags); });
    return *command;
}

}  // namespace

void add_farm_commands(CLI::App& app) {
    auto* family = app.add_subcommand("farm", "Stakes tokens in farms and claims what they earn.");
    family->require_subcommand(1);
    family->footer(
        "\nExamples:\n  thaw farm list\n  thaw farm deposit aFTMb 10\n"
        "  thaw farm claim aFTMb\n  thaw farm leave aFTMb\n");
    const auto flags = std::make_shared<FarmFlags>();
    const std::string which = "Its number, its address, or the symbol of what is staked there";
    add(*family, "list", "Every farm: what is staked, what it earns, what is yours.", list, flags);
    auto* command = &add(*family, "deposit", "Stakes tokens.", deposit, flags);
    command->add_option("farm", flags->farm, which)->required();
    command->add_option("amount", flags->amount, "How much of the token, or all")->required();
    command = &add(*family, "withdraw", "Takes a stake back.", withdraw, flags);
    command->add_option("farm", flags->farm, which)->required();
    command->add_option("amount", flags->amount, "How many receipts, or all")->required();
    command = &add(*family, "claim", "Has what was earned paid.", claim, flags);
    command->add_option("farm", flags->farm, which)->required();
    command = &add(*family, "leave", "Both, for all that is staked.", leave, flags);
    command->add_option("farm", flags->farm, which)->required();
    command = &add(*family, "fund", "Lays rewards in, as a gift to those who stake.", fund, flags);
    command->add_option("farm", flags->farm, which)->required();
    command->add_option("token", flags->token, "The reward's symbol")->required();
    command->add_option("amount", flags->amount, "How much of it")->required();
    command->add_option("--over", flags->over, "For how long it flows")->capture_default_str();
    command = &add(*family, "open", "Opens a farm of your own.", open, flags);
    command->add_option("token", flags->farm, "The symbol of what is staked")->required();
    command->add_option("reward", flags->token, "The symbol of its first reward")->required();
}

}  // namespace thaw::cli
