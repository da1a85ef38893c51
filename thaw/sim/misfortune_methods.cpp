#include "thaw/sim/misfortune_methods.hpp"

#include "thaw/base/text.hpp"
#include "thaw/rpc/encode.hpp"
#include "thaw/sim/host_methods.hpp"

namespace thaw::sim {

namespace {

using rpc::Answer;
using rpc::Error;
using rpc::Params;
namespace json = boost::json;

auto refuse(std::string message) {
    return tl::unexpected(Error{rpc::code::invalid_params, std::move(message)});
}

Answer kept(hosts::Courier::Pause& pause, json::value answer) {
    if (const auto fault = pause.save()) return tl::unexpected(Error{rpc::code::server, *fault});
    return answer;
}

json::object plan_json(hosts::Misfortune plan) {
    json::object out;
    hosts::for_each_figure(
        plan, [&](std::string_view name, uint32_t& figure) { out.emplace(name, figure); });
    return out;
}

/// `plan` with the figures that the object names put in.
rpc::Decoded<hosts::Misfortune> read_plan(hosts::Misfortune plan, const json::value& value) {
    const json::object* object = value.if_object();
    if (object == nullptr)
        return refuse("invalid argument 1 (plan): expected an object of figures, such as " +
                      json::serialize(plan_json({})));
    std::optional<Error> fault;
    size_t known = 0;
    hosts::for_each_figure(plan, [&](std::string_view name, uint32_t& figure) {
        const json::value* given = object->if_contains(name);
        if (given == nullptr) return;
        ++known;
        const auto number = rpc::read_number(*given, {1, "plan", name});
        const bool is_chance = name.ends_with("Ppm");
        const uint64_t most = is_chance ? hosts::whole_ppm : 366 * 86'400;
        if (!number)
            fault = number.error();
        else if (*number > most)
            fault = rpc::invalid({1, "plan", name}, "at most " + to_decimal(most), *given);
        else
            figure = static_cast<uint32_t>(*number);
    });
    if (fault) return tl::unexpected(*fault);
    if (known != object->size())
        return refuse("invalid argument 1 (plan): it names a figure that there is not; there are " +
                      json::serialize(plan_json({})));
    return plan;
}

Answer misfortune(Devnet& devnet, const Params& p) {
    const HostId id = TRY(rpc::argument(p, 0, read_host));
    auto pause = devnet.courier().pause();
    hosts::SimulatedHost& host = pause.worlds().host(id);
    if (const json::value* given = p.find(1)) {
        host.set_misfortune(TRY(read_plan(host.world().misfortune, *given)));
        return kept(pause, plan_json(host.world().misfortune));
    }
    return json::value(plan_json(host.world().misfortune));
}

/// The host of argument 0 and the validator of argument 1.
rpc::Decoded<uint32_t> read_validator(const hosts::SimulatedHost& host, const Params& p) {
    const uint64_t id = TRY(rpc::argument(p, 1, rpc::read_number));
    const size_t count = host.world().validators.size();
    if (id == 0 || id > count)
        return refuse("invalid argument 1 (validator): " + std::string{host.name()} + " has " +
                      to_decimal(count) + " validators, counted from 1");
    return static_cast<uint32_t>(id);
}

Answer slash(Devnet& devnet, const Params& p) {
    const HostId id = TRY(rpc::argument(p, 0, read_host));
    const uint64_t part_ppm = TRY(rpc::argument(p, 2, rpc::read_number));
    auto pause = devnet.courier().pause();
    hosts::SimulatedHost& host = pause.worlds().host(id);
    const uint32_t validator = TRY(read_validator(host, p));
    if (part_ppm > hosts::whole_ppm)
        return tl::unexpected(
            rpc::invalid(p.where(2), "a part in millionths, at most 1000000", *p.find(2)));
    const Assets taken = host.slash(validator, static_cast<uint32_t>(part_ppm));
    return kept(pause, json::value(to_decimal(taken.value)));
}

Answer jail(Devnet& devnet, const Params& p) {
    const HostId id = TRY(rpc::argument(p, 0, read_host));
    const bool jailed = TRY(rpc::argument_or(p, 2, rpc::read_bool, true));
    auto pause = devnet.courier().pause();
    hosts::SimulatedHost& host = pause.worlds().host(id);
    host.set_jailed(TRY(read_validator(host, p)), jailed);
    return kept(pause, jailed);
}

Answer reorganise(Devnet& devnet, const Params& p) {
    const HostId id = TRY(rpc::argument(p, 0, read_host));
    auto pause = devnet.courier().pause();
    const size_t dropped = pause.worlds().host(id).reorganise();
    return kept(pause, dropped);
}

}  // namespace

void add_misfortune_methods(rpc::Methods& m, Devnet& devnet) {
    m.add("thaw_hostMisfortune", "host plan?",
          "What goes wrong on a host from now on: an object of figures, those left out stay. "
          "Chances in millionths (1000000: always), durations in seconds. Answers all of them.",
          [&devnet](const Params& p) { return misfortune(devnet, p); });
    m.add("thaw_hostSlash", "host validator partPpm",
          "Slashes what is staked with a validator by so many millionths; answers the base units "
          "taken of the delegation.",
          [&devnet](const Params& p) { return slash(devnet, p); });
    m.add("thaw_hostJail", "host validator jailed?",
          "Jails a validator, or sets it free: jailed it earns nothing and takes no bonds.",
          [&devnet](const Params& p) { return jail(devnet, p); });
    m.add("thaw_hostReorganise", "host",
          "Drops the blocks of a host that are not final (see finalitySeconds); answers how many "
          "transactions were in them.",
          [&devnet](const Params& p) { return reorganise(devnet, p); });
}

}  // namespace thaw::sim
