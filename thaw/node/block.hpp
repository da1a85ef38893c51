/// A block after it was sealed: header, transactions, and what became of each.
#pragma once
#include <memory>

#include "thaw/codec/header.hpp"
#include "thaw/codec/transaction.hpp"
#include "thaw/protocol/machine.hpp"

namespace thaw::node {

/// A transaction in a block, with what became of it.
struct SealedTransaction {
    std::shared_ptr<const codec::SignedTransaction> transaction;
    Address sender;
    protocol::Receipt receipt;
    uint64_t cumulative_gas_used = 0;
    uint64_t first_log_index = 0;  ///< of its logs within the block
    u128 effective_gas_price = 0;  ///< wei per gas
    bool impersonated = false;     ///< dev only: no valid signature stands behind it
};

struct SealedBlock {
    codec::Header header;
    Hash hash;
    std::vector<SealedTransaction> transactions;
    uint64_t size = 0;  ///< bytes of the RLP block
};
using BlockPtr = std::shared_ptr<const SealedBlock>;

struct Location {
    uint64_t height = 0;
    uint32_t index = 0;
    friend bool operator==(const Location&, const Location&) = default;
};

/// A transaction as the machine takes it, at the price it pays in its block (wei per gas). Requires
/// that it names a receiver.
protocol::Command command_of(const codec::SignedTransaction& transaction, const Address& sender,
                             u128 gas_price);

/// How far back the state can be read. Both hold: past rows lie in memory, and blocks differ in how
/// many they change.
struct PastLimits {
    uint64_t blocks = 10'000;
    uint64_t bytes = uint64_t{1} << 30;  ///< of row changes; in memory they take about as much
    bool covers(uint64_t blocks_there, uint64_t bytes_there) const {
        return blocks_there <= blocks && bytes_there <= bytes;
    }
};

/// Why the door or the pool turned a transaction away; `text` is what clients match ("nonce too
/// low" and its like).
struct Rejection {
    int code = -32000;
    std::string text;
};

/// A transaction that waits for its block.
struct PoolEntry {
    std::shared_ptr<const codec::SignedTransaction> transaction;
    Address sender;
    bool executable = false;    ///< its nonce is next, or follows others that are here
    bool impersonated = false;  ///< dev only: no valid signature stands behind it
};

}  // namespace thaw::node
