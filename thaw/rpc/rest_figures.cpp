#include "thaw/rpc/rest_figures.hpp"

#include "thaw/protocol/coins/face.hpp"
#include "thaw/protocol/state.hpp"
#include "thaw/rpc/time_limit.hpp"

namespace thaw::rpc {

json::object coin_json(const Query& query, const Address& coin) {
    return {{"address", to_hex(coin)},
            {"symbol", protocol::coins::symbol(query, coin)},
            {"decimals", protocol::coins::decimals(query, coin)}};
}
json::object amount_json(const Query& query, const Address& coin, u128 amount) {
    json::object out = coin_json(query, coin);
    out["amount"] = to_decimal(amount);
    out["shown"] = format_amount(amount, protocol::coins::decimals(query, coin));
    return out;
}

Address staking_of(NetworkId network) {
    return protocol::contract_address(protocol::ContractKind::staking, network);
}

std::string amount(Assets a) { return to_decimal(a.value); }
std::string percent(uint64_t bps) { return format_amount(bps, 2); }

std::string rate_text(const protocol::liquid::Rate& rate) {
    constexpr u128 scale = 1'000'000'000'000'000'000;
    if (rate.supply.is_zero()) return "1";
    const auto scaled =
        mul_div_down(rate.assets.value * protocol::liquid::sub_units, scale, rate.supply.value);
    return scaled ? format_amount(*scaled, 18) : "";
}

std::string_view host_name(protocol::HostId host) {
    static constexpr std::array<std::string_view, protocol::host_count + 1> names{
        "", "BNB Smart Chain", "Fantom Opera", "Polkadot", "Kusama", "Ethereum", "Polygon"};
    return host < names.size() ? names[host] : "";
}

std::string_view ticket_status(uint8_t status) {
    return status == 1 ? "waiting" : status == 2 ? "unbonding" : "payable";
}

std::optional<uint64_t> height_at(const node::View& view, uint64_t time_s) {
    const uint64_t oldest = view.oldest_readable_height();
    if (view.context_at(oldest).now_s > time_s) return std::nullopt;
    uint64_t low = oldest;
    uint64_t high = view.head()->header.number;
    while (low < high) {
        const uint64_t middle = low + (high - low + 1) / 2;
        if (view.context_at(middle).now_s <= time_s)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

std::optional<NetworkId> network_named(const node::View& view, std::string_view name) {
    for (NetworkId n = 1; n <= protocol::network_count; ++n) {
        const auto row = view.state().networks.networks.get(n);
        if (row.name.view().empty()) continue;
        if (row.name.view() == name || std::to_string(n) == name) return n;
    }
    return std::nullopt;
}

HttpResponse no_network(std::string_view name) {
    return problem(404, "Not Found",
                   "there is no network " + std::string{name} + "; /v1/networks lists them");
}
HttpResponse no_address() {
    return problem(400, "Bad Request", "an address is \"0x\" and 40 hexadecimal digits");
}

std::optional<uint64_t> number_asked(const Rest::Request& request, std::string_view name,
                                     uint64_t otherwise, uint64_t most) {
    const auto at = request.query.find(name);
    if (at == request.query.end()) return otherwise;
    const auto number = parse_decimal(at->second);
    if (!number || *number < 1 || *number > most) return std::nullopt;
    return static_cast<uint64_t>(*number);
}

void look_back(const Backend& backend, const LogFilter& filter, uint64_t from, uint64_t blocks_max,
               const std::function<bool(const Found&)>& tell) {
    uint64_t height = from;
    for (uint64_t seen = 0; seen < blocks_max; ++seen, --height) {
        TimeLimit::check();
        if (const auto block = block_that_may_match(backend.node, filter, height))
            for (size_t t = block->transactions.size(); t-- > 0;) {
                const auto& one = block->transactions[t];
                for (size_t i = one.receipt.logs.size(); i-- > 0;)
                    if (matches(filter, one.receipt.logs[i]) &&
                        !tell({*block, one, one.receipt.logs[i]}))
                        return;
            }
        if (height == 0) return;
    }
}

Hash address_topic(const Address& address) {
    Hash topic;
    std::copy_n(address.bytes.begin(), 20, topic.bytes.begin() + 12);
    return topic;
}
Hash number_topic(u128 number) {
    Hash topic;
    for (size_t i = 0; i < 16; ++i)
        topic.bytes[31 - i] = static_cast<uint8_t>(number >> (8 * i) & 0xff);
    return topic;
}
u128 number_in(const Hash& topic) { return number_in(BytesView{topic.bytes}, 0); }
u128 number_in(BytesView data, size_t word) {
    u128 number = 0;
    if (data.size() < 32 * (word + 1)) return number;
    for (size_t i = 16; i < 32; ++i) number = number << 8 | data[32 * word + i];
    return number;
}

json::object place_json(const node::SealedBlock& block,
                        const node::SealedTransaction& transaction) {
    return {{"block", block.header.number},
            {"time", block.header.timestamp},
            {"transaction", to_hex(transaction.transaction->hash)}};
}

}  // namespace thaw::rpc
