#include "thaw/node/replay.hpp"

#include <spdlog/spdlog.h>

#include "thaw/base/result.hpp"
#include "thaw/node/builder.hpp"

namespace thaw::node {

namespace {

/// The transaction as it comes out of the gate once more.
IoResult<Opened> reopen(const SealedTransaction& sealed, uint64_t chain_id) {
    const std::string name = "transaction " + std::to_string(sealed.transaction->nonce);
    if (sealed.impersonated) {
        Opened opened = open_impersonated(sealed.sender, *sealed.transaction, chain_id);
        if (opened.transaction->hash == sealed.transaction->hash) return opened;
        return tl::unexpected(name + " has another hash");
    }
    auto opened = open(sealed.transaction->raw, chain_id);
    if (!opened) return tl::unexpected(name + ": " + opened.error().text);
    if (opened->sender != sealed.sender) return tl::unexpected(name + " has another sender");
    return std::move(*opened);
}

bool same(const protocol::Receipt& a, const protocol::Receipt& b) {
    return a.success == b.success && a.gas_used == b.gas_used && a.output == b.output &&
           a.logs == b.logs;
}

IoResult<> replay_block(const Store& store, uint64_t height, uint64_t chain_id,
                        protocol::State& state, SealedBlock& parent) {
    SealedBlock stored = TRY(store.block(height));
    Builder builder{state, parent, stored.header.timestamp};
    for (const SealedTransaction& sealed : stored.transactions) {
        const Opened opened = TRY(reopen(sealed, chain_id));
        if (builder.add(opened) != Builder::Verdict::included)
            return tl::unexpected(std::string{"a transaction is not fit to be in it"});
    }
    const Draft draft = builder.finish();
    for (size_t i = 0; i < stored.transactions.size(); ++i)
        if (!same(draft.block->transactions[i].receipt, stored.transactions[i].receipt))
            return tl::unexpected("the receipt of transaction " + std::to_string(i) + " differs");
    if (draft.block->header.state_root != stored.header.state_root)
        return tl::unexpected(std::string{"the digest differs"});
    if (draft.changes != TRY(store.changes(height)))
        return tl::unexpected(std::string{"the row changes differ"});
    if (draft.block->hash != stored.hash)
        return tl::unexpected(std::string{"the block hash differs"});
    parent = std::move(stored);
    return {};
}

IoResult<> replay_genesis(const Store& store, protocol::State& state, SealedBlock& genesis) {
    genesis = TRY(store.block(0));
    if (!state.apply_changes(TRY(store.changes(0))))
        return tl::unexpected(std::string{"the row changes are damaged"});
    if (state.digest().as_hash() != genesis.header.state_root)
        return tl::unexpected(std::string{"the digest differs"});
    return {};
}

}  // namespace

std::optional<uint64_t> replay_blocks(const Store& store, uint64_t head, uint64_t chain_id,
                                      const std::function<void(uint64_t)>& progress) {
    protocol::State state;
    SealedBlock parent;
    for (uint64_t height = 0; height <= head; ++height) {
        const auto replayed = height == 0 ? replay_genesis(store, state, parent)
                                          : replay_block(store, height, chain_id, state, parent);
        if (!replayed) {
            spdlog::error("replay of block {}: {}", height, replayed.error());
            return height;
        }
        if (progress) progress(height);
    }
    return std::nullopt;
}

}  // namespace thaw::node
