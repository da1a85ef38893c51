#include "thaw/base/text.hpp"
#include "thaw/main/commands.hpp"
#include "thaw/main/duration.hpp"
#include "thaw/main/session.hpp"
#include "thaw/main/table.hpp"
#include "thaw/protocol/networks/face.hpp"
#include "thaw/protocol/oracle/face.hpp"
#include "thaw/protocol/staking/face.hpp"

namespace thaw::cli {

namespace {

using codec::call_data;
using protocol::staking::Summary;

u128 one_of(const NetworkInfo& n) {
    u128 one = 1;
    for (unsigned i = 0; i < n.decimals; ++i) one *= 10;
    return one;
}

struct NetworkStatus {
    const NetworkInfo* network;
    Summary summary;
    u128 rate;  ///< base units of the asset that a whole share is worth
    u128 stake_min;
    protocol::networks::Terms terms;
    protocol::oracle::PendingLoss loss;

    std::string state() const {
        return loss.pending ? "loss pending" : terms.halted ? "halted" : "open";
    }
};

std::vector<NetworkStatus> ask_networks(Client& client) {
    std::vector<std::pair<Address, Bytes>> summaries, figures, terms, losses;
    for (const NetworkInfo& n : networks()) {
        terms.emplace_back(protocol::networks_address, call_data<"terms(uint8 network)">(n.id));
        losses.emplace_back(protocol::oracle_address,
                            call_data<"pendingLoss(uint8 network)">(n.id));
        summaries.emplace_back(n.staking_contract, call_data<"summary()">());
        figures.emplace_back(n.liquid_contract,
                             call_data<"sharesToBonds(uint256 shares)">(Shares{one_of(n)}));
        figures.emplace_back(n.staking_contract, call_data<"minimumStake()">());
    }
    const auto all = client.view_all<Summary>(summaries);
    const auto numbers = client.view_all<u128>(figures);
    const auto in_force = client.view_all<protocol::networks::Terms>(terms);
    const auto waiting = client.view_all<protocol::oracle::PendingLoss>(losses);
    std::vector<NetworkStatus> out;
    for (size_t i = 0; i < all.size(); ++i)
        out.push_back({.network = &networks()[i],
                       .summary = std::get<0>(all[i]),
                       .rate = std::get<0>(numbers[2 * i]),
                       .stake_min = std::get<0>(numbers[2 * i + 1]),
                       .terms = std::get<0>(in_force[i]),
                       .loss = std::get<0>(waiting[i])});
    return out;
}

json::object network_json(const NetworkStatus& s) {
    const auto amount = [&](Assets a) { return format_amount(a.value, s.network->decimals); };
    return {{"network", s.network->name},
            {"asset", s.network->asset},
            {"token", s.network->liquid},
            {"totalAssets", amount(s.summary.total_assets)},
            {"totalShares", format_amount(s.summary.total_shares.value, s.network->decimals)},
            {"rate", format_amount(s.rate, s.network->decimals)},
            {"minimumStake", format_amount(s.stake_min, s.network->decimals)},
            {"buffer", amount(s.summary.buffer)},
            {"inFlight", amount(s.summary.in_flight)},
            {"bonded", amount(s.summary.bonded)},
            {"unbonding", amount(s.summary.unbonding)},
            {"claimable", amount(s.summary.claimable)},
            {"rewards", amount(s.summary.rewards_total)},
            {"losses", amount(s.summary.losses_total)},
            {"fees", amount(s.summary.fees_total)},
            {"insurance", amount(s.summary.insurance)},
            {"feeBps", s.terms.fee_bps},
            {"state", s.state()},
            {"frame", s.summary.frame},
            {"nextBatchAt", s.summary.next_batch_at_s}};
}

void status(const SessionFlags& flags) {
    Session session{flags};
    Client& client = session.client();
    const auto facts = client.call_all({{"web3_clientVersion", {}},
                                        {"eth_chainId", {}},
                                        {"eth_getBlockByNumber", {"latest", false}}});
    const uint64_t height = number_in(facts[2].at("number"));
    const uint64_t time_s = number_in(facts[2].at("timestamp"));
    TextTable table{{"network", ">staked", "", "token", ">1 token is", ">rewards so far",
                     ">unbonding", ">least stake", ">day", "state"}};
    json::array list;
    for (const NetworkStatus& s : ask_networks(client)) {
        const NetworkInfo& n = *s.network;
        const auto cell = [&](u128 amount) {
            return column_amount(format_amount(amount, n.decimals), 4);
        };
        table.add({n.name, cell(s.summary.total_assets.value), n.asset, n.liquid,
                   n.rebasing ? "1" : column_amount(format_amount(s.rate, n.decimals), 8),
                   cell(s.summary.rewards_total.value), cell(s.summary.unbonding.value),
                   cell(s.stake_min), std::to_string(s.summary.frame), s.state()});
        list.push_back(network_json(s));
    }
    json::object answer{{"client", facts[0]},
                        {"chainId", number_in(facts[1])},
                        {"block", height},
                        {"time", time_s},
                        {"networks", std::move(list)}};
    session.say(answer, "node        " + client.url() + "\nchain id    " +
                            std::to_string(number_in(facts[1])) + "\nhead        block " +
                            std::to_string(height) + ", " + format_time(time_s) +
                            " of chain time\n\n" + table.text());
}

}  // namespace

void add_status_command(CLI::App& app) {
    auto* command = app.add_subcommand("status", "The chain and its five networks at a glance.");
    command->footer("\nExamples:\n  thaw status\n  thaw status --json | jq .networks[0].rate\n");
    const auto flags = std::make_shared<SessionFlags>();
    add_node_flags(*command, *flags);
    command->callback([flags] { status(*flags); });
}

}  // namespace thaw::cli
