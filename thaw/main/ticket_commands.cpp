#include "thaw/base/text.hpp"
#include "thaw/main/commands.hpp"
#include "thaw/main/session.hpp"
#include "thaw/protocol/unbonding/face.hpp"

// What can be done with a ticket before it is paid.
namespace thaw::cli {

namespace {

using codec::call_data;
using codec::Number;
using protocol::tickets_address;
using protocol::unbonding::Entry;

struct TicketFlags {
    SessionFlags session;
    uint64_t ticket = 0;
    std::vector<uint64_t> others;
    std::vector<std::string> amounts;
};
using FlagsPtr = std::shared_ptr<TicketFlags>;

Entry entry_of(Client& client, uint64_t id) {
    return std::get<0>(
        client.view<Entry>(tickets_address, call_data<"ticket(uint256 id)">(Number{id})));
}

json::object summary(const Entry& entry) {
    const NetworkInfo& n = network_with(entry.network);
    return {{"ticket", entry.id.value},
            {"network", n.name},
            {"asset", n.asset},
            {"shares", format_amount(entry.shares.value, n.decimals)},
            {"expected", format_amount(entry.expected.value, n.decimals)}};
}

std::string line(const Entry& entry) {
    const NetworkInfo& n = network_with(entry.network);
    return "Ticket " + std::to_string(entry.id.value) + ": " +
           format_amount(entry.shares.value, n.decimals) + " shares, " +
           shown(entry.expected.value, n.decimals, n.asset) + " expected.\n";
}

void split(const TicketFlags& flags) {
    Session session{flags.session};
    const NetworkInfo& n = network_with(entry_of(session.client(), flags.ticket).network);
    std::vector<Shares> parts;
    for (const std::string& amount : flags.amounts)
        parts.push_back(Shares{amount_called(amount, "shares", n.decimals)});
    const auto result = session.send(
        tickets_address,
        call_data<"split(uint256 ticket, uint256[] shares)">(Number{flags.ticket}, parts), "shares",
        n.decimals);
    static constexpr Hash topic = codec::declare(protocol::unbonding::TicketSplit::abi).topic();
    const Entry rest = entry_of(session.client(), flags.ticket);
    json::object answer = transaction_json(result);
    answer["rest"] = summary(rest);
    json::array list;
    std::string text = line(rest);
    for (const ReceiptLog& log : result.logs) {
        if (log.topics.size() < 4 || log.topics[0] != topic) continue;
        const auto id = codec::decode<Number>(BytesView{log.topics[3].bytes});
        if (!id) throw Failure{ExitCode::refused, "the node answers something unexpected"};
        const Entry part = entry_of(session.client(), std::get<0>(*id).value);
        list.push_back(summary(part));
        text += line(part);
    }
    answer["parts"] = std::move(list);
    session.say(answer, text + transaction_line(result));
}

void merge(const TicketFlags& flags) {
    Session session{flags.session};
    std::vector<Number> ids{Number{flags.ticket}};
    for (const uint64_t id : flags.others) ids.push_back(Number{id});
    const auto result =
        session.send(tickets_address, call_data<"merge(uint256[] tickets)">(ids), "", 18);
    const Entry sum = entry_of(session.client(), flags.ticket);
    json::object answer = transaction_json(result);
    for (auto& [name, value] : summary(sum)) answer[name] = value;
    session.say(answer, line(sum) + transaction_line(result));
}

void cancel(const TicketFlags& flags) {
    Session session{flags.session};
    const NetworkInfo& n = network_with(entry_of(session.client(), flags.ticket).network);
    const auto result =
        session.send(tickets_address, call_data<"cancel(uint256 ticket)">(Number{flags.ticket}),
                     "shares", n.decimals);
    static constexpr Hash topic = codec::declare(protocol::unbonding::TicketCancelled::abi).topic();
    const auto shares = codec::decode<Shares>(log_of(result, topic).data);
    if (!shares) throw Failure{ExitCode::refused, "the node answers something unexpected"};
    const std::string back = format_amount(std::get<0>(*shares).value, n.decimals);
    json::object answer = transaction_json(result);
    answer["ticket"] = flags.ticket;
    answer["shares"] = back;
    answer["token"] = n.liquid;
    session.say(answer, "Ticket " + std::to_string(flags.ticket) + " is taken back: " + back +
                            " shares of " + n.liquid + " are its owner's again.\n" +
                            transaction_line(result));
}

void explain(const TicketFlags& flags) {
    Session session{flags.session};
    const auto [words] = session.client().view<std::string>(
        tickets_address, call_data<"explain(uint256 ticket)">(Number{flags.ticket}));
    session.say(json::object{{"ticket", flags.ticket}, {"explanation", words}}, words + "\n");
}

FlagsPtr add(CLI::App& family, const std::string& name, const std::string& about,
             const std::string& example, void (*run)(const TicketFlags&)) {
    auto* command = family.add_subcommand(name, about);
    command->footer("\nExamples:\n" + example);
    auto flags = std::make_shared<TicketFlags>();
    add_account_flags(*command, flags->session);
    command->add_option("ticket", flags->ticket, "Its number")->required();
    command->callback([flags, run] { run(*flags); });
    return flags;
}

}  // namespace

void add_ticket_commands(CLI::App& app) {
    auto* family = app.add_subcommand("ticket", "Splits, merges, takes back or explains a ticket.");
    family->footer("\nExamples:\n  thaw ticket explain 1000000001\n");
    family->require_subcommand(1);
    auto flags = add(*family, "split", "Splits parts off a ticket, to give or sell them.",
                     "  thaw ticket split 1000000001 0.2 0.3\n", split);
    family->get_subcommand("split")
        ->add_option("shares", flags->amounts, "How many shares each part has")
        ->required();
    flags = add(*family, "merge", "Merges tickets of one batch into the first.",
                "  thaw ticket merge 1000000001 1000000002\n", merge);
    family->get_subcommand("merge")
        ->add_option("others", flags->others, "Those that go into it")
        ->required();
    add(*family, "cancel", "Takes a ticket back whose batch has not left for the host.",
        "  thaw ticket cancel 1000000001\n", cancel);
    add(*family, "explain", "Says what a ticket waits for, and until when.",
        "  thaw ticket explain 1000000001\n", explain);
}

}  // namespace thaw::cli
