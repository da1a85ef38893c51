#include "thaw/rpc/subscriptions.hpp"

#include "thaw/base/text.hpp"
#include "thaw/crypto/keccak.hpp"
#include "thaw/rpc/encode.hpp"

namespace thaw::rpc {

namespace {

std::string notice(const std::string& id, std::string_view result) {
    std::string text =
        R"({"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":")" + id +
        R"(","result":)";
    text += result;
    text += "}}";
    return text;
}

/// Distinct over the life of the program and of the length clients expect.
std::string id_for(uint64_t number) {
    const std::string digest = to_hex(crypto::keccak256("subscription " + std::to_string(number)));
    return "0x1" + digest.substr(3, 31);
}

}  // namespace

Answer Subscriptions::add(const SessionPtr& session, Wish wish) {
    if (session == nullptr)
        return tl::unexpected(Error{code::server,
                                    "notifications not supported over HTTP; open a WebSocket to "
                                    "the same address, or use eth_newFilter"});
    const std::lock_guard lock{mutex_};
    const auto mine = std::count_if(entries_.begin(), entries_.end(),
                                    [&](const auto& e) { return e.second.session == session; });
    if (static_cast<size_t>(mine) >= per_session_max)
        return tl::unexpected(
            Error{code::limit_exceeded, "a connection may hold at most 100 subscriptions"});
    std::string id = id_for(++last_id_);
    entries_.emplace(id, Entry{session, std::move(wish), false});
    return json::value(std::move(id));
}

void Subscriptions::activate(const SessionPtr& session) {
    const std::lock_guard lock{mutex_};
    for (auto& [id, entry] : entries_)
        if (entry.session == session) entry.active = true;
}

bool Subscriptions::remove(const SessionPtr& session, const std::string& id) {
    const std::lock_guard lock{mutex_};
    const auto it = entries_.find(id);
    if (it == entries_.end() || it->second.session != session) return false;
    entries_.erase(it);
    return true;
}

void Subscriptions::remove_all(const SessionPtr& session) {
    const std::lock_guard lock{mutex_};
    std::erase_if(entries_, [&](const auto& entry) { return entry.second.session == session; });
}

size_t Subscriptions::size() const {
    const std::lock_guard lock{mutex_};
    return entries_.size();
}

std::vector<std::pair<std::string, Subscriptions::Entry>> Subscriptions::active(Kind kind) const {
    std::vector<std::pair<std::string, Entry>> out;
    const std::lock_guard lock{mutex_};
    for (const auto& [id, entry] : entries_)
        if (entry.active && entry.wish.kind == kind) out.emplace_back(id, entry);
    return out;
}

void Subscriptions::on_block(const node::BlockPtr& block) {
    if (const auto heads = active(Kind::heads); !heads.empty()) {
        const std::string text = json::serialize(header_json(block->header, block->hash));
        for (const auto& [id, entry] : heads) entry.session->send(notice(id, text));
    }
    for (const auto& [id, entry] : active(Kind::logs)) {
        json::array logs;
        append_logs(entry.wish.filter, *block, false, logs);
        for (const auto& log : logs) entry.session->send(notice(id, json::serialize(log)));
    }
}

void Subscriptions::on_pending(const Hash& transaction) {
    const auto wanted = active(Kind::pending);
    if (wanted.empty()) return;
    const std::string hash = json::serialize(json::value(to_hex(transaction)));
    std::string full;  // null when it has left the pool already
    for (const auto& [id, entry] : wanted) {
        if (entry.wish.full && full.empty()) {
            const auto pending = backend_.node.pending(transaction);
            full = pending ? json::serialize(pending_json(*pending->transaction, pending->sender))
                           : hash;
        }
        entry.session->send(notice(id, entry.wish.full ? full : hash));
    }
}

namespace {

Decoded<Subscriptions::Wish> read_wish(const Params& p) {
    const std::string kind = TRY(argument(p, 0, read_string));
    Subscriptions::Wish wish;
    if (kind == "newHeads") return wish;
    if (kind == "logs") {
        wish.kind = Subscriptions::Kind::logs;
        if (const auto* value = p.find(1)) wish.filter = TRY(read_filter(*value, p.where(1)));
        return wish;
    }
    if (kind == "newPendingTransactions") {
        wish.kind = Subscriptions::Kind::pending;
        wish.full = TRY(argument_or(p, 1, read_bool, false));
        return wish;
    }
    return tl::unexpected(
        invalid(p.where(0), "\"newHeads\", \"logs\" or \"newPendingTransactions\"", *p.find(0)));
}

}  // namespace

void add_subscriptions(Methods& m, Backend&, Subscriptions& subscriptions) {
    m.add("eth_subscribe", "kind options?", "Notices over this WebSocket; returns their id.",
          [&subscriptions](const Params& p) -> Answer {
              return subscriptions.add(p.session(), TRY(read_wish(p)));
          });
    m.add("eth_unsubscribe", "id", "Ends a subscription of this WebSocket.",
          [&subscriptions](const Params& p) -> Answer {
              const std::string id = TRY(argument(p, 0, read_string));
              if (!subscriptions.remove(p.session(), id))
                  return tl::unexpected(Error{code::server, "subscription not found"});
              return true;
          });
}

}  // namespace thaw::rpc
