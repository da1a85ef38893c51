#include "thaw/rpc/events.hpp"

#include "thaw/base/text.hpp"

namespace thaw::rpc {

std::string event_text(std::string_view name, std::string_view data) {
    std::string text = "event: ";
    text.append(name).append("\ndata: ").append(data).append("\n\n");
    return text;
}

std::string block_event(const node::BlockPtr& block) {
    return event_text("block",
                      json::serialize(json::object{{"block", block->header.number},
                                                   {"hash", to_hex(block->hash)},
                                                   {"time", block->header.timestamp},
                                                   {"transactions", block->transactions.size()}}));
}

void Events::add(const SessionPtr& reader, std::string begin) {
    const std::lock_guard lock{mutex_};
    reader->send(std::move(begin));
    readers_.push_back(reader);
}

void Events::publish(const std::string& event) {
    const std::lock_guard lock{mutex_};
    std::erase_if(readers_, [&](const std::weak_ptr<Session>& one) {
        const SessionPtr reader = one.lock();
        if (reader == nullptr || !reader->open()) return true;
        reader->send(event);
        return false;
    });
}

void Events::beat() { publish(": still here\n\n"); }

}  // namespace thaw::rpc
