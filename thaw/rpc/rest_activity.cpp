#include "thaw/protocol/state.hpp"
#include "thaw/rpc/rest_figures.hpp"
#include "thaw/rpc/time_limit.hpp"

// What an account did, and what crossed the bridge for it.
namespace thaw::rpc {

namespace {

constexpr uint64_t blocks_searched_max = 10'000;
constexpr uint64_t entries_default = 25;
constexpr uint64_t entries_max = 100;
constexpr uint64_t withdrawals_searched_max = 5'000;

json::object transaction_json(const node::SealedBlock& block,
                              const node::SealedTransaction& sealed) {
    json::object out = place_json(block, sealed);
    out["from"] = to_hex(sealed.sender);
    out["to"] = sealed.transaction->to ? json::value(to_hex(*sealed.transaction->to)) : nullptr;
    out["value"] = to_decimal(sealed.transaction->value);
    out["input"] = to_hex(BytesView{sealed.transaction->data}.first(
        std::min<size_t>(sealed.transaction->data.size(), 4)));
    out["success"] = sealed.receipt.success;
    return out;
}

/// Transactions that the account sent or received, or that moved a token of its, the newest first.
json::array transactions_json(const Backend& b, const Address& account, uint64_t most) {
    const Hash me = address_topic(account);
    const auto concerns = [&](const node::SealedTransaction& t) {
        if (t.sender == account || t.transaction->to == account) return true;
        return std::ranges::any_of(t.receipt.logs, [&](const codec::Log& log) {
            return std::find(log.topics.begin(), log.topics.end(), me) != log.topics.end();
        });
    };
    json::array out;
    uint64_t height = b.node.head()->header.number;
    for (uint64_t seen = 0; seen < blocks_searched_max; ++seen, --height) {
        TimeLimit::check();
        const node::BlockPtr block = b.node.block(height);
        for (size_t t = block == nullptr ? 0 : block->transactions.size(); t-- > 0;) {
            if (!concerns(block->transactions[t])) continue;
            out.push_back(transaction_json(*block, block->transactions[t]));
            if (out.size() == most) return out;
        }
        if (height == 0) return out;
    }
    return out;
}

std::string_view withdrawal_status(uint8_t status) {
    static constexpr std::array<std::string_view, 5> names{"", "delayed", "sent", "paid",
                                                           "returned"};
    return status < names.size() ? names[status] : "";
}

json::array withdrawals_json(const node::View& view, const Address& account) {
    json::array out;
    const auto& books = view.state().bridge;
    const uint64_t last = books.counts.get(0).withdrawals;
    for (uint64_t id = last; id > 0 && last - id < withdrawals_searched_max; --id) {
        const auto w = books.withdrawals.get(id);
        if (w.owner != account) continue;
        out.push_back(json::object{{"id", id},
                                   {"asset", w.asset},
                                   {"host", host_name(w.host)},
                                   {"recipient", to_hex(w.recipient)},
                                   {"amount", amount(w.amount)},
                                   {"status", withdrawal_status(w.status)},
                                   {"releaseTime", w.release_at_s},
                                   {"instruction", w.intent}});
        if (out.size() == entries_max) break;
    }
    return out;
}

json::array deposits_json(const Backend& b, const Address& account) {
    static constexpr Hash topic = codec::declare(protocol::bridge::Deposited::abi).topic();
    json::array out;
    const uint64_t head = b.node.view().head()->header.number;
    const LogFilter filter{.addresses = {protocol::bridge_address},
                           .topics = {{topic}, {}, {address_topic(account)}}};
    look_back(b, filter, head, blocks_searched_max, [&](const Found& found) {
        json::object one = place_json(found.block, found.transaction);
        one["host"] = host_name(static_cast<uint8_t>(number_in(found.log.topics[1])));
        one["asset"] = static_cast<uint64_t>(number_in(found.log.topics[3]));
        one["amount"] = to_decimal(number_in(found.log.data, 0));
        one["hostTransaction"] = to_hex(BytesView{found.log.data}.subspan(32, 32));
        out.push_back(std::move(one));
        return out.size() < entries_max;
    });
    return out;
}

}  // namespace

void add_rest_activity(Rest& rest, Backend& b) {
    rest.add("/v1/accounts/{address}/transactions",
             "The last ?count= transactions that concern an account, among the newest blocks.",
             [&b](const Rest::Request& r) {
                 const auto account = parse_address(r.captures[0]);
                 if (!account) return no_address();
                 const auto count = number_asked(r, "count", entries_default, entries_max);
                 if (!count) return problem(400, "Bad Request", "count is a number from 1 to 100");
                 json::array list = transactions_json(b, *account, *count);
                 const auto head = b.node.view().head();
                 return json_answer(
                     json::object{{"asOf", as_of_json(head)}, {"transactions", std::move(list)}},
                     head);
             });
    rest.add("/v1/accounts/{address}/bridge",
             "What crossed the bridge for an account, and what is on its way.",
             [&b](const Rest::Request& r) {
                 const auto account = parse_address(r.captures[0]);
                 if (!account) return no_address();
                 json::array deposits = deposits_json(b, *account);
                 const node::View view = b.node.view();
                 return json_answer(json::object{{"asOf", as_of_json(view.head())},
                                                 {"deposits", std::move(deposits)},
                                                 {"withdrawals", withdrawals_json(view, *account)}},
                                    view.head());
             });
}

}  // namespace thaw::rpc
