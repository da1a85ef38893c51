/// What the answers of REST are made of: figures in the form pages read, past states by their time,
/// and events by looking back.
#pragma once
#include "thaw/base/text.hpp"
#include "thaw/protocol/staking/face.hpp"
#include "thaw/rpc/log_search.hpp"
#include "thaw/rpc/rest.hpp"

namespace thaw::rpc {

using protocol::NetworkId;
using protocol::Query;

inline constexpr uint64_t day_s = 86'400;

inline Query query_at(const node::View& view, uint64_t height, const protocol::State& state,
                      const Address& self = {}) {
    return Query{state, view.context_at(height), self};
}
inline Query query_now(const node::View& view, const Address& self = {}) {
    return query_at(view, view.head()->header.number, view.state(), self);
}

/// A coin by what it is called and how it is counted.
json::object coin_json(const Query& query, const Address& coin);
/// The same with an amount of it, in base units and as people read it.
json::object amount_json(const Query& query, const Address& coin, u128 amount);

Address staking_of(NetworkId network);
std::string amount(Assets a);
/// Per cent with up to two digits, from hundredths.
std::string percent(uint64_t bps);
/// What one whole share is worth, in assets, with 18 digits.
std::string rate_text(const protocol::liquid::Rate& rate);
std::string_view host_name(protocol::HostId host);
std::string_view ticket_status(uint8_t status);

/// The newest height whose block is not younger than `time_s`, if its state is still readable.
std::optional<uint64_t> height_at(const node::View& view, uint64_t time_s);

/// A network by name or number.
std::optional<NetworkId> network_named(const node::View& view, std::string_view name);
HttpResponse no_network(std::string_view name);
HttpResponse no_address();

/// A number of the query, `otherwise` when it is left out; nothing when it is none or not within
/// 1 to `most`.
std::optional<uint64_t> number_asked(const Rest::Request& request, std::string_view name,
                                     uint64_t otherwise, uint64_t most);

/// An event found in a block.
struct Found {
    const node::SealedBlock& block;
    const node::SealedTransaction& transaction;
    const codec::Log& log;
};
/// Looks at blocks from `from` downwards, at most `blocks_max` of them, and in each at the wanted
/// logs, the newest first, until `tell` answers false.
void look_back(const Backend& backend, const LogFilter& filter, uint64_t from, uint64_t blocks_max,
               const std::function<bool(const Found&)>& tell);

Hash address_topic(const Address& address);
Hash number_topic(u128 number);
/// The number in a topic, or at a place of the data, in words of 32 bytes.
u128 number_in(const Hash& topic);
u128 number_in(BytesView data, size_t word);

/// Where something happened: block, time and transaction.
json::object place_json(const node::SealedBlock& block, const node::SealedTransaction& transaction);

}  // namespace thaw::rpc
