#include "thaw/node/builder.hpp"

#include "thaw/base/assert.hpp"
#include "thaw/codec/blooms.hpp"
#include "thaw/codec/receipt.hpp"
#include "thaw/codec/trie.hpp"
#include "thaw/node/block_format.hpp"
#include "thaw/protocol/fetch.hpp"

namespace thaw::node {

namespace {

/// The root over the transactions as sent.
Hash transactions_root(const SealedBlock& block) {
    std::vector<BytesView> raw;
    raw.reserve(block.transactions.size());
    for (const SealedTransaction& sealed : block.transactions)
        raw.push_back(sealed.transaction->raw);
    return codec::ordered_root(raw);
}

/// The root over the receipts; and all logs' bloom, and the gas, into the header.
Hash receipts_root(SealedBlock& block) {
    codec::Header& header = block.header;
    std::vector<std::span<const codec::Log>> logs;
    logs.reserve(block.transactions.size());
    for (const SealedTransaction& sealed : block.transactions) logs.push_back(sealed.receipt.logs);
    const std::vector<codec::Bloom> blooms = codec::blooms_of(logs);
    codec::RlpWriter all;
    all.reserve(block.transactions.size() * 512);
    std::vector<size_t> ends;
    ends.reserve(block.transactions.size());
    header.gas_used = 0;
    for (size_t i = 0; i < block.transactions.size(); ++i) {
        const SealedTransaction& sealed = block.transactions[i];
        header.gas_used += sealed.receipt.gas_used;
        header.logs_bloom |= blooms[i];
        codec::write_receipt(all, sealed.transaction->type, sealed.receipt.success, header.gas_used,
                             blooms[i], sealed.receipt.logs);
        ends.push_back(all.items().size());
    }
    std::vector<BytesView> receipts;
    receipts.reserve(ends.size());
    for (size_t from = 0; const size_t end : ends) {
        receipts.push_back(all.items().subspan(from, end - from));
        from = end;
    }
    return codec::ordered_root(receipts);
}

/// Seals the state, and fills in what follows from it, the transactions and the receipts. The
/// three have nothing to do with each other.
Draft seal(std::shared_ptr<SealedBlock> block, protocol::State& state, Hands* hands) {
    constexpr size_t worth_sharing = 64;  // transactions; below, waking others takes longer
    Draft draft{.block = std::move(block), .changes = {}};
    codec::Header& header = draft.block->header;
    const auto piece = [&](size_t i) {
        if (i == 0)
            draft.changes = state.seal();
        else if (i == 1)
            header.receipts_root = receipts_root(*draft.block);
        else
            header.transactions_root = transactions_root(*draft.block);
    };
    if (hands != nullptr && draft.block->transactions.size() >= worth_sharing)
        hands->share(3, piece);
    else
        for (size_t i = 0; i < 3; ++i) piece(i);
    header.state_root = state.digest().as_hash();
    complete(*draft.block);
    return draft;
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
    const uint64_t gas_left = header.gas_limit - header.gas_used;
    if (tx.gas_limit > gas_left && tried_gas_ >= header.gas_limit) return wait();
    const auto before = state_.checkpoint();
    const u128 price = effective_gas_price(tx, header.base_fee_per_gas);
    auto receipt = protocol::apply_if_fit(state_, context_, command_of(tx, opened.sender, price));
    if (!receipt) return receipt.error() == protocol::Unfit::nonce_too_high ? wait() : drop();
    if (receipt->gas_used > gas_left) {
        tried_gas_ += receipt->gas_used;
        state_.rollback(before);
        return wait();
    }

    SealedTransaction sealed;
    sealed.transaction = opened.transaction;
    sealed.sender = opened.sender;
    sealed.impersonated = opened.impersonated;
    sealed.receipt = *std::move(receipt);
    THAW_ASSERT(sealed.receipt.gas_used <= tx.gas_limit);
    header.gas_used += sealed.receipt.gas_used;
    block_->transactions.push_back(std::move(sealed));
    return Verdict::included;
}

void Builder::add_all(std::span<const Opened> all) {
    constexpr size_t ahead = 16;
    block_->transactions.reserve(all.size());
    senders_.reserve(all.size());
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

Draft Builder::finish(Hands* hands) { return seal(std::move(block_), state_, hands); }

Draft genesis_block(protocol::State& state) {
    const protocol::networks::Hub hub = hub_of(state);
    auto block = std::make_shared<SealedBlock>();
    block->header.gas_limit = hub.block_gas_limit;
    block->header.base_fee_per_gas = hub.base_fee;
    block->header.timestamp = hub.genesis_s;
    return seal(std::move(block), state, nullptr);
}

}  // namespace thaw::node
