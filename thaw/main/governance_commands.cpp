#include "thaw/base/text.hpp"
#include "thaw/crypto/keccak.hpp"
#include "thaw/main/commands.hpp"
#include "thaw/main/duration.hpp"
#include "thaw/main/spoken_calls.hpp"
#include "thaw/main/table.hpp"
#include "thaw/main/yields.hpp"
#include "thaw/protocol/governance/face.hpp"

// Votes, proposals and their way to being carried out.
namespace thaw::cli {

namespace {

using codec::call_data;
using codec::Word;
using protocol::governor_address;
using protocol::thaw_address;
namespace governance = protocol::governance;

struct GovernanceFlags {
    SessionFlags session;
    std::string who, side, reason, description;
    std::vector<std::string> calls;
    uint32_t number = 0;
    bool dry_run = false;
};

std::string thaw(u128 amount) { return shown(amount, 18, "THAW"); }

std::string_view state_name(uint8_t state) {
    static constexpr std::array<std::string_view, 8> names{
        "pending", "active", "canceled", "defeated", "succeeded", "queued", "expired", "executed"};
    return state < names.size() ? names[state] : "unknown";
}

/// A proposal's calls and description, out of the event of its block.
struct Made {
    governance::Targets targets;
    governance::Values values;
    governance::Payloads payloads;
    std::string description;
};
Made made(Session& session, const governance::Summary& s) {
    const std::string block = quantity(s.created_block);
    const auto logs = session.client().call(
        "eth_getLogs",
        {json::object{
            {"address", to_hex(governor_address)}, {"fromBlock", block}, {"toBlock", block}}});
    for (const json::value& log : logs.as_array()) {
        const auto data = parse_hex(std::string_view{log.at("data").as_string()});
        const auto all =
            codec::decode<Word, Address, governance::Targets, governance::Values,
                          std::vector<std::string>, governance::Payloads, codec::Number,
                          codec::Number, std::string>(data.value_or(Bytes{}));
        if (all && std::get<0>(*all).bytes == s.id.bytes)
            return {std::get<2>(*all), std::get<3>(*all), std::get<5>(*all), std::get<8>(*all)};
    }
    throw Failure{ExitCode::refused, "the node has no event of this proposal"};
}

governance::Summary numbered(Session& session, uint32_t number) {
    const u128 count = asked<u128>(session, governor_address, call_data<"proposalCount()">());
    if (number == 0 || number > count)
        throw Failure{ExitCode::refused, "there is no proposal " + std::to_string(number) +
                                             "; there are " + to_decimal(count)};
    return asked<governance::Summary>(session, governor_address,
                                      call_data<"proposalAt(uint32 number)">(number));
}

json::array texts_of(const std::vector<Address>& targets) {
    json::array out;
    for (const Address& target : targets) out.push_back(json::value(to_hex(target)));
    return out;
}
json::array texts_of(const std::vector<Bytes>& payloads) {
    json::array out;
    for (const Bytes& payload : payloads) out.push_back(json::value(to_hex(payload)));
    return out;
}

json::value rehearsed(Session& session, const governance::Targets& targets,
                      const governance::Payloads& payloads) {
    return session.client().call("thaw_dryRun", {texts_of(targets), texts_of(payloads)});
}

/// What the calls would do, in lines.
std::string rehearsal_text(const json::value& dry) {
    std::string out;
    for (const json::value& call : dry.at("calls").as_array())
        out += "  does    " + std::string{std::string_view{call.as_string()}} + "\n";
    for (const json::value& event : dry.at("says").as_array()) {
        const json::object& e = event.as_object();
        if (!e.contains("event")) continue;
        out += "  changes " + std::string{std::string_view{e.at("contract").as_string()}} + ": " +
               std::string{std::string_view{e.at("event").as_string()}};
        for (const auto& field : e.at("fields").as_object())
            out += " " + std::string{field.key()} + "=" +
                   std::string{std::string_view{field.value().as_string()}};
        out += "\n";
    }
    for (const json::value& network : dry.at("halts").as_array())
        out += "  halts   " + std::string{std::string_view{network.as_string()}} + "\n";
    const json::object& weak = dry.at("liquidates").as_object();
    for (const json::value& loan : weak.at("accounts").as_array())
        out += "  leaves  " + std::string{std::string_view{loan.at("account").as_string()}} +
               " open to liquidation, at a health of " +
               column_amount(std::string{std::string_view{loan.at("health").as_string()}}, 4) +
               "\n";
    if (dry.at("passes").as_bool())
        return out + "It would pass, " +
               format_duration(
                   static_cast<uint64_t>(dry.at("delaySeconds").to_number<uint64_t>())) +
               " after it was queued.\n";
    return out + "It would fail: " + std::string{std::string_view{dry.at("reason").as_string()}} +
           ". So it could not be queued.\n";
}

void propose(const GovernanceFlags& flags) {
    Session session{flags.session};
    const json::value contracts = session.client().call("thaw_contracts");
    Made m{.targets = {}, .values = {}, .payloads = {}, .description = flags.description};
    for (const std::string& text : flags.calls) {
        SpokenCall call = spoken_call(contracts.as_array(), text);
        m.targets.push_back(call.target);
        m.payloads.push_back(std::move(call.payload));
    }
    m.values.resize(m.targets.size());
    const json::value dry = rehearsed(session, m.targets, m.payloads);
    if (flags.dry_run) return session.say(dry, rehearsal_text(dry));
    const auto result = session.send(governor_address,
                                     call_data<"propose(" THAW_CALLS ", string description)">(
                                         m.targets, m.values, m.payloads, m.description),
                                     "THAW", 18);
    const u128 number = asked<u128>(session, governor_address, call_data<"proposalCount()">());
    json::object answer = transaction_json(result);
    answer["number"] = to_decimal(number);
    answer["dryRun"] = dry;
    session.say(answer, "Proposed as number " + to_decimal(number) +
                            "; the vote begins in a day and lasts three.\n" + rehearsal_text(dry) +
                            transaction_line(result));
}

void list(const GovernanceFlags& flags) {
    Session session{flags.session};
    TextTable table{{">no", "state", ">for", ">against", ">abstain", "what"}};
    json::array all;
    const u128 count = asked<u128>(session, governor_address, call_data<"proposalCount()">());
    for (u128 n = count; n > 0 && count - n < 50; --n) {
        const auto s = numbered(session, static_cast<uint32_t>(n));
        const std::string what = made(session, s).description;
        const auto cell = [](u128 votes) { return column_amount(format_amount(votes, 18), 0); };
        table.add({std::to_string(s.number), std::string{state_name(s.state)}, cell(s.in_favour),
                   cell(s.against), cell(s.abstain), what.substr(0, what.find('\n'))});
        all.push_back(json::object{{"number", s.number},
                                   {"state", state_name(s.state)},
                                   {"for", format_amount(s.in_favour, 18)},
                                   {"against", format_amount(s.against, 18)},
                                   {"abstain", format_amount(s.abstain, 18)},
                                   {"description", what}});
    }
    session.say(all, table.empty() ? "There are no proposals.\n" : table.text());
}

void show(const GovernanceFlags& flags) {
    Session session{flags.session};
    const auto s = numbered(session, flags.number);
    const Made m = made(session, s);
    const json::value dry = rehearsed(session, m.targets, m.payloads);
    const bool open = s.state != 2 && s.state != 3 && s.state < 6;
    json::object out{{"number", s.number},
                     {"state", state_name(s.state)},
                     {"description", m.description},
                     {"proposer", to_hex(s.proposer)},
                     {"voteStart", s.snapshot_s},
                     {"voteEnd", s.deadline_s},
                     {"eta", s.eta_s},
                     {"for", format_amount(s.in_favour, 18)},
                     {"against", format_amount(s.against, 18)},
                     {"abstain", format_amount(s.abstain, 18)},
                     {"quorum", format_amount(s.quorum, 18)}};
    if (open) out["dryRun"] = dry;
    std::string text = "Proposal " + std::to_string(s.number) + ", " +
                       std::string{state_name(s.state)} + ": " + m.description + "\n" +
                       "Voting from " + format_time(s.snapshot_s) + " to " +
                       format_time(s.deadline_s) + " of chain time.\n" + "For " +
                       thaw(s.in_favour) + ", against " + thaw(s.against) + ", abstaining " +
                       thaw(s.abstain) + "; " + thaw(s.quorum) + " have to vote for or abstain.\n";
    if (s.eta_s != 0)
        text += "Can be executed from " + format_time(s.eta_s) + " to " + format_time(s.expires_s) +
                ".\n";
    session.say(out, open ? text + rehearsal_text(dry) : text);
}

/// Queue, execute, cancel: the calls come back out of the proposal's event.
template <codec::Text line>
void step(const GovernanceFlags& flags, const std::string& done) {
    Session session{flags.session};
    const auto s = numbered(session, flags.number);
    const Made m = made(session, s);
    const auto result = session.send(
        governor_address,
        call_data<line>(m.targets, m.values, m.payloads, crypto::keccak256(m.description)), "THAW",
        18);
    const auto after = numbered(session, flags.number);
    json::object answer = transaction_json(result);
    answer["state"] = state_name(after.state);
    answer["eta"] = after.eta_s;
    session.say(answer, done +
                            (after.state == 5 ? " It can be executed from " +
                                                    format_time(after.eta_s) + " of chain time."
                                              : "") +
                            "\n" + transaction_line(result));
}
void queue(const GovernanceFlags& flags) {
    step<"queue(" THAW_CALLS ", bytes32 descriptionHash)">(flags, "Queued.");
}
void execute(const GovernanceFlags& flags) {
    step<"execute(" THAW_CALLS ", bytes32 descriptionHash)">(flags, "Executed.");
}
void cancel(const GovernanceFlags& flags) {
    step<"cancel(" THAW_CALLS ", bytes32 descriptionHash)">(flags, "Cancelled.");
}

void vote(const GovernanceFlags& flags) {
    static constexpr std::array<std::string_view, 3> sides{"against", "for", "abstain"};
    const auto side = std::ranges::find(sides, flags.side);
    if (side == sides.end())
        throw Failure{ExitCode::usage, "a vote is for, against or abstain, not " + flags.side};
    Session session{flags.session};
    const auto s = numbered(session, flags.number);
    const u128 weight =
        s.state != 1
            ? 0
            : asked<u128>(session, governor_address,
                          call_data<"getVotes(address account, uint256 "
                                    "timepoint)">(session.account(), codec::Number{s.snapshot_s}));
    const auto result = session.send(
        governor_address,
        call_data<"castVoteWithReason(uint256 proposalId, uint8 support, string reason)">(
            s.id, static_cast<uint8_t>(side - sides.begin()), flags.reason),
        "THAW", 18);
    json::object answer = transaction_json(result);
    answer["support"] = *side;
    answer["weight"] = format_amount(weight, 18);
    session.say(answer, "Voted " + std::string{*side} + " with " + thaw(weight) +
                            ", what it had when the vote began.\n" + transaction_line(result));
}

void delegate(const GovernanceFlags& flags) {
    Session session{flags.session};
    const Address to = flags.who == "me"       ? session.account()
                       : flags.who == "nobody" ? Address{}
                                               : address_called(flags.who, "account");
    const auto result =
        session.send(thaw_address, call_data<"delegate(address delegatee)">(to), "THAW", 18);
    const u128 held = balance_of(session, thaw_address);
    json::object answer = transaction_json(result);
    answer["delegate"] = to_hex(to);
    answer["balance"] = format_amount(held, 18);
    session.say(answer, thaw(held) +
                            (to.is_zero() ? " vote through nobody now."
                                          : " vote through " + to_hex(to) + " from now on.") +
                            "\n" + transaction_line(result));
}

using Run = void (*)(const GovernanceFlags&);
CLI::App& add(CLI::App& app, const std::string& name, const std::string& about, Run run,
              const std::shared_ptr<GovernanceFlags>& flags) {
    auto* command = app.add_subcommand(name, about);
    add_account_flags(*command, flags->session);
    command->callback([flags, run] { run(*flags); });
    return *command;
}

void add_proposal(CLI::App& app, const std::shared_ptr<GovernanceFlags>& flags) {
    auto* family = app.add_subcommand("proposal", "One proposal: what it does, and its next step.");
    family->require_subcommand(1);
    family->footer("\nExamples:\n  thaw proposal show 1\n  thaw proposal queue 1\n");
    for (const auto& [name, about, run] :
         {std::tuple{"show", "Its vote, and what it would do.", &show},
          {"queue", "Lays one that has won into the timelock.", &queue},
          {"execute", "Has it done, once its time has come.", &execute},
          {"cancel", "Takes it back, by its proposer or the guardian.", &cancel}})
        add(*family, name, about, run, flags)
            .add_option("number", flags->number, "Its number, from thaw proposals")
            ->required();
}

}  // namespace

void add_governance_commands(CLI::App& app) {
    const auto flags = std::make_shared<GovernanceFlags>();
    auto* command = &add(app, "delegate", "Says who votes with your THAW.", delegate, flags);
    command->footer("\nExamples:\n  thaw delegate me\n");
    command->add_option("account", flags->who, "me, nobody, or an address")->required();
    command = &add(app, "propose", "Proposes calls to be voted on.", propose, flags);
    command->footer(
        "\nExamples:\n  thaw propose \"A lower fee\" --call \"networks.setFee bnb 900\" --dry-run\n"
        "  thaw propose \"Weights\" --call \"validators.setWeights bnb 1,2 3,1\"\n");
    command->add_option("description", flags->description, "What it is about")->required();
    command->add_option("--call", flags->calls, "contract.verb and its arguments; up to ten")
        ->required();
    command->add_flag("--dry-run", flags->dry_run, "Only say what it would do");
    add(app, "proposals", "The last proposals.", list, flags)
        .footer("\nExamples:\n  thaw proposals\n");
    add_proposal(app, flags);
    command = &add(app, "vote", "Votes on a proposal.", vote, flags);
    command->footer("\nExamples:\n  thaw vote 1 for\n");
    command->add_option("number", flags->number, "Its number")->required();
    command->add_option("side", flags->side, "for, against or abstain")->required();
    command->add_option("--reason", flags->reason, "Why, for everybody to read");
}

}  // namespace thaw::cli
