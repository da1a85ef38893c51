#include "thaw/protocol/gauges/face.hpp"
#include "thaw/protocol/governance/face.hpp"
#include "thaw/protocol/state.hpp"
#include "thaw/rpc/dry_run.hpp"
#include "thaw/rpc/rest_figures.hpp"

// Proposals, gauges, and what an account has to say in them.
namespace thaw::rpc {

namespace {

namespace gauges = protocol::gauges;
namespace governance = protocol::governance;
namespace votes = protocol::votes;

constexpr uint32_t proposals_max = 100;

std::string_view state_name(uint8_t state) {
    static constexpr std::array<std::string_view, 8> names{
        "pending", "active", "canceled", "defeated", "succeeded", "queued", "expired", "executed"};
    return state < names.size() ? names[state] : "";
}

/// 256 bits in decimal, as front ends write ids.
std::string id_text(const codec::Word& id) {
    return argument_text({.type = "uint256", .name = {}, .components = {}},
                         BytesView{id.bytes.bytes}, 0)
        .value_or("");
}

/// The calls and the description as the proposal's event has them, from the block it was made in.
struct Created {
    governance::Targets targets;
    governance::Values values;
    governance::Payloads payloads;
    std::string description;
};
std::optional<Created> created(const node::Node& node, const governance::Summary& s) {
    static constexpr Hash topic = codec::declare(governance::ProposalCreated::abi).topic();
    const node::BlockPtr block = node.block(s.created_block);
    if (block == nullptr) return std::nullopt;
    for (const auto& transaction : block->transactions)
        for (const codec::Log& log : transaction.receipt.logs) {
            if (log.emitter != protocol::governor_address || log.topics[0] != topic) continue;
            auto all = codec::decode<codec::Word, Address, governance::Targets, governance::Values,
                                     std::vector<std::string>, governance::Payloads, codec::Number,
                                     codec::Number, std::string>(log.data);
            if (!all || std::get<0>(*all).bytes != s.id.bytes) continue;
            return Created{std::get<2>(*all), std::get<3>(*all), std::get<5>(*all),
                           std::get<8>(*all)};
        }
    return std::nullopt;
}

json::object proposal_json(const Backend& b, const node::View& view, const governance::Summary& s,
                           const std::optional<Created>& made, bool whole) {
    json::object out{{"number", s.number},
                     {"id", id_text(s.id)},
                     {"proposer", to_hex(s.proposer)},
                     {"state", state_name(s.state)},
                     {"voteStart", s.snapshot_s},
                     {"voteEnd", s.deadline_s},
                     {"eta", s.eta_s},
                     {"expires", s.expires_s},
                     {"createdBlock", s.created_block},
                     {"for", to_decimal(s.in_favour)},
                     {"against", to_decimal(s.against)},
                     {"abstain", to_decimal(s.abstain)},
                     {"quorum", to_decimal(s.quorum)}};
    if (!made) return out;
    const auto contracts = protocol::contracts(view.state());
    json::array calls;
    for (size_t i = 0; i < made->targets.size(); ++i)
        calls.push_back(
            json::object{{"target", to_hex(made->targets[i])},
                         {"value", to_decimal(made->values[i])},
                         {"data", to_hex(BytesView{made->payloads[i]})},
                         {"text", call_text(contracts, made->targets[i], made->payloads[i])}});
    out["description"] = made->description;
    out["descriptionHash"] = to_hex(crypto::keccak256(made->description));
    out["calls"] = std::move(calls);
    const bool open = s.state != 2 && s.state != 3 && s.state < 6;
    if (whole && open) out["dryRun"] = dry_run_json(b, view, made->targets, made->payloads);
    return out;
}

json::object terms_json(const Query& query) {
    const auto t = query.read<governance::Books>().settings.get(0);
    return {{"votingDelaySeconds", t.voting_delay_s},
            {"votingPeriodSeconds", t.voting_period_s},
            {"timelockSeconds", t.min_delay_s},
            {"timelockLongSeconds", t.long_delay_s},
            {"graceSeconds", governance::grace_s},
            {"proposalThreshold", to_decimal(*governance::proposal_threshold(query))},
            {"quorumPercent", t.quorum_percent},
            {"pausedUntil", *governance::paused_until(query, 0)}};
}

json::object gauge_json(const node::View& view, NetworkId network) {
    const Query query = query_now(view);
    const gauges::Standing s = *gauges::gauge(query, network);
    json::array validators;
    for (size_t i = 0; i < s.by_validator.size(); ++i) {
        const auto id = static_cast<uint32_t>(i + 1);
        validators.push_back(
            json::object{{"id", id},
                         {"name", protocol::validators::validator(query, network, id)->name},
                         {"inForce", to_decimal(s.by_validator[i])},
                         {"cast", to_decimal(s.cast_by_validator[i])},
                         {"weight", protocol::validators::weight_of(query, network, id)}});
    }
    return {{"network", view.state().networks.networks.get(network).name.view()},
            {"epoch", s.epoch},
            {"nextEpochTime", s.next_epoch_s},
            {"inForce", to_decimal(s.in_force)},
            {"cast", to_decimal(s.cast)},
            {"quorum", to_decimal(s.quorum)},
            {"decides", s.decides},
            {"guidedPercent", percent(protocol::validators::guidance(query, network)->blend_bps)},
            {"validators", std::move(validators)}};
}

json::object votes_json(const node::View& view, const Address& account) {
    const Query query = query_now(view);
    json::array ballots, on_gauges;
    const uint32_t last = query.read<governance::Books>().settings.get(0).proposals;
    for (uint32_t n = last; n > 0 && last - n < proposals_max; --n) {
        const auto s = *governance::proposal_at(query, n);
        const auto ballot =
            query.read<governance::Books>().ballots.get({.proposal = s.id.bytes, .voter = account});
        static constexpr std::array<std::string_view, 4> sides{"", "against", "for", "abstain"};
        if (ballot.cast != 0)
            ballots.push_back(json::object{{"number", n},
                                           {"id", id_text(s.id)},
                                           {"support", sides[ballot.cast % 4]},
                                           {"weight", to_decimal(ballot.weight)}});
    }
    for (NetworkId n = 1; n <= protocol::network_count; ++n) {
        const auto seen = *gauges::ballot(query, account, n);
        if (seen.votes == 0) continue;
        json::array choices;
        for (size_t i = 0; i < seen.validators.size(); ++i)
            choices.push_back(
                json::object{{"validator", seen.validators[i]}, {"percent", percent(seen.bps[i])}});
        on_gauges.push_back(
            json::object{{"network", view.state().networks.networks.get(n).name.view()},
                         {"epoch", seen.epoch},
                         {"votes", to_decimal(seen.votes)},
                         {"choices", std::move(choices)}});
    }
    const Query token = query_now(view, protocol::thaw_address);
    return {{"asOf", as_of_json(view.head())},
            {"account", to_hex(account)},
            {"balance", amount(*protocol::token::balance_of(token, account))},
            {"delegate", to_hex(*votes::delegates(query, account))},
            {"votes", to_decimal(*votes::get_votes(query, account))},
            {"proposals", std::move(ballots)},
            {"gauges", std::move(on_gauges)}};
}

/// The proposals of these numbers that there are.
std::vector<governance::Summary> summaries(const node::View& view, uint32_t from, uint32_t to) {
    const Query query = query_now(view);
    std::vector<governance::Summary> out;
    for (uint32_t n = to; n >= from && n > 0; --n)
        if (const auto s = governance::proposal_at(query, n)) out.push_back(*s);
    return out;
}

/// What was proposed, by number; from blocks, which are read without a view.
template <class List>
std::map<uint32_t, std::optional<Created>> contents(const node::Node& node, const List& list) {
    const std::vector<governance::Summary> proposals = list(node.view());
    std::map<uint32_t, std::optional<Created>> out;
    for (const governance::Summary& one : proposals) out.emplace(one.number, created(node, one));
    return out;
}

HttpResponse one_proposal(const Backend& b, const Rest::Request& r) {
    const auto asked = parse_decimal(r.captures[0]);
    const auto number = asked && *asked <= ~uint32_t{0} ? static_cast<uint32_t>(*asked) : 0;
    const auto list = [&](const node::View& view) { return summaries(view, number, number); };
    const auto made = contents(b.node, list);
    const node::View view = b.node.view();
    const auto found = list(view);
    if (found.empty() || !made.contains(number))
        return problem(404, "Not Found", "there is no proposal " + r.captures[0]);
    json::object out = proposal_json(b, view, found[0], made.at(number), true);
    out["asOf"] = as_of_json(view.head());
    return json_answer(out, view.head());
}

HttpResponse all_proposals(const Backend& b) {
    const auto last_ones = [](const node::View& view) {
        const uint32_t last = view.state().governance.settings.get(0).proposals;
        return summaries(view, last < proposals_max ? 1 : last - proposals_max + 1, last);
    };
    const auto made = contents(b.node, last_ones);
    const node::View view = b.node.view();
    json::array list;
    for (const governance::Summary& one : last_ones(view))
        if (const auto at = made.find(one.number); at != made.end())
            list.push_back(proposal_json(b, view, one, at->second, false));
    return json_answer(json::object{{"asOf", as_of_json(view.head())},
                                    {"terms", terms_json(query_now(view))},
                                    {"proposals", std::move(list)}},
                       view.head());
}

}  // namespace

void add_rest_governance(Rest& rest, Backend& b) {
    rest.add("/v1/proposals", "Governance's terms, and its last hundred proposals.",
             [&b](const Rest::Request&) { return all_proposals(b); });
    rest.add("/v1/proposals/{number}",
             "A proposal with its calls in words and, while it is open, what they would do.",
             [&b](const Rest::Request& r) { return one_proposal(b, r); });
    rest.add("/v1/gauges", "How holders' votes on validators stand, network by network.",
             [&b](const Rest::Request&) {
                 const node::View view = b.node.view();
                 json::array list;
                 for (NetworkId n = 1; n <= protocol::network_count; ++n)
                     list.push_back(gauge_json(view, n));
                 return json_answer(
                     json::object{{"asOf", as_of_json(view.head())}, {"gauges", std::move(list)}},
                     view.head());
             });
    rest.add("/v1/votes/{address}", "An account's votes, its delegate, and how it voted.",
             [&b](const Rest::Request& r) {
                 const auto account = parse_address(r.captures[0]);
                 if (!account) return no_address();
                 const node::View view = b.node.view();
                 return json_answer(votes_json(view, *account), view.head());
             });
}

}  // namespace thaw::rpc
