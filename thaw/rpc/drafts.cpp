#include "thaw/rpc/drafts.hpp"

#include "thaw/base/text.hpp"

namespace thaw::rpc {

namespace {

void fill_fees(const Backend& b, const CallObject& call, codec::SignedTransaction& draft) {
    if (draft.type != 2) {
        draft.max_fee_per_gas = call.gas_price.value_or(b.gas_price());
        draft.max_priority_fee_per_gas = draft.max_fee_per_gas;
        return;
    }
    draft.max_priority_fee_per_gas = call.max_priority_fee_per_gas.value_or(suggested_tip);
    // Twice the base fee is what wallets offer; here it never moves, so the tip decides.
    draft.max_fee_per_gas =
        call.max_fee_per_gas.value_or(2 * b.base_fee + draft.max_priority_fee_per_gas);
}

uint8_t type_of(const CallObject& call) {
    if (call.type) return *call.type;
    if (!call.gas_price) return 2;
    return call.has_access_list ? 1 : 0;
}

}  // namespace

Decoded<codec::SignedTransaction> draft_for(const Backend& b, const CallObject& call) {
    codec::SignedTransaction draft;
    draft.type = type_of(call);
    if (draft.type == 2 && call.gas_price)
        return tl::unexpected(
            Error{code::invalid_params, "a type 2 transaction has maxFeePerGas, not gasPrice"});
    if (draft.type != 2 && (call.max_fee_per_gas || call.max_priority_fee_per_gas))
        return tl::unexpected(
            Error{code::invalid_params, "maxFeePerGas and maxPriorityFeePerGas belong to type 2"});
    draft.chain_id = b.chain_id;
    draft.nonce = call.nonce ? *call.nonce : b.node.pending_nonce(call.from);
    draft.to = call.to;
    draft.value = call.value;
    draft.data = call.data;
    if (draft.type != 0) draft.access_list = call.access_list;
    fill_fees(b, call, draft);
    draft.gas_limit =
        call.gas ? *call.gas : TRY(estimate_gas(b, b.node.view(), call, Tag::pending));
    return draft;
}

namespace {

/// One answer for whichever comes first, the block or the end of patience.
struct Wait final : Patience::Waiter {
    explicit Wait(const Hash& h, Reply r) : hash{h}, reply{std::move(r)} {}
    void finish() {
        if (!done.exchange(true)) reply(json::value(to_hex(hash)));
    }
    void fail(const std::string& why) {
        if (!done.exchange(true)) reply(tl::unexpected(Error{code::internal, why}));
    }
    bool served() const override { return done; }
    void give_up() override { finish(); }

    Hash hash;
    Reply reply;
    std::atomic<bool> done = false;
};

}  // namespace

void reply_when_sealed(const Backend& b, const Hash& transaction, Reply reply) {
    const auto wait = std::make_shared<Wait>(transaction, std::move(reply));
    const auto entry = b.node.automine() ? b.node.pending(transaction) : std::nullopt;
    if (!entry || !entry->executable) return wait->finish();
    b.patience->wait(wait, b.after);
    b.node.when_sealed(transaction, [wait, &b, gate = b.gate](bool sealed) {
        gate->pass([&] {
            const auto why = sealed ? std::nullopt : b.node.stopped();
            why ? wait->fail("the node has stopped: " + *why) : wait->finish();
        });
    });
}

}  // namespace thaw::rpc
