/// Blocks, transactions, receipts and logs as JSON, field by field as execution-apis has them.
#pragma once
#include "thaw/node/node.hpp"
#include "thaw/rpc/jsonrpc.hpp"

namespace thaw::rpc {

/// "0x" and digits without leading zeros; "0x0" for zero.
std::string quantity(u128 value);
/// A 256-bit big-endian word as a quantity.
std::string quantity(const Hash& word);

json::object header_json(const codec::Header& header, const Hash& hash);
json::object block_json(const node::SealedBlock& block, bool full_transactions);
json::object transaction_json(const node::SealedBlock& block, size_t index);
/// A transaction without a block.
json::object pending_json(const codec::SignedTransaction& transaction, const Address& sender);
json::object receipt_json(const node::SealedBlock& block, size_t index);
/// Log number `log` of transaction `index`.
json::object log_json(const node::SealedBlock& block, size_t index, size_t log, bool removed);

json::array access_list_json(std::span<const codec::AccessListEntry> list);

}  // namespace thaw::rpc
