#include "thaw/rpc/dry_run.hpp"

#include "thaw/base/text.hpp"
#include "thaw/protocol/governance/face.hpp"
#include "thaw/protocol/lending/face.hpp"
#include "thaw/protocol/lending/limits.hpp"

namespace thaw::rpc {

namespace {

using protocol::Contract;
using protocol::NetworkId;
using protocol::governance::Payloads;
using protocol::governance::Targets;

const Contract* contract_at(const std::vector<Contract>& contracts, const Address& address) {
    const auto at = std::ranges::find(contracts, address, &Contract::address);
    return at == contracts.end() ? nullptr : &*at;
}

/// "name(a=1, b=2)", or the name alone when an argument has no words.
std::string arguments_text(const codec::AbiLine& line, BytesView arguments) {
    std::string out = line.name + "(";
    size_t at = 0;
    for (const codec::AbiParameter& p : line.inputs) {
        const auto text = argument_text(p, arguments, at);
        if (!text) return line.name + "(...)";
        out += (at == 0 ? "" : ", ") + p.name + "=" + *text;
        at += codec::word_size;
    }
    return out + ")";
}

/// What a log says, by its contract's face. Indexed fields stand in topics, the others in data.
json::object said_json(const std::vector<Contract>& contracts, const codec::Log& log) {
    const Contract* contract = contract_at(contracts, log.emitter);
    json::object out{{"contract", contract == nullptr ? to_hex(log.emitter) : contract->name}};
    if (contract == nullptr || log.topics.empty()) return out;
    for (const std::string_view text : contract->face.events) {
        const auto line = codec::parse_abi_line(text);
        if (crypto::keccak256(line->signature()) != log.topics[0]) continue;
        json::object fields;
        size_t topic = 1, data = 0;
        for (const codec::AbiParameter& p : line->inputs) {
            const bool indexed = p.indexed && topic < log.topics.size();
            const auto value = indexed ? argument_text(p, BytesView{log.topics[topic].bytes}, 0)
                                       : argument_text(p, log.data, data);
            indexed ? void(++topic) : void(data += codec::word_size);
            fields[p.name] = value.value_or("...");
        }
        out["event"] = line->name;
        out["fields"] = std::move(fields);
        return out;
    }
    return out;
}

/// The networks that stand still after the calls and did not before.
json::array halted_by(const protocol::Query& before, const protocol::Query& after) {
    json::array out;
    for (NetworkId n = 1; n <= protocol::network_count; ++n)
        if (!protocol::networks::stands_still(before, n) &&
            protocol::networks::stands_still(after, n))
            out.push_back(
                json::value(before.read<protocol::networks::Books>().networks.get(n).name.view()));
    return out;
}

/// Whom the calls would leave open to liquidation who is safe without them, weakest first; by the
/// same second, so that neither interest nor prices make a difference. Calls of the timelock bring
/// nobody a debt, so those who owe before are all there are. Blocks wait meanwhile: of a great many
/// only the first are looked at, and `complete` says so.
json::object liquidated_by(const protocol::Query& before, const protocol::Query& after) {
    using namespace protocol::lending;
    constexpr size_t listed_max = 100, looked_max = 10'000;
    size_t owing = 0;
    const auto health = [](const protocol::Query& q, const Address& account) {
        return std::get<5>(*account_data(q, account)).value;
    };
    std::vector<std::pair<u128, Address>> weak;
    before.read<Books>().accounts.for_each_unordered([&](const Address& who, const Account& row) {
        if (row.owes == 0 || ++owing > looked_max) return;
        const u128 now = health(after, who);
        if (now < health_one && health(before, who) >= health_one) weak.emplace_back(now, who);
    });
    std::ranges::sort(weak);
    json::array accounts;
    for (const auto& [now, who] : std::span{weak}.first(std::min(weak.size(), listed_max)))
        accounts.push_back(
            json::object{{"account", to_hex(who)}, {"health", format_amount(now, 18)}});
    return {{"count", weak.size()},
            {"accounts", std::move(accounts)},
            {"complete", owing <= looked_max}};
}

json::object nobody() { return {{"count", 0}, {"accounts", json::array{}}, {"complete", true}}; }

Decoded<std::vector<json::value>> list_at(const Params& p, size_t index) {
    const json::value* value = p.find(index);
    if (value == nullptr || !value->is_array() || value->get_array().size() > 10)
        return tl::unexpected(Error{code::invalid_params, "a list of at most ten is wanted"});
    return std::vector<json::value>(value->get_array().begin(), value->get_array().end());
}

}  // namespace

std::string call_text(const std::vector<Contract>& contracts, const Address& target,
                      BytesView payload) {
    const Contract* contract = contract_at(contracts, target);
    if (contract == nullptr || payload.size() < 4) return to_hex(payload);
    const uint32_t selector =
        protocol::governance::selector_of(Bytes(payload.begin(), payload.end()));
    for (const std::string_view text : contract->face.functions)
        if (const auto line = codec::parse_abi_line(text); line->selector() == selector)
            return contract->name + "." + arguments_text(*line, payload.subspan(4));
    return contract->name + "." + to_hex(payload);
}

json::object dry_run_json(const Backend& b, const node::View& view, const Targets& targets,
                          const Payloads& payloads) {
    const auto contracts = protocol::contracts(view.state());
    const uint64_t height = view.head()->header.number;
    const auto terms = view.state().governance.settings.get(0);
    protocol::Block block = view.context_at(height);
    const uint64_t delay_s = protocol::governance::delay_of(terms, targets, payloads);
    block.now_s += delay_s;
    protocol::State state = view.fork_at(height);
    json::array says, calls;
    bool loans = false;  // whether lending or prices said anything
    json::object out{{"passes", true}, {"delaySeconds", delay_s}, {"at", block.now_s}};
    for (size_t i = 0; i < targets.size(); ++i) {
        calls.push_back(json::value(call_text(contracts, targets[i], payloads[i])));
        const auto receipt = protocol::simulate(state, block,
                                                {.sender = protocol::timelock_address,
                                                 .to = targets[i],
                                                 .data = payloads[i],
                                                 .gas_limit = b.block_gas_limit});
        for (const codec::Log& log : receipt.logs) {
            says.push_back(said_json(contracts, log));
            loans = loans || log.emitter == protocol::lending_address ||
                    log.emitter == protocol::prices_address;
        }
        if (receipt.success) continue;
        const std::string reason = b.error_names.reason(receipt.output);
        out["passes"] = false;
        out["failsAt"] = i;
        out["reason"] = reason.empty() ? to_hex(receipt.output) : reason;
        out["reasonData"] = to_hex(receipt.output);
        break;
    }
    const bool passes = out["passes"].as_bool();
    const protocol::Query before{view.state(), block}, after{state, block};
    out["halts"] = passes ? halted_by(before, after) : json::array{};
    out["liquidates"] = passes && loans ? liquidated_by(before, after) : nobody();
    size_t rows = 0;
    protocol::State::for_each_change(state.seal(),
                                     [&](size_t, BytesView, BytesView, BytesView) { ++rows; });
    out["rowsChanged"] = passes ? rows : 0;
    out["calls"] = std::move(calls);
    out["says"] = passes ? std::move(says) : json::array{};
    return out;
}

void add_dry_run(Methods& m, Backend& b) {
    m.add("thaw_dryRun", "targets calldatas",
          "What a proposal of these calls would do, on a copy of the state.",
          [&b](const Params& p) -> Answer {
              Targets targets;
              Payloads payloads;
              for (const json::value& value : TRY(list_at(p, 0)))
                  targets.push_back(TRY(read_address(value, p.where(0))));
              for (const json::value& value : TRY(list_at(p, 1)))
                  payloads.push_back(TRY(read_data(value, p.where(1))));
              if (targets.size() != payloads.size())
                  return tl::unexpected(
                      Error{code::invalid_params, "each target needs one calldata"});
              const node::View view = b.node.view();
              return json::value(dry_run_json(b, view, targets, payloads));
          });
}

}  // namespace thaw::rpc
