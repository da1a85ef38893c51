#include "thaw/base/text.hpp"
#include "thaw/main/commands.hpp"
#include "thaw/main/session.hpp"
#include "thaw/main/table.hpp"
#include "thaw/protocol/validators/face.hpp"

namespace thaw::cli {

namespace {

using codec::call_data;
using protocol::validators_address;
using protocol::validators::Decentralisation;
using protocol::validators::Entry;

struct ValidatorFlags {
    SessionFlags session;
    std::string network;
    uint32_t id = 0;
};

/// "12.34 %", from hundredths of a per cent.
std::string percent(u128 bps) {
    const std::string cents = to_decimal(100 + bps % 100).substr(1);
    return to_decimal(bps / 100) + "." + cents + " %";
}

u128 part_bps(u128 part, u128 whole) {
    return whole == 0 ? 0 : mul_div_down(part, 10'000, whole).value_or(0);
}

std::string_view state_of(const Entry& v) {
    if (v.jailed) return "jailed";
    return v.eligible ? "good" : "below the gate";
}

json::object entry_json(const Entry& v, const NetworkInfo& n) {
    return {{"id", v.id},
            {"name", v.name},
            {"group", v.group},
            {"stake", format_amount(v.total_stake.value, n.decimals)},
            {"ours", format_amount(v.bonded.value, n.decimals)},
            {"commissionBps", v.commission_bps},
            {"uptimeBps", v.uptime_bps},
            {"jailed", v.jailed},
            {"eligible", v.eligible}};
}

std::string concentration_text(const Decentralisation& d) {
    return "Operators that together could stop the chain (Nakamoto coefficient): " +
           std::to_string(d.nakamoto_without) + " without the pool's stake, " +
           std::to_string(d.nakamoto_with) + " with it.\n" +
           "Concentration (Herfindahl index, millionths): " +
           std::to_string(d.herfindahl_without_ppm) + " without, " +
           std::to_string(d.herfindahl_with_ppm) + " with.\n";
}

void list(Session& session, const NetworkInfo& n) {
    const auto [entries] = session.client().view<std::vector<Entry>>(
        validators_address, call_data<"list(uint8 network)">(n.id));
    const auto [d] = session.client().view<Decentralisation>(
        validators_address, call_data<"decentralisation(uint8 network)">(n.id));
    u128 ours = 0;
    for (const Entry& v : entries) ours = add(ours, v.bonded.value);
    TextTable table{{">id", "name", ">stake on the host", ">the pool's", ">of the pool",
                     ">commission", ">uptime", "state"}};
    json::array all;
    for (const Entry& v : entries) {
        const auto amount = [&](Assets a) {
            return column_amount(format_amount(a.value, n.decimals), 2);
        };
        table.add({std::to_string(v.id), v.name, amount(v.total_stake), amount(v.bonded),
                   percent(part_bps(v.bonded.value, ours)), percent(v.commission_bps),
                   percent(v.uptime_bps), std::string{state_of(v)}});
        all.push_back(entry_json(v, n));
    }
    session.say(json::object{{"network", n.name},
                             {"validators", std::move(all)},
                             {"nakamotoWithout", d.nakamoto_without},
                             {"nakamotoWith", d.nakamoto_with},
                             {"herfindahlWithoutPpm", d.herfindahl_without_ppm},
                             {"herfindahlWithPpm", d.herfindahl_with_ppm}},
                table.text() + "\n" + concentration_text(d));
}

void explain(Session& session, const NetworkInfo& n, uint32_t id) {
    const auto [entry] = session.client().view<Entry>(
        validators_address, call_data<"validator(uint8 network,uint32 id)">(n.id, id));
    const auto [why] = session.client().view<std::string>(
        validators_address, call_data<"explain(uint8 network,uint32 id)">(n.id, id));
    json::object answer = entry_json(entry, n);
    answer["explanation"] = why;
    session.say(answer, entry.name + ": " + shown(entry.total_stake.value, n.decimals, n.asset) +
                            " on the host, of it the pool's " +
                            shown(entry.bonded.value, n.decimals, n.asset) + "; commission " +
                            percent(entry.commission_bps) + ", uptime " +
                            percent(entry.uptime_bps) + ".\n" + why + "\n");
}

void validators(const ValidatorFlags& flags) {
    const NetworkInfo& n = network_called(flags.network);
    Session session{flags.session};
    if (flags.id == 0)
        list(session, n);
    else
        explain(session, n, flags.id);
}

}  // namespace

void add_validators_command(CLI::App& app) {
    auto* command = app.add_subcommand(
        "validators", "Whom the pool delegates to, how decentralised that is, and why.");
    command->footer(
        "\nExamples:\n  thaw validators bnb\n"
        "  thaw validators bnb 3        why this one gets new stake, or does not\n");
    auto flags = std::make_shared<ValidatorFlags>();
    add_account_flags(*command, flags->session);
    command->add_option("network", flags->network, "Its name, or the symbol of its asset")
        ->required();
    command->add_option("id", flags->id, "One of them");
    command->callback([flags] { validators(*flags); });
}

}  // namespace thaw::cli
