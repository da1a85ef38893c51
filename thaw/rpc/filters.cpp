#include "thaw/rpc/filters.hpp"

#include <random>

#include "thaw/base/text.hpp"
#include "thaw/rpc/encode.hpp"
#include "thaw/rpc/time_limit.hpp"

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
    entry.used = std::chrono::steady_clock::now();
    std::string id = random_id();
    std::unique_lock lock{mutex_};
    drop_expired();
    if (entries_.size() >= filters_max)
        return tl::unexpected(Error{code::limit_exceeded,
                                    "too many filters are installed; uninstall some or subscribe"});
    const bool is_pending = entry.kind == Kind::pending;
    if (is_pending) ++pending_filters_;
    entry.read_to = is_pending ? pending_count_ : UINT64_MAX;
    entries_.emplace(id, std::move(entry));
    if (is_pending) return json::value(std::move(id));
    lock.unlock();
    // Now it hears of reverts: of this head's, too.
    const uint64_t head = backend_.node.head()->header.number;
    lock.lock();
    if (const auto it = entries_.find(id); it != entries_.end())
        it->second.read_to = std::min(it->second.read_to, head);
    return json::value(std::move(id));
}

Answer Filters::add_logs(LogFilter filter) {
    return add({.kind = Kind::logs, .filter = std::move(filter)});
}
Answer Filters::add_blocks() { return add({.kind = Kind::blocks}); }
Answer Filters::add_pending() { return add({.kind = Kind::pending}); }

/// Now and then: there may be many.
void Filters::drop_expired() {
    const auto now = std::chrono::steady_clock::now();
    const auto idle_max = backend_.options.filter_idle_max;
    if (now - looked_for_expired_ < idle_max / 10) return;
    looked_for_expired_ = now;
    std::erase_if(entries_, [&](const auto& entry) { return now - entry.second.used > idle_max; });
    pending_filters_ = static_cast<size_t>(std::ranges::count_if(
        entries_, [](const auto& entry) { return entry.second.kind == Kind::pending; }));
}

Answer Filters::new_pending(Entry& entry) {
    const uint64_t oldest = pending_count_ - pending_.size();
    json::array out;
    for (uint64_t n = std::max(entry.read_to, oldest); n < pending_count_; ++n)
        out.push_back(json::value(to_hex(pending_[n - oldest])));
    entry.read_to = pending_count_;
    return json::value(std::move(out));
}

/// Not before the answer is there: what could not be told is told the next time.
void Filters::told(const std::string& id, uint64_t from, uint64_t to, uint64_t reverts) {
    const std::lock_guard lock{mutex_};
    const auto it = entries_.find(id);
    if (it != entries_.end() && it->second.read_to == from && reverts_ == reverts)
        it->second.read_to = to;
}

Answer Filters::changes(const std::string& id) {
    Kind kind{};
    LogFilter filter;
    uint64_t read_to = 0;
    uint64_t reverts = 0;
    {
        const std::lock_guard lock{mutex_};
        drop_expired();
        const auto it = entries_.find(id);
        if (it == entries_.end()) return not_found();
        Entry& entry = it->second;
        entry.used = std::chrono::steady_clock::now();
        if (entry.kind == Kind::pending) return new_pending(entry);
        kind = entry.kind;
        filter = entry.filter;
        read_to = entry.read_to;
        reverts = reverts_;
    }
    const uint64_t head = backend_.node.head()->header.number;
    LogsFound found = kind == Kind::logs ? new_logs(filter, read_to, head)
                                         : LogsFound{new_blocks(read_to, head), head, {}};
    told(id, read_to, std::max(read_to, found.to), reverts);
    return json::value(std::move(found.logs));
}

/// What does not go into one answer is told the next time.
LogsFound Filters::new_logs(const LogFilter& filter, uint64_t read_to, uint64_t head) {
    uint64_t first = read_to + 1;
    uint64_t last = head;
    if (const auto* number = std::get_if<uint64_t>(&filter.from)) first = std::max(first, *number);
    if (const auto* number = std::get_if<uint64_t>(&filter.to)) last = std::min(last, *number);
    if (first > last) return {.to = head};
    LogsFound found = search_logs_for_now(backend_, filter, first, last);
    if (found.to == last) found.to = head;
    return found;
}

json::array Filters::new_blocks(uint64_t read_to, uint64_t head) {
    json::array out;
    const uint64_t first = std::max(read_to + 1, head > 10'000 ? head - 10'000 : 0);
    for (uint64_t height = first; height <= head; ++height) {
        TimeLimit::check();
        if (const auto header = backend_.node.header(height))
            out.push_back(json::value(to_hex(header->hash())));
    }
    return out;
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
    const auto it = entries_.find(id);
    if (it == entries_.end()) return false;
    if (it->second.kind == Kind::pending) --pending_filters_;
    entries_.erase(it);
    return true;
}

size_t Filters::size() const {
    const std::lock_guard lock{mutex_};
    return entries_.size();
}

void Filters::on_pending(const Hash& transaction) {
    if (pending_filters_ == 0) return;  // a look at it with every transaction
    const std::lock_guard lock{mutex_};
    if (pending_.size() == pending_hashes_max) pending_.pop_front();
    pending_.push_back(transaction);
    ++pending_count_;
}

void Filters::on_revert(uint64_t head) {
    const std::lock_guard lock{mutex_};
    ++reverts_;
    for (auto& [id, entry] : entries_)
        if (entry.kind != Kind::pending) entry.read_to = std::min(entry.read_to, head);
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
