#include "thaw/base/text.hpp"
#include "thaw/rpc/encode.hpp"
#include "thaw/rpc/log_search.hpp"
#include "thaw/rpc/time_limit.hpp"

namespace thaw::rpc {

bool may_match(const LogFilter& filter, const codec::Bloom& bloom) {
    const auto any = [&](const auto& alternatives) {
        return alternatives.empty() ||
               std::any_of(alternatives.begin(), alternatives.end(),
                           [&](const auto& one) { return bloom.may_contain(one.bytes); });
    };
    return any(filter.addresses) && std::all_of(filter.topics.begin(), filter.topics.end(), any);
}

bool matches(const LogFilter& filter, const codec::Log& log) {
    const auto among = [](const auto& alternatives, const auto& value) {
        return alternatives.empty() ||
               std::find(alternatives.begin(), alternatives.end(), value) != alternatives.end();
    };
    if (!among(filter.addresses, log.emitter) || filter.topics.size() > log.topics.size())
        return false;
    for (size_t i = 0; i < filter.topics.size(); ++i)
        if (!among(filter.topics[i], log.topics[i])) return false;
    return true;
}

node::BlockPtr block_that_may_match(const node::Node& node, const LogFilter& filter,
                                    uint64_t height) {
    const auto header = node.header(height);
    return header && may_match(filter, header->logs_bloom) ? node.block(height) : nullptr;
}

void append_logs(const LogFilter& filter, const node::SealedBlock& block, bool removed,
                 json::array& out) {
    if (!may_match(filter, block.header.logs_bloom)) return;
    for (size_t t = 0; t < block.transactions.size(); ++t) {
        const auto& logs = block.transactions[t].receipt.logs;
        for (size_t i = 0; i < logs.size(); ++i)
            if (matches(filter, logs[i])) out.push_back(log_json(block, t, i, removed));
    }
}

namespace {

/// The wording that indexers parse to continue with the range it names.
Error too_many(std::string_view what, uint64_t first, uint64_t last) {
    return {code::limit_exceeded, std::string{what} + ". Try with this block range [" +
                                      quantity(first) + ", " + quantity(last) + "]."};
}

}  // namespace

LogsFound search_logs_for_now(const Backend& backend, const LogFilter& filter, uint64_t first,
                              uint64_t last) {
    last = std::min(last, first + log_blocks_max - 1);
    LogsFound found{.to = last};
    const auto end_before = [&](uint64_t height, std::string_view why) {
        found.to = height - 1;
        found.why = why;
    };
    for (uint64_t height = first; height <= last; ++height) {
        if (height > first && TimeLimit::is_over()) {
            end_before(height, "query took too long");
            break;
        }
        const auto block = block_that_may_match(backend.node, filter, height);
        if (block == nullptr) continue;
        const size_t before = found.logs.size();
        append_logs(filter, *block, false, found.logs);
        if (height > first && found.logs.size() > logs_max) {
            found.logs.resize(before);
            end_before(height, "query returned more than 10000 results");
            break;
        }
    }
    return found;
}

Decoded<json::array> search_logs(const Backend& backend, const LogFilter& filter, uint64_t first,
                                 uint64_t last) {
    if (last >= first && last - first >= log_blocks_max)
        return tl::unexpected(
            too_many("query covers more than 100000 blocks", first, first + log_blocks_max - 1));
    LogsFound found = search_logs_for_now(backend, filter, first, last);
    if (found.to < last) return tl::unexpected(too_many(found.why, first, found.to));
    return std::move(found.logs);
}

uint64_t bound_height(const BlockId& id, uint64_t head) {
    if (const auto* number = std::get_if<uint64_t>(&id)) return *number;
    const auto* tag = std::get_if<Tag>(&id);
    return tag != nullptr && *tag == Tag::earliest ? 0 : head;
}

Decoded<json::array> search_logs(const Backend& backend, const LogFilter& filter) {
    if (filter.block_hash) {
        const auto block = backend.node.block(*filter.block_hash);
        if (block == nullptr) return tl::unexpected(Error{code::server, "unknown block"});
        json::array out;
        append_logs(filter, *block, false, out);
        return out;
    }
    const uint64_t head = backend.node.head()->header.number;
    for (const BlockId* bound : {&filter.from, &filter.to})
        if (std::holds_alternative<Hash>(*bound))
            return tl::unexpected(Error{code::invalid_params,
                                        "fromBlock and toBlock are numbers or tags; a hash goes "
                                        "into blockHash"});
    const uint64_t first = bound_height(filter.from, head);
    const uint64_t last = bound_height(filter.to, head);
    if (first > last)
        return tl::unexpected(
            Error{code::invalid_params, "invalid block range: fromBlock " + quantity(first) +
                                            " is above toBlock " + quantity(last)});
    return search_logs(backend, filter, first, std::min(last, head));
}

void add_eth_logs(Methods& m, Backend& b) {
    m.add("eth_getLogs", "filter", "The logs that a filter wants; at most 10,000.",
          [&b](const Params& p) -> Answer {
              const LogFilter filter = TRY(argument(p, 0, read_filter));
              return json::value(TRY(search_logs(b, filter)));
          });
}

}  // namespace thaw::rpc
