#include "thaw/base/text.hpp"
#include "thaw/main/commands.hpp"
#include "thaw/main/duration.hpp"
#include "thaw/main/table.hpp"
#include "thaw/main/yields.hpp"
#include "thaw/protocol/gauges/face.hpp"

// Votes on where new stake goes.
namespace thaw::cli {

namespace {

using codec::call_data;
using protocol::gauges_address;
using protocol::gauges::Standing;

struct GaugeFlags {
    SessionFlags session;
    std::string network;
    std::vector<std::string> parts;
};

void show(const GaugeFlags& flags) {
    Session session{flags.session};
    const NetworkInfo& n = network_called(flags.network);
    const auto s =
        asked<Standing>(session, gauges_address, call_data<"gauge(uint8 network)">(n.id));
    TextTable table{{">validator", ">in force", ">cast, from the next epoch"}};
    json::array validators;
    for (size_t i = 0; i < s.by_validator.size(); ++i) {
        const std::string now = format_amount(s.by_validator[i], 18);
        const std::string next = format_amount(s.cast_by_validator[i], 18);
        validators.push_back(json::object{{"id", i + 1}, {"inForce", now}, {"cast", next}});
        if (s.by_validator[i] != 0 || s.cast_by_validator[i] != 0)
            table.add({std::to_string(i + 1), column_amount(now, 0), column_amount(next, 0)});
    }
    const json::object answer{{"network", n.name},
                              {"epoch", s.epoch},
                              {"nextEpochTime", s.next_epoch_s},
                              {"inForce", format_amount(s.in_force, 18)},
                              {"quorum", format_amount(s.quorum, 18)},
                              {"decides", s.decides},
                              {"validators", std::move(validators)}};
    session.say(answer, (table.empty() ? "Nobody has voted.\n" : table.text()) +
                            shown(s.in_force, 18, "THAW") + " in force, of " +
                            shown(s.quorum, 18, "THAW") + " that it takes: " +
                            (s.decides ? "the votes decide" : "the weights that were set hold") +
                            ". The next epoch begins at " + format_time(s.next_epoch_s) +
                            " of chain time.\n");
}

void vote(const GaugeFlags& flags) {
    const NetworkInfo& n = network_called(flags.network);
    std::vector<uint32_t> ids, bps;
    for (const std::string& part : flags.parts) {
        const size_t equals = std::min(part.find('='), part.size());
        const auto id = parse_decimal(part.substr(0, equals));
        const u128 share = equals == part.size()
                               ? u128_max
                               : parse_amount(part.substr(equals + 1), 2).value_or(u128_max);
        if (!id || *id > ~uint32_t{0} || share > 10'000)
            throw Failure{ExitCode::usage,
                          "a part is written as 3=25.5, the validator and its "
                          "per cent of your votes, not \"" +
                              part + "\""};
        ids.push_back(static_cast<uint32_t>(*id));
        bps.push_back(static_cast<uint32_t>(share));
    }
    Session session{flags.session};
    const auto result = session.send(
        gauges_address,
        call_data<"vote(uint8 network, uint32[] validators, uint32[] bps)">(n.id, ids, bps), "THAW",
        18);
    const std::string said = ids.empty() ? "Took your vote back.\n"
                                         : "Voted; it counts from the next epoch on, and halves "
                                           "with each epoch in which you do not vote again.\n";
    session.say(transaction_json(result), said + transaction_line(result));
}

}  // namespace

void add_gauge_commands(CLI::App& app) {
    auto* family = app.add_subcommand("gauge", "Votes on where new stake goes.");
    family->require_subcommand(1);
    family->footer("\nExamples:\n  thaw gauge show bnb\n  thaw gauge vote bnb 1=60 3=40\n");
    const auto flags = std::make_shared<GaugeFlags>();
    for (const auto& [name, about, run] :
         {std::tuple{"show", "How a network's votes stand.", &show},
          {"vote", "Casts your votes of a network; none: takes them back.", &vote}}) {
        auto* command = family->add_subcommand(name, about);
        add_account_flags(*command, flags->session);
        command->add_option("network", flags->network, "Its name, or the symbol of its asset")
            ->required();
        if (run == &vote)
            command->add_option("parts", flags->parts, "validator=percent, at most eight");
        command->callback([flags, run = run] { run(*flags); });
    }
}

}  // namespace thaw::cli
