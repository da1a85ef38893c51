#include "thaw/base/text.hpp"
#include "thaw/rpc/backend.hpp"
#include "thaw/rpc/drafts.hpp"
#include "thaw/rpc/encode.hpp"
#include "thaw/rpc/time_limit.hpp"

namespace thaw::rpc {

namespace {

Error rejection_error(const node::Rejection& rejection) { return {rejection.code, rejection.text}; }

/// With what the pool lets wait, and the way out, less than a second.
constexpr std::chrono::milliseconds turn_wait_max{400};

/// Under overload the queue before the door is the longer half of the wait: what has been in it for
/// so long is refused before its signature is looked at, like what the pool has no room for.
std::optional<Error> came_too_late() {
    if (TimeLimit::waited() <= turn_wait_max) return std::nullopt;
    return Error{code::limit_exceeded, std::string{Methods::busy_text}};
}

void send_raw(const Backend& b, const Params& p, Reply reply) {
    if (auto late = came_too_late()) return reply(tl::unexpected(*std::move(late)));
    auto raw = argument(p, 0, read_data);
    if (!raw) return reply(tl::unexpected(raw.error()));
    b.node.submit(*std::move(raw), [&b, reply = std::move(reply)](
                                       const tl::expected<Hash, node::Rejection>& hash) mutable {
        if (!hash) return reply(tl::unexpected(rejection_error(hash.error())));
        reply_when_sealed(b, *hash, std::move(reply));
    });
}

/// The same for consecutive ones of a batch: signatures are recovered on all cores.
void send_many(const Backend& b, std::span<const Params> all,
               const std::function<void(size_t, Answer)>& answer) {
    if (const auto late = came_too_late()) {
        for (size_t i = 0; i < all.size(); ++i) answer(i, tl::unexpected(*late));
        return;
    }
    std::vector<Bytes> raw;
    std::vector<size_t> places;
    for (size_t i = 0; i < all.size(); ++i) {
        auto bytes = argument(all[i], 0, read_data);
        if (!bytes) {
            answer(i, tl::unexpected(bytes.error()));
            continue;
        }
        raw.push_back(*std::move(bytes));
        places.push_back(i);
    }
    const auto hashes = b.node.submit_many(raw);
    for (size_t n = 0; n < hashes.size(); ++n) {
        const size_t place = places[n];
        if (!hashes[n])
            answer(place, tl::unexpected(rejection_error(hashes[n].error())));
        else
            reply_when_sealed(b, *hashes[n],
                              [answer, place](const Answer& a) { answer(place, a); });
    }
}

constexpr uint64_t sync_wait_default_ms = 10'000;
constexpr uint64_t sync_wait_max_ms = 60'000;

/// EIP-7966: its codes are 4 for a time-out and 6 for a nonce that is not next.
struct SyncWait {
    SyncWait(const Backend& b, const Hash& h, uint64_t ms, Reply r)
        : backend{b}, hash{h}, patience_ms{ms}, reply{std::move(r)} {}

    void sealed(bool in_block) {
        if (done.exchange(true)) return;
        if (in_block) {
            reply(backend_receipt());
        } else if (const auto why = backend.node.stopped()) {
            reply(tl::unexpected(
                Error{code::internal, "the node has stopped: " + *why, json::value(to_hex(hash))}));
        } else {
            reply(tl::unexpected(Error{5, "the transaction left the pool without a block",
                                       json::value(to_hex(hash))}));
        }
    }
    void out_of_patience() {
        if (done.exchange(true)) return;
        reply(tl::unexpected(Error{4,
                                   "the transaction was added to the pool but has no block after " +
                                       std::to_string(patience_ms) + " ms",
                                   json::value(to_hex(hash))}));
    }
    Answer backend_receipt() const {
        try {
            const auto found = backend.node.transaction(hash);
            if (!found) return nullptr;
            return json::value(receipt_json(*found->block, found->index));
        } catch (const node::Unreadable& fault) {
            return tl::unexpected(Error{code::internal, fault.what(), json::value(to_hex(hash))});
        }
    }

    const Backend& backend;
    Hash hash;
    uint64_t patience_ms;
    Reply reply;
    std::atomic<bool> done = false;
};

void send_raw_sync(const Backend& b, const Params& p, Reply reply) {
    if (auto late = came_too_late()) return reply(tl::unexpected(*std::move(late)));
    const auto raw = argument(p, 0, read_data);
    if (!raw) return reply(tl::unexpected(raw.error()));
    const auto patience = argument_or(p, 1, read_number, sync_wait_default_ms);
    if (!patience) return reply(tl::unexpected(patience.error()));
    const auto hash = b.node.submit(*raw);
    if (!hash) return reply(tl::unexpected(rejection_error(hash.error())));
    if (const auto entry = b.node.pending(*hash); entry && !entry->executable) {
        const uint64_t next = b.node.view().state().accounts.accounts.get(entry->sender).nonce;
        return reply(
            tl::unexpected(Error{6,
                                 "the transaction waits in the pool for those with nonces from " +
                                     std::to_string(next) + " on",
                                 json::value(quantity(next))}));
    }
    const uint64_t ms = std::min(*patience, sync_wait_max_ms);
    const auto wait = std::make_shared<SyncWait>(b, *hash, ms, std::move(reply));
    b.after(std::chrono::milliseconds{ms}, [weak = std::weak_ptr{wait}] {
        if (const auto late = weak.lock()) late->out_of_patience();
    });
    // The receipt is read on a server thread: the one that publishes, which calls back, must not
    // wait for its own lock.
    b.node.when_sealed(*hash, [wait, here = b.here(), gate = b.gate](bool in_block) {
        gate->pass([&] { here([wait, in_block] { wait->sealed(in_block); }); });
    });
}

/// Completes a transaction and shows it with the bytes to sign.
Answer fill_transaction(const Backend& b, const Params& p) {
    const CallObject call = TRY(argument(p, 0, read_call));
    codec::SignedTransaction draft = TRY(draft_for(b, call));
    const Bytes raw = codec::encode_signed(draft);
    json::object shown = pending_json(draft, call.from);
    for (const auto field : {"from", "blockHash", "blockNumber", "transactionIndex"})
        shown.erase(field);
    if (draft.type == 2) shown["gasPrice"] = nullptr;
    return json::value(json::object{{"raw", to_hex(raw)}, {"tx", std::move(shown)}});
}

}  // namespace

void add_eth_send(Methods& m, Backend& b) {
    m.add_async("eth_sendRawTransaction", "transaction",
                "Sends a signed transaction; returns its hash, while automining once it has a "
                "receipt.",
                [&b](const Params& p, Reply reply) { send_raw(b, p, std::move(reply)); })
        .bulk = [&b](std::span<const Params> all,
                     const std::function<void(size_t, Answer)>& answer) {
        send_many(b, all, answer);
    };
    m.add_async("eth_sendRawTransactionSync", "transaction timeout?",
                "Sends a signed transaction and returns its receipt (EIP-7966).",
                [&b](const Params& p, Reply reply) { send_raw_sync(b, p, std::move(reply)); });
    m.add("eth_fillTransaction", "transaction", "Completes a transaction for signing.",
          [&b](const Params& p) { return fill_transaction(b, p); });
    m.refuse("eth_sign",
             "it would sign anything unseen; use personal_sign or eth_signTypedData_v4");
    m.refuse("eth_sendBlobRawTransaction", "transactions of type 3 are not taken here");
}

}  // namespace thaw::rpc
