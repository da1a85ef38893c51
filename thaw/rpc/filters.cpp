#include "thaw/rpc/filters.hpp"

#include <random>

#include "thaw/base/text.hpp"
#include "thaw/rpc/encode.hpp"

namespace thaw::rpc {

namespace {

/// Ids that nobody guesses: a filter belongs to whoever made it.
std::string random_id() {
    static thread_local std::random_device source;
    Bytes bytes(16);
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(source());
    bytes[0] |= 0x10;  // a quantity has no leading zero
    return to_hex(bytes);
}

auto not_found() { return tl::unexpected(Error{code::server, "filter not found"}); }

}  // namespace

Answer Filters::add(Entry entry) {
    entry.read_to = backend_.node.view().head()->header.number;
    entry.used = std::chrono::steady_clock::now();
    std::string id = random_id();
    const std::lock_guard lock{mutex_};
    drop_expired();
    if (entries_.size() >= filters_max)
        return tl::unexpected(Error{code::limit_exceeded,
                                    "too many filters are installed; uninstall some or subscribe"});
    entries_.emplace(id, std::move(entry));
    return json::value(std::move(id));
}

Answer Filters::add_logs(LogFilter filter) {
    return add({.kind = Kind::logs, .filter = std::move(filter)});
}
Answer Filters::add_blocks() { return add({.kind = Kind::blocks}); }
Answer Filters::add_pending() { return add({.kind = Kind::pending}); }

void Filters::drop_expired() {
    const auto oldest = std::chrono::steady_clock::now() - backend_.options.filter_idle_max;
    std::erase_if(entries_, [&](const auto& entry) { return entry.second.used < oldest; });
}

Answer Filters::changes(const std::string& id) {
    const uint64_t head = backend_.node.view().head()->header.number;
    Kind kind{};
    LogFilter filter;
    uint64_t read_to = 0;
    {
        const std::lock_guard lock{mutex_};
        drop_expired();
        const auto it = entries_.find(id);
        if (it == entries_.end()) return not_found();
        Entry& entry = it->second;
        entry.used = std::chrono::steady_clock::now();
        if (entry.kind == Kind::pending) {
            json::array out;
            for (const Hash& hash : entry.hashes) out.push_back(json::value(to_hex(hash)));
            entry.hashes.clear();
            return json::value(std::move(out));
        }
        kind = entry.kind;
        filter = entry.filter;
        read_to = entry.read_to;
        entry.read_to = std::max(read_to, head);
    }
    return kind == Kind::logs ? new_logs(filter, read_to, head) : new_blocks(read_to, head);
}

Answer Filters::new_logs(const LogFilter& filter, uint64_t read_to, uint64_t head) {
    uint64_t first = read_to + 1;
    uint64_t last = head;
    if (const auto* number = std::get_if<uint64_t>(&filter.from)) first = std::max(first, *number);
    if (const auto* number = std::get_if<uint64_t>(&filter.to)) last = std::min(last, *number);
    if (first > last) return json::value(json::array{});
    return json::value(TRY(search_logs(backend_, filter, first, last)));
}

Answer Filters::new_blocks(uint64_t read_to, uint64_t head) {
    json::array out;
    const node::View view = backend_.node.view();
    const uint64_t first = std::max(read_to + 1, head > 10'000 ? head - 10'000 : 0);
    for (uint64_t height = first; height <= head; ++height)
        if (const auto block = view.block(height)) out.push_back(json::value(to_hex(block->hash)));
    return json::value(std::move(out));
}

Answer Filters::logs(const std::string& id) {
    LogFilter filter;
    {
        const std::lock_guard lock{mutex_};
        drop_expired();
        const auto it = entries_.find(id);
        if (it == entries_.end() || it->second.kind != Kind::logs) return not_found();
        it->second.used = std::chrono::steady_clock::now();
        filter = it->second.filter;
    }
    return json::value(TRY(search_logs(backend_, filter)));
}

bool Filters::remove(const std::string& id) {
    const std::lock_guard lock{mutex_};
    return entries_.erase(id) != 0;
}

size_t Filters::size() const {
    const std::lock_guard lock{mutex_};
    return entries_.size();
}

void Filters::on_pending(const Hash& transaction) {
    const std::lock_guard lock{mutex_};
    for (auto& [id, entry] : entries_) {
        if (entry.kind != Kind::pending) continue;
        if (entry.hashes.size() == pending_hashes_max) entry.hashes.pop_front();
        entry.hashes.push_back(transaction);
    }
}

void Filters::on_revert(uint64_t head) {
    const std::lock_guard lock{mutex_};
    for (auto& [id, entry] : entries_) entry.read_to = std::min(entry.read_to, head);
}

void add_filters(Methods& m, Backend&, Filters& filters) {
    m.add("eth_newFilter", "filter", "Installs a filter of logs; returns its id.",
          [&filters](const Params& p) -> Answer {
              return filters.add_logs(TRY(argument(p, 0, read_filter)));
          });
    m.add("eth_newBlockFilter", "", "Installs a filter of block hashes.",
          [&filters](const Params&) { return filters.add_blocks(); });
    m.add("eth_newPendingTransactionFilter", "", "Installs a filter of pending transaction hashes.",
          [&filters](const Params&) { return filters.add_pending(); });
    m.add("eth_getFilterChanges", "id", "What is new since the last time.",
          [&filters](const Params& p) -> Answer {
              return filters.changes(TRY(argument(p, 0, read_string)));
          });
    m.add("eth_getFilterLogs", "id", "Everything a filter of logs wants.",
          [&filters](const Params& p) -> Answer {
              return filters.logs(TRY(argument(p, 0, read_string)));
          });
    m.add("eth_uninstallFilter", "id", "Forgets a filter; whether there was one.",
          [&filters](const Params& p) -> Answer {
              return filters.remove(TRY(argument(p, 0, read_string)));
          });
}

}  // namespace thaw::rpc
