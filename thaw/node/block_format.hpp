/// A sealed block as bytes for the store, with a checksum (docs/formats/block.md).
#pragma once
#include <optional>

#include "thaw/node/block.hpp"

namespace thaw::node {

Bytes encode_block(const SealedBlock& block);

/// Nothing when the bytes are damaged, or belong to another height or chain. Fields that follow
/// from others (hash, size, cumulative gas, log indexes, prices) are computed.
std::optional<SealedBlock> decode_block(BytesView bytes, uint64_t height, uint64_t chain_id);

/// Its header alone; the checksum of the whole block has to be right.
std::optional<codec::Header> decode_header(BytesView bytes, uint64_t height);

/// Fills in what follows from the header and the transactions: hash, size, cumulative gas, indexes
/// of logs, effective prices.
void complete(SealedBlock& block);

/// min(max fee, base fee + tip): what a transaction pays per unit of gas, in wei.
u128 effective_gas_price(const codec::SignedTransaction& transaction, u128 base_fee);

}  // namespace thaw::node
