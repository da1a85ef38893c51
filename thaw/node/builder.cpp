#include "thaw/node/builder.hpp"

#include "thaw/base/assert.hpp"
#include "thaw/codec/blooms.hpp"
#include "thaw/codec/receipt.hpp"
#include "thaw/codec/trie.hpp"
#include "thaw/node/block_format.hpp"
#include "thaw/protocol/fetch.hpp"

namespace thaw::node {

namespace {

/// Everything in the header that follows from the transactions, the receipts and the state.
void fill_header(SealedBlock& block, std::span<const Bytes> raw, const protocol::State& state) {
    codec::Header& header = block.header;
    std::vector<Bytes> receipts;
    receipts.reserve(block.transactions.size());
    std::vector<std::span<const codec::Log>> logs;
    for (const SealedTransaction& sealed : block.transactions) logs.push_back(sealed.receipt.logs);
    const std::vector<codec::Bloom> blooms = codec::blooms_of(logs);
    uint64_t gas = 0;
    for (size_t i = 0; i < block.transactions.size(); ++i) {
        const SealedTransaction& sealed = block.transactions[i];
        const protocol::Receipt& receipt = sealed.receipt;
        const codec::Bloom& bloom = blooms[i];
        gas += receipt.gas_used;
        header.logs_bloom |= bloom;
        receipts.push_back(codec::encode_receipt(sealed.transaction.type, receipt.success, gas,
                                                 bloom, receipt.logs));
    }
    header.gas_used = gas;
    header.state_root = state.digest().as_hash();
    header.transactions_root = codec::ordered_root(raw);
    header.receipts_root = codec::ordered_root(receipts);
    complete(block, raw);
}

}  // namespace

protocol::networks::Hub hub_of(const protocol::State& state) { return state.networks.hub.get(0); }

AccountNow account_now(const protocol::State& state, const Address& address) {
    namespace token = protocol::token;
    const auto balance = state.token.balances.get(token::user_account(protocol::eth, address));
    return {.nonce = state.accounts.accounts.get(address).nonce, .balance = balance.value};
}

Builder::Builder(protocol::State& state, const SealedBlock& parent, uint64_t now_s)
    : state_{state}, block_{std::make_shared<SealedBlock>()} {
    const protocol::networks::Hub hub = hub_of(state);
    codec::Header& header = block_->header;
    header.parent_hash = parent.hash;
    header.number = parent.header.number + 1;
    header.timestamp = std::max(now_s, parent.header.timestamp);
    header.gas_limit = hub.block_gas_limit;
    header.base_fee_per_gas = hub.base_fee;
    context_ = {.chain_id = hub.chain_id, .height = header.number, .now_s = header.timestamp};
}

Builder::Verdict Builder::add(const Opened& opened) {
    const codec::SignedTransaction& tx = *opened.transaction;
    codec::Header& header = block_->header;
    senders_.insert(opened.sender);
    const auto wait = [&] {
        waiting_.insert(opened.sender);
        return Verdict::waits;
    };
    const auto drop = [&] {
        unfit_.push_back(tx.hash);
        return Verdict::unfit;
    };
    if (waiting_.contains(opened.sender)) return Verdict::waits;
    if (!tx.to || tx.gas_limit > header.gas_limit) return drop();
    if (tx.max_fee_per_gas < header.base_fee_per_gas) return drop();
    if (header.gas_used + tx.gas_limit > header.gas_limit) return wait();
    const protocol::Command command{.sender = opened.sender,
                                    .nonce = tx.nonce,
                                    .to = *tx.to,
                                    .value = Assets{tx.value},
                                    .data = tx.data,
                                    .gas_limit = tx.gas_limit,
                                    .gas_price = effective_gas_price(tx, header.base_fee_per_gas)};
    if (const auto reason = protocol::unfit(state_, command))
        return *reason == protocol::Unfit::nonce_too_high ? wait() : drop();

    SealedTransaction sealed;
    sealed.transaction = tx;
    sealed.sender = opened.sender;
    sealed.impersonated = opened.impersonated;
    sealed.receipt = protocol::apply(state_, context_, command);
    THAW_ASSERT(sealed.receipt.gas_used <= tx.gas_limit);
    header.gas_used += sealed.receipt.gas_used;
    block_->transactions.push_back(std::move(sealed));
    raw_.push_back(opened.raw);
    return Verdict::included;
}

void Builder::add_all(std::span<const Opened> all) {
    constexpr size_t ahead = 16;
    for (size_t i = 0; i < all.size(); ++i) {
        if (i % ahead == 0)
            for (const Opened& next : all.subspan(i, std::min(ahead, all.size() - i)))
                if (next.transaction->to)
                    protocol::fetch_rows(state_, next.sender, *next.transaction->to,
                                         next.transaction->data);
        add(all[i]);
    }
}

Settlement Builder::settlement() const {
    Settlement all;
    all.unfit = unfit_;
    for (const Address& sender : senders_)
        all.nonces.emplace_back(sender, account_now(state_, sender).nonce);
    return all;
}

Draft Builder::finish() {
    Draft draft{.block = std::move(block_), .raw = std::move(raw_), .changes = state_.seal()};
    fill_header(*draft.block, draft.raw, state_);
    return draft;
}

Draft genesis_block(protocol::State& state) {
    const protocol::networks::Hub hub = hub_of(state);
    Draft draft{.block = std::make_shared<SealedBlock>(), .raw = {}, .changes = state.seal()};
    draft.block->header.gas_limit = hub.block_gas_limit;
    draft.block->header.base_fee_per_gas = hub.base_fee;
    draft.block->header.timestamp = hub.genesis_s;
    fill_header(*draft.block, {}, state);
    return draft;
}

}  // namespace thaw::node
