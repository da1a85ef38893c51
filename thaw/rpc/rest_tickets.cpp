#include "thaw/protocol/state.hpp"
#include "thaw/rpc/rest_figures.hpp"

// Leaving: a ticket with its way so far and to come, and what each way out would bring.
namespace thaw::rpc {

namespace {

using protocol::unbonding::Batch;
using protocol::unbonding::BatchStatus;

constexpr uint64_t blocks_searched_max = 20'000;

json::object ticket_json(const node::View& view, const protocol::unbonding::Entry& t) {
    const Query query = query_now(view, protocol::tickets_address);
    const auto row = view.state().networks.networks.get(t.network);
    const Batch batch = protocol::unbonding::batch(query, t.network, t.batch);
    const auto queue = view.state().unbonding.queues.get(t.network);
    const bool left = batch.status != BatchStatus::open;
    const json::object way{
        {"requested", t.requested_at_s},
        {"leaves", left ? batch.dispatched_at_s : queue.last_dispatch_s + row.batch_interval_s},
        {"left", left},
        {"completes", batch.completes_at_s},
        {"final", batch.finalised_at_s},
        {"ready", t.ready_at_s}};
    return {{"asOf", as_of_json(view.head())},
            {"id", t.id.value},
            {"network", row.name.view()},
            {"owner", to_hex(t.owner)},
            {"shares", to_decimal(t.shares.value)},
            {"nominal", amount(t.nominal)},
            {"expected", amount(t.expected)},
            {"batch", t.batch},
            {"status", ticket_status(t.status)},
            {"way", way},
            {"ahead", json::object{{"tickets", queue.issued - queue.finalised},
                                   {"assets", amount(queue.nominal)}}},
            {"says", *protocol::unbonding::explain(query, t.id)}};
}

/// What became of a ticket that is no more: paid, taken back, or merged into another.
std::optional<json::object> past_ticket(const Backend& b, uint64_t id) {
    using namespace protocol::unbonding;
    static constexpr Hash paid = codec::declare(TicketPaid::abi).topic();
    static constexpr Hash cancelled = codec::declare(TicketCancelled::abi).topic();
    static constexpr Hash merged = codec::declare(TicketMerged::abi).topic();
    const protocol::NetworkId network = network_of(id);
    const LogFilter filter{
        .addresses = {protocol::tickets_address},
        .topics = {{paid, cancelled, merged}, {number_topic(network)}, {number_topic(id)}}};
    std::optional<json::object> out;
    const uint64_t head = b.node.view().head()->header.number;
    look_back(b, filter, head, blocks_searched_max, [&](const Found& found) {
        out = place_json(found.block, found.transaction);
        (*out)["id"] = id;
        const Hash& what = found.log.topics[0];
        (*out)["status"] = what == paid ? "paid" : what == merged ? "merged" : "cancelled";
        if (what == paid) (*out)["assets"] = to_decimal(number_in(found.log.data, 0));
        if (what == merged) (*out)["into"] = static_cast<uint64_t>(number_in(found.log.topics[3]));
        return false;
    });
    if (!out) return out;
    const node::View view = b.node.view();
    (*out)["network"] = view.state().networks.networks.get(network).name.view();
    (*out)["asOf"] = as_of_json(view.head());
    return out;
}

HttpResponse ticket_answer(const Backend& b, const Rest::Request& r) {
    const auto id = parse_decimal(r.captures[0]);
    if (!id || *id == 0 || *id > UINT64_MAX)
        return problem(400, "Bad Request", "a ticket is named by its number");
    {
        const node::View view = b.node.view();
        const auto entry =
            protocol::unbonding::ticket(query_now(view, protocol::tickets_address),
                                        protocol::unbonding::Number{static_cast<uint64_t>(*id)});
        if (entry) return json_answer(ticket_json(view, *entry), view.head());
    }
    if (const auto past = past_ticket(b, static_cast<uint64_t>(*id)))
        return json_answer(*past, b.node.view().head());
    return problem(404, "Not Found", "there is no ticket " + r.captures[0]);
}

std::string text_of(const Rest::Request& r, std::string_view name) {
    const auto at = r.query.find(name);
    return at == r.query.end() ? std::string{} : at->second;
}

HttpResponse exit_quote(const Backend& b, const Rest::Request& r) {
    const node::View view = b.node.view();
    const auto network = network_named(view, text_of(r, "network"));
    if (!network) return no_network(text_of(r, "network"));
    const Query query = query_now(view, staking_of(*network));
    auto shares = parse_decimal(text_of(r, "shares"));
    if (const auto assets = parse_decimal(text_of(r, "assets")); assets && !shares) {
        const auto wished = protocol::liquid::bonds_to_shares(
            query_now(view, protocol::contract_address(protocol::ContractKind::liquid, *network)),
            Assets{*assets});
        if (wished) shares = wished->value;
    }
    if (!shares)
        return problem(400, "Bad Request",
                       "say how much: ?shares= in whole shares, or ?assets= in base units");
    const auto ways = protocol::staking::quote_exit(query, Shares{*shares});
    if (!ways) return problem(400, "Bad Request", "there are not so many shares");
    json::array list;
    for (const auto& way : *ways)
        list.push_back(json::object{{"name", way.name},
                                    {"assets", amount(way.assets)},
                                    {"fee", amount(way.fee)},
                                    {"seconds", way.seconds}});
    return json_answer(
        json::object{{"asOf", as_of_json(view.head())},
                     {"network", view.state().networks.networks.get(*network).name.view()},
                     {"shares", to_decimal(*shares)},
                     {"ways", std::move(list)}},
        view.head());
}

}  // namespace

void add_rest_tickets(Rest& rest, Backend& b) {
    rest.add("/v1/tickets/{id}", "A ticket: its way so far and to come, and what it waits for.",
             [&b](const Rest::Request& r) { return ticket_answer(b, r); });
    rest.add("/v1/quotes/exit",
             "What each way out would bring now: ?network=, and ?shares= or ?assets=.",
             [&b](const Rest::Request& r) { return exit_quote(b, r); });
}

}  // namespace thaw::rpc
