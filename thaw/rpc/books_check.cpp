#include "thaw/rpc/books_check.hpp"

#include "thaw/rpc/encode.hpp"

namespace thaw::rpc {

json::value BooksCheck::answer() {
    const std::lock_guard lock{mutex_};
    const bool is_fresh = took_ > soon_done_ && Clock::now() - ended_ < rest_ * took_;
    if (found_.is_null() || !is_fresh) look();
    return found_;
}

void BooksCheck::look() {
    const auto begun = Clock::now();
    json::array all;
    for (const auto& invariant : protocol::invariants()) {
        const node::View view = backend_.node.view();
        const uint64_t height = view.head()->header.number;
        const protocol::Query query{view.state(), view.context_at(height)};
        all.push_back(json::object{{"says", invariant.says},
                                   {"holds", invariant.holds(query)},
                                   {"block", quantity(height)}});
    }
    found_ = json::object{{"block", all.front().at("block")}, {"invariants", std::move(all)}};
    ended_ = Clock::now();
    took_ = ended_ - begun;
}

}  // namespace thaw::rpc
