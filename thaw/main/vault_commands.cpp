#include "thaw/base/text.hpp"
#include "thaw/main/commands.hpp"
#include "thaw/main/duration.hpp"
#include "thaw/main/table.hpp"
#include "thaw/main/yields.hpp"
#include "thaw/protocol/vault/face.hpp"

// Vaults: shares of something that compounds by itself.
namespace thaw::cli {

namespace {

using codec::call_data;

struct VaultFlags {
    SessionFlags session;
    std::string vault, amount;
    bool in_kind = false;
    bool farm = false;
};

void list(const VaultFlags& flags) {
    Session session{flags.session};
    TextTable table{{">vault", "share", "asset", ">assets", ">yours are worth", ">at once"}};
    json::array all;
    for (const VaultInfo& vault : all_vaults(session)) {
        const auto shown_here = [&](u128 amount) {
            return column_amount(format_amount(amount, vault.asset.decimals), 4);
        };
        const u128 total = asked<u128>(session, vault.address, call_data<"totalAssets()">());
        const u128 mine = balance_of(session, vault.address);
        const u128 worth =
            asked<u128>(session, vault.address, call_data<"convertToAssets(uint256 shares)">(mine));
        const u128 now = asked<u128>(session, vault.address,
                                     call_data<"maxWithdraw(address owner)">(session.account()));
        table.add({std::to_string(vault.number), vault.share.symbol, vault.asset.symbol,
                   shown_here(total), shown_here(worth), shown_here(now)});
        all.push_back(json::object{{"vault", vault.number},
                                   {"address", to_hex(vault.address)},
                                   {"share", vault.share.symbol},
                                   {"asset", vault.asset.symbol},
                                   {"assets", format_amount(total, vault.asset.decimals)},
                                   {"shares", format_amount(mine, vault.share.decimals)},
                                   {"worth", format_amount(worth, vault.asset.decimals)},
                                   {"withdrawable", format_amount(now, vault.asset.decimals)}});
    }
    session.say(all, table.empty() ? "There are no vaults.\n" : table.text());
}

void deposit(const VaultFlags& flags) {
    Session session{flags.session};
    const VaultInfo vault = vault_called(session, flags.vault);
    const u128 assets =
        part_called(flags.amount, vault.asset, balance_of(session, vault.asset.address));
    const u128 before = balance_of(session, vault.address);
    const auto result = session.send(
        vault.address,
        call_data<"deposit(uint256 assets, address receiver)">(assets, session.account()),
        vault.asset.symbol, vault.asset.decimals);
    const u128 shares = balance_of(session, vault.address) - before;
    json::object answer = transaction_json(result);
    answer["assets"] = format_amount(assets, vault.asset.decimals);
    answer["shares"] = format_amount(shares, vault.share.decimals);
    session.say(answer, "Laid in " + shown(assets, vault.asset.decimals, vault.asset.symbol) +
                            " for " + shown(shares, vault.share.decimals, vault.share.symbol) +
                            ".\n" + transaction_line(result));
}

void leave_in_kind(Session& session, const VaultInfo& vault, u128 shares) {
    const auto result =
        session.send(vault.address,
                     call_data<"redeemInKind(uint256 shares, address receiver, address owner)">(
                         shares, session.account(), session.account()),
                     vault.share.symbol, vault.share.decimals);
    static constexpr Hash topic = codec::declare(protocol::vault::WithdrawnInKind::abi).topic();
    const auto values = codec::decode<Shares, u128>(log_of(result, topic).data);
    if (!values) throw Failure{ExitCode::refused, "the node answers something unexpected"};
    const Shares given = std::get<0>(*values);
    json::object answer = transaction_json(result);
    answer["liquidShares"] = format_amount(given.value, vault.asset.decimals);
    session.say(answer, "Received the liquid token, " +
                            format_amount(given.value, vault.asset.decimals) +
                            " shares of it; `thaw quote` shows the ways out it has.\n" +
                            transaction_line(result));
}

void withdraw(const VaultFlags& flags) {
    Session session{flags.session};
    const VaultInfo vault = vault_called(session, flags.vault);
    const bool all = flags.amount == "all";
    const u128 wanted =
        all ? 0 : amount_called(flags.amount, vault.asset.symbol, vault.asset.decimals);
    if (all || flags.in_kind) {
        const u128 mine = balance_of(session, vault.address);
        const u128 shares =
            all ? part_called("all", vault.share, mine)
                : std::min(mine, asked<u128>(session, vault.address,
                                             call_data<"convertToShares(uint256 assets)">(wanted)));
        if (flags.in_kind) return leave_in_kind(session, vault, shares);
        const auto result =
            session.send(vault.address,
                         call_data<"redeem(uint256 shares, address receiver, address owner)">(
                             shares, session.account(), session.account()),
                         vault.share.symbol, vault.share.decimals);
        static constexpr Hash topic = codec::declare(protocol::vault::Withdraw::abi).topic();
        const auto values = codec::decode<u128, u128>(log_of(result, topic).data);
        if (!values) throw Failure{ExitCode::refused, "the node answers something unexpected"};
        json::object answer = transaction_json(result);
        answer["received"] = format_amount(std::get<0>(*values), vault.asset.decimals);
        return session.say(
            answer, "Received " +
                        shown(std::get<0>(*values), vault.asset.decimals, vault.asset.symbol) +
                        ".\n" + transaction_line(result));
    }
    const auto result =
        session.send(vault.address,
                     call_data<"withdraw(uint256 assets, address receiver, address owner)">(
                         wanted, session.account(), session.account()),
                     vault.asset.symbol, vault.asset.decimals);
    json::object answer = transaction_json(result);
    answer["received"] = format_amount(wanted, vault.asset.decimals);
    session.say(answer, "Received " + shown(wanted, vault.asset.decimals, vault.asset.symbol) +
                            ".\n" + transaction_line(result));
}

void harvest(const VaultFlags& flags) {
    Session session{flags.session};
    const VaultInfo vault = vault_called(session, flags.vault);
    const auto result = session.send(vault.address, call_data<"harvest()">(), vault.asset.symbol,
                                     vault.asset.decimals);
    static constexpr Hash topic = codec::declare(protocol::vault::Harvested::abi).topic();
    const auto values = codec::decode<u128, u128, u128, uint64_t>(log_of(result, topic).data);
    if (!values) throw Failure{ExitCode::refused, "the node answers something unexpected"};
    const auto [profit, fee, bounty, until_s] = *values;
    json::object answer = transaction_json(result);
    answer["profit"] = format_amount(profit, vault.asset.decimals);
    answer["bountyShares"] = format_amount(bounty, vault.share.decimals);
    answer["releasedTime"] = until_s;
    session.say(answer, "Harvested " + shown(profit, vault.asset.decimals, vault.asset.symbol) +
                            ", released to holders by " + format_time(until_s) +
                            " of chain time; you received " +
                            shown(bounty, vault.share.decimals, vault.share.symbol) + ".\n" +
                            transaction_line(result));
}

/// Of a network, by its name, or with --farm of a farm.
void open(const VaultFlags& flags) {
    Session session{flags.session};
    const bool of_farm = flags.farm;
    const Address of = of_farm ? farm_called(session, flags.vault).address
                               : network_called(flags.vault).asset_contract;
    const auto result = session.send(
        protocol::vaults_address,
        of_farm ? call_data<"createFarmVault(address farm)">(of)
                : call_data<"createStakingVault(uint8 network)">(network_called(flags.vault).id),
        "", 0);
    const Address vault = asked<Address>(session, protocol::vaults_address,
                                         call_data<"vaultFor(address farmOrAsset)">(of));
    json::object answer = transaction_json(result);
    answer["address"] = to_hex(vault);
    session.say(answer, "Opened the vault " + to_hex(vault) + ".\n" + transaction_line(result));
}

using Run = void (*)(const VaultFlags&);
CLI::App& add(CLI::App& family, const std::string& name, const std::string& about, Run run,
              const std::shared_ptr<VaultFlags>& flags) {
    auto* command = family.add_subcommand(name, about);
    add_account_flags(*command, flags->session);
    command->callback([flags, run] { run(*flags); });
    return *command;
}

}  // namespace

void add_vault_commands(CLI::App& app) {
    auto* family = app.add_subcommand("vault", "Shares of vaults, which compound by themselves.");
    family->require_subcommand(1);
    family->footer(
        "\nExamples:\n  thaw vault list\n  thaw vault deposit FTM 10\n"
        "  thaw vault withdraw FTM 4\n  thaw vault withdraw FTM all --in-kind\n"
        "  thaw vault harvest FTM\n");
    const auto flags = std::make_shared<VaultFlags>();
    const std::string which = "Its number, its address, or the symbol of its share or asset";
    add(*family, "list", "Every vault, and what is yours.", list, flags);
    auto* command = &add(*family, "deposit", "Buys shares.", deposit, flags);
    command->add_option("vault", flags->vault, which)->required();
    command->add_option("amount", flags->amount, "How much of its asset, or all")->required();
    command =
        &add(*family, "withdraw", "Leaves, at once, as far as that is possible.", withdraw, flags);
    command->add_option("vault", flags->vault, which)->required();
    command->add_option("amount", flags->amount, "How much of its asset, or all")->required();
    command->add_flag("--in-kind", flags->in_kind,
                      "Take the liquid token of a staking vault instead, without a fee");
    command = &add(*family, "harvest", "Has its profit recognised, for a bounty.", harvest, flags);
    command->add_option("vault", flags->vault, which)->required();
    command =
        &add(*family, "open", "Opens the staking vault of a network, or a farm's.", open, flags);
    command->add_option("name", flags->vault, "The network's or the farm's")->required();
    command->add_flag("--farm", flags->farm, "It is a farm's");
}

}  // namespace thaw::cli
